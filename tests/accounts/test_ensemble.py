"""Ensembles: the same seed gives the same tables; each balances; intervals hold what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from invented import random_study

from hinterland.accounts import (
    IOTable,
    complete,
    draw_tables,
    estimate_ensemble,
    national_output,
    regional_ensemble,
)
from hinterland.accounts.ensemble import drawn
from hinterland.study import Study, StudyError


@pytest.mark.parametrize("seed", [1, 2])
def test_every_table_balances_and_sums_to_the_nation(small_study: Study, seed: int) -> None:
    study = random_study(small_study, seed)
    whole = national_output(complete(study)).reindex(industry=list(study.industries)).to_numpy()
    for values, table in draw_tables(study, 4, seed):
        assert values["accounts.home_bias"] > 0
        np.testing.assert_allclose(table.Z.sum(1) + table.Y.sum(1), table.x, atol=1e-7 * table.x.max())
        np.testing.assert_allclose(table.x.reshape(len(table.regions), -1).sum(0), whole, rtol=1e-9)
        inputs = study["io_domestic"].sel(row=list(study.industries), industry=list(study.industries))
        r, n = len(table.regions), len(table.industries)
        np.testing.assert_allclose(
            table.Z.reshape(r, n, r, n).sum((0, 2)),
            inputs.transpose("row", "industry").to_numpy(),
            atol=1e-7 * table.x.max(),
        )


def test_the_same_seed_gives_the_same_intervals_and_more_draws_begin_alike(small_study: Study) -> None:
    study = random_study(small_study, 3)
    seen: list[IOTable] = []
    one = estimate_ensemble(study, draws=5, seed=4, each=lambda k, table: seen.append(table))
    two = estimate_ensemble(study, draws=5, seed=4)
    assert one.multipliers.frame.equals(two.multipliers.frame)
    assert one.trade.frame.equals(two.trade.frame)
    assert len(seen) == 5
    longer = estimate_ensemble(study, draws=7, seed=4).parameters.frame
    assert longer.head(len(one.parameters.frame)).equals(one.parameters.frame)
    made = one.multipliers.frame.dropna()
    assert np.all(made["low"] <= made["high"]) and np.any(made["low"] < made["high"])
    assert np.all(made["local_multiplier"] <= made["output_multiplier"] * (1 + 1e-9))
    kept = np.stack([t.trade.sum(0).ravel() for t in seen])
    np.testing.assert_allclose(one.trade.frame["mean"], kept.mean(0))


def test_two_draws_at_least(small_study: Study) -> None:
    with pytest.raises(StudyError, match="no interval"):
        estimate_ensemble(small_study, draws=1)


def test_draws_have_the_stated_points() -> None:
    assert drawn(2.0, 1.0, 5.0, 0.5) == pytest.approx(2.0)
    assert drawn(2.0, 1.0, 5.0, 0.05) == pytest.approx(1.0)
    assert drawn(2.0, 1.0, 5.0, 0.95) == pytest.approx(5.0)


def test_a_single_region_s_ensemble() -> None:
    nation = IOTable.from_arrays(
        [[20.0, 30.0], [10.0, 40.0]], [[150.0], [100.0]], regions=("nation",), categories=["use"]
    )
    found, flows = regional_ensemble(nation, [30.0, 20.0], draws=50, seed=1)
    frame = found.frame
    assert np.all(frame["low"] <= frame["mean"]) and np.all(frame["mean"] <= frame["high"])
    assert np.all(frame["output_multiplier"] >= 1)
    assert flows.shape == (2, 2) and np.all(flows >= 0)
    again, _ = regional_ensemble(nation, [30.0, 20.0], draws=50, seed=1)
    assert again.frame.equals(frame)
