"""Check a scenario against a study: everything that is wrong at once, with the figures and the place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hinterland.simulate.baseline import Baseline, baseline
from hinterland.simulate.caps import use_per_output
from hinterland.simulate.changes import (
    NUMBERS,
    ONE_OF,
    WHY_NOT,
    Change,
    Close,
    Demand,
    Labour,
    PolicyDates,
    Relocate,
    Resource,
    own_fields,
    required,
)
from hinterland.simulate.scenario import Scenario
from hinterland.simulate.scenario_words import plainly
from hinterland.simulate.state import bought, state_of
from hinterland.study import EMPTY, CheckReport, Finding, Study, StudyError, Text
from hinterland.study.schema import listing, nearest

# Rounding of a plan's figures may exceed what there is by this share.
SLACK = 1e-6


class ScenarioError(StudyError):
    """A scenario that cannot be run; `report` holds everything that was found."""

    def __init__(self, report: CheckReport) -> None:
        self.report = report
        shown, rest = report.errors[:8], max(0, len(report.errors) - 8)
        count = len(report.errors)
        message = Text(
            f"The scenario '{report.study}' has {count} error{'' if count == 1 else 's'}:",
            f"情景“{report.study}”有 {count} 处错误：",
        )
        for finding in shown:
            message += Text("\n  " + finding.line("en"), "\n  " + finding.line("zh"))
        if rest:
            message += Text(f"\n  … and {rest} more", f"\n  ……另有 {rest} 处")
        super().__init__(message, Text("\nMend these and run it again.", "\n请修正后重新运行。"))


@dataclass
class _Notes:
    """Findings of one scenario; the only mutable thing in the check."""

    scenario: Scenario
    found: list[Finding] = field(default_factory=list)

    def note(self, at: int | None, code: str, column: str, message: Text, mend: Text) -> None:
        file, line = self.scenario.places[at] if at is not None else ("", 0)
        if at is not None and not line:  # not from a file: say which change it is
            kind = self.scenario.changes[at].kind
            message = Text(f"Change {at + 1} ({kind}): ", f"第{at + 1}项变化（{kind}）：") + message
        self.found.append(Finding("error", code, file, "", line, column, message, mend))


def check_scenario(scenario: Scenario, study: Study, base: Baseline | None = None) -> CheckReport:
    """Return everything that is wrong with a scenario in a study.

    Unknown names (with the nearest known), fields that contradict one another, amounts that are negative,
    missing or more than there is (with the figures, over all changes together and in every year), dates
    that run backwards or lie outside the study's time.

    Parameters
    ----------
    scenario : Scenario
    study : Study
    base : Baseline, optional
        Default: `baseline(study)`.
    """
    notes = _Notes(scenario)
    whole = base if base is not None else baseline(study)
    names = _names(whole)
    for at, change in enumerate(scenario.changes):
        _fields(notes, at, change, names)
        _dates(notes, at, change, whole.study)
        _sense(notes, at, change, whole)
    if not notes.found:
        _amounts(notes, whole)
    return CheckReport(scenario.name, tuple(notes.found))


def checked(scenario: Scenario, base: Baseline) -> Scenario:
    """Return the scenario if nothing is wrong with it.

    Raises
    ------
    ScenarioError
        With everything that is.
    """
    report = check_scenario(scenario, base.study, base)
    if not report.ok:
        raise ScenarioError(report)
    return scenario


def refuse_unsupported(scenario: Scenario, model: str, can: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse changes that a model cannot represent, naming them, why, and the models that can.

    Parameters
    ----------
    scenario : Scenario
    model : str
    can : mapping of kind of change to the models that represent it
    """
    cannot = [change.kind for change in scenario.changes if model not in can.get(change.kind, ())]
    if not cannot:
        return
    kinds = tuple(dict.fromkeys(cannot))
    named = {kind: can.get(kind, ()) for kind in kinds}
    why = dict.fromkeys(WHY_NOT[model, kind] for kind in kinds if (model, kind) in WHY_NOT)
    raise StudyError(
        Text(
            f"The model '{model}' cannot represent: {', '.join(kinds)}"
            + (f" ({'; '.join(reason.en for reason in why)})." if why else "."),
            f"模型“{model}”无法表示：{'、'.join(kinds)}"
            + (f"（{'；'.join(reason.zh for reason in why)}）。" if why else "。"),
        ),
        Text(
            "Run "
            + "; ".join(f"{kind} with {' or '.join(by) or 'no model yet'}" for kind, by in named.items())
            + ", or leave it out.",
            "请改用："
            + "；".join(f"{kind}用{'或'.join(by) or '（暂无模型）'}" for kind, by in named.items())
            + "，或删去该变化。",
        ),
    )


