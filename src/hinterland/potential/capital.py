"""How productive is capital? Capital by region and industry (estimated), and the improved gradient."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete, ras
from hinterland.potential.gradient import gradient_coefficient, lacks_labour, relative_productivity
from hinterland.study import Column, Provenance, Result, Study, StudyError, Text

COMPONENTS = "value_added_components"


def perpetual_inventory(investment: xr.DataArray, rate: float) -> xr.DataArray:
    """Capital stock by the perpetual inventory method, K_t = (1 - d) K_(t-1) + I_t (Goldsmith 1951).

    The stock at the end of the first year is that of steady growth at the mean rate g of the first ten years,
    I_0 (1 + g) / (g + d).

    Parameters
    ----------
    investment : DataArray[region, year]
        Gross fixed capital formation of successive years, money, positive in the first year.
    rate : float
        Depreciation d a year, 0 to 1.

    Returns
    -------
    DataArray[region, year], money of mixed prices where investment is at current prices: then only shares of
    regions mean something. NaN from the first unknown year on.
    """
    flow = investment.transpose("region", "year")
    values = flow.to_numpy()
    first = values[:, 0]
    span = min(10, values.shape[1] - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = (values[:, span] / first) ** (1 / span) - 1 if span else np.zeros(len(first))
        pace = np.maximum(np.where(np.isfinite(growth), growth, 0.0), 0.0)
        stock = first * (1 + pace) / (pace + rate)
    out = np.empty_like(values)
    out[:, 0] = stock
    for t in range(1, values.shape[1]):
        out[:, t] = (1 - rate) * out[:, t - 1] + values[:, t]
    return flow.copy(data=out)


def improved_gradient(
    output: xr.DataArray, value_added: xr.DataArray, employment: xr.DataArray, capital: xr.DataArray
) -> xr.DataArray:
    """Improved gradient IG' = LQ * comparative labour productivity * comparative capital productivity.

    Comparative capital productivity is (v_ri / v_i) / (k_ri / k_i) (Chen & Xiong 2007).

    Parameters
    ----------
    output, value_added, employment, capital : DataArray[region, industry]
        Money, money, persons, money; only shares of regions matter.

    Returns
    -------
    DataArray[region, industry], dimensionless; NaN where any part is.
    """
    output, value_added, employment, capital = xr.align(
        output, value_added, employment, capital, join="exact"
    )
    of_capital = relative_productivity(value_added, capital)
    return gradient_coefficient(output, value_added, employment) * of_capital


def _lacking(study: Study, en: str, zh: str) -> StudyError:
    return StudyError(
        Text(
            f"The improved gradient needs capital by region and industry: {en}.",
            f"改进的产业梯度系数需要分地区、分产业资本：{zh}。",
        ),
        Text(
            "Name the yearly indicator of investment in study.toml (potential.investment) and give"
            " depreciation in the table value_added_components; without them use the gradient.",
            "请在study.toml中指定逐年投资指标（potential.investment），并在value_added_components表中提供折"
            "旧；否则请使用产业梯度系数。",
        ),
    )


def capital_stock(study: Study, output: xr.DataArray) -> tuple[xr.DataArray, Provenance]:
    """Estimate capital [region, industry] of the base year.

    Regions' totals: perpetual inventory of investment. Industries' totals: the nation's depreciation by
    industry. Between: depreciation by region and industry of an earlier table, per unit of output there, at
    the base year's output; balanced to both (RAS). Regions without such a table are left out (NaN).

    Raises
    ------
    StudyError
        A part is missing.
    """
    code = str(study.parameter("potential.investment") or "")
    item = str(study.parameter("potential.depreciation_item"))
    rate = float(study.parameter("potential.depreciation_rate"))
    if "indicators" not in study or code not in study["indicators"]["indicator"].values:
        raise _lacking(study, "no yearly investment by region", "缺少地区逐年投资")
    if COMPONENTS not in study or item not in study[COMPONENTS]["item"].values:
        raise _lacking(study, f"no item '{item}' by region and industry", f"缺少分地区、分产业的“{item}”")
    if item not in study["io_value_added"]["item"].values:
        raise _lacking(study, f"the national table has no row '{item}'", f"全国表没有“{item}”行")
    flow = study["indicators"].drop_attrs().sel(indicator=code, drop=True).transpose("region", "year")
    flow = flow.sel(year=flow["year"] <= study.base_year)
    parts = study[COMPONENTS].drop_attrs().sel(item=item, drop=True)
    then = int(parts["year"].max())
    worn = parts.sel(year=then, drop=True).transpose("region", "industry").reindex_like(output)
    before = study["gross_output"].drop_attrs()
    if then not in before["year"].values:
        raise _lacking(study, f"no output of {then} beside its depreciation", f"缺少{then}年的总产出")
    made = before.sel(year=then, drop=True).transpose("region", "industry")
    national = study["io_value_added"].drop_attrs().sel(item=item, drop=True)
    stocks = {}
    for region in output["region"].values:
        mine = flow.sel(region=region).dropna("year")
        if mine.sizes["year"] < 2 or int(mine["year"][-1]) != study.base_year:
            continue
        if (np.diff(mine["year"].values) != 1).any() or bool(worn.sel(region=region).isnull().any()):
            continue
        one = perpetual_inventory(mine.expand_dims("region"), rate)
        stocks[region] = float(one.isel(year=-1).item())
    if len(stocks) < 2:
        raise _lacking(study, "known for fewer than two regions", "已知地区不足两个")
    inside = list(stocks)
    # wear per unit of output, the nation's where the region then had none of the industry
    all_rate = worn.sel(region=inside).sum("region") / made.sel(region=inside).sum("region")
    rates = (worn / made.where(made > 0)).sel(region=inside).fillna(all_rate)
    most = float(study.parameter("potential.capital_deviation"))
    rates = rates.clip(
        min=all_rate / most, max=all_rate * most
    )  # odd cells of an old table would rule the rest
    prior = (rates * output.sel(region=inside)).transpose("region", "industry")
    rows = np.array([stocks[region] for region in inside])
    columns = np.clip(national.reindex(industry=output["industry"]).to_numpy(), 0.0, None)
    columns = np.where(prior.sum("region").to_numpy() > 0, columns, 0.0)
    columns = columns * rows.sum() / columns.sum()
    seed = np.where(columns > 0, prior.to_numpy(), 0.0)
    found = ras(seed, rows, columns, row_labels=inside, column_labels=list(output["industry"].values))
    matrix = np.asarray(found.matrix)
    capital = xr.DataArray(
        matrix, {"region": inside, "industry": output["industry"].values}, ("region", "industry")
    ).reindex(region=output["region"].values)
    known = [study.provenance[name] for name in ("indicators", COMPONENTS, "io_value_added")]
    return capital, Provenance(
        "estimated",
        study.unit("money"),
        f"{study.base_year}; {then}",
        tuple(dict.fromkeys(source for part in known for source in part.sources)),
        Text(
            "Capital is estimated: regions' stocks by perpetual inventory of"
            f" {study.text('indicator', code).en.lower()} at current prices (depreciation {rate:g} a year),"
            f" spread over industries by depreciation of {then} and the nation's of the base year (RAS)."
            " Only shares of regions are used.",
            f"资本为估计值：各地区存量由{study.text('indicator', code).zh}（当年价格）按永续盘存法推算（折"
            f"旧率{rate:g}），再按{then}年分地区分产业折旧与基准年全国分产业折旧用RAS法分摊。只使用地区份"
            "额。",
        ),
    )


def gradient_improved(study: Study) -> Result:
    """Improved industrial gradient of every region and industry at the base year.

    Returns
    -------
    Result ``gradient_improved``: region, industry, gradient, capital_productivity, gradient_improved.

    Raises
    ------
    StudyError
        Employment or capital by region and industry can be neither read nor estimated.
    """
    whole = complete(study)
    lacks_labour(study, whole)
    output = whole["gross_output"].sel(year=study.base_year, drop=True).transpose("region", "industry")
    output = output.drop_attrs()
    added = whole["value_added_base"].transpose("region", "industry").drop_attrs()
    labour = whole["employment_base"].transpose("region", "industry").drop_attrs()
    capital, how = capital_stock(whole, output)
    parts = {
        "gradient": gradient_coefficient(output, added, labour),
        "capital_productivity": _among(capital, added),
        "gradient_improved": gradient_coefficient(output, added, labour) * _among(capital, added),
    }
    frame: pd.DataFrame = xr.Dataset(parts).to_dataframe(dim_order=["region", "industry"]).reset_index()
    names = ("gross_output", "value_added_base", "employment_base")
    sources = tuple(dict.fromkeys(s for name in names for s in whole.provenance[name].sources))

    def figure(name: str, *more: str) -> Column:
        every = tuple(dict.fromkeys([*sources, *more]))
        return Column(
            name, study.text("column", name), "number", "", "estimated", str(study.base_year), every
        )

    without = [str(r) for r in capital["region"].values if bool(capital.sel(region=r).isnull().all())]
    names_of = [study.text("region", code) for code in without]
    note = Text("", "")
    if without:
        note = Text(
            f"Left empty for want of investment or depreciation: {', '.join(n.en for n in names_of)}.",
            f"因缺少投资或折旧数据留空：{'、'.join(n.zh for n in names_of)}。",
        )
    return Result(
        "gradient_improved",
        Text("Improved industrial gradient", "改进的产业梯度系数"),
        frame,
        (
            Column("region", study.text("column", "region"), "region"),
            Column("industry", study.text("column", "industry"), "industry"),
            figure("gradient"),
            figure("capital_productivity", *how.sources),
            figure("gradient_improved", *how.sources),
        ),
        Text(
            "IG' = gradient x comparative capital productivity, the region's share of the industry's value"
            " added over its share of the industry's capital (Chen & Xiong 2007). ",
            "IG' = 产业梯度系数 × 比较资本产出率（某产业增加值的地区份额与资本的地区份额之比）（陈蕊、熊必"
            "琳，2007）。",
        )
        + how.method,
        note,
    )


def _among(capital: xr.DataArray, added: xr.DataArray) -> xr.DataArray:
    """Comparative capital productivity among the regions whose capital is known."""
    inside = capital["region"].values[capital.notnull().all("industry").to_numpy()]
    found = relative_productivity(added.sel(region=inside), capital.sel(region=inside))
    return found.reindex(region=added["region"].values)
