"""Random national tables and regional outputs for property tests, put into the small study's frame."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.study import Provenance, Study

CATEGORIES = ("consumption", "investment", "stocks", "exports")
KNOWN = Provenance("observed", "money", "2020", ())


def random_study(frame: Study, seed: int, *, absent: bool = True) -> Study:
    """Return a study with a random balanced national table; stocks fall, a region lacks an industry."""
    rng = np.random.default_rng(seed)
    regions, industries = list(frame.regions), list(frame.industries)
    r, n = len(regions), len(industries)
    gross = rng.uniform(100, 5000, n)
    A = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) > 0.2)
    A *= (rng.uniform(0.2, 0.6, n) / np.maximum(A.sum(0), 1e-9))[None]
    # sales to industries must leave something for final demand
    Z = A * gross
    Z *= np.minimum(1.0, 0.8 * gross / np.maximum(Z.sum(1), 1e-9))[:, None]
    M = rng.uniform(0, 0.1, (n, n)) * gross
    M *= np.minimum(1.0, 0.2 * gross / np.maximum(M.sum(0), 1e-9))
    final = gross - Z.sum(1)
    stocks = rng.uniform(-0.1, 0.1, n) * final
    parts = rng.dirichlet([3.0, 2.0, 1.0], n) * (final - stocks)[:, None]
    Y = np.column_stack([parts[:, 0], parts[:, 1], stocks, parts[:, 2]])
    added = gross - Z.sum(0) - M.sum(0)
    wages = rng.uniform(0.3, 0.7, n) * added
    share = rng.dirichlet(np.full(r, 2.0), n).T
    if absent:
        share[int(rng.integers(1, r)), int(rng.integers(n))] = 0.0
    output = share / share.sum(0) * gross * rng.uniform(0.7, 1.3, n)
    years = frame["gross_output"]["year"].to_numpy()
    panel = np.repeat(output[:, :, None], len(years), axis=2)

    def array(values: np.ndarray, **coords: list[str]) -> tuple[xr.DataArray, Provenance]:
        return xr.DataArray(values, coords, tuple(coords)), KNOWN

    return frame.with_arrays(
        {
            "io_domestic": array(Z, row=industries, industry=industries),
            "io_imported": array(M, row=industries, industry=industries),
            "final_domestic": array(Y, row=industries, category=list(CATEGORIES)),
            "final_imported": array(0.05 * np.abs(Y), row=industries, category=list(CATEGORIES)),
            "io_value_added": array(
                np.stack([wages, added - wages]), item=["wages", "surplus"], industry=industries
            ),
            "gross_output": array(panel, region=regions, industry=industries, year=list(years)),
        }
    )
