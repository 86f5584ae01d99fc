r"""How sure the cells of an estimated table of moves are: draws, intervals within the hard bounds, sums.

The totals leave the cells open. A draw is one table that could have been: distance counts more or less, pairs
of regions have ties that nobody measured, and what the regions lost and gained is not known to the last
figure. How wide the draws must be spread is not a matter of taste: `transfer_bench` simulates economies
whose moves are known and counts how often the intervals hold them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from hinterland.accounts.lookup import number
from hinterland.measure.shares import change_of_share, share_change_in_money
from hinterland.measure.transfer_entropy import (
    Array,
    cell_bounds,
    distance_prior,
    distance_weights,
    entropy_flows,
    losses_and_gains,
    scale_to_totals,
)
from hinterland.study import Study, StudyError, Text
from hinterland.study.model import package_table

DRAW_TOLERANCE = 1e-5
"""Gap of a drawn table's totals: far below what draws differ by."""

TOGETHER = 8
"""Draws scaled together: enough to keep the processor busy, few enough to stay in its cache."""

NEXT_TO_NOTHING = 0.01
"""Part of a cell's upper bound below which the low end of its interval is its lower bound (mostly
nothing)."""


@dataclass(frozen=True, slots=True)
class Assumed:
    r"""What is assumed of moves that nobody recorded.

    Attributes
    ----------
    decay : (low, value, high)
        Fall of moves with distance; drawn from the triangle over its range.
    ties : float
        Log standard deviation of what else draws a pair of regions together or keeps it apart.
    common : float
        Part of the variance of the ties that all industries of a pair share.
    growth_error : float
        Relative standard error of a region's growth of output as a sign of moves: errors of the accounts, and
        what was born, closed or grew without moving.
    """

    decay: tuple[float, float, float]
    ties: float
    common: float
    growth_error: float

    @classmethod
    def of(cls, study: Study) -> Assumed:
        """Return the parameters ``measure.transfer_*`` in force in a study."""
        row = package_table("parameters").set_index("parameter").loc["measure.transfer_decay"]
        value = number(study, "measure.transfer_decay")
        return cls(
            (min(float(row["low"]), value), value, max(float(row["high"]), value)),
            number(study, "measure.transfer_ties"),
            number(study, "measure.transfer_ties_common"),
            number(study, "measure.transfer_growth_error"),
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """A sum of cells with its interval and its hard bounds, arrays of one shape, money.

    `bound_low` and `bound_high` are what no table with the same totals can go below or above.
    """

    value: Array
    low: Array
    high: Array
    bound_low: Array
    bound_high: Array


@dataclass(frozen=True)
class Estimate:
    """An estimated table of moves [industry, origin, host] between two years.

    Attributes
    ----------
    flows : DataArray[industry, origin, host]
        Money of the later year.
    losses, gains : DataArray[industry, origin] and [industry, host]
    draws : array [draw, industry, origin, host]
        Tables that could have been, each with totals of its own draw.
    confidence : float
        Part of the draws that an interval holds.
    """

    flows: xr.DataArray
    losses: xr.DataArray
    gains: xr.DataArray
    draws: npt.NDArray[np.float32]
    confidence: float

    @functools.cached_property
    def cells(self) -> Spread:
        """Every cell with its interval and bounds, [industry, origin, host]."""
        low, high = cell_bounds(self.losses, self.gains)
        return spread(self.flows.to_numpy(), self.draws, low.to_numpy(), high.to_numpy(), self.confidence)

    def between(
        self, origins: Mapping[str, Sequence[str]], hosts: Mapping[str, Sequence[str]], *, total: bool
    ) -> Spread:
        """Moves from groups of origins to groups of hosts, by industry or in `total`.

        Sums are drawn as sums, so that what one cell has too much another has too little. Bounds are those of
        the groups' own totals, summed over industries.

        Returns
        -------
        Spread of arrays [origin group, host group], or [industry, origin group, host group].
        """
        out = _members(self.flows["origin"].values, origins)
        into = _members(self.flows["host"].values, hosts)
        value = out @ self.flows.to_numpy() @ into.T
        drawn = out.astype(np.float32) @ self.draws @ into.T.astype(np.float32)
        a = (self.losses.transpose("industry", "origin").to_numpy() @ out.T)[:, :, None]
        b = (self.gains.transpose("industry", "host").to_numpy() @ into.T)[:, None, :]
        whole = self.losses.sum("origin").to_numpy()[:, None, None]
        high = np.minimum(a, b)
        low = np.minimum(np.maximum(0.0, a + b - whole), high)
        if total:
            value, drawn, low, high = (v.sum(-3) for v in (value, drawn, low, high))
        return spread(value, drawn, low, high, self.confidence)

    def drawn(self, origins: Sequence[str], hosts: Sequence[str]) -> Array:
        """Draws of the moves from these origins to these hosts, [draw, industry]."""
        out = np.isin(self.flows["origin"].values, list(origins))
        into = np.isin(self.flows["host"].values, list(hosts))
        found: Array = self.draws[:, :, out][:, :, :, into].sum((2, 3), dtype=np.float64)
        return found


def _members(names: npt.NDArray[np.str_], groups: Mapping[str, Sequence[str]]) -> Array:
    """Who belongs to which group, [group, region] of 0 and 1."""
    return np.array([np.isin(names, list(members)) for members in groups.values()], dtype=np.float64)


def spread(
    value: Array, drawn: npt.NDArray[np.floating], low: Array, high: Array, confidence: float
) -> Spread:
    """Return figures with the central interval of their draws, cut at the hard bounds.

    Where the low end is next to nothing (a hundredth of the upper bound) it is the lower bound: draws are
    never exactly nothing, moves often are. The interval holds the figure itself.

    Parameters
    ----------
    value, low, high : array [...]
        The figures and their bounds.
    drawn : array [draw, ...]
    confidence : float
        Part of the draws within the interval, 0 to 1.
    """
    ends = [(1 - confidence) / 2, (1 + confidence) / 2]
    lowest, highest = np.full(value.shape, 0.0), np.full(value.shape, 0.0)
    open_ = high > low
    if open_.any():
        columns = np.ascontiguousarray(drawn[:, open_].T)
        lowest[open_], highest[open_] = np.quantile(columns, ends, axis=1)
    lowest = np.where(lowest < NEXT_TO_NOTHING * high, low, np.clip(lowest, low, high))
    highest = np.clip(highest, low, high)
    inside = np.clip(value, low, high)  # rounding of the scaling
    return Spread(inside, np.minimum(lowest, inside), np.maximum(highest, inside), low, high)


def draw_flows(
    start: Array, end: Array, log_km: Array, assumed: Assumed, draws: int, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    r"""Draw tables of moves that could have been.

    .. math::
        k_{ioh} = d_{oh}^{-\beta} \exp\big(\sigma(\sqrt{\rho}\,\eta_{oh} + \sqrt{1-\rho}\,\xi_{ioh})\big),
        \qquad \tilde x_{ri} = x_{ri}(t_1)\,e^{\tau \varepsilon_{ri}}

    with :math:`\beta` from its triangle, all others standard normal; the totals are what regions lost and
    gained with :math:`\tilde x` in place of output (brought to the industry's true total), and the table is
    the one nearest to k with these totals.

    Parameters
    ----------
    start, end : array [industry, region]
        Output, money.
    log_km : array [region, region]
        As `distance_weights` returns it.
    assumed : Assumed
    draws : int
    rng : Generator

    Returns
    -------
    array [draw, industry, origin, host], money of the later year.
    """
    count, regions = start.shape
    low, mode, high = assumed.decay
    decays = rng.triangular(low, mode, high, draws) if high > low else np.full(draws, mode)
    base = start / start.sum(1, keepdims=True)
    total = end.sum(1, keepdims=True)
    out = np.empty((draws, count, regions, regions), np.float32)
    apart = (1.0 - np.eye(regions)).astype(np.float32)
    shared, own = (np.float32(assumed.ties * np.sqrt(v)) for v in (assumed.common, 1.0 - assumed.common))
    for first in range(0, draws, TOGETHER):
        size = min(TOGETHER, draws - first)
        kernel = own * rng.standard_normal((size, count, regions, regions), np.float32)
        kernel += shared * rng.standard_normal((size, 1, regions, regions), np.float32)
        kernel -= (decays[first : first + size, None, None, None] * log_km).astype(np.float32)
        np.exp(kernel, out=kernel)
        kernel *= apart
        seen = end * np.exp(assumed.growth_error * rng.standard_normal((size, *end.shape)))
        change = seen * (total / seen.sum(2, keepdims=True)) - base * total
        lost, gained = np.maximum(-change, 0.0), np.maximum(change, 0.0)
        # the two sides agree but for rounding, which must not keep the scaling from ending
        sides = lost.sum(2, keepdims=True), gained.sum(2, keepdims=True)
        lost *= np.divide(sides[1], sides[0], out=np.zeros_like(sides[0]), where=sides[0] > 0)
        scale = np.where(total > 0, total, 1.0)
        flows, gap = scale_to_totals(
            kernel.reshape(-1, regions, regions),
            (lost / scale).reshape(-1, regions).astype(np.float32),
            (gained / scale).reshape(-1, regions).astype(np.float32),
            tol=DRAW_TOLERANCE,
        )
        if float(gap.max(initial=0.0)) > DRAW_TOLERANCE:
            raise StudyError(
                Text(
                    f"A drawn table of moves does not come to its totals (gap {gap.max():.2g}).",
                    f"抽样得到的转移表未能收敛到其合计（偏差{gap.max():.2g}）。",
                ),
                Text(
                    "Lower measure.transfer_ties or the range of measure.transfer_decay in study.toml.",
                    "请在study.toml中调低measure.transfer_ties或缩小measure.transfer_decay的区间。",
                ),
            )
        out[first : first + size] = flows.reshape(size, count, regions, regions) * scale[None, :, :, None]
    return out


def estimate_flows(
    start: xr.DataArray,
    end: xr.DataArray,
    km: xr.DataArray,
    assumed: Assumed,
    *,
    draws: int,
    rng: np.random.Generator,
    confidence: float = 0.9,
) -> Estimate:
    """Estimate who moved to whom between two years, with draws of what could have been.

    Parameters
    ----------
    start, end : DataArray[region, industry]
        Output of the first and the last year, money; no gaps.
    km : DataArray[region, region_to]
    assumed : Assumed
    draws : int
    rng : Generator
    confidence : float
        Of the intervals, 0 to 1.

    Returns
    -------
    Estimate

    Raises
    ------
    StudyError
        Labels or distances that are missing.
    """
    names = [str(r) for r in start["region"].values]
    before = start.transpose("industry", "region")
    after = end.reindex_like(start).transpose("industry", "region")
    log_km = distance_weights(
        km.reindex(region=names, region_to=names).transpose("region", "region_to").to_numpy(), names
    )
    change = share_change_in_money(change_of_share(before, after), after)
    lost, gained = losses_and_gains(change)
    flows = entropy_flows(lost, gained, distance_prior(km, assumed.decay[1]))
    drawn = draw_flows(before.to_numpy(), after.to_numpy(), log_km, assumed, draws, rng)
    return Estimate(
        flows.transpose("industry", "origin", "host"),
        lost.transpose("industry", "origin"),
        gained.transpose("industry", "host"),
        drawn,
        confidence,
    )
