"""The system I - A of a table: its flows read once for what they tell, and formed in a buffer of its own."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Threads that form a system of more than a few parts: memory is soon as busy as can be.
THREADS, FEW = 4, 16


@dataclass(frozen=True)
class Scan:
    """What one reading of a matrix tells: its sums by row and by column, and its least value."""

    rows: Array
    columns: Array
    least: float


def scan(Z: Array, size: int = 1 << 18) -> Scan:
    """Read a matrix [m, n] once, a part at a time that stays in the processor's cache; nothing is copied."""
    if not Z.flags.c_contiguous and Z.flags.f_contiguous:
        turned = scan(Z.T, size)
        return Scan(turned.columns, turned.rows, turned.least)
    rows, columns = np.zeros(Z.shape[0]), np.zeros(Z.shape[1])
    least = 0.0
    block = max(1, size // max(1, Z.shape[1]))
    for start in range(0, len(Z), block):
        part = Z[start : start + block]
        rows[start : start + block] = part.sum(1)
        columns += part.sum(0)
        least = min(least, float(part.min(initial=0.0)))
    return Scan(rows, columns, least)


def formed(
    Z: Array,
    share: Array,
    active: npt.NDArray[np.intp] | None,
    real: type[np.floating[Any]],
    *,
    negative: bool,
) -> tuple[npt.NDArray[Any], Array, Array]:
    """I - A by columns, or its transpose where Z is kept by rows; sums of magnitudes of A's rows and columns.

    By threads, as memory that a process touches for the first time is slow to come by.
    """
    turned = not Z.flags.c_contiguous  # kept by columns: work on the transpose, which is kept by rows
    source = Z.T if turned else Z
    kept = -share if active is None else -share[active]
    n = len(kept)
    buffer: npt.NDArray[Any] = np.empty((n, n), real)
    rows = np.empty(n)

    def form(at: slice) -> Array:
        part = source[at] if active is None else source[np.ix_(active[at], active)]
        made = part * (kept[at, None] if turned else kept)
        buffer[at] = made
        if negative:
            np.abs(made, out=made)
        made.sum(1, out=rows[at])
        columns: Array = made.sum(0)
        return columns

    block = max(1, (1 << 17) // max(1, n))
    parts = [slice(start, start + block) for start in range(0, n, block)]
    if len(parts) <= FEW:  # sooner done than threads are made
        columns = sum(map(form, parts), np.zeros(n))
    else:
        with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
            columns = sum(pool.map(form, parts), np.zeros(n))
    buffer.flat[:: n + 1] += 1
    sums = (columns, rows) if turned else (rows, columns)
    return buffer.T, np.abs(sums[0]), np.abs(sums[1])
