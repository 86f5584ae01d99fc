r"""Points of the frontier between three objectives: the augmented epsilon-constraint method on a grid.

The second and third objectives are bounded at the points of a grid over their ranges in the payoff table,
from loose to tight, and the first is optimised (AUGMECON2, Mavrotas & Florios 2013). A solution that is
better in a bounded objective than was asked for is the solution at all the tighter points that it meets, so
these are passed over, in both directions (the flags of AUGMECON-R, Nikas et al. 2022); and where a point has
no solution the tighter ones have none.

References
----------
Mavrotas & Florios (2013), Applied Mathematics and Computation 219(18), 9652-9669.
Nikas, Fountoulakis, Forouli & Doukas (2022), Operational Research 22, 1291-1332.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, sqrt

import numpy as np
import numpy.typing as npt

from hinterland.plan.choice import sign
from hinterland.plan.solver import NotSolvedError, Solution, Solver

Values = npt.NDArray[np.float64]
Settle = Callable[[Mapping[str, float]], tuple[Solution, Solution]]
_INFEASIBLE = "Infeasible"


def levels(payoff: Mapping[str, Mapping[str, float]], name: str, count: int) -> Values:
    """Return equal steps of an objective from its worst to its best value in the payoff table."""
    values = [sign(name) * row[name] for row in payoff.values()]
    return sign(name) * np.linspace(min(values), max(values), count)


def sides(points: int) -> int:
    """Steps on each side of the grid so that it has at least so many points."""
    return max(2, ceil(sqrt(points)))


def sweep(
    solver: Solver, settle: Settle, names: Sequence[str], steps: Sequence[Values]
) -> list[tuple[Solution, Solution]]:
    """Return the solutions at the points of the grid, each once.

    Parameters
    ----------
    settle : callable
        Solves with the given levels of the bounded objectives.
    names : sequence of two str
        The bounded objectives.
    steps : sequence of two arrays
        Their levels, from loose to tight.
    """
    over = np.zeros([len(s) for s in steps], dtype=bool)
    slack = [1e-9 * max(1.0, float(np.abs(s).max())) for s in steps]
    found: list[tuple[Solution, Solution]] = []
    for i, outer in enumerate(steps[0]):
        start = None
        for j, inner in enumerate(steps[1]):
            if over[i, j]:
                continue
            try:
                pair = settle({names[0]: float(outer), names[1]: float(inner)})
            except NotSolvedError as error:
                if error.status != _INFEASIBLE or not found:
                    raise
                over[i:, j:] = True
                break
            found.append(pair)
            start = start or solver.basis()
            reach = [
                int(np.count_nonzero(sign(n) * pair[1].values[n] >= sign(n) * s - e))
                for n, s, e in zip(names, steps, slack, strict=True)
            ]
            over[i : max(reach[0], i + 1), j : max(reach[1], j + 1)] = True
        if start is not None:
            # the next row begins near where this one began
            solver.restore(start)
    return found
