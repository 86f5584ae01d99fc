"""The `Scenario`: a named, dated list of changes, written once and run on every model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinterland.simulate.changes import (
    Build,
    Change,
    Close,
    Demand,
    Disaster,
    Labour,
    Market,
    PolicyDates,
    Productivity,
    Recovery,
    Relocate,
    Resource,
    Sourcing,
    Tariff,
    TradeCost,
    as_values,
)
from hinterland.study import EMPTY, Result, Study, StudyError, Text

if TYPE_CHECKING:
    from hinterland.simulate.baseline import Baseline
    from hinterland.simulate.state import State
    from hinterland.study import CheckReport


@dataclass(frozen=True)
class Scenario:
    """A named, dated list of changes; immutable, every method returns another scenario.

    ::

        Scenario("Electronics inland").relocate("electronics", "CN-GD", "CN-SC", output=800, year=2026)

    Parameters
    ----------
    name : str
    changes : tuple of Change
    title, description : Text
        For readers; the name where there is no title.

    Notes
    -----
    Dates go by keyword and are the same for every change: ``year`` (first year in force), ``until`` (year in
    which a gradual change is complete), ``end`` (last year in force), ``schedule`` ({year: cumulative
    share}), ``policy`` (in force only while that policy is), ``note``. See `Change`. Money is of the base
    year. Two scenarios add up with ``+``.
    """

    name: str
    changes: tuple[Change, ...] = ()
    title: Text = EMPTY
    description: Text = EMPTY
    places: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)
    """File and line of each change, where it was read from a file."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(self.changes))
        if len(self.places) != len(self.changes):
            known = self.places + (("", 0),) * len(self.changes)
            object.__setattr__(self, "places", known[: len(self.changes)])

    def add(self, *changes: Change) -> Scenario:
        """Return the scenario with more changes."""
        return replace(self, changes=self.changes + changes)

    def __add__(self, other: Scenario) -> Scenario:
        """Put two scenarios together: the changes of both, the first one's first."""
        if not isinstance(other, Scenario):
            return NotImplemented
        titled = EMPTY if EMPTY == self.title == other.title else self.label + Text(" + ", "＋") + other.label
        between = Text(" ", "") if EMPTY not in (self.description, other.description) else EMPTY
        return Scenario(
            f"{self.name} + {other.name}",
            self.changes + other.changes,
            titled,
            self.description + between + other.description,
            self.places + other.places,
        )

    @property
    def label(self) -> Text:
        """The title, or the name where there is none."""
        return self.title if self.title != EMPTY else Text.same(self.name)

    @property
    def years(self) -> tuple[int, ...]:
        """Every year at the end of which something is different from the year before, in order of time.

        Changes tied to a policy are dated by `dated`.
        """
        return tuple(sorted({year for change in self.changes for year in change.years}))

    def of(self, kind: type[Change] | str) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        wanted = kind if isinstance(kind, str) else kind.kind
        return tuple(change for change in self.changes if change.kind == wanted)

    # --- changes -----------------------------------------------------------------------------------------

    def relocate(
        self,
        industry: str,
        origin: str,
        host: str,
        *,
        output: float | None = None,
        share: float | None = None,
        sourcing: Sourcing = "host",
        **dates: Any,
    ) -> Scenario:
        """Move capacity: output a year (money), or a share of what the origin makes."""
        return self.add(Relocate(industry, origin, host, output, share, sourcing, **dates))

    def build(
        self,
        industry: str,
        region: str,
        *,
        output: float,
        market: Market = "own",
        investment: float | None = None,
        **dates: Any,
    ) -> Scenario:
        """Build capacity: output a year (money); `investment` is what building it costs in all."""
        return self.add(Build(industry, region, output, market, investment, **dates))

    def close(
        self,
        industry: str,
        region: str,
        *,
        output: float | None = None,
        share: float | None = None,
        market: Market = "own",
        **dates: Any,
    ) -> Scenario:
        """Close capacity: output a year (money), or a share of what there is."""
        return self.add(Close(industry, region, output, share, market, **dates))

    def productivity(
        self, factor: float, *, industry: str | None = None, region: str | None = None, **dates: Any
    ) -> Scenario:
        """Multiply total factor productivity."""
        return self.add(Productivity(factor, industry, region, **dates))

    def trade_cost(
        self,
        factor: float,
        *,
        industry: str | None = None,
        origin: str | None = None,
        destination: str | None = None,
        **dates: Any,
    ) -> Scenario:
        """Multiply iceberg trade costs between regions."""
        return self.add(TradeCost(factor, industry, origin, destination, **dates))

    def tariff(
        self,
        rate: float,
        *,
        industry: str | None = None,
        origin: str | None = None,
        destination: str | None = None,
        **dates: Any,
    ) -> Scenario:
        """Set an ad valorem tariff (0.1: 10 %)."""
        return self.add(Tariff(rate, industry, origin, destination, **dates))

    def demand(
        self,
        *,
        factor: float | None = None,
        amount: float | None = None,
        industry: str | None = None,
        region: str | None = None,
        category: str | None = None,
        **dates: Any,
    ) -> Scenario:
        """Change final demand by a factor or an amount of money a year."""
        return self.add(Demand(industry, region, category, factor, amount, **dates))

    def labour(
        self,
        *,
        factor: float | None = None,
        amount: float | None = None,
        region: str | None = None,
        **dates: Any,
    ) -> Scenario:
        """Change the labour supply of a region by a factor or an amount."""
        return self.add(Labour(region, factor, amount, **dates))

    def resource(
        self,
        resource: str,
        region: str,
        *,
        limit: float | None = None,
        factor: float | None = None,
        **dates: Any,
    ) -> Scenario:
        """Cap a resource of a region."""
        return self.add(Resource(resource, region, limit, factor, **dates))

    def disaster(
        self,
        region: str,
        *,
        industry: str | None = None,
        loss: float | None = None,
        capital: float | None = None,
        day: float = 0.0,
        duration: float = 0.0,
        recovery: float = 0.0,
        shape: Recovery = "linear",
        **dates: Any,
    ) -> Scenario:
        """Lose capacity (a share) or capital (money) for a time."""
        return self.add(Disaster(region, industry, loss, capital, day, duration, recovery, shape, **dates))

    def policy_dates(
        self, policy: str, *, start: int | None = None, end: int | None = None, **more: Any
    ) -> Scenario:
        """Give a policy of the study other first and last years."""
        return self.add(PolicyDates(policy=policy, start=start, end=end, **more))

    # --- what others ask of it ----------------------------------------------------------------------------

    def dated(self, study: Study) -> Scenario:
        """Return the scenario with the changes that name a policy bounded by its dates.

        The dates are the study's (first start and last end of the policy's rows), or those that the scenario
        sets. Idempotent.
        """
        windows = policy_windows(study, self)
        bounded = tuple(
            _within(change, *windows.get(change.policy or "", (None, None)))
            if not isinstance(change, PolicyDates)
            else change
            for change in self.changes
        )
        return replace(self, changes=bounded)

    def check(self, study: Study, base: Baseline | None = None) -> CheckReport:
        """Return everything that is wrong with the scenario in a study, at once (see `check_scenario`)."""
        from hinterland.simulate.scenario_check import check_scenario

        return check_scenario(self, study, base)

    def state(self, base: Baseline, year: int | None = None) -> State:
        """Return what is in force at the end of a year as labelled arrays (see `state_of`)."""
        from hinterland.simulate.state import state_of

        return state_of(self, base, year)

    def diff(self, other: Scenario) -> Result:
        """Return what another scenario has that this one has not, and the other way round, as a table."""
        from hinterland.simulate.scenario_words import diff_scenarios

        return diff_scenarios(self, other)

    def describe(self, study: Study | None = None) -> Text:
        """Say the scenario in words, in both languages, a line a change."""
        from hinterland.simulate.scenario_words import describe_scenario

        return describe_scenario(self, study)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as they stand in a file."""
        out: dict[str, Any] = {"scenario": self.name}
        for key, text in (("title", self.title), ("description", self.description)):
            if text != EMPTY:
                out[key] = {"en": text.en, "zh": text.zh}
        out["changes"] = [as_values(change) for change in self.changes]
        return out

    @property
    def digest(self) -> str:
        """SHA-256 of the scenario's plain values."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()

    def write(self, path: str | Path) -> Path:
        """Write it as YAML; `read_scenario` gives back an equal one."""
        from hinterland.simulate.scenario_file import write_scenario

        return write_scenario(self, path)


