"""Methods of regionalisation set against true tables, each with the information it uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from hinterland.accounts.balance_problem import Array
from hinterland.accounts.regional_errors import multiplier_error, stpe, wape
from hinterland.accounts.regionalise import DELTA, DELTAS, Survey, delta_errors, regional_coefficients
from hinterland.accounts.technology import fit_margins, learn_technology
from hinterland.study import Column, Result, StudyError, Text

Known = Literal["output", "value_added", "totals"]
KNOWN: tuple[Known, ...] = ("output", "value_added", "totals")
Others = Sequence[Survey]
Estimate = Callable[[Survey, Array, Others], Array]

_ERRORS = (
    ("wape", Text("WAPE of flows", "流量的加权绝对百分比误差")),
    ("stpe", Text("STPE of coefficients", "系数的标准化总百分比误差")),
    ("multiplier_error", Text("Error of output multipliers", "产出乘数误差")),
)


def _quotient(name: Literal["slq", "cilq", "rlq", "flq", "aflq"]) -> Estimate:
    def estimate(nation: Survey, output: Array, others: Others) -> Array:
        return regional_coefficients(nation.A, output, nation.output, name, DELTA)

    return estimate


@lru_cache(maxsize=1024)
def _by_delta(nation: Survey, survey: Survey, name: Literal["flq", "aflq"]) -> Array:
    return delta_errors(nation.A, nation.output, survey, name)[:, 1]


def _chosen(name: Literal["flq", "aflq"]) -> Estimate:
    def estimate(nation: Survey, output: Array, others: Others) -> Array:
        # `choose_delta` by the others only, for each region anew; their errors are reckoned once
        delta = DELTAS[int(np.mean([_by_delta(nation, s, name) for s in others], axis=0).argmin())]
        return regional_coefficients(nation.A, output, nation.output, name, delta)

    return estimate


def _national(nation: Survey, output: Array, others: Others) -> Array:
    return nation.A


def _learned(nation: Survey, output: Array, others: Others) -> Array:
    return learn_technology(nation.A, nation.output, others).coefficients(output)


# name -> (how it estimates, whether it looks at the tables of other regions)
METHODS: dict[str, tuple[Estimate, bool]] = {
    "slq": (_quotient("slq"), False),
    "cilq": (_quotient("cilq"), False),
    "rlq": (_quotient("rlq"), False),
    "flq": (_quotient("flq"), False),
    "aflq": (_quotient("aflq"), False),
    "national": (_national, False),
    "flq_chosen": (_chosen("flq"), True),
    "aflq_chosen": (_chosen("aflq"), True),
    "learned": (_learned, True),
}


def score_by_region(
    nation: Survey,
    regions: Sequence[Survey],
    *,
    others: Sequence[Survey] | None = None,
    methods: Sequence[str] = tuple(METHODS),
    known: Sequence[Known] = KNOWN,
) -> Result:
    """Estimate each region's table by each method and set it against the true one.

    Columns: region (text), method (code), known (code: output; value_added, so that inputs of each industry
    are known; totals, so that sales of each product to industries are known, too), tables (flag: the method
    looks at the tables of other regions, never at the region's own), wape, stpe, multiplier_error.

    Parameters
    ----------
    nation : Survey
        The nation's coefficients and output.
    regions : sequence of Survey
        Those to estimate, with their true tables.
    others : sequence of Survey, optional
        Those that a method may learn from; default all of `regions`. The region itself (by name) is left out.
    """
    unknown = [m for m in methods if m not in METHODS]
    if unknown:
        raise StudyError(
            Text(f"There is no method {', '.join(unknown)}.", f"没有方法{'、'.join(unknown)}。"),
            Text(f"Choose from {', '.join(METHODS)}.", f"请从{'、'.join(METHODS)}中选择。"),
        )
    records = []
    for region in regions:
        teachers = [s for s in (regions if others is None else others) if s.name != region.name]
        x, truth = region.output, region.A * region.output
        for method in methods:
            estimate, learns = METHODS[method]
            prior = estimate(nation, x, teachers) * x
            for what in known:
                flows = fit_margins(
                    prior,
                    truth.sum(0) if what != "output" else None,
                    truth.sum(1) if what == "totals" else None,
                )
                A = np.divide(flows, x, out=np.zeros_like(flows), where=x > 0)
                errors = (wape(flows, truth), stpe(A, region.A), multiplier_error(A, region.A))
                records.append((region.name, method, what, learns, *errors))
    frame = pd.DataFrame(records, columns=["region", "method", "known", "tables", *(n for n, _ in _ERRORS)])
    return Result(
        "regionalisation_by_region",
        Text("Estimated against true regional tables, by region", "分地区：估计表与真实表的比较"),
        frame,
        (Column("region", Text("Region", "地区"), "text"), *_columns()),
        _method(len(regions)),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("method", Text("Method", "方法"), "code"),
        Column("known", Text("Known of the region", "已知的地区信息"), "code"),
        Column("tables", Text("Uses other regions' tables", "利用其他地区的表"), "flag"),
        *(Column(n, t, "share", "1", "estimated") for n, t in _ERRORS),
    )


def _method(count: int) -> Text:
    return Text(
        f"Each of {count} regions is estimated from the national table and what is known of it, and set "
        "against its true table: WAPE of flows, STPE of coefficients, mean absolute relative error of "
        "output multipliers (Miller & Blair 2009, section 7.5). Methods that learn or choose delta see the "
        "tables of the other regions only.",
        f"由全国表及已知信息估计{count}个地区，再与真实表比较：流量WAPE、系数STPE、产出乘数平均绝对相对误差"
        "（Miller和Blair，2009，7.5节）。需学习或选取δ的方法只利用其他地区的表。",
    )


def score_methods(
    nation: Survey,
    regions: Sequence[Survey],
    *,
    others: Sequence[Survey] | None = None,
    methods: Sequence[str] = tuple(METHODS),
    known: Sequence[Known] = KNOWN,
) -> Result:
    """Mean errors by method and information over the regions (`score_by_region`).

    Columns: method, known, tables, wape, stpe, multiplier_error (means), below_slq, below_flq: by how much
    the mean WAPE lies under that of plain SLQ and of FLQ (delta 0.3) that know the region's output only.
    """
    each = score_by_region(nation, regions, others=others, methods=methods, known=known).frame
    names = [n for n, _ in _ERRORS]
    frame = each.groupby(["known", "method", "tables"], sort=False)[names].mean().reset_index()
    frame = frame[["method", "known", "tables", *names]]
    rank = {k: i for i, k in enumerate(KNOWN)}
    frame = frame.sort_values("known", key=lambda c: c.map(rank), kind="stable").reset_index(drop=True)
    for rival in ("slq", "flq"):
        plain = frame.query("method == @rival and known == 'output'")["wape"]
        base = float(plain.iloc[0]) if len(plain) else float("nan")
        frame[f"below_{rival}"] = 1 - frame["wape"] / base
    return Result(
        "regionalisation_scores",
        Text("Estimated against true regional tables, by method", "分方法：估计表与真实表的比较"),
        frame,
        (
            *_columns(),
            Column(
                "below_slq", Text("WAPE below plain SLQ's by", "WAPE低于SLQ的幅度"), "share", "1", "estimated"
            ),
            Column(
                "below_flq", Text("WAPE below plain FLQ's by", "WAPE低于FLQ的幅度"), "share", "1", "estimated"
            ),
        ),
        _method(len(regions)),
    )
