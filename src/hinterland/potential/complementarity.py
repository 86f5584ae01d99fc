"""Whose industries and resources complement whose? Origins against hosts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.potential.constraint_ledger import topic_scores
from hinterland.potential.described import figure, label
from hinterland.potential.index import Floats
from hinterland.potential.measures import Context
from hinterland.potential.scorecard import read_scorecard, score
from hinterland.study import EMPTY, Provenance, Result, Study, StudyError, Text


def trade_complementarity(flows: Floats) -> Floats:
    r"""Index of trade complementarity of every seller with every buyer (Drysdale 1967; Vaillant & Ons 2002).

    .. math:: C_{od} = \sum_i \frac{X_{oi}}{X_o}\,\frac{M_{di}}{M_d} \Big/ \frac{T_i}{T}
            = \sum_i RX_{oi}\,RM_{di}\,\frac{T_i}{T}

    with :math:`X_{oi}` what o sells to other regions of product i, :math:`M_{di}` what d buys from others,
    and :math:`T_i` all trade between regions in i; RX and RM are the revealed advantages of seller and buyer.

    Parameters
    ----------
    flows : array [product, from, to]
        Deliveries between regions, money; own deliveries do not count.

    Returns
    -------
    array [from, to]; 1 where seller and buyer are as the average, above 1 where the one sells what the other
    buys. Weighted by shares of sales (or of purchases) its mean over sellers (or buyers) is 1.
    """
    between = np.array(flows, dtype=float)
    places = np.arange(between.shape[1])
    between[:, places, places] = 0.0
    sold, bought = between.sum(axis=2), between.sum(axis=1)  # [product, region]
    product = sold.sum(axis=1)
    share = product / product.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        seller = sold / sold.sum(axis=0)
        buyer = bought / bought.sum(axis=0)
    weight = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(np.einsum("io,id,i->od", seller, buyer, weight), dtype=float)


def structure_difference(output: Floats) -> Floats:
    r"""Krugman's index of how much the industries of two regions differ.

    .. math:: K_{od} = \sum_i |s_{oi} - s_{di}|

    Parameters
    ----------
    output : array [region, industry]

    Returns
    -------
    array [region, region] from 0 (alike) to 2 (nothing in common).

    References
    ----------
    Krugman (1991), Geography and Trade.
    """
    total = output.sum(axis=1, keepdims=True)
    share = output / np.where(total > 0, total, np.nan)
    return np.asarray(np.abs(share[:, None, :] - share[None, :, :]).sum(axis=2), dtype=float)


def resource_complementarity(scores: Floats) -> Floats:
    r"""How far a host is strong where an origin is weak, over the boards known for both.

    .. math:: R_{oh} = \frac{1}{|K|} \sum_{k \in K} \max(0, z_{hk} - z_{ok})

    Parameters
    ----------
    scores : array [region, board]
        Standing in [0, 1]; NaN where unknown.

    Returns
    -------
    array [origin, host] over all regions, in [0, 1]; NaN where no board is known for both.
    """
    gain = scores[None, :, :] - scores[:, None, :]
    known = np.isfinite(gain)
    count = known.sum(axis=2)
    summed = np.where(known, np.maximum(np.where(known, gain, 0.0), 0.0), 0.0).sum(axis=2)
    return np.asarray(summed / np.where(count > 0, count, np.nan), dtype=float)


def complementarity(
    study: Study, *, table: IOTable | None = None, given: Mapping[str, Result] | None = None
) -> Result:
    """Complementarity of every origin with every host, in trade and in resources.

    Returns
    -------
    Result ``complementarity``: origin, host, sells_to_host and buys_from_host (trade complementarity with the
    origin as seller and as buyer), structure_difference, resource_complementarity, best_board (where the host
    is strongest against the origin). Without a scorecard of constraints the resource columns are unknown.

    Raises
    ------
    StudyError
        No origins or hosts, or a table whose final demand is not by region.
    """
    context = Context.of(study, table=table, given=given)
    whole, io = context.study, context.table
    trade = trade_complementarity(io.trade)
    output = whole["output"].transpose("region", "industry").to_numpy()
    differs = structure_difference(output)
    note = EMPTY
    boards: list[str] = []
    scores = np.full((len(whole.regions), 0), np.nan)
    try:
        found = topic_scores(score(context, read_scorecard(whole, "constraint")))
        boards = list(found)
        scores = np.column_stack([found[b] for b in boards])
    except StudyError as error:
        note = error.words + Text(" ", "") + error.mend_words
    fits = (
        resource_complementarity(scores)
        if boards
        else np.full((len(whole.regions), len(whole.regions)), np.nan)
    )
    of_table = {region: i for i, region in enumerate(io.regions)}
    place = {region: i for i, region in enumerate(whole.regions)}
    rows = []
    for o in whole.origins:
        for h in whole.hosts:
            gain = scores[place[h]] - scores[place[o]]
            best = boards[int(np.nanargmax(gain))] if boards and np.isfinite(gain).any() else ""
            rows.append(
                (
                    o,
                    h,
                    trade[of_table[o], of_table[h]],
                    trade[of_table[h], of_table[o]],
                    differs[place[o], place[h]],
                    fits[place[o], place[h]],
                    best if best and np.nanmax(gain) > 0 else "",
                )
            )
    names = ["origin", "host", "sells_to_host", "buys_from_host", "structure_difference"]
    known = Provenance(io.provenance.status, "", io.provenance.year, io.provenance.sources)
    estimated = Provenance("estimated", "", known.year, known.sources)
    return Result(
        "complementarity",
        Text("Complementarity of origins and hosts", "转出地与承接地的互补性"),
        pd.DataFrame(rows, columns=[*names, "resource_complementarity", "best_board"]),
        (
            label(study, "origin", "region"),
            label(study, "host", "region"),
            figure(study, "sells_to_host", known, "index"),
            figure(study, "buys_from_host", known, "index"),
            figure(study, "structure_difference", estimated, "index"),
            figure(study, "resource_complementarity", estimated, "index"),
            label(study, "best_board", "code"),
        ),
        Text(
            "Trade complementarity: the seller's product mix in sales to other regions times the buyer's in"
            " purchases, over all trade's; 1 is the average (Drysdale 1967; Vaillant & Ons 2002). Difference"
            " of structure: Krugman's index, 0 to 2. Resources: mean over the boards of the constraint ledger"
            " of how far the host stands above the origin. ",
            "贸易互补性：供方对外地销售的产品结构与需方从外地购买的产品结构相对全部贸易之积，1为平均水平"
            "（Drysdale，1967；Vaillant和Ons，2002）。结构差异：克鲁格曼指数，0至2。资源互补性：约束清单各要素上承接地高于转出地的平均幅度。",
        )
        + io.provenance.method,
        note,
    )
