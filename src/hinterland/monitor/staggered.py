"""Did it work, where many units are treated, at one time or at several? Event studies on a checked panel."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from hinterland.monitor.evaluation import Check, Evaluation
from hinterland.monitor.panel import Panel, as_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.study import StudyError, Text

Estimator = Literal["callaway_santanna", "sun_abraham", "imputation", "two_way"]

# Sun-Abraham and two-way fixed effects hold a column for every cohort and time: beyond this many rows they
# are not for a desk's computer, and Callaway-Sant'Anna or imputation are asked for instead.
ROWS = 500_000
LEVEL = 0.05
# Fewer clusters than this, and standard errors that rest on their number are too small (Cameron et al. 2008).
CLUSTERS = 30


def estimators() -> ModuleType:
    """Return the package of estimators.

    Raises
    ------
    StudyError
        It is not installed.
    """
    try:
        import diff_diff
    except ModuleNotFoundError as error:
        raise StudyError(
            Text("Causal evaluation needs the package diff-diff.", "因果评估需要diff-diff软件包。"),
            Text(
                'Install it: pip install "hinterland[evaluate]".',
                '请安装：pip install "hinterland[evaluate]"。',
            ),
        ) from error
    found: ModuleType = diff_diff
    return found


@contextlib.contextmanager
def told(warned: list[str]) -> Iterator[None]:
    """Keep what an estimator warns of, and turn its refusals into ours."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except (ValueError, np.linalg.LinAlgError) as error:
            raise StudyError(
                Text(f"The estimator refuses these data: {error}", f"估计方法无法用于该数据：{error}"),
                Text("Mend the panel, or choose another method.", "请修正面板，或改用其他方法。"),
            ) from error
    warned += [str(w.message) for w in caught if issubclass(w.category, UserWarning)]


def event_study(
    frame: pd.DataFrame | Panel,
    *,
    outcome: str = "",
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    estimator: Estimator = "callaway_santanna",
    anticipation: int = 0,
) -> Evaluation:
    """Estimate the average effect on the treated and its path around the treatment.

    Parameters
    ----------
    frame : DataFrame or Panel
        As `check_panel` takes it, or what it returned.
    outcome, unit, time, cohort, cluster, covariates, anticipation
        See `check_panel`.
    estimator : str
        "callaway_santanna" (doubly robust, never-treated controls), "sun_abraham", "imputation" (Borusyak,
        Jaravel & Spiess), "two_way" (fixed effects; right only where effects are alike, shown beside the
        others).

    Returns
    -------
    Evaluation
        Leads (negative times) are reckoned against the period before the treatment.

    Raises
    ------
    StudyError
        The panel cannot be evaluated; the estimator is not known, not installed, or refuses the data; too
        many rows for it.

    References
    ----------
    Callaway & Sant'Anna (2021), Journal of Econometrics 225; Sun & Abraham (2021), ibid.; Borusyak, Jaravel &
    Spiess (2024), Review of Economic Studies 91. By the package diff-diff.
    """
    if estimator not in get_args(Estimator):
        raise StudyError(
            Text(f"There is no estimator '{estimator}'.", f"没有名为“{estimator}”的估计方法。"),
            Text(
                f"Choose from: {', '.join(get_args(Estimator))}.", f"可选：{'、'.join(get_args(Estimator))}。"
            ),
        )
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
    if estimator in ("sun_abraham", "two_way") and len(panel.frame) > ROWS:
        raise StudyError(
            Text(
                f"{len(panel.frame):,} rows are too many for {estimator} on this kind of computer.",
                f"{len(panel.frame):,}行数据对{estimator}而言过大。",
            ),
            Text(
                'Use estimator="callaway_santanna" or "imputation".', "请用 callaway_santanna 或 imputation。"
            ),
        )
    warned: list[str] = []
    made = {
        "callaway_santanna": _callaway_santanna,
        "sun_abraham": _sun_abraham,
        "imputation": _imputation,
        "two_way": _two_way,
    }[estimator]
    with told(warned):
        found, dynamic, groups = made(panel, anticipation)
    low, high = found.overall_conf_int if hasattr(found, "overall_conf_int") else found.conf_int
    return Evaluation(
        estimator,
        panel.outcome,
        float(found.att),
        float(found.se),
        float(low),
        float(high),
        float(found.p_value),
        dynamic,
        groups,
        (_leads(dynamic, anticipation, _fewer(panel)), _enough_clusters(panel), *_warned(warned)),
        panel.facts(),
        {"estimator": estimator, "anticipation": anticipation, "covariates": list(panel.covariates)},
        panel.hash,
        found,
    )


_PATH = ["event_time", "effect", "error", "low", "high"]


def _path(effects: dict[int, dict[str, Any]]) -> pd.DataFrame:
    rows = [
        (int(k), float(v["effect"]), float(v["se"]), *(float(c) for c in v["conf_int"]))
        for k, v in sorted(effects.items())
        if float(v["se"]) > 0
    ]
    return pd.DataFrame(rows, columns=_PATH)


def _callaway_santanna(panel: Panel, anticipation: int) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    found = (
        estimators()
        .CallawaySantAnna(
            anticipation=anticipation,
            cluster=_cluster(panel),
            allow_unbalanced_panel=not panel.balanced,
            base_period="universal",  # leads against the one period before, as the bounds need them
        )
        .fit(panel.frame, "outcome", "unit", "time", "cohort", covariates=list(panel.covariates) or None)
    )
    path = found.aggregate("event_study").to_dataframe()
    names = ["att", "se", "conf_int_lower", "conf_int_upper"]
    dynamic = path.loc[~path["is_reference"], ["event_time", *names]].set_axis(_PATH, axis=1)
    dynamic = dynamic[dynamic["error"] > 0].reset_index(drop=True)
    by = found.aggregate("group").to_dataframe()[["label", *names]]
    groups = by.set_axis(["cohort", *_PATH[1:]], axis=1).astype({"cohort": int})
    return found, dynamic, groups


