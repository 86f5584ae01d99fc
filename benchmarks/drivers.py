"""Cost and place on the built-in study, and the point of least transport against another optimiser."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from benchmarks.figure import Figure, median_seconds

RUNS, PROBLEMS, PLACES = 3, 200, 60


def measure() -> list[Figure]:
    import hinterland as hl
    from hinterland.potential.drivers import driver_panel, estimate, samples

    study = hl.accounts.complete(hl.open_study("southwest"))
    table = hl.accounts.estimate_mrio(study)
    parts = {
        "unit labour cost": lambda: hl.potential.labour_costs(study),
        "landed-cost ledger with ranges": lambda: hl.potential.landed_cost(study),
        "market potential and access": lambda: hl.potential.market_access(study, table),
        "driver weights with intervals and Shapley shares": lambda: hl.potential.driver_weights(study),
        "Weber points, isodapanes and p-medians": lambda: hl.potential.location(study, table),
    }
    how = f"built-in study, accounts completed, median of {RUNS} after one that warms imports"
    figures = [
        Figure(f"time for {name}", median_seconds(call, RUNS), "s", 3.0, how) for name, call in parts.items()
    ]
    whole = round(sum(float(f.value) for f in figures), 4)
    figures.append(Figure("time for all of cost and place", whole, "s", 5.0, f"sum of the above, {how}"))

    random = np.random.default_rng(1909)
    problems = [(random.normal(size=(PLACES, 2)), random.random(PLACES) ** 3) for _ in range(PROBLEMS)]

    def solve_all() -> list[float]:
        return [hl.potential.weber_point(p, w).cost for p, w in problems]

    each = median_seconds(solve_all, RUNS) / PROBLEMS * 1000
    how = f"{PROBLEMS} random problems of {PLACES} places"
    figures.append(Figure("time for a point of least transport", round(each, 3), "ms", 20.0, how))
    worst = 0.0
    for (p, w), ours in zip(problems, solve_all(), strict=True):
        found = minimize(
            lambda x, p=p, w=w: float(w @ np.linalg.norm(p - x, axis=1)),
            np.average(p, axis=0, weights=w),
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 2000},
        )
        worst = max(worst, ours / float(found.fun) - 1)
    how = f"{how}, scipy's Nelder-Mead to 1e-10, relative"
    figures.append(Figure("largest excess of cost over another optimiser's", worst, "1", 1e-12, how))
    gap = 0.0
    for data in samples(study, driver_panel(study)):
        ours_ = hl.potential.ppml(data.y, data.X, data.groups, offset=data.offset).coefficients
        gap = max(gap, float(np.abs(ours_ - estimate(data, 0.95)["coefficient"].to_numpy()).max()))
    how = "coefficients of the drivers on the built-in study, own Newton against pyfixest's fepois"
    figures.append(Figure("largest gap to pyfixest", gap, "1", 1e-8, how))
    return figures
