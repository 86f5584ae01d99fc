"""A table as a file gives it: labelled numbers, not yet known to balance, with their places in the file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.accounts.table import ABROAD, IOTable, Satellite
from hinterland.study import CheckReport, Provenance, Result, Text

Array = npt.NDArray[np.float64]

# Categories of final demand that are no region's market: what leaves the system, what enters it (negative),
# and the statistical discrepancy. They stand with the region that makes the product.
OUTSIDE = (*ABROAD, "imports", "outflow", "inflow", "discrepancy")
# Entries among these are negative by meaning: the table counts them off the supply of a product.
ENTERING = ("imports", "inflow")
# Largest imbalance that counts as rounding, relative to the largest output (as in `IOTable.from_arrays`).
BALANCES = 1e-6


@dataclass(frozen=True)
class Place:
    """Where figures stand: file, sheet, and the row and column (1 is the first) of each row and column."""

    file: str = ""
    sheet: str = ""
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Draft:
    """Numbers of a table before they are checked; what is not known is None.

    Attributes
    ----------
    Z : array [n, n]
        Deliveries of row to column, region-major, money.
    Y : array [n, columns]
        Final demand; `final` names (region, category) of each column; imports and inflow are negative.
    V : array [items, n] or None
        None: value added is what output leaves.
    imports : array [n]
        Inputs from abroad, all products together.
    import_matrix : array [industries, n] or None
        The same by product (summed over regions of use it is the national matrix).
    final_imports : array [columns] or [industries, columns] or None
        Imports that go to final demand directly.
    output : array [n] or None
        Gross output as stated; None: the row sums.
    satellites, final_satellites : mapping of name to `Satellite`
        Of output [n], and of final demand [columns].
    absent : tuple of int
        Rows of industries that their regions do not have.
    """

    Z: Array
    Y: Array
    V: Array | None
    imports: Array
    output: Array | None
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    final: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    unit: str
    year: int | None
    method: Text
    satellites: Mapping[str, Satellite] = field(default_factory=dict)
    final_satellites: Mapping[str, Satellite] = field(default_factory=dict)
    import_matrix: Array | None = None
    final_imports: Array | None = None
    names: Mapping[str, Text] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    absent: tuple[int, ...] = ()

    def replace(self, **changes: Any) -> Draft:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    @property
    def x(self) -> Array:
        """Gross output: as stated, else the row sums."""
        if self.output is not None:
            return self.output
        sales: Array = self.Z.sum(1) + self.Y.sum(1)
        return sales

    @property
    def added(self) -> Array:
        """Value added by industry [n]: as given, else what output leaves after inputs."""
        if self.V is not None:
            total: Array = self.V.sum(0)
            return total
        rest: Array = self.x - self.Z.sum(0) - self.imports
        return rest

    def name(self, position: int) -> str:
        """Name of a row, with its region where there are several."""
        region, industry = divmod(int(position), len(self.industries))
        return f"{self.regions[region]}/{self.industries[industry]}".lstrip("/")


@dataclass(frozen=True)
class Imported:
    """A table read from a file, checked.

    Attributes
    ----------
    table : IOTable
    balance : Result
        Sales, inputs and output of every industry as the file has them, and how far they differ.
    report : CheckReport
        Everything found while reading (warnings only, or there would be no table).
    changes : Result or None
        What balancing changed, by industry; None where nothing was asked or needed.
    negatives : Result or None
        Negative flows that a supply-use transformation made.
    final_satellites : mapping of name to `Satellite`
        What final demand itself uses or emits, one value per column of Y; where output has a satellite of
        that name, also in its `final`.
    import_matrix, final_imports : array or None
        Imports by product and user, as in `Draft`.
    """

    table: IOTable
    balance: Result
    report: CheckReport
    format: str
    year: int | None
    changes: Result | None = None
    negatives: Result | None = None
    final_satellites: Mapping[str, Satellite] = field(default_factory=dict)
    import_matrix: Array | None = None
    final_imports: Array | None = None
    names: Mapping[str, Text] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        """Where the flows come from."""
        return self.table.provenance
