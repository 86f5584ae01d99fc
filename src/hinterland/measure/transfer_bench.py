r"""What is an estimate of moves worth? Economies with known moves, and how much of the truth is recovered.

An economy is simulated on a given map: every region of every industry is pushed to lose or pulled to gain by
a cost of its own, pairs of regions have ties, distance counts or does not, some regions grow for other
reasons. The estimator sees what a statistician would see (output before and after) and not the moves. Some
economies are as the estimator assumes, others contradict it on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.stats import rankdata

from hinterland.measure.transfer_entropy import Array, distance_weights
from hinterland.measure.transfer_spread import Assumed, Estimate, Spread, estimate_flows


@dataclass(frozen=True, slots=True)
class World:
    r"""A kind of economy.

    Attributes
    ----------
    code : str
    decay : float
        Fall of moves with distance; negative: far pairs are preferred.
    ties : float
        Log standard deviation of the ties of pairs, half of whose variance all industries share.
    other_growth : float
        Relative standard deviation of what output in the later year shows besides moves.
    projects : int
        Number of projects that the moves of an industry come in, of very unequal size (Pareto, exponent 1.5);
        0: as many as one likes.
    two_way : bool
        Regions lose and gain at once, for unrelated reasons.
    one_cost : bool
        The same regions are dear for all industries.
    """

    code: str
    decay: float = 0.9
    ties: float = 1.0
    other_growth: float = 0.05
    projects: int = 0
    two_way: bool = False
    one_cost: bool = False


WORLDS: tuple[World, ...] = (
    World("as_assumed"),
    World("cost", decay=0.28, one_cost=True),
    World("far", decay=-0.9),
    World("tied", ties=1.5),
    World("few_projects", projects=200),
    World("births", other_growth=0.1),
    World("churn", two_way=True),
)
"""Kinds of economies: as assumed, and six that break one assumption each."""

_PUSH = (
    1.5  # log standard deviation of what pushes and pulls: the strongest lose many times what the weakest do
)
_MOST = 0.9  # a region cannot lose all that it has


@dataclass(frozen=True)
class Known:
    """A simulated economy: output in the later year and the net moves that led to it.

    Attributes
    ----------
    end : DataArray[region, industry]
    moves : array [industry, origin, host]
        Net moves of each pair of regions, in money of the later year.
    """

    end: xr.DataArray
    moves: Array


def simulate(
    start: xr.DataArray, log_km: Array, moved: Array, world: World, rng: np.random.Generator
) -> Known:
    r"""Simulate who moves to whom, and what output shows of it.

    .. math::
        m_{ioh} \propto x_{ri}(t_0)\,e^{1.5\phi_{io}}\ x_{hi}(t_0)^{1/2}\,e^{-1.5\phi_{ih}}\
        d_{oh}^{-\beta}\, e^{\sigma z_{ioh}}

    scaled so that a share `moved` of the industry moves; :math:`\phi` is the cost of a place, z ties. With
    `two_way` what pulls is independent of what pushes.

    Parameters
    ----------
    start : DataArray[region, industry]
        Output before, money.
    log_km : array [region, region]
    moved : array [industry]
        Share of the industry's output that moves.
    world : World
    rng : Generator
    """
    before = start.transpose("industry", "region").to_numpy()
    count, regions = before.shape
    cost = rng.standard_normal((count, regions))
    if world.one_cost:
        cost = np.sqrt(0.8) * rng.standard_normal(regions) + np.sqrt(0.2) * cost
    pull = rng.standard_normal((count, regions)) if world.two_way else -cost
    ties = np.sqrt(0.5) * (
        rng.standard_normal((regions, regions)) + rng.standard_normal((count, regions, regions))
    )
    moves = (before * np.exp(_PUSH * cost))[:, :, None] * (np.sqrt(before) * np.exp(_PUSH * pull))[:, None, :]
    moves = moves * np.exp(world.ties * ties - world.decay * log_km) * (1.0 - np.eye(regions))
    moves /= np.maximum(moves.sum((1, 2), keepdims=True), 1e-300)
    if world.projects:
        for i in range(count):
            size = rng.pareto(1.5, world.projects) + 1.0
            chance = (
                moves[i].ravel() / moves[i].sum()
                if moves[i].sum() > 0
                else np.full(regions**2, regions**-2.0)
            )
            cells = rng.choice(regions**2, world.projects, p=chance)
            moves[i] = np.bincount(cells, size / size.sum(), regions**2).reshape(regions, regions)
    moves *= (moved * before.sum(1))[:, None, None]
    lost = moves.sum(2)
    moves *= np.minimum(1.0, np.divide(_MOST * before, lost, out=np.ones_like(lost), where=lost > 0))[
        :, :, None
    ]
    seen = before * np.exp(world.other_growth * rng.standard_normal(before.shape))
    after = np.maximum(seen - moves.sum(2) + moves.sum(1), 0.0)
    net = np.maximum(moves - moves.transpose(0, 2, 1), 0.0)
    end = start.transpose("industry", "region").copy(data=after)
    return Known(end.transpose(*start.dims), net)


@dataclass(frozen=True, slots=True)
class Score:
    """How much of the known moves an estimate recovers.

    Attributes
    ----------
    rank_correlation : float
        Spearman's, of estimate and truth over the cells that can hold a move, mean over industries.
    mass_placed : float
        Common part of both tables, 2 sum min(m, m') / (sum m + sum m') (Sorensen), mean over industries.
    coverage_cells : float
        Share of the cells whose interval holds the truth.
    coverage_mass : float
        The same, each cell counting with its estimate: how far the large figures are held.
    coverage_pairs : float
        The same for pairs of regions, all industries together.
    coverage_sources : float
        The same for what the hosts together received from each region, all industries together.
    width : float
        Width of the intervals over that of the hard bounds: 1 says no more than the totals themselves.
    mass_outside : float
        Share of the truth above the upper bounds, which no table with the observed totals could show: moves
        of regions that lost and gained at once.
    """

    rank_correlation: float
    mass_placed: float
    coverage_cells: float = np.nan
    coverage_mass: float = np.nan
    coverage_pairs: float = np.nan
    coverage_sources: float = np.nan
    width: float = np.nan
    mass_outside: float = np.nan


def _rank_correlation(one: Array, two: Array) -> float:
    """Spearman's rank correlation; 0 for figures without an order, unknown for fewer than three."""
    if len(one) < 3:
        return np.nan
    a, b = (rankdata(v) - (len(v) + 1) / 2 for v in (one, two))
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


