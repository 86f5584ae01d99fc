"""The report as one file: whole in itself, in two languages, safe, and honest about what is missing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample import MANIFEST, sample_findings

from hinterland import report
from hinterland.report.chapters import CHAPTERS
from hinterland.study import Result, Study, Text, open_study
from studies import write_small_study

_VOID = {"meta", "link", "input", "br", "img"}


class Reader(HTMLParser):
    """Collects what a reader of one language sees, the ids, the links, and what would be fetched."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.other = {"en": "zh-CN", "zh": "en"}[language]
        self.stack: list[tuple[str, bool]] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.handlers += [name for name in known if name.startswith("on")]
        if known.get("id"):
            self.ids.append(str(known["id"]))
        if tag == "a":
            self.links.append(str(known.get("href")))
        elif known.get("href") or known.get("src"):
            self.fetched.append(str(known.get("href") or known.get("src")))
        self.scripts += tag == "script"
        hidden = (
            tag in ("script", "style", "noscript", "title")
            or known.get("lang") == self.other
            or (known.get("class") or "") in ("quoted", "file", "url", "switch")
        )
        if tag not in _VOID:
            self.stack.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self.stack[1:]  # the page's own language is on the html element
        if data.strip() and not any(hidden for _, hidden in inside):
            self.words.append(data.strip())


def read(page: str, language: str = "en") -> Reader:
    reader = Reader(language)
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def page(southwest: Study) -> str:
    return report.render(southwest, sample_findings(southwest), MANIFEST)


def test_nothing_is_fetched(page: str) -> None:
    assert [url for url in read(page).fetched if not url.startswith("data:")] == []
    assert "@import" not in page.split("</style>")[0]
    assert re.search(r"url\((?!data:)", page.split("</style>")[0]) is None


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    reader = read(page)
    assert len(reader.ids) == len(set(reader.ids))
    inside = {link[1:] for link in reader.links if link.startswith("#")}
    assert inside <= set(reader.ids)


def test_chapters_in_the_order_of_a_planner_questions(page: str) -> None:
    found = re.findall(r'<section id="(\w+)"', page)
    assert found == ["summary", *(chapter.code for chapter in CHAPTERS), "data"]
    asked = ["moved", "hosting", "wiring", "plan", "impact", "risk", "claims"]
    assert [code for code in found if code in asked] == asked


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_code_shows(page: str, language: str) -> None:
    words = [w for w in read(page, language).words if not w.startswith(("risk_", "claim_"))]
    assert [w for w in words if re.search(r"(?<![A-Za-z0-9])[a-z]{2,}[a-z0-9]*_[a-z0-9_]+", w)] == []


def test_no_english_sentence_in_the_chinese_view_nor_the_reverse(page: str) -> None:
    assert [w for w in read(page, "zh").words if re.search(r"[a-z]{3,} +[a-z]{3,}", w)] == []
    assert [w for w in read(page, "en").words if re.search(r"[\u4e00-\u9fff]", w)] == []


def test_a_page_can_open_in_chinese(southwest: Study) -> None:
    found = report.render(southwest, {}, {}, language="zh")
    assert '<html lang="zh-CN">' in found
    assert f"<title>{southwest.title.zh}</title>" in found


def test_every_figure_bears_unit_year_and_status(page: str) -> None:
    table = page[page.index('data-table="impact_by_region"') :]
    heads = re.findall(r"<th scope.*?</th>", table[: table.index("</thead>")], flags=re.DOTALL)
    assert "badge" not in heads[0]  # the name of the region
    for head in heads[1:]:
        assert "badge estimated" in head
        assert "2017" in head
    chart = page[page.index('id="figure-impact-map"') :]
    assert "badge estimated" in chart[: chart.index("</figcaption>")]


def test_the_summary_says_what_moves_where_and_when(page: str, southwest: Study) -> None:
    words = " ".join(read(page).words)
    for asked in (
        "What moves",
        "From where",
        "To whom",
        "When",
        "What it brings",
        "What limits it",
        "How sure",
    ):
        assert asked in words
    moved = sample_findings(southwest)["plan_transfers"].frame["output"].sum()
    assert f"{moved / 10:,.1f} billion CNY" in words or f"{moved * 100:,.1f} million CNY" in words
    assert f"{moved:,.0f}亿元" in " ".join(read(page, "zh").words)
    assert "× 100 million" not in words


def test_missing_results_are_named_with_what_would_supply_them(small_study: Study) -> None:
    words = " ".join(read(report.render(small_study, {}, {})).words)
    assert words.count("Not computed.") >= 20
    assert "It needs the national input-output table." in words
    assert "None of the findings that the summary speaks of" in words


def test_the_reason_for_what_is_left_out_is_given(small_study: Study) -> None:
    manifest = {"left_out": [{"step": "potential", "part": "capacity", "reason": "No indicators here."}]}
    found = report.render(small_study, {}, manifest)
    part = found[found.index('id="part-capacity"') :]
    assert "No indicators here." in part[: part.index("<h3", 10)]


