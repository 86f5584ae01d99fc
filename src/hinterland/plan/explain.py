"""Say in words why no plan exists, or why nothing moves, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.data import PlanData
from hinterland.plan.mend import Mend, mend, said
from hinterland.plan.programme import build
from hinterland.plan.solver import NotSolvedError, Solution, Solver
from hinterland.study import EMPTY, Study, StudyError, Text

_MEND = {
    "releasable": Text(
        "Raise plan.release_share, or name more origins.", "请提高plan.release_share或增加转出地。"
    ),
    "sequence": Text("Raise the cumulative shares in phase_focus.", "请提高phase_focus中的累计比例。"),
    "host_growth": Text(
        "Raise plan.host_growth, or name more hosts.", "请提高plan.host_growth或增加承接地。"
    ),
    "industry_growth": Text(
        "Raise plan.industry_growth or plan.new_industry_floor, or see the table policies.",
        "请提高plan.industry_growth或plan.new_industry_floor，或检查policies表。",
    ),
    "policy": Text(
        "Look at the rows with the effect forbid in the table policies.",
        "请检查policies表中effect为forbid的行。",
    ),
    "resource": Text("Raise the headroom in resource_limits.", "请提高resource_limits中的余量。"),
    "job_loss": Text("Raise plan.job_loss.", "请提高plan.job_loss。"),
    "similarity": Text("Raise plan.similarity_tolerance.", "请提高plan.similarity_tolerance。"),
    "minimum": Text("Lower plan.minimum_output.", "请降低plan.minimum_output。"),
}


def most(data: PlanData, without: str = "") -> Solution:
    """Return the plan that moves the most, with one family of constraints left out."""
    names = [c for c in CONSTRAINTS if c not in (without, "minimum")]
    return Solver(build(replace(data, minimum=0.0), names, ("output",))).solve({"output": 1.0})


def tightest(solution: Solution, count: int = 4) -> list[str]:
    """Name the limits that keep the most from moving, the most valuable first, with host, resource and
    phase."""
    found: list[tuple[float, str, str]] = []
    for name, dual in solution.duals.items():
        if name == "intake_balance":
            continue
        for at in np.argwhere(np.nan_to_num(dual.values) > 1e-7):
            labels = ", ".join(f"{d} {dual[d].values[k]}" for d, k in zip(dual.dims, at, strict=True))
            found.append((float(dual.values[tuple(at)]), name, labels))
    found.sort(key=lambda f: (-round(f[0], 9), f[1], f[2]))
    seen: dict[str, str] = {}
    for _, name, labels in found:
        seen.setdefault(name, labels)
    return [f"{name} ({labels})" if labels else name for name, labels in list(seen.items())[:count]]


def explain_unsolved(data: PlanData, error: NotSolvedError, study: Study | None = None) -> StudyError:
    """Turn the solver's verdict into a message that names the limits, and the smallest mend."""
    found = mend(data) if error.status == "Infeasible" else Mend()
    words, change = said(found, data, study) if found.relaxed else (EMPTY, EMPTY)
    space = Text(" ", "")
    if data.minimum > 0:
        try:
            solution = most(data)
        except NotSolvedError:
            solution = None
        reached = np.inf if solution is None else float(solution.move.sum())
        if solution is not None and reached < data.minimum:
            names = tightest(solution)
            first = names[0].split(" ")[0] if names else "minimum"
            return StudyError(
                Text(
                    f"The plan is infeasible: plan.minimum_output asks for {data.minimum:g}, but at most "
                    f"{reached:g} can move. What keeps it: {'; '.join(names) or 'nothing may move'}. ",
                    f"方案不可行：plan.minimum_output要求{data.minimum:g}，但最多只能转移{reached:g}。"
                    f"起约束作用的是：{'；'.join(names) or '不允许任何转移'}。",
                )
                + words,
                Text("Lower plan.minimum_output. ", "请降低plan.minimum_output。")
                + _MEND.get(first, EMPTY)
                + space
                + change,
            )
    if found.relaxed:
        families = list(dict.fromkeys(limit.constraint for limit in found.relaxed))
        return StudyError(
            Text("The plan is infeasible. ", "方案不可行。") + words,
            change + space + _mends([name for name in families if name in _MEND]),
        )
    return StudyError(
        Text(f"The plan could not be solved: {error.status}.", f"方案无法求解：{error.status}。"),
        Text(
            "Check resource_limits and the plan.* parameters for figures of the wrong size.",
            "请检查resource_limits和plan.*参数的数量级。",
        ),
    )


def explain_nothing(data: PlanData) -> StudyError:
    """Say which constraint keeps everything where it is, or that moving is never worth it."""
    if float(data.releasable.sum()) <= 0:
        names, single = ["releasable"], True
    elif float(most(data).move.sum()) > 0:
        return StudyError(
            Text(
                "The best plan moves nothing, though something could move.",
                "虽有产能可转移，但最优方案不转移。",
            ),
            Text("Look at the objective: no move betters it.", "请检查目标：任何转移都不能使其改善。"),
        )
    else:
        names = [c for c in CONSTRAINTS if c in _MEND and float(_without(data, c)) > 0]
        single = bool(names)
    if not single:
        names = _shut(data)
    where = _places(data, names[0]) if names else ""
    return StudyError(
        Text(
            f"Nothing can move. What keeps it: {', '.join(names) or 'several limits together'}{where}.",
            f"无法转移任何产能。起约束作用的是：{'、'.join(names) or '多项约束共同作用'}{where}。",
        ),
        _mends(names),
    )


def _mends(names: list[str]) -> Text:
    if not names:
        return Text(
            "Look at the plan.* parameters and resource_limits.", "请检查plan.*参数和resource_limits。"
        )
    out = EMPTY
    for name in names:
        out = out + (Text(" ", "") if out.en else EMPTY) + _MEND[name]
    return out


def _without(data: PlanData, name: str) -> float:
    try:
        return float(most(data, name).move.sum())
    except NotSolvedError:
        # without it nothing holds the programme: it is certainly not what is left
        return float("inf")


def _shut(data: PlanData) -> list[str]:
    """Families of limits that are zero throughout (each alone would keep everything)."""
    shut = []
    if not bool((data.releasable > 0).any()):
        shut.append("releasable")
    if not bool((data.host_growth > 0).any()):
        shut.append("host_growth")
    if not bool((data.industry_growth > 0).any()):
        shut.append("industry_growth")
    if bool(data.forbidden.all()):
        shut.append("policy")
    if data.limit is not None and bool((data.limit <= 0).any(["resource", "phase"]).all()):
        shut.append("resource")
    if data.job_limit is not None and not bool((data.job_limit > 0).any()):
        shut.append("job_loss")
    return shut


def _places(data: PlanData, name: str) -> str:
    """Name the host, resource and phase where a resource leaves no room."""
    if name != "resource" or data.limit is None:
        return ""
    none = data.limit.isel(phase=-1) <= 0
    cells = [
        f"{data.limit['resource'].values[k]} in {data.limit['host'].values[h]}, phase {data.codes[-1]}"
        for h, k in np.argwhere(none.values)
    ]
    return f" ({'; '.join(cells[:6])})" if cells else ""
