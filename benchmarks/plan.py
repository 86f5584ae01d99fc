"""The phased programme: build, solve, and each point of the frontier."""

from __future__ import annotations

from benchmarks.figure import Figure, median_seconds

RUNS = 3
POINTS = 9


def measure() -> list[Figure]:
    import hinterland as hl

    study = hl.accounts.complete(hl.open_study("southwest"))
    one = median_seconds(lambda: hl.plan.optimise(study), RUNS)
    whole = median_seconds(lambda: hl.plan.frontier(study, points=POINTS), RUNS)
    return [
        Figure("time of one plan", one, "s", 20.0, f"plan.optimise, median of {RUNS}"),
        Figure(
            "time per point of the frontier",
            round(whole / POINTS, 4),
            "s",
            10.0,
            f"plan.frontier with {POINTS} points divided by their number, median of {RUNS}",
        ),
    ]
