"""Who moved to whom: published answers, independent solutions and identities, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from scipy.optimize import linprog, minimize

import hinterland as hl

Row = tuple[str, float, float, float, str]


def transfers() -> Iterator[Row]:
    """What, published, ours, tolerance (half a unit of the last decimal printed), source."""
    yield from _textbook()
    yield from _other_solvers()
    yield from _polar()
    yield from _built_in()


def _sides(lost: np.ndarray, gained: np.ndarray, prior: np.ndarray) -> tuple[xr.DataArray, ...]:
    origins, hosts = ([f"{k}{i + 1}" for i in range(n)] for k, n in zip("oh", prior.shape, strict=True))
    return (
        xr.DataArray(lost, {"origin": origins}, ("origin",)),
        xr.DataArray(gained, {"host": hosts}, ("host",)),
        xr.DataArray(prior, {"origin": origins, "host": hosts}, ("origin", "host")),
    )


def _textbook() -> Iterator[Row]:
    cost = np.array([[1.0, 2, 2], [2, 1, 2], [2, 2, 1]])
    flows = hl.measure.entropy_flows(*_sides(np.array([4.0, 6, 2]), np.array([3.0, 8, 1]), 1 / cost))
    source = "Thomas & Huggett (1980), Modelling in Geography, pp. 150-152, as the R package moin prints it"
    printed = ((1.62, 2.08, 0.30), (0.92, 4.73, 0.35), (0.46, 1.19, 0.35))
    for (i, j), published in np.ndenumerate(np.array(printed)):
        what = f"Doubly constrained flows, three zones, from {i + 1} to {j + 1}"
        ours = round(float(flows[i, j]), 6)
        yield (
            what,
            float(published),
            ours,
            5e-3,
            source,
        )


def _other_solvers() -> Iterator[Row]:
    rng = np.random.default_rng(8)
    lost, gained, prior = np.array([7.0, 2, 1]), np.array([1.0, 2, 3, 4]), rng.random((3, 4)) + 0.1
    sides = _sides(lost, gained, prior)
    ours = hl.measure.entropy_flows(*sides).to_numpy()
    totals = np.vstack([np.kron(np.eye(3), np.ones(4)), np.kron(np.ones(3), np.eye(4))])
    wanted = np.concatenate([lost, gained])
    found = minimize(
        lambda m: float(np.sum(m * (np.log(m / prior.ravel()) - 1))),
        np.outer(lost, gained).ravel() / 10,
        jac=lambda m: np.log(m / prior.ravel()),
        bounds=[(1e-9, None)] * 12,
        constraints=[
            {"type": "eq", "fun": lambda m: totals[:-1] @ m - wanted[:-1], "jac": lambda m: totals[:-1]}
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    gap = float(np.abs(found.x.reshape(3, 4) - ours).max())
    what = "Entropy table: largest gap to a general solver's minimum, 3 by 4 regions"
    yield what, 0.0, float(f"{gap:.1e}"), 1e-4, "Independent solution (SLSQP of SciPy)"
    low, high = hl.measure.cell_bounds(*sides[:2])
    worst = 0.0
    for cell in range(12):
        for sign, bound in ((1.0, low), (-1.0, high)):
            cost = np.zeros(12)
            cost[cell] = sign
            best = linprog(cost, A_eq=totals, b_eq=wanted)
            worst = max(worst, abs(sign * best.fun - float(bound.to_numpy().ravel()[cell])))
    what = "Hard bounds of the cells: largest gap to linear programmes over all tables with the totals"
    yield what, 0.0, float(f"{worst:.1e}"), 1e-9, "Independent solution (HiGHS)"


def _polar() -> Iterator[Row]:
    rng = np.random.default_rng(9)

    def table() -> hl.accounts.IOTable:
        return hl.accounts.IOTable.from_arrays(
            rng.random((6, 6)),
            rng.random((6, 3)) * 5,
            regions=list("abc"),
            industries=["x", "y"],
            categories=["f"],
        )

    first, second = table(), table()
    found = hl.measure.decompose_induced(first, second)
    parts = sum(found[name] for name in ("technology", "sourcing", "final_sourcing", "demand"))
    gap = float(np.abs(parts - found["change"]).max())
    yield "Polar averages: parts less change of induced output", 0.0, float(f"{gap:.1e}"), 1e-12, "Identity"
    inverse = [np.linalg.inv(np.eye(6) - t.A) for t in (first, second)]
    structure = (inverse[1] - inverse[0]) @ (first.Y + second.Y) / 2
    ours = (found["technology"] + found["sourcing"]).to_numpy().reshape(6, -1)
    gap = float(np.abs(structure - ours).max())
    what = "Polar averages: technology and sourcing of inputs less half of (L1 - L0)(f0 + f1)"
    yield what, 0.0, float(f"{gap:.1e}"), 1e-12, "Miller & Blair (2009), Input-Output Analysis, section 13.1"


def _built_in() -> Iterator[Row]:
    study = hl.open_study("southwest")
    flows = hl.measure.transfers(study, draws=2).results()["transfer_flows"].frame
    change = hl.measure.history(study).frame
    change = change[change["industry"].isin(study.transferable)]
    known = change.set_index(["phase", "industry", "region"])["share_change_money"]
    worst = 0.0
    for side, sign in (("origin", -1.0), ("host", 1.0)):
        sums = flows.groupby(["phase", "industry", side], observed=True)["transfer"].sum()
        sums.index.names = known.index.names
        wanted = (known * sign).clip(lower=0.0)
        worst = max(
            worst, float((sums.reindex(known.index, fill_value=0.0) - wanted).abs().max() / wanted.max())
        )
    what = "Estimated moves of the built-in study: largest gap of a total to the change of share, relative"
    yield what, 0.0, float(f"{worst:.1e}"), 1e-9, "Identity"
