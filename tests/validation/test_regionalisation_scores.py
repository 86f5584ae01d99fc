"""Estimated against true tables: Japan's prefectures, 2015 (../shared/testdata/japan_prefectures_2015).

The claim: errors below plain SLQ's and plain FLQ's on the same information. The page that says by how
much is compared to the letter, so that it cannot go stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

import regional_scores  # noqa: E402

from hinterland.accounts import score_methods  # noqa: E402

WHERE = regional_scores.folder()
pytestmark = pytest.mark.skipif(
    WHERE is None,
    reason=f"no {regional_scores.FOLDER}/IOTable.csv in $HINTERLAND_TESTDATA or ../shared/testdata",
)


def test_the_default_beats_plain_slq_and_flq() -> None:
    assert WHERE is not None
    nation, prefectures, cities = regional_scores.load(WHERE)
    assert (len(prefectures), len(cities)) == (42, 6)
    scores = score_methods(nation, prefectures, methods=("slq", "flq", "national", "learned")).frame
    table = scores.set_index(["known", "method"])
    for known in ("output", "value_added"):
        for error in ("wape", "stpe", "multiplier_error"):
            for rival in ("slq", "flq"):
                for ours in ("national", "learned"):
                    assert table.loc[(known, ours), error] < table.loc[(known, rival), error], (known, error)


def test_the_page_is_current() -> None:
    assert WHERE is not None
    assert regional_scores.page(WHERE) == regional_scores.PAGE.read_text(encoding="utf-8"), (
        "run python docs/_ext/regional_scores.py"
    )
