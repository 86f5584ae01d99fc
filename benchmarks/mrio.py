"""The interregional table and the impact on it: complete, estimate, factorise, relocate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from benchmarks.figure import Figure, median_seconds

RUNS = 5


def measure() -> list[Figure]:
    import hinterland as hl

    raw = hl.open_study("southwest")
    study = hl.accounts.complete(raw)
    table = hl.accounts.estimate_mrio(study)
    how = f"{len(study.regions)} regions by {len(study.industries)} industries, median of {RUNS}"
    made = table.x > 0
    sold = (table.Z.sum(1) + table.Y.sum(1))[made] / table.x[made]
    bought = (table.Z.sum(0) + table.imports + table.V.sum(0))[made] / table.x[made]
    gap = float(max(np.abs(sold - 1).max(), np.abs(bought - 1).max()))
    phases = [phase.code for phase in study.phases()]
    some = [list(study.transferable), list(study.origins), list(study.hosts), phases]
    output = study["output"].sel(industry=some[0], region=some[1]).transpose("industry", "region").to_numpy()
    size = len(some[2]) * len(phases)
    moves = xr.DataArray(
        np.broadcast_to(0.1 * output[:, :, None, None] / size, [len(k) for k in some]),
        dict(zip(("industry", "origin", "host", "phase"), some, strict=True)),
        ("industry", "origin", "host", "phase"),
    )
    return [
        Figure(
            "time to complete the study",
            median_seconds(lambda: hl.accounts.complete(raw), RUNS),
            "s",
            2.5,
            f"accounts.complete on the opened study, {how}",
        ),
        Figure(
            "time to estimate the interregional table",
            median_seconds(lambda: hl.accounts.estimate_mrio(study), RUNS),
            "s",
            2.5,
            f"accounts.estimate_mrio on a completed study, {how}",
        ),
        Figure(
            "largest gap of a row or column of the interregional table",
            gap,
            "1",
            1e-9,
            "relative to the output of each industry of each region",
        ),
        Figure(
            "time to factorise and get output multipliers",
            # a fresh table has nothing cached
            median_seconds(lambda: replace(table).multipliers("output"), RUNS),
            "s",
            2.0,
            f"a fresh IOTable and multipliers('output'), {how}",
        ),
        Figure(
            "time to reckon the impact of moves in three phases",
            median_seconds(lambda: hl.simulate.impact(study, moves, table), RUNS),
            "s",
            2.0,
            f"simulate.impact of a tenth of the origins' transferable output, {how}",
        ),
    ]
