r"""Who moved to whom, from two interregional input-output tables: for whose demand is it made where?

The output that region r owes to the final demand of region s is :math:`x^{rs} = (L f^s)_r`. When production
for the demand of s moves to r, :math:`x^{rs}` rises although s demands no more (Liu, Liu & Liu 2011). The
change between two years is split among technology, where inputs are bought, where final goods are bought,
and demand itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import xarray as xr

from hinterland.accounts import IOTable, estimate_mrio
from hinterland.accounts.chains import destinations
from hinterland.accounts.decompose import shares
from hinterland.accounts.factor import factorise
from hinterland.measure.transfer_entropy import Array
from hinterland.study import Column, Result, Study, StudyError, Text, combine

By = Literal["region", "industry"]
FACTORS = ("technology", "sourcing", "final_sourcing", "demand")
MEASURED = "io_flows"


def polar_average(evaluate: Callable[[tuple[int, ...]], Array], factors: int) -> Array:
    r"""Split a change among factors by the mean of the two polar orders (Dietzenbacher & Los 1998).

    For a product :math:`e(a, b)`: :math:`\Delta e = \tfrac12[e(a_1,b_0)-e(a_0,b_0) + e(a_1,b_1)-e(a_0,b_1)]
    + \ldots`; the parts sum to the change exactly, for any number of factors.

    Parameters
    ----------
    evaluate : callable
        Of a tuple of 0 (first) and 1 (second), one per factor: array of any shape.
    factors : int

    Returns
    -------
    array [factors, ...]
    """
    forward = [evaluate((1,) * k + (0,) * (factors - k)) for k in range(factors + 1)]
    backward = [evaluate((0,) * k + (1,) * (factors - k)) for k in range(factors + 1)]
    parts = [((forward[k + 1] - forward[k]) + (backward[k] - backward[k + 1])) / 2.0 for k in range(factors)]
    return np.stack(parts)


@dataclass(frozen=True)
class _Side:
    """One table in the order of the first one's labels: inputs and final demand, amounts and origins.

    inputs [product, n], origins [region, product, n]; bought [product, market], sellers [region, product,
    market].
    """

    inputs: Array
    origins: Array
    bought: Array
    sellers: Array


def _side(table: IOTable, order: np.ndarray, wanted: Sequence[str]) -> _Side:
    final, names = destinations(table)
    wide = np.zeros((len(table.x), len(wanted)))
    for k, name in enumerate(names):
        wide[:, wanted.index(name)] = final[:, k]
    regions, size = len(table.regions), len(table.industries)
    by_origin = table.A[np.ix_(order, order)].reshape(regions, size, -1)
    by_seller = wide[order].reshape(regions, size, -1)
    inputs, bought = by_origin.sum(0), by_seller.sum(0)
    origins, _ = shares(by_origin, inputs, Text("Inputs", "中间投入"))
    sellers, _ = shares(by_seller, bought, Text("Final demand", "最终需求"))
    return _Side(inputs, origins, bought, sellers)


def _fill(first: Array, second: Array, known: tuple[Array, Array]) -> tuple[Array, Array]:
    """Where one table buys nothing its sources are the other's: they count as unchanged."""
    return np.where(known[0] != 0, first, second), np.where(known[1] != 0, second, first)


def _order(first: IOTable, second: IOTable) -> np.ndarray:
    """Return the second table's rows in the order of the first one's labels; refuse other labels or units."""
    for what, one, two in (
        (Text("regions", "地区"), first.regions, second.regions),
        (Text("industries", "产业"), first.industries, second.industries),
    ):
        odd = sorted(set(one) ^ set(two))
        if odd:
            raise StudyError(
                Text(
                    f"The tables differ in {what.en}: {', '.join(odd)}.",
                    f"两表{what.zh}不一致：{'、'.join(odd)}。",
                ),
                Text("Aggregate them to the same list first.", "请先合并为相同的分类。"),
            )
    if first.unit != second.unit:
        raise StudyError(
            Text(
                f"The tables differ in unit: '{first.unit}' and '{second.unit}'.",
                f"两表单位不同：“{first.unit}”与“{second.unit}”。",
            ),
            Text("Convert one of them, to prices of one year.", "请换算为同一单位和同一年价格。"),
        )
    size = len(second.industries)
    return np.array(
        [
            second.regions.index(r) * size + second.industries.index(i)
            for r in first.regions
            for i in first.industries
        ]
    )


