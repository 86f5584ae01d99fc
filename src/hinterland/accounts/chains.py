"""Who delivers to whom: the arrays that value chains and footprints are reckoned from.

An `IOTable` holds exports abroad as a category of final demand and imports from abroad as a row. For chains,
abroad is one more destination (it takes final goods only) and one more origin (of imported inputs).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from hinterland.accounts.table import ABROAD, Array, IOTable
from hinterland.study import StudyError, Text

# The code of the destination and origin outside the table.
OUTSIDE = "abroad"


@dataclass(frozen=True)
class Chains:
    """An input-output system seen as chains between regions.

    Attributes
    ----------
    A : array [n, n]
        Input coefficients.
    final : array [n, destinations]
        Final demand by destination: the regions, in order, then (if there are exports abroad) `OUTSIDE`.
    x : array [n]
        Gross output.
    value_added, imported : array [n]
        Per unit of output; 0 where there is no output.
    blocks : tuple of slice
        The rows of each region.
    destinations : tuple of str
    solve, solve_left : callable
        (I - A)^-1 y for y [n, m], and l' = v'(I - A)^-1 for v [m, n], by the one factorisation.
    """

    A: Array
    final: Array
    x: Array
    value_added: Array
    imported: Array
    blocks: tuple[slice, ...]
    destinations: tuple[str, ...]
    solve: Callable[[Array], Array]
    solve_left: Callable[[Array], Array]

    @property
    def own(self) -> Array:
        """Final demand met within the region, [n]."""
        return np.concatenate([self.final[block, k] for k, block in enumerate(self.blocks)])

    @property
    def final_exports(self) -> Array:
        """Final goods sent to each other destination, [n, destinations]; 0 to oneself."""
        sent = self.final.copy()
        for k, block in enumerate(self.blocks):
            sent[block, k] = 0.0
        return sent

    def by_region(self, values: Array) -> Array:
        """Spread a vector [n] over columns, one of each region: [n, regions]."""
        spread = np.zeros((len(values), len(self.blocks)))
        for k, block in enumerate(self.blocks):
            spread[block, k] = values[block]
        return spread

    def local(self, rows: Array | None = None, columns: Array | None = None) -> Array:
        """Rounds of production within each region alone, (I - A_ss)^-1: v'L for `rows`, L y for `columns`."""
        given = rows if rows is not None else columns
        assert given is not None
        found = np.empty_like(given)
        for block in self.blocks:
            size = block.stop - block.start
            system = np.eye(size) - self.A[block, block]
            found[block] = solve_within(system.T if rows is not None else system, given[block])
        return found


def solve_within(system: Array, given: Array) -> Array:
    """Solve a region's own small system; refuse one whose answer would be noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", scipy.linalg.LinAlgWarning)
        try:
            solved: Array = scipy.linalg.solve(system, given, check_finite=False)
        except (scipy.linalg.LinAlgError, scipy.linalg.LinAlgWarning) as problem:
            raise StudyError(
                Text(
                    "A region's production taken alone has no unique answer: its own inputs are (nearly) "
                    "linearly dependent.",
                    "单独考虑某一地区的生产时无唯一解：其内部投入（几乎）线性相关。",
                ),
                Text(
                    "Check its inputs, above all negative ones, or aggregate industries.",
                    "请检查其投入（尤其是负值），或合并产业。",
                ),
            ) from problem
    return solved


def destinations(table: IOTable) -> tuple[Array, tuple[str, ...]]:
    """Final demand by destination, [n, destinations], and their names: the regions, then `OUTSIDE`.

    Raises
    ------
    StudyError
        Final demand of a table of several regions is not by region.
    """
    names = list(table.regions)
    if OUTSIDE in names:
        raise StudyError(
            Text(f"A region is called '{OUTSIDE}'.", f"有地区名为“{OUTSIDE}”。"),
            Text("Give it another code.", "请改用其他代码。"),
        )
    nowhere = sorted({c for r, c in table.final if c not in ABROAD and r not in names})
    if nowhere:
        raise StudyError(
            Text(
                f"Final demand is not by region: {', '.join(nowhere)}.",
                f"最终需求未分地区：{'、'.join(nowhere)}。",
            ),
            Text("Give Y by region and category.", "请按地区和类别给出Y。"),
        )
    place = {name: k for k, name in enumerate(names)}
    outside = [c in ABROAD for _, c in table.final]
    final = np.zeros((len(table.x), len(names) + any(outside)))
    for column, (region, _) in enumerate(table.final):
        final[:, len(names) if outside[column] else place[region]] += table.Y[:, column]
    return final, (*names, *([OUTSIDE] if any(outside) else []))


def chains(table: IOTable) -> Chains:
    """See an `IOTable` as chains between regions."""
    final, names = destinations(table)
    size = len(table.x) // len(table.regions)
    share = np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    return Chains(
        table.A,
        final,
        table.x,
        table.V.sum(0) * share,
        table.imports * share,
        tuple(slice(k * size, (k + 1) * size) for k in range(len(table.regions))),
        names,
        table.solve,
        table.solve_left,
    )


def intermediate_flows(system: Chains) -> Array:
    """Inputs sent to each region, [n, destinations]: A_sr x_r; within a region included."""
    flows = np.zeros_like(system.final)
    for k, block in enumerate(system.blocks):
        flows[:, k] = system.A[:, block] @ system.x[block]
    return flows


def gross_exports(system: Chains) -> Array:
    """Inputs and final goods sent to other destinations, [n, destinations]; 0 to oneself."""
    sent = intermediate_flows(system) + system.final
    for k, block in enumerate(system.blocks):
        sent[block, k] = 0.0
    return sent


def content(system: Chains) -> Array:
    r"""Value added of each origin in a unit of final output, :math:`v_t' B`: [regions + 1, n].

    The last row is what was bought abroad. A column sums to 1 in a table that balances by column.
    """
    rows = np.vstack([system.by_region(system.value_added).T, system.imported])
    return system.solve_left(rows)


def own_and_foreign(system: Chains, made: Array) -> tuple[Array, Array]:
    """Split `content` into what the region itself and what all other origins added, [n] each."""
    own = np.concatenate([made[k, block] for k, block in enumerate(system.blocks)])
    return own, made.sum(0) - own
