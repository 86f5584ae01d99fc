"""How much doubt does an estimate bear? Bounds, false dates, units left out, reassignment, wild bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.monitor.evaluation import Check, Evaluation
from hinterland.monitor.panel import Panel, check_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.staggered import Estimator, estimators, event_study, told
from hinterland.study import Column, Result, StudyError, Text

Array = npt.NDArray[np.float64]
Violation = Literal["relative_magnitude", "smoothness"]


def honest_bounds(
    evaluation: Evaluation,
    sizes: Sequence[float] = (0.0, 0.5, 1.0, 1.5, 2.0),
    violation: Violation = "relative_magnitude",
) -> Result:
    """Bound the effect when trends may have parted: by at most `sizes` times what they did before.

    Parameters
    ----------
    evaluation : Evaluation
        Of `event_study`, with leads.
    sizes : sequence of float
        Largest break in trend after the treatment: as a multiple of the largest one before it
        ("relative_magnitude"), or in units of the outcome by period ("smoothness").
    violation : str

    Returns
    -------
    Result ``honest_bounds``: size, low_set and high_set (what is left identified), low and high (95 %).

    Raises
    ------
    StudyError
        The evaluation has no leads, or is not by an event study that tells how its leads vary together.

    References
    ----------
    Rambachan & Roth (2023), Review of Economic Studies 90. By diff-diff.
    """
    if evaluation.raw is None or not bool((evaluation.dynamic["event_time"] < -1).any()):
        raise StudyError(
            Text(
                "Bounds need at least two periods before the treatment, in an event study.",
                "边界分析需要事件研究中处理前至少两个时期。",
            ),
            Text("Add earlier periods.", "请补充更早的时期。"),
        )
    if evaluation.method != "callaway_santanna":
        raise StudyError(
            Text(
                "Bounds need to know how leads and effects vary together, which only the event study by "
                "Callaway and Sant'Anna tells here.",
                "边界分析需要各期估计的协方差，此处仅Callaway和Sant'Anna事件研究提供。",
            ),
            Text('Use estimator="callaway_santanna".', '请用 estimator="callaway_santanna"。'),
        )
    rows = []
    warned: list[str] = []
    with told(warned):
        raw: Any = evaluation.raw
        if hasattr(raw, "event_study_effects") and raw.event_study_effects is None:
            raw = raw.aggregate("event_study")
        for size in sizes:
            found = estimators().compute_honest_did(raw, method=violation, M=float(size))
            rows.append((float(size), *(float(v) for v in (found.lb, found.ub, found.ci_lb, found.ci_ub))))
    frame = pd.DataFrame(rows, columns=["size", "low_set", "high_set", "low", "high"])
    out = frame[(frame["low"] <= 0) & (frame["high"] >= 0)]["size"]
    note = (
        Text("The interval first holds zero at a size of {m}.", "区间首次包含零时的偏离程度为{m}。").format(
            m=f"{out.min():g}"
        )
        if len(out)
        else Text("The interval leaves out zero at every size tried.", "在所有偏离程度下区间均不含零。")
    )
    return Result(
        "honest_bounds",
        Text("Effect if trends may have parted", "允许趋势偏离时的效应"),
        frame,
        tuple(
            Column(name, said, "number", "", "assumption" if name == "size" else "estimated")
            for name, said in (
                ("size", Text("Size of the break in trend", "趋势偏离程度")),
                ("low_set", Text("Identified set, from", "识别集下界")),
                ("high_set", Text("Identified set, to", "识别集上界")),
                ("low", Text("2.5 % point", "2.5%分位")),
                ("high", Text("97.5 % point", "97.5%分位")),
            )
        ),
        Text("Rambachan & Roth (2023)", "Rambachan和Roth（2023）"),
        note,
    )


def false_date(panel: Panel, shift: int, estimator: Estimator = "callaway_santanna") -> Evaluation:
    """Pretend the treatment came `shift` periods earlier, with what came after it left out.

    An effect where there was none yet is a warning: the groups were parting before.

    Raises
    ------
    StudyError
        The shift is no period at all, or none is left before the false date.
    """
    if shift < 1:
        raise StudyError(
            Text(
                f"A false date {shift} periods earlier is no earlier one.",
                f"虚拟时间须早于真实时间：{shift}。",
            ),
            Text("Shift it by 1 period or more.", "请至少提前1期。"),
        )
    starts = panel.frame["cohort"]
    data = panel.frame[(starts == NEVER) | (panel.frame["time"] < starts)]
    last = int(data.loc[data["cohort"] != NEVER, "time"].max())
    data = data[data["time"] <= last].assign(
        cohort=lambda f: np.where(f["cohort"] == NEVER, NEVER, f["cohort"] - shift)
    )
    known = (data["cohort"] == NEVER) | (data["cohort"] > data["time"].min())
    # cohorts leave the panel at their true date, so it may have gaps by design
    checked = check_panel(
        data[known],
        outcome="outcome",
        unit="unit",
        time="time",
        cohort="cohort",
        cluster="cluster",
        gaps=len(panel.cohorts) > 1,
    )
    found = event_study(checked, estimator=estimator)
    return replace(found, outcome=panel.outcome, settings={**found.settings, "shift": shift})


def leave_one_out(panel: Panel, estimator: Estimator = "callaway_santanna") -> Result:
    """Estimate again without each treated cluster in turn: does the effect hang on one of them?

    Returns
    -------
    Result ``leave_one_out``: left_out, effect, low, high.
    """
    inside = panel.frame.groupby("cluster")["cohort"].max()
    rows = []
    for name in inside.index[inside != NEVER]:
        rest = panel.frame[panel.frame["cluster"] != name]
        if not bool((rest["cohort"] != NEVER).any()):
            continue
        part = replace(panel, frame=rest.reset_index(drop=True))
        found = event_study(part, estimator=estimator)
        rows.append((str(name), found.effect, found.low, found.high))
    if not rows:
        raise StudyError(
            Text(
                "One cluster only is treated: nothing is left without it.",
                "只有一个聚类受处理，剔除后无可估计。",
            ),
            Text("Use synthetic_control and its placebos.", "请使用synthetic_control及其安慰剂检验。"),
        )
    frame = pd.DataFrame(rows, columns=["left_out", "effect", "low", "high"])
    signs = np.sign(frame["effect"]).nunique() == 1
    return Result(
        "leave_one_out",
        Text("Effect without each treated cluster", "逐一剔除处理聚类后的效应"),
        frame,
        (
            Column("left_out", Text("Left out", "剔除"), "text"),
            Column("effect", Text("Effect", "效应"), "number", "", "estimated"),
            Column("low", Text("2.5 % point", "2.5%分位"), "number", "", "estimated"),
            Column("high", Text("97.5 % point", "97.5%分位"), "number", "", "estimated"),
        ),
        Text("The same estimate on all but one treated cluster.", "剔除一个处理聚类后重新估计。"),
        Text("The sign never changes.", "符号始终不变。")
        if signs
        else Text("The sign changes when one is left out.", "剔除某一聚类后符号改变。"),
    )


def reassigned(
    panel: Panel, draws: int = 999, seed: int = 0, estimator: Estimator = "callaway_santanna"
) -> tuple[float, Result]:
    """Randomisation inference: deal out the clusters' dates anew and see how often as much is found.

    Parameters
    ----------
    panel : Panel
    draws, seed : int

    Returns
    -------
    (p-value: (1 + draws at least as large) / (1 + draws); Result ``reassigned``: draw, effect)

    References
    ----------
    Fisher (1935); Young (2019), Quarterly Journal of Economics 134.
    """
    dates = panel.frame.groupby("cluster", sort=True)["cohort"].first()
    if bool((panel.frame.groupby("cluster")["cohort"].nunique() > 1).any()):
        raise StudyError(
            Text(
                "Units of one cluster differ in their date: dates cannot be dealt out among clusters.",
                "同一聚类内处理时间不同，无法在聚类间重新分配。",
            ),
            Text("Cluster by what the policy was given to.", "请按政策授予对象聚类。"),
        )
    rng = np.random.default_rng(seed)
    dealt = [rng.permutation(dates.to_numpy()) for _ in range(draws)]
    quick = estimator == "callaway_santanna" and panel.balanced and not panel.covariates
    if quick:
        wide = panel.frame.pivot(index="unit", columns="time", values="outcome")
        inside = panel.frame.groupby("unit")["cluster"].first().reindex(wide.index)
        place = pd.Index(dates.index).get_indexer(pd.Index(inside))
        values, times = wide.to_numpy(), wide.columns.to_numpy()
        actual = average_effect(values, times, dates.to_numpy()[place])
        found = np.array([average_effect(values, times, d[place]) for d in dealt])
    else:
        actual = event_study(panel, estimator=estimator).effect
        found = np.array(
            [
                event_study(
                    replace(
                        panel,
                        frame=panel.frame.assign(
                            cohort=panel.frame["cluster"]
                            .map(dict(zip(dates.index, d, strict=True)))
                            .astype(int)
                        ),
                    ),
                    estimator=estimator,
                ).effect
                for d in dealt
            ]
        )
    p = float((1 + (np.abs(found) >= abs(actual)).sum()) / (1 + draws))
    return p, Result(
        "reassigned",
        Text("Effects under reassigned dates", "随机重新分配处理后的效应"),
        pd.DataFrame({"draw": np.arange(1, draws + 1), "effect": found}),
        (
            Column("draw", Text("Draw", "抽样"), "text"),
            Column("effect", Text("Effect", "效应"), "number", "", "estimated"),
        ),
        Text(
            f"Dates dealt out anew among clusters, {draws} times (seed {seed}).",
            f"处理时间在聚类间随机重新分配{draws}次（种子{seed}）。",
        ),
        Text(f"p = {p:.3g}.", f"p={p:.3g}。"),
    )


def average_effect(values: Array, times: Array, cohort: Array) -> float:
    r"""Callaway and Sant'Anna's average effect on a balanced panel without covariates, in closed form.

    .. math:: ATT(g,t) = \overline{(y_t - y_{g-1})}_{g} - \overline{(y_t - y_{g-1})}_{\infty}, \qquad
              ATT = \sum_{t \ge g} n_g ATT(g,t) / \sum_{t \ge g} n_g

    Parameters
    ----------
    values : array [units, times]
    times : array [times]
        In order.
    cohort : array [units]
        First treated time; 0 for never.
    """
    never = values[cohort == NEVER].mean(0)
    total = weight = 0.0
    for start in np.unique(cohort[(cohort != NEVER) & (cohort <= times[-1])]):
        after = times >= start
        base = int(np.flatnonzero(times < start)[-1])
        own = values[cohort == start]
        gain = (own.mean(0) - own[:, base].mean()) - (never - never[base])
        total += len(own) * float(gain[after].sum())
        weight += len(own) * int(after.sum())
    return total / weight


def wild_bootstrap(panel: Panel, draws: int = 999, seed: int = 0) -> Evaluation:
    """Two-way fixed effects with a wild cluster bootstrap, for few clusters and one date of treatment.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90. By diff-diff.
    """
    plain = event_study(panel, estimator="two_way")
    start = panel.cohorts[0]
    data = panel.frame.assign(
        treated=(panel.frame["cohort"] != NEVER).astype(int), post=(panel.frame["time"] >= start).astype(int)
    )
    warned: list[str] = []
    options: dict[str, Any] = {"n_bootstrap": draws, "seed": seed}
    with told(warned):
        found = (
            estimators()
            .TwoWayFixedEffects(cluster="cluster", inference="wild_bootstrap", **options)
            .fit(
                data,
                "outcome",
                "treated",
                post="post",
                unit="unit",
                covariates=list(panel.covariates) or None,
            )
        )
    low, high = (float(v) for v in found.conf_int)
    return replace(
        plain,
        error=float(found.se),
        low=low,
        high=high,
        p=float(found.p_value),
        settings={**plain.settings, "draws": draws, "seed": seed},
        checks=(
            *(c for c in plain.checks if c.code != "clusters"),
            Check(
                "clusters",
                None,
                float(panel.clusters),
                Text("Wild bootstrap over {n} clusters.", "对{n}个聚类作野自助法检验。").format(
                    n=panel.clusters
                ),
            ),
        ),
    )
