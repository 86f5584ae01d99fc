r"""The plan as it stands under other assumptions: its moves are kept, what comes of them is drawn.

Nothing is solved again, so thousands of draws cost a fraction of a second; what a re-made plan would do is
asked by `plan.sensitivity` and by regret. With intake G by the end of each phase and outflow R alike,

.. math:: v(\xi) = q\,f_v \sum_{ihp} a_p(d)\, g^v_{ih}(\omega)\, G_{ihp}, \qquad
          n(\xi) = q \sum_{ihp} a_p(d)\,(1+\rho)^{-t_p}\, g^n_{ih}(\omega)\, G_{ihp}, \qquad
          c(\xi) = q \sum_{p} a_p(d)\,(1-\kappa)^{t_p}
                   \Bigl[\sum_{ih} g^c_{ih}(\omega) G_{ihp} - \sum_{io} l^c_{io} R_{iop}\Bigr]

with q the part of the planned capacity that comes, d the years by which it comes late, :math:`a_p(d)` the
weights of a mean over the plan's years of capacity that comes evenly within each phase and d years late,
:math:`\omega` the weight of the host's own technology (parameter ``plan.host_technology``), f an error of
value added per output, :math:`\rho` the growth of output per worker and :math:`\kappa` the fall of carbon per
output a year, :math:`t_p` years from the plan's start to the middle of the phase. At the values of the study
(and with q = f = 1, the others 0) these are the plan's own figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.plan import Bench, Plan, plan_data
from hinterland.plan.assemble import number
from hinterland.plan.assumptions import Assumption, assumptions
from hinterland.plan.data import PlanData
from hinterland.plan.limits import used_and_limit

Values = npt.NDArray[np.float64]

TECHNOLOGY = "plan.host_technology"
LIMITS: Mapping[str, tuple[float, float]] = {
    "risk.delivery": (0.0, np.inf),
    "risk.delay": (0.0, np.inf),
    TECHNOLOGY: (0.0, 1.0),
    "risk.value_added_error": (0.0, np.inf),
    "risk.worker_output_growth": (-0.5, np.inf),
    "risk.carbon_fall": (-np.inf, 1.0),
    "risk.need_error": (0.0, np.inf),
    "risk.headroom_error": (1e-6, np.inf),
}
"""What is drawn, and the values that make sense of it."""
DRIVERS = tuple(LIMITS)
OUTCOMES = ("value_added", "employment", "co2", "breaches")


def stock_weights(years: Sequence[float], delay: Values) -> Values:
    r"""Weights of the capacity by the end of each phase in its mean over the plan's years, d years late.

    Capacity :math:`G(t)` runs straight from :math:`G_{p-1}` to :math:`G_p` within phase p, from 0 at the
    start; the mean is :math:`\frac1T\int_0^{T-d} G(t)\,dt = \sum_p a_p(d) G_p`.

    Parameters
    ----------
    years : sequence of float [phase]
    delay : array [draw]
        Years, 0 or more.

    Returns
    -------
    array [draw, phase]
        At d = 0 the plan's own weights.
    """
    n = np.asarray(years, dtype=float)
    starts = np.concatenate([[0.0], np.cumsum(n)[:-1]])
    total = n.sum()
    part = np.clip(total - np.asarray(delay, dtype=float)[:, None] - starts, 0.0, n)
    at_end = part**2 / (2 * n)
    at_start = part - at_end
    out = at_end
    out[:, :-1] += at_start[:, 1:]
    weights: Values = out / total
    return weights


@dataclass(frozen=True, eq=False)
class FixedPlan:
    """A plan's moves boiled down to what draws need; arrays [phase], or [cell, phase] for needs and limits.

    Pairs are with the host's technology alone, and with the origins' alone.
    """

    years: tuple[float, ...]
    gains: Mapping[str, tuple[Values, Values]]
    losses: Values
    needs: tuple[Values, Values] | None
    limits: Values | None

    def outcomes(self, draws: Mapping[str, Values]) -> dict[str, Values]:
        """Return every outcome by draw.

        Parameters
        ----------
        draws : mapping of name in `DRIVERS` to array [draw]

        Returns
        -------
        dict of array [draw]
            Money, jobs and carbon as the plan counts them (means over its years); breaches: share of the
            limits of resources that are broken in some phase.
        """
        share, late, own = draws["risk.delivery"], draws["risk.delay"], draws[TECHNOLOGY]
        weight = stock_weights(self.years, late) * share[:, None]
        ends = np.cumsum(self.years)
        middle = ends - np.asarray(self.years) / 2

        def mixed(pair: tuple[Values, Values]) -> Values:
            return own[:, None] * pair[0] + (1 - own)[:, None] * pair[1]

        out: dict[str, Values] = {}
        if "value_added" in self.gains:
            added = (weight * mixed(self.gains["value_added"])).sum(1)
            out["value_added"] = added * draws["risk.value_added_error"]
        if "employment" in self.gains:
            fewer = (1 + draws["risk.worker_output_growth"])[:, None] ** -middle
            out["employment"] = (weight * fewer * mixed(self.gains["employment"])).sum(1)
        if "co2" in self.gains:
            cleaner = (1 - draws["risk.carbon_fall"])[:, None] ** middle
            out["co2"] = (weight * cleaner * (mixed(self.gains["co2"]) - self.losses)).sum(1)
        if self.needs is not None and self.limits is not None:
            need = own[:, None, None] * self.needs[0] + (1 - own)[:, None, None] * self.needs[1]
            factor = share * draws["risk.need_error"] / draws["risk.headroom_error"]
            # what the solver's tolerance leaves is no breach
            broken = need * factor[:, None, None] > self.limits * (1 + 1e-6)
            out["breaches"] = broken.any(2).mean(1)
        return out


def fixed_plan(plan: Plan, bench: Bench) -> FixedPlan:
    """Boil a plan down for draws; its data are put together twice, for either technology alone."""
    host, origin = (plan_data(bench.study({TECHNOLOGY: w}), plan.data.preset) for w in (1.0, 0.0))
    taken = plan.intake
    gone = plan.transfer.sum("host").cumsum("phase").assign_coords(phase=plan.data.codes)

    def summed(data: PlanData, measure: str) -> Values:
        found = (taken * data.gains[measure]).sum(["industry", "host"]).transpose("phase")
        return np.asarray(found.values, dtype=float)

    measures = [m for m in OUTCOMES if m in host.gains and m in plan.values]
    losses = np.zeros(len(plan.data.codes))
    if "co2" in measures:
        losses = (gone * plan.data.losses["co2"]).sum(["industry", "origin"]).transpose("phase").values
    now = float(number(plan.study, TECHNOLOGY, 0, 1))
    weight = plan.data.stock_weight.values
    there = taken.sum(["industry", "host"]).transpose("phase").values
    gains = {}
    for m in measures:
        pair = (summed(host, m), summed(origin, m))
        made = now * pair[0] + (1 - now) * pair[1] - (losses if m == "co2" else 0.0)
        # what the plan counts besides (modes, upgrading and the like) comes with the capacity in place
        rest = plan.values[m] - float(weight @ made)
        spread = rest * there / max(float(weight @ there), 1e-300)
        gains[m] = (pair[0] + spread, pair[1] + spread)
    needs = limits = None
    known = used_and_limit(plan).get("resource")
    if known is not None and host.use is not None and origin.use is not None:
        used, limit = (a.stack(cell=("host", "resource")).transpose("cell", "phase") for a in known)
        used = used.sel(cell=limit["cell"])
        both = [
            (taken * use).sum("industry").stack(cell=("host", "resource")).transpose("cell", "phase")
            for use in (host.use, origin.use)
        ]
        own, other = (a.sel(cell=limit["cell"]).values for a in both)
        more = used.values - now * own - (1 - now) * other
        whole = limit.notnull().all("phase").values
        limits = limit.values[whole]
        needs = ((own + more)[whole], (other + more)[whole])
    return FixedPlan(
        tuple(float(p.years) for p in plan.data.phases),
        gains,
        np.asarray(losses, dtype=float),
        needs,
        limits,
    )


def drivers(plan: Plan) -> tuple[Assumption, ...]:
    """Return what is drawn: each triangular over its range with the study's value as the mode.

    Raises
    ------
    StudyError
        A value that is no number or makes no sense; it says which.
    """
    for code, (low, high) in LIMITS.items():
        number(plan.study, code, low, high)
    found = {a.code: a for a in assumptions(plan.study, frozenset(DRIVERS))}
    return tuple(found[code] for code in DRIVERS)


def as_draws(wanted: Sequence[Assumption], rows: Values) -> dict[str, Values]:
    """Return rows [draw, driver] as the mapping that `FixedPlan.outcomes` takes."""
    return {a.code: rows[:, k] for k, a in enumerate(wanted)}
