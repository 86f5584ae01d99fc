"""What does it cost to make it there? The landed cost by origin, industry and host, with ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc, triang

from hinterland.accounts.cost import cost_parts, energy_price, labour_cost, trade, ways_to_new_markets
from hinterland.accounts.lookup import number
from hinterland.accounts.output import national_output
from hinterland.accounts.rates import (
    ENERGY_PRICE,
    FREIGHT_RATE,
    LAND_COST,
    OTHER_COST,
    PROFIT_TAX,
    Rates,
    rates,
)
from hinterland.potential.access import market_potential
from hinterland.potential.labour import adapted_cost, span_of
from hinterland.study import Study, StudyError, Text

Floats = npt.NDArray[np.float64]
Pairs = Callable[[Floats], Floats]
Places = tuple[list[int], list[int], list[int]]
Reckon = Callable[[str, Floats, Floats, Text], None]

PARTS = ("labour", "energy", "freight_in", "freight_out", "land", "tax", "other", "agglomeration")
PAIRS = ("industry", "origin", "host")


def agglomeration_cost(
    added: npt.ArrayLike,
    density: npt.ArrayLike,
    own: npt.ArrayLike,
    elasticity: npt.ArrayLike,
    own_elasticity: npt.ArrayLike,
) -> Floats:
    r"""Cost difference from productivity that comes with density, per unit of output.

    .. math:: v_i \Big[\Big(\frac{D_h}{D_o}\Big)^{-\epsilon}
              \Big(\frac{L_{ih}}{L_{io}}\Big)^{-\lambda} - 1\Big]

    A plant's value added per unit of output :math:`v_i` costs less where productivity is higher;
    productivity rises with effective density :math:`D` (all jobs over distance) and with that of the own
    industry, :math:`L_i`.

    Parameters
    ----------
    added : array [industry]
        Value added per unit of output.
    density : array [origin, host]
        Ratio of effective densities, host to origin.
    own : array [industry, origin, host]
        The same within the industry.
    elasticity, own_elasticity : float or array [draw]

    Returns
    -------
    array [industry, origin, host], or [draw, industry, origin, host]; positive: dearer in the host.

    References
    ----------
    Ciccone & Hall (1996); Graham (2007) on effective density; Combes & Gobillon (2015) on the size.
    """
    v, D, L = (np.asarray(a, dtype=np.float64) for a in (added, density, own))
    e, k = (np.asarray(a, dtype=np.float64)[..., None, None, None] for a in (elasticity, own_elasticity))
    cost: Floats = v[:, None, None] * (np.exp(-e * np.log(D)[None] - k * np.log(L)) - 1.0)
    return cost


def tax_cost(profit: npt.ArrayLike, taxable: npt.ArrayLike, rate: npt.ArrayLike) -> Floats:
    r"""Tax on profit per unit of output, :math:`s_i \pi\, \tau_{ri}`.

    Parameters
    ----------
    profit : array [industry]
        Operating surplus per unit of output.
    taxable : float or array [draw]
        Share of it that is taxable.
    rate : array [region, industry] or [draw, region, industry]

    Returns
    -------
    array, shape of rate
    """
    part = np.asarray(taxable, dtype=np.float64)[..., None, None]
    due: Floats = part * np.asarray(profit, dtype=np.float64) * np.asarray(rate, dtype=np.float64)
    return due


@dataclass(frozen=True)
class Ledger:
    """The cost difference host minus origin by part, as assumed and as drawn.

    Attributes
    ----------
    parts : mapping of part to array [industry, origin, host]
        Money per unit of money of output; NaN throughout where the study cannot know the part.
    drawn : array [draw, industry, origin, host]
        Sum of the parts that are known, in each draw.
    methods, lacking : mapping of part to Text
        How it was found; what would supply it.
    """

    industries: tuple[str, ...]
    parts: Mapping[str, Floats]
    drawn: Floats
    methods: Mapping[str, Text]
    lacking: Mapping[str, Text]

    @property
    def total(self) -> Floats:
        """Sum of the parts that are known [industry, origin, host]."""
        known: Floats = np.sum([part for name, part in self.parts.items() if name in self.methods], axis=0)
        return known


class Draws:
    """A seeded Latin hypercube over named ranges, each triangular with its value as mode."""

    def __init__(self, count: int, seed: int, names: tuple[str, ...]) -> None:
        self.unit = qmc.LatinHypercube(len(names), rng=np.random.default_rng(seed)).random(count)
        self.names = names
        self.count = count

    def of(self, name: str, low: float, value: float, high: float) -> Floats:
        """Return the draws of one name [draw]."""
        u = self.unit[:, self.names.index(name)]
        width = high - low
        if width <= 0:
            return np.full(len(u), value)
        return np.asarray(triang.ppf(u, (value - low) / width, low, width))

    def between(self, name: str, found: Rates) -> Floats:
        """Return the draws of rates that move together within their ranges [draw, region, industry]."""
        u = self.unit[:, self.names.index(name), None, None]
        low, value, high = (a.to_numpy()[None] for a in (found.low, found.value, found.high))
        width = np.where(high > low, high - low, 1.0)
        mode = (value - low) / width
        # the triangular distribution's inverse, written out so that each cell may have its own range
        with np.errstate(invalid="ignore"):
            left = low + width * np.sqrt(u * mode)
            right = high - width * np.sqrt((1 - u) * (1 - mode))
        return np.asarray(np.where(high > low, np.where(u < mode, left, right), value))


_DRAWN = (
    "accounts.freight_rate",
    "potential.market_shift",
    "potential.labour_adaptation",
    "potential.energy_adaptation",
    "potential.agglomeration_elasticity",
    "potential.localisation_elasticity",
    "potential.taxable_share",
    ENERGY_PRICE,
    PROFIT_TAX,
    LAND_COST,
    OTHER_COST,
)


def ledger(study: Study) -> Ledger:
    """Reckon every part of the landed cost of the industries that can move, with draws of what is assumed.

    The parts labour, energy, freight_in and freight_out are those of the plan's landed cost
    (`accounts.cost.cost_parts`); tax, land, other and agglomeration come on top.

    Parameters
    ----------
    study : Study
        Complete (`accounts.complete`).

    Raises
    ------
    StudyError
        No origin, host or industry that can move, or nothing about cost is known.
    """
    industries = study.transferable
    if not industries:
        raise StudyError(
            Text("No industry can move.", "没有可转移的产业。"),
            Text(
                "Write yes in the column transferable of the table industries.",
                "请在industries表的transferable列填写yes。",
            ),
        )
    draws = Draws(int(number(study, "potential.cost_draws")), int(number(study, "seed")), _DRAWN)
    regions, origins, hosts = list(study.regions), list(study.origins), list(study.hosts)
    at = [study.industries.index(i) for i in industries]
    o, h = ([regions.index(r) for r in group] for group in (origins, hosts))
    found = cost_parts(study)
    parts: dict[str, Floats] = {
        name: part.sel(industry=list(industries)).transpose(*PAIRS).to_numpy().astype(float)
        for name, part in found.parts.items()
    }
    methods: dict[str, Text] = dict(found.methods)
    shape = (len(industries), len(origins), len(hosts))
    drawn = np.zeros((draws.count, *shape))

    def pairs(level: Floats) -> Floats:
        """[..., region, industry] to [..., industry, origin, host], host minus origin."""
        own = np.swapaxes(level[..., at], -1, -2)
        return np.asarray(own[..., None, h] - own[..., o, None])

    def reckon(name: str, point: Floats, sampled: Floats, how: Text) -> None:
        parts[name], methods[name] = point, how
        drawn[...] += sampled

    if "labour" in parts:
        drawn += _labour(study, parts["labour"], pairs, draws)
    if "energy" in parts:
        drawn += _energy(study, draws, (at, o, h))
    if "freight_out" in parts:
        drawn += _freight(study, parts, draws, (at, o, h))
    for item, name in ((LAND_COST, "land"), (OTHER_COST, "other")):
        given = rates(study, item)
        if given is not None:
            reckon(
                name,
                pairs(given.value.to_numpy()),
                pairs(draws.between(item, given)),
                study.text("column", f"cost_{name}") + Text(": as given", "：按给定数据"),
            )
    _tax(study, pairs, draws, reckon)
    _agglomeration(study, draws, reckon, (at, o, h))
    if not methods:
        raise StudyError(
            Text("Nothing is known of what production costs in the regions.", "各地区的生产成本均未知。"),
            Text(
                "Name the indicator of wages (accounts.wage), give coordinates or distances, or the table "
                "cost_rates.",
                "请指定工资指标（accounts.wage），给出经纬度或距离，或补充cost_rates表。",
            ),
        )
    lacking = {name: _SUPPLY[name] for name in PARTS if name not in methods}
    for name in lacking:
        parts[name] = np.full(shape, np.nan)
    return Ledger(tuple(industries), parts, drawn, methods, lacking)


_SUPPLY: Mapping[str, Text] = {
    "labour": Text("labour (indicator of wages: accounts.wage)", "劳动（工资指标：accounts.wage）"),
    "energy": Text(
        "energy (energy use, and energy_price in the table cost_rates)",
        "能源（用能数据及cost_rates表的energy_price）",
    ),
    "freight_in": Text("freight of inputs (coordinates or distances)", "投入品运费（经纬度或距离）"),
    "freight_out": Text("freight of products (coordinates or distances)", "产品运费（经纬度或距离）"),
    "land": Text("land (land_cost in the table cost_rates)", "土地（cost_rates表的land_cost）"),
    "tax": Text(
        "tax (profit_tax in the table cost_rates, and the row of profit in national_io)",
        "税收（cost_rates表的profit_tax及全国表的利润行）",
    ),
    "other": Text("other costs (other_cost in the table cost_rates)", "其他成本（cost_rates表的other_cost）"),
    "agglomeration": Text("agglomeration (coordinates or distances)", "集聚（经纬度或距离）"),
}


def _labour(study: Study, point: Floats, pairs: Pairs, draws: Draws) -> Floats:
    """Draws of the part labour: from the plant's own productivity towards the region's unit labour cost."""
    found = labour_cost(study)
    own = adapted_cost(study, found[0]) if found is not None else None
    if own is None:
        return np.asarray(np.broadcast_to(point, (draws.count, *point.shape)))
    weight = draws.of("potential.labour_adaptation", *span_of(study, "potential.labour_adaptation"))
    w = weight[:, None, None, None]
    return np.asarray((1 - w) * point + w * pairs(own.transpose("region", "industry").to_numpy()))


def _energy(study: Study, draws: Draws, places: Places) -> Floats:
    """Draws of the part energy: intensities from the origin's to the host's, prices within their range."""
    at, o, h = places
    output, use = study["output"].drop_attrs(), study["energy_base"].drop_attrs()
    total = output.sum("region")
    mean = (use.sum("region") / total.where(total > 0)).fillna(0.0)
    level = (use / output.where(output > 0)).fillna(mean).transpose("region", "industry").to_numpy()[:, at]
    given, price = rates(study, ENERGY_PRICE), energy_price(study)
    if given is not None and bool(given.value.notnull().all()):
        charged = draws.between(ENERGY_PRICE, given)[:, :, at]
    else:
        stated = float(price[0]) if price is not None else np.nan
        charged = np.full((draws.count, *level.shape), stated)
    weight = draws.of("potential.energy_adaptation", *span_of(study, "potential.energy_adaptation"))
    w = weight[:, None, None, None]
    here, there = level[o].T[None, :, :, None], level[h].T[None, :, None, :]
    paid = np.swapaxes(charged, 1, 2)
    return np.asarray(paid[:, :, None, h] * ((1 - w) * here + w * there) - paid[:, :, o, None] * here)


def _freight(study: Study, parts: Mapping[str, Floats], draws: Draws, places: Places) -> Floats:
    """Draws of both parts of freight: the rate, and how far a plant turns to the host's own markets."""
    at, o, h = places
    t = trade(study)
    assert t is not None  # there is freight
    turned = ways_to_new_markets(t.demand, t.exported, t.rate, t.km, t.decay)[at][:, o][:, :, h]
    weight = draws.of("potential.market_shift", *span_of(study, "potential.market_shift"))
    low, value, high = span_of(study, "accounts.freight_rate")
    given = rates(study, FREIGHT_RATE)
    if given is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            ends = [float(np.nanmean((end / given.value).to_numpy())) for end in (given.low, given.high)]
        low, value, high = min(ends[0], 1.0), 1.0, max(ends[1], 1.0)
    scale, w = (
        a[:, None, None, None] for a in (draws.of("accounts.freight_rate", low, value, high) / value, weight)
    )
    return np.asarray(scale * (parts["freight_in"] + (1 - w) * parts["freight_out"] + w * turned))


