"""What a run is asked, what it has found so far, and what a step of it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import xarray as xr

from hinterland.study import Result, Study, StudyError, Text

if TYPE_CHECKING:
    from hinterland.plan import Objective, Plan
    from hinterland.simulate import Outcome, Scenario

Found = Result | Iterable[Result] | None
Within = Callable[[float], None]
"""Told which share of the step is behind us."""


class FollowsError(StudyError):
    """A part cannot be had since one before it could not, whose own error says why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A figure that could not be made, and why, in the words of the error."""

    step: str
    part: str
    reason: Text
    follows: bool = False
    """True where it only follows from another part that could not be made."""

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
    traded: tuple[str, ...] = ()
    """Objectives of the frontier; value added and carbon where none are named."""
    weights: Mapping[str, float] = field(default_factory=dict)
    reference: Mapping[str, float] = field(default_factory=dict)
    """Weights or wished values of the objectives, by which a plan of the frontier is chosen."""
    start: int | None = None
    end: int | None = None
    moves: xr.DataArray | None = None
    scenario: Scenario | None = None
    model: str = "impact"
    period: str | None = None
    """Period whose state monitoring tells; the newest that is well known unless given."""
    tables: tuple[str, ...] = ()
    """Results asked for by name; a part that takes long for a rare question is asked only then."""
    findings: dict[str, Result] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    plan: Plan | None = None
    outcome: Outcome | None = None
    earlier: Study | None = None
    """A study of an earlier year with measured flows, to compare input-output tables with."""
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

    def take(
        self, work: Work, within: Within = lambda share: None, only: Collection[str] | None = None
    ) -> None:
        """Run every part, or those asked for only, keeping what it finds.

        A part that cannot be had is noted and the others go on.
        """
        for name, part in self.parts(work).items():
            if only is not None and name not in only:
                continue
            try:
                work.keep(part(work, within))
            except StudyError as error:
                reason = error.words + Text(" ", "") + error.mend_words
                work.left_out.append(LeftOut(self.code, name, reason, isinstance(error, FollowsError)))


def the_plan(work: Work) -> Plan:
    """Return the plan, or say that there is none."""
    if work.plan is None:
        raise FollowsError(
            Text("There is no plan to look at.", "没有可用的方案。"),
            Text("See why the plan was left out.", "请查看方案未能给出的原因。"),
        )
    return work.plan
