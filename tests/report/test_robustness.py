"""What the report says and draws of how far a plan holds."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from hinterland import plan
from hinterland.report import robustness
from hinterland.study import Result, Study


@pytest.fixture(scope="module")
def found(tiny_study: Study) -> Mapping[str, Result]:
    study = tiny_study.with_parameter("plan.sensitivity_draws", 3)
    return {r.name: r for r in plan.sensitivity(study, plan.optimise(study))}


def test_sentences_give_the_ranges(tiny_study: Study, found: Mapping[str, Result]) -> None:
    said = robustness.says(tiny_study, found)
    assert said[0].en.startswith("With all assumptions varied together")
    assert "(plan: " in said[0].en and "（方案：" in said[0].zh
    assert all(text.en and text.zh and "{" not in text.en + text.zh for text in said)


def test_without_draws_the_ranges_are_one_at_a_time(tiny_study: Study) -> None:
    study = tiny_study.with_parameter("plan.sensitivity_draws", 0)
    found = {r.name: r for r in plan.sensitivity(study, plan.optimise(study))}
    assert robustness.ranges(study, found)[0].en.startswith("With one assumption varied at a time")


def test_pictures(tiny_study: Study, found: Mapping[str, Result]) -> None:
    (tornado,) = robustness.tornado(tiny_study, found)
    frame = found["plan_sensitivity"].frame
    drawn = int((frame["swing"] != 0).sum())
    option = tornado.option("en")
    series = option.get("baseOption", option)["series"]
    assert [s["name"] for s in series] == ["At its low end", "At its high end"]
    assert all(len(s["data"]) == drawn for s in series)
    values = [d["value"] for s in series for d in s["data"] if d["value"] is not None]
    assert max(abs(v) for v in values) <= frame["swing"].max() * (1 + 1e-9)
    assert all(math.isfinite(v) for v in values)
    (moves,) = robustness.moves(tiny_study, found)
    assert moves.option("zh")


def test_nothing_is_said_of_what_is_not_there(tiny_study: Study) -> None:
    assert robustness.says(tiny_study, {}) == []
    assert robustness.tornado(tiny_study, {}) == []
    assert robustness.moves(tiny_study, {}) == []
