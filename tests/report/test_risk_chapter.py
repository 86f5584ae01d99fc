"""The chapter on risks: what it draws and says from real tables of a small study, and without them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from hinterland import plan as planning
from hinterland import risk
from hinterland.report.chapters.risk import RISK, events, heat, says, standing, tornado
from hinterland.simulate import Scenario
from hinterland.study import Result, Study, open_study
from studies import write_small_study

STRESS = """\
stress,scenario,model,family,likelihood,name_en,name_zh,indicator_en,indicator_zh,unit,amber,red,direction
quake,quake,disruption,market,0.1,A quake on the coast,海滨地震,Output,产出,share,-0.05,-0.1,-1
"""
MITIGATIONS = """\
mitigation,stress,parameter,value,cost_of,cost_rate,name_en,name_zh,owner_en,owner_zh
spare,quake,disruption.spare,0.2,output,0.000001,Idle capacity,闲置产能,The ministry,主管部门
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder: Path = write_small_study(tmp_path_factory.mktemp("risky") / "study", full=True)
    (folder / "scenarios").mkdir()
    Scenario("quake").disaster("coast", loss=0.5, duration=30, recovery=60).write(
        folder / "scenarios" / "quake.yaml"
    )
    (folder / "stress_tests.csv").write_text(STRESS, encoding="utf-8")
    (folder / "mitigations.csv").write_text(MITIGATIONS, encoding="utf-8")
    return open_study(folder)


@pytest.fixture(scope="module")
def found(study: Study) -> dict[str, Result]:
    return {r.name: r for r in risk.assess(study, planning.optimise(study, objective="value_added"))}


def test_a_study_of_ones_own_has_its_stress_tests(study: Study, found: dict[str, Result]) -> None:
    row = found["risk_stress"].frame.iloc[0]
    assert row["loss_without"] > 0 and row["loss_with"] > 0
    cure = found["risk_mitigations"].frame.iloc[0]
    assert 0 < cure["loss_after"] < cure["loss_before"]
    assert cure["saved_expected"] == pytest.approx(0.1 * cure["loss_saved"])
    assert cure["effect_per_cost"] == pytest.approx(cure["saved_expected"] / cure["cost"])
    register = found["risk_register"].frame
    mine = register[register["risk"] == "stress"].iloc[0]
    assert mine["mitigation_en"] == "Idle capacity" and mine["owner_zh"] == "主管部门"
    warnings = found["risk_warnings"].frame.set_index("risk").loc["stress"]
    assert warnings["amber"] == -0.05 and warnings["stress"] == "quake"


def test_charts_and_sentences(study: Study, found: dict[str, Result]) -> None:
    charts = [*heat(study, found), *events(study, found), *tornado(study, found)]
    assert [c.name for c in charts] == ["risk-heat", "risk-stress", "risk-tornado"]
    tiles = charts[0].option("zh")["baseOption"]["series"][0]["data"]
    assert sum(tile["value"][2] for tile in tiles) == len(found["risk_register"].frame)
    said = says(study, found)
    words = " ".join(t.en for t in said)
    assert "nine of ten draws" in words and "a quake on the coast" in words and "idle capacity" in words
    assert all(t.zh and t.zh != t.en for t in said)
    assert "海滨地震" in "".join(t.zh for t in said)


def test_without_tables_nothing_is_drawn_or_said(study: Study) -> None:
    assert [*heat(study, {}), *events(study, {}), *tornado(study, {})] == []
    assert says(study, {}) == []


def test_no_measure_pays(study: Study, found: dict[str, Result]) -> None:
    table = found["risk_mitigations"]
    poor = replace(table, frame=table.frame.assign(effect_per_cost=0.5))
    words = " ".join(t.en for t in says(study, {**found, "risk_mitigations": poor}))
    assert "None of 1 measures" in words


def test_the_page_shows_columns_that_there_are(found: dict[str, Result]) -> None:
    for block in RISK.blocks:
        if block.result in found and block.columns:
            assert set(block.columns) <= set(found[block.result].frame.columns), block.result
    frame = pd.DataFrame({"level": ["low", "medium", "high", ""]})
    assert list(standing(None, frame)["level"]) == ["medium", "high"]  # type: ignore[arg-type]
