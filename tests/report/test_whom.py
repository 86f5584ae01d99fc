"""The chapter on who moved to whom: it says what the tables say, and never hides that it estimates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

import hinterland as hl
from hinterland import measure, report
from hinterland.report import whom
from hinterland.study import Result, Study


@pytest.fixture(scope="module")
def southwest_moves() -> tuple[Study, dict[str, Result]]:
    study = hl.open_study("southwest")
    found = measure.transfers(study, draws=50).results()
    return study, {**found, "transfer_recovery": measure.transfer_recovery(study, draws=50, repeats=1)}


def words(study: Study, findings: Mapping[str, Result]) -> tuple[str, str]:
    said = whom.says(study, findings)
    return " ".join(t.en for t in said), "".join(t.zh for t in said)


def test_it_says_that_it_estimates_what_that_is_worth_and_what_would_replace_it(
    southwest_moves: tuple[Study, dict[str, Result]],
) -> None:
    study, findings = southwest_moves
    en, zh = words(study, findings)
    assert "estimates, not records" in en and "估计，而非记录" in zh
    frame = findings["transfer_recovery"].frame.set_index(["world", "estimator"])
    assert f"puts {frame.loc[('all', 'entropy'), 'mass_placed']:.0%} of the moved output" in en
    assert "transfer events" in en and "转移记录表" in zh
    groups = findings["transfer_source_groups"].frame.set_index(["phase", "group"])
    east = groups.loc[("upgrading", "east")]
    assert f"{east['share']:.0%} (between {east['share_low']:.0%} and {east['share_high']:.0%})" in en
    assert re.search(r"\{\w+\}", en + zh) is None
    assert re.search(r"[\u4e00-\u9fff]", en) is None


def test_every_block_draws(southwest_moves: tuple[Study, dict[str, Result]]) -> None:
    study, findings = southwest_moves
    drawn = [
        chart
        for draw in (whom.source_groups, whom.sources, whom.pairs, whom.flows, whom.recovery)
        for chart in draw(study, findings)
    ]
    assert [c.name for c in drawn] == [
        *("whom-groups", "whom-sources", "whom-pairs", "whom-matrix", "whom-sankey", "whom-recovery"),
    ]
    for chart in drawn:
        for language in ("en", "zh"):
            assert chart.option(language)


def test_without_findings_it_says_nothing(small_study: Study) -> None:
    assert whom.says(small_study, {}) == []
    for draw in (whom.source_groups, whom.sources, whom.pairs, whom.flows, whom.recovery):
        assert draw(small_study, {}) == []


def test_records_come_first_where_there_are_any(full_study: Study) -> None:
    events = pd.DataFrame(
        {
            "event": ["e1", "e2"],
            "year": [2012, 2018],
            "industry": ["textiles", "machines"],
            "origin": ["coast", ""],
            "host": ["hills", "plain"],
            "output": [10.0, float("nan")],
            "investment": [float("nan"), 5.0],
            "employment": float("nan"),
            "firm": "",
            "project": "",
            "source": "",
        }
    )
    study = replace(full_study, frames={**full_study.frames, "transfer_events": events})
    findings = {
        "transfer_events": measure.transfer_events(study),
        **measure.transfers(study, draws=50).results(),
        "transfer_recovery": measure.transfer_recovery(study, draws=50, repeats=1),
    }
    en, zh = words(study, findings)
    assert en.startswith("Recorded: 2 moves, 1 of them with a known origin") and zh.startswith(
        "有记录的转移2项"
    )
    assert "would replace" not in en
    page = report.render(study, findings, {})
    chapter = page[page.index('<section id="whom"') : page.index('<section id="hosting"')]
    assert "Unknown origin" in chapter and "转出地不明" in chapter
    assert chapter.index("Recorded moves") < chapter.index("Sources by group of regions")


def test_one_group_of_regions_needs_no_groups(small_study: Study) -> None:
    regions = small_study.frames["regions"].assign(group="all")
    study = replace(small_study, frames={**small_study.frames, "regions": regions})
    findings = measure.transfers(study, draws=50).results()
    assert "transfer_source_groups" not in findings
    en, _ = words(study, findings)
    assert "largest source regions" in en
