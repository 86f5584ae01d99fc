"""Did past policies work? The study's quasi-experiments by several designs, and what speaks against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.accounts.space import distance
from hinterland.monitor.panel import Panel, check_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.question import evaluate
from hinterland.study import Column, Result, Status, Study, StudyError, Text


def _written(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text.lower() in {"nan", "none", "<na>"} else text


def quasi_panel(study: Study, evaluation: str) -> Panel:
    """Return the checked panel of one evaluation of the study.

    Regions without figures for every year of the window are left out; they are never filled.

    Raises
    ------
    StudyError
        The study has no such evaluation; the panel cannot be evaluated.
    """
    table = study.frames.get("evaluations")
    rows = None if table is None else table[table["evaluation"] == evaluation]
    if rows is None or rows.empty:
        known = [] if table is None else list(table["evaluation"])
        raise StudyError(
            Text(f"The study has no evaluation '{evaluation}'.", f"研究中没有评估“{evaluation}”。"),
            Text(
                f"It has: {', '.join(known) or 'none'}. Add it to the tables evaluations and "
                "evaluation_regions.",
                f"现有：{'、'.join(known) or '无'}。请在evaluations和evaluation_regions表中补充。",
            ),
        )
    row = rows.iloc[0]
    values = _indicator(study, _written(row["outcome"]))
    per = _written(row.get("per"))
    if per:
        below = _indicator(study, per)
        values = values / below.where(below > 0)
    if _written(row.get("form")) != "level":
        values = np.log(values.where(values > 0))
    years = [int(y) for y in values.columns]
    first = int(float(_written(row.get("start_year")) or min(years)))
    last = int(float(_written(row.get("end_year")) or max(years)))
    values = values.loc[:, [y for y in values.columns if first <= int(y) <= last]].dropna()
    reached = study.frames.get("evaluation_regions", pd.DataFrame(columns=["evaluation", "region"]))
    reached = reached[reached["evaluation"] == evaluation]
    dates = dict(zip(reached["region"], reached.get("treated_from", []), strict=True))
    frame = values.rename_axis(index="region", columns="year").stack().rename("outcome").reset_index()
    frame["treated_from"] = [int(float(dates.get(r, NEVER))) for r in frame["region"]]
    return check_panel(frame.astype({"year": int}), outcome="outcome")


def _indicator(study: Study, code: str) -> pd.DataFrame:
    values = study.get("indicators")
    if values is None or code not in values["indicator"].to_numpy():
        raise StudyError(
            Text(f"The study has no values of the indicator '{code}'.", f"研究缺少指标“{code}”的数据。"),
            Text("Add them to the table indicators.", "请在indicators表中补充。"),
        )
    found: pd.DataFrame = values.sel(indicator=code).transpose("region", "year").to_pandas()
    return found.dropna(axis=1, how="all")


def quasi_experiments(study: Study) -> tuple[Result, ...]:
    """Evaluate every past policy of the study by several designs.

    Returns
    -------
    Results ``quasi_verdicts`` (evaluation, effect, low, high, p_reassigned, verdict, reasons in words),
    ``quasi_threats`` (evaluation, threats in words), ``quasi_designs`` (evaluation, design, effect, low,
    high), ``quasi_paths`` (evaluation, event_time, effect, low, high), ``quasi_bounds`` (evaluation,
    size, low, high) ``quasi_left_out`` (evaluation, left_out, effect, low, high) and
    ``quasi_rings`` (evaluation, ring in km, units, effect on those not treated, low, high).

    Raises
    ------
    StudyError
        The study has no table of evaluations, or a panel cannot be evaluated.
    """
    table = study.frames.get("evaluations")
    if table is None or table.empty:
        raise StudyError(
            Text("The study names no past policy to evaluate.", "研究未指定需要评估的过往政策。"),
            Text(
                "Add the tables evaluations and evaluation_regions.",
                "请补充evaluations和evaluation_regions表。",
            ),
        )
    known = distance(study)
    apart = None if known is None else known[0].to_pandas()
    ring = float(study.parameter("monitor.spillover_ring"))
    draws, seed = int(study.parameter("monitor.reassignments")), int(study.parameter("seed"))
    verdicts, threats, designs, paths, bounds, without, rings = [], [], [], [], [], [], []
    spans, sources = [], []
    for row in table.to_dict("records"):
        code = str(row["evaluation"])
        panel = quasi_panel(study, code)
        spans += [min(panel.times), max(panel.times)]
        sources.append(_written(row.get("source")))
        answer = evaluate(panel, distance=apart, rings=[ring], draws=draws, seed=seed)
        main, why = answer.designs["event_study"], answer.reasons
        left_out = [r for r in study.regions if r not in set(panel.frame["unit"])]
        if left_out:
            names = [study.text("region", r) for r in left_out]
            why = why + Text(
                f" Left out for gaps: {', '.join(n.en for n in names)}.",
                f"因缺数据未纳入：{'、'.join(n.zh for n in names)}。",
            )
        verdicts.append(
            (
                code,
                main.effect,
                main.low,
                main.high,
                answer.p,
                answer.verdict,
                why.en,
                why.zh,
            )
        )
        threats.append((code, _written(row.get("threats_en")), _written(row.get("threats_zh"))))
        designs += [(code, k, e.effect, e.low, e.high) for k, e in answer.designs.items()]
        paths += [
            (code, *values) for values in main.dynamic[["event_time", "effect", "low", "high"]].to_numpy()
        ]
        if answer.bounds is not None:
            bounds += [(code, *values) for values in answer.bounds[["size", "low", "high"]].to_numpy()]
        if answer.spilled is not None:
            rows = answer.spilled.rings[["ring", "units", "effect", "low", "high"]]
            rings += [(code, *values) for values in rows.itertuples(index=False)]
        if answer.without is not None:
            rows = answer.without[["left_out", "effect", "low", "high"]]
            without += [(code, *values) for values in rows.itertuples(index=False)]
    span = f"{min(spans)}-{max(spans)}"
    rests = tuple(dict.fromkeys([*study.provenance["indicators"].sources, *(s for s in sources if s)]))
    method = Text(
        "Callaway & Sant'Anna (2021) with never-treated regions, clustered by region; beside it "
        "Sun & Abraham (2021), imputation (Borusyak et al. 2024), synthetic DID (Arkhangelsky et al. 2021), "
        f"a wild cluster bootstrap (Cameron et al. 2008), effects on regions within {ring:g} km of "
        "those reached, set apart from the controls (Butts 2021), a false date three years "
        f"earlier, dates reassigned {draws} times, each region left out in turn, and bounds for trends that "
        "part (Rambachan & Roth 2023). Effects of outcomes in logs are relative changes.",
        "以从未受政策影响的地区为对照的Callaway和Sant'Anna（2021）估计，按地区聚类；并列Sun和Abraham（2021）、"
        "插补法（Borusyak等，2024）、合成双重差分（Arkhangelsky等，2021）、"
        f"聚类野自助法（Cameron等，2008）、将距政策地区{ring:g}公里以内的地区与对照分开的溢出设计（Butts，2021）、提前三年的虚拟时间、{draws}次随机分配、逐一剔除地区以及趋势偏离边界（Rambachan和Roth，2023）。"
        "对数形式的效应为相对变化。",
    )

    def made(name: str, title: Text, rows: Sequence[tuple[object, ...]], columns: tuple[str, ...]) -> Result:
        return Result(
            name,
            title,
            pd.DataFrame(rows, columns=list(columns)),
            tuple(_column(study, c, span, rests) for c in columns),
            method,
        )

    return (
        made(
            "quasi_verdicts",
            Text("Past policies evaluated", "过往政策评估"),
            verdicts,
            (
                "evaluation",
                "effect",
                "low",
                "high",
                "p_reassigned",
                "verdict",
                "reasons_en",
                "reasons_zh",
            ),
        ),
        made(
            "quasi_threats",
            Text("What else may have caused a difference", "可能造成差异的其他原因"),
            threats,
            ("evaluation", "threats_en", "threats_zh"),
        ),
        made(
            "quasi_designs",
            Text("The same question by several designs", "同一问题的多种设计"),
            designs,
            ("evaluation", "design", "effect", "low", "high"),
        ),
        made(
            "quasi_paths",
            Text("Effect by year since the policy", "政策前后各年效应"),
            paths,
            ("evaluation", "event_time", "effect", "low", "high"),
        ),
        made(
            "quasi_bounds",
            Text("Effect if trends may have parted", "允许趋势偏离时的效应"),
            bounds,
            ("evaluation", "size", "low", "high"),
        ),
        made(
            "quasi_left_out",
            Text("Effect without each treated region", "逐一剔除政策地区后的效应"),
            without,
            ("evaluation", "left_out", "effect", "low", "high"),
        ),
        made(
            "quasi_rings",
            Text("Effect on regions nearby", "对邻近地区的效应"),
            rings,
            ("evaluation", "ring", "units", "effect", "low", "high"),
        ),
    )


_KINDS = {"evaluation": "code", "design": "code", "verdict": "code"}


def _column(study: Study, name: str, year: str, sources: tuple[str, ...]) -> Column:
    label = study.text("column", name)
    if name in _KINDS:
        return Column(name, label, "code")
    if name == "ring":
        return Column(name, label, "text")
    if name == "left_out":
        return Column(name, label, "region")
    if name.endswith(("_en", "_zh")):
        return Column(name, label, "text")
    status: Status = "assumption" if name == "size" else "estimated"
    if name in ("event_time", "units"):
        return Column(name, label, "number", "", "observed", year, sources)
    return Column(name, label, "number", "", status, year, sources)
