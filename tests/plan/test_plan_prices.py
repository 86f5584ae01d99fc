"""What one more unit of a limit is worth: against the programme solved again with its row a little wider.

The optimum is concave in the limits, so that a price is at least what a little more brings and at most what a
little less costs (Bertsimas & Tsitsiklis 1997, section 5.3), and equals both unless the plan is degenerate
there. Optima agree to the solver's tolerances (1e-9), differences of two over a step of 1e-4 to 1e-4.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planning import random_data, two_by_two, with_everything

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.data import PlanData
from hinterland.plan.model import Plan
from hinterland.plan.objectives import SENSE
from hinterland.plan.optimise import best, trace
from hinterland.plan.prices import _SENTENCES, UNPRICED, price_rows
from hinterland.plan.solver import Solver, load
from hinterland.study import Study

STEP = 1e-4
CLOSE = 1e-4


def _cases() -> dict[str, tuple[PlanData, str]]:
    """Plans in which each kind of limit binds somewhere."""
    whole = with_everything()
    simple = replace(whole, infrastructure=None, clusters=None, prices={})
    assert whole.local_inputs is not None
    scarce = replace(whole.local_inputs, supply=whole.local_inputs.supply * 0.2)
    return {
        "everything": (whole, "value_added"),
        "jobs": (whole, "employment"),
        "carbon": (whole, "co2"),
        "simple": (simple, "value_added"),
        "scarce": (replace(simple, local_inputs=scarce), "value_added"),
        "cheapest": (whole, "landed_cost"),
        "least": (replace(whole, minimum=60.0, backup_floor=None), "landed_cost"),
        "small": (two_by_two(), "value_added"),
        "careful": (replace(two_by_two(), job_limit=two_by_two().job_limit * 0.2), "value_added"),
        "slow": (
            replace(whole, industry_growth=whole.industry_growth * 0.4, left_out=("industry_growth",)),
            "value_added",
        ),
        "released": (replace(two_by_two(), releasable=two_by_two().releasable * 0.2), "value_added"),
    }


def _planned(study: Study, name: str) -> tuple[Plan, Solver]:
    data, objective = _cases()[name]
    solver = load(data)
    if name in ("cheapest", "least"):
        # with built what the plan for value added builds
        solver.keep(_planned(study, "everything")[0].more)
    return best(study, data, solver, objective), solver


@pytest.fixture(scope="module")
def plans(southwest: Study) -> dict[str, tuple[Plan, Solver]]:
    return {name: _planned(southwest, name) for name in _cases()}


def _row(solver: Solver, constraint: str, at: dict[str, str]) -> int | None:
    labels = solver.programme.model.constraints[constraint].labels
    label = int(labels.sel({d: at[str(d)] for d in labels.dims}))
    return None if label < 0 else solver.rows[label]


def _rows(plan: Plan, solver: Solver, row: pd.Series) -> dict[int, float]:
    """Rows that a unit more of a limit widens, and by how much each."""
    codes = plan.data.codes
    at = {"phase": row["phase"], "industry": row["industry"], "resource": row["resource"]}
    at |= {"mode": row["mode"], "fund": row["fund"], "input": row["industry"]}
    at |= {"factor_class": row["factor_class"]}
    at |= {"host": row["region"], "origin": row["region"]}
    name = row["constraint"]
    sign = -1.0 if name in ("minimum", "backup_floor") else 1.0
    wide: list[tuple[str, dict[str, str], float]] = [(name, at, sign)]
    if name == "budget":
        wide = [(name, at | {"phase": p}, 1.0) for p in codes[codes.index(row["phase"]) :]]
    if name == "industry_growth":
        here = {k: at[k] for k in ("industry", "host")}
        if plan.clusters is not None:
            done = plan.clusters.sel(here).cumsum("phase").values[codes.index(row["phase"])]
            wide.append(("cluster_room", at, float(round(done))))
        if "begin" in plan.more:
            begun = plan.more["begin"].sel(here | {"phase": row["phase"]})
            wide.append(("project_room", at, float(round(begun.item()))))
    found = {}
    for constraint, place, by in wide:
        k = _row(solver, constraint, place) if constraint in solver.programme.constraints else None
        if k is not None:
            found[k] = by
    return found


def _optimum(solver: Solver, plan: Plan, wider: dict[int, float], step: float) -> float:
    """Value of the objective (maximised) with some rows wider by a step."""
    highs = solver.highs
    lower, upper = np.asarray(highs.getLp().row_lower_), np.asarray(highs.getLp().row_upper_)
    for k, by in wider.items():
        ends = [v + by * step if np.isfinite(v) else v for v in (lower[k], upper[k])]
        highs.changeRowBounds(k, *ends)
    sign = 1.0 if SENSE[plan.objective] == "max" else -1.0
    try:
        return sign * solver.solve({plan.objective: sign}).values[plan.objective]
    finally:
        for k in wider:
            highs.changeRowBounds(k, lower[k], upper[k])


def test_every_limit_has_a_sentence_or_is_none() -> None:
    assert set(CONSTRAINTS) <= set(_SENTENCES) | set(UNPRICED)
    assert not set(_SENTENCES) & set(UNPRICED)


@pytest.mark.parametrize("name", sorted(_cases()))
def test_a_price_is_what_a_little_more_of_the_limit_brings(
    plans: dict[str, tuple[Plan, Solver]], name: str
) -> None:
    plan, solver = plans[name]
    rows = price_rows(plan)
    rows = rows[rows["constraint"] != "similarity"]  # its other host is in the words only
    base = _optimum(solver, plan, {}, 0.0)
    exact = []
    for _, row in rows.iterrows():
        wider = _rows(plan, solver, row)
        assert wider, row["words_en"]
        more = (_optimum(solver, plan, wider, STEP) - base) / STEP
        assert more <= row["price"] + CLOSE, row["words_en"]
        exact.append(more == pytest.approx(row["price"], abs=CLOSE))
    assert np.mean(exact) > 0.5, rows[~np.array(exact)]["words_en"].tolist()


def test_the_kinds_of_limits_that_bind_are_all_said(plans: dict[str, tuple[Plan, Solver]]) -> None:
    said = pd.concat([price_rows(plan) for plan, _ in plans.values()])
    assert set(said["constraint"]) == set(_SENTENCES) - {"carbon_cap", "level_allowed", "level_asked"}
    words = "".join([*said["words_en"], *said["words_zh"]])
    assert "{" not in words and "_" not in words


def test_the_pace_of_an_industry_counts_in_every_row_it_stands_in(
    plans: dict[str, tuple[Plan, Solver]],
) -> None:
    """With the pace of one industry in one host a little faster in the data, not in a row; switched off as a
    limit of its own, it still stands where clusters and projects let an industry in."""
    plan, _ = plans["slow"]
    rows = price_rows(plan)
    rows = rows[rows["constraint"] == "industry_growth"]
    exact = 0
    for _, row in rows.iterrows():
        at = {"industry": row["industry"], "host": row["region"], "phase": row["phase"]}
        pace = plan.data.industry_growth.copy()
        values = []
        for step in (-STEP, 0.0, STEP):
            pace.loc[at] = float(plan.data.industry_growth.sel(at)) + step
            solver = load(replace(plan.data, industry_growth=pace))
            solver.keep(plan.more)
            values.append(solver.solve({"value_added": 1.0}).values["value_added"])
        less, more = (values[1] - values[0]) / STEP, (values[2] - values[1]) / STEP
        assert more - CLOSE <= row["price"] <= less + CLOSE
        exact += more == pytest.approx(row["price"], abs=CLOSE)
    assert exact >= 0.5 * len(rows) > 0


def test_what_is_minimised_is_saved(plans: dict[str, tuple[Plan, Solver]]) -> None:
    rows = price_rows(plans["carbon"][0])
    assert rows["words_en"].str.contains(" saves ").all() and rows["words_zh"].str.contains("减少").all()
    rows = price_rows(plans["everything"][0])
    assert rows["words_en"].str.contains(" is worth ").all() and rows["words_zh"].str.contains("增加").all()


@pytest.mark.parametrize("other", ["landed_cost", "employment"])
def test_the_level_of_another_objective_has_its_price(southwest: Study, other: str) -> None:
    """To a hundredth: the weights of the augmented objective (1e-4 of the range) are in the price."""
    data = random_data(6, (4, 2, 3, 2))
    solver = load(data)
    plan = trace(southwest, data, solver, 6, ("value_added", other)).plan
    rows = price_rows(plan)
    (row,) = rows[rows["constraint"].isin(["level_allowed", "level_asked"])].to_dict("records")
    assert row["constraint"] == ("level_asked" if SENSE[other] == "max" else "level_allowed")
    level, found = plan.values[other], []
    for step in (0.0, 1e-3):
        bound = (level - step, np.inf) if SENSE[other] == "max" else (-np.inf, level + step)
        found.append(solver.solve({"value_added": 1.0}, {other: bound}).values["value_added"])
    assert (found[1] - found[0]) / 1e-3 == pytest.approx(row["price"], rel=1e-2)
    assert southwest.text("objective", other).en in row["words_en"]
