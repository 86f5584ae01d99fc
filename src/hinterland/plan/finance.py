r"""What the plan costs and who pays: one function for each use of money, the funds' budgets, and the total.

:math:`s_{fup}` is what fund *f* spends on use *u* in phase *p* (money). Without funds nothing limits what the
plan costs, and the total is reported only.
"""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from hinterland.plan.data import PlanData
from hinterland.plan.terms import Rows, Term, summed
from hinterland.plan.variables import so_far


def transfer_cost(data: PlanData) -> tuple[Term, ...]:
    r"""Cost of moving by phase: :math:`\sum_{ihm} k_m w_{ihpm}` (money)."""
    return () if data.modes is None else (Term("arrive", data.modes.cost),)


def upgrade_cost(data: PlanData) -> tuple[Term, ...]:
    r"""Cost of upgrading by phase: :math:`\sum_{ih} k_i u_{ihp}` (money)."""
    return () if data.upgrades is None else (Term("upgrade", data.upgrades.cost),)


def cluster_cost(data: PlanData) -> tuple[Term, ...]:
    r"""Cost of establishing clusters by phase: :math:`\sum_{ih} k_{ih} c_{ihp}` (money)."""
    return () if data.clusters is None else (Term("establish", data.clusters.cost),)


def infrastructure_cost(data: PlanData) -> tuple[Term, ...]:
    r"""Cost of building by phase: :math:`\sum_{kh} k_{kh} y_{khp}` (money)."""
    return () if data.infrastructure is None else (Term("build", data.infrastructure.cost),)


def excess_cost(data: PlanData) -> tuple[Term, ...]:
    r"""Price of going beyond limits by phase: :math:`\sum_c \pi_c \sum e_{c\cdot p}` (money)."""
    return tuple(Term(f"excess_{name}", price) for name, price in sorted(data.prices.items()))


COSTS: dict[str, Callable[[PlanData], tuple[Term, ...]]] = {
    "cluster": cluster_cost,
    "excess": excess_cost,
    "infrastructure": infrastructure_cost,
    "transfer": transfer_cost,
    "upgrade": upgrade_cost,
}


def _paid(data: PlanData, use: str) -> Rows | None:
    if data.budgets is None or not data.costs:
        return None
    phases = xr.DataArray([0.0] * len(data.codes), {"phase": data.codes}, ["phase"])
    return Rows((*COSTS[use](data), Term("spend", -1.0, at={"use": [use]})), "=", phases)


def pay_transfer(data: PlanData) -> Rows | None:
    r"""The funds pay what moving costs:
    :math:`\sum_{ihm} k_m w_{ihpm} - \sum_f s_{f,\text{transfer},p} = 0`
    (money)."""
    return _paid(data, "transfer")


def pay_upgrade(data: PlanData) -> Rows | None:
    r"""The funds pay what upgrading costs:
    :math:`\sum_{ih} k_i u_{ihp} - \sum_f s_{f,\text{upgrade},p} = 0` (money)."""
    return _paid(data, "upgrade")


def pay_cluster(data: PlanData) -> Rows | None:
    r"""The funds pay for clusters: :math:`\sum_{ih} k_{ih} c_{ihp} - \sum_f s_{f,\text{cluster},p} = 0`
    (money)."""
    return _paid(data, "cluster")


def pay_infrastructure(data: PlanData) -> Rows | None:
    r"""The funds pay for what is built:
    :math:`\sum_{kh} k_{kh} y_{khp} - \sum_f s_{f,\text{infrastructure},p} = 0` (money)."""
    return _paid(data, "infrastructure")


def pay_excess(data: PlanData) -> Rows | None:
    r"""The funds pay for going beyond limits:
    :math:`\sum_c \pi_c \sum e_{c\cdot p} - \sum_f s_{f,\text{excess},p} = 0` (money)."""
    return _paid(data, "excess")


def budget(data: PlanData) -> Rows | None:
    r"""A fund spends no more than it has received so far (money).

    .. math:: \sum_{q\le p}\sum_u s_{fuq} \le \sum_{q\le p} M_{fq}
    """
    if data.budgets is None or not data.costs:
        return None
    received = data.budgets.amount.cumsum("phase").assign_coords(phase=data.codes)
    return Rows((so_far("spend", data),), "<=", received)


def total_cost(data: PlanData) -> tuple[Term, ...]:
    """Return what the whole plan costs (money); nothing where nothing does."""
    return tuple(term for use in COSTS.values() for term in use(data))


def yearly(data: PlanData) -> tuple[Term, ...]:
    """Return what the plan costs a year (money per year)."""
    return summed(total_cost(data), data.spend_weight)
