"""Shadow prices in words: what one more unit of a limit is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.plan.objectives import SENSE
from hinterland.study import EMPTY, Text
from hinterland.study.units import spoken

if TYPE_CHECKING:
    from hinterland.plan.model import Plan

COLUMNS = [
    *("constraint", "region", "resource", "industry", "factor_class", "mode", "fund", "phase"),
    *("price", "unit", "words_en", "words_zh"),
]
# Prices below this share of the largest of their family are rounding.
NEGLIGIBLE = 1e-6

# What is maximised rises, what is minimised falls.
_WORTH = {
    "max": Text(" is worth {worth} ({measure}).", "，{measure}增加{worth}。"),
    "min": Text(" saves {worth} ({measure}).", "，{measure}减少{worth}。"),
}
_SENTENCES = {
    "resource": Text(
        "{resource} in {region}, {phase}: one more {unit_of}", "{region}{phase}的{resource}：每多{unit_of}"
    ),
    "host_growth": Text(
        "Room to grow in {region}, {phase}: space for one more {money} of output",
        "{region}{phase}的承接空间：每多容纳{money}产出",
    ),
    "industry_growth": Text(
        "Pace of {industry} in {region}, {phase}: one more {money} of output",
        "{region}{phase}{industry}的增长上限：每放宽{money}产出",
    ),
    "job_loss": Text(
        "Jobs that {region} may lose, {phase}: one more {labour}",
        "{region}{phase}的岗位流失上限：每放宽{labour}",
    ),
    "releasable": Text(
        "{industry} that {region} can release: one more {money} of output",
        "{region}{industry}的可转出产能：每多{money}产出",
    ),
    "sequence": Text(
        "{class_}, {phase}: one more {money} of output let in by the end of the phase",
        "{phase}{class_}的进度：阶段末前每多放行{money}产出",
    ),
    "similarity": Text(
        "Likeness of {region} to {other}, {phase}: one more {money} of output in what {other} is more "
        "specialised in",
        "{region}与{other}{phase}的趋同限制：{other}更专业化的产业每放宽{money}产出",
    ),
    "policy": Text(
        "Ban on {industry} in {region}, {phase}: {single} of output let in all the same",
        "{region}{phase}禁止转入{industry}：每破例放行{money}产出",
    ),
    "minimum": Text(
        "The least that has to move: {single} of output less asked for",
        "最低转移量：每少要求{money}产出",
    ),
    "local_inputs": Text(
        "{industry} made in {region} for newcomers, {phase}: one more {money} a year that its firms can "
        "supply",
        "{region}{phase}{industry}的本地配套：本地企业每年每多供应{money}",
    ),
    "backup_floor": Text(
        "Backup capacity in {industry}: {single} of output less asked for",
        "{industry}的备份产能：每少要求{money}产出",
    ),
    "mode_share": Text(
        "Share of {mode} in what {region} takes in, {phase}: one more {money} of output in this way",
        "{region}{phase}以{mode}承接的占比上限：以此方式每多承接{money}产出",
    ),
    "upgrade_room": Text(
        "Room to upgrade {industry} in {region}, {phase}: one more {money} of output",
        "{region}{phase}{industry}的可改造规模：每多改造{money}产出",
    ),
    "cluster_room": Text(
        "{industry} in {region}, {phase}, without its cluster: {single} of output let in all the same",
        "{region}{phase}{industry}尚无集群：无集群而每放行{money}产出",
    ),
    "cluster_scale": Text(
        "Smallest scale of the cluster of {industry} in {region}: {single} of output less asked for",
        "{region}{industry}集群的最低规模：每少要求{money}产出",
    ),
    "project_scale": Text(
        "Smallest project of {industry} in {region}, {phase}: {single} of output less asked for",
        "{region}{phase}{industry}项目的最小规模：每少要求{money}产出",
    ),
    "project_room": Text(
        "{industry} in {region}, {phase}, where no project begins: {single} of output let in without one",
        "{region}{phase}{industry}无项目落地：无项目而每放行{money}产出",
    ),
    "budget": Text(
        "Money of {fund}, {phase}: one more {money} received",
        "{fund}{phase}的资金：每多到位{money}",
    ),
    "carbon_cap": Text(
        "The nation's carbon: one more {carbon} of net emissions a year",
        "全国碳排放：净排放每年每放宽{carbon}",
    ),
    "level_allowed": Text("{objective}: one more {level} allowed", "{objective}：每放宽{level}"),
    "level_asked": Text("{objective}: {single} less asked for", "{objective}：每少要求{level}"),
}
# These have none: they define what is counted (a balance, who pays), or say that something is built once and
# in order, of which there is no unit more while what is built is held.
UNPRICED = (
    *("intake_balance", "mode_balance", "cluster_once", "cluster_base", "infrastructure_once"),
    *("pay_transfer", "pay_upgrade", "pay_cluster", "pay_infrastructure", "pay_excess"),
)
# Limits from below: the price is what one unit less of what is asked for brings.
_ASKED = ("minimum", "backup_floor")


def amount(value: float) -> str:
    """Write a number with three significant digits, without an exponent where people would not use one."""
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value)))))
    return f"{round(value, digits):,.{digits}f}" if digits <= 8 else f"{value:.3g}"


def one(unit: Text) -> Text:
    """Write one of a unit after "one more" and 每多: a unit that is itself a number of something stands
    alone."""
    space = " " if unit.zh[:1].isascii() else ""
    return Text(unit.en, unit.zh if unit.zh[:1].isdigit() else f"1{space}{unit.zh}".strip())


def worth(price: float, unit: Text) -> Text:
    """Write a price with its unit as sentences say it, "251 million CNY"; an unlisted unit that is itself a
    number of something is multiplied."""
    said, name = spoken(price, unit.en)
    en = f"{amount(said)} {'× ' if name[:1].isdigit() else ''}{name}".strip()
    space = " × " if unit.zh[:1].isdigit() else " " if unit.zh[:1].isascii() else ""
    return Text(en, f"{amount(price)}{space}{unit.zh}".strip())


def limit_prices(plan: Plan) -> dict[str, xr.DataArray]:
    r"""Return what one more unit of every limit brings, by constraint; of what is asked for, one unit less.

    The prices of the programme's rows, but for two that stand in several rows at once. The pace
    :math:`\bar G` of an industry also stands where its cluster (:math:`C` established) or project (:math:`b`
    begun) lets it in, and money received in a phase can be spent in every later one, so that

    .. math:: y^{\text{pace}}_{ihp} + y^{\text{cluster}}_{ihp} C_{ihp} + y^{\text{project}}_{ihp} b_{ihp},
        \qquad \sum_{q\ge p} y^{\text{budget}}_{fq} .

    Where nothing is established or begun, the cluster's and the project's rows have a price of their own: of
    letting in without. Units of `priced_in` per unit of the limit.
    """
    prices = {name: dual.fillna(0.0) for name, dual in plan.duals.items() if name in _SENTENCES}
    for name in _ASKED:
        if name in prices:
            prices[name] = -prices[name]
    codes = plan.data.codes
    built = {"cluster_room": plan.clusters, "project_room": plan.more.get("begin")}
    for name, there in built.items():
        if name not in prices or there is None:
            continue
        mine = prices[name]
        there = there.reindex_like(mine).round()
        if name == "cluster_room":
            there = there.cumsum("phase").assign_coords(phase=codes)
        prices[name] = mine.where(there < 0.5, 0.0)
        # where the study switches the limit itself off, its pace still stands here
        pace = prices.get("industry_growth", xr.zeros_like(mine))
        prices["industry_growth"] = pace + (mine * there).reindex_like(pace).fillna(0.0)
    if "budget" in prices:
        later = prices["budget"].isel(phase=slice(None, None, -1)).cumsum("phase")
        prices["budget"] = later.isel(phase=slice(None, None, -1)).assign_coords(phase=codes)
    return prices


def _levels(plan: Plan) -> Iterator[tuple[str, str, float]]:
    """Yield what the levels of the other objectives are worth, for a plan chosen between several."""
    if plan.objective != "balanced":
        return
    for name in dict.fromkeys(("co2", *plan.traded)):
        price = plan.bound_duals.get(name, 0.0)
        if name == plan.priced_in:
            continue
        if SENSE[name] == "max":
            yield "level_asked", name, -price
        else:
            yield "carbon_cap" if name == "co2" else "level_allowed", name, price


def price_rows(plan: Plan) -> pd.DataFrame:
    """Return one row for each limit with a price, the dearest of each kind first."""
    study, data = plan.study, plan.data
    measure = study.text("objective", plan.priced_in)
    unit = study.text("unit", data.units.get(plan.priced_in, ""))
    resources = study.frames.get("resources")
    units = {} if resources is None else dict(zip(resources["resource"], resources["unit"], strict=True))
    phases = {p.code: p.label for p in data.phases}
    said_unit = {
        "resource": "",
        "job_loss": data.units.get("employment", ""),
        "carbon_cap": data.units.get("co2", ""),
    }
    rows: list[dict[str, object]] = []

    def add(name: str, at: dict[str, str], price: float) -> None:
        region = at.get("host", at.get("origin", ""))
        industry = at.get("industry", at.get("input", ""))
        per = study.text(
            "unit",
            units.get(at["resource"], "")
            if "resource" in at
            else data.units.get(at["objective"], "")
            if "objective" in at
            else said_unit.get(name, data.units.get("output", "")),
        )
        level = per if per.en else Text("unit", "个单位")
        values: dict[str, object] = {
            "region": study.text("region", region) if region else EMPTY,
            "other": study.text("region", at["host_to"]) if "host_to" in at else EMPTY,
            "industry": study.text("industry", industry) if industry else EMPTY,
            "class_": study.text("factor_class", at["factor_class"]) if "factor_class" in at else EMPTY,
            "resource": study.text("resource", at["resource"]) if "resource" in at else EMPTY,
            "mode": study.text("mode", at["mode"]) if "mode" in at else EMPTY,
            "fund": study.text("fund", at["fund"]) if "fund" in at else EMPTY,
            "objective": study.text("objective", at["objective"]) if "objective" in at else EMPTY,
            "phase": phases[at["phase"]] if "phase" in at else EMPTY,
            **dict.fromkeys(("unit_of", "money", "labour", "carbon"), one(per)),
            "level": one(level),
            "single": Text(level.en if level.en[:1].isdigit() else f"one {level.en}", one(level).zh),
            "measure": Text(measure.en[:1].lower() + measure.en[1:], measure.zh),
            "worth": worth(price, unit),
        }
        words = (_SENTENCES[name] + _WORTH[SENSE[plan.priced_in]]).format(**values)
        rows.append(
            {
                "constraint": name,
                "region": region,
                "resource": at.get("resource", ""),
                "industry": industry,
                "factor_class": at.get("factor_class", ""),
                "mode": at.get("mode", ""),
                "fund": at.get("fund", ""),
                "phase": at.get("phase", ""),
                "price": price,
                "unit": f"{unit.en} / {per.en}",
                "words_en": words.en,
                "words_zh": words.zh,
            }
        )

    prices = limit_prices(plan)
    for name in _SENTENCES:
        dual = prices.get(name)
        if dual is None:
            continue
        values = dual.values
        least = NEGLIGIBLE * max(float(np.abs(values).max(initial=0.0)), 1e-12)
        found = [
            (
                float(values[tuple(k)]),
                {str(d): str(dual[d].values[i]) for d, i in zip(dual.dims, k, strict=True)},
            )
            for k in np.argwhere(values > least)
        ]
        for price, at in sorted(found, key=lambda f: (-round(f[0], 9), sorted(f[1].items()))):
            add(name, at, price)
    for name, objective, price in _levels(plan):
        if price > 0:
            add(name, {} if name == "carbon_cap" else {"objective": objective}, price)
    return pd.DataFrame(rows, columns=COLUMNS)
