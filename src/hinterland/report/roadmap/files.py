"""The files of a roadmap: a Gantt sheet, papers as Word files and pages in both languages, and their list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from hinterland.report.roadmap.contents import papers
from hinterland.report.roadmap.gantt_sheet import gantt_workbook
from hinterland.report.roadmap.page import page
from hinterland.report.roadmap.paper import Paper, in_language
from hinterland.report.roadmap.word import word_file
from hinterland.study import LANGUAGES, Language, Result, Study, StudyError, Text

NEEDS = ("plan_transfers", "plan_gantt")
_GROUPS = {
    "hosts": Text("Host provinces", "承接地"),
    "origins": Text("Origin provinces", "转出地"),
    "industries": Text("Industries", "产业"),
}
_TITLE = Text("Roadmap", "路线图")
_SHEET = Text("Gantt sheet (Excel)", "甘特图（Excel）")


def write(study: Study, findings: Mapping[str, Result], directory: str | Path) -> list[Path]:
    """Write a plan's roadmap.

    ``gantt.xlsx``; for every host, origin and industry of the plan ``hosts/CODE.en.docx``,
    ``hosts/CODE.zh.docx`` and the same as .html (origins, industries likewise); ``index.en.html`` and
    ``index.zh.html`` that lists them. All are made from the same results, which the caller exports as tables.

    Parameters
    ----------
    study : Study
    findings : mapping of str to Result
        Results by name; plan_transfers and plan_gantt are needed, the others are shown where they are there.
    directory : str or Path
        Made when missing.

    Raises
    ------
    StudyError
        There is no plan among the results, or it moves nothing, or Word files cannot be written.
    """
    lacking = [name for name in NEEDS if name not in findings or findings[name].frame.empty]
    if lacking:
        raise StudyError(
            Text(
                f"There is no plan to make a roadmap of ({', '.join(lacking)}).", "没有可制作路线图的方案。"
            ),
            Text("See why the plan was left out.", "请查看方案未能给出的原因。"),
        )
    folder = Path(directory)
    written = [folder / "gantt.xlsx"]
    folder.mkdir(parents=True, exist_ok=True)
    written[0].write_bytes(gantt_workbook(study, findings["plan_gantt"]))
    made = list(papers(study, findings))
    for paper in made:
        place = folder / paper.kind
        place.mkdir(exist_ok=True)
        for language in LANGUAGES:
            file = place / f"{paper.code}.{language}.docx"
            file.write_bytes(word_file(paper, language))
            shown = file.with_suffix(".html")
            shown.write_text(page(paper, language), encoding="utf-8")
            written += [file, shown]
    for language in LANGUAGES:
        index = folder / f"index.{language}.html"
        index.write_text(_index(study, made, language), encoding="utf-8")
        written.append(index)
    return written


def _index(study: Study, made: list[Paper], language: Language) -> str:
    """Return the list of all papers, as a page."""
    parts = Markup('<p><a href="gantt.xlsx">{}</a></p>\n').format(_SHEET.get(language))
    for kind, title in _GROUPS.items():
        rows = Markup("").join(
            Markup(
                '<li>{name}: <a href="{kind}/{code}.{language}.html">HTML</a>, '
                '<a href="{kind}/{code}.{language}.docx">Word</a></li>\n'
            ).format(name=in_language(paper.title, language), kind=kind, code=paper.code, language=language)
            for paper in made
            if paper.kind == kind
        )
        parts += Markup("<h2>{}</h2>\n<ul>\n{}</ul>\n").format(title.get(language), rows)
    return str(
        Markup(
            '<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            "<title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{parts}</main>\n</body>\n</html>\n"
        ).format(
            lang="zh-CN" if language == "zh" else "en",
            title=in_language(_TITLE + Text(" – ", "——") + study.title, language),
            parts=parts,
        )
    )
