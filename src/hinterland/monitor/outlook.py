"""What comes of it: control charts, forecasts to the targets, and early warnings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.monitor.control import RULES, centre_and_sigma, cusum, ewma, run_rules
from hinterland.monitor.forecast import BackTest, back_test, drift_forecast
from hinterland.monitor.periods import count_of, end_of, per_year
from hinterland.monitor.progress import table
from hinterland.monitor.system import Monitored
from hinterland.study import Kind, Result, Text

_CHARTS = Text(
    "Change on the period before (growth where all figures are positive). Centre and limits from the first "
    "changes alone: individuals with moving ranges, EWMA and CUSUM (Montgomery 2013); run rules of Western "
    "Electric (1956) and Nelson (1984)",
    "较上期变化（数值均为正时为增长率）。中心线与界限仅由最初若干期变化确定：单值—移动极差图、EWMA、CUSUM"
    "（Montgomery 2013）；判异规则取自西部电气（1956）与Nelson（1984）",
)
_FORECASTS = Text(
    "Random walk with drift, t interval, widened by the factor that the back-test over all regions asks for",
    "带漂移的随机游走，t分布区间，并按全部地区回溯检验所需系数放宽",
)


def _unbroken(known: pd.DataFrame) -> pd.DataFrame:
    """Return the last run of successive periods of one kind: nothing is filled in."""
    periods = [str(p) for p in known["period"]]
    start = len(periods) - 1
    while start > 0 and per_year(periods[start]) == per_year(periods[start - 1]) and (
        count_of(periods[start]) - count_of(periods[start - 1]) == 1
    ):  # fmt: skip
        start -= 1
    return known.iloc[max(start, 0) :]


def control_frame(made: Monitored, time: float) -> pd.DataFrame:
    """Return the control charts of the hosts' indicators up to a time.

    Returns
    -------
    DataFrame
        region, monitored, period, change, centre, lower, upper, ewma, ewma_lower, ewma_upper, cusum_up,
        cusum_down, cusum_limit, reference, signal (a rule's code, "ewma", "cusum" or ""), adverse (whether
        the signal is to the bad side). Series with too few changes beyond the reference are left out.
    """
    study = made.study
    first, weight, width, allowance, limit = (
        float(study.parameter(f"monitor.{name}"))
        for name in (
            *("reference_periods", "ewma_weight", "ewma_width"),
            *("cusum_allowance", "cusum_limit"),
        )
    )
    m = int(first)
    parts = []
    for code in made.codes:
        sign = {"more": 1.0, "less": -1.0}.get(made.direction(code), 0.0)
        for region in study.hosts:
            known = _unbroken(made.series(code, region, time))
            values = known["value"].to_numpy(dtype=float)
            if len(values) < m + 2:
                continue
            x = values[1:] / values[:-1] - 1 if (values > 0).all() else np.diff(values)
            centre, sigma = centre_and_sigma(x[:m])
            if not sigma > 0:
                continue
            z = (x - centre) / sigma
            smooth, sums = ewma(x, centre, sigma, weight, width), cusum(x, centre, sigma, allowance)
            broken = run_rules(z)
            signal, side = [], []
            for i in range(len(x)):
                named = [rule for k, rule in enumerate(RULES) if broken[k, i]]
                if not smooth[1, i] <= smooth[0, i] <= smooth[2, i]:
                    named.append("ewma")
                if (sums[:, i] > limit * sigma).any():
                    named.append("cusum")
                # the reference defines what is usual: it cannot be unusual itself
                signal.append(named[0] if named and i >= m else "")
                side.append(float(np.sign(smooth[0, i] - centre)) if named else 0.0)
            parts.append(
                pd.DataFrame(
                    {
                        "region": region,
                        "monitored": code,
                        "period": known["period"].iloc[1:].to_numpy(),
                        "change": x,
                        "centre": centre,
                        "lower": centre - 3 * sigma,
                        "upper": centre + 3 * sigma,
                        "ewma": smooth[0],
                        "ewma_lower": smooth[1],
                        "ewma_upper": smooth[2],
                        "cusum_up": sums[0],
                        "cusum_down": sums[1],
                        "cusum_limit": limit * sigma,
                        "reference": np.arange(len(x)) < m,
                        "signal": signal,
                        "adverse": [bool(s) and sign * d < 0 for s, d in zip(signal, side, strict=True)],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_CONTROL))


_CONTROL: dict[str, tuple[Kind, str, bool]] = {
    "region": ("region", "", False),
    "monitored": ("code", "", False),
    "period": ("text", "", False),
    "change": ("number", "", True),
    "centre": ("number", "", True),
    "lower": ("number", "", True),
    "upper": ("number", "", True),
    "ewma": ("number", "", True),
    "ewma_lower": ("number", "", True),
    "ewma_upper": ("number", "", True),
    "cusum_up": ("number", "", True),
    "cusum_down": ("number", "", True),
    "cusum_limit": ("number", "", True),
    "reference": ("flag", "", False),
    "signal": ("code", "", False),
    "adverse": ("flag", "", False),
}


def control(made: Monitored, period: str, frame: pd.DataFrame) -> Result:
    """Return the table ``monitor_control``: control charts of the hosts' indicators."""
    m = int(made.study.parameter("monitor.reference_periods"))
    note = Text(
        "The first {m} changes of a series are its reference; with so few the limits themselves are "
        "uncertain, and one series in several gives a signal by chance. A signal asks for a look and proves "
        "nothing.",
        "每个序列最初{m}期变化为参照；期数如此之少，界限本身并不确定，若干序列中会有一个偶然发出信号。"
        "信号提示应予核查，并不构成证明。",
    ).format(m=m)
    return table(
        made.study, "monitor_control", Text("Control charts of the changes", "变化的控制图"), frame, _CONTROL,
        _CHARTS, note, period,
    )  # fmt: skip


