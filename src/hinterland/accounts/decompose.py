r"""Why did it change? Structural decomposition between two tables.

An account :math:`e = \hat c L y` is a product of factors; the change is split among them by putting one
factor after another from its first to its second value. Every order gives an exact split, and none is better
than another (Dietzenbacher & Los 1998): the answer is the mean over all n! orders, with their range, and
beside it the mean of the two polar ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.chains import destinations
from hinterland.accounts.factor import Factor, factorise
from hinterland.accounts.footprint import intensity, unattributed
from hinterland.accounts.table import Array, IOTable
from hinterland.study import Column, Result, StudyError, Text, combine

By = Literal["industry", "region", "total"]
Choice = tuple[int, ...]

_FACTORS = {
    "intensity": Text("Intensity", "强度效应"),
    "technology": Text("Technology (inputs per output)", "技术效应（投入系数）"),
    "sourcing": Text("Sourcing of inputs", "中间投入来源地效应"),
    "composition": Text("Composition of final demand", "最终需求结构效应"),
    "final_sourcing": Text("Sourcing of final demand", "最终需求来源地效应"),
    "level": Text("Level of final demand", "最终需求规模效应"),
}


@dataclass(frozen=True)
class Effects:
    """Effect of each factor, shape [factors, ...].

    Attributes
    ----------
    mean : array
        Over all orders; sums over factors to the change.
    low, high : array
        Smallest and largest over all orders.
    polar : array
        Mean of the order first to last and the order last to first; sums to the change too.
    """

    mean: Array
    low: Array
    high: Array
    polar: Array


def all_orders(evaluate: Callable[[Choice], Array], factors: int) -> Effects:
    r"""Split a change among factors, as the mean over all n! orders of changing them.

    The effect of factor i in an order depends only on the set S of factors changed before it, so the n!
    orders need :math:`2^n` values: :math:`\sum_S \frac{|S|!\,(n-|S|-1)!}{n!} [e(S \cup i) - e(S)]`.

    Parameters
    ----------
    evaluate : callable
        Of a tuple of 0 (first) and 1 (second table), one per factor: the account, array of any shape.
    factors : int
        At most 10.

    References
    ----------
    Dietzenbacher & Los (1998), Economic Systems Research 10(4), 307-324; de Haan (2001), Economic Systems
    Research
    13(2).
    """
    if factors > 10:
        raise StudyError(
            Text(f"{factors} factors have too many orders.", f"{factors}个因素的次序过多。"),
            Text("Use at most 10.", "请不超过10个。"),
        )
    value = {
        chosen: np.asarray(evaluate(chosen), dtype=np.float64) for chosen in product((0, 1), repeat=factors)
    }
    parts: list[list[Array]] = []
    for i in range(factors):
        weighted, steps, polar = [], [], []
        for chosen in value:
            if chosen[i]:
                continue
            step = value[(*chosen[:i], 1, *chosen[i + 1 :])] - value[chosen]
            before = sum(chosen)
            weighted.append(step * (factorial(before) * factorial(factors - before - 1) / factorial(factors)))
            steps.append(step)
            if chosen in ((1,) * i + (0,) * (factors - i), (0,) * (i + 1) + (1,) * (factors - i - 1)):
                polar.append(step)
        parts.append([np.sum(weighted, 0), np.min(steps, 0), np.max(steps, 0), np.mean(polar, 0)])
    mean, low, high, both = (np.stack(k) for k in zip(*parts, strict=True))
    return Effects(mean, low, high, both)


def shares(values: Array, totals: Array, what: Text) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Shares in totals, and where they are known: a total of zero has none.

    Raises
    ------
    StudyError
        Parts that cancel out: their shares would be meaningless.
    """
    size = np.abs(values)
    while size.ndim > totals.ndim:
        size = size.sum(0)
    known = totals != 0
    if np.any(np.abs(totals) < 1e-9 * size):
        raise StudyError(
            Text(
                f"{what.en}: negative and positive entries cancel out, so that shares in their sum "
                "mean nothing.",
                f"{what.zh}：正负相抵，份额无意义。",
            ),
            Text(
                "Combine categories or industries, or leave out changes of stocks, in both tables.",
                "请在两表中合并类别或产业，或去掉库存变动。",
            ),
        )
    found = np.divide(values, totals, out=np.zeros_like(values), where=np.broadcast_to(known, values.shape))
    return found, known


