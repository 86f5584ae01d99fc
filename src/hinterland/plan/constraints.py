r"""The constraints of the transfer programme on what moves, one function each; `stages` and `finance` have
the rest.

Variables (money of output per year), see `variables`:

- :math:`z_{iohp}\ge0`: capacity of industry *i* moved from origin *o* to host *h* in phase *p*;
- :math:`G_{ihp}\ge0`: capacity of *i* moved into *h* by the end of *p*, from all origins.

Every function takes the plan's data and returns one block of rows (see `terms`), or None when the data it
needs are absent. What stands in `PRICED` may be exceeded at a price where the study gives one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from hinterland.plan import finance, stages
from hinterland.plan.data import PlanData
from hinterland.plan.terms import Rows, Term
from hinterland.plan.variables import at_work, so_far


def intake_balance(data: PlanData) -> Rows | None:
    r"""Capacity in place is what has been moved in so far.

    .. math:: G_{ihp} - G_{ih,p-1} - \sum_o z_{iohp} = 0,\qquad G_{ih0} = 0
    """
    order = np.arange(len(data.codes))
    step = (order[:, None] == order) - 1.0 * (order[:, None] == order - 1)
    change = xr.DataArray(step, {"then": data.codes, "phase": data.codes}, ["then", "phase"])
    terms = (Term("intake", change, {"phase": "then"}), Term("move", -1.0))
    return Rows(terms, "=", xr.zeros_like(data.industry_growth))


def releasable(data: PlanData) -> Rows | None:
    r"""An origin releases at most its releasable capacity over the whole plan (money per year).

    .. math:: \sum_h\sum_p z_{iohp} \le R_{io}
    """
    return Rows((Term("move"),), "<=", data.releasable)


def sequence(data: PlanData) -> Rows | None:
    r"""Of all that the plan moves of a factor class, its focus lets at most a share move by the end of a
    phase.

    .. math:: \sum_{i\in c}\sum_h G_{ihp} - F_{cp} \sum_{i\in c}\sum_h G_{ihP} \le 0
              \quad\text{for } F_{cp} < 1

    (money per year). The share is of the plan's own total, so that the order of the classes holds however
    much moves.
    """
    late = data.focus < 1
    if not bool(late.any()):
        return None
    last = data.codes[-1]
    allowed = Term("intake", -1.0 * data.classes * data.focus, {"phase": "end"}, {"phase": [last]})
    return Rows((Term("intake", data.classes), allowed), "<=", xr.zeros_like(data.focus), late)


def host_growth(data: PlanData) -> Rows | None:
    r"""A host takes in at most what its land and parks can grow by (money of output per year).

    .. math:: \sum_i G_{ihp} - \sum_k r_{kh} Y_{khp} \le \bar X_{hp},\qquad
              \bar X_{hp} = g\,n_p \sum_i X_{hi}

    with *n* the years of the plan up to the end of *p* and *r* the room that infrastructure at work opens.
    """
    terms = [Term("intake")]
    if data.infrastructure is not None and bool((data.infrastructure.growth > 0).any()):
        terms.append(at_work(data, -1.0 * data.infrastructure.growth))
    return Rows(tuple(terms), "<=", data.host_growth)


def industry_growth(data: PlanData) -> Rows | None:
    r"""An industry grows by inflow in a host at most at a set pace, which policies slow or speed (money per
    year).

    .. math:: G_{ihp} \le \gamma\,\tilde n_{ihp} \max(X_{hi}, f \sum_j X_{hj})

    with :math:`\tilde n` the years up to the end of *p*, each multiplied by the policy factor of that year.
    """
    return Rows((Term("intake"),), "<=", data.industry_growth)


def policy(data: PlanData) -> Rows | None:
    r"""Nothing moves where a policy forbids it throughout the phase (money per year).

    .. math:: \sum_o z_{iohp} \le 0 \quad\text{for } (i,h,p) \text{ forbidden}
    """
    if not bool(data.forbidden.any()):
        return None
    return Rows((Term("move"),), "<=", xr.zeros_like(data.forbidden, dtype=float), data.forbidden)


def resource(data: PlanData) -> Rows | None:
    r"""Capacity moved in needs no more of a resource than the host's headroom (the resource's unit per year).

    .. math:: \sum_i u_{hik} G_{ihp} + \sum_i w_{hik} \sum_{q\le p} u_{ihq}
              - \sum_j \omega_{jhk} Y_{jhp} \le L_{hkp}

    with *w* the change of need by upgrading (negative where it saves) and :math:`\omega` what infrastructure
    at work opens. Headroom is cumulative by the end of the phase; where it is unknown there is no limit.
    """
    if data.use is None or data.limit is None or not bool(data.limit.notnull().any()):
        return None
    terms = [Term("intake", data.use)]
    if data.upgrades is not None and data.upgrades.use is not None:
        terms.append(so_far("upgrade", data, data.upgrades.use))
    if data.infrastructure is not None and data.infrastructure.opens is not None:
        terms.append(at_work(data, -1.0 * data.infrastructure.opens))
    known = data.limit.notnull()
    return Rows(tuple(terms), "<=", data.limit.where(known, 0.0), known)


def job_loss(data: PlanData) -> Rows | None:
    r"""An origin loses at most a set share of its jobs to the plan within a phase (labour).

    .. math:: \sum_i \ell_{io} \sum_h z_{iohp} \le J_{op}
    """
    if data.job_limit is None:
        return None
    return Rows((Term("move", data.losses["employment"]),), "<=", data.job_limit)


def similarity(data: PlanData) -> Rows | None:
    r"""No two hosts become more alike than the tolerance allows: the anti-homogenisation limit (money per
    year).

    The Finger-Kreinin similarity of two hosts' structures, :math:`\sum_i \min(s_{ih}, s_{ik})`, is not convex
    in the moves, but for the set :math:`N_{hk}` of industries in which *k* is the more specialised one at the
    base it is at most :math:`\sum_{i\in N_{hk}} s_{ih} + \sum_{i\in N_{kh}} s_{ik}`. It rises by at most
    :math:`\tau` when neither host's share in the other's specialities rises by more than :math:`\tau/2`:

    .. math:: \sum_{i\in N_{hk}} (X_{hi}+G_{ihp}) \le
              \Bigl(\sum_{i\in N_{hk}} s_{ih} + \tfrac\tau2\Bigr) \sum_i (X_{hi}+G_{ihp})
              \quad\text{for every ordered pair } (h,k)

    (of rivals, where the study names how many each host has). Linear, met by a plan that moves nothing, and
    sufficient for the bound on every pair.
    """
    if len(data.hosts) < 2:
        return None
    total = data.output.sum("industry")
    weight = data.leaning(data.similarity_tolerance / 2)
    room = (data.similarity_tolerance / 2 * total).expand_dims({"host_to": data.hosts, "phase": data.codes})
    mask = (data.compared & (total > 0)).expand_dims({"phase": data.codes})
    dims = ("host", "host_to", "phase")
    return Rows((Term("intake", weight),), "<=", room.transpose(*dims), mask.transpose(*dims))


def minimum(data: PlanData) -> Rows | None:
    r"""By its end the plan has moved at least the output asked for (money per year).

    .. math:: \sum_i\sum_h G_{ihP} \ge M
    """
    if data.minimum <= 0:
        return None
    return Rows((Term("intake", at={"phase": data.codes[-1:]}),), ">=", data.minimum)


def local_inputs(data: PlanData) -> Rows | None:
    r"""A host makes a share of the critical inputs of what moves there itself (money per year).

    .. math:: \lambda_j \sum_i a_{ji} \sum_m \beta_m \sum_{q\le p} w_{ihqm} - G_{jhp} \le S_{jh}

    with *a* input per unit of output, :math:`\lambda` the share asked for, :math:`\beta` the part of it that
    a mode has to meet (1 without modes) and *S* what the host's own firms can supply to newcomers.
    """
    if data.local_inputs is None:
        return None
    local = data.local_inputs
    need = local.need * local.share
    placed = Term("intake", need) if data.modes is None else so_far("arrive", data, need * data.modes.local)
    inputs = [str(j) for j in local.share["input"].values]
    # an input that moves in is made there from then on
    mine = xr.DataArray(
        [[-float(i == j) for i in data.industries] for j in inputs],
        {"input": inputs, "industry": data.industries},
        ["input", "industry"],
    )
    room = local.supply.expand_dims(phase=data.codes).transpose("input", "host", "phase")
    return Rows((placed, Term("intake", mine)), "<=", room)


def backup_floor(data: PlanData) -> Rows | None:
    r"""By its end the hosts together have the capacity that is asked of them as a backup (money per year).

    .. math:: \sum_h G_{ihP} \ge B_i - \sum_h X_{hi}
    """
    if data.backup_floor is None or not bool(data.backup_floor.notnull().any()):
        return None
    known = data.backup_floor.notnull()
    asked = (data.backup_floor - data.output.sum("host")).where(known, 0.0)
    return Rows((Term("intake", at={"phase": data.codes[-1:]}),), ">=", asked, known)


# In this order; a price is paid for what the constraints before it found in excess.
CONSTRAINTS: dict[str, Callable[[PlanData], Rows | None]] = {
    "intake_balance": intake_balance,
    "releasable": releasable,
    "sequence": sequence,
    "host_growth": host_growth,
    "industry_growth": industry_growth,
    "policy": policy,
    "resource": resource,
    "job_loss": job_loss,
    "similarity": similarity,
    "minimum": minimum,
    "local_inputs": local_inputs,
    "backup_floor": backup_floor,
    "mode_balance": stages.mode_balance,
    "mode_share": stages.mode_share,
    "upgrade_room": stages.upgrade_room,
    "cluster_once": stages.cluster_once,
    "cluster_room": stages.cluster_room,
    "cluster_scale": stages.cluster_scale,
    "cluster_base": stages.cluster_base,
    "infrastructure_once": stages.infrastructure_once,
    "project_scale": stages.project_scale,
    "project_room": stages.project_room,
    "pay_transfer": finance.pay_transfer,
    "pay_upgrade": finance.pay_upgrade,
    "pay_cluster": finance.pay_cluster,
    "pay_infrastructure": finance.pay_infrastructure,
    "pay_excess": finance.pay_excess,
    "budget": finance.budget,
}
# What a study may leave out, and of these what may be exceeded at a price in each phase.
SWITCHED = (
    "sequence",
    "host_growth",
    "industry_growth",
    "policy",
    "resource",
    "job_loss",
    "similarity",
    "minimum",
    "local_inputs",
    "backup_floor",
    "mode_share",
    "cluster_scale",
    "cluster_base",
    "project_scale",
    "budget",
)
PRICED = ("host_growth", "industry_growth", "resource", "job_loss", "local_inputs")
