"""Say in words why no plan exists, or why nothing moves, and what would mend it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hinterland.plan.constraints import CONSTRAINTS
from hinterland.plan.data import PlanData
from hinterland.plan.mend import Mend, mend, said
from hinterland.plan.naming import limit_name, listed
from hinterland.plan.prices import UNPRICED
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
    "local_inputs": Text(
        "Lower local_share in critical_inputs, or raise plan.spare_supply.",
        "请降低critical_inputs中的local_share，或提高plan.spare_supply。",
    ),
    "backup_floor": Text("Lower the shares in backup_floors.", "请降低backup_floors中的share。"),
    "mode_share": Text("Raise most_share in transfer_modes.", "请提高transfer_modes中的most_share。"),
    "upgrade_room": Text("Raise yearly_share in upgrade_options.", "请提高upgrade_options中的yearly_share。"),
    "cluster_scale": Text(
        "Lower minimum_output in cluster_options.", "请降低cluster_options中的minimum_output。"
    ),
    "cluster_base": Text(
        "Look at what infrastructure cluster_options asks for, and where infrastructure_options offers it.",
        "请检查cluster_options所要求的基础设施，以及infrastructure_options在何处提供。",
    ),
    "project_scale": Text("Lower plan.project_scale.", "请降低plan.project_scale。"),
    "budget": Text(
        "Raise the amounts in budgets or plan.budget_factor, or lower the costs.",
        "请提高budgets中的金额或plan.budget_factor，或降低成本。",
    ),
}


def most(data: PlanData, without: str = "") -> Solution:
    """Return the plan that moves the most, with one family of constraints left out."""
    names = [c for c in CONSTRAINTS if c not in (without, "minimum")]
    return Solver(build(replace(data, minimum=0.0), names, ("output",))).solve({"output": 1.0})


def tightest(solution: Solution, data: PlanData, study: Study | None, count: int = 4) -> dict[str, Text]:
    """Name the limits that keep the most from moving, the most valuable first, with host, resource and
    phase, by constraint."""
    found: list[tuple[float, str, list[tuple[str, str]]]] = []
    for name, dual in solution.duals.items():
        if name in UNPRICED:
            continue
        for at in np.argwhere(np.nan_to_num(dual.values) > 1e-7):
            labels = [(str(d), str(dual[d].values[k])) for d, k in zip(dual.dims, at, strict=True)]
            found.append((float(dual.values[tuple(at)]), name, labels))
    found.sort(key=lambda f: (-round(f[0], 9), f[1], f[2]))
    seen: dict[str, Text] = {}
    for _, name, labels in found:
        if name not in seen:
            seen[name] = limit_name(name, dict(labels), data, study)
    return dict(list(seen.items())[:count])


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
            names = tightest(solution, data, study)
            first = next(iter(names), "minimum")
            keeps = listed(list(names.values())) if names else Text("nothing may move", "不允许任何转移")
            return StudyError(
                Text(
                    f"The plan is infeasible: plan.minimum_output asks for {data.minimum:g}, but at most "
                    f"{reached:g} can move. What keeps it: {keeps.en}. ",
                    f"方案不可行：plan.minimum_output要求{data.minimum:g}，但最多只能转移{reached:g}。"
                    f"起约束作用的是：{keeps.zh}。",
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
    if error.status == "Infeasible" and data.integer:
        # parts of what is built would do, wholes do not
        return StudyError(
            Text(
                "The plan is infeasible because clusters, infrastructure and projects are whole: with parts "
                "of them there would be a plan.",
                "方案不可行，原因在于集群、基础设施和项目只能整建；若可部分建设则有解。",
            ),
            _mends([n for n in ("cluster_scale", "project_scale", "budget") if _asks(data, n)]),
        )
    if error.status.startswith("Time limit"):
        return StudyError(
            Text(
                "Nothing that can be built whole was found in the time allowed.",
                "在规定时间内未找到可整建的可行方案。",
            ),
            Text(
                "Offer fewer clusters and less infrastructure, or set plan.project_scale to 0.",
                "请减少可选的集群和基础设施，或将plan.project_scale设为0。",
            ),
        )
    return StudyError(
        Text(f"The plan could not be solved: {error.status}.", f"方案无法求解：{error.status}。"),
        Text(
            "Check resource_limits and the plan.* parameters for figures of the wrong size.",
            "请检查resource_limits和plan.*参数的数量级。",
        ),
    )


def _asks(data: PlanData, name: str) -> bool:
    """True when a family of limits is part of the programme."""
    return name not in data.left_out and CONSTRAINTS[name](data) is not None


def explain_nothing(data: PlanData, study: Study | None = None) -> StudyError:
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
    keeps = Text("several limits together", "多项约束共同作用")
    if names:
        said = [limit_name(name, {}, data, study) for name in names]
        keeps = Text(", ".join(t.en for t in said), "、".join(t.zh for t in said))
        keeps = keeps + _places(data, names[0], study)
    return StudyError(
        Text(
            f"Nothing can move. What keeps it: {keeps.en}.", f"无法转移任何产能。起约束作用的是：{keeps.zh}。"
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


def _places(data: PlanData, name: str, study: Study | None) -> Text:
    """Name the host, resource and phase where a resource leaves no room."""
    if name != "resource" or data.limit is None:
        return EMPTY
    none = data.limit.isel(phase=-1) <= 0
    last = data.phases[-1]
    cells = []
    for h, k in np.argwhere(none.values):
        host, resource = str(data.limit["host"].values[h]), str(data.limit["resource"].values[k])
        if study is None:
            cells.append(Text.same(f"{resource} in {host}, phase {last.code}"))
            continue
        what, where = study.text("resource", resource), study.text("region", host)
        cells.append(Text(f"{what.en} in {where.en}, {last.label.en}", f"{where.zh}{last.label.zh}{what.zh}"))
    if not cells:
        return EMPTY
    found = listed(cells)
    return Text(f" ({found.en})", f"（{found.zh}）")
