"""The chapter on the equilibrium says what its tables say, in both languages."""

from __future__ import annotations

import pytest

from hinterland.report.chapters.equilibrium import EQUILIBRIUM, real_income, settles
from hinterland.simulate import Scenario, equilibrium
from hinterland.study import Result, Study


@pytest.fixture(scope="module")
def findings(southwest: Study) -> dict[str, Result]:
    scenario = Scenario("inland").relocate("electronics", "CN-GD", "CN-SC", output=800.0)
    outcome = equilibrium(southwest, scenario, draws=20, moved="reached")
    return {table.name: table for table in outcome.tables}


def test_it_names_who_gains_and_who_loses(southwest: Study, findings: dict[str, Result]) -> None:
    said = settles(southwest, findings)
    gain = findings["equilibrium_by_region"].frame.set_index("region")["real_income_change"]
    assert southwest.label("region", gain.idxmax(), "en") in said[0].en
    assert southwest.label("region", gain.idxmax(), "zh") in said[0].zh
    assert southwest.label("region", gain.idxmin(), "en") in said[1].en
    assert "95%" in said[2].en
    assert "just the output" in said[3].en


def test_its_blocks_are_tables_that_the_model_makes(southwest: Study, findings: dict[str, Result]) -> None:
    assert {block.result for block in EQUILIBRIUM.blocks} <= set(findings)
    (chart,) = real_income(southwest, findings)
    assert chart.results == ("equilibrium_by_region",)


def test_without_results_it_is_silent(southwest: Study) -> None:
    assert settles(southwest, {}) == []
    assert real_income(southwest, {}) == []
