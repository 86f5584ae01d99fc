"""Who could host."""

from __future__ import annotations

from hinterland.report import measured_pictures, pictures, sentences
from hinterland.report.chapters.frame import (
    EMPLOYMENT,
    HOSTS,
    INDICATORS,
    LARGEST,
    Block,
    Chapter,
    hosts,
    largest,
)
from hinterland.study import Text

CAPITAL = Text(
    "It needs yearly investment by region (potential.investment) and depreciation in value_added_components.",
    "需要地区逐年投资（potential.investment）和增加值构成表中的折旧。",
)

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
        Block(
            "gradient_improved",
            Text("Improved gradient, with capital", "改进的产业梯度（含资本）"),
            CAPITAL,
            measured_pictures.gradient_improved,
            hosts,
            HOSTS,
        ),
        Block(
            "gradient_gap",
            Text("Gradient gap to the origins", "与转出地的梯度差"),
            EMPLOYMENT,
            measured_pictures.gradient_gap,
            largest("gradient_gap"),
            LARGEST,
        ),
    ),
    sentences.hosting,
    "potential",
)
