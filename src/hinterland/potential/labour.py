"""Where is labour cheap for what it makes? Unit labour cost: pay over output, wage over productivity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.accounts.cost import labour_cost
from hinterland.accounts.lookup import indicator, nearest_year, number, option, sources
from hinterland.study import Column, Kind, Result, Study, StudyError, Text
from hinterland.study.model import package_table


def unit_labour_cost(pay: xr.DataArray, output: xr.DataArray) -> xr.DataArray:
    r"""Pay per unit of output, :math:`u_{ri} = W_{ri} / x_{ri}`, that is the wage over labour productivity.

    Parameters
    ----------
    pay, output : DataArray, same labels
        Compensation of employees and gross output, same unit of money.

    Returns
    -------
    DataArray, 1; NaN where nothing is made.
    """
    pay, output = xr.align(pay, output, join="exact")
    return pay / output.where(output > 0)


def relative_cost(
    pay: xr.DataArray, output: xr.DataArray, regions: Sequence[str] | None = None
) -> xr.DataArray:
    r"""Unit labour cost relative to that of some regions together.

    .. math:: u_{ri} \Big/ \frac{\sum_s W_{si}}{\sum_s x_{si}}

    Equal to relative wage over relative productivity. Regions of which pay is unknown take no part in the
    comparison.

    Parameters
    ----------
    pay, output : DataArray[region, ...], same labels
    regions : sequence of str, optional
        Those compared with; all unless given.

    Returns
    -------
    DataArray, 1; NaN where pay is unknown, nothing is made, or the others make nothing.
    """
    own = unit_labour_cost(pay, output)
    among = {"region": list(regions)} if regions is not None else {}
    known = own.notnull()
    others_pay = pay.where(known).sel(among).sum("region")
    others_output = output.where(known).sel(among).sum("region")
    typical = others_pay / others_output.where(others_output > 0)
    return own / typical.where(typical > 0)


def observed_pay(study: Study) -> tuple[xr.DataArray, xr.DataArray, int] | None:
    """Return compensation and output by region and industry from value_added_components, and their year.

    None when the study has no such table, or no output beside it.
    """
    parts = study.get("value_added_components")
    item = str(study.parameter("accounts.compensation_item"))
    if parts is None or item not in parts["item"].to_numpy():
        return None
    found, year = nearest_year(parts, study.base_year)
    gross = study["gross_output"]
    if "gross_output" in found["item"].to_numpy():
        made = found.sel(item="gross_output", drop=True)
    elif year in gross["year"].to_numpy():
        made = gross.sel(year=year, drop=True)
    else:
        return None
    order = {"region": list(study.regions), "industry": list(study.industries)}
    pay = found.sel(item=item, drop=True).reindex(order).transpose("region", "industry").drop_attrs()
    return pay, made.reindex(order).transpose("region", "industry").drop_attrs(), year


def adapted_cost(study: Study, kept: xr.DataArray) -> xr.DataArray | None:
    """Return the labour cost per output of a plant that takes on its region's own unit labour cost.

    The industry's mean labour cost times the region's relative unit labour cost as observed
    (`observed_pay`); where that is unknown, `kept`, the cost at the plant's own productivity. None when
    nothing was observed. Shape [region, industry].
    """
    seen = observed_pay(study)
    if seen is None:
        return None
    output = study["output"].drop_attrs()
    mean = (kept * output).sum("region") / output.sum("region").where(output.sum("region") > 0)
    own = mean * relative_cost(seen[0], seen[1])
    return own.transpose("region", "industry").fillna(kept)


def span_of(study: Study, name: str) -> tuple[float, float, float]:
    """Return a parameter's low end, value and high end; a value outside its range widens it."""
    row = package_table("parameters").set_index("parameter").loc[name]
    value = number(study, name)
    low, high = (float(str(row[end])) if str(row[end]) else value for end in ("low", "high"))
    return min(low, value), value, max(high, value)


def labour_costs(study: Study) -> tuple[Result, ...]:
    """Unit labour cost by region and industry, and its course over the years by region.

    Returns
    -------
    Results ``unit_labour_cost`` (region, industry, unit_labour_cost of the base year, estimated, with low and
    high; relative_to_nation, relative_to_origins; unit_labour_cost_observed and relative_observed of the year
    of value_added_components) and, where the study names a long series of employment
    (``potential.employment_history``), ``labour_cost_history`` (region, year, wage_relative,
    productivity_relative, relative_to_nation, relative_to_origins, relative_change).

    Raises
    ------
    StudyError
        The share of labour in value added is unknown.
    """
    whole = complete(study)
    found = labour_cost(whole)
    if found is None:
        item = study.parameter("accounts.compensation_item")
        raise StudyError(
            Text(
                f"Unit labour cost needs the row '{item}' of the national value-added block.",
                f"单位劳动成本需要全国表增加值部分的“{item}”行。",
            ),
            Text(
                "Add it to national_io, or name the row that holds it as accounts.compensation_item.",
                "请在national_io中补充，或以accounts.compensation_item指定相应的行。",
            ),
        )
    history = _history(whole)
    return (_by_industry(whole, *found), *([history] if history is not None else []))


