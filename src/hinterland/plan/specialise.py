"""Division of labour among the hosts: how alike their industrial structures are before and after the plan."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from hinterland.plan.data import Array

if TYPE_CHECKING:
    from hinterland.plan.model import Plan


def finger_kreinin(one: Array, other: Array) -> float:
    r"""Similarity of two structures, :math:`\sum_i \min(s_i, s'_i)`, from 0 to 1 (Finger & Kreinin 1979).

    Parameters
    ----------
    one, other : DataArray[industry]
        Output, any unit; NaN when either has none.
    """
    a, b = one / one.sum(), other / other.sum()
    return float(a.where(a < b, b).sum(skipna=False))


def similarity_rows(plan: Plan) -> pd.DataFrame:
    """Return the similarity of each two hosts in the industries that can move, before and at the end of the
    plan."""
    before = plan.data.output
    after = before + plan.intake.isel(phase=-1, drop=True)
    hosts = [str(h) for h in plan.transfer["host"].values]
    rows = [
        (
            h,
            k,
            finger_kreinin(before.sel(host=h), before.sel(host=k)),
            finger_kreinin(after.sel(host=h), after.sel(host=k)),
        )
        for h, k in combinations(hosts, 2)
    ]
    return pd.DataFrame(rows, columns=["host", "host_to", "similarity_before", "similarity_after"])
