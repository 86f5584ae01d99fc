"""Input-output impact: what moving capacity does to output, value added, jobs and emissions everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg
import xarray as xr

from hinterland.accounts import IOTable, estimate_mrio
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.tables import impact_tables
from hinterland.study import Study, StudyError, Text

Array = npt.NDArray[np.float64]

# Rounding of a plan's figures may exceed an origin's output by this share.
SLACK = 1e-6


@dataclass(frozen=True)
class Relocated:
    """A table solved after a relocation: gross output [n], accounts per output [n], residual."""

    output: Array
    per_output: Mapping[str, Array]
    residual: float


def check_moves(study: Study, moves: xr.DataArray, table: IOTable) -> xr.DataArray:
    """Return moves as [industry, origin, host, (phase)] over the table's labels, absent labels as no move.

    Raises
    ------
    StudyError
        Wrong dimensions or labels, missing or negative moves, a move to the origin itself, or more moved
        (over all hosts and phases) than the origin makes; it gives the figures.
    """
    dims = {"industry", "origin", "host"}
    if set(moves.dims) not in (dims, dims | {"phase"}):
        raise StudyError(
            Text(f"Moves have dimensions {tuple(moves.dims)}.", f"转移数据的维度为{tuple(moves.dims)}。"),
            Text(
                "Give them over industry, origin, host (and phase).",
                "请按industry、origin、host（及phase）给出。",
            ),
        )
    allowed = {"industry": table.industries, "origin": table.regions, "host": table.regions}
    for dim, labels in allowed.items():
        unknown = [str(k) for k in moves[dim].to_numpy() if k not in labels]
        if unknown:
            raise StudyError(
                Text(
                    f"Moves name {dim} {', '.join(unknown)}, which the table does not have.",
                    f"转移数据中的{dim} {'、'.join(unknown)}在投入产出表中不存在。",
                ),
                Text(
                    f"Use: {', '.join(labels[:8])}{', ...' if len(labels) > 8 else ''}.",
                    f"可用：{'、'.join(labels[:8])}{'……' if len(labels) > 8 else ''}。",
                ),
            )
    values = moves.to_numpy()
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise StudyError(
            Text("Moves hold missing or negative amounts.", "转移数据中有缺失或负的数额。"),
            Text("Give output moved in money; 0 for no move.", "请以金额给出转移产出，没有转移的填0。"),
        )
    whole = moves.reindex({k: list(v) for k, v in allowed.items()}, fill_value=0.0)
    whole = whole.transpose("industry", "origin", "host", ...)
    total = whole.sum("phase") if "phase" in whole.dims else whole
    itself = np.einsum("ioo->io", total.to_numpy())
    if np.any(itself > 0):
        i, o = np.argwhere(itself > 0)[0]
        industry, region = (
            study.text("industry", table.industries[i]),
            study.text("region", table.regions[o]),
        )
        raise StudyError(
            Text("{i} moves from {r} to itself.", "{i}由{r}转移到其自身。").format(i=industry, r=region),
            Text("Choose another host.", "请选择其他承接地。"),
        )
    leaving = total.sum("host").transpose("origin", "industry").to_numpy()
    made = table.x.reshape(leaving.shape)
    over = np.argwhere(leaving > made * (1 + SLACK))
    if over.size:
        named = [
            Text("{i} from {r}: {a} of {b}", "{r}的{i}：转出{a}，产出{b}").format(
                i=study.text("industry", table.industries[i]),
                r=study.text("region", table.regions[o]),
                a=f"{leaving[o, i]:,.6g}",
                b=f"{made[o, i]:,.6g}",
            )
            for o, i in over[:4]
        ]
        more = len(over) - len(named)
        raise StudyError(
            Text(
                f"More moves than the origin makes ({table.unit}): {', '.join(t.en for t in named)}"
                + (f" and {more} more." if more else "."),
                f"转出超过转出地产出（单位：{study.text('unit', table.unit).zh}）："
                + "；".join(t.zh for t in named)
                + (f"；另有{more}项。" if more else "。"),
            ),
            Text("Move at most the origin's output.", "转出不得超过转出地的产出。"),
        )
    return whole


def _in_time(study: Study, moves: xr.DataArray) -> xr.DataArray:
    """Put phases in order of time where they are those of a preset of the study: they add up."""
    given = [str(p) for p in moves["phase"].to_numpy()]
    presets = study.presets if "phases" in study.frames else ()
    for preset in sorted(presets, key=lambda p: p != study.preset):
        order = [phase.code for phase in study.phases(preset)]
        if set(given) <= set(order):
            return moves.sel(phase=[code for code in order if code in given])
    return moves


def relocate(table: IOTable, moved: Array, accounts: tuple[str, ...]) -> Relocated:
    r"""Solve a table after capacity has moved from origins to hosts.

    With the share :math:`\phi_{ioh} = m_{ioh} / x_{oi}` of the origin's output that moves, every sale of the
    origin, to industries and to final demand, passes to the host in that share (sales go where the capacity
    is):

    .. math:: A' = M A, \quad y' = M y, \quad x' = (I - A')^{-1} y', \quad
              M_{hi,oi} = \phi_{ioh},\ M_{oi,oi} = 1 - \sum_h \phi_{ioh}

    The host produces with its own columns of A, so the moved activity buys by the host's technology and from
    the host's suppliers. A host that did not have the industry takes over the origin's inputs by product,
    value added and satellites per output, and buys each product where the host region buys it.

    Parameters
    ----------
    table : IOTable
    moved : array [industry, origin, host]
        Money, cumulative.
    accounts : tuple of str
        Accounts per output to return for the new system (value_added, names of satellites).

    References
    ----------
    Miller & Blair (2009), section 3.4 (trade coefficients in many-region models); the substitution of market
    shares follows the transfer of demand in Dietzenbacher, van Burken & Kondo (2019), Economic Systems
    Research 31.
    """
    r, n = len(table.regions), len(table.industries)
    A = np.array(table.A)
    y = table.Y.sum(1)
    per = {name: np.where(table.x > 0, table.per_output(name), 0.0) for name in accounts}
    made = table.x.reshape(r, n)
    for i, h in np.argwhere((moved.sum(1) > 0) & (made.T <= 0)):
        from_ = moved[i, :, h] / moved[i, :, h].sum()
        column, origins = h * n + i, np.arange(r) * n + i
        for name in per:
            per[name][column] = float(from_ @ per[name][origins])
        brought = (A[:, origins] @ from_).reshape(r, n)
        here = table.trade[:, :, h].T  # [from, product]
        bought = here.sum(0)
        pattern = np.divide(here, bought, out=np.zeros_like(here), where=bought > 0)
        A[:, column] = np.where(bought > 0, pattern * brought.sum(0), brought).ravel()
    rows, finals = A.reshape(r, n, r * n), y.reshape(r, n)
    for i in np.flatnonzero(moved.sum((1, 2)) > 0):
        out = np.divide(moved[i], made[:, i, None], out=np.zeros((r, r)), where=made[:, i, None] > 0)
        mix = np.diag(np.clip(1.0 - out.sum(1), 0.0, 1.0)) + out.T
        rows[:, i, :] = mix @ rows[:, i, :]
        finals[:, i] = mix @ finals[:, i]
    system = np.eye(r * n) - A
    x = scipy.linalg.solve(system, y, check_finite=False)
    size = float(table.x.max())
    residual = float(np.abs(system @ x - y).max() / size)
    if not np.all(np.isfinite(x)) or residual > 1e-9 or float(x.min()) < -1e-6 * size:
        raise StudyError(
            Text(
                f"The table after the moves has no meaningful solution (residual {residual:.2g}, smallest "
                f"output {float(np.nanmin(x)):.4g}).",
                f"转移后的投入产出表没有有意义的解（残差{residual:.2g}，最小产出{float(np.nanmin(x)):.4g}）。",
            ),
            Text(
                "Move less at once, or check the table's input coefficients.",
                "请减少一次转移的数额，或检查投入系数。",
            ),
        )
    return Relocated(x, per, residual)


def impact(study: Study, moves: xr.DataArray, table: IOTable | None = None) -> Outcome:
    r"""Impact of relocating capacity on output, value added, employment and emissions everywhere.

    See `relocate` for the equations: the origin's sales pass to the host in the share that moves; the host's
    technology and suppliers replace the origin's; the new system is solved. With a dimension ``phase`` the
    moves add up from phase to phase, in its order, and the result has the state at the end of each.

    What it leaves out: prices and wages, the building of the plants themselves, incomes spent (type I),
    growth from the base year, any change of technology. National output changes only as far as host and
    origin differ in inputs, imports and value added.

    Parameters
    ----------
    study : Study
    moves : DataArray [industry, origin, host] or [industry, origin, host, phase]
        Output moved, money of the base year, at least 0; labels left out mean no move.
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.

    Returns
    -------
    Outcome
        Tables impact_by_region and impact_by_industry (state at the end), and impact_by_phase when moves
        have phases.

    Raises
    ------
    StudyError
        Moves larger than the origin's output (with figures), or labels the table does not have.
    """
    system = table if table is not None else estimate_mrio(study)
    whole = check_moves(study, moves, system)
    names = tuple(
        k for k in ("value_added", "employment", "co2") if k == "value_added" or k in system.satellites
    )
    phased = "phase" in whole.dims
    whole = _in_time(study, whole) if phased else whole
    steps = [str(p) for p in whole["phase"].to_numpy()] if phased else ["after"]
    before = {"output": system.x, "value_added": system.V.sum(0)} | {
        name: system.satellites[name].values for name in names if name != "value_added"
    }
    states: dict[str, list[Array]] = {name: [] for name in ("output", *names)}
    residual = 0.0
    sums = whole.cumsum("phase") if phased else whole
    for step in range(len(steps)):
        moved = (sums.isel(phase=step) if phased else sums).to_numpy().astype(float)
        made = system.x.reshape(len(system.regions), -1).T
        # a hair above the whole of an origin is rounding of the plan
        leaving = moved.sum(2)
        moved = moved * np.divide(made, leaving, out=np.ones_like(made), where=leaving > made)[:, :, None]
        solved = relocate(system, moved, names)
        residual = max(residual, solved.residual)
        states["output"].append(solved.output)
        for name in names:
            # what is recorded where there is no output (an odd emission) has nothing to move with and stays
            fixed = np.where(system.x > 0, 0.0, before[name])
            states[name].append(solved.per_output[name] * solved.output + fixed)
    units = {"output": system.unit, "value_added": system.unit} | {
        name: system.satellites[name].unit for name in names if name != "value_added"
    }
    baseline = xr.Dataset({k: system.labelled(v).assign_attrs(unit=units[k]) for k, v in before.items()})
    result = xr.Dataset(
        {
            k: xr.concat(
                [system.labelled(v) for v in states[k]], dim=xr.Variable("time", steps)
            ).assign_attrs(unit=units[k])
            for k in states
        }
    )
    total = whole.sum("phase") if phased else whole
    return Outcome(
        "impact",
        baseline,
        result,
        impact_tables(study, system, baseline, result, total, phased),
        residual,
    )
