"""Stress tests: events run on the fitting model, with the plan and without, and what would soften them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.plan import Plan
from hinterland.risk.events import Mitigation, Stress
from hinterland.simulate import (
    Baseline,
    Outcome,
    Relocate,
    Resource,
    Scenario,
    base_accounts,
    baseline,
    disruptions,
    equilibrium,
    run_model,
    state_of,
)
from hinterland.simulate.caps import use_per_output
from hinterland.simulate.disruption.events import settled
from hinterland.simulate.equilibrium import calibrate
from hinterland.study import Study, StudyError, Text

Array = xr.DataArray


@dataclass(frozen=True)
class Loss:
    """What an event takes in a year, against the same economy without it.

    Attributes
    ----------
    value_added : DataArray [region]
        Money a year; a loss is positive.
    jobs : float
        Jobs that go, summed over the regions' industries that lose; what others gain is not set against it.
        NaN where jobs are not known.
    """

    value_added: Array
    jobs: float


@dataclass(frozen=True)
class Tested:
    """An event with the plan and without, and with each mitigation; an error where there is none."""

    stress: Stress
    without: Loss
    with_plan: Loss
    softened: Mapping[str, Loss | StudyError]


def as_relocations(plan: Plan) -> Scenario:
    """Return what the plan moves in all as a scenario."""
    moved = plan.moves.to_series()
    return Scenario(
        "plan",
        tuple(
            Relocate(str(industry), str(origin), str(host), float(output))
            for (industry, origin, host), output in moved[moved > 0].items()
        ),
    )


def lost(before: xr.Dataset, after: xr.Dataset, years: float = 1.0) -> Loss:
    """Return the loss between two states of the economy, Datasets [region, industry] of rates a year.

    `years` is how long the second one lasts: what is lost in all is the rate times that. Jobs are a rate.
    """
    gone = (before["value_added"] - after["value_added"]).sum("industry") * years
    jobs = float("nan")
    if "employment" in before and "employment" in after:
        fewer = before["employment"] - after["employment"]
        jobs = float(fewer.where(fewer > 0, 0.0).sum())
    return Loss(gone, jobs)


class Bed:
    """What stress tests need of a study and a plan, made once: the economies before and after the moves."""

    def __init__(self, study: Study, plan: Plan, table: IOTable | None = None) -> None:
        self.study, self.plan, self.table = study, plan, table
        self.base: Baseline = baseline(study, table)
        self.moves = as_relocations(plan)
        self._before: dict[tuple[str, bool], xr.Dataset] = {}
        self._settings: object = None
        self._settled: IOTable | None = None

    def _with(self, parameter: str, value: float) -> Study:
        return self.study.with_parameter(parameter, value) if parameter else self.study

    @property
    def moved(self) -> IOTable:
        """The table after the plan's moves, as the disruption model starts from it."""
        if self._settled is None:
            self._settled = settled(self.base, state_of(self.moves, self.base))
        return self._settled

    def before(self, model: str, planned: bool) -> xr.Dataset:
        """Return the accounts before the event [region, industry]."""
        key = (model, planned)
        if key not in self._before:
            if not planned:
                self._before[key] = self.base.accounts
            elif model == "disruption":
                self._before[key] = base_accounts(self.moved)
            else:
                self._before[key] = self._run(model, self.moves, self.study).settled()
        return self._before[key]

    def _run(self, model: str, scenario: Scenario, study: Study) -> Outcome:
        if model == "equilibrium":
            if study is self.study:
                self._settings = self._settings or calibrate(study, table=self.table)
                setting = self._settings
            else:
                setting = calibrate(study, table=self.table)
            # capacity offered: plants held to what they were to make would not feel the event at all
            return equilibrium(study, scenario, moved="offered", draws=0, setting=setting)  # type: ignore[arg-type]
        return run_model(model, study, scenario, table=self.table)

    def losses(
        self,
        model: str,
        scenarios: Sequence[Scenario],
        planned: bool,
        parameter: str = "",
        value: float = 0.0,
    ) -> list[Loss]:
        """Return what scenarios take on a model, with the plan's moves made or not.

        Caps on resources that are factors of what is used now take the same amount with the plan as without:
        the plan's own use is in the headroom that it was given.
        """
        study = self._with(parameter, value)
        before = self.before(model, planned)
        years = 1.0
        if model == "disruption":
            found = disruptions(study, list(scenarios), self.moved if planned else self.table)
            # the mean of the days simulated, which need not be a year
            years = found[0].result.sizes["time"] / float(study.parameter("disruption.days_in_year"))
        elif planned:
            found = [self._run(model, self.moves + self._capped(one, before), study) for one in scenarios]
        else:
            found = [self._run(model, one, study) for one in scenarios]
        return [lost(before, outcome.settled(), years) for outcome in found]

    def _capped(self, scenario: Scenario, planned: xr.Dataset) -> Scenario:
        """Write caps given as factors as amounts: the use with the plan less what the event takes."""
        changes = []
        for change in scenario.changes:
            if isinstance(change, Resource) and change.factor is not None:
                needs = use_per_output(self.base, change)
                now = float(needs @ self.base.accounts["output"].sel(region=change.region).to_numpy())
                then = float(needs @ planned["output"].sel(region=change.region).to_numpy())
                change = replace(change, limit=then - (1 - change.factor) * now, factor=None)
            changes.append(change)
        return replace(scenario, changes=tuple(changes))


