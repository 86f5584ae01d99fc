"""From laid tables to the frames and labelled arrays of a `Study`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study.findings import Notebook
from hinterland.study.layout import Laid, Resolver, lay
from hinterland.study.model import package_table
from hinterland.study.result import Provenance, Status, combine
from hinterland.study.schema import Field, Table, plain, schema, spellings
from hinterland.study.sheets import Grid
from hinterland.study.text import Text
from hinterland.study.units import factor_between
from hinterland.study.values import Names, Reader, as_code, is_total, more_rows

NATIONAL = "national_io"
STATUSES: tuple[Status, ...] = ("observed", "estimated", "assumption")


@dataclass
class Draft:
    """A study in the making: what has been read so far, and what was found wrong."""

    notebook: Notebook
    config: Mapping[str, Any]
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    places: dict[str, Laid] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    arrays: dict[str, xr.DataArray] = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def section(self, *path: str) -> Mapping[str, Any]:
        """Return a table of study.toml, empty where there is none (or something else, noted elsewhere)."""
        value: Any = self.config
        for part in path:
            value = value.get(part, {}) if isinstance(value, Mapping) else {}
        return value if isinstance(value, Mapping) else {}

    def unit(self, quantity: str) -> str:
        """Return a unit of study.toml, "" where it is not stated."""
        return str(self.section("units").get(quantity, ""))

    def parameter(self, name: str) -> float:
        """Return a number of study.toml's parameters, the package's default where it states none."""
        section, key = name.split(".")
        value = self.section("parameters", section).get(key, self.section("parameters").get(name))
        if isinstance(value, int | float):
            return float(value)
        return float(package_table("parameters").set_index("parameter").loc[name, "value"])

    def note(self, code: str, table: str, row: int = 0, column: str = "", **values: object) -> None:
        """Note a finding at a table's file; `column` is the schema's name of the column."""
        laid = self.places.get(table)
        self.notebook.note(
            code,
            file=laid.file if laid else "",
            sheet=laid.sheet if laid else "",
            row=row,
            column=laid.header(column) if laid and column else column,
            table=table,
            **values,
        )


def totals_of(draft: Draft) -> frozenset[str]:
    """Return the spellings of a total row, the country's own name among them."""
    country = draft.section("study").get("country")
    return frozenset(spellings("total")) | ({plain(country)} if country else frozenset())


def _resolvers(draft: Draft) -> dict[str, Resolver]:
    out: dict[str, Resolver] = dict(draft.names)
    if "industry" in draft.names:
        out["row"] = out["column"] = draft.names["industry"]
    if "region" in draft.names:
        out["origin"] = out["host"] = draft.names["region"]
    return out


def _lay(draft: Draft, grid: Grid) -> Laid | None:
    info = draft.section("tables", grid.table)
    year = info.get("year")
    laid = lay(
        grid,
        draft.notebook,
        _resolvers(draft),
        year if isinstance(year, int) else None,
        str(info.get("unit", "")),
    )
    if laid is None:
        draft.broken.add(grid.table)
    else:
        draft.places[grid.table] = laid
    return laid


def _examples(table: Table, columns: Mapping[str, Sequence[object]]) -> set[int]:
    """Return the records that are the worked row that a template came with."""
    given = [(columns[f.name], f.example) for f in table.fields if f.name in columns]
    found = set(range(len(given[0][0])))
    for cells, example in given:
        found = {r for r in found if ("" if cells[r] is None else as_code(cells[r])) == as_code(example)}
    return found


def drop_example(draft: Draft, laid: Laid) -> bool:
    """Take the template's worked row out (noted); True when the table then still holds records."""
    table = laid.table
    examples = _examples(table, laid.columns)
    if not examples:
        return bool(laid.rows)
    kept = [r for r in range(len(laid.rows)) if r not in examples]
    first = min(examples)
    if kept or table.required:
        draft.note("worked_row", table.name, laid.rows[first], required=table.name)
    laid.columns = {n: [c[r] for r in kept] for n, c in laid.columns.items()}
    laid.rows = [laid.rows[r] for r in kept]
    if not kept:
        draft.broken.add(table.name)
    return bool(kept)


