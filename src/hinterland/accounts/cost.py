"""Landed cost: what a unit of output costs more, or less, when it is made in a host instead of its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from hinterland.accounts.balance import Array
from hinterland.accounts.lookup import indicator, number, option, sources, words
from hinterland.accounts.rates import ENERGY_PRICE, FREIGHT_FACTOR, FREIGHT_RATE, LABOUR_COST, rates
from hinterland.accounts.value_added import compensation
from hinterland.study import Provenance, Study, Text


def _markets(weight: Array, km: Array, decay: float) -> Array:
    """Shares of partners s in the dealings of r by gravity, weight_s d_rs^-decay; they sum to 1."""
    pull = weight[None, :] * km ** (-decay)
    shares: Array = pull / pull.sum(1, keepdims=True)
    return shares


def ways_to_markets(demand: Array, exported: Array, goods: Array, km: Array, decay: float) -> Array:
    r"""Extra way of the product per unit of output when i is made in h instead of o, in 1000 km x value.

    .. math:: \gamma_i\Big[(1-\epsilon_i)\sum_s m_{os}(d_{hs}-d_{os}) + \epsilon_i d_{ho}\Big]

    The origin's home markets (gravity shares :math:`m_{os}` of final and intermediate demand) stay; exports
    leave through the origin. Parameters and shape as in `freight_difference`.
    """
    m = _markets(demand, km, decay)
    home = m @ km.T  # [o, h]: mean distance from h to the markets of o
    home = home - np.diag(home)[:, None]
    away = km.copy()
    np.fill_diagonal(away, 0.0)
    sales: Array = goods[:, None, None] * (
        (1 - exported)[:, None, None] * home[None] + exported[:, None, None] * away.T[None]
    )
    return sales / 1000.0


def ways_to_new_markets(demand: Array, exported: Array, goods: Array, km: Array, decay: float) -> Array:
    r"""Extra way of the product when a plant in h serves the markets of h and no longer those of o.

    .. math:: \gamma_i\Big[(1-\epsilon_i)\big(\sum_s m_{hs}d_{hs}-\sum_s m_{os}d_{os}\big)
              + \epsilon_i d_{ho}\Big]

    Exports still leave through the origin. Parameters and shape as in `freight_difference`.
    """
    near = (_markets(demand, km, decay) * km).sum(1)
    away = km.copy()
    np.fill_diagonal(away, 0.0)
    home = near[None, :] - near[:, None]
    sales: Array = goods[:, None, None] * (
        (1 - exported)[:, None, None] * home[None] + exported[:, None, None] * away.T[None]
    )
    return sales / 1000.0


def ways_of_inputs(output: Array, inputs: Array, goods: Array, km: Array, decay: float) -> Array:
    r"""Extra way of inputs per unit of output when i is made in h instead of o, in 1000 km x value.

    .. math:: \sum_j \gamma_j a_{ji}\big(D_j(h)-D_j(o)\big)

    Inputs come from where they are made (:math:`D_j(r)`: mean distance of the supply of j to r). Parameters
    and shape as in `freight_difference`.
    """
    pull = km ** (-decay)
    supply = output.T @ pull  # [j, r]
    mean = np.divide(output.T @ (pull * km), supply, out=np.zeros_like(supply), where=supply > 0)
    need = (inputs * goods[:, None]).T @ mean  # [i, r]
    purchases: Array = need[:, None, :] - need[:, :, None]
    return purchases / 1000.0


def freight_difference(
    output: Array, demand: Array, inputs: Array, exported: Array, goods: Array, km: Array, decay: float
) -> Array:
    r"""Extra way of goods per unit of output moved when i is made in h instead of o, in 1000 km x value.

    The sum of `ways_to_markets` and `ways_of_inputs`.

    Parameters
    ----------
    output : array [region, industry]
    demand : array [region]
        Size of each region's market.
    inputs : array [product, industry]
        Input coefficients, domestic.
    exported, goods : array [industry]
        Share of output exported; 1 where an industry's product carries freight (or its freight relative to
        that of goods in general), 0 where it does not.
    km : array [region, region]
    decay : float
        Distance elasticity of trade.

    Returns
    -------
    array [industry, origin, host]
        1000 km x share of value.
    """
    difference: Array = ways_to_markets(demand, exported, goods, km, decay) + ways_of_inputs(
        output, inputs, goods, km, decay
    )
    return difference


def labour_cost(study: Study) -> tuple[xr.DataArray, Text] | None:
    r"""Labour cost per unit of output, and how it was found.

    With regional wages (indicator ``accounts.wage``): the industry's mean labour cost times the region's wage
    relative to the mean wage (weighted by output), :math:`w_{ri} = \bar w_i \omega_r / \bar\omega_i`; a
    plant that moves keeps its labour productivity and pays the wages of its new place. Without: estimated
    compensation / output of the region, where it exists. A complete item labour_cost of the table cost_rates
    is taken instead. Shape [region, industry]; None when labour's share is unknown.
    """
    output, added = study["output"].drop_attrs(), study["value_added_base"].drop_attrs()
    given = rates(study, LABOUR_COST)
    if given is not None and bool(given.value.notnull().all()):
        return given.value, Text("labour cost: as given", "劳动成本：按给定数据")
    pay = compensation(study, added)
    if pay is None:
        return None
    total = output.sum("region")
    mean = (pay.sum("region") / total.where(total > 0)).fillna(0.0)
    code = str(option(study, "accounts.wage", ""))
    wages = indicator(study, code) if code else None
    if wages is not None and bool((wages[0] > 0).all()):
        wage = wages[0].reindex(region=output["region"]).drop_attrs()
        typical = (output * wage).sum("region") / total.where(total > 0)
        return (mean * wage / typical).fillna(0.0).transpose("region", "industry"), Text(
            f"labour cost: the industry's mean compensation per output x relative wage ({wages[1]}), "
            "the plant keeping its labour productivity",
            f"劳动成本：该产业平均单位产出报酬×相对工资（{wages[1]}年），假定企业保持原劳动生产率",
        )
    return (pay / output.where(output > 0)).fillna(mean).transpose("region", "industry"), Text(
        "labour cost: estimated compensation per output", "劳动成本：估计的单位产出劳动报酬"
    )


@dataclass(frozen=True)
class Trade:
    """What the freight of a plant rests on, in the study's order of regions and industries.

    Attributes
    ----------
    output : array [region, industry]
    demand : array [region]
        Value added, the size of each region's market.
    inputs : array [product, industry]
        Domestic input coefficients.
    exported : array [industry]
        Share of output exported.
    rate : array [industry]
        Freight per 1000 km as a share of the product's value; 0 where it carries none.
    km : array [region, region]
    decay : float
    """

    output: Array
    demand: Array
    inputs: Array
    exported: Array
    rate: Array
    km: Array
    decay: float


def trade(study: Study) -> Trade | None:
    """Return what freight rests on; None without distances.

    The rate is ``accounts.freight_rate``, times the industry's freight_factor where the table cost_rates has
    one; the table's own freight_rate of an industry counts before both.
    """
    km = study.get("distance")
    if km is None or not bool(km.notnull().all()) or float(km.min()) <= 0:
        return None
    output, added = study["output"], study["value_added_base"]
    total = output.sum("region")
    gross = total.to_numpy()
    exported = np.zeros(len(gross))
    exports = study["final_domestic"]
    if "exports" in exports["category"].to_numpy():
        sold = exports.sel(category="exports").reindex(row=output["industry"].to_numpy()).to_numpy()
        exported = np.clip(np.divide(sold, gross, out=np.zeros_like(gross), where=gross > 0), 0.0, 1.0)
    local = set(words(study, "accounts.local_classes"))
    goods = np.array([0.0 if study.factor_class[i] in local else 1.0 for i in study.industries])
    rate = np.full(len(gross), number(study, "accounts.freight_rate"))
    for item, base in ((FREIGHT_FACTOR, rate), (FREIGHT_RATE, np.ones(len(gross)))):
        given = rates(study, item)
        if given is not None:
            own = given.value.mean("region").to_numpy() * base
            rate = np.where(np.isfinite(own), own, rate)
    table = study["io_domestic"].reindex(row=list(study.industries), industry=list(study.industries))
    inputs = np.divide(table.to_numpy(), gross, out=np.zeros(table.shape), where=gross > 0)
    return Trade(
        output.to_numpy(),
        added.sum("industry").to_numpy(),
        inputs,
        exported,
        goods * rate,
        km.transpose("region", "region_to").to_numpy(),
        number(study, "accounts.distance_decay"),
    )


@dataclass(frozen=True)
class CostParts:
    """The parts of the landed cost that can be known, host minus origin [industry, origin, host], and how.

    `parts` has labour, energy, freight_out and freight_in, those that are known, in money per unit of money
    of output; `methods` says how each was found.
    """

    parts: Mapping[str, xr.DataArray]
    methods: Mapping[str, Text]


def cost_parts(study: Study) -> CostParts:
    """Return the parts of the landed cost (see `landed_cost`); `study` is complete but for it."""
    output = study["output"].drop_attrs()
    origins, hosts = list(study.origins), list(study.hosts)
    total = output.sum("region")
    parts: dict[str, xr.DataArray] = {}
    methods: dict[str, Text] = {}

    def between(level: xr.DataArray) -> xr.DataArray:
        return (
            level.rename(region="host").sel(host=hosts).transpose("industry", "host")
            - level.rename(region="origin").sel(origin=origins).transpose("industry", "origin")
        ).transpose("industry", "origin", "host")

    labour = labour_cost(study)
    if labour is not None:
        parts["labour"], methods["labour"] = between(labour[0]), labour[1]
    price, energy = energy_price(study), study.get("energy_base")
    if price is not None and energy is not None:
        use = energy.drop_attrs()
        mean = (use.sum("region") / total.where(total > 0)).fillna(0.0)
        parts["energy"] = between(price[0] * (use / output.where(output > 0)).fillna(mean))
        methods["energy"] = price[1]
    found = trade(study)
    if found is not None:
        t = found
        names = {
            "industry": list(study.industries),
            "origin": list(study.regions),
            "host": list(study.regions),
        }
        for name, ways in (
            ("freight_out", ways_to_markets(t.demand, t.exported, t.rate, t.km, t.decay)),
            ("freight_in", ways_of_inputs(t.output, t.inputs, t.rate, t.km, t.decay)),
        ):
            everywhere = xr.DataArray(ways, names, ("industry", "origin", "host"))
            parts[name] = everywhere.sel(origin=origins, host=hosts)
        methods["freight_out"] = methods["freight_in"] = _freight_words(study)
    return CostParts(parts, methods)


def _freight_words(study: Study) -> Text:
    rate = number(study, "accounts.freight_rate")
    if rates(study, FREIGHT_RATE) is not None:
        what = Text("stated rates by industry", "分产业运费率")
    elif rates(study, FREIGHT_FACTOR) is not None:
        what = Text(
            f"{rate:.1%} of value per 1000 km for goods in general, other rates by industry",
            f"一般货物每千公里货值{rate:.1%}、分产业另定的运费",
        )
    else:
        what = Text(f"{rate:.1%} of value per 1000 km", f"每千公里货值{rate:.1%}的运费")
    return Text(
        f"freight of {what.en} (assumption) to present markets, to the origin's port for exports, and of "
        "inputs",
        f"{what.zh}（假设），含至现有市场、出口经转出地及投入品运费",
    )


def energy_price(study: Study) -> tuple[xr.DataArray | float, Text] | None:
    """Return the price of energy: the table cost_rates by region and industry, else one for all.

    The one for all is ``accounts.energy_price``.

    None when neither is there, or the table leaves a place out.
    """
    given = rates(study, ENERGY_PRICE)
    if given is not None and bool(given.value.notnull().all()):
        low, high = float(given.value.min()), float(given.value.max())
        shown = f"{low:g}" if low == high else f"{low:g}-{high:g}"
        kind = Text("one price of", "统一价格") if low == high else Text("prices of", "各地价格")
        return given.value, Text(
            f"energy per output x {kind.en} {shown} (assumption)", f"单位产出用能×{kind.zh}{shown}（假设）"
        )
    price = option(study, "accounts.energy_price")
    if not isinstance(price, int | float):
        return None
    return float(price), Text(
        f"energy per output x one price of {price:g} (assumption)", f"单位产出用能×统一价格{price:g}（假设）"
    )


def landed_cost(study: Study) -> tuple[xr.DataArray, Provenance] | None:
    r"""Cost difference per unit of output moved, host minus origin.

    .. math:: c_{ioh} = (w_{hi} - w_{oi}) + (p_h e_{hi} - p_o e_{oi}) + f F_{ioh}

    with labour cost per output :math:`w` (`labour_cost`), energy per output :math:`e` at the price :math:`p`
    (`energy_price`), and freight at the rate :math:`f` (`trade`, share of value per 1000 km) over :math:`F`
    (`freight_difference`). Positive: dearer in the host. Parts that the study cannot know are left out and
    said in the method. Shape [industry, origin, host]; money per unit of money of output. `study` must hold
    output, value_added_base; None where neither labour cost nor distance is known.
    """
    if not {"origin", "host"} <= set(study.frames["regions"].get("role", ())):
        return None
    found = cost_parts(study)
    if not {"labour", "freight_out"} & set(found.parts) and study.get("distance") is None:
        return None
    output = study["output"]
    by_pair = xr.DataArray(
        np.zeros((len(output["industry"]), len(study.origins), len(study.hosts))),
        {"industry": output["industry"].to_numpy(), "origin": list(study.origins), "host": list(study.hosts)},
        ("industry", "origin", "host"),
    )
    for part in found.parts.values():
        by_pair = by_pair + part
    kinds = {
        "labour": Text("labour", "劳动"),
        "energy": Text("energy", "能源"),
        "freight_out": Text("freight", "运费"),
    }
    known = [found.methods[k] for k in kinds if k in found.methods]
    lacking = [name for k, name in kinds.items() if k not in found.methods]
    lacking.append(Text("land, taxes and subsidies", "土地、税费与补贴"))
    method = Text(
        "Host minus origin, sum of " + "; ".join(t.en for t in known) + ".",
        "承接地减转出地：" + "；".join(t.zh for t in known) + "之和。",
    ) + Text(
        f" Left out because unknown: {', '.join(t.en for t in lacking)}.",
        f"因缺数据未计入：{'、'.join(t.zh for t in lacking)}。",
    )
    return by_pair.drop_attrs(), Provenance(
        "estimated",
        f"{study.unit('money')} per {study.unit('money')} of output",
        study.provenance["value_added_base"].year,
        sources(
            study,
            "output",
            "value_added_base",
            "energy_base",
            "distance",
            *(["indicators"] if "labour" in found.parts else []),
        ),
        method,
    )
