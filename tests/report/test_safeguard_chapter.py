"""The chapter on the safeguards says what its tables say, in both languages; the built-in study has all."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hinterland import plan as room
from hinterland.accounts import complete, embodied_transfer, estimate_mrio
from hinterland.plan import safeguards
from hinterland.report.chapters.safeguards import SAFEGUARDS, says
from hinterland.study import Result, Study


@pytest.fixture(scope="module")
def findings(southwest: Study) -> dict[str, Result]:
    study = complete(southwest)
    embodied = embodied_transfer(estimate_mrio(study), "co2")
    plan = room.optimise(study, objective="value_added")
    return safeguards.all_tables(plan, {"embodied_co2": embodied})


def test_its_blocks_are_the_tables_that_are_made(southwest: Study, findings: dict[str, Result]) -> None:
    assert {block.result for block in SAFEGUARDS.blocks} == set(findings)
    for block in SAFEGUARDS.blocks:
        if block.pick is not None:
            assert len(block.pick(southwest, findings[block.result].frame)) > 0, block.result
        for chart in block.draw(southwest, findings) if block.draw is not None else []:
            assert chart.results == (block.result,)


def test_it_names_payers_and_what_is_barred(southwest: Study, findings: dict[str, Result]) -> None:
    said = says(southwest, findings)
    assert len(said) == 8
    for text in said:
        assert "{" not in text.en + text.zh
        assert not re.search(r"[A-Za-z]{3,}", text.zh), text.zh
    balance = findings["compensation_regions"].frame.set_index("region")["balance"]
    paid = next(t for t in said if "compensation" in t.en)
    assert southwest.label("region", balance.idxmin(), "en") in paid.en
    assert southwest.label("region", balance.idxmax(), "zh") in paid.zh
    barred = next(t for t in said if "prohibit:" in t.en)
    assert "Refund" in barred.en and "返还" in barred.zh


def test_every_word_of_the_tables_is_there_in_chinese(southwest: Study, findings: dict[str, Result]) -> None:
    for result in findings.values():
        for column in result.columns:
            assert column.label.zh != column.name, (result.name, column.name)
            if column.kind == "code":
                for code in result.frame[column.name].unique():
                    named = southwest.text(column.name, code)
                    assert named.zh != str(code) or str(code) == "", (result.name, column.name, code)
        for text in (result.title, result.method, result.note):
            assert bool(text.en) == bool(text.zh)


def test_own_values_lie_within_their_intervals(findings: dict[str, Result]) -> None:
    """Central 90 % of draws whose mode is the own value; a thousandth of rounding."""
    checked = 0
    for result in findings.values():
        frame = result.frame
        for name in frame.columns:
            low, high = f"{name}_low", f"{name}_high"
            if {low, high} <= set(frame.columns):
                known = frame[[name, low, high]].dropna().astype(float)
                room_ = 1e-3 * known[name].abs() + 1e-9
                assert (known[low] <= known[name] + room_).all(), (result.name, name)
                assert (known[high] >= known[name] - room_).all(), (result.name, name)
                checked += len(known)
    assert checked > 200


def test_the_built_in_sums_come_out(southwest: Study, findings: dict[str, Result]) -> None:
    regions = findings["compensation_regions"].frame
    assert abs(regions["balance"].sum()) <= 1e-9 * regions["paid"].sum()
    account = findings["compensation_accounts"].frame
    assert abs(account["embodied_balance"].sum()) <= 1e-9 * account["embodied_out"].sum()
    uses, paid = findings["fund_uses"].frame, findings["fund_sources"].frame
    by_phase = paid.groupby("phase", sort=False)["paid_in"].sum().reindex(uses["phase"]).to_numpy()
    np.testing.assert_allclose(by_phase, uses["uses"], rtol=1e-9)


def test_without_results_it_is_silent(southwest: Study) -> None:
    assert says(southwest, {}) == []
    for block in SAFEGUARDS.blocks:
        assert block.draw is None or block.draw(southwest, {}) == []
