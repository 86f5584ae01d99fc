"""Did it work, where few units are treated at one time? Synthetic control and synthetic DID."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.monitor.evaluation import Check, Evaluation
from hinterland.monitor.panel import Panel, as_panel, check_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.staggered import LEVEL, estimators, told
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
Weights = Literal["exact", "frank_wolfe", "nested"]
Special = tuple[str, Sequence[int], str]

# A synthetic unit that misses the treated one by more than this share of its spread before the treatment is
# no stand-in for it.
FIT = 0.25


def _one_date(panel: Panel) -> int:
    """Return the one date of treatment."""
    if len(panel.cohorts) > 1:
        raise StudyError(
            Text(
                f"Treatment starts at {len(panel.cohorts)} times; a synthetic unit is made for one.",
                f"处理始于{len(panel.cohorts)}个不同时间；合成单位只适用于单一时间。",
            ),
            Text("Evaluate one cohort at a time, or use event_study.", "请逐批评估，或使用event_study。"),
        )
    return panel.cohorts[0]


def _path(times: Sequence[int], gap: Array, start: int) -> pd.DataFrame:
    nothing = np.full(len(gap), np.nan)
    return pd.DataFrame(
        {
            "event_time": [int(t) - start for t in times],
            "effect": gap,
            "error": nothing,
            "low": nothing,
            "high": nothing,
        }
    )


def _fit(before: Array, gap: Array) -> Check:
    """Hold the misses before the treatment against the outcome's own spread there."""
    spread = float(np.std(before)) or float(np.abs(before).max()) or 1.0
    ratio = float(np.sqrt(np.mean(gap**2))) / spread
    return Check(
        "fit",
        ratio <= FIT,
        ratio,
        Text(
            "Before the treatment the synthetic unit misses the treated one by {r} of its spread.",
            "处理前合成单位与处理单位的偏差为其离散程度的{r}。",
        ).format(r=f"{ratio:.2g}"),
    )


def synthetic_did(
    frame: pd.DataFrame | Panel,
    *,
    outcome: str = "",
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    replications: int = 200,
    seed: int = 0,
) -> Evaluation:
    """Estimate by synthetic difference-in-differences: weights on units and on times, and unit effects.

    Parameters
    ----------
    frame, outcome, unit, time, cohort
        See `check_panel`; one date of treatment, no gaps.
    replications : int
        Placebo reassignments for the standard error (more controls than treated are needed).
    seed : int

    Raises
    ------
    StudyError
        The panel cannot be evaluated, or treatment starts at several times.

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens & Wager (2021), American Economic Review 111. By diff-diff.
    """
    panel = as_panel(frame, outcome=outcome, unit=unit, time=time, cohort=cohort)
    start = _one_date(panel)
    data = panel.frame.assign(treated=(panel.frame["cohort"] != NEVER).astype(int))
    after = [t for t in panel.times if t >= start]
    warned: list[str] = []
    with told(warned):
        found = (
            estimators()
            .SyntheticDiD(seed=seed, n_bootstrap=replications)
            .fit(data, "outcome", "treated", "unit", "time", post_periods=after)
        )
    before_gap = np.asarray(found.treated_pre_trajectory) - np.asarray(found.synthetic_pre_trajectory)
    after_gap = np.asarray(found.treated_post_trajectory) - np.asarray(found.synthetic_post_trajectory)
    level = float(np.dot(np.asarray(found.time_weights_array), before_gap))
    gap = np.concatenate([before_gap, after_gap]) - level
    low, high = (float(v) for v in found.conf_int)
    return Evaluation(
        "synthetic_did",
        panel.outcome,
        float(found.att),
        float(found.se),
        low,
        high,
        float(found.p_value),
        _path(panel.times, gap, start),
        pd.DataFrame(),
        (
            _fit(np.asarray(found.treated_pre_trajectory), before_gap - before_gap.mean()),
            *(Check("estimator", None, np.nan, Text.same(text)) for text in dict.fromkeys(warned)),
        ),
        panel.facts(),
        {"replications": replications, "seed": seed},
        panel.hash,
        found,
    )


