"""What the report says and draws of the further measures, on the built-in study and on a small one."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from hinterland import measure
from hinterland.report import measured_pictures, measured_sentences, sentences
from hinterland.report.chapters import CHAPTERS
from hinterland.report.chapters.hosting import HOSTING
from hinterland.steps import STEPS, Work
from hinterland.study import Column, Result, Study, Text

DRAWN = {
    "location_significance", "shift_share_extended", "shift_share_dynamic", "phase_series", "transfer_kind",
    "reception", "concentration", "similarity_trend", "similarity", "specialisation", "structural_change",
    "upgrading", "decoupling", "emission_drivers", "gradient_improved", "gradient_gap",
}  # fmt: skip


def worked(study: Study) -> Work:
    work = Work(study)
    for step in STEPS[:3]:
        step.take(work)
    return work


@pytest.fixture(scope="module")
def southwest_work(southwest: Study) -> Work:
    return worked(southwest)


@pytest.fixture(scope="module")
def small_work(full_study: Study) -> Work:
    return worked(full_study)


def test_every_further_measure_has_a_place_in_the_report(southwest_work: Work) -> None:
    placed = {block.result for chapter in CHAPTERS for block in chapter.blocks}
    from hinterland import measure

    assert set(measure.RESULTS) - placed <= {"shift_share_history"}
    assert {"transfer_kind", "gradient_improved", "gradient_gap"} <= placed & set(southwest_work.findings)


@pytest.mark.parametrize("name", sorted(DRAWN - {"reception"}))
def test_every_chart_is_drawn_and_says_what_it_is(southwest_work: Work, name: str) -> None:
    drawn = getattr(measured_pictures, name)(southwest_work.study, southwest_work.findings)
    assert drawn
    for chart in drawn:
        assert json.loads(json.dumps(chart.options()))["zh"]
        assert chart.title.en != chart.title.zh and chart.alt.zh


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_without_findings_nothing_is_drawn(southwest: Study, name: str) -> None:
    assert getattr(measured_pictures, name)(southwest, {}) == []


def test_a_register_of_projects_is_drawn(small_work: Work) -> None:
    assert len(measured_pictures.reception(small_work.study, small_work.findings)) == 1


def test_the_sentences_say_what_the_tables_say(southwest_work: Work) -> None:
    study, findings = southwest_work.study, southwest_work.findings
    said = [*measured_sentences.moved(study, findings), *measured_sentences.structure(study, findings)]
    whole = " ".join(text.en for text in said)
    assert "employment, with turning points in 2001 and 2013" in whole
    assert "(2000 and 2010) explain more" in whole
    assert "less alike" in whole and "highest in 2007" in whole
    assert "strong decoupling in Chongqing, Sichuan and Yunnan" in whole
    for text in said:
        assert "{" not in text.en + text.zh and not re.search(r"\bnan\b", text.en)
        assert text.zh.endswith("。") and text.en.endswith(".")


def test_a_small_study_is_spoken_of_as_far_as_it_goes(small_work: Work) -> None:
    study, findings = small_work.study, small_work.findings
    for text in [*measured_sentences.moved(study, findings), *measured_sentences.structure(study, findings)]:
        assert "{" not in text.en + text.zh and not re.search(r"\bnan\b", text.en)
    assert measured_sentences.structure(study, findings)
    assert measured_sentences.moved(study, {}) == measured_sentences.structure(study, {}) == []


def test_what_moved_is_told_of_what_can_move(southwest: Study) -> None:
    """Construction gained most of all in the hosts and moved nowhere."""
    findings = {"host_share": measure.host_share(southwest), "share_change": measure.share_change(southwest)}
    said = [text.en for text in sentences.moved(southwest, findings)]
    assert any("9.4% in 1997 and 8.8% in 2017" in text for text in said)
    assert "Construction" not in " ".join(said) and "Petroleum refining" in " ".join(said)


@pytest.mark.parametrize(("width", "word"), [(25.0, "no firm ranking"), (5.0, "not neighbours")])
def test_a_wide_interval_of_ranks_claims_nothing(southwest: Study, width: float, word: str) -> None:
    frame = pd.DataFrame({"region": southwest.regions, "rank": np.arange(31) + 1.0, "rank_low": 1.0})
    frame["rank_high"] = width
    columns = tuple(
        Column(name, Text.same(name), "number", "", "estimated", "2020", ("office",))
        if name.startswith("rank")
        else Column(name, Text.same(name), "region")
        for name in frame
    )
    found = Result("capacity", Text.same("capacity"), frame, columns, Text.same("made up"))
    assert HOSTING.says is not None
    assert any(word in text.en for text in HOSTING.says(southwest, {"capacity": found}))