def induced_output(table: IOTable) -> xr.DataArray:
    r"""Output of each region's industry that each market's final demand calls for, :math:`x^{rs}_i=(L
    f^s)_{ri}`.

    Returns
    -------
    DataArray[region, industry, market], money; sums over markets (the regions, then abroad) to gross output.

    References
    ----------
    Miller & Blair (2009), Input-Output Analysis, section 3.4.
    """
    final, names = destinations(table)
    made = np.asarray(table.solve(final)).reshape(len(table.regions), len(table.industries), -1)
    return xr.DataArray(
        made,
        {"region": list(table.regions), "industry": list(table.industries), "market": list(names)},
        ("region", "industry", "market"),
        name="induced_output",
    )


def decompose_induced(first: IOTable, second: IOTable) -> xr.Dataset:
    r"""Change of induced output between two tables, split by polar averages.

    .. math::
        x^{s} = (I - T \circ H)^{-1} (F^s \circ D^s)

    H inputs of a product from anywhere per unit of output (technology), T the share of each origin in them
    (sourcing), F^s the share of each origin in what market s buys for final use (final_sourcing), D^s how
    much it buys (demand).

    Returns
    -------
    Dataset of start, end, change and the four effects [region, industry, market], money; the effects sum to
    the change exactly.

    Raises
    ------
    StudyError
        Tables of other labels or units, final demand that is not by region, a mixture that is not productive.

    References
    ----------
    Liu, Liu & Liu (2011), China Industrial Economics (6), 79-88; Dietzenbacher & Los (1998), Economic Systems
    Research 10(4), 307-324.
    """
    order = _order(first, second)
    markets = tuple(dict.fromkeys((*destinations(first)[1], *destinations(second)[1])))
    n = len(first.x)
    sides = (_side(first, np.arange(n), markets), _side(second, order, markets))
    origins = _fill(sides[0].origins, sides[1].origins, (sides[0].inputs, sides[1].inputs))
    sellers = _fill(sides[0].sellers, sides[1].sellers, (sides[0].bought, sides[1].bought))
    solvers: dict[tuple[int, int], Callable[[Array], Array]] = {}

    def solver(technology: int, sourcing: int) -> Callable[[Array], Array]:
        key = technology, sourcing
        if key not in solvers:
            inputs = (origins[sourcing] * sides[technology].inputs).reshape(n, n)
            factor = factorise(inputs, np.ones(n))
            solvers[key] = lambda y: factor.solve(y).values
        return solvers[key]

    made: dict[tuple[int, ...], Array] = {}

    def evaluate(chosen: tuple[int, ...]) -> Array:
        if chosen not in made:
            technology, sourcing, final, demand = chosen
            y = (sellers[final] * sides[demand].bought).reshape(n, -1)
            made[chosen] = solver(technology, sourcing)(y)
        return made[chosen]

    effects = polar_average(evaluate, len(FACTORS))
    start, end = evaluate((0,) * len(FACTORS)), evaluate((1,) * len(FACTORS))
    shape = (len(first.regions), len(first.industries), len(markets))
    dims = ("region", "industry", "market")
    found = {"start": start, "end": end, "change": end - start} | dict(zip(FACTORS, effects, strict=True))
    return xr.Dataset(
        {name: (dims, values.reshape(shape)) for name, values in found.items()},
        {"region": list(first.regions), "industry": list(first.industries), "market": list(markets)},
    )


def _table(given: Study | IOTable) -> IOTable:
    if isinstance(given, IOTable):
        return given
    if MEASURED not in given:
        raise StudyError(
            Text(
                f"The flows between regions in the study '{given.name}' are estimated for {given.base_year} "
                "alone. A table of another year would borrow that year's technology and gravity, and the "
                "change between the two would show the estimate, not who moved to whom.",
                f"研究“{given.name}”的地区间流量仅为{given.base_year}年的估计值。若据此推算其他年份的表，只能"
                "沿用该年的技术和引力参数，两年之差反映的将是估计方法，而非由谁转向谁。",
            ),
            Text(
                "Give two measured interregional tables: studies with a table io_flows (hinterland import), "
                "or two IOTables.",
                "请提供两个年份的实测地区间投入产出表：含io_flows表的研究（hinterland import），或两"
                "个IOTable。",
            ),
        )
    return estimate_mrio(given)


