"""What a chapter of the report is made of, and what several chapters share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.charts.words import name
from hinterland.report.views import Findings, usable
from hinterland.study import EMPTY, Result, Study, Text

Pick = Callable[[Study, pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Block:
    """One result of a chapter: charts, table, what is shown of it, and what would supply it when missing."""

    result: str
    title: Text
    supply: Text
    draw: Callable[[Study, Findings], list[Chart]] | None = None
    pick: Pick | None = None
    picked: Text = EMPTY
    open: bool = False
    optional: bool = False
    table: bool = True
    listed: bool = False
    """Its table is in its file only, as it adds little to what is shown; without a chart it is named at the
    chapter's end."""
    columns: tuple[str, ...] = ()
    """Columns shown on the page, where the exported table has more than a reader can take in; none: all."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: a question, what the findings say to it in words, and its blocks."""

    code: str
    title: Text
    question: Text
    blocks: tuple[Block, ...] = ()
    says: Callable[[Study, Findings], list[Text]] | None = None
    step: str = ""
    """Code of the step of a run that makes the chapter's results; reasons for what is missing bear it."""


OUTPUT = Text("It needs the table gross_output with two years or more.", "需要至少两个年份的总产出表。")
NATIONAL = Text("It needs the national input-output table.", "需要全国投入产出表。")
INDICATORS = Text(
    "It needs the tables indicators and indicator_list with a pillar and a direction.",
    "需要指标表和指标清单，并注明所属维度和方向。",
)
SCORECARD = Text(
    "It needs the table scorecard, and the indicators that it names.", "需要评价表（scorecard）及其所列指标。"
)
EMPLOYMENT = Text(
    "It needs employment by industry, or total employment among the indicators.",
    "需要分产业就业表，或在指标表中给出就业总量。",
)
PLANNED = Text(
    "It needs a plan: phases, hosts, origins and transferable industries, and limits that leave room.",
    "需要先有方案：阶段、承接地、转出地、可转移产业，以及留有余地的约束。",
)
HISTORY = Text(
    "It needs phases of the past (history_preset in study.toml) within the years of gross output.",
    "需要在研究设置中给出历史阶段，且其年份须在总产出表的年份之内。",
)


def hosts_latest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the hosts' rows of the latest year."""
    hosts = frame[frame["region"].isin(study.hosts)]
    return hosts[hosts["year"] == hosts["year"].max()]


