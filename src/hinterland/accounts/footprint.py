"""Who causes what, where: footprints, and what is embodied in the trade between regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.chains import OUTSIDE, destinations
from hinterland.accounts.stressors import content_by_origin
from hinterland.accounts.table import ABROAD, Array, IOTable
from hinterland.study import Column, Result, StudyError, Text

By = Literal["region", "industry"]


def embodied_flows(intensity: Array, final: Array, solve: Callable[[Array], Array]) -> Array:
    r"""What each industry does for the final demand of each destination, :math:`\hat c (I-A)^{-1} Y`.

    Parameters
    ----------
    intensity : array [n]
        Per unit of output; NaN where unknown, which leaves that row unknown and no other.
    final : array [n, destinations]
    solve : callable
        (I - A)^-1 y for y [n, m].

    Returns
    -------
    array [n, destinations], unit of the account. Rows sum to the account of each industry.
    """
    found: Array = intensity[:, None] * solve(final)
    return found


def embodied_by_product(
    intensity: Array, final: Array, regions: int, solve_left: Callable[[Array], Array]
) -> Array:
    r"""The same between regions, by the product that final demand buys.

    :math:`T_{rdk} = \sum_q (c_r' B)_{qk} Y_{qk,d}`: origin r of the effect, destination d, product k
    whichever
    region q finished it. Shape [regions, destinations, products].
    """
    size = len(intensity) // regions
    unknown = np.isnan(intensity.reshape(regions, size)).any(1)
    content = content_by_origin(
        np.nan_to_num(intensity)[None, :], regions, lambda own: solve_left(np.ascontiguousarray(own.T)).T
    )[..., 0]
    content[:, :, unknown] = np.nan
    found: Array = np.einsum("qkr,qkd->rdk", content, final.reshape(regions, size, -1), optimize=True)
    return found


def intensity(table: IOTable, kind: str) -> Array:
    """Per unit of output [n]; 0 where there is no output (see `unattributed`), NaN where unknown.

    Raises
    ------
    StudyError
        The table has no such account.
    """
    return np.where(table.x > 0, table.per_output(kind), 0.0)


def unattributed(table: IOTable, kind: str) -> Text:
    """Say what of an account lies in industries without output: no final demand causes it, so it is "
    "left out."""
    if kind not in table.satellites:
        return Text("", "")
    values = np.where(table.x > 0, 0.0, np.nan_to_num(table.satellites[kind].values))
    lost = np.flatnonzero(values)
    if not lost.size:
        return Text("", "")
    some = ", ".join(table.name(int(k)).replace("_", " ") for k in lost[:4]) + (
        " ..." if len(lost) > 4 else ""
    )
    amount = f"{values.sum():.4g} {_unit(table, kind)}".strip()
    # the Chinese page shows no English names, and a table knows no others
    return Text(
        f"{amount} in industries without output ({some}) cannot be laid to any final demand and is left "
        "out. ",
        f"无产出产业（{len(lost)}个地区—产业组合）的{amount}无法归于任何最终需求，未计入。",
    )


def _of_final_demand(table: IOTable, kind: str, names: tuple[str, ...]) -> Array:
    """What comes with final demand itself, by destination; zero where the table has none."""
    found = np.zeros(len(names))
    own = table.satellites[kind].final if kind in table.satellites else None
    if own is not None:
        for (region, category), value in zip(table.final, own, strict=True):
            found[names.index(OUTSIDE if category in ABROAD else region)] += value
    return found


def _unit(table: IOTable, kind: str) -> str:
    return table.satellites[kind].unit if kind in table.satellites else table.unit


def _caveat(table: IOTable, kind: str, values: Array, names: tuple[str, ...]) -> Text:
    note = Text("", "")
    size = len(table.x) // len(table.regions)
    unknown = [
        region for k, region in enumerate(table.regions) if np.isnan(values[k * size : (k + 1) * size]).any()
    ]
    if unknown:
        note = note + Text(
            f"Not known for {', '.join(unknown)}: what depends on it is left blank. ",
            f"{'、'.join(unknown)}的数据未知：依赖于它的结果留空。",
        )
    if OUTSIDE in names or np.any(table.imports):
        note = note + Text(
            f"'{OUTSIDE}' takes exports abroad; what imports from abroad embody is not known and not "
            "included. ",
            f"“{OUTSIDE}”为对国外出口；国外进口所含部分未知，未计入。",
        )
    return note + unattributed(table, kind)


