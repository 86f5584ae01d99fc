r"""Who moved to whom, when only what each region lost and gained is known: the doubly constrained estimate.

What regions lost and gained fixes the totals of every row and column of the table of moves, not its cells. Of
all tables with these totals the estimate is the one nearest (in entropy) to a prior that falls with distance
(Wilson 1971). The kernels here know labelled arrays only; `transfer_spread` says how sure the cells are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
Floats = npt.NDArray[np.floating]

SAME = 1e-8
"""Relative difference below which two totals are the same number."""


def losses_and_gains(change: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    r"""What each region lost and what each gained, :math:`a_o=\max(0,-d_o)`, :math:`b_h=\max(0,d_h)`.

    Parameters
    ----------
    change : DataArray[region, ...]
        Change of share in money (`share_change_in_money`); sums to zero over regions.

    Returns
    -------
    losses : DataArray[origin, ...], gains : DataArray[host, ...]
        Money; no region is in both. NaN where the change is unknown.
    """
    lost = (-change).clip(min=0.0).rename(region="origin")
    gained = change.clip(min=0.0).rename(region="host")
    return lost.rename("losses"), gained.rename("gains")


def cell_bounds(losses: xr.DataArray, gains: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    r"""Fréchet bounds of each cell: what no table with these totals can go below or above.

    .. math:: \max(0,\ a_o + b_h - T) \le m_{oh} \le \min(a_o,\ b_h), \qquad T = \sum_o a_o = \sum_h b_h

    Parameters
    ----------
    losses : DataArray[origin, ...]
    gains : DataArray[host, ...]
        Money, same total.

    Returns
    -------
    low, high : DataArray[..., origin, host], money. They are attained, each by some table; not all at once.

    References
    ----------
    Fréchet (1951); Dobra & Fienberg (2000), PNAS 97(22).
    """
    total = losses.sum("origin", skipna=False)
    high = losses.where(losses <= gains, gains).where(losses.notnull() & gains.notnull())
    floor = (losses + gains - total).clip(min=0.0)
    low = floor.where(floor < high, high)  # rounding must not push a floor above its ceiling
    low = low.where(low > SAME * total, 0.0).where(high.notnull())
    return (
        low.transpose(..., "origin", "host").rename("bound_low"),
        high.transpose(..., "origin", "host").rename("bound_high"),
    )


def distance_prior(km: xr.DataArray, decay: float) -> xr.DataArray:
    r"""Prior of a move by distance, :math:`d_{oh}^{-\beta}`; none of a region to itself.

    Parameters
    ----------
    km : DataArray[region, region_to]
        Distance, positive between different regions.
    decay : float
        :math:`\beta`; 0 where distance plays no part.

    Returns
    -------
    DataArray[origin, host], relative to the nearest pair, which has 1 (for a positive decay).

    Raises
    ------
    StudyError
        A distance that is missing or not positive (the pair is named).
    """
    ordered = km.transpose("region", "region_to")
    names = [str(r) for r in ordered["region"].values]
    weights = distance_weights(ordered.reindex(region_to=names).to_numpy(), names)
    kernel = np.exp(-decay * weights) * (1.0 - np.eye(len(names)))
    return xr.DataArray(kernel, {"origin": names, "host": names}, ("origin", "host"), name="prior")


def distance_weights(km: Array, names: Sequence[str]) -> Array:
    """Log of distance over the shortest one, [n, n]; 0 for a region and itself, which is no move.

    Raises
    ------
    StudyError
        A distance that is missing or not positive (the pair is named).
    """
    apart = km + np.diag(np.full(len(km), np.inf))
    wrong = np.argwhere(~(apart > 0))
    if len(wrong):
        one, two = (names[k] for k in wrong[0])
        raise StudyError(
            Text(
                f"The distance from {one} to {two} is missing or not positive.",
                f"{one}至{two}的距离缺失或不为正。",
            ),
            Text(
                "Complete the table distance, or give longitude and latitude in regions and no table "
                "distance.",
                "请补全distance表；或在regions表中给出经纬度，并去掉distance表。",
            ),
        )
    nearest = apart.min()
    return np.where(np.isfinite(apart), np.log(apart / nearest), 0.0) if len(km) > 1 else np.zeros((1, 1))


def scale_to_totals(
    kernel: Floats, rows: Floats, columns: Floats, *, tol: float, most: int = 5000
) -> tuple[Floats, Array]:
    r"""Scale many tables at once to their totals, :math:`m_{oh} = u_o k_{oh} v_h` (IPF, Furness, Sinkhorn).

    Parameters
    ----------
    kernel : array [tables, origin, host]
        Non-negative.
    rows : array [tables, origin]
    columns : array [tables, host]
        Non-negative, same total in each table.
    tol : float
        Largest gap of a row total, relative to its table's total; in single precision no less than 1e-6.

    Returns
    -------
    flows : array [tables, origin, host], of the kernel's precision
        Column totals are met exactly.
    gap : array [tables]
        What is left of the gap of the rows; above `tol` where `most` rounds did not do.
    """
    total = rows.sum(1)
    total = np.where(total > 0, total, 1.0).astype(rows.dtype)
    v = np.ones_like(columns)
    u = np.zeros_like(rows)
    left = np.arange(len(kernel))
    gap = np.zeros(len(kernel))
    k, a, b = kernel, rows, columns
    for count in range(1, most + 1):
        reach = np.matmul(k, v[left][:, :, None])[:, :, 0]
        if count > 1 and (count % 4 == 0 or count == most):
            gap[left] = np.abs(u[left] * reach - a).max(1) / total[left]
            open_ = gap[left] > tol
            if not open_.all():
                left = left[open_]
                if not left.size:
                    break
                k, a, b, reach = kernel[left], rows[left], columns[left], reach[open_]
        u[left] = np.divide(a, reach, out=np.zeros_like(a), where=(a > 0) & (reach > 0))
        send = np.matmul(u[left][:, None, :], k)[:, 0, :]
        v[left] = np.divide(b, send, out=np.zeros_like(b), where=(b > 0) & (send > 0))
    return kernel * u[:, :, None] * v[:, None, :], gap


def entropy_flows(
    losses: xr.DataArray, gains: xr.DataArray, prior: xr.DataArray, *, tol: float = 1e-10
) -> xr.DataArray:
    r"""The table of moves nearest to the prior that has these totals (doubly constrained gravity).

    .. math::
        \min_m \sum_{oh} m_{oh}\Big(\ln\frac{m_{oh}}{k_{oh}} - 1\Big)
        \ \text{s.t.}\ \sum_h m_{oh} = a_o,\ \sum_o m_{oh} = b_h
        \quad\Rightarrow\quad m_{oh} = A_o a_o B_h b_h k_{oh}

    Whatever belongs to the origin alone or to the host alone (its wage, its size, its policy) cancels: it is
    in the totals already. Only what belongs to the pair, as distance does, says anything more.

    Parameters
    ----------
    losses : DataArray[origin, ...]
    gains : DataArray[host, ...]
        Money, non-negative, same total; further dimensions (industry) are tables of their own.
    prior : DataArray[origin, host]
        Non-negative; 0 forbids a move.
    tol : float
        Largest gap of a total, relative to the table's.

    Returns
    -------
    DataArray[..., origin, host], money. NaN in a table of which a total is unknown.

    Raises
    ------
    StudyError
        Negative values, labels that do not match, totals that differ, or totals that no table with the
        prior's zeros can have.

    References
    ----------
    Wilson (1971), Environment and Planning 3(1), 1-32.
    """
    other = [d for d in losses.dims if d != "origin"]
    a = losses.transpose(*other, "origin")
    b = gains.transpose(*other, "host")
    a, b = xr.align(a, b, join="exact")
    k = prior.reindex(origin=a["origin"], host=b["host"]).transpose("origin", "host")
    for what, values in (("losses", a), ("gains", b), ("prior", k)):
        if bool((values < 0).any()) or (what == "prior" and bool(values.isnull().any())):
            names = {"losses": "转出量", "gains": "转入量", "prior": "先验权重"}
            raise StudyError(
                Text(f"The {what} have negative or missing entries.", f"{names[what]}含负值或缺失值。"),
                Text("Give non-negative numbers for every region.", "请为每个地区给出非负数。"),
            )
    rows = a.to_numpy().reshape(-1, a.sizes["origin"])
    columns = b.to_numpy().reshape(-1, b.sizes["host"])
    totals = np.stack([rows.sum(1), columns.sum(1)])
    known = np.isfinite(totals).all(0)
    apart = known & (np.abs(totals[0] - totals[1]) > SAME * np.maximum(totals.max(0), 1e-300))
    if apart.any():
        first = int(np.flatnonzero(apart)[0])
        raise StudyError(
            Text(
                f"What was lost ({totals[0, first]:,.6g}) and what was gained ({totals[1, first]:,.6g}) "
                "differ.",
                f"转出合计（{totals[0, first]:,.6g}）与转入合计（{totals[1, first]:,.6g}）不等。",
            ),
            Text(
                "Use changes of share, which sum to zero over regions, or scale one side.",
                "请使用各地区之和为零的份额变化，或对其中一方进行缩放。",
            ),
        )
    flows = np.full((len(rows), rows.shape[1], columns.shape[1]), np.nan)
    kernel = np.broadcast_to(k.to_numpy(), (int(known.sum()), *k.shape))
    flows[known], gap = scale_to_totals(np.ascontiguousarray(kernel), rows[known], columns[known], tol=tol)
    if gap.size and float(gap.max()) > tol:
        worst = int(np.argmax(gap))
        short = np.abs(flows[known][worst].sum(1) - rows[known][worst])
        name = str(a["origin"].values[int(np.argmax(short))])
        raise StudyError(
            Text(
                f"No table with the prior's zeros has these totals: {name} cannot lose what it lost (gap "
                f"{gap[worst]:.2g}).",
                f"在先验零值约束下没有满足这些合计的转移表：{name}的转出量无处可去（偏差{gap[worst]:.2g}）。",
            ),
            Text("Allow more pairs in the prior.", "请在先验中放开更多的地区对。"),
        )
    shape = (*(a.sizes[d] for d in other), *flows.shape[1:])
    coords = {d: a[d].values for d in other} | {"origin": a["origin"].values, "host": b["host"].values}
    return xr.DataArray(flows.reshape(shape), coords, (*other, "origin", "host"), name="transfer")
