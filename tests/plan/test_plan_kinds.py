"""The plan's moves by kind: none is lost, and each has the kind that the rules give it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import hinterland as hl
from hinterland.plan import Plan, plan_kinds
from hinterland.study import Column, Result, Study, Text


@pytest.fixture(scope="module")
def plan(southwest: Study) -> Plan:
    return hl.plan.optimise(hl.accounts.complete(southwest), objective="value_added")


@pytest.fixture(scope="module")
def kinds(plan: Plan) -> Result:
    moved = plan.results()["plan_transfers"].frame[["industry", "origin", "host"]].drop_duplicates()
    near = moved["host"].isin(["CN-GX", "CN-YN"])
    frame = moved.assign(ladder=near.map({True: "gradient", False: "leapfrog"}), relation="vertical")
    columns = tuple(Column(name, Text(name, name), "code") for name in frame)
    return Result("transfer_kind", Text("k", "类"), frame, columns, Text("m", "法"))


def test_nothing_is_lost_and_phases_come_in_order(plan: Plan, kinds: Result) -> None:
    found = plan_kinds(plan, kinds).frame
    moved = plan.results()["plan_transfers"].frame
    assert found["output"].sum() == pytest.approx(moved["output"].sum(), rel=1e-12)
    assert list(dict.fromkeys(found["phase"])) == ["short", "medium", "long"]
    assert found.groupby("phase")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    near = moved["host"].isin(["CN-GX", "CN-YN"])
    by = found.groupby("ladder")["output"].sum()
    assert by["gradient"] == pytest.approx(moved.loc[near, "output"].sum(), rel=1e-12)


def test_a_move_of_unknown_kind_is_kept(plan: Plan, kinds: Result) -> None:
    some = replace(kinds, frame=kinds.frame[kinds.frame["ladder"] == "gradient"])
    found = plan_kinds(plan, some).frame
    assert set(found["ladder"]) == {"gradient", ""}
    assert found["output"].sum() == pytest.approx(plan.results()["plan_transfers"].frame["output"].sum())
