"""The chapters on what could move and on how it upgrades a region: words and charts from real findings."""

from __future__ import annotations

import dataclasses
import re

import pytest
from test_document import read

from hinterland import report
from hinterland.report import mechanism, moving
from hinterland.report.chapters.moving import MOVING
from hinterland.report.chapters.upgrading import UPGRADING
from hinterland.report.views import Findings
from hinterland.steps import STEPS, Work
from hinterland.study import Study, Text


@pytest.fixture(scope="module")
def work(southwest: Study) -> Work:
    found = Work(southwest)
    for step in STEPS:
        if step.code in ("accounts", "potential"):
            step.take(found)
    return found


@pytest.fixture(scope="module")
def findings(work: Work) -> Findings:
    return work.findings


def joined(texts: list[Text]) -> Text:
    return Text(" ".join(t.en for t in texts), "".join(t.zh for t in texts))


def test_every_result_of_both_chapters_is_made(work: Work, findings: Findings) -> None:
    assert work.left_out == []
    wanted = {block.result for chapter in (MOVING, UPGRADING) for block in chapter.blocks}
    assert wanted <= set(findings)
    for chapter in (MOVING, UPGRADING):
        for block in chapter.blocks:
            for chart in block.draw(work.study, findings) if block.draw else []:
                assert chart.options()["zh"]


def test_what_could_move_is_said_with_its_doubts(work: Work, findings: Findings) -> None:
    said = joined(moving.says(work.study, findings))
    for words in ("Electronics", "Chongqing (place 7", "spectral gap", "one half is chance", "did better"):
        assert words in said.en
    assert "only 0.17" in said.en and "谱隙" in said.zh and "把握程度" not in said.zh
    assert not re.search(r"[a-z]_[a-z]", said.en + said.zh)
    assert not re.search(r"\{|\}", said.en + said.zh)


def test_the_mechanism_claims_no_more_than_was_found(work: Work, findings: Findings) -> None:
    said = joined(mechanism.says(work.study, findings))
    assert "Complexity: the main estimate is positive but does not hold in every specification" in said.en
    assert "Average wage" in said.en or "average wage" in said.en
    assert "do not show that receiving industries upgrades a region by itself" in said.en
    assert "既不能证明" in said.zh
    assert "None of the channels" in said.en and "均未显示出传导作用" in said.zh
    assert not re.search(r"[a-z]_[a-z]", said.en + said.zh)


def test_a_consistent_verdict_would_be_said_without_the_warning(work: Work, findings: Findings) -> None:
    frame = findings["upgrading_verdict"].frame.assign(upgrading_verdict="consistent")
    changed = dataclasses.replace(findings["upgrading_verdict"], frame=frame)
    said = joined(mechanism.says(work.study, {**findings, changed.name: changed}))
    assert "rises where industries are received" in said.en
    assert "do not show" not in said.en


def test_channels_that_are_shown_are_named(work: Work, findings: Findings) -> None:
    found = findings["upgrading_mediation"]
    frame = found.frame.assign(mediation=["shown", *["not_shown"] * (len(found.frame) - 1)])
    changed = dataclasses.replace(found, frame=frame)
    said = joined(mechanism.says(work.study, {**findings, changed.name: changed}))
    assert "by way of Technology contracts per worker (innovation)" in said.en
    assert "cannot be tested" in said.en and "无法检验" in said.zh


def test_without_findings_nothing_is_said(work: Work) -> None:
    assert moving.says(work.study, {}) == [] and mechanism.says(work.study, {}) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_code_shows(work: Work, findings: Findings, language: str) -> None:
    mine = {block.result for chapter in (MOVING, UPGRADING) for block in chapter.blocks}
    page = report.render(work.study, {k: v for k, v in findings.items() if k in mine}, {})
    start, end = page.index('<section id="moving"'), page.index('<section id="hosting"')
    upgrading = page[page.index('<section id="upgrading"') : page.index('<section id="wiring"')]
    words = read(page[start:end] + upgrading, language).words
    assert [w for w in words if re.search(r"(?<![A-Za-z0-9])[a-z]{2,}[a-z0-9]*_[a-z0-9_]+", w)] == []
    if language == "zh":
        assert [w for w in words if re.search(r"[a-z]{3,} +[a-z]{3,}", w)] == []
    else:
        assert [w for w in words if re.search(r"[\u4e00-\u9fff]", w)] == []