def _mean(values: Sequence[float]) -> float:
    known = [v for v in values if np.isfinite(v)]
    return float(np.mean(known)) if known else np.nan


def score_table(flows: Array, truth: Array, possible: npt.NDArray[np.bool_]) -> Score:
    """Compare a table of moves with the truth; arrays [industry, origin, host], money."""
    ranks = [_rank_correlation(f[p], t[p]) for f, t, p in zip(flows, truth, possible, strict=True) if p.any()]
    both = flows.sum((1, 2)) + truth.sum((1, 2))
    shared = 2 * np.minimum(flows, truth).sum((1, 2))
    placed = np.divide(shared, both, out=np.full(len(both), np.nan), where=both > 0)
    return Score(_mean(ranks), _mean(placed.tolist()))


def score(estimate: Estimate, truth: Array, hosts: Sequence[str]) -> Score:
    """Compare an estimate and its intervals with the known moves [industry, origin, host].

    `hosts` are the regions whose receipts from each origin are looked at together.
    """
    cells = estimate.cells
    possible = cells.bound_high > 0
    flows = estimate.flows.to_numpy()
    names = [str(r) for r in estimate.flows["origin"].values]
    each = {name: [name] for name in names}
    pairs = estimate.between(each, each, total=True)
    into = np.isin(names, list(hosts))
    received = estimate.between(each, {"hosts": list(hosts)}, total=True)
    table = score_table(flows, truth, possible)
    everywhere = truth.sum()
    room = float((cells.bound_high - cells.bound_low)[possible].sum())

    def held(of: Array, found: Spread, weight: Array) -> float:
        slack = 1e-9 * found.bound_high
        inside = (of >= found.low - slack) & (of <= found.high + slack)
        return float(np.average(inside, weights=weight)) if weight.sum() > 0 else np.nan

    return Score(
        table.rank_correlation,
        table.mass_placed,
        held(truth, cells, possible.astype(float)),
        held(truth, cells, flows),
        held(truth.sum(0), pairs, (pairs.bound_high > 0).astype(float)),
        held(truth.sum(0)[:, into].sum(1, keepdims=True), received, (received.bound_high > 0).astype(float)),
        float((cells.high - cells.low)[possible].sum()) / room if room > 0 else np.nan,
        float(np.maximum(truth - cells.bound_high, 0.0).sum() / everywhere) if everywhere > 0 else np.nan,
    )


