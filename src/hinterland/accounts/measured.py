"""The interregional table of a study that holds measured flows: taken as it is, nothing estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.accounts.derive import complete
from hinterland.accounts.lookup import sources
from hinterland.accounts.table import IOTable, Satellite
from hinterland.study import Column, Provenance, Result, Study, StudyError, Text

FLOWS = "io_flows"


def measured_mrio(study: Study) -> IOTable:
    r"""Make the interregional table from the study's measured flows (table io_flows).

    :math:`Z_{rj,si}` and :math:`Y_{rj,sc}` are the flows; output is their row sum; value added by item is
    value_added_components of the base year, else value added; imported inputs are what remains,
    :math:`m = x - 1'Z - 1'V`.

    Returns
    -------
    IOTable
        Money of the base year, with the status of io_flows ("observed" unless the study says otherwise);
        satellites employment, energy, co2 where known; `convergence` reports no iteration.

    Raises
    ------
    StudyError
        No value added of the base year, or inputs above output (industries named).
    """
    whole = complete(study)
    regions, industries = whole.regions, whole.industries
    r, n = len(regions), len(industries)
    flows = whole[FLOWS].reindex(region=list(regions), industry=list(industries), region_to=list(regions))
    uses = [str(u) for u in flows["use"].to_numpy()]
    categories = [u for u in uses if u not in set(industries)]
    ordered = flows.reindex(use=[*industries, *categories]).transpose(
        "region", "industry", "region_to", "use"
    )
    values = ordered.to_numpy()
    Z = values[..., :n].reshape(r * n, r * n)
    Y = values[..., n:].reshape(r * n, -1)
    x = Z.sum(1) + Y.sum(1)
    V, items = _value_added(whole)
    imports = x - Z.sum(0) - V.sum(0)
    size = float(x.max(initial=0.0))
    over = np.flatnonzero(imports < -1e-6 * size)
    if over.size:
        named = ", ".join(f"{regions[i // n]}/{industries[i % n]} ({imports[i]:,.6g})" for i in over[:6])
        raise StudyError(
            Text(
                f"Inputs and value added exceed output: {named}.",
                f"以下产业的投入与增加值超过总产出：{named}。",
            ),
            Text(
                "Correct io_flows or value added of these.",
                "请更正 io_flows 或这些产业的增加值。",
            ),
        )
    imports = np.where(np.abs(imports) <= 1e-6 * size, 0.0, imports)
    satellites = {
        name: Satellite(whole[f"{name}_base"].transpose("region", "industry").to_numpy().ravel(), unit)
        for name, unit in (
            ("employment", whole.unit("labour")),
            ("energy", whole.unit("energy")),
            ("co2", whole.unit("carbon")),
        )
        if f"{name}_base" in whole
    }
    given = whole.provenance[FLOWS]
    known = Provenance(
        given.status,
        whole.unit("money"),
        str(whole.base_year),
        sources(whole, FLOWS),
        given.method
        + Text(
            " Interregional flows as measured; no gravity estimate.",
            "区域间流量采用实测数据，未用引力模型估计。",
        ),
    )
    gap = Z.sum(0) + imports + V.sum(0) - x
    relative = np.divide(np.abs(gap), x, out=np.zeros_like(x), where=x > 0).reshape(r, n).max(0)
    return IOTable.from_arrays(
        Z,
        Y,
        V,
        regions=regions,
        industries=industries,
        categories=categories,
        items=items,
        x=x,
        imports=imports,
        satellites=satellites,
        unit=whole.unit("money"),
        provenance=known,
        convergence=_convergence(industries, relative, known),
        tol=2e-6,
    )


def _value_added(study: Study) -> tuple[np.ndarray, list[str]]:
    regions, industries, year = list(study.regions), list(study.industries), study.base_year
    parts = study.get("value_added_components")
    if parts is not None and year in parts["year"].to_numpy():
        mine = parts.sel(year=year).reindex(region=regions, industry=industries)
        values = mine.transpose("item", "region", "industry").to_numpy()
        if np.isfinite(values).all():
            return values.reshape(len(values), -1), [str(k) for k in mine["item"].to_numpy()]
    added = study["value_added_base"].reindex(region=regions, industry=industries)
    values = added.transpose("region", "industry").to_numpy()
    if not np.isfinite(values).all():
        where = np.argwhere(~np.isfinite(values))[0]
        name = f"{regions[where[0]]}/{industries[where[1]]}"
        raise StudyError(
            Text(f"Value added of {name} is not known.", f"{name} 的增加值未知。"),
            Text("Complete the table value_added.", "请补全 value_added 表。"),
        )
    return values.reshape(1, -1), ["value_added"]


def _convergence(industries: tuple[str, ...], residual: np.ndarray, known: Provenance) -> Result:
    frame = pd.DataFrame(
        {"industry": list(industries), "iterations": np.zeros(len(industries)), "residual": residual}
    )
    return Result(
        "mrio_convergence",
        Text("Balancing of the interregional table", "地区间投入产出表的平衡"),
        frame,
        (
            Column("industry", Text("Industry", "产业"), "industry"),
            Column("iterations", Text("Iterations", "迭代次数"), "number", "1", known.status, known.year),
            Column(
                "residual",
                Text("Largest relative gap", "最大相对误差"),
                "number",
                "1",
                known.status,
                known.year,
            ),
        ),
        known.method,
        Text(
            "The flows are measured, so nothing was balanced here.",
            "流量为实测数据，此处未作平衡。",
        ),
    )
