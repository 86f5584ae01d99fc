"""Who could host."""

from __future__ import annotations

from hinterland.report import pictures, sentences
from hinterland.report.chapters.frame import EMPLOYMENT, HOSTS, INDICATORS, Block, Chapter, hosts
from hinterland.study import Text

HOSTING = Chapter(
    "hosting",
    Text("Who could host", "谁能承接"),
    Text(
        "Which regions could take in industries, and how sure is that?", "哪些地区能够承接产业，把握有多大？"
    ),
    (
        Block("capacity", Text("Capacity index", "承接能力指数"), INDICATORS, pictures.capacity),
        Block(
            "capacity_pillars",
            Text("Capacity by pillar", "分维度承接能力"),
            INDICATORS,
            pictures.capacity_pillars,
            hosts,
            HOSTS,
        ),
        Block("capacity_weights", Text("Weights of the indicators", "指标权重"), INDICATORS),
        Block(
            "gradient",
            Text("Industrial gradient", "产业梯度"),
            EMPLOYMENT,
            pictures.gradient,
            hosts,
            HOSTS,
        ),
    ),
    sentences.hosting,
    "potential",
)
