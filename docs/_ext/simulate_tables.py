"""What the code writes into the page on scenarios: the kinds of change, and the tutorial's figures."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Sequence

import hinterland as hl
from hinterland.simulate import (
    MODELS,
    Outcome,
    Scenario,
    compare_models,
    disruptions,
    impact,
    read_scenario,
    run_model,
)
from hinterland.simulate.changes import CHANGES, REPRESENTS, Change, own_fields, required
from hinterland.study import Study

SHOWN = ("CN-GD", "CN-SC", "CN-CQ", "CN-GZ", "CN-JS", "CN-SH")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in lines)


def scenario_changes() -> str:
    """Return the kinds of change: what each is, its fields, the models that represent it."""
    common = {item.name for item in own_fields(Change)}
    rows = []
    for kind, made in CHANGES.items():
        about = [f for f in own_fields(made) if f.name not in common or required(f)]
        named = ", ".join(f"`{f.name}`" if required(f) else f"[`{f.name}`]" for f in about)
        what = (inspect.getdoc(made) or "").splitlines()[0].replace("`", "")
        rows.append((f"`{kind}`", what, named, ", ".join(REPRESENTS[kind])))
    return table(("change", "what it is", "fields [optional]", "models"), rows)


@functools.cache
def _study() -> Study:
    return hl.open_study("southwest")


@functools.cache
def _outcome(model: str) -> Outcome:
    return run_model(model, _study(), read_scenario("electronics-inland", "southwest"))


def _figure(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−")


def tutorial_effects() -> str:
    """Return direct, indirect and induced changes of output of some regions."""
    frame = _outcome("impact").table("impact_effects").frame.set_index("region")
    kinds = ("direct", "indirect", "induced", "total")
    rows = [
        (_study().label("region", code, "en"), *(_figure(frame.loc[code, f"output_{k}"]) for k in kinds))
        for code in SHOWN
    ]
    rows.append(("all regions", *(_figure(frame[f"output_{k}"].sum()) for k in kinds)))
    return table(("output, 100 million CNY", *kinds), rows)


def tutorial_losers() -> str:
    """Return the five regions' industries that lose most."""
    frame = _outcome("impact").losers(most=5).frame
    rows = [
        (
            _study().label("region", row.region, "en"),
            _study().label("industry", row.industry, "en"),
            _figure(row.change),
            f"{row.share:+.1%}".replace("-", "−"),
        )
        for row in frame.itertuples()
    ]
    return table(("region", "industry", "output, 100 million CNY", "change"), rows)


def tutorial_rules() -> str:
    """Return what the rule of sourcing does to Sichuan and to everyone else."""
    rows = []
    for rule in ("host", "keep", "nearest"):
        move = Scenario(rule).relocate("electronics", "CN-GD", "CN-SC", output=800, sourcing=rule)
        frame = impact(_study(), move).table("impact_effects").frame.set_index("region")
        there = frame.loc["CN-SC"]
        rest = frame.drop(["CN-GD", "CN-SC"])["output_total"].sum()
        kinds = ("direct", "indirect", "induced")
        rows.append((f"`{rule}`", *(_figure(there[f"output_{k}"]) for k in kinds), _figure(rest)))
    headings = ("sourcing", "Sichuan, direct", "indirect", "induced", "regions other than the two")
    return table(headings, rows)


def tutorial_models() -> str:
    """Return the change of output under the three models, side by side."""
    found = compare_models([_outcome(model) for model in MODELS], study=_study())
    frame = found.frame.set_index("region")
    rows = [
        (
            _study().label("region", code, "en"),
            *(_figure(frame.loc[code, f"change_{model}"]) for model in MODELS),
            frame.loc[code, "agree"],
        )
        for code in SHOWN
    ]
    rows.append(("all regions", *(_figure(frame[f"change_{model}"].sum()) for model in MODELS), ""))
    return table(("output, 100 million CNY", *MODELS, "same direction"), rows)


@functools.cache
def outages() -> tuple[Outcome, Outcome]:
    """Return an outage of half of Guangdong's electronics, before and after the move."""
    shock = Scenario("outage").disaster(
        "CN-GD", industry="electronics", loss=0.5, duration=30, recovery=60, year=2030
    )
    moved = read_scenario("electronics-inland", "southwest")
    before, after = disruptions(_study(), [shock, moved + shock])
    return before, after


def tutorial_outage() -> str:
    """Return what an outage costs before and after the move."""
    rows = []
    for when, outcome in zip(("before the move", "after it"), outages(), strict=True):
        row = outcome.table("disruption_summary").frame.iloc[0]
        loss, share = row["output_loss"], row["amplification"]
        rows.append(
            (
                when,
                f"{loss / share:,.0f}",
                f"{loss:,.0f}",
                f"{row['final_unserved'] + row['exports_unserved']:,.0f}",
                f"{row['lowest_level']:.2%}",
            )
        )
    headings = (
        "an outage of Guangdong's electronics",
        "direct loss, 100 million CNY",
        "output lost in all",
        "final demand and exports not served",
        "lowest day, national output",
    )
    return table(headings, rows)
