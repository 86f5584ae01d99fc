"""Will a target be reached? A random walk with drift, with an interval that its own back-test has widened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast on the scale it was made on.

    Attributes
    ----------
    mean, error : float
        Centre and standard error; of logarithms where `log`.
    freedom : int
        Degrees of freedom of the t distribution.
    log : bool
    """

    mean: float
    error: float
    freedom: int
    log: bool

    def interval(self, confidence: float, factor: float = 1.0) -> tuple[float, float, float]:
        """Return centre, low and high in the indicator's unit; `factor` widens the interval."""
        half = factor * self.error * float(stdtrit(self.freedom, 0.5 + confidence / 2))
        ends = np.array([self.mean, self.mean - half, self.mean + half])
        # beyond e^700 there is no number left to tell
        centre, low, high = (np.exp(np.clip(ends, None, 700)) if self.log else ends).tolist()
        return centre, low, high

    def chance(self, low: float, high: float, factor: float = 1.0) -> float:
        """Return the probability of an outcome from `low` to `high` (NaN: no limit on that side)."""

        def below(limit: float) -> float:
            if self.log:
                limit = np.log(limit) if limit > 0 else -np.inf
            if not self.error:
                return float(limit > self.mean)
            return float(stdtr(self.freedom, (limit - self.mean) / (factor * self.error)))

        under = 0.0 if np.isnan(low) else below(low)
        return (1.0 if np.isnan(high) else below(high)) - under


def drift_forecast(values: np.ndarray, steps: int) -> Forecast:
    r"""Forecast a series by its mean change (Hyndman & Athanasopoulos 2021, 5.2 and 5.5).

    .. math::

       \hat y_{n+h} = y_n + h \bar d, \qquad d_i = y_i - y_{i-1}, \qquad
       s_h^2 = s_d^2 \, h \left(1 + \frac{h}{n - 1}\right)

    with :math:`\bar d` and :math:`s_d^2` the mean and variance of the n - 1 changes and a t distribution with
    n - 2 degrees of freedom: exact for a random walk with drift. Logarithms are taken where all figures are
    positive, so that changes are growth.

    Parameters
    ----------
    values : array, shape (n,)
        Figures of successive periods, n at least 3, none missing.
    steps : int
        h, periods ahead, at least 1.

    Raises
    ------
    ValueError
        For fewer than three figures, a missing one, or no step ahead.
    """
    n = len(values)
    if n < 3 or steps < 1 or not np.isfinite(values).all():
        raise ValueError("a forecast needs three figures, all known, and a step ahead")
    log = bool((values > 0).all())
    y = np.log(values) if log else values
    changes = np.diff(y)
    error = float(changes.std(ddof=1) * np.sqrt(steps * (1 + steps / (n - 1))))
    return Forecast(float(y[-1] + steps * changes.mean()), error, n - 2, log)


@dataclass(frozen=True, slots=True)
class BackTest:
    """What earlier forecasts would have come to.

    Attributes
    ----------
    cases : int
        Forecasts with a known outcome.
    covered : float
        Share of the outcomes within the interval as the model gives it; NaN without cases.
    factor : float
        By how much the interval must be widened to hold the share it promises; never below 1.
    mean_error : float
        Mean absolute error of the centre, as a share of the outcome; NaN without cases.
    """

    cases: int
    covered: float
    factor: float
    mean_error: float


def back_test(series: list[np.ndarray], steps: int, confidence: float, least: int) -> BackTest:
    r"""Forecast every series from every earlier period and hold the intervals against the outcomes.

    The factor is the quantile of
    :math:`\lvert y_{n+h} - \hat y_{n+h} \rvert / (s_h t_{n-2})` at the wanted confidence over all series and
    origins, by rank :math:`\lceil (m + 1) c \rceil` as in split conformal prediction (Lei et al. 2018, JASA
    113), and 1 where that is less or where there are too few cases for that rank. Errors of
    overlapping forecasts are not independent, so this is a calibration and no guarantee.

    Parameters
    ----------
    series : list of array
        Figures of successive periods of each region.
    steps : int
        Periods ahead.
    confidence : float
        Share that the interval promises, in (0, 1).
    least : int
        Figures that a forecast needs at least.
    """
    scaled, errors = [], []
    for values in series:
        for end in range(least, len(values) - steps + 1):
            made = drift_forecast(values[:end], steps)
            outcome = values[end + steps - 1]
            centre, _low, _high = made.interval(confidence)
            truth = np.log(outcome) if made.log and outcome > 0 else outcome
            half = made.error * float(stdtrit(made.freedom, 0.5 + confidence / 2))
            if made.log and outcome <= 0:
                scaled.append(np.inf)
            else:
                gap = abs(truth - made.mean)
                scaled.append(gap / half if half > 0 else (0.0 if gap == 0 else np.inf))
            if outcome:
                errors.append(abs(centre - outcome) / abs(outcome))
    m = len(scaled)
    if not m:
        return BackTest(0, np.nan, 1.0, np.nan)
    ordered = np.sort(np.array(scaled))
    rank = int(np.ceil((m + 1) * confidence))
    factor = max(1.0, float(ordered[rank - 1])) if rank <= m and np.isfinite(ordered[rank - 1]) else 1.0
    return BackTest(
        m,
        float((ordered <= 1).mean()),
        factor,
        float(np.mean(errors)) if errors else np.nan,
    )