def _sun_abraham(panel: Panel, anticipation: int) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    found = (
        estimators()
        .SunAbraham(anticipation=anticipation, cluster=_cluster(panel))
        .fit(panel.frame, "outcome", "unit", "time", "cohort", covariates=list(panel.covariates) or None)
    )
    return found, _path(found.event_study_effects), _no_groups()


def _imputation(panel: Panel, anticipation: int) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    found = (
        estimators()
        .ImputationDiD(anticipation=anticipation, cluster=_cluster(panel), pretrends=True)
        .fit(
            panel.frame,
            "outcome",
            "unit",
            "time",
            "cohort",
            covariates=list(panel.covariates) or None,
            aggregate="event_study",
        )
    )
    return found, _path(found.event_study_effects), _no_groups()


def _two_way(panel: Panel, anticipation: int) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    if len(panel.cohorts) > 1:
        raise StudyError(
            Text(
                f"Treatment starts at {len(panel.cohorts)} times: two-way fixed effects would compare "
                "treated with treated.",
                f"处理始于{len(panel.cohorts)}个不同时间：双向固定效应会以已处理者作对照。",
            ),
            Text('Use estimator="callaway_santanna".', '请用 estimator="callaway_santanna"。'),
        )
    start = panel.cohorts[0] - anticipation
    data = panel.frame.assign(
        treated=(panel.frame["cohort"] != NEVER).astype(int), post=(panel.frame["time"] >= start).astype(int)
    )
    package = estimators()
    found = package.TwoWayFixedEffects(cluster="cluster").fit(
        data, "outcome", "treated", post="post", unit="unit", covariates=list(panel.covariates) or None
    )
    path = package.MultiPeriodDiD(cluster="cluster").fit(
        data,
        "outcome",
        "treated",
        "time",
        post_periods=[t for t in panel.times if t >= start],
        reference_period=max(t for t in panel.times if t < start),
        unit="unit",
    )
    rows = [
        (int(k) - panel.cohorts[0], float(e.effect), float(e.se), *(float(c) for c in e.conf_int))
        for k, e in sorted(path.period_effects.items())
    ]
    return found, pd.DataFrame(rows, columns=_PATH), _no_groups()


def _cluster(panel: Panel) -> str | None:
    return None if panel.cluster == panel.unit else "cluster"


def _no_groups() -> pd.DataFrame:
    return pd.DataFrame(columns=["cohort", *_PATH[1:]])


def _leads(dynamic: pd.DataFrame, anticipation: int, fewer: int) -> Check:
    """Hold the leads against zero, each at the level shared out among them (Bonferroni).

    Where one cluster is alone on a side their errors are blind, and nothing is told.
    """
    leads = dynamic[(dynamic["event_time"] < -anticipation) & (dynamic["error"] > 0)]
    if leads.empty:
        return Check(
            "leads",
            None,
            np.nan,
            Text(
                "There is no period before the treatment to look for a trend in.",
                "处理前没有可供检验趋势的时期。",
            ),
        )
    if fewer < 2:
        return Check(
            "leads",
            None,
            np.nan,
            Text(
                "With one cluster alone on a side the leads cannot be tested.",
                "一侧只有一个聚类，无法检验提前期。",
            ),
        )
    from scipy.stats import norm

    p = 2 * norm.sf(np.abs(leads["effect"] / leads["error"]))
    worst = float(min(1.0, p.min() * len(p)))
    holds = worst >= LEVEL
    return Check(
        "leads",
        holds,
        worst,
        Text(
            "Before it the treated and the others moved alike, as far as {n} leads can tell (p = {p}).",
            "处理前，处理组与对照组走势一致（{n}个提前期检验，p={p}）。",
        ).format(n=len(p), p=f"{worst:.2g}")
        if holds
        else Text(
            "The treated moved differently before the treatment (p = {p}).",
            "处理前处理组走势已不同（p={p}）。",
        ).format(p=f"{worst:.2g}"),
    )


def _treated_clusters(panel: Panel) -> int:
    return int((panel.frame.groupby("cluster")["cohort"].max() != NEVER).sum())


def _fewer(panel: Panel) -> int:
    """Clusters on the side, treated or not, that has fewer."""
    treated = _treated_clusters(panel)
    return min(treated, panel.clusters - treated) if panel.clusters > treated else treated


def _enough_clusters(panel: Panel) -> Check:
    treated, fewer = _treated_clusters(panel), _fewer(panel)
    # one alone on a side does not tell how much such a one varies (Conley & Taber 2011): errors are blind
    holds = False if fewer < 2 else None if panel.clusters < CLUSTERS or fewer < 5 else True
    return Check(
        "clusters",
        holds,
        float(panel.clusters),
        Text("{n} clusters, {t} of them treated.", "共{n}个聚类，其中{t}个受处理。").format(
            n=panel.clusters, t=treated
        )
        + (
            Text("", "")
            if holds
            else Text(
                " With one alone on a side the interval does not know how much such a one varies by itself: "
                "use synthetic_control and its placebos.",
                "一侧只有一个聚类，区间无法反映其自身波动：请使用合成控制及其安慰剂检验。",
            )
            if holds is False
            else Text(
                " With so few the interval may be too narrow: see the wild bootstrap and the placebos.",
                "聚类过少，区间可能偏窄：请参看野自助法与安慰剂检验。",
            )
        ),
    )


def _warned(warned: Sequence[str]) -> list[Check]:
    return [Check("estimator", None, np.nan, Text.same(text)) for text in dict.fromkeys(warned)]
