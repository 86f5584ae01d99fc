"""From and to a pymrio ``IOSystem``, and through pymrio's parsers the tables it reads (extra ``mrio``)."""

from __future__ import annotations

import contextlib
import io as streams
import logging
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from hinterland.accounts.exchange import words
from hinterland.accounts.exchange.check import admit
from hinterland.accounts.exchange.draft import Array, Draft, Imported
from hinterland.accounts.exchange.sheet import missing_file
from hinterland.accounts.table import IOTable, Satellite
from hinterland.study import CheckError, CheckReport, StudyError, Text
from hinterland.study.findings import Notebook
from hinterland.study.schema import listing
from hinterland.study.units import factor_between

# Formats that pymrio parses: its function and whether it needs the year.
PARSERS: Mapping[str, tuple[str, bool]] = {
    "exiobase3": ("parse_exiobase3", False),
    "wiod": ("parse_wiod", False),
    "oecd": ("parse_oecd", False),
    "eora26": ("parse_eora26", True),
    "gloria": ("parse_gloria", True),
    "pymrio": ("load_all", False),
}
ValueAdded = Literal["given", "residual"]


def _pymrio() -> Any:
    try:
        import pymrio  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise StudyError(
            Text(
                "This format is read through pymrio, which is not installed.",
                "该格式通过 pymrio 读取，但尚未安装。",
            ),
            Text("Install it: pip install 'hinterland[mrio]'.", "请安装：pip install 'hinterland[mrio]'。"),
        ) from error
    return pymrio


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep pymrio's log, prints and warnings off the terminal; its errors come through."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(streams.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def read_mrio(
    path: str | Path,
    form: str,
    *,
    year: int | None = None,
    balance: bool = False,
    value_added: ValueAdded = "given",
    **options: Any,
) -> Imported:
    """Parse a file or folder with pymrio and check what it gives.

    Parameters
    ----------
    path : str or Path
        As pymrio's parser takes it: the archive as downloaded, or its folder.
    form : {"exiobase3", "wiod", "oecd", "eora26", "gloria", "pymrio"}
    year : int, optional
        Needed for eora26 and gloria, and for folders of several years.
    balance : bool
        Balance a table that does not balance; else that is an error.
    value_added : {"given", "residual"}
        Take value added from the extension of factor inputs, or as what output leaves after inputs.
    **options
        Handed to the parser (``version``, ``price`` …).

    Raises
    ------
    StudyError
        pymrio is not there, or cannot read the file (with its reason).
    CheckError
        The table is wrong: each finding with its mend.
    """
    function, needs = PARSERS[form]
    if not Path(path).exists():
        raise missing_file(path)
    if needs and year is None:
        raise StudyError(
            Text(f"{form} needs the year.", f"{form} 须指明年份。"),
            Text("Give it: --year 2015.", "请给出，例如 --year 2015。"),
        )
    parse = getattr(_pymrio(), function)
    given = dict(options)
    if year is not None and form in ("wiod", "oecd", "eora26", "gloria"):
        given["year"] = year
    try:
        with _hushed():
            system = parse(path=str(path), **given)
    except (
        Exception
    ) as error:  # pymrio's own, pandas', zip's and the disk's: all mean the file is not readable
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise StudyError(
            Text(
                f"pymrio cannot read '{path}' as {form}: {reason}",
                f"pymrio 无法将“{path}”读作 {form}：{reason}",
            ),
            Text(
                "Check that it is the file as downloaded, that the year is right and nothing is missing.",
                "请确认文件为下载原件、年份无误且文件齐全。",
            ),
        ) from error
    known = year or words.year_in(Path(path).name, str(getattr(system.meta, "description", "")))
    return from_pymrio(
        system, year=known, balance=balance, value_added=value_added, source=Path(path).name, form=form
    )