def test_a_step_that_failed_explains_all_it_would_have_made(small_study: Study) -> None:
    manifest = {"left_out": [{"step": "plan", "part": "plan", "reason": "No room in any host."}]}
    found = report.render(small_study, {}, manifest)
    chapter = found[found.index('<section id="plan"') : found.index('<section id="impact"')]
    assert chapter.count("No room in any host.") == chapter.count('class="missing"')


def test_a_small_study_of_another_country_has_its_report(small_study: Study, full_study: Study) -> None:
    for study in (small_study, full_study):
        found = report.render(study, sample_findings(study), MANIFEST)
        words = " ".join(read(found).words)
        assert "million EUR" in words
        assert "CNY" not in words and "Southwest" not in words


def _unfriendly(tmp_path: Path) -> Study:
    folder = write_small_study(tmp_path / "study", full=True)
    evil = '<script>alert("x")</script>\'"&'
    for name in ("regions", "industries"):
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        head = lines[0].split(",")
        at = head.index("name_en")
        fields = lines[1].split(",")
        fields[at] = '"' + evil.replace('"', '""') + '"'
        lines[1] = ",".join(fields)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study = open_study(folder)
    return dataclasses.replace(study, title=Text(evil, evil), description=Text(evil, evil))


# Results without a chart of their own, and the result in whose chart they stand.
_WITHIN = {
    "reception_models": "reception_summary",
    "flying_geese": "flying_geese_timing",
    "constraint_ledger": "shortest_board",
}


def test_every_result_of_measure_and_potential_has_a_chart() -> None:
    blocks = {b.result: b for c in CHAPTERS if c.step in ("measure", "potential") for b in c.blocks}
    bare = {name for name, block in blocks.items() if block.draw is None}
    assert bare == set(_WITHIN)
    assert all(blocks[other].draw for other in _WITHIN.values())


def test_names_cannot_become_script(tmp_path: Path) -> None:
    study = _unfriendly(tmp_path)
    findings = sample_findings(study)
    plain = report.render(study, {}, {})
    found = report.render(study, findings, {"solver": "<script>alert(1)</script>", "left_out": []})
    assert 'alert("x")</script>' not in found
    reader = read(found)
    assert reader.scripts == 3 and read(plain).scripts == 3  # the charts' data, their script, the page's
    assert reader.handlers == []
    assert any("<script>alert" in word for word in reader.words)  # as words, which it is


def test_unknown_figures_are_dashes_and_never_zero(southwest: Study) -> None:
    findings = sample_findings(southwest)
    found = report.render(southwest, findings, MANIFEST)
    table = found[found.index('data-table="capacity"') :]
    rows = table[: table.index("</tbody>")].split("<tr>")
    assert "<td class=n><abbr class=unknown>–</abbr></td>" in rows[-1]


def test_large_tables_are_cut_and_say_where_the_rest_is(page: str, southwest: Study) -> None:
    rows = len(sample_findings(southwest)["multipliers"].frame)
    part = page[page.index('id="table-multipliers"') :]
    part = part[: part.index("</details>")]
    assert part.count("<tr>") <= 201
    assert f"All {rows:,} rows" in part
    assert "tables/multipliers.csv" in part
    assert len(page.encode()) < 4e6


def test_results_that_add_little_are_named_with_their_file_and_missed_when_missing(page: str) -> None:
    listed = [block for chapter in CHAPTERS for block in chapter.blocks if block.listed]
    assert listed
    for block in listed:
        there = f"tables/{block.result}.csv" in page
        assert f'id="table-{block.result}"' not in page
        assert there or block.optional or f'id="part-{block.result}"' in page


def test_results_of_no_chapter_are_shown_too(southwest: Study) -> None:
    one = sample_findings(southwest)["host_share"]
    extra = dataclasses.replace(one, name="my_own", title=Text("My own table", "我的表"))
    found = report.render(southwest, {"my_own": extra}, {})
    assert 'id="table-my_own"' in found


def test_equal_findings_give_equal_pages(southwest: Study) -> None:
    first, second = (report.render(southwest, sample_findings(southwest), MANIFEST) for _ in range(2))
    assert first == second


def _without_rows(findings: dict[str, Result]) -> Iterator[tuple[str, Result]]:
    for name, result in findings.items():
        yield name, dataclasses.replace(result, frame=result.frame.head(0))


def test_empty_results_are_missing_ones(southwest: Study) -> None:
    found = report.render(southwest, dict(_without_rows(sample_findings(southwest))), {})
    assert "<figure" not in found
    assert found.count('class="missing"') >= 20


def test_all_unknown_results_have_no_chart_but_a_table(southwest: Study) -> None:
    findings = sample_findings(southwest)
    result = findings["capacity"]
    frame = result.frame.assign(score=float("nan"), rank=float("nan"))
    found = report.render(southwest, {"capacity": dataclasses.replace(result, frame=frame)}, {})
    assert "figure-capacity" not in found
    assert 'id="table-capacity"' in found


def test_write_puts_page_and_tables_into_the_folder(small_study: Study, tmp_path: Path) -> None:
    where = report.write(small_study, sample_findings(small_study), MANIFEST, tmp_path / "deep" / "out")
    assert where == tmp_path / "deep" / "out" / "index.html"
    assert (where.parent / "tables.xlsx").exists()
    assert (where.parent / "tables" / "plan_transfers.parquet").exists()
