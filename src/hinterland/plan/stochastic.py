r"""Plans for several futures: the best on average, in the worst cases, and of the least regret.

*What is decided when.* The first phase is decided before it is known which future comes (here and now); the
later phases are decided in each future by itself (recourse). One linear programme holds all futures: the
columns of the first phase once, those of the later phases once for each future (the extensive form; the
first phase the same in all futures is the non-anticipativity condition). What is built whole (clusters,
infrastructure) is as in the plan.

*What a plan is worth* in a future *s* is what the plan's own prices make of it,

.. math:: g_s = \sum_k \lambda_k f_{ks} - (t_s - 1) C_s ,

with :math:`\lambda_k` what a unit of objective *k* counts for where the plan was found (1 for the objective
prices are in, minus the price of carbon for carbon), and the landed cost *C* charged with as much as it
differs from today's. With today's data the plan is best for this worth, so that a difference in it is due to
the futures alone.

Decision rules, with :math:`\pi_s` the probabilities:

.. math:: \max \sum_s \pi_s g_s; \qquad
          \max\ \eta - \tfrac{1}{1-\alpha} \sum_s \pi_s (\eta - g_s)^+; \qquad
          \min \max_s (g_s^* - g_s),

the expected worth, the conditional value at risk, which is the mean of the worst :math:`1-\alpha`
(Rockafellar & Uryasev 2000), and the largest regret against :math:`g_s^*`, the best had the future been known
(Savage 1951). To each is added a ten-thousandth of the expected worth, so that what the rule leaves open is
settled.

The plan itself, made for today's data, is judged by its first phase: as much of it as leaves every future
feasible is carried out (the most in all, none of its moves more than planned, the same in all futures since
it is decided before they are known), and the later phases are the best that follow. By how much the expected
worth is larger by the rule that looks at the futures is the value of the stochastic solution, with the plan's
first phase in place of that for the mean of the futures (the two are one where the plan is made for it); by
how much it is larger still if the future is known, the value of perfect information.

References
----------
Birge & Louveaux (2011), Introduction to Stochastic Programming, Springer: value of the stochastic solution
and of perfect information.
Rockafellar & Uryasev (2000), Journal of Risk 2(3), 21-41.
Savage (1951), Journal of the American Statistical Association 46(253), 55-67.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hinterland.plan.data import Array, PlanData
from hinterland.plan.engine import INFINITE
from hinterland.plan.programme import build
from hinterland.plan.recourse import RULES, Loaded, Part, decide
from hinterland.plan.scenarios import ENERGY, Future, under
from hinterland.plan.solver import NotSolvedError
from hinterland.plan.variables import WHOLE
from hinterland.study import StudyError, Text

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """A first phase and what it comes to: moves of the first phase and of each future, worth by future.

    Attributes
    ----------
    rule : str
        One of `RULES`; "plan" is the plan's own first phase.
    first : DataArray[industry, origin, host]
        Moves of the first phase.
    worth : array [future]
    carried : float
        Share of the plan's first phase that every future leaves feasible; 1 by the other rules.
    values : tuple of mapping
        Objectives by future.
    """

    rule: str
    first: Array
    worth: Values
    carried: float
    values: tuple[Mapping[str, float], ...]


@dataclass(frozen=True)
class Choice:
    """Decisions by several rules, and what would be reached if the future were known."""

    futures: tuple[Future, ...]
    known: Values
    decisions: tuple[Decision, ...]
    level: float
    charge: float = 1.0
    """What a unit of landed cost counts for."""
    without_effect: tuple[str, ...] = ()
    """Factors that touch nothing in the plan's data."""

    def regret(self, decision: Decision) -> Values:
        """What a decision falls short by of the best had the future been known; rounding is no regret."""
        short = self.known - decision.worth
        return np.where(short > 1e-8 * np.abs(self.known), short, 0.0)


def part(
    data: PlanData,
    future: Future,
    exported: Array,
    rates: Mapping[str, float],
    built: Mapping[str, Array] = MappingProxyType({}),
    charge: float = 1.0,
) -> Part:
    """Write out one future's programme, with what is built whole given as in a plan; `charge` is what a unit
    of landed cost counts for."""
    programme = build(under(data, future, exported))
    model, m = programme.model, programme.model.matrices
    column = {int(v): k for k, v in enumerate(m.vlabels)}
    row = {int(v): k for k, v in enumerate(m.clabels)}
    a = sparse.coo_array(m.A)
    now = data.codes[0]
    objective = {n: column[int(model.variables[n].labels)] for n in programme.objectives}
    # what has no phase only measures, and is of its future
    shared = np.zeros(len(column), dtype=bool)
    for name in model.variables:
        labels = model.variables[name].labels
        if "phase" in labels.dims:
            at_first = labels.sel(phase=now).values.ravel()
            shared[[column[int(v)] for v in at_first if int(v) in column]] = True
    move = model.variables["move"].labels
    moves = move.sel(phase=now).transpose("industry", "origin", "host", ...)
    at = np.vectorize(lambda v: column.get(int(v), -1))(moves.values).reshape(*moves.shape[:3], -1)
    first = [(at[k][at[k] >= 0], k) for k in np.ndindex(*at.shape[:3])]
    keep = future.factors["coast"]
    b = np.asarray(m.b, dtype=float).copy()
    if keep != 1.0 and "releasable" in programme.constraints:
        rows = [row[int(v)] for v in model.constraints["releasable"].labels.values.ravel() if int(v) in row]
        # what is lost at the coast is lost of what has not left in the first phase
        cut = np.isin(a.coords[0], rows) & shared[a.coords[1]]
        a = sparse.coo_array((np.where(cut, keep * a.data, a.data), a.coords), shape=a.shape)
        b[rows] *= keep
    lb, ub = np.asarray(m.lb, dtype=float).copy(), np.asarray(m.ub, dtype=float).copy()
    for name in WHOLE:
        if name in built and name in model.variables:
            labels = model.variables[name].labels
            at_all = [column[int(v)] for v in labels.values.ravel()]
            held = built[name].sel({d: labels[d].values for d in labels.dims}).transpose(*labels.dims)
            lb[at_all] = ub[at_all] = np.round(held.values.ravel())
    sense = np.asarray(m.sense)
    worth = np.zeros(len(column))
    for name, rate in rates.items():
        if name in objective:
            worth[objective[name]] += rate
    if "landed_cost" in objective:
        worth[objective["landed_cost"]] -= charge * (future.factors["cost"] - 1.0)
    return Part(
        sparse.csr_array(a),
        np.where(sense == "<", -INFINITE, b),
        np.where(sense == ">", INFINITE, b),
        lb,
        ub,
        shared,
        objective,
        first,
        worth,
    )


