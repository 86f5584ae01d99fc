"""The thresholds of the risk register reach monitoring: written as tables, checked, and warned of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinterland import monitor, risk
from hinterland import plan as planning
from hinterland.monitor.thresholds import beyond
from hinterland.risk.early import state
from hinterland.study import Study, open_study
from monitored_study import write_monitored_study
from studies import write_small_study

LINES = """\
monitored,region,worse,amber,red,risk
smoke,,above,60,100,breach
smoke,plain,above,200,300,breach
jobs,,below,18,10,
"""


@given(st.floats(-5, 5), st.floats(-2, 2), st.floats(0, 2), st.sampled_from(["above", "below"]))
def test_a_figure_is_past_what_the_register_says_it_is_past(
    value: float, amber: float, further: float, worse: str
) -> None:
    direction = 1 if worse == "above" else -1
    red = amber + direction * further
    said = state(value, amber, red, direction)
    found = beyond(value, amber, red, worse)  # type: ignore[arg-type]
    # the register lets pass what the solver leaves of a difference; figures observed are as they are
    if abs(value - amber) > 1e-6 and abs(value - red) > 1e-6:
        assert found == ("" if said == "green" else said)


def test_a_figure_past_a_line_warns_and_a_line_of_its_own_goes_first(tmp_path: Path) -> None:
    home = write_monitored_study(tmp_path / "study")
    (home / "monitor_thresholds.csv").write_text(LINES, encoding="utf-8")
    found = monitor.state(open_study(home)).results["monitor_warnings"].frame
    past = found[found["cause"].str.startswith("past_")]
    # in 2027: smoke 80 in the hills (from 60 on amber), 110 in the plain (own line from 200 on);
    # jobs 15 and 16: below 18
    assert set(zip(past["region"], past["monitored"], past["cause"], strict=True)) == {
        ("hills", "smoke", "past_amber"),
        ("hills", "jobs", "past_amber"),
        ("plain", "jobs", "past_amber"),
    }
    assert past["words_en"].str.contains("2027").all() and past["words_zh"].str.contains("黄线").all()
    earlier = monitor.state(open_study(home), "2025").results["monitor_warnings"].frame
    hills = earlier[(earlier["region"] == "hills") & (earlier["monitored"] == "smoke")]
    assert set(hills[hills["cause"] == "past_red"]["severity"]) == {"high"}  # 100 is red


def test_wrong_thresholds_are_named(tmp_path: Path) -> None:
    home = write_monitored_study(tmp_path / "study")
    (home / "monitor_thresholds.csv").write_text(
        "monitored,region,worse,amber,red\nnone,,above,1,2\njobs,,above,2,1\nsmoke,,below,,\n"
    )
    found = monitor.check_ledger(open_study(home))
    assert [(f.code, f.row) for f in found] == [
        *(("unmonitored", 2), ("threshold_order", 3), ("no_threshold", 4)),
    ]
    assert all(f.message.zh and f.mend.zh for f in found)


def test_the_registers_thresholds_go_round(full_study: Study, tmp_path: Path) -> None:
    """From the risks of a plan to tables, to figures recorded, to a warning."""
    plan = planning.optimise(full_study, objective="value_added")
    warnings = next(r for r in risk.assess(full_study, plan) if r.name == "risk_warnings")
    tables = monitor.watched(full_study, warnings)
    lines = tables["monitor_thresholds"]
    assert set(lines["monitored"]) == set(tables["monitor_indicators"]["monitored"])
    assert (tables["monitor_indicators"]["owner"].str.len() > 5).all()
    # the tightest over the phases of every place
    breach = warnings.frame[(warnings.frame["risk"] == "breach") & warnings.frame["red"].notna()]
    assert len(breach)
    for (region, resource), rows in breach.groupby(["region", "resource"]):
        mine = lines[(lines["monitored"] == f"risk_breach_{resource}") & (lines["region"] == region)]
        assert mine["red"].iloc[0] == rows["red"].min() and mine["worse"].iloc[0] == "above"
    home = write_small_study(tmp_path / "study", full=True)
    for name, table in tables.items():
        table.to_csv(home / f"{name}.csv", index=False)
    assert monitor.check_ledger(open_study(home)) == ()
    one = lines[lines["worse"] == "above"].iloc[0]
    region = one["region"] or full_study.hosts[0]
    file = tmp_path / "figures.csv"
    file.write_text(f"monitored,region,period,value\n{one['monitored']},{region},2026,{one['red'] * 1.01}\n")
    monitor.record(home, file, by="A")
    found = monitor.state(open_study(home)).results["monitor_warnings"].frame
    assert found[["region", "monitored", "severity", "cause"]].to_numpy().tolist() == [
        [region, one["monitored"], "high", "past_red"]
    ]


def test_what_is_watched_does_not_count_as_achievement(tmp_path: Path) -> None:
    home = write_monitored_study(tmp_path / "study")
    study = open_study(home)
    before = monitor.state(study).results["monitor_scores"].frame
    frame = study.frames["monitor_indicators"]
    more = frame.iloc[[0]].assign(monitored="watch", target_weight=0.0, result_weight=0.0)
    wider = replace(study, frames={**study.frames, "monitor_indicators": pd.concat([frame, more])})
    after = monitor.state(wider).results["monitor_scores"].frame
    for column in ("score", "known_weight"):
        assert np.allclose(before[column], after[column], equal_nan=True)


@pytest.mark.parametrize("worse", ["above", "below"])
def test_what_is_not_known_is_past_nothing(worse: str) -> None:
    assert beyond(np.nan, 1.0, 2.0, worse) == ""  # type: ignore[arg-type]
    assert beyond(1.5, np.nan, np.nan, worse) == ""  # type: ignore[arg-type]