def synthetic_control(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    weights: Weights = "exact",
    predictors: Sequence[str] = (),
    window: Sequence[int] | None = None,
    special: Sequence[Special] = (),
    donors: Sequence[str] | None = None,
    placebos: bool = True,
    seed: int = 0,
) -> Evaluation:
    """Estimate for one treated unit by a weighted mean of others that resembled it before the treatment.

    Parameters
    ----------
    frame, outcome, unit, time, cohort
        See `check_panel`; one treated unit, no gaps in the outcome (predictors may have some).
    weights : str
        "exact": the weights that fit the outcome's path before the treatment best; "frank_wolfe": the same
        problem by the algorithm and stopping rule that Arkhangelsky et al. (2021) publish with, which stops
        short of the optimum; "nested": the weights that fit predictors, these weighted to fit the outcome
        (Abadie, Diamond & Hainmueller).
    predictors, window, special : optional
        For "nested": columns averaged over the times of `window`, and (column, times, "mean") of their own.
    donors : sequence, optional
        Units allowed as controls; default all that are never treated.
    placebos : bool
        Take every donor for treated in turn; with nested weights that takes as many times as long.
    seed : int

    Returns
    -------
    Evaluation
        The p-value is the rank of the unit's ratio of errors after and before the treatment among those of
        all donors, each taken for treated in turn; there is no standard error.

    References
    ----------
    Abadie, Diamond & Hainmueller (2010), Journal of the American Statistical Association 105; (2015),
    American Journal of Political Science 59. By diff-diff.
    """
    if weights not in get_args(Weights):
        raise StudyError(
            Text(f"There is no kind of weights '{weights}'.", f"没有名为“{weights}”的权重方式。"),
            Text(f"Choose from: {', '.join(get_args(Weights))}.", f"可选：{'、'.join(get_args(Weights))}。"),
        )
    known = frame if donors is None else frame[frame[unit].isin([*donors, *_ever(frame, unit, cohort)])]
    panel = check_panel(known, outcome=outcome, unit=unit, time=time, cohort=cohort)
    start = _one_date(panel)
    if panel.treated != 1:
        raise StudyError(
            Text(
                f"{panel.treated} units are treated; a synthetic control is made for one.",
                f"有{panel.treated}个单位受处理；合成控制只适用于一个。",
            ),
            Text(
                "Evaluate them one by one, sum them up, or use synthetic_did.",
                "请逐个评估、合并为一个，或使用synthetic_did。",
            ),
        )
    before = [t for t in panel.times if t < start]
    data = panel.frame.assign(
        treated=((panel.frame["cohort"] != NEVER) & (panel.frame["time"] >= start)).astype(int)
    )
    extra = list(dict.fromkeys([*predictors, *(name for name, _, _ in special)]))
    columns = {name: ("outcome" if name == outcome else f"x_{name}") for name in extra}
    for name, column in columns.items():
        if column != "outcome":
            given = known[[unit, time, name]].set_axis(["unit", "time", column], axis=1)
            data = data.merge(given, on=["unit", "time"], how="left")
    options: dict[str, Any] = {"seed": seed}
    arguments: dict[str, Any] = {}
    if weights == "nested":
        arguments = {
            "predictors": [columns[p] for p in predictors] or None,
            "predictor_window": list(window) if window is not None else None,
            "special_predictors": [(columns[n], list(ts), op) for n, ts, op in special] or None,
        }
    else:
        options |= {
            "v_method": "custom",
            "custom_v": np.full(len(before), 1 / len(before)),
            "standardize": "none",
        }
    warned: list[str] = []
    with told(warned):
        found = (
            estimators()
            .SyntheticControl(**options)
            .fit(data, "outcome", "treated", "unit", "time", **arguments)
        )
        placebo = found.in_space_placebo() if placebos else None
    path = found.get_gap_df().sort_values("period")
    gap = path["gap"].to_numpy(dtype=float)
    if weights == "frank_wolfe":
        gap = _frank_wolfe(panel, before)
    own = panel.frame.loc[panel.frame["cohort"] != NEVER].sort_values("time")["outcome"].to_numpy()
    p = np.nan if placebo is None else float(found.placebo_p_value)
    return Evaluation(
        "synthetic_control",
        outcome,
        float(gap[len(before) :].mean()),
        np.nan,
        np.nan,
        np.nan,
        p,
        _path(panel.times, gap, start),
        pd.DataFrame(),
        (
            _fit(own[: len(before)], gap[: len(before)]),
            *([] if placebo is None else [_placebos(p, len(placebo))]),
            *(Check("estimator", None, np.nan, Text.same(text)) for text in dict.fromkeys(warned)),
        ),
        panel.facts(),
        {"weights": weights, "predictors": list(predictors), "seed": seed},
        panel.hash,
        found,
    )


def _placebos(p: float, count: int) -> Check:
    return Check(
        "placebos",
        None if 1 / count > LEVEL else p <= LEVEL,
        float(count - 1),
        Text(
            "Taken for treated in turn, {k} of {n} units look as affected as the treated one.",
            "将各单位依次视为处理单位，{n}个中有{k}个的反应不弱于真正的处理单位。",
        ).format(k=max(round(p * count) - 1, 0), n=count - 1),
    )


def _ever(frame: pd.DataFrame, unit: str, cohort: str) -> list[Any]:
    return list(frame.loc[pd.to_numeric(frame[cohort], errors="coerce").fillna(0) > 0, unit].unique())


def _frank_wolfe(panel: Panel, before: Sequence[int]) -> Array:
    """Return the gap with the weights of the published algorithm: 10,000 steps, stopping rule of 1e-5."""
    from diff_diff.utils import compute_sdid_unit_weights

    wide = panel.frame.pivot(index="time", columns="unit", values="outcome")
    treated = panel.by_unit.index[panel.by_unit != NEVER][0]
    others = wide.drop(columns=treated).to_numpy()
    own = wide[treated].to_numpy()
    known = len(before)
    noise = float(np.std(np.diff(others[:known], axis=0), ddof=1))
    weight = compute_sdid_unit_weights(
        others[:known], own[:known], zeta_omega=1e-6 * noise, intercept=False, min_decrease=1e-5 * noise
    )
    gap: Array = own - others @ weight
    return gap
