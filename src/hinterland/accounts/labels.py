"""Labels of a table whose industries differ by region: its rows are placed on the grid region x industry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.checks import refuse
from hinterland.study import Text

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Where the rows of a table stand among all pairs of region and industry, region-major."""

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    positions: npt.NDArray[np.intp]

    @property
    def size(self) -> int:
        """Number of pairs."""
        return len(self.regions) * len(self.industries)

    @property
    def absent(self) -> tuple[int, ...]:
        """Positions of pairs that no row has."""
        return tuple(int(i) for i in np.setdiff1d(np.arange(self.size), self.positions))

    def spread(self, values: npt.ArrayLike, *axes: int) -> Array:
        """Put the rows (along `axes`) in their places; pairs that do not exist are 0."""
        given = np.asarray(values, dtype=np.float64)
        shape = list(given.shape)
        index: list[npt.NDArray[np.intp]] = [np.arange(length) for length in shape]
        for axis in axes:
            if shape[axis] != len(self.positions):
                raise refuse(
                    Text(
                        "An array has shape {shape} for {n} labelled rows.",
                        "数组形状{shape}与{n}个标签不符。",
                    ),
                    Text("Give a value for every label.", "请为每个标签给出数值。"),
                    shape=given.shape,
                    n=len(self.positions),
                )
            index[axis] = self.positions
            shape[axis] = self.size
        whole = np.zeros(shape)
        whole[np.ix_(*index)] = given
        return whole


def grid(
    labels: Sequence[tuple[str, str]],
    regions: Sequence[str] | None = None,
    industries: Sequence[str] | None = None,
) -> Grid:
    """Place labels (region, industry) on their grid, in the order given or of first appearance.

    Raises
    ------
    StudyError
        A label that comes twice, or that names a region or industry not listed.
    """
    places = tuple(regions) if regions is not None else tuple(dict.fromkeys(r for r, _ in labels))
    kinds = tuple(industries) if industries is not None else tuple(dict.fromkeys(i for _, i in labels))
    where = {(r, i): a * len(kinds) + b for a, r in enumerate(places) for b, i in enumerate(kinds)}
    unknown = [f"{r}/{i}" for r, i in labels if (r, i) not in where]
    if unknown:
        raise refuse(
            Text(
                "Labels that are not among the regions and industries: {which}.",
                "标签不在地区与产业之列：{which}。",
            ),
            Text("List their region and industry, or correct them.", "请列出其地区与产业，或更正标签。"),
            which=", ".join(unknown[:6]),
        )
    positions = np.array([where[r, i] for r, i in labels], dtype=np.intp)
    seen, counts = np.unique(positions, return_counts=True)
    if np.any(counts > 1):
        twice = seen[counts > 1][:6]
        raise refuse(
            Text("Labels that come twice: {which}.", "重复的标签：{which}。"),
            Text("Add these rows up, or tell them apart.", "请合并这些行或加以区分。"),
            which=", ".join(f"{places[k // len(kinds)]}/{kinds[k % len(kinds)]}" for k in twice),
        )
    return Grid(places, kinds, positions)
