"""An interregional table estimated from the national table, regional outputs and distances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hinterland.accounts.balance import Array, Balanced, ras
from hinterland.accounts.derive import complete
from hinterland.accounts.lookup import indicator, number, option, section, sources, words
from hinterland.accounts.measured import FLOWS, measured_mrio
from hinterland.accounts.output import national_output, national_value_added
from hinterland.accounts.table import ABROAD, IOTable, Satellite
from hinterland.study import Column, Provenance, Result, Study, StudyError, Text

# A national row whose sales miss its output by more than this share of the largest output is an error.
NATIONAL_GAP = 1e-5


@dataclass(frozen=True)
class FinalDemand:
    """Final demand for domestic products: what travels to regions' markets, and what stays with its maker.

    market : array [category, product, region]
        By region of use.
    own : array [category, region, product]
        Exports abroad, stocks and negative entries, by the region that makes the product.
    """

    categories: tuple[str, ...]
    market: Array
    own: Array
    rule: Text


def capped_shares(total: float, weights: Array, cap: Array) -> Array:
    """Share out a total in proportion to weights, none above its cap; what a cap refuses goes to the others.

    Parameters
    ----------
    total : float
        At most the sum of the caps of positive weights.
    weights, cap : array [n]
    """
    out = np.zeros_like(weights)
    free = weights > 0
    for _ in range(len(weights) + 1):
        left = total - out[~free].sum()
        if left <= 0 or not free.any():
            break
        out[free] = left * weights[free] / weights[free].sum()
        over = free & (out > cap)
        if not over.any():
            break
        out[over] = cap[over]
        free &= ~over
    return out


def _key(study: Study, category: str, added: Array) -> tuple[Array, Text] | None:
    """Regional shares of a category of final demand, and their name; None for the rule "output"."""
    chosen = section(study, "accounts.final_demand").get(category)
    names = [chosen] if isinstance(chosen, str) else list(chosen or [])
    if names == ["output"]:
        return None
    shares, labels = [], []
    for name in names:
        if name == "value_added":
            shares.append(added / added.sum())
            labels.append(Text("value added", "增加值"))
            continue
        found = indicator(study, str(name))
        if found is None:
            raise StudyError(
                Text(
                    f"accounts.final_demand.{category} names '{name}', but the study has no such indicator.",
                    f"accounts.final_demand.{category}指定了“{name}”，但研究中没有该指标。",
                ),
                Text(
                    "Use the code of an indicator of the study, value_added or output.",
                    "请使用研究中的指标代码，或value_added、output。",
                ),
            )
        values = found[0].reindex(region=list(study.regions)).to_numpy().astype(float)
        if not (np.isfinite(values).all() and (values >= 0).all() and values.sum() > 0):
            raise StudyError(
                Text(
                    f"Indicator '{name}' does not have a value for every region, so it cannot share out "
                    f"{category}.",
                    f"指标“{name}”并非每个地区都有数值，无法用来分摊{category}。",
                ),
                Text(
                    "Choose another in [parameters.accounts.final_demand] of study.toml, or complete it.",
                    "请在study.toml的[parameters.accounts.final_demand]中另选指标，或补全该指标。",
                ),
            )
        shares.append(values / values.sum())
        labels.append(study.text("indicator", name) + Text(f" {found[1]}", f"（{found[1]}年）"))
    if not shares:
        return (added / added.sum(), Text("value added", "增加值")) if category not in ABROAD else None
    product = np.exp(np.mean(np.log(np.maximum(shares, 1e-300)), axis=0))
    return product / product.sum(), Text(
        " x ".join(label.en for label in labels), "×".join(label.zh for label in labels)
    )


def regional_final_demand(study: Study, national: Array, output: Array, added: Array) -> FinalDemand:
    r"""Spread national final demand over regions.

    A category goes to regions in proportion to its key (``[parameters.accounts.final_demand]``: indicators,
    whose shares are averaged geometrically, or value_added, the default). Exports, categories with the key
    "output" and negative entries stay with the makers, in proportion to output; exports also in proportion
    to the key relative to all output of the region, none above ``accounts.export_cap`` of its output.

    Parameters
    ----------
    national : array [product, category]
    output : array [region, product]
    added : array [region]
    """
    categories = tuple(str(c) for c in study["final_domestic"]["category"].to_numpy())
    r, n = output.shape
    total = output.sum(0)
    made = np.divide(output, total, out=np.zeros_like(output), where=total > 0)
    market, own = np.zeros((len(categories), n, r)), np.zeros((len(categories), r, n))
    parts_en, parts_zh = [], []
    for c, category in enumerate(categories):
        key = _key(study, category, added)
        name = study.text("item", category)
        parts_en.append(f"{name.en} by {key[1].en if key else 'output'}")
        parts_zh.append(f"{name.zh}按{key[1].zh if key else '产出'}")
        if category in ABROAD:
            continue
        stays = (national[:, c] < 0) | (key is None)
        own[c] = made * np.where(stays, national[:, c], 0.0)
        if key is not None:
            market[c] = np.where(stays, 0.0, national[:, c])[:, None] * key[0]
    kept = own.sum(0)
    limit = number(study, "accounts.export_cap")
    for c, category in enumerate(categories):
        if category not in ABROAD:
            continue
        key = _key(study, category, added)
        pull = key[0] / (output.sum(1) / output.sum()) if key else np.ones(r)
        for j in range(n):
            sold = float(national[j, c])
            if sold <= 0:
                own[c, :, j] = made[:, j] * sold
                continue
            least = (sold + kept[:, j].sum()) / total[j] if total[j] > 0 else np.inf
            if least > 1 + 1e-9:
                raise StudyError(
                    Text(
                        f"Exports and stocks of {study.industries[j]} exceed its output.",
                        f"{study.industries[j]}的出口与库存之和超过其产出。",
                    ),
                    Text("Correct this row of the national table.", "请更正全国表的这一行。"),
                )
            room = max(limit, least * (1 + 1e-12)) * output[:, j] - kept[:, j]
            shared = capped_shares(sold, output[:, j] * pull, np.clip(room, 0.0, None))
            if abs(shared.sum() - sold) > 1e-9 * sold:  # exporters alone cannot: then all makers by output
                shared = made[:, j] * sold
            own[c, :, j] = shared
    return FinalDemand(
        categories,
        market,
        own,
        Text(
            "final demand: " + ", ".join(parts_en),
            "最终需求：" + "，".join(parts_zh),
        ),
    )


def gravity(
    supply: Array, demand: Array, km: Array, decay: Array, home: float, labels: tuple[str, ...]
) -> Balanced:
    r"""Flows of every product between regions: a gravity prior balanced by RAS.

    .. math:: \tilde T_{jrs} = S_{rj} D_{js} d_{rs}^{-\beta_j} h^{[r=s]}, \qquad
              \sum_s T_{jrs} = S_{rj},\ \sum_r T_{jrs} = D_{js}

    Parameters
    ----------
    supply : array [region, product]
        For the home market, money.
    demand : array [product, region]
    km : array [region, region]
        Positive.
    decay : array [product]
        Distance elasticity.
    home : float
        Home bias h: deliveries of a region to itself relative to another as near.

    References
    ----------
    Leontief & Strout (1963); Miller & Blair (2009), section 8.6.
    """
    scaled = km / np.exp(np.log(km).mean())
    bias = np.where(np.eye(len(km), dtype=bool), home, 1.0)
    prior = supply.T[:, :, None] * demand[:, None, :] * scaled[None] ** (-decay[:, None, None]) * bias
    return ras(prior, supply.T, demand, tol=1e-13, batch_labels=labels)


def _national_final(study: Study, gross: Array) -> Array:
    """National final demand [product, category]; rounding goes to each row's largest category."""
    final = study["final_domestic"].reindex(row=list(study.industries)).transpose("row", "category")
    inputs = study["io_domestic"].reindex(row=list(study.industries), industry=list(study.industries))
    values = np.array(final.to_numpy(), dtype=float)
    gap = gross - inputs.transpose("row", "industry").to_numpy().sum(1) - values.sum(1)
    off = np.flatnonzero(~(np.abs(gap) <= NATIONAL_GAP * gross.max()))
    if off.size:
        named = [f"{study.industries[i]} ({gap[i]:+.6g})" for i in off[:6]]
        raise StudyError(
            Text(
                f"The national table does not balance: sales differ from output in {', '.join(named)}.",
                f"全国表不平衡，销售与产出不符的产业：{'、'.join(named)}。",
            ),
            Text("Correct these rows and columns of national_io.", "请更正national_io的这些行和列。"),
        )
    values[np.arange(len(gap)), np.abs(values).argmax(1)] += gap
    return values


