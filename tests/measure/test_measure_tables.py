"""The tables a user gets: their columns, their identities on the built-in study, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import hinterland as hl
from hinterland import measure
from hinterland.study import Study, StudyError

COLUMNS = {
    "host_share": ["year", "host_share", "host_share_movable"],
    "host_share_by_industry": ["industry", "year", "host_share"],
    "location_quotient": ["region", "industry", "year", "location_quotient"],
    "share_change": [
        "region", "industry", "start", "end",
        "share_start", "share_end", "share_change", "share_change_money",
    ],
    "shift_share": ["region", "industry", "start", "end", "change", "national", "mix", "competitive"],
    "structure": ["region", "factor_class", "year", "share"],
    "structure_by_role": ["role", "factor_class", "year", "share"],
    "similarity": ["region", "region_to", "year", "similarity", "finger_kreinin", "krugman"],
    "history": ["phase", "region", "industry", "share_change", "share_change_money"],
    "history_by_class": [
        "phase", "factor_class", "share_start", "share_end", "share_change", "share_change_money",
    ],
    "shift_share_history": [
        "phase", "region", "industry", "start", "end", "change", "national", "mix", "competitive",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    return hl.open_study("southwest")


def with_output(study: Study, output: xr.DataArray) -> Study:
    return study.with_arrays({"gross_output": (output, study.provenance["gross_output"])})


@pytest.mark.parametrize("name", COLUMNS)
def test_every_result_is_named_described_and_sourced(study: Study, name: str) -> None:
    result = measure.RESULTS[name](study)
    assert result.name == name
    assert list(result.frame.columns) == COLUMNS[name]
    assert result.figures, "no figures"
    for column in result.figures:
        assert column.status == "observed"
        assert column.year and column.sources
    for column in result.columns:
        assert column.label.en and column.label.zh and column.label.en != column.name
    for text in (result.title, result.method):
        assert text.en and text.zh and text.en != text.zh
    keys = [column.name for column in result.columns if column.status is None]
    assert not result.frame.duplicated(keys).any()


def test_share_change_sums_to_zero_and_money_has_a_unit(study: Study) -> None:
    result = measure.share_change(study, 2007, 2017)
    assert result.frame.groupby("industry")["share_change"].sum().abs().max() < 1e-12
    assert result.column("share_change_money").unit == study.unit("money")
    assert set(result.frame["start"]) == {2007} and set(result.frame["end"]) == {2017}


def test_shift_share_sums_exactly(study: Study) -> None:
    frame = measure.shift_share(study).frame
    rest = frame["change"] - frame["national"] - frame["mix"] - frame["competitive"]
    assert rest.abs().max() < 1e-9 * frame["change"].abs().max()


def test_history_is_the_share_change_of_each_phase(study: Study) -> None:
    history = measure.history(study).frame
    for phase in measure.historical_phases(study):
        mine = history[history["phase"] == phase.code].set_index(["region", "industry"])
        other = measure.share_change(study, phase.start, phase.end).frame.set_index(["region", "industry"])
        assert np.allclose(mine["share_change"], other["share_change"].loc[mine.index])
        assert np.allclose(mine["share_change_money"], other["share_change_money"].loc[mine.index])


def test_shift_share_of_a_phase_is_the_shift_share_of_its_years(study: Study) -> None:
    frame = measure.shift_share_history(study).frame
    for phase in measure.historical_phases(study):
        mine = frame[frame["phase"] == phase.code].drop(columns="phase").reset_index(drop=True)
        assert mine.equals(measure.shift_share(study, phase.start, phase.end).frame)


def test_a_year_without_output_is_refused(study: Study) -> None:
    with pytest.raises(StudyError, match=r"2010.*1997"):
        measure.location_quotient(study, 2010)
    with pytest.raises(StudyError, match="2030"):
        measure.share_change(study, 2007, 2030)


def test_a_period_must_run_forward(study: Study) -> None:
    with pytest.raises(StudyError, match="earlier and a later"):
        measure.shift_share(study, 2017, 1997)
    one_year = with_output(study, study["gross_output"].sel(year=[2017]))
    with pytest.raises(StudyError, match="2017 to 2017"):
        measure.share_change(one_year)
    assert len(measure.host_share(one_year).frame) == 1


def test_a_study_without_history_says_what_to_add(study: Study) -> None:
    own = {key: value for key, value in study.config["study"].items() if key != "history_preset"}
    with pytest.raises(StudyError, match="history_preset"):
        measure.history(replace(study, config={**study.config, "study": own}))


def test_a_phase_bounded_by_a_year_without_output_is_named(study: Study) -> None:
    fewer = with_output(study, study["gross_output"].sel(year=[1997, 2002, 2017]))
    with pytest.raises(StudyError, match=r"rapid.*2012"):
        measure.history(fewer)


def test_an_unknown_cell_is_named_and_never_a_zero(study: Study) -> None:
    output = study["gross_output"].copy()
    output.loc[{"region": "CN-GX", "industry": "coal", "year": 2017}] = np.nan
    result = measure.host_share_by_industry(with_output(study, output))
    share = result.frame.set_index(["industry", "year"])["host_share"]
    assert np.isnan(share["coal", 2017]) and share["coal", 2012] > 0
    assert "CN-GX coal 2017" in result.note.en and "CN-GX coal 2017" in result.note.zh


@pytest.mark.parametrize("name", COLUMNS)
def test_another_country_gets_every_table_it_has_data_for(
    small_study: Study, full_study: Study, name: str
) -> None:
    result = measure.RESULTS[name](full_study)
    assert list(result.frame.columns) == COLUMNS[name]
    assert not result.frame.empty
    if "history" in name:
        with pytest.raises(StudyError, match="historical phases"):
            measure.RESULTS[name](small_study)
    else:
        assert not measure.RESULTS[name](small_study).frame.empty


def test_hosts_and_shares_reckoned_by_hand(small_study: Study) -> None:
    share = measure.host_share(small_study).frame.set_index("year")["host_share"]
    # 2020: of 2000, 3000, 5000 and 10000 the hosts make 82, 40, 30 and 42 per cent
    assert share[2020] == pytest.approx((0.82 * 2000 + 0.40 * 3000 + 0.30 * 5000 + 0.42 * 10000) / 20000)
    change = measure.share_change(small_study, 2010, 2020).frame.set_index(["region", "industry"])
    assert change.loc[("hills", "textiles"), "share_change"] == pytest.approx(0.05)
    assert change.loc[("hills", "textiles"), "share_change_money"] == pytest.approx(0.05 * 3000 * 1.02)
