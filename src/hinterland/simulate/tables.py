"""Tables of an impact: by region, by industry, by phase or year, by what brings it about, and who loses."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.outcome_tables import VARIABLES, losers_of
from hinterland.study import EMPTY, Column, Result, Study, Text

_METHOD = Text(
    "Input-output impact: in the share of its output that moves, an origin's sales to industries and to "
    "final demand pass to the host; the host's technology and suppliers take the place of the origin's; "
    "x' = (I - MA)^-1 My. State at the end of all moves less the base year. Leaves out prices, construction "
    "of plants, spending of incomes, growth and change of technology.",
    "投入产出影响：转出地按迁出产出份额将其对各产业和最终需求的销售让与承接地，并以承接地的技术和供应商代替；"
    "x' = (I - MA)^-1 My。数值为全部转移完成后减基期。未计价格、建厂投资、收入再支出、增长与技术变化。",
)
_SIDES = {
    "demand": Text(
        "Input-output impact driven by demand: sales go where the capacity is, what has moved buys by the "
        "stated rule of sourcing, the changed system is solved. Prices, wages and growth are left out.",
        "需求驱动的投入产出影响：销售随产能转移，转移产能按所述规则采购，再求解变化后的系统。未计价格、工资与增长。",
    ),
    "mixed": Text(
        "Mixed input-output impact: industries with changed capacity make exactly what the scenario says and "
        "their final demand is what remains; all others are driven by demand.",
        "混合型投入产出影响：产能变化的产业按情景给定产出，最终需求为余量；其余产业由需求驱动。",
    ),
    "supply": Text(
        "Input-output impact driven by supply (Ghosh): outputs are allocated to customers in fixed shares, "
        "so capacity that comes or goes changes what its customers have to work with. It says what could be "
        "made, not what will be demanded.",
        "供给驱动的投入产出影响（Ghosh模型）：产出按固定份额分配，产能增减改变下游可用投入。"
        "它说明供给允许的产出，而非实际需求。",
    ),
}
_EFFECTS = {
    "direct": Text("direct", "直接效应"),
    "indirect": Text("indirect", "间接效应"),
    "induced": Text("induced", "诱发效应"),
    "total": Text("all", "合计"),
}
# Variables told apart by what brings the change about; all of them are in the outcome's `effects`.
_SPLIT = tuple(pair for pair in VARIABLES if pair[0] in ("output", "employment"))
# Pairs of region and industry in the table of who loses.
MOST = 30


def impact_tables(
    study: Study, table: IOTable, outcome: Outcome, moves: xr.DataArray | None
) -> tuple[Result, ...]:
    """Make the tables of an impact; `moves` [industry, origin, host] is the total of an array of moves."""
    tables = [
        _by(study, table, outcome, moves, "region"),
        _by(study, table, outcome, moves, "industry"),
    ]
    if outcome.clock in ("phase", "year"):
        tables.append(_by_time(study, table, outcome, moves))
    tables.append(_by_effect(study, table, outcome))
    losers = losers_of(outcome, "output", MOST)
    note = losers.note + (_not_spent(outcome) if moves is not None else EMPTY)
    known = table.provenance
    columns = tuple(
        replace(c, year=known.year, sources=known.sources) if c.status is not None else c
        for c in losers.columns
    )
    tables.append(
        replace(losers, name="impact_losers", columns=columns, method=_method(outcome, moves), note=note)
    )
    return tuple(tables)


def _unit(study: Study, variable: str) -> str:
    return study.unit({"employment": "labour", "co2": "carbon"}.get(variable, "money"))


def _figure(table: IOTable, name: str, label: Text, unit: str, kind: Literal["number", "share"]) -> Column:
    known = table.provenance
    return Column(name, label, kind, unit, "estimated", known.year, known.sources)


def _columns(study: Study, table: IOTable) -> list[Column]:
    return [
        _figure(
            table,
            f"{name}_change",
            Text(f"{label.en}, change", f"{label.zh}变化"),
            _unit(study, name),
            "number",
        )
        for name, label in VARIABLES
    ]


def _changes(change: xr.Dataset, over: str, count: int) -> dict[str, np.ndarray]:
    """Change of every variable summed over a dimension; NaN where the study does not know it."""
    found = {}
    for name, _ in VARIABLES:
        if name in change:
            found[f"{name}_change"] = change[name].sum(over, skipna=False).to_numpy()
        else:
            found[f"{name}_change"] = np.full(count, np.nan)
    return found


def _unknown(change: xr.Dataset) -> Text:
    lacking = [label for name, label in VARIABLES if name not in change]
    if not lacking:
        return EMPTY
    return Text(
        f" Not known for this study: {', '.join(k.en if k.en.isupper() else k.en.lower() for k in lacking)}.",
        f"本研究未知：{'、'.join(k.zh for k in lacking)}。",
    )


def _method(outcome: Outcome, moves: xr.DataArray | None) -> Text:
    if moves is not None:
        return _METHOD
    said = _SIDES[str(outcome.parameters["side"])]
    if outcome.parameters["households"] == "inside":
        said += Text(
            f" Households spend {outcome.parameters['propensity']:g} of the change of their labour income.",
            f"居民将劳动收入变化的{outcome.parameters['propensity']:g}用于消费。",
        )
    if outcome.scenario is not None:
        said += Text(" Scenario: ", "情景：") + outcome.scenario.label + Text(".", "。")
    return said


def _not_spent(outcome: Outcome) -> Text:
    if outcome.parameters.get("households") == "inside":
        return EMPTY
    return Text(" Without the spending of incomes.", "未计收入再支出。")


def _by(
    study: Study,
    table: IOTable,
    outcome: Outcome,
    moves: xr.DataArray | None,
    dim: Literal["region", "industry"],
) -> Result:
    """Changes by region or by industry; by region with what moved, or what brings it about, apart."""
    change = outcome.settled() - outcome.baseline
    over = "industry" if dim == "region" else "region"
    codes = list(table.regions if dim == "region" else table.industries)
    figures: dict[str, object] = {dim: codes, **_changes(change, over, len(codes))}
    base = outcome.baseline["output"].sum(over).to_numpy()
    shift = np.asarray(figures["output_change"])
    figures["output_change_share"] = np.divide(shift, base, out=np.full_like(base, np.nan), where=base > 0)
    columns = [
        Column(dim, Text("Region", "地区") if dim == "region" else Text("Industry", "产业"), dim),
        *_columns(study, table),
        _figure(table, "output_change_share", Text("Output, change in %", "总产出变化率"), "1", "share"),
    ]
    note = _unknown(change)
    if dim == "region" and moves is not None:
        moved = moves.sum(["industry", "origin"]).to_numpy() - moves.sum(["industry", "host"]).to_numpy()
        figures["moved_output"] = moved
        figures["supply_chain_change"] = shift - moved
        for name, label in (
            ("moved_output", Text("Of which capacity moved", "其中：产能迁移")),
            ("supply_chain_change", Text("Of which suppliers and customers", "其中：上下游连锁")),
        ):
            columns.append(_figure(table, name, label, table.unit, "number"))
        note = _winners(study, codes, shift - moved, moved) + note
        if np.any(moved):
            note = note + Text(
                " National value added, jobs and emissions change only because estimated ratios of hosts and "
                "origins differ; those sums are the least certain figures here.",
                "全国增加值、就业与排放的变化仅源于承接地与转出地估计系数之差，是此处最不确定的数字。",
            )
    titles = {
        "region": Text("Impact by region", "影响：分地区"),
        "industry": Text("Impact by industry", "影响：分产业"),
    }
    if moves is not None:
        titles = {
            "region": Text("Impact of the transfer by region", "转移影响：分地区"),
            "industry": Text("Impact of the transfer by industry", "转移影响：分产业"),
        }
    for remark in outcome.notes if moves is None else ():
        note = note + Text(" ", "") + remark
    return Result(
        f"impact_by_{dim}", titles[dim], pd.DataFrame(figures), tuple(columns), _method(outcome, moves), note
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


def _parts(outcome: Outcome, moves: xr.DataArray | None) -> dict[str, np.ndarray]:
    """Regions that receive, that give (and do not receive), and the rest."""
    if moves is not None:
        given, taken = (
            moves.sum(["industry", "host"]).to_numpy(),
            moves.sum(["industry", "origin"]).to_numpy(),
        )
        giving, taking = np.asarray(given > 0), np.asarray(taken > 0)
    else:
        assert outcome.effects is not None
        direct = outcome.effects["output"].sel(effect="direct").isel(time=-1).to_numpy()
        giving, taking = np.asarray((direct < 0).any(1)), np.asarray((direct > 0).any(1))
    return {"hosts": taking, "origins": giving & ~taking, "rest": ~giving & ~taking}


def _by_time(study: Study, table: IOTable, outcome: Outcome, moves: xr.DataArray | None) -> Result:
    """Changes by the end of each phase or year (cumulative): regions that receive, that give, the rest."""
    change = outcome.change
    parts = _parts(outcome, moves)
    clock: Literal["phase", "year"] = "phase" if outcome.clock == "phase" else "year"
    rows = []
    for time in change["time"].to_numpy():
        now = change.sel(time=time).sum("industry", skipna=False)
        for part, mask in parts.items():
            row: dict[str, object] = {clock: str(time) if clock == "phase" else int(time), "part": part}
            for name, _ in VARIABLES:
                row[f"{name}_change"] = (
                    float(now[name].to_numpy()[mask].sum()) if name in change else float("nan")
                )
            rows.append(row)
    phased = moves is not None
    return Result(
        f"impact_by_{clock}",
        Text("Impact of the transfer by phase", "转移影响：分阶段")
        if phased
        else Text("Impact by year", "影响：分年份"),
        pd.DataFrame(rows),
        (
            Column(clock, Text("Phase", "阶段") if clock == "phase" else Text("Year", "年份"), clock),
            Column("part", Text("Regions", "地区类别"), "code"),
            *_columns(study, table),
        ),
        _method(outcome, moves),
        (
            Text("Cumulative, at the end of each phase.", "各阶段期末累计值。")
            if phased
            else Text("State in each year less the base year.", "各年状态减基年。")
        )
        + _unknown(change),
    )


def _by_effect(study: Study, table: IOTable, outcome: Outcome) -> Result:
    """Direct, indirect and induced changes of output and jobs by region; they add up."""
    effects = outcome.effects
    assert effects is not None
    now = effects.isel(time=-1).sum("industry", skipna=False)
    kinds = [str(k) for k in effects["effect"].to_numpy()]
    figures: dict[str, object] = {"region": list(table.regions)}
    columns = [Column("region", Text("Region", "地区"), "region")]
    for name, label in _SPLIT:
        for kind in (*kinds, "total"):
            column = f"{name}_{kind}"
            if name in now:
                values = (
                    now[name].sum("effect", skipna=False) if kind == "total" else now[name].sel(effect=kind)
                )
                figures[column] = values.to_numpy()
            else:
                figures[column] = np.full(len(table.regions), np.nan)
            said = Text(f"{label.en}, {_EFFECTS[kind].en}", f"{label.zh}：{_EFFECTS[kind].zh}")
            columns.append(_figure(table, column, said, _unit(study, name), "number"))
    nation = {k: float(np.asarray(figures[f"output_{k}"]).sum()) for k in (*kinds, "total")}
    note = Text(
        "Direct: the change itself (capacity, demand). Indirect: suppliers and customers. ",
        "直接效应：变化本身（产能、需求）；间接效应：上下游产业。",
    )
    if "induced" in kinds:
        note += Text(
            f"Induced: households spend {outcome.parameters['propensity']:g} of the change of their labour "
            "income where they earn it. ",
            f"诱发效应：居民在收入所得地将劳动收入变化的{outcome.parameters['propensity']:g}用于消费。",
        )
        if outcome.parameters["households"] == "outside":
            note += Text(
                "The other tables hold direct and indirect changes only. ", "其他各表只含直接与间接效应。"
            )
    for remark in outcome.notes:
        note += remark + Text(" ", "")
    note += Text(
        "All regions, output: " + ", ".join(f"{_EFFECTS[k].en} {v:+,.4g}" for k, v in nation.items()) + ".",
        "各地区总产出合计：" + "，".join(f"{_EFFECTS[k].zh}{v:+,.4g}" for k, v in nation.items()) + "。",
    )
    return Result(
        "impact_effects",
        Text("Direct, indirect and induced effects by region", "直接、间接与诱发效应：分地区"),
        pd.DataFrame(figures),
        tuple(columns),
        Text(
            "Input-output impact. Jobs go with output by the recipe in use after the change. "
            "Miller & Blair (2009), sections 2.5, 6.2 and 6.5.3.",
            "投入产出影响。就业按变化后所用投入结构随产出而变。见Miller & Blair (2009) 2.5、6.2、6.5.3节。",
        ),
        note,
    )