def transfer_matrix(table: IOTable, kind: str) -> xr.DataArray:
    """What of `kind` (value_added, output or a satellite) each region does for each destination's final
    demand.

    DataArray [region, region_to], unit of the account; region_to includes ``abroad`` if there are exports
    abroad. Rows sum to the account of the region (production), columns to the footprint (consumption).

    Examples
    --------
    ``transfer_matrix(table, "co2")`` is carbon embodied in trade between regions.
    """
    final, names = destinations(table)
    flows = embodied_flows(intensity(table, kind), final, table.solve)
    return xr.DataArray(
        flows.reshape(len(table.regions), -1, len(names)).sum(1),
        {"region": list(table.regions), "region_to": list(names)},
        ("region", "region_to"),
        f"embodied_{kind}",
        {"unit": _unit(table, kind)},
    )


def _account(kind: str) -> Text:
    known = {
        "value_added": Text("Value added", "增加值"),
        "employment": Text("Jobs", "就业"),
        "co2": Text("Carbon", "碳排放"),
        "energy": Text("Energy", "能源"),
        "output": Text("Output", "产出"),
    }
    return known.get(kind, Text.same(kind))


def embodied_transfer(table: IOTable, kind: str, *, by_product: bool = False) -> Result:
    r"""Value added, jobs, carbon or any account embodied in deliveries from region to region.

    .. math:: T_{rs} = \sum_{i \in r} c_i \, [(I-A)^{-1} Y_s]_i

    Columns: region (where it happens), region_to (whose final demand causes it), industry (the product
    bought, only if `by_product`), embodied. Own region included.

    References
    ----------
    Peters (2008), From production-based to consumption-based national emission inventories, Ecological
    Economics 65(1); Miller & Blair (2009), chapter 10.
    """
    known = table.provenance
    values = intensity(table, kind)
    final, names = destinations(table)
    heads = [
        Column("region", Text("Where it happens", "发生地"), "region"),
        Column("region_to", Text("For whose final demand", "最终需求地"), "region"),
    ]
    if by_product:
        found = embodied_by_product(values, final, len(table.regions), table.solve_left)
        heads.append(Column("industry", Text("Product bought", "最终产品"), "industry"))
    else:
        found = transfer_matrix(table, kind).to_numpy()
    labels = [table.regions, names, table.industries][: found.ndim]
    index = pd.MultiIndex.from_product(labels, names=[c.name for c in heads])
    account = _account(kind)
    frame = pd.DataFrame({"embodied": found.ravel()}, index=index).reset_index()
    return Result(
        f"embodied_{kind}_by_product" if by_product else f"embodied_{kind}",
        Text(f"{account.en} embodied in trade between regions", f"地区间贸易隐含的{account.zh}"),
        frame,
        (
            *heads,
            Column(
                "embodied",
                account,
                "number",
                _unit(table, kind),
                known.status,
                known.year,
                known.sources,
            ),
        ),
        Text("T = c (I - A)^-1 Y, multi-regional. ", "T = c (I - A)^-1 Y，多区域模型。") + known.method,
        _caveat(table, kind, values, names),
    )


