"""Studies without a plan: the relaxation against scipy's linprog, the contradiction against all subsets."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest
from planning import array, linear_programme, random_data, two_by_two, with_everything
from scipy.optimize import linprog

from hinterland.plan.data import PlanData
from hinterland.plan.explain import explain_unsolved
from hinterland.plan.mend import DEFINING, Limit, Mend, mend, said
from hinterland.plan.optimise import best, trace
from hinterland.plan.solver import NotSolvedError, load
from hinterland.study import Study, StudyError


def asking(data: PlanData, share: float) -> PlanData:
    """The data with a demand of so many times what can move at most."""
    most = load(data).solve({"output": 1.0}).values["output"]
    return replace(data, minimum=share * most)


def scaled_least(data: PlanData) -> float:
    """Least sum of excesses over the limits, written out by loops; the demand, in the last row, is held.

    A limit of zero (the sequence) is scaled by all that may be released.
    """
    _, rows, bounds, _ = linear_programme(data, "value_added")
    scale = np.where(bounds[:-1] == 0, float(data.releasable.sum()), np.abs(bounds[:-1]))
    a = np.hstack([rows, np.vstack([-np.diag(scale), np.zeros(len(scale))])])
    cost = np.concatenate([np.zeros(rows.shape[1]), np.ones(len(scale))])
    found = linprog(cost, A_ub=a, b_ub=bounds)
    assert found.status == 0
    return float(found.fun)


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_smallest_relaxation_against_linprog(seed: int) -> None:
    data = random_data(seed)
    # limits of one size in each family, so that none is scaled by another; no policy, whose limits are zeros
    data = replace(data, forbidden=data.forbidden & False, similarity_tolerance=0.05, limit=None, use=None)
    data = asking(data, 1.2)
    found = mend(data)
    assert found.demands_held
    share = sum(x.by / (abs(x.limit) or float(data.releasable.sum())) for x in found.relaxed)
    assert share == pytest.approx(scaled_least(data), rel=1e-5)


def test_the_relaxation_mends_it(southwest: Study) -> None:
    """With the limits raised as it says there is a plan, and with a little less there is none."""
    data = asking(replace(two_by_two(), minimum=0.0), 1.3)
    found = mend(data)

    def raised(by: float) -> PlanData:
        out = data
        for x in found.relaxed:
            name = {"resource": "limit", "job_loss": "job_limit"}.get(x.constraint, x.constraint)
            figures = getattr(out, name).copy()
            figures.loc[dict(x.at)] += by * x.by
            out = replace(out, **{name: figures})
        return out

    assert {x.constraint for x in found.relaxed} <= {
        "resource",
        "job_loss",
        "host_growth",
        "industry_growth",
        "releasable",
    }
    assert float(best(southwest, raised(1 + 1e-6), load(raised(1 + 1e-6)), "co2").transfer.sum()) > 0
    with pytest.raises(NotSolvedError):
        load(raised(0.99)).solve({"co2": -1.0})


def test_what_defines_is_never_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built once and a half, or a project's industry without a project, mends nothing that can be done."""
    whole = replace(with_everything(), minimum=150.0, prices={})
    found = mend(whole)
    assert found.relaxed and found.conflict
    assert not {x.constraint for x in (*found.relaxed, *found.conflict)} & set(DEFINING)
    monkeypatch.setitem(mend.__globals__, "DEFINING", ())
    assert {x.constraint for x in mend(whole).relaxed} & set(DEFINING), "else nothing is at stake"


def test_what_has_no_figure_of_its_own_is_eased_by_an_amount() -> None:
    """An order of phases or a scale is a sum against another one: "0 -> 20" would say nothing."""
    data = replace(two_by_two(), minimum=500.0)
    eased = Limit("mode_share", {"host": "west", "phase": "far", "mode": "enclave"}, 0.0, False, 20.0)
    raised = Limit("host_growth", {"host": "west", "phase": "far"}, 42.0, False, 8.0)
    _, change = said(Mend((eased, raised)), data, None)
    assert "eased by 20" in change.en and "放宽20" in change.zh and "42 -> 50" in change.en


def test_no_verdict_on_the_relaxation_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        highspy._core._Highs, "getModelStatus", lambda self: highspy.HighsModelStatus.kTimeLimit
    )
    with pytest.raises(NotSolvedError, match="Time limit"):
        mend(replace(two_by_two(), minimum=500.0))


