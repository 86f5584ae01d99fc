"""Social, technological, market and policy risk: by hand, by brute force, and by planning again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hinterland import plan as planning
from hinterland import risk
from hinterland.accounts import estimate_mrio
from hinterland.plan import Bench, Plan
from hinterland.risk.exposure import purchases, sales
from hinterland.risk.lapse import without
from hinterland.risk.regret import futures
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def plan(full_study: Study) -> Plan:
    return planning.optimise(full_study, objective="value_added")


@pytest.fixture(scope="module")
def bench(full_study: Study, plan: Plan) -> Bench:
    return Bench(full_study, plan)


def test_lilien_by_hand() -> None:
    # 100 and 100 jobs become 120 and 80: growth is ln 1.2 and ln 0.8 against none of the whole
    expected = np.sqrt(0.6 * np.log(1.2) ** 2 + 0.4 * np.log(0.8) ** 2)
    assert risk.lilien([100, 100], [120, 80]) == pytest.approx(expected, rel=1e-12)
    assert risk.lilien([100, 100, 0], [120, 80, 7]) == pytest.approx(expected, rel=1e-12)
    assert np.isnan(risk.lilien([0, 0], [1, 1]))


@given(arrays(float, st.integers(1, 6), elements=st.floats(0.1, 1e4)), st.floats(0.2, 5))
def test_lilien_is_zero_where_all_grow_alike(jobs: np.ndarray, growth: float) -> None:
    # rounding of logarithms of figures up to 5e4
    assert risk.lilien(jobs, jobs * growth) == pytest.approx(0, abs=1e-12)


def test_import_content_is_the_sum_of_all_rounds() -> None:
    rng = np.random.default_rng(3)
    output = rng.uniform(50, 100, 5)
    domestic, imported = rng.uniform(0, 0.1, (5, 5)) * output, rng.uniform(0, 0.05, (5, 5)) * output
    direct, total = risk.import_content(domestic, imported, output)
    rounds, power = np.zeros(5), imported.sum(0) / output
    assert direct == pytest.approx(power)
    for _ in range(200):
        rounds = rounds + power
        power = power @ (domestic / output)
    # the two hundredth round is smaller than rounding: columns of inputs sum to less than 0.5
    assert total == pytest.approx(rounds, rel=1e-12)


def test_sales_and_purchases_add_up(full_study: Study) -> None:
    table = estimate_mrio(full_study)
    for cell in range(len(table.x)):
        customers, places = sales(table, cell)
        made = table.Z[cell].sum() + table.Y[cell].sum()
        # balanced by iteration: to its tolerance
        assert places.sum() == pytest.approx(made, rel=1e-6)
        assert customers.sum() == pytest.approx(made, rel=1e-6)
        bought = table.Z[:, cell].sum() + table.imports[cell]
        assert purchases(table, cell).sum() == pytest.approx(bought, rel=1e-9)


def test_dependence_stays_between_even_and_single(full_study: Study, plan: Plan) -> None:
    frame = risk.dependence(plan, estimate_mrio(full_study)).frame
    assert len(frame)
    for name in ("customer_hhi", "supplier_hhi", "destination_hhi"):
        assert frame[name].dropna().between(0, 1 + 1e-12).all()
    # shares of the largest bound the index: s^2 <= HHI <= s
    part, index = frame["supplier_share"], frame["supplier_hhi"]
    assert ((part**2 <= index + 1e-12) & (index <= part + 1e-12)).all()
    assert (frame["supplier_region"] != frame["region"]).all()


def test_jobs_by_region_are_those_of_the_moves(plan: Plan) -> None:
    frame = risk.jobs_by_region(plan).frame
    lost = float((plan.moves * plan.data.losses["employment"]).sum())
    gained = float((plan.moves * plan.data.gains["employment"]).sum())
    assert frame["jobs_lost"].sum() == pytest.approx(lost, rel=1e-12)
    assert frame["jobs_gained"].sum() == pytest.approx(gained, rel=1e-12)
    assert frame["jobs_net"].sum() == pytest.approx(gained - lost, rel=1e-9)
    # with the general share of skilled jobs
    assert frame["skilled_lost"].sum() == pytest.approx(0.2 * lost, rel=1e-12)


def test_skilled_shares_by_class_and_what_is_wrong_with_them(full_study: Study) -> None:
    def study(shares: dict[str, object]) -> Study:
        given = {"parameters": {"risk": {"skilled_share_by": shares}}}
        return replace(full_study, config={**full_study.config, **given})

    plan = planning.optimise(study({"labour_intensive": 0.1, "machines": 0.5}), objective="value_added")
    frame = risk.jobs_by_region(plan).frame
    by = (plan.moves * plan.data.losses["employment"]).sum(["origin", "host"]).to_series()
    wanted = 0.1 * by["textiles"] + 0.5 * by["machines"]
    assert frame["skilled_lost"].sum() == pytest.approx(wanted, rel=1e-12)
    with pytest.raises(StudyError, match="ships"):
        risk.jobs_by_region(replace(plan, study=study({"ships": 0.5})))


def test_critical_inputs_name_single_sources(full_study: Study, plan: Plan) -> None:
    frame = risk.critical_inputs(plan, estimate_mrio(full_study)).frame
    assert (frame["input_share"] >= 0.02).all()
    assert (frame["single_source"] == (frame["source_share"] >= 0.5)).all()
    alone = risk.critical_inputs(plan)
    assert "no interregional table" in alone.note.en
    assert alone.frame["source_share"].isna().all()


def test_a_lapse_is_the_plan_of_a_study_without_the_policy(
    full_study: Study, plan: Plan, bench: Bench
) -> None:
    frame = risk.lapses(plan, bench).frame
    assert len(frame)
    for row in frame.itertuples():
        other = planning.optimise(without(full_study, row.policy, row.event), objective="value_added")
        for measure in ("value_added", "employment"):
            change = other.values[measure] - plan.values[measure]
            # what the solver's tolerances leave
            slack = 1e-6 * abs(plan.values[measure])
            assert getattr(row, f"{measure}_change") == pytest.approx(change, abs=slack)


def test_regret_is_never_negative_and_none_where_nothing_changes(plan: Plan, bench: Bench) -> None:
    frame = risk.regret(plan, bench).frame.set_index("future")
    assert frame.loc["as_assumed", "regret"] == 0
    assert frame.loc["as_assumed", "kept"] == pytest.approx(plan.values["value_added"], rel=1e-6)
    assert (frame["regret"].dropna() >= 0).all()
    # where hosts can take in more, all of the plan can be kept, and it is what it was
    assert frame.loc["hosts_grow_fast", "kept"] == pytest.approx(plan.values["value_added"], rel=1e-6)
    assert frame.loc["hosts_grow_slowly", "kept"] <= plan.values["value_added"] * (1 + 1e-9)
    assert set(frame.index) == {"as_assumed", *(f.code for f in futures(plan.study))}


def test_regret_against_planning_again(plan: Plan, bench: Bench) -> None:
    # with carbon bounded by what is kept the best is at most the best without that bound
    frame = risk.regret(plan, bench).frame.set_index("future")
    for future in futures(plan.study):
        study = plan.study
        for name, value in future.settings.items():
            study = study.with_parameter(name, value)
        free = planning.optimise(study, objective="value_added").values["value_added"]
        assert frame.loc[future.code, "best"] <= free * (1 + 1e-6)
        assert frame.loc[future.code, "kept"] <= free * (1 + 1e-6)


def test_regret_in_a_measure_that_there_is_not(plan: Plan, bench: Bench) -> None:
    with pytest.raises(StudyError, match="happiness"):
        risk.regret(plan, bench, "happiness")
