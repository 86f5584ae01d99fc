"""Scorecards as data: which measure speaks to which topic, which way, and from where to where it is scored.

The table `scorecard` of a study lists measures under topics: the constraints of a ledger (land, water, …) and
the roles of a hinterland. A measure is a ratio of indicators or of the study's own arrays, or one of the
derived
measures of `hinterland.potential.measures`. A measure that the study cannot know stays unknown, with what
would
supply it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from hinterland.potential.index import Floats, ranks
from hinterland.potential.measures import Context, Measured, measure
from hinterland.potential.rank_draws import percentiles
from hinterland.study import Study, StudyError, Text

Assessment = Literal["constraint", "role"]


@dataclass(frozen=True)
class Spec:
    """One measure of a topic, as the table has it."""

    topic: str
    measure: str
    name: Text
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    industries: tuple[str, ...]
    direction: int
    weight: float
    low: float
    high: float
    factor: float
    unit: str
    proxy: bool
    source: str


@dataclass(frozen=True)
class Scored:
    """A measure with its values and scores by region [region]; NaN where unknown."""

    spec: Spec
    found: Measured
    scores: Floats

    @property
    def known(self) -> bool:
        """Whether anything of it is known."""
        return bool(np.isfinite(self.found.values).any())

    @property
    def places(self) -> Floats:
        """Place of each region, 1 the best, by its value: beyond a threshold scores are alike, values not."""
        spec = self.spec
        better = spec.high - spec.low if np.isfinite([spec.low, spec.high]).all() else spec.direction
        return ranks(np.sign(better) * self.found.values)


def _codes(value: object) -> tuple[str, ...]:
    text = "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
    return tuple(text.split())


def _number(value: object, default: float) -> float:
    try:
        found = float(str(value))
    except ValueError:
        return default
    return default if np.isnan(found) else found


def read_scorecard(study: Study, assessment: Assessment) -> tuple[Spec, ...]:
    """Return the measures of one assessment in the table's order.

    Raises
    ------
    StudyError
        The study has no such table or no rows of the assessment; a direction that is neither 1 nor -1; two
        thresholds that are alike; weights of a topic that are all zero.
    """
    table = study.frames.get("scorecard")
    rows = table[table["assessment"] == assessment] if table is not None else pd.DataFrame()
    if rows.empty:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no table scorecard with rows of '{assessment}'.",
                f"研究“{study.name}”没有scorecard表，或其中没有“{assessment}”类的行。",
            ),
            Text(
                "List the measures in a table scorecard (assessment, topic, measure, numerator, …).",
                "请在scorecard表中列出测度（assessment、topic、measure、numerator等）。",
            ),
        )
    specs = tuple(_spec(row) for row in rows.to_dict("records"))
    for topic in dict.fromkeys(s.topic for s in specs):
        if not sum(s.weight for s in specs if s.topic == topic) > 0:
            raise StudyError(
                Text(f"All measures of '{topic}' have the weight zero.", f"“{topic}”的全部测度权重为零。"),
                Text("Give one a weight in the table scorecard.", "请在scorecard表中给出权重。"),
            )
    return specs


def _spec(row: dict[str, object]) -> Spec:
    name = str(row["measure"])
    direction = _number(row.get("direction"), 1.0)
    low, high = _number(row.get("low"), np.nan), _number(row.get("high"), np.nan)
    weight = _number(row.get("weight"), 1.0)
    if direction not in (1.0, -1.0) or low == high or weight < 0:
        raise StudyError(
            Text(
                f"The measure '{name}' of the table scorecard has the direction {direction:g}, the weight"
                f" {weight:g} and the thresholds {low:g} and {high:g}.",
                f"scorecard表中测度“{name}”的方向为{direction:g}，权重为{weight:g}，阈值为{low:g}和{high:g}。",
            ),
            Text(
                "The direction is 1 or -1, the weight zero or more; thresholds differ or are blank.",
                "方向须为1或-1，权重不小于0，两个阈值不得相同（或均留空）。",
            ),
        )
    return Spec(
        str(row["topic"]),
        name,
        Text(str(row.get("name_en") or name), str(row.get("name_zh") or name)),
        _codes(row.get("numerator")) or (name,),
        _codes(row.get("denominator")),
        _codes(row.get("industries")),
        int(direction),
        weight,
        low,
        high,
        _number(row.get("factor"), 1.0),
        str(row.get("unit") or ""),
        str(row.get("proxy") or "") == "yes",
        str(row.get("source") or ""),
    )


def scaled(values: Floats, direction: int, low: float = np.nan, high: float = np.nan) -> Floats:
    r"""Score a measure between 0 and 1.

    With thresholds :math:`\mathrm{clip}((v - low)/(high - low), 0, 1)`, whichever of the two is larger;
    without, the share of the other known regions that stand lower (turned round where less is better).

    Parameters
    ----------
    values : array [region]
        NaN where unknown.
    direction : 1 or -1
        Only without thresholds.

    Returns
    -------
    array [region]; NaN where unknown.
    """
    if np.isfinite(low) and np.isfinite(high):
        return np.asarray(np.clip((values - low) / (high - low), 0.0, 1.0), dtype=float)
    return percentiles(values[:, None], np.array([float(direction)]))[:, 0]


def score(context: Context, specs: Sequence[Spec]) -> tuple[Scored, ...]:
    """Measure and score every region."""
    out = []
    for spec in specs:
        found = measure(context, spec.numerator, spec.denominator, spec.industries, spec.factor)
        out.append(Scored(spec, found, scaled(found.values, spec.direction, spec.low, spec.high)))
    return tuple(out)
