"""From a study to the plan's data: phases, policies, intensities, limits, and what is said when data are
absent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planning import array, two_by_two

from hinterland.plan import plan_data
from hinterland.plan.assemble import phase_key, start_year
from hinterland.plan.data import clip_phases, intensity, interpolate_limits
from hinterland.plan.intensities import blend
from hinterland.study import Phase, Study, StudyError, Text, open_study
from hinterland.study.policies import by_phase, yearly_factor
from studies import write_small_study


def _phase(code: str, start: int, end: int) -> Phase:
    return Phase(code, start, end, Text.same(code), {})


def with_parameters(study: Study, **plan: object) -> Study:
    parameters = dict(study.config.get("parameters", {}))
    parameters["plan"] = {**parameters.get("plan", {}), **plan}
    return replace(study, config={**study.config, "parameters": parameters})


def test_phases_that_are_over_cannot_be_planned() -> None:
    phases = (_phase("a", 2023, 2025), _phase("b", 2026, 2030), _phase("c", 2031, 2035))
    left, over = clip_phases(phases, 2028)
    assert [p.code for p in over] == ["a"]
    assert [(p.code, p.start, p.end) for p in left] == [("b", 2028, 2030), ("c", 2031, 2035)]
    with pytest.raises(StudyError, match="Every phase ended before"):
        clip_phases(phases, 2040)


def test_limits_are_carried_by_the_year_in_which_a_phase_ends() -> None:
    given = (_phase("a", 2026, 2028), _phase("b", 2029, 2032))
    wanted = (_phase("x", 2026, 2030), _phase("y", 2031, 2035))
    limits = array([[3.0, 7.0], [np.nan, 1.0]], host=["h", "k"], phase=["a", "b"])
    found = interpolate_limits(limits, given, wanted)
    # half way between 3 by 2028 and 7 by 2032; after the last year it stays
    assert found.sel(host="h").values == pytest.approx([5.0, 7.0])
    assert found.sel(host="k").isnull().all()
    assert interpolate_limits(limits, given, given) is limits


def test_policies_slow_speed_and_forbid() -> None:
    table = pd.DataFrame(
        [
            ("a", "h", "i", 2026, 2027, "encourage"),
            ("b", "h", "", 2028, "", "restrict"),
            ("c", "", "j", "", "", "forbid"),
            ("d", "*", "j", "", "", "encourage"),
        ],
        columns=["policy", "region", "industry", "start_year", "end_year", "effect"],
    )
    years = [2026, 2027, 2028, 2029]
    factor = yearly_factor(table, ["i", "j"], ["h", "k"], years, restrict=0.5, encourage=1.25)
    assert factor.sel(industry="i", host="h").values.tolist() == [1.25, 1.25, 0.5, 0.5]
    assert factor.sel(industry="i", host="k").values.tolist() == [1, 1, 1, 1]
    assert (factor.sel(industry="j") == 0).all(), "what forbids outweighs what encourages"
    effective, forbidden = by_phase(factor, [_phase("p", 2026, 2027), _phase("q", 2028, 2029)])
    assert effective.sel(industry="i", host="h").values.tolist() == [2.5, 3.5]
    assert forbidden.sel(industry="j").all()
    assert not forbidden.sel(industry="i").any()
    with pytest.raises(StudyError, match="effect"):
        yearly_factor(table.assign(effect="perhaps"), ["i"], ["h"], years, restrict=0.5, encourage=1.25)


def test_a_missing_intensity_is_the_average_and_is_said() -> None:
    total = array([[10.0, 4.0], [np.nan, 0.0]], region=["r", "s"], industry=["i", "j"])
    output = array([[100.0, 20.0], [50.0, 0.0]], region=["r", "s"], industry=["i", "j"])
    found, note = intensity(total, output, "jobs")
    assert found.values == pytest.approx(np.array([[0.1, 0.2], [0.1, 0.2]]))
    assert note is not None
    assert "2 of 4" in note.en


def test_moved_capacity_is_between_the_host_and_the_origins() -> None:
    at_host = array([[0.4]], industry=["i"], host=["h"])
    at_origin = array([[0.1, 0.3]], industry=["i"], origin=["o", "q"])
    release = array([[30.0, 10.0]], industry=["i"], origin=["o", "q"])
    assert blend(at_host, at_origin, release, 1.0).item() == pytest.approx(0.4)
    assert blend(at_host, at_origin, release, 0.0).item() == pytest.approx(0.15)
    assert blend(at_host, at_origin, release, 0.5).item() == pytest.approx(0.275)


def test_the_tiny_study_by_hand(tiny_study: Study) -> None:
    data = plan_data(tiny_study)
    assert data.hosts == ["south", "west"]
    assert data.industries == ["machines", "textiles"]
    assert data.releasable.sel(industry="machines", origin="east").item() == pytest.approx(90)
    # two per cent a year of 500 over 3 and 7 years
    assert data.host_growth.sel(host="south").values == pytest.approx([30, 70])
    assert data.industry_growth.sel(industry="machines", host="south").values == pytest.approx([45, 105])
    # one per cent a year of 400 x 0.04 + 900 x 0.02 jobs over 3 and 4 years
    assert data.job_limit is not None
    assert data.job_limit.sel(origin="east").values == pytest.approx([1.02, 1.36])
    assert data.limit is not None
    assert data.limit.sel(host="west", resource="carbon").values == pytest.approx([8, 16])
    assert data.gains["value_added"].sel(industry="machines", host="west").item() == pytest.approx(0.55)


def test_own_shares_by_industry_or_class(tiny_study: Study) -> None:
    study = with_parameters(tiny_study, release_share_by={"textiles": 0.5, "technology_intensive": 0.2})
    data = plan_data(study)
    assert data.releasable.sel(industry="textiles", origin="east").item() == pytest.approx(200)
    assert data.releasable.sel(industry="machines", origin="east").item() == pytest.approx(180)
    with pytest.raises(StudyError, match="release_share_by"):
        plan_data(with_parameters(tiny_study, release_share_by={"ships": 0.5}))


def test_what_a_bare_study_lacks_is_said(small_study: Study) -> None:
    data = plan_data(small_study)
    assert set(data.gains) == {"value_added"}
    assert data.limit is None
    assert data.job_limit is None
    said = " ".join(note.en for note in data.notes)
    assert "co2" in said
    assert "job loss" in said
    assert all(note.zh for note in data.notes)


def test_the_other_preset_starts_where_the_plan_does(full_study: Study) -> None:
    data = plan_data(full_study, "early")
    assert start_year(full_study) == 2026
    assert [(p.code, p.start, p.end) for p in data.phases] == [("first", 2026, 2027), ("second", 2028, 2032)]
    assert phase_key(full_study, "early", "first") == "early/first"
    own = plan_data(full_study)
    assert data.limit is not None
    assert own.limit is not None
    assert data.limit.sel(phase="second").values == pytest.approx(own.limit.sel(phase="far").values)


def test_labels_are_sorted_whatever_the_order_of_the_tables(full_study: Study) -> None:
    data = plan_data(full_study)
    assert data.hosts == sorted(data.hosts)
    assert data.industries == sorted(data.industries)


@pytest.mark.parametrize("name", ["release_share", "host_growth", "job_loss"])
def test_a_parameter_out_of_range_is_named(tiny_study: Study, name: str) -> None:
    with pytest.raises(StudyError, match=name):
        plan_data(with_parameters(tiny_study, **{name: -0.1}))


def test_a_negative_limit_names_host_resource_and_phase() -> None:
    data = two_by_two()
    assert data.limit is not None
    limit = data.limit.copy()
    limit.loc[{"host": "west", "resource": "labour", "phase": "far"}] = -1.0
    with pytest.raises(StudyError, match="host west, resource labour, phase far"):
        replace(data, limit=limit)


def test_a_study_without_transferable_industries(tmp_path: Path) -> None:
    study = open_study(write_small_study(tmp_path / "small"))
    industries = study.frames["industries"].assign(transferable="no")
    with pytest.raises(StudyError, match="can move"):
        plan_data(replace(study, frames={**study.frames, "industries": industries}))


def test_a_region_without_figures_of_its_own_is_flagged(full_study: Study) -> None:
    co2 = full_study.arrays["co2"]
    blank = co2.where(co2["region"] != "plain")
    study = replace(full_study, arrays={**full_study.arrays, "co2": blank})
    said = " ".join(note.en for note in plan_data(study).notes)
    assert "co2 is not observed in Plain: estimated there." in said