def _fill(
    first: tuple[Array, npt.NDArray[np.bool_]], second: tuple[Array, npt.NDArray[np.bool_]]
) -> list[Array]:
    """Shares of both tables; where one has no total its shares are the other's: they count as unchanged."""
    one = np.where(first[1], first[0], second[0])
    two = np.where(second[1], second[0], first[0])
    return [one, two]


@dataclass(frozen=True)
class _Side:
    """What one table gives to the decomposition, in the order of the first table's labels."""

    A: Array
    final: Array
    intensity: Array
    solve: Callable[[Array], Array]


def _align(first: IOTable, second: IOTable, kind: str) -> tuple[list[_Side], tuple[str, ...]]:
    """Bring the second table to the first one's order of labels."""
    for what, a, b in (
        (Text("regions", "地区"), first.regions, second.regions),
        (Text("industries", "产业"), first.industries, second.industries),
    ):
        if set(a) != set(b):
            odd = sorted(set(a) ^ set(b))
            raise StudyError(
                Text(
                    f"The tables differ in {what.en}: {', '.join(odd)}.",
                    f"两表{what.zh}不一致：{'、'.join(odd)}。",
                ),
                Text("Aggregate them to the same list first.", "请先合并为相同的分类。"),
            )
    units = [t.satellites[kind].unit if kind in t.satellites else t.unit for t in (first, second)]
    for one, two in ((first.unit, second.unit), units):
        if one != two:
            raise StudyError(
                Text(f"The tables differ in unit: {one} and {two}.", f"两表单位不同：{one}与{two}。"),
                Text("Convert one of them.", "请换算为同一单位。"),
            )
    size = len(second.industries)
    row = np.array(
        [
            second.regions.index(r) * size + second.industries.index(k)
            for r in first.regions
            for k in first.industries
        ]
    )
    back = np.argsort(row)
    (final, names), (other, others) = destinations(first), destinations(second)
    every = tuple(dict.fromkeys((*names, *others)))

    def wide(values: Array, there: tuple[str, ...]) -> Array:
        found = np.zeros((len(values), len(every)))
        for k, name in enumerate(there):
            found[:, every.index(name)] = values[:, k]
        return found

    return [
        _Side(first.A, wide(final, names), intensity(first, kind), first.solve),
        _Side(
            second.A[np.ix_(row, row)],
            wide(other, others)[row],
            intensity(second, kind)[row],
            lambda y: second.solve(y[back])[row],
        ),
    ], every


