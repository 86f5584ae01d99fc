r"""What would be lost without an industry, or a region? Hypothetical extraction by low-rank update.

Taking a set K of rows out changes I - A by a matrix of rank |K|, so no new system is solved: with
:math:`L = (I - A)^{-1}` and :math:`x = L y`, Sherman, Morrison and Woodbury give

.. math:: \bar x = x - L_{\cdot K} L_{KK}^{-1} w_K \quad (\text{all links, forward links}), \qquad
          \bar x = x - (L_{\cdot K} - E_K) L_{KK}^{-1} w_K \quad (\text{backward links})

and what an account loses needs no more than its multipliers. References: Schultz (1977), Empirical Economics
2; Cella (1984), Oxford Bulletin of Economics and Statistics 46; Dietzenbacher & van der Linden (1997),
Journal
of Regional Science 37; Miller & Blair (2009), section 12.2.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.linalg

from hinterland.accounts.checks import refuse
from hinterland.study import Column, Provenance, Result, Text

if TYPE_CHECKING:
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]
Links = Literal["all", "backward", "forward"]

_METHOD = {
    "all": Text(
        "Hypothetical extraction of all links: their purchases, their sales to others and their final "
        "demand are "
        "taken out, and what is lacking is bought from outside the table (Dietzenbacher & van der Linden "
        "1997; "
        "Miller & Blair 2009, section 12.2), by the Sherman-Morrison-Woodbury formula on one factorisation.",
        "假设抽取法（全部联系）：去除其购买、对其他产业的销售及其最终需求，所缺由表外购入"
        "（Dietzenbacher & van der Linden 1997；Miller & Blair 2009，12.2节）；以一次分解和"
        "Sherman-Morrison-Woodbury公式计算。",
    ),
    "backward": Text(
        "Hypothetical extraction of backward links: they buy all inputs from outside the table, sales and "
        "final "
        "demand staying (Dietzenbacher & van der Linden 1997).",
        "假设抽取法（后向联系）：其全部投入改由表外购入，销售与最终需求不变"
        "（Dietzenbacher & van der Linden 1997）。",
    ),
    "forward": Text(
        "Hypothetical extraction of forward links: others buy from outside the table what they bought from "
        "them, "
        "final demand staying (Miller & Blair 2009, section 12.2.2).",
        "假设抽取法（前向联系）：其他产业改由表外购入其产品，最终需求不变（Miller & Blair 2009，12.2.2节）。",
    ),
}


@dataclass(frozen=True, eq=False)
class Extraction:
    """A table without some of its industries.

    Attributes
    ----------
    taken : int array
        Positions taken out.
    links : "all", "backward" or "forward"
    output : array [n]
        Gross output that is left, money.
    lost : array [n]
        Gross output lost, money.
    accounts : mapping of name to array [n]
        Value added and every satellite that each row loses; NaN where the account is unknown.
    result : Result
        The same by region and industry.
    """

    taken: npt.NDArray[np.intp]
    links: Links
    output: Array
    lost: Array
    accounts: Mapping[str, Array]
    result: Result


def chosen(
    table: IOTable, industries: Sequence[str] | None, regions: Sequence[str] | None
) -> npt.NDArray[np.intp]:
    """Positions of these industries in these regions (None: all of them).

    Raises
    ------
    StudyError
        A name that the table does not have; it lists those it has.
    """
    picked = []
    for kind, given, there in (
        (Text("region", "地区"), regions, table.regions),
        (Text("industry", "产业"), industries, table.industries),
    ):
        names = (given,) if isinstance(given, str) else given
        unknown = [k for k in names or () if k not in there]
        if unknown:
            raise refuse(
                Text("The table has no {kind} {which}.", "该表没有{kind}{which}。"),
                Text("It has: {there}.", "现有：{there}。"),
                kind=kind,
                which=", ".join(unknown),
                there=", ".join(there[:12]) + (", ..." if len(there) > 12 else ""),
            )
        picked.append(
            np.array([there.index(k) for k in dict.fromkeys(names)], dtype=np.intp)
            if names is not None
            else np.arange(len(there))
        )
    return (picked[0][:, None] * len(table.industries) + picked[1]).ravel()


def loss(L_K: Array, w: Array, K: npt.NDArray[np.intp], links: Links) -> Array:
    r"""Gross output lost by taking the rows K out.

    Parameters
    ----------
    L_K : array [n, k]
        Columns K of :math:`(I - A)^{-1}`.
    w : array [k]
        Output of K (all links, backward links), or its sales to industries (forward links), money.
    K : int array [k]
    links : "all", "backward" or "forward"

    Returns
    -------
    array [n]
        Money.

    Raises
    ------
    StudyError
        The system without K is singular (possible only with negative inputs).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", scipy.linalg.LinAlgWarning)
        try:
            weight = scipy.linalg.solve(L_K[K], w, check_finite=False)
        except (scipy.linalg.LinAlgError, scipy.linalg.LinAlgWarning) as failure:
            raise refuse(
                Text("What is left without these industries is singular.", "去除这些产业后的系统奇异。"),
                Text("Check the negative inputs of the table.", "请检查表中的负投入。"),
            ) from failure
    lost: Array = L_K @ weight
    if links == "backward":
        lost[K] -= weight
    return lost


