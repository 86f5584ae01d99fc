"""Whatever is in the folder, a check answers with findings and never with a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.study import CheckReport, check_study
from studies import write_small_study

CELLS = st.sampled_from(
    [
        "",
        "-",
        "x",
        "1e400",
        "nan",
        "合计",
        "-1",
        "2020",
        "coast",
        "textiles",
        '"',
        "1,2",
        "\x00",
        "=A1",
        "12%",
        "是",
    ]
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_study(tmp_path_factory.mktemp("robust") / "s", full=True)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_spoilt_cells_give_findings(template: Path, data: st.DataObject) -> None:
    folder = template.parent / "spoilt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    names = sorted(p.name for p in folder.glob("*.csv"))
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        for _ in range(data.draw(st.integers(1, 4))):
            r = data.draw(st.integers(0, len(lines) - 1))
            cells = lines[r].split(",")
            c = data.draw(st.integers(0, len(cells) - 1))
            cells[c] = data.draw(CELLS)
            lines[r] = ",".join(cells)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    report = check_study(folder)
    assert isinstance(report, CheckReport)
    assert report.text("en") is not None and report.text("zh") is not None


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(["regions.csv", "gross_output.csv", "study.toml", "phases.parquet", "labels.xlsx"]),
    content=st.binary(max_size=200),
)
def test_any_bytes_give_findings(template: Path, name: str, content: bytes) -> None:
    folder = template.parent / "bytes"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    (folder / name).write_bytes(content)
    assert isinstance(check_study(folder), CheckReport)


@pytest.mark.parametrize(
    "text",
    [
        "study = 3\n",
        "[study]\nbase_year = 2020\n[units]\nmoney = 'EUR'\n[tables]\ngross_output = 1\n",
        "[study]\nbase_year = true\npreset = ['a']\n[units]\nmoney = 2\n[parameters]\ncheck = 1\n",
        "[study]\nbase_year = 2020\n[units]\nmoney = 'x'\n"
        "[tables.gross_output]\nsources = [['a']]\nyear = 'x'\n",
        "[study]\nbase_year = 2020\ncountry = 7\n[units]\nmoney = 'x'\n"
        "[parameters.check]\ntotal_tolerance = 'x'\n",
        "units = 'million'\ntables = []\nparameters = 'none'\n",
    ],
)
def test_any_study_toml_gives_findings(template: Path, text: str) -> None:
    folder = template.parent / "toml"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    report = check_study(folder)
    assert report.errors
