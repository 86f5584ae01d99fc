"""The changes that a scenario is made of: what moves, is built, lost, dearer or scarcer, and from when.

Each kind is one frozen dataclass whose fields say, in their metadata, what they hold. The reader of files,
the check and the sentences go by that, so a field is described once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from hinterland.study import Text

Sourcing = Literal["host", "keep", "nearest"]
"""Where moved capacity buys its inputs.

host: as the average plant of the host does (its inputs by product, and its suppliers);
keep: its own inputs by product from the suppliers that it has;
nearest: its own inputs by product, each from the region nearest to the host that makes enough of it.
"""
Market = Literal["own", "shared"]
"""Who buys from built capacity, and what becomes of the sales of closed capacity.

own: its market comes and goes with it (new final demand; sales that are lost);
shared: the nation's market stays as it is: it takes sales from, or leaves them to, all other makers of the
product by their output.
"""
Recovery = Literal["linear", "exponential", "step"]
"""How lost capacity comes back over the recovery: evenly, fast first, or all at its end."""

Role = Literal[
    "industry",
    "region",
    "resource",
    "policy",
    "category",
    "amount",
    "share",
    "factor",
    "rate",
    "signed",
    "days",
    "year",
    "word",
    "schedule",
    "text",
]
Schedule: TypeAlias = tuple[tuple[int, float], ...]


def _a(role: Role, **more: Any) -> Any:
    """Describe a field that must be given."""
    return field(metadata={"role": role, **more})


def _or(role: Role, default: Any = None, **more: Any) -> Any:
    """Describe a field that may be left out."""
    return field(default=default, metadata={"role": role, **more})


def as_schedule(given: Mapping[int, float] | Schedule) -> Schedule:
    """Return a schedule {year: cumulative share in force} as pairs in order of time."""
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple(sorted((int(year), float(share)) for year, share in pairs))


@dataclass(frozen=True, kw_only=True)
class Change:
    """What all changes have in common: from when, how gradually, and until when.

    Parameters
    ----------
    year : int, optional
        First year in force. Without it the change is in force from the start.
    until : int, optional
        Year in which it is complete: each year from `year` to `until` brings an equal part.
    end : int, optional
        Last year in force; afterwards all is as before.
    schedule : {year: share}, optional
        Cumulative shares in force from these years on, in place of `year` and `until`.
    policy : str, optional
        A policy of the study: the change is in force only while that policy is.
    note : str
        A remark for the reader.
    """

    kind: ClassVar[str] = ""
    year: int | None = _or("year")
    until: int | None = _or("year")
    end: int | None = _or("year")
    schedule: Schedule = field(default=(), metadata={"role": "schedule"})
    policy: str | None = _or("policy")
    note: str = _or("text", "")

    def __post_init__(self) -> None:
        object.__setattr__(self, "schedule", as_schedule(self.schedule))
        for item in fields(self):
            value = getattr(self, item.name)
            if item.metadata["role"] in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
                object.__setattr__(self, item.name, float(value))  # 800 and 800.0 are one scenario

    def in_force(self, year: int | None) -> float:
        """Return the share of the change in force at the end of a year; None: when all is complete."""
        if year is None:
            return self.schedule[-1][1] if self.schedule else 1.0
        if self.end is not None and year > self.end:
            return 0.0
        if self.schedule:
            return max((share for start, share in self.schedule if start <= year), default=0.0)
        if self.year is None:
            return 1.0
        if year < self.year:
            return 0.0
        last = self.year if self.until is None else self.until
        return min(1.0, (year - self.year + 1) / (last - self.year + 1))

    @property
    def years(self) -> tuple[int, ...]:
        """The years at the end of which something of it is different from the year before."""
        marks = {start for start, _ in self.schedule}
        if not self.schedule and self.year is not None:
            marks |= set(range(self.year, (self.until if self.until is not None else self.year) + 1))
        if self.end is not None:
            marks.add(self.end + 1)
        return tuple(sorted(marks))


@dataclass(frozen=True)
class Relocate(Change):
    """Capacity of an industry moves from a region to another (产能转移)."""

    kind: ClassVar[str] = "relocate"
    industry: str = _a("industry")
    origin: str = _a("region")
    host: str = _a("region")
    output: float | None = _or("amount")
    share: float | None = _or("share")
    sourcing: Sourcing = field(default="host", metadata={"role": "word", "words": get_args(Sourcing)})


@dataclass(frozen=True)
class Build(Change):
    """New capacity (新建产能), in output a year; `investment` is what building it costs."""

    kind: ClassVar[str] = "build"
    industry: str = _a("industry")
    region: str = _a("region")
    output: float = _a("amount")
    market: Market = field(default="own", metadata={"role": "word", "words": get_args(Market)})
    investment: float | None = _or("amount")


@dataclass(frozen=True)
class Close(Change):
    """Capacity is closed for good (关停产能), in output a year or as a share of what there is."""

    kind: ClassVar[str] = "close"
    industry: str = _a("industry")
    region: str = _a("region")
    output: float | None = _or("amount")
    share: float | None = _or("share")
    market: Market = field(default="own", metadata={"role": "word", "words": get_args(Market)})


@dataclass(frozen=True)
class Productivity(Change):
    """Total factor productivity (全要素生产率) by a factor: at 1.05 the same inputs make 5 % more."""

    kind: ClassVar[str] = "productivity"
    factor: float = _a("factor")
    industry: str | None = _or("industry")
    region: str | None = _or("region")


@dataclass(frozen=True)
class TradeCost(Change):
    """Iceberg trade cost (冰山贸易成本) by a factor: goods of `origin` sold in `destination`."""

    kind: ClassVar[str] = "trade_cost"
    factor: float = _a("factor")
    industry: str | None = _or("industry")
    origin: str | None = _or("region")
    destination: str | None = _or("region")


@dataclass(frozen=True)
class Tariff(Change):
    """Ad valorem tariff (从价关税): the new rate (0.1: 10 %) on goods of `origin` sold in `destination`."""

    kind: ClassVar[str] = "tariff"
    rate: float = _a("rate")
    industry: str | None = _or("industry")
    origin: str | None = _or("region")
    destination: str | None = _or("region")


@dataclass(frozen=True)
class Demand(Change):
    """Final demand (最终需求) of a region for a product, by a factor or by an amount of money a year.

    `region` is where it is bought. An amount over several regions, products or categories is spread over them
    as their demand is now. Without `category`: all of the home market; exports only by name.
    """

    kind: ClassVar[str] = "demand"
    industry: str | None = _or("industry")
    region: str | None = _or("region")
    category: str | None = _or("category")
    factor: float | None = _or("factor")
    amount: float | None = _or("signed")


@dataclass(frozen=True)
class Labour(Change):
    """Labour supply (劳动力供给) of a region, by a factor or by an amount of the study's unit of labour."""

    kind: ClassVar[str] = "labour"
    region: str | None = _or("region")
    factor: float | None = _or("factor")
    amount: float | None = _or("signed")


