"""Shadow prices in words: what one more unit of a limit is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hinterland.study import EMPTY, Text
from hinterland.study.units import spoken

if TYPE_CHECKING:
    from hinterland.plan.model import Plan

COLUMNS = ["constraint", "region", "resource", "industry", "phase", "price", "unit", "words_en", "words_zh"]
# Prices below this share of the largest of their family are rounding.
NEGLIGIBLE = 1e-6

_EN = " is worth {worth} ({measure})."
_ZH = "，{measure}增加{worth}。"
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
    "carbon_cap": Text(
        "The nation's carbon: one more {carbon} of net emissions a year",
        "全国碳排放：净排放每年每放宽{carbon}",
    ),
}


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


def price_rows(plan: Plan) -> pd.DataFrame:
    """Return one row for each limit with a price, the dearest of each kind first."""
    study, data = plan.study, plan.data
    measure = study.text("objective", plan.priced_in)
    unit = study.text("unit", data.units.get(plan.priced_in, ""))
    resources = study.frames.get("resources")
    units = {} if resources is None else dict(zip(resources["resource"], resources["unit"], strict=True))
    phases = {p.code: p.label for p in data.phases}
    rows: list[dict[str, object]] = []

    def add(name: str, at: dict[str, str], price: float) -> None:
        region = at.get("host", at.get("origin", ""))
        of = {
            "unit_of": study.text("unit", units.get(at.get("resource", ""), "")),
            "money": study.text("unit", data.units.get("output", "")),
            "labour": study.text("unit", data.units.get("employment", "")),
            "carbon": study.text("unit", data.units.get("co2", "")),
        }
        values: dict[str, object] = {
            "region": study.text("region", region) if region else EMPTY,
            "other": study.text("region", at["host_to"]) if "host_to" in at else EMPTY,
            "industry": study.text("industry", at["industry"]) if "industry" in at else EMPTY,
            "class_": study.text("factor_class", at["factor_class"]) if "factor_class" in at else EMPTY,
            "resource": study.text("resource", at["resource"]) if "resource" in at else EMPTY,
            "phase": phases[at["phase"]] if "phase" in at else EMPTY,
            "unit_of": one(of["unit_of"]),
            "money": one(of["money"]),
            "labour": one(of["labour"]),
            "carbon": one(of["carbon"]),
            "measure": Text(measure.en[:1].lower() + measure.en[1:], measure.zh),
            "worth": worth(price, unit),
        }
        words = (_SENTENCES[name] + Text(_EN, _ZH)).format(**values)
        per = {"resource": "unit_of", "job_loss": "labour", "carbon_cap": "carbon"}.get(name, "money")
        rows.append(
            {
                "constraint": name,
                "region": region,
                "resource": at.get("resource", ""),
                "industry": at.get("industry", ""),
                "phase": at.get("phase", ""),
                "price": price,
                "unit": f"{unit.en} / {of[per].en}",
                "words_en": words.en,
                "words_zh": words.zh,
            }
        )

    for name in _SENTENCES:
        if name == "carbon_cap":
            cap = plan.bound_duals.get("co2", 0.0)
            if plan.objective == "balanced" and cap > 0:
                add(name, {}, cap)
            continue
        dual = plan.duals.get(name)
        if dual is None:
            continue
        values = np.nan_to_num(dual.values)
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
    return pd.DataFrame(rows, columns=COLUMNS)
