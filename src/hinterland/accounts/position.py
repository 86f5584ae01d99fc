r"""Where in the chain is an industry? Distance to final demand, to primary inputs, and between industries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.checks import refuse, some
from hinterland.accounts.extract import chosen
from hinterland.accounts.factor import factorise
from hinterland.accounts.supply import supply_multipliers
from hinterland.study import Column, Provenance, Result, Text

if TYPE_CHECKING:
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]

# Below this, what one industry needs of another is rounding and its distance has no meaning.
NO_CHAIN = 1e-12


def upstreamness(table: IOTable, outward: Sequence[str] = ()) -> Array:
    r"""Mean number of stages that output passes before it is final demand [n].

    .. math:: U = (I - \Delta)^{-1} 1, \qquad \Delta_{ij} = Z_{ij} / (x_i - e_i)

    Parameters
    ----------
    table : IOTable
    outward : sequence of str
        Categories of final demand that are final only because the table ends there (exports, stock changes):
        with them as :math:`e_i`, what is exported or stored is taken to be used as the rest is (the
        open-economy correction of the paper). Without any, all final demand is final, which is right for a
        table of all regions.

    Returns
    -------
    array [n]
        At least 1 where no flow is negative; NaN where there is no output.

    Raises
    ------
    StudyError
        `outward` names no category, takes all that an industry delivers (named), or leaves a system that has
        no answer.

    References
    ----------
    Antras, Chor, Fally & Hillberry (2012), American Economic Review 102(3), equations 3 and 4.
    """
    if not outward:
        return supply_multipliers(table)
    categories = [category for _, category in table.final]
    unknown = [k for k in outward if k not in categories]
    if unknown:
        raise refuse(
            Text("Final demand has no category {which}.", "最终需求没有类别{which}。"),
            Text("It has: {there}.", "现有：{there}。"),
            which=", ".join(unknown),
            there=", ".join(dict.fromkeys(categories)),
        )
    picked = [column for column, category in enumerate(categories) if category in outward]
    kept = table.x - table.Y[:, picked].sum(1)
    bad = np.flatnonzero((table.x > 0) & (kept <= 1e-12 * table.x))
    if bad.size:
        raise refuse(
            Text(
                "All output of these is exported or stored: {which}.",
                "以下产业的产出全部出口或入库：{which}。",
            ),
            Text(
                "Their use is unknown: leave `outward` empty, or aggregate them with others.",
                "其用途未知：请不设outward，或与其他产业合并。",
            ),
            which=some(table.name, bad),
        )
    kept = np.where(table.x > 0, kept, 0.0)
    # (I - D^-1 Z)' is the system of the transposed flows with `kept` for output
    factor = factorise(np.ascontiguousarray(table.Z.T), kept, precision=table.precision, name=table.name)
    stages = factor.solve(np.ones((len(kept), 1)), left=True).values[:, 0]
    return np.where(table.x > 0, stages, np.nan)


def downstreamness(table: IOTable) -> Array:
    r"""Mean number of stages that primary inputs have passed when they leave in the row's output [n].

    .. math:: D' = 1' (I - A)^{-1}

    Imports and value added together are the primary inputs. NaN where there is no output.

    References
    ----------
    Miller & Temurshoev (2017), International Regional Science Review 40; Antras & Chor (2018).
    """
    return np.where(table.x > 0, table.solve_left(np.where(table.x > 0, 1.0, 0.0)), np.nan)


def propagation_lengths(table: IOTable, rows: npt.ArrayLike, columns: npt.ArrayLike) -> Array:
    r"""Average propagation lengths: mean number of rounds by which a push in j reaches i.

    .. math:: APL_{ij} = \frac{[L (L - I)]_{ij}}{[L - I]_{ij}}

    the same by cost-push and by demand-pull. The initial effect on the industry itself is left out.

    Parameters
    ----------
    table : IOTable
    rows, columns : int array
        Positions: suppliers i and users j.

    Returns
    -------
    array [rows, columns]
        At least 1 where no input is negative; NaN where there is no chain (less than 1e-12 of a unit).

    References
    ----------
    Dietzenbacher, Romero & Bosma (2005), Estudios de Economia Aplicada 23; Dietzenbacher & Romero (2007),
    International Regional Science Review 30.
    """
    i, j = np.asarray(rows, dtype=np.intp), np.asarray(columns, dtype=np.intp)
    lengths = np.empty((len(i), len(j)))
    n = len(table.x)
    for start in range(0, len(j), 256):
        at = j[start : start + 256]
        beyond = np.zeros((n, len(at)))
        beyond[at, np.arange(len(at))] = 1.0
        unit = beyond.copy()
        beyond = table.factor.solve(unit).values - unit  # L - I, column by column
        twice = table.factor.solve(beyond).values  # L (L - I)
        lengths[:, start : start + 256] = np.divide(
            twice[i], beyond[i], out=np.full((len(i), len(at)), np.nan), where=np.abs(beyond[i]) > NO_CHAIN
        )
    return lengths


def _estimated(table: IOTable) -> Provenance:
    known = table.provenance
    return Provenance(known.status, "1", known.year, known.sources, known.method)


def chain_position(table: IOTable, outward: Sequence[str] = ()) -> Result:
    """Upstreamness and downstreamness of every region's industries.

    Columns: region, industry, upstreamness, downstreamness (stages); NaN where there is no output. See
    `upstreamness` for `outward`.
    """
    known = _estimated(table)
    frame = pd.DataFrame(
        {
            "region": np.repeat(np.array(table.regions, dtype=object), len(table.industries)),
            "industry": np.tile(np.array(table.industries, dtype=object), len(table.regions)),
            "upstreamness": upstreamness(table, outward),
            "downstreamness": downstreamness(table),
        }
    )
    return Result(
        "chain_position",
        Text("Position in the chain", "产业链位置"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            Column(
                "upstreamness",
                Text("Upstreamness", "上游度"),
                "number",
                "1",
                known.status,
                known.year,
                known.sources,
            ),
            Column(
                "downstreamness",
                Text("Downstreamness", "下游度"),
                "number",
                "1",
                known.status,
                known.year,
                known.sources,
            ),
        ),
        Text(
            "Mean number of stages from output to final demand (Antras, Chor, Fally & Hillberry 2012) and "
            "from "
            "primary inputs to output (Miller & Temurshoev 2017). ",
            "产出到最终需求的平均阶段数（Antras, Chor, Fally & Hillberry 2012），初始投入到产出的平均阶段数"
            "（Miller & Temurshoev 2017）。",
        )
        + (
            Text(
                f"Taken to be used as the rest is: {', '.join(outward)}. ",
                f"视同其余用途：{'、'.join(outward)}。",
            )
            if outward
            else Text("All final demand counts as final. ", "全部最终需求视为最终。")
        )
        + known.method,
        table.remarks,
    )


def average_propagation_lengths(
    table: IOTable,
    *,
    sources: tuple[Sequence[str] | None, Sequence[str] | None] = (None, None),
    targets: tuple[Sequence[str] | None, Sequence[str] | None] = (None, None),
) -> Result:
    """Average propagation lengths between suppliers and users, as a table.

    Parameters
    ----------
    table : IOTable
    sources, targets : (industries, regions)
        Suppliers and users; None means all.

    Returns
    -------
    Result
        Columns: region, industry, region_to, industry_to, propagation_length (rounds; NaN where no chain).
    """
    i, j = chosen(table, *sources), chosen(table, *targets)
    lengths = propagation_lengths(table, i, j)
    places = np.array(table.regions, dtype=object)
    kinds = np.array(table.industries, dtype=object)
    s = len(kinds)
    known = _estimated(table)
    frame = pd.DataFrame(
        {
            "region": np.repeat(places[i // s], len(j)),
            "industry": np.repeat(kinds[i % s], len(j)),
            "region_to": np.tile(places[j // s], len(i)),
            "industry_to": np.tile(kinds[j % s], len(i)),
            "propagation_length": lengths.ravel(),
        }
    )
    return Result(
        "propagation_lengths",
        Text("Average propagation lengths", "平均传播长度"),
        frame,
        (
            Column("region", Text("From", "供给地"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            Column("region_to", Text("To", "使用地"), "region"),
            Column("industry_to", Text("Industry that uses", "使用产业"), "industry"),
            Column(
                "propagation_length",
                Text("Average propagation length", "平均传播长度"),
                "number",
                "1",
                known.status,
                known.year,
                known.sources,
            ),
        ),
        Text(
            "Mean number of rounds by which a push in the user reaches the supplier, initial effects left "
            "out "
            "(Dietzenbacher, Romero & Bosma 2005). ",
            "使用方变动传到供给方的平均轮次，不计初始效应（Dietzenbacher, Romero & Bosma 2005）。",
        )
        + known.method,
        table.remarks,
    )
