"""Open a study by folder or by the name of a built-in one; say everything that is wrong with it."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

from hinterland.study.assemble import NATIONAL, Draft, names_of, read_nothing, read_set, read_values
from hinterland.study.config import TOML, check_config, check_references, read_config
from hinterland.study.findings import CheckError, CheckReport, Notebook
from hinterland.study.flows import check_flows, is_frame, read_flows
from hinterland.study.model import Study
from hinterland.study.national import check_output, read_national
from hinterland.study.rules import check_rules
from hinterland.study.schema import nearest, schema
from hinterland.study.sheets import Folder, read_folder
from hinterland.study.text import Text

# Sets that others refer to come first.
_FIRST = ("regions", "industries", "phases", "sources", "resources", "indicator_list")


def _built_in_folder() -> Path:
    return Path(str(resources.files("hinterland"))) / "studies"


def built_in_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with the package."""
    folder = _built_in_folder()
    return tuple(sorted(p.name for p in folder.iterdir() if (p / TOML).is_file())) if folder.is_dir() else ()


def find_study(where: str | Path) -> Path:
    """Return a study's folder: one with a study.toml, else the built-in study of that name, else the path."""
    folder = Path(where)
    if not (folder / TOML).is_file() and str(where) in built_in_studies():
        return _built_in_folder() / str(where)
    return folder


def load_study(where: str | Path) -> tuple[CheckReport, Study | None]:
    """Read and check a study once; return the report, and the study where there is no error.

    Parameters
    ----------
    where : str or Path
        A folder, or the name of a built-in study.

    Returns
    -------
    report : CheckReport
        Everything found.
    study : Study or None
        The study, None where the report holds an error.
    """
    notebook = Notebook()
    folder = find_study(where)
    study = _read(folder, notebook, str(where))
    report = CheckReport(study.name if study else folder.name or str(where), tuple(notebook))
    return report, study if report.ok else None


def check_study(where: str | Path) -> CheckReport:
    """Return everything that is wrong with a study, at once: errors and warnings, each with its place."""
    return load_study(where)[0]


def open_study(where: str | Path) -> Study:
    """Open a study by folder or by the name of a built-in one.

    Raises
    ------
    CheckError
        When the study has errors; its `report` holds all of them, and the warnings. The warnings of a study
        that opens are in ``study.warnings``.
    """
    report, study = load_study(where)
    if study is None:
        raise CheckError(report)
    return study


def _read(folder: Path, notebook: Notebook, where: str) -> Study | None:
    try:
        if not folder.exists():
            hint = nearest(where, built_in_studies())
            notebook.note("no_folder", file=where, name=where, hint=hint, known=", ".join(built_in_studies()))
            return None
        if not folder.is_dir():
            notebook.note("not_a_folder", file=where, name=where)
            return None
        if not (folder / TOML).exists():
            notebook.note("no_toml", file=TOML, name=where)
            config: Any = None
            data = b""
        else:
            data = (folder / TOML).read_bytes()
            config = read_config(data, notebook)
        tables = read_folder(folder, notebook)
    except OSError as error:
        notebook.note("locked", file=error.filename or where, reason=error.strerror or str(error))
        return None
    draft = Draft(notebook, config or {})
    draft.broken |= tables.ambiguous
    if config is not None:
        check_config(draft)
    _read_tables(draft, tables)
    if config is None or notebook.broken:
        return None
    hashes = {TOML: hashlib.sha256(data).hexdigest(), **tables.hashes, **_scenarios(folder)}
    return _study(draft, hashes, folder)


def _scenarios(folder: Path) -> dict[str, str]:
    """Return the hashes of a study's scenarios: results may rest on them (stress tests)."""
    found = sorted(p for p in (folder / "scenarios").glob("*.yaml") if p.is_file())
    return {f"scenarios/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def _read_tables(draft: Draft, tables: Folder) -> None:
    for name, table in schema().items():
        if table.required and name not in tables.grids and name not in draft.broken:
            draft.notebook.note("no_table", file=f"{name}.csv", table=name, meaning=table.meaning)
            draft.broken.add(name)
    sets = [n for n, t in schema().items() if t.kind == "set"]
    for name in (*_FIRST, *(n for n in sets if n not in _FIRST)):
        if name in tables.grids and name not in tables.ambiguous:
            read_set(draft, tables.grids[name])
            names_of(draft)
    known = "region" in draft.names and "industry" in draft.names
    for name, table in schema().items():
        if table.kind == "values" and name in tables.grids and name not in tables.ambiguous:
            if known and is_frame(tables.grids[name]):
                read_flows(draft, tables.grids[name])
            elif not is_frame(tables.grids[name]):
                (read_values if known else read_nothing)(draft, tables.grids[name])
    if known:
        if NATIONAL in draft.frames:
            read_national(draft)
        check_output(draft)
        check_flows(draft)
    check_rules(draft)
    if draft.config:
        check_references(draft)


def _study(draft: Draft, hashes: dict[str, str], folder: Path) -> Study:
    given = draft.section("study")
    name = str(given.get("name") or folder.resolve().name)
    title = str(given.get("title_en") or given.get("title_zh") or name)
    about = str(given.get("description_en", ""))
    presets = draft.names["preset"].codes
    config = {
        **draft.config,
        "study": {**given, "name": name, "preset": given.get("preset", presets[0])},
        "units": dict(draft.section("units")),
    }
    return Study(
        name=name,
        title=Text(title, str(given.get("title_zh") or title)),
        config=config,
        frames=draft.frames,
        arrays=draft.arrays,
        provenance=draft.provenance,
        files=dict(sorted(hashes.items())),
        description=Text(about, str(given.get("description_zh") or about)),
        warnings=tuple(f for f in draft.notebook if f.severity == "warning"),
        folder=folder,
    )