def _codes(draft: Draft, reader: Reader, item: Field, table: str) -> list[object]:
    totals = totals_of(draft) if schema()[table].kind == "values" else frozenset()
    if item.dtype == "year":
        return reader.year(item)
    if item.dtype == "word":
        return reader.word(item)
    dimension = {"origin": "region", "host": "region"}.get(item.dimension, item.dimension)
    if dimension in ("row", "column"):
        industry = draft.names["industry"]
        extra = {s: m for s, m in spellings("category").items() if s not in industry.spelt}
        names = Names("industry", industry.codes, {**industry.spelt, **extra})
        return reader.code(item, names, totals, free=True)
    if dimension in ("", "item"):
        return reader.code(item, None, totals, free=bool(dimension))
    known = draft.names.get(dimension)
    if known is None:
        return reader.code(item, None, totals, free=True)
    return reader.code(item, known, totals)


def read_set(draft: Draft, grid: Grid) -> None:
    """Read a list (regions, industries, phases …) into ``draft.frames``."""
    table = schema()[grid.table]
    laid = _lay(draft, grid)
    if laid is None:
        return
    if not drop_example(draft, laid):
        if table.required and table.name not in draft.broken:
            draft.note("empty_table", table.name)
        draft.broken.add(table.name)
        return
    reader = Reader(laid, draft.notebook, str(draft.section("tables", table.name).get("decimal", "")))
    columns: dict[str, Any] = {}
    for item in table.fields:
        n = len(laid.rows)
        if item.name not in laid.columns:
            blank = item.dtype in ("number", "share", "integer", "year")
            columns[item.name] = np.full(n, np.nan) if blank else [""] * n
        elif item.dtype in ("number", "share", "integer"):
            values = reader.number(item)
            if item.unit:
                values = _in_unit(draft, laid, item, values, laid.units.get(item.name, ""))
            columns[item.name] = _whole(draft, reader, item, values) if item.dtype == "integer" else values
            _need(reader, item, np.isnan(values))
        elif item.dtype == "year":
            columns[item.name] = reader.year(item)
        elif item.dtype == "word":
            columns[item.name] = reader.word(item, item.required)
        elif item.dtype == "code":
            columns[item.name] = _codes(draft, reader, item, table.name)
        else:
            columns[item.name] = reader.text(item)
            _need(reader, item, np.array([not c for c in columns[item.name]], dtype=bool))
    frame = pd.DataFrame(columns)
    keep = np.array([r not in reader.bad for r in range(len(frame))], dtype=bool)
    if not keep.all():
        draft.broken.add(table.name)
    frame, rows = frame[keep].reset_index(drop=True), [x for x, k in zip(laid.rows, keep, strict=True) if k]
    for item in table.fields:
        if item.dtype == "year":
            years = frame[item.name].astype(float).replace(-1.0, np.nan)
            frame[item.name] = years if years.isna().any() else years.astype(np.int64)
        elif item.dtype == "integer" and len(frame) and not frame[item.name].isna().any():
            frame[item.name] = frame[item.name].astype(np.int64)
    keys = [k.name for k in table.keys]
    _duplicates(draft, table.name, frame[keys], rows)
    if "name_en" in frame:
        code = frame[{"phases": "phase", "labels": "code"}.get(table.name, keys[0])]
        frame["name_zh"] = frame["name_zh"].where(frame["name_zh"] != "", frame["name_en"])
        frame["name_en"] = frame["name_en"].where(frame["name_en"] != "", frame["name_zh"])
        for column in ("name_en", "name_zh"):
            frame[column] = frame[column].where(frame[column] != "", code)
    draft.frames[table.name], draft.rows[table.name] = frame, rows


def _whole(draft: Draft, reader: Reader, item: Field, values: np.ndarray) -> np.ndarray:
    records = [r for r, v in enumerate(values) if np.isfinite(v) and v != round(v)]
    if records:
        reader.note("not_whole", item.name, records, value=f"{values[records[0]]:g}")
    return values


