"""What industries and hosts are compared by when industries are selected: gap, cost, room, carbon, demand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.potential.described import figure, label, standing
from hinterland.potential.gradient import gradient_coefficient
from hinterland.study import Provenance, Result, Study, Text


def gradient_gap(
    gradient: xr.DataArray, output: xr.DataArray, origins: list[str], hosts: list[str]
) -> xr.DataArray:
    r"""How far the origins stand above a host in an industry's gradient.

    .. math:: G_{ih} = \frac{\sum_o x_{oi} IG_{oi}}{\sum_o x_{oi}} - IG_{hi}

    Parameters
    ----------
    gradient, output : DataArray[region, industry]

    Returns
    -------
    DataArray[industry, host]; NaN where unknown.
    """
    above = gradient.sel(region=origins)
    weight = output.sel(region=origins).where(above.notnull(), 0.0)
    total = weight.sum("region")
    mean = (above.fillna(0.0) * weight).sum("region") / total.where(total > 0)
    below = gradient.sel(region=hosts).rename(region="host")
    return (mean - below).transpose("industry", "host")


def tightest_room(limits: xr.DataArray, use: xr.DataArray, hosts: list[str]) -> xr.DataArray:
    r"""Output of an industry that the tightest resource of a host allows to the end of the last phase.

    .. math:: X_{ih} = \min_k H_{hk} / u_{hik}

    Parameters
    ----------
    limits : DataArray[region, resource, phase]
    use : DataArray[region, industry, resource]

    Returns
    -------
    DataArray[industry, host], money; over the resources known, NaN where none is.
    """
    resources = [r for r in limits["resource"].to_numpy() if r in use["resource"].to_numpy()]
    room = limits.isel(phase=-1, drop=True).reindex(region=hosts).sel(resource=resources)
    need = use.sel(region=hosts, resource=resources)
    allowed = (room / need.where(need > 0)).min("resource")
    return allowed.rename(region="host").transpose("industry", "host")


def output_growth(output: xr.DataArray, base: int) -> tuple[xr.DataArray, tuple[int, int] | None]:
    """Yearly growth of an industry's output over all regions between the last two tables up to `base`."""
    years = [int(y) for y in output["year"].to_numpy() if int(y) <= base]
    if len(years) < 2:
        return xr.full_like(output.isel(region=0, year=0, drop=True), np.nan), None
    first, last = years[-2:]
    total = output.sum("region")
    start, end = total.sel(year=first, drop=True), total.sel(year=last, drop=True)
    return (end / start.where(start > 0)) ** (1 / (last - first)) - 1, (first, last)


def selection_measures(study: Study) -> Result:
    """Measure every transferable industry in every host.

    Returns
    -------
    Result ``selection_measures``: industry, host, gradient_gap, cost_saving (origins' mean landed cost
    difference turned round, weighted by output), room_output, carbon_intensity, demand_growth. What the study
    cannot know is unknown.
    """
    whole = complete(study)
    hosts, origins, movable = list(study.hosts), list(study.origins), list(study.transferable)
    output = whole["gross_output"].sel(year=study.base_year, drop=True).drop_attrs()
    blank = xr.DataArray(
        np.full((len(movable), len(hosts)), np.nan),
        {"industry": movable, "host": hosts},
        ("industry", "host"),
    )
    found = {name: blank for name in ("gradient_gap", "cost_saving", "room_output", "carbon_intensity")}
    parts: dict[str, list[str]] = {name: [] for name in found}
    if "value_added_base" in whole and "employment_base" in whole:
        steps = gradient_coefficient(
            output,
            whole["value_added_base"].transpose("region", "industry").drop_attrs(),
            whole["employment_base"].transpose("region", "industry").drop_attrs(),
        )
        found["gradient_gap"] = gradient_gap(steps, output, origins, hosts)
        parts["gradient_gap"] = ["gross_output", "value_added_base", "employment_base"]
    if "landed_cost" in whole:
        cost = whole["landed_cost"].drop_attrs().reindex(industry=movable, origin=origins, host=hosts)
        weight = output.sel(region=origins, industry=movable).rename(region="origin")
        weight = weight.where(cost.notnull(), 0.0)
        total = weight.sum("origin")
        found["cost_saving"] = -(cost.fillna(0.0) * weight).sum("origin") / total.where(total > 0)
        parts["cost_saving"] = ["landed_cost"]
    use = whole.get("resource_use")
    if use is not None and "resource_limits" in whole:
        found["room_output"] = tightest_room(whole["resource_limits"].drop_attrs(), use.drop_attrs(), hosts)
        parts["room_output"] = ["resource_limits", "resource_use"]
    if use is not None and "carbon" in use["resource"].to_numpy():
        mine = use.drop_attrs().sel(resource="carbon", region=hosts, drop=True)
        found["carbon_intensity"] = mine.rename(region="host").transpose("industry", "host")
        parts["carbon_intensity"] = ["resource_use"]
    growth, span = output_growth(whole["gross_output"].drop_attrs(), study.base_year)
    found["demand_growth"] = growth.broadcast_like(blank.isel(industry=0, drop=True)).transpose(
        "industry", "host"
    )
    frame = pd.DataFrame({"industry": np.repeat(movable, len(hosts)), "host": np.tile(hosts, len(movable))})
    for name, values in found.items():
        ordered = values.transpose("industry", "host").reindex(industry=movable, host=hosts)
        frame[name] = np.asarray(ordered.to_numpy(), dtype=float).ravel()
    carbon = f"{study.unit('carbon')} / {study.unit('money')}"
    units = {"cost_saving": "share", "room_output": study.unit("money"), "carbon_intensity": carbon}
    known = {
        name: standing(*(whole.provenance[p] for p in of))
        if of
        else Provenance("estimated", "", str(study.base_year), ())
        for name, of in parts.items()
    }
    grown = whole.provenance["gross_output"]
    years = f"{span[0]}-{span[1]}" if span else str(study.base_year)
    known["demand_growth"] = Provenance("estimated", "", years, grown.sources)
    return Result(
        "selection_measures",
        Text("Measures for selecting industries", "产业选择测度"),
        frame,
        (
            label(study, "industry", "industry"),
            label(study, "host", "region"),
            figure(study, "gradient_gap", known["gradient_gap"], "index"),
            figure(study, "cost_saving", known["cost_saving"], kind="share"),
            figure(study, "room_output", known["room_output"], units["room_output"]),
            figure(study, "carbon_intensity", known["carbon_intensity"], carbon),
            figure(study, "demand_growth", known["demand_growth"], kind="share"),
        ),
        Text(
            "Gradient gap: the origins' industrial gradient, weighted by output, less the host's. Cost"
            " saving: landed cost at the origins less in the host, per unit of output, weighted by the"
            " origins' output. Room: the least over the resources of headroom to the end of the last phase"
            " over use per output. Growth: of the output of all regions, per year, current prices.",
            "梯度差：按产出加权的转出地产业梯度系数减承接地系数。成本节约：转出地与承接地单位产出到岸成本之差，按转出地产出加权。"
            "余量：各资源至最后阶段末余量与单位产出用量之比的最小值。增速：全部地区产出年均增速（现价）。",
        ),
    )
