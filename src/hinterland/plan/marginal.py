r"""What each host's room, resource by resource and phase by phase, is worth to the plan.

The shadow price :math:`y_{hkp}` of a limit :math:`L_{hkp}` is in money per unit of the resource, and prices
of land, power and people cannot be compared. What one per cent more of a limit brings can be:

.. math:: 0.01\, y_{hkp} L_{hkp} ,

as long as the same limits bind (small changes).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.plan.assemble import phase_key
from hinterland.plan.limits import limit_rows
from hinterland.plan.model import Plan
from hinterland.plan.objectives import SENSE
from hinterland.plan.results import figure, label
from hinterland.study import EMPTY, Result, Text

# Dimensions of the limits that are a host's own: its room and its resources.
_DIMS = {"host", "resource", "phase"}
_STEP = 0.01
# Prices below this share of the largest of their family are rounding.
_NEGLIGIBLE = 1e-6


def marginal_values(plan: Plan) -> Result:
    """Return the marginal value of every host's room and resources by phase, zero where it has some left.

    Returns
    -------
    Result
        plan_marginal_values: host, constraint, resource, phase, limit, used, price (per unit, per year),
        one_percent (what one per cent more of the limit brings), unit (of the limit).
    """
    s, data = plan.study, plan.data
    found = []
    for name, dual in plan.duals.items():
        dims = {str(d) for d in dual.dims}
        if "host" not in dims or not dims <= _DIMS:
            continue
        series = dual.to_series().dropna().rename("price").reset_index()
        least = _NEGLIGIBLE * float(series["price"].abs().max()) if len(series) else 0.0
        series["price"] = series["price"].where(series["price"].abs() > least, 0.0)
        found.append(series.assign(constraint=name).rename(columns={"host": "region"}))
    keys = ["constraint", "region", "resource", "phase"]
    prices = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*keys, "price"])
    prices = prices.reindex(columns=[*keys, "price"])
    prices["resource"] = prices["resource"].astype(object).fillna("")
    limits = limit_rows(plan)
    limits = limits[limits["constraint"].isin(set(prices["constraint"]))]
    frame = limits.merge(prices, on=keys, how="inner", validate="one_to_one")
    frame = frame.rename(columns={"region": "host"})
    frame["one_percent"] = _STEP * frame["price"] * frame["limit"]
    place = {h: k for k, h in enumerate(s.regions)}
    families = {c: k for k, c in enumerate(["host_growth", "resource", *sorted(set(frame["constraint"]))])}
    codes = {p: k for k, p in enumerate(data.codes)}
    order = np.lexsort(
        [
            frame["phase"].map(codes),
            frame["resource"],
            frame["constraint"].map(lambda c: families[c]),
            frame["host"].map(lambda h: place.get(h, len(place))),
        ]
    )
    frame = frame.iloc[order]
    frame["phase"] = frame["phase"].map(lambda c: phase_key(s, data.preset, c))
    measure = data.units.get(plan.priced_in, "")
    columns = [
        label(s, "host", "region"),
        label(s, "constraint", "code"),
        label(s, "resource", "resource"),
        label(s, "phase", "phase"),
        figure(plan, "limit", ""),
        figure(plan, "used", ""),
        label(s, "unit", "text"),
        figure(plan, "price", ""),
        figure(plan, "one_percent", measure),
    ]
    return Result(
        "plan_marginal_values",
        Text("What each host's room is worth, by phase", "各承接地各阶段要素余量的边际价值"),
        frame[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        Text(
            "Shadow prices of the linear programme; limits are cumulative by the end of the phase. One per "
            "cent more: the price times a hundredth of the limit.",
            "线性规划影子价格；约束累计至阶段末。多百分之一：影子价格乘以约束的百分之一。",
        ),
        _note(s.text("objective", plan.priced_in), SENSE[plan.priced_in] == "min"),
    )


def _note(priced_in: Text, saved: bool) -> Text:
    """Say in what the values are, and what none means: room that is left is the usual reason, not the only
    one."""
    lower = Text(" (less of it)", "（减少）") if saved else EMPTY
    return (
        Text(f"In {priced_in.en[:1].lower()}{priced_in.en[1:]}", f"以{priced_in.zh}计")
        + lower
        + Text(
            ". Zero: more of it alone brings nothing, as some is left or another limit binds with it.",
            "。零表示单独增加该项不带来收益：尚有余量，或同时受其他约束限制。",
        )
    )
