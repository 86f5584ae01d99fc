"""Outcomes on disk: one NetCDF file (classic format, needs nothing but SciPy), the same bytes every time."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import scenario_from
from hinterland.study import Column, Result, StudyError, Text

_PARTS = ("baseline", "result", "effects")
FORMAT = 1


def _text(text: Text) -> list[str]:
    return [text.en, text.zh]


def plain(value: Any) -> Any:
    """Return a parameter as a value that JSON holds."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _result(result: Result) -> dict[str, Any]:
    frame = {
        str(name): [None if isinstance(v, float) and v != v else plain(v) for v in column.tolist()]
        for name, column in result.frame.items()
    }
    columns = [
        {**dataclasses.asdict(c), "label": _text(c.label), "sources": list(c.sources)} for c in result.columns
    ]
    texts = {k: _text(getattr(result, k)) for k in ("title", "method", "note")}
    return {"name": result.name, "frame": frame, "columns": columns, **texts}


def _result_from(values: dict[str, Any]) -> Result:
    columns = tuple(
        Column(**{**c, "label": Text(*c["label"]), "sources": tuple(c["sources"])}) for c in values["columns"]
    )
    frame = pd.DataFrame({c.name: values["frame"][c.name] for c in columns})
    for column in columns:
        if column.status is not None and column.kind in ("number", "share"):
            frame[column.name] = frame[column.name].astype(float)
    return Result(
        values["name"],
        Text(*values["title"]),
        frame,
        columns,
        Text(*values["method"]),
        Text(*values["note"]),
    )


def outcome_bytes(outcome: Outcome) -> bytes:
    """Return an outcome as the bytes of a NetCDF file."""
    content: dict[str, xr.DataArray] = {}
    for part in _PARTS:
        data: xr.Dataset | None = getattr(outcome, part)
        if data is None:
            continue
        for name, array in data.data_vars.items():
            # every part has its own time and labels: dims carry the part where they may differ
            renamed = {d: f"{part}_{d}" for d in array.dims}
            renamed |= {c: f"{part}_{c}" for c in array.coords if c not in array.dims}
            content[f"{part}__{name}"] = array.rename({str(k): v for k, v in renamed.items()})
    head = {
        "format": FORMAT,
        "model": outcome.model,
        "residual": outcome.residual,
        "scenario": None if outcome.scenario is None else outcome.scenario.as_dict(),
        "fingerprint": outcome.fingerprint,
        "parameters": plain(dict(outcome.parameters)),
        "seed": outcome.seed,
        "notes": [_text(note) for note in outcome.notes],
        "tables": [_result(result) for result in outcome.tables],
    }
    # text goes in escaped: the classic format's attributes are bytes of no stated encoding
    whole = xr.Dataset(content, attrs={"hinterland": json.dumps(head, sort_keys=True)})
    buffer = io.BytesIO()
    buffer.write(bytes(whole.to_netcdf(engine="scipy")))
    return buffer.getvalue()


def write_outcome(outcome: Outcome, path: str | Path) -> Path:
    """Write an outcome to a NetCDF file; the file is there whole or not at all."""
    target = Path(path)
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(outcome_bytes(outcome))
        aside.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudyError(
            Text(f"'{target}' cannot be written: {reason}.", f"无法写入“{target}”：{reason}。"),
            Text(
                "Choose a place you may write to, on a disk with room.", "请选择有写入权限且空间足够的位置。"
            ),
        ) from error
    return target


def read_outcome(path: str | Path) -> Outcome:
    """Read an outcome that `Outcome.write` wrote.

    Raises
    ------
    StudyError
        No such file, or one that is not an outcome.
    """
    try:
        with xr.open_dataset(io.BytesIO(Path(path).read_bytes()), engine="scipy") as found:
            whole = found.load()
        head = json.loads(whole.attrs["hinterland"])
        parts = {part: _part(whole, part) for part in _PARTS}
        baseline, result = parts["baseline"], parts["result"]
        if head["format"] != FORMAT or baseline is None or result is None:
            raise ValueError("format")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(
            Text(f"'{path}' is not an outcome that can be read.", f"“{path}”不是可读取的模拟结果。"),
            Text("Give a file that Outcome.write wrote.", "请给出由Outcome.write写出的文件。"),
        ) from error
    return Outcome(
        head["model"],
        baseline,
        result,
        tuple(_result_from(t) for t in head["tables"]),
        head["residual"],
        parts["effects"],
        None if head["scenario"] is None else scenario_from(head["scenario"]),
        head["fingerprint"],
        head["parameters"],
        head["seed"],
        tuple(Text(*note) for note in head["notes"]),
    )


def _part(whole: xr.Dataset, part: str) -> xr.Dataset | None:
    names = [str(k) for k in whole.data_vars if str(k).startswith(f"{part}__")]
    if not names:
        return None
    chosen = whole[names].drop_attrs(deep=False)
    back = {str(k): str(k).removeprefix(f"{part}_") for k in [*chosen.dims, *chosen.coords]}
    out = chosen.rename({k: k.removeprefix(f"{part}__") for k in names} | back)
    for name, coordinate in out.coords.items():
        if np.issubdtype(coordinate.dtype, np.integer):  # the classic format has no 64-bit whole numbers
            out = out.assign_coords({name: coordinate.astype(np.int64)})
    return out
