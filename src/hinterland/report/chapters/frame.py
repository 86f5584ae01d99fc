"""What a chapter of the report is made of, and what several chapters share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.report.views import Findings
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
    """Named at the chapter's end with its file, and shown no further: it adds little to what is shown."""
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
