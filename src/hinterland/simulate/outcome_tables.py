"""Tables of an outcome, the same for every model: changes by region, by industry, and who loses."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.simulate.outcome import Outcome
from hinterland.study import EMPTY, Column, Result, StudyError, Text

VARIABLES = (
    ("output", Text("Output", "总产出")),
    ("value_added", Text("Value added", "增加值")),
    ("employment", Text("Employment", "就业")),
    ("co2", Text("CO2", "碳排放")),
)
MODELS = {
    "impact": Text("Input-output impact", "投入产出影响模型"),
    "equilibrium": Text("Spatial equilibrium", "空间一般均衡模型"),
    "disruption": Text("Disruption day by day", "逐日扰动模型"),
}


def model_name(model: str) -> Text:
    """Return the name of a model in both languages."""
    return MODELS.get(model, Text.same(model))


def _when(outcome: Outcome, time: Any) -> Text:
    if outcome.clock == "day" and time is None:
        return Text("Mean over the days simulated, as a rate a year.", "模拟期内逐日平均，折合年率。")
    at = outcome.result["time"].to_numpy()[-1] if time is None and "time" in outcome.result.dims else time
    if at is None or str(at) == "after":
        return Text("State when all changes are complete, less the base year.", "全部变化完成后减基期。")
    return Text(f"State at {at}, less the base year.", f"{at}时点减基期。")


def _unknown(outcome: Outcome) -> Text:
    lacking = [label for name, label in VARIABLES if name not in outcome.baseline]
    if not lacking:
        return EMPTY
    return Text(
        f" Not known for this study: {', '.join(k.en for k in lacking)}.",
        f"本研究未知：{'、'.join(k.zh for k in lacking)}。",
    )


def _method(outcome: Outcome) -> Text:
    name = model_name(outcome.model)
    said = name + Text(". ", "。")
    if outcome.scenario is not None:
        said += Text("Scenario: ", "情景：") + outcome.scenario.label + Text(".", "。")
    return said


def _unit(outcome: Outcome, name: str) -> str:
    return str(outcome.baseline[name].attrs.get("unit", "")) if name in outcome.baseline else ""


def changes_by(outcome: Outcome, dim: Literal["region", "industry"], time: Any = None) -> Result:
    """Return changes summed by region or by industry; NaN where the study does not know the variable."""
    over = "industry" if dim == "region" else "region"
    now = outcome.settled(time)
    codes = [str(k) for k in outcome.baseline[dim].to_numpy()]
    figures: dict[str, object] = {dim: codes}
    columns = [Column(dim, Text("Region", "地区") if dim == "region" else Text("Industry", "产业"), dim)]
    for name, label in VARIABLES:
        shift = _shift(outcome, now, name)
        column = f"{name}_change"
        figures[column] = (
            np.full(len(codes), np.nan) if shift is None else shift.sum(over, skipna=False).to_numpy()
        )
        columns.append(
            Column(
                column,
                Text(f"{label.en}, change", f"{label.zh}变化"),
                "number",
                _unit(outcome, name),
                "estimated",
            )
        )
    base = outcome.baseline["output"].sum(over).to_numpy()
    change = np.asarray(figures["output_change"], dtype=float)
    figures["output_change_share"] = np.divide(change, base, out=np.full_like(base, np.nan), where=base > 0)
    columns.append(
        Column("output_change_share", Text("Output, change in %", "总产出变化率"), "share", "1", "estimated")
    )
    return Result(
        f"outcome_by_{dim}",
        Text("Changes by region", "分地区变化")
        if dim == "region"
        else Text("Changes by industry", "分产业变化"),
        pd.DataFrame(figures),
        tuple(columns),
        _method(outcome),
        _when(outcome, time) + _unknown(outcome) + _notes(outcome),
    )


def _notes(outcome: Outcome) -> Text:
    said = EMPTY
    for note in outcome.notes:
        said += Text(" ", "") + note
    return said


def _shift(outcome: Outcome, now: xr.Dataset, name: str) -> xr.DataArray | None:
    if name not in now or name not in outcome.baseline:
        return None
    return (now[name] - outcome.baseline[name]).transpose("region", "industry")


def losers_of(outcome: Outcome, variable: str = "output", most: int = 20, time: Any = None) -> Result:
    """Return the regions' industries that lose most of a variable, largest loss first.

    Columns: region, industry, before, change, share (change over before; NaN where there was none), part
    (of all losses together).

    Raises
    ------
    StudyError
        A variable that the outcome does not have by region and industry.
    """
    shift = _shift(outcome, outcome.settled(time), variable)
    if shift is None:
        known = [str(k) for k in outcome.baseline.data_vars if k in outcome.result]
        raise StudyError(
            Text(f"The outcome has no '{variable}'.", f"结果中没有“{variable}”。"),
            Text(f"It has: {', '.join(known)}.", f"现有：{'、'.join(known)}。"),
        )
    base = outcome.baseline[variable].transpose("region", "industry")
    flat = pd.DataFrame(
        {
            "region": np.repeat(shift["region"].to_numpy().astype(object), shift.sizes["industry"]),
            "industry": np.tile(shift["industry"].to_numpy().astype(object), shift.sizes["region"]),
            "before": base.to_numpy().ravel(),
            "change": shift.to_numpy().ravel(),
        }
    )
    # rounding of a solve is no loss
    floor = 1e-9 * float(np.nanmax(np.abs(base.to_numpy()), initial=0.0))
    losing = flat[flat["change"] < -floor].sort_values(["change", "region", "industry"], kind="stable")
    total = float(losing["change"].sum())
    losing = losing.head(most).reset_index(drop=True)
    before = losing["before"].to_numpy(dtype=float)
    change = losing["change"].to_numpy(dtype=float)
    losing["share"] = np.divide(change, before, out=np.full_like(before, np.nan), where=before != 0)
    losing["part"] = change / total if total else change
    unit = _unit(outcome, variable)
    label = dict(VARIABLES).get(variable, Text.same(variable))
    columns = (
        Column("region", Text("Region", "地区"), "region"),
        Column("industry", Text("Industry", "产业"), "industry"),
        Column("before", label + Text(" before", "（变化前）"), "number", unit, "estimated"),
        Column("change", label + Text(", change", "变化"), "number", unit, "estimated"),
        Column("share", Text("Change in %", "变化率"), "share", "1", "estimated"),
        Column("part", Text("Part of all losses", "占全部损失"), "share", "1", "estimated"),
    )
    return Result(
        "losers",
        Text("Who loses", "谁受损"),
        losing[[c.name for c in columns]],
        columns,
        _method(outcome),
        _when(outcome, time)
        + Text(
            f" All losses together: {total:,.4g}. The {len(losing)} largest are shown.",
            f"全部损失合计{total:,.4g}；列出最大的{len(losing)}项。",
        ),
    )
