"""Views of the results that the charts draw: sums over hosts, the latest year, both ends of a move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from hinterland.report.tables import reshaped
from hinterland.study import Column, Result, Study, Text

Findings = Mapping[str, Result]

MOVED = Text("Output received (+) or released (−)", "承接（+）或转出（−）的产出")


def usable(findings: Findings, name: str, *columns: str) -> Result | None:
    """Return a result when it is there with these columns, rows, and a known figure in each of them."""
    result = findings.get(name)
    if result is None or result.frame.empty:
        return None
    for column in columns:
        if column not in result.frame or bool(result.frame[column].isna().all()):
            return None
    return result


def latest(result: Result, column: str = "year") -> Result:
    """Return the rows of the latest year."""
    frame = result.frame[result.frame[column] == result.frame[column].max()]
    year = f"{int(result.frame[column].max())}"
    columns = [replace(c, year=year) if c.status else c for c in result.columns]
    return reshaped(result, frame, columns)


def summed(result: Result, by: Sequence[str], *values: str) -> Result:
    """Return sums of `values` by `by`; a sum with an unknown part is unknown."""
    frame = result.frame.groupby(list(by), sort=False, observed=True)[list(values)]
    total = frame.agg(lambda part: part.sum(skipna=False)).reset_index()
    return reshaped(result, total, [result.column(c) for c in (*by, *values)])


def of(result: Result, column: str, codes: Sequence[str]) -> Result:
    """Return the rows whose `column` is among `codes`, in the order of the codes."""
    order = {code: i for i, code in enumerate(codes)}
    frame = result.frame[result.frame[column].isin(order)]
    frame = frame.sort_values(column, key=lambda s: s.map(order), kind="stable")
    return replace(result, frame=frame)


def moved_by_region(study: Study, transfers: Result) -> Result:
    """Return output received less output released by each region, over the whole plan."""
    frame = transfers.frame
    received = frame.groupby("host", observed=True)["output"].sum()
    released = frame.groupby("origin", observed=True)["output"].sum()
    regions = [r for r in study.regions if r in received.index or r in released.index]
    net = received.reindex(regions, fill_value=0.0) - released.reindex(regions, fill_value=0.0)
    output = transfers.column("output")
    columns = [
        Column("region", study.text("column", "region"), "region"),
        replace(output, name="moved", label=MOVED),
    ]
    return reshaped(transfers, pd.DataFrame({"region": regions, "moved": net.to_numpy()}), columns)


def between_groups(study: Study, trade: Result, value: str = "flow") -> Result:
    """Return the flows summed between groups of regions; between regions where there are no groups.

    What is no region of the study (the world abroad) is a group of its own.
    """
    table = study.frames["regions"]
    if "group" not in table or table["group"].nunique() < 2:
        return trade
    group = study.group
    frame = trade.frame.assign(
        **{
            c: trade.frame[r].map(group).fillna(trade.frame[r])
            for r, c in (("region", "group"), ("region_to", "group_to"))
        }
    )
    total = frame.groupby(["group", "group_to"], sort=False, observed=True)[value]
    sums = total.agg(lambda part: part.sum(skipna=False)).reset_index()
    columns = [
        Column("group", trade.column("region").label, "group"),
        Column("group_to", trade.column("region_to").label, "group"),
        trade.column(value),
    ]
    return reshaped(trade, sums, columns)