def choose(
    data: PlanData,
    futures: Sequence[Future],
    exported: Array,
    rates: Mapping[str, float],
    plan: Array,
    level: float,
    built: Mapping[str, Array] = MappingProxyType({}),
    charge: float = 1.0,
) -> Choice:
    """Return the decisions by every rule, and how the plan's own first phase fares.

    Parameters
    ----------
    data : PlanData
        Two phases or more.
    futures : sequence of Future
    exported : DataArray[industry]
        Share of exports in output.
    rates : mapping
        What a unit of each objective counts for.
    plan : DataArray[industry, origin, host]
        The plan's moves of the first phase.
    level : float
        Level of the conditional value at risk, from 0 to below 1.
    built : mapping
        What the plan has built (its `more`); other whole-number decisions are relaxed.
    charge : float
        What a unit of landed cost counts for in the units of the worth: 1 where that is money, 0 where it
        cannot be said.

    Raises
    ------
    StudyError
        The plan has one phase only, or a future leaves no plan; it is named.
    """
    if len(data.codes) < 2:
        raise StudyError(
            Text(
                "The plan has one phase only: nothing is decided later.", "方案只有一个阶段，没有后续决策。"
            ),
            Text("Choose a preset with two phases or more.", "请选择至少两个阶段的分期。"),
        )
    parts = [part(data, future, exported, rates, built, charge) for future in futures]
    order = plan.transpose("industry", "origin", "host").sel(
        industry=data.industries, origin=data.origins, host=data.hosts
    )
    wanted = np.asarray(order.values, dtype=float)
    try:
        known, found = decide(parts, np.array([f.probability for f in futures]), wanted, level)
    except NotSolvedError as error:
        raise _without_plan(parts, futures, error) from error
    decisions = []
    for rule in RULES:
        each = found[rule]
        worth = np.array([float(p.worth @ x) for p, x in zip(parts, each, strict=True)])
        first = _first(parts[0], each[0], order)
        kept = float(first.sum()) / (float(wanted.sum()) or 1.0) if rule == "plan" else 1.0
        values = tuple(_objectives(p, x) for p, x in zip(parts, each, strict=True))
        decisions.append(Decision(rule, first, worth, kept, values))
    return Choice(tuple(futures), known, tuple(decisions), level, charge, _idle(data, exported, charge))


def _without_plan(parts: Sequence[Part], futures: Sequence[Future], error: NotSolvedError) -> StudyError:
    """Name the futures that leave no plan; where each leaves one, no first phase suits them all."""
    lacking = []
    for p, future in zip(parts, futures, strict=True):
        try:
            Loaded(p.a, p.low, p.high, p.lb, p.ub).best(p.worth)
        except NotSolvedError:
            lacking.append(future.code)
    said = f" ({error.status})"
    if lacking:
        words = Text(
            f"There is no plan in these futures: {', '.join(lacking)}{said}.",
            f"以下情景中没有可行方案：{'、'.join(lacking)}{said}。",
        )
    else:
        words = Text(
            f"Each future has a plan, but no first phase suits all of them{said}.",
            f"各情景均有方案，但没有对所有情景都可行的首阶段{said}。",
        )
    return StudyError(
        words,
        Text(
            "Look at the factors in plan_scenarios, and at what the plan is asked for (backup_floors, "
            "cluster_options, project sizes).",
            "请检查plan_scenarios中的倍数，以及对方案的要求（backup_floors、cluster_options、项目规模）。",
        ),
    )


def _idle(data: PlanData, exported: Array, charge: float) -> tuple[str, ...]:
    """Return the factors of futures that touch nothing in the data of a plan."""
    limit = data.limit
    energy = limit is not None and ENERGY in limit["resource"].values and "resource" not in data.left_out
    felt = {
        "growth": not {"host_growth", "industry_growth"} <= set(data.left_out),
        "energy": energy and limit is not None and bool(limit.sel(resource=ENERGY).notnull().any()),
        "demand": bool((exported > 0).any()),
        "cost": data.landed_cost is not None and charge != 0,
    }
    return tuple(name for name, any_effect in felt.items() if not any_effect)


def _objectives(p: Part, x: Values) -> dict[str, float]:
    return {name: float(x[k]) for name, k in p.objective.items()}


def _first(p: Part, x: Values, like: Array) -> Array:
    """Return the moves of the first phase."""
    values = np.zeros(like.shape)
    for columns, cell in p.first:
        values[cell] = x[columns].sum()
    return like.copy(data=np.maximum(values, 0.0))
