"""Control charts: published answers beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hinterland.monitor.control import cusum, ewma, run_rules
from hinterland.monitor.system import preset_indicators

Row = tuple[str, float, float, float, str]

# Montgomery (2013), table 9.1
_SHIFTED = np.array(
    [
        *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
        *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
        *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
    ]
)


def monitoring() -> Iterator[Row]:
    """What, published, ours, tolerance (half the last decimal printed, or of simulation), source."""
    book = "Montgomery (2013), Introduction to Statistical Quality Control, table 9.{}"
    up = cusum(_SHIFTED, 10, 1, 0.5)[0]
    yield "CUSUM of 30 figures, upper sum at the 29th", 5.28, round(float(up[28]), 9), 5e-3, book.format(2)
    yield "CUSUM of 30 figures, first beyond 5", 29, float(np.flatnonzero(up > 5)[0] + 1), 0, book.format(2)
    z = ewma(_SHIFTED, 10, 1, 0.1, 2.7)[0]
    yield "EWMA of 30 figures, at the 29th", 10.6468, round(float(z[28]), 9), 5e-5, book.format(10)
    broken = run_rules(np.random.default_rng(7).standard_normal((4000, 700)))[:4].any(axis=0)
    lengths = np.where(broken.any(axis=1), broken.argmax(axis=1) + 1, broken.shape[1])
    yield (
        "Figures to a false alarm, four Western Electric rules (4,000 simulated charts)",
        91.75,
        round(float(lengths.mean()), 2),
        round(4 * float(lengths.std()) / len(lengths) ** 0.5, 2),
        "Champ & Woodall (1987), Technometrics 29(4)",
    )
    measures = "People's Government of Anhui Province (2010), 皖政办秘〔2010〕126号, annex 2"
    table = preset_indicators()
    yield "Wanjiang measures: indicators", 20, float(len(table)), 0, measures
    yield "Wanjiang measures: sum of target weights", 100, float(table["target_weight"].sum()), 0, measures
    yield "Wanjiang measures: sum of result weights", 100, float(table["result_weight"].sum()), 0, measures