def proportional(estimate: Estimate) -> Array:
    """The table without distance: each host gets from each origin in proportion to what that lost."""
    lost = estimate.losses.transpose("industry", "origin").to_numpy()
    gained = estimate.gains.transpose("industry", "host").to_numpy()
    total = lost.sum(1)[:, None, None]
    flows: Array = np.divide(
        lost[:, :, None] * gained[:, None, :],
        total,
        out=np.zeros((*lost.shape, gained.shape[1])),
        where=total > 0,
    )
    return flows


def even(estimate: Estimate) -> Array:
    """The table of someone who knows who lost and who gained, and nothing else: all cells alike."""
    possible = proportional(estimate) > 0
    count = np.maximum(possible.sum((1, 2), keepdims=True), 1)
    total = estimate.losses.transpose("industry", "origin").to_numpy().sum(1)[:, None, None]
    flows: Array = possible * total / count
    return flows


RIVALS: Mapping[str, Callable[[Estimate], Array]] = {"proportional": proportional, "even": even}
"""Estimators that know less; what the estimate does not beat them by is not its own merit."""


def recover(
    start: xr.DataArray,
    km: xr.DataArray,
    moved: Array,
    assumed: Assumed,
    *,
    hosts: Sequence[str],
    draws: int,
    repeats: int,
    seed: int,
    confidence: float = 0.9,
    worlds: Sequence[World] = WORLDS,
) -> dict[str, dict[str, Score]]:
    """Simulate every kind of economy, estimate its moves from output alone, and compare.

    Parameters
    ----------
    start : DataArray[region, industry]
        Output before, money, no gaps.
    km : DataArray[region, region_to]
    moved : array [industry]
        Share of each industry's output that moves.
    assumed : Assumed
        What the estimator assumes; the economies do not read it.
    hosts : sequence of str
        Regions whose receipts from each origin are looked at together.
    draws, repeats, seed : int
        Draws of each estimate, economies of each kind, seed.

    Returns
    -------
    Scores by world and estimator: entropy, and those of `RIVALS`. Means over the repeats.
    """
    names = [str(r) for r in start["region"].values]
    distances = km.reindex(region=names, region_to=names).transpose("region", "region_to").to_numpy()
    log_km = distance_weights(distances, names)
    out: dict[str, dict[str, Score]] = {}
    for number, world in enumerate(worlds):
        found: dict[str, list[Score]] = {}
        for repeat in range(repeats):
            rng = np.random.default_rng([seed, number, repeat])
            known = simulate(start, log_km, moved, world, rng)
            estimate = estimate_flows(
                start, known.end, km, assumed, draws=draws, rng=rng, confidence=confidence
            )
            found.setdefault("entropy", []).append(score(estimate, known.moves, hosts))
            possible = estimate.cells.bound_high > 0
            for name, rival in RIVALS.items():
                found.setdefault(name, []).append(score_table(rival(estimate), known.moves, possible))
        out[world.code] = {name: mean_score(scores) for name, scores in found.items()}
    return out


def mean_score(scores: Sequence[Score]) -> Score:
    """Mean of several scores, figure by figure; unknown ones are passed over."""
    return Score(*(_mean([getattr(s, f) for s in scores]) for f in Score.__dataclass_fields__))
