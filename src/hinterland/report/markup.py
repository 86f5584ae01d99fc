"""Pieces of HTML that every part of the page uses: text in both languages, marks of status, references."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from hinterland.study import Study, Text

# A name as programs write it: two letters or more, then parts joined by underscores or full stops.
_CODE = re.compile(r"(?<![\w./])(?:[a-z]{2,}[a-z0-9]*(?:[._][a-z0-9]+)+)(?![\w/])", re.ASCII)
_YEARS = re.compile(r"(?<![\d-])((?:1[89]|20|21)\d\d)-((?:1[89]|20|21)\d\d)(?![\d-])")
_NAMED_IN = ("variable", "column", "objective", "measure", "constraint", "result")


def spans(words: str) -> str:
    """Write spans of years with a dash: 2026-2035 becomes 2026–2035."""
    return _YEARS.sub("\\1\N{EN DASH}\\2", words)


def bilingual(text: Text) -> Markup:
    """Return a text as HTML in both languages, of which the page shows one."""
    text = Text(spans(text.en), spans(text.zh))
    if text.en == text.zh:
        return escape(text.en)
    return Markup("<span lang=en>{}</span><span lang=zh-CN>{}</span>").format(text.en, text.zh)


def prose(study: Study, text: Text) -> Markup:
    """Return running text in both languages; codes are named, or set as code where they have no name."""

    def readable(words: str, language: str) -> Markup:
        words, out, end = spans(words), Markup(""), 0
        for found in _CODE.finditer(words):
            out += escape(words[end : found.start()])
            named = next(
                (t for t in (study.text(kind, found[0]) for kind in _NAMED_IN) if t != Text.same(found[0])),
                None,
            )
            if named is None:
                out += Markup("<code class=quoted>{}</code>").format(found[0])
            else:
                out += escape(named.zh if language == "zh" else _lowered(named.en))
            end = found.end()
        return out + escape(words[end:])

    en, zh = readable(text.en, "en"), readable(text.zh, "zh")
    if en == zh:
        return en
    return Markup("<span lang=en>{}</span><span lang=zh-CN>{}</span>").format(en, zh)


def worded(study: Study, text: Text) -> Text:
    """Return running text in both languages with codes named, for where nothing can be set as code."""

    def readable(words: str, language: str) -> str:
        def named(found: re.Match[str]) -> str:
            texts = (study.text(kind, found[0]) for kind in (*_NAMED_IN, "parameter"))
            known = next((t for t in texts if t != Text.same(found[0])), None)
            if known is None:
                return found[0]
            return known.zh if language == "zh" else _lowered(known.en)

        return _CODE.sub(named, spans(words))

    return Text(readable(text.en, "en"), readable(text.zh, "zh"))


def citation_of(study: Study, code: str) -> Text:
    """Return the citation of a source in the study's list, with its address."""
    row = next(row for row in study.frames["sources"].to_dict("records") if str(row["source"]) == code)
    url = str(row.get("url") or "")
    tail = f" {url}" if url.startswith(("https://", "http://")) else ""
    return Text(f"{row['citation']}{tail}", f"{row.get('citation_zh') or row['citation']}{tail}")


def _lowered(words: str) -> str:
    """Return a heading as it reads inside a sentence; abbreviations keep their capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def badge(study: Study, status: str) -> Markup:
    """Return the visible mark of a status: a shape and a word."""
    return Markup('<span class="badge {s}">{w}</span>').format(
        s=status, w=bilingual(study.text("status", status))
    )


def citation(text: object) -> Markup:
    """Return words that are quoted as they are: they belong to both languages' pages."""
    return Markup('<cite class="quoted">{}</cite>').format(str(text))


def setting(text: object) -> Markup:
    """Return a name as it is written in the study's files."""
    return Markup("<code class=quoted>{}</code>").format(str(text))


def source_numbers(study: Study) -> Mapping[str, int]:
    """Return the number of each source in the list of sources."""
    table = study.frames.get("sources")
    return {} if table is None else {str(code): i for i, code in enumerate(table["source"], start=1)}


def source_links(study: Study, codes: Sequence[str]) -> Markup:
    """Return links to the list of sources; a source that is not in the list is quoted as it stands."""
    known = source_numbers(study)
    parts = [
        Markup('<a href="#source-{n}">[{n}]</a>').format(n=known[code]) if code in known else citation(code)
        for code in sorted(codes, key=lambda code: known.get(code, len(known) + 1))
    ]
    return Markup(" ").join(parts)
