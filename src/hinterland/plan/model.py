"""What planning hands over: the `Plan` and the `Frontier`, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hinterland.plan.data import Array, PlanData
from hinterland.study import EMPTY, Result, Study, Text

if TYPE_CHECKING:
    from hinterland.plan.solver import Solution


@dataclass(frozen=True)
class Plan:
    """A phased transfer plan.

    Attributes
    ----------
    study, data
        What it was made for and from.
    objective : str
        The objective it is best for, or "balanced" for the chosen point of the frontier.
    transfer : DataArray[industry, origin, host, phase]
        Capacity moved, money of output per year.
    values : mapping
        Objectives as the solver reports them: means over the plan's years.
    duals : mapping of DataArray
        Worth of one more unit of each limit, in units of `priced_in` (mean per year of the plan), with
        what is built given.
    status : str
        The solver's own word; always "Optimal", for anything else is an error.
    more : mapping of DataArray
        What else the programme decides, by name of its variable; see the properties.
    gap : float
        Share of the objective by which what is built may fall short of the best, proved when it was decided.
    """

    study: Study
    data: PlanData
    objective: str
    transfer: Array
    values: Mapping[str, float]
    duals: Mapping[str, Array]
    bound_duals: Mapping[str, float]
    priced_in: str
    status: str
    iterations: int
    rates: Mapping[str, float] = field(default_factory=dict)
    """What one more unit of each objective counts for where the prices were set, in units of `priced_in`."""
    traded: tuple[str, ...] = ()
    """The objectives it was chosen between; one where it is best for one."""
    more: Mapping[str, Array] = field(default_factory=dict)
    gap: float = 0.0

    @property
    def by_mode(self) -> Array | None:
        """Capacity moved [industry, origin, host, phase, mode]; None in a study without modes."""
        return self.more.get("by_mode")

    @property
    def upgrade(self) -> Array | None:
        """Output upgraded in each phase [industry, host, phase]; None in a study without upgrading."""
        return self.more.get("upgrade")

    @property
    def clusters(self) -> Array | None:
        """1 where a cluster is established in the phase [industry, host, phase]; None without clusters."""
        return self.more.get("establish")

    @property
    def infrastructure(self) -> Array | None:
        """1 where something is built in the phase [infrastructure, host, phase]; None without options."""
        return self.more.get("build")

    @property
    def spending(self) -> Array | None:
        """Money that each fund spends on each use in each phase [fund, use, phase]; None without budgets."""
        return self.more.get("spend")

    @property
    def excess(self) -> dict[str, Array]:
        """Use beyond the limits that may be exceeded at a price, by constraint."""
        return {k.removeprefix("excess_"): a for k, a in self.more.items() if k.startswith("excess_")}

    @property
    def moves(self) -> Array:
        """Capacity moved over the whole plan [industry, origin, host], in the study's order of labels."""
        return self.transfer.sum("phase")

    @property
    def intake(self) -> Array:
        """Capacity moved into each host by the end of each phase, cumulative [industry, host, phase]."""
        return self.transfer.sum("origin").cumsum("phase").assign_coords(phase=self.data.codes)

    @property
    def solver(self) -> dict[str, object]:
        """How the plan was solved, for a manifest: solver, version, options, status."""
        from hinterland.plan.engine import OPTIONS, version

        return {
            "name": "HiGHS",
            "version": version(),
            **OPTIONS,
            "status": self.status,
            "objective": self.objective,
        }

    def results(self) -> dict[str, Result]:
        """Return the plan's tables by name."""
        from hinterland.plan import results

        return results.tables(self)


@dataclass(frozen=True)
class Frontier:
    """Plans of which none is better than another in every objective, from the best in `first` on.

    Attributes
    ----------
    plans : tuple of Plan
    chosen : int
        Position of the chosen plan: the knee, unless it was asked for otherwise.
    payoff : mapping
        Values of all objectives where each one in turn is best (lexicographic).
    first, second, third : str
        The objectives traded off; no third one where there are two.
    how : Text
        How the chosen plan was chosen, where it is not the knee.
    """

    study: Study
    plans: tuple[Plan, ...]
    chosen: int
    payoff: Mapping[str, Mapping[str, float]]
    first: str
    second: str
    note: Text
    third: str = ""
    how: Text = EMPTY

    @property
    def traded(self) -> tuple[str, ...]:
        """The objectives traded off."""
        return (self.first, self.second, self.third) if self.third else (self.first, self.second)

    @property
    def plan(self) -> Plan:
        """The chosen plan."""
        return self.plans[self.chosen]

    def results(self) -> dict[str, Result]:
        """Return the frontier's tables by name."""
        from hinterland.plan import results

        return results.frontier_tables(self)


def _ordered(labels: list[str], known: tuple[str, ...]) -> list[str]:
    """Return labels in the order of the study's own; what it does not know comes last."""
    place = {label: k for k, label in enumerate(known)}
    return sorted(labels, key=lambda label: (place.get(label, len(place)), label))


def make_plan(
    study: Study,
    data: PlanData,
    objective: str,
    priced_in: str,
    solution: Solution,
    priced: Solution,
    traded: tuple[str, ...] = (),
) -> Plan:
    """Put a plan together: moves from the last solve, prices from the one that set them, labels in study
    order."""
    order = {
        "industry": _ordered(data.industries, study.industries),
        "origin": _ordered(data.origins, study.regions),
        "host": _ordered(data.hosts, study.regions),
    }
    transfer = solution.move.sel(order).transpose("industry", "origin", "host", "phase")
    # what is left of rounding in the solver is not a move
    total = float(transfer.sum())
    transfer = transfer.where(transfer > 1e-12 * max(total, 1.0), 0.0)
    more = {
        name: array.sel({d: labels for d, labels in order.items() if d in array.dims})
        for name, array in solution.more.items()
    }
    if "arrive" in more:
        arriving = more["arrive"] / more["arrive"].sum("mode").where(lambda total: total > 0)
        more["by_mode"] = transfer * arriving.fillna(0.0)
    return Plan(
        study,
        data,
        objective,
        transfer,
        dict(solution.values),
        dict(priced.duals),
        dict(priced.bound_duals),
        priced_in,
        solution.status,
        solution.iterations,
        dict(priced.rates),
        traded or (priced_in,),
        more,
        solution.gap,
    )
