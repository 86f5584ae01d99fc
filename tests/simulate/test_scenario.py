from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hinterland as hl
from hinterland.accounts import IOTable, estimate_mrio
from hinterland.simulate import (
    Baseline,
    Relocate,
    Scenario,
    ScenarioError,
    baseline,
    checked,
    read_scenario,
    refuse_unsupported,
    scenario_files,
)
from hinterland.simulate.changes import CHANGES, NUMBERS, ONE_OF, Change, own_fields
from hinterland.simulate.scenario import scenario_from
from hinterland.simulate.scenario_file import dump_scenario, parse_scenario
from hinterland.study import Study, StudyError, Text

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
FIGURES = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def base(small_study: Study) -> Baseline:
    return baseline(small_study)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Any change at all, sensible or not: a file holds what it is given."""
    made = CHANGES[draw(st.sampled_from(sorted(CHANGES)))]
    values: dict[str, Any] = {}
    for item in own_fields(made):
        role = item.metadata["role"]
        if role == "schedule":
            values[item.name] = draw(st.dictionaries(st.integers(1900, 2100), FIGURES, max_size=3))
        elif role in NUMBERS:
            values[item.name] = draw(FIGURES)
        elif role == "year":
            values[item.name] = draw(st.none() | st.integers(1900, 2100))
        else:
            values[item.name] = draw(WORDS)
    return made(**values)


@settings(deadline=None, max_examples=60)
@given(name=WORDS, content=st.lists(changes(), max_size=4), title=WORDS, zh=WORDS)
def test_a_file_gives_back_what_was_written(name: str, content: list[Change], title: str, zh: str) -> None:
    scenario = Scenario(name, tuple(content), Text(title, zh))
    text = dump_scenario(scenario)
    again = parse_scenario(text, "s.yaml")
    assert again == scenario
    assert dump_scenario(again) == text
    assert scenario_from(again.as_dict()) == scenario
    assert again.digest == scenario.digest


def test_builders_make_another_scenario_each() -> None:
    start = Scenario("inland")
    moved = start.relocate("electronics", "CN-GD", "CN-SC", output=800, year=2026)
    assert start.changes == ()
    assert moved.changes == (Relocate("electronics", "CN-GD", "CN-SC", 800.0, year=2026),)
    assert moved == Scenario("inland").relocate("electronics", "CN-GD", "CN-SC", output=800.0, year=2026)
    both = moved + Scenario("shock").disaster("CN-SC", loss=0.3, duration=30)
    assert [c.kind for c in both.changes] == ["relocate", "disaster"]
    assert both.name == "inland + shock"
    assert hl.Scenario is Scenario


def test_every_kind_has_a_builder() -> None:
    assert set(CHANGES) == {
        name for name in vars(Scenario) if name in CHANGES and callable(getattr(Scenario, name))
    }
    assert set(ONE_OF) <= set(CHANGES)


@given(year=st.integers(2020, 2030), length=st.integers(0, 8))
def test_a_ramp_rises_evenly_to_the_whole(year: int, length: int) -> None:
    change = Relocate("i", "a", "b", 1.0, year=year, until=year + length)
    shares = [change.in_force(y) for y in range(year - 1, year + length + 2)]
    assert shares[0] == 0 and shares[-1] == shares[-2] == 1
    np.testing.assert_allclose(np.diff(shares[:-1]), 1 / (length + 1))
    assert change.years == tuple(range(year, year + length + 1))
    assert change.in_force(None) == 1


def test_a_schedule_and_an_end() -> None:
    change = Relocate("i", "a", "b", 1.0, schedule={2028: 1.0, 2026: 0.25})
    assert [change.in_force(y) for y in (2025, 2026, 2027, 2028)] == [0, 0.25, 0.25, 1]
    tax = Scenario("s").demand(factor=1.1, year=2022, end=2023).changes[0]
    assert [tax.in_force(y) for y in (2021, 2022, 2023, 2024)] == [0, 1, 1, 0]
    assert tax.years == (2022, 2024)


def test_a_policy_bounds_the_changes_that_name_it(full_study: Study) -> None:
    scenario = Scenario("s").productivity(1.1, industry="machines", region="hills", policy="park")
    dated = scenario.dated(full_study)
    assert (dated.changes[0].year, dated.changes[0].end) == (2022, 2030)
    assert dated.dated(full_study) == dated
    lapsed = scenario.policy_dates("park", end=2025).dated(full_study)
    assert lapsed.changes[0].end == 2025
    assert lapsed.years == (2022, 2026)


def test_disaster_recovers() -> None:
    scenario = Scenario("s").disaster("a", loss=0.5, day=10, duration=5, recovery=20)
    quake = scenario.changes[0]
    assert [quake.lost(d) for d in (9, 10, 15, 25, 35)] == [0, 1, 1, 0.5, 0]  # type: ignore[attr-defined]


def test_state_adds_moves_and_multiplies_factors(base: Baseline) -> None:
    scenario = (
        Scenario("s")
        .relocate("textiles", "coast", "hills", output=100, year=2026, until=2029)
        .relocate("textiles", "coast", "plain", share=0.1, sourcing="keep")
        .productivity(1.1)
        .productivity(1.2, region="hills", industry="textiles")
        .demand(factor=1.5, region="plain", industry="farming")
        .demand(amount=30.0, industry="machines")
        .tariff(0.1, origin="coast", industry="machines")
        .labour(factor=0.9, region="coast")
    )
    state = checked(scenario, base).state(base, 2027)
    made = base.table.labelled(base.table.x).sel(region="coast", industry="textiles").item()
    assert state.moved["host"].sum() == pytest.approx(50)
    assert state.moved["keep"].sum() == pytest.approx(0.1 * made)
    i, hills = base.table.industries.index("textiles"), base.table.regions.index("hills")
    assert state.productivity[hills, i] == pytest.approx(1.32)
    assert state.productivity.min() == pytest.approx(1.1)
    assert state.capacity_change.sum() == pytest.approx(0, abs=1e-9)
    farming, machines = (base.table.industries.index(k) for k in ("farming", "machines"))
    assert state.demand[:, machines].sum() == pytest.approx(30.0)
    bought = state.demand[:, farming].sum(0)
    columns = [k for k, (region, c) in enumerate(base.table.final) if region == "plain" and c != "exports"]
    assert bought[columns].sum() == pytest.approx(
        0.5 * base.table.Y.reshape(3, 4, -1)[:, farming][:, columns].sum()
    )
    assert np.isnan(state.tariff[machines, 0, 0]) and state.tariff[machines, 0, 1] == 0.1
    assert list(state.labour) == [0.9, 1, 1]


CLOSE = "scenario: a\nchanges:\n  - change: close\n    industry: x\n"
BAD = """\
scenario: bad
changes:
  - change: relocate
    industry: textile
    origin: coast
    host: coast
    output: -3
  - change: relocate
    industry: textiles
    origin: coast
    host: hills
    output: 5
    share: 0.5
    year: 1999
  - change: demand
    region: moon
    factor: 1.1
    year: 2030
    until: 2025
