"""A paper as a Word file, the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from hinterland.report.export import timeless
from hinterland.report.roadmap.paper import Paper, Sheet, in_language
from hinterland.study import Language, StudyError, Text

_BODY = {"en": "Calibri", "zh": "SimSun"}
_HEADS = {"en": "Calibri", "zh": "SimHei"}
_INK = "1F2933"
_BAND = "E8EDF2"


def word_file(paper: Paper, language: Language) -> bytes:
    """Return a paper in one language as a .docx file.

    Raises
    ------
    StudyError
        The package that writes Word files is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise StudyError(
            Text(
                "Word files cannot be written: python-docx is missing.", "无法写Word文件：缺少python-docx。"
            ),
            Text("Install it: pip install python-docx.", "请安装：pip install python-docx。"),
        ) from error
    made = docx.Document()
    _dress(made, language)
    properties = made.core_properties
    properties.title = in_language(paper.title, language)
    properties.author, properties.comments = "hinterland", ""
    properties.language = "zh-CN" if language == "zh" else "en"
    properties.created = properties.modified = datetime(1980, 1, 1)  # the format has no zone
    made.add_heading(in_language(paper.title, language), 0)
    made.add_paragraph(in_language(paper.subtitle, language))
    for section in paper.sections:
        made.add_heading(in_language(section.title, language), 1)
        for text in section.says:
            made.add_paragraph(in_language(text, language))
        if section.sheet is not None:
            _table(made, section.sheet, language)
        if section.note.en:
            made.add_paragraph(in_language(section.note, language))
    out = io.BytesIO()
    made.save(out)
    return timeless(out.getvalue())


def _dress(made: Any, language: Language) -> None:
    """Set fonts, Chinese ones too, and margins that leave room for tables."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    for name, font, size in (
        ("Normal", _BODY, 10.5),
        ("Title", _HEADS, 20),
        ("Heading 1", _HEADS, 13),
    ):
        style = made.styles[name]
        style.font.name, style.font.size = font["en"], Pt(size)
        style.font.color.rgb = RGBColor.from_string(_INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:eastAsia"), font["zh"])
    for part in made.sections:
        part.left_margin = part.right_margin = Cm(2)
        part.top_margin = part.bottom_margin = Cm(2)


_CELL = (
    "<w:tc><w:tcPr>{shade}</w:tcPr><w:p><w:pPr><w:spacing w:after='0'/>{side}</w:pPr><w:r><w:rPr>{bold}"
    "<w:sz w:val='17'/></w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p></w:tc>"
)
_SHADE = f"<w:shd w:val='clear' w:color='auto' w:fill='{_BAND}'/>"


def _table(made: Any, sheet: Sheet, language: Language) -> None:
    """Add a table: heads in bold on a band and repeated on every page, figures to the right.

    Written as markup at once: to make a table cell by cell takes twenty times as long.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    def row(texts: Sequence[Text], head: bool) -> str:
        cells = "".join(
            _CELL.format(
                shade=_SHADE if head else "",
                side="<w:jc w:val='right'/>" if number else "",
                bold="<w:b/>" if head else "",
                text=escape(in_language(text, language)),
            )
            for text, number in zip(texts, sheet.numeric, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"

    grid = "<w:gridCol/>" * len(sheet.heads)
    rows = row(sheet.heads, True) + "".join(row(texts, False) for texts in sheet.rows)
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblStyle w:val='TableGrid'/><w:tblW w:w='5000' w:type='pct'/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
    about = made.add_paragraph()
    about._p.addprevious(table)
    run = about.add_run(in_language(sheet.about, language))
    run.font.size, run.italic = Pt(8), True