def hosts(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the hosts' rows."""
    return frame[frame["region"].isin(study.hosts)]


def largest(column: str) -> Pick:
    """Put the rows in order of a figure's magnitude, the largest first."""
    return lambda study, frame: frame.reindex(
        frame[column].abs().sort_values(ascending=False, kind="stable").index
    )


def hosts_largest(column: str) -> Pick:
    """Keep the hosts' rows of the latest year, where there are years, the largest figures first."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        mine = hosts_latest(study, frame) if "year" in frame else hosts(study, frame)
        return largest(column)(study, mine)

    return pick


def largest_of(column: str, value: str, count: int, then: Pick | None = None) -> Pick:
    """Keep the rows of the codes with the largest sums of a figure, whatever its sign."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame if then is None else then(study, frame)
        most = rows.groupby(column, observed=True)[value].sum().abs().nlargest(count).index
        return rows[rows[column].isin(most)]

    return pick


HOSTS = Text("Hosts only", "仅承接地")
HOSTS_LARGEST = Text("Hosts, largest first", "承接地，由大到小")
HOSTS_LATEST_LARGEST = Text("Hosts, latest year, largest first", "承接地，最近年份，由大到小")
HOSTS_LATEST = Text("Hosts, latest year", "承接地，最近年份")
LARGEST = Text("Largest first", "由大到小")


def first_places(by: str, most: int) -> Pick:
    """Keep the hosts' rows that are among the first `most` places of each host."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame[by].isin(study.hosts) & (frame["place"] <= most)]

    return pick


def heat(
    study: Study,
    result: Result,
    rows: str,
    columns: str,
    value: str,
    chart: str,
    title: Text,
    *,
    frame: pd.DataFrame | None = None,
    centre: float | None = None,
    worse_above: bool = False,
    note: Text = EMPTY,
) -> Chart:
    """Return a heat map of a result, or of a part of its frame, told in words by its title."""
    return charts.heat_map(
        study,
        result,
        result.frame if frame is None else frame,
        rows,
        columns,
        value,
        title,
        Text(f"Heat map: {title.en}. The table below has the figures.", f"热力图：{title.zh}。数据见下表。"),
        chart=chart,
        centre=centre,
        worse_above=worse_above,
        note=note,
    )


Draw = Callable[[Study, Findings], list[Chart]]


def _parts(result: str, columns: tuple[str, ...], pick: Pick | None) -> Callable[..., pd.DataFrame | None]:
    """Return the function that finds the part of a result that is drawn, None where there is none."""

    def part(study: Study, findings: Findings) -> pd.DataFrame | None:
        found = usable(findings, result, *columns)
        if found is None:
            return None
        frame = found.frame if pick is None else pick(study, found.frame)
        return frame if len(frame) else None

    return part


def heat_of(
    result: str,
    rows: str,
    columns: str,
    value: str,
    title: Text,
    pick: Pick | None = None,
    *,
    centre: float | None = None,
    worse_above: bool = False,
    note: Text = EMPTY,
) -> Draw:
    """Return what draws a heat map of (a part of) a result."""
    part = _parts(result, (value,), pick)

    def draw(study: Study, findings: Findings) -> list[Chart]:
        frame = part(study, findings)
        if frame is None:
            return []
        alt = Text(f"Heat map: {title.en}.", f"热力图：{title.zh}。")
        of = findings[result]
        name = _chart_name(result, value)
        return [
            charts.heat_map(
                study,
                of,
                frame,
                rows,
                columns,
                value,
                title,
                alt,
                chart=name,
                centre=centre,
                worse_above=worse_above,
                note=note,
            )
        ]

    return draw


def bars_of(
    result: str,
    category: str,
    values: tuple[str, ...],
    title: Text,
    pick: Pick | None = None,
    *,
    names: tuple[str, str] | None = None,
    stacked: bool = False,
    note: Text = EMPTY,
) -> Draw:
    """Return what draws bars of (a part of) a result; `names` are the columns with the rows' names in both
    languages, where these are no codes."""
    part = _parts(result, values, pick)

    def draw(study: Study, findings: Findings) -> list[Chart]:
        frame = part(study, findings)
        if frame is None:
            return []
        called = (
            None if names is None else [Text(*pair) for pair in frame[list(names)].itertuples(index=False)]
        )
        alt = Text(f"Bars: {title.en}.", f"条形图：{title.zh}。")
        of, name = findings[result], _chart_name(result, values[0])
        return [
            charts.bars(
                study,
                of,
                frame,
                category,
                values,
                title,
                alt,
                chart=name,
                stacked=stacked,
                called=called,
                note=note,
            )
        ]

    return draw


def lines_of(
    result: str,
    x: str,
    value: str,
    by: str | None,
    title: Text,
    pick: Pick | None = None,
    *,
    note: Text = EMPTY,
) -> Draw:
    """Return what draws lines of (a part of) a result."""
    part = _parts(result, (value,), pick)

    def draw(study: Study, findings: Findings) -> list[Chart]:
        frame = part(study, findings)
        if frame is None:
            return []
        alt = Text(f"Lines: {title.en}.", f"折线图：{title.zh}。")
        of, name = findings[result], _chart_name(result, value)
        return [charts.lines(study, of, frame, x, value, title, alt, chart=name, by=by, note=note)]

    return draw


def spans_of(
    result: str,
    category: tuple[str, ...],
    value: str | tuple[str, str, str],
    title: Text,
    pick: Pick | None = None,
    *,
    note: Text = EMPTY,
) -> Draw:
    """Return what draws dots with their intervals; rows are named by the codes in `category`."""
    figures = (value, f"{value}_low", f"{value}_high") if isinstance(value, str) else value
    part = _parts(result, figures, pick)

    def draw(study: Study, findings: Findings) -> list[Chart]:
        frame = part(study, findings)
        if frame is None:
            return []
        of, name = findings[result], _chart_name(result, figures[0])
        called = [_called(study, of, category, row) for row in frame[list(category)].itertuples(index=False)]
        alt = Text(f"Intervals: {title.en}.", f"区间图：{title.zh}。")
        return [charts.intervals(study, of, frame, called, figures, title, alt, chart=name, note=note)]

    return draw


def _called(study: Study, result: Result, columns: tuple[str, ...], codes: tuple[object, ...]) -> Text:
    """Return the name of a row by several codes."""
    said = [name(study, result.column(c), code) for c, code in zip(columns, codes, strict=True)]
    return Text(" · ".join(s.en for s in said), " · ".join(s.zh for s in said))


def _chart_name(result: str, value: str) -> str:
    return f"{result}-{value}".replace("_", "-")
