r"""Multipliers with households inside the system (type II), beside those without (simple, type I).

Households of each region are a sector that sells labour (its row: compensation of employees) and buys
consumption (its column). Bordering A with these rows H and columns C,

.. math:: \bar A = \begin{pmatrix} A & C \\ H & K \end{pmatrix},

changes nothing in the factorisation of I - A: with :math:`w' = (c' + w_h' H)(I-A)^{-1}` only a system as
large
as the number of regions remains (Schur complement). Reference: Miller & Blair (2009), sections 2.5 and 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.checks import refuse
from hinterland.study import Column, Result, Text

if TYPE_CHECKING:
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Households:
    """Households as sectors of the system.

    Attributes
    ----------
    labour : array [regions, n]
        H: compensation per unit of output, to households of the region where it is earned.
    spending : array [n, regions]
        C: consumption per unit of household income.
    between : array [regions]
        K: what households buy of households (domestic service), per unit of their income.
    response : array [regions, regions]
        :math:`(I - K - H L C)^{-1}`: household income per unit of income first given.
    """

    labour: Array
    spending: Array
    between: Array
    response: Array


def households(
    table: IOTable,
    *,
    compensation: Sequence[str],
    consumption: Sequence[str],
    income: npt.ArrayLike | None = None,
    own: npt.ArrayLike | None = None,
) -> Households:
    """Bring households into the system.

    Parameters
    ----------
    table : IOTable
    compensation : sequence of str
        Items of value added that are paid to households.
    consumption : sequence of str
        Categories of final demand that are theirs.
    income : array [regions], optional
        All income of each region's households, money: what their consumption is divided by. Default: the
        compensation paid in the region. Where consumption is also paid from pensions, profits or credit, give
        the whole income, or households would spend more than they are paid.
    own : array [regions], optional
        What households buy of households, money.

    Raises
    ------
    StudyError
        Names that the table does not have, negative or missing income, households that spend more than their
        income (named), a system that is not productive.
    """
    r, n = len(table.regions), len(table.x)
    pay, demand = np.zeros(n), np.zeros((n, r))
    compensation = (compensation,) if isinstance(compensation, str) else compensation
    consumption = (consumption,) if isinstance(consumption, str) else consumption
    categories = [category for _, category in table.final]
    for kind, names, there in (
        (Text("item of value added", "增加值项目"), compensation, table.items),
        (Text("category of final demand", "最终需求类别"), consumption, tuple(dict.fromkeys(categories))),
    ):
        unknown = [k for k in names if k not in there]
        if unknown or not names:
            raise refuse(
                Text("The table has no {kind} {which}.", "该表没有{kind}{which}。"),
                Text("It has: {there}.", "现有：{there}。"),
                kind=kind,
                which=", ".join(unknown) or "''",
                there=", ".join(there),
            )
    for item in dict.fromkeys(compensation):
        pay += table.V[table.items.index(item)]
    place = {region: k for k, region in enumerate(table.regions)}
    for column, (region, category) in enumerate(table.final):
        if category in consumption:
            if region not in place:
                raise refuse(
                    Text("Final demand of this table is not by region.", "该表的最终需求未分地区。"),
                    Text("Give Y by region and category.", "请按地区和类别给出Y。"),
                )
            demand[:, place[region]] += table.Y[:, column]
    itself = np.zeros(r) if own is None else np.asarray(own, dtype=np.float64).reshape(-1)
    earned = pay.reshape(r, -1).sum(1) if income is None else np.asarray(income, dtype=np.float64).reshape(-1)
    spent = demand.sum(0) + itself
    if earned.shape != (r,) or itself.shape != (r,) or not np.all(np.isfinite(earned + itself)):
        raise refuse(
            Text("Household income is not one finite value per region.", "居民收入须为每个地区一个有限值。"),
            Text("Give {r} values.", "请给出{r}个值。"),
            r=r,
        )
    over = np.flatnonzero((earned < 0) | (spent > earned * (1 + 1e-9)))
    if over.size:
        raise refuse(
            Text(
                "Households spend more than their income, or have none, in: {which}.",
                "以下地区居民支出超过其收入或无收入：{which}。",
            ),
            Text(
                "Give `income`: all income of households, not compensation alone.",
                "请给出income：居民全部收入，而不只是劳动者报酬。",
            ),
            which=", ".join(
                f"{table.regions[k] or '1'} ({spent[k]:.6g} / {earned[k]:.6g})" for k in over[:6]
            ),
        )
    share = np.divide(1.0, earned, out=np.zeros(r), where=earned > 0)
    spending = demand * share
    labour = np.zeros((r, n))
    rate = np.divide(pay, table.x, out=np.zeros(n), where=table.x > 0)
    for k in range(r):
        at = slice(k * (n // r), (k + 1) * (n // r))
        labour[k, at] = rate[at]
    between = itself * share
    inner = np.diag(between) + labour @ table.solve(spending)
    # the bordered system is productive just when this one is
    radius = float(np.abs(np.linalg.eigvals(inner)).max(initial=0.0))
    if not radius < 1 - 1e-10:
        raise refuse(
            Text(
                "With households inside, the rounds of income do not die out (factor {radius:.4g}).",
                "居民内生后，收入循环不收敛（因子{radius:.4g}）。",
            ),
            Text("Give `income`: all income of households.", "请给出income：居民全部收入。"),
            radius=radius,
        )
    return Households(
        labour, spending, between, np.asarray(np.linalg.inv(np.eye(r) - inner), dtype=np.float64)
    )


def closed_multipliers(
    table: IOTable, within: Households, direct: npt.ArrayLike, *, of_households: npt.ArrayLike = 0.0
) -> Array:
    r"""Type II multipliers of coefficients c: total over industries per unit of final demand, households
    inside.

    .. math:: m' = (c' + w_h' H)(I - A)^{-1}, \qquad w_h' = (c_h 1' + c' L C)(I - K - H L C)^{-1}

    Parameters
    ----------
    direct : array [n] or [k, n]
        c, per unit of output.
    of_households : float or array [regions]
        What a unit of household income itself counts: 1 for total output with households' row counted (the
        book's "total"), 0 for industries alone ("truncated"), `Households.between` for income, which
        households also pay to households.

    Returns
    -------
    array of the shape of `direct`
    """
    c = np.asarray(direct, dtype=np.float64)
    rows = c.reshape(-1, len(table.x))
    simple = table.solve_left(rows)
    income = (np.asarray(of_households, dtype=np.float64) + simple @ within.spending) @ within.response
    closed: Array = simple + income @ table.solve_left(within.labour)
    return closed.reshape(c.shape)


_LABELS: Mapping[str, Text] = {
    "direct": Text("Direct effect", "直接效应"),
    "simple": Text("Simple multiplier", "简单乘数"),
    "total": Text("Total multiplier (households inside)", "总乘数（居民内生）"),
    "type_1": Text("Type I ratio", "I型乘数（比率）"),
    "type_2": Text("Type II ratio", "II型乘数（比率）"),
}


def household_multipliers(
    table: IOTable,
    *,
    compensation: Sequence[str],
    consumption: Sequence[str],
    income: npt.ArrayLike | None = None,
    own: npt.ArrayLike | None = None,
) -> Result:
    """Multipliers of output, value added, income and every satellite, without and with households inside.

    Parameters as of `households`.

    Returns
    -------
    Result
        Columns: account (code), region, industry, direct (per unit of output), simple and total (per unit of
        final demand; households' own output not counted), type_1 = simple / direct, type_2 = total / direct
        (both NaN where the direct effect is 0). NaN where there is no output, or where a satellite is
        unknown.

    References
    ----------
    Miller & Blair (2009), section 6.2 (simple, total, type I and type II).
    """
    within = households(table, compensation=compensation, consumption=consumption, income=income, own=own)
    made = table.x > 0
    direct = {
        "output": np.where(made, 1.0, 0.0),
        "value_added": np.where(made, table.per_output("value_added"), 0.0),
        "income": within.labour.sum(0),
    }
    for name in table.satellites:
        direct[name] = np.where(made, table.per_output(name), 0.0)
    stacked = np.array(list(direct.values()))
    simple = np.where(made, table.solve_left(stacked), np.nan)
    counted = np.zeros((len(stacked), len(table.regions)))
    counted[list(direct).index("income")] = within.between
    total = np.where(made, closed_multipliers(table, within, stacked, of_households=counted), np.nan)
    stacked = np.where(made, stacked, np.nan)
    n = len(table.x)

    def ratio(values: Array) -> Array:
        over: Array = np.divide(values, stacked, out=np.full(stacked.shape, np.nan), where=stacked != 0)
        return over

    figures = {
        "direct": stacked,
        "simple": simple,
        "total": total,
        "type_1": ratio(simple),
        "type_2": ratio(total),
    }
    frame = pd.DataFrame(
        {
            "account": np.repeat(np.array(list(direct), dtype=object), n),
            "region": np.tile(
                np.repeat(np.array(table.regions, dtype=object), len(table.industries)), len(direct)
            ),
            "industry": np.tile(np.array(table.industries, dtype=object), len(table.regions) * len(direct)),
            **{name: values.ravel() for name, values in figures.items()},
        }
    )
    known = table.provenance
    units = ", ".join(
        f"{name}: {table.satellites[name].unit if name in table.satellites else table.unit or '1'}"
        for name in direct
    )
    return Result(
        "household_multipliers",
        Text("Multipliers without and with households", "居民外生与内生的乘数"),
        frame,
        (
            Column("account", Text("Account", "账户"), "code"),
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            *(
                Column(name, _LABELS[name], "number", "1", known.status, known.year, known.sources)
                for name in figures
            ),
        ),
        Text(
            "Simple: c'(I - A)^-1; total: the same with households of each region as a sector that earns "
            "compensation and spends it as it does now; type I and type II are simple and total over direct "
            "(Miller & Blair 2009, section 6.2). ",
            "简单乘数：c'(I - A)^-1；总乘数：将各地区居民作为获得报酬并按现有结构消费的部门；I型、"
            "II型为简单乘数、"
            "总乘数与直接效应之比（Miller & Blair 2009，6.2节）。",
        )
        + known.method,
        Text(
            f"Per unit of money ({units}). Earnings are taken to be spent in the region where they are "
            f"paid. ",
            f"按单位货币计（{units}）。假定报酬在支付地区消费。",
        )
        + table.remarks,
    )
