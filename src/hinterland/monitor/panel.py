"""A panel that can be evaluated: checked for what would make an estimate wrong, with a hash of its data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hinterland.study import StudyError, Text

NEVER = 0
"""Cohort of units that are never treated."""


class PanelError(StudyError):
    """A panel that cannot be evaluated; `problems` has the code of each thing that is wrong."""

    def __init__(self, problems: Sequence[tuple[str, Text, Text]]) -> None:
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


def _some(values: Sequence[object], most: int = 4) -> str:
    return ", ".join(str(v) for v in values[:most]) + (" ..." if len(values) > most else "")


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
        Columns that are not there or there twice, no rows, values missing, dates that are no whole numbers,
        duplicates, gaps, cohorts or clusters that change, nobody treated, no controls, units treated from the
        start, a single cluster, no period before the treatment; a negative anticipation.
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
                        f"Name a column; the panel has: {_some(list(frame.columns), 12)}.",
                        f"请指明一列；面板现有列：{_some(list(frame.columns), 12)}。",
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
                    Text(f"The panel has no column {_some(absent)}.", f"面板缺少列：{_some(absent)}。"),
                    Text(
                        f"It has: {_some(list(frame.columns), 12)}.",
                        f"现有列：{_some(list(frame.columns), 12)}。",
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
                    Text(f"The panel has the column {_some(twice)} twice.", f"面板中列{_some(twice)}重复。"),
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
    problems: list[tuple[str, Text, Text]] = _dates(frame[cohort], frame[unit], cohort)
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
            rows = [f"{u} {t:g}" for u, t in zip(gone["unit"], gone["time"], strict=True)]
            problems.append(
                (
                    "missing",
                    Text(
                        f"{called} is missing or no number in {len(gone)} rows ({_some(rows)}).",
                        f"{called}有{len(gone)}行缺失或非数字（{_some(rows)}）。",
                    ),
                    Text("Fill these rows or leave them out.", "请补全或剔除这些行。"),
                )
            )
    for name, called in {"unit": unit, "cluster": group}.items():
        blank = int(data[name].isna().sum())
        if blank and (name == "unit" or group != unit):
            problems.append(
                (
                    "missing",
                    Text(f"{called} is blank in {blank} rows.", f"{called}有{blank}行空白。"),
                    Text("Fill it in for every row.", "请在每行填写。"),
                )
            )
    if problems:
        raise PanelError(problems)
    if not bool((data["time"] == data["time"].round()).all()):
        raise PanelError(
            [
                (
                    "time",
                    Text(f"{time} holds parts of a period.", f"{time}含非整数时期。"),
                    Text("Number the periods with whole numbers.", "请以整数编号时期。"),
                )
            ]
        )
    data = data.astype({"time": int, "cohort": int}).sort_values(["unit", "time"], kind="stable")
    data = data.reset_index(drop=True)
    # whoever is treated only after the last figure is a control as long as there are figures
    data["cohort"] = data["cohort"].where(data["cohort"] <= data["time"].max() + max(anticipation, 0), NEVER)
    problems += _shape(data, unit, time, cohort, gaps)
    problems += _clusters(data, group)
    problems += _design(data, cohort, group, anticipation)
    if problems:
        raise PanelError(problems)
    balanced = len(data) == data["unit"].nunique() * data["time"].nunique()
    digest = _digest(data)
    return Panel(data, outcome, unit, time, cohort, group, tuple(covariates), balanced, digest)


def _dates(raw: pd.Series, units: pd.Series, cohort: str) -> list[tuple[str, Text, Text]]:
    """First treated times that are no whole numbers: read as never, they would turn treated into controls."""
    number = pd.to_numeric(raw, errors="coerce")
    odd = number.isna() & raw.notna()
    if odd.any():
        odd &= raw.astype(str).str.strip() != ""
    odd |= np.isfinite(number) & (number != number.round())
    if not odd.any():
        return []
    shown = [f"{u}: {v}" for u, v in dict.fromkeys(zip(units[odd], raw[odd].astype(str), strict=True))]
    return [
        (
            "dates",
            Text(
                f"{cohort} is no whole number for {_some(shown)}.", f"{cohort}不是整数时期：{_some(shown)}。"
            ),
            Text(
                "Write the first treated time as a whole number such as 2005, and leave it blank for never.",
                "请以整数（如2005）填写首次处理时间，从未处理的留空。",
            ),
        )
    ]


def _clusters(data: pd.DataFrame, cluster: str) -> list[tuple[str, Text, Text]]:
    """Units that lie in several clusters."""
    inside = data.groupby("unit")["cluster"].nunique()
    moving = list(inside.index[inside > 1])
    if not moving:
        return []
    return [
        (
            "clusters_change",
            Text(
                f"{cluster} changes over time for {len(moving)} units ({_some(moving)}).",
                f"有{len(moving)}个单位的{cluster}随时间变化（{_some(moving)}）。",
            ),
            Text("Give every unit one cluster.", "每个单位只能属于一个聚类。"),
        )
    ]


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


def _shape(data: pd.DataFrame, unit: str, time: str, cohort: str, gaps: bool) -> list[tuple[str, Text, Text]]:
    """Duplicates, gaps, cohorts that change."""
    out = []
    twice = data[data.duplicated(["unit", "time"])]
    if len(twice):
        rows = [f"{u} {t}" for u, t in zip(twice["unit"], twice["time"], strict=True)]
        out.append(
            (
                "duplicates",
                Text(
                    f"{len(twice)} rows come again with the same {unit} and {time} ({_some(rows)}).",
                    f"有{len(twice)}行的{unit}与{time}重复（{_some(rows)}）。",
                ),
                Text("Keep one row for each.", "请每个组合只保留一行。"),
            )
        )
    changing = data.groupby("unit")["cohort"].nunique()
    changing = changing[changing > 1]
    if len(changing):
        out.append(
            (
                "cohort",
                Text(
                    f"{cohort} changes over time for {_some(list(changing.index))}.",
                    f"{_some(list(changing.index))}的{cohort}随时间变化。",
                ),
                Text(
                    "Give every unit one first treated time; a treatment that ends needs another design.",
                    "每个单位只能有一个首次处理时间；会终止的处理需用其他设计。",
                ),
            )
        )
    if not gaps and not len(twice):
        times = data["time"].nunique()
        seen = data.groupby("unit")["time"].size()
        thin = seen[seen < times]
        if len(thin):
            all_times = set(data["time"])
            example = thin.index[0]
            lack = sorted(all_times - set(data.loc[data["unit"] == example, "time"]))
            out.append(
                (
                    "gaps",
                    Text(
                        f"{len(thin)} of {len(seen)} units are not observed at every {time} "
                        f"(such as {example}: {_some(lack)}).",
                        f"{len(seen)}个单位中有{len(thin)}个并非每个{time}都有观测（如{example}：{_some(lack)}）。",
                    ),
                    Text(
                        "Complete them, leave them out, or allow gaps (gaps=True) if the method bears them.",
                        "请补全或剔除，或在方法允许时设定gaps=True。",
                    ),
                )
            )
    return out


def _design(data: pd.DataFrame, cohort: str, cluster: str, anticipation: int) -> list[tuple[str, Text, Text]]:
    """Nobody treated, no controls, treated from the start, one cluster, nothing before the treatment."""
    out = []
    first, last = int(data["time"].min()), int(data["time"].max())
    starts = data.groupby("unit")["cohort"].first()
    treated = starts[(starts != NEVER) & (starts <= last)]
    if treated.empty:
        out.append(
            (
                "nobody_treated",
                Text(f"No unit is treated by {last}.", f"截至{last}没有任何单位受到处理。"),
                Text(
                    f"Give the first treated time of some units in {cohort}.",
                    f"请在{cohort}中给出部分单位的首次处理时间。",
                ),
            )
        )
    start = treated[treated <= first + anticipation]
    if len(start):
        out.append(
            (
                "treated_from_the_start",
                Text(
                    f"{len(start)} units are treated from the start ({_some(list(start.index))}): what they "
                    "were like before is not known.",
                    f"有{len(start)}个单位自始即受处理（{_some(list(start.index))}）：处理前情况未知。",
                ),
                Text("Leave them out, or add earlier periods.", "请剔除，或补充更早的时期。"),
            )
        )
    if len(treated) and not bool(((starts == NEVER) | (starts > last)).any()):
        late = treated[treated == treated.max()]
        out.append(
            (
                "no_controls",
                Text(
                    "Every unit is treated in the end: there is nobody who is never treated to compare with "
                    f"(the last are {_some(list(late.index))}, from {int(treated.max())}).",
                    f"所有单位最终都受到处理，没有从未处理的对照（最晚为{_some(list(late.index))}，始于{int(treated.max())}）。",
                ),
                Text(
                    "Add untreated units, or end the panel before the last ones are treated.",
                    "请补充未处理单位，或将面板截止到最后一批受处理之前。",
                ),
            )
        )
    if data["cluster"].nunique() < 2:
        out.append(
            (
                "one_cluster",
                Text(
                    f"There is one cluster only in {cluster}: nothing tells how sure the effect is.",
                    f"{cluster}只有一个聚类，无法判断效应的可靠程度。",
                ),
                Text("Give a column with more clusters.", "请给出含多个聚类的列。"),
            )
        )
    return out