def _names(base: Baseline) -> Mapping[str, tuple[str, ...]]:
    """Return the names that a field of each role may hold."""
    frames = base.study.frames
    resources = tuple(frames["resources"]["resource"]) if "resources" in frames else ()
    for array in ("resource_use", "resource_limits"):
        values = base.study.get(array)
        if values is not None and "resource" in values.coords:
            resources += tuple(str(k) for k in values["resource"].to_numpy())
    policies = tuple(frames["policies"]["policy"]) if "policies" in frames else ()
    return {
        "industry": base.table.industries,
        "region": base.table.regions,
        "resource": tuple(dict.fromkeys(resources)),
        "policy": tuple(dict.fromkeys(str(p) for p in policies)),
        "category": tuple(dict.fromkeys(category for _, category in base.table.final)),
    }


_ROLES: Mapping[str, Text] = {
    "industry": Text("industry", "产业"),
    "region": Text("region", "地区"),
    "resource": Text("resource", "资源"),
    "policy": Text("policy", "政策"),
    "category": Text("category of final demand", "最终需求类别"),
}


def _fields(notes: _Notes, at: int, change: Change, names: Mapping[str, tuple[str, ...]]) -> None:
    """Names that there are, numbers within their range, words among those allowed."""
    for item in own_fields(change):
        value, role = getattr(change, item.name), item.metadata["role"]
        if value is None:
            if required(item):
                notes.note(
                    at,
                    "lacking",
                    item.name,
                    Text(f"{item.name} is not given.", f"未给出{item.name}。"),
                    Text("Fill it in.", "请补充。"),
                )
        elif role in names:
            known = names[role]
            if value not in known:
                what = _ROLES[role]
                notes.note(
                    at,
                    f"unknown_{role}",
                    item.name,
                    Text("There is no {what} '{value}'.", "没有{what}“{value}”。").format(
                        what=what, value=value
                    ),
                    nearest(str(value), known)
                    + Text(f"Known: {listing(known) or '-'}.", f"可用：{listing(known) or '-'}。"),
                )
        elif role == "word" and value not in item.metadata["words"]:
            words = item.metadata["words"]
            notes.note(
                at,
                "unknown_word",
                item.name,
                Text(f"{item.name} is '{value}'.", f"{item.name}为“{value}”。"),
                nearest(str(value), words)
                + Text(f"Choose from: {listing(words)}.", f"可选：{listing(words)}。"),
            )
        elif role in NUMBERS:
            _number(notes, at, item.name, role, value)
        elif role == "schedule":
            shares = [share for _, share in value]
            if any(not 0 <= s <= 1 for s in shares) or any(np.diff(shares) < 0):
                notes.note(
                    at,
                    "schedule",
                    "schedule",
                    Text(f"The schedule's cumulative shares are {shares}.", f"分期累计份额为{shares}。"),
                    Text("They rise from year to year, within 0 and 1.", "应逐年不减，且在0与1之间。"),
                )
    pair = ONE_OF.get(change.kind)
    if pair is not None:
        given = [name for name in pair if getattr(change, name) is not None]
        if len(given) != 1:
            both = " and ".join(pair), "与".join(pair)
            notes.note(
                at,
                "one_of",
                ", ".join(pair),
                Text(f"Both {both[0]} are given.", f"{both[1]}同时给出。")
                if given
                else Text(f"Neither of {both[0]} is given.", f"{both[1]}均未给出。"),
                Text("Give exactly one of them.", "请只给出其中一个。"),
            )


_RANGES: Mapping[str, tuple[float, float, Text]] = {
    "amount": (0.0, math.inf, Text("an amount of at least 0", "不小于0的数额")),
    "days": (0.0, math.inf, Text("a number of days of at least 0", "不小于0的天数")),
    "share": (0.0, 1.0, Text("a share between 0 and 1", "0与1之间的份额")),
    "rate": (0.0, math.inf, Text("a rate of at least 0", "不小于0的税率")),
    "factor": (0.0, math.inf, Text("a factor of at least 0", "不小于0的倍数")),
    "signed": (-math.inf, math.inf, Text("a finite amount", "有限数额")),
}