@dataclass(frozen=True)
class Resource(Change):
    """Cap on a resource of a region (资源上限), in its unit, or as a factor of what production uses now."""

    kind: ClassVar[str] = "resource"
    resource: str = _a("resource")
    region: str = _a("region")
    limit: float | None = _or("amount")
    factor: float | None = _or("factor")


@dataclass(frozen=True)
class Disaster(Change):
    """Capacity is lost for a time (灾害). In force in its `year` only; days count from that year's first.

    Parameters
    ----------
    region : str
    industry : str, optional
        Default: every industry of the region.
    loss : float, optional
        Share of capacity lost, 0 to 1.
    capital : float, optional
        Capital lost, money, to be rebuilt; spread over industries as capital is.
    day : float
        Day on which it strikes.
    duration : float
        Days before recovery begins.
    recovery : float
        Days that recovery takes.
    shape : "linear", "exponential" or "step"
    """

    kind: ClassVar[str] = "disaster"
    region: str = _a("region")
    industry: str | None = _or("industry")
    loss: float | None = _or("share")
    capital: float | None = _or("amount")
    day: float = _or("days", 0.0)
    duration: float = _or("days", 0.0)
    recovery: float = _or("days", 0.0)
    shape: Recovery = field(default="linear", metadata={"role": "word", "words": get_args(Recovery)})

    def in_force(self, year: int | None) -> float:
        """Return 1 in the year in which it strikes (or where no year is asked for), else 0."""
        return float(year is None or self.year is None or year == self.year)

    @property
    def years(self) -> tuple[int, ...]:
        """The year in which it strikes and the one after."""
        return () if self.year is None else (self.year, self.year + 1)

    def lost(self, day: float) -> float:
        """Return the share of the loss that is still lost on a day: 1 at first, 0 when all is recovered."""
        since = day - self.day
        if since < 0:
            return 0.0
        if since <= self.duration:
            return 1.0
        if self.recovery <= 0:
            return 0.0
        done = (since - self.duration) / self.recovery
        if self.shape == "step":
            return 1.0 if done < 1 else 0.0
        if self.shape == "exponential":
            return float(10.0 ** (-2.0 * done)) if done < 1 else 0.0  # 1 % is left when it is called over
        return max(0.0, 1.0 - done)


