"""Which indicators compare regions, for which year, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.potential.index import unit_interval
from hinterland.study import Study, StudyError, Text


@dataclass(frozen=True)
class Chosen:
    """One indicator of the index: where it counts, which way, and the years that cover enough regions."""

    code: str
    pillar: str
    direction: int
    denominator: str
    year: int
    values: pd.DataFrame
    """Regions by usable years, newest last; NaN where unknown."""

    @property
    def current(self) -> pd.Series[float]:
        """The values of the year used."""
        return self.values[self.year]


@dataclass(frozen=True)
class Choice:
    """The indicators of the index, and those that could not be used with the reason."""

    used: tuple[Chosen, ...]
    left_out: tuple[Text, ...]


def _written(value: object) -> str:
    """Return what a cell of a set table says, empty for a blank one however it was read."""
    text = "" if value is None else str(value).strip()
    return "" if text.lower() in {"nan", "none", "<na>"} else text


def _direction(indicator: str, value: object) -> int:
    try:
        number = float(_written(value))
    except ValueError:
        number = 0.0
    if number not in (1.0, -1.0):
        raise StudyError(
            Text(
                f"The indicator '{indicator}' has the direction '{_written(value)}'.",
                f"指标“{indicator}”的方向为“{_written(value)}”。",
            ),
            Text(
                "Write 1 (more is better) or -1 (less is better) in the table indicator_list.",
                "请在indicator_list表中填1（越大越好）或-1（越小越好）。",
            ),
        )
    return int(number)


def ratio(study: Study, indicator: str, denominator: str = "") -> xr.DataArray:
    """Return an indicator by region and year, over its denominator of the same year where it has one.

    Raises
    ------
    StudyError
        The study has no such indicator.
    """
    data = study["indicators"]
    for name in filter(None, (indicator, denominator)):
        if name not in data.indicator.values:
            raise StudyError(
                Text(
                    f"The table indicators has no figures for '{name}'.",
                    f"indicators表中没有“{name}”的数据。",
                ),
                Text(
                    "Add them, or take it out of the table indicator_list.",
                    "请补充数据，或将其从indicator_list表中删去。",
                ),
            )
    values = data.sel(indicator=indicator, drop=True)
    if denominator:
        below = data.sel(indicator=denominator, drop=True)
        values = values / below.where(below != 0)
    return values.transpose("region", "year")


def choose(study: Study) -> Choice:
    """Choose the indicators that have a pillar, each for its latest year that covers (nearly) all regions.

    The year rule of an indicator is blank or ``latest`` (the default), or a year. Coverage is
    ``potential.coverage``, the smallest share of regions that must be known in a year.

    Raises
    ------
    StudyError
        The study has no indicators with a pillar, or an entry of the table that cannot be read.
    """
    table = study.frames.get("indicator_list")
    if table is None or "indicators" not in study:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no indicators, so the capacity of its regions cannot be "
                "compared.",
                f"研究“{study.name}”没有指标，无法比较各地区的承接能力。",
            ),
            Text(
                "Add the tables indicators (region, indicator, year, value) and indicator_list (with "
                "pillars).",
                "请补充indicators表（region、indicator、year、value）和indicator_list表（注明维度）。",
            ),
        )
    needed = unit_interval("potential.coverage", study.parameter("potential.coverage"))
    used: list[Chosen] = []
    left_out: list[Text] = []
    for row in table.to_dict("records"):
        code, pillar = str(row["indicator"]), _written(row.get("pillar"))
        if not pillar:
            continue
        direction = _direction(code, row.get("direction"))
        denominator = _written(row.get("denominator"))
        found = ratio(study, code, denominator).reindex(region=list(study.regions))
        values = pd.DataFrame(found.values, list(study.regions), [int(year) for year in found.year.values])
        coverage = values.notna().mean()
        years = [year for year in values.columns if coverage[year] >= needed and coverage[year] > 0]
        rule = _written(row.get("year_rule")).removesuffix(".0")
        if rule.isdigit():
            years = [year for year in years if year <= int(rule)]
            years = years if int(rule) in years else []
        elif rule not in ("", "latest"):
            raise StudyError(
                Text(
                    f"The indicator '{code}' has the year rule '{rule}'.",
                    f"指标“{code}”的年份规则为“{rule}”。",
                ),
                Text(
                    "Leave it blank (the latest year that covers the regions) or write a year.",
                    "请留空（取覆盖各地区的最近年份）或填写年份。",
                ),
            )
        name = study.text("indicator", code)
        if not years:
            left_out.append(
                Text(
                    f"{name.en}: no year {f'({rule}) ' if rule.isdigit() else ''}covers {needed:.0%} of"
                    " the regions.",
                    f"{name.zh}：没有覆盖{needed:.0%}地区的年份{f'（{rule}）' if rule.isdigit() else ''}。",
                )
            )
            continue
        values = values[sorted(years)]
        if not np.ptp(values[years[-1]].dropna().to_numpy()) > 0:
            left_out.append(Text(f"{name.en}: the same in every region.", f"{name.zh}：各地区取值相同。"))
            continue
        used.append(Chosen(code, pillar, direction, denominator, max(years), values))
    if not used:
        why, why_zh = " ".join(text.en for text in left_out), "".join(text.zh for text in left_out)
        raise StudyError(
            Text(
                f"No indicator of the study '{study.name}' can compare its regions. {why}".strip(),
                f"研究“{study.name}”没有可用于比较各地区的指标。{why_zh}",
            ),
            Text(
                "Give indicators a pillar in the table indicator_list, and figures in the table indicators.",
                "请在indicator_list表中注明指标所属维度，并在indicators表中填写数据。",
            ),
        )
    return Choice(tuple(used), tuple(left_out))
