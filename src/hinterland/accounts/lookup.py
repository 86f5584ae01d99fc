"""Look into a study for what an estimate can start from: the nearest year, an indicator, an option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.study import Study, StudyError, Text


def option(study: Study, name: str, default: Any = None) -> Any:
    """Return a parameter of the study or the package; `default` when neither has it or it is empty."""
    try:
        value = study.parameter(name)
    except StudyError:
        return default
    if value == "" or (isinstance(value, float) and np.isnan(value)):
        return default
    return value


def number(study: Study, name: str) -> float:
    """Return a parameter that must be a number."""
    value = study.parameter(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StudyError(
            Text(f"Parameter '{name}' is '{value}', not a number.", f"参数“{name}”为“{value}”，不是数字。"),
            Text("Give a number in study.toml.", "请在study.toml中给出数字。"),
        )
    return float(value)


def words(study: Study, name: str) -> tuple[str, ...]:
    """Return a parameter that is a list of codes (a TOML list, or codes parted by spaces)."""
    value = option(study, name, "")
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else tuple(str(value).split())


def nearest_year(array: xr.DataArray, year: int) -> tuple[xr.DataArray, int]:
    """Return the slice of the year nearest to `year` among those that are best covered, and that year.

    A year that lacks regions does not beat a fuller one a little further away; of two as near, the earlier.
    """
    known = array.notnull().sum([d for d in array.dims if d != "year"]).to_numpy()
    years = array["year"].to_numpy().astype(int)
    if known.size == 0 or known.max() == 0:
        raise StudyError(
            Text(f"'{array.name}' holds no values at all.", f"“{array.name}”没有任何数值。"),
            Text("Fill the table or leave it out.", "请填写该表，或将其删去。"),
        )
    candidates = sorted(years[known == known.max()], key=lambda y: (abs(int(y) - year), int(y)))
    chosen = int(candidates[0])
    return array.sel(year=chosen, drop=True), chosen


def indicator(study: Study, code: str, year: int | None = None) -> tuple[xr.DataArray, int] | None:
    """Return an indicator by region for the best covered year nearest to `year` (base year), or None."""
    array = study.get("indicators")
    if array is None or code not in array["indicator"].to_numpy():
        return None
    series = array.sel(indicator=code, drop=True)
    if not bool(series.notnull().any()):
        return None
    return nearest_year(series.rename(code), study.base_year if year is None else year)


def concordance(study: Study, scheme: str) -> pd.DataFrame:
    """Return the rows (code, industry, weight) of one concordance; empty when the study has none."""
    table = study.frames.get("concordances")
    if table is None or table.empty:
        return pd.DataFrame({"code": [], "industry": [], "weight": []})
    rows = table[(table["scheme"] == scheme) & table["industry"].isin(study.industries)]
    return rows[["code", "industry", "weight"]].reset_index(drop=True)


def sources(study: Study, *variables: str) -> tuple[str, ...]:
    """Return the sources of some variables together, each once; absent variables have none."""
    found: dict[str, None] = {}
    for variable in variables:
        if variable in study.provenance:
            found.update(dict.fromkeys(study.provenance[variable].sources))
    return tuple(found)


def section(study: Study, name: str) -> Mapping[str, Any]:
    """Return a table of parameters, such as ``[parameters.accounts.final_demand]``; empty if absent."""
    value: Any = study.config.get("parameters", {})
    for part in name.split("."):
        value = value.get(part, {}) if isinstance(value, Mapping) else {}
    return value if isinstance(value, Mapping) else {}