def from_pymrio(
    system: Any,
    *,
    year: int | None = None,
    balance: bool = False,
    value_added: ValueAdded = "given",
    source: str = "pymrio",
    form: str = "pymrio",
) -> Imported:
    """Take a pymrio ``IOSystem`` over: Z, Y, x, units and every extension.

    Extensions named as factor inputs give value added (rows in the unit of Z, rows of several regions added
    up by item). All others become satellites named ``extension / row``, of output (F) and of final demand
    (F_Y). Industries that a region lacks are rows of zeros, and said. A system that has only A is multiplied
    out first.

    Parameters
    ----------
    system : pymrio.IOSystem
    year, balance, value_added
        As in `read_mrio`.
    source, form : str
        For the provenance.

    Raises
    ------
    CheckError
        Industries whose units of money differ, labels of Z's rows and columns that differ, no balance …
    """
    notebook = Notebook()
    Z, Y, x = _flows(system, notebook)
    if notebook.broken:
        raise CheckError(CheckReport(source, tuple(notebook)))
    regions = tuple(str(r) for r in dict.fromkeys(Z.index.get_level_values(0)))
    industries = tuple(str(s) for s in dict.fromkeys(Z.index.get_level_values(1)))
    full = pd.MultiIndex.from_product([regions, industries])
    names = pd.MultiIndex.from_arrays([Z.index.get_level_values(k).astype(str) for k in (0, 1)])
    place = full.get_indexer(names)
    lacking = len(full) - len(place)
    if lacking:
        missing = full.difference(names, sort=False)
        notebook.note(
            "import_filled", file=source, count=lacking, names=listing(["/".join(m) for m in missing], 6)
        )

    def spread(values: Any) -> Array:
        """Put values over Z's rows into the full grid; [..., rows] -> [..., n]."""
        array = np.asarray(values, dtype=np.float64)
        out = np.zeros((*array.shape[:-1], len(full)))
        out[..., place] = array
        return out

    flows = np.zeros((len(full), len(full)))
    flows[np.ix_(place, place)] = Z.to_numpy(dtype=np.float64)
    final = tuple((str(c[0]), str(c[-1])) if isinstance(c, tuple) else ("", str(c)) for c in Y.columns)
    unit = _unit(system, notebook, source)
    V, items, satellites, after = _extensions(system, Z, Y, unit, spread, notebook, source, value_added)
    draft = Draft(
        flows,
        spread(Y.to_numpy(dtype=np.float64).T).T,
        V,
        np.zeros(len(full)),
        None if x is None else spread(x),
        regions,
        industries,
        final,
        items,
        unit,
        year,
        Text(f"Read by pymrio ({form}).", f"由 pymrio 读取（{form}）。"),
        satellites,
        after,
        absent=tuple(sorted(set(range(len(full))) - set(place.tolist()))),
    )
    if year is None:
        notebook.note("import_year_unknown", file=source)
    return admit(draft, notebook, source, form, balance=balance)


def _flows(system: Any, notebook: Notebook) -> tuple[pd.DataFrame, pd.DataFrame, Array | None]:
    def has(name: str) -> bool:
        return getattr(system, name, None) is not None

    if not has("Y") or not (has("Z") or has("A")):
        notebook.note("import_no_flows")
        return pd.DataFrame(), pd.DataFrame(), None
    Y: pd.DataFrame = system.Y
    x: Array | None = None
    if has("x"):
        x = np.asarray(system.x, dtype=np.float64).reshape(len(Y), -1)[:, 0]
    if has("Z"):
        Z: pd.DataFrame = system.Z
    else:
        A = system.A
        if x is None:
            x = np.linalg.solve(np.eye(len(A)) - A.to_numpy(), Y.to_numpy(dtype=np.float64).sum(1))
        Z = A * x
    if Z.index.nlevels < 2:
        Z = Z.set_axis(pd.MultiIndex.from_product([[""], Z.index]), axis=0)
        Z = Z.set_axis(pd.MultiIndex.from_product([[""], Z.columns]), axis=1)
    rows, columns = list(Z.index), list(Z.columns)
    if rows != columns or len(Y) != len(Z) or (Y.index.nlevels > 1 and list(Y.index) != rows):
        off = next((f"{a} / {b}" for a, b in zip(rows, columns, strict=False) if a != b), "Y")
        notebook.note("import_labels_differ", name=off)
    if len(set(rows)) < len(rows):
        again = next(r for r in rows if rows.count(r) > 1)
        notebook.note("import_twice", name="/".join(map(str, again)))
    return Z, Y, x


def _unit(system: Any, notebook: Notebook, source: str) -> str:
    table = getattr(system, "unit", None)
    found = list(dict.fromkeys(str(u) for u in np.asarray(table).ravel())) if table is not None else []
    if not found:
        notebook.note("import_no_unit", file=source, sheet="")
        return ""
    if len(found) > 1 or not words.is_money(found[0]):
        notebook.note("import_units_mixed", file=source, units=listing(found, 6))
    return found[0]


def _row_name(row: Any) -> str:
    return " / ".join(str(p) for p in row) if isinstance(row, tuple) else str(row)


