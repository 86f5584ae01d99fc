"""Division of labour: identities of the indices, and the price of the limit against programmes by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from planning import array, linear_programme, random_data, two_by_two, without_minimum
from scipy.optimize import linprog

from hinterland import plan
from hinterland.accounts import complete
from hinterland.plan.division import (
    NO_LIMIT,
    division_tables,
    enforce,
    location_quotients,
    set_apart,
    specialised,
    structures,
)
from hinterland.plan.optimise import best
from hinterland.plan.solver import load
from hinterland.study import Study


def of(study: Study, data: plan.PlanData, objective: str = "value_added") -> plan.Plan:
    return best(study, data, load(data), objective)


def by_hand(data: plan.PlanData, objective: str, tolerance: float) -> float:
    cost, rows, bounds, _ = linear_programme(replace(data, similarity_tolerance=tolerance), objective)
    found = linprog(cost, rows, bounds, method="highs")
    assert found.status == 0
    return float(found.fun if objective == "co2" else -found.fun)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_indices_are_what_they_are_made_of(seed: int) -> None:
    rng = np.random.default_rng(seed)
    output = array(rng.uniform(0.01, 1, (3, 4)), host=list("xyz"), industry=list("abcd"))
    apart = set_apart(output)
    np.testing.assert_allclose(apart.sum("industry"), 0.0, atol=1e-12)
    weights = output.sum("industry") / output.sum()
    np.testing.assert_allclose((apart * weights).sum("host"), 0.0, atol=1e-12)
    # against all together a host is as far off as against the others, less its own part in all
    np.testing.assert_allclose(abs(apart).sum("industry"), specialised(output) * (1 - weights))
    quotients = location_quotients(output)
    np.testing.assert_allclose((quotients * weights).sum("host"), 1.0)
    two = output.isel(host=slice(2))
    alike = plan.finger_kreinin(two.isel(host=0), two.isel(host=1))
    np.testing.assert_allclose(specialised(two), 2 * (1 - alike))


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_all_alike_moves_as_much_but_sets_nobody_apart(tiny_study: Study, seed: int) -> None:
    data = random_data(seed)
    made = of(tiny_study, data)
    found = structures(made)
    for name in ("after", "alike"):
        taken = (found[name] - found["before"]).sum("industry")
        np.testing.assert_allclose(taken, made.transfer.sum(["industry", "origin", "phase"]), atol=1e-8)
    total = (found["after"] - found["before"]).sum("host")
    np.testing.assert_allclose((found["alike"] - found["before"]).sum("host"), total, atol=1e-8)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000))
@example(400)  # a host that makes nothing yet
def test_every_case_is_the_optimum_by_another_path(tiny_study: Study, seed: int) -> None:
    data = random_data(seed, (3, 2, 3, 1))
    cases = enforce(of(tiny_study, data), (0.0, 0.02))
    assert [c.tolerance for c in cases] == sorted(
        {NO_LIMIT, data.similarity_tolerance, 0.02, 0.0}, reverse=True
    )
    for case in cases:
        wanted = by_hand(data, "value_added", case.tolerance)
        assert case.value == pytest.approx(wanted, rel=1e-7)
        assert case.largest_rise <= case.tolerance + 1e-9
    values = [c.value for c in cases]
    # no gain from a stricter limit
    assert all(a >= b - 1e-7 * abs(a) for a, b in pairwise(values))


def test_the_price_is_the_slope(tiny_study: Study) -> None:
    """By the envelope theorem; checked by the optimum a little further on, off the corners of the curve."""
    data = without_minimum(replace(two_by_two(), similarity_tolerance=0.02))
    step = 1e-5
    for case in enforce(of(tiny_study, data), (0.004, 0.03)):
        if case.tolerance == NO_LIMIT:
            assert case.price == 0.0
            continue
        ahead, back = (by_hand(data, "value_added", case.tolerance + k * step) for k in (1, -1))
        assert case.price == pytest.approx((ahead - back) / (2 * step), rel=1e-3, abs=1e-6)
    assert enforce(of(tiny_study, data), (0.004,))[-1].price > 0


def test_the_tables(tiny_study: Study) -> None:
    made = plan.optimise(complete(tiny_study))
    krugman, apart, cost = division_tables(made)
    assert list(krugman.frame["host"]) == ["south", "west"]
    first = krugman.frame.set_index("host").loc["south"]
    before = plan.finger_kreinin(made.data.output.sel(host="south"), made.data.output.sel(host="west"))
    assert first["krugman_before"] == pytest.approx(2 * (1 - before))
    assert (apart.frame["apart"] > 0).all()
    rows = cost.frame.set_index("similarity_limit")
    assert rows.loc["none", "cost"] == 0.0 and rows["cost"].is_monotonic_increasing
    own = rows[rows["in_plan"]]
    # the balanced plan is as good as its limits and its carbon allow, but for the weights of the frontier
    assert own["value"].iloc[0] == pytest.approx(made.values["value_added"], rel=1e-4)
    assert "National CO2" in cost.method.en and "二氧化碳" in cost.method.zh


def test_one_host_has_nobody_to_be_like(tiny_study: Study) -> None:
    data = random_data(1, (3, 2, 1, 2))
    assert division_tables(of(tiny_study, data)) == ()
    assert isinstance(specialised(data.output), xr.DataArray)
