"""Who moved to whom on the built-in study and others: identities of the tables, what is said and refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import hinterland as hl
from hinterland import measure
from hinterland.study import Result, Study, StudyError

TABLES = (
    "transfer_flows",
    "transfer_pairs",
    "transfer_source_groups",
    "transfer_sources",
    "transfer_sources_by_industry",
)


@pytest.fixture(scope="module")
def study() -> Study:
    return hl.open_study("southwest")


@pytest.fixture(scope="module")
def results(study: Study) -> dict[str, Result]:
    return measure.transfers(study).results()


def test_every_table_is_an_estimate_and_says_so(study: Study, results: dict[str, Result]) -> None:
    assert tuple(results) == TABLES
    for name, result in results.items():
        assert result.name == name
        assert "stimate" in result.method.en and "估计" in result.method.zh
        assert "need not be a move" in result.note.en
        for column in result.figures:
            assert column.status == "estimated" and column.year == "1997-2017" and column.sources
        for column in result.columns:
            assert column.label.zh and column.label.en != column.name
        keys = [c.name for c in result.columns if c.status is None]
        assert not result.frame.duplicated(keys).any()


def test_flows_have_the_totals_of_the_share_change(study: Study, results: dict[str, Result]) -> None:
    """Sums over hosts are what the history table says was lost, sums over origins what was gained."""
    flows = results["transfer_flows"].frame
    history = measure.history(study).frame
    history = history[history["industry"].isin(study.transferable)]
    change = history.set_index(["phase", "industry", "region"])["share_change_money"]
    lost = flows.groupby(["phase", "industry", "origin"], observed=True)["transfer"].sum()
    gained = flows.groupby(["phase", "industry", "host"], observed=True)["transfer"].sum()
    for sums, sign in ((lost, -1.0), (gained, 1.0)):
        sums.index.names = change.index.names
        known = (change * sign).clip(lower=0.0)
        assert (sums.reindex(known.index, fill_value=0.0) - known).abs().max() < 1e-6 * known.max()


def test_intervals_lie_within_bounds_and_sums_agree(results: dict[str, Result]) -> None:
    for result in results.values():
        f = result.frame
        assert (f["bound_low"] <= f["transfer_low"] + 1e-9).all()
        assert (f["transfer_low"] <= f["transfer"] + 1e-9).all()
        assert (f["transfer"] <= f["transfer_high"] + 1e-9).all()
        assert (f["transfer_high"] <= f["bound_high"] + 1e-9).all()
    flows, pairs = results["transfer_flows"].frame, results["transfer_pairs"].frame
    keys = ["phase", "origin", "host"]
    summed = flows.groupby(keys, observed=True)["transfer"].sum()
    assert np.allclose(pairs.set_index(keys)["transfer"].sort_index(), summed.sort_index())
    groups = results["transfer_source_groups"].frame.groupby("phase", sort=False)
    assert np.allclose(groups["share"].sum(), 1.0)
    sources = results["transfer_sources"].frame.groupby("phase", sort=False)["transfer"].sum()
    assert np.allclose(groups["transfer"].sum(), sources)
    assert (pairs["origin"] != pairs["host"]).all()


def test_sums_are_known_better_than_their_parts(results: dict[str, Result]) -> None:
    """What one cell has too much another has too little: the interval of a sum is no sum of intervals."""
    flows, pairs = results["transfer_flows"].frame, results["transfer_pairs"].frame
    parts = (flows["transfer_high"] - flows["transfer_low"]).sum()
    assert (pairs["transfer_high"] - pairs["transfer_low"]).sum() < 0.8 * parts


def test_most_of_what_the_southwest_gained_after_2010_the_east_lost(results: dict[str, Result]) -> None:
    """Known in direction from the totals alone: at least a quarter could have come from nowhere else."""
    groups = results["transfer_source_groups"].frame.set_index(["phase", "group"])
    east = groups.loc[("upgrading", "east")]
    assert east["share_low"] > 0.5 and east["share_high"] < 0.85
    assert 0.25 < east["bound_low"] / groups.loc["upgrading"]["transfer"].sum() < 0.35


def test_recovery_on_the_studys_own_map(study: Study) -> None:
    frame = measure.transfer_recovery(study, repeats=1).frame.set_index(["world", "estimator"])
    mean = frame.loc[("all", "entropy")]
    assert mean["rank_correlation"] > 0.6 and mean["mass_placed"] > 0.52
    assert 0.87 < mean["coverage_cells"] < 0.97 and mean["coverage_pairs"] > 0.8
    assert mean["mass_placed"] > frame.loc[("all", "even"), "mass_placed"] + 0.2
    assert (
        frame.loc[("as_assumed", "entropy"), "mass_placed"]
        > frame.loc[("as_assumed", "proportional"), "mass_placed"]
    )
    assert frame.loc[("far", "entropy"), "mass_placed"] < frame.loc[("far", "proportional"), "mass_placed"]


def test_the_same_study_gives_the_same_bytes(study: Study) -> None:
    one, two = (measure.transfers(study, draws=20).results()["transfer_pairs"].frame for _ in range(2))
    assert one.equals(two)
    other = measure.transfers(study, draws=20, seed=1).results()["transfer_pairs"].frame
    key = ["phase", "origin", "host"]
    assert np.allclose(
        one.set_index(key)["transfer"], other.set_index(key)["transfer"].loc[one.set_index(key).index]
    )
    assert not one.equals(other)


def test_a_study_without_history_is_taken_as_a_whole(small_study: Study, full_study: Study) -> None:
    assert set(measure.transfers(small_study).results()["transfer_flows"].frame["phase"]) == {"whole"}
    assert set(measure.transfers(full_study).results()["transfer_flows"].frame["phase"]) == {
        "before",
        "since",
    }
    assert not measure.transfer_recovery(small_study).frame.empty


def test_an_industry_with_a_gap_is_left_out_and_named(study: Study) -> None:
    output = study["gross_output"].copy()
    output.loc[{"region": "CN-GX", "industry": "textiles", "year": 2017}] = np.nan
    gap = study.with_arrays({"gross_output": (output.drop_attrs(), study.provenance["gross_output"])})
    result = measure.transfers(gap, draws=10).results()["transfer_flows"]
    last = result.frame[result.frame["phase"] == "upgrading"]
    assert "textiles" not in set(last["industry"]) and "electronics" in set(last["industry"])
    assert "CN-GX textiles 2017" in result.note.en
    assert study.text("industry", "textiles").zh in result.note.zh


def test_no_place_no_estimate(small_study: Study) -> None:
    regions = small_study.frames["regions"].assign(lon=np.nan, lat=np.nan)
    nowhere = replace(small_study, frames={**small_study.frames, "regions": regions})
    for make in (measure.transfers, measure.transfer_recovery):
        with pytest.raises(StudyError, match="distances"):
            make(nowhere)


def test_a_parameter_of_the_study_is_heeded(study: Study) -> None:
    near = measure.transfers(study.with_parameter("measure.transfer_decay", 1.5), draws=10)
    far = measure.transfers(study.with_parameter("measure.transfer_decay", 0.0), draws=10)
    one, two = (t.results()["transfer_pairs"].frame for t in (near, far))
    assert not np.allclose(one["transfer"].sort_values(), two["transfer"].sort_values())
    wide = measure.transfers(study.with_parameter("measure.transfer_confidence", 0.5), draws=50).results()
    half = wide["transfer_pairs"].frame
    full = measure.transfers(study, draws=50).results()["transfer_pairs"].frame
    assert (half["transfer_high"] - half["transfer_low"]).sum() < (
        full["transfer_high"] - full["transfer_low"]
    ).sum()
