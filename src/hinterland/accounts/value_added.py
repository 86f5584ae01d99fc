"""Value added by region and industry at the base year, when no table gives it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hinterland.accounts.balance import Array, ras
from hinterland.accounts.lookup import concordance, nearest_year, number, sources
from hinterland.accounts.output import national_output, national_value_added
from hinterland.study import Provenance, Status, Study, StudyError, Text


def regional_deviation(study: Study) -> tuple[xr.DataArray, str] | None:
    r"""Value-added ratio of a region relative to that of all regions, from a table of its own year.

    .. math:: d_{ri} = \frac{VA_{ri}/x_{ri}}{\sum_s VA_{si} / \sum_s x_{si}}

    From `value_added` (nearest year that `gross_output` has too) or else `value_added_components` (sum of
    its items; output from the item ``gross_output`` or the table gross_output). Bounded by the parameter
    ``accounts.value_added_deviation``; 1 where unknown. Shape [region, industry], unit 1. None when neither
    exists.
    """
    found = _ratios(study)
    if found is None:
        return None
    added, gross, year = found
    known = added.notnull() & gross.notnull() & (gross > 0)
    nation = added.where(known).sum("region") / gross.where(known).sum("region")
    bound = number(study, "accounts.value_added_deviation")
    deviation = (added / gross.where(known)) / nation.where(nation > 0)
    shaped = deviation.clip(1.0 / bound, bound).fillna(1.0).transpose("region", "industry")
    return shaped.reindex(region=list(study.regions), industry=list(study.industries)).fillna(1.0), year


def _ratios(study: Study) -> tuple[xr.DataArray, xr.DataArray, str] | None:
    gross = study["gross_output"]
    if "value_added" in study:
        added = study["value_added"]
        shared = np.intersect1d(added["year"].to_numpy(), gross["year"].to_numpy())
        if shared.size:
            one, year = nearest_year(added.sel(year=shared), study.base_year)
            return one.drop_attrs(), gross.sel(year=year, drop=True).drop_attrs(), str(year)
    if "value_added_components" in study:
        parts, year = nearest_year(study["value_added_components"], study.base_year)
        items = [k for k in study["io_value_added"]["item"].to_numpy() if k in parts["item"].to_numpy()]
        if not items:
            rows = [str(k) for k in study["io_value_added"]["item"].to_numpy()]
            raise StudyError(
                Text(
                    "value_added_components has none of the value-added rows of the national table.",
                    "value_added_components中没有全国表的任何增加值行。",
                ),
                Text(f"Use its row names: {', '.join(rows)}.", f"请使用其行名：{'、'.join(rows)}。"),
            )
        own = "gross_output" in parts["item"].to_numpy()
        if not own and year not in gross["year"].to_numpy():
            return None
        base = parts.sel(item="gross_output", drop=True) if own else gross.sel(year=year, drop=True)
        return parts.sel(item=items).sum("item", skipna=False).drop_attrs(), base.drop_attrs(), str(year)
    return None


def account_blocks(study: Study) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Group the items of `gdp_accounts` with the industries they cover, by the concordance ``gdp_accounts``.

    Items that share an industry belong together, so a block is a connected component of the concordance.
    Returns (items, industries) of each block; an industry outside every block has no regional control.
    """
    table = concordance(study, "gdp_accounts")
    accounts = study.get("gdp_accounts")
    if accounts is None or table.empty:
        return []
    known = set(accounts["item"].to_numpy())
    table = table[table["code"].isin(known)]
    if table.empty:
        return []
    items, industries = list(dict.fromkeys(table["code"])), list(study.industries)
    left = table["code"].map(items.index).to_numpy()
    right = table["industry"].map(industries.index).to_numpy() + len(items)
    size = len(items) + len(industries)
    _, member = connected_components(coo_array((np.ones(len(left)), (left, right)), (size, size)))
    blocks = []
    for component in dict.fromkeys(member[: len(items)]):
        blocks.append(
            (
                tuple(k for i, k in enumerate(items) if member[i] == component),
                tuple(k for i, k in enumerate(industries) if member[len(items) + i] == component),
            )
        )
    return blocks