def _extensions(
    system: Any,
    Z: pd.DataFrame,
    Y: pd.DataFrame,
    unit: str,
    spread: Any,
    notebook: Notebook,
    source: str,
    value_added: ValueAdded,
) -> tuple[Array | None, tuple[str, ...], dict[str, Satellite], dict[str, Satellite]]:
    satellites: dict[str, Satellite] = {}
    after: dict[str, Satellite] = {}
    V: dict[str, Array] = {}
    for name in system.get_extensions():
        extension = getattr(system, name) if isinstance(name, str) else name
        label = name if isinstance(name, str) else str(extension.name)
        F, F_Y, units = extension.F, getattr(extension, "F_Y", None), extension.unit
        if F is None:
            continue
        if F.shape[1] != len(Z):
            notebook.note("import_extension", file=source, name=label)
            continue
        primary = any(words.meaning("factor_extension", t) for t in (label, str(extension.name)))
        own = [str(u) for u in np.asarray(units).ravel()] if units is not None else [""] * len(F)
        values = spread(F.to_numpy(dtype=np.float64))
        said = F_Y.to_numpy(dtype=np.float64) if F_Y is not None else None
        for k, row in enumerate(F.index):
            title = _row_name(row)
            if primary and value_added == "given":
                factor = factor_between(own[k], unit)
                if factor is None:
                    notebook.note(
                        "import_factor_unit",
                        file=source,
                        name=f"{label} / {title}",
                        given=own[k],
                        wanted=unit,
                    )
                    continue
                item = str(row[-1]) if isinstance(row, tuple) else str(row)
                V[item] = V.get(item, np.zeros(values.shape[1])) + factor * values[k]
            else:
                satellites[_free(f"{label} / {title}", satellites)] = Satellite(values[k], own[k])
            if said is not None and said.shape[1] == Y.shape[1]:
                after[_free(f"{label} / {title}", after)] = Satellite(said[k], own[k])
    if not V:
        notebook.note("import_residual", file=source)
        return None, ("value_added",), satellites, after
    return np.stack(list(V.values())), tuple(V), satellites, after


def _free(name: str, taken: Mapping[str, object]) -> str:
    out, k = name, 2
    while out in taken:
        out, k = f"{name} ({k})", k + 1
    return out


def to_pymrio(table: IOTable, final_satellites: Mapping[str, Satellite] | None = None) -> Any:
    """Make a pymrio ``IOSystem``: Z, Y, x, units; value added and imports as ``factor_inputs``; satellites.

    Satellites become one extension each, named after the part before `` / `` (``satellites`` where there is
    none), with F_Y where final demand has them. Regions and categories without a name become ``all``.

    Parameters
    ----------
    table : IOTable
    final_satellites : mapping of name to `Satellite`, optional
        One value per column of Y.
    """
    pymrio = _pymrio()
    regions = [r or "all" for r in table.regions]
    index = pd.MultiIndex.from_product([regions, table.industries], names=["region", "sector"])
    final = pd.MultiIndex.from_tuples(
        [(r or "all", c or "all") for r, c in table.final], names=["region", "category"]
    )
    rows = [*table.items, *(["imports"] if table.imports.any() else [])]
    V = np.vstack([table.V, table.imports[None]]) if table.imports.any() else table.V
    extensions: dict[str, Any] = {
        "factor_inputs": dict(
            name="factor_inputs",
            F=pd.DataFrame(np.array(V), index=pd.Index(rows, name="inputtype"), columns=index),
            unit=pd.DataFrame({"unit": table.unit}, index=pd.Index(rows, name="inputtype")),
        )
    }
    after = {k: Satellite(s.final, s.unit) for k, s in table.satellites.items() if s.final is not None}
    after |= final_satellites or {}
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys((*table.satellites, *after)):
        head, _, rest = name.partition(" / ")
        groups.setdefault(head if rest else "satellites", []).append(name)
    for head, members in groups.items():
        titles = pd.Index([m.partition(" / ")[2] or m for m in members], name="stressor")
        zero, none = np.full(len(index), np.nan), np.full(len(final), np.nan)  # not known is not zero
        F = np.array([table.satellites[m].values if m in table.satellites else zero for m in members])
        F_Y = np.array([after[m].values if m in after else none for m in members])
        units = [(table.satellites.get(m) or after[m]).unit for m in members]
        if words.meaning("factor_extension", head.replace("_", " ")):
            head = f"other_{head}"  # or it would be read back as value added
        key = "".join(c if c.isalnum() else "_" for c in head)
        while key in extensions:
            key += "_"
        extensions[key] = dict(
            name=head,
            F=pd.DataFrame(F, index=titles, columns=index),
            unit=pd.DataFrame({"unit": units}, index=titles),
            **(
                {"F_Y": pd.DataFrame(F_Y, index=titles, columns=final)}
                if any(m in after for m in members)
                else {}
            ),
        )
    return pymrio.IOSystem(
        Z=pd.DataFrame(np.array(table.Z), index=index, columns=index),
        Y=pd.DataFrame(np.array(table.Y), index=index, columns=final),
        x=pd.DataFrame({"indout": np.array(table.x)}, index=index),
        unit=pd.DataFrame({"unit": table.unit}, index=index),
        **extensions,
    )
