"""The bulletin: both languages, web page and Word, from the same tables; what differs from the last one."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import docx
import pandas as pd
import pytest

from hinterland import cli, monitor, report
from hinterland.report.bulletin import changes, corrections, sections, system
from hinterland.study import Study, open_study
from monitored_study import write_monitored_study


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The small study, with one figure of 2027 corrected."""
    place = tmp_path_factory.mktemp("bulletin")
    home = write_monitored_study(place / "study")
    file = place / "again.csv"
    file.write_text("monitored,region,period,value\njobs,plain,2027,17\n")
    at = datetime(2028, 3, 1, tzinfo=UTC)
    monitor.record(home, file, by="B. Clerk", reason="late returns", correct=True, at=at)
    return open_study(home)


@pytest.fixture(scope="module")
def written(corrected: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    report.write_bulletin(monitor.state(corrected), folder)
    return folder


class Page(HTMLParser):
    """Text by language: what has no language of its own belongs to both."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {"en": [], "zh-CN": [], "": []}
        self.stack: list[str] = []
        self.asks: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.asks += [v for k, v in attrs if k in ("src", "href") and v and not v.startswith(("#", "data:"))]
        if tag not in ("meta", "link", "input", "br"):
            skip = tag in ("style", "script", "title", "html")
            self.stack.append(
                "-" if skip and tag != "html" else given.get("lang") or "" if tag == "span" else ""
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "link", "input", "br"):
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if "-" in self.stack or not data.strip():
            return
        lang = next((s for s in reversed(self.stack) if s), "")
        self.said[lang].append(data.strip())


def test_the_page_speaks_both_languages_and_asks_for_nothing(written: Path) -> None:
    page = Page((written / "bulletin.html").read_text(encoding="utf-8"))
    assert page.asks == []
    chinese, shared = " ".join(page.said["zh-CN"]), page.said[""]
    assert "监测通报（2027年）" in chinese and "绿灯" in chinese
    # no English sentence stands in the Chinese page, and no code with an underscore in either
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", chinese)
    named = {"English", "中文"}
    assert [s for s in shared if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", s) and s not in named] == []
    visible = " ".join([*page.said["en"], chinese, *shared])
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", visible)


def test_figures_of_the_page_are_those_of_the_tables(corrected: Study, written: Path) -> None:
    text = (written / "bulletin.html").read_text(encoding="utf-8")
    state = monitor.state(corrected)
    for part in sections(state):
        for result in part.results:
            assert f'data-table="{result.name}"' in text
            assert (written / "tables" / f"{result.name}.csv").is_file()
            body = text.split(f'data-table="{result.name}"')[1].split("</table>")[0]
            assert body.count("<tr>") == len(result.frame) + 1


def test_the_difference_from_the_last_period(corrected: Study) -> None:
    state = monitor.state(corrected)
    found = changes(state)
    assert found is not None
    frame = found.frame.set_index(["region", "monitored"])
    jobs = frame.loc[("hills", "jobs")]
    assert (jobs["previous"], jobs["value"], jobs["change"]) == (12, 15, pytest.approx(0.25))
    assert frame.loc[("plain", "mix"), ["light_before", "light"]].tolist() == ["green", "red"]
    assert ("hills", "area") not in frame.index  # seven years old: nothing new
    said = next(part for part in sections(state) if part.code == "changes").says
    assert any("worse" in text.en and "Plain, Mix (green to red)" in text.en for text in said)
    # the first period has nothing before it
    assert changes(monitor.state(corrected, "2015")) is None


def test_what_is_monitored_is_defined(corrected: Study) -> None:
    frame = system(monitor.state(corrected)).frame.set_index("monitored")
    assert frame.loc["smoke", ["definition_zh", "unit", "better", "owner_en"]].tolist() == [
        *("排放吨数", "t", "less", "Office"),
    ]
    assert frame["target_weight"].sum() == 40


def test_corrections_are_on_record_with_who_when_and_why(corrected: Study, written: Path) -> None:
    found = corrections(monitor.state(corrected))
    assert found is not None
    (row,) = found.frame.to_dict("records")
    assert (row["previous"], row["value"], row["reason"]) == (16, 17, "late returns")
    assert (row["recorded_by"], row["recorded_at"]) == ("B. Clerk", "2028-03-01T00:00:00+00:00")
    assert monitor.state(corrected).monitored.link in (written / "bulletin.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("tongue", "title"), [("en", "Monitoring bulletin 2027"), ("zh", "监测通报")])
def test_word_has_the_same_tables_in_one_language(
    corrected: Study, written: Path, tongue: str, title: str
) -> None:
    made = docx.Document(io.BytesIO((written / f"bulletin-{tongue}.docx").read_bytes()))
    assert title in made.paragraphs[0].text
    shown = [r for part in sections(monitor.state(corrected)) for r in part.results]
    assert len(made.tables) == len(shown)
    for table, result in zip(made.tables, shown, strict=True):
        assert len(table.rows) == len(result.frame) + 1
        assert 'w:tblHeader w:val="true"' in table.rows[0]._tr.xml
    progress = made.tables[[r.name for r in shown].index("monitor_progress")]
    first = [cell.text for cell in progress.rows[1].cells]
    assert first[0] == ("Hills" if tongue == "en" else "丘陵")
    assert ("Green" if tongue == "en" else "绿灯") in first
    text = " ".join(p.text for p in made.paragraphs) + " ".join(
        c.text for t in made.tables for row in t.rows for c in row.cells
    )
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", text)
    if tongue == "zh":
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", text)


def test_the_same_state_gives_the_same_bytes(corrected: Study, written: Path, tmp_path: Path) -> None:
    report.write_bulletin(monitor.state(corrected), tmp_path)
    for path in sorted(p for p in written.rglob("*") if p.is_file()):
        assert (tmp_path / path.relative_to(written)).read_bytes() == path.read_bytes(), path.name


def test_monitoring_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Record, correct, show and write, as a user does; a mistake changes nothing and has exit code 1."""

    def call(*arguments: object) -> int:
        with pytest.raises(SystemExit) as end:
            cli.main([str(a) for a in arguments])
        return int(str(end.value.code or 0))

    home = write_monitored_study(tmp_path / "study")
    file = tmp_path / "new.csv"
    file.write_text("monitored,region,period,value\njobs,hills,2028,18\n")
    assert call("monitor", "record", home, file, "--by", "A", "-q") == 0
    file.write_text("monitored,region,period,value\njobs,hills,2028,19\n")
    assert call("monitor", "record", home, file, "--by", "A", "-q") == 1
    assert call("monitor", "record", home, file, "--by", "A", "--correct", "-q") == 1
    assert call("monitor", "record", home, file, "--by", "A", "--correct", "--reason", "x", "-q") == 0
    capsys.readouterr()
    assert call("monitor", "show", home, "--period", "2028", "-t", "monitor_progress", "--json", "-q") == 0
    assert '"value": 19.0' in capsys.readouterr().out
    assert call("monitor", "show", home, "--period", "never", "-q") == 1
    assert call("monitor", "bulletin", home, "--period", "2027", "-o", tmp_path / "out", "-q") == 0
    assert (tmp_path / "out" / "bulletin-zh.docx").is_file()
    assert call("monitor", "preset", "-o", tmp_path / "preset", "-q") == 0
    assert len(pd.read_csv(tmp_path / "preset" / "monitor_indicators.csv")) == 20
    assert call("check", home, "-q") == 0
