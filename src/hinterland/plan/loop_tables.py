"""Tables of the closed loop: its rounds, what the plan achieves at its own prices, the moves that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.assemble import number
from hinterland.plan.prices import worth
from hinterland.plan.results import figure, label
from hinterland.plan.sensitivity import MEASURES
from hinterland.study import Result, Text

if TYPE_CHECKING:
    from hinterland.plan.closed_loop import ClosedLoop
    from hinterland.plan.data import PlanData
    from hinterland.plan.model import Plan

METHOD = Text(
    "The plan is run through the spatial equilibrium; value added and jobs per unit of output and the landed "
    "cost are restated at the wages and prices found (value shares of factors and inputs stay, carbon and "
    "resources per unit stay), and the programme is solved again by the same rule, until neither moves nor "
    "prices change. Prices are means over the plan's years, relative to the base year. Limits stay.",
    "将方案代入空间一般均衡模型，按求得的工资与价格重估单位产出增加值、就业与到岸成本"
    "（要素与投入的价值份额不变，单位碳排放与资源用量不变），再按同一规则求解，直至转移量与价格均不再变化。"
    "价格为规划期均值，相对基期；各项约束不变。",
)
# Moves listed in the table of those that change.
MOST = 20
# Hosts and industries named in a sentence.
_NAMED = 3


def loop_tables(loop: ClosedLoop) -> tuple[Result, ...]:
    """Return plan_loop (a row a round), plan_settled (a row a measure) and plan_flips (a row a move)."""
    return _rounds(loop), _settled(loop), _flips(loop)


def verdict(loop: ClosedLoop) -> Text:
    """Say whether the plan settles on the prices that it makes."""
    last = loop.rounds[-1]
    jumped = float(np.abs(loop.flips).sum()) / 2.0
    said = worth(jumped, loop.plan.study.text("unit", loop.plan.data.units.get("output", "")))
    if loop.settled is not None:
        within = max(last.residual, 1e-4)
        return Text(
            f"The plan settles after {last.number} rounds: the last one changes {last.change:.2%} of the "
            f"moves, and the prices it makes are within {within:.2%} of those it was made at. "
            f"{said.en} of output "
            "a year moves otherwise than in the plan as made.",
            f"方案经{last.number}轮后收敛：末轮转移量变化{last.change:.2%}，所形成价格与求解所用价格相差不到{within:.2%}；"
            f"每年{said.zh}产出的转移与原方案不同。",
        ) + adopting(loop)
    circle = (
        Text("", "")
        if last.returned is None
        else Text(
            f" It goes in a circle of {last.number - last.returned} rounds.",
            f"每{last.number - last.returned}轮往复一次。",
        )
    )
    return (
        Text(
            f"The plan does not settle in {last.number} rounds: the last one still changes {last.change:.2%} "
            f"of the moves, and the prices it makes differ by {last.residual:.2%} from those it was made at.",
            f"方案在{last.number}轮内未收敛：末轮转移量仍变化{last.change:.2%}，"
            f"所形成价格与求解所用价格相差{last.residual:.2%}。",
        )
        + circle
        + Text(
            " The moves listed are worth the same either way at these prices; choose between them on other "
            "grounds, or move less of them.",
            "所列转移在此价格下两可，请依据其他理由取舍，或减少其数量。",
        )
    )


def adopting(loop: ClosedLoop) -> Text:
    """Say which plan is the chosen one, and what would change most, by host and by industry, if the settled
    one were adopted in its place."""
    plan = loop.plan
    s, total = plan.study, float(plan.transfer.sum())
    unit = s.text("unit", plan.data.units.get("output", ""))
    least = number(s, "plan.loop_moves", 0, 1) * total
    parts, differs = [], False
    for dim, kind, word in (
        ("host", "region", Text("by host", "按承接地")),
        ("industry", "industry", Text("by industry", "按产业")),
    ):
        net = loop.flips.sum([d for d in loop.flips.dims if d != dim]).to_series()
        net = net[net.abs() > least]
        order = np.lexsort([net.index.to_numpy(dtype=str), -net.abs().round(6).to_numpy()])
        said = []
        for code, change in net.iloc[order].head(_NAMED).items():
            by, plus = worth(float(change), unit), "+" if change > 0 else ""
            name = s.text(kind, code)
            said.append(Text(f"{name.en} {plus}{by.en}", f"{name.zh}{plus}{by.zh}"))
        differs = differs or bool(said)
        named = Text(", ".join(t.en for t in said), "、".join(t.zh for t in said))
        parts.append(Text(f"{word.en} {named.en or 'none'}", f"{word.zh}：{named.zh or '无'}"))
    chosen = Text(
        " The plan of this report remains the one as made, at base-year prices.",
        "本报告采用的仍是按基期价格所得的原方案。",
    )
    if not differs:
        return chosen + Text(
            " Over all phases the settled one moves as much to every host and of every industry.",
            "若改用收敛后的方案，各承接地与各产业全期转移总量不变。",
        )
    return chosen + Text(
        " Were the settled one adopted, the totals that would change most are, {l} (output a year).",
        "若改用收敛后的方案，变化最大的总量（年产出），{l}。",
    ).format(l=Text("; ".join(t.en for t in parts), "；".join(t.zh for t in parts)))


def _rounds(loop: ClosedLoop) -> Result:
    plan = loop.plan
    measured = [m for m in MEASURES if m in plan.values]
    frame = pd.DataFrame(
        [
            {
                "round": str(r.number),
                "damping": r.damping,
                "moves_change": r.change,
                "price_gap": r.residual,
                "returned": "" if r.returned is None else str(r.returned),
                **{m: r.values.get(m, float("nan")) for m in measured},
            }
            for r in loop.rounds
        ]
    )
    s, unit = plan.study, plan.data.units
    columns = (
        label(s, "round", "text"),
        figure(plan, "damping", "", "share"),
        figure(plan, "moves_change", "", "share"),
        figure(plan, "price_gap", "", "share"),
        label(s, "returned", "text"),
        *(figure(plan, m, unit.get(m, "")) for m in measured),
    )
    return Result(
        "plan_loop",
        Text("The plan on the prices that it makes, round by round", "方案在其自身形成价格下的逐轮求解"),
        frame[[c.name for c in columns]],
        columns,
        METHOD,
        verdict(loop),
    )


def _settled(loop: ClosedLoop) -> Result:
    """Objectives at base prices, the same moves at the prices they make, and the settled plan."""
    plan = loop.plan
    base, own = (_reckoned(plan, data) for data in (plan.data, loop.own_data))
    # what else the programme counts is the same at either prices
    kept = {m: plan.values[m] + own[m] - base[m] for m in base if m in plan.values}
    rows = []
    for m in MEASURES:
        if m not in plan.values:
            continue
        settled = float("nan") if loop.settled is None else loop.settled.values.get(m, float("nan"))
        rows.append((m, plan.values[m], kept.get(m, float("nan")), settled, plan.data.units.get(m, "")))
    names = ["objective", "at_base_prices", "at_own_prices", "settled", "unit"]
    s = plan.study
    columns = (
        label(s, "objective", "code"),
        *(figure(plan, n, "") for n in names[1:4]),
        label(s, "unit", "text"),
    )
    return Result(
        "plan_settled",
        Text("What the plan achieves at the prices that it makes", "方案在其自身形成价格下的目标值"),
        pd.DataFrame(rows, columns=names),
        columns,
        METHOD,
        Text(
            "Objectives are means over the plan's years; value added in purchasing power of the base year. "
            "Whether the plan settles is said with its rounds (plan_loop).",
            "目标为规划期年均；增加值按基期购买力计。是否收敛见逐轮求解表（plan_loop）。",
        )
        if loop.settled is not None
        else verdict(loop),
    )


def _reckoned(plan: Plan, data: PlanData) -> dict[str, float]:
    """What a plan's moves count for in the objectives under some data (see `objectives`)."""
    moves = plan.transfer
    taken = moves.sum("origin").cumsum("phase").assign_coords(phase=data.codes)
    out = {"output": float(taken.isel(phase=-1).sum())}
    for m in ("value_added", "employment", "co2"):
        if data.has(m):
            out[m] = float((taken * data.gains[m] * data.stock_weight).sum())
            if m == "co2":
                out[m] -= float((moves * data.losses[m] * data.flow_weight).sum())
    if data.landed_cost is not None:
        out["landed_cost"] = float((moves * data.landed_cost * data.flow_weight).sum())
    return out


