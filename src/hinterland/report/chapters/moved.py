"""What moved in the past."""

from __future__ import annotations

import pandas as pd

from hinterland.report import measured_pictures, measured_sentences, pictures, sentences
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import (
    EMPLOYMENT,
    HISTORY,
    HOSTS,
    HOSTS_LARGEST,
    HOSTS_LATEST,
    HOSTS_LATEST_LARGEST,
    OUTPUT,
    Block,
    Chapter,
    hosts,
    hosts_largest,
    hosts_latest,
)
from hinterland.report.views import Findings
from hinterland.study import Study, Text

YEARLY = Text(
    "It needs yearly indicators, named in the study's settings (measure.break_indicators).",
    "需要逐年指标，并在研究设置中指明（measure.break_indicators）。",
)
REGISTER = Text("It needs a register of projects (table projects).", "需要项目登记表（projects）。")
SEEN = Text("Pairs between which share shifted", "份额此消彼长的组合")


def _seen(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the pairs whose origin lost and whose host gained share, the largest gap first."""
    mine = frame[frame["shift_seen"] == "yes"]
    return mine.sort_values("gradient_gap", ascending=False, kind="stable")


def _says(study: Study, findings: Findings) -> list[Text]:
    return [*sentences.moved(study, findings), *measured_sentences.moved(study, findings)]


MOVED = Chapter(
    "moved",
    Text("What moved", "转移了什么"),
    Text(
        "How much moved in the past, what, from where and to where?",
        "过去转移了多少、转移了什么、从哪里到哪里？",
    ),
    (
        Block("host_share", Text("Hosts' share", "承接地份额"), OUTPUT, pictures.host_share),
        Block(
            "share_change",
            Text("Change of share", "份额变化"),
            OUTPUT,
            pictures.share_change,
            hosts_largest("share_change_money"),
            HOSTS_LARGEST,
        ),
        Block(
            "history",
            Text("Historical phases", "历史阶段"),
            HISTORY,
            pictures.history,
            hosts_largest("share_change_money"),
            HOSTS_LARGEST,
        ),
        Block(
            "history_by_class",
            Text("Historical phases by factor class", "分要素密集类别的历史阶段"),
            HISTORY,
            optional=True,
            listed=True,
            draw=further.history_by_class,
        ),
        Block(
            "phase_series",
            Text("Yearly series of transfer", "产业转移的逐年序列"),
            YEARLY,
            measured_pictures.phase_series,
        ),
        Block(
            "phase_breaks",
            Text("Detected turning points", "检测到的转折点"),
            YEARLY,
            listed=True,
            draw=further.phase_breaks,
        ),
        Block(
            "phase_evidence",
            Text("Evidence for phases", "分期的证据"),
            YEARLY,
            listed=True,
            draw=further.phase_evidence,
        ),
        Block(
            "host_share_by_industry",
            Text("Hosts' share by industry", "承接地分产业份额"),
            OUTPUT,
            pictures.host_share_by_industry,
        ),
        Block(
            "location_quotient",
            Text("Location quotients", "区位商"),
            OUTPUT,
            pictures.location_quotient,
            hosts_largest("location_quotient"),
            HOSTS_LATEST_LARGEST,
        ),
        Block(
            "location_significance",
            Text("How firm specialisations are", "专业化程度的可靠性"),
            OUTPUT,
            further.location_significance,
            hosts_latest,
            HOSTS_LATEST,
            listed=True,
        ),
        Block(
            "shift_share",
            Text("Shift-share", "偏离—份额"),
            OUTPUT,
            pictures.shift_share,
            hosts_largest("competitive"),
            HOSTS_LARGEST,
        ),
        Block(
            "shift_share_extended",
            Text("The competitive effect in its parts", "竞争力分量的分解"),
            OUTPUT,
            further.shift_share_extended,
            hosts,
            HOSTS,
            listed=True,
        ),
        Block(
            "shift_share_history",
            Text("Shift-share by historical phase", "分历史阶段的偏离—份额"),
            HISTORY,
            further.shift_share_history,
            optional=True,
            listed=True,
        ),
        Block(
            "shift_share_dynamic",
            Text("Dynamic shift-share", "动态偏离—份额"),
            OUTPUT,
            measured_pictures.shift_share_dynamic,
            hosts_largest("competitive"),
            HOSTS_LARGEST,
        ),
        Block(
            "structure",
            Text("Structure by factor class", "要素密集类别结构"),
            OUTPUT,
            pictures.structure,
            hosts_latest,
            HOSTS_LATEST,
        ),
        Block(
            "structure_by_role",
            Text("Structure of hosts, origins and the whole", "承接地、转出地与总体的结构"),
            OUTPUT,
            optional=True,
            listed=True,
            draw=further.structure_by_role,
        ),
        Block(
            "transfer_kind_summary",
            Text("Kinds of transfer", "转移类型"),
            EMPLOYMENT,
            further.transfer_kind_summary,
            open=True,
        ),
        Block(
            "transfer_kind",
            Text("Kinds by industry, origin and host", "分产业、转出地与承接地的转移类型"),
            EMPLOYMENT,
            further.transfer_kind,
            _seen,
            SEEN,
            listed=True,
        ),
        Block(
            "reception_summary",
            Text("Reception models", "承接模式"),
            REGISTER,
            measured_pictures.reception,
        ),
        Block(
            "reception_models",
            Text("Reception model of every project", "各项目的承接模式"),
            REGISTER,
            optional=True,
        ),
    ),
    _says,
    "measure",
)
