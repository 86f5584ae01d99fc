"""Tables of a disruption: the nation with its spread, by region, by industry, and what held back whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.disruption.events import Events
from hinterland.simulate.disruption.run import Run
from hinterland.simulate.disruption.system import System
from hinterland.simulate.scenario import Scenario
from hinterland.study import EMPTY, Column, Result, Text

Array = npt.NDArray[np.float64]

# Rows of the table of bottlenecks.
MOST = 60
# Percentiles that a spread states.
SPREAD = (5.0, 95.0)

METHOD = Text(
    "Daily adaptive regional input-output model with inventories (Hallegatte 2008, 2014; Guan et al. 2020): "
    "output is the least of demand, capacity and what stocks allow; what is short is rationed; idle capacity "
    "elsewhere serves part of it; stocks are reordered. Losses against the economy before the shock, over "
    "the days simulated.",
    "逐日自适应区域投入产出模型（含库存；Hallegatte 2008、2014；Guan等2020）："
    "产出取需求、产能与库存允许量之最小者；短缺按规则配给，其他地区闲置产能替代其中一部分，库存逐步补订。损失为模拟期内相对冲击前经济的差额。",
)


@dataclass(frozen=True)
class _Maker:
    """What the columns of all tables share."""

    base: Baseline
    found: System

    def figure(
        self, name: str, label: Text, unit: str = "1", kind: Literal["number", "share"] = "number"
    ) -> Column:
        known = self.base.table.provenance
        return Column(name, label, kind, unit, "estimated", known.year, known.sources)

    @property
    def money(self) -> str:
        return self.base.table.unit


def recovery_day(level: Array, tolerance: float) -> Array:
    """First day from which on output stays within a tolerance of its baseline; NaN where it does not.

    Parameters
    ----------
    level : array [T, ...]
        Output relative to the baseline.
    tolerance : float

    Returns
    -------
    array [...]
        0 where it never leaves.
    """
    days = level.shape[0]
    away = np.abs(level - 1.0) > tolerance
    last = days - 1 - np.argmax(away[::-1], axis=0)
    since = np.where(away.any(0), last + 1.0, 0.0)
    return np.where(since >= days, np.nan, since)


def disruption_tables(
    base: Baseline,
    scenario: Scenario,
    what: Events,
    found: System,
    runs: Sequence[Run],
    keep: npt.NDArray[np.bool_],
) -> tuple[Result, ...]:
    """Make the tables of one scenario.

    Parameters
    ----------
    base : Baseline
    scenario : Scenario
    what : Events
    found : System
        The economy before the shock.
    runs : sequence of Run
        The run with the study's own parameters first, then those drawn.
    keep : array of bool [draws]
        Draws whose run does not collapse by itself.
    """
    tolerance = float(base.study.parameter("disruption.recovery_tolerance"))
    maker = _Maker(base, found)
    return (
        _summary(maker, scenario, what, runs, keep, tolerance),
        _by_region(maker, runs, keep, tolerance),
        _by_industry(maker, runs, keep),
        _bottlenecks(maker, runs[0]),
    )


def _national(maker: _Maker, what: Events, run: Run, tolerance: float) -> pd.DataFrame:
    """Figures of the nation, a row a run."""
    found = maker.found
    output = float(np.sum(found.output))
    added = float(np.sum(found.added * found.output))
    final, abroad = float(np.sum(found.final)), float(np.sum(found.abroad))
    days = len(run.output)
    nation = run.output.sum(2)
    lost = output * days - nation.sum(0)
    direct = float(what.direct.sum())
    return pd.DataFrame(
        {
            "output_loss": lost,
            "output_loss_share": lost / (output * found.days),
            "value_added_loss": added * days - run.value_added.sum((0, 2)),
            "final_unserved": final * days - run.final.sum((0, 2)),
            "exports_unserved": abroad * days - run.exports.sum(0),
            "amplification": lost / direct if direct > 0 else np.full(len(lost), np.nan),
            "lowest_level": nation.min(0) / output,
            "recovery_days": recovery_day(nation / output, tolerance),
        }
    )


def _spread(drawn: Array, keep: npt.NDArray[np.bool_], which: float) -> Array:
    """Percentile over the draws kept, along the first axis; a run not recovered counts as longest."""
    values = np.where(np.isnan(drawn), np.inf, drawn)[keep]
    found = np.percentile(values, which, axis=0, method="nearest")
    return np.where(np.isinf(found), np.nan, found)


def _summary(
    maker: _Maker,
    scenario: Scenario,
    what: Events,
    runs: Sequence[Run],
    keep: npt.NDArray[np.bool_],
    tolerance: float,
) -> Result:
    central = _national(maker, what, runs[0], tolerance)
    rows = [central.assign(case="central")]
    note = EMPTY
    if len(runs) > 1 and keep.any():
        drawn = _national(maker, what, runs[1], tolerance)
        for case, which in zip(("low", "high"), SPREAD, strict=True):
            row = pd.DataFrame([_spread(drawn.to_numpy(), keep, which)], columns=drawn.columns)
            rows.append(row.assign(case=case))
        gone = int((~keep).sum())
        note = Text(
            f"Low and high: 5th and 95th percentile of each figure over {int(keep.sum())} draws of the "
            "parameters.",
            f"低值与高值：各指标在{int(keep.sum())}组参数抽样下的第5与第95百分位。",
        )
        if gone:
            note += Text(
                f" {gone} draws were left out: their rationing starves producers of their own inputs.",
                f"另有{gone}组因配给规则自我强化崩溃而剔除。",
            )
    frame = pd.concat(rows, ignore_index=True)
    figures = (
        maker.figure("output_loss", Text("Output lost", "产出损失"), maker.money),
        maker.figure("output_loss_share", Text("Of a year's output", "占全年产出"), "1", "share"),
        maker.figure("value_added_loss", Text("Value added lost", "增加值损失"), maker.money),
        maker.figure("final_unserved", Text("Home demand not served", "未满足的国内最终需求"), maker.money),
        maker.figure("exports_unserved", Text("Exports not served", "未满足的出口"), maker.money),
        maker.figure("amplification", Text("Loss per output lost directly", "总损失与直接损失之比")),
        maker.figure("lowest_level", Text("Lowest daily output", "最低日产出水平"), "1", "share"),
        maker.figure("recovery_days", Text("Days until recovered", "恢复天数"), "days"),
    )
    return Result(
        "disruption_summary",
        Text("The disruption in figures: ", "扰动总体结果：") + scenario.label,
        frame[["case", *(c.name for c in figures)]],
        (Column("case", Text("Case", "情形"), "code"), *figures),
        METHOD,
        note,
    )


def _loss_columns(maker: _Maker) -> list[Column]:
    return [
        maker.figure("output_loss", Text("Output lost", "产出损失"), maker.money),
        maker.figure("output_loss_low", Text("Low", "低值"), maker.money),
        maker.figure("output_loss_high", Text("High", "高值"), maker.money),
        maker.figure("output_loss_share", Text("Of its output meanwhile", "占同期产出"), "1", "share"),
        maker.figure("value_added_loss", Text("Value added lost", "增加值损失"), maker.money),
    ]


def _losses(maker: _Maker, runs: Sequence[Run], keep: npt.NDArray[np.bool_], axis: int) -> dict[str, Array]:
    """Losses summed over industries (axis 1) or regions (axis 0)."""
    found = maker.found
    r, m, _ = found.size
    days = len(runs[0].output)

    def summed(values: Array) -> Array:
        return np.asarray(values.reshape(r, m).sum(axis))

    central = runs[0].lost[0]
    made = summed(np.asarray(found.output)) * days
    lost = summed(central)
    out = {
        "output_loss": lost,
        "output_loss_low": np.full(len(lost), np.nan),
        "output_loss_high": np.full(len(lost), np.nan),
        "output_loss_share": np.divide(lost, made, out=np.full(len(lost), np.nan), where=made > 0),
        "value_added_loss": summed(central * np.asarray(found.added)),
    }
    if len(runs) > 1 and keep.any():
        drawn = runs[1].lost.reshape(-1, r, m).sum(axis + 1)
        for name, which in zip(("output_loss_low", "output_loss_high"), SPREAD, strict=True):
            out[name] = _spread(drawn, keep, which)
    return out


def _by_region(maker: _Maker, runs: Sequence[Run], keep: npt.NDArray[np.bool_], tolerance: float) -> Result:
    found = maker.found
    r, m, _ = found.size
    central = runs[0]
    base = np.asarray(found.output).reshape(r, m).sum(1)
    level = np.divide(central.output[:, 0], base, out=np.ones_like(central.output[:, 0]), where=base > 0)
    days = len(level)
    frame = pd.DataFrame(
        {
            "region": list(found.regions),
            **_losses(maker, runs, keep, 1),
            "final_unserved": np.asarray(found.final).sum(0) * days - central.final[:, 0].sum(0),
            "lowest_level": level.min(0),
            "recovery_days": recovery_day(level, tolerance),
        }
    )
    return Result(
        "disruption_by_region",
        Text("Losses by region", "分地区损失"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            *_loss_columns(maker),
            maker.figure("final_unserved", Text("Home demand not served", "未满足的最终需求"), maker.money),
            maker.figure("lowest_level", Text("Lowest daily output", "最低日产出水平"), "1", "share"),
            maker.figure("recovery_days", Text("Days until recovered", "恢复天数"), "days"),
        ),
        METHOD,
        Text("Empty days: not recovered within the days simulated.", "恢复天数为空：模拟期内未恢复。"),
    )


def _by_industry(maker: _Maker, runs: Sequence[Run], keep: npt.NDArray[np.bool_]) -> Result:
    found = maker.found
    m = len(found.industries)
    held = runs[0].bound_output
    binding = np.zeros(m) if held is None else held[0].sum(1)
    frame = pd.DataFrame(
        {
            "industry": list(found.industries),
            **_losses(maker, runs, keep, 0),
            "held_back": binding,
        }
    )
    return Result(
        "disruption_by_industry",
        Text("Losses by industry", "分产业损失"),
        frame,
        (
            Column("industry", Text("Industry", "产业"), "industry"),
            *_loss_columns(maker),
            maker.figure(
                "held_back",
                Text("Output of others held back for want of it", "因其短缺而受限的其他产业产出"),
                maker.money,
            ),
        ),
        METHOD,
    )


def _bottlenecks(maker: _Maker, run: Run) -> Result:
    """Which input held back which region's industry, on how many days and at what cost: the largest."""
    found = maker.found
    _, m, n = found.size
    days = np.zeros((m, n)) if run.bound_days is None else run.bound_days[0]
    held = np.zeros((m, n)) if run.bound_output is None else run.bound_output[0]
    order = np.argsort(-held, axis=None, kind="stable")[:MOST]
    product, buyer = np.unravel_index(order, held.shape)
    some = held[product, buyer] > 0
    product, buyer = product[some], buyer[some]
    frame = pd.DataFrame(
        {
            "input_industry": [found.industries[k] for k in product],
            "region": [found.regions[k // m] for k in buyer],
            "industry": [found.industries[k % m] for k in buyer],
            "days": days[product, buyer],
            "held_back": held[product, buyer],
        }
    )
    total = float(held.sum())
    lost = float(np.maximum(run.lost[0], 0.0).sum())
    if total <= 0:
        note = Text(
            "No stock ran short: all losses come from capacity and from demand.",
            "没有库存告急：损失全部来自产能与需求。",
        )
    else:
        note = Text(
            f"In all, want of inputs held back output of {total:,.4g}; all losses come to {lost:,.4g}. A "
            "product counts on the days on which its stock is what sets the limit.",
            f"投入短缺合计使产出受限{total:,.4g}，全部损失为{lost:,.4g}。某产品仅在其库存为最紧约束的日子计入。",
        )
    return Result(
        "disruption_bottlenecks",
        Text("What held back whom", "瓶颈：何种投入短缺制约了谁"),
        frame,
        (
            Column("input_industry", Text("Input that was short", "短缺投入"), "industry"),
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry held back", "受限产业"), "industry"),
            maker.figure("days", Text("Days", "天数"), "days"),
            maker.figure("held_back", Text("Output held back", "受限产出"), maker.money),
        ),
        METHOD,
        note,
    )
