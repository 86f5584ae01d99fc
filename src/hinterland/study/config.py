"""Reading and checking of study.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from hinterland.study.assemble import STATUSES, Draft
from hinterland.study.findings import Notebook
from hinterland.study.model import package_table
from hinterland.study.schema import listing, nearest, schema
from hinterland.study.sheets import UnreadableError, decode

TOML = "study.toml"
_STUDY_KEYS = (
    *("name", "title_en", "title_zh", "description_en", "description_zh", "country"),
    *("base_year", "preset", "compare_preset", "history_preset"),
)
_TABLE_KEYS = ("sources", "status", "year", "unit", "method_en", "method_zh", "decimal", "note")
_UNITS = ("money", "labour", "energy", "carbon", "distance", "land", "water")
_SECTIONS = ("study", "units", "tables", "parameters")


def read_config(data: bytes, notebook: Notebook) -> Mapping[str, Any] | None:
    """Return the parsed study.toml; None where it cannot be parsed (noted)."""
    try:
        return tomllib.loads(decode(data).replace("\r\n", "\n"))
    except UnreadableError as problem:
        notebook.note(problem.code, file=TOML)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        notebook.note("broken_toml", file=TOML, row=int(place[1]) if place else 0, reason=str(error))
    return None


def check_config(draft: Draft) -> None:
    """Note everything wrong in study.toml that can be told without the tables."""

    def note(code: str, column: str, **values: Any) -> None:
        draft.notebook.note(code, file=TOML, column=column, **values)

    for section in draft.config:
        if section not in _SECTIONS:
            note("toml_unknown_key", str(section), name=section, hint=nearest(section, _SECTIONS))
        elif not isinstance(draft.config[section], Mapping):
            note("toml_wrong_type", section, name=section, wanted="a table [...]")
    study = draft.section("study")
    for key, value in study.items():
        if key not in _STUDY_KEYS:
            note("toml_unknown_key", f"study.{key}", name=f"study.{key}", hint=nearest(key, _STUDY_KEYS))
        elif key == "base_year":
            if isinstance(value, bool) or not isinstance(value, int):
                note(
                    "toml_wrong_type", "study.base_year", name="study.base_year", wanted="a year such as 2020"
                )
        elif not isinstance(value, str):
            note("toml_wrong_type", f"study.{key}", name=f"study.{key}", wanted='text in quotation marks "…"')
    if "base_year" not in study:
        note("toml_missing", "study.base_year", name="study.base_year")
    units = draft.section("units")
    if not units.get("money"):
        note("toml_missing", "units.money", name="units.money")
    for key, value in units.items():
        if not isinstance(value, str):
            note("toml_wrong_type", f"units.{key}", name=f"units.{key}", wanted='text in quotation marks "…"')
        elif key not in _UNITS:
            note("toml_unknown_key", f"units.{key}", name=f"units.{key}", hint=nearest(key, _UNITS))
    _check_tables(draft)
    _check_parameters(draft)


def _check_tables(draft: Draft) -> None:
    for table, info in draft.section("tables").items():
        name = f"tables.{table}"
        if table not in schema():
            draft.notebook.note(
                "toml_unknown_key", file=TOML, column=name, name=name, hint=nearest(table, schema())
            )
            continue
        if not isinstance(info, Mapping):
            draft.notebook.note("toml_wrong_type", file=TOML, column=name, name=name, wanted="a table [...]")
            continue
        for key, value in info.items():
            wanted = {"sources": (list, 'a list of keys ["…"]'), "year": (int, "a year such as 2020")}
            kind, words = wanted.get(key, (str, 'text in quotation marks "…"'))
            column = f"{name}.{key}"
            if key not in _TABLE_KEYS:
                draft.notebook.note(
                    "toml_unknown_key", file=TOML, column=column, name=column, hint=nearest(key, _TABLE_KEYS)
                )
            elif (
                not isinstance(value, kind)
                or isinstance(value, bool)
                or (isinstance(value, list) and not all(isinstance(v, str) for v in value))
            ):
                draft.notebook.note("toml_wrong_type", file=TOML, column=column, name=column, wanted=words)
            elif (key == "status" and value not in STATUSES) or (
                key == "decimal" and value not in (".", ",")
            ):
                words = listing(STATUSES) if key == "status" else '"." or ","'
                draft.notebook.note("toml_wrong_type", file=TOML, column=column, name=column, wanted=words)


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", inner


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None


def _check_parameters(draft: Draft) -> None:
    known = package_table("parameters").set_index("parameter")
    for name, value in _flat(draft.section("parameters")):
        column = f"parameters.{name}"
        if any(name.startswith(f"{section}.") for section in known.index[known["value"] == ""]):
            continue  # an entry of a parameter that is itself a table
        if name not in known.index:
            hint = nearest(name, known.index)
            draft.notebook.note("unknown_parameter", file=TOML, column=column, name=name, hint=hint)
            continue
        row = known.loc[name]
        if _number(row["value"]) is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            draft.notebook.note("toml_wrong_type", file=TOML, column=column, name=column, wanted="a number")
            continue
        low, high = _number(row["low"]), _number(row["high"])
        if (low is not None and value < low) or (high is not None and value > high):
            draft.notebook.note(
                "parameter_outside",
                file=TOML,
                column=column,
                name=name,
                value=value,
                low="-∞" if low is None else f"{low:g}",
                high="∞" if high is None else f"{high:g}",
            )


def check_references(draft: Draft) -> None:
    """Note what study.toml refers to and the tables lack: sources, presets, units that tables need."""
    study = draft.section("study")
    listed = set(draft.names["source"].codes) if "source" in draft.names else set()
    for table, info in draft.section("tables").items():
        sources = info.get("sources", []) if isinstance(info, Mapping) else []
        for source in sources if isinstance(sources, list) else []:
            if isinstance(source, str) and source not in listed and "sources" not in draft.broken:
                hint = nearest(str(source), listed)
                column = f"tables.{table}.sources"
                draft.notebook.note("unlisted_source", file=TOML, column=column, source=source, hint=hint)
    silent = [
        t for t in [*draft.arrays, *(["national_io"] if "io_domestic" in draft.arrays else [])]
        if t in schema() and not draft.section("tables", t).get("sources")
    ]  # fmt: skip
    if silent:
        draft.notebook.note("no_source", file=TOML, column="tables", tables=", ".join(silent))
    if "preset" in draft.names:
        presets = draft.names["preset"].codes
        if "preset" not in study and len(presets) > 1:
            draft.notebook.note("toml_missing", file=TOML, column="study.preset", name="study.preset")
        for key in ("preset", "compare_preset", "history_preset"):
            if key in study and study[key] not in presets:
                draft.notebook.note(
                    "unknown_preset", file=TOML, column=f"study.{key}", name=f"study.{key}", value=study[key],
                    known=", ".join(presets),
                )  # fmt: skip
    for described in schema().values():
        if described.kind == "values" and described.name in draft.arrays:
            quantity = described.value.unit
            if quantity in _UNITS and quantity != "money" and not draft.unit(quantity):
                draft.note("unit_unstated", described.name, quantity=quantity)
