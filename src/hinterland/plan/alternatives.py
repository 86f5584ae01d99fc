r"""Plans nearly as good and as different as can be, and what all nearly as good plans have in common.

A plan that is best by a little is no reason to do just that: what is not in the model decides between plans
of almost equal worth (modelling to generate alternatives, Brill 1979). The near-optimal plans are those that
meet every constraint and give up at most a share *s* of each objective pursued,

.. math:: N = \{z : \sigma_k f_k(z) \ge \sigma_k f_k^* - s\,|f_k^*| \;\forall k\} .

*Different*: with :math:`w_{ih}=\sum_{o,p} z_{iohp}` what an industry moves to a host, two plans differ by

.. math:: D(w, w') = \frac{1}{2W}\sum_{ih} |w_{ih}-w'_{ih}| ,

with :math:`W` what the plan moves in all: the part of it that goes elsewhere. Each alternative has the
largest distance from the nearest of the plan and the alternatives before it. That is the maximum of convex
functions: with the signs of :math:`w-w'` held it is a linear programme whose answer is farther away or as
far, so that the signs are taken anew until nothing changes (successive linearisation, Mangasarian 1996). It
starts from moving nothing of what earlier plans move (hop, skip and jump, Brill et al. 1982) and from random
signs, and keeps the farthest found; a still farther one is not ruled out.

*In common*: the least and the most of each move over all of *N*, two linear programmes each. These are exact,
whatever alternatives were found: what the least is above zero is in every near-optimal plan.

References
----------
Brill (1979), Management Science 25(5), 413-422.
Brill, Chang & Hopkins (1982), Management Science 28(3), 221-235.
DeCarolis (2011), Energy Economics 33(2), 145-152: the method in models of energy systems.
Mangasarian (1996), in Applied Mathematics and Parallel Computing, Physica, 175-188.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.plan.added import Added
from hinterland.plan.assemble import number
from hinterland.plan.choice import sign
from hinterland.plan.data import Array
from hinterland.plan.engine import INFINITE
from hinterland.plan.model import Plan
from hinterland.plan.results import figure, label
from hinterland.plan.solver import Solver, hold, load
from hinterland.study import EMPTY, Result, Text

Values = npt.NDArray[np.float64]
CELL = ("industry", "host")
_ROUNDS = 25
# A distance that grows by less than this share of the plan's moves has stopped growing.
_STILL = 1e-6


@dataclass(frozen=True)
class Alternative:
    """A near-optimal plan: what moves where, its objectives, and how far it is from the plan and the others.

    `moves` [industry, host]; `distance` from the plan and `nearest` from the nearest of the plan and the
    alternatives before it, both as a share of what the plan moves.
    """

    moves: Array
    values: Mapping[str, float]
    distance: float
    nearest: float


@dataclass(frozen=True)
class Near:
    """What was found near a plan: alternatives, and the least and the most of each leading move.

    `least` and `most` [industry, host] are NaN for the moves that were not looked at.
    """

    plan: Plan
    slack: float
    held: Mapping[str, tuple[float, float]]
    alternatives: tuple[Alternative, ...]
    least: Array
    most: Array


def held(plan: Plan, slack: float) -> dict[str, tuple[float, float]]:
    """Bounds on the objectives pursued that give up at most a share of each."""
    return {
        name: hold(name, plan.values[name] - sign(name) * slack * abs(plan.values[name]))
        for name in plan.traded
    }


class Cells:
    """Columns that hold what each industry moves to each host, put on a loaded programme."""

    def __init__(self, solver: Solver, added: Added) -> None:
        labels = solver.programme.model.variables["move"].labels
        rest = [d for d in labels.dims if d not in CELL]
        flat = labels.stack(rest=rest).transpose(*CELL, "rest")
        self.coords = {d: [str(v) for v in flat[d].values] for d in CELL}
        self.columns: list[int] = []
        for labelled in flat.values.reshape(-1, flat.sizes["rest"]):
            at = [solver.columns[int(k)] for k in labelled if int(k) in solver.columns]
            cell = added.column(0.0, INFINITE)
            added.row(0.0, 0.0, [*at, cell], [*np.ones(len(at)), -1.0])
            self.columns.append(cell)

    def array(self, values: npt.ArrayLike) -> Array:
        """Return figures of the cells as a labelled array."""
        shape = [len(self.coords[d]) for d in CELL]
        return xr.DataArray(np.asarray(values, dtype=float).reshape(shape), self.coords, CELL)

    def flat(self, moves: Array) -> Values:
        """Return figures of the cells in the order of the columns."""
        aligned = moves.transpose(*CELL).reindex({d: self.coords[d] for d in CELL})
        return np.asarray(aligned.values, dtype=float).ravel()


def nearby(
    plan: Plan, solver: Solver, *, slack: float, count: int, leading: int, starts: int, seed: int
) -> Near:
    """Return alternatives to a plan and the range of its leading moves.

    Parameters
    ----------
    plan : Plan
    solver : Solver
        Loaded with the programme of the plan's data, what the plan has built held.
    slack : float
        Share of each objective pursued that may be given up.
    count : int
        Alternatives wanted; fewer are returned where no further one differs.
    leading : int
        Number of moves of an industry to a host whose range is sought, the largest in any plan found first.
    starts : int
        Random starts for each alternative, beside the one that avoids what earlier plans move.
    seed : int
        Seed of the random starts.
    """
    bounds = held(plan, slack)
    r = np.random.default_rng(seed)
    with Added(solver) as added:
        cells = Cells(solver, added)
        first = cells.flat(plan.moves.sum("origin"))
        total = float(first.sum()) or 1.0
        solver.solve({}, bounds)
        known, found = [first], list[Alternative]()
        for _ in range(count):
            best: tuple[float, Values, Mapping[str, float]] | None = None
            begin = [np.where(w > 1e-9 * total, -1.0, 1.0) for w in known]
            for k in range(starts + 1):
                signs = begin if k == 0 else [r.choice([-1.0, 1.0], len(first))] * len(known)
                here = _farthest(solver, added, cells, bounds, known, signs, total)
                if best is None or here[0] > best[0] + _STILL:
                    best = here
            if best is None or best[0] <= 1e-4:
                break
            distance, moves, values = best
            whole = float(np.abs(moves - first).sum()) / (2 * total)
            found.append(Alternative(cells.array(moves), values, whole, distance))
            known.append(moves)
        # as many digits as the solver's answers agree in, then the place, so that equals stay in order
        size = np.round(np.max(known, axis=0) / total, 6)
        at = sorted(range(len(size)), key=lambda k: (-size[k], k))[:leading]
        least, most = _range(solver, added, cells, bounds, [k for k in at if size[k] > 0], total)
        return Near(plan, slack, bounds, tuple(found), cells.array(least), cells.array(most))


def _farthest(
    solver: Solver,
    added: Added,
    cells: Cells,
    bounds: Mapping[str, tuple[float, float]],
    known: Sequence[Values],
    signs: Sequence[Values],
    total: float,
) -> tuple[float, Values, Mapping[str, float]]:
    """Return a near-optimal plan far from all known ones: distance to the nearest, moves, objectives."""
    best: tuple[float, Values, Mapping[str, float]] | None = None
    here = added.values(cells.columns)
    for _ in range(_ROUNDS):
        with Added(solver) as step:
            least = step.column(-INFINITE, INFINITE, 1.0)
            rows = [
                step.row(float(mine @ w), INFINITE, [*cells.columns, least], [*mine, -1.0])
                for mine, w in zip(signs, known, strict=True)
            ]
            # whatever is near-optimal now stays so with the least distance at the row it is least in
            now = [float(mine @ (here - w)) for mine, w in zip(signs, known, strict=True)]
            step.enter(least, rows[int(np.argmin(now))])
            values = solver.solve({}, bounds, primal=True).values
            moves = np.maximum(added.values(cells.columns), 0.0)
        distance = min(float(np.abs(moves - w).sum()) for w in known) / (2 * total)
        if best is not None and distance <= best[0] + _STILL:
            break
        best = (distance, moves, values)
        signs = [np.where(moves >= w, 1.0, -1.0) for w in known]
    assert best is not None
    return best


def _range(
    solver: Solver,
    added: Added,
    cells: Cells,
    bounds: Mapping[str, tuple[float, float]],
    wanted: Sequence[int],
    total: float,
) -> tuple[Values, Values]:
    """Return the least and the most of the wanted cells over all near-optimal plans."""
    ends = np.full((2, len(cells.columns)), np.nan)
    for row, gain in enumerate((-1.0, 1.0)):
        for k in wanted:
            added.gain([cells.columns[k]], [gain])
            solver.solve({}, bounds, primal=True)
            value = float(added.values([cells.columns[k]])[0])
            # what the solver's tolerances leave is no move
            ends[row, k] = value if value > 1e-9 * total else 0.0
            added.gain([cells.columns[k]], [0.0])
    return ends[0], ends[1]


METHOD = Text(
    "Plans that meet every constraint and give up at most {s:.0%} of each objective pursued. Alternatives: "
    "each as far as could be found from the plan and those before it (modelling to generate alternatives, "
    "Brill 1979; successive linear programmes). Lowest and highest: two linear programmes for each move, "
    "exact over all such plans.",
    "满足全部约束、且各追求目标损失不超过{s:.0%}的方案。备选方案：依次取与原方案及先前备选差异尽可能大者"
    "（备选方案生成建模，Brill 1979；逐次线性规划）。"
    "最低与最高：每项转移各解两个线性规划，对全部此类方案精确。",
)


_GIVEN = Text(
    " What is built whole is as in the plan: with other buildings a move may go further.",
    "整建项目与原方案相同；若另行建设，转移量可能超出此范围。",
)


def alternatives(plan: Plan) -> tuple[Result, ...]:
    """Return near-optimal alternatives to a plan, and what all near-optimal plans have in common.

    How many, at what cost and with how many starts are the parameters plan.slack, plan.alternatives,
    plan.alternative_starts and plan.near_moves.

    Returns
    -------
    tuple of Result
        plan_alternatives (objectives of each and its distance), plan_alternative_moves (what each moves) and
        plan_near_optimal (least and most of the leading moves in any near-optimal plan).
    """
    s = plan.study
    solver = load(plan.data)
    solver.keep(plan.more)
    return tables(
        nearby(
            plan,
            solver,
            slack=number(s, "plan.slack", 0, 1),
            count=int(number(s, "plan.alternatives", 0)),
            leading=int(number(s, "plan.near_moves", 0)),
            starts=int(number(s, "plan.alternative_starts", 0)),
            seed=int(s.parameter("seed")),
        )
    )


def tables(near: Near) -> tuple[Result, ...]:
    """Return what was found near a plan as tables."""
    plan, s, unit = near.plan, near.plan.study, near.plan.data.units
    method = METHOD.format(s=near.slack) + (_GIVEN if plan.data.integer else EMPTY)
    mine = plan.moves.sum("origin")
    total = float(mine.sum()) or 1.0
    least = number(s, "plan.listing_tolerance", 0, 1) * total
    measures = [m for m in ("value_added", "employment", "co2", "landed_cost", "output") if m in plan.values]
    every = [
        (0, mine, plan.values, 0.0, float("nan")),
        *((k, a.moves, a.values, a.distance, a.nearest) for k, a in enumerate(near.alternatives, 1)),
    ]
    rows = [
        {"alternative": k} | {m: values[m] for m in measures} | {"distance": far, "nearest": nearest}
        for k, _, values, far, nearest in every
    ]
    columns = [
        label(s, "alternative", "code"),
        *(figure(plan, m, unit.get(m, "")) for m in measures),
        figure(plan, "distance", "", "share"),
        figure(plan, "nearest", "", "share"),
    ]
    names = [c.name for c in columns]
    found = Result(
        "plan_alternatives",
        Text("Other plans that are nearly as good", "几乎同样好的其他方案"),
        pd.DataFrame(rows, columns=names),
        tuple(columns),
        method,
        Text(
            "0 is the plan. Distance: the share of what the plan moves that goes elsewhere or is another "
            "industry; nearest: the same from the nearest of the plan and the alternatives before.",
            "0为原方案。差异：转移到其他承接地或改为其他产业的部分占方案转移量的比例；"
            "最近差异：与原方案及先前备选中最近者之差。",
        ),
    )
    long = [moves.to_series().rename("output").reset_index().assign(alternative=k) for k, moves, *_ in every]
    moved = pd.concat(long, ignore_index=True)
    moved = moved[moved["output"] > least]
    columns = [
        label(s, "alternative", "code"),
        label(s, "industry", "industry"),
        label(s, "host", "region"),
        figure(plan, "output", unit.get("output", "")),
    ]
    listed = Result(
        "plan_alternative_moves",
        Text("What the other plans move", "其他方案的转移内容"),
        moved[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        method,
    )
    return found, listed, _common(near, method, least)


def _common(near: Near, method: Text, listing: float) -> Result:
    plan, s = near.plan, near.plan.study
    mine = plan.moves.sum("origin")
    cells = {"output": mine.reindex_like(near.least), "output_min": near.least, "output_max": near.most}
    frame = xr.Dataset(cells).transpose(*CELL).to_dataframe().reset_index().dropna(subset=["output_min"])
    frame["in_all"] = frame["output_min"] > listing
    order = frame[["output_min", "output_max"]].map(lambda v: float(f"{v:.6g}"))
    frame = frame.assign(a=order["output_min"], b=order["output_max"])
    frame = frame.sort_values(["a", "b", *CELL], ascending=[False, False, True, True], kind="stable")
    unit = plan.data.units.get("output", "")
    columns = [
        label(s, "industry", "industry"),
        label(s, "host", "region"),
        figure(plan, "output", unit),
        figure(plan, "output_min", unit),
        figure(plan, "output_max", unit),
        label(s, "in_all", "flag"),
    ]
    share = float(frame["output_min"].sum()) / (float(mine.sum()) or 1.0)
    return Result(
        "plan_near_optimal",
        Text("What every plan that is nearly as good has in common", "所有几乎同样好的方案的共同之处"),
        frame[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        method,
        Text(
            "The leading moves. In every near-optimal plan: the least is more than the least listed (no "
            "regret as to what the model leaves out; other assumptions are another question). Together the "
            f"least are {share:.0%} of what the plan moves.",
            f"仅列主要转移。“各方案共有”指最低值大于列示下限（对模型未计因素而言无悔；假设变化另行考察）。"
            f"最低值合计占方案转移量的{share:.0%}。",
        ),
    )
