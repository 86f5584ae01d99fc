"""A paper as a page that prints well and asks for nothing from anywhere."""

from __future__ import annotations

from markupsafe import Markup, escape

from hinterland.charts.palette import FONT
from hinterland.report.roadmap.paper import Paper, Section, Sheet, in_language
from hinterland.study import Language

_STYLE = Markup(
    "body{{font:15px/1.55 {font};color:#1f2933;max-width:60rem;margin:2rem auto;padding:0 1rem}}"
    "h1{{margin:0}}h2{{font-size:1.15rem;margin:2rem 0 .5rem}}.sub,.about{{color:#55606b}}"
    ".about{{font-size:.85rem}}.wide{{overflow-x:auto}}table{{border-collapse:collapse;font-size:.9rem}}"
    "th,td{{border:1px solid #c9d1d9;padding:.25rem .5rem;text-align:left;vertical-align:top}}"
    "th{{background:#e8edf2}}.n{{text-align:right;font-variant-numeric:tabular-nums}}"
    "@media print{{body{{margin:0;max-width:none}}thead{{display:table-header-group}}"
    "tr{{break-inside:avoid}}}}"
)
_OTHER = {"en": "中文", "zh": "English"}


def page(paper: Paper, language: Language) -> str:
    """Return a paper in one language as one HTML document, with a link to the other one."""
    other = "zh" if language == "en" else "en"
    tongue = {"en": "en", "zh": "zh-CN"}
    return str(
        Markup(
            '<!doctype html>\n<html lang="{tongue}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            "<title>{title} – {sub}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            '<p class="about">'
            '<a href="{code}.{other}.html" hreflang="{hreflang}" lang="{hreflang}">{named}</a></p>\n'
            '<main>\n<h1>{title}</h1>\n<p class="sub">{sub}</p>\n{parts}</main>\n</body>\n</html>\n'
        ).format(
            tongue=tongue[language],
            title=in_language(paper.title, language),
            sub=in_language(paper.subtitle, language),
            style=_STYLE.format(font=Markup(FONT)),
            code=paper.code,
            other=other,
            hreflang=tongue[other],
            named=_OTHER[language],
            parts=Markup("").join(_section(s, language) for s in paper.sections),
        )
    )


def _section(section: Section, language: Language) -> Markup:
    title = in_language(section.title, language)
    out = Markup("<h2>{}</h2>\n").format(title)
    for text in section.says:
        out += Markup("<p>{}</p>\n").format(in_language(text, language))
    if section.sheet is not None:
        out += _table(section.sheet, title, language)
    if section.note.en:
        out += Markup("<p>{}</p>\n").format(in_language(section.note, language))
    return out


def _table(sheet: Sheet, title: str, language: Language) -> Markup:
    marks = [Markup(" class=n") if n else Markup("") for n in sheet.numeric]
    heads = Markup("").join(
        Markup("<th scope=col{}>{}</th>").format(mark, in_language(text, language))
        for mark, text in zip(marks, sheet.heads, strict=True)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>\n").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(mark, in_language(text, language))
                for mark, text in zip(marks, row, strict=True)
            )
        )
        for row in sheet.rows
    )
    return Markup(
        '<div class="wide" tabindex="0" role="region" aria-label="{title}"><table>\n'
        "<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n"
        '<p class="about">{about}</p>\n'
    ).format(title=title, heads=heads, body=body, about=escape(in_language(sheet.about, language)))
