"""The documentation says what is so: its blocks run, its published answers hold, its names exist."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from hinterland import cli

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(DOCS / "_ext"))


def commands(example) -> None:
    """Run the lines of a console block that call hinterland."""
    for line in example.parsed.splitlines():
        if line.startswith("$ hinterland"):
            with pytest.raises(SystemExit) as end:
                cli.main([*shlex.split(line)[2:], "--quiet"])
            assert end.value.code == 0, line


@pytest.mark.parametrize("page", ["tutorial", "howto", "simulate"])
def test_the_blocks_of_a_page_run(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    parsers = [PythonCodeBlockParser(), CodeBlockParser("console", commands)]
    document = Sybil(parsers=parsers).parse(DOCS / f"{page}.md")
    examples = list(document.examples())
    assert examples
    for example in examples:
        example.evaluate()


def test_what_the_page_on_scenarios_says_of_the_models_is_so() -> None:
    import simulate_tables as written

    from hinterland.simulate import impact, read_scenario

    changes = written.scenario_changes()
    assert all(f"`{kind}`" in changes for kind in written.CHANGES)
    outcomes = {model: written._outcome(model) for model in written.MODELS}
    frames = {
        model: o.by_region().frame.set_index("region")["output_change"] for model, o in outcomes.items()
    }
    outside = impact(written._study(), read_scenario("electronics-inland", "southwest"), households="outside")
    gap = outside.by_region().frame.set_index("region")["output_change"] - frames["disruption"]
    assert gap.abs().max() < 1.0  # "with households outside impact gives disruption's figures"
    assert 0.55 < frames["equilibrium"]["CN-GD"] / frames["impact"]["CN-GD"] < 0.75  # "a third less"
    assert frames["impact"]["CN-JS"] > 0 > frames["equilibrium"]["CN-JS"]
    wages = outcomes["equilibrium"].result["wage"].isel(time=-1).to_series()
    assert 1.005 < wages["CN-SC"] < 1.02 and 1.005 < wages["CN-CQ"] < 1.02 and 0.993 < wages["CN-GD"] < 0.998
    moved = outcomes["equilibrium"].table("equilibrium_moved").frame.set_index("region")["response"]
    assert moved["CN-SC"] > 0 and moved["CN-GD"] < 0
    # "Guangdong's other industries win business that impact says they lose"
    others = {
        model: float(
            outcomes[model]
            .change["output"]
            .isel(time=-1)
            .sel(region="CN-GD")
            .drop_sel(industry="electronics")
            .sum()
        )
        for model in ("impact", "equilibrium")
    }
    assert others["impact"] < 0 < others["equilibrium"]
    real = outcomes["equilibrium"].result["real_income"].isel(time=-1).to_series()
    assert real["CN-GD"] < 1 < min(real["CN-SC"], real["CN-CQ"])
    weight = outcomes["equilibrium"].baseline["value_added"].sum("industry").to_series()
    home = real.reindex(weight.index)
    assert abs(float((home * weight).sum() / weight.sum()) - 1) < 0.001  # "changes little for the nation"
    losses = [o.table("disruption_summary").frame.iloc[0] for o in written.outages()]
    assert losses[0]["output_loss"] > losses[1]["output_loss"] > 0
    assert losses[0]["lowest_level"] < losses[1]["lowest_level"] < 1
    assert "before the move" in written.tutorial_outage()
    for words in (
        written.tutorial_effects,
        written.tutorial_losers,
        written.tutorial_rules,
        written.tutorial_models,
    ):
        assert "Guangdong" in words() or "keep" in words()


def test_published_answers_hold() -> None:
    from verification import comparisons

    found = comparisons()
    assert len(found) > 15
    assert [c for c in found if not c.holds] == []


def test_the_nomenclature_names_what_there_is(small_folder: Path) -> None:
    from pages import symbols

    from hinterland import measure
    from hinterland.study import open_study

    names = symbols().set_index("name")
    assert names.index.is_unique
    assert names["en"].str.len().min() > 0
    assert names["zh"].str.len().min() > 0
    study = open_study(small_folder)
    figures = {c.name for name in ("host_share", "shift_share") for c in measure.RESULTS[name](study).figures}
    assert {"host_share", "national", "mix", "competitive"} <= figures & set(names.index)


def test_every_command_is_documented() -> None:
    from hinterland.cli.commands import app

    page = (DOCS / "command-line.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"hinterland {command.name} " in page
