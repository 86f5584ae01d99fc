"""Attainment, progress due and lights, reckoned by hand, and what must hold for any figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland.monitor.attainment import attainment, light, min_max, pace, weighted
from hinterland.monitor.periods import count_of, end_of, per_year, read_period
from hinterland.study import StudyError

NAN = math.nan
POSITIVE = st.integers(1, 10**6).map(lambda n: n / 100)


def test_attainment_by_direction() -> None:
    assert attainment(80, 100, "more", NAN, NAN) == 0.8
    assert attainment(125, 100, "less", NAN, NAN) == 0.8
    assert attainment(80, 100, "less", NAN, NAN) == 1.25
    assert attainment(5, NAN, "band", 4, 6) == 1
    assert attainment(3, NAN, "band", 4, 6) == 0.75
    assert attainment(8, NAN, "band", 4, 6) == 0.75
    assert attainment(8, NAN, "band", 4, NAN) == 1
    # nothing of what shall be more is a figure and no gap; none of what shall be less is all that is wanted
    assert attainment(0, 100, "more", NAN, NAN) == attainment(-5, 100, "more", NAN, NAN) == 0
    assert attainment(0, 100, "less", NAN, NAN) == 1
    assert attainment(3, 0, "less", NAN, NAN) == 0
    assert pace(0, 0, 100, 2024, 2020, 2030, "less").pace == 1
    for unknown in (
        attainment(NAN, 100, "more", NAN, NAN),
        attainment(5, NAN, "more", NAN, NAN),
        attainment(5, -1, "more", NAN, NAN),
        attainment(-5, 100, "less", NAN, NAN),
        attainment(NAN, NAN, "band", 4, 6),
    ):
        assert math.isnan(unknown)


def test_pace_on_the_line_ahead_and_behind() -> None:
    # from 100 in 2020 to 200 in 2030: 140 is due at the end of 2024
    due = pace(130, 100, 200, 2024, 2020, 2030)
    assert (due.due, due.pace) == (140, 0.75)
    assert pace(60, 100, 50, 2024, 2020, 2030, "less").pace == pytest.approx(40 / 20)
    # a cap that may be used up along the line: 40 of 100 by then; 50 is too much, 20 is well within
    assert pace(50, 0, 100, 2024, 2020, 2030, "less").pace == pytest.approx(0.8)
    assert pace(20, 0, 100, 2024, 2020, 2030, "less").pace == pytest.approx(2)
    # room to be left: from all of it to half of it
    assert pace(0.6, 1, 0.5, 2024, 2020, 2030, "more").pace == pytest.approx(0.6 / 0.8)
    # after its time all of the target is due
    assert pace(150, 100, 200, 2035, 2020, 2030).pace == 0.5


@pytest.mark.parametrize(
    ("value", "base", "target", "time"),
    [(1, NAN, 2, 2024), (1, 1, NAN, 2024), (1, 1, 2, 2020), (1, 5, 5, 2024), (NAN, 1, 2, 2024)],
)
def test_no_pace_where_nothing_can_be_due(value: float, base: float, target: float, time: float) -> None:
    assert math.isnan(pace(value, base, target, time, 2020, 2030).pace)


@given(POSITIVE, POSITIVE, st.integers(2021, 2030))
def test_whoever_keeps_to_the_line_is_on_it(base: float, target: float, year: int) -> None:
    for direction in ("more", "less"):
        on_line = base + (target - base) * (year - 2020) / 10
        found = pace(on_line, base, target, year, 2020, 2030, direction)  # type: ignore[arg-type]
        if math.isfinite(found.pace):
            assert found.pace == pytest.approx(1)
            better = on_line * (1.1 if direction == "more" else 0.9)
            assert pace(better, base, target, year, 2020, 2030, direction).pace > 1  # type: ignore[arg-type]


def test_lights() -> None:
    assert [light(x, 0.95, 0.8) for x in (1.2, 0.95, 0.94, 0.8, 0.79, -1, NAN)] == [
        *("green", "green", "amber", "amber", "red", "red"),
        "unknown",
    ]


def test_what_is_unknown_is_left_out_and_told() -> None:
    mean, known = weighted(np.array([1.0, NAN, 0.5]), np.array([2.0, 1.0, 1.0]))
    assert mean == pytest.approx(2.5 / 3)
    assert known == 0.75
    mean, known = weighted(np.array([NAN]), np.array([1.0]))
    assert math.isnan(mean) and known == 0


def test_the_scale_from_worst_to_best() -> None:
    np.testing.assert_allclose(min_max(np.array([2.0, 4.0, 3.0]), "more"), [0, 1, 0.5])
    np.testing.assert_allclose(min_max(np.array([2.0, 4.0, NAN]), "less"), [1, 0, NAN])
    assert np.isnan(min_max(np.array([2.0, 2.0]), "more")).all()
    assert np.isnan(min_max(np.array([2.0, NAN]), "more")).all()


def test_periods_as_people_write_them() -> None:
    for written, kept, parts, end in (
        (2026, "2026", 1, 2027.0),
        ("2026.0", "2026", 1, 2027.0),
        ("2026年", "2026", 1, 2027.0),
        ("2026 q3", "2026Q3", 4, 2026.75),
        ("2026年第3季度", "2026Q3", 4, 2026.75),
        ("2026-7", "2026-07", 12, 2026 + 7 / 12),
        ("2026年12月", "2026-12", 12, 2027.0),
    ):
        assert read_period(written) == kept
        assert per_year(kept) == parts
        assert end_of(kept) == pytest.approx(end)
    assert count_of("2027Q1") - count_of("2026Q4") == 1
    assert count_of("2027-01") - count_of("2026-12") == 1
    for wrong in ("", "26", "2026Q5", "2026-13", "soon", None):
        with pytest.raises(StudyError, match="no period"):
            read_period(wrong)
