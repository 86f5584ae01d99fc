"""The interregional table: estimate, factorise, solve."""

from __future__ import annotations

from benchmarks.figure import Figure, median_seconds

RUNS = 5


def measure() -> list[Figure]:
    import hinterland as hl

    study = hl.accounts.complete(hl.open_study("southwest"))
    table = hl.accounts.estimate_mrio(study)
    cells = f"{len(study.regions)} regions by {len(study.industries)} industries, median of {RUNS}"

    def solve_afresh() -> None:
        hl.accounts.IOTable(table.Z, table.Y, table.V, table.x).multipliers("output")

    return [
        Figure(
            "time to complete the study",
            median_seconds(lambda: hl.accounts.complete(hl.open_study("southwest")), RUNS),
            "s",
            20.0,
            f"open_study and accounts.complete, {cells}",
        ),
        Figure(
            "time to estimate the interregional table",
            median_seconds(lambda: hl.accounts.estimate_mrio(study), RUNS),
            "s",
            20.0,
            f"accounts.estimate_mrio on a completed study, {cells}",
        ),
        Figure(
            "time to factorise and get output multipliers",
            median_seconds(solve_afresh, RUNS),
            "s",
            2.0,
            f"a fresh IOTable and multipliers('output'), {cells}",
        ),
    ]
