"""Did it work, and did it spill over? Effects on the treated and on their neighbours, ring by ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.monitor.evaluation import Check, Evaluation
from hinterland.monitor.panel import Panel, PanelError, as_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.staggered import LEVEL, estimators, event_study, told
from hinterland.study import Column, Result, Text

Array = npt.NDArray[np.float64]

# With fewer untreated units out of reach the trend without treatment hangs on single ones.
FEW = 5
_RING = ("ring", "units", "effect", "error", "low", "high", "p_value")


@dataclass(frozen=True, eq=False)
class Spillover:
    """An effect that may reach neighbours.

    Attributes
    ----------
    evaluation : Evaluation
        The total effect on the treated, against units out of reach only.
    naive : Evaluation
        The same by a method that takes neighbours as controls (imputation).
    rings : DataFrame
        ring, units (ever in it; the treated count in the first), effect on those not treated, error, low,
        high, p_value.
    """

    evaluation: Evaluation
    naive: Evaluation
    rings: pd.DataFrame

    @property
    def bias(self) -> float:
        """How much the naive estimate is off: naive less total effect."""
        return self.naive.effect - self.evaluation.effect

    def results(self) -> dict[str, Result]:
        """Return the tables of the evaluation, and spillover_rings and spillover_bias besides."""
        method = Text(
            "Butts (2021): rings of distance to the nearest treated unit; two stages (Gardner 2022), the "
            "trend without treatment from untreated units beyond the outermost ring.",
            "Butts（2021）：按与最近处理单位的距离分环；两阶段估计（Gardner，2022），"
            "以最外环之外的未处理单位推断无处理趋势。",
        )
        labels = {
            "ring": Text("Distance to the nearest treated unit", "与最近处理单位的距离"),
            "units": Text("Units ever in it", "曾处于该环的单位数"),
            "effect": Text("Effect on them", "对其效应"),
            "error": Text("Standard error", "标准误"),
            "low": Text("2.5 % point", "2.5%分位"),
            "high": Text("97.5 % point", "97.5%分位"),
            "p_value": Text("p-value", "p值"),
        }
        rings = Result(
            "spillover_rings",
            Text("Effect on neighbours, by distance", "对邻近单位的效应（按距离）"),
            self.rings,
            tuple(
                Column(name, labels[name], "text")
                if name == "ring"
                else Column(name, labels[name], "number", "", "observed" if name == "units" else "estimated")
                for name in _RING
            ),
            method,
        )
        both = pd.DataFrame(
            {
                "design": ["with_spillovers", "neighbours_as_controls", "difference"],
                "effect": [self.evaluation.effect, self.naive.effect, self.bias],
                "low": [self.evaluation.low, self.naive.low, np.nan],
                "high": [self.evaluation.high, self.naive.high, np.nan],
            }
        )
        bias = Result(
            "spillover_bias",
            Text("What taking neighbours as controls would have said", "以邻近单位作对照的偏误"),
            both,
            (
                Column("design", Text("Design", "设计"), "code"),
                Column("effect", Text("Effect", "效应"), "number", "", "estimated"),
                Column("low", labels["low"], "number", "", "estimated"),
                Column("high", labels["high"], "number", "", "estimated"),
            ),
            method,
        )
        return {**self.evaluation.results(), "spillover_rings": rings, "spillover_bias": bias}


def check_rings(rings: Sequence[float]) -> list[float]:
    """Return the edges of the rings from 0 on.

    Raises
    ------
    PanelError
        No ring, or edges that are not positive and increasing.
    """
    edges = [float(r) for r in rings]
    if edges and edges[0] == 0.0:
        edges = edges[1:]
    rising = all(b > a for a, b in zip([0.0, *edges], edges, strict=False))
    if not edges or not all(np.isfinite(edges)) or not rising:
        raise PanelError(
            [
                (
                    "rings",
                    Text(
                        f"The rings' outer edges are {', '.join(f'{r:g}' for r in edges) or 'not given'}.",
                        f"各环外缘为{'、'.join(f'{r:g}' for r in edges) or '未给出'}。",
                    ),
                    Text(
                        "Give distances above zero, each larger than the one before.",
                        "请给出依次增大的正距离。",
                    ),
                )
            ]
        )
    return [0.0, *edges]


def check_distance(panel: Panel, distance: pd.DataFrame) -> Array:
    """Return distances between the panel's units, in their order [unit, unit]; 0 from each to itself.

    Raises
    ------
    PanelError
        Units without distances, distances that are missing or negative, or that differ by direction.
    """
    units = list(panel.by_unit.index)
    absent = [u for u in units if u not in distance.index or u not in distance.columns]
    if absent:
        raise PanelError(
            [
                (
                    "distance",
                    Text(
                        f"Distances are not known for {', '.join(map(str, absent[:4]))}.",
                        f"缺少{'、'.join(map(str, absent[:4]))}的距离。",
                    ),
                    Text("Give a row and a column for every unit.", "请为每个单位给出一行一列。"),
                )
            ]
        )
    table = distance.loc[units, units].apply(pd.to_numeric, errors="coerce")
    found: Array = table.to_numpy(dtype=float, copy=True)
    # tables of distances often tell how far one travels within a region: to itself a unit is at 0
    np.fill_diagonal(found, 0.0)
    bad = ~np.isfinite(found) | (found < 0) | (np.abs(found - found.T) > 1e-9 * np.nanmax(np.abs(found)))
    if bad.any():
        a, b = np.argwhere(bad)[0]
        raise PanelError(
            [
                (
                    "distance",
                    Text(
                        f"The distance from {units[a]} to {units[b]} is missing, negative, or another one "
                        f"the other way round.",
                        f"{units[a]}至{units[b]}的距离缺失、为负或与反向不一致。",
                    ),
                    Text("Give one distance for each pair.", "每对单位请给出唯一距离。"),
                )
            ]
        )
    return found


def _refuse_without_controls(panel: Panel, distance: Array, outer: float) -> int:
    """Return how many units are neither treated nor ever in reach; none: there is nothing to compare with."""
    treated = (panel.by_unit != NEVER).to_numpy()
    last = panel.times[-1]
    ever = treated & (panel.by_unit.to_numpy() <= last)
    far = ~ever & (distance[:, ever].min(1) > outer)
    count = int(far.sum())
    if not count:
        raise PanelError(
            [
                (
                    "no_far_controls",
                    Text(
                        f"Every untreated unit lies within {outer:g} of a treated one: none is out of reach.",
                        f"所有未处理单位与处理单位的距离均不超过{outer:g}，没有不受影响的对照。",
                    ),
                    Text(
                        "Draw the outermost ring closer, or add units further away.",
                        "请缩小最外环，或补充更远的单位。",
                    ),
                )
            ]
        )
    return count


def spillover(
    frame: pd.DataFrame | Panel,
    distance: pd.DataFrame,
    rings: Sequence[float],
    *,
    outcome: str = "",
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    anticipation: int = 0,
) -> Spillover:
    r"""Estimate the effect on the treated where it may spill over to units nearby.

    .. math:: y_{it} = \mu_i + \lambda_t + \tau D_{it}
              + \sum_k \delta_k (1 - D_{it})\, 1\{i \in \text{ring}_k(t)\} + \varepsilon_{it}

    with :math:`\mu` and :math:`\lambda` from observations that are neither treated nor in reach. A method
    that takes neighbours as controls subtracts what spilled over to them: its bias is minus the mean of
    :math:`\delta` over its controls.

    Parameters
    ----------
    frame : DataFrame or Panel
        As `check_panel` takes it, or what it returned; balanced.
    distance : DataFrame [unit, unit]
        In any measure: kilometres, hours, or steps over common borders (rings = [1] are then the neighbours).
    rings : sequence of float
        Outer edges, in its unit; beyond the last nothing is taken to spill over. An assumption: try others.
    outcome, unit, time, cohort, cluster, covariates, anticipation
        See `check_panel`.

    Returns
    -------
    Spillover

    Raises
    ------
    PanelError
        The panel cannot be evaluated, the rings or distances are none, or no untreated unit is out of reach.
    StudyError
        diff-diff is not installed or refuses the data.

    References
    ----------
    Butts (2021), Difference-in-differences estimation with spatial spillovers, arXiv:2105.03737; Gardner
    (2022), Two-stage differences in differences, arXiv:2207.05943. By the package diff-diff.
    """
    edges = check_rings(rings)
    panel = as_panel(
        frame,
        outcome=outcome,
        unit=unit,
        time=time,
        cohort=cohort,
        cluster=cluster,
        covariates=covariates,
        anticipation=anticipation,
    )
    between = check_distance(panel, distance)
    far = _refuse_without_controls(panel, between, edges[-1])
    place = {u: k for k, u in enumerate(panel.by_unit.index)}
    data = panel.frame.assign(place=panel.frame["unit"].map(place).astype(float))
    data["other"] = data["place"]

    def metric(a: Array, b: Array) -> Array:
        # units stand in for coordinates: their distance is looked up
        apart: Array = between[np.ix_(a[:, 0].astype(int), b[:, 0].astype(int))]
        return apart

    def fitted(**options: Any) -> Any:
        made = estimators().SpilloverDiD(
            rings=edges,
            conley_coords=("place", "other"),
            conley_metric=metric,
            cluster="cluster",
            anticipation=anticipation,
            **options,
        )
        return made.fit(
            data,
            outcome="outcome",
            unit="unit",
            time="time",
            first_treat="cohort",
            covariates=list(panel.covariates) or None,
        )

    warned: list[str] = []
    with told(warned):
        found = fitted()
        path = fitted(event_study=True)
    low, high = (float(v) for v in found.conf_int)
    remarks = [Check("estimator", None, np.nan, Text.same(said)) for said in dict.fromkeys(warned)]
    evaluation = Evaluation(
        "spillover",
        panel.outcome,
        float(found.att),
        float(found.se),
        low,
        high,
        float(found.p_value),
        _path(path),
        pd.DataFrame(columns=["cohort", "effect", "error", "low", "high"]),
        (*_checks(found, far), *remarks),
        {**panel.facts(), "out_of_reach": far},
        {"rings": edges, "anticipation": anticipation, "covariates": list(panel.covariates)},
        panel.hash,
        found,
    )
    return Spillover(
        evaluation, event_study(panel, estimator="imputation", anticipation=anticipation), _rings(found)
    )


def _path(found: Any) -> pd.DataFrame:
    """Effect on the treated by time since the treatment."""
    columns = ["event_time", "effect", "error", "low", "high"]
    table = found.att_dynamic
    if table is None or not len(table):
        return pd.DataFrame(columns=columns)
    flat = table.reset_index()
    rows = flat[[flat.columns[0], "coef", "se", "ci_low", "ci_high"]].set_axis(columns, axis=1)
    rows = rows[rows["error"] > 0].astype({"event_time": int})
    return rows.sort_values("event_time", ignore_index=True)


def _rings(found: Any) -> pd.DataFrame:
    """Effect on the units of each ring."""
    table = found.spillover_effects
    counts = found.n_units_ever_in_ring
    rows = [
        (
            str(ring),
            float(counts.get(ring, np.nan)),
            *(float(table.loc[ring, name]) for name in ("coef", "se", "ci_low", "ci_high", "p_value")),
        )
        for ring in table.index
    ]
    return pd.DataFrame(rows, columns=list(_RING))


def _checks(found: Any, far: int) -> tuple[Check, Check]:
    """Are there enough units out of reach, and does anything spill over at all?"""
    table = found.spillover_effects
    worst = float(min(1.0, table["p_value"].min() * len(table)))
    return (
        Check(
            "out_of_reach",
            None if far < FEW else True,
            float(far),
            Text("{n} untreated units are out of reach.", "有{n}个未处理单位不受波及。").format(n=far)
            + (
                Text("", "")
                if far >= FEW
                else Text(
                    " With so few the trend without treatment hangs on single units.",
                    "数量过少，无处理趋势取决于个别单位。",
                )
            ),
        ),
        Check(
            "spillovers",
            None,
            worst,
            Text("Something spills over (p = {p}).", "存在溢出（p={p}）。").format(p=f"{worst:.2g}")
            if worst < LEVEL
            else Text(
                "No spillover is detected (p = {p}), which does not prove that there is none.",
                "未检出溢出（p={p}），但不能证明没有溢出。",
            ).format(p=f"{worst:.2g}"),
        ),
    )
