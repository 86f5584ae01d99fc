"""The steps of the chain: which room is asked what, in which order, and what each needs from those before it.

A part of a step that lacks its data is left out, and its reason is kept for the reader of the report. The
rooms are imported where they are asked, so that one question does not wait for the solver of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import xarray as xr

from hinterland.study import Result, Study, StudyError, Text

if TYPE_CHECKING:
    from hinterland.plan import Objective, Plan
    from hinterland.simulate import Outcome

Found = Result | Iterable[Result] | None
Within = Callable[[float], None]
"""Told which share of the step is behind us."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A figure that could not be made, and why, in the words of the error."""

    step: str
    part: str
    reason: Text

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        reason = {"en": self.reason.en, "zh": self.reason.zh}
        return {"step": self.step, "part": self.part, "reason": reason}


@dataclass
class Work:
    """What is asked and what has been found so far; the steps add to it."""

    study: Study
    preset: str | None = None
    points: int | None = None
    objective: Objective = "balanced"
    start: int | None = None
    end: int | None = None
    moves: xr.DataArray | None = None
    findings: dict[str, Result] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    plan: Plan | None = None
    outcome: Outcome | None = None
    given: Study | None = None
    """The study as it was before the accounts were completed; the step that does so keeps it."""

    def keep(self, found: Found) -> None:
        """Add results by name; two of one name would overwrite each other's files."""
        for result in [found] if isinstance(found, Result) else found or ():
            if result.name in self.findings:
                raise ValueError(f"two results are called {result.name}")
            self.findings[result.name] = result


Part = Callable[[Work, Within], Found]


@dataclass(frozen=True, slots=True)
class Step:
    """One question put to one room; `needs` are the steps that must come before it."""

    code: str
    label: Text
    parts: Callable[[Work], Mapping[str, Part]]
    needs: tuple[str, ...] = ()
    weight: float = 1.0

    def take(self, work: Work, within: Within = lambda share: None) -> None:
        """Run every part, keeping what it finds; a part that cannot be had is noted and the others go on."""
        for name, part in self.parts(work).items():
            try:
                work.keep(part(work, within))
            except StudyError as error:
                work.left_out.append(LeftOut(self.code, name, error.words + Text(" ", "") + error.mend_words))


def _measure(work: Work) -> Mapping[str, Part]:
    from hinterland import measure

    def of_period(name: str) -> Part:
        made = measure.RESULTS[name]
        if name in ("share_change", "shift_share"):
            return lambda work, within: getattr(measure, name)(work.study, work.start, work.end)
        return lambda work, within: made(work.study)

    return {name: of_period(name) for name in measure.RESULTS}


def _accounts(work: Work) -> Mapping[str, Part]:
    from hinterland import accounts

    def complete(work: Work, within: Within) -> Found:
        work.given = work.given or work.study
        work.study = accounts.complete(work.study)
        return accounts.derived_data(work.study)

    def mrio(work: Work, within: Within) -> Found:
        table = accounts.estimate_mrio(work.study)
        convergence = [table.convergence] if table.convergence is not None else []
        return [*convergence, accounts.multipliers(table), accounts.interregional_trade(table)]

    return {
        "reconciliation": lambda work, within: accounts.reconcile(work.study),
        "derived_data": complete,
        "multipliers": mrio,
    }


def _potential(work: Work) -> Mapping[str, Part]:
    from hinterland import potential

    return {
        "gradient": lambda work, within: potential.gradient(work.study),
        "capacity": lambda work, within: potential.capacity(work.study),
        "life_cycle": lambda work, within: potential.life_cycle(work.study),
        "flying_geese": lambda work, within: potential.flying_geese(work.study),
        "complexity_regions": lambda work, within: potential.complexity(work.study),
        "candidates": lambda work, within: potential.relatedness(work.study),
        "value_chain": lambda work, within: potential.value_chain(work.study),
        "upgrading_effects": lambda work, within: potential.upgrading_effects(work.study),
        "upgrading_mediation": lambda work, within: potential.upgrading_mediation(work.study),
        "upgrading_spatial": lambda work, within: potential.upgrading_spatial(work.study),
    }


