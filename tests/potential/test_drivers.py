"""The panel of drivers, its samples and weights: what they rest on, and what they refuse."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from hinterland import accounts, measure, potential
from hinterland.potential.drivers import Sample, driver_panel, estimate, sample, samples, shares
from hinterland.study import Result, Study, StudyError


@pytest.fixture(scope="module")
def whole(southwest: Study) -> Study:
    return accounts.complete(southwest)


@pytest.fixture(scope="module")
def results(whole: Study) -> dict[str, Result]:
    return {result.name: result for result in potential.driver_weights(whole)}


def with_indicators(study: Study, **rules: str) -> Study:
    return replace(study, config={**study.config, "parameters": {"potential": {"driver_indicators": rules}}})


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_gains_are_what_losses_lose_where_all_are_counted(seed: int) -> None:
    random = np.random.default_rng(seed)
    before, after = random.random((5, 3)), random.random((5, 3)) * 3
    change = after - before * after.sum(0) / before.sum(0)
    assert change.sum(0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert potential.gains(before, after) == pytest.approx(np.maximum(change, 0))
    assert potential.gains(before, before * [1.0, 2.0, 5.0]) == pytest.approx(np.zeros((5, 3)), abs=1e-12)


def test_gains_are_those_that_measure_finds(southwest: Study, whole: Study) -> None:
    found = measure.share_change(southwest, 2012, 2017).frame.set_index(["region", "industry"])
    panel = driver_panel(whole).table
    ours = panel[panel["start"] == 2012].set_index(["region", "industry"])["gain"]
    theirs = found["share_change_money"].clip(lower=0).loc[ours.index]
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-9)


def test_a_driver_is_used_only_where_it_is_known_at_the_start(whole: Study) -> None:
    panel = driver_panel(whole)
    starts = sorted(panel.table["start"].unique())
    assert list(starts) == [1997, 2002, 2007, 2012]
    always, last = panel.known(starts), panel.known([2012])
    assert "wage" in always and "capital" in always and "research" not in always
    assert "research" in last and "transport" not in last, "expressways are known from 2015 only"
    assert panel.left_out["transport"] == "1997, 2002, 2007, 2012"
    wage = whole["indicators"].sel(indicator="average_wage", year=2007, region="CN-SC")
    row = panel.table.query("start == 2007 and region == 'CN-SC' and industry == 'textiles'").iloc[0]
    assert row["wage"] == pytest.approx(np.log(float(wage)))
    assert row["origin_distance"] > np.log(800), "Sichuan is far from the coast"


def test_drivers_have_one_standard_deviation_within_industry_and_period(whole: Study) -> None:
    for data in samples(whole, driver_panel(whole)):
        assert data.X.std(0) == pytest.approx(1.0)
        mean = pd.DataFrame(data.X).groupby(data.groups).mean().to_numpy()
        assert mean == pytest.approx(np.zeros(mean.shape), abs=1e-12)
        assert data.outcome in ("gain", "growth")


def test_weights_and_shares_of_the_study(results: dict[str, Result]) -> None:
    frame, fit = results["driver_weights"].frame, results["driver_fit"].frame
    assert (frame["coefficient_low"] < frame["coefficient"]).all()
    assert (frame["coefficient"] < frame["coefficient_high"]).all()
    total = frame.groupby(["sample", "outcome"])["explained_share"].sum()
    assert total.to_numpy() == pytest.approx(np.ones(4))
    assert fit["explained"].between(0, 1).all() and (fit["clusters"] == 31).all()
    weights = frame.set_index(["sample", "outcome", "driver"])
    for outcome in ("gain", "growth"):
        near = weights.loc[("all_periods", outcome, "origin_distance")]
        assert near["coefficient_high"] < 0, "regions far from the origins gained less, whatever the measure"
    note = results["driver_weights"].note
    assert "Association, not cause" in note.en and "非因果" in note.zh
    assert "Expressways" in note.en and "人均高速公路" in note.zh


def test_the_errors_are_those_of_clusters(whole: Study) -> None:
    """The sandwich written out: pyfixest's interval is the fit's own bread with the clusters' scores."""
    data = sample(driver_panel(whole), "all", "gain", [1997, 2002, 2007, 2012], ["size", "origin_distance"])
    found = estimate(data, 0.95)
    fit = potential.ppml(data.y, data.X, data.groups)
    assert found["coefficient"].to_numpy() == pytest.approx(fit.coefficients, abs=1e-8)
    weight = pd.Series(fit.fitted)
    mean = np.column_stack(
        [(weight * x).groupby(data.groups).sum() / weight.groupby(data.groups).sum() for x in data.X.T]
    )
    within = data.X - mean[data.groups]
    bread = np.linalg.inv(within.T @ (fit.fitted[:, None] * within))
    scores = pd.DataFrame(within * (data.y - fit.fitted)[:, None]).groupby(data.clusters).sum().to_numpy()
    error = np.sqrt(np.diag(bread @ scores.T @ scores @ bread))
    half = (found["coefficient_high"] - found["coefficient"]).to_numpy() / student.ppf(0.975, 30)
    # the small-sample factor differs between programs; between G/(G-1) and a few per cent more
    assert half / error == pytest.approx(np.full(2, np.sqrt(31 / 30)), rel=0.03)


