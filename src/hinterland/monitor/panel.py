"""A panel that can be evaluated: checked for what would make an estimate wrong, with a hash of its data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

import numpy as np
import pandas as pd

from hinterland.monitor.panel_faults import NEVER, Fault, dates, design, moving_clusters, shape, some
from hinterland.study import StudyError, Text


class Named(TypedDict, total=False):
    """What `check_panel` is told of a panel."""

    outcome: Required[str]
    unit: str
    time: str
    cohort: str
    cluster: str | None
    covariates: Sequence[str]
    anticipation: int
    gaps: bool


class PanelError(StudyError):
    """A panel that cannot be evaluated; `problems` has the code of each thing that is wrong."""

    def __init__(self, problems: Sequence[Fault]) -> None:
        words = [said for _, said, _ in problems]
        mends = list(dict.fromkeys(mend for _, _, mend in problems))
        super().__init__(
            Text(" ".join(w.en for w in words), "".join(w.zh for w in words)),
            Text(" ".join(m.en for m in mends), "".join(m.zh for m in mends)),
        )
        self.problems = tuple(code for code, _, _ in problems)


@dataclass(frozen=True, eq=False)
class Panel:
    """A checked panel in long form.

    Attributes
    ----------
    frame : DataFrame
        Columns unit, time (whole numbers), outcome, cohort (first treated time, 0 for never), cluster, and
        the covariates under their own names; sorted by unit and time.
    outcome, unit, time, cohort, cluster : str
        Names that the columns had.
    covariates : tuple of str
    balanced : bool
        Every unit is observed at every time.
    hash : str
        SHA-256 of the checked data.
    """

    frame: pd.DataFrame
    outcome: str
    unit: str
    time: str
    cohort: str
    cluster: str
    covariates: tuple[str, ...]
    balanced: bool
    hash: str

    @property
    def times(self) -> tuple[int, ...]:
        """Times observed, in order."""
        return tuple(int(t) for t in np.unique(self.frame["time"]))

    @property
    def units(self) -> int:
        """Number of units."""
        return int(self.frame["unit"].nunique())

    @property
    def by_unit(self) -> pd.Series[int]:
        """Cohort of each unit."""
        found: pd.Series[int] = self.frame.groupby("unit", sort=False)["cohort"].first()
        return found

    @property
    def treated(self) -> int:
        """Number of units that are ever treated."""
        return int((self.by_unit != NEVER).sum())

    @property
    def cohorts(self) -> tuple[int, ...]:
        """Times at which treatment starts."""
        return tuple(int(c) for c in np.unique(self.by_unit) if c != NEVER)

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return int(self.frame["cluster"].nunique())

    def facts(self) -> dict[str, int]:
        """Return what a reader must know of the data."""
        return {
            "units": self.units,
            "times": len(self.times),
            "treated": self.treated,
            "never_treated": self.units - self.treated,
            "cohorts": len(self.cohorts),
            "clusters": self.clusters,
        }


def check_panel(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    anticipation: int = 0,
    gaps: bool = False,
) -> Panel:
    """Check a panel and bring it to one form; everything that is wrong is said at once.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and time.
    outcome, unit, time, cohort, cluster : str
        Columns. `cohort` is the first time at which a unit is treated (blank, 0 or infinite: never), the same
        in all its rows; a time after the last one in the panel is never. `cluster` defaults to the unit.
    covariates : sequence of str
    anticipation : int
        Periods before the treatment in which it may already act.
    gaps : bool
        Allow units that are not observed at every time.

    Raises
    ------
    PanelError
        Columns that are not there, there twice or given two roles, no rows, values missing, dates that are no
        whole numbers, duplicates, gaps, cohorts or clusters that change, nobody treated, no controls, units
        treated from the start, a single cluster, no period before the treatment; a negative anticipation.
    """
    if anticipation < 0:
        raise PanelError(
            [
                (
                    "anticipation",
                    Text(f"An anticipation of {anticipation} periods.", f"预期期数为{anticipation}。"),
                    Text("Give 0 or more periods before the treatment.", "请给出处理前0期或以上。"),
                )
            ]
        )
    group = unit if cluster is None else cluster
    wanted = dict.fromkeys([unit, time, outcome, cohort, group, *covariates])
    if not outcome:
        raise PanelError(
            [
                (
                    "columns",
                    Text("No outcome is named.", "未指明结果变量。"),
                    Text(
                        f"Name a column; the panel has: {some(list(frame.columns), 12)}.",
                        f"请指明一列；面板现有列：{some(list(frame.columns), 12)}。",
                    ),
                )
            ]
        )
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise PanelError(
            [
                (
                    "columns",
                    Text(f"The panel has no column {some(absent)}.", f"面板缺少列：{some(absent)}。"),
                    Text(
                        f"It has: {some(list(frame.columns), 12)}.",
                        f"现有列：{some(list(frame.columns), 12)}。",
                    ),
                )
            ]
        )
    doubled = [
        name
        for name, other in (
            (outcome, (unit, time, cohort)),
            *((c, (outcome, time, cohort)) for c in covariates),
        )
        if name in other
    ]
    if doubled or len({unit, time, cohort}) < 3:
        raise PanelError(
            [
                (
                    "roles",
                    Text(
                        f"One column is given two roles: {some(doubled or [unit, time, cohort])}.",
                        f"同一列被赋予两种用途：{some(doubled or [unit, time, cohort])}。",
                    ),
                    Text(
                        "Name a column of its own for outcome, unit, time, first treated time and covariate.",
                        "结果变量、单位、时间、首次处理时间与协变量须各用一列。",
                    ),
                )
            ]
        )
    twice = [name for name in wanted if list(frame.columns).count(name) > 1]
    if twice or frame.empty:
        raise PanelError(
            [
                (
                    "columns",
                    Text(f"The panel has the column {some(twice)} twice.", f"面板中列{some(twice)}重复。"),
                    Text("Keep one of them.", "请只保留其一。"),
                )
                if twice
                else (
                    "empty",
                    Text("The panel has no rows.", "面板没有数据行。"),
                    Text("Give one row for each unit and time.", "请为每个单位和时期给出一行。"),
                )
            ]
        )
    problems: list[Fault] = dates(frame[cohort], frame[unit], cohort)
    # without units, times and dates nothing can be said of the panel's shape and design
    formless = bool(problems)
    data = pd.DataFrame(
        {
            "unit": frame[unit].to_numpy(),
            "time": pd.to_numeric(frame[time], errors="coerce").to_numpy(dtype=float),
            "outcome": pd.to_numeric(frame[outcome], errors="coerce").to_numpy(dtype=float),
            "cohort": pd.to_numeric(frame[cohort], errors="coerce").to_numpy(dtype=float),
            "cluster": frame[group].to_numpy(),
            **{
                name: pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float) for name in covariates
            },
        }
    )
    never = ~np.isfinite(data["cohort"]) | (data["cohort"] <= 0)
    data["cohort"] = data["cohort"].where(~never, NEVER)
    for name, called in (("time", time), ("outcome", outcome), *((c, c) for c in covariates)):
        gone = data[~np.isfinite(data[name])]
        if len(gone):
            formless |= name == "time"
            rows = [f"{u} {t:g}" for u, t in zip(gone["unit"], gone["time"], strict=True)]
            problems.append(
                (
                    "missing",
                    Text(
                        f"{called} is missing or no number in {len(gone)} rows ({some(rows)}).",
                        f"{called}有{len(gone)}行缺失或非数字（{some(rows)}）。",
                    ),
                    Text("Fill these rows or leave them out.", "请补全或剔除这些行。"),
                )
            )
    for name, called in {"unit": unit, "cluster": group}.items():
        blank = int(data[name].isna().sum())
        if blank and (name == "unit" or group != unit):
            formless = True
            problems.append(
                (
                    "missing",
                    Text(f"{called} is blank in {blank} rows.", f"{called}有{blank}行空白。"),
                    Text("Fill it in for every row.", "请在每行填写。"),
                )
            )
    if formless:
        raise PanelError(problems)
    if not bool((data["time"] == data["time"].round()).all()):
        raise PanelError(
            [
                *problems,
                (
                    "time",
                    Text(f"{time} holds parts of a period.", f"{time}含非整数时期。"),
                    Text("Number the periods with whole numbers.", "请以整数编号时期。"),
                ),
            ]
        )
    data = data.astype({"time": int, "cohort": int}).sort_values(["unit", "time"], kind="stable")
    data = data.reset_index(drop=True)
    # whoever is treated only after the last figure is a control as long as there are figures
    data["cohort"] = data["cohort"].where(data["cohort"] <= data["time"].max() + max(anticipation, 0), NEVER)
    problems += shape(data, unit, time, cohort, gaps)
    problems += moving_clusters(data, group)
    problems += design(data, cohort, group, anticipation)
    if problems:
        raise PanelError(problems)
    balanced = len(data) == data["unit"].nunique() * data["time"].nunique()
    digest = _digest(data)
    return Panel(data, outcome, unit, time, cohort, group, tuple(covariates), balanced, digest)


def as_panel(frame: pd.DataFrame | Panel, **named: Unpack[Named]) -> Panel:
    """Return a checked panel as it is, and check what is none (see `check_panel`)."""
    return frame if isinstance(frame, Panel) else check_panel(frame, **named)


def _digest(data: pd.DataFrame) -> str:
    """SHA-256 of a panel's data, the same on every machine."""
    found = hashlib.sha256()
    for name in data.columns:
        values = data[name].to_numpy()
        found.update(name.encode() + b"\0")
        if values.dtype.kind in "if":
            found.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
        else:
            found.update("\x1f".join(map(str, values)).encode())
    return found.hexdigest()