def decompose_change(
    sides: Sequence[_Side],
    regions: int,
    aggregate: Callable[[Array], Array],
    *,
    sourcing: bool,
    intensive: bool,
) -> tuple[tuple[str, ...], Effects, Array]:
    r"""Effects of the factors of :math:`e = \hat c (I - H \circ T)^{-1} \sum_d (F_d \circ M_d) l_d`.

    c intensity; H inputs of a product from anywhere per unit of output, T the share of each origin in them;
    l_d final demand of a destination, M_d its composition by product, F_d the share of each origin. Without
    `sourcing` T counts as part of H and F of M.

    Returns
    -------
    names of factors, `Effects` of ``aggregate(e)``, and the change itself.
    """
    n, width = sides[0].final.shape
    size = n // regions
    names = tuple(
        name
        for name in _FACTORS
        if (intensive or name != "intensity") and (sourcing or name not in ("sourcing", "final_sourcing"))
    )
    finals = [side.final for side in sides]
    level = [final.sum(0) for final in finals]
    demand = Text("Final demand", "最终需求")
    if sourcing:
        bought = [final.reshape(regions, size, width).sum(0) for final in finals]
        origin = _fill(
            *(shares(f.reshape(regions, size, width), b, demand) for f, b in zip(finals, bought, strict=True))
        )
        mix = _fill(*(shares(b, t, demand) for b, t in zip(bought, level, strict=True)))
    else:
        mix = _fill(*(shares(f, t, demand) for f, t in zip(finals, level, strict=True)))

    def y(chosen: dict[str, int]) -> Array:
        scaled = mix[chosen["composition"]] * level[chosen["level"]]
        if sourcing:
            scaled = (origin[chosen["final_sourcing"]] * scaled).reshape(n, width)
        total: Array = scaled.sum(1)
        return total

    if sourcing:
        inputs = [side.A.reshape(regions, size, n).sum(0) for side in sides]
        origins = _fill(
            *(
                shares(side.A.reshape(regions, size, n), h, Text("Inputs", "中间投入"))
                for side, h in zip(sides, inputs, strict=True)
            )
        )

    outputs: dict[Choice, Array] = {}
    technical = [k for k, name in enumerate(names) if name in ("technology", "sourcing")]
    choices = list(product((0, 1), repeat=len(names)))
    for kept in sorted({tuple(c[k] for k in technical) for c in choices}):
        wanted = [c for c in choices if tuple(c[k] for k in technical) == kept]
        distinct = {
            tuple(v for v, name in zip(c, names, strict=True) if name != "intensity"): c for c in wanted
        }
        if len(set(kept)) == 1:
            solve = sides[kept[0]].solve
        else:
            # inputs of one table with the sourcing of the other; refused if not productive
            mixed = (origins[kept[1]] * inputs[kept[0]]).reshape(n, n)
            factor = factorise(mixed, np.ones(n))

            def solve(y: Array, factor: Factor = factor) -> Array:
                return factor.solve(y).values

        columns = np.column_stack([y(dict(zip(names, c, strict=True))) for c in distinct.values()])
        for key, column in zip(distinct, solve(columns).T, strict=True):
            outputs[key] = column

    def evaluate(chosen: Choice) -> Array:
        key = tuple(v for v, name in zip(chosen, names, strict=True) if name != "intensity")
        c = sides[chosen[0]].intensity if intensive else sides[0].intensity
        return aggregate(c * outputs[key])

    change = evaluate((1,) * len(names)) - evaluate((0,) * len(names))
    return names, all_orders(evaluate, len(names)), change


