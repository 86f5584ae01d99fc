"""A plan's transfers as an array of moves: checked, on the table's labels, in order of time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.scenario import Scenario
from hinterland.simulate.scenario_words import plainly
from hinterland.simulate.state import State, state_of
from hinterland.study import Study, StudyError, Text

# Rounding of a plan's figures may exceed an origin's output by this share.
SLACK = 1e-6


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
                a=plainly(float(leaving[o, i])),
                b=plainly(float(made[o, i])),
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


def in_time(study: Study, moves: xr.DataArray) -> xr.DataArray:
    """Put phases in order of time where they are those of a preset of the study: they add up."""
    given = [str(p) for p in moves["phase"].to_numpy()]
    presets = study.presets if "phases" in study.frames else ()
    for preset in sorted(presets, key=lambda p: p != study.preset):
        order = [phase.code for phase in study.phases(preset)]
        if set(given) <= set(order):
            return moves.sel(phase=[code for code in order if code in given])
    return moves


def states_of_moves(
    base: Baseline, study: Study, moves: xr.DataArray
) -> tuple[list[State], list[str | int], str, xr.DataArray]:
    """Return the states of an array of moves, their labels, what these count, and the total moved.

    Raises
    ------
    StudyError
        See `check_moves`.
    """
    whole = check_moves(study, moves, base.table)
    phased = "phase" in whole.dims
    whole = in_time(study, whole) if phased else whole
    still = state_of(Scenario(""), base)
    sums = whole.cumsum("phase") if phased else whole.expand_dims("phase")
    states = [
        replace(
            still,
            moved={
                **still.moved,
                "host": sums.isel(phase=k).transpose("industry", "origin", "host").to_numpy().astype(float),
            },
        )
        for k in range(sums.sizes["phase"])
    ]
    times: list[str | int] = [str(p) for p in whole["phase"].to_numpy()] if phased else ["after"]
    return states, times, "phase" if phased else "state", whole.sum("phase") if phased else whole