def _number(notes: _Notes, at: int, column: str, role: str, value: object) -> None:
    low, high, words = _RANGES[role]
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if fits and math.isfinite(float(value)) and low <= float(value) <= high:  # type: ignore[arg-type]
        return
    shown = plainly(value) if isinstance(value, int | float) and fits else repr(value)
    notes.note(
        at,
        "outside",
        column,
        Text(f"{column} is {shown}.", f"{column}为{shown}。"),
        Text("Give {words}.", "请给出{words}。").format(words=words),
    )


def _dates(notes: _Notes, at: int, change: Change, study: Study) -> None:
    """Years in order and within the study's time."""
    first, last = study.base_year, study.base_year + int(study.parameter("simulate.horizon"))
    years = {k: getattr(change, k) for k in ("year", "until", "end", "start") if hasattr(change, k)}
    given = {k: v for k, v in years.items() if v is not None}
    for name, year in [*given.items(), *(("schedule", year) for year, _ in change.schedule)]:
        if not isinstance(year, int) or not first <= year <= last:
            notes.note(
                at,
                "date_outside",
                name,
                Text(f"{name} is {year}.", f"{name}为{year}。"),
                Text(
                    f"Give a year from the base year {first} to {last} (parameter simulate.horizon).",
                    f"请给出基年{first}至{last}之间的年份（参数simulate.horizon）。",
                ),
            )
    if change.schedule and (change.year is not None or change.until is not None):
        notes.note(
            at,
            "two_timings",
            "schedule",
            Text("It has a schedule and a year.", "同时给出了schedule与year。"),
            Text("Give the one or the other.", "请只给出其中之一。"),
        )
    order = [("start", "end"), ("year", "until"), ("year", "end"), ("until", "end")]
    for early, late in order:
        if early in given and late in given and given[late] < given[early]:
            notes.note(
                at,
                "backwards",
                late,
                Text(
                    f"{late} ({given[late]}) is before {early} ({given[early]}).",
                    f"{late}（{given[late]}）早于{early}（{given[early]}）。",
                ),
                Text("Put the years in order.", "请按时间先后填写。"),
            )
    if "until" in given and change.year is None and not change.schedule:
        notes.note(
            at,
            "no_beginning",
            "until",
            Text("It has an `until` but no `year` from which it grows.", "有until而没有起始的year。"),
            Text("Give the first year as `year`.", "请以year给出起始年份。"),
        )


def _sense(notes: _Notes, at: int, change: Change, base: Baseline) -> None:
    """What fields say together."""
    if isinstance(change, Relocate) and change.origin == change.host:
        notes.note(
            at,
            "to_itself",
            "host",
            Text(f"{change.industry} moves from {change.origin} to itself.",
                 f"{change.industry}由{change.origin}转移到其自身。"),
            Text("Choose another host.", "请选择其他承接地。"),
        )  # fmt: skip
    if isinstance(change, PolicyDates) and change.start is None and change.end is None:
        notes.note(
            at,
            "lacking",
            "start, end",
            Text("Neither start nor end is given.", "start与end均未给出。"),
            Text("Give at least one of them.", "请至少给出其中一个。"),
        )
    if isinstance(change, Resource) and change.region in base.table.regions:
        try:
            use_per_output(base, change)
        except StudyError as error:
            notes.note(at, "use_unknown", "resource", error.words, error.mend_words)
    if isinstance(change, Labour) and change.amount is not None:
        known = base.table.satellites.get("employment")
        if known is None or not np.all(np.isfinite(known.values)):
            notes.note(
                at,
                "no_employment",
                "amount",
                Text("The study does not know employment, which the amount would be a part of.",
                     "本研究没有就业数据，无法按数额计算。"),
                Text("Give a factor, or add the table employment.", "请给出factor，或补充employment表。"),
            )  # fmt: skip
        elif change.region is None or change.region in base.table.regions:
            jobs = known.values.reshape(len(base.table.regions), -1)
            at_region = slice(None) if change.region is None else base.table.regions.index(change.region)
            there = float(jobs[at_region].sum())
            if change.amount < -there * (1 + SLACK) and math.isfinite(change.amount):
                _short(notes, at, "amount", -change.amount, there, known.unit)
    if isinstance(change, Demand):
        _demand_sense(notes, at, change, base)


