"""How was it received? The reception model of every registered project, by declared rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.measure.rules import classify, rules_of, spelt
from hinterland.study import Column, Kind, Result, Study, StudyError, Text

AXIS = "reception"
FIELDS = ("fund_share", "tax_share", "park_share", "capacity_share")


def _alike(frame: pd.DataFrame, by: list[str]) -> pd.Series[float]:
    """How many projects of the register share these codes with each; NaN where one of them is blank."""
    blank = pd.concat([frame[c].isna() | (frame[c].astype(str) == "") for c in by], axis=1).any(axis=1)
    size = frame.groupby(by, dropna=False)[by[0]].transform("size").astype(float)
    return size.where(~blank)


def _column(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    if name not in frame:
        return pd.Series(np.nan, frame.index)
    return pd.to_numeric(frame[name], errors="coerce").astype(float)


def reception_models(study: Study) -> Result:
    """Reception model of every project of the register by the rules, beside the one that it declares.

    Returns
    -------
    Result ``reception_models``: project, name_en, name_zh, year, industry, origin, host, output, fund_share,
    tax_share, park_share, capacity_share, same_anchor, same_industry (projects at the host, itself included),
    reception (by rule; empty where the register says nothing that the rules ask), declared (in the register's
    own word), agrees (yes, no, empty).

    Raises
    ------
    StudyError
        The study has no register of projects.
    """
    frame = _register(study)
    values = {name: _column(frame, name) for name in FIELDS}
    anchored = frame if "anchor" in frame else frame.assign(anchor="")
    values["same_anchor"] = _alike(anchored, ["host", "anchor"])
    values["same_industry"] = _alike(frame, ["host", "industry"])
    rules = rules_of(study, AXIS)
    kinds = classify(rules, {name: part.to_numpy(float) for name, part in values.items()}, len(frame))
    declared = frame.get("reception_model", pd.Series("", frame.index)).fillna("").astype(str)
    table = pd.DataFrame(
        {
            "project": frame["project"].astype(str),
            "name_en": frame.get("name_en", frame["project"]).fillna("").astype(str),
            "name_zh": frame.get("name_zh", frame["project"]).fillna("").astype(str),
            "year": _column(frame, "year"),
            "industry": frame["industry"],
            "origin": frame.get("origin", pd.Series("", frame.index)).fillna(""),
            "host": frame["host"],
            "output": _column(frame, "output"),
            **{name: part.to_numpy() for name, part in values.items()},
            AXIS: kinds.astype(str),
            "declared": declared,
        }
    )
    plain = declared.str.strip().str.casefold().str.replace(r"[\s-]+", "_", regex=True)
    spoken = {
        word: code
        for code in dict.fromkeys(rule.kind for rule in rules)
        for word in (
            code,
            *(study.label(AXIS, code, lang).casefold().replace(" ", "_") for lang in ("en", "zh")),
        )
    }
    known = plain.map(spoken)
    table["agrees"] = np.select(
        [(plain == "") | (table[AXIS] == ""), known.to_numpy() == table[AXIS].to_numpy()],
        ["", "yes"],
        default="no",
    )
    return Result(
        "reception_models",
        Text("Reception models of the registered projects", "项目承接模式"),
        table,
        _columns(study, list(table.columns)),
        Text(
            "By the rules of the table transfer_rules, the first that holds: {rules}Same anchor, same"
            " industry: projects of the register at the same host with the same lead firm, in the same"
            " industry.",
            "按transfer_rules表中的规则依次判断，先满足者为准：{rules}“同链主”“同产业”为同一承接地中链主企"
            "业相同、产业相同的登记项目数。",
        ).format(rules=spelt(study, AXIS, rules)),
    )


def reception_summary(study: Study) -> Result:
    """Projects and their output by reception model and host.

    Returns
    -------
    Result ``reception_summary``: host, reception, projects, output (of the projects whose output is known).

    Raises
    ------
    StudyError
        The study has no register of projects.
    """
    whole = reception_models(study)
    by = whole.frame.groupby(["host", AXIS], sort=False)
    frame = pd.DataFrame(
        {"projects": by.size().astype(float), "output": by["output"].sum(min_count=1)}
    ).reset_index()
    output = whole.column("output")
    return Result(
        "reception_summary",
        Text("Projects by reception model", "分承接模式的项目"),
        frame,
        (
            Column("host", study.text("column", "host"), "region"),
            Column(AXIS, study.text("column", AXIS), "code"),
            Column(
                "projects",
                study.text("column", "projects"),
                "number",
                "",
                output.status,
                output.year,
                output.sources,
            ),
            output,
        ),
        whole.method,
        Text("Output of projects that state it.", "产出仅计填报产出的项目。"),
    )


def _register(study: Study) -> pd.DataFrame:
    frame = study.frames.get("projects")
    if frame is None or frame.empty:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no register of projects: how industries were received cannot"
                " be told.",
                f"研究“{study.name}”没有项目登记表，无法判断承接模式。",
            ),
            Text(
                "Add the table projects (project, industry, host; fund_share, tax_share, park_share,"
                " capacity_share, anchor as far as known); hinterland new writes it with a worked row.",
                "请补充projects表（项目、产业、承接地，以及已知的基金份额、税收分享、园区股份、搬迁比例、链"
                "主企业）；hinterland new会生成带示例行的模板。",
            ),
        )
    return frame.reset_index(drop=True)


def _columns(study: Study, names: list[str]) -> tuple[Column, ...]:
    sources = tuple(str(s) for s in study.config.get("tables", {}).get("projects", {}).get("sources", ()))
    years = _column(_register(study), "year").dropna()
    year = (
        ""
        if years.empty
        else f"{years.min():.0f}-{years.max():.0f}"
        if years.nunique() > 1
        else f"{years.min():.0f}"
    )
    kinds: dict[str, Kind] = {"year": "year", "industry": "industry", "origin": "region", "host": "region"}
    out = []
    for name in names:
        text = study.text("column", name)
        if name in ("output", "same_anchor", "same_industry"):
            unit = study.unit("money") if name == "output" else ""
            out.append(Column(name, text, "number", unit, "observed", year, sources))
        elif name in FIELDS:
            out.append(Column(name, text, "share", "", "observed", year, sources))
        elif name in kinds:
            out.append(Column(name, text, kinds[name]))
        elif name in (AXIS, "agrees"):
            out.append(Column(name, text, "code"))
        else:
            out.append(Column(name, text, "text"))
    return tuple(out)
