"""The further tables: columns, words, status, identities on the built-in study, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from hinterland import measure
from hinterland.study import Provenance, Result, Study, StudyError

DRIVERS = ["start", "end", "co2_change", "activity", "structure", "intensity", "unallocated"]
COLUMNS = {
    "location_significance": [
        "region", "industry", "year", "location_quotient", "symmetric", "lq_low", "lq_high", "standing",
        "standardised", "outstanding",
    ],
    "shift_share_extended": [
        "region", "industry", "start", "end", "competitive", "net_competitive", "allocation",
        "regional_growth", "regional_mix",
    ],
    "shift_share_dynamic": [
        "region", "industry", "start", "end", "change", "national", "mix", "competitive",
        "competitive_static",
    ],
    "structural_change": ["region", "start", "end", "moore", "turnover"],
    "upgrading": ["region", "year", "advanced_index", "rationalisation"],
    "specialisation": ["region", "year", "krugman"],
    "similarity_trend": ["pairs", "year", "similarity", "finger_kreinin", "krugman", "known_pairs"],
    "concentration": [
        "industry", "year", "hhi", "gini", "theil", "theil_between", "theil_within", "raw_concentration",
    ],
    "decoupling": [
        "activity_measure", "region", "start", "end", "co2_growth", "activity_growth", "elasticity", "state",
    ],
    "emission_drivers": ["region", "industry", *DRIVERS],
    "emission_drivers_by_region": ["region", *DRIVERS],
    "phase_series": ["indicator", "series_kind", "year", "value", "change"],
    "phase_breaks": [
        "indicator", "series_kind", "break_year", "year_low", "year_high", "support", "pace_before",
        "pace_after", "declared_year", "years_apart",
    ],
    "phase_evidence": [
        "indicator", "series_kind", "start", "end", "breaks", "number_support", "p_value",
        "explained_variance", "detectable", "declared_explained", "declared_standing",
    ],
}  # fmt: skip
LEFT_OUT = {
    "ellison_glaeser": "plant_herfindahl",
    "reception_models": "projects",
    "reception_summary": "projects",
}


def described(study: Study, result: Result) -> None:
    assert result.figures, "no figures"
    for column in result.figures:
        assert column.year and column.sources
        assert column.kind in ("number", "share", "flag", "code")
    for column in result.columns:
        assert column.label.en and column.label.zh and column.label.en != column.name
        if column.kind == "code":
            for code in set(result.frame[column.name]) - {""}:
                text = study.text(column.name, code)
                assert text.en != code and text.zh != code, f"{column.name} {code} has no words"
    for text in (result.title, result.method):
        assert text.en and text.zh and text.en != text.zh
    assert "{" not in result.method.en + result.method.zh


@pytest.mark.parametrize("name", COLUMNS)
def test_every_further_result_is_named_described_and_sourced(southwest: Study, name: str) -> None:
    result = measure.RESULTS[name](southwest)
    assert result.name == name
    assert list(result.frame.columns) == COLUMNS[name]
    described(southwest, result)
    keys = [c.name for c in result.columns if c.status is None and c.kind not in ("code", "number")]
    keys += [key for key in ("pairs", "activity_measure", "series_kind") if key in result.frame]
    assert not result.frame.duplicated(keys).any()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_the_built_in_study_lacks_is_named(southwest: Study, name: str) -> None:
    with pytest.raises(StudyError, match=LEFT_OUT[name]):
        measure.RESULTS[name](southwest)


@pytest.mark.parametrize("name", [n for n in COLUMNS if not n.startswith("phase_") and n != "upgrading"])
def test_another_country_gets_every_further_table(full_study: Study, name: str) -> None:
    result = measure.RESULTS[name](full_study)
    assert list(result.frame.columns) == COLUMNS[name] and not result.frame.empty


def test_the_interval_holds_the_quotient_and_the_standing_follows_from_it(southwest: Study) -> None:
    frame = measure.location_significance(southwest, 2017).frame
    known = frame[frame["standing"] != ""]
    assert (known["lq_low"] < known["location_quotient"]).all()
    assert (known["lq_high"] > known["location_quotient"]).all()
    assert ((known["lq_low"] > 1) == (known["standing"] == "above")).all()
    assert (frame.loc[frame["location_quotient"] == 0, "standing"] == "").all(), "an absent industry"
    firmer = measure.location_significance(southwest.with_parameter("accounts.output_error", 0.01), 2017)
    assert (firmer.frame["standing"] == "unclear").sum() < (frame["standing"] == "unclear").sum()
    assert measure.location_significance(southwest, 2017).column("lq_low").status == "estimated"


def test_dynamic_shift_share_is_the_sum_of_its_spans(southwest: Study) -> None:
    whole = measure.shift_share_dynamic(southwest, 2002, 2012).frame
    parts = [measure.shift_share(southwest, a, b).frame for a, b in ((2002, 2007), (2007, 2012))]
    for name in ("change", "national", "mix", "competitive"):
        assert np.allclose(whole[name], parts[0][name] + parts[1][name], equal_nan=True)
    static = measure.shift_share(southwest, 2002, 2012).frame
    assert np.allclose(whole["competitive_static"], static["competitive"])
    total = whole[["national", "mix", "competitive"]].sum(axis=1)
    assert np.allclose(total, whole["change"], atol=1e-6)


def test_dynamic_shift_share_of_two_years_is_refused(southwest: Study) -> None:
    with pytest.raises(StudyError, match="three years"):
        measure.shift_share_dynamic(southwest, 2012, 2017)


def test_extended_shift_share_sums_and_says_where_it_is_empty(southwest: Study) -> None:
    result = measure.shift_share_extended(southwest, 1997, 2017)
    frame = result.frame
    known = frame["net_competitive"].notna()
    esteban = frame["net_competitive"] + frame["allocation"]
    assert np.allclose(esteban[known], frame["competitive"][known], atol=1e-4)
    assert np.allclose(frame["regional_growth"] + frame["regional_mix"], frame["competitive"], atol=1e-6)
    assert str(int((~known).sum())) in result.note.en


def test_ellison_glaeser_with_plant_sizes(southwest: Study) -> None:
    industries = list(southwest.industries)[:20]
    plants = xr.DataArray(
        np.full((20, 1), 0.02), {"industry": industries, "year": [2017]}, ("industry", "year")
    )
    study = southwest.with_arrays({"plant_herfindahl": (plants, Provenance("observed", "", "2017", ("x",)))})
    result = measure.concentration_corrected(study)
    described(study, result)
    frame = result.frame.set_index("industry")
    assert frame.loc["electronics", "ellison_glaeser"] < frame.loc["electronics", "raw_concentration"]
    assert np.isnan(frame.loc["other_services", "ellison_glaeser"]), "no plants known"
    other = plants.assign_coords(year=[2016])
    wrong = southwest.with_arrays({"plant_herfindahl": (other, Provenance("observed", "", "2016", ()))})
    with pytest.raises(StudyError, match="no year"):
        measure.concentration_corrected(wrong)


def test_upgrading_knows_rationalisation_only_where_employment_is_known(southwest: Study) -> None:
    frame = measure.upgrading(southwest).frame
    known = frame.groupby("year")["rationalisation"].count()
    assert known[known > 0].index.tolist() == [2021, 2022]
    assert (frame["advanced_index"] > 0).all()
    beijing = frame[(frame["region"] == "CN-BJ") & (frame["year"] == 2021)]
    assert beijing["advanced_index"].item() > 4, "services outweigh industry in the capital"


def test_upgrading_without_sectors_says_what_to_write(full_study: Study, southwest: Study) -> None:
    with pytest.raises(StudyError, match=r"measure\.sector_value_added"):
        measure.upgrading(full_study)
    wrong = southwest.with_parameter("measure.sector_value_added", "va_primary va_secondary moonlight")
    with pytest.raises(StudyError, match="moonlight"):
        measure.upgrading(wrong)
    alone = southwest.with_parameter("measure.sector_employment", "a b")
    assert measure.upgrading(alone).frame["rationalisation"].isna().all()


def test_the_hosts_have_grown_less_alike(southwest: Study) -> None:
    trend = measure.similarity_trend(southwest).frame.set_index(["pairs", "year"])
    assert trend.loc[("hosts", 2017), "finger_kreinin"] < trend.loc[("hosts", 1997), "finger_kreinin"]
    assert trend.loc[("hosts", 2017), "known_pairs"] == 15
    pairs = measure.similarity(southwest).frame
    assert np.allclose(pairs["finger_kreinin"], 1 - pairs["krugman"] / 2)


def test_concentration_sums_and_names_groups(southwest: Study) -> None:
    frame = measure.concentration(southwest).frame
    assert np.allclose(frame["theil_between"] + frame["theil_within"], frame["theil"])
    gini = frame.set_index(["industry", "year"])["gini"]
    assert gini["electronics", 2007] > gini["electronics", 2017], "electronics has spread since 2007"


def test_change_of_structure_needs_two_years(southwest: Study) -> None:
    output = southwest["gross_output"].sel(year=[2017])
    one = southwest.with_arrays({"gross_output": (output, southwest.provenance["gross_output"])})
    with pytest.raises(StudyError, match="two years"):
        measure.structural_change(one)