def _need(reader: Reader, item: Field, blank: np.ndarray) -> None:
    records = [r for r in np.flatnonzero(blank).tolist() if r not in reader.bad]
    if item.required and records:
        reader.note("missing_key", item.name, records, name=item.name)
        reader.bad.update(records)


def _duplicates(draft: Draft, table: str, keys: pd.DataFrame, rows: Sequence[int]) -> None:
    again = keys.duplicated(keep="first").to_numpy()
    if not again.any():
        return
    first: dict[tuple[object, ...], int] = {}
    told = 0
    for r, key in enumerate(keys.itertuples(index=False, name=None)):
        if not again[r]:
            first.setdefault(key, rows[r])
            continue
        told += 1
        if told <= 20:
            draft.note(
                "duplicate_key",
                table,
                rows[r],
                key=", ".join(str(k) for k in key),
                before=first.get(key, "?"),
            )
    if told > 20:
        draft.note("more_duplicates", table, count=told - 20)
    draft.broken.add(table)


def _in_unit(
    draft: Draft, laid: Laid, item: Field, values: np.ndarray, given: str, wanted: str | None = None
) -> np.ndarray:
    """Return figures in the study's unit, converted (warning) from another of the same kind."""
    if not given:
        return values
    meant = spellings("quantity").get(plain(given.replace(" / ", "/")))
    if meant == item.unit:
        return values
    wanted = draft.unit(item.unit) if wanted is None else wanted
    if not wanted and meant is None:
        return values  # study.toml lacks the unit: noted there
    factor = factor_between(given, wanted) if meant is None else None
    if factor is None:
        draft.note("unit_other", laid.table.name, laid.rows[0] - 1, item.name, given=given, wanted=wanted)
        draft.broken.add(laid.table.name)
        return values
    if factor != 1.0:
        draft.note(
            "unit_converted", laid.table.name, 0, item.name, given=given, wanted=wanted, factor=f"{factor:g}"
        )
    return values * factor


def _wanted(draft: Draft, item: Field, columns: Mapping[str, Sequence[object]]) -> list[str] | None:
    """Return the unit wanted of every record where it differs by record, else None."""
    by = {"indicator": ("indicator_list", "indicator"), "resource": ("resources", "resource")}.get(item.unit)
    if by is None or by[0] not in draft.frames or by[1] not in columns:
        return None
    units = dict(zip(draft.frames[by[0]][by[1]], draft.frames[by[0]]["unit"], strict=True))
    return [str(units.get(str(code), "")) for code in columns[by[1]]]


def _convert(
    draft: Draft, laid: Laid, item: Field, values: np.ndarray, columns: Mapping[str, Sequence[object]]
) -> np.ndarray:
    by_record = _wanted(draft, item, columns)
    head = laid.units.get(item.name, "")
    cells = laid.columns.get("unit")
    if cells is None and not head:
        return values
    given = [head if cells is None or c is None else str(c) for c in (cells or [None] * len(values))]
    wanted = by_record or [_fixed_unit(draft, item)] * len(values)
    out = values.copy()
    for pair in dict.fromkeys(zip(given, wanted, strict=True)):
        mask = np.array([(g, w) == pair for g, w in zip(given, wanted, strict=True)])
        out[mask] = _in_unit(draft, laid, item, values[mask], *pair)
    return out


def _fixed_unit(draft: Draft, item: Field) -> str:
    if item.unit == "money_per_money":
        return f"{draft.unit('money')}/{draft.unit('money')}"
    return draft.unit(item.unit)


def read_nothing(draft: Draft, grid: Grid) -> None:
    """Look at a table of figures as far as that is possible without regions and industries."""
    laid = _lay(draft, grid)
    if laid is not None:
        drop_example(draft, laid)


