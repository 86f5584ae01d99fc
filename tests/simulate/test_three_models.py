"""One scenario, three models, one baseline."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hinterland.simulate import (
    MODELS,
    Outcome,
    Scenario,
    baseline,
    compare_models,
    distance_from_baseline,
    read_outcome,
    read_scenario,
    run_model,
)
from hinterland.study import Study


@pytest.fixture(scope="module")
def outcomes(southwest: Study) -> dict[str, Outcome]:
    scenario = read_scenario("electronics-inland", southwest)
    return {model: run_model(model, southwest, scenario) for model in MODELS}


@pytest.mark.parametrize("model", MODELS)
def test_no_change_is_the_studys_accounts(southwest: Study, model: str) -> None:
    outcome = run_model(model, southwest, Scenario("nothing"))
    xr.testing.assert_identical(outcome.baseline, baseline(southwest).accounts)
    assert distance_from_baseline(outcome) <= 1e-10


def test_all_start_from_the_same_accounts(southwest: Study, outcomes: dict[str, Outcome]) -> None:
    base = baseline(southwest)
    for outcome in outcomes.values():
        xr.testing.assert_identical(outcome.baseline, base.accounts)
        assert outcome.fingerprint == base.fingerprint
        assert {"output", "value_added", "employment", "co2"} <= set(outcome.result.data_vars)
        for name in base.accounts:
            assert {"region", "industry"} <= set(outcome.result[name].dims)
            assert outcome.result[name].attrs["unit"] == base.accounts[name].attrs["unit"]


def test_they_agree_on_who_gains_and_loses_and_differ_in_size(
    southwest: Study, outcomes: dict[str, Outcome]
) -> None:
    table = compare_models(list(outcomes.values()), study=southwest)
    frame = table.frame.set_index("region")
    for model in MODELS:
        column = frame[f"change_{model}"]
        assert column.idxmin() == "CN-GD" and column["CN-SC"] > 0 and column["CN-CQ"] > 0
        assert column["CN-SC"] > column["CN-CQ"]
    # wages and prices that move, and days that are counted, leave less than the impact at full strength
    assert frame.loc["CN-GD", "change_impact"] < frame.loc["CN-GD", "change_equilibrium"] < -1000
    assert all(word in table.method.en for word in ("Impact", "Equilibrium", "Disruption"))


def test_an_earthquake_is_compared_in_its_year(southwest: Study) -> None:
    scenario = read_scenario("sichuan-earthquake", southwest)
    found = [run_model(model, southwest, scenario) for model in ("equilibrium", "disruption")]
    frame = compare_models(found).frame.set_index("region")
    for model in ("equilibrium", "disruption"):
        assert frame.loc["CN-SC", f"change_{model}"] < 0
    later = compare_models(found, year=2027).frame.set_index("region")
    assert abs(later.loc["CN-SC", "change_equilibrium"]) < 1e-6


@pytest.mark.parametrize("model", MODELS)
def test_every_outcome_comes_back_from_disk(
    outcomes: dict[str, Outcome], model: str, tmp_path: object
) -> None:
    from pathlib import Path

    outcome = outcomes[model]
    again = read_outcome(outcome.write(Path(str(tmp_path)) / "o.nc"))
    for name in outcome.result.data_vars:
        np.testing.assert_array_equal(again.result[name].to_numpy(), outcome.result[name].to_numpy())
    assert again.clock == outcome.clock and again.scenario == outcome.scenario
    assert [t.name for t in again.tables] == [t.name for t in outcome.tables]
    assert again.by_region().frame.equals(outcome.by_region().frame)
