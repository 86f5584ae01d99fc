r"""Gross exports split by who added the value and where it ends: the array kernels.

Notation: s exporter, r importer, t any region; B = (I - A)^-1 with blocks B_sr; L_ss = (I - A_ss)^-1; Y_sr
final
goods of s used in r; E_sr = A_sr x_r + Y_sr; v_s value added per output; # element by element. Every kernel
returns arrays [n, destinations] by exporting industry and importer, zero to oneself, so that any sum over
industries, importers or both is at hand. What was bought abroad counts as added by one more foreign origin.
"""

from __future__ import annotations

import numpy as np

from hinterland.accounts.chains import (
    Chains,
    content,
    gross_exports,
    intermediate_flows,
    own_and_foreign,
    solve_within,
)
from hinterland.accounts.table import Array

KWW_TERMS = (
    "dva_final",
    "dva_intermediate",
    "dva_reexported",
    "rdv_final",
    "rdv_intermediate",
    "domestic_double_counted",
    "fva_final",
    "fva_intermediate",
    "foreign_double_counted",
)


def kww_terms(system: Chains) -> dict[str, Array]:
    r"""Nine terms of gross exports (Koopman, Wang & Wei 2014, eq. 36) by exporting industry and importer.

    Summed over industries and importers these are the nine terms of the paper:

    .. math::
        E_s &= v_s \sum_{r \ne s} B_{ss} Y_{sr} + v_s \sum_{r} B_{sr} Y_{rr}
             + v_s \sum_r \sum_{t \ne s,r} B_{sr} Y_{rt} \\
            &+ v_s \sum_r B_{sr} Y_{rs} + v_s \sum_r B_{sr} A_{rs} L_{ss} Y_{ss}
             + v_s \sum_r B_{sr} A_{rs} L_{ss} E_s \\
            &+ \sum_t \sum_r v_t B_{ts} Y_{sr} + \sum_t \sum_r v_t B_{ts} A_{sr} L_{rr} Y_{rr}
             + \sum_t \sum_r v_t B_{ts} A_{sr} L_{rr} E_r

    By flow they are the sixteen terms of Wang, Wei & Zhu (2013, eq. 37) put together in nine: e.g.
    ``dva_intermediate`` is :math:`(v_s L_{ss})' \# A_{sr} \sum_{t \ne s} B_{rt} Y_{tt}`.

    Returns
    -------
    dict of the names in `KWW_TERMS` to array [n, destinations]
        Unit of money; they sum to `gross_exports`.
    """
    made = content(system)
    domestic, foreign = own_and_foreign(system, made)
    local = system.local(rows=system.value_added)
    own, sent = system.own, system.final_exports
    shipped = sent.sum(1)
    exports = gross_exports(system)
    inputs = intermediate_flows(system)
    regions = len(system.blocks)
    # output for: what each region makes for itself; what each sells as final goods; what each buys as
    # final goods
    solved = system.solve(np.hstack([system.by_region(own), system.by_region(shipped), sent[:, :regions]]))
    for_own, for_sent, for_buyer = np.split(solved, [regions, 2 * regions], axis=1)
    own_all, sent_all = for_own.sum(1), for_sent.sum(1)
    local_own = system.local(columns=own)
    local_exports = system.local(columns=exports.sum(1))

    terms = {name: np.zeros_like(system.final) for name in KWW_TERMS}
    terms["dva_final"] = domestic[:, None] * sent
    terms["fva_final"] = foreign[:, None] * sent
    for s, here in enumerate(system.blocks):
        uses = np.column_stack(
            [
                own_all - for_own[:, s],
                sent_all - for_sent[:, s] - for_buyer[:, s],
                for_buyer[:, s],
                for_own[:, s],
                for_sent[:, s],
                local_own,
                local_exports,
            ]
        )
        for r, there in enumerate(system.blocks):
            if r == s:
                continue
            bought = system.A[here, there] @ uses[there]
            first, outside = local[here], foreign[here]
            terms["dva_intermediate"][here, r] = first * bought[:, 0]
            terms["dva_reexported"][here, r] = first * bought[:, 1]
            terms["rdv_final"][here, r] = first * bought[:, 2]
            terms["rdv_intermediate"][here, r] = first * bought[:, 3]
            terms["domestic_double_counted"][here, r] = (
                first * bought[:, 4] + (domestic[here] - first) * inputs[here, r]
            )
            terms["fva_intermediate"][here, r] = outside * bought[:, 5]
            terms["foreign_double_counted"][here, r] = outside * bought[:, 6]
    return terms