def row_of(limit: Limit, data: PlanData) -> tuple[np.ndarray, float]:
    """A limit's row over z and its bound, written out by its labels."""
    row = np.zeros((len(data.industries), len(data.origins), len(data.hosts), len(data.codes)))
    at = {
        d: labels.index(limit.at[d]) if d in limit.at else slice(None)
        for d, labels in {
            "industry": data.industries,
            "origin": data.origins,
            "host": data.hosts,
            "factor_class": [str(c) for c in data.classes["factor_class"].values],
        }.items()
    }
    i, o, h = at["industry"], at["origin"], at["host"]
    p = data.codes.index(limit.at["phase"]) if "phase" in limit.at else None
    if limit.constraint == "minimum":
        return -(row + 1).ravel(), -limit.limit
    if limit.constraint == "job_loss":
        row[:, o, :, p] = data.losses["employment"].values[:, [o]]
    elif limit.constraint == "sequence":
        mine = data.classes.values[at["factor_class"]] == 1
        row[mine] -= data.focus.values[at["factor_class"], p]
        row[mine, :, :, : p + 1] += 1
    else:
        row[i, o, h, : None if p is None else p + 1] = 1
    return row.ravel(), limit.limit


def test_the_contradiction_is_irreducible() -> None:
    """One host, two limits and a demand: of the limits that cannot all hold none can be left out."""
    data = random_data(1, (2, 1, 1, 1))
    data = replace(
        data,
        focus=array([[1.0], [1.0]], factor_class=["c0", "c1"], phase=data.codes),
        releasable=array([[10.0], [10.0]], industry=data.industries, origin=data.origins),
        host_growth=array([[100.0]], host=data.hosts, phase=data.codes),
        industry_growth=array(
            [[[4.0]], [[50.0]]], industry=data.industries, host=data.hosts, phase=data.codes
        ),
        forbidden=data.forbidden & False,
        limit=None,
        use=None,
        job_limit=None,
        minimum=15.0,
    )
    # at most 4 of the one and 10 of the other
    found = mend(data)
    names = {(x.constraint, x.at.get("industry")) for x in found.conflict}
    assert names == {("industry_growth", "i0"), ("releasable", "i1"), ("minimum", None)}
    assert found.relaxed[0].constraint == "releasable"  # one more of ten is less than one more of four
    assert found.relaxed[0].by == pytest.approx(1.0)


@pytest.mark.parametrize("seed", [5, 9, 14])
def test_the_contradiction_is_one_and_none_of_it_can_be_left_out(seed: int) -> None:
    data = random_data(seed, (3, 2, 1, 2))
    data = replace(data, limit=None, use=None, forbidden=data.forbidden & False)
    # a host with room, so that several limits together leave too little
    data = asking(replace(data, host_growth=data.host_growth * 9), 1.1)
    found = mend(data).conflict
    written = [row_of(x, data) for x in found]
    assert len(found) > 2
    for left_out in (None, *range(len(written))):
        kept = [x for k, x in enumerate(written) if k != left_out]
        a, b = np.array([r for r, _ in kept]), np.array([bound for _, bound in kept])
        verdict = linprog(np.zeros(a.shape[1]), a, b).status
        assert verdict == (2 if left_out is None else 0)


def test_a_limit_that_leaves_no_plan_is_named_with_host_and_phase(southwest: Study) -> None:
    """Hosts that have to become less alike than moving nothing leaves them, in both languages."""
    data = replace(two_by_two(), minimum=0.0, similarity_tolerance=-0.9)
    with pytest.raises(StudyError) as raised:
        trace(southwest, data, load(data), 5)
    assert "infeasible" in raised.value.message
    words = raised.value.words
    assert "Hosts not to become more alike (west, south, Near term)" in words.en
    assert "防止同质化（west，south，近期）" in words.zh
    assert "->" in raised.value.mend
    assert "plan.similarity_tolerance" in raised.value.mend


def test_asking_for_too_much_says_the_smallest_change(southwest: Study) -> None:
    data = replace(two_by_two(), minimum=500.0)
    with pytest.raises(StudyError, match="asks for 500, but at most") as raised:
        best(southwest, data, load(data), "value_added")
    assert "smallest change" in raised.value.mend
    assert "These limits cannot all hold" in raised.value.message
    assert "Least output to move" in raised.value.message
    assert "不能同时成立" in raised.value.words.zh


def test_a_programme_with_a_plan_needs_no_mend() -> None:
    found = mend(two_by_two())
    assert found.relaxed == () == found.conflict
    error = explain_unsolved(two_by_two(), NotSolvedError("Infeasible"))
    assert "could not be solved" in error.message


def test_without_a_study_the_codes_are_named() -> None:
    data = asking(replace(two_by_two(), minimum=0.0), 1.3)
    words, change = said(mend(data), data, None)
    assert "minimum" in words.en
    assert "host" in change.en or "origin" in change.en