def structural_decomposition(
    first: IOTable,
    second: IOTable,
    kind: str = "output",
    *,
    by: By = "region",
    sourcing: bool = False,
    constant_prices: bool = False,
) -> Result:
    """Split the change of output, value added or a satellite between two tables among its causes.

    Parameters
    ----------
    first, second : IOTable
        Same regions and industries, in any order (they are matched by label); same units; at constant prices.
    kind : str
        "output", "value_added" or a satellite. Output has no intensity.
    by : {"industry", "region", "total"}
        What the change is of; the range over orders is of that sum.
    sourcing : bool
        Tell apart where inputs and final goods come from (several regions only).
    constant_prices : bool
        That the tables are; otherwise the result warns that prices may be part of the effects.

    Returns
    -------
    Result
        Columns: region, industry (as `by` asks), factor, change (mean over all orders), low and high
        (range over
        the orders), polar (mean of the two polar orders). The factors sum to the change exactly.

    Raises
    ------
    StudyError
        Labels or units differ; unknown account or option; entries that cancel out, whose shares have no
        meaning.

    References
    ----------
    Dietzenbacher & Los (1998), Structural decomposition techniques: sense and sensitivity, Economic Systems
    Research 10(4), 307-324; Miller & Blair (2009), chapter 13.
    """
    if by not in get_args(By):
        raise StudyError(
            Text(f"'{by}' is no level.", f"“{by}”不是可用的层次。"),
            Text(f"Choose from: {', '.join(get_args(By))}.", f"可选：{'、'.join(get_args(By))}。"),
        )
    if sourcing and len(first.regions) < 2:
        raise StudyError(
            Text("A table of one region has no sourcing.", "单区域表没有来源地效应。"),
            Text("Leave sourcing out.", "请不分解来源地效应。"),
        )
    sides, _ = _align(first, second, kind)
    count = len(first.regions)

    def aggregate(values: Array) -> Array:
        if by == "industry":
            return values
        summed: Array = values.reshape(count, -1).sum(1)
        return summed if by == "region" else summed.sum(keepdims=True)

    names, effects, _ = decompose_change(
        sides, count, aggregate, sourcing=sourcing, intensive=kind != "output"
    )
    rows = effects.mean.shape[1]
    labels: dict[str, object] = {}
    if by == "industry":
        labels["region"] = np.tile(np.repeat(first.regions, len(first.industries)), len(names))
        labels["industry"] = np.tile(first.industries, count * len(names))
    elif by == "region":
        labels["region"] = np.tile(first.regions, len(names))
    frame = pd.DataFrame(
        {
            **labels,
            "factor": np.repeat(names, rows),
            "change": effects.mean.ravel(),
            "low": effects.low.ravel(),
            "high": effects.high.ravel(),
            "polar": effects.polar.ravel(),
        }
    )
    if by == "industry" and first.absent:  # what exists in neither table has no figures, not zeros
        there = pd.MultiIndex.from_tuples({*first.labels, *second.labels})
        frame = frame[pd.MultiIndex.from_frame(frame[["region", "industry"]]).isin(there)]
        frame = frame.reset_index(drop=True)
    return _result(first, second, kind, frame, names, constant_prices)


def _result(
    first: IOTable,
    second: IOTable,
    kind: str,
    frame: pd.DataFrame,
    names: tuple[str, ...],
    constant_prices: bool,
) -> Result:
    one, two = first.provenance, second.provenance
    years = " → ".join(dict.fromkeys(k for k in (one.year, two.year) if k))
    unit = first.satellites[kind].unit if kind in first.satellites else first.unit
    status = combine(one.status, two.status)
    heads = {
        "region": Column("region", Text("Region", "地区"), "region"),
        "industry": Column("industry", Text("Industry", "产业"), "industry"),
        "factor": Column("factor", Text("Factor", "因素"), "code"),
    }
    figures = {
        "change": Text("Effect, mean of all orders", "效应（全部次序均值）"),
        "low": Text("Smallest of all orders", "全部次序最小值"),
        "high": Text("Largest of all orders", "全部次序最大值"),
        "polar": Text("Effect, mean of the polar orders", "效应（两极均值）"),
    }
    sources = tuple(dict.fromkeys((*one.sources, *two.sources)))
    meaning = "; ".join(f"{k}: {_FACTORS[k].en}" for k in names)
    meaning_zh = "；".join(f"{k}：{_FACTORS[k].zh}" for k in names)
    prices = (
        Text("The tables are at constant prices, as stated.", "按说明，两表为不变价。")
        if constant_prices
        else Text(
            "Warning: if the tables are not at the same constant prices, changes of prices are part "
            "of every effect.",
            "注意：若两表不是同一不变价，价格变化会混入各项效应。",
        )
    )
    return Result(
        f"structural_decomposition_{kind}",
        Text("Causes of the change", "变化的结构分解"),
        frame,
        tuple(
            heads[c] if c in heads else Column(c, figures[c], "number", unit, status, years, sources)
            for c in frame.columns
        ),
        Text(
            f"Structural decomposition, mean of all {factorial(len(names))} orders of the factors "
            "(Dietzenbacher & "
            "Los 1998); the factors sum to the change.",
            f"结构分解分析，{factorial(len(names))}种次序的均值（Dietzenbacher和Los，1998）；各因素之和等于总变化。",
        ),
        Text(meaning + ". ", meaning_zh + "。")
        + unattributed(first, kind)
        + unattributed(second, kind)
        + prices,
    )
