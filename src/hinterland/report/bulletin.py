"""The monitoring bulletin of a period: web page and Word, in both languages, from the same tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

import hinterland
from hinterland.charts.numbers import percent, signed
from hinterland.charts.palette import FONT
from hinterland.charts.words import listing, unit
from hinterland.monitor import State
from hinterland.monitor.periods import named as period_named
from hinterland.monitor.system import owner_of
from hinterland.report.bulletin_word import document
from hinterland.report.chapters.monitoring import says
from hinterland.report.export import export
from hinterland.report.markup import badge, bilingual, prose, source_links, source_numbers, spans
from hinterland.report.tables import table
from hinterland.study import Column, Language, Result, Study, Text


@dataclass(frozen=True)
class Section:
    """A section of the bulletin: what it says, and the results that it shows."""

    code: str
    title: Text
    says: tuple[Text, ...]
    results: tuple[Result, ...]


def bulletin_title(state: State) -> Text:
    """Return the bulletin's title."""
    return Text("Monitoring bulletin {p}: {t}", "{t}监测通报（{p}）").format(
        p=period_named(state.period), t=state.monitored.study.title
    )


def changes(state: State) -> Result | None:
    """Return what is otherwise than in the last period: figures, and lights that turned.

    Returns
    -------
    Result or None
        ``monitor_changes``: region, monitored, previous, value, unit, change, light_before, light; None where
        there is no period before.
    """
    if state.last is None:
        return None
    study = state.monitored.study
    keys = ["region", "monitored"]
    before = state.before.set_index(keys)[["value", "light"]]
    frame = state.progress.join(before.rename(columns=lambda c: f"{c}_before"), on=keys)
    frame = frame[(frame["behind"] == 0) | (frame["light"] != frame["light_before"])]
    frame = frame.assign(previous=frame["value_before"])
    base = state.results["monitor_progress"]
    value = base.column("value")
    columns = (
        base.column("region"),
        base.column("monitored"),
        replace(value, name="previous", label=study.text("column", "previous"), year=state.last),
        value,
        base.column("unit"),
        base.column("change"),
        Column("light_before", study.text("column", "light_before"), "code"),
        base.column("light"),
    )
    return Result(
        "monitor_changes",
        Text("From {a} to {b}", "{a}至{b}的变化").format(
            a=period_named(state.last), b=period_named(state.period)
        ),
        frame[[c.name for c in columns]].reset_index(drop=True),
        columns,
        base.method,
    )


def corrections(state: State) -> Result | None:
    """Return the corrections that the ledger holds of figures up to the period, with who, when and why."""
    study = state.monitored.study
    ledger = study.frames.get("monitor_ledger")
    if ledger is None or ledger.empty or not ledger["replaces"].notna().any():
        return None
    old = ledger.set_index("entry")["value"]
    mine = ledger[ledger["replaces"].notna() & ledger["region"].isin(study.hosts)]
    frame = mine.assign(previous=[old[int(n)] for n in mine["replaces"]])
    kinds = {"region": "region", "monitored": "code", "period": "text"}
    names = ("region", "monitored", "period", "previous", "value", "reason", "recorded_by", "recorded_at")
    columns = tuple(
        Column(n, study.text("column", "reported_period" if n == "period" else n), "number", "", "observed")
        if n in ("previous", "value")
        else Column(n, study.text("column", n), kinds.get(n, "text"))  # type: ignore[arg-type]
        for n in names
    )
    return Result(
        "monitor_corrections",
        Text("Corrections on record", "更正记录"),
        frame[list(names)].reset_index(drop=True),
        columns,
        Text("Entries of the ledger that replace earlier ones", "台账中替代先前条目的登记"),
    )


