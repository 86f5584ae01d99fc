"""Input-output impact: what a scenario does to output, value added, jobs and emissions everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import scipy.linalg
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import Baseline, baseline
from hinterland.simulate.caps import ceilings
from hinterland.simulate.changes import REPRESENTS, Change
from hinterland.simulate.moves import states_of_moves
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario, as_scenario
from hinterland.simulate.scenario_check import checked, refuse_unsupported
from hinterland.simulate.spending import Spending, spending
from hinterland.simulate.state import state_of
from hinterland.simulate.supply import supply_effects
from hinterland.simulate.system import INCOME, System, per_output, shifted
from hinterland.simulate.tables import impact_tables
from hinterland.study import Study, StudyError, Text

Array = npt.NDArray[np.float64]

Side = Literal["demand", "supply", "mixed"]
Households = Literal["inside", "outside"]
Caps: TypeAlias = Callable[[Array], Array]

# Accounts that an impact states besides output.
STATED = ("value_added", "employment", "co2")
CAPPED = Text(
    "A cap on a resource cuts all who use it in the region in the same proportion; their suppliers lose with "
    "them, their customers are not stopped.",
    "资源上限使当地所有使用者同比例减产，其供应商随之受损；其客户的生产不因此中断。",
)
# A solution whose residual, relative to the largest output, is above this is none.
RESIDUAL = 1e-9


@dataclass(frozen=True, eq=False)
class Effects:
    """Change of output by what brings it about, [n] each; accounts per output after; residual."""

    direct: Array
    indirect: Array
    induced: Array | None
    per: dict[str, Array]
    residual: float


class _Solver:
    """One factorisation of a system, and the largest error of what it has solved."""

    def __init__(self, matrix: Array, size: float) -> None:
        if not np.all(np.isfinite(matrix)):
            raise StudyError(
                Text("Labour income is not known everywhere.", "部分地区产业的劳动报酬未知。"),
                Text("Complete the table, or run it with households outside.",
                     "请补全数据，或以households=outside运行。"),
            )  # fmt: skip
        self.matrix, self.size, self.residual = matrix, size, 0.0
        self.factor = scipy.linalg.lu_factor(matrix, check_finite=False)

    def reach(self, columns: npt.NDArray[np.intp]) -> Array:
        """Columns of the inverse."""
        unit = np.zeros((len(self.matrix), columns.size))
        unit[columns, np.arange(columns.size)] = 1.0
        return np.asarray(scipy.linalg.lu_solve(self.factor, unit, check_finite=False))

    def solve(self, wanted: Array) -> Array:
        """Output [n] for a final demand; a solution that is none is an error."""
        found = np.asarray(scipy.linalg.lu_solve(self.factor, wanted, check_finite=False))
        residual = float(np.abs(self.matrix @ found - wanted).max(initial=0.0) / self.size)
        lowest = float(found.min(initial=0.0))
        if not residual <= RESIDUAL or lowest < -1e-6 * self.size:
            raise StudyError(
                Text(
                    f"The table after the changes has no meaningful solution (residual {residual:.2g}, "
                    f"smallest output {lowest:.4g}).",
                    f"变化后的投入产出表没有有意义的解（残差{residual:.2g}，最小产出{lowest:.4g}）。",
                ),
                Text(
                    "Move or close less at once, or check the table's input coefficients.",
                    "请减少一次转移或关停的数额，或检查投入系数。",
                ),
            )
        self.residual = max(self.residual, residual)
        return found


def _hold(solver: _Solver, demand: Array, fixed: npt.NDArray[np.intp], target: Array) -> Array:
    """Final demand [n] with which the industries `fixed` make exactly `target` (mixed model)."""
    if not fixed.size:
        return demand
    gap = target[fixed] - solver.solve(demand)[fixed]
    more = np.zeros_like(demand)
    more[fixed] = np.linalg.solve(solver.reach(fixed)[fixed], gap)
    return demand + more


def _capped(
    solver: _Solver, demand: Array, fixed: npt.NDArray[np.intp], target: Array, caps: Caps | None
) -> tuple[Array, Array]:
    """Final demand [n] with which `fixed` make `target` and none more than caps allow; what caps cut [n]."""
    held, cut = _hold(solver, demand, fixed, target), np.zeros_like(demand)
    if caps is None:
        return held, cut
    free = solver.solve(held)
    highest = caps(free)
    bound = np.flatnonzero(free > highest)
    while bound.size:
        goal = np.where(free > highest, highest, target)
        lower = _hold(solver, demand, np.union1d(fixed, bound), goal)
        # where other caps leave less demand than a cap would allow, it does not bind
        slack = np.setdiff1d(bound[lower[bound] > held[bound]], fixed)
        if not slack.size:
            cut[bound] = highest[bound] - free[bound]
            return lower, cut
        bound = np.setdiff1d(bound, slack)
    return held, cut


def demand_effects(
    table: IOTable,
    system: System,
    side: Side = "demand",
    spent: Spending | None = None,
    caps: Caps | None = None,
) -> Effects:
    r"""Direct, indirect and induced change of output of a changed system.

    .. math::
        x' = (I - A')^{-1} (y' + p), \qquad
        x'' = (I - A')^{-1} (y' + p + M C\, (H' x'' - H x))

    Direct: what the scenario itself says (capacity moved, built, closed; demand). Indirect: :math:`x' - x`
    less direct, the suppliers and customers. Induced: :math:`x'' - x'`, the spending of the change of labour
    income :math:`H' x'' - H x` by the households where it is earned.

    A plant of output b that brings its own market sells :math:`p = b / L'_{cc}` to new final demand, so that
    by itself it makes b (output-to-output multipliers); plants add up. With the side "mixed" the output of
    every industry with changed capacity is what the scenario says, exactly, and its final demand is what
    remains.

    Where caps allow less than is demanded, those who use the resource make what is allowed (mixed model) and
    what they lack is direct. Their suppliers lose with them; their customers are not stopped.

    Parameters
    ----------
    table : IOTable
    system : System
    side : "demand" or "mixed"
    spent : Spending, optional
        C [n, region] and who is paid; without it nothing is induced.
    caps : function, optional
        The largest output [n] that is allowed where an output [n] is demanded (`caps.ceilings`).

    References
    ----------
    Miller & Blair (2009), sections 2.5 and 6.2 (households inside), 6.5.3 (output to output), 13.2 (mixed).
    """
    size = float(table.x.max())
    open_ = _Solver(np.eye(len(table.x)) - system.A, size)
    target = table.x + system.capacity
    fixed = np.flatnonzero(system.capacity) if side == "mixed" else np.array([], dtype=np.intp)
    plants = np.flatnonzero(system.plants) if side == "demand" else fixed[:0]
    demand = system.y.copy()
    if plants.size:
        demand[plants] += system.plants[plants] / open_.reach(plants)[plants, np.arange(plants.size)]
    held, cut = _capped(open_, demand, fixed, target, caps)
    first, direct = open_.solve(held), system.direct + cut
    induced, residual = None, open_.residual
    if spent is not None:
        buys = system.resell(spent.buys)
        closed = _Solver(open_.matrix - buys @ spent.pays(system.per[INCOME]), size)
        wanted = demand - buys @ (spent.pays(spent.before) @ table.x)
        induced = closed.solve(_capped(closed, wanted, fixed, target, caps)[0]) - first
        residual = max(residual, closed.residual)
    return Effects(direct, first - table.x - direct, induced, dict(system.per), residual)


def impact(
    study: Study,
    scenario: Scenario | Iterable[Change] | xr.DataArray,
    table: IOTable | None = None,
    *,
    side: Side = "demand",
    households: Households | None = None,
    years: Sequence[int] | None = None,
    propensity: float | None = None,
) -> Outcome:
    r"""Impact of a scenario on output, value added, employment and emissions everywhere.

    See `shifted` for what the changes do to the system and `demand_effects` for how it responds; "supply"
    (`supply_effects`) asks instead what happens to customers when capacity comes and goes.

    What it leaves out: prices and wages, growth from the base year, capacity limits of others. National
    output changes only as far as host and origin differ in inputs, imports and value added: if all regions
    used one technology and bought at home, relocation would leave it as it is.

    Parameters
    ----------
    study : Study
    scenario : Scenario, or DataArray [industry, origin, host] or [industry, origin, host, phase]
        An array holds output moved, money of the base year, at least 0; labels left out mean no move; moves
        add up from phase to phase.
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.
    side : "demand", "supply" or "mixed"
        Driven by demand (Leontief), by supply (Ghosh), or by demand with the outputs of changed capacities
        fixed at what the scenario says.
    households : "inside" or "outside"
        Whether `result` holds the induced effects; default: inside for a scenario where the table tells
        labour income and consumption by region, outside for an array of moves. `effects` tells them apart
        either way.
    years : sequence of int, optional
        Years to report; default: those in which something changes (`Scenario.years`), or one state "after".
    propensity : float, optional
        Spending per unit of labour income; default: the parameter simulate.propensity_to_consume.

    Returns
    -------
    Outcome
        `effects` [effect, time, region, industry] holds direct, indirect (and induced) changes that sum to
        all that happens. Tables impact_by_region, impact_by_industry, impact_effects, impact_losers, and
        impact_by_phase when moves have phases.

    Raises
    ------
    StudyError
        Everything wrong with the scenario at once; changes that the model cannot represent, with the models
        that can; moves larger than the origin's output (with figures); no meaningful solution.
    """
    _known_word(side, get_args(Side), "side")
    if households is not None:
        _known_word(households, get_args(Households), "households")
    base = baseline(study, table)
    times: list[str | int]
    if isinstance(scenario, xr.DataArray):
        states, times, clock, moves = states_of_moves(base, study, scenario)
        written: Scenario | None = None
    else:
        written = as_scenario(scenario)
        refuse_unsupported(written, "impact", REPRESENTS)
        _refuse_side(written, side)
        checked(written, base)
        dates = tuple(years) if years is not None else written.dated(base.study).years
        times, clock = [*dates] or ["after"], "year" if dates else "state"
        states = [state_of(written, base, year) for year in dates or (None,)]
        moves = None
    spent, lacking = _spending(base, propensity, households, side)
    inside = households == "inside" or (households is None and written is not None and spent is not None)
    compensation = spent.compensation if spent is not None else None
    found = []
    for state in states:
        if side == "supply":
            found.append(supply_effects(base, state))
        else:
            caps = partial(ceilings, base, state.resources) if state.resources else None
            found.append(demand_effects(base.table, shifted(base, state, compensation), side, spent, caps))
    result, effects = _datasets(base, found, xr.Variable("time", times, {"clock": clock}), inside)
    residual = max(item.residual for item in found)
    outcome = Outcome(
        "impact",
        base.accounts,
        result,
        (),
        residual,
        effects,
        written,
        base.fingerprint,
        {
            "side": side,
            "households": "inside" if inside else "outside",
            "propensity": None if spent is None else spent.propensity,
        },
        None,
        tuple(
            note
            for note in (lacking, CAPPED if any(state.resources for state in states) else None)
            if note is not None
        ),
    )
    return replace(outcome, tables=impact_tables(study, base.table, outcome, moves))


def _spending(
    base: Baseline, propensity: float | None, households: Households | None, side: Side
) -> tuple[Spending | None, Text | None]:
    """Households of the table; None with the reason where they cannot be told and were not asked for."""
    if side == "supply":
        if households == "inside":
            raise StudyError(
                Text("The supply-driven model has no spending of incomes.", "供给驱动模型没有收入再支出。"),
                Text(
                    "Leave households out, or choose side demand.",
                    "请不要指定households，或改用side=demand。",
                ),
            )
        return None, None
    try:
        return spending(base, propensity), None
    except StudyError as error:
        if households == "inside" or propensity is not None:
            raise
        return None, Text("No induced effects: ", "未计诱发效应：") + error.words


def _datasets(
    base: Baseline, found: Sequence[Effects], time: xr.Variable, inside: bool
) -> tuple[xr.Dataset, xr.Dataset]:
    """State after and effects, for output and every account that the table has."""
    table = base.table
    names = ("output", *(n for n in STATED if n in base.accounts))
    kinds = ["direct", "indirect", *(["induced"] if found[0].induced is not None else [])]
    was = {"output": np.ones_like(table.x), **per_output(table, None)}
    result, effects = {}, {}
    for name in names:
        before = base.accounts[name].to_numpy().ravel()
        states, parts = [], []
        for item in found:
            rate = np.ones_like(table.x) if name == "output" else item.per[name]
            # direct holds the change of the recipe too: what is there is made with other inputs
            direct = rate * (table.x + item.direct) - was[name] * table.x
            split = [direct, rate * item.indirect]
            if item.induced is not None:
                split.append(rate * item.induced)
            parts.append(np.stack(split))
            counted = split if inside else split[:2]
            states.append(before + sum(counted))
        unit = {"unit": base.accounts[name].attrs["unit"]}
        shape = (len(table.regions), len(table.industries))
        result[name] = (
            ("time", "region", "industry"),
            np.stack(states).reshape(len(found), *shape),
            unit,
        )
        effects[name] = (
            ("effect", "time", "region", "industry"),
            np.stack(parts, axis=1).reshape(len(kinds), len(found), *shape),
            unit,
        )
    labels = {"time": time, "region": list(table.regions), "industry": list(table.industries)}
    return xr.Dataset(result, labels), xr.Dataset(effects, {"effect": kinds, **labels})


def _known_word(given: str, words: tuple[str, ...], name: str) -> None:
    if given not in words:
        raise StudyError(
            Text(f"{name} is '{given}'.", f"{name}为“{given}”。"),
            Text(f"Choose from: {', '.join(words)}.", f"可选：{'、'.join(words)}。"),
        )


def _refuse_side(scenario: Scenario, side: Side) -> None:
    """The supply-driven model knows no final demand."""
    if side == "supply" and scenario.of("demand"):
        raise StudyError(
            Text(
                "The supply-driven model cannot represent: demand.",
                "供给驱动模型无法表示：demand（需求变化）。",
            ),
            Text("Choose side demand, or leave the change out.", "请改用side=demand，或删去该变化。"),
        )
