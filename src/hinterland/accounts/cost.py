"""Landed cost: what a unit of output costs more, or less, when it is made in a host instead of its origin."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.accounts.balance import Array
from hinterland.accounts.lookup import indicator, number, option, sources, words
from hinterland.accounts.value_added import compensation
from hinterland.study import Provenance, Study, Text


def _markets(weight: Array, km: Array, decay: float) -> Array:
    """Shares of partners s in the dealings of r by gravity, weight_s d_rs^-decay; they sum to 1."""
    pull = weight[None, :] * km ** (-decay)
    shares: Array = pull / pull.sum(1, keepdims=True)
    return shares


def freight_difference(
    output: Array, demand: Array, inputs: Array, exported: Array, goods: Array, km: Array, decay: float
) -> Array:
    r"""Extra way of goods per unit of output moved when i is made in h instead of o, in 1000 km x value.

    .. math::
        F_{ioh} = \gamma_i\Big[(1-\epsilon_i)\sum_s m_{os}(d_{hs}-d_{os}) + \epsilon_i d_{ho}\Big]
                + \sum_j \gamma_j a_{ji}\big(D_j(h)-D_j(o)\big)

    The origin's home markets (gravity shares :math:`m_{os}` of final and intermediate demand) stay; exports
    leave through the origin; inputs come from where they are made (:math:`D_j(r)`: mean distance of the
    supply of j to r).

    Parameters
    ----------
    output : array [region, industry]
    demand : array [region]
        Size of each region's market.
    inputs : array [product, industry]
        Input coefficients, domestic.
    exported, goods : array [industry]
        Share of output exported; 1 where an industry's product carries freight.
    km : array [region, region]
    decay : float
        Distance elasticity of trade.

    Returns
    -------
    array [industry, origin, host]
        1000 km x share of value.
    """
    m = _markets(demand, km, decay)
    home = m @ km.T  # [o, h]: mean distance from h to the markets of o
    home = home - np.diag(home)[:, None]
    away = km.copy()
    np.fill_diagonal(away, 0.0)
    sales = goods[:, None, None] * (
        (1 - exported)[:, None, None] * home[None] + exported[:, None, None] * away.T[None]
    )
    pull = km ** (-decay)
    supply = output.T @ pull  # [j, r]
    mean = np.divide(output.T @ (pull * km), supply, out=np.zeros_like(supply), where=supply > 0)
    need = (inputs * goods[:, None]).T @ mean  # [i, r]
    purchases = need[:, None, :] - need[:, :, None]
    difference: Array = (sales + purchases) / 1000.0
    return difference


def labour_cost(study: Study) -> tuple[xr.DataArray, Text] | None:
    r"""Labour cost per unit of output, and how it was found.

    With regional wages (indicator ``accounts.wage``): the industry's mean labour cost times the region's wage
    relative to the mean wage (weighted by output), :math:`w_{ri} = \bar w_i \omega_r / \bar\omega_i`; a
    plant that moves keeps its labour productivity and pays the wages of its new place. Without: estimated
    compensation / output of the region, where it exists. Shape [region, industry]; None when labour's share
    is unknown.
    """
    output, added = study["output"].drop_attrs(), study["value_added_base"].drop_attrs()
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


def landed_cost(study: Study) -> tuple[xr.DataArray, Provenance] | None:
    r"""Cost difference per unit of output moved, host minus origin.

    .. math:: c_{ioh} = (w_{hi} - w_{oi}) + p\,(e_{hi} - e_{oi}) + f F_{ioh}

    with labour cost per output :math:`w` (`labour_cost`), energy per output :math:`e` at the price :math:`p`
    (``accounts.energy_price``), and freight at the rate :math:`f` (``accounts.freight_rate``, share of value
    per 1000 km) over :math:`F` (`freight_difference`). Positive: dearer in the host. Parts that the study
    cannot know are left out and said in the method. Shape [industry, origin, host]; money per unit of money
    of output. `study` must hold output, value_added_base; None where neither labour cost nor distance is
    known.
    """
    if not {"origin", "host"} <= set(study.frames["regions"].get("role", ())):
        return None
    output, added = study["output"].drop_attrs(), study["value_added_base"].drop_attrs()
    origins, hosts = list(study.origins), list(study.hosts)
    labour = labour_cost(study)
    km = study.get("distance")
    if labour is None and km is None:
        return None
    total = output.sum("region")
    cost = xr.zeros_like(output)
    known_en, known_zh, lacking_en, lacking_zh = [], [], [], []
    if labour is not None:
        cost = cost + labour[0]
        known_en.append(labour[1].en)
        known_zh.append(labour[1].zh)
    else:
        lacking_en.append("labour")
        lacking_zh.append("劳动")
    price = option(study, "accounts.energy_price")
    energy = study.get("energy_base")
    if isinstance(price, int | float) and energy is not None:
        use = energy.drop_attrs()
        mean = (use.sum("region") / total.where(total > 0)).fillna(0.0)
        cost = cost + float(price) * (use / output.where(output > 0)).fillna(mean)
        known_en.append(f"energy per output x one price of {price:g} (assumption)")
        known_zh.append(f"单位产出用能×统一价格{price:g}（假设）")
    else:
        lacking_en.append("energy")
        lacking_zh.append("能源")
    by_pair = (
        cost.rename(region="host").sel(host=hosts).transpose("industry", "host")
        - cost.rename(region="origin").sel(origin=origins).transpose("industry", "origin")
    ).transpose("industry", "origin", "host")
    if km is not None and bool(km.notnull().all()) and float(km.min()) > 0:
        rate = number(study, "accounts.freight_rate")
        exports = study["final_domestic"]
        gross = total.to_numpy()
        exported = np.zeros(len(gross))
        if "exports" in exports["category"].to_numpy():
            sold = exports.sel(category="exports").reindex(row=output["industry"].to_numpy()).to_numpy()
            exported = np.clip(np.divide(sold, gross, out=np.zeros_like(gross), where=gross > 0), 0.0, 1.0)
        local = set(words(study, "accounts.local_classes"))
        goods = np.array([0.0 if study.factor_class[i] in local else 1.0 for i in study.industries])
        table = study["io_domestic"].reindex(row=list(study.industries), industry=list(study.industries))
        inputs = np.divide(table.to_numpy(), gross, out=np.zeros(table.shape), where=gross > 0)
        extra = freight_difference(
            output.to_numpy(),
            added.sum("industry").to_numpy(),
            inputs,
            exported,
            goods,
            km.transpose("region", "region_to").to_numpy(),
            number(study, "accounts.distance_decay"),
        )
        everywhere = xr.DataArray(
            rate * extra,
            {"industry": list(study.industries), "origin": list(study.regions), "host": list(study.regions)},
            ("industry", "origin", "host"),
        )
        by_pair = by_pair + everywhere.sel(origin=origins, host=hosts)
        known_en.append(
            f"freight of {rate:.1%} of value per 1000 km (assumption) to present markets, to the origin's "
            "port for exports, and of inputs"
        )
        known_zh.append(f"每千公里货值{rate:.1%}的运费（假设），含至现有市场、出口经转出地及投入品运费")
    else:
        lacking_en.append("freight")
        lacking_zh.append("运费")
    method = Text(
        "Host minus origin, sum of " + "; ".join(known_en) + ".",
        "承接地减转出地：" + "；".join(known_zh) + "之和。",
    )
    lacking_en.append("land, taxes and subsidies")
    lacking_zh.append("土地、税费与补贴")
    method = method + Text(
        f" Left out because unknown: {', '.join(lacking_en)}.", f"因缺数据未计入：{'、'.join(lacking_zh)}。"
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
            *(["indicators"] if labour else []),
        ),
        method,
    )