def system(state: State) -> Result:
    """Return what is monitored: definition, unit, direction, weights and who reports it."""
    study = state.monitored.study
    frame = state.monitored.indicators.rename(columns={"direction": "better"})
    frame["definition_en"] = frame["definition_en"].where(
        frame["definition_en"] != "", frame["definition_zh"]
    )
    frame["definition_zh"] = frame["definition_zh"].where(
        frame["definition_zh"] != "", frame["definition_en"]
    )
    kinds = {"monitored": "code", "better": "code"}
    names = [
        "monitored",
        "definition_en",
        "definition_zh",
        "unit",
        "better",
        "target_weight",
        "result_weight",
    ]
    if (frame["owner"] != "").any():
        said = [owner_of(written) for written in frame["owner"]]
        frame = frame.assign(owner_en=[s.en for s in said], owner_zh=[s.zh for s in said])
        names += ["owner_en", "owner_zh"]
    columns = tuple(
        Column(n, study.text("column", n), "number", "", "assumption")
        if n.endswith("weight")
        else Column(n, study.text("column", n), kinds.get(n, "text"))  # type: ignore[arg-type]
        for n in names
    )
    return Result(
        "monitor_system",
        Text("Indicators", "指标体系"),
        frame[names].reset_index(drop=True),
        columns,
        Text("As the study defines them", "按研究的定义"),
    )


def sections(state: State) -> tuple[Section, ...]:
    """Return the bulletin's sections in the order of a reader's questions."""
    study, found = state.monitored.study, state.results
    changed, corrected = changes(state), corrections(state)
    made = [
        Section("short", Text("In short", "要点"), tuple(says(study, found)), ()),
        Section(
            "changes",
            Text("Since the last bulletin", "较上期的变化"),
            tuple(_turned(state)),
            () if changed is None else (changed,),
        ),
        Section(
            "progress", Text("Targets", "目标进展"), (), (found["monitor_progress"], found["monitor_scores"])
        ),
        Section(
            "outlook", Text("Outlook", "展望"), (), (found["monitor_outlook"], found["monitor_backtest"])
        ),
        Section("warnings", Text("Early warnings", "预警"), (), (found["monitor_warnings"],)),
        Section(
            "record",
            Text("The record", "数据记录"),
            _record(state),
            () if corrected is None else (corrected,),
        ),
        Section("system", Text("What is monitored", "监测内容"), (), (system(state),)),
    ]
    kept = [replace(s, results=tuple(r for r in s.results if len(r.frame))) for s in made]
    return tuple(s for s in kept if s.says or s.results)


def _turned(state: State) -> list[Text]:
    study, turned = state.monitored.study, state.turned()
    if state.last is None:
        return [Text("This is the first period with figures.", "本期为首个有数据的时期。")]
    order = {"green": 3, "amber": 2, "red": 1, "unknown": 0}
    out = []
    for better, said in (
        (True, Text("Lights that turned for the better: {l}.", "好转：{l}。")),
        (False, Text("Lights that turned for the worse: {l}.", "转差：{l}。")),
    ):
        mine = [
            Text("{r}, {m} ({a} to {b})", "{r}{m}（由{a}转{b}）").format(
                r=study.text("region", row.region),
                m=study.text("monitored", row.monitored),
                a=_small(study.text("light", row.light_before)),
                b=_small(study.text("light", row.light)),
            )
            for row in turned.itertuples()
            if "unknown" not in (row.light_before, row.light)
            and (order[str(row.light)] > order[str(row.light_before)]) == better
        ]
        if mine:
            out.append(said.format(l=listing(mine)))
    lost = int((turned["light"] == "unknown").sum()) if len(turned) else 0
    if lost:
        out.append(
            Text(
                "No longer judged, for want of fresh figures: {n}.", "因缺少最新数据不再判定：{n}项。"
            ).format(n=lost)
        )
    fresh = state.progress[(state.progress["behind"] == 0) & state.progress["change"].notna()]
    if len(fresh):
        out.append(_largest(study, fresh))
    return out or [Text("No light turned.", "信号灯均无变化。")]