def run_stresses(
    bed: Bed, events: Sequence[Stress], measures: Sequence[Mitigation] = ()
) -> tuple[Tested, ...]:
    """Run every event without and with the plan, and with each of its mitigations (with the plan).

    Events of the disruption model run as one batch.

    Raises
    ------
    StudyError
        A model refuses an event, or does not converge; it says which.
    """
    without: dict[str, Loss] = {}
    planned: dict[str, Loss] = {}
    for model in dict.fromkeys(event.model for event in events):
        mine = [event for event in events if event.model == model]
        scenarios = [event.scenario for event in mine]
        for into, has_plan in ((without, False), (planned, True)):
            found = _named(bed, model, mine, scenarios, has_plan)
            into.update({event.code: loss for event, loss in zip(mine, found, strict=True)})
    softened = _softened(bed, {event.code: event for event in events}, measures)
    return tuple(
        Tested(event, without[event.code], planned[event.code], softened[event.code]) for event in events
    )


def _softened(
    bed: Bed, events: Mapping[str, Stress], measures: Sequence[Mitigation]
) -> dict[str, dict[str, Loss | StudyError]]:
    """Run events with their measures; those of one model with the same parameters as one batch."""
    out: dict[str, dict[str, Loss | StudyError]] = {code: {} for code in events}
    groups: dict[tuple[str, str, float], list[Mitigation]] = {}
    for measure in measures:
        if measure.stress in events:
            value = measure.value if measure.parameter else 0.0
            groups.setdefault((events[measure.stress].model, measure.parameter, value), []).append(measure)
    for (model, parameter, value), members in groups.items():
        scenarios = [m.scenario or events[m.stress].scenario for m in members]
        try:
            found: Sequence[Loss | StudyError] = bed.losses(model, scenarios, True, parameter, value)
        except StudyError as error:
            found = (
                [error] * len(members)
                if len(members) == 1
                else _each(bed, model, scenarios, parameter, value)
            )
        for measure, one in zip(members, found, strict=True):
            out[measure.stress][measure.code] = one
    return out


def _each(
    bed: Bed, model: str, scenarios: Sequence[Scenario], parameter: str, value: float
) -> list[Loss | StudyError]:
    """Run scenarios one by one, so that one that cannot be had does not take the others with it."""
    out: list[Loss | StudyError] = []
    for one in scenarios:
        try:
            out += bed.losses(model, [one], True, parameter, value)
        except StudyError as error:
            out.append(error)
    return out


def _named(
    bed: Bed, model: str, events: Sequence[Stress], scenarios: Sequence[Scenario], planned: bool
) -> list[Loss]:
    try:
        return bed.losses(model, scenarios, planned)
    except StudyError as error:
        names = Text(", ".join(e.label.en for e in events), "、".join(e.label.zh for e in events))
        raise StudyError(
            Text("A stress test cannot be run ({n}): ", "压力测试无法运行（{n}）：").format(n=names)
            + error.words,
            error.mend_words,
        ) from error


def cost_base(table: IOTable, measure: Mitigation) -> float:
    """Return the amount that a mitigation's cost is a share of, money a year of the base year.

    Raises
    ------
    StudyError
        The table has no such amount.
    """
    shape = (len(table.regions), len(table.industries))
    if measure.cost_of == "output":
        amounts = table.x.reshape(shape)
    elif measure.cost_of == "inputs":
        amounts = (table.Z.sum(0) + table.imports).reshape(shape)
    elif measure.cost_of == "value_added":
        amounts = table.V.sum(0).reshape(shape)
    else:
        columns = [k for k, (_, category) in enumerate(table.final) if category == measure.cost_of]
        if not columns:
            known = ["output", "inputs", "value_added", *dict.fromkeys(c for _, c in table.final)]
            raise StudyError(
                Text(
                    f"The cost of {measure.code} is a share of '{measure.cost_of}', which there is not.",
                    f"措施{measure.code}的成本基数“{measure.cost_of}”不存在。",
                ),
                Text(f"Use one of: {', '.join(known)}.", f"可用：{'、'.join(known)}。"),
            )
        # of the makers' region: exports of a province are what it makes for abroad
        amounts = table.Y[:, columns].sum(1).reshape(shape)
    rows = [table.regions.index(r) for r in measure.regions] or list(range(shape[0]))
    cells = [table.industries.index(i) for i in measure.industries] or list(range(shape[1]))
    return float(amounts[rows][:, cells].sum())


def by_region(tested: Sequence[Tested]) -> pd.DataFrame:
    """Return losses of value added by event and region: stress, region, loss_without, loss_with."""
    frames = []
    for one in tested:
        frame = pd.DataFrame(
            {
                "loss_without": one.without.value_added.to_series(),
                "loss_with": one.with_plan.value_added.to_series(),
            }
        )
        frame.insert(0, "region", list(frame.index))
        frame.insert(0, "stress", one.stress.code)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
