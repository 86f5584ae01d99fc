"""Measures of regions that a scorecard can name: ratios of indicators and arrays, and derived ones."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.potential import depth, resilience, supply
from hinterland.potential.described import standing
from hinterland.potential.index import Floats, unit_interval
from hinterland.study import EMPTY, Provenance, Result, Study, StudyError, Text


@dataclass(frozen=True)
class Measured:
    """Values by region in the study's order, their standing, and what would supply what is unknown."""

    values: Floats
    known: Provenance
    supply: Text = EMPTY


@dataclass(frozen=True)
class Context:
    """What measures are taken from: the completed study, the interregional table, results made elsewhere."""

    study: Study
    given: Mapping[str, Result] = field(default_factory=dict)
    io_table: IOTable | None = None

    @classmethod
    def of(
        cls, study: Study, *, table: IOTable | None = None, given: Mapping[str, Result] | None = None
    ) -> Context:
        """Complete the study and keep what is given."""
        return cls(complete(study), dict(given or {}), table)

    @functools.cached_property
    def table(self) -> IOTable:
        """The interregional table; estimated when it was not given."""
        return self.io_table or estimate_mrio(self.study)


Derived = Callable[[Context, str, Sequence[str]], Measured]


def _nothing(context: Context, why: Text) -> Measured:
    return Measured(np.full(len(context.study.regions), np.nan), Provenance("estimated", "", "", ()), why)


def measure(
    context: Context,
    numerator: Sequence[str],
    denominator: Sequence[str] = (),
    industries: Sequence[str] = (),
    factor: float = 1.0,
) -> Measured:
    """Measure every region: the sum of the numerators over the sum of the denominators, times a factor.

    A code is an indicator, an array of the study [region] or [region, industry] (summed over `industries`, or
    all), or a derived measure (which has no denominator). Indicators are taken for the latest year in which
    all
    of them together cover ``potential.coverage`` of the regions; a sum with an unknown part is unknown.

    Returns
    -------
    Measured; NaN throughout, with what to supply, where nothing in the study speaks to a code.
    """
    first = numerator[0]
    for name, derive in DERIVED.items():
        if first == name or (name.endswith("_") and first.startswith(name)):
            try:
                found = derive(context, first, industries)
            except StudyError as error:
                return _nothing(context, error.words + Text(" ", "") + error.mend_words)
            return Measured(found.values * factor, found.known, found.supply)
    study = context.study
    indicators = study.get("indicators")
    listed = set() if indicators is None else set(indicators["indicator"].to_numpy().tolist())
    codes = (*numerator, *denominator)
    lacking = [code for code in codes if code not in listed and code not in study]
    if lacking:
        names = ", ".join(lacking)
        return _nothing(
            context,
            Text(
                f"Unknown: add figures for {names} to the table indicators (and indicator_list).",
                f"未知：请在indicators表（及indicator_list表）中补充{names}的数据。",
            ),
        )
    yearly = [code for code in codes if code in listed]
    year = _year(study, yearly)
    if yearly and year is None:
        names = ", ".join(yearly)
        return _nothing(
            context,
            Text(
                f"Unknown: no year has {names} for enough regions; add the years that are missing.",
                f"未知：没有哪一年的{names}覆盖足够多的地区，请补充缺少的年份。",
            ),
        )
    above = sum(_values(study, code, listed, year, industries) for code in numerator)
    values = np.asarray(above, dtype=float)
    if denominator:
        below = np.asarray(sum(_values(study, c, listed, year, industries) for c in denominator), dtype=float)
        values = values / np.where(below != 0, below, np.nan)
    parts = [study.provenance["indicators" if code in listed else code] for code in codes]
    known = standing(*parts)
    if all(code in listed for code in codes):
        known = Provenance(study.provenance["indicators"].status, "", str(year), known.sources)
    elif yearly:
        arrays = [study.provenance[code] for code in codes if code not in listed]
        dated = standing(*arrays).year
        known = Provenance(known.status, "", f"{dated}; {year}", known.sources)
    return Measured(values * factor, known)


def _year(study: Study, codes: Sequence[str]) -> int | None:
    if not codes:
        return None
    data = study["indicators"].sel(indicator=list(codes)).notnull().all("indicator")
    share = data.reindex(region=list(study.regions), fill_value=False).mean("region")
    # indicators that some regions lack by nature (hydropower) count where they are known
    needed = min(
        unit_interval("potential.coverage", study.parameter("potential.coverage")), float(share.max())
    )
    years = [int(y) for y in data["year"].to_numpy() if float(share.sel(year=y)) >= needed > 0]
    return max(years) if years else None


