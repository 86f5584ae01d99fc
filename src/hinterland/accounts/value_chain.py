"""Whose value added is in what regions sell to one another: gross exports decomposed, as tables of "
"results."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from hinterland.accounts.chains import OUTSIDE, Chains, chains, gross_exports
from hinterland.accounts.table import Array, IOTable
from hinterland.accounts.value_chain_terms import BM_TERMS, KWW_TERMS, borin_mancini_terms, kww_terms
from hinterland.study import Column, Result, StudyError, Text

By = Literal["region", "industry", "flow", "flow_industry"]
Perspective = Literal["exporter", "world"]
Approach = Literal["source", "sink"]

_LABELS = {
    "gross_exports": Text("Gross exports", "总出口"),
    "dva_final": Text("Domestic value added in final goods", "最终品出口中的国内增加值"),
    "dva_intermediate": Text("Domestic value added in inputs, absorbed", "被直接吸收的中间品国内增加值"),
    "dva_reexported": Text(
        "Domestic value added in inputs, re-exported to third parties", "再出口至第三方的中间品国内增加值"
    ),
    "rdv_final": Text("Domestic value added back in final goods", "以最终品返回的国内增加值"),
    "rdv_intermediate": Text("Domestic value added back in inputs", "以中间品返回的国内增加值"),
    "fva_final": Text("Foreign value added in final goods", "最终品出口中的国外增加值"),
    "fva_intermediate": Text("Foreign value added in inputs", "中间品出口中的国外增加值"),
    "domestic_content": Text("Domestic content", "国内成分"),
    "domestic_value_added": Text("Domestic value added", "国内增加值"),
    "absorbed_elsewhere": Text("Domestic value added absorbed elsewhere", "被外部吸收的国内增加值"),
    "returned": Text("Domestic value added that returns", "返回的国内增加值"),
    "domestic_double_counted": Text("Domestic content counted again", "国内成分重复计算"),
    "foreign_content": Text("Foreign content", "国外成分"),
    "foreign_value_added": Text("Foreign value added", "国外增加值"),
    "foreign_double_counted": Text("Foreign content counted again", "国外成分重复计算"),
    "directly_absorbed": Text("Domestic value added absorbed at once", "被直接进口方吸收的国内增加值"),
    "absorbed_by_importer": Text("Domestic value added absorbed by the importer", "被进口方吸收的国内增加值"),
    "gvc_trade": Text("Trade within value chains", "价值链贸易"),
    "gvc_backward": Text("Backward participation", "后向参与"),
    "gvc_forward": Text("Forward participation", "前向参与"),
    "residual": Text("Not explained", "未解释部分"),
}


def _choose(value: str, allowed: object, what: Text) -> None:
    choices = get_args(allowed)
    if value not in choices:
        raise StudyError(
            Text(f"'{value}' is no {what.en}.", f"“{value}”不是可用的{what.zh}。"),
            Text(f"Choose from: {', '.join(choices)}.", f"可选：{'、'.join(choices)}。"),
        )


def _system(table: IOTable) -> tuple[Chains, Array]:
    system = chains(table)
    exports = gross_exports(system)
    if not np.any(exports):
        raise StudyError(
            Text("No region of this table exports anything.", "本表没有任何地区有出口。"),
            Text(
                "A decomposition of exports needs two regions that trade, or exports abroad.",
                "出口分解需要两个有贸易的地区，或有对国外出口。",
            ),
        )
    return system, exports


def _frame(table: IOTable, system: Chains, figures: dict[str, Array], by: By) -> pd.DataFrame:
    """Put arrays [n, destinations] in a tidy frame, summed to the level asked for."""
    regions, names = len(system.blocks), system.destinations
    size = len(system.x) // regions
    stacked = np.stack(list(figures.values()), axis=-1).reshape(regions, size, len(names), -1)
    origin, sector, to = (k.ravel() for k in np.indices((regions, size, len(names))))
    labels: dict[str, object]
    if by == "region":
        flat, labels = stacked.sum((1, 2)), {"region": list(table.regions)}
    elif by == "industry":
        flat = stacked.sum(2).reshape(regions * size, -1)
        labels = {
            "region": np.repeat(table.regions, size),
            "industry": np.tile(table.industries, regions),
        }
    elif by == "flow":
        origin, to = (k.ravel() for k in np.indices((regions, len(names))))
        other = origin != to
        flat = stacked.sum(1).reshape(regions * len(names), -1)[other]
        labels = {
            "region": np.asarray(table.regions)[origin[other]],
            "region_to": np.asarray(names)[to[other]],
        }
    else:
        other = origin != to
        flat = stacked.reshape(len(origin), -1)[other]
        labels = {
            "region": np.asarray(table.regions)[origin[other]],
            "industry": np.asarray(table.industries)[sector[other]],
            "region_to": np.asarray(names)[to[other]],
        }
    frame = pd.DataFrame({**labels, **dict(zip(figures, flat.T, strict=True))})
    if table.absent and "industry" in frame:  # pairs that do not exist have no figures, not zeros
        there = pd.MultiIndex.from_tuples(table.labels)
        frame = frame[pd.MultiIndex.from_frame(frame[["region", "industry"]]).isin(there)]
        frame = frame.reset_index(drop=True)
    return frame


def _result(table: IOTable, name: str, title: Text, frame: pd.DataFrame, method: Text, note: Text) -> Result:
    known = table.provenance
    heads = {
        "region": Column("region", Text("Exporter", "输出地"), "region"),
        "industry": Column("industry", Text("Industry", "产业"), "industry"),
        "region_to": Column("region_to", Text("Importer", "输入地"), "region"),
    }
    columns = tuple(
        heads[c]
        if c in heads
        else Column(c, _LABELS[c], "number", table.unit, known.status, known.year, known.sources)
        for c in frame.columns
    )
    if OUTSIDE in set(frame.get("region_to", [])) or np.any(table.imports):
        note = note + Text(
            f" '{OUTSIDE}' is all that lies outside the table: it takes final goods and supplies "
            "inputs; what "
            "it makes of them is not known, so nothing returns from there.",
            f"“{OUTSIDE}”指表外所有地区：只接受最终品、供应投入；其加工去向未知，因此不计返回部分。",
        )
    return Result(name, title, frame, columns, method + known.method, note)


def koopman_wang_wei(table: IOTable, *, by: By = "flow") -> Result:
    """Nine terms of gross exports after Koopman, Wang & Wei (2014).

    Parameters
    ----------
    table : IOTable
        Final demand by region. Value added and imports from abroad use up all of output.
    by : {"region", "industry", "flow", "flow_industry"}
        Exporter; exporter and industry; exporter and importer; all three.

    Returns
    -------
    Result
        Columns: labels, gross_exports, the nine terms (see `value_chain_terms.kww_terms`), residual (what an
        imbalance of the table leaves unexplained). Unit of money.

    Raises
    ------
    StudyError
        Nothing is exported; final demand is not by region.
    """
    _choose(by, By, Text("level", "层次"))
    system, exports = _system(table)
    terms = kww_terms(system)
    figures = {"gross_exports": exports, **{name: terms[name] for name in KWW_TERMS}}
    figures["residual"] = exports - np.sum([terms[name] for name in KWW_TERMS], axis=0)
    return _result(
        table,
        f"exports_kww_{by}",
        Text("Exports by origin and end of value added (KWW)", "出口增加值分解（KWW）"),
        _frame(table, system, figures, by),
        Text(
            "Koopman, Wang & Wei (2014, eq. 36), by flow as in Wang, Wei & Zhu (2013, eq. 37). ",
            "Koopman、Wang和Wei（2014，式36），双边流量按Wang、Wei和Zhu（2013，式37）。",
        ),
        Text(
            "The nine terms and the residual sum to gross exports. Foreign value added is understated "
            "by this "
            "method where chains cross a border several times; compare Borin & Mancini (2023).",
            "九项与残差之和等于总出口。链条多次跨境时，该方法低估国外增加值，可与Borin和Mancini（2023）比较。",
        ),
    )


def borin_mancini(
    table: IOTable,
    *,
    by: By = "flow",
    perspective: Perspective = "exporter",
    approach: Approach = "source",
) -> Result:
    """Gross exports after Borin & Mancini (2023): content, value added, double counting, value-chain trade.

    Parameters
    ----------
    table : IOTable
    by : {"region", "industry", "flow", "flow_industry"}
    perspective : {"exporter", "world"}
        Foreign value counts once per exporter, or once in the whole table.
    approach : {"source", "sink"}
        Value counts when it leaves its region first, or last.

    Returns
    -------
    Result
        Columns: labels, gross_exports, the terms of `value_chain_terms.borin_mancini_terms`; with
        source-based
        accounts of the exporter also gvc_trade = gross_exports - directly_absorbed, gvc_backward =
        foreign_content + domestic_double_counted, gvc_forward = domestic_value_added - directly_absorbed;
        residual. Unit of money.

    Raises
    ------
    StudyError
        An unknown option; nothing is exported; final demand is not by region.
    """
    _choose(by, By, Text("level", "层次"))
    _choose(perspective, Perspective, Text("perspective", "视角"))
    _choose(approach, Approach, Text("approach", "方法"))
    system, exports = _system(table)
    terms = borin_mancini_terms(system, perspective, approach)
    figures = {"gross_exports": exports, **{name: terms[name] for name in BM_TERMS}}
    if approach == "source":
        direct = terms["directly_absorbed"]
        figures["directly_absorbed"] = direct
        if perspective == "exporter":
            figures["gvc_trade"] = exports - direct
            figures["gvc_backward"] = terms["foreign_content"] + terms["domestic_double_counted"]
            figures["gvc_forward"] = terms["domestic_value_added"] - direct
    else:
        figures["absorbed_by_importer"] = terms["absorbed_by_importer"]
    figures["residual"] = exports - terms["domestic_content"] - terms["foreign_content"]
    basis = {
        "exporter": Text("perspective of the exporter", "出口方视角"),
        "world": Text("perspective of the world", "世界视角"),
    }[perspective]
    when = {
        "source": Text("source-based", "来源法"),
        "sink": Text("sink-based", "去向法"),
    }[approach]
    return _result(
        table,
        f"exports_borin_mancini_{perspective}_{approach}_{by}",
        Text(
            f"Exports by origin and end of value added ({basis.en}, {when.en})",
            f"出口增加值分解（{basis.zh}，{when.zh}）",
        ),
        _frame(table, system, figures, by),
        Text(
            f"Borin & Mancini (2023), {basis.en}, {when.en}. ",
            f"Borin和Mancini（2023），{basis.zh}，{when.zh}。",
        ),
        Text(
            "Domestic and foreign content and the residual sum to gross exports; content is value "
            "added plus what "
            "is counted again; domestic value added is absorbed elsewhere or returns.",
            "国内成分、国外成分与残差之和等于总出口；成分=增加值+重复计算；国内增加值或被外部吸收，或返回。",
        ),
    )