def estimate_mrio(study: Study) -> IOTable:
    r"""Estimate the interregional input-output table of the base year, or take the one that was measured.

    Where the study holds measured flows (table io_flows) they are the table (`measured.measured_mrio`).
    Else:

    1. Technology: each region's industry uses the national mix of domestic and imported inputs, scaled so
       that inputs and value added make up its output,
       :math:`U_{sji} = U_{ji} (x_{si} - v_{si}) / (x_i - v_i)`. This is
       the RAS solution with national cells as row totals and regional inputs as column totals (exact, the
       prior having rank one): the regions sum to the national table in every cell.
    2. Final demand: `regional_final_demand`.
    3. Flows of each product: `gravity`, distance elasticity ``accounts.distance_decay`` (local classes
       ``accounts.distance_decay_local``), home bias ``accounts.home_bias``. Every user in a region buys a
       product from regions in the same proportions (Chenery-Moses).

    Returns
    -------
    IOTable
        Money of the base year; satellites employment, energy, co2 where known; `convergence` holds
        iterations and the largest relative gap of the margins by industry.

    Raises
    ------
    StudyError
        A national table that does not balance, value added above output, margins that cannot be met.
    """
    if FLOWS in study:
        return measured_mrio(study)
    whole = complete(study)
    regions, industries = whole.regions, whole.industries
    r, n = len(regions), len(industries)
    output = whole["output"].transpose("region", "industry").to_numpy()
    gross = national_output(whole).reindex(industry=list(industries)).to_numpy()
    # the reconciled output sums to the national table; rounding must not become a contradiction of margins
    output = output * np.divide(gross, output.sum(0), out=np.ones(n), where=output.sum(0) > 0)
    added = _added(whole, output)
    bought = np.divide(
        output - added,
        gross - added.sum(0),
        out=np.zeros_like(output),
        where=gross - added.sum(0) > 0,
    )
    order = {"row": list(industries), "industry": list(industries)}
    domestic = whole["io_domestic"].reindex(order).transpose("row", "industry").to_numpy()
    imported = whole["io_imported"].reindex(order).transpose("row", "industry").to_numpy()
    use = domestic[None] * bought[:, None, :]  # [region, product, industry]
    final = regional_final_demand(whole, _national_final(whole, gross), output, added.sum(1))
    supply = np.clip(output - final.own.sum(0), 0.0, None)
    demand = use.sum(2).T + final.market.sum(0)
    total = demand.sum(1)
    demand = demand * np.divide(supply.sum(0), total, out=np.ones(n), where=total > 0)[:, None]
    km, placed = _distances(whole, r)
    local = set(words(whole, "accounts.local_classes"))
    goods, near = number(whole, "accounts.distance_decay"), number(whole, "accounts.distance_decay_local")
    decay = np.array([near if whole.factor_class[i] in local else goods for i in industries])
    home = number(whole, "accounts.home_bias")
    flows = gravity(supply, demand, km, decay, home, industries)
    bought_from = flows.matrix.sum(1, keepdims=True)
    share = np.divide(flows.matrix, bought_from, out=np.zeros_like(flows.matrix), where=bought_from > 0)

    Z = np.einsum("jrs,sji->rjsi", share, use, optimize=True).reshape(r * n, r * n)
    Y = np.einsum("jrs,cjs->rjsc", share, final.market, optimize=True)
    here = np.arange(r)
    Y[here, :, here, :] += final.own.transpose(1, 2, 0)
    items = whole["io_value_added"].reindex(industry=list(industries)).transpose("item", "industry")
    whole_added = items.to_numpy().sum(0)
    split = np.divide(items.to_numpy(), whole_added, out=np.zeros(items.shape), where=whole_added != 0)
    V = (split[:, None, :] * added[None]).reshape(len(split), r * n)
    satellites = {
        name: Satellite(whole[f"{name}_base"].transpose("region", "industry").to_numpy().ravel(), unit)
        for name, unit in (
            ("employment", whole.unit("labour")),
            ("energy", whole.unit("energy")),
            ("co2", whole.unit("carbon")),
        )
        if f"{name}_base" in whole
    }
    sold = Z.sum(1) + Y.reshape(r * n, -1).sum(1)
    gap = np.abs(sold - output.ravel()) / np.where(output.ravel() > 0, output.ravel(), gross.max())
    residual = np.maximum(gap.reshape(r, n).max(0), _relative(share * demand[:, None, :], demand))
    known = _provenance(whole, final.rule, (goods, near, home), placed)
    return IOTable.from_arrays(
        Z,
        Y.reshape(r * n, -1),
        V,
        regions=regions,
        industries=industries,
        categories=final.categories,
        items=[str(k) for k in items["item"].to_numpy()],
        x=output.ravel(),
        imports=(imported.sum(0)[None] * bought).ravel(),
        satellites=satellites,
        unit=whole.unit("money"),
        provenance=known,
        convergence=_convergence(whole, flows.iterations, residual, known),
    )