def _plan(work: Work) -> Mapping[str, Part]:
    from hinterland import plan

    def frontier(work: Work, within: Within) -> Found:
        found = plan.frontier(work.study, points=work.points, preset=work.preset)
        if work.objective == "balanced":
            work.plan = found.plan
        return found.results().values()

    def best(work: Work, within: Within) -> Found:
        if work.plan is None:
            # without a frontier (no carbon, no landed cost) there still is a plan for value added
            work.objective = "value_added" if work.objective == "balanced" else work.objective
            work.plan = plan.optimise(work.study, preset=work.preset, objective=work.objective)
        return work.plan.results().values()

    def comparison(work: Work, within: Within) -> Found:
        other = work.study.config["study"].get("compare_preset")
        if other is None or other == the_plan(work).data.preset:
            raise StudyError(
                Text("There is no other preset of phases to compare with.", "没有可供比较的其他阶段方案。"),
                Text(
                    "Name one as compare_preset in study.toml.", "请在 study.toml 中以 compare_preset 指定。"
                ),
            )
        return plan.compare_plans(
            the_plan(work), plan.optimise(work.study, preset=other, objective=work.objective)
        )

    def sensitivity(work: Work, within: Within) -> Found:
        # the time of the whole step goes mostly into this part
        return plan.sensitivity(
            work.given or work.study, the_plan(work), lambda share: within(0.15 + 0.85 * share)
        )

    return {
        "frontier": frontier,
        "plan_transfers": best,
        "plan_comparison": comparison,
        "plan_sensitivity": sensitivity,
    }


def _simulate(work: Work) -> Mapping[str, Part]:
    from hinterland import simulate

    def impact(work: Work, within: Within) -> Found:
        moves = work.moves if work.moves is not None else the_plan(work).transfer
        work.outcome = simulate.impact(work.study, moves)
        return work.outcome.tables

    return {"impact_by_region": impact}


def _risk(work: Work) -> Mapping[str, Part]:
    from hinterland import risk

    def register(work: Work, within: Within) -> Found:
        trade = work.findings.get("interregional_trade")
        return risk.assess(work.study, the_plan(work), work.outcome, trade=trade)

    return {"risk_register": register}


def _claims(work: Work) -> Mapping[str, Part]:
    from hinterland.report import claims

    return {
        "claims": lambda work, within: claims.judge(work.study, work.findings),
    }


def the_plan(work: Work) -> Plan:
    """Return the plan, or say that there is none."""
    if work.plan is None:
        raise StudyError(
            Text("There is no plan to look at.", "没有可用的方案。"),
            Text("See why the plan was left out.", "请查看方案未能给出的原因。"),
        )
    return work.plan


STEPS: tuple[Step, ...] = (
    Step("accounts", Text("Completing and balancing the accounts", "补全并平衡账户"), _accounts, weight=3),
    Step("measure", Text("Measuring what moved", "测度已发生的转移"), _measure, weight=1),
    Step(
        "potential",
        Text("Assessing who could host what", "评估承接潜力"),
        _potential,
        ("accounts",),
        weight=3,
    ),
    Step("plan", Text("Planning the transfer", "编制转移方案"), _plan, ("accounts",), weight=40),
    Step(
        "simulate",
        Text("Reckoning the plan's impact", "测算方案影响"),
        _simulate,
        ("accounts", "plan"),
        weight=1,
    ),
    Step(
        "risk",
        Text("Looking for what could go wrong", "排查风险"),
        _risk,
        ("accounts", "plan", "simulate"),
        1,
    ),
    Step(
        "claims",
        Text("Holding the paper's claims against the figures", "以数据检验论断"),
        _claims,
        tuple(["accounts", "measure", "potential", "plan", "simulate", "risk"]),
    ),
)
