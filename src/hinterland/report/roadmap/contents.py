"""What stands in a booklet and in a dossier: which rows of which table, under which heading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from hinterland.charts import numbers
from hinterland.charts.words import listing
from hinterland.report.roadmap.paper import Paper, Section, methods_of, sentences_of, sheet_of, sources_of
from hinterland.report.sentences import amount
from hinterland.study import EMPTY, Result, Study, Text

Keep = Callable[[pd.DataFrame, str], pd.DataFrame]
MOST = 24
"""Rows of a table at most; the exported table has all."""


@dataclass(frozen=True)
class Spec:
    """Rows of a result under a heading: those that `keep` keeps of a code, sorted, some of the columns.

    `lacking` is said where the result is not there; without it the section is left out then. `nothing` is
    said where it has no row of the code.
    """

    result: str
    title: Text
    columns: tuple[str, ...]
    keep: Keep
    by: str = ""
    lacking: Text = EMPTY
    nothing: Text = EMPTY


def of(column: str) -> Keep:
    """Keep the rows of a code in a column."""
    return lambda frame, code: frame[frame[column] == code]


def binding(column: str) -> Keep:
    """Keep the rows of a code whose limit binds and allows something."""

    def keep(frame: pd.DataFrame, code: str) -> pd.DataFrame:
        mine = frame[(frame[column] == code) & frame["binding"].astype(bool)]
        return mine[mine["limit"] > 0]

    return keep


_WORDS = ("words",)
"""Of a result that says its rows in words: these words as sentences, and no table."""
_LIMITS = ("constraint", "resource", "industry", "factor_class", "phase", "limit", "used", "unit")
_PROMISE = ("account", "promise", "by_impact", "by_equilibrium", "unit", "words_en")
_NO_LIMIT = Text("No limit of the plan binds here.", "此处没有起约束作用的方案约束。")
_NO_PRICE = Text("No limit here has a price.", "此处没有约束具有影子价格。")
_INFRASTRUCTURE = Text(
    "The study gives no infrastructure to choose from, so that the plan decides on none.",
    "研究未给出可选的基础设施，方案对此不作安排。",
)

_BINDING = (
    Spec(
        "plan_limits",
        Text("Limits that bind", "起作用的约束"),
        _LIMITS,
        binding("region"),
        nothing=_NO_LIMIT,
    ),
    Spec(
        "shadow_prices",
        Text("What more room would be worth", "放宽约束的价值"),
        _WORDS,
        of("region"),
        "price",
        nothing=_NO_PRICE,
    ),
)

HOST: tuple[Spec, ...] = (
    Spec(
        "plan_gantt",
        Text("What comes, and when", "承接什么、何时到位"),
        ("industry", "phase", "start", "end", "output", "cumulative", "origin", "origin_share"),
        of("host"),
    ),
    Spec(
        "plan_transfers",
        Text("From where", "从哪里来"),
        ("industry", "origin", "phase", "output"),
        of("host"),
        "output",
    ),
    Spec(
        "plan_by_host_phase",
        Text("What it brings", "带来什么"),
        ("phase", "output", "value_added", "employment", "energy", "co2"),
        of("host"),
    ),
    Spec("plan_promise", Text("What the models say to it", "模型如何看"), _PROMISE, of("region")),
    *_BINDING,
    Spec(
        "plan_infrastructure",
        Text("Infrastructure", "基础设施"),
        ("infrastructure", "phase", "building_cost"),
        of("host"),
        lacking=_INFRASTRUCTURE,
    ),
    Spec(
        "talent_gap",
        Text("Talent that is short", "人才缺口"),
        ("education", "phase", "demand", "supply", "gap_people", "seats"),
        of("host"),
    ),
    Spec(
        "plan_kept_out",
        Text("What was kept out, and by what", "未入选的候选及原因"),
        _WORDS,
        of("host"),
    ),
    Spec(
        "plan_set_apart",
        Text("What the host specialises in", "专业化方向"),
        ("industry", "output", "quotient_before", "quotient_after", "apart"),
        of("host"),
    ),
    Spec(
        "plan_robust_moves",
        Text("How sure each move is", "各项转移的把握"),
        ("industry", "output", "case_share", "output_min", "output_max", "no_regret"),
        of("host"),
        "output",
    ),
    Spec(
        "risk_environment",
        Text("Risk: headroom", "风险：余量"),
        ("resource", "phase", "limit", "used", "unit", "share", "breach_probability", "level"),
        of("region"),
    ),
    Spec(
        "risk_market",
        Text("Risk: concentration", "风险：集中度"),
        ("measure", "value", "threshold", "level"),
        of("region"),
    ),
)

ORIGIN: tuple[Spec, ...] = (
    Spec(
        "plan_transfers",
        Text("What leaves, and where to", "转出什么、到哪里"),
        ("industry", "host", "phase", "output"),
        of("origin"),
        "output",
    ),
    Spec(
        "plan_promise",
        Text("What the origin loses, and what the models say", "转出地的损失与模型结果"),
        _PROMISE,
        of("region"),
    ),
    Spec(
        "risk_social",
        Text("Jobs that leave, by phase", "分阶段转出岗位"),
        ("phase", "jobs", "share", "level"),
        of("origin"),
    ),
    Spec(
        "transition_phases",
        Text("What becomes of the jobs", "岗位去向"),
        ("phase", "jobs_gone", "reemployed", "unplaced", "support_cost"),
        of("origin"),
    ),
    Spec(
        "risk_social_industry",
        Text("Jobs that leave, by industry", "分产业转出岗位"),
        ("industry", "jobs", "share", "level"),
        of("origin"),
        "jobs",
    ),
    Spec(
        "impact_losers",
        Text("Who else loses here", "当地其他受损产业"),
        ("industry", "before", "change", "share"),
        of("region"),
        nothing=Text("None of its industries is among those that lose most.", "当地没有产业列入受损最大者。"),
    ),
    *_BINDING,
    Spec(
        "plan_backup",
        Text("If the province fails", "该省受损时"),
        ("lost_without", "lost_with", "saved", "saved_share", "saved_by_exposure"),
        of("origin"),
    ),
)

INDUSTRY: tuple[Spec, ...] = (
    Spec(
        "plan_gantt",
        Text("Where it goes, and when", "转往哪里、何时到位"),
        ("host", "phase", "start", "end", "output", "cumulative", "origin", "origin_share"),
        of("industry"),
    ),
    Spec(
        "plan_transfers",
        Text("From where to where", "从哪里到哪里"),
        ("origin", "host", "phase", "output"),
        of("industry"),
        "output",
    ),
    Spec(
        "plan_host_industry",
        Text("Its part in what hosts take in", "在各地承接中的比重"),
        ("host", "output", "share"),
        of("industry"),
    ),
    Spec(
        "plan_set_apart",
        Text("Hosts that it sets apart", "以其为专长的承接地"),
        ("host", "output", "quotient_before", "quotient_after", "apart"),
        of("industry"),
    ),
    Spec(
        "plan_limits",
        Text("Limits that bind", "起作用的约束"),
        ("constraint", "region", "phase", "limit", "used", "unit"),
        binding("industry"),
        nothing=_NO_LIMIT,
    ),
    Spec(
        "shadow_prices",
        Text("What more room would be worth", "放宽约束的价值"),
        _WORDS,
        of("industry"),
        "price",
        nothing=_NO_PRICE,
    ),
    Spec(
        "plan_robust_moves",
        Text("How sure each move is", "各项转移的把握"),
        ("host", "output", "case_share", "output_min", "output_max", "no_regret"),
        of("industry"),
        "output",
    ),
    Spec(
        "impact_by_industry",
        Text("At fixed prices, with suppliers", "固定价格、含上下游"),
        ("output_change", "value_added_change", "employment_change", "co2_change"),
        of("industry"),
    ),
    Spec(
        "risk_technology",
        Text("Risk: imported inputs", "风险：进口投入"),
        ("output", "import_dependence", "threshold", "level"),
        of("industry"),
    ),
    Spec(
        "risk_social_industry",
        Text("Jobs that leave", "转出岗位"),
        ("origin", "jobs", "share", "level"),
        of("industry"),
        "jobs",
    ),
)


def papers(study: Study, findings: Mapping[str, Result]) -> Iterator[Paper]:
    """Yield a booklet for every host and origin and a dossier for every industry that the plan moves."""
    moved = findings["plan_transfers"].frame
    for kind, column, order, specs in (
        ("hosts", "host", study.regions, HOST),
        ("origins", "origin", study.regions, ORIGIN),
        ("industries", "industry", study.industries, INDUSTRY),
    ):
        there = set(moved[column])
        for code in (c for c in order if c in there):
            yield _paper(study, findings, kind, column, code, specs)


_KINDS = {
    "hosts": Text("Booklet of a host province", "承接地手册"),
    "origins": Text("Booklet of an origin province", "转出地手册"),
    "industries": Text("Dossier of an industry", "产业档案"),
}


def _paper(
    study: Study,
    findings: Mapping[str, Result],
    kind: str,
    column: str,
    code: str,
    specs: tuple[Spec, ...],
) -> Paper:
    sections = [Section(Text("In short", "要点"), in_short(study, findings["plan_transfers"], column, code))]
    used = [findings["plan_transfers"]]
    for spec in specs:
        found = findings.get(spec.result)
        if found is None:
            if spec.lacking.en:
                sections.append(Section(spec.title, (spec.lacking,)))
            continue
        rows = spec.keep(found.frame, code)
        if spec.by:
            rows = rows.sort_values(spec.by, ascending=False, kind="stable")
        if rows.empty:
            if spec.nothing.en:
                sections.append(Section(spec.title, (spec.nothing,)))
            continue
        used.append(found)
        if spec.columns == _WORDS:
            sections.append(Section(spec.title, sentences_of(rows, "words", MOST)))
            continue
        sections.append(Section(spec.title, (), sheet_of(study, found, rows, spec.columns, MOST)))
    once = list({r.name: r for r in used}.values())
    sections.append(Section(Text("How the figures were made", "数据方法"), methods_of(study, once)))
    sections.append(Section(Text("Sources", "来源"), sources_of(study, once)))
    where = study.text("industry" if kind == "industries" else "region", code)
    return Paper(kind, code, where, _KINDS[kind] + Text(" – ", "——") + study.title, tuple(sections))


def in_short(study: Study, transfers: Result, column: str, code: str) -> tuple[Text, ...]:
    """Say how much moves, which part of all that is, what it is, and where it goes or comes from."""
    frame = transfers.frame
    mine = frame[frame[column] == code]
    unit = transfers.column("output").unit
    total = float(mine["output"].sum())
    opening = {
        "host": Text("The host takes in {a} of output a year by the end of the plan", "期末年承接产出{a}"),
        "origin": Text(
            "The origin releases {a} of output a year by the end of the plan", "期末年转出产出{a}"
        ),
        "industry": Text("{a} of output a year moves by the end of the plan", "期末年转移产出{a}"),
    }[column]
    whole = float(frame["output"].sum())
    part = numbers.percent(total / whole) if whole > 0 else numbers.UNKNOWN
    out = [
        opening.format(a=amount(study, total, unit))
        + Text(f", {part} of all that moves.", f"，占全部转移的{part}。")
    ]
    for other, said in (
        ("industry", Text("Most of it is {l}.", "主要为{l}。")),
        ("origin", Text("Most of it comes from {l}.", "主要来自{l}。")),
        ("host", Text("Most of it goes to {l}.", "主要去往{l}。")),
    ):
        if other == column:
            continue
        sums = mine.groupby(other)["output"].sum().sort_values(ascending=False, kind="stable").head(3)
        named = [
            Text("{n} ({p})", "{n}（{p}）").format(
                n=study.text("industry" if other == "industry" else "region", key),
                p=numbers.percent(value / total, 0),
            )
            for key, value in sums.items()
        ]
        out.append(said.format(l=listing(named)))
    return tuple(out)
