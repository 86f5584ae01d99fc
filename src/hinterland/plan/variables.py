r"""The programme's variables, and the sums of them that several constraints share.

==========  ====================================================  ==========================================
variable    meaning                                               dimensions
==========  ====================================================  ==========================================
move        capacity moved in the phase (money per year)          industry, origin, host, phase
intake      capacity moved in by the end of the phase             industry, host, phase
arrive      capacity that arrives in the phase in a mode          industry, host, phase, mode
upgrade     output upgraded in the phase (money per year)         industry, host, phase
establish   1 where a cluster is established in the phase         industry, host, phase
build       1 where an infrastructure is built in the phase       infrastructure, host, phase
begin       1 where a project of an industry arrives in a host    industry, host, phase
spend       money that a fund spends in the phase                 fund, use, phase
excess_…    use beyond a limit that may be exceeded at a price    as the limit
==========  ====================================================  ==========================================

What a mode costs and counts for does not depend on the origin, so that the mode is decided for what arrives:
:math:`w_{ihpm}` with :math:`\sum_m w_{ihpm} = \sum_o z_{iohp}`. Every such pair is a
:math:`z_{iohpm}` (share out each mode in proportion, :math:`z_{iohp} w_{ihpm} / \sum_n w_{ihpn}`) and every
:math:`z_{iohpm}` such a pair, with the same value of every row and objective; it takes a fraction of the
columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from hinterland.plan.data import PlanData
from hinterland.plan.options import USES
from hinterland.plan.terms import Array, Term, upto

# Whole numbers; the programme that is solved again and again is its relaxation, see `solver`.
WHOLE = ("establish", "build", "begin")


@dataclass(frozen=True)
class Variable:
    """A variable: its labels, from which number to which each may be, and whether it is whole."""

    coords: Mapping[str, list[str]]
    lower: float = 0.0
    upper: Array | float = np.inf
    whole: bool = False


def variables(data: PlanData) -> dict[str, Variable]:
    """Return the variables that the data call for, by name."""
    cell = {"industry": data.industries, "host": data.hosts, "phase": data.codes}
    moving = {
        "industry": data.industries,
        "origin": data.origins,
        "host": data.hosts,
        "phase": data.codes,
    }
    out = {"move": Variable(moving), "intake": Variable(cell)}
    if data.modes is not None:
        out["arrive"] = Variable({**cell, "mode": data.modes.codes})
    if data.upgrades is not None:
        out["upgrade"] = Variable(cell)
    if data.clusters is not None:
        # where no cluster is needed none can be established
        needed = data.clusters.minimum.notnull().astype(float)
        out["establish"] = Variable(cell, upper=_by_phase(needed, data, "industry", "host"), whole=True)
    if data.infrastructure is not None:
        coords = {"infrastructure": data.infrastructure.codes, "host": data.hosts, "phase": data.codes}
        there = data.infrastructure.there.astype(float)
        out["build"] = Variable(coords, upper=_by_phase(there, data, "infrastructure", "host"), whole=True)
    if data.project_scale is not None:
        out["begin"] = Variable(cell, upper=1.0, whole=True)
    if data.budgets is not None and data.costs:
        coords = {"fund": data.budgets.codes, "use": list(USES), "phase": data.codes}
        allowed = data.budgets.pays.sel(use=list(USES))
        pays = xr.full_like(allowed, np.inf, dtype=float).where(allowed, 0.0)
        out["spend"] = Variable(coords, upper=_by_phase(pays, data, "fund", "use"))
    return out


def _by_phase(array: Array, data: PlanData, *dims: str) -> Array:
    return array.expand_dims(phase=data.codes).transpose(*dims, "phase")


def so_far(name: str, data: PlanData, coefficient: Array | float = 1.0) -> Term:
    r"""Return what a variable adds up to by the end of each phase: :math:`\sum_{q\le p} x_q`."""
    return Term(name, upto(data.codes) * coefficient, {"phase": "then"})


def at_work(data: PlanData, coefficient: Array | float = 1.0) -> Term:
    r"""Return 1 where an infrastructure is at work by the end of a phase.

    .. math:: Y_{khp} = \sum_{q + \lambda_k \le p} y_{khq}

    with :math:`\lambda_k` the lead in phases.
    """
    assert data.infrastructure is not None
    return Term("build", data.infrastructure.at_work(data.codes) * coefficient, {"phase": "built"})
