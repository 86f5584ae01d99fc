"""What moved in the past."""

from __future__ import annotations

from hinterland.report import pictures, sentences
from hinterland.report.chapters.frame import (
    HISTORY,
    HOSTS,
    HOSTS_LATEST,
    OUTPUT,
    Block,
    Chapter,
    hosts,
    hosts_latest,
)
from hinterland.study import Text

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
            hosts,
            HOSTS,
        ),
        Block("history", Text("Historical phases", "历史阶段"), HISTORY, pictures.history, hosts, HOSTS),
        Block(
            "history_by_class",
            Text("Historical phases by factor class", "分要素密集类别的历史阶段"),
            HISTORY,
            optional=True,
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
            hosts_latest,
            HOSTS_LATEST,
        ),
        Block("shift_share", Text("Shift-share", "偏离—份额"), OUTPUT, pictures.shift_share, hosts, HOSTS),
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
        ),
    ),
    sentences.moved,
    "measure",
)
