"""Backup value: national output saved per unit of standby capacity when a coastal province loses capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from hinterland.accounts import IOTable
from hinterland.simulate.baseline import Baseline, baseline
from hinterland.simulate.disruption.adjoint import sensitivity
from hinterland.simulate.disruption.model import COLLAPSE
from hinterland.simulate.disruption.parameters import Parameters, draw, parameters
from hinterland.simulate.disruption.run import run
from hinterland.simulate.disruption.shocks import Shock, loss
from hinterland.simulate.disruption.system import System, system
from hinterland.study import Result, Study, StudyError, Text

Array = npt.NDArray[np.float64]

# The results that `Backup.results` gives.
BACKUP_TABLES = (
    "backup_value",
    "backup_by_region",
    "backup_by_origin",
    "backup_by_severity",
    "backup_scale",
)

Saves = Literal["output", "value_added"]

# Standby capacity in the hosts, as shares of the capacity that the origin loses, for which the loss avoided
# is run in full.
SIZES = (0.01, 0.05, 0.1, 0.25, 0.5)
# Shares of capacity lost for which hosts and struck provinces are compared.
SEVERITIES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Event:
    """What an origin loses: share of capacity, days in full, days in which it comes back, days simulated."""

    loss: float
    duration: float
    recovery: float
    days: int


@dataclass(frozen=True)
class Backup:
    """Backup values; money saved in one event per money of yearly capacity held on standby.

    Attributes
    ----------
    base : Baseline
    event : Event
    saves : "output" or "value_added"
    origins : tuple of str
        Struck in turn.
    by_origin : array [origin, region, industry]
        With the study's own parameters; NaN where the region does not have the industry.
    draws : array [draw, region, industry]
        Mean over origins, for every draw of the parameters.
    mix : array [origin, industry]
        Shares of the transferable industries in what an origin makes.
    lost : array [origin]
        National loss without any standby capacity, money.
    avoided : array [origin, size]
        Share of it avoided with standby capacity in the hosts of `SIZES` times what the origin lacks.
    severity : array [severity, 2]
        Mean value in the hosts and in the struck province itself when it loses `SEVERITIES`.
    dropped : int
        Draws left out because the run collapses by its own rationing.
    """

    base: Baseline
    event: Event
    saves: Saves
    origins: tuple[str, ...]
    by_origin: Array
    draws: Array
    mix: Array
    lost: Array
    avoided: Array
    severity: Array
    dropped: int

    @property
    def value(self) -> Array:
        """Mean over origins [region, industry], with the study's own parameters."""
        return np.asarray(self.by_origin.mean(0))

    def of_regions(self, values: Array | None = None) -> Array:
        """Value of a unit of capacity spread over industries as what the origins make: [..., region]."""
        return mixed(self.value if values is None else values, self.mix.mean(0))

    def results(self) -> tuple[Result, ...]:
        """All tables: backup_value, and by region, by origin, by severity and by scale."""
        from hinterland.simulate.disruption.backup_tables import backup_tables

        return backup_tables(self)


def mixed(values: Array, mix: Array) -> Array:
    """Mean over industries (the last axis) with weights; industries that are not there (NaN) are left out."""
    weight = np.where(np.isfinite(values), mix, 0.0)
    total = weight.sum(-1)
    summed = (np.where(np.isfinite(values), values, 0.0) * weight).sum(-1)
    return np.asarray(np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0))


def event_of(study: Study, given: Event | None = None) -> Event:
    """Return the event asked for, else that of the parameters backup.*."""
    if given is not None:
        return given
    return Event(
        float(study.parameter("backup.loss")),
        float(study.parameter("backup.duration")),
        float(study.parameter("backup.recovery")),
        int(study.parameter("backup.days")),
    )


