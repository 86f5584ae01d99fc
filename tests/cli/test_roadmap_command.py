"""hinterland roadmap: the files, and what is said where there is no plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hinterland import cli


def test_it_writes_papers_tables_and_manifest(
    capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["roadmap", str(full_folder), "-o", str(tmp_path / "out"), "--json", "--language", "zh"])
    out, err = capsys.readouterr()
    assert not end.value.code
    said = json.loads(out)
    assert {"plan_gantt", "plan_promise", "plan_krugman", "risk_register"} <= set(said["tables"])
    assert "plan_sensitivity" not in said["tables"], "what takes long and is not shown is left out"
    assert "路线图" in err and "index.zh.html" in err
    folder = tmp_path / "out"
    for name in (
        "gantt.xlsx",
        "tables.xlsx",
        "tables/plan_gantt.csv",
        "hosts/hills.zh.docx",
        "origins/coast.en.html",
        "industries/machines.en.docx",
        "index.en.html",
    ):
        assert (folder / name).is_file(), name
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["hinterland"]


def test_without_a_plan_it_says_why(
    capsys: pytest.CaptureFixture[str], full_folder: Path, tmp_path: Path
) -> None:
    regions = full_folder / "regions.csv"
    text = regions.read_text(encoding="utf-8")
    regions.write_text(text.replace("inland,host", "inland,"), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        cli.main(["roadmap", str(full_folder), "-o", str(tmp_path / "out")])
    assert end.value.code == 1
    assert "host" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
