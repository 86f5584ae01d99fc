"""Tables of an impact: by region, by industry, by phase."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.study import EMPTY, Column, Result, Study, Text

_VARIABLES = (
    ("output", Text("Output", "总产出")),
    ("value_added", Text("Value added", "增加值")),
    ("employment", Text("Employment", "就业")),
    ("co2", Text("CO2", "碳排放")),
)

_METHOD = Text(
    "Input-output impact: in the share of its output that moves, an origin's sales to industries and to "
    "final demand pass to the host; the host's technology and suppliers take the place of the origin's; "
    "x' = (I - MA)^-1 My. State at the end of all moves less the base year. Leaves out prices, construction "
    "of plants, spending of incomes, growth and change of technology.",
    "投入产出影响：转出地按迁出产出份额将其对各产业和最终需求的销售让与承接地，并以承接地的技术和供应商代替；"
    "x' = (I - MA)^-1 My。数值为全部转移完成后减基期。未计价格、建厂投资、收入再支出、增长与技术变化。",
)


def _unit(study: Study, variable: str) -> str:
    return study.unit({"employment": "labour", "co2": "carbon"}.get(variable, "money"))


def _columns(study: Study, table: IOTable) -> list[Column]:
    known = table.provenance
    return [
        Column(
            f"{name}_change",
            Text(f"{label.en}, change", f"{label.zh}变化"),
            "number",
            _unit(study, name),
            "estimated",
            known.year,
            known.sources,
        )
        for name, label in _VARIABLES
    ]


def _changes(change: xr.Dataset, over: str, count: int) -> dict[str, np.ndarray]:
    """Change of every variable summed over a dimension; NaN where the study does not know it."""
    found = {}
    for name, _ in _VARIABLES:
        if name in change:
            found[f"{name}_change"] = change[name].sum(over, skipna=False).to_numpy()
        else:
            found[f"{name}_change"] = np.full(count, np.nan)
    return found


def _unknown(change: xr.Dataset) -> Text:
    lacking = [label for name, label in _VARIABLES if name not in change]
    if not lacking:
        return EMPTY
    return Text(
        f" Not known for this study: {', '.join(k.en.lower() for k in lacking)}.",
        f"本研究未知：{'、'.join(k.zh for k in lacking)}。",
    )


def impact_tables(
    study: Study,
    table: IOTable,
    baseline: xr.Dataset,
    result: xr.Dataset,
    moves: xr.DataArray,
    phased: bool,
) -> tuple[Result, ...]:
    """Make the tables of an impact; `moves` [industry, origin, host] is the total moved."""
    change = result.isel(time=-1, drop=True) - baseline
    tables = [
        _by(study, table, baseline, change, moves, "region"),
        _by(study, table, baseline, change, moves, "industry"),
    ]
    if phased:
        tables.append(_by_phase(study, table, result - baseline, moves))
    return tuple(tables)


def _by(
    study: Study,
    table: IOTable,
    baseline: xr.Dataset,
    change: xr.Dataset,
    moves: xr.DataArray,
    dim: Literal["region", "industry"],
) -> Result:
    """Changes by region (with what moved itself apart) or by industry."""
    over = "industry" if dim == "region" else "region"
    codes = list(table.regions if dim == "region" else table.industries)
    figures: dict[str, object] = {dim: codes, **_changes(change, over, len(codes))}
    base = baseline["output"].sum(over).to_numpy()
    shift = np.asarray(figures["output_change"])
    figures["output_change_share"] = np.divide(shift, base, out=np.full_like(base, np.nan), where=base > 0)
    columns = [
        Column(dim, Text("Region", "地区") if dim == "region" else Text("Industry", "产业"), dim),
        *_columns(study, table),
        Column(
            "output_change_share",
            Text("Output, change in %", "总产出变化率"),
            "share",
            "1",
            "estimated",
            table.provenance.year,
            table.provenance.sources,
        ),
    ]
    note = _unknown(change)
    if dim == "region":
        moved = moves.sum(["industry", "origin"]).to_numpy() - moves.sum(["industry", "host"]).to_numpy()
        figures["moved_output"] = moved
        figures["supply_chain_change"] = shift - moved
        for name, label in (
            ("moved_output", Text("Of which capacity moved", "其中：产能迁移")),
            ("supply_chain_change", Text("Of which suppliers and customers", "其中：上下游连锁")),
        ):
            columns.append(
                Column(
                    name,
                    label,
                    "number",
                    table.unit,
                    "estimated",
                    table.provenance.year,
                    table.provenance.sources,
                )
            )
        note = _winners(study, codes, shift - moved, moved) + note
        if np.any(moved):
            note = note + Text(
                " National value added, jobs and emissions change only because estimated ratios of hosts and "
                "origins differ; those sums are the least certain figures here.",
                "全国增加值、就业与排放的变化仅源于承接地与转出地估计系数之差，是此处最不确定的数字。",
            )
    return Result(
        f"impact_by_{dim}",
        Text("Impact of the transfer by region", "转移影响：分地区")
        if dim == "region"
        else Text("Impact of the transfer by industry", "转移影响：分产业"),
        pd.DataFrame(figures),
        tuple(columns),
        _METHOD,
        note,
    )


def _winners(study: Study, codes: list[str], chain: np.ndarray, moved: np.ndarray) -> Text:
    """Say in words whose supply chains lose and gain most."""
    if not np.any(moved):
        return EMPTY
    low, high = codes[int(chain.argmin())], codes[int(chain.argmax())]
    nation = float(chain.sum())
    unit = study.unit("money")
    return Text(
        f"Beyond the capacity itself, supply chains lose most in {study.label('region', low, 'en')} "
        f"({chain.min():+,.4g}) and gain most in {study.label('region', high, 'en')} "
        f"({chain.max():+,.4g}); all regions together {nation:+,.4g} ({unit}).",
        f"除产能本身外，上下游损失最大的是{study.label('region', low, 'zh')}（{chain.min():+,.4g}），"
        f"获益最大的是{study.label('region', high, 'zh')}（{chain.max():+,.4g}）；"
        f"各地区合计{nation:+,.4g}（{unit}）。",
    )


def _by_phase(study: Study, table: IOTable, change: xr.Dataset, moves: xr.DataArray) -> Result:
    """Changes by the end of each phase (cumulative): regions that receive, that give, and the rest."""
    giving = moves.sum(["industry", "host"]).to_numpy() > 0
    taking = moves.sum(["industry", "origin"]).to_numpy() > 0
    parts = {
        "hosts": taking,
        "origins": giving & ~taking,
        "rest": ~giving & ~taking,
    }
    rows = []
    for phase in change["time"].to_numpy():
        now = change.sel(time=phase).sum("industry", skipna=False)
        for part, mask in parts.items():
            row: dict[str, object] = {"phase": str(phase), "part": part}
            for name, _ in _VARIABLES:
                row[f"{name}_change"] = (
                    float(now[name].to_numpy()[mask].sum()) if name in change else float("nan")
                )
            rows.append(row)
    return Result(
        "impact_by_phase",
        Text("Impact of the transfer by phase", "转移影响：分阶段"),
        pd.DataFrame(rows),
        (
            Column("phase", Text("Phase", "阶段"), "phase"),
            Column("part", Text("Regions", "地区类别"), "code"),
            *_columns(study, table),
        ),
        _METHOD,
        Text("Cumulative, at the end of each phase.", "各阶段期末累计值。") + _unknown(change),
    )
