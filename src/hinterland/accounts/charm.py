"""Cross-hauling: a region buys and sells the same product at once (CHARM)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.balance_problem import Array
from hinterland.study import StudyError, Text


@dataclass(frozen=True)
class Charm:
    """A region's gross trade by product.

    Attributes
    ----------
    outflows, inflows : array [n]
        Sales to and purchases from everywhere else (rest of the nation and abroad), money.
    cross_hauling : array [n]
        Part of both that nets out, money: outflows + inflows less the size of their balance.
    own_share : array [n]
        Share of the region's use that it makes itself, 0 to 1; NaN without use.
    limited : bool array [n]
        Cross-hauling was cut so that no more is sold than made, and no more bought than used.
    """

    outflows: Array
    inflows: Array
    cross_hauling: Array
    own_share: Array
    limited: npt.NDArray[np.bool_]


def heterogeneity(output: Array, intermediate: Array, final: Array, exports: Array, imports: Array) -> Array:
    r"""Cross-hauling of the nation per unit of activity.

    .. math:: h_i = (e_i + m_i - |e_i - m_i|)/(x_i + z_i + d_i)

    Parameters
    ----------
    output, intermediate, final, exports, imports : array [n]
        :math:`x, z, d, e, m` by product, money: intermediate and domestic final use with imports in them,
        exports not in d.

    References
    ----------
    Kronenberg (2009), International Regional Science Review 32, equation 12 and around.
    """
    activity = output + intermediate + final
    crossed = exports + imports - np.abs(exports - imports)
    h: Array = np.divide(crossed, activity, out=np.zeros_like(activity), where=activity > 0)
    return h


def charm(
    h: npt.ArrayLike, output: npt.ArrayLike, intermediate: npt.ArrayLike, final: npt.ArrayLike
) -> Charm:
    r"""Gross trade of a region by cross-hauling-adjusted commodity balance.

    .. math:: b = x - z - d, \quad q = h (x + z + d), \quad
              e = \tfrac12(q + |b| + b), \quad m = \tfrac12(q + |b| - b)

    Parameters
    ----------
    h : array [n]
        `heterogeneity` of the products, the nation's.
    output, intermediate, final : array [n]
        The region's, money; use is all use wherever it was made, final use without exports.

    Raises
    ------
    StudyError
        Missing or negative values.

    References
    ----------
    Kronenberg (2009), International Regional Science Review 32: Construction of Regional Input-Output Tables
    Using Nonsurvey Methods: The Role of Cross-Hauling. The cut that keeps trade within output and use is
    ours.
    """
    share, x, z, d = (np.asarray(k, dtype=np.float64) for k in (h, output, intermediate, final))
    if not all(np.isfinite(k).all() and (k >= 0).all() for k in (share, x, z, d)):
        raise StudyError(
            Text("CHARM needs values that are neither missing nor negative.", "CHARM不接受缺失值或负值。"),
            Text("Take stocks that fall out of final use.", "请将减少的库存从最终使用中剔除。"),
        )
    use = z + d
    balance = x - use
    # half of cross-hauling goes each way; the smaller flow cannot exceed the smaller of output and use
    wanted, most = share * (x + use), 2 * np.minimum(x, use)
    crossed = np.minimum(wanted, most)
    out, into = (crossed + np.abs(balance) + balance) / 2, (crossed + np.abs(balance) - balance) / 2
    own = np.divide(use - into, use, out=np.full_like(use, np.nan), where=use > 0)
    return Charm(out, into, crossed, own, wanted > most * (1 + 1e-12))
