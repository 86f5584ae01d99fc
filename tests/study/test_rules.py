"""What no single cell shows wrong: roles, phases, shares, the national table, study.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from study_tables import errors, only, put, put_text, replace, spoil, table, toml, warned

from hinterland.study import check_study, open_study

# --- what tables say together


def test_no_host(small_folder: Path) -> None:
    frame = table(small_folder, "regions")
    frame["role"] = "origin"
    put(small_folder, "regions", frame)
    assert "host" in only(small_folder, "no_role").message.en


def test_nothing_transferable(small_folder: Path) -> None:
    frame = table(small_folder, "industries")
    frame["transferable"] = "no"
    put(small_folder, "industries", frame)
    only(small_folder, "none_transferable")


def test_two_regions_of_one_name(small_folder: Path) -> None:
    spoil(small_folder, "regions", 3, "name_en", "Coast")
    assert "coast" in warned(small_folder, "same_name").message.en


def test_no_place_and_no_distance(small_folder: Path) -> None:
    spoil(small_folder, "regions", 3, "lon", "")
    assert "hills" in only(small_folder, "no_place").message.en
    rows = "\n".join(f"{a},{b},100" for a in ("coast", "hills", "plain") for b in ("coast", "hills", "plain"))
    put_text(small_folder, "distance", "region,region_to,distance\n" + rows + "\n")
    assert check_study(small_folder).ok


def test_gaps_in_distance(small_folder: Path) -> None:
    put_text(small_folder, "distance", "region,region_to,distance\ncoast,hills,100\nhills,coast,100\n")
    assert "4 pairs" in only(small_folder, "distance_gaps").message.en


def test_shared_tile_and_no_tile(small_folder: Path) -> None:
    spoil(small_folder, "regions", 3, "tile_col", "2")
    spoil(small_folder, "regions", 3, "tile_row", "0")
    assert warned(small_folder, "same_tile")
    spoil(small_folder, "regions", 3, "tile_row", "")
    assert "hills" in warned(small_folder, "no_tile").message.en


def test_overlapping_phases(small_folder: Path) -> None:
    spoil(small_folder, "phases", 3, "start_year", "2028")
    found = only(small_folder, "phases_overlap")
    assert found.row == 3 and "near" in found.message.en


def test_gap_between_phases(small_folder: Path) -> None:
    spoil(small_folder, "phases", 3, "start_year", "2030")
    assert warned(small_folder, "phases_gap")


def test_phase_that_ends_before_it_starts(small_folder: Path) -> None:
    spoil(small_folder, "phases", 3, "end_year", "2019")
    only(small_folder, "phase_backwards")


def test_history_is_bounded_by_years_of_data(full_folder: Path) -> None:
    replace(full_folder, "phases.csv", "past,before,2010,2015", "past,before,2011,2015")
    assert "2011" in only(full_folder, "history_year").message.en


def test_history_phases_share_years_but_do_not_overlap(full_folder: Path) -> None:
    replace(full_folder, "phases.csv", "past,before,2010,2015", "past,before,2010,2020")
    only(full_folder, "phases_overlap")


def test_shares_that_fall(full_folder: Path) -> None:
    replace(full_folder, "phase_focus.csv", "plan,far,labour_intensive,1", "plan,far,labour_intensive,0.5")
    assert only(full_folder, "share_falls").row == 4


def test_share_above_one(full_folder: Path) -> None:
    replace(full_folder, "phase_focus.csv", "plan,far,labour_intensive,1", "plan,far,labour_intensive,1.5")
    only(full_folder, "too_large")


def test_unknown_factor_class(full_folder: Path) -> None:
    replace(full_folder, "phase_focus.csv", "plan,far,labour_intensive", "plan,far,labor_intensive")
    found = only(full_folder, "unknown_code")
    assert "factor class" in found.message.en and "labour_intensive" in found.mend.en


def test_phase_of_another_preset(full_folder: Path) -> None:
    replace(full_folder, "phase_focus.csv", "plan,far,labour_intensive", "plan,first,labour_intensive")
    only(full_folder, "no_such_phase")


def test_source_that_is_not_listed(full_folder: Path) -> None:
    replace(full_folder, "study.toml", 'sources = ["office"]', 'sources = ["ofice"]')
    assert "'office'" in only(full_folder, "unlisted_source").mend.en


def test_table_without_source_is_warned_of(small_folder: Path) -> None:
    assert "gross_output" in warned(small_folder, "no_source").message.en


def test_host_that_is_no_region(full_folder: Path) -> None:
    replace(full_folder, "projects.csv", "coast,hills", "coast,hill")
    assert only(full_folder, "unknown_region").file == "projects.csv"


def test_indicators_need_their_list(full_folder: Path) -> None:
    (full_folder / "indicator_list.csv").unlink()
    assert "indicator_list" in only(full_folder, "needs_table").message.en


def test_pillar_without_direction(full_folder: Path) -> None:
    replace(full_folder, "indicator_list.csv", "attraction,-1", "attraction,")
    only(full_folder, "pillar_direction")


def test_indicator_of_the_index_without_figures(full_folder: Path) -> None:
    frame = table(full_folder, "indicators")
    put(full_folder, "indicators", frame[frame["indicator"] != "wage"])
    assert "wage" in warned(full_folder, "indicator_empty").message.en


def test_value_added_above_output(full_folder: Path) -> None:
    frame = table(full_folder, "value_added")
    frame["value_added"] = (frame["value_added"].astype(float) * 10).map(repr)
    put(full_folder, "value_added", frame)
    assert warned(full_folder, "value_added_above")


# --- national table and output


def test_national_table_that_does_not_balance(small_folder: Path) -> None:
    replace(
        small_folder,
        "national_io.csv",
        "domestic,textiles,machines,100.0",
        "domestic,textiles,machines,140.0",
    )
    found = only(small_folder, "unbalanced")
    assert "textiles" in found.message.en and "machines" in found.message.en and "+40" in found.message.en


def test_tiny_imbalance_is_rounding(small_folder: Path) -> None:
    replace(
        small_folder,
        "national_io.csv",
        "domestic,textiles,machines,100.0",
        "domestic,textiles,machines,100.005",
    )
    assert check_study(small_folder).ok


def test_national_gap(small_folder: Path) -> None:
    replace(small_folder, "national_io.csv", "domestic,textiles,machines,100.0\n", "")
    assert "textiles → machines" in only(small_folder, "national_gaps").message.en


def test_negative_use(small_folder: Path) -> None:
    replace(
        small_folder,
        "national_io.csv",
        "domestic,textiles,machines,100.0",
        "domestic,textiles,machines,-100.0",
    )
    only(small_folder, "negative")


def test_exports_under_another_name(small_folder: Path) -> None:
    text = (small_folder / "national_io.csv").read_text(encoding="utf-8")
    put_text(small_folder, "national_io", text.replace("exports", "abroad"))
    only(small_folder, "no_exports")


def test_row_that_is_no_industry(small_folder: Path) -> None:
    replace(small_folder, "national_io.csv", "domestic,textiles,machines", "domestic,textile,machines")
    found = [f for f in errors(small_folder) if f.code == "unknown_industry"]
    assert len(found) == 1 and "'textiles'" in found[0].mend.en


@pytest.mark.parametrize("factor", [1e4, 1e2, 1e-2, 1e-4, 1e3])
def test_wrong_scale_of_output(small_folder: Path, factor: float) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = (frame["gross_output"].astype(float) * factor).map(repr)
    put(small_folder, "gross_output", frame)
    found = only(small_folder, "output_scale")
    assert f"factor of {factor:g}" in found.message.en
    if factor == 1e3:
        assert "thousand EUR" in found.message.en


def test_wrong_scale_in_chinese_units(small_folder: Path) -> None:
    replace(small_folder, "study.toml", "million EUR", "亿元")
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = (frame["gross_output"].astype(float) * 1e4).map(repr)
    put(small_folder, "gross_output", frame)
    assert "单位是 万元" in only(small_folder, "output_scale").message.zh


def test_regions_that_do_not_add_up_to_the_nation(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = (frame["gross_output"].astype(float) * 1.4).map(repr)
    put(small_folder, "gross_output", frame)
    assert warned(small_folder, "output_gap")
    toml(small_folder, "[parameters.check]\nnational_gap = 0.5\n")
    assert "output_gap" not in [f.code for f in check_study(small_folder).warnings]


def test_industry_that_no_region_has(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    frame.loc[frame["industry"] == "textiles", "gross_output"] = "0"
    put(small_folder, "gross_output", frame)
    assert "textiles" in only(small_folder, "nowhere_made").message.en


def test_base_year_must_be_complete(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 4, "gross_output", "—")
    assert "coast farming" in only(small_folder, "output_gaps").message.en


def test_other_years_may_be_incomplete(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 2, "gross_output", "")
    assert "2010" in warned(small_folder, "output_gaps_other").message.en


def test_base_year_without_output(small_folder: Path) -> None:
    replace(small_folder, "study.toml", "base_year = 2020", "base_year = 2019")
    only(small_folder, "base_year")


# --- study.toml


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("base_year = 2020", 'base_year = "2020"', "toml_wrong_type"),
        ("base_year = 2020\n", "", "toml_missing"),
        ('money = "million EUR"\n', "", "toml_missing"),
        ('preset = "plan"', 'preset = "plans"', "unknown_preset"),
        ('preset = "plan"', 'preset = "plan"\ncompare_preset = "other"', "unknown_preset"),
        ('name = "arcadia"', "name = 7", "toml_wrong_type"),
        ('distance = "km"', "distance = 3", "toml_wrong_type"),
    ],
)
def test_study_toml(small_folder: Path, old: str, new: str, code: str) -> None:
    replace(small_folder, "study.toml", old, new)
    assert only(small_folder, code).file == "study.toml"


def test_unknown_entries_of_study_toml(small_folder: Path) -> None:
    toml(small_folder, '[table.gross_output]\nsources = ["x"]\n')
    assert "tables" in warned(small_folder, "toml_unknown_key").mend.en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[tables.gross_output]\nstatus = 'sure'\n", "toml_wrong_type"),
        ("[tables.gross_output]\nsources = 'office'\n", "toml_wrong_type"),
        ("[parameters]\nseeed = 3\n", "unknown_parameter"),
        ("[parameters]\nseed = 'three'\n", "toml_wrong_type"),
    ],
)
def test_tables_and_parameters_of_study_toml(small_folder: Path, text: str, code: str) -> None:
    toml(small_folder, text)
    only(small_folder, code)


def test_parameter_outside_its_range(small_folder: Path) -> None:
    toml(small_folder, "[parameters.check]\ntotal_tolerance = 3\n")
    assert warned(small_folder, "parameter_outside")


def test_unit_that_a_table_needs(full_folder: Path) -> None:
    replace(full_folder, "study.toml", 'carbon = "kt CO2"\n', "")
    assert "carbon" in only(full_folder, "unit_unstated").message.en


def test_the_only_preset_is_the_default(small_folder: Path) -> None:
    replace(small_folder, "study.toml", 'preset = "plan"\n', "")
    assert open_study(small_folder).preset == "plan"
