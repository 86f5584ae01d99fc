r"""What a region's industries use, wherever it was made: the nation's mix, corrected by what is known.

These are the inputs before any question of where they come from (competitive imports: everything used is in
the table). `regional_coefficients` then says how much of them the region makes itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.balance import ras
from hinterland.accounts.balance_problem import Array, BalanceError
from hinterland.accounts.regionalise import Survey, slq
from hinterland.study import StudyError, Text

# Weight of "no correction" against surveyed regions, in regions; the one that foretells them best is taken.
RIDGES = (1.0, 3.0, 10.0, 30.0)
# No cell is corrected by more than a factor of e^2; beyond, a ratio speaks of classification.
FARTHEST = 2.0


def regional_use(
    use: npt.ArrayLike, output: npt.ArrayLike, value_added: npt.ArrayLike | None = None
) -> Array:
    r"""Spread national use over regions: :math:`U_{rij} = U_{ij}(x_{rj} - v_{rj})/(x_j - v_j)`.

    The regions sum to the nation in every cell.

    Parameters
    ----------
    use : array [n, n]
        The nation's inputs, money.
    output, value_added : array [region, n]
        Sum to the nation's; without value added every region has the nation's ratio.

    Returns
    -------
    array [region, n, n], money
    """
    U, x = np.asarray(use, dtype=np.float64), np.asarray(output, dtype=np.float64)
    spent = x if value_added is None else x - np.asarray(value_added, dtype=np.float64)
    total = spent.sum(0)
    bad = np.flatnonzero(((total <= 0) & (U.sum(0) > 0)) | (spent < 0).any(0))
    if bad.size or not np.isfinite(spent).all():
        raise StudyError(
            Text(
                f"Regions have no inputs, or value added above output, in industries {bad[:6].tolist()}.",
                f"以下产业在各地区没有投入，或增加值高于产出：{bad[:6].tolist()}。",
            ),
            Text("Correct output or value added.", "请更正产出或增加值。"),
        )
    share = np.divide(spent, total, out=np.zeros_like(spent), where=total > 0)
    spread: Array = U[None] * share[:, None, :]
    return spread


def fit_margins(
    flows: npt.ArrayLike, columns: npt.ArrayLike | None = None, rows: npt.ArrayLike | None = None
) -> Array:
    """Make estimated inputs agree with what is known: inputs by industry, and sales by product (RAS).

    Parameters
    ----------
    flows : array [n, n]
        Non-negative, money.
    columns : array [n], optional
        Inputs of each industry (output less value added). Alone they scale columns.
    rows : array [n], optional
        Sales of each product to industries; needs columns.
    """
    z = np.asarray(flows, dtype=np.float64)
    if columns is None:
        return z
    v = np.asarray(columns, dtype=np.float64)
    if rows is not None:
        return ras(z, rows, v, tol=1e-10).matrix
    total = z.sum(0)
    empty = np.flatnonzero((total <= 0) & (v > 0))
    if empty.size:
        raise BalanceError(
            Text(
                f"Industries {empty[:6].tolist()} use inputs, but the estimate has none.",
                f"产业{empty[:6].tolist()}有投入，但估计值为零。",
            ),
            Text("Give them an input mix.", "请给出其投入结构。"),
        )
    scaled: Array = z * np.divide(v, total, out=np.zeros_like(v), where=total > 0)
    return scaled


def balance_regions(flows: npt.ArrayLike, nation: npt.ArrayLike, columns: npt.ArrayLike) -> Array:
    r"""Make regions' estimated inputs sum to the nation's in every cell, keeping each industry's inputs.

    For every industry j a matrix [product, region] is balanced by RAS to the nation's column :math:`Z_{ij}`
    and the regions' totals :math:`c_{rj}`.

    Parameters
    ----------
    flows : array [region, n, n]
    nation : array [n, n]
    columns : array [region, n]
        Inputs by region and industry; sum over regions to the nation's column sums.

    Returns
    -------
    array [region, n, n], money
    """
    z = np.asarray(flows, dtype=np.float64).transpose(2, 1, 0)
    whole, v = np.asarray(nation, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    labels = [str(j + 1) for j in range(len(whole))]
    return ras(z, whole.T, v.T, tol=1e-11, batch_labels=labels).matrix.transpose(2, 1, 0)


def _features(output: Array, nation: Array, centre: float) -> Array:
    """Logs of what a cell may depend on: 1, quotient of the seller, of the buyer, size; [n, n, 4]."""
    q = np.log(np.maximum(slq(output, nation), 1e-3))
    size = np.log(output.sum() / nation.sum()) - centre
    n = len(q)
    ones = np.ones((n, n))
    return np.stack([ones, q[:, None] * ones, q[None, :] * ones, size * ones], axis=2)


def _ridge(F: Array, y: Array, ok: Array, ridge: float) -> tuple[Array, Array]:
    """Ridge regression of every cell over regions, and its leave-one-out errors.

    F [region, ..., k], y [region, ...], ok: 1 where the region counts.
    """
    normal = np.einsum("r...k,r...,r...l->...kl", F, ok, F) + ridge * np.eye(F.shape[-1])
    inverse = np.linalg.inv(normal)
    beta = np.einsum("...kl,r...l,r...->...k", inverse, F, ok * y)
    leverage = np.einsum("r...k,...kl,r...l->r...", F, inverse, F)
    left_out = (y - np.einsum("r...k,...k->r...", F, beta)) / np.maximum(1 - leverage, 1e-6)
    return beta, left_out * ok


@dataclass(frozen=True, eq=False)
class Technology:
    """What surveyed regions say about how a region's input mix departs from the nation's.

    Attributes
    ----------
    A, nation : array [n, n], [n]
        The nation's coefficients and output.
    cells : array [n, n, 4]
        By cell: constant, response to the seller's and buyer's location quotient and to the region's size.
    columns : array [n, 4]
        The same for all inputs of an industry together (no seller).
    centre : float
        Mean log size of the surveyed regions.
    ridge : float
    """

    A: Array
    nation: Array
    cells: Array
    columns: Array
    centre: float
    ridge: float

    def coefficients(self, output: npt.ArrayLike) -> Array:
        """Input coefficients [n, n] of a region with this output [n]."""
        F = _features(np.asarray(output, dtype=np.float64), self.nation, self.centre)
        shift = np.clip((F * self.cells).sum(2), -FARTHEST, FARTHEST)
        mixed = self.A * np.exp(shift)
        total = self.A.sum(0) * np.exp(np.clip((F[0] * self.columns).sum(1), -FARTHEST, FARTHEST))
        # an industry's inputs can never be all of its output
        total = np.minimum(total, np.maximum(self.A.sum(0), 0.99))
        mix = mixed.sum(0)
        scaled: Array = mixed * np.divide(total, mix, out=np.zeros_like(mix), where=mix > 0)
        return scaled


def learn_technology(A: npt.ArrayLike, nation: npt.ArrayLike, surveys: Sequence[Survey]) -> Technology:
    r"""Learn from regions with known tables how input coefficients depart from the nation's.

    .. math:: \ln\frac{a^r_{ij}}{a_{ij}} = b_{ij} + c_{ij}\ln SLQ^r_i + d_{ij}\ln SLQ^r_j
              + e_{ij}\ln\frac{x^r}{x} + u^r_{ij}

    by ridge regression cell by cell (what few regions say is drawn towards the nation's coefficient); column
    sums likewise. The ridge is the one of `RIDGES` with the least leave-one-out error among the surveys,
    cells weighted by the nation's flows. Zeros stay zero.

    Parameters
    ----------
    A, nation : array [n, n], [n]
        The nation's input coefficients and output.
    surveys : sequence of `Survey`
        Tables of other regions on the same footing; at least two.
    """
    a, x = np.asarray(A, dtype=np.float64), np.asarray(nation, dtype=np.float64)
    if len(surveys) < 2:
        raise StudyError(
            Text("Learning needs at least two surveyed regions.", "至少需要两个有调查表的地区。"),
            Text("Give more, or use the nation's coefficients.", "请给出更多，或采用全国系数。"),
        )
    outputs = [np.asarray(s.output, dtype=np.float64) for s in surveys]
    centre = float(np.mean([np.log(o.sum() / x.sum()) for o in outputs]))
    F = np.stack([_features(o, x, centre) for o in outputs])
    found = np.stack([np.asarray(s.A, dtype=np.float64) for s in surveys])
    made = np.stack([o > 0 for o in outputs])
    ok = (found > 0) & (a > 0)[None] & made[:, None, :]
    y = np.where(ok, np.log(np.where(ok, found, 1.0) / np.where(a > 0, a, 1.0)), 0.0)
    y = np.clip(y, -FARTHEST, FARTHEST)
    weight = a * x / (a * x).sum()
    fits = {ridge: _ridge(F, y, ok.astype(np.float64), ridge) for ridge in RIDGES}
    ridge = min(RIDGES, key=lambda k: float((fits[k][1] ** 2 * weight).sum()))
    sums = found.sum(1)
    full = (sums > 0) & made & (a.sum(0) > 0)
    level = np.where(full, np.log(np.where(full, sums, 1.0) / np.where(a.sum(0) > 0, a.sum(0), 1.0)), 0.0)
    G = F[:, 0].copy()
    G[..., 1] = 0.0  # all sellers together
    columns, _ = _ridge(G, np.clip(level, -FARTHEST, FARTHEST), full.astype(np.float64), ridge)
    return Technology(a, x, fits[ridge][0], columns, centre, ridge)
