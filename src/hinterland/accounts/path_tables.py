"""Structural path analysis of an `IOTable`, as a table of results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.accounts.chains import destinations
from hinterland.accounts.factor import factorise
from hinterland.accounts.footprint import intensity, unattributed
from hinterland.accounts.paths import Paths, find_paths, largest_paths, multiplier_bounds
from hinterland.accounts.table import Array, IOTable
from hinterland.study import Column, Result, StudyError, Text


def _demand(table: IOTable, regions: Sequence[str] | None, products: Sequence[str] | None) -> Array:
    """Final demand [n] of some destinations for some products."""
    if regions is None:
        demand: Array = table.Y.sum(1)
    else:
        final, names = destinations(table)
        _known(regions, names, Text("region", "地区"))
        demand = final[:, [names.index(r) for r in regions]].sum(1)
    if products is not None:
        _known(products, table.industries, Text("industry", "产业"))
        demand = np.where(np.tile(np.isin(table.industries, products), len(table.regions)), demand, 0.0)
    return demand


def _known(asked: Sequence[str], there: Sequence[str], what: Text) -> None:
    absent = [k for k in asked if k not in there]
    if absent:
        raise StudyError(
            Text(f"There is no {what.en} {', '.join(absent)}.", f"没有{what.zh}：{'、'.join(absent)}。"),
            Text(f"There are: {', '.join(there)}.", f"现有：{'、'.join(there)}。"),
        )


def _bounds(table: IOTable, scale: Array, direct: Array) -> tuple[Array, Array]:
    """Multipliers and their bounds: by iteration where its error can be bounded, else by factorising."""
    if "factor" not in vars(table):  # a factorisation that is there already costs less
        found = multiplier_bounds(table.Z, scale, direct)
        if found is not None:
            return found
    exact = table.solve_left(direct)
    if table.Z.min(initial=0.0) >= 0:
        bound = exact if direct.min(initial=0.0) >= 0 else table.solve_left(np.abs(direct))
        return exact, np.maximum(bound, 0.0) * (1 + 1e-9)
    # refused if the absolute values are not productive: no bound exists then
    bound = (
        factorise(np.abs(table.Z), table.x, name=table.name)
        .solve(np.abs(direct)[:, None], left=True)
        .values[:, 0]
    )
    return exact, np.maximum(bound, 0.0) * (1 + 1e-9)


def search_paths(
    table: IOTable,
    kind: str,
    *,
    regions: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    threshold: float = 1e-3,
    top: int | None = None,
    longest: int = 50,
    limit: int = 2_000_000,
) -> Paths:
    """As `structural_paths`, as arrays (positions of rows of the table)."""
    if not threshold > 0 or (top is not None and top < 1) or longest < 1:
        raise StudyError(
            Text(
                "The threshold is not above 0, or the number or length of paths not at least 1.",
                "阈值须大于0，路径数量和长度须不小于1。",
            ),
            Text("Give a share of the total, such as 0.001.", "请给出占总量的比例，如0.001。"),
        )
    direct = intensity(table, kind)
    blank = np.flatnonzero(np.isnan(direct))
    if blank.size:
        names = ", ".join(table.name(int(k)) for k in blank[:6])
        raise StudyError(
            Text(
                f"'{kind}' is not known for {len(blank)} rows: {names}.",
                f"“{kind}”有{len(blank)}行未知：{names}。",
            ),
            Text("Fill them, or leave these regions out.", "请补齐，或去掉这些地区。"),
        )
    scale = np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    demand = _demand(table, regions, products)
    multipliers, bounds = _bounds(table, scale, direct)
    if top is not None:
        return largest_paths(
            table.Z, scale, direct, multipliers, bounds, demand, top, longest=longest, limit=limit
        )
    whole = abs(float(multipliers @ demand)) or float(bounds @ np.abs(demand))
    if whole == 0:
        raise StudyError(
            Text(f"There is no '{kind}' behind this final demand.", f"该最终需求不涉及“{kind}”。"),
            Text("Choose another account or demand.", "请选择其他核算项或需求。"),
        )
    return find_paths(
        table.Z,
        scale,
        direct,
        multipliers,
        bounds,
        demand,
        threshold * whole,
        longest=longest,
        limit=limit,
    )


def structural_paths(
    table: IOTable,
    kind: str,
    *,
    regions: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    threshold: float = 1e-3,
    top: int | None = None,
    longest: int = 50,
    limit: int = 2_000_000,
) -> Result:
    r"""Which chains of suppliers carry the footprint of final demand?

    All paths whose contribution :math:`c_{i_k} a_{i_k i_{k-1}} \cdots a_{i_1 j} y_j` is at least the
    threshold; none is lost (see `hinterland.accounts.paths`). Neither the inverse nor, as a rule, a
    factorisation is made.

    Parameters
    ----------
    table : IOTable
    kind : str
        "output", "value_added" or a satellite.
    regions, products : sequence of str, optional
        Final demand of these destinations, for these products; default all. ``abroad`` is exports.
    threshold : float
        Smallest contribution as a share of the total of all paths.
    top : int, optional
        This many of the largest paths instead of a threshold.
    longest : int
        Industries in a path at most.
    limit : int
        Nodes to look at, at most.

    Returns
    -------
    Result
        Columns: path (codes from the product bought up to the supplier where it happens), stages
        (suppliers on
        the way), product_region and product (what final demand buys, and of whom), region and industry (where
        it happens), contribution (unit of the account), share and cumulative_share of the total.

    Raises
    ------
    StudyError
        Unknown account, region or product; unknown values; too many paths; no bound exists.

    References
    ----------
    Lenzen (2003), Ecological Economics 44(1); Peters & Hertwich (2006), Economic Systems Research 18(2).
    """
    found = search_paths(
        table,
        kind,
        regions=regions,
        products=products,
        threshold=threshold,
        top=top,
        longest=longest,
        limit=limit,
    )
    size, known = len(table.industries), table.provenance
    unit = table.satellites[kind].unit if kind in table.satellites else table.unit
    share = found.contribution / found.total if found.total else np.full(len(found.contribution), np.nan)
    bought = np.array([chain[0] for chain in found.nodes], dtype=np.intp)
    made = np.array([chain[-1] for chain in found.nodes], dtype=np.intp)
    frame = pd.DataFrame(
        {
            "path": [" ← ".join(table.name(int(k)) for k in chain) for chain in found.nodes],
            "stages": np.array([len(chain) - 1.0 for chain in found.nodes], dtype=np.float64),
            "product_region": np.asarray(table.regions)[bought // size],
            "product": np.asarray(table.industries)[bought % size],
            "region": np.asarray(table.regions)[made // size],
            "industry": np.asarray(table.industries)[made % size],
            "contribution": found.contribution,
            "share": share,
            "cumulative_share": np.cumsum(share),
        }
    )

    def figure(name: str, label: Text, shown: str) -> Column:
        return Column(
            name,
            label,
            "share" if shown == "share" else "number",
            "" if shown == "share" else shown,
            known.status,
            known.year,
            known.sources,
        )

    negative = bool((found.contribution < 0).any())
    note = Text(
        f"{len(found.nodes)} paths explain {found.share:.1%} of {found.total:.6g} {unit}; "
        f"{found.visited} nodes looked at.",
        f"{len(found.nodes)}条路径解释{found.total:.6g} {unit}的{found.share:.1%}；"
        f"共检查{found.visited}个节点。",
    )
    lost = unattributed(table, kind)
    if lost.en:
        note = note + Text(" ", "") + lost
    if not found.complete:
        note = note + Text(
            f" Chains were cut at {longest} industries: longer ones may lack.",
            f"链条在{longest}个产业处截断，可能缺少更长的路径。",
        )
    if negative:
        note = note + Text(
            " Some paths are negative (stocks drawn down, negative inputs), so shares can pass 100%.",
            "部分路径为负（库存减少、负投入），份额可能超过100%。",
        )
    return Result(
        f"structural_paths_{kind}",
        Text("Structural paths", "结构路径"),
        frame,
        (
            Column("path", Text("Path", "路径"), "code"),
            figure("stages", Text("Stages", "层级"), "1"),
            Column("product_region", Text("Region of the product", "最终产品所在地"), "region"),
            Column("product", Text("Product bought", "最终产品"), "industry"),
            Column("region", Text("Where it happens", "发生地"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            figure("contribution", Text("Contribution", "贡献"), unit),
            figure("share", Text("Share", "比重"), "share"),
            figure("cumulative_share", Text("Cumulative share", "累计比重"), "share"),
        ),
        Text(
            "Structural path analysis, pruned by total multipliers: no path above the threshold is lost. ",
            "结构路径分析，按完全乘数剪枝：不遗漏任何超过阈值的路径。",
        )
        + known.method,
        note,
    )
