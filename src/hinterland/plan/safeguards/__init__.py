"""How is the plan made safe? Shared parks, compensation, fund, incentives, talent, jobs, tasks.

::

    plan = hl.plan.optimise(study)
    hl.plan.safeguards.enclaves(plan)       # three parties: cash, splits, where figures count
    found = hl.plan.safeguards.all_tables(plan)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hinterland.plan.model import Plan
from hinterland.plan.safeguards.cash import break_even, internal_rate, present_value
from hinterland.plan.safeguards.compensation import balance, compensation
from hinterland.plan.safeguards.compliance import screen
from hinterland.plan.safeguards.credit import large_portfolio_quantile, losses
from hinterland.plan.safeguards.enclave_tables import enclaves
from hinterland.plan.safeguards.fund import fund
from hinterland.plan.safeguards.incentives import incentives
from hinterland.plan.safeguards.sharing import in_core, nash, shapley_split
from hinterland.plan.safeguards.talent import schooling_mix, talent
from hinterland.plan.safeguards.tasks import tasks
from hinterland.plan.safeguards.transition import transition
from hinterland.study import Result

Question = Callable[[Plan, Mapping[str, Result]], list[Result]]

QUESTIONS: Mapping[str, Question] = {
    "enclave_parties": lambda plan, found: enclaves(plan),
    "compensation_regions": lambda plan, found: compensation(plan, found.get("embodied_co2")),
    "incentive_break_even": lambda plan, found: incentives(plan),
    "incentive_screen": lambda plan, found: [screen(plan)],
    "talent_seats": lambda plan, found: talent(plan),
    "transition_phases": lambda plan, found: transition(plan),
    "fund_uses": lambda plan, found: fund(plan, found),
    "safeguard_tasks": lambda plan, found: tasks(plan, found),
}
"""The questions by the name of their first table, in an order in which each finds what it can use of those
before it."""


def all_tables(plan: Plan, found: Mapping[str, Result] | None = None) -> dict[str, Result]:
    """Return every table of the safeguards by name.

    Parameters
    ----------
    plan : Plan
    found : mapping of Result, optional
        ``embodied_co2`` of the accounts, for the standing account of embodied carbon.

    Raises
    ------
    StudyError
        The first thing that the study lacks; ask one question at a time to have the others.
    """
    out: dict[str, Result] = {}
    for ask in QUESTIONS.values():
        out |= {r.name: r for r in ask(plan, {**(found or {}), **out})}
    return out


__all__ = [
    "QUESTIONS",
    "all_tables",
    "balance",
    "break_even",
    "compensation",
    "enclaves",
    "fund",
    "in_core",
    "incentives",
    "internal_rate",
    "large_portfolio_quantile",
    "losses",
    "nash",
    "present_value",
    "schooling_mix",
    "screen",
    "shapley_split",
    "talent",
    "tasks",
    "transition",
]
