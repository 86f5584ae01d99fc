"""The claims of a paper against the figures: supported, not supported, or cannot say.

Claims are rows of the study's own table ``claims``; what is here are kinds of test that know no place and no
industry.
Each compares figures with a declared threshold (parameters ``claims.*``): at or beyond it the claim is
*supported*, at or
beyond it the other way *not supported*, in between the figures *cannot say*. A claim of several parts needs
all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from hinterland import measure
from hinterland.report.claims import indicators, observed, planned, sources
from hinterland.report.claims.case import Case, Evidence, Kind, MissingError, Verdict, join, lines, sentences
from hinterland.study import Column, Result, Study, StudyError, Text
from hinterland.study import Kind as ColumnKind

KINDS: Mapping[str, Kind] = {**observed.KINDS, **indicators.KINDS, **sources.KINDS, **planned.KINDS}

THRESHOLDS = (
    "share_change",
    "relative_gap",
    "lq_band",
    "similarity_margin",
    "majority",
    "majority_margin",
    "window_overlap",
    "order_years",
    "plan_share",
)

__all__ = ["KINDS", "Evidence", "Verdict", "claims", "judge", "pathway"]


def claims(study: Study, findings: Mapping[str, Result]) -> Result | None:
    """Judge the claims on what has been and what is.

    Parameters
    ----------
    study : Study
    findings : mapping of name to Result
        What the other rooms found; tables of `measure` that are not among them are made here.

    Returns
    -------
    Result ``claims``: claim, section, text_en, text_zh, verdict, firm (the verdict is the same
    at both ends of the thresholds' declared ranges), finding_en, finding_zh, evidence; None for
    a study
    without claims of this sort.

    Raises
    ------
    StudyError
        A claim that cannot be read: an unknown kind of test, options that are no JSON, a code the study
        lacks.
    """
    return _page(
        study,
        findings,
        "claims",
        Text("The paper's claims against the figures", "论文论断与数据的对照"),
        of_plan=False,
    )


def pathway(study: Study, findings: Mapping[str, Result]) -> Result | None:
    """Judge the paper's pathway against the plan; where there is no plan, nothing can be said.

    Parameters, columns and errors as `claims`; the Result is called ``pathway``.
    """
    return _page(
        study,
        findings,
        "pathway",
        Text("The paper's pathway against the plan", "论文路径与规划的对照"),
        of_plan=True,
    )


def judge(study: Study, findings: Mapping[str, Result]) -> tuple[Result, ...]:
    """Return both pages, leaving out one that has no claims."""
    return tuple(page for page in (claims(study, findings), pathway(study, findings)) if page is not None)


def _written(cell: object) -> str:
    """Return what a cell of the table says, empty for a blank one however it was read."""
    text = "" if cell is None else str(cell).strip()
    return "" if text.lower() in {"nan", "none", "<na>"} else text


_AS_JSON = Text(
    'Write them as {"name": value} in the table claims.', '请在 claims 表中写成 {"名称": 取值} 的形式。'
)


def _options(claim: str, written: object) -> dict[str, Any]:
    text = _written(written)
    try:
        options = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise StudyError(
            Text(
                f"The parameters of the claim '{claim}' are not JSON: {error}.",
                f"论断“{claim}”的参数不是 JSON：{error}。",
            ),
            _AS_JSON,
        ) from error
    if not isinstance(options, dict):
        raise StudyError(
            Text(
                f"The parameters of the claim '{claim}' are not named.",
                f"论断“{claim}”的参数没有名称。",
            ),
            _AS_JSON,
        )
    return options


def _is_plan(kind: str) -> bool:
    return kind.startswith("plan_")


def _weigh(case: Case, kind: str) -> Evidence:
    if kind == "all":
        return _qualified(case, _of_parts(case))
    if kind not in KINDS:
        raise case.wrong(
            Text(f"asks for the test '{kind}'.", f"要求的检验“{kind}”不存在。"),
            Text(f"Choose from all, {', '.join(KINDS)}.", f"可选：all、{'、'.join(KINDS)}。"),
        )
    try:
        found = KINDS[kind](case)
    except MissingError as gap:
        return Evidence("cannot_say", gap.reason)
    return _qualified(case, found)


def _of_parts(case: Case) -> Evidence:
    """Weigh a claim of several parts, each on a line of its own that ends with its verdict."""
    parts = case.option("parts")
    if (
        not isinstance(parts, list)
        or not parts
        or not all(isinstance(p, dict) and "kind" in p for p in parts)
    ):
        raise case.wrong(
            Text("has parts that are no list of tests.", "的 parts 不是检验列表。"),
            Text('Write "parts": [{"kind": ...}, ...].', '请写成 "parts": [{"kind": ...}, ...]。'),
        )
    weighed = []
    for part in parts:
        found = _weigh(replace(case, options=part), str(part["kind"]))
        word = case.study.text("verdict", found.verdict)
        said = sentences([found.finding, Text(f"[{word.en}]", f"［{word.zh}］")])
        weighed.append(Evidence(found.verdict, said, found.results))
    return join(weighed)


def _qualified(case: Case, found: Evidence) -> Evidence:
    """Add the claim's caveat; a test that speaks to the claim only indirectly (``proxy``) settles nothing."""
    caveat = Text(str(case.options.get("caveat_en", "")), str(case.options.get("caveat_zh", "")))
    joined = lines if "\n" in found.finding.en else sentences  # a remark on all parts has a line of its own
    if not case.options.get("proxy", False):
        return Evidence(found.verdict, joined([found.finding, caveat]), found.results)
    indirect = Text("This speaks to the claim only indirectly.", "该证据只能间接反映这一论断。")
    return Evidence("cannot_say", joined([found.finding, caveat, indirect]), found.results)


def _on_plan(kind: str, options: Mapping[str, Any]) -> bool:
    """Say whether a claim is about the plan: any of its parts is."""
    if kind != "all":
        return _is_plan(kind)
    parts = options.get("parts")
    tests = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return any(_on_plan(str(part.get("kind")), part) for part in tests)


_SHOWN: Mapping[str, ColumnKind] = {"claim": "code", "verdict": "code", "firm": "flag"}

_PATHWAY = Text(
    "Supported here says that the plan goes the paper's way, not that the way is right: limits on the"
    " sequence of phases and on likeness of hosts, where the study sets them, are part of the plan. ",
    "此处“支持”仅表示规划与论文路径一致，并不证明该路径正确：研究设定的阶段次序与防同质化约束已包含在规划之"
    "中。",
)


def _page(
    study: Study, findings: Mapping[str, Result], name: str, title: Text, *, of_plan: bool
) -> Result | None:
    table = study.frames.get("claims")
    if table is None or table.empty:
        return None
    rows = []
    for row in table.to_dict("records"):
        claim, kind = str(row["claim"]), str(row["kind"])
        options = _options(claim, row.get("parameters"))
        if _on_plan(kind, options) != of_plan:
            continue
        case = Case(claim, study, findings, options)
        found = _weigh(case, kind)
        # nothing but thresholds differs at the ends of their ranges, and only a verdict reads a threshold
        ends = {_weigh(replace(case, level=level), kind).verdict for level in ("low", "high")}
        rows.append(
            {
                "claim": claim,
                "section": _written(row.get("section")),
                "text_en": _written(row["text_en"]),
                "text_zh": _written(row.get("text_zh")) or _written(row["text_en"]),
                "verdict": found.verdict,
                "firm": ends == {found.verdict},
                "finding_en": found.finding.en,
                "finding_zh": found.finding.zh,
                "evidence": ", ".join(
                    name
                    for name in found.results
                    if name in findings or name in measure.RESULTS or name in study
                ),
            }
        )
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    counts = frame["verdict"].value_counts()
    verdicts: tuple[Verdict, ...] = ("supported", "not_supported", "cannot_say")
    note = _PATHWAY if of_plan else Text("", "")
    note = note + Text(
        ", ".join(f"{study.text('verdict', v).en.lower()}: {counts.get(v, 0)}" for v in verdicts) + ".",
        "，".join(f"{study.text('verdict', v).zh}：{counts.get(v, 0)}" for v in verdicts) + "。",
    )
    used = ", ".join(f"{key} {study.parameter(f'claims.{key}')}" for key in THRESHOLDS)
    return Result(
        name,
        title,
        frame,
        tuple(
            Column(column, study.text("column", column), _SHOWN.get(column, "text"))
            for column in frame.columns
        ),
        Text(
            "Each claim is set against figures by a stated test. Beyond the declared threshold it is"
            " supported, beyond it the other way not supported, in between the figures cannot say; a claim"
            " of several parts needs all alike. Nothing is tuned to agree. A verdict is firm when it is"
            f" the same at both ends of the thresholds' declared ranges. Thresholds: {used}.",
            "每条论断按既定检验与数据对照：达到阈值为“支持”，反向达到阈值为“不支持”，介于两者之间为“无法判"
            "断”；含多个部分的论断须各部分一致。检验未为迎合论断而调整。阈值取其申报区间两端时判断不变者为"
            f"“稳健”。阈值：{used}。",
        ),
        note,
    )
