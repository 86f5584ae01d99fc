"""The one baseline of all models: the same table, and the same accounts read from it."""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.study import Study

ACCOUNTS = ("output", "value_added", "employment", "co2")
"""What every model states, where the table has it."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The economy as it is: what every model starts from.

    Attributes
    ----------
    study : Study
        With its estimates filled in (distance, resources …).
    table : IOTable
    accounts : Dataset [region, industry]
        output, value_added (money a year), and employment, co2 where the table has them; units in the
        attributes; NaN where unknown.
    fingerprint : str
        Hash of the study as it was given and of the table: two outcomes with the same one start from the
        same economy.
    """

    study: Study
    table: IOTable
    accounts: xr.Dataset
    fingerprint: str
    data: str = ""
    """Hash of the figures alone, without the study's parameters."""


# The last few baselines: a comparison of scenarios asks for the same one again and again, and the estimates
# behind it take longer than the models. A study and a table are immutable, so being the same one is enough.
_MOST = 4
_KEPT: list[tuple[weakref.ref[Study], weakref.ref[IOTable] | None, Baseline]] = []


def baseline(study: Study, table: IOTable | None = None) -> Baseline:
    """Return the common baseline of the three models.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.

    Raises
    ------
    StudyError
        A table that cannot be estimated from the study.
    """
    for known, flows, kept in _KEPT:
        if known() is study and (flows is None if table is None else flows is not None and flows() is table):
            return kept
    whole = complete(study) if "io_domestic" in study else study
    system = table if table is not None else estimate_mrio(study)
    data = _data(study, system)
    made = Baseline(whole, system, base_accounts(system), _with_config(study, data), data)
    return _keep(study, table, made)


def _keep(study: Study, table: IOTable | None, made: Baseline) -> Baseline:
    _KEPT.insert(0, (weakref.ref(study), None if table is None else weakref.ref(table), made))
    del _KEPT[_MOST:]
    return made


def with_parameters(study: Study, values: Mapping[str, Any]) -> Study:
    """Return a study with other parameters; its baseline is kept where none of them is of the accounts.

    Draws of a model's parameters (disruption.…, equilibrium.…) then do not estimate the same table again.
    """
    changed = study
    for name, value in values.items():
        changed = changed.with_parameter(name, value)
    if values and not any(name.startswith("accounts.") for name in values):
        base = baseline(study)
        whole = base.study
        for name, value in values.items():
            whole = whole.with_parameter(name, value)
        made = replace(base, study=whole, fingerprint=_with_config(changed, base.data))
        _keep(changed, None, made)
    return changed


def base_accounts(table: IOTable) -> xr.Dataset:
    """Read the accounts of a table: Dataset [region, industry] of output, value added and satellites."""
    figures = {"output": (table.x, table.unit), "value_added": (table.V.sum(0), table.unit)}
    for name in ACCOUNTS[2:]:
        if name in table.satellites:
            figures[name] = (table.satellites[name].values, table.satellites[name].unit)
    return xr.Dataset(
        {name: table.labelled(values).assign_attrs(unit=unit) for name, (values, unit) in figures.items()}
    )


def fingerprint(study: Study, table: IOTable) -> str:
    """Return the SHA-256 of a study's data and parameters and of a table's figures."""
    return _with_config(study, _data(study, table))


def _with_config(study: Study, data: str) -> str:
    said = json.dumps([study.name, study.config, data], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _data(study: Study, table: IOTable) -> str:
    """Return the SHA-256 of the figures alone."""
    seal = hashlib.sha256()

    def add(*parts: object) -> None:
        for part in parts:
            seal.update(part if isinstance(part, bytes) else str(part).encode())
            seal.update(b"\0")

    # a scenario is told apart by itself: another one in the folder changes nothing
    data = {name: digest for name, digest in study.files.items() if not name.startswith("scenarios/")}
    add(json.dumps(data, sort_keys=True))
    for name, array in sorted(study.arrays.items()):
        add(name, array.dims, array.shape, np.ascontiguousarray(array.to_numpy()).tobytes())
        for dim in array.dims:
            add(dim, *(array[dim].to_numpy() if dim in array.coords else ()))
    for name, frame in sorted(study.frames.items()):
        add(name, np.asarray(pd.util.hash_pandas_object(frame.astype(str), index=False)).tobytes())
    add(*table.regions, *table.industries, *(f"{r}/{c}" for r, c in table.final), *table.items, table.unit)
    for values in (table.Z, table.Y, table.V, table.x, table.imports):
        add(np.ascontiguousarray(values).tobytes())
    for name, satellite in sorted(table.satellites.items()):
        add(name, satellite.unit, np.ascontiguousarray(satellite.values).tobytes())
    return seal.hexdigest()
