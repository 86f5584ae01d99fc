"""Random labelled tables for the properties of this room."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SHAPE = (4, 3)
NO_DEADLINE = settings(deadline=None)  # a loaded machine is slow, not wrong
FEW = settings(deadline=None, max_examples=30)  # where one example takes many labelled operations
# zero or a plain size: sums of such numbers neither vanish nor overflow, so a tolerance near rounding is fair
CELL = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
TABLE = hnp.arrays(float, SHAPE, elements=CELL)
PLAIN = hnp.arrays(float, SHAPE, elements=st.floats(0.01, 1e6))


def table(values: np.ndarray) -> xr.DataArray:
    """Regions r0.. by industries i0.."""
    regions, industries = ([f"{c}{k}" for k in range(n)] for c, n in zip("ri", values.shape, strict=True))
    return xr.DataArray(values, {"region": regions, "industry": industries}, ("region", "industry"))
