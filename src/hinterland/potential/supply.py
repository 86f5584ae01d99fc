"""Where do a region's supplies come from? Self-sufficiency, concentration of suppliers, links with others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.potential.described import figure, label
from hinterland.potential.index import Floats
from hinterland.study import Provenance, Result, Study, Text


def deliveries(table: IOTable) -> Floats:
    """Deliveries between regions, inputs and final demand [product, from, to], none below zero.

    A stock that is run down can take more from an account than is delivered; what is left is no delivery.
    """
    return np.asarray(np.maximum(table.trade, 0.0), dtype=float)


def supply_shares(table: IOTable) -> Floats:
    """Share of each supplying region in what a region uses of a product [product, from, to].

    Inputs and final demand together; imports from abroad are not by product and stay out. NaN where the
    region uses none of it.
    """
    flows = deliveries(table)
    total = flows.sum(axis=1, keepdims=True)
    return np.asarray(flows / np.where(total > 0, total, np.nan), dtype=float)


def _places(table: IOTable, industries: Sequence[str]) -> list[int]:
    return [table.industries.index(i) for i in industries]


def own_share(table: IOTable, industries: Sequence[str]) -> Floats:
    r"""Self-sufficiency in some products, own deliveries over all use.

    .. math:: \sum_i t_{irr} / \sum_i \sum_s t_{isr}

    Returns
    -------
    array [region] in [0, 1]; NaN where nothing is used.
    """
    flows = deliveries(table)[_places(table, industries)].sum(axis=0)
    total = flows.sum(axis=0)
    return np.asarray(np.diag(flows) / np.where(total > 0, total, np.nan), dtype=float)


def outside_concentration(table: IOTable) -> Floats:
    r"""Herfindahl index of a region's suppliers of each product among the other regions [product, region].

    .. math:: H_{ir} = \sum_{s \ne r} \Big(\frac{t_{isr}}{\sum_{q \ne r} t_{iqr}}\Big)^2

    From 1/n (even) to 1 (a single one); NaN where the region buys none from others.
    """
    flows = deliveries(table)
    places = np.arange(flows.shape[1])
    flows[:, places, places] = 0.0
    total = flows.sum(axis=1, keepdims=True)
    share = flows / np.where(total > 0, total, np.nan)
    return np.asarray((share**2).sum(axis=1), dtype=float)


def mean_concentration(table: IOTable, industries: Sequence[str]) -> Floats:
    """`outside_concentration` averaged over products by what is bought from others [region]."""
    chosen = _places(table, industries)
    each = outside_concentration(table)[chosen]
    flows = deliveries(table)[chosen]
    places = np.arange(flows.shape[1])
    flows[:, places, places] = 0.0
    bought = flows.sum(axis=1)
    known = np.isfinite(each)
    total = np.where(known, bought, 0.0).sum(axis=0)
    summed = np.where(known, each * bought, 0.0).sum(axis=0)
    return np.asarray(summed / np.where(total > 0, total, np.nan), dtype=float)


def openness(table: IOTable) -> Floats:
    """Deliveries to and from other regions over twice the region's output [region]."""
    flows = table.trade.sum(axis=0)
    own = np.diag(flows)
    links = flows.sum(axis=0) + flows.sum(axis=1) - 2 * own
    output = table.x.reshape(len(table.regions), -1).sum(axis=1)
    return np.asarray(links / np.where(output > 0, 2 * output, np.nan), dtype=float)


def hub_share(table: IOTable) -> Floats:
    """Share of a region, as seller or buyer, in all trade between regions [region]; sums to 1."""
    flows = np.array(table.trade.sum(axis=0))
    np.fill_diagonal(flows, 0.0)
    total = flows.sum()
    return np.asarray(
        (flows.sum(axis=0) + flows.sum(axis=1)) / (2 * total if total > 0 else np.nan), dtype=float
    )


def partner_diversity(table: IOTable) -> Floats:
    """One less the Herfindahl index of a region's partners in trade, both ways together [region]."""
    flows = np.array(table.trade.sum(axis=0))
    np.fill_diagonal(flows, 0.0)
    links = flows + flows.T
    total = links.sum(axis=0)
    share = links / np.where(total > 0, total, np.nan)
    return np.asarray(1.0 - (share**2).sum(axis=0), dtype=float)


def supply_table(study: Study, table: IOTable) -> Result:
    """Self-sufficiency and concentration of suppliers of every host by product.

    Returns
    -------
    Result ``supply_security``: host, industry, use (money), self_sufficiency, supplier_concentration,
    main_supplier, main_supplier_share (of what comes from other regions).
    """
    shares, each = supply_shares(table), outside_concentration(table)
    flows = deliveries(table)
    rows = []
    for host in study.hosts:
        h = table.regions.index(host)
        for i, industry in enumerate(table.industries):
            others = np.array(flows[i, :, h])
            others[h] = 0.0
            bought = others.sum()
            first = int(others.argmax()) if bought > 0 else -1
            rows.append(
                (
                    host,
                    industry,
                    float(flows[i, :, h].sum()),
                    # stocks drawn down can make the use of a region's own product negative: no share then
                    float(shares[i, h, h]) if flows[i, h, h] >= 0 else np.nan,
                    float(each[i, h]),
                    table.regions[first] if first >= 0 else "",
                    float(others[first] / bought) if first >= 0 else np.nan,
                )
            )
    names = ["host", "industry", "use", "self_sufficiency", "supplier_concentration", "main_supplier"]
    known = Provenance(table.provenance.status, "", table.provenance.year, table.provenance.sources)
    return Result(
        "supply_security",
        Text("Self-sufficiency and concentration of suppliers", "自给率与供应来源集中度"),
        pd.DataFrame(rows, columns=[*names, "main_supplier_share"]),
        (
            label(study, "host", "region"),
            label(study, "industry", "industry"),
            figure(study, "use", known, table.unit),
            figure(study, "self_sufficiency", known, kind="share"),
            figure(study, "supplier_concentration", known, "index"),
            label(study, "main_supplier", "region"),
            figure(study, "main_supplier_share", known, kind="share"),
        ),
        Text(
            "Self-sufficiency: own deliveries over all use of the product, inputs and final demand. "
            "Concentration: Herfindahl index of the other regions that supply it, from 1/n to 1. Imports "
            "from abroad are not known by product and stay out. ",
            "自给率：本地供给占该产品全部使用（中间与最终）的比例。集中度：其他供给地区的赫芬达尔指数，由1/n至1。"
            "国外进口未分产品，不计入。",
        )
        + table.provenance.method,
        Text(
            "Flows between regions are estimates: concentration follows the size and nearness of suppliers.",
            "地区间流量为估计值，集中度反映供给地区的规模与距离。",
        )
        if table.provenance.status != "observed"
        else Text("", ""),
    )
