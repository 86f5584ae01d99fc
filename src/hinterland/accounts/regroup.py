r"""Fewer or more industries and regions: aggregate and split a table by concordance.

A concordance gives every old code its share of every new one. With its matrix G [new, old], whose columns sum
to 1, the table becomes :math:`Z' = G Z G'`, :math:`Y' = G Y`, :math:`V' = V G'`; its totals stay what they
were
and it balances as it did. Reference: Miller & Blair (2009), section 4.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse

from hinterland.accounts.checks import refuse
from hinterland.study import Provenance, Text

if TYPE_CHECKING:
    from hinterland.accounts.table import IOTable

Array = npt.NDArray[np.float64]
Concordance = Mapping[str, str | Mapping[str, float]]


def concordance_matrix(
    old: Sequence[str], concordance: Concordance | None, kind: Text
) -> tuple[tuple[str, ...], Array, bool]:
    """Matrix [new, old] of shares, the new codes in order of appearance, and whether any code is split.

    Parameters
    ----------
    old : sequence of str
    concordance : mapping of old code to new code, or to {new code: share}; None keeps all as they are
        Old codes that it does not name keep their own.
    kind : Text
        What the codes are, for messages.

    Raises
    ------
    StudyError
        Codes that the table does not have, shares that are negative or do not sum to 1 (to 1e-9), a split of
        the same code from two sides that leaves it unclear.
    """
    given = concordance or {}
    unknown = [k for k in given if k not in old]
    if unknown:
        raise refuse(
            Text("The table has no {kind} {which}.", "该表没有{kind}{which}。"),
            Text("It has: {there}.", "现有：{there}。"),
            kind=kind,
            which=", ".join(unknown[:6]),
            there=", ".join(old[:12]) + (", ..." if len(old) > 12 else ""),
        )
    shares: list[Mapping[str, float]] = []
    for code in old:
        to = given.get(code, code)
        parts: Mapping[str, float] = {to: 1.0} if isinstance(to, str) else dict(to)
        total = sum(parts.values())
        if not parts or not all(0 <= v <= 1 + 1e-9 for v in parts.values()) or not abs(total - 1) <= 1e-9:
            raise refuse(
                Text(
                    "The shares of {kind} {code} sum to {total:.6g}.", "{kind}{code}的份额合计为{total:.6g}。"
                ),
                Text("Give shares between 0 and 1 that sum to 1.", "请给出0到1之间且合计为1的份额。"),
                kind=kind,
                code=code,
                total=total,
            )
        shares.append(parts)
    new = tuple(dict.fromkeys(k for parts in shares for k in parts))
    place = {code: i for i, code in enumerate(new)}
    matrix = np.zeros((len(new), len(old)))
    for column, parts in enumerate(shares):
        total = sum(parts.values())
        for code, share in parts.items():
            matrix[place[code], column] += share / total
    return new, matrix, bool(np.any((matrix > 0) & (matrix < 1)))


def aggregate(
    table: IOTable, *, industries: Concordance | None = None, regions: Concordance | None = None
) -> IOTable:
    """Make a table of fewer (or, by shares, other) industries and regions.

    Parameters
    ----------
    table : IOTable
    industries, regions : mapping of old code to new code, or to {new code: share}, optional
        Codes that are not named stay. Where shares split a code, the parts are taken to buy and sell alike
        and
        the new table's figures are estimates.

    Returns
    -------
    IOTable
        Same totals, units and categories; satellites are added up. Balancing is that of the old table.

    Raises
    ------
    StudyError
        Codes that the table does not have, shares that do not sum to 1, regions that would be split while
        their final demand is by region and cannot follow.
    """
    from hinterland.accounts.table import IOTable, Satellite

    sectors, by_industry, split = concordance_matrix(table.industries, industries, Text("industry", "产业"))
    places, by_region, divided = concordance_matrix(table.regions, regions, Text("region", "地区"))
    G = scipy.sparse.csr_array(np.kron(by_region, by_industry))
    named = {region: k for k, region in enumerate(table.regions)}
    categories = tuple(dict.fromkeys(category for _, category in table.final))
    final: list[tuple[str, str]] = [(p, c) for p in places for c in categories]
    plain = any(region not in named for region, _ in table.final)
    if plain:
        final = list(dict.fromkeys(table.final))
    columns = np.zeros((len(table.final), len(final)))
    for old, (region, category) in enumerate(table.final):
        if plain:
            columns[old, final.index((region, category))] += 1.0
        else:
            for k in np.flatnonzero(by_region[:, named[region]]):
                columns[old, final.index((places[k], category))] += by_region[k, named[region]]
    Z = np.asarray((G @ (G @ table.Z).T).T)
    x = np.asarray(G @ table.x)
    known = table.provenance
    provenance = known
    if split or divided:
        provenance = Provenance(
            "estimated",
            known.unit,
            known.year,
            known.sources,
            known.method
            + Text(
                " Split by given shares: the parts are taken to buy and sell alike.",
                "按给定份额拆分：假定各部分的投入与销售结构相同。",
            ),
        )
    satellites = {}
    for name, account in table.satellites.items():
        own = None if account.final is None else np.asarray(account.final) @ columns
        # an industry that does not exist has no account: its missing value must not spoil the sum
        values = np.where(table.x > 0, account.values, np.nan_to_num(account.values))
        satellites[name] = Satellite(np.asarray(G @ values), account.unit, own)
    gone = np.setdiff1d(np.arange(len(x)), np.unique((G[:, _present(table)]).nonzero()[0]))
    scale = float(np.abs(table.x).max(initial=0.0))
    made = IOTable.from_arrays(
        Z,
        np.asarray(G @ table.Y) @ columns,
        np.asarray((G @ table.V.T).T),
        regions=places,
        industries=sectors,
        categories=[f"{i}" for i in range(len(final))],
        items=table.items,
        x=x,
        imports=np.asarray(G @ table.imports),
        satellites=satellites,
        unit=table.unit,
        provenance=provenance,
        tol=1e-6 * max(1.0, scale / max(float(x.max(initial=0.0)), 1e-300) * len(table.x)),
        precision=table.precision,
        copy=False,
    )
    from dataclasses import replace

    return replace(made, final=tuple(final), absent=tuple(int(k) for k in gone))


def _present(table: IOTable) -> npt.NDArray[np.intp]:
    return np.setdiff1d(np.arange(len(table.x)), np.array(table.absent, dtype=np.intp))


def disaggregate(
    table: IOTable,
    *,
    industries: Mapping[str, Mapping[str, float]] | None = None,
    regions: Mapping[str, Mapping[str, float]] | None = None,
) -> IOTable:
    """Split industries or regions by given shares (of output, jobs ...): `aggregate` the other way.

    The parts buy and sell in the same proportions, so multipliers of the parts are those of the whole;
    aggregating them again gives the table back. Figures are estimates and say so.

    Parameters
    ----------
    table : IOTable
    industries, regions : mapping of old code to {new code: share}, optional
        Shares sum to 1.
    """
    return aggregate(table, industries=industries, regions=regions)
