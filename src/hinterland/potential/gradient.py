"""What could move? The industrial gradient (产业梯度): where an industry is concentrated and productive."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.accounts import complete
from hinterland.study import Column, Result, Study, StudyError, Text, combine


def location_quotient(output: xr.DataArray) -> xr.DataArray:
    """Location quotient LQ_ri = (x_ri / x_r) / (x_i / x), as in `hinterland.measure.quotient`.

    Parameters
    ----------
    output : DataArray[region, industry]
        Money. The two rooms do not import one another; a test holds the two to the same figures.

    Returns
    -------
    DataArray, dimensionless; NaN where the region or the industry has no output.
    """
    region = output.sum("industry", skipna=False)
    industry = output.sum("region", skipna=False)
    whole = region.sum("region", skipna=False)
    return (output / region.where(region != 0)) / (industry / whole.where(whole != 0)).where(industry != 0)


def relative_productivity(value_added: xr.DataArray, employment: xr.DataArray) -> xr.DataArray:
    """Comparative labour productivity (v_ri / v_i) / (l_ri / l_i) (Dai 2003).

    Parameters
    ----------
    value_added : DataArray[region, industry]
        Money.
    employment : DataArray[region, industry]
        Persons, any unit.

    Returns
    -------
    DataArray, dimensionless: the region's share of the industry's value added over its share of the
    industry's labour; 1 is the nation's productivity. NaN where the nation has neither, or the region no
    labour.
    """
    added, labour = xr.align(value_added, employment, join="exact")
    all_added, all_labour = added.sum("region", skipna=False), labour.sum("region", skipna=False)
    share_added = added / all_added.where(all_added != 0)
    share_labour = labour / all_labour.where(all_labour != 0)
    return share_added / share_labour.where(share_labour != 0)


def gradient_coefficient(
    output: xr.DataArray, value_added: xr.DataArray, employment: xr.DataArray
) -> xr.DataArray:
    """Industrial gradient coefficient IG = LQ * (value-added share / labour share) (Dai 2003).

    Parameters and NaN as `location_quotient` and `relative_productivity`. Above 1 the region stands above the
    nation in the industry; industries are expected to move from high to low.
    """
    output, value_added, employment = xr.align(output, value_added, employment, join="exact")
    return location_quotient(output) * relative_productivity(value_added, employment)


def lacks_labour(study: Study, whole: Study) -> None:
    """Refuse a study whose value added and employment by region and industry, or base output, are not known.

    Raises
    ------
    StudyError
        Names what is missing.
    """
    lacking = [name for name in ("value_added_base", "employment_base") if name not in whole]
    if lacking:
        raise StudyError(
            Text(
                f"The industrial gradient needs {' and '.join(lacking)}, which the study '{study.name}' does"
                " not have.",
                f"产业梯度需要{'和'.join(lacking)}，研究“{study.name}”没有。",
            ),
            Text(
                "Add a table employment (region, industry, year, employment), or name in study.toml the"
                " indicator that holds total employment by region (accounts.employment_total).",
                "请补充employment表（region、industry、year、employment），或在study.toml中指定各地区就业总"
                "量所在的指标（accounts.employment_total）。",
            ),
        )
    if study.base_year not in study["gross_output"].year.values:
        raise StudyError(
            Text(
                f"Gross output has no figures for the base year {study.base_year}.",
                f"总产出没有基准年{study.base_year}年的数据。",
            ),
            Text("Add the year to the table gross_output.", "请在gross_output表中补充该年。"),
        )


def gradient(study: Study) -> Result:
    """Industrial gradient of every region and industry at the base year.

    Value added and employment by region and industry come from the study where it has them, else from the
    estimates of `hinterland.accounts.complete`; the figures carry the status of what they rest on.

    Returns
    -------
    Result ``gradient``: region, industry, location_quotient, relative_productivity, gradient.

    Raises
    ------
    StudyError
        Employment by region and industry is neither given nor to be estimated from what the study has.
    """
    whole = complete(study)
    lacks_labour(study, whole)
    output = study["gross_output"].sel(year=study.base_year, drop=True).transpose("region", "industry")
    added = whole["value_added_base"].transpose("region", "industry")
    labour = whole["employment_base"].transpose("region", "industry")
    frame = (
        xr.Dataset(
            {
                "location_quotient": location_quotient(output),
                "relative_productivity": relative_productivity(added, labour),
                "gradient": gradient_coefficient(output, added, labour),
            }
        )
        .to_dataframe()
        .reset_index()
    )
    known = {name: whole.provenance[name] for name in ("gross_output", "value_added_base", "employment_base")}
    rests = combine(known["value_added_base"].status, known["employment_base"].status)
    year = str(study.base_year)

    def figure(name: str, *on: str) -> Column:
        sources = tuple(dict.fromkeys(source for key in on for source in known[key].sources))
        status = known["gross_output"].status if on == ("gross_output",) else rests
        if name == "gradient":
            status = combine(known["gross_output"].status, rests)
        return Column(name, study.text("column", name), "number", "", status, year, sources)

    unknown = int(np.isnan(frame["gradient"]).sum())
    note = Text("", "")
    if unknown:
        note = Text(
            f"Empty for {unknown} of {len(frame)} pairs of region and industry: no labour or output there.",
            f"{len(frame)}个地区—产业组合中有{unknown}个留空：该地区没有相应的劳动力或产出。",
        )
    return Result(
        "gradient",
        Text("Industrial gradient", "产业梯度系数"),
        frame,
        (
            Column("region", study.text("column", "region"), "region"),
            Column("industry", study.text("column", "industry"), "industry"),
            figure("location_quotient", "gross_output"),
            figure("relative_productivity", "value_added_base", "employment_base"),
            figure("gradient", "gross_output", "value_added_base", "employment_base"),
        ),
        Text(
            "IG = LQ x comparative labour productivity, the region's share of the industry's value added"
            " over its share of the industry's labour (Dai 2003). Above 1 the region stands above the"
            " nation. Value added: {added_en} Labour: {labour_en}",
            "产业梯度系数IG = 区位商 × 比较劳动生产率（某产业增加值的地区份额与劳动力的地区份额之比）（戴宏"
            "伟，2003）。大于1表示该地区该产业高于全国水平。增加值：{added_zh}劳动力：{labour_zh}",
        ).format(
            added_en=known["value_added_base"].method.en,
            labour_en=known["employment_base"].method.en,
            added_zh=known["value_added_base"].method.zh,
            labour_zh=known["employment_base"].method.zh,
        ),
        note,
    )
