"""The risks one by one, from the families' tables: how likely, how grave, whose, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hinterland.plan import Plan
from hinterland.plan.assemble import number, phase_key
from hinterland.risk.levels import thresholds
from hinterland.risk.market import after_second
from hinterland.risk.renewal import renewal_cost
from hinterland.risk.words import KINDS, Kind
from hinterland.study import EMPTY, Result, Study, Text
from hinterland.study.policies import active

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Entry:
    """One risk.

    Attributes
    ----------
    risk : str
        Kind of risk, a key of `KINDS`, or "stress".
    value, threshold : float
        What it is judged by, and from where on it is high.
    likelihood : float
        In a year; of a breach: within the plan; 1 for what the plan itself brings about.
    impact, jobs : float
        Value added a year (money) and jobs if it happens.
    effect, cost : float
        Value added a year that the mitigation is expected to save, and its cost a year; NaN where unknown.
    jobs_saved : float
        Jobs that it is expected to save.
    place : mapping
        Codes of what it is about: region, resource, industry, phase, policy, stress.
    """

    risk: str
    family: str
    subject: Text
    value: float
    unit: str
    threshold: float
    level: str
    likelihood: float
    impact: float
    jobs: float
    owner: Text
    mitigation: Text
    effect: float
    cost: float
    indicator: Text
    amber: float
    red: float
    direction: int = 1
    jobs_saved: float = NAN
    by: int | None = None
    """Year by whose end it must have been looked at."""
    place: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gains:
    """What the plan brings, to weigh risks by: value added and jobs a year, by host, industry and phase."""

    added: pd.Series
    jobs: pd.Series

    @staticmethod
    def of(plan: Plan) -> Gains:
        """Return them for the capacity in place at the end of each phase [industry, host, phase]."""

        def series(measure: str) -> pd.Series:
            if measure not in plan.data.gains:
                return plan.intake.to_series() * NAN
            found = plan.intake * plan.data.gains[measure]
            return found.transpose("industry", "host", "phase").to_series()

        return Gains(series("value_added"), series("employment"))

    def at(self, last: str, **labels: str) -> tuple[float, float]:
        """Return value added and jobs of what is in place at the end of a phase, of all that labels leave."""
        out = []
        for series in (self.added, self.jobs):
            keep = series.index.get_level_values("phase") == last
            for name, value in labels.items():
                keep &= series.index.get_level_values(name) == value
            out.append(float(series[keep].sum(skipna=False)))
        return out[0], out[1]


def entries(plan: Plan, found: Mapping[str, Result]) -> list[Entry]:
    """Return every risk that the tables tell of."""
    gains = Gains.of(plan)
    out: list[Entry] = []
    for make in (_market, _social, _environment, _technology, _policy, _delivery, _stress):
        out += make(plan, found, gains)
    return out


def _frame(found: Mapping[str, Result], name: str) -> Iterator[Any]:
    return found[name].frame.itertuples() if name in found else iter(())


def _plain(study: Study, kind: Kind, subject: Text, **figures: Any) -> Entry:
    """Return an entry with what its kind says of it."""
    said: dict[str, Any] = {
        "owner": kind.owner,
        "mitigation": kind.mitigation,
        "indicator": kind.indicator,
        "effect": NAN,
        "cost": NAN,
        **figures,
    }
    return Entry(risk=kind.code, family=kind.family, unit=kind.unit, subject=subject, **said)


def _market(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study, last = plan.study, plan.data.codes[-1]
    limit = thresholds(study, "concentration")
    fails, part = number(study, "risk.partner_failure", 0, 1), number(study, "risk.mitigated_part", 0, 1)
    rate = number(study, "risk.partner_cost", 0, 1)
    for row in _frame(found, "risk_market"):
        kind = KINDS[str(row.measure)]
        added, jobs = gains.at(last, host=str(row.region))
        top = row.largest_share
        less = top - after_second(top, row.second_share, part)
        yield _plain(
            study,
            kind,
            study.text("region", row.region),
            value=row.value,
            threshold=limit.high,
            level=row.level,
            likelihood=fails,
            impact=added * top,
            jobs=jobs * top,
            effect=fails * added * less,
            jobs_saved=fails * jobs * less,
            cost=rate * added * top * part,
            amber=limit.medium,
            red=limit.high,
            place={"region": str(row.region)},
        )


def _social(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study = plan.study
    names = _phases(plan)
    training = number(study, "risk.retraining_cost")
    placed = number(study, "risk.placed_part", 0, 1)
    for table, code in (("risk_social", "jobs_phase"), ("risk_social_industry", "jobs_industry")):
        limit = thresholds(study, code)
        for row in _frame(found, table):
            more = names[str(row.phase)] if code == "jobs_phase" else study.text("industry", row.industry)
            place = {"region": str(row.origin)}
            place |= {"phase": str(row.phase)} if code == "jobs_phase" else {"industry": str(row.industry)}
            yield _plain(
                study,
                KINDS[code],
                study.text("region", row.origin) + Text(", ", "，") + more,
                value=row.share,
                threshold=limit.high,
                level=row.level,
                likelihood=1.0,
                impact=NAN,
                jobs=row.jobs,
                cost=row.jobs * training,
                jobs_saved=row.jobs * placed,
                amber=limit.medium,
                red=limit.high,
                place=place,
            )


def _environment(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study, names = plan.study, _phases(plan)
    limit = thresholds(study, "breach")
    reserve = number(study, "risk.reserve", 0, 1)
    codes = {phase_key(study, plan.data.preset, c): c for c in plan.data.codes}
    for row in _frame(found, "risk_environment"):
        added, jobs = gains.at(codes[str(row.phase)], host=str(row.region))
        chance = row.breach_probability
        # what is lost where headroom lacks, given that it does
        part = row.shortfall / chance if chance > 0 else 0.0
        if np.isnan(chance):
            part = NAN
        yield _plain(
            study,
            KINDS["breach"],
            study.text("region", row.region)
            + Text(", ", "，")
            + study.text("resource", row.resource)
            + Text(", ", "，")
            + names[str(row.phase)],
            value=chance,
            threshold=limit.high,
            level=row.level,
            likelihood=chance,
            impact=added * part,
            jobs=jobs * part,
            effect=added * (row.shortfall - row.shortfall_reserve),
            jobs_saved=jobs * (row.shortfall - row.shortfall_reserve),
            cost=added * reserve,
            amber=row.watch_share,
            red=row.act_share,
            place={"region": str(row.region), "resource": str(row.resource), "phase": str(row.phase)},
        )


def _technology(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study, last = plan.study, plan.data.codes[-1]
    limit = thresholds(study, "imports")
    stops, part = number(study, "risk.import_stop", 0, 1), number(study, "risk.mitigated_part", 0, 1)
    rate = number(study, "risk.partner_cost", 0, 1)
    for row in _frame(found, "risk_technology"):
        added, jobs = gains.at(last, industry=str(row.industry))
        share = row.import_dependence
        yield _plain(
            study,
            KINDS["imports"],
            study.text("industry", row.industry),
            value=share,
            threshold=limit.high,
            level=row.level,
            likelihood=stops,
            impact=added * share,
            jobs=jobs * share,
            effect=stops * added * share * part,
            jobs_saved=stops * jobs * share * part,
            cost=rate * row.output * row.import_direct * part,
            amber=limit.medium,
            red=limit.high,
            place={"industry": str(row.industry)},
        )


def _policy(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study = plan.study
    limit = thresholds(study, "expiry")
    lapse = number(study, "risk.policy_lapse", 0, 1)
    lost: dict[str, list[float]] = {}
    for row in _frame(found, "risk_lapses"):
        if row.event == "lapses_now":
            changes = [getattr(row, f"{m}_change", NAN) for m in ("value_added", "employment")]
            # a policy that holds back costs nothing when it lapses
            lost[str(row.policy)] = [NAN if c != c else max(0.0, -c) for c in changes]
    renewed = {
        str(row.policy): [getattr(row, f"{m}_change", NAN) for m in ("value_added", "employment")]
        for row in _frame(found, "risk_lapses")
        if row.event == "is_renewed"
    }
    table = study.frames.get("policies")
    rows = {} if table is None else dict(iter(active(table).groupby("policy")))
    for row in _frame(found, "risk_policy"):
        if not bool(row.lapses):
            continue
        added, jobs = lost.get(str(row.policy), [NAN, NAN])
        more, kept = renewed.get(str(row.policy), [NAN, NAN])
        yield _plain(
            study,
            KINDS["expiry"],
            Text(row.policy_en, row.policy_zh),
            value=row.share,
            threshold=limit.high,
            level=row.level,
            likelihood=lapse,
            impact=added,
            jobs=jobs,
            effect=NAN if more != more else max(0.0, more),
            cost=renewal_cost(plan, rows[str(row.policy)]),
            jobs_saved=NAN if kept != kept else max(0.0, kept),
            amber=number(study, "risk.expiry_watch"),
            red=number(study, "risk.expiry_act"),
            direction=-1,
            by=int(row.end_year) - 1,
            place={"policy": str(row.policy)},
        )


def _delivery(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    """Less comes of the plan than planned: how often, how much, and what punctual projects would save."""
    study = plan.study
    if "risk_range" not in found:
        return
    frame = found["risk_range"].frame.set_index("consequence")
    if "value_added" not in frame.index:
        return
    limit = thresholds(study, "likely")
    row = frame.loc["value_added"]
    chance = float(row["shortfall_probability"])
    yield _plain(
        study,
        KINDS["shortfall"],
        Text("The whole plan", "整个方案"),
        value=chance,
        threshold=limit.high,
        level=limit.level(chance),
        likelihood=chance,
        impact=float(row["shortfall_size"]),
        jobs=float(frame.loc["employment", "shortfall_size"]) if "employment" in frame.index else NAN,
        effect=float(row["mean_on_time"] - row["mean"]),
        jobs_saved=float(frame.loc["employment", "mean_on_time"] - frame.loc["employment", "mean"])
        if "employment" in frame.index
        else NAN,
        cost=number(study, "risk.milestone_cost", 0, 1) * plan.values["value_added"],
        amber=1 - number(study, "risk.shortfall_share", 0, 1) / 2,
        red=1 - number(study, "risk.shortfall_share", 0, 1),
        direction=-1,
    )


def _stress(plan: Plan, found: Mapping[str, Result], gains: Gains) -> Iterator[Entry]:
    study = plan.study
    limit = thresholds(study, "stress")
    best: dict[str, Any] = {}
    for row in _frame(found, "risk_mitigations"):
        best.setdefault(str(row.stress), row)  # the table has the most effect per cost first
    table = study.frames.get("stress_tests")
    facts = {} if table is None else {str(r["stress"]): r for r in table.to_dict("records")}
    for row in _frame(found, "risk_stress"):
        code = str(row.stress)
        fact, measure = facts.get(code, {}), best.get(code)
        said = EMPTY if measure is None else study.text("mitigation", str(measure.mitigation))
        yield Entry(
            "stress",
            str(row.family),
            study.text("stress", code),
            row.loss_of_gain,
            "share of the plan's gain",
            limit.high,
            row.level,
            row.likelihood,
            row.hosts_loss_with,
            row.jobs_at_risk,
            KINDS["stress"].owner if measure is None else Text(measure.owner_en, measure.owner_zh),
            said,
            NAN if measure is None else row.likelihood * measure.hosts_saved,
            NAN if measure is None else measure.cost,
            Text(str(fact.get("indicator_en") or ""), str(fact.get("indicator_zh") or "")),
            float(fact.get("amber", NAN)),
            float(fact.get("red", NAN)),
            -1 if str(fact.get("direction")) in ("-1", "-1.0") else 1,
            NAN if measure is None else row.likelihood * measure.jobs_saved,
            place={"stress": code},
        )


def _phases(plan: Plan) -> dict[str, Text]:
    return {phase_key(plan.study, plan.data.preset, p.code): p.label for p in plan.data.phases}
