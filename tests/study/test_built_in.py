"""The small studies open, and the built-in study keeps its known properties."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hinterland.study import Study, built_in_studies, check_study, open_study
from hinterland.study.values import Names


def balance(study: Study) -> np.ndarray:
    sold = study["io_domestic"].sum("industry") + study["final_domestic"].sum("category")
    used = (
        study["io_domestic"].sum("row")
        + study["io_imported"].sum("row")
        + study["io_value_added"].sum("item")
    )
    return np.asarray((sold.to_numpy() - used.to_numpy()) / np.abs(sold.to_numpy()).max())


def test_small_study_opens(small_study: Study) -> None:
    assert small_study["gross_output"].sizes == {"region": 3, "industry": 4, "year": 3}
    assert small_study.unit("money") == "million EUR"
    assert small_study["gross_output"].attrs["unit"] == "million EUR"
    np.testing.assert_allclose(balance(small_study), 0, atol=1e-12)


def test_tiny_study_opens(tiny_study: Study) -> None:
    assert tiny_study.origins == ("east", "north")
    assert tiny_study.hosts == ("south", "west")
    assert tiny_study["landed_cost"].sizes == {"industry": 2, "origin": 2, "host": 2}
    assert tiny_study["resource_limits"].dims == ("region", "resource", "phase")


def test_full_study_opens(full_study: Study) -> None:
    assert {"co2", "employment", "energy_use", "value_added", "indicators"} <= set(full_study.arrays)
    assert full_study["co2"].sizes["emitter"] == 5
    assert full_study.text("group", "shore").zh == "沿海"


def test_southwest_share_of_national_output(southwest: Study) -> None:
    gross = southwest["gross_output"].sum("industry")
    share = 100 * gross.sel(region=list(southwest.hosts)).sum("region") / gross.sum("region")
    known = {1997: 10.86, 2002: 9.40, 2007: 9.14, 2012: 10.19, 2017: 11.71}
    assert share.to_series().to_dict() == pytest.approx(known, abs=0.005)


def test_southwest_sets(southwest: Study) -> None:
    assert southwest["gross_output"].shape == (31, 28, 5)
    assert len(southwest.hosts) == 6 and len(southwest.origins) == 10
    assert southwest.preset == "from_2026"
    assert [p.start for p in southwest.phases()] == [2026, 2029, 2033]
    assert [p.years for p in southwest.phases("paper")] == [3, 5, 5]
    assert len(southwest.frames["indicator_list"]) == southwest["indicators"].sizes["indicator"]


def test_southwest_has_industries_that_a_province_lacks(southwest: Study) -> None:
    gross = southwest["gross_output"]
    assert int((gross == 0).sum()) == 115
    assert int(gross.isnull().sum()) == 0


def test_southwest_national_table_balances(southwest: Study) -> None:
    assert np.abs(balance(southwest)).max() < 2e-8
    assert float(southwest["io_value_added"].sum()) == pytest.approx(823_216, abs=1)


def test_provincial_output_over_national(southwest: Study) -> None:
    sold = southwest["io_domestic"].sum("industry") + southwest["final_domestic"].sum("category")
    gross = southwest["gross_output"].sel(year=2017).sum("region")
    ratio = gross.to_series() / sold.to_series()
    assert float(gross.sum() / sold.sum()) == pytest.approx(1.05, abs=0.01)
    assert ratio["oil_gas"] == pytest.approx(0.63, abs=0.005)
    assert ratio["electrical"] == pytest.approx(1.28, abs=0.005)


def test_tibet_has_no_inventory(southwest: Study) -> None:
    tibet = southwest["co2"].sel(region="CN-XZ")
    assert bool(tibet.isnull().all())
    assert not bool((southwest["co2"].sum("year", skipna=False).sel(region="CN-SC").isnull()).all())


def test_southwest_passes_its_own_check() -> None:
    report = check_study("southwest")
    assert report.ok, report.text()
    # The one thing worth knowing: provinces report far less oil and gas than the national table.
    assert [f.code for f in report.warnings] == ["industry_gap"]
    assert "oil_gas" in report.warnings[0].message.en


def test_every_figure_of_southwest_has_a_source(southwest: Study) -> None:
    listed = set(southwest.frames["sources"]["source"])
    for name, known in southwest.provenance.items():
        assert known.sources and set(known.sources) <= listed, name
        assert known.status == "observed" and known.year, name


def test_southwest_opens_quickly() -> None:
    open_study("southwest")
    before = time.process_time()
    open_study("southwest")
    assert time.process_time() - before < 1.5


def test_built_in_studies_are_named() -> None:
    assert "southwest" in built_in_studies()


def test_a_study_without_default_words_names_itself(small_study: Study) -> None:
    assert small_study.title.zh == "阿卡迪亚的产业转移"
    assert small_study.text("region", "coast").zh == "海滨"
    assert len(small_study.files) == 6 and all(len(h) == 64 for h in small_study.files.values())


def test_full_names_of_provinces_are_read(southwest: Study) -> None:
    regions = southwest.frames["regions"]
    names = Names.of("region", regions, "region")
    assert names("四川省") == names("Sichuan") == names("四川") == "CN-SC"
    assert names("广西壮族自治区") == "CN-GX" and names("四川盆地") is None


def test_every_code_of_southwest_has_a_name(southwest: Study) -> None:
    for kind, array, dim in (
        ("item", "gdp_accounts", "item"),
        ("item", "value_added_components", "item"),
        ("item", "final_domestic", "category"),
    ):
        for code in southwest[array].coords[dim].to_numpy():
            assert southwest.text(kind, code).zh != code, code
