"""Employment, energy and emissions by region and industry at the base year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.accounts.balance import ras
from hinterland.accounts.lookup import concordance, indicator, nearest_year, option, sources
from hinterland.accounts.output import national_output
from hinterland.accounts.value_added import compensation
from hinterland.study import Provenance, Study, StudyError, Text

# National and regional statistics of energy agree no better than this.
ENERGY_SLACK = 0.05

Derived = tuple[xr.DataArray, Provenance]


def _given(study: Study, table: str, quantity: str) -> Derived | None:
    """Return the user's own table at the year nearest to the base year."""
    array = study.get(table)
    if array is None or not bool(array.notnull().any()):
        return None
    known = study.provenance[table]
    one, year = nearest_year(array, study.base_year)
    shaped = one.reindex(region=list(study.regions), industry=list(study.industries))
    return shaped.transpose("region", "industry").drop_attrs(), Provenance(
        known.status, study.unit(quantity), str(year), known.sources, Text("As given.", "按给定数据。")
    )


def employment(study: Study, output: xr.DataArray, added: xr.DataArray) -> Derived | None:
    r"""Employment by region and industry.

    A user's table `employment` wins. Otherwise regional employment by sector (indicators named in the
    concordance ``employment_sectors``), scaled to the region's total (indicator
    ``accounts.employment_total``), is spread over the sector's industries by estimated compensation
    :math:`c_{ri}` (by value added where compensation is unknown):

    .. math:: e_{ri} = E_{rs} \, c_{ri} / \sum_{j \in s} c_{rj}, \quad i \in s

    that is, one wage per region and sector. With a total but no sectors, the whole economy is one sector.
    Industries of no sector are missing. Shape [region, industry], unit of labour; None when nothing is known.
    """
    given = _given(study, "employment", "labour")
    if given is not None:
        return given
    total_code = str(option(study, "accounts.employment_total", ""))
    total = indicator(study, total_code) if total_code else None
    table = concordance(study, "employment_sectors")
    weights = compensation(study, added)
    by_pay = weights is not None
    spread = (weights if weights is not None else added).where(output > 0, 0.0).clip(min=0.0)
    sectors: list[tuple[xr.DataArray, xr.DataArray]] = []  # weight by industry, people by region
    coords = {"industry": output["industry"].to_numpy()}
    years: list[int] = []
    for code in dict.fromkeys(table["code"]):
        found = indicator(study, str(code), total[1] if total else None)
        if found is None:
            continue
        rows = table[table["code"] == code].groupby("industry")["weight"].sum().astype(float)
        sectors.append((xr.DataArray(rows.reindex(coords["industry"]), coords, ("industry",)), found[0]))
        years.append(found[1])
    if not sectors and total is None:
        return None
    if not sectors and total is not None:
        everywhere = xr.DataArray(np.ones(output.sizes["industry"]), coords, ("industry",))
        sectors, scale = [(everywhere, total[0])], xr.ones_like(total[0])
    elif total is not None:
        everyone = sum((people for _, people in sectors), start=xr.zeros_like(sectors[0][1]))
        scale = (total[0] / everyone.where(everyone > 0)).fillna(1.0)
    else:
        scale = xr.ones_like(sectors[0][1])
    result = xr.full_like(output, np.nan)
    for weight, people in sectors:
        part = spread * weight
        share = part / part.sum("industry").where(part.sum("industry") > 0)
        mine = (people * scale * share).transpose("region", "industry")
        # an industry of two sectors has people of both; one of none stays missing
        result = result.where(mine.isnull(), result.fillna(0.0) + mine)
    span = [str(y) for y in ([total[1]] if total else [])] + [f"{y}" for y in dict.fromkeys(years)]
    parts = Text(
        f"Regional employment by sector ({', '.join(map(str, dict.fromkeys(years)))})" if years else "",
        f"分行业就业（{'、'.join(map(str, dict.fromkeys(years)))}年）" if years else "",
    )
    if total:
        parts = parts + Text(
            f"{', scaled to t' if years else 'T'}he region's total ({total[1]})",
            f"{'，缩放到' if years else ''}地区就业总量（{total[1]}年）",
        )
    how = Text(
        f", spread over industries by estimated {'compensation of employees' if by_pay else 'value added'}.",
        f"，按估计的{'劳动者报酬' if by_pay else '增加值'}分摊到产业。",
    )
    return result.transpose("region", "industry"), Provenance(
        "estimated",
        study.unit("labour"),
        "; ".join(dict.fromkeys(span)),
        sources(study, "indicators", "io_value_added", "gross_output"),
        parts + how,
    )


