"""Tables from and to the forms in which others keep them; every one is checked at the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hinterland.accounts.exchange.check import UnbalancedError, balance_of
from hinterland.accounts.exchange.draft import Draft, Imported
from hinterland.accounts.exchange.iosystem import PARSERS, from_pymrio, read_mrio, to_pymrio
from hinterland.accounts.exchange.published import read_ceads, read_nbs
from hinterland.accounts.exchange.study_folder import write_study
from hinterland.accounts.exchange.supply_use import MODELS, Model, Transformed, read_supply_use, transform
from hinterland.accounts.exchange.tidy import read_tidy, write_tidy
from hinterland.study import CheckReport, StudyError, Text

FORMATS = ("tidy", "ceads", "nbs", "supply-use", *PARSERS)
_OPTIONS = {
    "ceads": ("sheet", "year", "unit", "balance", "blanks_zero"),
    "nbs": ("sheet", "year", "unit", "balance", "blanks_zero", "region"),
    "supply-use": ("model", "year", "unit", "balance", "blanks_zero", "region"),
    "tidy": ("year",),
    **{form: ("year", "balance", "value_added") for form in PARSERS},
}


def read_table(form: str, path: str | Path, **options: Any) -> Imported:
    """Read a table of any format.

    Parameters
    ----------
    form : str
        One of `FORMATS`.
    path : str or Path
    **options
        Those of the format's reader; others that are given (not None or False) are refused.

    Raises
    ------
    StudyError
        No such format, or an option that it does not have; else as its reader raises.
    """
    if form not in FORMATS:
        raise StudyError(
            Text(f"There is no format '{form}'.", f"没有格式“{form}”。"),
            Text(f"Choose one of: {', '.join(FORMATS)}.", f"请选择：{'、'.join(FORMATS)}。"),
        )
    wanted = {k: v for k, v in options.items() if v is not None and v is not False}
    foreign = [k for k in wanted if k not in _OPTIONS[form]]
    if foreign:
        name = foreign[0].replace("_", "-")
        raise StudyError(
            Text(f"The format {form} has no option --{name}.", f"格式 {form} 没有选项 --{name}。"),
            Text(
                f"It has: {', '.join('--' + o.replace('_', '-') for o in _OPTIONS[form])}.",
                f"可用：{'、'.join('--' + o.replace('_', '-') for o in _OPTIONS[form])}。",
            ),
        )
    if form == "ceads":
        return read_ceads(path, **wanted)
    if form == "nbs":
        return read_nbs(path, **wanted)
    if form == "supply-use":
        return read_supply_use(path, **wanted)
    if form == "tidy":
        return _tidy(path, wanted.get("year"))
    return read_mrio(path, form, **wanted)


def _tidy(path: str | Path, year: int | None) -> Imported:
    table, after = read_tidy(path)
    known = year or (int(table.provenance.year) if table.provenance.year.isdigit() else None)
    draft = Draft(
        table.Z,
        table.Y,
        table.V,
        table.imports,
        table.x,
        table.regions,
        table.industries,
        table.final,
        table.items,
        table.unit,
        known,
        table.provenance.method,
    )
    return Imported(
        table, balance_of(draft), CheckReport(Path(path).name, ()), "tidy", known, final_satellites=after
    )


__all__ = [
    "FORMATS",
    "MODELS",
    "Imported",
    "Model",
    "Transformed",
    "UnbalancedError",
    "from_pymrio",
    "read_ceads",
    "read_mrio",
    "read_nbs",
    "read_supply_use",
    "read_table",
    "read_tidy",
    "to_pymrio",
    "transform",
    "write_study",
    "write_tidy",
]