def _tax(study: Study, pairs: Pairs, draws: Draws, reckon: Reckon) -> None:
    given, item = rates(study, PROFIT_TAX), str(study.parameter("potential.surplus_item"))
    table = study["io_value_added"]
    if given is None or item not in table["item"].to_numpy():
        return
    gross = national_output(study).reindex(industry=list(study.industries))
    surplus = table.sel(item=item, drop=True).reindex(industry=list(study.industries))
    profit = (surplus / gross.where(gross > 0)).clip(min=0.0).fillna(0.0).to_numpy()
    low, value, high = span_of(study, "potential.taxable_share")
    part = draws.of("potential.taxable_share", low, value, high)
    reckon(
        "tax",
        pairs(tax_cost(profit, value, given.value.to_numpy())),
        pairs(tax_cost(profit, part, draws.between(PROFIT_TAX, given))),
        Text(
            f"tax: stated rates on {value:.0%} of the operating surplus (assumption)",
            f"税收：给定税率×营业盈余的{value:.0%}（假设）",
        ),
    )


def _agglomeration(study: Study, draws: Draws, reckon: Reckon, places: Places) -> None:
    km = study.get("distance")
    if km is None or not bool(km.notnull().all()) or float(km.min()) <= 0:
        return
    at, o, h = places
    decay = number(study, "potential.market_decay")
    d = km.transpose("region", "region_to").to_numpy().astype(float)
    output = study["output"].transpose("region", "industry").to_numpy()
    added = study["value_added_base"].transpose("region", "industry").to_numpy()
    jobs = study.get("employment_base")
    people = added.sum(1)
    if jobs is not None:
        counted = jobs.sum("industry").reindex(region=list(study.regions)).to_numpy().astype(float)
        people = counted if bool((counted > 0).all()) else people
    near = market_potential(people, d, decay)
    own = market_potential(output[:, at], d, decay).T
    gross = output[:, at].sum(0)
    ratio = np.divide(added[:, at].sum(0), gross, out=np.zeros_like(gross), where=gross > 0)
    names = ("potential.agglomeration_elasticity", "potential.localisation_elasticity")
    values = [number(study, name) for name in names]
    sampled = [draws.of(name, *span_of(study, name)) for name in names]
    both = (ratio, near[None, h] / near[o, None], own[:, None, h] / own[:, o, None])
    reckon(
        "agglomeration",
        agglomeration_cost(*both, *values),
        agglomeration_cost(*both, *sampled),
        Text(
            f"agglomeration: value added per output x productivity lost or gained with effective density "
            f"(elasticity {values[0]:g}) and that of the own industry ({values[1]:g})",
            f"集聚：增加值率×有效密度（弹性{values[0]:g}）与本产业有效密度（弹性{values[1]:g}）带来的生产率得失",
        ),
    )