def footprint(table: IOTable, kind: str, *, by: By = "region") -> Result:
    r"""Production, consumption, import and export accounts of value added, output or a satellite.

    Columns: region, (industry,) production, consumption, domestic, (direct,) imports, exports, (balance).

    production_r is what happens in r; consumption_r what happens anywhere for the final demand of r;
    domestic_r
    what happens in r for its own; imports = consumption - domestic; exports = production - domestic;
    balance =
    exports - imports. By industry, production and exports are of the industry that acts, consumption,
    domestic and imports of the product bought, so that only the sums over industries compare; balance is left
    out. direct is what comes with final demand itself (households' fuel), in the accounts by region only
    and part
    of the three before it. All production is for some final demand, so production and consumption (with
    ``abroad`` among the
    regions where there are exports abroad) have the same sum.

    Parameters
    ----------
    table : IOTable
        Final demand by region.
    kind : str
        "output", "value_added" or a satellite.
    by : {"region", "industry"}

    Raises
    ------
    StudyError
        Unknown account or option; final demand not by region.

    References
    ----------
    Stadler (2021), pymrio, Journal of Open Research Software 9(1), whose accounts D_pba, D_cba, D_imp and
    D_exp these are; Peters (2008).
    """
    if by not in get_args(By):
        raise StudyError(
            Text(f"'{by}' is no level.", f"“{by}”不是可用的层次。"),
            Text(f"Choose from: {', '.join(get_args(By))}.", f"可选：{'、'.join(get_args(By))}。"),
        )
    values = intensity(table, kind)
    final, names = destinations(table)
    regions = len(table.regions)
    flows = embodied_flows(values, final, table.solve)
    production = values * table.x
    production[list(table.absent)] = np.nan
    if by == "region":
        between = flows.reshape(regions, -1, len(names)).sum(1)
        made = np.where(table.x > 0, production, 0.0).reshape(regions, -1).sum(1)
        blank = np.zeros(len(names) - regions)
        direct = _of_final_demand(table, kind, names)
        figures = {
            "production": np.append(made, blank) + direct,
            "consumption": between.sum(0) + direct,
            "domestic": np.append(np.diag(between), blank) + direct,
            "direct": direct,
        }
        figures["imports"] = figures["consumption"] - figures["domestic"]
        figures["exports"] = figures["production"] - figures["domestic"]
        figures["balance"] = figures["exports"] - figures["imports"]
        frame = pd.DataFrame({"region": list(names), **figures})
    else:
        product = embodied_by_product(values, final, regions, table.solve_left)
        size = len(table.industries)
        inside = np.einsum("rrk->rk", product[:, :regions])
        kept = np.concatenate([flows[r * size : (r + 1) * size, r] for r in range(regions)])
        consumption = product.sum(0)
        outside = len(names) - regions
        blank = np.zeros(outside * size)
        frame = pd.DataFrame(
            {
                "region": np.repeat(names, size),
                "industry": np.tile(table.industries, len(names)),
                "production": np.append(production, blank),
                "consumption": consumption.ravel(),
                "domestic": np.append(inside.ravel(), blank),
                "imports": consumption.ravel() - np.append(inside.ravel(), blank),
                "exports": np.append(production - kept, blank),
            }
        )
    return _footprint_result(table, kind, by, frame, values, names)


def _footprint_result(
    table: IOTable, kind: str, by: By, frame: pd.DataFrame, values: Array, names: tuple[str, ...]
) -> Result:
    known, account = table.provenance, _account(kind)
    heads = {
        "region": Column("region", Text("Region", "地区"), "region"),
        "industry": Column("industry", Text("Industry or product", "产业或产品"), "industry"),
    }
    labels = {
        "production": Text("Production account", "生产端核算"),
        "consumption": Text("Consumption account", "消费端核算"),
        "domestic": Text("For own final demand, at home", "本地为本地最终需求"),
        "direct": Text("Of final demand itself", "最终需求直接产生"),
        "imports": Text("Embodied in imports", "流入隐含量"),
        "exports": Text("Embodied in exports", "流出隐含量"),
        "balance": Text("Exports less imports", "净流出"),
    }
    return Result(
        f"footprint_{kind}" if by == "region" else f"footprint_{kind}_by_industry",
        Text(f"{account.en}: by producer and by consumer", f"{account.zh}：生产端与消费端"),
        frame,
        tuple(
            heads[c]
            if c in heads
            else Column(c, labels[c], "number", _unit(table, kind), known.status, known.year, known.sources)
            for c in frame.columns
        ),
        Text("c (I - A)^-1 Y, multi-regional. ", "c (I - A)^-1 Y，多区域模型。") + known.method,
        Text(
            "Production and consumption have the same sum. ",
            "生产端与消费端合计相等。",
        )
        + (
            Text("", "")
            if kind not in table.satellites or table.satellites[kind].final is not None
            else Text(
                "What comes with final demand itself (households' fuel) is not in the table. ",
                "表中无最终需求直接产生的部分（如居民燃料）。",
            )
        )
        + _caveat(table, kind, values, names),
    )
