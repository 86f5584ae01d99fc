"""The plan's tables, the comparison of presets, and the errors a user can cause."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from planning import array, two_by_two, with_everything, without_minimum

from hinterland import plan as room
from hinterland.plan.explain import explain_nothing, explain_unsolved
from hinterland.plan.model import Frontier
from hinterland.plan.optimise import best, trace
from hinterland.plan.options import Clusters
from hinterland.plan.prices import amount
from hinterland.plan.solver import NotSolvedError, load
from hinterland.study import Study, StudyError

CONTRACT = {
    "plan_transfers": ["industry", "origin", "host", "phase", "output"],
    "plan_by_host_phase": ["host", "phase", "output", "value_added", "employment", "energy", "co2"],
    "plan_objectives": ["objective", "value", "unit"],
    "frontier": ["point", "value_added", "employment", "co2", "chosen"],
    "shadow_prices": ["constraint", "region", "resource", "phase", "price", "unit", "words_en", "words_zh"],
    "plan_limits": ["constraint", "region", "resource", "phase", "limit", "used", "binding"],
    "plan_verification": ["constraint", "checked", "largest_violation", "tolerance", "holds"],
    "plan_specialisation": ["host", "host_to", "similarity_before", "similarity_after"],
    "plan_host_industry": ["host", "industry", "output", "share"],
}


@pytest.fixture(scope="module")
def front(southwest: Study) -> Frontier:
    return room.frontier(southwest)


def test_tables_hold_what_the_views_draw(front: Frontier) -> None:
    found = {**front.plan.results(), **front.results()}
    assert set(CONTRACT) <= set(found)
    for name, columns in CONTRACT.items():
        assert found[name].name == name
        assert set(columns) <= set(found[name].frame.columns), name
        assert len(found[name].frame), name
        for column in found[name].columns:
            assert column.label.en, (name, column.name)
            assert column.label.zh != column.name, (name, column.name)


def test_sums_agree_across_tables(front: Frontier) -> None:
    found = front.plan.results()
    total = float(front.plan.transfer.sum())
    listed = found["plan_transfers"].frame["output"].sum()
    assert listed == pytest.approx(total, rel=1e-3)
    assert found["plan_by_host_phase"].frame["output"].sum() == pytest.approx(total, rel=1e-9)
    assert found["plan_host_industry"].frame["output"].sum() == pytest.approx(total, rel=1e-9)
    values = found["plan_objectives"].frame.set_index("objective")["value"]
    assert values["output"] == pytest.approx(total, rel=1e-9)
    assert values["co2_end"] == pytest.approx(values["co2_hosts"] + values["co2_origins"])
    by_host = found["plan_by_host_phase"].frame
    assert by_host["value_added"].sum() == pytest.approx(values["value_added_end"], rel=1e-9)


def test_no_host_pair_becomes_more_alike_than_allowed(front: Frontier) -> None:
    frame = front.plan.results()["plan_specialisation"].frame
    rise = frame["similarity_after"] - frame["similarity_before"]
    assert (rise <= front.plan.data.similarity_tolerance + 1e-9).all()


def test_limits_are_kept_and_some_bind(front: Frontier) -> None:
    frame = front.plan.results()["plan_limits"].frame
    assert (frame["used"] <= frame["limit"] * (1 + 1e-6) + 1e-6).all()
    assert frame["binding"].any()
    assert set(frame["constraint"]) == {
        "budget",
        "mode_share",
        "upgrade_room",
        "resource",
        "host_growth",
        "industry_growth",
        "job_loss",
        "sequence",
        "releasable",
    }


def test_prices_are_said_in_both_languages(front: Frontier) -> None:
    frame = front.plan.results()["shadow_prices"].frame
    assert (frame["price"] > 0).all()
    row = frame[frame["constraint"] == "resource"].iloc[0]
    study = front.study
    assert study.text("region", row["region"]).en in row["words_en"]
    assert study.text("resource", row["resource"]).zh in row["words_zh"]
    assert "{" not in "".join([*frame["words_en"], *frame["words_zh"]])
    # only what binds has a price
    limits = front.plan.results()["plan_limits"].frame
    key = ["constraint", "region", "resource", "industry", "phase"]
    bound = {tuple(r) for r in limits.loc[limits["used"] >= limits["limit"] * (1 - 1e-4), key].to_numpy()}
    priced = frame[frame["constraint"].isin(["resource", "host_growth", "industry_growth"])]
    assert {tuple(r) for r in priced[key].to_numpy()} <= bound


def test_amounts_are_written_for_people() -> None:
    assert [amount(v) for v in (12345.6, 17.08, 0.04775, 0.0)] == ["12,300", "17.1", "0.0477", "0"] or amount(
        0.04775
    ) in ("0.0478", "0.0477")


def test_solver_is_told_for_the_manifest(front: Frontier) -> None:
    assert front.plan.solver["name"] == "HiGHS"
    assert front.plan.solver["status"] == "Optimal"
    assert front.plan.solver["threads"] == 1


def test_moves_fit_the_impact_model(front: Frontier) -> None:
    assert front.plan.moves.dims == ("industry", "origin", "host")
    assert [str(h) for h in front.plan.moves["host"].values] == list(front.study.hosts)


@pytest.mark.parametrize("objective", ["value_added", "employment", "co2"])
def test_each_objective_is_best_at_its_own_plan(southwest: Study, front: Frontier, objective: str) -> None:
    plan = room.optimise(southwest, objective=objective)  # type: ignore[arg-type]
    own, other = plan.values[objective], front.payoff["value_added" if objective != "value_added" else "co2"]
    assert (own - other[objective]) * (-1 if objective == "co2" else 1) >= -1e-6 * abs(own)
    assert room.verify(plan).frame["holds"].all()


def test_comparison_says_what_is_lost(southwest: Study, front: Frontier) -> None:
    other = room.optimise(southwest, southwest.config["study"]["compare_preset"])
    result = room.compare_plans(front.plan, other)
    assert list(result.frame.columns[:3]) == ["measure", "plan", "comparison"]
    rows = result.frame.set_index("measure")
    assert rows.loc["years_lost", "comparison"] == 3
    assert rows.loc["years_lost", "plan"] == 0
    assert rows.loc["growth_lost", "comparison"] > 0
    assert rows.loc["phases_planned", "comparison"] == 2
    assert "2023-2025" in result.note.en


def test_compare_plans_both_presets(full_study: Study) -> None:
    frame = room.compare(full_study).frame.set_index("measure")
    assert frame.loc["years_lost", "comparison"] == 0, (
        "a phase that has begun loses its past years, not itself"
    )
    assert np.isfinite(frame.loc["value_added", ["plan", "comparison"]].astype(float)).all()


def test_a_bare_study_is_planned_without_carbon(small_study: Study) -> None:
    front = room.frontier(small_study)
    assert front.second == "landed_cost"
    frame = front.results()["frontier"].frame
    assert frame["co2"].isna().all(), "missing is missing, not zero"
    objectives = front.plan.results()["plan_objectives"].frame
    assert not objectives["objective"].str.contains("co2").any()
    with pytest.raises(StudyError, match="co2"):
        room.optimise(small_study, objective="co2")


def test_unknown_objective(southwest: Study) -> None:
    with pytest.raises(StudyError, match="no objective 'happiness'"):
        room.optimise(southwest, objective="happiness")  # type: ignore[arg-type]


def test_asking_for_too_much_names_the_limits(southwest: Study) -> None:
    data = replace(two_by_two(), minimum=500.0)
    with pytest.raises(StudyError, match=r"asks for 500, but at most .*\((south|west), Far term") as raised:
        best(southwest, data, load(data), "value_added")
    assert "plan.minimum_output" in raised.value.mend


def test_what_can_move_just_suffices(southwest: Study) -> None:
    data = two_by_two()
    most = load(without_minimum(data)).solve({"output": 1.0}).values["output"]
    tight = replace(data, minimum=most * (1 - 1e-7))
    assert float(best(southwest, tight, load(tight), "co2").transfer.sum()) == pytest.approx(most, rel=1e-6)


def test_nothing_can_move_names_the_constraint(southwest: Study) -> None:
    data = without_minimum(two_by_two())
    assert data.limit is not None
    shut = replace(data, limit=data.limit.where(data.limit["resource"] != "energy", 0.0))
    with pytest.raises(StudyError, match=r"What keeps it: Resource headroom .*Electricity in south"):
        trace(southwest, shut, load(shut), 5)
    nowhere = replace(data, releasable=data.releasable * 0)
    with pytest.raises(StudyError, match="Releasable capacity"):
        trace(southwest, nowhere, load(nowhere), 5)
    unpaid = replace(with_everything(), prices={}, minimum=0.0, backup_floor=None)
    assert unpaid.budgets is not None
    unpaid = replace(unpaid, budgets=replace(unpaid.budgets, amount=unpaid.budgets.amount * 0))
    with pytest.raises(StudyError, match=r"What keeps it: Budget of the fund.* Raise the amounts in budgets"):
        trace(southwest, unpaid, load(unpaid), 5)
    both = replace(shut, host_growth=data.host_growth * 0, forbidden=xr.ones_like(data.forbidden))
    message = explain_nothing(both).message
    assert "host_growth" in message
    assert "policy" in message


def test_what_only_whole_numbers_rule_out_is_said(southwest: Study) -> None:
    """A hundredth of a cluster would be enough and could be paid for; a whole one cannot."""
    data = replace(with_everything(), minimum=0.0, prices={}, project_scale=None, infrastructure=None)
    at = {"industry": data.industries, "host": data.hosts}
    clusters = Clusters(
        minimum=array([[np.nan, np.nan], [9, 9]], **at), cost=array([[0, 0], [100, 100]], **at)
    )
    asked = array([np.nan, 300.5], industry=data.industries)
    dear = replace(data, clusters=clusters, backup_floor=asked)
    with pytest.raises(StudyError, match=r"are whole: .* Lower minimum_output in cluster_options"):
        best(southwest, dear, load(dear), "value_added")
    cheap = replace(dear, clusters=replace(clusters, cost=clusters.cost / 100))
    assert best(southwest, cheap, load(cheap), "value_added").more["establish"].sum() >= 1


def test_another_verdict_of_the_solver_is_passed_on() -> None:
    error = explain_unsolved(without_minimum(two_by_two()), NotSolvedError("Unbounded"))
    assert "Unbounded" in error.message
    error = explain_unsolved(without_minimum(two_by_two()), NotSolvedError("Time limit reached"))
    assert "in the time allowed" in error.message and "fewer clusters" in str(error)


def test_a_host_pair_without_output_is_no_trouble(southwest: Study) -> None:
    data = without_minimum(two_by_two())
    empty = replace(data, output=array([[300, 200], [0, 0]], host=data.hosts, industry=data.industries))
    plan = best(southwest, empty, load(empty), "value_added")
    assert room.verify(plan).frame["holds"].all()
