r"""What the linear plan promises against what the models of the economy return.

The plan reckons what a unit of capacity yields where it stands and what it takes away where it stood, at the
base year's prices. The models go further: impact adds suppliers and customers; equilibrium lets
wages, prices and trade settle; disruption is the economy that the plan leaves behind, day by day, and what it
loses when a coastal province fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from hinterland.plan.assemble import number
from hinterland.plan.data import Array
from hinterland.plan.model import Plan
from hinterland.plan.results import figure, label
from hinterland.simulate import Baseline, Outcome, Scenario, baseline, disruptions, impact
from hinterland.simulate.disruption.backup import event_of, struck
from hinterland.study import Result, StudyError, Text

MEASURES = ("value_added", "employment", "co2")
# Changes below this share of the largest promise are what solvers leave.
ROUNDING = 1e-9


def plan_scenario(plan: Plan) -> Scenario:
    """Return the plan as a scenario: a relocation for every industry, origin and host, phase by phase.

    Moves above the listing tolerance (plan.listing_tolerance); they are in place, in equal yearly parts, by
    the end of their phase, and buy as the host's plants do, which is how the plan reckons.
    """
    total = plan.transfer.sum("phase")
    least = number(plan.study, "plan.listing_tolerance", 0, 1) * float(plan.transfer.sum())
    name = f"plan-{plan.objective}"
    scenario = Scenario(name, title=Text(f"The plan ({plan.objective})", f"转移方案（{plan.objective}）"))
    for (i, o, h), amount in total.to_series().items():
        if amount <= least:
            continue
        path = plan.transfer.sel(industry=i, origin=o, host=h).cumsum("phase").to_numpy() / amount
        scenario = scenario.relocate(i, o, h, output=float(amount), schedule=_schedule(plan, path))
    return scenario


def _schedule(plan: Plan, path: Sequence[float]) -> dict[int, float]:
    """Cumulative share of a move in force by year; capacity comes evenly within a phase."""
    out, before = {}, 0.0
    for phase, share in zip(plan.data.phases, path, strict=True):
        for k, year in enumerate(range(phase.start, phase.end + 1), start=1):
            reached = before + (float(share) - before) * k / phase.years
            if reached > 0:
                out[year] = min(reached, 1.0)
        before = float(share)
    return out


def promised(plan: Plan) -> dict[str, Array]:
    r"""What the plan says each region gains a year once all is in place, by measure [region].

    .. math:: \Delta_h = \sum_i g_{ih} G_{ihP}, \qquad \Delta_o = -\sum_i l_{io}\sum_{hp} z_{iohp}

    Regions that are neither host nor origin: 0, for the plan reckons nothing there. A measure that either
    side lacks is left out.
    """
    data, regions = plan.data, list(plan.study.regions)
    taken, gone = plan.intake.isel(phase=-1, drop=True), plan.transfer.sum(["host", "phase"])
    out = {}
    for name in MEASURES:
        if name not in data.gains or name not in data.losses:
            continue
        come = (taken * data.gains[name]).sum("industry").rename(host="region")
        left = (gone * data.losses[name]).sum("industry").rename(origin="region")
        out[name] = come.reindex(region=regions, fill_value=0.0) - left.reindex(
            region=regions, fill_value=0.0
        )
    return out


@dataclass(frozen=True, eq=False)
class Promise:
    """What was promised and what the models return.

    Attributes
    ----------
    plan : Plan
    promised : mapping of DataArray[region]
    returned : mapping of model to mapping of measure to DataArray[region]
        Change against the base year once all moves are complete, a year.
    struck : tuple of str
        Coastal provinces that are struck in turn.
    losses : DataArray[case, origin]
        National output lost in one event: "without" and "with" the plan, and what the lost capacity alone
        would have made ("without_direct", "with_direct"). Money.
    notes : mapping of model to Text
        Why a model has no answer.
    """

    plan: Plan
    promised: Mapping[str, Array]
    returned: Mapping[str, Mapping[str, Array]]
    struck: tuple[str, ...]
    losses: Array | None
    notes: Mapping[str, Text]

    def results(self) -> tuple[Result, ...]:
        """Return the tables plan_promise and, where the disruption model ran, plan_backup."""
        table = _promise_table(self)
        return (table,) if self.losses is None else (table, _backup_table(self))


def keep_promise(plan: Plan, settled: Outcome | None, *, base: Baseline | None = None) -> Promise:
    """Run the plan on impact and disruption, and set both and an equilibrium against its promise.

    The struck provinces, what they lose and for how long are those of the backup value (parameters
    backup.*). A model that has no answer is left out with its reason.

    Parameters
    ----------
    plan : Plan
    settled : Outcome or None
        The plan's equilibrium (`ClosedLoop.outcome`); None where there is none.
    base : Baseline, optional
    """
    study = plan.study
    start = base if base is not None else baseline(study)
    measures = promised(plan)
    returned = {} if settled is None else {"equilibrium": _changes(settled, measures)}
    notes: dict[str, Text] = {}
    try:
        returned = {"impact": _changes(impact(study, plan.transfer, start.table), measures), **returned}
    except StudyError as error:
        notes["impact"] = error.words
    scenario, what, places = plan_scenario(plan), event_of(study), struck(start, None)
    losses = None
    shocks = [
        Scenario(k).disaster(k, loss=what.loss, duration=what.duration, recovery=what.recovery)
        for k in places
    ]
    try:
        ran = disruptions(
            study, [scenario, *shocks, *(scenario + one for one in shocks)], start.table, days=what.days
        )
        returned["disruption"] = _changes(ran[0], measures)
        losses = _losses(ran[1:], places)
    except StudyError as error:
        notes["disruption"] = error.words
    return Promise(plan, measures, returned, places, losses, notes)


def _changes(outcome: Outcome, measures: Mapping[str, Array]) -> dict[str, Array]:
    settled = outcome.settled()
    return {
        name: (settled[name] - outcome.baseline[name]).sum("industry", skipna=False)
        for name in measures
        if name in settled and name in outcome.baseline
    }


def _losses(ran: Sequence[Outcome], places: Sequence[str]) -> Array:
    rows: dict[str, list[float]] = {}
    for case, outcomes in (("without", ran[: len(places)]), ("with", ran[len(places) :])):
        for outcome in outcomes:
            first = outcome.table("disruption_summary").frame.iloc[0]
            lost = float(first["output_loss"])
            rows.setdefault(case, []).append(lost)
            rows.setdefault(f"{case}_direct", []).append(lost / float(first["amplification"]))
    return xr.DataArray(list(rows.values()), {"case": list(rows), "origin": list(places)}, ["case", "origin"])


def _places(plan: Plan) -> list[tuple[str, str, list[str]]]:
    """Rows of the table: what kind of place, its code where it is one region, the regions summed over."""
    study = plan.study
    hosts = [r for r in study.regions if r in plan.data.hosts]
    origins = [r for r in study.regions if r in plan.data.origins]
    elsewhere = [r for r in study.regions if r not in {*hosts, *origins}]
    rows = [("nation", "", list(study.regions))]
    rows += [("host", r, [r]) for r in hosts]
    rows += [("origin", r, [r]) for r in origins]
    return rows + ([("elsewhere", "", elsewhere)] if elsewhere else [])


def _promise_table(found: Promise) -> Result:
    plan = found.plan
    study, nan = plan.study, float("nan")
    models = [m for m in ("impact", "equilibrium", "disruption") if m in found.returned]
    near = number(study, "plan.promise_kept", 0, 1)
    rows = []
    for name, values in found.promised.items():
        size = float(abs(values).max())
        for scope, region, places in _places(plan):
            said = float(values.sel(region=places).sum())
            row: dict[str, object] = {"scope": scope, "region": region, "account": name, "promise": said}
            given: dict[str, float] = {}
            for model in models:
                array = found.returned[model].get(name)
                value = nan if array is None else float(array.sel(region=places).sum(skipna=False))
                # what the solver leaves of a change that is none is not a change
                given[model] = 0.0 if abs(value) <= ROUNDING * size else value
            words = gap_words(said, given, size, near)
            row |= {f"by_{model}": value for model, value in given.items()}
            row["difference"] = given.get("equilibrium", nan) - said
            unit = plan.data.units.get(name, "")
            rows.append(row | {"unit": unit, "words_en": words.en, "words_zh": words.zh})
    columns = (
        label(study, "scope", "code"),
        label(study, "region", "region"),
        label(study, "account", "code"),
        figure(plan, "promise", ""),
        *(figure(plan, f"by_{m}", "") for m in models),
        figure(plan, "difference", ""),
        label(study, "unit", "text"),
        label(study, "words_en", "text"),
        label(study, "words_zh", "text"),
    )
    note = Text(
        "Changes a year once all moves are complete, against the base year. The plan adds up what moved "
        "capacity yields in hosts and no longer yields at origins. Impact adds suppliers and "
        "customers at fixed prices, and finds no other work for those who lose theirs. Equilibrium "
        "lets wages, prices and trade settle; workers stay in their region unless labour is mobile, so that "
        "jobs change hands between industries and not between regions. Disruption is the economy that the "
        "plan leaves behind before anything fails; where it is impact's figure, the two check one another. "
        "Difference: equilibrium less the promise.",
        "全部转移完成后的年度变化，相对基期。方案只累计转入产能在承接地的产出效应与转出地的减少。"
        "投入产出影响在固定价格下加入上下游，失业者不另就业；"
        "一般均衡使工资、价格与贸易调整到位，除非劳动力可流动，就业只在产业间转换；"
        "逐日扰动模型给出方案完成、尚无冲击时的经济，与投入产出影响一致时互为核验。差额为一般均衡减方案承诺。",
    )
    for model, why in found.notes.items():
        note += Text(f" No answer from {model}: {why.en}", f"{study.text('model', model).zh}无结果：{why.zh}")
    return Result(
        "plan_promise",
        Text("What the plan promises against what the models return", "方案承诺与模型结果对照"),
        pd.DataFrame(rows)[[c.name for c in columns]],
        columns,
        Text(
            "The plan's transfers run through input-output impact, spatial equilibrium (outputs reached) and "
            "the daily disruption model.",
            "将方案的转移量分别代入投入产出影响、空间一般均衡（按达到的产出）与逐日扰动模型。",
        ),
        note,
    )


def gap_words(said: float, models: Mapping[str, float], size: float, near: float) -> Text:
    """Say in words how the models bear out a promise.

    Parameters
    ----------
    said : float
        What the plan promises.
    models : mapping of model to float
        What they return; impact and equilibrium are spoken of.
    size : float
        The largest promise of the measure: amounts below a thousandth of it are next to nothing.
    near : float
        Gap, as a share of the promise, up to which it is borne out.
    """
    out = Text("", "")
    floor = 1e-3 * size
    for model, start in (
        ("equilibrium", Text("Once prices have settled: ", "价格调整后：")),
        ("impact", Text("At fixed prices, with suppliers: ", "固定价格、含上下游：")),
    ):
        value = models.get(model, float("nan"))
        if value != value:
            continue
        out += start + _judged(said, value, floor, near) + Text(". ", "。")
    return Text(out.en.strip(), out.zh)


def _judged(said: float, value: float, floor: float, near: float) -> Text:
    if abs(said) <= floor:
        if abs(value) <= floor:
            return Text("nothing, as promised", "如承诺，无变化")
        return Text("a change that the plan does not reckon", "出现方案未计入的变化")
    ratio = value / said
    if abs(ratio - 1) <= near:
        return Text("as promised", "与承诺相符")
    if abs(ratio) <= near:
        return Text("hardly any of it", "几乎没有")
    if ratio < 0:
        return Text("the opposite", "方向相反")
    if ratio > 2:
        return Text(f"{ratio:.1f} times the promise", f"为承诺的{ratio:.1f}倍")
    return Text(f"{ratio:.0%} of the promise", f"为承诺的{ratio:.0%}")


def _backup_table(found: Promise) -> Result:
    plan = found.plan
    losses = found.losses
    assert losses is not None
    frame = losses.to_pandas().T.rename_axis("origin").reset_index()
    frame = frame.rename(
        columns={
            "without": "lost_without",
            "with": "lost_with",
            "without_direct": "direct_without",
            "with_direct": "direct_with",
        }
    )
    frame["saved"] = frame["lost_without"] - frame["lost_with"]
    frame["saved_share"] = frame["saved"] / frame["lost_without"].where(frame["lost_without"] > 0)
    frame["saved_by_exposure"] = frame["direct_without"] - frame["direct_with"]
    unit = plan.data.units.get("output", "")
    s = plan.study
    what = event_of(s)
    columns = (
        label(s, "origin", "region"),
        figure(plan, "lost_without", unit),
        figure(plan, "lost_with", unit),
        figure(plan, "saved", unit),
        figure(plan, "saved_share", "", "share"),
        figure(plan, "direct_without", unit),
        figure(plan, "direct_with", unit),
        figure(plan, "saved_by_exposure", unit),
    )
    return Result(
        "plan_backup",
        Text(
            "What the loss of a coastal province costs, without and with the plan",
            "沿海省份受损的代价：有无方案对照",
        ),
        frame[[c.name for c in columns]],
        columns,
        Text(
            f"Daily disruption model: the province loses {what.loss:.0%} of the capacity of all its "
            "industries "
            f"for {what.duration:g} days and gets it back over {what.recovery:g}; national output lost over "
            f"{what.days} days, from the economy of the base year and from that which the plan leaves "
            "behind.",
            f"逐日扰动模型：该省全部产业失去{what.loss:.0%}产能{what.duration:g}天，其后{what.recovery:g}天恢复；"
            f"统计{what.days}天内全国产出损失，分别以基期经济和方案完成后的经济为起点。",
        ),
        Text(
            "Less of what has moved is lost: saved by exposure is the fall of what the lost capacity alone "
            "would have made. The rest of what is saved comes from plants in hosts that serve its customers "
            "(negative: the moved plants buy from the province, and stop with it). In one event; how "
            "often it "
            "comes is not assumed.",
            "已迁出者不再受损：“减少暴露”为受损产能本身产出的下降；其余节约来自承接地工厂替代供货"
            "（为负表示迁出工厂依赖该省投入而随之停产）。按一次事件计，未假设发生频率。",
        ),
    )
