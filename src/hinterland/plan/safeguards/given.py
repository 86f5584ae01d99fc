"""What the safeguards are made from: tables of the study, parameters drawn within their ranges, the plan by
year.

Every figure that is a choice is drawn between its low and high end. Cases are the last axis of an array; the
first case is the study's own value, the others a Latin hypercube of triangular draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan.assemble import number
from hinterland.plan.assumptions import Assumption, draws
from hinterland.plan.model import Plan
from hinterland.plan.results import figure, label
from hinterland.study import EMPTY, Column, Kind, Result, Study, StudyError, Text
from hinterland.study.model import package_table

__all__ = ["Drawn", "Span", "drawn", "figure", "given", "label", "made", "ramp", "span", "spread", "years"]

Floats = npt.NDArray[np.float64]
Span = tuple[float, float, float]
"""Low end, value, high end."""


@dataclass(frozen=True)
class Drawn:
    """Cases of figures that are choices, by code: arrays [case], the first the study's own value."""

    cases: Mapping[str, Floats]

    def __getitem__(self, code: str) -> Floats:
        return self.cases[code]

    @property
    def count(self) -> int:
        """Number of cases, the study's own included."""
        return len(next(iter(self.cases.values())))


def span(study: Study, code: str) -> Span:
    """Return a parameter's low end, value and high end; a value outside its declared range widens it."""
    row = package_table("parameters").set_index("parameter").loc[code]
    value = number(study, code, 0.0, 1.0 if str(row["unit"]).startswith("share") else np.inf)
    low, high = (float(str(row[end])) if str(row[end]) else value for end in ("low", "high"))
    return min(low, value), value, max(high, value)


def drawn(study: Study, codes: Sequence[str], spans: Mapping[str, Span] | None = None) -> Drawn:
    """Draw parameters and other figures with a range.

    Parameters
    ----------
    codes : sequence of str
        Parameters of the study.
    spans : mapping, optional
        Further figures: low end, value, high end.

    Returns
    -------
    Drawn
        ``1 + safeguard.draws`` cases of each.
    """
    ranges = {code: span(study, code) for code in codes} | dict(spans or {})
    wanted = [Assumption(code, v, low, high, "", EMPTY) for code, (low, v, high) in ranges.items()]
    count, seed = int(number(study, "safeguard.draws", 0)), int(study.parameter("seed"))
    sample = draws(wanted, count, seed).reshape(count, len(wanted))
    return Drawn({a.code: np.concatenate([[a.value], sample[:, k]]) for k, a in enumerate(wanted)})


def spread(cases: Floats, level: float = 0.9) -> tuple[Floats, Floats, Floats]:
    """Return the first case and the ends of the central `level` of all cases (last axis)."""
    tail = (1 - level) / 2
    low, high = np.quantile(cases, [tail, 1 - tail], axis=-1)
    return cases[..., 0], low, high


def given(study: Study, name: str, *numbers: str) -> pd.DataFrame:
    """Return a table of the study, the named columns as numbers and blanks in them as NaN.

    Raises
    ------
    StudyError
        The study does not have it, or a cell is no number.
    """
    table = study.frames.get(name)
    if table is None or table.empty:
        raise StudyError(
            Text(f"The study has no table {name}.", f"研究没有{name}表。"),
            Text(
                f"Add {name}; the templates of a new study show its columns.",
                f"请补充{name}表；新建研究的模板列有其各列。",
            ),
        )
    out = table.astype(object).where(table.notna(), "").reset_index(drop=True)
    for column in numbers:
        if column not in out:
            out[column] = np.nan
            continue
        filled = out[column].astype(str).str.strip() != ""
        found = pd.to_numeric(out[column], errors="coerce").astype(float)
        wrong = out.loc[filled & found.isna(), column]
        if len(wrong):
            raise StudyError(
                Text(
                    f"{name}: '{wrong.iloc[0]}' in the column {column} is no number.",
                    f"{name}表{column}列的“{wrong.iloc[0]}”不是数字。",
                ),
                Text("Give a number there.", "请填写数字。"),
            )
        out[column] = found
    if {"value", "low", "high"} <= set(out.columns):
        for end in ("low", "high"):
            out[end] = out[end].fillna(out["value"])
    return out


def years(plan: Plan, horizon: int) -> list[int]:
    """Return the years that are reckoned: from the plan's first on, at least to its last."""
    first = plan.data.phases[0].start
    return list(range(first, first + max(horizon, plan.data.years)))


def ramp(moved: Floats, lengths: Sequence[int], count: int) -> tuple[Floats, Floats]:
    r"""Return capacity that arrives in each year and capacity at work in it.

    .. math:: a_t = z_p / n_p, \qquad K_t = \sum_{q<p} z_q + z_p\,\frac{k_t + 1/2}{n_p}

    for year :math:`t`, the :math:`k_t`-th (from 0) of the :math:`n_p` years of phase :math:`p`: capacity
    moves in evenly within a phase, as in the plan's objectives. After the last phase nothing arrives.

    Parameters
    ----------
    moved : array [..., phase]
    lengths : sequence of int
        Years of each phase.
    count : int
        Years to return, at least those of the phases.

    Returns
    -------
    arriving, working : array [..., year]
    """
    n = np.asarray(lengths)
    phase = np.repeat(np.arange(len(n)), n)
    place = np.concatenate([np.arange(k) for k in n])
    before = np.cumsum(moved, axis=-1) - moved
    arriving = moved[..., phase] / n[phase]
    working = before[..., phase] + moved[..., phase] * (place + 0.5) / n[phase]
    rest = count - len(phase)
    total = np.repeat(moved.sum(axis=-1, keepdims=True), rest, axis=-1)
    return (
        np.concatenate([arriving, np.zeros_like(total)], axis=-1),
        np.concatenate([working, total], axis=-1),
    )


def made(
    plan: Plan,
    name: str,
    title: Text,
    frame: pd.DataFrame,
    columns: Sequence[tuple[str, Kind, str] | tuple[str, Kind]],
    method: Text,
    note: Text = EMPTY,
    reads: Sequence[str] = (),
) -> Result:
    """Make a result; a column of three parts (name, kind, unit) holds figures, one of two holds labels.

    `reads` are tables of the study that the figures rest on beside the plan: their sources are named, too.
    """
    declared = plan.study.config.get("tables", {})
    further = [s for name in reads for s in declared.get(name, {}).get("sources", ())]

    def described_as(name: str, kind: Kind, unit: str) -> Column:
        found = figure(plan, name, unit, kind)
        return replace(found, sources=tuple(dict.fromkeys([*found.sources, *further])))

    described = [
        described_as(c[0], c[1], c[2]) if len(c) == 3 else label(plan.study, c[0], c[1]) for c in columns
    ]
    return Result(
        name, title, frame[[c.name for c in described]].reset_index(drop=True), tuple(described), method, note
    )