def _relative(flows: Array, demand: Array) -> Array:
    gap = np.abs(flows.sum(1) - demand)
    relative: Array = np.divide(gap, demand, out=np.zeros_like(gap), where=demand > 0).max(1)
    return relative


def _added(study: Study, output: Array) -> Array:
    """Value added by region and industry; a user's table that differs is scaled to the national table."""
    values = study["value_added_base"].transpose("region", "industry").to_numpy()
    if not np.all(np.isfinite(values)):
        where = np.argwhere(~np.isfinite(values))[0]
        cell = study.regions[where[0]], study.industries[where[1]]
        raise StudyError(
            Text(
                f"value_added lacks {', '.join(cell)} in {study.base_year}.",
                f"value_added缺少{study.base_year}年的{'、'.join(cell)}。",
            ),
            Text(
                "Complete the table, or leave it out to have value added estimated.",
                "请补全该表，或将其删去以由程序估计增加值。",
            ),
        )
    national = national_value_added(study).reindex(industry=list(study.industries)).to_numpy()
    total = values.sum(0)
    if np.any((total == 0) & (national != 0)):
        missing = study.industries[int(np.flatnonzero((total == 0) & (national != 0))[0])]
        raise StudyError(
            Text(f"No region has value added in {missing}.", f"没有任何地区有{missing}的增加值。"),
            Text("Complete the table value_added.", "请补全value_added表。"),
        )
    scaled: Array = values * np.divide(national, total, out=np.ones_like(total), where=total != 0)
    over = np.argwhere(scaled > output * (1 + 1e-9))
    if over.size:
        names = ", ".join(f"{study.regions[a]}/{study.industries[b]}" for a, b in over[:6])
        raise StudyError(
            Text(f"Value added exceeds reconciled output in {names}.", f"增加值超过调整后的产出：{names}。"),
            Text(
                "Correct value_added or gross_output of these, or leave the table value_added out.",
                "请更正其value_added或gross_output，或删去value_added表。",
            ),
        )
    return np.minimum(scaled, output)


