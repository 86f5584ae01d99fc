r"""Who causes what: accounts of stressors by production, consumption, imports and exports, without an
inverse.

For coefficients S [stressors, n] and final demand :math:`Y_{\cdot c}` of region c, the accounts by consuming
region and product need the multipliers :math:`M = S L` and, to tell domestic from foreign sources, the
multipliers of each region's own stressors :math:`M^c = S_c L` (S of region c, zero elsewhere):

.. math:: D^{cba}_{s,(c,j)} = \sum_r M_{s,(r,j)} Y_{(r,j),c}, \qquad
          D^{imp}_{s,(c,j)} = D^{cba}_{s,(c,j)} - \sum_r M^c_{s,(r,j)} Y_{(r,j),c}

.. math:: D^{pba} = S \widehat{L Y 1}, \qquad D^{exp}_{s,(r,i)} = S_{s,(r,i)} \sum_{c \ne r} (L Y_{\cdot
c})_{ri}

So regions x (stressors + 1) right-hand sides of one factorisation replace products of n x n matrices.
References: Peters (2008), Ecological Economics 65; Stadler (2021), Journal of Open Research Software 9
(pymrio).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hinterland.accounts.checks import refuse
from hinterland.study import Text

if TYPE_CHECKING:
    from hinterland.accounts.factor import Factor
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StressorAccounts:
    """Accounts of stressors; every array has the stressors first, in their own units.

    Attributes
    ----------
    stressors : tuple of str
    coefficients : array [stressors, n]
        S, per unit of output; 0 where there is no output.
    multipliers : array [stressors, n]
        M = S L, per unit of final demand for the row's product.
    consumption : array [stressors, n]
        D_cba: caused by the final demand of the row's region for the row's product, wherever it arises.
    production : array [stressors, n]
        D_pba: arising in the row's industry.
    imports : array [stressors, n]
        D_imp: the part of `consumption` that arises in other regions.
    exports : array [stressors, n]
        D_exp: the part of `production` that other regions' final demand causes.
    final : array [stressors, regions]
        Arising in final demand itself.
    regions : int
    """

    stressors: tuple[str, ...]
    coefficients: Array
    multipliers: Array
    consumption: Array
    production: Array
    imports: Array
    exports: Array
    final: Array
    regions: int

    def by_region(self, account: str) -> Array:
        """Totals [stressors, regions] of "consumption", "production" (final demand's own included),
        "imports" or "exports"."""
        values: Array = getattr(self, account)
        total: Array = values.reshape(len(values), self.regions, -1).sum(2)
        return total + self.final if account in ("consumption", "production") else total


def demand_by_region(table: IOTable, abroad: Sequence[str] = ()) -> Array:
    """Final demand by consuming region, its categories together [n, regions]; `abroad`: categories left out.

    Raises
    ------
    StudyError
        Final demand of a table of several regions that is not by region.
    """
    if len(table.regions) > 1 and any(region == "" for region, _ in table.final):
        raise refuse(
            Text("Final demand of this table is not by region.", "该表的最终需求未分地区。"),
            Text("Give Y by region and category.", "请按地区和类别给出Y。"),
        )
    place = {region: k for k, region in enumerate(table.regions)}
    demand = np.zeros((len(table.x), len(table.regions)))
    for column, (region, category) in enumerate(table.final):
        if category not in abroad:
            demand[:, place[region]] += table.Y[:, column]
    return demand


def content_by_origin(S: Array, regions: int, solve_left: Callable[[Array], Array]) -> Array:
    r"""What a unit of each product holds of each region's own stressors, :math:`M^c = S_c L`.

    Parameters
    ----------
    S : array [k, n]
        Coefficients per unit of output.
    regions : int
    solve_left : callable
        (I - A')^-1 b for b [n, m].

    Returns
    -------
    array [region of the product, product, region where it arises, k]; over the third it sums to :math:`S L`.
    """
    k, n = S.shape
    s = n // regions
    own = np.zeros((n, regions, k))
    for c in range(regions):
        own[c * s : (c + 1) * s, c] = S[:, c * s : (c + 1) * s].T
    found: Array = solve_left(own.reshape(n, regions * k)).reshape(regions, s, regions, k)
    return found


def embodied(factor: Factor, S: Array, demand: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Kernel: M, D_cba, D_pba, D_imp, D_exp of coefficients S [k, n] and demand [n, regions] (module's
    formulae)."""
    k, n = S.shape
    r = demand.shape[1]
    s = n // r
    factor.expect(r * (k + 1))
    output = factor.solve(demand).values  # [n, r]
    production = S * output.sum(1)
    abroad = output.sum(1)
    abroad -= output.reshape(r, s, r)[np.arange(r), :, np.arange(r)].ravel()
    exports = S * abroad
    del output
    home = content_by_origin(S, r, lambda own: factor.solve(own, left=True).values)
    multipliers = np.ascontiguousarray(home.sum(2).reshape(n, k).T)
    by_product = demand.reshape(r, s, r)  # [from, product, to]
    consumption = np.einsum("krs,rsc->kcs", multipliers.reshape(k, r, s), by_product).reshape(k, n)
    domestic = np.einsum("rsck,rsc->kcs", home, by_product).reshape(k, n)
    return multipliers, consumption, production, consumption - domestic, exports


def stressor_accounts(
    table: IOTable,
    stressors: Sequence[str] | Mapping[str, npt.ArrayLike] | None = None,
    *,
    demand: npt.ArrayLike | None = None,
    abroad: Sequence[str] = (),
) -> StressorAccounts:
    """Accounts of stressors by production, consumption, imports and exports.

    Parameters
    ----------
    table : IOTable
    stressors : names of satellites (or "value_added"), or mapping of name to totals [n], optional
        Default: all satellites. Any number; the factorisation is made once for the table's life.
    demand : array [n, regions], optional
        Final demand by consuming region; default the table's, all categories together. Other demands re-use
        the factorisation.
    abroad : sequence of str
        Categories of final demand to leave out ("exports" of a table that ends at a border): what they cause
        is then in no region's account, and production counts only what is left.

    Returns
    -------
    StressorAccounts

    Raises
    ------
    StudyError
        Unknown names, shapes that do not fit, missing values in a stressor, demand not by region.
    """
    n, r = len(table.x), len(table.regions)
    names = tuple(table.satellites) if stressors is None else tuple(stressors)
    final = np.zeros((len(names), r))
    direct = np.empty((len(names), n))
    place = {region: i for i, region in enumerate(table.regions)}
    for row, name in enumerate(names):
        if isinstance(stressors, Mapping):
            total = np.asarray(stressors[name], dtype=np.float64)
            if total.shape != (n,):
                raise refuse(
                    Text(
                        "{name} has shape {shape} for {n} industries.", "{name}的形状为{shape}（产业数{n}）。"
                    ),
                    Text(
                        "Give a value for every industry of each region.", "请为每个地区的每个产业给出数值。"
                    ),
                    name=name,
                    shape=total.shape,
                    n=n,
                )
            share = np.divide(total, table.x, out=np.full(n, np.nan), where=table.x > 0)
        else:
            share = table.per_output(name)
            own = table.satellites[name].final if name in table.satellites else None
            if own is not None:
                for column, (region, category) in enumerate(table.final):
                    if category not in abroad:
                        final[row, place.get(region, 0)] += own[column]
        direct[row] = np.where(table.x > 0, share, 0.0)
        missing = np.flatnonzero(~np.isfinite(direct[row]))
        if missing.size:
            raise refuse(
                Text("{name} is missing in {where}.", "{name}在{where}缺失。"),
                Text("Fill it, or leave this stressor out.", "请补全，或不采用该指标。"),
                name=name,
                where=table.name(int(missing[0])) + (" ..." if missing.size > 1 else ""),
            )
    wanted = demand_by_region(table, abroad) if demand is None else np.asarray(demand, dtype=np.float64)
    if wanted.shape != (n, r) or not np.isfinite(wanted.sum()):
        raise refuse(
            Text(
                "Final demand has shape {shape}, not [{n}, {r}], or holds missing values.",
                "最终需求的形状为{shape}，应为[{n}, {r}]，或含缺失值。",
            ),
            Text("Give it by industry and consuming region.", "请按产业和消费地区给出。"),
            shape=wanted.shape,
            n=n,
            r=r,
        )
    m, cba, pba, imports, exports = embodied(table.factor, direct, wanted)
    return StressorAccounts(names, direct, m, cba, pba, imports, exports, final, r)
