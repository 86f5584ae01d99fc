"""The parts of the landed cost: freight out and in, markets kept or new, prices by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import complete
from hinterland.accounts.cost import (
    cost_parts,
    energy_price,
    freight_difference,
    labour_cost,
    ways_of_inputs,
    ways_to_markets,
    ways_to_new_markets,
)
from hinterland.study import Study

SOME = settings(deadline=None, max_examples=25)


def with_rates(study: Study, *rows: tuple[object, ...]) -> Study:
    names = ["item", "region", "industry", "value", "low", "high", "source"]
    return replace(study, frames={**study.frames, "cost_rates": pd.DataFrame(list(rows), columns=names)})


@SOME
@given(st.integers(0, 10**6))
def test_staying_costs_nothing_and_the_parts_make_the_whole(seed: int) -> None:
    random = np.random.default_rng(seed)
    r, n = 5, 3
    output, demand = random.random((r, n)), random.random(r)
    inputs, exported, goods = random.random((n, n)) / n, random.random(n), np.array([1.0, 0.3, 0.0])
    places = random.random((r, 2)) * 1000
    km = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(r) * 40
    out = ways_to_markets(demand, exported, goods, km, 0.9)
    new = ways_to_new_markets(demand, exported, goods, km, 0.9)
    into = ways_of_inputs(output, inputs, goods, km, 0.9)
    whole = freight_difference(output, demand, inputs, exported, goods, km, 0.9)
    assert out + into == pytest.approx(whole)
    here = np.arange(r)
    for ways in (out, new, into):
        assert ways[:, here, here] == pytest.approx(np.zeros((n, r)), abs=1e-12)
    assert (out[2] == 0).all() and (new[2] == 0).all(), "services carry no freight"
    assert into == pytest.approx(-into.transpose(0, 2, 1)), "there and back"
    abroad = goods[:, None, None] * exported[:, None, None] * (km - np.eye(r) * 40).T[None] / 1000
    assert new - abroad == pytest.approx(-(new - abroad).transpose(0, 2, 1))


def test_a_uniform_factor_of_one_changes_nothing(southwest: Study) -> None:
    whole = complete(southwest)
    plain = replace(whole, frames={k: v for k, v in whole.frames.items() if k != "cost_rates"})
    once = with_rates(whole, ("freight_factor", "", "", 1.0, "", "", ""))
    for name in ("freight_out", "freight_in"):
        a, b = cost_parts(plain).parts[name], cost_parts(once).parts[name]
        np.testing.assert_allclose(a, b)
    assert "4.0% of value per 1000 km (assumption)" in cost_parts(plain).methods["freight_out"].en
    assert "other rates by industry" in cost_parts(whole).methods["freight_out"].en


def test_prices_of_energy_by_place(full_study: Study) -> None:
    whole = complete(full_study)
    study = with_rates(
        whole, ("energy_price", "", "", 0.1, "", "", ""), ("energy_price", "hills", "", 0.05, "", "", "")
    )
    found = energy_price(study)
    assert found is not None and "0.05-0.1" in found[1].en
    level = whole["energy_base"] / whole["output"]
    part = cost_parts(study).parts["energy"].sel(industry="machines", origin="coast", host="hills")
    expected = 0.05 * level.sel(region="hills", industry="machines") - 0.1 * level.sel(
        region="coast", industry="machines"
    )
    assert float(part) == pytest.approx(float(expected))
    # a price for some places only is no price for all
    partly = with_rates(whole, ("energy_price", "hills", "", 0.05, "", "", ""))
    assert energy_price(partly) is None and "energy" not in cost_parts(partly).parts


def test_a_complete_labour_cost_of_the_users_is_taken(full_study: Study) -> None:
    whole = complete(full_study)
    given_ = with_rates(
        whole, ("labour_cost", "", "", 0.3, "", "", ""), ("labour_cost", "plain", "", 0.2, "", "", "")
    )
    found = labour_cost(given_)
    assert found is not None and found[1].en == "labour cost: as given"
    part = cost_parts(given_).parts["labour"].sel(origin="coast")
    assert part.sel(host="plain").to_numpy() == pytest.approx(-0.1)
    assert part.sel(host="hills").to_numpy() == pytest.approx(0.0)
