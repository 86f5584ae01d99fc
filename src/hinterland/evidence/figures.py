"""Two runs' tables held against each other, figure by figure."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_SHOWN = 1000
"""Differences listed of one table; the counts know them all."""


@dataclass(frozen=True)
class Comparison:
    """What became of every figure.

    Attributes
    ----------
    tables : DataFrame
        table, figures, alike (to the bit), within (the tolerance), different, largest (relative difference),
        state: same, within, differs, missing (the re-run has no such table) or new.
    differences : DataFrame
        table, row, place, column, frozen, again, difference: what lies outside the tolerance, the first
        thousand of each table.
    """

    tables: pd.DataFrame
    differences: pd.DataFrame


def compare(
    frozen: Mapping[str, bytes], again: Mapping[str, bytes], tolerance: float, noise: float
) -> Comparison:
    r"""Hold tables against those of another run.

    Two figures :math:`a, b` of a column count as the same within the tolerance where

    .. math::

       \lvert a - b \rvert \le \tau \max(\lvert a \rvert, \lvert b \rvert) + \nu \max_j \lvert a_j \rvert,

    with :math:`\nu` the size of rounding beside the column's largest figure: a balance that is zero but for
    rounding may be any other such zero. Words, codes and what is unknown must be equal. Tables are compared
    row by row in their order, which belongs to a table.

    Parameters
    ----------
    frozen, again : mapping of str to bytes
        Parquet files by the name of the table.
    tolerance : float
        Relative tolerance τ, 1.
    noise : float
        Share ν of a column's largest figure that is rounding, 1.
    """
    rows, found = [], []
    for name in sorted({*frozen, *again}):
        if name not in again or name not in frozen:
            state = "missing" if name not in again else "new"
            rows.append((name, 0, 0, 0, 0, np.nan, state))
            continue
        counts, differing = _table(name, frozen[name], again[name], tolerance, noise)
        rows.append((name, *counts))
        found += differing[:_SHOWN]
    columns = ["table", "figures", "alike", "within", "different", "largest", "state"]
    shown = ["table", "row", "place", "column", "frozen", "again", "difference"]
    return Comparison(pd.DataFrame(rows, columns=columns), pd.DataFrame(found, columns=shown))


_Difference = tuple[str, int, str, str, str, str, float]
_Counts = tuple[int, int, int, int, float, str]


def _table(
    name: str, frozen: bytes, again: bytes, tolerance: float, noise: float
) -> tuple[_Counts, list[_Difference]]:
    ours, theirs = _read(frozen), _read(again)
    if ours is None or theirs is None:
        return (0, 0, 0, 1, np.nan, "differs"), [(name, 0, "", "", "?", "?", np.nan)]
    (a, labels), (b, _) = ours, theirs
    if list(a.columns) != list(b.columns) or len(a) != len(b):
        shapes = [f"{len(t)} × {len(t.columns)}" for t in (a, b)]
        return (a.size, 0, 0, max(a.size, 1), np.nan, "differs"), [
            (name, 0, "", "", shapes[0], shapes[1], np.nan)
        ]
    alike = within = different = 0
    largest = 0.0
    found: list[_Difference] = []
    for column in a.columns:
        same, near, relative = _column(a[column], b[column], tolerance, noise)
        alike += int(same.sum())
        within += int((near & ~same).sum())
        different += int((~near).sum())
        if (~same).any():
            known = relative[~same & np.isfinite(relative)]
            largest = max(largest, float(known.max())) if known.size else largest
        for row in np.flatnonzero(~near)[:_SHOWN].tolist():
            place = ", ".join(str(a[label].iloc[row]) for label in labels if label != column)
            pair = (_said(a[column].iloc[row]), _said(b[column].iloc[row]))
            found.append((name, row + 1, place, str(column), *pair, float(relative[row])))
    state = "differs" if different else "within" if within else "same"
    return (int(a.size), alike, within, different, largest, state), found


def _read(data: bytes) -> tuple[pd.DataFrame, list[str]] | None:
    """Return a table and its label columns: those to which no status is written."""
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError):
        return None
    labels = [field.name for field in table.schema if not (field.metadata or {}).get(b"status")]
    return table.to_pandas(), labels


def _column(
    a: pd.Series[float], b: pd.Series[float], tolerance: float, noise: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return by row: equal, equal within the tolerance, relative difference (NaN for words)."""
    numbers = all(pd.api.types.is_numeric_dtype(s) and s.dtype != bool for s in (a, b))
    unknown = a.isna().to_numpy() & b.isna().to_numpy()
    if not numbers:
        left, right = a.astype(object).to_numpy(), b.astype(object).to_numpy()
        same = np.array([_alike(x, y) for x, y in zip(left, right, strict=True)], dtype=bool) | unknown
        return same, same, np.full(len(a), np.nan)
    x, y = a.to_numpy(dtype=float), b.to_numpy(dtype=float)
    same = (x == y) | unknown
    size = np.fmax(np.abs(x), np.abs(y))
    top = np.nanmax(np.abs(x)) if np.isfinite(x).any() else 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.abs(x - y)
        near = same | (gap <= tolerance * size + noise * top)
        relative = np.where(same, 0.0, gap / size)
    return same, near, relative


def _alike(x: object, y: object) -> bool:
    return type(x) is type(y) and bool(x == y)


def _said(value: object) -> str:
    return format(value, ".17g") if isinstance(value, float) else str(value)