def policy_windows(study: Study, scenario: Scenario) -> Mapping[str, tuple[int | None, int | None]]:
    """Return the first and last year of every policy, the scenario's own dates first."""
    windows: dict[str, tuple[int | None, int | None]] = {}
    table = study.frames.get("policies")
    if table is not None:
        for name, rows in table.groupby("policy"):
            start, end = rows["start_year"].astype(float).min(), rows["end_year"].astype(float).max()
            windows[str(name)] = (
                int(start) if start == start else None,
                int(end) if end == end else None,
            )
    for change in scenario.of("policy_dates"):
        if isinstance(change, PolicyDates) and change.policy in windows:
            start_now, end_now = windows[change.policy]
            windows[change.policy] = (
                start_now if change.start is None else change.start,
                end_now if change.end is None else change.end,
            )
    return windows


def _within(change: Change, start: int | None, end: int | None) -> Change:
    """Keep a change to a window of years; what had come before the window comes with its first year."""
    last = [y for y in (change.end, end) if y is not None]
    if change.schedule:
        early = [share for year, share in change.schedule if start is not None and year < start]
        steps = [(y, s) for y, s in change.schedule if start is None or y >= start]
        if early and start is not None and not any(y == start for y, _ in steps):
            steps.insert(0, (start, max(early)))
        return replace(change, schedule=tuple(steps), end=min(last, default=None))
    year = change.year
    if start is not None and (year is None or year < start):
        until = None if change.until is None or change.until <= start else change.until
        return replace(change, year=start, until=until, end=min(last, default=None))
    return replace(change, end=min(last, default=None))