def read_values(draft: Draft, grid: Grid) -> None:
    """Read a table of figures into ``draft.arrays`` with its provenance."""
    table = schema()[grid.table]
    laid = _lay(draft, grid)
    if laid is None:
        return
    if not drop_example(draft, laid):
        if table.required and table.name not in draft.broken:
            draft.note("empty_table", table.name)
        draft.broken.add(table.name)
        return
    decimal = str(draft.section("tables", table.name).get("decimal", ""))
    reader = Reader(laid, draft.notebook, decimal)
    columns = {k.name: _codes(draft, reader, k, table.name) for k in table.keys}
    units = _wanted(draft, table.value, columns)
    percent: Callable[[int], bool] | None = None
    if units is not None:
        known = units
        percent = lambda r: plain(known[r]) in ("%", "per cent", "percent")  # noqa: E731
    values = _convert(draft, laid, table.value, reader.number(table.value, percent), columns)
    if reader.bad:
        draft.broken.add(table.name)
    kept = [r for r in range(len(laid.rows)) if r not in reader.bad and r not in reader.total]
    if not kept:
        draft.broken.add(table.name)
        if not reader.bad:
            draft.note("empty_table", table.name)
        return
    known_status = _status(draft, laid, kept)
    whole = len(kept) == len(laid.rows)
    chosen = columns if whole else {n: [c[r] for r in kept] for n, c in columns.items()}
    rows = laid.rows if whole else [laid.rows[r] for r in kept]
    figures = values[kept]
    if table.name == NATIONAL:
        frame = pd.DataFrame(chosen)
        _duplicates(draft, table.name, frame, rows)
        frame["value"] = figures
        draft.frames[NATIONAL], draft.rows[NATIONAL] = frame, rows
        info = draft.section("tables", NATIONAL)
        year = str(info.get("year", draft.section("study").get("base_year", "")))
        draft.provenance[NATIONAL] = _provenance(draft, table.name, known_status, draft.unit("money"), year)
        return
    coords = {k.name: _order(draft, k, chosen[k.name]) for k in table.keys}
    array = _array(draft, table.name, chosen, figures, rows, coords)
    if reader.total:
        _check_totals(draft, table, laid, columns, values, sorted(reader.total - reader.bad), array)
    draft.arrays[table.name] = array
    if "year" in coords:
        first, last = coords["year"][0], coords["year"][-1]
        year = str(first) if first == last else f"{first}-{last}"
    else:
        year = str(draft.section("tables", table.name).get("year", ""))
    unit = _fixed_unit(draft, table.value)
    draft.provenance[table.name] = _provenance(draft, table.name, known_status, unit, year)


def _status(draft: Draft, laid: Laid, kept: Sequence[int]) -> Status:
    stated = draft.section("tables", laid.table.name).get("status", "observed")
    base = cast(Status, stated if stated in STATUSES else "observed")
    cells = laid.columns.get("status")
    if cells is None:
        return base
    known: dict[str, Status] = {plain(s): s for s in STATUSES}
    known |= {s: cast(Status, m) for s, m in spellings("status").items()}
    found: set[Status] = set()
    for r in kept:
        if cells[r] is None:
            found.add(base)
        elif plain(cells[r]) in known:
            found.add(known[plain(cells[r])])
        else:
            draft.note(
                "unknown_word", laid.table.name, laid.rows[r], "status", name="status", value=cells[r],
                words=", ".join(STATUSES), hint="", more="",
            )  # fmt: skip
            return base
    return combine(*found)


def _provenance(draft: Draft, table: str, status: Status, unit: str, year: str) -> Provenance:
    info = draft.section("tables", table)
    sources = info.get("sources", ())
    method = Text(str(info.get("method_en", "")), str(info.get("method_zh", info.get("method_en", ""))))
    return Provenance(status, unit, year, tuple(sources) if isinstance(sources, list) else (), method)