def _largest(study: Study, fresh: pd.DataFrame) -> Text:
    ordered = fresh.sort_values("change", kind="stable")
    ends = [ordered.iloc[-1], ordered.iloc[0]]
    named = [
        Text("{r}, {m} ({c})", "{r}{m}（{c}）").format(
            r=study.text("region", row["region"]),
            m=study.text("monitored", row["monitored"]),
            c=signed(percent(float(row["change"]), 1)),
        )
        for row in ends
    ]
    return Text(
        "Largest rise: {a}; largest fall or least rise: {b}.", "增幅最大：{a}；降幅最大或增幅最小：{b}。"
    ).format(a=named[0], b=named[1])


def _small(text: Text) -> Text:
    return Text(text.en.lower(), text.zh)


def _record(state: State) -> tuple[Text, ...]:
    link = state.monitored.link
    if not link:
        return (
            Text(
                "The figures are read from the study's own series; there is no ledger.",
                "数据取自研究自身的序列，未设台账。",
            ),
        )
    return (
        Text(
            "Last link of the ledger: {c}. A ledger that was shortened since has another one.",
            "台账末位校验值：{c}。此后若被删减，该值将不同。",
        ).format(c=link),
    )


def write_bulletin(state: State, directory: str | Path, *, language: Language = "en") -> list[Path]:
    """Write ``bulletin.html`` (both languages), ``bulletin-en.docx``, ``bulletin-zh.docx`` and the tables.

    Parameters
    ----------
    state : State
        What `monitor.state` found.
    directory : str or Path
    language : {"en", "zh"}
        Language that the page shows first.

    Returns
    -------
    list of Path
        The page and the documents.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    study, parts = state.monitored.study, sections(state)
    shown = {result.name: result for part in parts for result in part.results}
    export({**shown, "monitor_control": state.results["monitor_control"]}, study, folder)
    page = folder / "bulletin.html"
    page.write_text(render_bulletin(state, parts, language), encoding="utf-8")
    written = [page]
    for tongue in ("en", "zh"):
        path = folder / f"bulletin-{tongue}.docx"
        path.write_bytes(document(study, bulletin_title(state), parts, "zh" if tongue == "zh" else "en"))
        written.append(path)
    return written


def render_bulletin(state: State, parts: Sequence[Section], language: Language) -> str:
    """Return the bulletin as one HTML document that makes no request of any kind."""
    study = state.monitored.study
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hinterland.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["both"] = bilingual
    environment.filters["spans"] = spans
    environment.filters["mark"] = lambda status: badge(study, status)
    environment.filters["prose"] = lambda text: prose(study, text)
    folder = resources.files("hinterland.report").joinpath("templates")
    shown = [
        {
            "code": part.code,
            "title": part.title,
            "says": part.says,
            "tables": [table(study, r, most=len(r.frame), is_open=True) for r in part.results],
        }
        for part in parts
    ]
    used = {code for part in parts for r in part.results for c in r.columns for code in c.sources}
    return environment.get_template("bulletin.html.j2").render(
        title=bulletin_title(state),
        language="zh-CN" if language == "zh" else "en",
        sections=shown,
        sources=_sources(study, used),
        attribute=_attribute,
        cite=lambda codes: source_links(study, codes),
        unit=lambda text: unit(study, text),
        word=lambda code: study.text("report", code),
        version=hinterland.__version__,
        font=Markup(FONT),
        css=Markup(folder.joinpath("report.css").read_text(encoding="utf-8")),
        js=Markup(folder.joinpath("report.js").read_text(encoding="utf-8")),
    )


def _sources(study: Study, used: set[str]) -> list[dict[str, object]]:
    frame = study.frames.get("sources")
    if frame is None:
        return []
    numbers = source_numbers(study)
    return [
        {"number": numbers[row.source], "citation": Text(row.citation, row.citation_zh or row.citation)}
        for row in frame.itertuples()
        if row.source in used
    ]


def _attribute(name: str, text: Text, language: str) -> Markup:
    shown = text.zh if language.startswith("zh") else text.en
    return Markup('{n}="{s}" data-attr="{n}" data-en="{e}" data-zh="{z}"').format(
        n=name, s=shown, e=text.en, z=text.zh
    )
