from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from hinterland.simulate import Outcome, Scenario, baseline, distance_from_baseline, read_outcome
from hinterland.study import Column, Result, Study, StudyError, Text


@pytest.fixture(scope="module")
def outcome(southwest: Study) -> Outcome:
    """A made-up outcome over days: half of Guangdong's electronics for one of four days."""
    base = baseline(southwest)
    days = xr.concat([base.accounts] * 4, dim=xr.Variable("time", np.arange(4), {"clock": "day"}))
    output = days["output"].copy()
    output.loc[{"time": 1, "region": "CN-GD", "industry": "electronics"}] *= 0.5
    days = days.assign(output=output, stocks=output.sum("industry"))
    import pandas as pd

    table = Result(
        "made_up",
        Text("Made up", "虚构"),
        pd.DataFrame({"region": ["CN-GD", "CN-SC"], "gap": [1.5, np.nan]}),
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("gap", Text("Gap", "缺口"), "number", "1", "estimated", "2017", ("x",)),
        ),
        Text("m", "方"),
    )
    return Outcome(
        "disruption",
        base.accounts,
        days,
        (table,),
        1e-12,
        None,
        Scenario("quake", title=Text("Quake", "地震")).disaster("CN-GD", loss=0.5, duration=1),
        base.fingerprint,
        {"step": 1.0, "names": ["a"]},
        7,
        (Text("note", "注"),),
    )


def test_it_comes_back_from_disk(outcome: Outcome, tmp_path: Path) -> None:
    path = outcome.write(tmp_path / "sub" / "o.nc")
    again = read_outcome(path)
    xr.testing.assert_identical(again.baseline, outcome.baseline)
    xr.testing.assert_identical(again.result, outcome.result)
    for name in ("model", "residual", "scenario", "fingerprint", "parameters", "seed", "notes", "clock"):
        assert getattr(again, name) == getattr(outcome, name), name
    was, now = outcome.tables[0], again.tables[0]
    assert (now.columns, now.title, now.name) == (was.columns, was.title, was.name)
    assert now.frame.equals(was.frame)
    assert again.write(tmp_path / "again.nc").read_bytes() == path.read_bytes()
    assert [p.name for p in tmp_path.joinpath("sub").iterdir()] == ["o.nc"]


def test_what_is_no_outcome_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o.nc").write_bytes(b"CDF\x01 nothing")
    for path in (tmp_path / "o.nc", tmp_path / "none.nc"):
        with pytest.raises(StudyError, match="not an outcome"):
            read_outcome(path)


def test_days_are_averaged_and_losses_found(outcome: Outcome) -> None:
    lost = float(outcome.baseline["output"].sel(region="CN-GD", industry="electronics")) / 8
    frame = outcome.by_region().frame.set_index("region")
    assert frame.loc["CN-GD", "output_change"] == pytest.approx(-lost)
    assert outcome.by_industry().frame["output_change"].sum() == pytest.approx(-lost)
    losers = outcome.losers().frame
    assert losers[["region", "industry"]].to_numpy().tolist() == [["CN-GD", "electronics"]]
    assert (
        len(losers) == 1 and losers["part"].iloc[0] == 1 and losers["share"].iloc[0] == pytest.approx(-1 / 8)
    )
    assert outcome.losers("value_added").frame.empty
    assert frame["co2_change"].isna().sum() == 0 or "CN-XZ" in frame.index[frame["co2_change"].isna()]
    with pytest.raises(StudyError, match="no 'stocks'"):
        outcome.losers("stocks")
    assert 0 < distance_from_baseline(outcome) < 1
    with pytest.raises(StudyError, match="no table"):
        outcome.table("none")
