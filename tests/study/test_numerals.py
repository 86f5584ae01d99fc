"""Numbers, years and units as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland.study.numerals import NotANumberError, is_missing, read_number, read_year
from hinterland.study.units import factor_between, power_of_ten, read_unit

FULL_WIDTH = str.maketrans("0123456789.,+-%", "０１２３４５６７８９．，＋－％")


def value(text: object, decimal: str = ".") -> float:
    number = read_number(text, decimal)
    assert number is not None
    return number.value


@given(st.floats(-1e12, 1e12))
def test_any_number_survives_writing_and_reading(x: float) -> None:
    assert value(repr(x)) == x
    assert value(repr(x).translate(FULL_WIDTH)) == x
    assert value(f" {x!r} ") == x


@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_separators_mean_nothing(whole: int, cents: int) -> None:
    plain = f"{whole}.{cents:02d}"
    grouped = f"{whole:,}.{cents:02d}"
    assert value(grouped) == float(plain)
    assert value(grouped.translate(FULL_WIDTH)) == float(plain)
    assert value(grouped.replace(",", " ")) == float(plain)
    continental = grouped.translate({ord(","): ".", ord("."): ","})
    assert value(continental, decimal=",") == float(plain)


@pytest.mark.parametrize(
    "text",
    ["12a", "1,23", "1,2345", "a", "1.2.3", "12万", "#DIV/0!", "inf", "1_000", "--5", "(5)", "1e999", "0x1"],
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumberError):
        read_number(text)


@pytest.mark.parametrize("cell", [True, float("inf")])
def test_cells_that_are_no_figures_are_refused(cell: object) -> None:
    with pytest.raises(NotANumberError):
        read_number(cell)


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        " ",
        "-",
        "—",
        "——",
        "–",
        "…",
        "……",
        "...",
        "NA",
        "n/a",
        "N.A.",
        "NaN",
        "null",
        "－",
        math.nan,
    ],
)
def test_missing_is_missing_and_never_zero(cell: object) -> None:
    assert is_missing(cell)
    assert read_number(cell) is None


def test_signs_and_per_cent() -> None:
    assert value("−3.5") == -3.5
    assert value("－3.5") == -3.5
    assert value("+4") == 4
    number = read_number("12.5％")
    assert number is not None and number.percent and number.value == 12.5
    assert value(0) == 0 and value("0") == 0


@pytest.mark.parametrize("cell", [2017, "2017", "2017年", "２０１７年", 2017.0, "2017.0"])
def test_years(cell: object) -> None:
    assert read_year(cell) == 2017


@pytest.mark.parametrize("cell", ["17", "2017A", 2017.5, "soon", 20170, True, "1700"])
def test_what_is_not_a_year(cell: object) -> None:
    assert read_year(cell) is None


@pytest.mark.parametrize(
    ("given_unit", "wanted", "factor"),
    [
        ("万元", "亿元", 1e-4),
        ("万元", "100 million CNY", 1e-4),
        ("元", "million RMB", 1e-6),
        ("thousand EUR", "million EUR", 1e-3),
        ("EUR million", "million EUR", 1.0),
        ("bn USD", "million US$", 1e3),
        ("百万欧元", "million EUR", 1.0),
        ("人", "10 000 persons", 1e-4),
        ("万人", "10 000 persons", 1.0),
        ("thousand persons", "10k persons", 0.1),
        ("万千瓦时", "100 million kWh", 1e-4),
        ("TWh", "GWh", 1e3),
        ("万吨二氧化碳", "Mt CO2", 1e-2),
        ("kt CO2", "Mt CO₂", 1e-3),
        ("公里", "km", 1.0),
        ("thousand florins", "million florins", 1e-3),
    ],
)
def test_units_convert(given_unit: str, wanted: str, factor: float) -> None:
    assert factor_between(given_unit, wanted) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [("million EUR", "million USD"), ("万元", "万人"), ("t", "t CO2"), ("现价", "亿元"), ("tce", "kWh")],
)
def test_units_of_different_things_do_not_convert(one: str, other: str) -> None:
    assert factor_between(one, other) is None


@given(
    st.sampled_from(["万元", "亿元", "元", "million CNY", "bn yuan"]),
    st.sampled_from(["万元", "亿元", "百万元"]),
)
def test_conversion_there_and_back(one: str, other: str) -> None:
    there, back = factor_between(one, other), factor_between(other, one)
    assert there is not None and back is not None
    assert there * back == pytest.approx(1, rel=1e-12)


def test_scale_of_a_ratio() -> None:
    assert power_of_ten(1.05) is None and power_of_ten(0.63) is None
    assert power_of_ten(10_300) == 1e4
    assert power_of_ten(0.0098) == 1e-2
    assert power_of_ten(6) == 10


def test_a_letter_of_an_unknown_word_is_no_scale() -> None:
    assert read_unit("krona") == ("krona", 1.0)