def energy(study: Study, output: xr.DataArray) -> Derived | None:
    r"""Energy use by region and industry.

    A user's table `energy_use` wins. Otherwise the national intensity of the year nearest to the base year
    times output, :math:`\tilde e_{ri} = E_i x_{ri} / x_i`; where a regional total is known (indicator
    ``accounts.energy_total``) balanced by RAS to the region's total less the national share of households,
    keeping each industry's share of the nation. The share of households is what industries leave of the sum
    of regions in the year of the national figures. Shape [region, industry], unit of energy; None when no
    national figures exist.
    """
    given = _given(study, "energy_use", "energy")
    if given is not None:
        return given
    national = study.get("national_energy")
    if national is None or not bool(national.notnull().any()):
        return None
    use, year = nearest_year(national, study.base_year)
    use = use.reindex(industry=output["industry"]).drop_attrs()
    gross = national_output(study).reindex(industry=output["industry"])
    prior = (output * (use / gross.where(gross > 0))).transpose("region", "industry")
    code = str(option(study, "accounts.energy_total", ""))
    base, same = (indicator(study, code), indicator(study, code, year)) if code else (None, None)
    method = Text(
        f"National energy use by industry ({year}) / national output x regional output",
        f"全国分产业能源消费（{year}年）÷全国产出×地区产出",
    )
    years = [str(year)]
    if base is not None and same is not None and bool((base[0] > 0).any()):
        known = [i for i in output["industry"].to_numpy() if np.isfinite(float(use.sel(industry=i)))]
        industries_share = float(use.sum()) / float(same[0].sum())
        if industries_share > 1 + ENERGY_SLACK:
            raise StudyError(
                Text(
                    f"Industries of national_energy use {industries_share:.3g} times what {code} gives for "
                    f"all regions in {same[1]}.",
                    f"national_energy各产业用能合计为指标{code}{same[1]}年全部地区合计的"
                    f"{industries_share:.3g}倍。",
                ),
                Text(
                    "Bring both to one unit, or name another indicator in accounts.energy_total.",
                    "请统一两者的单位，或在accounts.energy_total中另行指定指标。",
                ),
            )
        industries_share = min(industries_share, 1.0)
        rows = base[0].reindex(region=output["region"]).to_numpy() * industries_share
        block = prior.sel(industry=known).to_numpy()
        # a region without a total takes part with its prior, at the level of the others
        there = np.isfinite(rows)
        rows = np.where(there, rows, block.sum(1) * rows[there].sum() / block[there].sum())
        rows = np.where(block.sum(1) > 0, rows, 0.0)
        columns = block.sum(0)
        balanced = ras(
            block,
            rows,
            columns * rows.sum() / columns.sum(),
            tol=1e-11,
            row_labels=list(study.regions),
            column_labels=known,
        ).matrix
        prior.loc[{"industry": known}] = balanced
        years = [str(base[1]), str(year)]
        method = method + Text(
            f", balanced to regional totals ({base[1]}) less households ({1 - industries_share:.1%}, "
            "the national share)",
            f"，平衡到地区总量（{base[1]}年）扣除居民用能（按全国比重{1 - industries_share:.1%}）",
        )
    return prior, Provenance(
        "estimated",
        study.unit("energy"),
        "; ".join(dict.fromkeys(years)),
        sources(study, "national_energy", "gross_output", *(["indicators"] if len(years) > 1 else [])),
        method + Text(".", "。"),
    )


def co2(study: Study, output: xr.DataArray) -> tuple[Derived, Derived] | None:
    r"""Emissions by region and industry, and which of them are estimated. Households are left out.

    The inventory of the year nearest to the base year. Where a region has none, its output times the mean
    intensity of the regions of its group that have one (of all regions where the group has none):

    .. math:: c_{ri} = x_{ri} \sum_{s \in g(r)} c_{si} / \sum_{s \in g(r)} x_{si}

    Shape [region, industry], unit of carbon; None when the study has no `co2`.
    """
    array = study.get("co2")
    if array is None or not bool(array.notnull().any()):
        return None
    inventory, year = nearest_year(array, study.base_year)
    found = inventory.rename(emitter="industry").drop_attrs()
    found = found.reindex(region=output["region"], industry=output["industry"]).transpose(
        "region", "industry"
    )
    missing = found.isnull()
    filled = found.copy()
    intensity_all = found.sum("region") / output.where(~missing).sum("region").pipe(lambda a: a.where(a > 0))
    for region in output["region"].to_numpy():
        if not bool(missing.sel(region=region).any()):
            continue
        peers = [r for r in study.regions if study.group[r] == study.group[region]]
        known = found.sel(region=peers)
        base = output.sel(region=peers).where(known.notnull()).sum("region")
        mean = (known.sum("region") / base.where(base > 0)).fillna(intensity_all)
        filled.loc[{"region": region}] = found.sel(region=region).fillna(output.sel(region=region) * mean)
    known_year = study.provenance["co2"]
    lacking = [str(r) for r in output["region"].to_numpy()[missing.any("industry").to_numpy()]]
    note = Text(f"Inventory of {year}, households left out", f"{year}年排放清单，不含居民") + (
        Text(
            f"; estimated from the mean intensity of the group's other regions: {', '.join(lacking)}.",
            f"；按同组其他地区平均强度估计：{'、'.join(lacking)}。",
        )
        if lacking
        else Text(".", "。")
    )
    unit = study.unit("carbon")
    status = "estimated" if lacking else known_year.status
    return (filled, Provenance(status, unit, str(year), known_year.sources, note)), (
        missing,
        Provenance(
            "estimated",
            "1",
            str(year),
            known_year.sources,
            Text("True where the emission is estimated.", "估计值为真。"),
        ),
    )