BM_TERMS = (
    "domestic_content",
    "domestic_value_added",
    "absorbed_elsewhere",
    "returned",
    "domestic_double_counted",
    "foreign_content",
    "foreign_value_added",
    "foreign_double_counted",
)


def borin_mancini_terms(
    system: Chains, perspective: str = "exporter", approach: str = "source"
) -> dict[str, Array]:
    r"""Gross exports by flow and industry after Borin & Mancini (2023).

    Content of the flow s to r, whatever the approach: :math:`DC = (v_s B_{ss})' \# E_{sr}`, :math:`FC =
    (\sum_{t \ne s} v_t B_{ts})' \# E_{sr}`.

    Value is counted once, when it leaves s for the first time (source-based):

    .. math:: DVA_{sr} = (v_s L_{ss})' \# E_{sr}

    or for the last time (sink-based), with :math:`B^{-s}` the inverse without inputs exported by s:

    .. math:: DVA_{sr} = (v_s B_{ss})' \#
              \Bigl[Y_{sr} + A_{sr} \bigl(\sum_{k \ne s} B^{-s}_{rk} \sum_l Y_{kl}
              + B^{-s}_{rs} Y_{ss}\bigr)\Bigr]

    Foreign value added, perspective of the exporter: :math:`\sum_{t \ne s} v_t B^{-s}_{ts}` in place of
    :math:`v_s L_{ss}` (source), :math:`\sum_{t \ne s} v_t B_{ts}` in place of :math:`v_s B_{ss}` (sink).
    Perspective of the world, where foreign value counts in one country's exports only:

    .. math::
        FVA^{source}_{sr} &= \Bigl(\sum_{t \ne s} v_t L_{tt} A_{ts} L_{ss}\Bigr)' \# E_{sr} \\
        FVA^{sink}_{sr} &= \Bigl(\sum_{t \ne s} v_t B_{ts}\Bigr)' \# \bigl[Y_{sr} + A_{sr} L_{rr} Y_{rr}\bigr]
          + (v_r B_{rs})' \# A_{sr} L_{rr} \Bigl(\sum_{k \ne r} Y_{rk} + \sum_{k \ne r} A_{rk} L_{kk}
          Y_{kk}\Bigr)

    The paper gives the world perspective for a country's total exports; by flow it is the same sum not yet
    added up.

    Parameters
    ----------
    system : Chains
    perspective : {"exporter", "world"}
    approach : {"source", "sink"}

    Returns
    -------
    dict of the names in `BM_TERMS` to array [n, destinations]
        Also ``directly_absorbed`` (DAVAX; source) or ``absorbed_by_importer`` (VAXIM; sink). Unit of money.
        domestic_content + foreign_content = gross exports; value added + double counted = content;
        absorbed_elsewhere + returned = domestic value added.

    References
    ----------
    Borin & Mancini (2023), Measuring what matters in value-added trade, Economic Systems Research 35(4), doi
    10.1080/09535314.2022.2153221; (2019), World Bank Policy Research Working Paper 8804.
    """
    made = content(system)
    domestic, foreign = own_and_foreign(system, made)
    exports = gross_exports(system)
    use = _source if approach == "source" else _sink
    terms = use(system, domestic, foreign, exports)
    if perspective == "world":
        found = _world_source(system, exports) if approach == "source" else _world_sink(system, made, foreign)
        terms["foreign_value_added"] = found
    terms["domestic_content"] = domestic[:, None] * exports
    terms["foreign_content"] = foreign[:, None] * exports
    terms["absorbed_elsewhere"] = terms["domestic_value_added"] - terms["returned"]
    for side in ("domestic", "foreign"):
        terms[f"{side}_double_counted"] = terms[f"{side}_content"] - terms[f"{side}_value_added"]
    last = "directly_absorbed" if approach == "source" else "absorbed_by_importer"
    return {name: terms[name] for name in (*BM_TERMS, last)}