def transfer_demand(first: Study | IOTable, second: Study | IOTable, *, by: By = "region") -> Result:
    """Say for whose demand production came to be made where, between two input-output tables.

    Parameters
    ----------
    first, second : Study or IOTable
        The earlier and the later table, same regions, industries and unit, at constant prices. A study must
        hold measured flows (table io_flows).
    by : "region" or "industry"
        Whether industries are added up.

    Returns
    -------
    Result ``transfer_demand``: market (whose final demand), region (where it is made), industry if asked for;
    induced_start, induced_end, change, technology, sourcing, final_sourcing, demand, and moved = sourcing +
    final_sourcing: production for that market that came to the region (or left it, negative) because the
    market's suppliers changed, not because it wanted more or other things.

    Raises
    ------
    StudyError
        A study without measured flows, or tables that do not match.
    """
    if by not in get_args(By):
        raise StudyError(
            Text(f"'{by}' is not a way to add up.", f"“{by}”不是可用的汇总方式。"),
            Text("Choose region or industry.", "可选region或industry。"),
        )
    one, two = _table(first), _table(second)
    found = decompose_induced(one, two)
    if by == "region":
        found = found.sum("industry")
    keys = ["market", "region", *(["industry"] if by == "industry" else [])]
    frame = found.to_dataframe(dim_order=keys).reset_index()
    frame["moved"] = frame["sourcing"] + frame["final_sourcing"]
    frame = frame.rename(columns={"start": "induced_start", "end": "induced_end"})
    frame = frame[[*keys, "induced_start", "induced_end", "change", *FACTORS, "moved"]]
    status = combine(one.provenance.status, two.provenance.status)
    sources = tuple(dict.fromkeys((*one.provenance.sources, *two.provenance.sources)))
    years = "-".join(dict.fromkeys(y for y in (one.provenance.year, two.provenance.year) if y))
    words = {
        "market": Text("Market (whose demand)", "需求地"),
        "region": Text("Made in", "生产地"),
        "industry": Text("Industry", "产业"),
        "induced_start": Text("Output for the market, first year", "首年诱发产出"),
        "induced_end": Text("Output for the market, last year", "末年诱发产出"),
        "change": Text("Change", "变化量"),
        "technology": Text("Technology", "技术效应"),
        "sourcing": Text("Sourcing of inputs", "中间投入来源地效应"),
        "final_sourcing": Text("Sourcing of final demand", "最终需求来源地效应"),
        "demand": Text("Final demand", "最终需求效应"),
        "moved": Text("Came to be made here", "转入该地的产出"),
    }
    kinds = {"market": "region", "region": "region", "industry": "industry"}
    return Result(
        "transfer_demand",
        Text("Production moved between regions, by demand", "按需求测算的区域间产业转移"),
        frame,
        tuple(
            Column(name, words[name], "industry" if kinds[name] == "industry" else "region")
            if name in kinds
            else Column(name, words[name], "number", one.unit, status, years, sources)
            for name in frame.columns
        ),
        Text(
            "Output that each market's final demand calls for in each region, x = (I - A)^-1 f, and its "
            "change between the two tables, split exactly into technology, sourcing of inputs, sourcing of "
            "final demand and final demand by the mean of the two polar orders (Dietzenbacher & Los 1998). "
            "What moved is the two sourcing effects (after Liu et al. 2011).",
            "各需求地最终需求在各地诱发的产出x = (I − A)^-1 f及其两表间变化，按两极平均法"
            "（Dietzenbacher和Los 1998）精确分解为技术、中间投入来源地、最终需求来源地和最终需求四项效应；转"
            "移量为两项来源地效应之和（参照刘红光等2011）。",
        ),
        Text(
            "At the prices of the tables: bring both to those of one year first.",
            "按两表各自价格计算，请先换算为同一年价格。",
        ),
    )
