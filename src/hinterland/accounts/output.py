"""Base-year gross output by region and industry, reconciled with the national table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.lookup import sources
from hinterland.study import Column, Provenance, Result, Study, StudyError, Text, combine


def national_output(study: Study) -> xr.DataArray:
    r"""Gross output by industry in the national table: domestic and imported inputs plus value added.

    :math:`x_i = \sum_j (Z^d_{ji} + Z^m_{ji}) + \sum_k V_{ki}`; shape [industry], unit of money.
    """
    total = (
        study["io_domestic"].sum("row", skipna=False)
        + study["io_imported"].sum("row", skipna=False)
        + study["io_value_added"].sum("item", skipna=False)
    )
    missing = total["industry"].to_numpy()[total.isnull().to_numpy()]
    if missing.size:
        raise StudyError(
            Text(
                f"The national table has missing inputs for: {', '.join(map(str, missing))}.",
                f"全国表中以下产业的投入有缺失：{'、'.join(map(str, missing))}。",
            ),
            Text("Write every cell; an input that is not used is 0.", "请填满每个单元格，未使用的投入填0。"),
        )
    return total.drop_attrs().rename("national_output")


def national_value_added(study: Study) -> xr.DataArray:
    """Value added by industry in the national table, over all its rows; [industry], unit of money."""
    return study["io_value_added"].sum("item", skipna=False).drop_attrs()


def _regional(study: Study) -> xr.DataArray:
    gross = study["gross_output"]
    if study.base_year not in gross["year"].to_numpy():
        raise StudyError(
            Text(
                f"gross_output has no year {study.base_year}, the base year.",
                f"gross_output没有基准年{study.base_year}年的数据。",
            ),
            Text(
                f"Add it, or set base_year in study.toml to one of "
                f"{', '.join(map(str, gross['year'].to_numpy()))} "
                "and give the national table of that year.",
                f"请补充该年数据，或将study.toml中的base_year改为"
                f"{'、'.join(map(str, gross['year'].to_numpy()))}之一，并提供该年的全国表。",
            ),
        )
    base = gross.sel(year=study.base_year, drop=True).transpose("region", "industry").drop_attrs()
    if bool(base.isnull().any()):
        region = str(base.where(base.isnull(), drop=True)["region"].to_numpy()[0])
        others = int(base.isnull().sum()) - 1
        raise StudyError(
            Text(
                f"gross_output lacks values of {study.base_year} for region {region} and {others} other "
                "cells.",
                f"gross_output缺少{study.base_year}年数据：地区{region}及另外{others}个单元格。",
            ),
            Text(
                "Write 0 where an industry does not exist, and the figure where it does.",
                "没有该产业的填0，有该产业的填写数值。",
            ),
        )
    return base


def reconciled_output(study: Study) -> tuple[xr.DataArray, Provenance]:
    r"""Scale each industry's regional outputs to the national total of the base year.

    .. math:: x_{ri} = g_{ri} \, x_i / \sum_s g_{si}

    Zeros stay zero. Shape [region, industry], unit of money.

    Raises
    ------
    StudyError
        An industry that the national table has but no region makes, or the reverse.
    """
    base = _regional(study)
    national = national_output(study).reindex(industry=base["industry"])
    regional = base.sum("region")
    lost = (regional <= 0) & (national > 0)
    if bool(lost.any()):
        names = ", ".join(str(i) for i in base["industry"].to_numpy()[lost.to_numpy()])
        raise StudyError(
            Text(
                f"The national table has output of {names}, but no region makes it in {study.base_year}.",
                f"全国表有{names}的产出，但{study.base_year}年没有任何地区生产。",
            ),
            Text(
                "Give some region this output, or group the industry with another in both tables.",
                "请补充地区产出，或在两张表中将该产业与其他产业合并。",
            ),
        )
    extra = (regional > 0) & (national <= 0)
    if bool(extra.any()):
        names = ", ".join(str(i) for i in base["industry"].to_numpy()[extra.to_numpy()])
        raise StudyError(
            Text(
                f"Regions make {names}, but the national table has no such output.",
                f"有地区生产{names}，但全国表没有相应产出。",
            ),
            Text(
                "Complete the national table, or group the industry with another in both tables.",
                "请补全全国表，或在两张表中将该产业与其他产业合并。",
            ),
        )
    ratio = (national / regional.where(regional > 0)).fillna(0.0)
    known = study.provenance["gross_output"]
    return (base * ratio).transpose("region", "industry"), Provenance(
        "estimated" if not np.allclose(ratio, 1.0, rtol=1e-9) else known.status,
        study.unit("money"),
        str(study.base_year),
        sources(study, "gross_output", "io_domestic"),
        Text(
            "Regional gross output of the base year, each industry scaled to the national table's total "
            "(national total / sum over regions); zeros stay zero.",
            "基准年各地区总产出，按产业缩放到全国投入产出表总量（全国总量÷地区合计）；零值保持为零。",
        ),
    )


def reconcile(study: Study) -> Result:
    """Set the sum of regional outputs beside the national table, by industry, and their ratio.

    Columns: industry, regional_total, national_total (money), ratio = regional / national.
    """
    base = _regional(study)
    national = national_output(study).reindex(industry=base["industry"]).to_numpy()
    regional = base.sum("region").to_numpy()
    ratio = np.divide(regional, national, out=np.full_like(regional, np.nan), where=national > 0)
    frame = pd.DataFrame(
        {
            "industry": list(study.industries),
            "regional_total": regional,
            "national_total": national,
            "ratio": ratio,
        }
    )
    money, year = study.unit("money"), str(study.base_year)
    gross, table = study.provenance["gross_output"], study.provenance["io_domestic"]
    total = float(regional.sum() / national.sum())
    return Result(
        "reconciliation",
        Text("Regional output against the national table", "地区总产出与全国投入产出表的核对"),
        frame,
        (
            Column("industry", Text("Industry", "产业"), "industry"),
            Column(
                "regional_total",
                Text("Sum over regions", "各地区合计"),
                "number",
                money,
                gross.status,
                year,
                gross.sources,
            ),
            Column(
                "national_total",
                Text("National table", "全国表"),
                "number",
                money,
                table.status,
                year,
                table.sources,
            ),
            Column(
                "ratio",
                Text("Regions / nation", "地区合计÷全国"),
                "number",
                "1",
                combine(gross.status, table.status),
                year,
                tuple(dict.fromkeys((*gross.sources, *table.sources))),
            ),
        ),
        Text(
            "Each region's output of an industry is divided by this ratio, so that regions sum to the "
            "national table.",
            "各地区某产业产出除以该比率，使地区合计等于全国表。",
        ),
        Text(
            f"All industries together, the regions sum to {total:.3f} times the national table.",
            f"全部产业合计，地区之和为全国表的{total:.3f}倍。",
        ),
    )
