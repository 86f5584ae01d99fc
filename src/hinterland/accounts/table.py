"""The `IOTable`: one input-output system, single- or multi-regional, checked, labelled and factorised "
"once."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse.linalg
import xarray as xr

from hinterland.study import Provenance, Result, StudyError

Array = npt.NDArray[np.float64]

# Final demand of these categories leaves the country; it belongs to no region's market.
ABROAD = ("exports",)


def _frozen(values: npt.ArrayLike) -> Array:
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Satellite:
    """What comes with output and is not money (persons, tonnes, kWh): one value per row of the table."""

    values: Array
    unit: str = ""


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

    @classmethod
    def from_arrays(
        cls,
        Z: npt.ArrayLike,
        Y: npt.ArrayLike,
        V: npt.ArrayLike | None = None,
        *,
        regions: Sequence[str] = ("",),
        industries: Sequence[str] | None = None,
        categories: Sequence[str] | None = None,
        items: Sequence[str] | None = None,
        x: npt.ArrayLike | None = None,
        imports: npt.ArrayLike | None = None,
        satellites: Mapping[str, Satellite] | None = None,
        unit: str = "",
        provenance: Provenance | None = None,
        convergence: Result | None = None,
        tol: float = 1e-6,
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
        x : array [n], optional
            Gross output; default the row sums.
        imports : array [n], optional
        satellites : mapping, optional
        unit : str
        provenance : Provenance, optional
            Default: observed.
        tol : float
            Largest imbalance of a row or column, relative to the largest output.

        Raises
        ------
        StudyError
            Shapes that do not fit, missing values, negative output, rows or columns that do not balance
            (named), inputs into an industry without output.
        """
        z = _frozen(Z)
        n = len(z)
        y = _frozen(np.asarray(Y, dtype=np.float64).reshape(n, -1) if n else Y)
        sectors = tuple(industries) if industries is not None else tuple(str(i + 1) for i in range(n))
        places = tuple(regions)
        if z.ndim != 2 or z.shape != (n, n) or len(places) * len(sectors) != n:
            raise StudyError(
                f"Z is {z.shape}, but there are {len(places)} regions x {len(sectors)} industries.",
                "Give Z as a square matrix over region x industry, region-major.",
            )
        kinds = tuple(categories) if categories is not None else None
        if kinds is None:
            kinds = tuple(f"final_{i + 1}" for i in range(y.shape[1]))
        if y.shape[1] == len(kinds):
            final = tuple(("" if len(places) > 1 else places[0], k) for k in kinds)
        elif y.shape[1] == len(places) * len(kinds):
            final = tuple((r, k) for r in places for k in kinds)
        else:
            raise StudyError(
                f"Y has {y.shape[1]} columns for {len(kinds)} categories and {len(places)} regions.",
                "Give a column for every category, or for every region and category.",
            )
        gross = _frozen(z.sum(1) + y.sum(1) if x is None else x)
        bought = _frozen(np.zeros(n) if imports is None else imports)
        added = _frozen(gross - z.sum(0) - bought if V is None else V).reshape(-1, n)
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
        )
        table._check(tol)
        return table

    def name(self, position: int) -> str:
        """Name of a row: the industry, with its region where there are several."""
        region, industry = divmod(int(position), len(self.industries))
        return f"{self.regions[region]}/{self.industries[industry]}".lstrip("/")

    def _check(self, tol: float) -> None:
        for what, values in (("Z", self.Z), ("Y", self.Y), ("V", self.V), ("x", self.x)):
            bad = np.argwhere(~np.isfinite(values))
            if bad.size:
                raise StudyError(
                    f"{what} holds missing values, first at position {tuple(int(i) for i in bad[0])}.",
                    "Fill every cell; a flow that does not exist is 0.",
                )
        negative = np.flatnonzero(self.x < 0)
        if negative.size:
            raise StudyError(f"Negative gross output: {self._list(negative)}.", "Correct these rows.")
        empty = np.flatnonzero((self.x == 0) & ((self.Z != 0).any(0) | (self.Z != 0).any(1)))
        if empty.size:
            raise StudyError(
                f"Flows into or out of industries without output: {self._list(empty)}.",
                "Set their inputs and sales to 0, or give their output.",
            )
        size = float(self.x.max(initial=0.0))
        for kind, total in (
            ("row (sales)", self.Z.sum(1) + self.Y.sum(1)),
            ("column (inputs and value added)", self.Z.sum(0) + self.imports + self.V.sum(0)),
        ):
            gap = total - self.x
            off = np.flatnonzero(np.abs(gap) > tol * size)
            if off.size:
                order = off[np.argsort(-np.abs(gap[off]))]
                raise StudyError(
                    f"The table does not balance by {kind}: "
                    + ", ".join(f"{self.name(i)} by {gap[i]:+.6g}" for i in order[:6])
                    + (f" and {len(order) - 6} more." if len(order) > 6 else "."),
                    "Correct these, or balance the table first (accounts.ras).",
                )

    def _list(self, positions: npt.NDArray[np.intp]) -> str:
        named = ", ".join(self.name(i) for i in positions[:6])
        return named + (f" and {len(positions) - 6} more" if len(positions) > 6 else "")

    @functools.cached_property
    def A(self) -> Array:  # noqa: N802 - the field's own name
        r"""Input coefficients :math:`A = Z \hat x^{-1}`; columns of industries without output are zero."""
        share = np.divide(1.0, self.x, out=np.zeros_like(self.x), where=self.x > 0)
        return _frozen(self.Z * share)

    @functools.cached_property
    def _lu(self) -> tuple[Any, Any]:
        system = -self.A
        system.flat[:: len(system) + 1] += 1.0
        factors: tuple[Any, Any] = scipy.linalg.lu_factor(system, overwrite_a=True, check_finite=False)
        self._check_productive(factors)
        return factors

    def _check_productive(self, factors: tuple[Any, Any]) -> None:
        """Refuse a table whose rounds of inputs do not die out (spectral radius of A not below 1)."""
        A = self.A
        magnitude = np.abs(A) if A.min(initial=0.0) < 0 else A
        if magnitude.sum(0).max(initial=0.0) < 1:
            return
        if magnitude is A:
            # For A >= 0: rho(A) < 1 just when (I - A) w = 1 has a positive solution (Hawkins & Simon 1949).
            with np.errstate(all="ignore"):
                w = scipy.linalg.lu_solve(factors, np.ones(len(A)), check_finite=False)
            good = bool(np.all(np.isfinite(w)) and np.all(w > 0))
        elif len(A) < 3:
            good = bool(np.abs(np.linalg.eigvals(A)).max() < 1)
        else:
            value = scipy.sparse.linalg.eigs(
                A, k=1, which="LM", return_eigenvectors=False, v0=np.ones(len(A))
            )
            good = bool(np.abs(value[0]) < 1)
        if not good:
            worst = np.argsort(-A.sum(0))[:4]
            raise StudyError(
                "The table is not productive: some industries use up more than they make; largest input "
                "shares: " + ", ".join(f"{self.name(i)} {A[:, i].sum():.3g}" for i in worst) + ".",
                "Check the inputs and the output of these industries.",
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
        demand = np.asarray(y, dtype=np.float64)
        if demand.shape[:1] != self.x.shape or not np.all(np.isfinite(demand)):
            raise StudyError(
                f"Final demand has shape {demand.shape} for {len(self.x)} industries, or holds missing "
                f"values.",
                "Give a finite value for every region and industry.",
            )
        solved: Array = scipy.linalg.lu_solve(self._lu, demand, check_finite=False)
        return solved

    def solve_left(self, v: npt.ArrayLike) -> Array:
        """Content per unit of final demand: l' = v' (I - A)^-1; v [n] or [m, n] per unit of output."""
        row = np.asarray(v, dtype=np.float64)
        solved: Array = scipy.linalg.lu_solve(self._lu, row.T, trans=1, check_finite=False)
        return np.ascontiguousarray(solved.T)

    def per_output(self, kind: str) -> Array:
        """Direct value added, or a satellite, per unit of output [n]; NaN where there is no output."""
        if kind == "output":
            total = self.x
        elif kind == "value_added":
            total = self.V.sum(0)
        elif kind in self.satellites:
            total = self.satellites[kind].values
        else:
            raise StudyError(
                f"The table has no '{kind}'.",
                f"It has: {', '.join(('output', 'value_added', *self.satellites))}.",
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
            raise StudyError("Final demand of this table is not by region.", "Give Y by region and category.")
        r, n = len(self.regions), len(self.industries)
        flows = self.Z.reshape(r, n, r, n).sum(3)
        place = {region: i for i, region in enumerate(self.regions)}
        for column, (region, category) in enumerate(self.final):
            if category not in ABROAD:
                flows[:, :, place[region]] += self.Y[:, column].reshape(r, n)
        return _frozen(flows.transpose(1, 0, 2))
