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


@pytest.mark.parametrize("page", ["tutorial", "howto"])
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
