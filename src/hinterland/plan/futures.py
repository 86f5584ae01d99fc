"""How the plan fares in several futures, and what to decide now: the tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.plan.assemble import number
from hinterland.plan.model import Plan
from hinterland.plan.prices import worth as spoken_worth
from hinterland.plan.recourse import cvar
from hinterland.plan.results import figure, label
from hinterland.plan.scenarios import FACTORS, export_share, futures
from hinterland.plan.stochastic import Choice, choose
from hinterland.study import EMPTY, Result, Text

METHOD = Text(
    "One linear programme for all futures: the first phase is decided before it is known which comes, the "
    "later phases in each by itself. Worth: the plan's objectives at its own prices (of the balanced plan "
    "value added, less carbon at the price the plan sets){c}. Rules: largest expected "
    "worth; largest mean of the worst {t:.0%} (conditional value at risk, Rockafellar & Uryasev 2000); least "
    "largest regret (Savage 1951). What is built is as in the plan.",
    "各情景合为一个线性规划：首阶段在情景揭晓前决定，其后各阶段在各情景中分别决定。"
    "价值：以方案自身价格计的目标值（均衡方案为增加值减去按方案碳价计的碳排放）{c}。"
    "规则：期望价值最大；最差{t:.0%}情形的均值最大（条件风险价值，Rockafellar和Uryasev 2000）；"
    "最大后悔值最小（Savage 1951）。所建设施与集群以方案为准。",
)

_CHARGED = Text(", less what landed costs rise by in the future", "，再减去该情景中到岸成本的上升额")
_UNCHARGED = Text(
    "; what landed costs rise by is not counted, as nothing says what it is worth in these units",
    "；到岸成本的上升未计入，因无从折算为该单位",
)
# Objectives in money, of which a unit of landed cost is one.
_MONEY = ("value_added", "landed_cost", "output", "spending", "resilience")


def in_futures(plan: Plan) -> tuple[Result, ...]:
    """Return how a plan fares in the study's futures, and what other rules would decide now.

    Returns
    -------
    tuple of Result
        plan_decision_rules (each rule over all futures), plan_in_futures (each rule in each future, with its
        regret) and plan_first_moves (what the rules move in the first phase).

    Raises
    ------
    StudyError
        The study has no table plan_scenarios, or the plan one phase only.
    """
    s, data = plan.study, plan.data
    wanted = futures(s)
    found = choose(
        data,
        wanted,
        export_share(complete(s), data.industries),
        plan.rates,
        plan.transfer.isel(phase=0, drop=True),
        number(s, "plan.cvar_level", 0, 0.999),
        plan.more,
        1.0 if plan.priced_in in _MONEY else -plan.rates.get("landed_cost", 0.0),
    )
    return tables(plan, found)


def tables(plan: Plan, found: Choice) -> tuple[Result, ...]:
    """Return decisions for several futures as tables."""
    method = METHOD.format(t=1 - found.level, c=_CHARGED if found.charge else _UNCHARGED)
    return _rules(plan, found, method), _each(plan, found, method), _first_moves(plan, found, method)


def _rules(plan: Plan, found: Choice, method: Text) -> Result:
    s, unit = plan.study, plan.data.units
    chance = np.array([f.probability for f in found.futures])
    rows = []
    for d in found.decisions:
        rows.append(
            {
                "rule": d.rule,
                "first_output": float(d.first.sum()),
                "carried": d.carried if d.rule == "plan" else float("nan"),
                "expected": float(chance @ d.worth),
                "worst_mean": cvar(d.worth, chance, found.level),
                "lowest": float(d.worth.min()),
                "largest_regret": float(found.regret(d).max()),
            }
        )
    rows.append(
        {
            "rule": "known",
            "first_output": float("nan"),
            "carried": float("nan"),
            "expected": float(chance @ found.known),
            "worst_mean": cvar(found.known, chance, found.level),
            "lowest": float(found.known.min()),
            "largest_regret": 0.0,
        }
    )
    frame = pd.DataFrame(rows)
    money = unit.get(plan.priced_in, "")
    columns = [
        label(s, "rule", "code"),
        figure(plan, "first_output", unit.get("output", "")),
        figure(plan, "carried", "", "share"),
        *(figure(plan, n, money) for n in ("expected", "worst_mean", "lowest", "largest_regret")),
    ]
    by_rule = frame.set_index("rule")["expected"]
    looking = float(by_rule["expected"] - by_rule["plan"])
    knowing = float(by_rule["known"] - by_rule["expected"])
    said = s.text("unit", money)
    return Result(
        "plan_decision_rules",
        Text("What to decide now when the future is open", "未来未定时当前如何决策"),
        frame,
        tuple(columns),
        method,
        Text(
            "Looking at the futures when the first phase is decided is worth {a} against the plan's own "
            "first phase (value of the stochastic solution, with the plan in place of the best for the mean "
            "future), to know which one comes another {b} (value of perfect information). The plan's first "
            "phase is carried out as far as every future leaves it feasible.",
            "与方案自身的首阶段相比，首阶段决策时兼顾各情景的价值为{a}（随机解的价值，以方案代替均值情景的最优解），"
            "预知情景的价值再增{b}（完全信息的价值）。"
            "方案首阶段按各情景均可行的程度实施。",
        ).format(a=spoken_worth(looking, said), b=spoken_worth(knowing, said)),
    )


def _each(plan: Plan, found: Choice, method: Text) -> Result:
    s, unit = plan.study, plan.data.units
    measures = [m for m in ("value_added", "employment", "co2", "landed_cost", "output") if m in plan.values]
    rows = [
        {
            "rule": d.rule,
            "scenario": future.code,
            "probability": future.probability,
            "worth": float(d.worth[k]),
            "regret": float(found.regret(d)[k]),
        }
        | {m: d.values[k][m] for m in measures}
        for d in found.decisions
        for k, future in enumerate(found.futures)
    ]
    money = unit.get(plan.priced_in, "")
    columns = [
        label(s, "rule", "code"),
        label(s, "scenario", "code"),
        replace(figure(plan, "probability", "", "share"), status="assumption"),
        figure(plan, "worth", money),
        figure(plan, "regret", money),
        *(figure(plan, m, unit.get(m, "")) for m in measures),
    ]
    said = []
    for future in found.futures:
        changed = [n for n in FACTORS if future.factors[n] != 1.0]
        factors = [s.text("factor_on", n) + Text.same(f" × {future.factors[n]:g}") for n in changed]
        name = s.text("scenario", future.code)
        en, zh = ", ".join(t.en for t in factors), "、".join(t.zh for t in factors)
        said.append(Text(f"{name.en}: {en or 'no change'}", f"{name.zh}：{zh or '不变'}"))
    asked = {n for future in found.futures for n in FACTORS if future.factors[n] != 1.0}
    idle = [s.text("factor_on", n) for n in found.without_effect if n in asked]
    remark = EMPTY
    if idle:
        remark = Text(
            f" Without effect, as nothing in the plan's data is touched: {', '.join(t.en for t in idle)}.",
            f"以下倍数在方案数据中没有对应项，未起作用：{'、'.join(t.zh for t in idle)}。",
        )
    return Result(
        "plan_in_futures",
        Text("How the decisions fare in each future", "各决策在各情景中的表现"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        tuple(columns),
        method,
        Text("; ".join(t.en for t in said) + ".", "；".join(t.zh for t in said) + "。") + remark,
    )


def _first_moves(plan: Plan, found: Choice, method: Text) -> Result:
    s = plan.study
    moves = xr.concat(
        [d.first.sum("origin") for d in found.decisions], dim="rule", coords="minimal", compat="override"
    )
    others = moves.isel(rule=slice(1, None))
    total = float(moves.isel(rule=0).sum()) or 1.0
    least = number(s, "plan.listing_tolerance", 0, 1) * total
    cells = {
        "output": plan.transfer.isel(phase=0, drop=True).sum("origin").reindex_like(others.isel(rule=0)),
        "output_min": others.min("rule"),
        "output_max": others.max("rule"),
    }
    frame = xr.Dataset(cells).transpose("industry", "host").to_dataframe().reset_index()
    frame = frame[(frame["output"] > least) | (frame["output_max"] > least)]
    frame["by_all_rules"] = (frame["output_min"] > least) & (frame["output"] > least)
    order = frame[["output_min", "output"]].map(lambda v: float(f"{v:.6g}"))
    frame = frame.assign(a=order["output_min"], b=order["output"]).sort_values(
        ["a", "b", "industry", "host"], ascending=[False, False, True, True], kind="stable"
    )
    unit = plan.data.units.get("output", "")
    columns = [
        label(s, "industry", "industry"),
        label(s, "host", "region"),
        figure(plan, "output", unit),
        figure(plan, "output_min", unit),
        figure(plan, "output_max", unit),
        label(s, "by_all_rules", "flag"),
    ]
    return Result(
        "plan_first_moves",
        Text("What to move in the first phase whichever rule decides", "无论按何规则首阶段均应转移的内容"),
        frame[[c.name for c in columns]].reset_index(drop=True),
        tuple(columns),
        method,
        Text(
            "Lowest and highest by the rules that look at the futures; the plan's own beside them.",
            "最低与最高为兼顾各情景的各规则所得；另列方案首阶段转移量。",
        ),
    )
