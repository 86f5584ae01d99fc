"""How far the plan's outcomes scatter, and on which assumptions that hangs: range, tornado, Sobol indices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import triang

from hinterland.plan import Plan
from hinterland.plan.assemble import number
from hinterland.plan.assumptions import Assumption, draws
from hinterland.risk.correlate import correlations, reordered
from hinterland.risk.fixed import FixedPlan, as_draws, drivers
from hinterland.risk.levels import figure, label
from hinterland.risk.sobol import sobol_indices
from hinterland.study import Column, Result, Text

Values = npt.NDArray[np.float64]

_DISTRIBUTIONS = Text(
    "The plan's moves are kept and what comes of them is drawn (nothing is solved again): each assumption "
    "triangular over its declared range with the study's value as the mode. "
    "Ranges and distributions are assumptions. ",
    "保持方案的转移安排不变，仅对其结果抽样（不重新求解）：各假设在声明区间内服从以研究取值为众数的"
    "三角分布。区间与分布均为假设。",
)


def unit_of(plan: Plan, outcome: str) -> str:
    """Return the unit of an outcome."""
    return "share" if outcome == "breaches" else plan.data.units.get(outcome, "")


def ranges(plan: Plan, fixed: FixedPlan) -> Result:
    """Scatter of the outcomes by a Latin hypercube of all assumptions, correlated as the study states.

    Returns
    -------
    Result ``risk_range``
        consequence, value (of the plan), mean, p05, p50, p95; shortfall_probability: of falling short of the
        plan by more than `risk.shortfall_share` (for carbon and breaches: of exceeding it); shortfall_size:
        by how much, on average, where it does; mean_on_time: the mean if nothing came late.
    """
    study = plan.study
    wanted = drivers(plan)
    count = int(number(study, "risk.draws", 10))
    together = correlations(study, wanted)
    rows = reordered(draws(wanted, count, int(study.parameter("seed"))), together)
    found = fixed.outcomes(as_draws(wanted, rows))
    punctual = {**as_draws(wanted, rows), "risk.delay": np.zeros(len(rows))}
    on_time = fixed.outcomes(punctual)
    own = fixed.outcomes(as_draws(wanted, np.array([[a.value for a in wanted]])))
    share = number(study, "risk.shortfall_share", 0, 1)
    lines = []
    for name, values in found.items():
        value = float(own[name][0])
        worse = values > value if name in ("co2", "breaches") else values < value
        far = worse & (np.abs(values - value) > share * abs(value))
        points = np.quantile(values, [0.05, 0.5, 0.95])
        size = float(np.abs(values - value)[far].mean()) if far.any() else float("nan")
        lines.append(
            (
                name,
                unit_of(plan, name),
                value,
                float(values.mean()),
                *points,
                float(far.mean()),
                size,
                float(on_time[name].mean()),
            )
        )
    columns = ["consequence", "unit", "value", "mean", "p05", "p50", "p95", "shortfall_probability"]
    columns += ["shortfall_size", "mean_on_time"]
    return Result(
        "risk_range",
        Text("How far the outcomes may scatter", "结果的可能范围"),
        pd.DataFrame(lines, columns=columns),
        (
            label(study, "consequence", "code"),
            label(study, "unit", "text"),
            *(figure(plan, n) for n in columns[2:7]),
            figure(plan, "shortfall_probability", kind="share"),
            figure(plan, "shortfall_size"),
            figure(plan, "mean_on_time"),
        ),
        _DISTRIBUTIONS
        + Text(
            f"Latin hypercube (McKay et al. 1979), {count} draws; {_pairs(wanted, together).en}. "
            f"Shortfall: worse than the plan's value by "
            f"more than {share:.0%} of it.",
            f"拉丁超立方（McKay等，1979）{count}次；{_pairs(wanted, together).zh}。"
            f"不及概率指比方案值差{share:.0%}以上的概率。",
        ),
    )


def _pairs(wanted: Sequence[Assumption], together: Values) -> Text:
    """Say which assumptions go together and how closely."""
    said = [
        Text("{a} and {b} {r}", "{a}与{b}{r}").format(
            a=wanted[i].meaning, b=wanted[j].meaning, r=f"{together[i, j]:g}"
        )
        for i in range(len(wanted))
        for j in range(i + 1, len(wanted))
        if together[i, j]
    ]
    if not said:
        return Text("assumptions independent of one another", "各假设相互独立")
    return Text("rank correlations (Iman & Conover 1982): ", "秩相关（Iman和Conover，1982）：") + Text(
        "; ".join(s.en for s in said), "；".join(s.zh for s in said)
    )


def tornado(plan: Plan, fixed: FixedPlan) -> Result:
    """What each assumption alone does to the outcomes at the ends of its range, the others as they are.

    Returns
    -------
    Result ``risk_tornado``
        parameter, its value and ends, each outcome at either end, swing of value added; the largest first.
    """
    study = plan.study
    wanted = drivers(plan)
    base = np.array([a.value for a in wanted])
    rows = np.tile(base, (2 * len(wanted), 1))
    for k, a in enumerate(wanted):
        rows[2 * k, k], rows[2 * k + 1, k] = a.low, a.high
    found = fixed.outcomes(as_draws(wanted, rows))
    lines = []
    for k, a in enumerate(wanted):
        ends = [float(found[name][2 * k + e]) for name in found for e in (0, 1)]
        lines.append((a.code, a.meaning.en, a.meaning.zh, a.value, a.low, a.high, a.unit, *ends))
    names = [f"{name}_{end}" for name in found for end in ("low", "high")]
    columns = ["parameter", "parameter_en", "parameter_zh", "value", "low", "high", "unit", *names]
    frame = pd.DataFrame(lines, columns=columns)
    first = next(iter(found))
    frame["swing"] = (frame[f"{first}_high"] - frame[f"{first}_low"]).abs()
    frame = frame.sort_values(["swing", "parameter"], ascending=[False, True], ignore_index=True)
    return Result(
        "risk_tornado",
        Text("What each assumption alone does to the outcomes", "各假设单独变动对结果的影响"),
        frame,
        (
            label(study, "parameter", "code"),
            label(study, "parameter_en", "text"),
            label(study, "parameter_zh", "text"),
            *(
                Column(n, study.text("column", n), "number", "", "assumption")
                for n in ("value", "low", "high")
            ),
            label(study, "unit", "text"),
            *(figure(plan, n, unit_of(plan, n.rsplit("_", 1)[0])) for n in names),
            figure(plan, "swing", unit_of(plan, first)),
        ),
        _DISTRIBUTIONS
        + Text(
            "Here one at a time, at the low and at the high end of its range; this sees no interaction.",
            "此处逐一取区间两端，不反映假设之间的交互。",
        ),
    )


def indices(plan: Plan, fixed: FixedPlan) -> Result:
    """Sobol indices of every outcome and assumption.

    Returns
    -------
    Result ``risk_sobol``
        consequence, parameter, first_order, first_order_error, total_order, total_order_error.

    Raises
    ------
    StudyError
        SALib is not installed.
    """
    study = plan.study
    wanted = drivers(plan)
    base = int(number(study, "risk.sobol_base", 2))

    def model(points: Values) -> dict[str, Values]:
        rows = np.empty_like(points)
        for k, a in enumerate(wanted):
            width = a.high - a.low
            mode = (a.value - a.low) / width if width > 0 else 0.0
            rows[:, k] = triang.ppf(points[:, k], mode, a.low, width) if width > 0 else a.value
        return fixed.outcomes(as_draws(wanted, rows))

    found = sobol_indices(model, len(wanted), base, int(study.parameter("seed")))
    lines = [
        (
            name,
            a.code,
            float(one.first[k]),
            float(one.first_error[k]),
            float(one.total[k]),
            float(one.total_error[k]),
        )
        for name, one in found.items()
        for k, a in enumerate(wanted)
    ]
    columns = [
        "consequence",
        "parameter",
        "first_order",
        "first_order_error",
        "total_order",
        "total_order_error",
    ]
    frame = pd.DataFrame(lines, columns=columns)
    return Result(
        "risk_sobol",
        Text("Which assumptions the outcomes hang on (Sobol indices)", "结果取决于哪些假设（Sobol指数）"),
        frame,
        (
            label(study, "consequence", "code"),
            label(study, "parameter", "code"),
            *(figure(plan, n) for n in columns[2:]),
        ),
        _DISTRIBUTIONS
        + Text(
            "Assumptions independent of one another, as the indices need. "
            f"Saltelli's scheme on a scrambled Sobol sequence, {base} x {len(wanted) + 2} evaluations "
            "(SALib). First order: the part of the variance that the assumption explains alone; total: with "
            "all its interactions. Errors: half of a 95 % bootstrap interval.",
            "按指数要求，各假设相互独立。"
            f"基于随机化Sobol序列的Saltelli方案，{base}×{len(wanted) + 2}次计算（SALib）。"
            "一阶指数为该假设单独解释的方差份额，总指数含其全部交互；误差为95%自助法区间的半宽。",
        ),
    )