def _distances(study: Study, count: int) -> tuple[Array, bool]:
    km = study.get("distance")
    if km is None:
        return np.ones((count, count)), False
    values = km.reindex(region=list(study.regions), region_to=list(study.regions))
    array = np.array(values.transpose("region", "region_to").to_numpy(), dtype=float)
    if count > 1:
        # a user's table may leave the way within a region out, or write 0
        share = number(study, "accounts.own_distance")
        others = np.where(np.eye(count, dtype=bool), np.inf, array).min(1)
        own = np.diag(array)
        np.fill_diagonal(array, np.where(np.isfinite(own) & (own > 0), own, share * others))
    else:
        array = np.ones((1, 1))
    if not (np.isfinite(array).all() and (array > 0).all()):
        raise StudyError(
            Text(
                "distance has missing or zero entries between regions.",
                "distance表中有缺失或为零的地区间距离。",
            ),
            Text("Complete the table distance.", "请补全distance表。"),
        )
    return array, True


def _provenance(study: Study, rule: Text, rates: tuple[float, float, float], placed: bool) -> Provenance:
    goods, near, home = rates
    how = (
        Text(
            f"gravity with distance elasticity {goods:g} ({near:g} for local classes) and home bias "
            f"{home:g}, balanced by RAS",
            f"引力模型（距离弹性{goods:g}，本地性行业{near:g}；本地偏好{home:g}），RAS平衡",
        )
        if placed
        else Text(
            f"proportional to supply and demand with home bias {home:g}, distances being unknown",
            f"因缺距离数据，按供给与需求比例（本地偏好{home:g}）",
        )
    )
    return Provenance(
        "estimated",
        study.unit("money"),
        str(study.base_year),
        sources(study, "output", "io_domestic", "value_added_base", "distance", "indicators"),
        Text(
            "Estimated: no interregional flow is measured. National technology scaled to regional value "
            f"added; {rule.en}; flows: {how.en}; one sourcing pattern per product and region.",
            f"估计值：地区间流量无实测数据。全国技术系数按地区增加值缩放；{rule.zh}；流量：{how.zh}；"
            "每地区每产品采用同一来源结构。",
        ),
    )


def _convergence(study: Study, iterations: np.ndarray, residual: Array, known: Provenance) -> Result:
    decay = option(study, "accounts.distance_decay")
    return Result(
        "mrio_convergence",
        Text("Balancing of the interregional table", "地区间投入产出表的平衡"),
        pd.DataFrame(
            {
                "industry": list(study.industries),
                "iterations": iterations.astype(float),
                "residual": residual,
            }
        ),
        (
            Column("industry", Text("Industry", "产业"), "industry"),
            Column("iterations", Text("Iterations", "迭代次数"), "number", "1", "estimated", known.year),
            Column(
                "residual",
                Text("Largest relative gap", "最大相对误差"),
                "number",
                "1",
                "estimated",
                known.year,
            ),
        ),
        known.method,
        Text(
            "Largest gap of supplies and demands by region, relative to each. Distance elasticity "
            f"{decay} is taken from the literature, not estimated here.",
            f"各地区供给与需求的最大相对误差。距离弹性{decay}取自文献，并非本处估计。",
        ),
    )