def as_scenario(given: Scenario | Iterable[Change]) -> Scenario:
    """Return a scenario from one, or from bare changes."""
    return given if isinstance(given, Scenario) else Scenario("", tuple(given))


def one_change(kind: str, values: Mapping[str, Any]) -> Change:
    """Make a change from plain values.

    Raises
    ------
    StudyError
        A kind or a field that there is not.
    """
    from hinterland.simulate.changes import CHANGES, required
    from hinterland.study.schema import listing, nearest

    made = CHANGES.get(kind)
    if made is None:
        raise StudyError(
            Text(f"There is no change '{kind}'.", f"没有“{kind}”这种变化。"),
            nearest(kind, CHANGES)
            + Text(f"Known: {listing(CHANGES, 12)}.", f"可用：{listing(CHANGES, 12)}。"),
        )
    known = {item.name: item for item in fields(made)}
    for name in values:
        if name not in known:
            raise StudyError(
                Text(f"A change '{kind}' has no field '{name}'.", f"变化“{kind}”没有字段“{name}”。"),
                nearest(name, known)
                + Text(f"It has: {listing(known, 20)}.", f"可用：{listing(known, 20)}。"),
            )
    lacking = [item.name for item in known.values() if required(item) and values.get(item.name) is None]
    if lacking:
        raise StudyError(
            Text(f"A change '{kind}' lacks {', '.join(lacking)}.", f"变化“{kind}”缺少{'、'.join(lacking)}。"),
            Text("Fill it in.", "请补充。"),
        )
    return made(**values)


def scenario_from(values: Mapping[str, Any]) -> Scenario:
    """Make a scenario from plain values, as `Scenario.as_dict` gives them."""

    def text(key: str) -> Text:
        given = values.get(key) or {}
        return (
            Text(given.get("en", ""), given.get("zh", "")) if isinstance(given, Mapping) else Text.same(given)
        )

    changes = []
    for item in values.get("changes") or ():
        plain = dict(item)
        kind = str(plain.pop("change", ""))
        if "schedule" in plain:
            plain["schedule"] = {int(year): float(share) for year, share in dict(plain["schedule"]).items()}
        changes.append(one_change(kind, plain))
    return Scenario(str(values["scenario"]), tuple(changes), text("title"), text("description"))
