"""`disruption`: a scenario day by day, with its spread over the parameters; many scenarios at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import ACCOUNTS, Baseline, baseline
from hinterland.simulate.changes import REPRESENTS, Change
from hinterland.simulate.disruption.events import Events, events, investment_mix
from hinterland.simulate.disruption.parameters import ARRAYS, Parameters, change, draw, joined, parameters
from hinterland.simulate.disruption.run import BY_DAY, Run, run
from hinterland.simulate.disruption.system import System, system
from hinterland.simulate.disruption.tables import disruption_tables
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario, as_scenario
from hinterland.simulate.scenario_check import checked, refuse_unsupported
from hinterland.study import Study, StudyError, Text

Array = npt.NDArray[np.float64]

# A gap to the baseline above this share that a month with all capacity back does not close feeds on itself.
COLLAPSE = 0.05
MONTH = 30

NOTES = (
    Text(
        "Prices do not move; inputs from abroad are always there; inventories, spare capacity and the scope "
        "for substitution are assumptions (parameters disruption.*), so read the spread over them.",
        "价格不变；进口投入始终可得；库存、闲置产能与替代空间为假设（参数disruption.*），请结合其区间解读。",
    ),
    Text(
        "Jobs and emissions follow output; within a year they lag behind it.",
        "就业与排放随产出同比例变化，短期内实际滞后于产出。",
    ),
)


@dataclass(frozen=True)
class Task:
    """One scenario laid out: where it starts from and what strikes."""

    scenario: Scenario
    events: Events
    system: System


def horizon(study: Study, days: int | None) -> int:
    """Return the days to simulate: those asked for, else the parameter disruption.days."""
    wanted = int(study.parameter("disruption.days")) if days is None else int(days)
    if wanted < 1:
        raise StudyError(
            Text(f"{wanted} days cannot be simulated.", f"无法模拟{wanted}天。"),
            Text("Ask for at least one.", "请至少模拟1天。"),
        )
    return wanted


def disruption(
    study: Study,
    scenario: Scenario | Iterable[Change],
    table: IOTable | None = None,
    *,
    days: int | None = None,
    year: int | None = None,
    draws: int = 0,
    seed: int | None = None,
    changes: Mapping[str, Any] | None = None,
    rebuilding: npt.ArrayLike | None = None,
    xp: Any = None,
) -> Outcome:
    r"""What a disruption brings, day by day: losses, who passes them on, and when all is back.

    The daily adaptive regional input-output model with inventories; its equations stand at
    `disruption.step.advance`. Many scenarios at once: `disruptions`.

    What it leaves out: prices, imports as a way out, growth, investment decisions, behaviour beyond the rules
    of ordering. The economy starts in the state that the scenario's permanent changes (moves, plants built
    and closed, demand) have settled in; disasters, labour and resource limits act from there.

    Parameters
    ----------
    study : Study
    scenario : Scenario, or changes
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.
    days : int, optional
        Default: the parameter disruption.days.
    year : int, optional
        The year to simulate where changes are dated; default: that of the disasters.
    draws : int
        Parameter sets drawn besides the study's own (`disruption.draw`): the tables then give the 5th and
        95th percentile over them.
    seed : int, optional
        Of the draws; default: the parameter seed.
    changes : mapping, optional
        Other parameter values, as in `disruption.parameters`.
    rebuilding : array [industry], optional
        Shares of products in rebuilding; default: those of national fixed capital formation.
    xp : array namespace, optional
        What the days are simulated in: cupy, or array_api_compat.torch, for a graphics processor; default:
        numpy. Same answers.

    Returns
    -------
    Outcome
        `result` [time, region, industry] by day, as rates a year; final_served [time, region] besides. Tables
        disruption_summary, disruption_by_region, disruption_by_industry, disruption_bottlenecks.

    Raises
    ------
    StudyError
        Everything wrong with a scenario; changes that the model cannot represent; a run that loses its
        footing, or whose output goes on falling after all capacity is back (a collapse by the model's own
        rationing, no forecast).
    """
    one = [as_scenario(scenario)]
    return disruptions(
        study,
        one,
        table,
        days=days,
        year=year,
        draws=draws,
        seed=seed,
        changes=changes,
        rebuilding=rebuilding,
        xp=xp,
    )[0]


def disruptions(
    study: Study,
    scenarios: Sequence[Scenario],
    table: IOTable | None = None,
    *,
    days: int | None = None,
    year: int | None = None,
    draws: int = 0,
    seed: int | None = None,
    changes: Mapping[str, Any] | None = None,
    rebuilding: npt.ArrayLike | None = None,
    xp: Any = None,
) -> list[Outcome]:
    """Run several scenarios as one batch; the outcomes in the same order. See `disruption`."""
    base = baseline(study, table)
    span = horizon(study, days)
    length = float(study.parameter("disruption.days_in_year"))
    for one in scenarios:
        refuse_unsupported(one, "disruption", REPRESENTS)
        checked(one, base)
    codes = base.table.industries
    sets = parameters(study, codes, **(changes or {}))
    start = int(study.parameter("seed")) if seed is None else seed
    if draws > 0:
        sets = joined([sets, change(study, draw(study, draws, start, codes), codes, changes or {})])
    mix = rebuilding if rebuilding is not None else investment_mix(base, codes)
    plain = system(base.table, length)
    tasks = []
    for one in scenarios:
        found = events(base, one, span, length, year)
        tasks.append(Task(one, found, plain if found.table is base.table else system(found.table, length)))
    runs = _run_together(tasks, sets, span, mix, xp)
    return [
        _outcome(base, task, result, sets, draws, start, span)
        for task, result in zip(tasks, runs, strict=True)
    ]


def _run_together(tasks: Sequence[Task], sets: Parameters, days: int, mix: Any, xp: Any) -> list[list[Run]]:
    """Run every task with every parameter set; those that start from one economy as one batch.

    Only the days themselves are simulated in `xp`; what goes in and comes out is numpy's.
    """
    found: list[list[Run]] = [[] for _ in tasks]
    groups: dict[int, list[int]] = {}
    for k, task in enumerate(tasks):
        groups.setdefault(id(task.system), []).append(k)
    for members in groups.values():
        first = tasks[members[0]]
        economy = first.system if xp is None else first.system.to(xp)
        own = [_own_days(sets.take([0]), tasks[k].events) for k in members]
        central = joined(own)
        whole = run(
            economy,
            central,
            [tasks[k].events.shock for k in members],
            days,
            rebuilding=mix,
            daily=True,
            binding=True,
        )
        for at, k in enumerate(members):
            found[k].append(_one(whole, at))
            if sets.count > 1:
                drawn = _own_days(sets.take(range(1, sets.count)), tasks[k].events)
                found[k].append(run(economy, drawn, [tasks[k].events.shock], days, rebuilding=mix))
    return found


def _own_days(sets: Parameters, found: Events) -> Parameters:
    if found.rebuild_days is None:
        return sets
    return replace(sets, rebuild_days=np.full_like(sets.rebuild_days, max(found.rebuild_days, 1.0)))


def _one(whole: Run, at: int) -> Run:
    def pick(name: str, axis: int) -> Any:
        values = getattr(whole, name)
        return None if values is None else np.take(values, [at], axis)

    return replace(
        whole,
        **{name: pick(name, 1) for name in BY_DAY},
        **{name: pick(name, 0) for name in ("lost", "bound_days", "bound_output")},
    )


def sound(found: Run, baseline_output: float, back: int) -> npt.NDArray[np.bool_]:
    """Tell which runs do not collapse by themselves: [B].

    A run collapses if national output ends below the baseline by more than 5 % and no higher than on the
    day on which all capacity was back, a month or more before. Proportional rationing of inputs that
    producers need themselves (power) can do that; it is the rule's doing, not a forecast.
    """
    nation = found.output.sum(2) / baseline_output
    last = len(nation) - 1
    away = np.flatnonzero(found.lacking.max(1) > 0.01)  # capital not rebuilt yet
    since = max(back, int(away[-1]) + 1 if away.size else 0)
    if last - since < MONTH:
        return np.ones(nation.shape[1], dtype=bool)
    return np.asarray((nation[last] > 1.0 - COLLAPSE) | (nation[last] > nation[since]))


def refuse_collapse(found: Run, baseline_output: float, back: int, name: Text) -> None:
    """Raise where the first run collapses by itself; see `sound`."""
    if sound(found, baseline_output, back)[0]:
        return
    level = float(found.output[-1, 0].sum() / baseline_output)
    raise StudyError(
        Text(
            f"'{name.en}' collapses by itself: all capacity is back since day {back}, yet output does not "
            f"recover and ends at {level:.0%} of the baseline.",
            f"“{name.zh}”出现自我强化的崩溃：第{back}天起产能已全部恢复，但产出未见回升，末日仅为基准的{level:.0%}。",
        ),
        Text(
            "This is the rationing rule starving producers of their own inputs, no forecast. Use rationing: "
            "priority, longer inventory_days or a shorter inventory_restore.",
            "这是配给规则使生产者缺乏自用投入所致，并非预测。"
            "请采用priority配给、延长inventory_days或缩短inventory_restore。",
        ),
    )


def _outcome(
    base: Baseline,
    task: Task,
    runs: Sequence[Run],
    sets: Parameters,
    draws: int,
    seed: int,
    days: int,
) -> Outcome:
    """Put the daily path of the study's own parameters and the tables over all draws together."""
    table = base.table
    r, m = len(table.regions), len(table.industries)
    central, found = runs[0], task.system
    nation = float(np.sum(found.output))
    refuse_collapse(central, nation, task.events.back, task.scenario.label)
    assert central.daily is not None
    path = central.daily[:, 0].reshape(days, r, m) * found.days
    kept = sound(runs[1], nation, task.events.back) if len(runs) > 1 else np.ones(0, dtype=bool)
    start = task.events.table
    values: dict[str, Any] = {}
    labels = {
        "time": xr.Variable("time", np.arange(days), {"clock": "day"}),
        "region": list(table.regions),
        "industry": list(table.industries),
    }
    for name in ACCOUNTS:
        if name not in base.accounts:
            continue
        account = base.accounts[name]
        # what comes with output goes with it; what is recorded where there is no output stays
        if start is table:
            now = account.to_numpy()
        else:
            now = start.per_output(name).reshape(r, m) * start.x.reshape(r, m)
            now = np.where(start.x.reshape(r, m) > 0, now, account.to_numpy())
        made = start.x.reshape(r, m)
        level = np.divide(path, made, out=np.ones_like(path), where=made > 0)
        values[name] = (("time", "region", "industry"), now * level, {"unit": account.attrs.get("unit", "")})
    values["final_served"] = (
        ("time", "region"),
        central.final[:, 0] * found.days,
        {"unit": table.unit},
    )
    result = xr.Dataset(values, labels)
    known = {k: np.asarray(getattr(sets, k))[0].tolist() for k in ARRAYS} | {
        "rationing": sets.rationing,
        "input_threshold": sets.input_threshold,
        "days": days,
        "draws": draws,
    }
    tables = disruption_tables(base, task.scenario, task.events, found, runs, kept)
    return Outcome(
        "disruption",
        base.accounts,
        result,
        tables,
        central.gap,
        None,
        task.scenario,
        base.fingerprint,
        known,
        seed if draws else None,
        (*NOTES, *task.events.notes),
    )