def _check_links(links: str) -> Links:
    for known in get_args(Links):
        if links == known:
            found: Links = known
            return found
    raise refuse(
        Text("There are no links '{links}'.", "没有“{links}”这种联系。"),
        Text("Choose from: {known}.", "可选：{known}。"),
        links=links,
        known=", ".join(get_args(Links)),
    )


def _accounts(table: IOTable) -> dict[str, Array]:
    """Value added and satellites per unit of output [n], 0 where there is no output."""
    names = ("value_added", *table.satellites)
    return {name: np.where(table.x > 0, table.per_output(name), 0.0) for name in names}


def _figures(table: IOTable, names: Sequence[str], known: Provenance) -> list[Column]:
    columns = [
        Column(
            "output_loss",
            Text("Output lost", "产出损失"),
            "number",
            table.unit,
            known.status,
            known.year,
            known.sources,
        ),
        Column(
            "output_loss_share", Text("Share of output", "占产出比重"), "share", "1", known.status, known.year
        ),
    ]
    words = {"value_added": Text("Value added lost", "增加值损失")}
    for name in names:
        unit = table.satellites[name].unit if name in table.satellites else table.unit
        label = words.get(name, Text(f"Lost: {name}", f"损失：{name}"))
        columns.append(Column(f"{name}_loss", label, "number", unit, known.status, known.year, known.sources))
    return columns


_ROWS = (
    Column("region", Text("Region", "地区"), "region"),
    Column("industry", Text("Industry", "产业"), "industry"),
)


def _rows(table: IOTable) -> dict[str, npt.NDArray[np.object_] | list[str]]:
    return {
        "region": np.repeat(np.array(table.regions, dtype=object), len(table.industries)),
        "industry": np.tile(np.array(table.industries, dtype=object), len(table.regions)),
    }


def extraction(
    table: IOTable,
    *,
    industries: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
    links: str = "all",
) -> Extraction:
    r"""Take these industries of these regions out of the table, and see what every other loses.

    Parameters
    ----------
    table : IOTable
    industries, regions : sequence of str, optional
        None means all of them: industries alone are taken out of every region, regions alone whole.
    links : "all", "backward" or "forward"
        "all": rows and columns of A and final demand of the set are zero. "backward": its columns are zero
        (it
        buys from outside the table). "forward": its rows are zero (others buy from outside it).

    Returns
    -------
    Extraction
        Result columns: region, industry, output_loss (money), output_loss_share (of the row's output),
        value_added_loss (money), one loss for every satellite. NaN where the row has no output.

    Raises
    ------
    StudyError
        Names that the table does not have, nothing chosen, a system that is singular.
    """
    if industries is None and regions is None:
        raise refuse(
            Text("Nothing is named to take out.", "未指定抽取对象。"),
            Text("Name industries, regions or both.", "请指定产业、地区或两者。"),
        )
    kind = _check_links(links)
    K = chosen(table, industries, regions)
    n = len(table.x)
    taken = K[table.x[K] > 0]
    lost = np.zeros(n)
    if len(taken):
        unit = np.zeros((n, len(taken)))
        unit[taken, np.arange(len(taken))] = 1.0
        lost = loss(table.factor.solve(unit).values, _weight(table, kind)[taken], taken, kind)
    if kind == "all":
        lost[taken] = table.x[taken]  # exactly
    per = _accounts(table)
    accounts = {name: each * lost for name, each in per.items()}
    known = _known(table)
    frame = pd.DataFrame(_rows(table))
    frame["output_loss"] = np.where(table.x > 0, lost, np.nan)
    frame["output_loss_share"] = np.divide(lost, table.x, out=np.full(n, np.nan), where=table.x > 0)
    for name, each in accounts.items():
        frame[f"{name}_loss"] = np.where(table.x > 0, each, np.nan)
    result = Result(
        "extraction",
        Text("What is lost without them", "抽取后的损失"),
        frame,
        (*_ROWS, *_figures(table, list(accounts), known)),
        _METHOD[kind] + table.provenance.method,
        table.remarks,
    )
    return Extraction(K, kind, table.x - lost, lost, accounts, result)


