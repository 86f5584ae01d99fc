r"""The constraints of the transfer programme on what has to come first: modes, upgrading, clusters,
infrastructure and the size of projects; one function each.

Variables, see `variables`: :math:`w_{ihpm}` capacity that arrives in a mode, :math:`u_{ihp}` output upgraded
in a phase, :math:`c_{ihp}` 1 where a cluster is established, :math:`y_{khp}` 1 where infrastructure is built,
:math:`Y_{khp}` at work, :math:`b_{ihp}` 1 where a project begins.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.plan.data import PlanData
from hinterland.plan.terms import Rows, Term
from hinterland.plan.variables import at_work, so_far


def mode_balance(data: PlanData) -> Rows | None:
    r"""All that arrives arrives in one of the modes (money per year).

    .. math:: \sum_m w_{ihpm} - \sum_o z_{iohp} = 0
    """
    if data.modes is None:
        return None
    return Rows((Term("arrive"), Term("move", -1.0)), "=", xr.zeros_like(data.industry_growth))


def mode_share(data: PlanData) -> Rows | None:
    r"""Of what a host takes in at most a share comes in one mode (money per year).

    .. math:: \sum_{q\le p}\sum_i w_{ihqm} - \sigma_m \sum_i G_{ihp} \le 0
              \quad\text{for } \sigma_m < 1
    """
    if data.modes is None or not bool((data.modes.most < 1).any()):
        return None
    bound = data.modes.most.where(data.modes.most < 1, drop=True)
    modes = [str(m) for m in bound["mode"].values]
    mine = so_far("arrive", data)
    none = xr.DataArray(
        np.zeros((len(data.hosts), len(data.codes), len(modes))),
        {"host": data.hosts, "phase": data.codes, "mode": modes},
        ["host", "phase", "mode"],
    )
    terms = (Term("arrive", mine.coefficient, mine.renamed, {"mode": modes}), Term("intake", -1.0 * bound))
    return Rows(terms, "<=", none)


def upgrade_room(data: PlanData) -> Rows | None:
    r"""A host upgrades at most a set part of an industry that it has (money of output per year).

    .. math:: \sum_{q\le p} u_{ihq} \le \bar U_{ihp}
    """
    if data.upgrades is None:
        return None
    return Rows((so_far("upgrade", data),), "<=", data.upgrades.room, data.upgrades.room.notnull())


def cluster_once(data: PlanData) -> Rows | None:
    r"""A cluster is established once.

    .. math:: \sum_p c_{ihp} \le 1
    """
    if data.clusters is None:
        return None
    needed = data.clusters.minimum.notnull()
    return Rows((Term("establish"),), "<=", needed.astype(float), needed)


def cluster_room(data: PlanData) -> Rows | None:
    r"""An industry that needs a cluster moves in only once it is established (money per year).

    .. math:: G_{ihp} - \bar G_{ihp} \sum_{q\le p} c_{ihq} \le 0

    with :math:`\bar G` the pace of the industry in the host, the smallest figure that cuts nothing off.
    """
    if data.clusters is None:
        return None
    needed = data.clusters.minimum.notnull()
    mask = needed.expand_dims(phase=data.codes).transpose("industry", "host", "phase")
    terms = (Term("intake"), so_far("establish", data, -1.0 * data.industry_growth))
    return Rows(terms, "<=", xr.zeros_like(data.industry_growth), mask)


def cluster_scale(data: PlanData) -> Rows | None:
    r"""A cluster that is established reaches its smallest scale by the end of the plan (money per year).

    .. math:: \underline G_{ih} \sum_p c_{ihp} - G_{ihP} \le 0
    """
    if data.clusters is None:
        return None
    needed = data.clusters.minimum.notnull()
    least = data.clusters.minimum.fillna(0.0)
    terms = (Term("establish", least), Term("intake", -1.0, at={"phase": data.codes[-1:]}))
    return Rows(terms, "<=", xr.zeros_like(least), needed)


def cluster_base(data: PlanData) -> Rows | None:
    r"""Infrastructure comes before the emerging cluster that needs it.

    .. math:: \sum_{q\le p} c_{ihq} - Y_{khp} \le 0 \quad\text{for } k \text{ needed by } (i, h)
    """
    if data.clusters is None or data.clusters.needs is None or data.infrastructure is None:
        return None
    needs = data.clusters.needs
    if not bool(needs.any()):
        return None
    mask = needs.expand_dims(phase=data.codes).transpose("industry", "host", "infrastructure", "phase")
    terms = (so_far("establish", data), at_work(data, -1.0))
    return Rows(terms, "<=", xr.zeros_like(mask, dtype=float), mask)


def infrastructure_once(data: PlanData) -> Rows | None:
    r"""Infrastructure is built once.

    .. math:: \sum_p y_{khp} \le 1
    """
    if data.infrastructure is None:
        return None
    there = data.infrastructure.there
    return Rows((Term("build"),), "<=", there.astype(float), there)


def project_scale(data: PlanData) -> Rows | None:
    r"""What arrives of an industry in a host in a phase is nothing or a project of some size
    (money per year).

    .. math:: \underline z_i\, b_{ihp} - \sum_o z_{iohp} \le 0
    """
    if data.project_scale is None:
        return None
    terms = (Term("begin", data.project_scale), Term("move", -1.0))
    return Rows(terms, "<=", xr.zeros_like(data.industry_growth))


def project_room(data: PlanData) -> Rows | None:
    r"""Nothing of an industry arrives in a host in a phase without a project (money per year).

    .. math:: \sum_o z_{iohp} - \bar G_{ihp}\, b_{ihp} \le 0
    """
    if data.project_scale is None:
        return None
    terms = (Term("move"), Term("begin", -1.0 * data.industry_growth))
    return Rows(terms, "<=", xr.zeros_like(data.industry_growth))
