r"""The objectives of the transfer programme, one function each.

All are means over the plan's years, so that capacity that moves earlier counts for longer: :math:`a_p` weighs
the capacity in place at the end of a phase, :math:`W_p=\sum_{q\ge p} a_q` the capacity moved in it (see
`PlanData`). Every function returns the terms of the objective (see `terms`), none when its data are absent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import xarray as xr

from hinterland.plan import finance
from hinterland.plan.data import PlanData
from hinterland.plan.terms import Rows, Term

Sense = Literal["max", "min"]
Terms = tuple[Term, ...]


def value_added(data: PlanData) -> Terms:
    r"""Value added that the hosts' statistics gain (money per year), to be maximised.

    .. math:: \sum_{ihp} a_p\, \nu_{ih}\, G_{ihp} - \sum_{ihpm} W_p (1-\sigma_m) \nu_{ih} w_{ihpm}
              + \sum_{ihp} W_p\, \Delta\nu_{ih}\, u_{ihp}

    with :math:`\sigma_m` the host's share in mode *m* (1 without modes).
    """
    if not data.has("value_added"):
        return ()
    worth = data.gains["value_added"]
    terms = [Term("intake", worth * data.stock_weight)]
    if data.modes is not None:
        elsewhere = 1 - data.modes.host_share
        elsewhere = elsewhere.where(elsewhere > 0, drop=True)
        if elsewhere.size:
            lost = -1.0 * worth * data.flow_weight * elsewhere
            terms.append(Term("arrive", lost, at={"mode": [str(m) for m in elsewhere["mode"].values]}))
    return (*terms, *_upgraded(data, "value_added"))


def employment(data: PlanData) -> Terms:
    r"""Jobs created in the hosts (labour), to be maximised.

    .. math:: \sum_{ihp} a_p\, \ell_{ih}\, G_{ihp} + \sum_{ihp} W_p\, \Delta\ell_{ih}\, u_{ihp}
    """
    if not data.has("employment"):
        return ()
    return Term("intake", data.gains["employment"] * data.stock_weight), *_upgraded(data, "employment")


def co2(data: PlanData) -> Terms:
    r"""Change of national emissions: added in the hosts less saved at the origins (carbon per year),
    minimised.

    .. math:: \sum_{ihp} a_p\, e_{ih}\, G_{ihp} - \sum_{iohp} W_p\, e_{io}\, z_{iohp}
              + \sum_{ihp} W_p\, \Delta e_{ih}\, u_{ihp}
    """
    if not data.has("co2"):
        return ()
    added = Term("intake", data.gains["co2"] * data.stock_weight)
    saved = Term("move", -1.0 * data.losses["co2"] * data.flow_weight)
    return added, saved, *_upgraded(data, "co2")


def _upgraded(data: PlanData, measure: str) -> Terms:
    """Return what upgrading changes of a measure, mean over the years."""
    if data.upgrades is None or measure not in data.upgrades.change:
        return ()
    return (Term("upgrade", data.upgrades.change[measure] * data.flow_weight),)


def landed_cost(data: PlanData) -> Terms:
    r"""Cost of bringing the goods to market from the hosts (money per year), minimised; also settles ties.

    .. math:: \sum_{iohp} W_p\, c_{ioh}\, z_{iohp}
    """
    if data.landed_cost is None:
        return ()
    return (Term("move", data.landed_cost * data.flow_weight),)


def spending(data: PlanData) -> Terms:
    r"""What the plan costs a year (money per year), minimised: the sum over uses and phases over *T* years.

    .. math:: \frac1T \sum_p\Bigl(\sum_{ihm} k_m w_{ihpm} + \sum_{ih} k_i u_{ihp} + \sum_{ih} k_{ih} c_{ihp}
              + \sum_{kh} k_{kh} y_{khp} + \sum_c \pi_c e_{cp}\Bigr)
    """
    return finance.yearly(data)


def resilience(data: PlanData) -> Terms:
    r"""National output that stands on capacity out of the origins' reach (money per year), maximised.

    .. math:: \sum_{ihp} a_p\, g_i\, G_{ihp},\qquad g = (I - B)^{-1}\mathbf 1

    with *B* the national table's domestic sales per unit of output: total forward linkage (Jones 1976; Miller
    & Blair 2009, section 12.2).
    """
    if data.backup is None:
        return ()
    return (Term("intake", data.backup * data.stock_weight),)


def disparity(data: PlanData) -> Rows | None:
    r"""Distance of the hosts' incomes from their people's shares, over their joint base income, minimised.

    .. math:: \sum_h |d_h|,\qquad d_h = \frac{1}{\sum_k Y_k}\Bigl[(Y_h + \Delta_h)
              - \frac{N_h}{\sum_k N_k}\sum_k (Y_k + \Delta_k)\Bigr]

    with *Y* income, *N* people and :math:`\Delta` the value added of `value_added` by host. Twice the Hoover
    index (Hoover 1936) at constant total income. Returns rows in money that say :math:`d_h \le 0`, by host,
    in the variable that `gain` defines.
    """
    if not data.has("disparity"):
        return None
    assert data.incomes is not None
    people = data.incomes.people / data.incomes.people.sum()
    base = data.incomes.income - people * float(data.incomes.income.sum())
    # each host's share of what all gain together, as a sum over the hosts that gain
    joint = Term("gain", -1.0 * people, {"host": "host_to"})
    return Rows((Term("gain"), joint), "<=", -1.0 * base)


def gain(data: PlanData) -> Rows:
    r"""What a host's value added gains, :math:`\Delta_h`, as a variable of its own (money per year): the gaps
    between hosts are sums over all of them, and would be dense otherwise."""
    hosts = xr.DataArray(np.zeros(len(data.hosts)), {"host": data.hosts}, ["host"])
    return Rows((*value_added(data), Term("gain", -1.0)), "=", hosts)


def similarity(data: PlanData) -> Rows | None:
    r"""Largest drift of a host towards what another one is more specialised in, minimised.

    .. math:: \max_{h\ne k} \frac{1}{\sum_i X_{hi}} \sum_i \bigl([i\in N_{hk}]
              - \textstyle\sum_{j\in N_{hk}} s_{jh}\bigr) G_{ihP}

    Twice this bounds the rise of the Finger-Kreinin similarity of any two hosts by the end of the plan
    (see the constraint `similarity`). Returns rows that say that the drift of an ordered pair is at most 0.
    """
    if not data.has("similarity"):
        return None
    total = data.output.sum("industry")
    apart = data.compared
    drift = Term("intake", drift_weight(data), at={"phase": data.codes[-1:]})
    return Rows((drift,), "<=", xr.zeros_like(apart, dtype=float), apart & (total > 0))


def drift_weight(data: PlanData) -> xr.DataArray:
    """Return the drift of a host towards another per unit that it takes in [host, host_to, industry]."""
    total = data.output.sum("industry")
    return data.leaning() / total.where(total > 0, np.inf)


def output(data: PlanData) -> Terms:
    r"""Capacity moved by the end of the plan (money of output per year): reported, and used to explain
    limits.

    .. math:: \sum_{ih} G_{ihP}
    """
    return (Term("intake", at={"phase": data.codes[-1:]}),)


OBJECTIVES: dict[str, Callable[[PlanData], Terms | Rows | None]] = {
    "value_added": value_added,
    "employment": employment,
    "co2": co2,
    "landed_cost": landed_cost,
    "output": output,
    "spending": spending,
    "resilience": resilience,
    "disparity": disparity,
    "similarity": similarity,
}
# Largest of several or sum of magnitudes: linear only as long as they are made small.
CONVEX = ("disparity", "similarity")
SENSE: dict[str, Sense] = {
    "value_added": "max",
    "employment": "max",
    "co2": "min",
    "landed_cost": "min",
    "output": "max",
    "spending": "min",
    "resilience": "max",
    "disparity": "min",
    "similarity": "min",
}