def _flips(loop: ClosedLoop) -> Result:
    plan = loop.plan
    ways = xr.Dataset(
        {
            "output_first": plan.transfer.sum("phase").reindex_like(loop.flips),
            "output_last": loop.last.sum("phase").reindex_like(loop.flips),
            "change": loop.flips,
        }
    )
    frame = ways.to_dataframe().reset_index()
    least = number(plan.study, "plan.loop_moves", 0, 1) * float(plan.transfer.sum())
    frame = frame[frame["change"].abs() > least]
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    unit = plan.data.units.get("output", "")
    s = plan.study
    columns = (
        label(s, "industry", "industry"),
        label(s, "origin", "region"),
        label(s, "host", "region"),
        figure(plan, "output_first", unit),
        figure(plan, "output_last", unit),
        figure(plan, "change", unit),
    )
    settled = loop.settled is not None
    return Result(
        "plan_flips",
        Text("Moves that its own prices change", "因自身价格而改变的转移"),
        frame.reindex(order).head(MOST)[[c.name for c in columns]].reset_index(drop=True),
        columns,
        METHOD,
        Text(
            "Change: the settled plan less the plan as made.",
            "变化：收敛后的方案减原方案。",
        )
        if settled
        else Text(
            "The plan does not settle. Change: between the lowest and the highest in the rounds that "
            "go in a circle.",
            "方案未收敛。变化：往复各轮中最高与最低之差。",
        ),
    )
