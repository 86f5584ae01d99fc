from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hinterland import cli
from hinterland.simulate import Scenario, baseline, read_scenario, scenario_file, scenario_files
from hinterland.simulate.changes import REPRESENTS
from hinterland.study import Study, StudyError, Text


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


@pytest.fixture
def folder(full_folder: Path) -> Path:
    Scenario("inland").relocate("textiles", "coast", "hills", share=0.5, year=2026).write(
        full_folder / "scenarios" / "inland.yaml"
    )
    return full_folder


def test_a_scenario_by_name_or_file(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    code, out, _ = call(capsys, "simulate", folder, "--scenario", "inland", "--json")
    tables = json.loads(out)["tables"]
    assert code == 0
    assert {"impact_by_region", "impact_by_year", "impact_effects", "impact_losers"} <= set(tables)
    file = folder / "scenarios" / "inland.yaml"
    assert json.loads(call(capsys, "simulate", folder, "--scenario", file, "--json")[1])["tables"] == tables
    code, _, err = call(
        capsys, "simulate", folder, "--scenario", "inland", "-o", tmp_path / "o", "--language", "zh"
    )
    assert code == 0 and "转移" in err
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text())
    assert (
        manifest["options"]["scenario"]["scenario"] == "inland" and manifest["options"]["model"] == "impact"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--scenario", "inlan"], "inland"),
        (["--scenario", "inland", "--moves", "x.csv"], ""),
        (["--model", "disruption"], "--scenario"),
        (["--scenario", "{bad}"], "row 3, column output|行 3, 列 output"),
        (["--scenario", "{tariff}"], "tariff"),
        (["--scenario", "{broken}"], "YAML"),
    ],
)
def test_mistakes_are_lines_not_tracebacks(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    tmp_path: Path,
    arguments: list[str],
    says: str,
    language: str,
) -> None:
    texts = {
        "bad": "scenario: bad\nchanges:\n- {change: close, industry: textiles, region: coast, output: 1e9}\n",
        "tariff": "scenario: t\nchanges:\n- {change: tariff, rate: 0.1}\n",
        "broken": "scenario: [",
    }
    places = {}
    for name, text in texts.items():
        places[name] = tmp_path / f"{name}.yaml"
        places[name].write_text(text)
    (tmp_path / "x.csv").write_text("industry,origin,host,output\n")
    given = [a.format(**places) if "{" in a else (tmp_path / a if a == "x.csv" else a) for a in arguments]
    code, _, err = call(capsys, "simulate", folder, *given, "--language", language)
    assert code == 1
    assert "Traceback" not in err and ("Error" in err or "错误" in err)
    assert re.search(says, err), err


def test_all_models_are_compared(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = call(capsys, "simulate", folder, "--scenario", "inland", "--model", "all", "--json")
    table = json.loads(out)["tables"]
    assert code == 0 and list(table) == ["model_comparison"]


def test_check_holds_the_scenarios_against_the_study(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as it is, equilibrium represents every kind of change; a kind that it did not would have no model here
    monkeypatch.setitem(REPRESENTS, "resource", ("impact", "disruption"))  # type: ignore[arg-type]
    assert call(capsys, "check", folder, "--json")[0] == 0
    scenarios = folder / "scenarios"
    (scenarios / "greedy.yaml").write_text(
        "scenario: greedy\nchanges:\n"
        "- {change: close, industry: textiles, region: coast, output: 1e9}\n"
        "- {change: close, industry: textile, region: coast, output: 1}\n"
    )
    code, out, _ = call(capsys, "check", folder, "--language", "en")
    # names are mended first; amounts are held against the accounts once they are known
    assert code == 1
    assert "scenarios/greedy.yaml, row 4, column industry" in out and "Did you mean 'textiles'" in out
    (scenarios / "greedy.yaml").write_text(
        "scenario: greedy\nchanges:\n- {change: close, industry: textiles, region: coast, output: 1e9}\n"
    )
    (scenarios / "torn.yaml").write_text("scenario: [")
    (scenarios / "wide.yaml").write_text(
        "scenario: wide\nchanges:\n- {change: tariff, rate: 0.1}\n"
        "- {change: resource, resource: energy, region: hills, factor: 0.9}\n"
    )
    code, out, _ = call(capsys, "check", folder, "--json")
    told = json.loads(out)
    assert code == 1 and not told["ok"]
    errors = {(e["code"], e["file"], e["row"]) for e in told["errors"]}
    assert ("more_than_there_is", "scenarios/greedy.yaml", 3) in errors
    assert any(code == "broken_yaml" and file == "scenarios/torn.yaml" for code, file, _ in errors)
    assert [w["file"] for w in told["warnings"] if w["code"] == "no_model"] == ["scenarios/wide.yaml"]


def test_scenarios_of_a_study_without_accounts_are_told_not_passed(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_table(*given: object) -> None:
        raise StudyError(Text("It cannot be balanced.", "无法平衡。"), Text("Mend it.", "请修正。"))

    monkeypatch.setattr(scenario_file, "baseline", no_table)
    code, out, _ = call(capsys, "check", folder, "--json")
    told = json.loads(out)
    assert code == 0
    assert [w["message_en"] for w in told["warnings"] if w["code"] == "not_checked"] == [
        "The scenarios were not checked: It cannot be balanced."
    ]
    assert call(capsys, "check", folder, "--strict", "--quiet")[0] == 3


def test_the_built_in_scenarios_fit_the_built_in_study(southwest: Study) -> None:
    there = scenario_files("southwest")
    assert {"electronics-inland", "sichuan-earthquake", "western-corridor"} <= set(there)
    base = baseline(southwest)
    for name in there:
        scenario = read_scenario(name, southwest)
        assert scenario.check(southwest, base).ok, name
        assert scenario.name == name
        for language in (scenario.title, scenario.description):
            assert language.en and language.zh and language.en != language.zh
