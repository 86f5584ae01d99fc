"""The check outside the solver passes sound plans and catches broken ones, family by family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import array, random_data, two_by_two

from hinterland.plan.data import PlanData
from hinterland.plan.model import Plan, make_plan
from hinterland.plan.optimise import best
from hinterland.plan.solver import load
from hinterland.plan.specialise import finger_kreinin
from hinterland.plan.verify import verification_rows, verify
from hinterland.study import Study


def planned(study: Study, data: PlanData, objective: str = "value_added") -> Plan:
    solver = load(data)
    sign = -1.0 if objective in ("co2", "landed_cost") else 1.0
    solution = solver.solve({objective: sign})
    return make_plan(study, data, objective, objective, solution, solution)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_sound_plans_pass(southwest: Study, seed: int) -> None:
    frame = verification_rows(planned(southwest, random_data(seed)))
    assert frame["holds"].all(), frame
    assert {"resource", "similarity", "job_loss", "objective_co2"} <= set(frame["constraint"])


def test_verification_is_a_table(southwest: Study) -> None:
    result = verify(planned(southwest, two_by_two()))
    assert result.name == "plan_verification"
    assert set(result.frame["constraint"]) >= {
        "policy",
        "minimum",
        "releasable",
        "sequence",
        "objective_output",
    }
    assert (result.frame["largest_violation"] >= 0).all()


def _halved(data: PlanData, name: str) -> PlanData:
    return replace(data, **{name: getattr(data, name) * 0.5})


@pytest.mark.parametrize(
    ("family", "breaking"),
    [
        ("releasable", lambda d: _halved(d, "releasable")),
        ("host_growth", lambda d: _halved(d, "host_growth")),
        ("industry_growth", lambda d: _halved(d, "industry_growth")),
        ("sequence", lambda d: _halved(d, "focus")),
        ("resource", lambda d: _halved(d, "limit")),
        ("job_loss", lambda d: replace(d, job_limit=d.job_limit * 1e-3)),
        ("minimum", lambda d: replace(d, minimum=1e6)),
        ("policy", lambda d: replace(d, forbidden=xr.ones_like(d.forbidden))),
        ("similarity", lambda d: replace(d, similarity_tolerance=-0.5)),
    ],
)
def test_a_broken_limit_is_caught(
    southwest: Study, family: str, breaking: Callable[[PlanData], PlanData]
) -> None:
    """The plan of one set of limits is checked against tighter ones."""
    plan = planned(southwest, two_by_two())
    frame = verification_rows(replace(plan, data=breaking(plan.data))).set_index("constraint")
    assert not frame.loc[family, "holds"]
    assert frame.loc[family, "largest_violation"] > 1e-3


def test_a_changed_move_is_caught(southwest: Study) -> None:
    plan = planned(southwest, two_by_two())
    broken = verification_rows(replace(plan, transfer=plan.transfer * 1.5)).set_index("constraint")
    assert not broken.loc["objective_value_added", "holds"]
    assert not broken["holds"].all()
    negative = plan.transfer.copy()
    negative[0, 0, 0, 0] = -1.0
    frame = verification_rows(replace(plan, transfer=negative)).set_index("constraint")
    assert not frame.loc["non_negative", "holds"]
    missing = plan.transfer.copy()
    missing[0, 0, 0, 0] = np.nan
    assert not verification_rows(replace(plan, transfer=missing))["holds"].all()


def test_a_wrong_objective_is_caught(southwest: Study) -> None:
    plan = planned(southwest, two_by_two())
    wrong = dict(plan.values) | {"co2": plan.values["co2"] + 0.01}
    frame = verification_rows(replace(plan, values=wrong)).set_index("constraint")
    assert not frame.loc["objective_co2", "holds"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), tolerance=st.floats(0, 0.1))
def test_linear_rows_bound_the_similarity(seed: int, tolerance: float) -> None:
    """Whatever intake meets the linear rows of a pair raises its Finger-Kreinin similarity by the tolerance
    at most."""
    r = np.random.default_rng(seed)
    base, extra = r.uniform(0, 1, (2, 6)) + 1e-6, r.exponential(r.uniform(0, 1, (2, 6)))
    s = base / base.sum(axis=1, keepdims=True)
    theirs = np.array([(s[0] < s[1]), (s[1] <= s[0])])
    after = base + extra
    share = after / after.sum(axis=1, keepdims=True)
    rises = [(share[h][theirs[h]].sum() - s[h][theirs[h]].sum()) for h in (0, 1)]
    if max(rises) > tolerance / 2:
        return
    before, now = np.minimum(s[0], s[1]).sum(), np.minimum(share[0], share[1]).sum()
    assert now <= before + tolerance + 1e-12


def test_finger_kreinin() -> None:
    one, other = array([1, 1, 2], i=["a", "b", "c"]), array([0, 1, 1], i=["a", "b", "c"])
    assert finger_kreinin(one, other) == pytest.approx(0.25 + 0.5)
    assert finger_kreinin(one, one * 7) == pytest.approx(1)


def test_ties_are_settled_by_landed_cost(southwest: Study) -> None:
    """Both origins serve either host at the same worth; the nearer one does."""
    data = replace(two_by_two(), minimum=0.0, job_limit=None)
    gains = {"value_added": data.gains["value_added"]}
    data = replace(data, gains=gains, losses={}, host_growth=data.host_growth * 0.3)
    plan = best(southwest, data, load(data), "value_added")
    moved = plan.transfer
    near = float(moved.sel(origin="east", host="south").sum() + moved.sel(origin="north", host="west").sum())
    assert near == pytest.approx(float(moved.sum()), rel=1e-6)
