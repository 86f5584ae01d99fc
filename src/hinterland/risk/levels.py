"""How high a risk is: two thresholds, both parameters of the study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from hinterland.plan import Plan
from hinterland.study import Column, Kind, Status, Study, StudyError, Text

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From `medium` on a risk is medium, from `high` on it is high."""

    medium: float
    high: float

    def level(self, value: float) -> Level | Literal[""]:
        """Return the level of a value; nothing for a value that is unknown."""
        if np.isnan(value):
            return ""
        # a limit of the plan may be the threshold itself: what the solver leaves of a difference is no level
        reached = value * (1 + 1e-9)
        return "high" if reached >= self.high else "medium" if reached >= self.medium else "low"

    def levels(self, values: pd.Series) -> list[str]:
        """Return the level of each value."""
        return [self.level(float(v)) for v in values]


def thresholds(study: Study, name: str) -> Thresholds:
    """Return the thresholds ``risk.NAME_medium`` and ``risk.NAME_high``."""
    found = [study.parameter(f"risk.{name}_{level}") for level in ("medium", "high")]
    if (
        any(isinstance(v, bool) or not isinstance(v, int | float) for v in found)
        or not 0 <= found[0] <= found[1]
    ):
        raise StudyError(
            Text(
                f"The thresholds risk.{name}_medium and risk.{name}_high are {found[0]} and {found[1]}.",
                f"阈值risk.{name}_medium与risk.{name}_high为{found[0]}和{found[1]}。",
            ),
            Text(
                "Give two numbers of zero or more, the first not above the second.",
                "请给出两个不小于零且前者不大于后者的数。",
            ),
        )
    return Thresholds(float(found[0]), float(found[1]))


def label(study: Study, name: str, kind: Kind) -> Column:
    """Describe a column of codes or words."""
    return Column(name, study.text("column", name), kind)


def figure(
    plan: Plan, name: str, unit: str = "", kind: Kind = "number", status: Status = "estimated"
) -> Column:
    """Describe a column of figures about the plan."""
    years = f"{plan.data.phases[0].start}-{plan.data.phases[-1].end}"
    return Column(name, plan.study.text("column", name), kind, unit, status, years)
