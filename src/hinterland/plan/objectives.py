r"""The objectives of the transfer programme, one function each.

All are means over the plan's years, so that capacity that moves earlier counts for longer: :math:`a_p` weighs
the capacity in place at the end of a phase, :math:`W_p=\sum_{q\ge p} a_q` the capacity moved in it (see
`PlanData`). Every function returns the linear expression of the objective, or None when its data are absent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from hinterland.plan.constraints import Variables
from hinterland.plan.data import PlanData

Sense = Literal["max", "min"]


def value_added(v: Variables, data: PlanData) -> Any | None:
    r"""Value added created in the hosts (money per year), to be maximised.

    .. math:: \sum_{ihp} a_p\, \nu_{ih}\, G_{ihp}
    """
    if not data.has("value_added"):
        return None
    return (v.intake * (data.gains["value_added"] * data.stock_weight)).sum()


def employment(v: Variables, data: PlanData) -> Any | None:
    r"""Jobs created in the hosts (labour), to be maximised.

    .. math:: \sum_{ihp} a_p\, \ell_{ih}\, G_{ihp}
    """
    if not data.has("employment"):
        return None
    return (v.intake * (data.gains["employment"] * data.stock_weight)).sum()


def co2(v: Variables, data: PlanData) -> Any | None:
    r"""Change of national emissions: added in the hosts less saved at the origins (carbon per year),
    minimised.

    .. math:: \sum_{ihp} a_p\, e_{ih}\, G_{ihp} - \sum_{iohp} W_p\, e_{io}\, z_{iohp}
    """
    if not data.has("co2"):
        return None
    added = (v.intake * (data.gains["co2"] * data.stock_weight)).sum()
    saved = (v.move * (data.losses["co2"] * data.flow_weight)).sum()
    return added - saved


def landed_cost(v: Variables, data: PlanData) -> Any | None:
    r"""Cost of bringing the goods to market from the hosts (money per year), minimised; also settles ties.

    .. math:: \sum_{iohp} W_p\, c_{ioh}\, z_{iohp}
    """
    if data.landed_cost is None:
        return None
    return (v.move * (data.landed_cost * data.flow_weight)).sum()


def output(v: Variables, data: PlanData) -> Any | None:
    r"""Capacity moved by the end of the plan (money of output per year): reported, and used to explain
    limits.

    .. math:: \sum_{ih} G_{ihP}
    """
    return v.intake.sel(phase=data.codes[-1]).sum()


OBJECTIVES: dict[str, Callable[[Variables, PlanData], Any | None]] = {
    "value_added": value_added,
    "employment": employment,
    "co2": co2,
    "landed_cost": landed_cost,
    "output": output,
}
SENSE: dict[str, Sense] = {
    "value_added": "max",
    "employment": "max",
    "co2": "min",
    "landed_cost": "min",
    "output": "max",
}
