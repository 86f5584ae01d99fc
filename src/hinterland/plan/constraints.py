r"""The constraints of the transfer programme, one function each.

Variables (money of output per year):

- :math:`z_{iohp}\ge0`: capacity of industry *i* moved from origin *o* to host *h* in phase *p*;
- :math:`G_{ihp}\ge0`: capacity of *i* moved into *h* by the end of *p*, from all origins.

Every function takes the programme's variables and the plan's data and returns one block of constraints, or
None when the data it needs are absent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from hinterland.plan.data import PlanData

# linopy ships no type information
Block = Any


@dataclass(frozen=True)
class Variables:
    """The programme's variables: `move` [industry, origin, host, phase], `intake` [industry, host, phase]."""

    move: Any
    intake: Any


def intake_balance(v: Variables, data: PlanData) -> Block | None:
    r"""Capacity in place is what has been moved in so far.

    .. math:: G_{ihp} - \sum_{q\le p}\sum_o z_{iohq} = 0
    """
    return v.intake - v.move.sum("origin").cumsum("phase") == 0


def releasable(v: Variables, data: PlanData) -> Block | None:
    r"""An origin releases at most its releasable capacity over the whole plan (money per year).

    .. math:: \sum_h\sum_p z_{iohp} \le R_{io}
    """
    return v.move.sum(["host", "phase"]) <= data.releasable


def sequence(v: Variables, data: PlanData) -> Block | None:
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
    moved = (v.intake.sum("host") * data.classes).sum("industry")
    allowed = moved.sel(phase=data.codes[-1], drop=True) * data.focus
    return _masked(moved - allowed, xr.zeros_like(data.focus), late)


def host_growth(v: Variables, data: PlanData) -> Block | None:
    r"""A host takes in at most what its land and parks can grow by (money of output per year).

    .. math:: \sum_i G_{ihp} \le \bar X_{hp},\qquad \bar X_{hp} = g\,n_p \sum_i X_{hi}

    with *n* the years of the plan up to the end of *p*.
    """
    return v.intake.sum("industry") <= data.host_growth


def industry_growth(v: Variables, data: PlanData) -> Block | None:
    r"""An industry grows by inflow in a host at most at a set pace, which policies slow or speed (money per
    year).

    .. math:: G_{ihp} \le \gamma\,\tilde n_{ihp} \max(X_{hi}, f \sum_j X_{hj})

    with :math:`\tilde n` the years up to the end of *p*, each multiplied by the policy factor of that year.
    """
    return v.intake <= data.industry_growth


def policy(v: Variables, data: PlanData) -> Block | None:
    r"""Nothing moves where a policy forbids it throughout the phase (money per year).

    .. math:: \sum_o z_{iohp} \le 0 \quad\text{for } (i,h,p) \text{ forbidden}
    """
    if not bool(data.forbidden.any()):
        return None
    nothing = xr.zeros_like(data.forbidden, dtype=float)
    return _masked(v.move.sum("origin"), nothing, data.forbidden)


def resource(v: Variables, data: PlanData) -> Block | None:
    r"""Capacity moved in needs no more of a resource than the host's headroom (the resource's unit per year).

    .. math:: \sum_i u_{hik} G_{ihp} \le L_{hkp}

    Headroom is cumulative by the end of the phase; where it is unknown there is no limit.
    """
    if data.use is None or data.limit is None or not bool(data.limit.notnull().any()):
        return None
    need = (v.intake * data.use).sum("industry")
    return _masked(need, data.limit, data.limit.notnull())


def job_loss(v: Variables, data: PlanData) -> Block | None:
    r"""An origin loses at most a set share of its jobs to the plan within a phase (labour).

    .. math:: \sum_i \ell_{io} \sum_h z_{iohp} \le J_{op}
    """
    if data.job_limit is None:
        return None
    return (v.move.sum("host") * data.losses["employment"]).sum("industry") <= data.job_limit


def similarity(v: Variables, data: PlanData) -> Block | None:
    r"""No two hosts become more alike than the tolerance allows: the anti-homogenisation limit (money per
    year).

    The Finger-Kreinin similarity of two hosts' structures, :math:`\sum_i \min(s_{ih}, s_{ik})`, is not convex
    in the moves, but for the set :math:`N_{hk}` of industries in which *k* is the more specialised one at the
    base it is at most :math:`\sum_{i\in N_{hk}} s_{ih} + \sum_{i\in N_{kh}} s_{ik}`. It rises by at most
    :math:`\tau` when neither host's share in the other's specialities rises by more than :math:`\tau/2`:

    .. math:: \sum_{i\in N_{hk}} (X_{hi}+G_{ihp}) \le
              \Bigl(\sum_{i\in N_{hk}} s_{ih} + \tfrac\tau2\Bigr) \sum_i (X_{hi}+G_{ihp})
              \quad\text{for every ordered pair } (h,k).

    Linear, met by a plan that moves nothing, and sufficient for the bound on every pair.
    """
    if len(data.hosts) < 2:
        return None
    theirs = data.specialities.astype(float)
    total = data.output.sum("industry")
    allowed = (data.shares * theirs).sum("industry") + data.similarity_tolerance / 2
    weight = (theirs - allowed).where(total > 0, 0.0)
    different = xr.DataArray(~np.eye(len(data.hosts), dtype=bool), coords=allowed.coords, dims=allowed.dims)
    room = (data.similarity_tolerance / 2 * total).expand_dims({"host_to": data.hosts, "phase": data.codes})
    excess = (v.intake * weight).sum("industry")
    mask = (different & (total > 0)).expand_dims({"phase": data.codes})
    dims = ("host", "host_to", "phase")
    return _masked(excess, room.transpose(*dims), mask.transpose(*dims))


def minimum(v: Variables, data: PlanData) -> Block | None:
    r"""By its end the plan has moved at least the output asked for (money per year).

    .. math:: \sum_i\sum_h G_{ihP} \ge M
    """
    if data.minimum <= 0:
        return None
    return v.intake.sel(phase=data.codes[-1]).sum() >= data.minimum


def _masked(
    expression: Any, bound: xr.DataArray, mask: xr.DataArray
) -> tuple[Any, xr.DataArray, xr.DataArray]:
    """Return a block of `expression <= bound` that exists only where the mask is true."""
    return expression, bound.where(mask, 0.0), mask


CONSTRAINTS: dict[str, Callable[[Variables, PlanData], Block | None]] = {
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
}
