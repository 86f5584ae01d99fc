"""Technological risk: how much the industries that move lean on imported inputs, and on which."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.plan import Plan
from hinterland.plan.assemble import number
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Column, Result, Study, Text

Array = npt.NDArray[np.float64]


def import_content(domestic: Array, imported: Array, output: Array) -> tuple[Array, Array]:
    r"""Imports in a unit of output: those bought directly, and those of all suppliers besides.

    .. math:: m_j = \frac{\sum_i Z^m_{ij}}{x_j}, \qquad M = m (I - A^d)^{-1}, \quad A^d = Z^d \hat x^{-1}

    Parameters
    ----------
    domestic, imported : array [industry, industry]
        Inputs of the row bought by the column, money.
    output : array [industry]
        Positive.

    Returns
    -------
    (direct, total) : arrays [industry]
        The share of imports in the value of output: the vertical specialisation of Hummels, Ishii & Yi
        (2001), Journal of International Economics 54, for a unit of output rather than of exports.
    """
    direct = imported.sum(0) / output
    total = np.linalg.solve((np.eye(len(output)) - domestic / output).T, direct)
    return direct, total


def _national(study: Study) -> tuple[list[str], Array, Array, Array]:
    domestic = study["io_domestic"]
    names = [str(i) for i in domestic["industry"].values]
    home = domestic.sel(row=names).transpose("row", "industry").to_numpy()
    foreign = study["io_imported"].sel(row=names, industry=names).transpose("row", "industry").to_numpy()
    added = study["io_value_added"].sel(industry=names).sum("item", skipna=False).to_numpy()
    return names, home, foreign, home.sum(0) + foreign.sum(0) + added


def technology(plan: Plan) -> Result:
    r"""Import dependence :math:`\sum_j Z^m_{ji} / \sum_j (Z^d_{ji}+Z^m_{ji})` of every industry that moves.

    From the national table of the base year: the nation's dependence, as no region's own is known. Beside it
    what of the value of output is imported, directly and through all suppliers (`import_content`).
    """
    study = plan.study
    domestic = study["io_domestic"].sum("row", skipna=False)
    imported = study["io_imported"].sum("row", skipna=False)
    inputs = domestic + imported
    share = (imported / inputs.where(inputs > 0)).to_series()
    moved = plan.moves.sum(["origin", "host"]).to_series().rename("output")
    frame = moved[moved > 0].reset_index()
    frame["import_dependence"] = frame["industry"].map(share).astype(float)
    names, home, foreign, output = _national(study)
    direct, total = import_content(home, foreign, output)
    for name, values in (("import_direct", direct), ("import_total", total)):
        frame[name] = frame["industry"].map(dict(zip(names, values, strict=True))).astype(float)
    limit = thresholds(study, "imports")
    frame["threshold"] = limit.high
    frame["level"] = limit.levels(frame["import_dependence"])
    known = study.provenance["io_imported"]

    def observed(name: str) -> Column:
        return Column(name, study.text("column", name), "share", "", known.status, known.year, known.sources)

    return Result(
        "risk_technology",
        Text("Technological risk: imported inputs of what moves", "技术风险：转移产业的进口投入依赖"),
        pd.DataFrame(frame),
        (
            label(study, "industry", "industry"),
            figure(plan, "output", plan.data.units.get("output", "")),
            observed("import_dependence"),
            observed("import_direct"),
            observed("import_total"),
            figure(plan, "threshold", kind="share", status="assumption"),
            label(study, "level", "code"),
        ),
        Text(
            "Imported share of intermediate inputs in the national table of the base year; imports in the "
            "value of output, directly and through all suppliers by Leontief's inverse (Hummels, Ishii & Yi "
            "2001).",
            "基准年全国投入产出表中间投入的进口份额；产出价值中的进口含量，直接及经列昂惕夫逆矩阵的完全含量"
            "（Hummels、Ishii和Yi，2001）。",
        ),
    )


def critical_inputs(plan: Plan, table: IOTable | None = None) -> Result:
    """Inputs without which what moves cannot work, and how few places they come from.

    An input is critical when it makes up `risk.critical_share` or more of an industry's inputs. It has a
    single source when imports, or one region outside the host, supply `risk.single_source` or more of it.

    Parameters
    ----------
    plan : Plan
    table : IOTable, optional
        Interregional; without it the regions of supply are not known, which the note says.

    Returns
    -------
    Result ``risk_critical_inputs``
        industry, input, input_share (of the industry's inputs), import_share (of that input), largest_source
        and source_share (of what the hosts buy of it, weighted by what moves into each), single_source,
        level (of import_share).
    """
    study = plan.study
    names, home, foreign, _ = _national(study)
    least = number(study, "risk.critical_share", 0, 1)
    single = number(study, "risk.single_source", 0, 1)
    limit = thresholds(study, "imports")
    moved = plan.moves.sum("origin")
    both = home + foreign
    rows = []
    for industry in [str(i) for i in moved["industry"].values]:
        into = moved.sel(industry=industry)
        if not float(into.sum()) > 0 or industry not in names:
            continue
        k = names.index(industry)
        total = both[:, k].sum()
        for j in np.argsort(-both[:, k], kind="stable"):
            weight = both[j, k] / total if total > 0 else 0.0
            if weight < least or not both[j, k] > 0:
                continue
            share = float(foreign[j, k] / both[j, k])
            source, part = "", float("nan")
            if table is not None:
                source, part = _largest_source(table, names[j], industry, into.to_series())
                # what comes from abroad is not in the flows between regions
                part *= 1 - share
                if share > part:
                    source, part = "abroad", share
            rows.append((industry, names[j], weight, share, source, part, part >= single, limit.level(share)))
    columns = [
        "industry",
        "input",
        "input_share",
        "import_share",
        "largest_source",
        "source_share",
        "single_source",
        "level",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    known = study.provenance["io_imported"]
    return Result(
        "risk_critical_inputs",
        Text("Technological risk: critical inputs and where they come from", "技术风险：关键投入及其来源"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "input", "industry"),
            Column(
                "input_share",
                study.text("column", "input_part"),
                "share",
                "",
                known.status,
                known.year,
                known.sources,
            ),
            Column(
                "import_share",
                study.text("column", "import_share"),
                "share",
                "",
                known.status,
                known.year,
                known.sources,
            ),
            label(study, "largest_source", "region"),
            figure(plan, "source_share", kind="share"),
            label(study, "single_source", "flag"),
            label(study, "level", "code"),
        ),
        Text(
            f"Inputs of {least:.0%} or more of an industry's inputs in the national table; a single source "
            f"supplies {single:.0%} or more of what the hosts buy of it. Sources by the interregional table, "
            "without the host itself.",
            f"全国投入产出表中占某产业中间投入{least:.0%}及以上的投入；"
            f"单一来源指供应承接地该投入{single:.0%}及以上者。来源据区域间投入产出表，不含承接地自身。",
        ),
        Text("", "")
        if table is not None
        else Text("Sources are not known: no interregional table.", "缺区域间投入产出表，来源未知。"),
    )


def _largest_source(table: IOTable, product: str, industry: str, into: pd.Series) -> tuple[str, float]:
    """Return the region that supplies most of a product to an industry in the hosts, and its share.

    The hosts count by what moves into them; a host's own supply counts in the whole and is no source.
    """
    regions, m = len(table.regions), len(table.industries)
    if product not in table.industries or industry not in table.industries:
        return "", float("nan")
    rows = np.arange(regions) * m + table.industries.index(product)
    away, whole = np.zeros(regions), 0.0
    for host, output in into.items():
        if not output > 0 or str(host) not in table.regions:
            continue
        place = table.regions.index(str(host))
        bought = np.maximum(table.Z[rows, place * m + table.industries.index(industry)], 0.0)
        if not bought.sum() > 0:
            continue
        shares = float(output) * bought / bought.sum()
        whole += shares.sum()
        shares[place] = 0.0
        away += shares
    if not whole > 0 or not away.sum() > 0:
        return "", float("nan")
    top = int(np.argmax(away))
    return table.regions[top], float(away[top] / whole)