def _demand_sense(notes: _Notes, at: int, change: Demand, base: Baseline) -> None:
    table = base.table
    by_region = all(region in table.regions for region, _ in table.final)
    if change.region is not None and not by_region:
        notes.note(
            at,
            "demand_not_regional",
            "region",
            Text("Final demand of this table is not by region.", "该表的最终需求未分地区。"),
            Text("Leave the region out, or give Y by region.", "请删去地区，或按地区给出Y。"),
        )
        return
    labels = (table.regions, table.industries, tuple(dict.fromkeys(c for _, c in table.final)))
    wanted = (change.region, change.industry, change.category)
    if change.amount is None or any(
        w is not None and w not in k for w, k in zip(wanted, labels, strict=True)
    ):
        return
    from hinterland.accounts.table import ABROAD

    there = bought(table, labels[2])
    if not by_region:
        there = there / len(table.regions)
    keep = [slice(None) if w is None else [k.index(w)] for w, k in zip(wanted, labels, strict=True)]
    if change.category is None:
        keep[2] = [k for k, name in enumerate(labels[2]) if name not in ABROAD]
    base_amount = float(there[keep[0]][:, keep[1]][:, :, keep[2]].sum())
    if base_amount <= 0 and change.amount != 0:
        notes.note(
            at,
            "no_demand",
            "amount",
            Text(
                f"There is no such demand to spread the amount over ({base_amount:,.6g}).",
                f"没有可按其分摊的最终需求（{base_amount:,.6g}）。",
            ),
            Text("Name a product and a place that buys it.", "请指定有购买的产品与地区。"),
        )
    elif -change.amount > base_amount * (1 + SLACK) and math.isfinite(change.amount):
        _short(notes, at, "amount", -change.amount, base_amount, table.unit)


def _short(notes: _Notes, at: int, column: str, wanted: float, there: float, unit: str) -> None:
    notes.note(
        at,
        "more_than_there_is",
        column,
        Text(
            f"{plainly(wanted)} of {plainly(there)} {unit} are to go.",
            f"拟减少{plainly(wanted)}，而现有{plainly(there)}（{unit}）。",
        ),
        Text("Take away at most what there is.", "减少量不得超过现有量。"),
    )


def _amounts(notes: _Notes, base: Baseline) -> None:
    """In every year, no region gives more of an industry than it makes and has been given."""
    scenario, table = notes.scenario, base.table
    made = table.x.reshape(len(table.regions), -1)
    dated = scenario.dated(base.study)
    reported: set[tuple[int, int]] = set()
    for year in [*dated.years, None]:
        state = state_of(scenario, base, year)
        moves = state.relocation
        leaving = moves.sum(2).T + sum(state.closed.values())
        coming = moves.sum(1).T + sum(state.built.values())
        # capacity that has come may leave again, but sales that move are those of the base year
        over = leaving > (made + coming) * (1 + SLACK)
        over |= made * (1 + SLACK) < moves.sum(2).T
        for r, i in np.argwhere(over):
            if (r, i) in reported:
                continue
            reported.add((r, i))
            at = _culprit(scenario, table.regions[r], table.industries[i])
            names = (
                base.study.text("industry", table.industries[i]),
                base.study.text("region", table.regions[r]),
            )
            when = Text(f" by {year}", f"至{year}年") if year is not None else Text("", "")
            came = float(coming[r, i])
            notes.note(
                at,
                "more_than_there_is",
                "output",
                Text(
                    "{region} is to give {a} of {industry}{when}, but makes {b}{plus} ({unit}).",
                    "{region}的{industry}{when}拟减少{a}，而其产出为{b}{plus}（{unit}）。",
                ).format(
                    region=names[1],
                    industry=names[0],
                    when=when,
                    a=plainly(float(leaving[r, i])),
                    b=plainly(float(made[r, i])),
                    plus=Text(" and is given ", "，另承接") + Text.same(plainly(came)) if came else EMPTY,
                    unit=base.study.text("unit", table.unit),
                ),
                Text("Move and close at most what the region makes.", "转出与关停合计不得超过当地产出。"),
            )


def _culprit(scenario: Scenario, region: str, industry: str) -> int | None:
    """Return the last change that takes an industry from a region."""
    taking = [
        at
        for at, change in enumerate(scenario.changes)
        if (isinstance(change, Relocate) and (change.origin, change.industry) == (region, industry))
        or (isinstance(change, Close) and (change.region, change.industry) == (region, industry))
    ]
    return taking[-1] if taking else None
