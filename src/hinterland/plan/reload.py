"""Other figures in a programme that is loaded already: the same rows and columns with other numbers.

To put the programme together with linopy takes longer than to solve it. A study of what-ifs solves one that
differs in its figures alone; here these are written straight into its matrix. The families written out are
those whose figures come from data; that they say the same as the programme's own functions is checked on the
programme they start from, each time, and where it is not so, or the rows are others, the programme is built
whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hinterland.plan.data import Array, PlanData
from hinterland.plan.solver import Solver, load

Values = npt.NDArray[Any]
# Labels of the rows, labels of the columns, coefficients: three arrays that broadcast to one another.
Entries = tuple[Values, Values, Values]


@dataclass(frozen=True)
class _Structure:
    """What decides which rows there are, as plain arrays."""

    parts: tuple[Values | None, ...]

    def same(self, other: _Structure) -> bool:
        return all(
            (a is None and b is None) or (a is not None and b is not None and np.array_equal(a, b))
            for a, b in zip(self.parts, other.parts, strict=True)
        )


def _structure(data: PlanData) -> _Structure:
    limit, jobs, cost = data.limit, data.job_limit, data.landed_cost
    return _Structure(
        (
            np.array([*data.industries, "", *data.origins, "", *data.hosts, "", *data.codes]),
            np.array([p.years for p in data.phases]),
            np.array(sorted(data.gains)),
            np.array(sorted(data.losses)),
            data.output.values,
            data.classes.values,
            data.focus.values,
            data.forbidden.values,
            np.array(data.minimum),
            None if limit is None else limit.notnull().values,
            None if data.use is None else data.use["resource"].values,
            None if jobs is None else np.ones(1),
            None if cost is None else np.ones(1),
        )
    )


class Reloader:
    """A programme of some data, ready to be solved again with the figures of others."""

    def __init__(self, data: PlanData) -> None:
        self._data = data
        self._solver = load(data)
        model = self._solver.programme.model
        matrices = model.matrices
        self._sense, self._lb, self._ub = matrices.sense, matrices.lb, matrices.ub
        self._b = np.asarray(matrices.b, dtype=float)
        self._model = model
        self._written = self._rows_written()
        whole = matrices.A.tocsr()
        keep = np.ones(whole.shape[0])
        keep[self._written] = 0.0
        self._rest = sparse.diags_array(keep).tocsr() @ whole
        again, bounds = self._figures(data)
        # where a new family of constraints is not written out here, nothing may be taken from here
        self.usable = bool(
            abs(again - whole).max() <= 1e-12 * abs(whole).max()
            and np.allclose(bounds, self._b, rtol=1e-12, atol=0.0)
        )

    def solver(self, data: PlanData) -> Solver:
        """Return a solver loaded with the programme of some data; one at a time."""
        if not self.usable or not _structure(data).same(_structure(self._data)):
            return load(data)
        a, b = self._figures(data)
        self._solver.reload(data, SimpleNamespace(A=a, b=b, sense=self._sense, lb=self._lb, ub=self._ub))
        return self._solver

    def _labels(self, name: str, *dims: str) -> Values:
        return np.asarray(self._model.constraints[name].labels.transpose(*dims).values)

    def _has(self, name: str) -> bool:
        return name in self._solver.programme.constraints

    def _place(self, labels: Values, of: Any) -> Values:
        """Return rows or columns by label; -1 where there is none."""
        return np.array([of.get(int(k), -1) for k in labels.ravel()], dtype=np.int64).reshape(labels.shape)

    def _rows_written(self) -> Values:
        names = ["resource", "job_loss", "similarity"]
        names = [n for n in names if self._has(n)]
        names += [f"define_{n}" for n in self._solver.programme.objectives if n != "output"]
        found = [
            self._place(self._model.constraints[n].labels.values, self._solver.rows).ravel() for n in names
        ]
        rows = np.concatenate([np.empty(0, dtype=np.int64), *found])
        return rows[rows >= 0]

    def _figures(self, data: PlanData) -> tuple[Any, Values]:
        """Return the matrix and the right-hand sides with the figures of some data."""
        rows, columns, values = [], [], []
        for at, to, figure in self._entries(data):
            r, c, v = np.broadcast_arrays(
                self._place(at, self._solver.rows), self._place(to, self._solver.columns), figure
            )
            there = r >= 0
            rows.append(r[there])
            columns.append(c[there])
            values.append(v[there])
        written = sparse.coo_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=self._rest.shape
        )
        b = self._b.copy()
        for name, dims, bound in self._bounds(data):
            place = self._place(self._labels(name, *dims), self._solver.rows)
            there = place >= 0
            b[place[there]] = bound.transpose(*dims).values[there]
        return (self._rest + written.tocsr()).tocsr(), b

    def _bounds(self, data: PlanData) -> Iterator[tuple[str, tuple[str, ...], Array]]:
        """Yield the right-hand sides that come from data: family, dimensions, figures."""
        yield "releasable", ("industry", "origin"), data.releasable
        yield "host_growth", ("host", "phase"), data.host_growth
        yield "industry_growth", ("industry", "host", "phase"), data.industry_growth
        if self._has("resource") and data.limit is not None:
            yield "resource", ("host", "resource", "phase"), data.limit
        if self._has("job_loss") and data.job_limit is not None:
            yield "job_loss", ("origin", "phase"), data.job_limit
        if self._has("similarity"):
            room = data.similarity_tolerance / 2 * data.output.sum("industry")
            yield (
                "similarity",
                ("host", "host_to", "phase"),
                room.expand_dims({"host_to": data.hosts, "phase": data.codes}),
            )

    def _entries(self, data: PlanData) -> Iterator[Entries]:
        """Yield the coefficients that come from data: labels of rows and of columns, figures."""
        variables = self._model.variables
        move = variables["move"].labels.transpose("industry", "origin", "host", "phase").values
        intake = variables["intake"].labels.transpose("industry", "host", "phase").values
        stock, flow = data.stock_weight.values, data.flow_weight.values
        if self._has("resource") and data.use is not None:
            use = data.use.transpose("resource", "industry", "host").values
            at = self._labels("resource", "resource", "host", "phase")
            yield at[:, None], intake[None], use[..., None]
        if self._has("job_loss"):
            jobs = data.losses["employment"].transpose("industry", "origin").values
            yield self._labels("job_loss", "origin", "phase")[None, :, None], move, jobs[:, :, None, None]
        if self._has("similarity"):
            theirs = data.specialities.astype(float)
            allowed = (data.shares * theirs).sum("industry") + data.similarity_tolerance / 2
            weight = (theirs - allowed).transpose("host_to", "industry", "host").values
            at = self._labels("similarity", "host_to", "host", "phase")
            yield at[:, None], intake[None], weight[..., None]
        for name in self._solver.programme.objectives:
            if name == "output":
                continue
            row = np.asarray(self._model.constraints[f"define_{name}"].labels.values)
            yield row, np.asarray(variables[name].labels.values), np.array(-1.0)
            if name == "landed_cost" and data.landed_cost is not None:
                yield (
                    row,
                    move,
                    data.landed_cost.transpose("industry", "origin", "host").values[..., None] * flow,
                )
                continue
            yield row, intake, data.gains[name].transpose("industry", "host").values[..., None] * stock
            if name == "co2":
                lost = data.losses[name].transpose("industry", "origin").values
                yield row, move, -lost[:, :, None, None] * flow
