"""How the structure changed: concentration, likeness, upgrading, and emissions against growth."""

from __future__ import annotations

import pandas as pd

from hinterland.report import measured_pictures as pictures
from hinterland.report import measured_sentences as sentences
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import (
    HOSTS,
    HOSTS_LATEST,
    OUTPUT,
    Block,
    Chapter,
    hosts,
    hosts_latest,
)
from hinterland.study import Study, Text

CO2 = Text(
    "It needs the table co2 for two years that also have output.", "需要与总产出有两个共同年份的碳排放表。"
)
SECTORS = Text(
    "It needs value added by sector in gdp_accounts, and which items these are (measure.sector_value_added).",
    "需要地区账户表中的三次产业增加值，并在研究设置中指明项目（measure.sector_value_added）。",
)
PLANTS = Text("It needs the table plant_herfindahl.", "需要企业规模表（plant_herfindahl）。")
HOST_PAIRS = Text("Pairs of hosts, latest year", "承接地之间，最近年份")
HOSTS_LAST_SPAN = Text("Hosts, latest span", "承接地，最近时段")
LATEST = Text("Latest year", "最近年份")


def host_pairs(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs of hosts in the latest year."""
    inside = frame["region"].isin(study.hosts) & frame["region_to"].isin(study.hosts)
    return frame[inside & (frame["year"] == frame["year"].max())]


def last_span(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the hosts' rows of the span that begins last, the largest changes first."""
    mine = frame[frame["region"].isin(study.hosts) & (frame["start"] == frame["start"].max())]
    return mine.reindex(mine["co2_change"].abs().sort_values(ascending=False, kind="stable").index)


def latest_year(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the latest year."""
    return frame[frame["year"] == frame["year"].max()]


STRUCTURE = Chapter(
    "structure",
    Text("How the structure changed", "结构如何变化"),
    Text(
        "Are industries spreading or gathering, do the hosts grow alike, is the structure upgrading, and"
        " have emissions parted from growth?",
        "产业在集聚还是扩散？承接地是否趋同？结构是否升级？排放是否与增长脱钩？",
    ),
    (
        Block(
            "concentration",
            Text("Concentration of industries", "产业空间集中度"),
            OUTPUT,
            pictures.concentration,
            latest_year,
            LATEST,
        ),
        Block(
            "ellison_glaeser",
            Text("Ellison-Glaeser index", "EG指数"),
            PLANTS,
            draw=further.ellison_glaeser,
            optional=True,
        ),
        Block(
            "similarity_trend",
            Text("Are the hosts growing alike?", "承接地是否趋同"),
            OUTPUT,
            pictures.similarity_trend,
        ),
        Block(
            "similarity",
            Text("Similarity of every two hosts", "承接地两两相似度"),
            OUTPUT,
            pictures.similarity,
            host_pairs,
            HOST_PAIRS,
        ),
        Block(
            "specialisation",
            Text("Specialisation of regions", "地区专业化程度"),
            OUTPUT,
            further.specialisation,
            hosts_latest,
            HOSTS_LATEST,
            listed=True,
        ),
        Block(
            "structural_change",
            Text("Speed of structural change", "结构变动速度"),
            OUTPUT,
            further.structural_change,
            hosts,
            HOSTS,
            listed=True,
        ),
        Block(
            "upgrading",
            Text("Upgrading", "结构升级"),
            SECTORS,
            pictures.upgrading,
            hosts,
            HOSTS,
        ),
        Block(
            "decoupling",
            Text("Emissions against growth", "排放与增长脱钩"),
            CO2,
            pictures.decoupling,
            hosts,
            HOSTS,
        ),
        Block(
            "emission_drivers_by_region",
            Text("What drove emissions", "排放变化的驱动因素"),
            CO2,
            pictures.emission_drivers,
            hosts,
            HOSTS,
        ),
        Block(
            "emission_drivers",
            Text("Drivers by industry", "分产业驱动因素"),
            CO2,
            further.emission_drivers,
            last_span,
            HOSTS_LAST_SPAN,
            listed=True,
        ),
    ),
    sentences.structure,
    "measure",
)
