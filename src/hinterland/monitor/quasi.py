"""Did past policies work? The study's quasi-experiments by several designs, and what speaks against them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.monitor.evaluation import Evaluation
from hinterland.monitor.panel import NEVER, Panel, check_panel
from hinterland.monitor.robust import false_date, honest_bounds, reassigned, wild_bootstrap
from hinterland.monitor.staggered import LEVEL, event_study
from hinterland.monitor.synthetic import synthetic_did
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


def _designs(panel: Panel, draws: int, seed: int) -> dict[str, Evaluation]:
    """The same question by several designs; one that the data do not allow is left out."""
    found = {"event_study": event_study(panel)}
    if len(panel.cohorts) == 1:
        found["synthetic_did"] = synthetic_did(panel, replications=100, seed=seed)
        found["wild_bootstrap"] = wild_bootstrap(panel, draws=199, seed=seed)
    with contextlib.suppress(StudyError):
        found["false_date"] = false_date(panel, 3)
    return found


def _judged(found: dict[str, Evaluation], p: float, robust: bool) -> tuple[str, Text]:
    """Verdict over all designs: supported only if none of them speaks against it."""
    main = found["event_study"]
    clear = [e for k, e in found.items() if k != "false_date" and (e.low > 0 or e.high < 0)]
    if not clear:
        return "not_detected", Text(
            "No design detects an effect; that is no proof that there was none.",
            "各设计均未检出效应；这并不证明没有效应。",
        )
    against = []
    for check in main.checks:
        if check.holds is False:
            against.append(check.said)
    other = found.get("synthetic_did")
    if other is not None and not (other.low > 0 or other.high < 0):
        against.append(Text("Synthetic DID does not detect it.", "合成双重差分未检出。"))
    false = found.get("false_date")
    if false is not None and (false.low > 0 or false.high < 0):
        against.append(
            Text("Three years before the policy there was already a difference.", "政策前三年即已出现差异。")
        )
    if p > LEVEL:
        against.append(
            Text(
                "Dates dealt out at random give as much in {p} of cases.",
                "随机分配时间亦有{p}的情形达到同样幅度。",
            ).format(p=f"{p:.0%}")
        )
    if not robust:
        against.append(
            Text(
                "If trends parted after the policy half as much as they did before, nothing is left of it.",
                "若政策后趋势偏离达到此前的一半，结论即不成立。",
            )
        )
    if against:
        return "fragile", Text(" ".join(t.en for t in against), "".join(t.zh for t in against))
    return "supported", Text(
        "All designs agree and no check speaks against it.", "各设计结论一致，检验均未提出反证。"
    )


def quasi_experiments(study: Study) -> tuple[Result, ...]:
    """Evaluate every past policy of the study by several designs.

    Returns
    -------
    Results ``quasi_verdicts`` (evaluation, effect, low, high, p_reassigned, verdict, reasons in words),
    ``quasi_threats`` (evaluation, threats in words), ``quasi_designs`` (evaluation, design, effect, low,
    high), ``quasi_paths`` (evaluation, event_time, effect, low, high) and ``quasi_bounds`` (evaluation,
    size, low, high).

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
    draws, seed = int(study.parameter("monitor.reassignments")), int(study.parameter("seed"))
    verdicts, threats, designs, paths, bounds = [], [], [], [], []
    spans, sources = [], []
    for row in table.to_dict("records"):
        code = str(row["evaluation"])
        panel = quasi_panel(study, code)
        spans += [min(panel.times), max(panel.times)]
        sources.append(_written(row.get("source")))
        found = _designs(panel, draws, seed)
        main = found["event_study"]
        p, _ = reassigned(panel, draws, seed)
        bound = honest_bounds(main, (0.0, 0.5, 1.0)).frame
        half = bound[bound["size"] == 0.5].iloc[0]
        verdict, why = _judged(found, p, bool(half["low"] > 0 or half["high"] < 0))
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
                p,
                verdict,
                why.en,
                why.zh,
            )
        )
        threats.append((code, _written(row.get("threats_en")), _written(row.get("threats_zh"))))
        designs += [(code, k, e.effect, e.low, e.high) for k, e in found.items()]
        paths += [
            (code, *values) for values in main.dynamic[["event_time", "effect", "low", "high"]].to_numpy()
        ]
        bounds += [(code, *values) for values in bound[["size", "low", "high"]].to_numpy()]
    span = f"{min(spans)}-{max(spans)}"
    rests = tuple(dict.fromkeys([*study.provenance["indicators"].sources, *(s for s in sources if s)]))
    method = Text(
        "Callaway & Sant'Anna (2021) with never-treated regions, clustered by region; beside it synthetic "
        "DID "
        "(Arkhangelsky et al. 2021), a wild cluster bootstrap (Cameron et al. 2008), a false date three "
        "years "
        f"earlier, dates reassigned {draws} times, and bounds for trends that part (Rambachan & Roth 2023). "
        "Effects "
        "of outcomes in logs are relative changes.",
        "以从未受政策影响的地区为对照的Callaway和Sant'Anna（2021）估计，按地区聚类；并列合成双重差分（Arkhangelsky等，2021）、"
        f"聚类野自助法（Cameron等，2008）、提前三年的虚拟时间、{draws}次随机分配以及趋势偏离边界（Rambachan和Roth，2023）。"
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
    )


_KINDS = {"evaluation": "code", "design": "code", "verdict": "code"}


def _column(study: Study, name: str, year: str, sources: tuple[str, ...]) -> Column:
    label = study.text("column", name)
    if name in _KINDS:
        return Column(name, label, "code")
    if name.endswith(("_en", "_zh")):
        return Column(name, label, "text")
    status: Status = "assumption" if name == "size" else "estimated"
    if name == "event_time":
        return Column(name, label, "number", "", "observed", year, sources)
    return Column(name, label, "number", "", status, year, sources)
