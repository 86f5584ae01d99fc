"""One measured figure beside its target, and the means of measuring it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A figure, what it should be at most (or exactly, for a yes), and how it was measured."""

    figure: str
    value: float | bool
    unit: str
    target: float | bool
    how: str

    @property
    def holds(self) -> bool:
        if isinstance(self.target, bool):
            return self.value == self.target
        return self.value <= self.target

    def as_dict(self) -> dict[str, Any]:
        return {
            "figure": self.figure,
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "holds": self.holds,
            "how": self.how,
        }


def median_seconds(call: Callable[[], object], runs: int) -> float:
    """Return the median wall time of several runs, after one that warms imports and caches."""
    call()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken), 4)
