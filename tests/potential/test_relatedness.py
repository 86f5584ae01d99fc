"""Complexity and relatedness of a study: tables, ranks under error, what nearness foretells."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matrices import labelled

from hinterland.potential import complexity, complexity_of, relatedness
from hinterland.potential.figures import traded
from hinterland.potential.relatedness import drawn_ranks, entry_auc
from hinterland.study import Study, StudyError

SLOW = settings(deadline=None)


def test_without_error_every_draw_is_the_published_rank() -> None:
    output = labelled(np.exp(np.random.default_rng(4).normal(0, 1.2, (9, 14))))
    found = complexity_of(output).figures
    ranks, kept = drawn_ranks(output, found["pci"], 1.0, 0.0, 5, 1)
    assert kept == 1.0 and len(ranks) == 5
    eci = found["eci"].to_numpy()
    assert (ranks == (eci[None, :] > eci[:, None]).sum(1) + 1).all()


def test_error_spreads_the_ranks_and_the_seed_fixes_them() -> None:
    output = labelled(np.exp(np.random.default_rng(4).normal(0, 1.2, (9, 14))))
    pci = complexity_of(output).figures["pci"]
    ranks, _ = drawn_ranks(output, pci, 1.0, 0.2, 60, 1)
    assert ranks.std(axis=0).max() > 0
    again, _ = drawn_ranks(output, pci, 1.0, 0.2, 60, 1)
    assert np.array_equal(ranks, again, equal_nan=True)


@SLOW
@given(
    hnp.arrays(float, (4, 5), elements=st.integers(0, 6).map(float)),
    hnp.arrays(bool, (4, 5)),
    hnp.arrays(bool, (4, 5)),
)
def test_the_area_is_the_chance_of_the_right_order(
    score: np.ndarray, now: np.ndarray, later: np.ndarray
) -> None:
    area, entries, absent = entry_auc(labelled(score), labelled(now), labelled(later))
    entered, stayed = score[~now & later], score[~now & ~later]
    assert (entries, absent) == (len(entered), len(entered) + len(stayed))
    if not len(entered) or not len(stayed):
        assert np.isnan(area)
        return
    pairs = [(a > b) + 0.5 * (a == b) for a in entered for b in stayed]
    assert area == pytest.approx(np.mean(pairs))


def test_the_built_in_study(southwest: Study) -> None:
    regions, industries, check = complexity(southwest)
    latest = regions.frame[regions.frame["year"] == 2017].set_index("region")
    assert latest["eci"].mean() == pytest.approx(0.0, abs=1e-9)
    assert ((latest["rank_low"] <= latest["rank"]) & (latest["rank"] <= latest["rank_high"])).all()
    assert latest["rank"].idxmin() == "CN-SH" and latest.loc["CN-SX", "rank"] == 31
    pci = industries.frame[industries.frame["year"] == 2017].set_index("industry")["pci"]
    assert set(pci.index) == set(traded(southwest)), "services and utilities do not travel"
    assert pci["electronics"] > pci["food"] > pci["coal"]
    rows = check.frame.set_index("year")
    assert (rows["spectral_gap"] > 0.1).all(), "the ranking is singled out"
    assert np.allclose(rows["spectral_gap"], rows["second_eigenvalue"] - rows["third_eigenvalue"])
    assert (rows["fitness_correlation"] > 0.8).all(), "another measure on the same matrix agrees"
    assert rows.loc[2017, "diversity_correlation"] < 0.3, "the sign is doubtful, and the report says so"
    assert rows["auc_density"].dropna().between(0.6, 0.75).all()
    assert (rows["auc_quotient"] > rows["auc_density"]).sum() == 4, "nearness is the weaker sign"
    assert rows["entries"].isna().sum() == 1, "what comes after the last table is unknown"


def test_the_candidates_of_the_built_in_study(southwest: Study) -> None:
    every, candidates = relatedness(southwest)
    frame = candidates.frame
    assert set(frame["region"]) <= set(southwest.hosts)
    assert set(frame["industry"]) <= set(southwest.transferable)
    assert (frame["comparative_advantage"] < 1).all()
    assert frame["density"].between(0, 1).all()
    for _, mine in frame.groupby("region"):
        assert mine["density"].is_monotonic_decreasing and mine["rank"].iloc[0] == 1
    absent = every.frame[~every.frame["specialised"]]
    means = absent.groupby("region")["relative_density"].agg(["mean", "std"])
    assert np.allclose(means["mean"], 0.0, atol=1e-9) and np.allclose(means["std"], 1.0, atol=0.1)
    assert every.frame.loc[every.frame["specialised"], "outlook_gain"].isna().all()


def test_a_region_with_a_gap_is_left_out_and_named(southwest: Study) -> None:
    output = southwest["gross_output"].copy()
    output.loc[{"region": "CN-HI", "industry": "food", "year": 2017}] = np.nan
    holed = southwest.with_arrays({"gross_output": (output, southwest.provenance["gross_output"])})
    regions, _, _ = complexity(holed, 2017)
    assert "CN-HI" not in set(regions.frame["region"])
    assert "Hainan" in regions.note.en and "海南" in regions.note.zh


def test_a_year_without_output_is_refused(southwest: Study) -> None:
    with pytest.raises(StudyError, match="2011"):
        complexity(southwest, 2011)


def test_a_study_too_small_to_rank_is_refused(tiny_study: Study) -> None:
    with pytest.raises(StudyError, match="three regions and three industries"):
        complexity(tiny_study)


def test_all_local_is_refused(small_study: Study) -> None:
    classes = " ".join(dict.fromkeys(small_study.factor_class))
    with pytest.raises(StudyError, match="locally"):
        traded(small_study.with_parameter("accounts.local_classes", classes))


def test_labels_of_other_matrices_are_matched() -> None:
    score = labelled(np.arange(6.0).reshape(2, 3))
    later = labelled(np.array([[1, 0, 1], [0, 1, 0]]))
    turned = later.isel(industry=[2, 0, 1])
    assert entry_auc(score, xr.zeros_like(score), later) == entry_auc(score, xr.zeros_like(score), turned)