def _weight(table: IOTable, links: Links) -> Array:
    """What the loss is proportional to: output served, or sales to industries (x = L y, not x as printed)."""
    demand = table.Y.sum(1)
    served = table.solve(demand)
    return np.asarray(served - demand if links == "forward" else served)


def _known(table: IOTable) -> Provenance:
    """An extraction is a hypothetical: computed with a model, so never an observation."""
    known = table.provenance
    return Provenance("estimated", known.unit, known.year, known.sources, known.method)


def extract_each(table: IOTable, *, links: str = "all", exclude_own: bool = False) -> Result:
    r"""Take out every industry of every region in turn: what the whole economy loses.

    For one row k the update is a scalar: total loss of an account with multipliers m is
    :math:`m_k w_k / l_{kk}` (all, forward) or :math:`(m_k - c_k) w_k / l_{kk}` (backward), so all rows in
    turn
    take one inverse's diagonal and one solve per account.

    Parameters
    ----------
    table : IOTable
    links : "all", "backward" or "forward"
    exclude_own : bool
        Leave out what the industry itself loses.

    Returns
    -------
    Result
        Columns: region, industry, output_loss (money), output_loss_share (of all output), value_added_loss,
        one loss for every satellite; NaN where the row has no output.
    """
    kind = _check_links(links)
    n = len(table.x)
    diagonal = inverse_diagonal(table)
    w = _weight(table, kind)
    share = np.divide(w, diagonal, out=np.full(n, np.nan), where=table.x > 0)
    own = diagonal - 1.0 if kind == "backward" else diagonal
    per = {"output": np.where(table.x > 0, 1.0, 0.0), **_accounts(table)}
    contents = table.solve_left(np.array(list(per.values())))
    frame = pd.DataFrame(_rows(table))
    for (name, direct), m in zip(per.items(), contents, strict=True):
        through = m - direct if kind == "backward" else m
        if exclude_own:
            through = through - direct * own
        frame[f"{name}_loss"] = through * share
        if name == "output":
            frame["output_loss_share"] = frame["output_loss"] / table.x.sum()
    known = _known(table)
    return Result(
        "extraction_each",
        Text("What the economy loses without each industry", "逐一抽取各产业的经济损失"),
        frame,
        (*_ROWS, *_figures(table, [name for name in per if name != "output"], known)),
        _METHOD[kind] + table.provenance.method,
        table.remarks
        + (Text(" Losses of others only.", "仅计其他产业的损失。") if exclude_own else Text("", "")),
    )


def losses_each(table: IOTable, *, links: str = "all") -> Array:
    """Gross output that each row (first axis) loses when each row in turn (second axis) is taken out [n,
    n]."""
    kind = _check_links(links)
    n = len(table.x)
    inverse = table.factor.solve(np.eye(n)).values
    diagonal = np.diagonal(inverse).copy()
    _check_diagonal(diagonal)
    share = np.where(table.x > 0, _weight(table, kind) / diagonal, 0.0)
    if kind == "backward":
        inverse[np.diag_indices(n)] -= 1.0
    inverse *= share
    return inverse


def inverse_diagonal(table: IOTable, block: int = 512) -> Array:
    """Diagonal of (I - A)^-1 [n], by blocks of columns: the inverse itself is not kept."""
    n = len(table.x)
    diagonal = np.empty(n)
    for start in range(0, n, block):
        at = np.arange(start, min(start + block, n))
        unit = np.zeros((n, len(at)))
        unit[at, at - start] = 1.0
        diagonal[at] = table.factor.solve(unit).values[at, at - start]
    _check_diagonal(diagonal)
    return diagonal


def _check_diagonal(diagonal: Array) -> None:
    if np.any(np.abs(diagonal) < 1e-10):
        raise refuse(
            Text("What is left without one of the industries is singular.", "去除某一产业后的系统奇异。"),
            Text("Check the negative inputs of the table.", "请检查表中的负投入。"),
        )
