"""A table as a folder of tidy files, CSV or Parquet: one row per cell that is not zero; read back exactly."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from hinterland.accounts.exchange.draft import Array
from hinterland.accounts.exchange.sheet import missing_file
from hinterland.accounts.table import IOTable, Satellite
from hinterland.study import CheckError, CheckReport, Provenance, Text
from hinterland.study.findings import Notebook
from hinterland.study.place import new_folder
from hinterland.study.schema import listing

FORMAT = "hinterland input-output table"
VERSION = 1
_ABOUT = "table.json"
# Files and their label columns; what a file does not list is 0, except satellites, where all is listed.
FILES: Mapping[str, tuple[str, ...]] = {
    "inputs": ("region", "industry", "region_to", "industry_to"),
    "final_demand": ("region", "industry", "region_to", "category"),
    "value_added": ("item", "region", "industry"),
    "output": ("region", "industry"),
    "satellites": ("satellite", "region", "industry"),
    "final_satellites": ("satellite", "region_to", "category"),
}


def write_tidy(
    table: IOTable,
    directory: str | Path,
    form: Literal["csv", "parquet"] = "parquet",
    *,
    final_satellites: Mapping[str, Satellite] | None = None,
) -> Path:
    """Write a table as a folder of tidy files.

    ``table.json`` holds labels in order, units and provenance; inputs, final_demand, value_added, output
    (output and imports), satellites and final_satellites hold the figures. Cells of inputs, final demand and
    value added that are zero are left out. `read_tidy` gives back the same numbers, bit for bit.

    Parameters
    ----------
    table : IOTable
        Its labels are text; its convergence report is not kept.
    directory : str or Path
        A folder that does not exist yet, or is empty.
    form : {"csv", "parquet"}
    final_satellites : mapping, optional
        What final demand uses or emits, one value per column of Y.

    Raises
    ------
    StudyError
        The folder holds something.
    """
    folder = Path(directory)
    with new_folder(folder) as aside:
        _write(table, aside, form, final_satellites or {})
    return folder


def _write(
    table: IOTable, folder: Path, form: Literal["csv", "parquet"], final_satellites: Mapping[str, Satellite]
) -> None:
    known = table.provenance
    after = {k: Satellite(s.final, s.unit) for k, s in table.satellites.items() if s.final is not None}
    own = list(after)
    after |= final_satellites
    about = {
        "format": FORMAT,
        "version": VERSION,
        "form": form,
        "unit": table.unit,
        "regions": list(table.regions),
        "industries": list(table.industries),
        "final": [list(pair) for pair in table.final],
        "items": list(table.items),
        "satellites": {name: s.unit for name, s in table.satellites.items()},
        "final_satellites": {name: s.unit for name, s in after.items()},
        "with_final": own,
        "absent": list(table.absent),
        "provenance": {
            "status": known.status,
            "unit": known.unit,
            "year": known.year,
            "sources": list(known.sources),
            "method_en": known.method.en,
            "method_zh": known.method.zh,
        },
    }
    (folder / _ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    region = np.repeat(np.arange(len(table.regions)), len(table.industries))
    industry = np.tile(np.arange(len(table.industries)), len(table.regions))
    places = (table.regions, table.industries)
    where = tuple(r for r, _ in table.final), tuple(c for _, c in table.final)

    def put(name: str, columns: dict[str, Any]) -> None:
        frame = pd.DataFrame(columns)
        if form == "csv":
            frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
        else:
            frame.to_parquet(folder / f"{name}.parquet", index=False)

    def take(labels: Sequence[str], positions: np.ndarray) -> pd.Categorical:
        members = list(dict.fromkeys(labels))
        code = np.array([members.index(label) for label in labels], dtype=np.int64)
        return pd.Categorical.from_codes(code[positions], categories=members)

    i, j = np.nonzero(table.Z)
    put(
        "inputs",
        {
            "region": take(places[0], region[i]),
            "industry": take(places[1], industry[i]),
            "region_to": take(places[0], region[j]),
            "industry_to": take(places[1], industry[j]),
            "value": table.Z[i, j],
        },
    )
    i, j = np.nonzero(table.Y)
    put(
        "final_demand",
        {
            "region": take(places[0], region[i]),
            "industry": take(places[1], industry[i]),
            "region_to": take(where[0], j),
            "category": take(where[1], j),
            "value": table.Y[i, j],
        },
    )
    i, j = np.nonzero(table.V)
    put(
        "value_added",
        {
            "item": take(table.items, i),
            "region": take(places[0], region[j]),
            "industry": take(places[1], industry[j]),
            "value": table.V[i, j],
        },
    )
    put(
        "output",
        {
            "region": take(places[0], region),
            "industry": take(places[1], industry),
            "value": table.x,
            "imports": table.imports,
        },
    )
    for name, kept, labels in (
        (
            "satellites",
            table.satellites,
            {"region": take(places[0], region), "industry": take(places[1], industry)},
        ),
        (
            "final_satellites",
            after,
            {
                "region_to": take(where[0], np.arange(len(table.final))),
                "category": take(where[1], np.arange(len(table.final))),
            },
        ),
    ):
        if kept:
            parts = [pd.DataFrame({"satellite": k, **labels, "value": s.values}) for k, s in kept.items()]
            put(name, {c: pd.concat(parts)[c].to_numpy() for c in parts[0]})


def read_tidy(directory: str | Path) -> tuple[IOTable, dict[str, Satellite]]:
    """Read a folder that `write_tidy` wrote; return the table and the satellites of final demand.

    Raises
    ------
    CheckError
        Files missing or damaged, unknown labels, cells twice: each with file, row and column.
    StudyError
        A table that does not balance.
    """
    folder = Path(directory)
    if not (folder / _ABOUT).is_file():
        raise missing_file(folder / _ABOUT)
    notebook = Notebook()
    about: dict[str, Any] = {}
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        known = about["provenance"]
        regions, industries = tuple(about["regions"]), tuple(about["industries"])
        final = tuple((str(r), str(c)) for r, c in about["final"])
        items, form = tuple(about["items"]), about["form"]
        with_final, absent = set(about["with_final"]), tuple(int(i) for i in about["absent"])
        provenance = Provenance(
            known["status"],
            known["unit"],
            known["year"],
            tuple(known["sources"]),
            Text(known["method_en"], known["method_zh"]),
        )
        if about["format"] != FORMAT or about["version"] != VERSION or form not in ("csv", "parquet"):
            raise ValueError(about["format"])
    except (ValueError, KeyError, TypeError) as error:
        notebook.note("import_about", file=_ABOUT, reason=str(error))
        raise CheckError(CheckReport(str(directory), tuple(notebook))) from error
    n, columns = len(regions) * len(industries), len(final)
    rows = {"region": regions, "industry": industries}
    to = {"region_to": regions, "industry_to": industries}
    pair = {"final": final}

    def get(name: str, keys: Sequence[Mapping[str, Sequence[Any]]], values: Sequence[str]) -> tuple[Any, ...]:
        return _read(folder, name, form, keys, values, notebook)

    where, cells = get("inputs", (rows, to), ("value",))
    Z = _dense((n, n), where, cells[0])
    where, cells = get("final_demand", (rows, pair), ("value",))
    Y = _dense((n, columns), where, cells[0])
    where, cells = get("value_added", ({"item": items}, rows), ("value",))
    V = _dense((len(items), n), where, cells[0])
    where, cells = get("output", (rows,), ("value", "imports"))
    x, imports = _dense((n,), where, cells[0]), _dense((n,), where, cells[1])
    if not notebook.broken and len(where[0]) < n:
        notebook.note("import_incomplete", file=f"output.{form}", count=n - len(where[0]))
    held: dict[str, dict[str, Satellite]] = {}
    for name, key, size in (("satellites", rows, n), ("final_satellites", pair, columns)):
        units: dict[str, str] = about.get(name, {})
        held[name] = {}
        if not units:
            continue
        where, cells = get(name, ({"satellite": tuple(units)}, key), ("value",))
        if not notebook.broken and len(where[0]) < size * len(units):
            notebook.note("import_incomplete", file=f"{name}.{form}", count=size * len(units) - len(where[0]))
        values = _dense((len(units), size), where, cells[0])
        held[name] = {k: Satellite(values[a], unit) for a, (k, unit) in enumerate(units.items())}
    if notebook.broken:
        raise CheckError(CheckReport(str(directory), tuple(notebook)))
    satellites = {
        k: dataclasses.replace(s, final=held["final_satellites"][k].values) if k in with_final else s
        for k, s in held["satellites"].items()
    }
    table = IOTable.from_arrays(
        Z,
        Y,
        V,
        regions=regions,
        industries=industries,
        categories=[""] * columns,
        items=items,
        x=x,
        imports=imports,
        satellites=satellites,
        unit=about["unit"],
        provenance=provenance,
        tol=1e-5,
    )
    return dataclasses.replace(table, final=final, absent=absent), held["final_satellites"]


def _dense(shape: tuple[int, ...], where: tuple[np.ndarray, ...], values: np.ndarray) -> Array:
    out = np.zeros(shape)
    if len(values):
        out[where] = values
    return out


def _read(
    folder: Path,
    name: str,
    form: str,
    keys: Sequence[Mapping[str, Sequence[Any]]],
    values: Sequence[str],
    notebook: Notebook,
) -> tuple[tuple[np.ndarray, ...], list[np.ndarray]]:
    """Read one file: positions along each key (a key of several columns runs over their product)."""
    file = f"{name}.{form}"
    nothing = tuple(np.zeros(0, np.int64) for _ in keys), [np.zeros(0) for _ in values]
    path = folder / file
    if not path.is_file():
        notebook.note("import_no_file", file=file)
        return nothing
    try:
        if form == "csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        else:
            frame = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        notebook.note("import_damaged", file=file, reason=reason)
        return nothing
    wanted = [*FILES[name], *values]
    lacking = [c for c in wanted if c not in frame]
    if lacking:
        notebook.note("import_columns", file=file, names=listing(lacking))
        return nothing
    where: list[np.ndarray] = []
    for key in keys:
        position = np.zeros(len(frame), np.int64)
        if "final" in key:
            members = pd.MultiIndex.from_tuples(list(key["final"]))
            position = members.get_indexer(
                pd.MultiIndex.from_arrays([frame["region_to"].astype(str), frame["category"].astype(str)])
            )
            _unknown(position, frame, ("region_to", "category"), file, notebook)
        else:
            for column, labels in key.items():
                found = pd.Index(list(labels)).get_indexer(pd.Index(frame[column].astype(str)))
                _unknown(found, frame, (column,), file, notebook)
                position = position * len(labels) + found
        where.append(position)
    numbers = []
    for v in values:
        figures = _exactly(frame[v])
        bad = np.flatnonzero(np.isnan(figures))
        if bad.size and not name.endswith("satellites"):
            notebook.note(
                "import_not_number",
                file=file,
                row=int(bad[0]) + 2,
                column=v,
                count=len(bad),
                value=frame[v].iloc[int(bad[0])],
            )
        numbers.append(figures)
    again = pd.DataFrame(dict(enumerate(where))).duplicated().to_numpy()
    if again.any():
        at = int(np.flatnonzero(again)[0])
        notebook.note(
            "import_twice", file=file, row=at + 2, name=" ".join(str(frame[c].iloc[at]) for c in FILES[name])
        )
    return tuple(where), numbers


def _exactly(cells: pd.Series[Any]) -> Array:
    """Read figures to the last bit, as pandas' quick reading of text does not; NaN for what is none."""
    if pd.api.types.is_numeric_dtype(cells):
        known: Array = cells.to_numpy(dtype=np.float64)
        return known

    def read(cell: object) -> float:
        try:
            return float(str(cell))
        except ValueError:
            return float("nan")

    return np.fromiter((read(c) for c in cells), np.float64, len(cells))


def _unknown(
    found: np.ndarray, frame: pd.DataFrame, columns: Sequence[str], file: str, notebook: Notebook
) -> None:
    bad = np.flatnonzero(found < 0)
    if bad.size:
        at = int(bad[0])
        notebook.note(
            "import_unknown_label",
            file=file,
            row=at + 2,
            column=columns[0],
            count=len(bad),
            value=" ".join(str(frame[c].iloc[at]) for c in columns),
        )