def _order(draft: Draft, item: Field, found: Sequence[Any]) -> list[Any]:
    """Return the coordinates of a dimension: all members of the study's sets, else those found."""
    seen = list(dict.fromkeys(found))
    regions, industries = draft.names["region"].codes, draft.names["industry"].codes
    if item.dimension in ("origin", "host"):
        return [r for r in regions if r in set(seen)]
    if item.dimension == "region":
        return list(regions)
    if item.dimension == "industry":
        return list(industries)
    if item.dimension == "emitter":
        return [*industries, *sorted(set(seen) - set(industries))]
    if item.dimension == "year":
        return sorted(seen)
    if item.dimension in ("resource", "phase"):
        known = draft.names.get(item.dimension)
        return [c for c in known.codes if c in set(seen)] if known else seen
    return seen


def _array(
    draft: Draft,
    table: str,
    columns: Mapping[str, Sequence[Any]],
    figures: np.ndarray,
    rows: Sequence[int],
    coords: Mapping[str, Sequence[Any]],
) -> xr.DataArray:
    shape = tuple(len(c) for c in coords.values())
    flat = np.zeros(len(figures), dtype=np.int64)
    for name, members in coords.items():
        place = {member: i for i, member in enumerate(members)}
        flat = flat * len(members) + np.fromiter((place[c] for c in columns[name]), np.int64, len(figures))
    if len(np.unique(flat)) < len(flat):
        _duplicates(draft, table, pd.DataFrame({n: columns[n] for n in coords}), rows)
    array = np.full(int(np.prod(shape)), np.nan)
    array[flat] = figures
    return xr.DataArray(
        array.reshape(shape), coords={n: list(c) for n, c in coords.items()}, dims=list(coords)
    )


def _check_totals(
    draft: Draft,
    table: Table,
    laid: Laid,
    columns: Mapping[str, Sequence[object]],
    values: np.ndarray,
    records: Sequence[int],
    array: xr.DataArray,
) -> None:
    """Compare total rows with the sum of their members, unless a member is unknown."""
    tolerance = draft.parameter("check.total_tolerance")
    off: list[tuple[int, float, float]] = []
    for r in records:
        key = {n: columns[n][r] for n in columns}
        inner = {n: k for n, k in key.items() if not is_total(k)}
        if np.isnan(values[r]) or any(k not in array.coords[n].to_numpy() for n, k in inner.items()):
            continue
        summed = float(array.sel(inner).sum(skipna=False))
        if not np.isnan(summed) and abs(values[r] - summed) > tolerance * max(abs(summed), 1e-300):
            off.append((r, float(values[r]), summed))
    if off:
        r, given, summed = off[0]
        draft.note(
            "total_off",
            table.name,
            laid.rows[r],
            table.value.name,
            given=f"{given:,.6g}",
            summed=f"{summed:,.6g}",
            gap=f"{100 * (given / summed - 1):+.2f}" if summed else "∞",
            more=more_rows(len(off) - 1),
        )


def names_of(draft: Draft) -> None:
    """Fill ``draft.names`` from the set tables that have been read."""
    for kind, table in (
        ("region", "regions"),
        ("industry", "industries"),
        ("resource", "resources"),
        ("indicator", "indicator_list"),
        ("source", "sources"),
    ):
        if table in draft.frames and kind not in draft.names:
            draft.names[kind] = Names.of(kind, draft.frames[table], kind)
    if "industry" in draft.names and "emitter" not in draft.names:
        industry = draft.names["industry"]
        extra = {s: m for s, m in spellings("emitter").items() if s not in industry.spelt}
        extra["households"] = "households"
        draft.names["emitter"] = Names(
            "emitter", (*industry.codes, "households"), {**industry.spelt, **extra}
        )
    if "phases" in draft.frames and "phase" not in draft.names:
        phases = draft.frames["phases"]
        for kind in ("phase", "preset"):
            codes = tuple(dict.fromkeys(phases[kind]))
            draft.names[kind] = Names(kind, codes, {plain(c): c for c in codes})
    if "industries" in draft.frames and "factor_class" not in draft.names:
        classes = tuple(dict.fromkeys(draft.frames["industries"]["factor_class"]))
        draft.names["factor_class"] = Names("factor_class", classes, {plain(c): c for c in classes})