def struck(base: Baseline, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the origins to strike: those asked for, else the study's largest by transferable output."""
    study, table = base.study, base.table
    if wanted is not None:
        unknown = [k for k in wanted if k not in table.regions]
        if unknown:
            raise StudyError(
                Text(f"There is no region {', '.join(unknown)}.", f"没有地区{'、'.join(unknown)}。"),
                Text(f"Use: {', '.join(table.regions)}.", f"可用：{'、'.join(table.regions)}。"),
            )
        return tuple(wanted)
    places = [table.regions.index(k) for k in study.origins if k in table.regions]
    made = table.x.reshape(len(table.regions), -1)[places][:, _movable(base)].sum(1)
    count = int(study.parameter("backup.origins"))
    return tuple(table.regions[places[k]] for k in np.argsort(-made, kind="stable")[: max(count, 1)])


def _movable(base: Baseline) -> list[int]:
    movable = set(base.study.transferable)
    found = [k for k, industry in enumerate(base.table.industries) if industry in movable]
    if not found:
        raise StudyError(
            Text("No industry of the table can move.", "表中没有可转移的产业。"),
            Text(
                "Mark some as transferable in the table industries.",
                "请在industries表中将部分产业标为transferable。",
            ),
        )
    return found


def backup(
    study: Study,
    table: IOTable | None = None,
    *,
    origins: Sequence[str] | None = None,
    event: Event | None = None,
    draws: int | None = None,
    seed: int | None = None,
    saves: Saves = "output",
) -> Backup:
    r"""Value standby capacity of every industry in every region against the loss of a coastal province.

    An origin o loses a share of the capacity of all its industries for a time (`Event`). Standby capacity k
    (money a day) of industry i in region r stands idle, with stocks of its inputs, until orders exceed what
    is normally made there: when customers turn to other suppliers, or when orders go unserved and can be
    served elsewhere (parameter disruption.substitution). With national output :math:`X_o(k)` over the run,

    .. math:: b_{ri} = \frac{1}{|O|\,D} \sum_o \left.\frac{\partial X_o}{\partial k_{ri}}\right|_{k=0}

    with D the days of a year: money saved in one event per money of yearly capacity. It is the value of the
    first unit, found for all regions and industries by one run forwards and one backwards
    (`disruption.adjoint`); `avoided` runs larger amounts in full.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.
    origins : sequence of str, optional
        Struck one at a time; default: the backup.origins largest of the study's origins.
    event : Event, optional
        Default: parameters backup.loss, duration, recovery and days.
    draws : int, optional
        Parameter sets for the interval; default backup.draws.
    seed : int, optional
        Default: the parameter seed.
    saves : "output" or "value_added"
        What is counted.

    Raises
    ------
    StudyError
        Unknown regions, no transferable industry, or a run that collapses by its own rationing.
    """
    base = baseline(study, table)
    found = system(base.table, float(study.parameter("disruption.days_in_year")))
    what = event_of(study, event)
    places = struck(base, origins)
    movable = _movable(base)
    r, m, n = found.size
    counts = np.ones(n) if saves == "output" else np.asarray(found.added)
    shocks = [_shock(found, place, what) for place in places]
    own = parameters(study, base.table.industries)
    central = sensitivity(found, own, shocks, what.days, counts)
    _refuse(central.final, places)
    number = int(study.parameter("backup.draws")) if draws is None else draws
    start = int(study.parameter("seed")) if seed is None else seed
    spread, dropped = _drawn(base, found, shocks, what, counts, number, start)
    there = np.asarray(found.output) > 0
    made = np.asarray(found.output).reshape(r, m)
    mix = np.zeros((len(places), m))
    for k, place in enumerate(places):
        mix[k, movable] = made[base.table.regions.index(place), movable]
    mix /= mix.sum(1, keepdims=True)
    lost = float(np.asarray(found.output) @ counts) * what.days - central.output
    return Backup(
        base,
        what,
        saves,
        places,
        np.where(there, central.saved / found.days, np.nan).reshape(-1, r, m),
        np.where(there, spread / found.days, np.nan).reshape(-1, r, m),
        mix,
        lost,
        _avoided(base, found, own, shocks, what, counts, lost, movable),
        _severity(base, found, own, places, what, counts, mix),
        dropped,
    )


def _shock(found: System, place: str, what: Event) -> Shock:
    _, m, n = found.size
    first = found.regions.index(place) * m
    rows = np.arange(first, first + m)
    return Shock((loss(n, rows, what.loss, what.days, 0, what.duration, what.recovery),))


def _refuse(final: Array, places: Sequence[str]) -> None:
    """Refuse where output at the end of the run is lower than any loss of capacity explains."""
    gone = np.flatnonzero(final < 1.0 - COLLAPSE)
    if gone.size:
        raise StudyError(
            Text(
                f"After the loss of {places[gone[0]]} output stands at {final[gone[0]]:.0%} on the last day.",
                f"{places[gone[0]]}产能损失后，末日产出仅为基准的{final[gone[0]]:.0%}。",
            ),
            Text(
                "Simulate more days (backup.days) so that it recovers, or mend the disruption.* parameters "
                "that let the economy collapse by its own rationing.",
                "请增加模拟天数（backup.days）以覆盖恢复期，或调整导致自我崩溃的disruption.*参数。",
            ),
        )


def _drawn(
    base: Baseline,
    found: System,
    shocks: Sequence[Shock],
    what: Event,
    counts: Array,
    number: int,
    seed: int,
) -> tuple[Array, int]:
    """Mean over origins of what is saved, by draw [draw, n]; and how many draws collapse by themselves."""
    n = found.size[2]
    if number < 1:
        return np.empty((0, n)), 0
    sets = draw(base.study, number, seed, base.table.industries)
    pairs = [(d, o) for d in range(number) for o in range(len(shocks))]
    all_sets: Parameters = sets.take([d for d, _ in pairs])
    ran = sensitivity(found, all_sets, [shocks[o] for _, o in pairs], what.days, counts)
    saved = ran.saved.reshape(number, len(shocks), n).mean(1)
    sound = (ran.final.reshape(number, len(shocks)) >= 1.0 - COLLAPSE).all(1)
    return saved[sound], int((~sound).sum())


def _severity(
    base: Baseline,
    found: System,
    own: Parameters,
    places: Sequence[str],
    what: Event,
    counts: Array,
    mix: Array,
) -> Array:
    """Mean value in the hosts and in the struck province itself, by share lost: [severity, 2]."""
    r, m, _ = found.size
    hosts = [found.regions.index(k) for k in base.study.hosts if k in found.regions]
    there = np.asarray(found.output) > 0
    shocks = [_shock(found, place, replace(what, loss=share)) for share in SEVERITIES for place in places]
    ran = sensitivity(found, own, shocks, what.days, counts)
    values = np.where(there, ran.saved / found.days, np.nan).reshape(len(SEVERITIES), len(places), r, m)
    regions = mixed(values, mix.mean(0))  # [severity, origin, region]
    itself = [regions[:, k, found.regions.index(place)] for k, place in enumerate(places)]
    return np.stack([np.nanmean(regions[:, :, hosts], axis=(1, 2)), np.mean(itself, axis=0)], axis=1)


def _avoided(
    base: Baseline,
    found: System,
    own: Parameters,
    shocks: Sequence[Shock],
    what: Event,
    counts: Array,
    lost: Array,
    movable: Sequence[int],
) -> Array:
    """Share of the loss avoided with standby capacity in the hosts, run in full: [origin, size].

    Of each transferable industry the hosts hold a share of what the origin lacks, spread over them as they
    make it now.
    """
    r, m, _ = found.size
    made = np.asarray(found.output).reshape(r, m)
    hosts = [found.regions.index(k) for k in base.study.hosts if k in found.regions]
    there = made[hosts]
    total = there.sum(0)
    share = np.divide(there, total, out=np.zeros_like(there), where=total > 0)
    struck_shocks = []
    for shock in shocks:
        lacking = (shock.losses[0].share * np.asarray(found.output)).reshape(r, m).sum(0)
        for size in SIZES:
            reserve = np.zeros((r, m))
            for c, h in enumerate(hosts):
                reserve[h, movable] = size * lacking[movable] * share[c, movable]
            struck_shocks.append(Shock(shock.losses, (), reserve.ravel()))
    ran = run(found, own, struck_shocks, what.days)
    after = (ran.lost @ counts).reshape(len(shocks), len(SIZES))
    return np.asarray(1.0 - after / lost[:, None])


def backup_value(study: Study, table: IOTable | None = None, **options: object) -> Result:
    """Backup value by host and transferable industry, ranked, with intervals; see `backup`."""
    made = backup(study, table, **options)  # type: ignore[arg-type]
    return next(result for result in made.results() if result.name == "backup_value")