@dataclass(frozen=True)
class PolicyDates(Change):
    """Other dates of a policy of the study (政策起止): changes that name it follow these."""

    kind: ClassVar[str] = "policy_dates"
    policy: str | None = _or("policy", required=True)
    start: int | None = _or("year")


CHANGES: Mapping[str, type[Change]] = {
    made.kind: made
    for made in (
        *(Relocate, Build, Close, Productivity, TradeCost, Tariff),
        *(Demand, Labour, Resource, Disaster, PolicyDates),
    )
}
NUMBERS = ("amount", "share", "factor", "rate", "signed", "days")
ONE_OF: Mapping[str, tuple[str, str]] = {
    "relocate": ("output", "share"),
    "close": ("output", "share"),
    "demand": ("factor", "amount"),
    "labour": ("factor", "amount"),
    "resource": ("limit", "factor"),
    "disaster": ("loss", "capital"),
}
"""Pairs of fields of which exactly one is given."""


def own_fields(change: Change | type[Change]) -> tuple[Field[Any], ...]:
    """Return the fields of a kind of change: what it is about first, then its dates."""
    common = {item.name for item in fields(Change)}
    return tuple(sorted(fields(change), key=lambda f: f.name in common and f.name != "policy"))


def required(item: Field[Any]) -> bool:
    """Tell whether a field must be given."""
    return bool(item.metadata.get("required")) or (item.default is MISSING)


def as_values(change: Change) -> dict[str, Any]:
    """Return a change as plain values for a file: its kind, then every field that is not at its default."""
    values: dict[str, Any] = {"change": change.kind}
    for item in own_fields(change):
        value = getattr(change, item.name)
        if value == item.default and item.default is not MISSING:
            continue
        values[item.name] = dict(value) if item.metadata["role"] == "schedule" else value
    return values


REPRESENTS: Mapping[str, tuple[str, ...]] = {
    "relocate": ("impact", "equilibrium", "disruption"),
    "build": ("impact", "equilibrium", "disruption"),
    "close": ("impact", "equilibrium", "disruption"),
    "productivity": ("impact", "equilibrium", "disruption"),
    "trade_cost": ("equilibrium",),
    "tariff": ("equilibrium",),
    "demand": ("impact", "equilibrium", "disruption"),
    "labour": ("equilibrium", "disruption"),
    "resource": ("impact", "equilibrium", "disruption"),
    "disaster": ("equilibrium", "disruption"),
    "policy_dates": ("impact", "equilibrium", "disruption"),
}
"""Models that represent each kind of change; the others refuse it by name."""

_FIXED_PRICES = Text("its prices do not move", "其价格固定")
WHY_NOT: Mapping[tuple[str, str], Text] = {
    ("impact", "trade_cost"): _FIXED_PRICES,
    ("impact", "tariff"): _FIXED_PRICES,
    ("impact", "labour"): Text("it has workers for whatever is demanded", "其假定劳动力随需求供给"),
    ("impact", "disaster"): Text("it compares years and knows no days", "其比较年度状态，不含逐日过程"),
    ("disruption", "trade_cost"): _FIXED_PRICES,
    ("disruption", "tariff"): _FIXED_PRICES,
}
"""Why a model refuses a kind of change."""
