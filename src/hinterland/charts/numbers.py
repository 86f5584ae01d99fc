"""How figures are written: thousands separators, as many digits as say something, a dash for the unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

UNKNOWN = "–"
MINUS = "\N{MINUS SIGN}"


def decimals(values: Iterable[float]) -> int:
    """Return how many decimals serve a column of figures: fewer, the larger its largest figure."""
    found = np.abs(np.array([v for v in values if v is not None], dtype=float))
    found = found[np.isfinite(found)]
    if found.size == 0 or bool(np.all(found == np.round(found))):
        return 0
    largest = float(found.max())
    for bound, places in ((1000.0, 0), (100.0, 1), (1.0, 2), (0.1, 3)):
        if largest >= bound:
            return places
    return 4


def figure(value: float | None, places: int | None = None) -> str:
    """Write a figure, e.g. 12345.6 as 12,346; NaN and None as a dash.

    A figure too small for `places` is written with two significant digits, so that a small number is not
    taken for zero; so is a figure on its own that four decimals would leave with one.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    alone = places is None
    if places is None:
        places = decimals([value])
    if value == 0:
        return "0"
    if abs(value) < (9.5 if alone else 0.5) * 10.0**-places and abs(value) < 1:
        text = f"{abs(value):.1e}" if abs(value) < 1e-4 else f"{abs(value):.2g}"
    else:
        text = f"{abs(value):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 else text


def share_places(values: Iterable[float]) -> int:
    """Return how many decimals serve a column of shares written in per cent."""
    found = np.abs(np.array([v for v in values if v is not None], dtype=float))
    found = found[np.isfinite(found)]
    return 2 if found.size and float(found.max()) < 0.02 else 1


def percent(value: float | None, places: int = 1) -> str:
    """Write a fraction in per cent: 0.123 as 12.3%."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{figure(value * 100, places)}%"


def signed(text: str) -> str:
    """Put a plus before a written figure that has no minus and is not unknown."""
    return text if text.startswith((MINUS, UNKNOWN)) else f"+{text}"


def nice_bound(value: float) -> float:
    """Return the next round number at or above `value` (1 when it is not positive)."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        step * power
        for step in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
        if value <= step * power * (1 + 1e-12)
    )
