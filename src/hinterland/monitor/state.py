"""The state of a programme in a period: all of monitoring's tables at once, and what changed since."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hinterland.monitor.early_warnings import warning_frame, warnings
from hinterland.monitor.outlook import control, control_frame, outlook, outlook_frames
from hinterland.monitor.periods import end_of
from hinterland.monitor.progress import chosen_period, progress, progress_frame, scores, scores_frame
from hinterland.monitor.system import Monitored, monitored
from hinterland.study import Result, Study

_SHOWN = 5
"""Periods of scores that are shown."""


@dataclass(frozen=True)
class State:
    """Everything that monitoring says of one period.

    Attributes
    ----------
    monitored : Monitored
    period : str
    last : str or None
        The period before, None where there is none.
    progress, before : DataFrame
        Standing in the period and in the last one (empty without one).
    results : dict of Result
        monitor_progress, monitor_scores, monitor_outlook, monitor_backtest, monitor_control and
        monitor_warnings.
    """

    monitored: Monitored
    period: str
    last: str | None
    progress: pd.DataFrame
    before: pd.DataFrame
    results: dict[str, Result]

    def turned(self) -> pd.DataFrame:
        """Return the lights that differ from the last period's: region, monitored, light_before, light."""
        columns = ["region", "monitored", "light_before", "light"]
        if self.before.empty:
            return pd.DataFrame(columns=columns)
        now, then = (f.set_index(["region", "monitored"])["light"] for f in (self.progress, self.before))
        both = pd.DataFrame({"light_before": then, "light": now}).dropna()
        return both[both["light_before"] != both["light"]].reset_index()[columns]


def state(study: Study, period: str | None = None, entry: int | None = None) -> State:
    """Return the state of monitoring in a period (the newest unless given).

    Parameters
    ----------
    study : Study
    period : str, optional
        As `periods.read_period` reads it.
    entry : int, optional
        Last entry of the ledger to know of: the state as it was known then.

    Raises
    ------
    StudyError
        The study monitors nothing, something is wrong with its tables, or there are no figures of the period.
    """
    made = monitored(study, entry)
    now = chosen_period(made, period)
    earlier = [p for p in made.periods if end_of(p) < end_of(now)]
    frames = {p: progress_frame(made, p) for p in [*earlier[-(_SHOWN - 1) :], now]}
    frame = frames[now]
    last = earlier[-1] if earlier else None
    forecasts = outlook_frames(made, now, frame)
    charts = control_frame(made, end_of(now))
    results = [
        progress(made, now, frame),
        scores(made, scores_frame(made, list(frames.items()))),
        warnings(made, now, warning_frame(made, frame, forecasts[0], charts, end_of(now))),
        *outlook(made, now, forecasts),
        control(made, now, charts),
    ]
    before = frames[last] if last is not None else pd.DataFrame()
    return State(made, now, last, frame, before, {r.name: r for r in results})


def monitoring(study: Study, period: str | None = None) -> tuple[Result, ...]:
    """Return the tables of the state of a period (the newest unless given) that hold anything.

    Raises
    ------
    StudyError
        As `state`.
    """
    return tuple(r for r in state(study, period).results.values() if len(r.frame))