"""


def test_everything_wrong_is_said_at_once_with_its_line(small_study: Study, base: Baseline) -> None:
    report = parse_scenario(BAD, "bad.yaml").check(small_study, base)
    found = {(f.row, f.code) for f in report.errors}
    assert {
        (3, "unknown_industry"),
        (3, "to_itself"),
        (3, "outside"),
        (8, "one_of"),
        (8, "date_outside"),
    } <= found
    assert {(15, "unknown_region"), (15, "backwards")} <= found
    assert "Did you mean 'textiles'" in report.text("en")
    assert "bad.yaml, row 3" in report.text("en") and "是否指“textiles”" in report.text("zh")
    with pytest.raises(ScenarioError, match="errors"):
        checked(parse_scenario(BAD, "bad.yaml"), base)


def test_more_than_the_origin_has_is_refused_with_the_figures(small_study: Study, base: Baseline) -> None:
    made = float(base.table.labelled(base.table.x).sel(region="coast", industry="textiles"))
    twice = (
        Scenario("s")
        .relocate("textiles", "coast", "hills", share=0.6, year=2026)
        .close("textiles", "coast", output=made * 0.5, year=2028)
    )
    report = twice.check(small_study, base)
    assert [f.code for f in report.errors] == ["more_than_there_is"]
    assert (
        f"{1.1 * made:,.6g}" in report.text() and f"{made:,.6g}" in report.text() and "2028" in report.text()
    )
    assert twice.build("textiles", "coast", output=made, year=2028).check(small_study, base).ok
    late = twice.build("textiles", "coast", output=made, year=2030)
    assert not late.check(small_study, base).ok


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("scenario: a\nchanges: [", 2, "not YAML"),
        ("scenario: a\nchanges:\n  - relocate: x", 3, "does not say what it is"),
        ("scenario: a\nchanges:\n  - change: relocat", 3, "Did you mean 'relocate'"),
        (CLOSE + "    regon: y", 5, "Did you mean 'region'"),
        (CLOSE + "    region: y\n    output: much", 6, "number"),
        ("scenario: a\nchanges: 5", 2, "not a list"),
        ("changes: []", 1, "no name"),
        ("- a\n- b", 1, "key: value"),
        ("", 0, "no name"),
        ("scenario: a\nscenario: b", 2, "twice"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_say_where(text: str, line: int, says: str) -> None:
    with pytest.raises(ScenarioError, match=says) as error:
        parse_scenario(text, "s.yaml")
    assert error.value.report.errors[0].row == line


def test_codes_stay_words() -> None:
    scenario = parse_scenario(
        "scenario: on\nchanges:\n  - {change: close, industry: 12, region: NO, share: 1}"
    )
    assert scenario.name == "on"
    assert scenario.changes[0] == Scenario("x").close("12", "NO", share=1).changes[0]


def test_scenarios_of_a_study_are_found_by_name(small_folder: Path) -> None:
    written = Scenario("Inland").relocate("textiles", "coast", "hills", share=0.5)
    written.write(small_folder / "scenarios" / "inland.yaml")
    assert list(scenario_files(small_folder)) == ["inland"]
    assert read_scenario("inland", small_folder) == written
    assert read_scenario(small_folder / "scenarios" / "inland.yaml") == written
    with pytest.raises(StudyError, match="Did you mean 'inland'"):
        read_scenario("inlnd", small_folder)


def test_diff_names_what_differs() -> None:
    a = Scenario("a").relocate("i", "x", "y", output=5, year=2026).close("j", "x", share=0.1)
    b = Scenario("b").relocate("i", "x", "y", output=8, year=2026).tariff(0.1)
    frame = a.diff(b).frame
    rows = set(frame[["difference", "change", "field", "before", "after"]].itertuples(index=False, name=None))
    assert ("changed", "relocate", "output", "5", "8") in rows
    assert ("removed", "close", "share", "0.1", "") in rows
    assert ("added", "tariff", "rate", "", "0.1") in rows
    assert a.diff(a).frame.empty


def test_it_says_itself_in_both_languages(southwest: Study) -> None:
    scenario = Scenario("s").relocate("electronics", "CN-GD", "CN-SC", output=800, year=2026, until=2030)
    said = scenario.describe(southwest)
    assert "Guangdong" in said.en and "80 billion CNY" in said.en and "evenly from 2026 to 2030" in said.en
    assert "广东" in said.zh and "逐年" in said.zh


def test_what_a_model_cannot_is_refused_by_name() -> None:
    scenario = Scenario("s").tariff(0.1).relocate("i", "a", "b", output=1)
    with pytest.raises(StudyError, match="tariff with equilibrium"):
        refuse_unsupported(scenario, "impact", {"tariff": ("equilibrium",), "relocate": ("impact",)})


def test_the_baseline_is_the_studys_accounts(southwest: Study) -> None:
    found = baseline(southwest)
    table: IOTable = estimate_mrio(southwest)
    np.testing.assert_array_equal(found.accounts["output"].to_numpy().ravel(), table.x)
    np.testing.assert_array_equal(found.accounts["value_added"].to_numpy().ravel(), table.V.sum(0))
    assert found.accounts["co2"].attrs["unit"] == "Mt CO2"
    assert found.fingerprint == baseline(southwest, table).fingerprint
    other = southwest.with_parameter("accounts.home_bias", 5.0)
    assert baseline(other).fingerprint != found.fingerprint
