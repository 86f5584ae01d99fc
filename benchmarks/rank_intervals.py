"""How often rank intervals hold the true rank of simulated regions, and how long the room takes."""

from __future__ import annotations

import numpy as np

from benchmarks.figure import Figure, median_seconds

PILLARS = ["attraction"] * 3 + ["support"] * 6 + ["development"] * 4 + ["environment"] * 5
REGIONS, WORLDS, DRAWS, NOMINAL = 31, 60, 400, 0.9
DESIGNS = [
    (noise, skewed, common)
    for noise in (0.5, 1.0, 2.0, 3.0)
    for skewed in (False, True)
    for common in (0.0, 0.5)
]


def coverage(noise: float, skewed: bool, common: float) -> float:
    """Share of regions whose interval holds the rank of their true capacity, the mean of four pillars."""
    from hinterland.potential import (
        closeness,
        critic_weights,
        draw_ranks,
        entropy_weights,
        min_max,
        rank_interval,
        ranks,
    )

    random = np.random.default_rng(11)
    names = list(dict.fromkeys(PILLARS))
    place = np.array([names.index(p) for p in PILLARS])
    up, held = np.ones(len(PILLARS)), []
    for _ in range(WORLDS):
        pillar = np.sqrt(common) * random.standard_normal((REGIONS, 1))
        pillar = pillar + np.sqrt(1 - common) * random.standard_normal((REGIONS, len(names)))
        seen = pillar[:, place] + noise * random.standard_normal((REGIONS, len(PILLARS)))
        values = np.exp(0.6 * seen) if skewed else 10.0 + seen
        normal = min_max(values, up)
        entropy = entropy_weights(normal)
        schemes = np.stack([entropy, np.full(len(up), 1 / len(up)), critic_weights(normal)])
        drawn = draw_ranks(np.repeat(values[None], DRAWS, axis=0), up, schemes, PILLARS, random, noise=0.03)
        low, high = rank_interval(drawn, NOMINAL, ranks(closeness(normal, entropy)))
        rank = ranks(pillar.mean(axis=1))
        held.append(((low <= rank) & (rank <= high)).mean())
    return float(np.mean(held))


def measure() -> list[Figure]:
    import hinterland as hl
    from hinterland import potential
    from hinterland.accounts import complete, estimate_mrio

    found = [coverage(*design) for design in DESIGNS]
    how = (
        f"{len(DESIGNS)} designs x {WORLDS} worlds x {REGIONS} regions, {DRAWS} draws; noise 0.5 to 3"
        " times the signal, plain and skewed indicators, pillars independent or correlated 0.5; mean coverage"
        f" {np.mean(found):.3f}"
    )
    study = complete(hl.open_study("southwest"))
    table = estimate_mrio(study)

    def room() -> None:
        given = {one.name: one for one in potential.capacity(study)}
        potential.ledger(study, table=table)
        potential.complementarity(study, table=table)
        potential.chain_gaps(study, table=table)
        potential.by_product_matches(study)
        potential.supply_table(study, table)
        potential.positioning(study, table=table, given=given)
        potential.industry_selection(study, table=table, given=given)

    return [
        Figure(
            "nominal rate of the intervals less the smallest coverage", NOMINAL - min(found), "1", 0.02, how
        ),
        Figure("largest coverage less the nominal rate", max(found) - NOMINAL, "1", 0.09, how),
        Figure(
            "time for who could host, role and selection", median_seconds(room, 3), "s", 6.0, "built-in study"
        ),
    ]