def cap_and_balance(
    prior: Array,
    rows: Array,
    columns: Array,
    cap: Array,
    labels: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Array:
    """Balance with an upper bound on every cell: columns hold exactly, rows as far as the bound lets them.

    RAS, then cells above `cap` are fixed at it and the others balanced to what is left of the totals, until
    none is above. A row that has no free cell left cannot reach its total: its remainder goes to the other
    rows in proportion to theirs.

    Parameters
    ----------
    prior, cap : array [m, n]
        Same unit; the cap of a column sums to more than its total.
    rows, columns : array [m], [n]
        Totals with equal sums.
    labels : pair of sequences of str, optional
        Names of rows and columns, for messages.
    """
    places, kinds = labels if labels is not None else (None, None)
    short = np.flatnonzero(cap.sum(0) < columns * (1 - 1e-12))
    if short.size:
        named = [kinds[int(k)] for k in short[:6]] if kinds else []
        raise StudyError(
            Text(
                "National value added exceeds what the output of the regions allows"
                + (f" in {', '.join(named)}." if named else "."),
                "全国增加值超过地区产出所能容纳的数额" + (f"：{'、'.join(named)}。" if named else "。"),
            ),
            Text(
                "Check value added and output of the national table, or raise accounts.value_added_cap.",
                "请检查全国表的增加值与产出，或提高accounts.value_added_cap。",
            ),
        )
    fixed = np.zeros(prior.shape, dtype=bool)
    matrix = np.minimum(prior, cap)
    for _ in range(prior.size + 1):
        free = np.where(fixed, 0.0, prior)
        held = np.where(fixed, cap, 0.0)
        u = np.clip(rows - held.sum(1), 0.0, None)
        v = np.clip(columns - held.sum(0), 0.0, None)
        u[free.sum(1) <= 0] = 0.0
        v[free.sum(0) <= 0] = 0.0
        if v.sum() <= 0:
            return held
        if u.sum() <= 0:  # every row is at its total, yet columns are not: the prior decides
            u = free.sum(1)
        scaled = ras(free, u * (v.sum() / u.sum()), v, tol=1e-11, row_labels=places, column_labels=kinds)
        matrix = held + scaled.matrix
        over = (matrix > cap * (1 + 1e-12)) & ~fixed
        if not over.any():
            return matrix
        fixed |= over
    return matrix


def value_added(study: Study, output: xr.DataArray) -> tuple[xr.DataArray, Provenance]:
    r"""Estimate value added of the base year by region and industry.

    A user's table `value_added` of the base year is taken as it is. Otherwise the prior is

    .. math:: \tilde v_{ri} = x_{ri} \frac{V_i}{x_i} d_{ri}

    with the national ratio and the regional deviation (`regional_deviation`), balanced by RAS so that
    industries sum to the national table and, where the study has `gdp_accounts` and its concordance, regions
    to their accounts in each block of industries (scaled to the national sum of the block). No cell exceeds
    ``accounts.value_added_cap`` of its output. Shape [region, industry], unit of money.
    """
    money, base = study.unit("money"), study.base_year
    given = study.get("value_added")
    if given is not None and base in given["year"].to_numpy():
        known = study.provenance["value_added"]
        return given.sel(year=base, drop=True).transpose("region", "industry").drop_attrs(), Provenance(
            known.status, money, str(base), known.sources, Text("As given.", "按给定数据。")
        )
    national = national_value_added(study).reindex(industry=output["industry"])
    gross = national_output(study).reindex(industry=output["industry"])
    ratio = (national / gross.where(gross > 0)).fillna(0.0)
    found = regional_deviation(study)
    prior = (output * ratio * (found[0] if found else 1.0)).transpose("region", "industry")
    cap = number(study, "accounts.value_added_cap")
    # an industry whose national ratio is itself above the cap keeps room for its regions to differ
    bound = output * np.maximum(cap, (1.0 + ratio) / 2.0)
    result = prior.copy()
    used: list[str] = []
    accounts_year = ""
    handled: set[str] = set()
    for items, industries in account_blocks(study):
        inside = [i for i in industries if float(national.sel(industry=i)) > 0]
        if not inside:
            continue
        table, year = nearest_year(study["gdp_accounts"].sel(item=list(items)), base)
        totals = table.sum("item", skipna=False).reindex(region=output["region"]).to_numpy().astype(float)
        own = prior.sel(industry=inside).sum("industry").to_numpy()
        blank = ~np.isfinite(totals)
        if blank.all():
            continue
        # a region without accounts takes part with its prior, at the level of the others
        totals[blank] = own[blank] * totals[~blank].sum() / own[~blank].sum()
        columns = national.sel(industry=inside).to_numpy()
        totals = np.where(own > 0, np.clip(totals, 0.0, None), 0.0)
        balanced = cap_and_balance(
            prior.sel(industry=inside).to_numpy(),
            totals * columns.sum() / totals.sum(),
            columns,
            bound.sel(industry=inside).to_numpy(),
            (list(study.regions), inside),
        )
        result.loc[{"industry": inside}] = balanced
        used.extend(items)
        accounts_year = str(year)
        handled.update(inside)
    for industry in output["industry"].to_numpy():
        if str(industry) in handled:
            continue
        column = prior.sel(industry=industry).to_numpy()
        target = float(national.sel(industry=industry))
        if column.sum() == 0:
            continue
        if target <= 0:  # negative value added cannot be balanced; the national ratio is all there is
            result.loc[{"industry": industry}] = (output * ratio).sel(industry=industry)
            continue
        result.loc[{"industry": industry}] = cap_and_balance(
            column[:, None],
            column * target / column.sum(),
            np.array([target]),
            bound.sel(industry=industry).to_numpy()[:, None],
        )[:, 0]
    capped = int(((result >= bound * (1 - 1e-9)) & (output > 0)).sum())
    deviation_year = found[1] if found else ""
    status: Status = "estimated"
    method = Text(
        "Output x national value-added ratio"
        + (f" x the region's deviation from the all-region ratio in {deviation_year}" if found else "")
        + ", balanced (RAS) to the national value added by industry"
        + (f" and to regional accounts of {accounts_year} in {len(set(used))} items" if used else "")
        + f"; no cell above {cap:.0%} of its output ({capped} are at it, the rest going to other cells).",
        "总产出×全国增加值率"
        + (f"×{deviation_year}年该地区增加值率相对各地区总体的偏离" if found else "")
        + "，用RAS法平衡到全国分产业增加值"
        + (f"和{accounts_year}年地区核算（{len(set(used))}项）" if used else "")
        + f"；各单元不超过产出的{cap:.0%}（{capped}个达到上限，余额分给其他单元）。",
    )
    if not used:
        method = method + Text(
            " No regional accounts: regional totals are not controlled.", "无地区核算：地区总量未受控制。"
        )
    years = "; ".join(dict.fromkeys(y for y in (str(base), deviation_year, accounts_year) if y))
    return result, Provenance(
        status,
        money,
        years,
        sources(
            study,
            "gross_output",
            "io_value_added",
            *(["value_added", "value_added_components"] if found else []),
            *(["gdp_accounts"] if used else []),
        ),
        method,
    )


def compensation(study: Study, added: xr.DataArray) -> xr.DataArray | None:
    """Compensation of employees: value added x its national labour share by industry; None if unknown.

    Shape [region, industry], unit of money. The national row is named by ``accounts.compensation_item``.
    """
    table = study["io_value_added"]
    item = study.parameter("accounts.compensation_item")
    if item not in table["item"].to_numpy():
        return None
    total = national_value_added(study)
    share = (table.sel(item=item, drop=True) / total.where(total > 0)).clip(0.0, 1.0).fillna(0.0)
    return (added * share.drop_attrs().reindex(industry=added["industry"])).transpose("region", "industry")
