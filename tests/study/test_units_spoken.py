"""How figures with a unit are said in an English sentence."""

from __future__ import annotations

import math

import pytest

from hinterland.study.units import spoken


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (18175.7, "100 million CNY", (1817.57, "billion CNY")),
        (923.7, "10 000 persons", (9.237, "million persons")),
        (-8727.0, "100 million CNY", (-872.7, "billion CNY")),
        (2.5, "100 million CNY", (250.0, "million CNY")),
        (0.5, "10 000 persons", (5000.0, "persons")),
        (489.0, "100 million kWh", (48.9, "billion kWh")),
        (2e6, "100 million CNY", (200.0, "trillion CNY")),
        (99.3, "Mt CO2", (99.3, "Mt CO2")),
        (12.0, "100 million florins", (12.0, "100 million florins")),
        (12.0, "million florins", (12.0, "million florins")),
        (3.0, "", (3.0, "")),
    ],
)
def test_a_listed_unit_with_a_scale_is_said_in_millions_and_billions(
    value: float, unit: str, said: tuple[float, str]
) -> None:
    number, name = spoken(value, unit)
    assert (number, name) == (pytest.approx(said[0]), said[1])


def test_the_unknown_stays_unknown() -> None:
    assert math.isnan(spoken(math.nan, "100 million CNY")[0])
