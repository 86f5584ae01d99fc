"""What renewing a tax policy costs, added up year by year and cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from hinterland import plan as planning
from hinterland.accounts import complete
from hinterland.accounts.rates import PROFIT_TAX, rates
from hinterland.risk.renewal import renewal_cost
from hinterland.study import Study
from hinterland.study.policies import active


def test_the_tax_that_a_renewal_forgoes_by_hand(southwest: Study) -> None:
    plan = planning.frontier(southwest).plan
    policies = dict(iter(active(southwest.frames["policies"]).groupby("policy")))
    mine = policies["west_income_tax"]
    reduced = rates(southwest, PROFIT_TAX)
    assert reduced is not None
    parts = complete(southwest)["io_value_added"]
    item = str(southwest.parameter("potential.surplus_item"))
    taxable = float(southwest.parameter("potential.taxable_share"))
    total = years = 0.0
    moved = plan.transfer.sum("origin")
    before = 0 * moved.isel(phase=0, drop=True)
    for k, phase in enumerate(plan.data.phases):
        now = moved.isel(phase=k, drop=True)
        for n in range(phase.years):
            years += 1
            if phase.start + n <= 2030:
                continue
            at_work = before + now * (n + 0.5) / phase.years
            for _, row in mine.iterrows():
                i, h = row["industry"], row["region"]
                made = parts.sel(industry=i)
                surplus = float(made.sel(item=item)) / float(made.sum("item"))
                less = 0.25 - float(reduced.value.sel(region=h, industry=i))
                added = float(plan.data.gains["value_added"].sel(industry=i, host=h))
                total += less * taxable * surplus * added * float(at_work.sel(industry=i, host=h))
        before = before + now
    assert total > 0
    assert renewal_cost(plan, mine) == pytest.approx(total / years, rel=1e-9)
    # a policy that lowers no tax has no cost that could be reckoned, which is not none
    assert np.isnan(renewal_cost(plan, policies["carbon_peak_metals"].assign(industry="metals", region="")))
