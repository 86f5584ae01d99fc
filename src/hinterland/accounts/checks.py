"""What a table must satisfy before it is used, and what is unusual in it, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hinterland.study import EMPTY, StudyError, Text

Array = npt.NDArray[np.float64]
Namer = Callable[[int], str]


def some(name: Namer, positions: npt.NDArray[np.intp], most: int = 6) -> Text:
    """Name the first few of these positions, and say how many more there are."""
    named = [name(int(i)) for i in positions[:most]]
    more = len(positions) - most
    return Text(
        ", ".join(named) + (f" and {more} more" if more > 0 else ""),
        "、".join(named) + (f"等{len(positions)}个" if more > 0 else ""),
    )


def refuse(message: Text, mend: Text, **values: object) -> StudyError:
    """Make the error of these words, filled in."""
    return StudyError(message.format(**values), mend.format(**values))


def check_finite(what: str, values: Array, sums: Array | None = None) -> None:
    """Refuse missing or infinite values, naming the first.

    A sum is finite only where every value is, so nothing of the values' size is made; `sums` by column are
    taken where they are known.
    """
    if np.isfinite((values if sums is None else sums).sum()):
        return
    bad = np.argwhere(~np.isfinite(values))
    if bad.size:
        raise refuse(
            Text("{what} holds missing values, first at position {at}.", "{what}含缺失值，首个位于{at}。"),
            Text("Fill every cell; a flow that does not exist is 0.", "请填写每个单元；不存在的流量填0。"),
            what=what,
            at=tuple(int(i) for i in bad[0]),
        )
    raise refuse(
        Text("The sum of {what} overflows.", "{what}之和溢出。"),
        Text("Give money in a larger unit.", "请采用更大的货币单位。"),
        what=what,
    )


def check_output(Z: Array, x: Array, name: Namer) -> None:
    """Refuse negative output, and flows of industries without output."""
    negative = np.flatnonzero(x < 0)
    if negative.size:
        raise refuse(
            Text("Negative gross output: {which}.", "总产出为负：{which}。"),
            Text("Correct these rows.", "请更正这些行。"),
            which=some(name, negative),
        )
    idle = np.flatnonzero(x == 0)
    empty = idle[(Z[:, idle] != 0).any(0) | (Z[idle] != 0).any(1)]
    if empty.size:
        raise refuse(
            Text(
                "Flows into or out of industries without output: {which}.",
                "无产出的产业存在投入或销售：{which}。",
            ),
            Text(
                "Set their inputs and sales to 0, or give their output.",
                "请将其投入与销售置为0，或给出其产出。",
            ),
            which=some(name, empty),
        )


def check_balance(x: Array, sold: Array, bought: Array, tol: float, name: Namer) -> None:
    """Refuse rows or columns that miss gross output by more than tol x the largest output; all [n], money."""
    size = float(x.max(initial=0.0))
    for kind, total in (
        (Text("row (sales)", "行（销售）"), sold),
        (Text("column (inputs and value added)", "列（投入与增加值）"), bought),
    ):
        gap = total - x
        off = np.flatnonzero(np.abs(gap) > tol * size)
        if off.size:
            order = off[np.argsort(-np.abs(gap[off]))]
            raise refuse(
                Text("The table does not balance by {kind}: {which}.", "该表按{kind}不平衡：{which}。"),
                Text(
                    "Correct these, or balance the table first (accounts.ras).",
                    "请更正，或先平衡该表（accounts.ras）。",
                ),
                kind=kind,
                which=_gaps(name, gap, order),
            )


def _gaps(name: Namer, gap: Array, order: npt.NDArray[np.intp]) -> Text:
    return Text(
        some(lambda i: f"{name(i)} by {gap[i]:+.6g}", order).en,
        some(lambda i: f"{name(i)}差{gap[i]:+.6g}", order).zh,
    )


def remarks(Z: Array, Y: Array, V: Array, x: Array, absent: int) -> Text:
    """Say what is unusual in a table and how it is dealt with; empty where nothing is.

    Industries without output: no coefficients, multipliers missing (NaN), left out of the system and of
    averages. Negative final demand (stocks drawn down): part of the demand that output serves, as it is.
    Negative inputs (by-products by the Stone method, netted re-exports) and negative value added (subsidised
    industries): kept, so that the accounts add up; a table with negative inputs is accepted only while the
    rounds of inputs still die out. See Miller & Blair (2009), sections 4.2, 5.7 and 7.4.
    """
    said = EMPTY
    idle = int((x == 0).sum()) - absent
    if absent:
        said += Text(
            f"{absent} pairs of region and industry do not exist: their figures are missing, not zero. ",
            f"{absent}个地区—产业组合不存在：其数值为缺失而非零。",
        )
    if idle:
        said += Text(
            f"{idle} industries have no output: they have no coefficients and their multipliers are "
            f"missing. ",
            f"{idle}个产业无产出：无投入系数，其乘数缺失。",
        )
    for count, words in (
        (
            int((Y < 0).sum()),
            Text(
                "{n} cells of final demand are negative (stocks drawn down) and count as they are. ",
                "最终需求有{n}个负值（如存货减少），按原值计入。",
            ),
        ),
        (
            int(sum((Z[start : start + 512] < 0).sum() for start in range(0, len(Z), 512))),
            Text(
                "{n} inputs are negative (by-products, netting) and are kept; shares of sums may then "
                "exceed 1. ",
                "有{n}个负投入（副产品、净额记录），予以保留，份额因此可能大于1。",
            ),
        ),
        (
            int((V.sum(0) < 0).sum()),
            Text("{n} industries have negative value added. ", "{n}个产业增加值为负。"),
        ),
    ):
        if count:
            said += words.format(n=count)
    return Text(said.en.strip(), said.zh)
