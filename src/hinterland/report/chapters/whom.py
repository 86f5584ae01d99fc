"""Who moved to whom."""

from __future__ import annotations

import pandas as pd

from hinterland.report import whom
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import Block, Chapter
from hinterland.study import Study, Text

_ESTIMATE = Text(
    "It needs the table gross_output with two years or more, and coordinates or distances of the regions.",
    "需要至少两个年份的总产出表，以及各地区的坐标或距离表。",
)
_RECORDS = Text("It needs the table transfer_events.", "需要转移记录表。")
_LATEST = Text("Latest phase, largest first", "最近阶段，由大到小")
_HOSTS_LATEST = Text(
    "Moves to the hosts, latest phase, largest first", "转向承接地的流量，最近阶段，由大到小"
)


def _latest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    now = frame[frame["phase"] == whom.latest_phase(frame)]
    return now.sort_values("transfer", ascending=False, kind="stable")


def _to_hosts(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return _latest(study, frame[frame["host"].isin(study.hosts)])


def _latest_by_industry(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["phase"] == whom.latest_phase(frame)]


WHOM = Chapter(
    "whom",
    Text("Who moved to whom", "谁转向谁"),
    Text(
        "From whom did the hosts receive, and how much of the answer is known?",
        "承接地从哪里承接，这一答案有多大把握？",
    ),
    (
        Block(
            "transfer_events",
            Text("Recorded moves", "有记录的转移"),
            _RECORDS,
            draw=further.transfer_events,
            optional=True,
            open=True,
        ),
        Block(
            "transfer_source_groups",
            Text("Sources by group of regions", "转入来源：分板块"),
            _ESTIMATE,
            whom.source_groups,
            optional=True,
        ),
        Block(
            "transfer_sources", Text("Source regions", "来源地"), _ESTIMATE, whom.sources, _latest, _LATEST
        ),
        Block(
            "transfer_pairs",
            Text("Pairs of regions", "地区对"),
            _ESTIMATE,
            whom.pairs,
            _to_hosts,
            _HOSTS_LATEST,
        ),
        Block(
            "transfer_sources_by_industry",
            Text("Source regions by industry", "分产业的来源地"),
            _ESTIMATE,
            further.transfer_sources_by_industry,
            _latest_by_industry,
            Text("Latest phase", "最近阶段"),
            listed=True,
        ),
        Block(
            "transfer_flows",
            Text("By industry and pair", "分产业、分地区对"),
            _ESTIMATE,
            whom.flows,
            _to_hosts,
            _HOSTS_LATEST,
        ),
        Block(
            "transfer_recovery",
            Text("What the estimate is worth", "估计的可信度"),
            _ESTIMATE,
            draw=further.transfer_recovery,
        ),
        Block(
            "transfer_demand",
            Text("By demand, from two input-output tables", "按需求（两年投入产出表）"),
            Text("It needs two measured interregional tables.", "需要两个年份的实测地区间投入产出表。"),
            draw=further.transfer_demand,
            optional=True,
        ),
    ),
    whom.says,
    "measure",
)
