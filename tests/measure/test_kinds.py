"""Kinds of transfer and reception models: by the rules given, in their order, never on what is unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from measure_made import table

import hinterland as hl
from hinterland import measure
from hinterland.measure.rules import Condition, Rule, classify, rules_of
from hinterland.potential import gradient
from hinterland.study import Study, StudyError, open_study
from studies import write_small_study

REGISTER = """\
project,year,industry,origin,host,output,reception_model,anchor,capacity_share,park_share,tax_share,fund_share
whole,2018,textiles,coast,hills,45,whole relocation,,0.9,,,
chain_a,2018,machines,coast,hills,30,chain,gears,0.2,,,
chain_b,2019,textiles,coast,hills,20,chain,gears,0.2,,,
park,2019,machines,coast,plain,15,co-built park,,0.3,0.25,0,
fly,2020,machines,coast,plain,25,飞地,,0.3,0.25,0.5,
fund,2020,textiles,coast,plain,10,,,0.3,0.25,0.5,0.6
lone,2020,textiles,coast,plain,,cluster,,,,,
"""


@pytest.fixture
def register(tmp_path: Path) -> Study:
    folder = write_small_study(tmp_path / "arcadia", full=True)
    (folder / "projects.csv").write_text(REGISTER, encoding="utf-8")
    return open_study(folder)


def test_every_reception_model_is_told_from_the_register(register: Study) -> None:
    frame = measure.reception_models(register).frame.set_index("project")
    assert frame["reception"].to_dict() == {
        "whole": "whole_relocation",
        "chain_a": "chain",
        "chain_b": "chain",
        "park": "co_built_park",
        "fly": "enclave",
        "fund": "fund",
        "lone": "single",
    }
    assert frame["agrees"].to_dict() == {
        "whole": "yes",
        "chain_a": "yes",
        "chain_b": "yes",
        "park": "yes",
        "fly": "yes",
        "fund": "",
        "lone": "no",
    }
    assert np.isnan(frame.loc["lone", "output"]) and np.isnan(frame.loc["lone", "fund_share"])


def test_the_summary_counts_projects_and_known_output(register: Study) -> None:
    frame = measure.reception_summary(register).frame.set_index(["host", "reception"])
    assert frame.loc[("hills", "chain")].tolist() == [2.0, 50.0]
    assert np.isnan(frame.loc[("plain", "single"), "output"])


def test_three_of_an_industry_in_a_place_are_a_cluster(register: Study) -> None:
    lower = register.with_parameter("measure.cluster_projects", 2)
    frame = measure.reception_models(lower).frame.set_index("project")
    assert frame.loc["lone", "reception"] == "cluster" and frame.loc["lone", "agrees"] == "yes"


def test_a_threshold_of_the_study_decides(register: Study) -> None:
    strict = register.with_parameter("measure.fund_share", 0.7)
    frame = measure.reception_models(strict).frame.set_index("project")
    assert frame.loc["fund", "reception"] == "enclave", "the next rule that holds"


def test_a_study_s_own_rules_replace_those_of_their_axis(register: Study) -> None:
    own = pd.DataFrame(
        {
            "axis": ["reception", "reception"],
            "order": [2, 1],
            "kind": ["other", "large"],
            "variable": ["", "capacity_share"],
            "operator": ["", "above"],
            "threshold": ["", "0.5"],
        }
    )
    study = replace(register, frames={**register.frames, "transfer_rules": own})
    found = measure.reception_models(study).frame.set_index("project")["reception"]
    assert found["whole"] == "large" and found["fly"] == "other"
    assert rules_of(study, "ladder") == rules_of(register, "ladder"), "other axes keep the built-in rules"


def test_the_built_in_study_says_what_a_register_needs(southwest: Study) -> None:
    for make in (measure.reception_models, measure.reception_summary):
        with pytest.raises(StudyError, match=r"projects .*fund_share"):
            make(southwest)


def test_the_template_s_register_is_read_and_classified(tmp_path: Path) -> None:
    folder = hl.study.new_study(tmp_path / "fresh")
    assert "capacity_share" in (folder / "optional" / "projects.csv").read_text(encoding="utf-8-sig")
    assert "tier_step" in (folder / "optional" / "transfer_rules.csv").read_text(encoding="utf-8-sig")


def test_a_rule_on_something_unknown_does_not_hold() -> None:
    rules = (Rule("deep", (Condition("a", "at_least", 1.0), Condition("b", "below", 0.0))), Rule("rest", ()))
    values = {"a": np.array([1.0, 2.0, np.nan, np.nan]), "b": np.array([-1.0, np.nan, -1.0, np.nan])}
    assert classify(rules, values, 4).tolist() == ["deep", "rest", "rest", ""]


def test_an_unknown_variable_or_operator_is_named() -> None:
    with pytest.raises(StudyError, match="moonlight"):
        classify((Rule("x", (Condition("moonlight", "above", 0.0),)),), {"a": np.zeros(1)}, 1)
    with pytest.raises(StudyError, match="near"):
        classify((Rule("x", (Condition("a", "near", 0.0),)),), {"a": np.zeros(1)}, 1)


def test_a_threshold_that_is_no_number_is_named(southwest: Study) -> None:
    with pytest.raises(StudyError, match=r"measure\.leapfrog_steps.*often"):
        rules_of(southwest.with_parameter("measure.leapfrog_steps", "often"), "ladder")


def lattice(study: Study, values: dict[str, float]) -> xr.DataArray:
    return xr.DataArray(
        np.tile([[values[r]] for r in study.regions], (1, len(study.industries))),
        {"region": list(study.regions), "industry": list(study.industries)},
        ("region", "industry"),
    )


def test_ladders_and_leaps(tiny_study: Study) -> None:
    steps = {"east": 1.5, "north": 1.0, "south": 0.9, "west": 0.5}
    found = measure.transfer_kinds(tiny_study, lattice(tiny_study, steps))["ladder"].sel(industry="textiles")
    assert found.sel(origin="east", host="west").item() == "leapfrog"
    assert found.sel(origin="east", host="south").item() == "gradient"
    assert found.sel(origin="north", host="south").item() == "level"
    up = lattice(tiny_study, {**steps, "west": 2.0})
    found = measure.transfer_kinds(tiny_study, up)["ladder"].sel(industry="textiles")
    assert found.sel(origin="north", host="west").item() == "counter_gradient"
    unknown = measure.transfer_kinds(tiny_study, lattice(tiny_study, {**steps, "west": np.nan}))["ladder"]
    assert (unknown.sel(host="west") == "").all() and (unknown.sel(host="south") != "").all()


def test_horizontal_and_vertical(tiny_study: Study) -> None:
    flat = lattice(tiny_study, dict.fromkeys(tiny_study.regions, 1.0))
    related = lattice(tiny_study, {"east": 0.9, "north": 0.2, "south": 0.8, "west": 0.1})
    found = measure.transfer_kinds(tiny_study, flat, relatedness=related)["relation"].sel(industry="textiles")
    assert found.sel(origin="east", host="south").item() == "horizontal"
    assert found.sel(origin="east", host="west").item() == "vertical"
    assert found.sel(origin="north", host="west").item() == "new_ground"
    stages = lattice(tiny_study, {"east": 2.0, "north": 2.0, "south": 2.6, "west": 2.1})
    found = measure.transfer_kinds(tiny_study, flat, relatedness=related, upstreamness=stages)["relation"]
    assert (found.sel(host="south") == "vertical").all(), "another stage of the chain"
    grade = xr.DataArray([0.0, 1.5, 0.0, 0.0], {"region": list(tiny_study.regions)}, ("region",))
    found = measure.transfer_kinds(tiny_study, flat, relatedness=related, complexity=grade)["relation"]
    found = found.sel(industry="textiles")
    assert found.sel(origin="north", host="west").item() == "vertical", "the origin keeps what is complex"
    assert found.sel(origin="north", host="south").item() == "horizontal", "unless the host has the chain"


def test_the_presence_of_a_chain_reckoned_by_hand() -> None:
    """Industry i0 trades 3 with i1 and 1 with i2; r0 has i1 at half its national weight, i2 above it."""
    output = table(np.array([[50.0, 10.0, 40.0], [50.0, 30.0, 20.0]]))
    links = xr.DataArray(
        np.array([[9.0, 1.0, 1.0], [2.0, 0.0, 0.0], [0.0, 5.0, 0.0]]),
        {"row": ["i0", "i1", "i2"], "industry": ["i0", "i1", "i2"]},
        ("row", "industry"),
    )
    found = measure.chain_presence(output, links)
    assert float(found.sel(region="r0", industry="i0")) == pytest.approx(0.75 * 0.5 + 0.25 * 1.0)
    only = measure.chain_presence(output, links, ["i2"])
    assert float(only.sel(region="r0", industry="i0")) == pytest.approx(1.0)
    assert only.sel(industry="i1").notnull().all()
    assert measure.chain_presence(output, links * 0).isnull().all(), "no chain is known"


def test_kinds_on_the_built_in_study(southwest: Study) -> None:
    kinds, summary = measure.transfer_kind(southwest, gradient(southwest))
    assert len(kinds.frame) == 16 * 10 * 6
    for column in kinds.figures:
        assert column.status == "estimated" and column.year and column.sources
    assert summary.frame["pairs_share"].sum() == pytest.approx(1.0)
    assert set(kinds.frame["ladder"]) <= {"", "gradient", "leapfrog", "level", "counter_gradient"}
    row = kinds.frame.set_index(["industry", "origin", "host"]).loc[("electronics", "CN-GD", "CN-GZ")]
    assert row["ladder"] == "leapfrog"
    assert row["gradient_gap"] == pytest.approx(np.log(row["gradient_origin"] / row["gradient_host"]))


def test_a_gradient_that_leaves_a_region_out_is_refused(southwest: Study) -> None:
    whole = gradient(southwest)
    short = replace(whole, frame=whole.frame[whole.frame["region"] != "CN-SC"])
    with pytest.raises(StudyError, match="CN-SC"):
        measure.transfer_kind(southwest, short)
