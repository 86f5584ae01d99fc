"""What the report says and draws of other plans and other futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from hinterland import plan
from hinterland.report.chapters import choice
from hinterland.study import Result, Study

FUTURES = pd.DataFrame(
    {
        "scenario": ["calm", "slow"],
        "probability": [0.6, 0.4],
        "growth": [1.0, 0.5],
        "energy": [1.0, 1.0],
        "demand": [1.0, 0.8],
        "cost": [1.0, 1.5],
        "coast": [1.0, 0.7],
        "name_en": ["Calm", "Slow"],
        "name_zh": ["平稳", "放缓"],
    }
)


@pytest.fixture(scope="module")
def given(tiny_study: Study) -> Study:
    return replace(tiny_study, frames={**tiny_study.frames, "plan_scenarios": FUTURES})


@pytest.fixture(scope="module")
def found(given: Study) -> Mapping[str, Result]:
    best = plan.frontier(given, points=5).plan
    results = [
        *plan.alternatives(best),
        plan.kept_out(best),
        plan.marginal_values(best),
        *plan.in_futures(best),
        *plan.foresight(best),
    ]
    return {r.name: r for r in results}


def test_every_block_has_its_result(found: Mapping[str, Result]) -> None:
    assert {b.result for b in choice.CHOICE.blocks} == set(found)


def test_sentences_are_whole_in_both_languages(given: Study, found: Mapping[str, Result]) -> None:
    said = choice.says(given, found)
    assert len(said) >= 4
    for text in said:
        assert text.en and text.zh
        assert "{" not in text.en + text.zh
        assert "nan" not in text.en.replace("finance", "")
        assert "_" not in text.en + text.zh
    whole = " ".join(t.en for t in said)
    assert "value of perfect information" in whole
    assert "phase by phase" in whole


def test_charts_draw_what_the_tables_hold(given: Study, found: Mapping[str, Result]) -> None:
    (moves,) = choice.common(given, found)
    frame = found["plan_near_optimal"].frame
    for language in ("en", "zh"):
        option = moves.option(language)  # type: ignore[arg-type]
        (series,) = option.get("baseOption", option)["series"]
        assert len(series["data"]) == min(len(frame), 16)
        filled = sum(not d["hollow"] for d in series["data"])
        assert filled == int((frame["output_min"] > 0).sum())
    (room,) = choice.room(given, found)
    assert room.option("zh")
    (regret,) = choice.regrets(given, found)
    assert regret.option("en")


def test_nothing_is_said_of_what_is_not_there(given: Study) -> None:
    assert choice.says(given, {}) == []
    assert choice.common(given, {}) == choice.room(given, {}) == choice.regrets(given, {}) == []


def test_tables_have_words_for_their_codes(given: Study, found: Mapping[str, Result]) -> None:
    for result in found.values():
        for column in result.columns:
            assert column.label.en != column.name, f"{result.name}: {column.name} has no words"
            if column.kind == "code":
                for code in result.frame[column.name].unique():
                    kind = column.name
                    assert str(code).isdigit() or given.text(kind, code).en != code, f"{kind} {code}"
