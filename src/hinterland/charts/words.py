"""How codes and units are named for a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hinterland.study import EMPTY, Column, Study, Text

# The columns of these kinds hold codes of the study's sets; the kind is where their names are kept.
_SET_KINDS = frozenset({"region", "industry", "factor_class", "group", "resource", "indicator"})
_PER = re.compile(r"\s*(?: per |/)\s*")


def name(study: Study, column: Column, value: object) -> Text:
    """Return the name of the code in a label column, in both languages."""
    if column.kind == "phase":
        return phase_name(study, value)
    if column.name == "policy":
        return policy_name(study, value)
    kind = column.kind if column.kind in _SET_KINDS else column.name
    return study.text(kind, value)


def phase_name(study: Study, code: object) -> Text:
    """Return a phase's name; where presets share a code, the default preset's, then the history's."""
    table = study.frames["phases"]
    presets = [study.preset, str(study.config["study"].get("history_preset", ""))]
    for preset in presets:
        if bool(((table["preset"] == preset) & (table["phase"].astype(str) == str(code))).any()):
            return _dashed(study.text("phase", f"{preset}/{code}"))
    return _dashed(study.text("phase", code))


def _dashed(text: Text) -> Text:
    """Write spans of years with a dash."""
    return Text(*(re.sub(r"(\d{4})-(\d{4})", "\\1\N{EN DASH}\\2", words) for words in (text.en, text.zh)))


def preset_name(study: Study, code: object) -> Text:
    """Return the name that the study's labels give a preset of phases, else its code in quotes."""
    named = study.text("preset", code)
    if named != Text.same(str(code)):
        return named
    return Text(
        f"The phases \N{LEFT DOUBLE QUOTATION MARK}{code}\N{RIGHT DOUBLE QUOTATION MARK}",
        f"\N{LEFT DOUBLE QUOTATION MARK}{code}\N{RIGHT DOUBLE QUOTATION MARK}分期",
    )


def industry_name(study: Study, code: object) -> Text:
    """Return an industry's short name if the study's labels (kind industry_short) give one, else its name."""
    short = study.text("industry_short", code)
    return short if short != Text.same(str(code)) else study.text("industry", code)


def short_names(study: Study, column: Column, codes: Iterable[object]) -> list[Text] | None:
    """Return short names of industries, for where there is little room; None for other codes."""
    return [industry_name(study, code) for code in codes] if column.kind == "industry" else None


def policy_name(study: Study, code: object) -> Text:
    """Return a policy's name from the study's table of policies."""
    table = study.frames.get("policies")
    rows = [] if table is None else table[table["policy"].astype(str) == str(code)].to_dict("records")
    if not rows or not rows[0].get("name_en"):
        return study.text("policy", code)
    return Text(str(rows[0]["name_en"]), str(rows[0].get("name_zh") or rows[0]["name_en"]))


def unit(study: Study, text: str) -> Text:
    """Return a unit in both languages; "a per b" and "a/b" are put together from the names of a and b."""
    if text == "1":
        return EMPTY
    whole = study.text("unit", text)
    if not text or whole != Text.same(text):
        return whole
    parts = _PER.split(text)
    if len(parts) == 1:
        return whole
    named = [study.text("unit", part) for part in parts]
    return Text(" per ".join(n.en for n in named), "/".join(n.zh for n in named))


def listing(texts: list[Text]) -> Text:
    """Return texts as one enumeration: "a, b and c", "a、b和c"."""
    if len(texts) < 2:
        return texts[0] if texts else Text("", "")
    en = ", ".join(t.en for t in texts[:-1]) + " and " + texts[-1].en
    last = "以及" if any("和" in t.zh for t in texts) else "和"  # names with 和 of their own
    zh = "、".join(t.zh for t in texts[:-1]) + last + texts[-1].zh
    return Text(en, zh)
