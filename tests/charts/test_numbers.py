"""How figures are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hinterland.charts import numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (12345.6, "12,346"),
        (-1234.5, "\N{MINUS SIGN}1,234"),
        (123.45, "123.5"),
        (1.234, "1.23"),
        (0.1234, "0.123"),
        (0.00001234, "1.2e-05"),
        (math.nan, "–"),
        (None, "–"),
        (math.inf, "–"),
    ],
)
def test_figure(value: float | None, shown: str) -> None:
    assert numbers.figure(value) == shown


def test_a_small_figure_is_not_taken_for_zero() -> None:
    assert numbers.figure(0.0042, 1) == "0.0042"


def test_percent() -> None:
    assert numbers.percent(0.1234) == "12.3%"
    assert numbers.percent(-0.5, 0) == "\N{MINUS SIGN}50%"
    assert numbers.percent(math.nan) == "–"


def test_signed() -> None:
    assert numbers.signed("5") == "+5"
    assert numbers.signed(numbers.figure(-5)) == "\N{MINUS SIGN}5"
    assert numbers.signed("–") == "–"


def test_decimals_follow_the_largest_figure() -> None:
    assert numbers.decimals([1.5, 2345.6, math.nan]) == 0
    assert numbers.decimals([1.0, 2.0]) == 0
    assert numbers.decimals([0.05, 0.5]) == 3
    assert numbers.decimals([math.nan]) == 0


@example(6.1e-05)
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_figure_reads_back_near_itself(value: float) -> None:
    shown = numbers.figure(value)
    read = float(shown.replace(",", "").replace(numbers.MINUS, "-"))
    assert read == pytest.approx(value, rel=0.06, abs=0)


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_a_nice_bound_is_at_or_above_and_not_far(value: float) -> None:
    bound = numbers.nice_bound(value)
    assert value <= bound * (1 + 1e-9)
    assert bound <= 1.6 * value
