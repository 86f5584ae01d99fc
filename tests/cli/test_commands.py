from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

import hinterland
from hinterland import cli
from hinterland.cli.help import HELP_TEXTS, preferred
from studies import write_small_study


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


def mended(err: str) -> bool:
    return "Traceback" not in err and "Error" in err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version")[:2] == (0, f"hinterland {hinterland.__version__}\n")
    code, out, _ = call(capsys, "--help")
    assert code == 0
    for name in (
        "run",
        "new",
        "check",
        "measure",
        "accounts",
        "potential",
        "plan",
        "simulate",
        "risk",
        "safeguard",
    ):
        assert f" {name} " in out
        assert call(capsys, name, "--help")[0] == 0


def test_help_in_chinese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "产业转移规划工作台" in call(capsys, "--help")[1]
    assert "写入此文件夹" in call(capsys, "run", "--help")[1]


def test_every_help_text_has_chinese() -> None:
    import typer

    from hinterland.cli.commands import app

    known = dict(HELP_TEXTS)
    command = typer.main.get_command(app)
    parts = [command, *command.commands.values()]
    texts = {part.help for part in parts}
    texts |= {p.help for part in parts for p in part.params if getattr(p, "help", None)}
    assert {text for text in texts if text and text not in known} == set()
    assert all(zh and zh != en for en, zh in known.items())


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["run", "southwest"],
        ["measure", "--colour"],
        ["plan", "--points", "1"],
        ["new", "x", "--form", "doc"],
    ],
)
def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, _, err = call(capsys, *arguments)
    assert code == 2
    assert "Traceback" not in err


def test_no_such_study(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for command in (
        ["measure", "atlantis"],
        ["run", "atlantis", "-o", tmp_path / "out"],
        ["check", "atlantis"],
    ):
        code, out, err = call(capsys, *command, "--language", "en")
        assert code == 1
        assert "Traceback" not in err
        assert "atlantis" in out + err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_folder_is_listed(capsys: pytest.CaptureFixture[str], small_folder: Path) -> None:
    table = small_folder / "gross_output.csv"
    table.write_text(table.read_text().replace("hills,", "mountains,", 1))
    code, out, _ = call(capsys, "check", small_folder, "--language", "en")
    assert code == 1
    assert "gross_output.csv" in out
    assert "mountains" in out
    code, out, _ = call(capsys, "check", small_folder, "--json")
    assert code == 1
    assert json.loads(out)["errors"]
    code, _, err = call(capsys, "measure", small_folder, "--language", "zh")
    assert code == 1
    assert "错误" in err
    assert "Traceback" not in err


def test_a_good_folder_is_0(capsys: pytest.CaptureFixture[str], full_folder: Path) -> None:
    code, out, _ = call(capsys, "check", full_folder, "--json")
    assert code == 0
    assert json.loads(out)["errors"] == []


def test_strict_counts_warnings(capsys: pytest.CaptureFixture[str], small_folder: Path) -> None:
    code, out, _ = call(capsys, "check", small_folder, "--strict", "--json")
    assert code == (3 if json.loads(out)["warnings"] else 0)


def test_the_same_moves_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str], full_folder: Path) -> None:
    code, out, _ = call(capsys, "measure", full_folder, "--language", "en", "-t", "host_share")
    assert code == 0
    assert "Region" in out or "Year" in out
    code, out, _err = call(capsys, "measure", full_folder, "--json", "--table", "host_share")
    assert code == 0
    told = json.loads(out)["tables"]["host_share"]
    assert {c["name"] for c in told["columns"]} == set(told["rows"][0])
    assert all(c["status"] in (None, "observed", "estimated", "assumption") for c in told["columns"])


def test_json_has_null_for_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "potential", "southwest", "--json", "--table", "gradient")
    assert "NaN" not in out
    json.loads(out)