def _values(study: Study, code: str, listed: set[str], year: int | None, industries: Sequence[str]) -> Floats:
    if code in listed:
        one = study["indicators"].sel(indicator=code, year=year, drop=True)
        return np.asarray(one.reindex(region=list(study.regions)).to_numpy(), dtype=float)
    array = study[code].drop_attrs()
    if "year" in array.dims:
        array = array.sel(year=study.base_year, drop=True)
    if "industry" in array.dims:
        chosen = list(industries) or list(study.industries)
        # a region where no industry is known is unknown, not nothing
        array = array.sel(industry=chosen).sum("industry", min_count=1)
    return np.asarray(array.reindex(region=list(study.regions)).to_numpy(), dtype=float)


def _distance_to_output(context: Context, name: str, industries: Sequence[str]) -> Measured:
    study = context.study
    km = study["distance"].transpose("region", "region_to").to_numpy()
    size = study["output"].sum("industry").to_numpy()
    values = km @ size / size.sum()
    return Measured(values, standing(study.provenance["distance"], study.provenance["output"]))


def _diversity(context: Context, name: str, industries: Sequence[str]) -> Measured:
    study = context.study
    output = study["output"].transpose("region", "industry").to_numpy()
    total = output.sum(axis=1, keepdims=True)
    share = output / np.where(total > 0, total, np.nan)
    return Measured(1.0 - (share**2).sum(axis=1), standing(study.provenance["output"]))


def _depth(context: Context, name: str, industries: Sequence[str]) -> Measured:
    found = depth.location_depth(context.study, name.removeprefix("depth_"))
    return Measured(*found)


def _sufficiency(context: Context, name: str, industries: Sequence[str]) -> Measured:
    values = supply.own_share(context.table, industries or context.study.industries)
    return Measured(values, context.table.provenance)


def _concentration(context: Context, name: str, industries: Sequence[str]) -> Measured:
    values = supply.mean_concentration(context.table, industries or context.study.industries)
    return Measured(values, context.table.provenance)


def _openness(context: Context, name: str, industries: Sequence[str]) -> Measured:
    return Measured(supply.openness(context.table), context.table.provenance)


def _hub(context: Context, name: str, industries: Sequence[str]) -> Measured:
    return Measured(supply.hub_share(context.table), context.table.provenance)


def _partners(context: Context, name: str, industries: Sequence[str]) -> Measured:
    return Measured(supply.partner_diversity(context.table), context.table.provenance)


def _shock(context: Context, name: str, industries: Sequence[str]) -> Measured:
    kind, _, shock = name.partition("_")
    frame = resilience.resilience(context.study)
    mine = frame.frame[frame.frame["shock"] == shock].set_index("region")[kind]
    column = frame.column(kind)
    values = mine.reindex(list(context.study.regions)).to_numpy(dtype=float)
    known = Provenance(column.status or "estimated", "", column.year, column.sources)
    if not np.isfinite(values).any():
        why = Text(
            f"Unknown: the table shocks has no '{shock}' with figures.",
            f"未知：shocks表中没有“{shock}”的数据。",
        )
        return Measured(values, known, why)
    return Measured(values, known)


def _given(context: Context, name: str, industries: Sequence[str]) -> Measured:
    """A figure by region of a result made elsewhere, `result_NAME.COLUMN`."""
    result, _, column = name.removeprefix("result_").partition(".")
    found = context.given.get(result)
    if found is None or column not in found.frame or not {"region", "host"} & set(found.frame):
        return _nothing(
            context,
            Text(
                f"Unknown: the result {result} (column {column}) was not given.",
                f"未知：未给出结果{result}（列{column}）。",
            ),
        )
    key = "region" if "region" in found.frame else "host"
    series = found.frame.groupby(key, observed=True)[column].mean()
    described = found.column(column)
    known = Provenance(described.status or "estimated", "", described.year, described.sources)
    return Measured(series.reindex(list(context.study.regions)).to_numpy(dtype=float), known)


DERIVED: Mapping[str, Derived] = {
    "distance_to_output": _distance_to_output,
    "industry_diversity": _diversity,
    "depth_": _depth,
    "self_sufficiency": _sufficiency,
    "supplier_concentration": _concentration,
    "trade_openness": _openness,
    "trade_hub": _hub,
    "partner_diversity": _partners,
    "resistance_": _shock,
    "recovery_": _shock,
    "result_": _given,
}
"""Derived measures by code; a code that ends in _ is completed by a kind of gateway, a shock or a result."""
