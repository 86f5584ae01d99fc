"""Published answers for global sensitivity and for spillovers beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hinterland.risk import lilien, sobol_indices

Row = tuple[str, float, float, float, str]


def risks() -> Iterator[Row]:
    """What, published, ours, tolerance, source."""
    yield from _ishigami()
    yield (
        "Lilien's dispersion, 100 and 100 jobs to 120 and 80",
        round(float(np.sqrt(0.6 * np.log(1.2) ** 2 + 0.4 * np.log(0.8) ** 2)), 9),
        round(lilien([100, 100], [120, 80]), 9),
        1e-9,
        "Lilien (1982), equation of the dispersion, by hand",
    )


def _ishigami() -> Iterator[Row]:
    def model(points: np.ndarray) -> dict[str, np.ndarray]:
        x = np.pi * (2 * points - 1)
        return {"y": np.sin(x[:, 0]) * (1 + 0.1 * x[:, 2] ** 4) + 7 * np.sin(x[:, 1]) ** 2}

    found = sobol_indices(model, 3, 4096, 1)["y"]
    source = "Ishigami & Homma (1990) with a = 7, b = 0.1; Saltelli et al. (2008); sampling error about 0.01"
    for k, (first, total) in enumerate(((0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)), start=1):
        alone, whole = (round(float(v[k - 1]), 4) for v in (found.first, found.total))
        yield f"Ishigami function: first-order index of x{k}", first, alone, 0.02, source
        yield f"Ishigami function: total index of x{k}", total, whole, 0.02, source