@pytest.mark.parametrize("question", ["measure", "accounts", "potential", "plan", "simulate", "risk"])
def test_every_question_in_both_languages(
    capsys: pytest.CaptureFixture[str], full_folder: Path, question: str
) -> None:
    code, english, _ = call(capsys, question, full_folder, "--language", "en", "--rows", "2")
    assert code == 0
    code, chinese, _err = call(capsys, question, full_folder, "--language", "zh", "--rows", "2")
    assert code == 0
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)
    # names of the study are in the reader's language too
    assert english != chinese


def test_weights_that_are_no_numbers_are_refused(
    capsys: pytest.CaptureFixture[str], full_folder: Path
) -> None:
    for option in ("--weight", "--reference"):
        code, _, err = call(capsys, "plan", full_folder, option, "value_added", "--language", "en")
        assert code == 1
        assert mended(err)
        assert f"{option} value_added=2" in err


def test_one_mistake_is_one_reason(capsys: pytest.CaptureFixture[str], full_folder: Path) -> None:
    """What only follows from it (no frontier, hence no plan, hence no table) would bury it."""
    code, _, err = call(capsys, "plan", full_folder, "--weight", "joy=2", "--language", "en")
    assert code == 1
    assert "a weight for joy" in err and "left out" not in err


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path) -> None:
    assert call(capsys, "measure", full_folder, "--quiet") == (0, "", "")
    assert call(capsys, "measure", full_folder, "-q", "-o", tmp_path / "out") == (0, "", "")
    assert (tmp_path / "out" / "manifest.json").exists()
    code, out, err = call(capsys, "measure", "atlantis", "--quiet")
    assert (code, out) == (1, "")
    assert err


def test_unknown_table_and_preset(capsys: pytest.CaptureFixture[str], full_folder: Path) -> None:
    code, _, err = call(capsys, "measure", full_folder, "-t", "weather")
    assert code == 1
    assert "host_share" in err
    code, _, err = call(capsys, "plan", full_folder, "--preset", "never")
    assert code == 1
    assert "early" in err


def test_a_folder_with_other_things_is_refused(
    capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    for command in (["run", full_folder, "-o", mine], ["measure", full_folder, "-o", mine]):
        code, _, err = call(capsys, *command)
        assert code == 1
        assert mended(err)
    assert [p.name for p in mine.iterdir()] == ["letter.txt"]


def test_an_output_that_cannot_be_written(capsys: pytest.CaptureFixture[str], full_folder: Path) -> None:
    # the null device is no folder for anybody, the superuser included
    code, _, err = call(capsys, "run", full_folder, "-o", os.devnull + "/out", "--language", "en")
    assert code == 1
    assert mended(err)


def test_own_moves(capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path) -> None:
    moves = tmp_path / "moves.csv"
    moves.write_text("industry,origin,host,output\ntextiles,coast,hills,100\ntextiles,coast,plain,50\n")
    code, out, _ = call(capsys, "simulate", full_folder, "--moves", moves, "--json")
    assert code == 0
    assert "impact_by_region" in json.loads(out)["tables"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("industry,origin,host\n", "output"),
        ("industry,origin,host,output\ntextiles,coast,moon,1\n", "moon"),
        ("industry,origin,host,output\ntextiles,coast,hills,many\n", "many"),
        ("industry,origin,host,output\ntextiles,coast,hills,-1\n", "-1"),
        ("industry,origin,host,output\ntextiles,coast,hills,inf\n", "inf"),
        ("industry,origin,host,output\ntextiles,coast,hills,1e9\n", "1,000,000,000"),
    ],
)
def test_wrong_moves(
    capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path, text: str, named: str
) -> None:
    moves = tmp_path / "moves.csv"
    moves.write_text(text)
    code, _, err = call(capsys, "simulate", full_folder, "--moves", moves, "--language", "en")
    assert code == 1
    assert named in err
    assert mended(err)


