"""What is a region's economy made of? Structure by factor class."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from hinterland.measure.columns import figure, gaps, label, output_at, output_years, span
from hinterland.study import Result, Study, StudyError, Text


def by_class(output: xr.DataArray, classes: pd.Series[str]) -> xr.DataArray:
    """Sum output over the industries of each factor class.

    Parameters
    ----------
    output : DataArray[industry, ...]
        Output, money.
    classes : Series industry -> factor class
        Must name every industry of `output`.

    Returns
    -------
    DataArray[..., factor_class], money, classes in order of first appearance. NaN where a member is unknown.

    Raises
    ------
    StudyError
        An industry has no factor class.
    """
    mine = classes.reindex(output["industry"].values)
    homeless = [str(industry) for industry in mine.index[mine.isna() | (mine == "")]]
    if homeless:
        raise StudyError(
            Text(
                f"No factor class is given for the industries {', '.join(homeless)}.",
                f"以下产业没有要素密集类别：{'、'.join(homeless)}。",
            ),
            Text(
                "Fill the column factor_class of the table industries.",
                "请填写industries表的factor_class列。",
            ),
        )
    names = list(dict.fromkeys(mine))
    parts = [
        output.sel(industry=list(mine.index[mine == name])).sum("industry", skipna=False) for name in names
    ]
    return xr.concat(parts, pd.Index(names, name="factor_class"), coords="minimal", compat="override")


def class_share(output: xr.DataArray, classes: pd.Series[str]) -> xr.DataArray:
    """Share of each factor class in output, its industries' x_i over all x_i; sums to one over classes.

    Parameters and errors as `by_class`; NaN where there is no output at all.
    """
    totals = by_class(output, classes)
    whole = totals.sum("factor_class", skipna=False)
    return totals / whole.where(whole != 0)


_METHOD = Text(
    "Share of the factor class in the region's gross output, current prices; which industry belongs to"
    " which class is the study's own table.",
    "要素密集类别占该地区总产出的比重（当年价格）；产业与要素类别的对应关系由研究数据表给出。",
)


def structure(study: Study) -> Result:
    """Structure of every region's output by factor class and year.

    Returns
    -------
    Result ``structure``: region, factor_class, year, share.

    Raises
    ------
    StudyError
        An industry has no factor class.
    """
    years = output_years(study)
    output = output_at(study, *years)
    share = class_share(output, study.factor_class).transpose("region", "factor_class", "year")
    return Result(
        "structure",
        Text("Structure by factor class", "按要素密集度划分的产业结构"),
        share.rename("share").to_series().reset_index(),
        (
            label(study, "region", "region"),
            label(study, "factor_class", "factor_class"),
            label(study, "year", "year"),
            figure(study, "share", "share", span(*years)),
        ),
        _METHOD,
        gaps(output),
    )


def structure_by_role(study: Study) -> Result:
    """Structure of hosts, origins, other regions and the whole, by factor class and year.

    Returns
    -------
    Result ``structure_by_role``: role (host, origin, other, all), factor_class, year, share.

    Raises
    ------
    StudyError
        An industry has no factor class.
    """
    years = output_years(study)
    output = output_at(study, *years)
    table = study.frames["regions"]
    roles = {role: list(table.loc[table["role"] == role, "region"]) for role in dict.fromkeys(table["role"])}
    roles["all"] = list(study.regions)
    parts = [
        class_share(output.sel(region=members).sum("region", skipna=False), study.factor_class)
        for members in roles.values()
    ]
    share = xr.concat(parts, pd.Index(list(roles), name="role"), coords="minimal", compat="override")
    return Result(
        "structure_by_role",
        Text("Structure of hosts, origins and the whole", "承接地、转出地与总体的产业结构"),
        share.transpose("role", "factor_class", "year").rename("share").to_series().reset_index(),
        (
            label(study, "role", "code"),
            label(study, "factor_class", "factor_class"),
            label(study, "year", "year"),
            figure(study, "share", "share", span(*years)),
        ),
        _METHOD,
        gaps(output),
    )
