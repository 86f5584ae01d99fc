"""Job transition at the origins: how many jobs go, who finds other work there, what the rest need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import complete
from hinterland.plan.assemble import phase_key
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.fiscal import needs, pay_per_job
from hinterland.plan.safeguards.given import drawn, made, spread
from hinterland.potential import comparative_advantage, presence, proximity
from hinterland.study import Result, Text

Floats = npt.NDArray[np.float64]

PARAMETERS = (
    "safeguard.retiring",
    "safeguard.following",
    "safeguard.reemployment",
    "safeguard.relatedness_pull",
    "safeguard.tenure",
    "safeguard.benefit_months",
    "safeguard.benefit_share",
    "safeguard.retraining_cost",
)
_METHOD = Text(
    "Jobs lost = capacity that leaves x jobs per unit of output. Some workers retire, some follow the "
    "plant; of the others a part finds work in the region within a year, the larger the nearer the "
    "industry is to what the region has (proximity of Hidalgo et al. 2007, weighted by jobs); the rest "
    "need support. Cost: severance of one month's pay per year of service (Labour Contract Law, art. 47) "
    "for all who neither retire nor follow; unemployment benefit and retraining for the rest. Intervals: "
    "central 90 % over draws of all assumptions.",
    "流失岗位＝转出产能×单位产出就业。部分职工退休，部分随企业迁移；其余职工中一部分一年内在当地再就业，"
    "所在产业与当地产业越接近（Hidalgo 等2007年的邻近度，按就业加权）比例越高；剩余者需要帮扶。成本："
    "对未退休未随迁者按每工作一年支付一个月工资的经济补偿（《劳动合同法》第四十七条），"
    "对剩余者另计失业保险金与再培训。区间为全部假设抽样的中间90%。",
)


@dataclass(frozen=True)
class Paths:
    """Jobs lost and where their holders go [origin, industry, phase, case]; cost in money."""

    origins: list[str]
    industries: list[str]
    lost: Floats
    reemployed: Floats
    unplaced: Floats
    severance: Floats
    support: Floats


def nearness(near: Floats, jobs: Floats) -> Floats:
    r"""How near an industry is to the other work of a region, its mean over industries being one.

    .. math:: \rho_{ri} = s_{ri} \Big/ \overline{s}_r, \qquad
              s_{ri} = \frac{\sum_{j \ne i} \phi_{ij} E_{rj}}{\sum_{j \ne i} E_{rj}}

    Parameters
    ----------
    near : array [industry, industry]
        :math:`\phi`, proximity; NaN counts as unknown and is left out.
    jobs : array [region, industry]
        E.

    Returns
    -------
    array [region, industry]
    """
    phi = np.where(np.isnan(near), 0.0, near) * (1 - np.eye(len(near)))
    known = (~np.isnan(near)).astype(float) * (1 - np.eye(len(near)))
    weight = jobs @ known.T
    raw = np.divide(jobs @ phi.T, weight, out=np.full(jobs.shape, np.nan), where=weight > 0)
    mean = np.nanmean(raw, axis=1, keepdims=True)
    return np.asarray(np.where(np.isnan(raw), 1.0, raw / mean))


def paths(plan: Plan) -> Paths:
    """Reckon what becomes of the jobs that leave.

    Raises
    ------
    StudyError
        Employment or pay is not known.
    """
    needs(plan, "employment")
    study, data = plan.study, plan.data
    case = drawn(study, PARAMETERS)
    whole = complete(study)
    output, jobs = whole["output"], whole["employment_base"]
    near = proximity(presence(comparative_advantage(output.drop_attrs())))
    codes = [str(i) for i in near["industry"].values]
    origins = [str(o) for o in plan.transfer["origin"].values]
    industries = [str(i) for i in plan.transfer["industry"].values]
    there = jobs.sel(region=origins, industry=codes).transpose("region", "industry").fillna(0.0)
    pull = nearness(near.values, there.values)[:, [codes.index(i) for i in industries]]

    moved = plan.transfer.sum("host") * data.losses["employment"]
    lost = moved.transpose("origin", "industry", "phase").sel(origin=origins, industry=industries).values
    lost = lost[..., None] * np.ones(case.count)
    staying = lost * (1 - case["safeguard.retiring"] - case["safeguard.following"]).clip(0)
    # a pull of zero leaves relatedness without effect, one of one makes chances proportional to it
    tilt = pull[:, :, None, None] ** case["safeguard.relatedness_pull"]
    chance = np.clip(case["safeguard.reemployment"] * tilt, 0.0, 1.0)
    reemployed = staying * chance
    unplaced = staying - reemployed
    pay = pay_per_job(study).sel(region=origins, industry=industries).transpose("region", "industry").values
    pay = pay[:, :, None, None]
    severance = staying * pay * case["safeguard.tenure"] / 12
    benefit = case["safeguard.benefit_months"] / 12 * case["safeguard.benefit_share"]
    support = unplaced * pay * (benefit + case["safeguard.retraining_cost"])
    # an industry that a region does not have loses no jobs there and costs nothing, though its pay is unknown
    none = lost == 0
    severance, support = np.where(none, 0.0, severance), np.where(none, 0.0, support)
    return Paths(origins, industries, lost, reemployed, unplaced, severance, support)


def phase_table(plan: Plan, found: Paths) -> Result:
    """Jobs lost, placed and unplaced by origin and phase, with the cost of support."""
    study, data = plan.study, plan.data
    lost, placed = found.lost.sum(axis=1), found.reemployed.sum(axis=1)
    unplaced = spread(found.unplaced.sum(axis=1))
    severance, support = spread(found.severance.sum(axis=1)), spread(found.support.sum(axis=1))
    rows = [
        {
            "origin": origin,
            "phase": phase_key(study, data.preset, code),
            "jobs_gone": lost[o, p, 0],
            "reemployed": placed[o, p, 0],
            "unplaced": unplaced[0][o, p],
            "unplaced_low": unplaced[1][o, p],
            "unplaced_high": unplaced[2][o, p],
            "severance": severance[0][o, p],
            "support_cost": support[0][o, p],
            "support_low": support[1][o, p],
            "support_high": support[2][o, p],
        }
        for o, origin in enumerate(found.origins)
        for p, code in enumerate(data.codes)
    ]
    unit, money = data.units.get("employment", ""), data.units.get("output", "")
    people = ("jobs_gone", "reemployed", "unplaced", "unplaced_low", "unplaced_high")
    costs = ("severance", "support_cost", "support_low", "support_high")
    return made(
        plan,
        "transition_phases",
        Text("Job transition at the origins by phase", "转出地分阶段岗位转换"),
        pd.DataFrame(rows),
        [
            ("origin", "region"),
            ("phase", "phase"),
            *((c, "number", unit) for c in people),
            *((c, "number", money) for c in costs),
        ],
        _METHOD,
        Text(
            "Severance is the employer's; benefit and retraining are public.",
            "经济补偿由用人单位承担；失业保险金与再培训由公共资金承担。",
        ),
    )


def industry_table(plan: Plan, found: Paths) -> Result:
    """Jobs lost and unplaced by origin and industry over the plan, those most in need of support first."""
    lost, unplaced = found.lost[..., 0].sum(axis=2), spread(found.unplaced.sum(axis=2))
    rows = [
        {
            "origin": origin,
            "industry": industry,
            "jobs_gone": lost[o, i],
            "unplaced": unplaced[0][o, i],
            "unplaced_low": unplaced[1][o, i],
            "unplaced_high": unplaced[2][o, i],
        }
        for o, origin in enumerate(found.origins)
        for i, industry in enumerate(found.industries)
        if lost[o, i] > 0
    ]
    columns = ("jobs_gone", "unplaced", "unplaced_low", "unplaced_high")
    frame = pd.DataFrame(rows, columns=["origin", "industry", *columns])
    unit = plan.data.units.get("employment", "")
    return made(
        plan,
        "transition_industries",
        Text("Job transition at the origins by industry", "转出地分产业岗位转换"),
        frame.sort_values("unplaced", ascending=False, kind="stable"),
        [("origin", "region"), ("industry", "industry"), *((c, "number", unit) for c in columns)],
        _METHOD,
    )


def transition(plan: Plan) -> list[Result]:
    """Return the tables of job transition: by phase and by industry."""
    found = paths(plan)
    return [phase_table(plan, found), industry_table(plan, found)]
