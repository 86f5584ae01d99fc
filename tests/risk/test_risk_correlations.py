"""Assumptions that go together: correlations as stated, margins as they were, and what cannot be refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from hinterland.plan.assumptions import Assumption, draws
from hinterland.risk.correlate import TABLE, correlations, reordered
from hinterland.study import Study, StudyError, Text

NAMES = ("a", "b", "c")
WANTED = tuple(Assumption(n, 0.2, 0.0, 1.0 + k, "", Text.same(n)) for k, n in enumerate(NAMES))


def stating(study: Study, *rows: tuple[str, str, float]) -> Study:
    table = pd.DataFrame(rows, columns=["parameter", "parameter_to", "correlation"])
    return replace(study, frames={**study.frames, TABLE: table})


@given(st.floats(-0.95, 0.95), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_rank_correlations_are_those_stated_and_margins_stay(wanted: float, seed: int) -> None:
    rows = draws(WANTED, 2000, seed)
    matrix = np.eye(3)
    matrix[0, 1] = matrix[1, 0] = wanted
    found = reordered(rows, matrix)
    assert np.array_equal(np.sort(found, axis=0), np.sort(rows, axis=0))
    # Pearson's r of normal scores is what is set: Spearman's is 6 / pi arcsin(r / 2), at most 0.02 less;
    # where nothing is stated the draws stay as they are (0.08: 3.6 standard errors of their own correlation)
    spearman = spearmanr(found).statistic
    off = 0.02 if wanted else 0.08
    assert spearman[0, 1] == pytest.approx(6 / np.pi * np.arcsin(wanted / 2), abs=off)
    assert abs(spearman[0, 2]) < 0.08 and abs(spearman[1, 2]) < 0.08


def test_no_statement_changes_nothing_and_what_does_not_vary_stays() -> None:
    rows = draws(WANTED, 50, 1)
    assert reordered(rows, np.eye(3)) is rows
    rows[:, 2] = 7.0
    matrix = np.array([[1, 0.5, 0.3], [0.5, 1, 0.1], [0.3, 0.1, 1]])
    assert (reordered(rows, matrix)[:, 2] == 7.0).all()


def test_what_is_wrong_is_named(small_study: Study) -> None:
    assert np.array_equal(correlations(small_study, WANTED), np.eye(3))
    found = correlations(stating(small_study, ("a", "c", -0.4)), WANTED)
    assert found[0, 2] == found[2, 0] == -0.4 and found[0, 1] == 0
    wrong = stating(small_study, ("a", "z", 0.1), ("a", "b", 0.1), ("b", "a", 0.2), ("c", "c", 0.5))
    with pytest.raises(StudyError, match=r"z.*a – b, c") as caught:
        correlations(wrong, WANTED)
    assert "未抽样" in caught.value.words.zh
    impossible = stating(small_study, ("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    with pytest.raises(StudyError, match="hold together"):
        correlations(impossible, WANTED)


def test_the_built_in_study_states_its_own(southwest: Study) -> None:
    names = ("risk.delivery", "risk.delay")
    pair = tuple(Assumption(n, 0.5, 0, 1, "", Text.same(n)) for n in names)
    assert correlations(southwest, pair)[0, 1] == southwest.frames[TABLE]["correlation"].iloc[0] < 0