def _by_industry(study: Study, cost: xr.DataArray, how: Text) -> Result:
    output = study["output"].drop_attrs()
    made = output > 0
    own = adapted_cost(study, cost)
    low, _, high = span_of(study, "potential.labour_adaptation")
    ends = [cost] if own is None else [cost * (1 - w) + own * w for w in (low, high)]
    both = xr.concat([cost, *ends], "end")
    seen = observed_pay(study)
    nowhere = xr.full_like(cost, np.nan)
    data = {
        "unit_labour_cost": cost,
        "unit_labour_cost_low": both.min("end"),
        "unit_labour_cost_high": both.max("end"),
        "relative_to_nation": relative_cost(cost * output, output),
        "relative_to_origins": relative_cost(cost * output, output, study.origins),
    }
    data = {name: values.where(made) for name, values in data.items()}
    data["unit_labour_cost_observed"] = nowhere if seen is None else unit_labour_cost(seen[0], seen[1])
    data["relative_observed"] = nowhere if seen is None else relative_cost(seen[0], seen[1])
    order = {"region": list(study.regions), "industry": list(study.industries)}
    frame = xr.Dataset({k: v.reindex(order) for k, v in data.items()}).to_dataframe([*order]).reset_index()
    now, base = sources(study, "indicators", "io_value_added", "gross_output"), str(study.base_year)
    then = "" if seen is None else str(seen[2])
    past = study.provenance["value_added_components"] if seen is not None else None

    def column(name: str) -> Column:
        shown = study.text("column", name)
        kind: Kind = "share" if name.startswith("unit_") else "number"
        if not name.endswith("_observed"):
            return Column(name, shown, kind, "", "estimated", base, now)
        status = past.status if past is not None else "observed"
        return Column(name, shown, kind, "", status, then, past.sources if past is not None else ())

    return Result(
        "unit_labour_cost",
        Text("Unit labour cost", "单位劳动成本"),
        frame,
        (
            Column("region", study.text("column", "region"), "region"),
            Column("industry", study.text("column", "industry"), "industry"),
            *(column(name) for name in data),
        ),
        Text(
            "Pay per unit of output. Base year, estimated: {en}. Its range takes on up to {high:.0%} of the "
            "region's own unit labour cost as observed. Observed: compensation of employees over gross "
            "output.",
            "单位产出的劳动报酬。基准年为估计值：{zh}。区间上限为采用地区自身实测单位劳动成本的{high:.0%}。"
            "实测值为劳动者报酬除以总产出。",
        ).format(en=how.en, zh=how.zh, high=high),
        Text(
            "Relative to origins: over that of the origin regions together. Observed and estimated differ: "
            "wages of the base year are of urban units and one for all industries of a region, while the "
            "observed year saw each industry's own pay, technology and share of self-employed.",
            "“相对转出地”指与全部转出地合计之比。实测与估计不同：基准年工资为城镇单位工资，同一地区各产业相同；"
            "实测年份则反映各产业自身的报酬、技术和自雇比例。",
        ),
    )


def _history(study: Study) -> Result | None:
    wage, people = (str(option(study, n, "")) for n in ("accounts.wage", "potential.employment_history"))
    gross = study["gross_output"]
    rows = []
    for year in sorted(int(y) for y in gross["year"].to_numpy()):
        pay, workers = (indicator(study, code, year) if code else None for code in (wage, people))
        if pay is None or workers is None or pay[1] != year or workers[1] != year:
            continue
        made = gross.sel(year=year, drop=True).sum("industry", skipna=False).drop_attrs()
        w, n = (a[0].reindex(region=made["region"]).drop_attrs() for a in (pay, workers))
        bill, productivity = w * n, made / n.where(n > 0)
        rows.append(
            xr.Dataset(
                {
                    "wage_relative": w / (bill.sum("region") / n.sum("region")),
                    "productivity_relative": productivity / (made.sum("region") / n.sum("region")),
                    "relative_to_nation": relative_cost(bill, made),
                    "relative_to_origins": relative_cost(bill, made, study.origins),
                }
            )
            .to_dataframe()
            .reset_index()
            .assign(year=year)
        )
    if not rows:
        return None
    names = ["wage_relative", "productivity_relative", "relative_to_nation", "relative_to_origins"]
    frame = pd.concat(rows, ignore_index=True)[["region", "year", *names]]
    first = frame.groupby("region")["relative_to_origins"].transform("first")
    frame["relative_change"] = frame["relative_to_origins"] / first
    names.append("relative_change")
    known = sources(study, "indicators", "gross_output")
    span = f"{frame['year'].min()}-{frame['year'].max()}"
    return Result(
        "labour_cost_history",
        Text("Unit labour cost over the years", "单位劳动成本的历年变化"),
        frame,
        (
            Column("region", study.text("column", "region"), "region"),
            Column("year", study.text("column", "year"), "year"),
            *(Column(n, study.text("column", n), "number", "1", "estimated", span, known) for n in names),
        ),
        Text(
            "Relative wage over relative productivity (gross output per worker), all industries together, "
            "in years for which output, wages and employment are all known. Change: relative to the "
            "origins, over that of the first year.",
            "相对工资除以相对劳动生产率（人均总产出），全部产业合计，取总产出、工资、就业均有数据的年份。"
            "变化：相对转出地的数值除以首年数值。",
        ),
        Text(
            "The wage is that of urban units and stands for all workers: a region with many farmers looks "
            "dear, because few of its workers earn it and farmers make little. Trust the change more than "
            "the level.",
            "工资为城镇单位平均工资，用以代表全部劳动者：农业劳动力多的地区因此显得偏高，其变化比水平更可信。",
        ),
    )
