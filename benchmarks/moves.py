"""Who moved to whom on the built-in study: how long it takes, and how much of known moves it gets wrong."""

from __future__ import annotations

from benchmarks.figure import Figure, median_seconds

RUNS = 3


def measure() -> list[Figure]:
    from hinterland import measure as room
    from hinterland import open_study

    study = open_study("southwest")
    draws, worlds = (int(study.parameter(f"measure.transfer_{k}")) for k in ("draws", "worlds"))
    frame = room.transfer_recovery(study).frame.set_index(["world", "estimator"])
    kinds = frame.xs("entropy", level="estimator").drop("all")
    mean, plain = frame.loc[("all", "entropy")], frame.loc[("all", "proportional")]
    how = f"{len(kinds)} kinds of simulated economies on the study's map, {worlds} of each, moves known"
    figures = [
        Figure(
            "time to estimate who moved to whom in three phases, with intervals, and to make its tables",
            median_seconds(lambda: room.transfers(study).results(), RUNS),
            "s",
            2.0,
            f"measure.transfers(...).results(), {draws} draws, median of {RUNS}",
        ),
        Figure(
            "time to test the estimate on simulated economies",
            median_seconds(lambda: room.transfer_recovery(study), RUNS),
            "s",
            3.0,
            f"measure.transfer_recovery, {how}, median of {RUNS}",
        ),
        Figure(
            "mass of moves placed wrongly, mean of all kinds",
            round(float(1 - mean["mass_placed"]), 4),
            "share",
            0.45,
            f"{how}; splitting in proportion, without distance: {1 - plain['mass_placed']:.4f}",
        ),
        Figure(
            "mass of moves placed wrongly, worst kind",
            round(float(1 - kinds["mass_placed"].min()), 4),
            "share",
            0.5,
            f"{how}; {kinds['mass_placed'].idxmin()}",
        ),
    ]
    for name, what in (
        ("coverage_cells", "cells"),
        ("coverage_mass", "cells, each by its size"),
        ("coverage_pairs", "pairs of regions"),
        ("coverage_sources", "what the hosts received from each region"),
    ):
        figures.append(
            Figure(
                f"coverage of {what} by intervals of 90 %: distance from 0.9",
                round(abs(float(mean[name]) - 0.9), 4),
                "share",
                0.05,
                f"{how}; mean {mean[name]:.3f}, kinds {kinds[name].min():.3f} to {kinds[name].max():.3f}",
            )
        )
    return figures
