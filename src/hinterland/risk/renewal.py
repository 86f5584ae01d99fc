"""What it costs the treasury to renew a policy that lowers the profit tax."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.accounts.rates import PROFIT_TAX, rates
from hinterland.plan import Plan
from hinterland.plan.safeguards.fiscal import shares, tax_spans
from hinterland.plan.safeguards.given import ramp
from hinterland.study import StudyError
from hinterland.study.policies import applies


def renewal_cost(plan: Plan, policy: pd.DataFrame) -> float:
    r"""Return the tax that a renewed policy forgoes on what the plan moves in (money a year).

    .. math:: \frac1T \sum_{t > e}\ \sum_{(i,h)\in P} (\tau - \tau_{ih})\,\theta\, s_i\, \nu_{ih} K_{iht}

    with *e* the policy's last year, *P* the industries and hosts that it names, :math:`\tau` the full rate
    and :math:`\tau_{ih}` that of the table cost_rates, :math:`\theta` the taxable part of the operating
    surplus, *s* the surplus's share of value added, :math:`\nu` value added per unit and *K* the capacity at
    work; a mean over all *T* years of the plan, as are the gains of a renewal. What the renewal itself brings
    in is not taxed here.

    Parameters
    ----------
    plan : Plan
    policy : DataFrame
        The policy's rows, as `active` returns them.

    Returns
    -------
    float
        NaN where the policy lowers no rate of profit tax, or rates, fiscal rules or surplus are not known.
    """
    study, phases = plan.study, plan.data.phases
    reduced = rates(study, PROFIT_TAX)
    industries = [str(i) for i in plan.transfer["industry"].values]
    hosts = [str(h) for h in plan.transfer["host"].values]
    try:
        full = tax_spans(study, phases[0].start)["profit_tax_rate"][1]
        surplus = shares(study, industries).surplus.values
    except StudyError:
        return float("nan")
    if reduced is None or "value_added" not in plan.data.gains:
        return float("nan")
    less = full - reduced.value.sel(industry=industries, region=hosts).transpose("industry", "region").values
    named = np.array(
        [[any(applies(r, i, h) for _, r in policy.iterrows()) for h in hosts] for i in industries]
    )
    less = np.where(named, np.clip(less, 0.0, None), 0.0)
    if not np.nansum(less) > 0:
        return float("nan")
    added = plan.data.gains["value_added"].sel(industry=industries, host=hosts).transpose("industry", "host")
    per_unit = less * surplus[:, None] * float(study.parameter("potential.taxable_share")) * added.values
    moved = plan.transfer.sum("origin").sel(industry=industries, host=hosts)
    per_unit[less == 0] = 0.0
    forgone = per_unit[..., None] * moved.transpose("industry", "host", "phase").values
    lengths = [p.years for p in phases]
    by_year = ramp(forgone.sum(axis=(0, 1)), lengths, sum(lengths))[1]
    after = phases[0].start + np.arange(len(by_year)) > int(policy["end_year"].max())
    return float(by_year[after].sum() / len(by_year))
