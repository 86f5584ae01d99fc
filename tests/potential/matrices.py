"""Labelled matrices of made-up regions and industries."""

from __future__ import annotations

import numpy as np
import xarray as xr


def labelled(values: np.ndarray) -> xr.DataArray:
    """Return an array of regions r0, r1, ... by industries i0, i1, ..."""
    regions, industries = [f"r{k}" for k in range(values.shape[0])], [f"i{k}" for k in range(values.shape[1])]
    return xr.DataArray(
        np.asarray(values, dtype=float), {"region": regions, "industry": industries}, ("region", "industry")
    )