def test_own_moves_reckon_what_was_asked_and_no_more(
    full_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hinterland import run, simulate
    from hinterland.simulate.disruption.backup import Backup
    from hinterland.study import StudyError, Text, open_study

    asked: list[str] = []

    def noted(name: str) -> None:
        def refuse(*given: object, **named: object) -> Backup:
            asked.append(name)
            raise StudyError(Text("noted", "已记"), Text("", ""))

        monkeypatch.setattr(simulate, name, refuse)

    for name in ("backup", "equilibrium"):
        noted(name)
    study = open_study(full_folder)
    moves = xr.DataArray(
        [[[10.0]]],
        {"industry": ["textiles"], "origin": ["coast"], "host": ["hills"]},
        ["industry", "origin", "host"],
    )
    found = run.answer(study, "simulate", moves=moves)
    assert asked == ["equilibrium"] and "impact_by_region" in found.findings
    with pytest.raises(StudyError, match="noted"):
        run.answer(study, "simulate", moves=moves, tables=["backup_value"])
    assert asked == ["equilibrium", "equilibrium", "backup"]
    # a wrong list is refused before anything else is asked
    noted("impact")
    with pytest.raises(StudyError, match="More moves than the origin makes"):
        run.answer(study, "simulate", moves=moves * 1e9)
    assert asked == ["equilibrium", "equilibrium", "backup"]


def test_new_then_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for form in ("csv", "xlsx"):
        folder = tmp_path / form
        assert call(capsys, "new", folder, "--form", form)[0] == 0
        assert (folder / "study.toml").exists()
        code, _, err = call(capsys, "check", folder)
        assert code in (0, 1)
        assert "Traceback" not in err
        code, _, err = call(capsys, "new", folder, "--form", form)
        assert code == 1
        assert mended(err)


def test_a_bug_is_a_line_and_a_log(
    capsys: pytest.CaptureFixture[str], full_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hinterland import run

    def broken(*given: object, **named: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(run, "answer", broken)
    code, _, err = call(capsys, "measure", full_folder, "--language", "en")
    assert code == 1
    assert "Traceback" not in err
    found = re.search(r"\S+\.log", err)
    assert found
    log = Path(found.group())
    assert "ZeroDivisionError" in log.read_text()
    log.unlink()
    with pytest.raises(ZeroDivisionError):
        cli.main(["measure", str(full_folder), "--debug"])


def test_a_closed_pipe_is_no_error(full_folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hinterland.cli", "measure", str(full_folder), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.wait(timeout=60)
    assert b"Traceback" not in err
    assert b"Exception" not in err


@pytest.mark.parametrize(
    ("environment", "arguments", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, [], "zh"),
        ({"LANG": "zh_CN.UTF-8"}, ["--language", "en"], "en"),
        ({"LANG": "C.UTF-8"}, ["--language=zh"], "zh"),
        ({"LANG": "de_DE.UTF-8"}, [], "en"),
        ({}, [], "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, [], "en"),
    ],
)
def test_preferred_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], arguments: list[str], language: str
) -> None:
    for name in ("HINTERLAND_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert preferred(arguments) == language


def test_help_does_not_wait_for_the_data_tools() -> None:
    code = "import sys, hinterland.cli; sys.exit(bool({'pandas', 'numpy', 'xarray'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_study_of_ones_own_from_template_to_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study, made = tmp_path / "arcadia", tmp_path / "made"
    assert call(capsys, "new", study)[0] == 0
    write_small_study(made)
    for table in made.glob("*.csv"):
        shutil.copy(table, study / table.name)
    code, out, err = call(capsys, "check", study, "--language", "en")
    assert code == 0, out + err
    code, out, err = call(capsys, "run", study, "-o", tmp_path / "out", "--json", "--language", "en")
    assert code == 0, err
    told = json.loads(out)
    assert Path(told["report"]).is_file()
    assert "plan_transfers" in told["tables"]
    # what could not be made is told, with its reason
    for left in told["left_out"]:
        assert left["part"] in err