def test_shares_are_exact_for_drivers_that_have_nothing_in_common() -> None:
    """With orthogonal drivers that say little each, shares are near those of the drivers alone."""
    random = np.random.default_rng(0)
    X = random.normal(size=(4000, 2))
    y = random.poisson(np.exp(1 + X @ [0.2, 0.1])).astype(float)
    data = Sample(
        "s", "gain", ("a", "b"), y, X, np.ones(2), np.zeros(4000, int), np.arange(4000), None, "", ()
    )
    share, explained = shares(data)
    alone = []
    for k in range(2):
        fits = [potential.ppml(y, X[:, c], data.groups).deviance for c in ([], [k])]
        alone.append(1 - fits[1] / fits[0])
    assert share.sum() == pytest.approx(explained)
    assert share == pytest.approx(alone, rel=0.15), "the two are correlated by chance"
    assert share[0] / share[1] == pytest.approx(4.0, rel=0.35), "twice the effect, four times the deviance"


def test_the_same_results_every_time(whole: Study, results: dict[str, Result]) -> None:
    for again in potential.driver_weights(whole):
        pd.testing.assert_frame_equal(again.frame, results[again.name].frame, check_exact=True)


def test_an_indicator_that_is_not_there_is_named(whole: Study) -> None:
    with pytest.raises(StudyError, match="'elephants'"):
        potential.driver_weights(with_indicators(whole, zoo="elephants/population"))


def test_too_many_drivers_are_refused(whole: Study) -> None:
    many = {f"d{k}": "average_wage" for k in range(9)}
    with pytest.raises(StudyError, match="too many for exact Shapley"):
        potential.driver_weights(with_indicators(whole, **many))


def test_drivers_made_of_others_are_refused(whole: Study) -> None:
    with pytest.raises(StudyError, match="made of one another"):
        potential.driver_weights(with_indicators(whole, one="average_wage", two="average_wage"))


def test_one_year_of_output_is_not_enough(full_study: Study) -> None:
    gross = full_study["gross_output"].sel(year=[2020])
    one = full_study.with_arrays({"gross_output": (gross, full_study.provenance["gross_output"])})
    with pytest.raises(StudyError, match="two years or more"):
        potential.driver_weights(one)


def test_without_pyfixest_it_says_how_to_install_it(whole: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    with pytest.raises(StudyError, match=r"hinterland\[econometrics\]"):
        potential.driver_weights(whole)


def test_no_columns_without_words(whole: Study, results: dict[str, Result]) -> None:
    def named(result: Result) -> list[Any]:
        return [c.name for c in result.columns if c.label.en == c.name or not c.label.zh]

    everything: list[Result] = [
        *results.values(),
        *potential.location(whole),
        *potential.landed_cost(whole),
        *potential.labour_costs(whole),
        *potential.market_access(whole),
    ]
    assert [(r.name, named(r)) for r in everything if named(r)] == []
    for result in everything:
        assert all(c.sources and c.year for c in result.figures), result.name
        assert result.method.en and result.method.zh and len(result.frame)
    for driver in results["driver_weights"].frame["driver"].unique():
        assert whole.text("driver", driver).en != driver
