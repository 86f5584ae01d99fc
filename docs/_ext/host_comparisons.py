"""Published answers for ranks, depth, concentration and disparity beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hinterland.potential import concordance, theil
from hinterland.potential.depth import great_circle_to


def hosting() -> Iterator[tuple[str, float, float, float, str]]:
    """Yield what, published, ours, tolerance and source."""
    judges = np.array([[1.0, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
    yield (
        "Kendall's coefficient of concordance: three judges, six applicants",
        0.16,
        round(concordance(judges), 6),
        5e-3,
        "Siegel (1956), Nonparametric Statistics, table 9.1",
    )
    # the published distance is for a radius of 6372.8 km, ours is the IUGG's mean radius
    km = great_circle_to(*(np.array([v]) for v in (-86.67, 36.12, -118.40, 33.94)))[0, 0]
    yield (
        "Great-circle distance from Nashville to Los Angeles airport on a radius of 6372.8 km, km",
        2887.2599506,
        round(float(km) * 6372.8 / 6371.0088, 7),
        1e-6,
        "haversine formula as printed for many languages in Rosetta Code",
    )
    yield (
        "Theil index of two regions of equal population with incomes 1 and 3",
        0.25 * np.log(0.5) + 0.75 * np.log(1.5),
        round(theil(np.array([1.0, 3.0]), np.ones(2), np.array(["a", "b"]))[0], 12),
        1e-11,
        "definition, Theil (1967), reckoned by hand",
    )
