"""What one room hands to another on the way along the chain."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd
import pytest

from hinterland import potential
from hinterland.steps import STEPS, Part, Step, Work
from hinterland.study import Column, Kind, Result, Study, StudyError, Text

STEP = MappingProxyType({step.code: step for step in STEPS})


def made(name: str, frame: pd.DataFrame) -> Result:
    kinds: dict[str, Kind] = {"region": "region", "industry": "industry", "year": "year"}
    columns = tuple(
        Column(c, Text.same(c), kinds[c])
        if c in kinds
        else Column(c, Text.same(c), "number", "", "estimated", "2017", ("office",))
        for c in frame
    )
    return Result(name, Text.same(name), frame, columns, Text.same("made up"))


def graded(study: Study) -> Result:
    """The origins two deviations above the hosts in the base year, and the other way round before it."""
    years = (study.base_year - 5, study.base_year)
    rows = [
        (region, year, 2.0 if (region in study.origins) == (year == study.base_year) else 0.0)
        for region in study.regions
        for year in years
    ]
    return made("complexity_regions", pd.DataFrame(rows, columns=["region", "year", "eci"]))


def staged(study: Study) -> Result:
    """Electronics at one stage in the hosts and another elsewhere; nothing is known of other industries."""
    rows = [(r, "electronics", 3.0 if r in study.hosts else 2.0) for r in study.regions]
    return made("value_chain", pd.DataFrame(rows, columns=["region", "industry", "upstreamness"]))


def kinds(work: Work) -> pd.DataFrame:
    found = STEP["measure"].parts(work)["transfer_kind"](work, lambda share: None)
    assert isinstance(found, tuple)
    table: Result = found[0]
    return table.frame


def test_kinds_take_what_the_findings_know_at_the_base_year(southwest: Study) -> None:
    work = Work(southwest)
    work.keep([graded(southwest), staged(southwest)])
    frame = kinds(work)
    known = frame["complexity_gap"].notna()
    assert known.all() and (frame.loc[known, "complexity_gap"] == 2.0).all(), "the base year counts"
    mine = frame["industry"] == "electronics"
    assert (frame.loc[mine, "upstreamness_gap"] == 1.0).all() and (
        frame.loc[mine, "relation"] == "vertical"
    ).all()
    assert frame.loc[~mine, "upstreamness_gap"].isna().all()
    threshold = float(southwest.parameter("measure.relatedness"))
    there = ~mine & (frame["relatedness_host"] >= threshold)
    assert there.any() and (frame.loc[there, "relation"] == "horizontal").all()


def test_kinds_ask_the_room_potential_for_what_is_not_yet_found(
    southwest: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(study: Study) -> Result:
        raise StudyError(Text.same("no table"), Text.same("give one"))

    monkeypatch.setattr(potential, "complexity", lambda study: [graded(study)], raising=False)
    monkeypatch.setattr(potential, "value_chain", refuses, raising=False)
    work = Work(southwest)
    frame = kinds(work)
    assert (frame["complexity_gap"] == 2.0).all() and frame["upstreamness_gap"].isna().all()
    assert not work.findings, "what was made ahead is kept by the step whose answer it is"


def test_the_ranking_of_industries_comes_last_so_that_every_criterion_is_there(southwest: Study) -> None:
    assert list(STEP["potential"].parts(Work(southwest)))[-1] == "industry_ranking"


def test_roles_are_weighed_again_when_the_value_of_backup_is_known(southwest: Study) -> None:
    work = Work(southwest)
    before = potential.positioning(southwest)
    work.keep(before)
    again = Step("simulate", Text.same("again"), lambda work: {"positioning": _roles(work)})
    again.take(work)
    assert work.findings["role_measures"] is before[0], "without it nothing changes"
    rows = [(r, 0.1 * k) for k, r in enumerate(southwest.regions)]
    work.keep(made("backup_by_region", pd.DataFrame(rows, columns=["region", "backup_value"])))
    again.take(work)
    assert not work.left_out
    frame = work.findings["role_measures"].frame
    mine = frame[frame["measure_en"].str.startswith("Output saved by capacity")].set_index("region")
    assert mine["value"].to_dict() == dict(rows)
    assert work.findings["positioning"].frame["score"].notna().all()
    assert "backup" not in work.findings["positioning"].note.en.lower()


def _roles(work: Work) -> Part:
    return STEP["simulate"].parts(work)["positioning"]


def test_a_plan_is_chosen_by_weights_or_by_wishes(full_study: Study) -> None:
    three = ("value_added", "co2", "employment")
    for asked, said in (
        ({"weights": {"value_added": 2.0, "co2": 1.0}}, "by weights"),
        ({"reference": {"co2": 0.0}}, "reference point"),
    ):
        work = Work(full_study, points=4, traded=three, **asked)  # type: ignore[arg-type]
        work.keep(STEP["plan"].parts(work)["frontier"](work, lambda share: None))
        assert said in work.findings["frontier"].note.en
        assert work.plan is not None and work.plan.traded == three
    work = Work(full_study, points=4, weights={"happiness": 1.0})
    parts = STEP["plan"].parts(work)
    with pytest.raises(StudyError, match="happiness"):
        parts["frontier"](work, lambda share: None)
    # what was asked for is not quietly replaced by another plan
    with pytest.raises(StudyError, match="could not be chosen"):
        parts["plan_transfers"](work, lambda share: None)