def outlook_frames(made: Monitored, period: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the forecasts to the targets still ahead, and the back-tests behind their intervals.

    Returns
    -------
    outlook : DataFrame
        region, monitored, period, target_year, target, forecast, forecast_low, forecast_high, chance, verdict
        (likely, open or unlikely), unit.
    tests : DataFrame
        monitored, horizon, cases, covered_share, promised, factor, mean_error.
    """
    study, time = made.study, end_of(period)
    confidence, likely, unlikely = (
        float(study.parameter(f"monitor.{name}")) for name in ("confidence", "likely", "unlikely")
    )
    least = int(study.parameter("monitor.least_periods"))
    tests: dict[tuple[str, int], BackTest] = {}
    rows = []
    for row in frame.to_dict("records"):
        known = _unbroken(made.series(row["monitored"], row["region"], time))
        if len(known) < least or not np.isfinite(row["target_year"]):
            continue
        kind = per_year(str(known["period"].iloc[-1]))
        steps = round((row["target_year"] + 1.0 - float(known["time"].iloc[-1])) * kind)
        if steps < 1:
            continue
        key = (row["monitored"], steps)
        if key not in tests:
            others = [
                _unbroken(made.series(row["monitored"], region, time))["value"].to_numpy(dtype=float)
                for region in study.regions
            ]
            tests[key] = back_test([s for s in others if len(s)], steps, confidence, least)
        made_one = drift_forecast(known["value"].to_numpy(dtype=float), steps)
        factor = tests[key].factor
        centre, low, high = made_one.interval(confidence, factor)
        direction = made.direction(row["monitored"])
        limits = {
            "more": (row["target"], np.nan),
            "less": (np.nan, row["target"]),
            "band": (row["low"], row["high"]),
        }[direction]
        if np.isnan(limits).all():
            continue  # a growth without a base has no figure to be reached
        chance = made_one.chance(*limits, factor)
        verdict = "likely" if chance >= likely else "unlikely" if chance < unlikely else "open"
        named = [row[name] for name in ("region", "monitored", "period", "target_year", "target")]
        rows.append([*named, centre, low, high, chance, verdict, row["unit"]])
    outlook = pd.DataFrame(rows, columns=list(_OUTLOOK))
    checked = pd.DataFrame(
        [
            [code, steps, t.cases, t.covered, confidence, t.factor, t.mean_error]
            for (code, steps), t in tests.items()
        ],
        columns=list(_TESTS),
    )
    return outlook, checked


_OUTLOOK: dict[str, tuple[Kind, str, bool]] = {
    "region": ("region", "", False),
    "monitored": ("code", "", False),
    "period": ("text", "", False),
    "target_year": ("year", "", False),
    "target": ("number", "", True),
    "forecast": ("number", "", True),
    "forecast_low": ("number", "", True),
    "forecast_high": ("number", "", True),
    "chance": ("share", "", True),
    "verdict": ("code", "", False),
    "unit": ("text", "", False),
}
_TESTS: dict[str, tuple[Kind, str, bool]] = {
    "monitored": ("code", "", False),
    "horizon": ("number", "", True),
    "cases": ("number", "", True),
    "covered_share": ("share", "", True),
    "promised": ("share", "", True),
    "factor": ("number", "", True),
    "mean_error": ("share", "", True),
}


def outlook(made: Monitored, period: str, frames: tuple[pd.DataFrame, pd.DataFrame]) -> list[Result]:
    """Return the tables ``monitor_outlook`` and ``monitor_backtest``."""
    share = float(made.study.parameter("monitor.confidence"))
    note = Text(
        "The forecast goes on as before and knows of no measure taken since. Intervals are to hold {c:.0%}.",
        "预测按既往趋势外推，不含此后采取的措施。区间按{c:.0%}设定。",
    ).format(c=share)
    tested = Text(
        "Forecasts from every earlier year of every region against what came; they overlap, so that this "
        "calibrates and does not prove.",
        "自各地区以往每一年作出的预测与实际结果相比；各次预测相互重叠，故仅作校准，不构成证明。",
    )
    return [
        table(
            made.study, "monitor_outlook", Text("Will the targets be reached?", "目标能否达成"), frames[0],
            _OUTLOOK, _FORECASTS, note, period,
        ),
        table(
            made.study, "monitor_backtest", Text("How good such forecasts were", "此类预测的以往表现"),
            frames[1], _TESTS, _FORECASTS, tested, period,
        ),
    ]  # fmt: skip
