"""What the code writes into the documentation: nomenclature, verification, parameters, recovery of moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from simulate_tables import (  # noqa: F401 - the documentation asks for them by name
    scenario_changes,
    tutorial_effects,
    tutorial_losers,
    tutorial_models,
    tutorial_outage,
    tutorial_rules,
)
from verification import comparisons

from hinterland.study.model import package_table

DOCS = Path(__file__).parents[1]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    return "\n".join([line(headings), line(["---"] * len(headings)), *map(line, rows)])


def symbols() -> pd.DataFrame:
    """Return the quantities with their symbols; a term that headings already have is taken from there."""
    table = pd.read_csv(DOCS / "symbols.csv", dtype=str, keep_default_na=False)
    words = package_table("words").query("kind == 'column'").set_index("code")
    for language in ("en", "zh"):
        headings = table["name"].map(words[language].to_dict())
        table[language] = table[language].where(table[language] != "", headings)
    return table


def nomenclature() -> str:
    """Return the quantities that analyses make: name, symbol, unit, meaning, Chinese term."""
    return table(
        ("name in tables", "symbol", "unit", "term", "Chinese"),
        (
            (f"`{r.name}`", f"${r.symbol}$" if r.symbol else "", r.unit, r.en, r.zh)
            for r in symbols().itertuples(index=False)
        ),
    )


def variables() -> str:
    """Return the tables of a study folder from the schema that also drives reading, checks and templates."""
    schema = package_table("schema")
    named = schema[schema["role"] == "table"]
    return table(
        ("table", "required", "meaning", "Chinese"),
        ((f"`{r.table}`", r.required, r.meaning_en, r.meaning_zh) for r in named.itertuples()),
    )


def parameters() -> str:
    """Return the thresholds and weights of convention, with range, unit and source."""
    return table(
        ("parameter", "value", "low – high", "unit", "meaning", "source"),
        (
            (
                f"`{r.parameter}`",
                r.value or "–",
                f"{r.low} – {r.high}" if r.low or r.high else "",
                r.unit,
                r.meaning_en,
                r.source,
            )
            for r in package_table("parameters").itertuples()
        ),
    )


def verification() -> str:
    """Return each published answer beside ours."""
    return table(
        ("what", "published", "ours", "tolerance", "holds", "source"),
        (
            (c.what, c.published, c.ours, c.tolerance, "yes" if c.holds else "**no**", c.source)
            for c in comparisons()
        ),
    )


def recovery() -> str:
    """Return what the estimate of who moved to whom recovers on the built-in study's map."""
    import hinterland as hl

    study = hl.open_study("southwest")
    found = hl.measure.transfer_recovery(study)
    figures = [c.name for c in found.figures]

    def shown(name: str, value: float) -> str:
        if pd.isna(value):
            return "–"
        return f"{value:.2f}" if name == "rank_correlation" else f"{value:.0%}"

    return table(
        ("economy", "estimator", *(found.column(name).label.en.lower() for name in figures)),
        (
            (
                study.text("world", row["world"]).en,
                study.text("estimator", row["estimator"]).en,
                *(shown(name, row[name]) for name in figures),
            )
            for row in found.frame.to_dict("records")
        ),
    )
