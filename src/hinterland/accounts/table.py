"""The `IOTable`: one input-output system, single- or multi-regional, checked, labelled, factorised once."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt
import xarray as xr

from hinterland.accounts.checks import (
    check_balance,
    check_finite,
    check_output,
    refuse,
    remarks,
)
from hinterland.accounts.factor import Factor, Precision, Solved, factorise
from hinterland.accounts.labels import grid
from hinterland.accounts.system import Scan, scan
from hinterland.study import Provenance, Result, Text

if TYPE_CHECKING:
    from hinterland.accounts.extract import Extraction

Array = npt.NDArray[np.float64]

# Final demand of these categories leaves the country; it belongs to no region's market.
ABROAD = ("exports",)


def _frozen(values: npt.ArrayLike, copy: bool = True) -> Array:
    """Return a read-only array: a copy, or a view where it is not to be copied and need not be converted."""
    array: Array
    if copy:
        array = np.array(values, dtype=np.float64, order="C")
    else:
        array = np.asarray(values, dtype=np.float64).view()
        if not (array.flags.c_contiguous or array.flags.f_contiguous):
            array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Satellite:
    """What comes with output and is not money (persons, tonnes, kWh).

    Attributes
    ----------
    values : array [n]
        One value per row of the table.
    unit : str
    final : array [columns], optional
        What comes with final demand itself (fuel burnt by households), by column of Y.
    """

    values: Array
    unit: str = ""
    final: Array | None = None


@dataclass(frozen=True, eq=False)
class IOTable:
    r"""An input-output table of regions and industries.

    Rows and columns run over regions, and within a region over industries (n = regions x industries). Make
    one with `from_arrays`, which checks it.

    Attributes
    ----------
    Z : array [n, n]
        Deliveries of row to column as inputs, money.
    Y : array [n, columns]
        Deliveries to final demand; `final` names the (region, category) of each column.
    V : array [items, n]
        Value added by item, money.
    x : array [n]
        Gross output: :math:`x = Z 1 + Y 1` and :math:`x = 1'Z + m + 1'V`.
    imports : array [n]
        Inputs imported from abroad, :math:`m`.
    satellites : mapping of name to `Satellite`
    unit : str
        Unit of money.
    provenance : Provenance
        Of the flows. A table whose interregional flows are estimated says so here.
    precision : "float64" or "mixed"
        How I - A is factorised; "mixed": in float32, every solution refined in float64 to 1e-10. Either way
        it is factorised only where that is the quicker (`accounts.factor`); `solve_reported` gives residuals.
    absent : tuple of int
        Positions of pairs of region and industry that do not exist, where industries differ by region.
    """

    Z: Array
    Y: Array
    V: Array
    x: Array
    imports: Array
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    final: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    satellites: Mapping[str, Satellite]
    provenance: Provenance
    unit: str = ""
    convergence: Result | None = field(default=None, repr=False)
    precision: Precision = "float64"
    absent: tuple[int, ...] = ()

    @classmethod
    def from_arrays(
        cls,
        Z: npt.ArrayLike,
        Y: npt.ArrayLike,
        V: npt.ArrayLike | None = None,
        *,
        regions: Sequence[str] | None = None,
        industries: Sequence[str] | None = None,
        labels: Sequence[tuple[str, str]] | None = None,
        categories: Sequence[str] | None = None,
        items: Sequence[str] | None = None,
        x: npt.ArrayLike | None = None,
        imports: npt.ArrayLike | None = None,
        satellites: Mapping[str, Satellite] | None = None,
        unit: str = "",
        provenance: Provenance | None = None,
        convergence: Result | None = None,
        tol: float = 1e-6,
        precision: Precision = "float64",
        copy: bool = True,
    ) -> IOTable:
        """Make a table from numbers, and check that it balances.

        Parameters
        ----------
        Z : array [n, n]
        Y : array [n] or [n, columns]
            Columns are the categories, or regions x categories (region-major).
        V : array [n] or [items, n], optional
            Without it value added is what output leaves after inputs.
        regions, industries, categories, items : sequence of str
            Labels; industries default to 1..n.
        labels : sequence of (region, industry), optional
            Of the rows, where industries differ by region or rows are not region-major. Rows are then placed
            on the grid of all regions and industries; pairs that do not exist have no output, and their
            figures are missing (NaN), never zero.
        x : array [n], optional
            Gross output; default the row sums.
        imports : array [n], optional
        satellites : mapping, optional
        unit : str
        provenance : Provenance, optional
            Default: observed.
        tol : float
            Largest imbalance of a row or column, relative to the largest output.
        precision : "float64" or "mixed"
        copy : bool
            False: the arrays given are used as they are (float64, C or Fortran order), for tables that fill
            the memory; do not change them afterwards.

        Raises
        ------
        StudyError
            Shapes that do not fit, missing values, negative output, rows or columns that do not balance
            (named), flows of an industry without output, labels that come twice.
        """
        absent: tuple[int, ...] = ()
        if labels is not None:
            placed = grid(labels, regions, industries)
            regions, industries, absent = placed.regions, placed.industries, placed.absent
            Z = placed.spread(Z, 0, 1)
            Y = placed.spread(Y, 0)
            V = None if V is None else placed.spread(V, -1)
            x = None if x is None else placed.spread(x, 0)
            imports = None if imports is None else placed.spread(imports, 0)
            satellites = {
                name: replace(account, values=placed.spread(account.values, 0))
                for name, account in (satellites or {}).items()
            }
        z = _frozen(Z, copy and labels is None)
        n = len(z)
        y = _frozen(np.asarray(Y, dtype=np.float64).reshape(n, -1) if n else Y, copy)
        sectors = tuple(industries) if industries is not None else tuple(str(i + 1) for i in range(n))
        places = tuple(regions) if regions is not None else ("",)
        if z.ndim != 2 or z.shape != (n, n) or len(places) * len(sectors) != n:
            raise refuse(
                Text(
                    "Z is {shape}, but there are {r} regions x {s} industries.",
                    "Z的形状为{shape}，而地区×产业为{r}×{s}。",
                ),
                Text(
                    "Give Z as a square matrix over region x industry, region-major.",
                    "请按地区×产业（地区为主序）给出方阵Z。",
                ),
                shape=z.shape,
                r=len(places),
                s=len(sectors),
            )
        kinds = tuple(categories) if categories is not None else None
        if kinds is None:
            kinds = tuple(f"final_{i + 1}" for i in range(y.shape[1]))
        if y.shape[1] == len(kinds):
            final = tuple(("" if len(places) > 1 else places[0], k) for k in kinds)
        elif y.shape[1] == len(places) * len(kinds):
            final = tuple((r, k) for r in places for k in kinds)
        else:
            raise refuse(
                Text(
                    "Y has {m} columns for {k} categories and {r} regions.",
                    "Y有{m}列，而最终需求类别{k}个、地区{r}个。",
                ),
                Text(
                    "Give a column for every category, or for every region and category.",
                    "请为每个类别，或每个地区的每个类别给出一列。",
                ),
                m=y.shape[1],
                k=len(kinds),
                r=len(places),
            )
        read = scan(z)
        check_finite("Z", z, read.columns)
        sold, inputs = read.rows + y.sum(1), read.columns
        gross = _frozen(sold if x is None else x)
        bought = _frozen(np.zeros(n) if imports is None else imports)
        added = _frozen(gross - inputs - bought if V is None else V, copy).reshape(-1, n)
        rows = tuple(items) if items is not None else tuple(f"value_added_{i + 1}" for i in range(len(added)))
        table = cls(
            z,
            y,
            added,
            gross,
            bought,
            places,
            sectors,
            final,
            rows if len(added) > 1 or items is not None else ("value_added",),
            dict(satellites or {}),
            provenance or Provenance("observed", unit, "", ()),
            unit,
            convergence,
            precision,
            absent,
        )
        table.__dict__["_read"] = read  # what the cached property would find
        for what, values in (("Y", y), ("V", added), ("x", gross), ("imports", bought)):
            check_finite(what, values)
        check_output(z, gross, table.name)
        check_balance(gross, sold, inputs + bought + added.sum(0), tol, table.name)
        return table

    def name(self, position: int) -> str:
        """Name of a row: the industry, with its region where there are several."""
        region, industry = divmod(int(position), len(self.industries))
        return f"{self.regions[region]}/{self.industries[industry]}".lstrip("/")

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """The pairs (region, industry) that exist, in the order of the rows."""
        gone = set(self.absent)
        pairs = ((r, i) for r in self.regions for i in self.industries)
        return tuple(pair for k, pair in enumerate(pairs) if k not in gone)

    @functools.cached_property
    def remarks(self) -> Text:
        """What is unusual in the table (no output, negative values) and how it is dealt with."""
        return remarks(self.Z, self.Y, self.V, self.x, len(self.absent))

    @functools.cached_property
    def A(self) -> Array:  # noqa: N802 - the field's own name
        r"""Input coefficients :math:`A = Z \hat x^{-1}`; columns of industries without output are zero."""
        share = np.divide(1.0, self.x, out=np.zeros_like(self.x), where=self.x > 0)
        return _frozen(self.Z * share)

    @functools.cached_property
    def _read(self) -> Scan:
        return scan(self.Z)

    @functools.cached_property
    def factor(self) -> Factor:
        """The factorisation of I - A, made on first use; see `factorise` for what it refuses."""
        return factorise(
            self.Z,
            self.x,
            precision=self.precision,
            name=self.name,
            read=self._read,
            regions=len(self.regions),
        )

    @overload
    def solve(self, y: xr.DataArray) -> xr.DataArray: ...
    @overload
    def solve(self, y: npt.ArrayLike) -> Array: ...
    def solve(self, y: npt.ArrayLike | xr.DataArray) -> Array | xr.DataArray:
        """Gross output needed for final demand y: x = (I - A)^-1 y, by the one factorisation.

        Parameters
        ----------
        y : array [n] or [n, m], or DataArray with dims region and industry (and others)
            Final demand by producing industry, money; negative entries are allowed.

        Returns
        -------
        The same kind and shape as y, money.
        """
        if isinstance(y, xr.DataArray):
            ordered = y.reindex(region=list(self.regions), industry=list(self.industries))
            ordered = ordered.transpose("region", "industry", ...)
            flat = ordered.to_numpy().reshape(len(self.x), -1)
            return ordered.copy(data=self.solve(flat).reshape(ordered.shape)).rename("output")
        return self.solve_reported(y, report=False).values

    def solve_reported(self, y: npt.ArrayLike, *, report: bool = True) -> Solved:
        """As `solve`, with the residual of the answer (`Solved.residual`) and the rounds of refinement."""
        demand = np.asarray(y, dtype=np.float64)
        if demand.shape[:1] != self.x.shape or not np.all(np.isfinite(demand)):
            raise refuse(
                Text(
                    "Final demand has shape {shape} for {n} industries, or holds missing values.",
                    "最终需求的形状为{shape}（产业数{n}），或含缺失值。",
                ),
                Text(
                    "Give a finite value for every region and industry.", "请为每个地区的每个产业给出有限值。"
                ),
                shape=demand.shape,
                n=len(self.x),
            )
        solved = self.factor.solve(demand.reshape(len(demand), -1), report=report)
        return replace(solved, values=solved.values.reshape(demand.shape))

    def solve_left(self, v: npt.ArrayLike) -> Array:
        """Content per unit of final demand: l' = v' (I - A)^-1; v [n] or [m, n] per unit of output.

        A row with missing values gives a row of missing values.
        """
        row = np.asarray(v, dtype=np.float64)
        if row.shape[-1:] != self.x.shape:
            raise refuse(
                Text(
                    "Coefficients have shape {shape} for {n} industries.",
                    "系数的形状为{shape}（产业数{n}）。",
                ),
                Text("Give one per industry of each region.", "请为每个地区的每个产业给出一个系数。"),
                shape=row.shape,
                n=len(self.x),
            )
        rows = row.reshape(-1, len(self.x))
        known = np.isfinite(rows).all(1)
        found = np.full(rows.shape, np.nan)
        if known.any():
            found[known] = self.factor.solve(np.ascontiguousarray(rows[known].T), left=True).values.T
        return found.reshape(row.shape)

    def per_output(self, kind: str) -> Array:
        """Direct value added, or a satellite, per unit of output [n]; NaN where there is no output."""
        if kind == "output":
            total = self.x
        elif kind == "value_added":
            total = self.V.sum(0)
        elif kind in self.satellites:
            total = self.satellites[kind].values
        else:
            raise refuse(
                Text("The table has no '{kind}'.", "该表没有“{kind}”。"),
                Text("It has: {there}.", "现有：{there}。"),
                kind=kind,
                there=", ".join(("output", "value_added", *self.satellites)),
            )
        return np.divide(total, self.x, out=np.full_like(self.x, np.nan), where=self.x > 0)

    def multipliers(self, kind: str) -> xr.DataArray:
        r"""Type I multipliers, :math:`m' = c'(I-A)^{-1}`.

        Total output (`kind` "output", where c is 1), value added ("value_added") or a satellite
        ("employment", "co2", ...) per unit of final demand for each region's industry. Shape [region,
        industry]; NaN where there is no output, or everywhere if part of the satellite is unknown.

        References
        ----------
        Miller & Blair (2009), Input-Output Analysis, section 6.2.
        """
        direct = np.where(self.x > 0, self.per_output(kind), 0.0)
        found = np.where(self.x > 0, self.solve_left(direct), np.nan)
        unit = self.satellites[kind].unit if kind in self.satellites else self.unit
        return self.labelled(found).rename(f"{kind}_multiplier").assign_attrs(unit=f"{unit} per {self.unit}")

    def labelled(self, values: npt.ArrayLike) -> xr.DataArray:
        """Give a vector [n] its labels: DataArray [region, industry]."""
        shape = (len(self.regions), len(self.industries))
        return xr.DataArray(
            np.array(values, dtype=np.float64).reshape(shape),
            {"region": list(self.regions), "industry": list(self.industries)},
            ("region", "industry"),
        )

    @functools.cached_property
    def trade(self) -> Array:
        """Deliveries of each product between regions, inputs and final demand; [product, from, to].

        Exports abroad are left out. Needs final demand by region.
        """
        if any(region == "" for region, _ in self.final) and len(self.regions) > 1:
            raise refuse(
                Text("Final demand of this table is not by region.", "该表的最终需求未分地区。"),
                Text("Give Y by region and category.", "请按地区和类别给出Y。"),
            )
        r, n = len(self.regions), len(self.industries)
        flows = self.Z.reshape(r, n, r, n).sum(3)
        place = {region: i for i, region in enumerate(self.regions)}
        for column, (region, category) in enumerate(self.final):
            if category not in ABROAD:
                flows[:, :, place[region]] += self.Y[:, column].reshape(r, n)
        return _frozen(flows.transpose(1, 0, 2))

    @property
    def dataset(self) -> xr.Dataset:
        """The table with its labels and units, without copying: Z, Y, V, x, imports and the satellites.

        Z [region, industry, region_to, industry_to]; Y [region, industry, final] with `final` a pair of
        region
        and category; V [item, region, industry]; the others [region, industry]. Units are attributes.
        """
        r, n = len(self.regions), len(self.industries)
        rows = ("region", "industry")
        pairs = np.empty(len(self.final), dtype=object)
        pairs[:] = [f"{region}/{category}".lstrip("/") for region, category in self.final]
        money = {"unit": self.unit}
        content = {
            "Z": ((*rows, "region_to", "industry_to"), self.Z.reshape(r, n, r, n), money),
            "Y": ((*rows, "final"), self.Y.reshape(r, n, -1), money),
            "V": (("item", *rows), self.V.reshape(-1, r, n), money),
            "x": (rows, self.x.reshape(r, n), money),
            "imports": (rows, self.imports.reshape(r, n), money),
        }
        for name, account in self.satellites.items():
            content[name] = (rows, np.asarray(account.values).reshape(r, n), {"unit": account.unit})
        return xr.Dataset(
            content,
            {
                "region": list(self.regions),
                "industry": list(self.industries),
                "region_to": list(self.regions),
                "industry_to": list(self.industries),
                "item": list(self.items),
                "final": pairs,
                "final_region": ("final", [region for region, _ in self.final]),
                "final_category": ("final", [category for _, category in self.final]),
            },
        )

    def extract(
        self,
        *,
        industries: Sequence[str] | None = None,
        regions: Sequence[str] | None = None,
        links: str = "all",
    ) -> Extraction:
        """Take industries, regions, or these industries of these regions out: see `accounts.extraction`."""
        from hinterland.accounts.extract import extraction

        return extraction(self, industries=industries, regions=regions, links=links)