def _without_exports(system: Chains, s: int) -> tuple[Array, Array]:
    """Columns B_.s [n, N], and (I - A_ss) B_ss = I + sum_j A_sj B_js, which turns B_.s into B^s_.s."""
    here = system.blocks[s]
    size = here.stop - here.start
    unit = np.zeros((len(system.x), size))
    unit[here] = np.eye(size)
    columns = system.solve(unit)
    return columns, columns[here] - system.A[here, here] @ columns[here]


def _source(system: Chains, domestic: Array, foreign: Array, exports: Array) -> dict[str, Array]:
    local = system.local(rows=system.value_added)
    local_own = system.local(columns=system.own)
    bought = system.solve(system.final[:, : len(system.blocks)])
    first = np.empty_like(foreign)
    direct = system.final_exports
    returned = np.zeros_like(exports)
    for s, here in enumerate(system.blocks):
        _, leaving = _without_exports(system, s)
        first[here] = solve_within(leaving.T, foreign[here])
        for r, there in enumerate(system.blocks):
            if r != s:
                uses = np.column_stack([local_own[there], bought[there, s]])
                sold = system.A[here, there] @ uses
                direct[here, r] += sold[:, 0]
                returned[here, r] = sold[:, 1]
    return {
        "domestic_value_added": local[:, None] * exports,
        "foreign_value_added": first[:, None] * exports,
        "returned": local[:, None] * returned,
        "directly_absorbed": local[:, None] * direct,
    }


def _sink(system: Chains, domestic: Array, foreign: Array, exports: Array) -> dict[str, Array]:
    regions = len(system.blocks)
    sent = system.final_exports
    bought = system.solve(system.final[:, :regions])
    for_sent = system.solve(system.by_region(sent.sum(1)))
    last = sent.copy()
    importer = sent.copy()
    returned = np.zeros_like(exports)
    for s, here in enumerate(system.blocks):
        columns, leaving = _without_exports(system, s)
        # final demand that s does not export: of all; of s itself; of every region
        mine = system.final[here, s]
        final = np.column_stack([mine, mine, np.zeros((len(mine), regions))])
        output = np.column_stack(
            [system.x - for_sent[:, s], bought[:, s], bought - columns @ sent[here, :regions]]
        )
        again = solve_within(leaving, output[here] - system.A[here, here] @ output[here] - final)
        for r, there in enumerate(system.blocks):
            if r != s:
                chosen = [0, 1, 2 + r]
                kept = output[there][:, chosen] - columns[there] @ again[:, chosen]
                sold = system.A[here, there] @ kept
                last[here, r] += sold[:, 0]
                returned[here, r] = sold[:, 1]
                importer[here, r] += sold[:, 2]
    return {
        "domestic_value_added": domestic[:, None] * last,
        "foreign_value_added": foreign[:, None] * last,
        "returned": domestic[:, None] * returned,
        "absorbed_by_importer": domestic[:, None] * importer,
    }


def _world_source(system: Chains, exports: Array) -> Array:
    local = system.local(rows=system.value_added)
    arriving = system.imported + local @ system.A
    for block in system.blocks:
        arriving[block] -= local[block] @ system.A[block, block]
    return system.local(rows=arriving)[:, None] * exports


def _world_sink(system: Chains, made: Array, foreign: Array) -> Array:
    sent = system.final_exports
    local_own = system.local(columns=system.own)
    onward = sent.sum(1) + system.A @ local_own
    for block in system.blocks:
        onward[block] -= system.A[block, block] @ local_own[block]
    onward = system.local(columns=onward)
    found = foreign[:, None] * sent
    for s, here in enumerate(system.blocks):
        for r, there in enumerate(system.blocks):
            if r != s:
                sold = system.A[here, there] @ np.column_stack([local_own[there], onward[there]])
                found[here, r] += foreign[here] * sold[:, 0] + made[r, here] * sold[:, 1]
    return found
