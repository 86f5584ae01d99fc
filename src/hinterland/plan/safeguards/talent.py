"""Talent: what the plan asks for by education and phase, what there is, and the training seats in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.lookup import indicator
from hinterland.plan.assemble import phase_key
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.fiscal import needs, pay_per_job
from hinterland.plan.safeguards.given import Span, drawn, given, made, spread
from hinterland.study import EMPTY, Result, Study, StudyError, Text

Floats = npt.NDArray[np.float64]

SCHOOLING = "mean_years_schooling_working_age"
LABOUR = "labour"
PARAMETERS = (
    "safeguard.completion",
    "safeguard.seat_cost",
    "safeguard.local_hiring",
    "safeguard.schooling_shortfall",
)
READS = ("education_mix",)
_METHOD = Text(
    "Demand: jobs that arrive in the phase x education mix of the industry's factor class (table "
    "education_mix). Supply: the hosts' room for labour in the phase x the part of it with that education: "
    "the mix of all workers, tilted as little as can be (least relative entropy) to the mean schooling of "
    "the region less an assumed shortfall of those who come free. Gap: demand beyond supply; seats: gap "
    "over the completion rate. Higher education does not fill lower gaps. Intervals: central 90 % over "
    "draws of all assumptions.",
    "需求：当期转入岗位×该产业要素类别的学历结构（education_mix表）。供给："
    "承接地当期劳动力余量×该学历占比，占比由全体劳动者学历结构按最小相对熵调整，"
    "使平均受教育年限等于该地区数值减去可转移劳动力的假设差距。缺口：需求超出供给部分；培训学位："
    "缺口÷结业率。高学历不填补低学历缺口。区间为全部假设抽样的中间90%。",
)


def schooling_mix(prior: npt.ArrayLike, years: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
    r"""Return the spread over levels of education that has a given mean and is nearest to a known spread.

    .. math:: p_e = \frac{q_e\, e^{\lambda y_e}}{\sum_k q_k\, e^{\lambda y_k}}, \qquad \sum_e p_e y_e = \bar y

    the least relative entropy to q; :math:`\lambda` by bisection, for the mean rises with it.

    Parameters
    ----------
    prior : array [level]
        q, a spread of which the mean is not the one wanted, above zero.
    years : array [level]
        y, years of schooling of each level.
    mean : float or array [...]
        Mean years, between the least and the most.

    Returns
    -------
    array [..., level], sums to one.

    References
    ----------
    Kullback & Leibler (1951); Jaynes (1957), Information theory and statistical mechanics.
    """
    level, wanted = np.asarray(years, dtype=float), np.asarray(mean, dtype=float)
    if not bool(((wanted > level.min()) & (wanted < level.max())).all()):
        raise StudyError(
            Text(
                f"Mean schooling of {float(wanted.min()):g} to {float(wanted.max()):g} years lies outside "
                f"the levels of education_mix.",
                f"平均受教育年限（{float(wanted.min()):g}至{float(wanted.max()):g}年）超出education_mix表各学历的范围。",
            ),
            Text("Give levels on both sides of it.", "请给出高于和低于该值的学历层次。"),
        )
    logs = np.log(np.asarray(prior, dtype=float))

    def tilted(tilt: Floats) -> Floats:
        power = logs + tilt[..., None] * level
        weight = np.exp(power - power.max(axis=-1, keepdims=True))
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True))

    low, high = np.full(wanted.shape, -60.0), np.full(wanted.shape, 60.0)
    # halved until the bracket is as narrow as a number can tell
    for _ in range(70):
        middle = (low + high) / 2
        below = tilted(middle) @ level < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return tilted((low + high) / 2)


@dataclass(frozen=True)
class Needs:
    """Demand, supply, gap and seats [host, level, phase, case], and their cost [host, phase, case]."""

    hosts: list[str]
    levels: list[str]
    demand: Floats
    supply: Floats
    seats: Floats
    cost: Floats
    filled: list[str]

    @property
    def gap(self) -> Floats:
        """Demand beyond supply; unknown where supply is."""
        return np.maximum(self.demand - self.supply, 0.0)


def _mixes(study: Study, industries: list[str]) -> tuple[list[str], Floats, dict[str, Span], list[list[str]]]:
    """Return levels, their years of schooling, spans of the shares, and the key of each share by industry."""
    table = given(study, "education_mix", "value", "low", "high", "schooling_years")
    levels = list(dict.fromkeys(table["education"].astype(str)))
    first = table.drop_duplicates("education").set_index("education")["schooling_years"]
    spans = {
        f"{row['factor_class']}/{row['education']}": (
            float(row["low"]),
            float(row["value"]),
            float(row["high"]),
        )
        for row in table.to_dict("records")
    }
    unspoken = [level for level in levels if f"/{level}" not in spans]
    if unspoken:
        raise StudyError(
            Text(
                f"education_mix has no row for all workers (blank factor class) and {unspoken[0]}.",
                f"education_mix表缺少全体劳动者（要素类别留空）的{unspoken[0]}行。",
            ),
            Text("Give every level with a blank factor class.", "请以空白要素类别给出全部学历。"),
        )
    classes = study.factor_class
    keys = []
    for industry in industries:
        mine = str(classes[industry])
        known = mine if f"{mine}/{levels[0]}" in spans else ""
        keys.append([f"{known}/{level}" for level in levels])
        missing = [k for k in keys[-1] if k not in spans]
        if missing:
            raise StudyError(
                Text(
                    f"education_mix has no row for {mine} and {missing[0].split('/')[1]}.",
                    f"education_mix表缺少{mine}与{missing[0].split('/')[1]}的行。",
                ),
                Text(
                    "Give every level for each factor class, or rows with a blank class for all.",
                    "请为每个要素类别给出全部学历，或以空白类别表示全部。",
                ),
            )
    return levels, first.reindex(levels).to_numpy(float), spans, keys


def talent_needs(plan: Plan) -> Needs:
    """Reckon demand, supply and seats.

    Raises
    ------
    StudyError
        The study lacks employment, room for labour, schooling, or the education mix.
    """
    needs(plan, "employment")
    study, data = plan.study, plan.data
    if data.limit is None or LABOUR not in data.limit["resource"].values:
        raise StudyError(
            Text("The hosts' room for labour is not known.", "承接地劳动力余量未知。"),
            Text("List labour among the resources of the study.", "请在研究的resources表中列出labour。"),
        )
    industries = [str(i) for i in plan.transfer["industry"].values]
    hosts = [str(h) for h in plan.transfer["host"].values]
    levels, schooling, spans, keys = _mixes(study, industries)
    case = drawn(study, PARAMETERS, spans)
    mix = np.stack([np.stack([case[k] for k in mine]) for mine in keys])  # [industry, level, case]
    mix = mix / mix.sum(axis=1, keepdims=True)
    arriving = plan.transfer.sum("origin").transpose("industry", "host", "phase").sel(host=hosts)
    jobs = (arriving * data.gains["employment"].sel(industry=industries, host=hosts)).transpose(
        "industry", "host", "phase"
    )
    local = case["safeguard.local_hiring"]
    demand = np.einsum("ihp,ilc->hlpc", jobs.values, mix) * local

    # as near as can be to the plan: schooling rises by the year
    known = indicator(study, SCHOOLING, data.phases[0].start)
    if known is None:
        raise StudyError(
            Text("Mean years of schooling are not known.", "平均受教育年限未知。"),
            Text(f"Give the indicator {SCHOOLING}.", f"请给出指标{SCHOOLING}。"),
        )
    mean = known[0].to_series().reindex(hosts)
    filled = [h for h in hosts if np.isnan(mean[h])]
    mean = mean.fillna(mean.mean())
    least = schooling.min()
    # who comes free for new plants has less schooling than who is at work already
    freed = least + (mean.to_numpy()[:, None] - least) * (1 - case["safeguard.schooling_shortfall"])
    prior = [spans[f"/{level}"][1] for level in levels]
    part = np.moveaxis(schooling_mix(prior, schooling, freed), -1, 1)  # [host, level, case]
    room = data.limit.sel(resource=LABOUR, host=hosts, phase=data.codes).transpose("host", "phase").values
    in_phase = np.diff(room, axis=1, prepend=0.0)
    supply = part[:, :, None, :] * in_phase[:, None, :, None]
    seats = np.maximum(demand - supply, 0.0) / case["safeguard.completion"]
    pay = pay_per_job(study)
    wage = pay.sel(industry=list(study.transferable)).mean("industry").to_series().reindex(hosts).to_numpy()
    cost = seats.sum(axis=1) * wage[:, None, None] * case["safeguard.seat_cost"]
    return Needs(hosts, levels, demand, supply, seats, cost, filled)


def talent_table(plan: Plan, found: Needs) -> Result:
    """Demand, supply, gap and training seats by host, education and phase."""
    study, data = plan.study, plan.data
    demand, gap, seats = spread(found.demand), spread(found.gap), spread(found.seats)
    rows = []
    for h, host in enumerate(found.hosts):
        for level, education in enumerate(found.levels):
            for p, code in enumerate(data.codes):
                at = (h, level, p)
                rows.append(
                    {
                        "host": host,
                        "education": education,
                        "phase": phase_key(study, data.preset, code),
                        "demand": demand[0][at],
                        "supply": found.supply[at][0],
                        "gap_people": gap[0][at],
                        "gap_people_low": gap[1][at],
                        "gap_people_high": gap[2][at],
                        "seats": seats[0][at],
                    }
                )
    unit = data.units.get("employment", "")
    return made(
        plan,
        "talent_gap",
        Text("Talent: demand, supply and gap by education and phase", "人才：分学历分阶段的需求、供给与缺口"),
        pd.DataFrame(rows),
        [
            ("host", "region"),
            ("education", "code"),
            ("phase", "phase"),
            *(
                (c, "number", unit)
                for c in ("demand", "supply", "gap_people", "gap_people_low", "gap_people_high", "seats")
            ),
        ],
        _METHOD,
        _filled_note(study, found),
        reads=READS,
    )


def _filled_note(study: Study, found: Needs) -> Text:
    if not found.filled:
        return EMPTY
    names = [study.text("region", r) for r in found.filled]
    return Text(
        f"Schooling in {', '.join(n.en for n in names)} is unknown; the mean of the other hosts stands for "
        f"it.",
        f"{'、'.join(n.zh for n in names)}的受教育年限未知，以其他承接地平均值代替。",
    )


def seats_table(plan: Plan, found: Needs) -> Result:
    """Gap, training seats and their cost over all hosts, by education and phase."""
    study, data = plan.study, plan.data
    gap, seats = spread(found.gap.sum(axis=0)), spread(found.seats.sum(axis=0))
    demand = spread(found.demand.sum(axis=0))[0]
    # a level's part of the seats bears its part of the cost
    total = found.seats.sum(axis=1, keepdims=True)
    part = np.divide(found.seats, total, out=np.zeros_like(found.seats), where=total > 0)
    cost = spread((part * found.cost[:, None]).sum(axis=0))[0]
    rows = [
        {
            "education": education,
            "phase": phase_key(study, data.preset, code),
            "demand": demand[k, p],
            "gap_people": gap[0][k, p],
            "seats": seats[0][k, p],
            "seats_low": seats[1][k, p],
            "seats_high": seats[2][k, p],
            "seats_per_year": seats[0][k, p] / data.phases[p].years,
            "training_cost": cost[k, p],
        }
        for k, education in enumerate(found.levels)
        for p, code in enumerate(data.codes)
    ]
    unit, money = data.units.get("employment", ""), data.units.get("output", "")
    columns = ("demand", "gap_people", "seats", "seats_low", "seats_high", "seats_per_year")
    return made(
        plan,
        "talent_seats",
        Text("Training seats by education and phase", "分学历分阶段培训学位"),
        pd.DataFrame(rows),
        [
            ("education", "code"),
            ("phase", "phase"),
            *((c, "number", unit) for c in columns),
            ("training_cost", "number", money),
        ],
        _METHOD,
        _filled_note(study, found),
        reads=READS,
    )


def talent(plan: Plan) -> list[Result]:
    """Return the tables of talent: seats over all hosts, and the gap by host."""
    found = talent_needs(plan)
    return [seats_table(plan, found), talent_table(plan, found)]
