"""A plan of the two-by-two study with every table that the safeguards read; figures round and made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland import plan as room
from hinterland.accounts import complete
from hinterland.plan import Plan
from hinterland.plan.assemble import plan_data
from hinterland.study import Provenance, Study

TABLES: Mapping[str, list[dict[str, Any]]] = {
    "fiscal_rules": [
        {"rule": r, "item": i, "value": v, "low": "", "high": "", "in_force": f, "ends": e}
        for r, i, v, f, e in [
            ("old", "vat_rate", 0.2, "2000-01-01", "2018-12-31"),
            ("vat", "vat_rate", 0.1, "2019-01-01", ""),
            ("split", "vat_local_share", 0.5, "2016-05-01", ""),
            ("income", "profit_tax_rate", 0.25, "2008-01-01", ""),
            ("share", "profit_tax_local_share", 0.4, "2003-01-01", ""),
        ]
    ],
    "incentive_rules": [
        {
            "rule": r,
            "instrument_kind": k,
            "verdict": v,
            "issued": f,
            "in_force": f,
            "ends": e,
            **{c: "words" for c in ("document_en", "article_en", "reading_en")},
            **{c: "文字" for c in ("document_zh", "article_zh", "reading_zh")},
        }
        for r, k, v, f, e in [
            ("ban", "tax_refund", "prohibited", "2024-08-01", ""),
            ("terms", "land_discount interest_subsidy", "conditional", "2020-01-01", ""),
            ("law", "land_discount", "allowed", "2000-01-01", "2029-12-31"),
        ]
    ],
    "instruments": [
        {
            "instrument": n,
            "kind": k,
            "rate": rate,
            "low": "",
            "high": "",
            "years": y,
            "end_year": "",
            "host": h,
            "name_en": n.title(),
            "name_zh": f"工具{j}",
        }
        for j, (n, k, rate, y, h) in enumerate(
            [
                ("refund", "tax_refund", 0.5, 2, ""),
                ("land", "land_discount", 0.5, "", "south"),
                ("interest", "interest_subsidy", 0.02, 3, ""),
                ("talent", "talent_subsidy", 0.1, 1, "west"),
            ]
        )
    ],
    "education_mix": [
        {"factor_class": c, "education": e, "schooling_years": y, "value": v, "low": "", "high": ""}
        for c, shares in (("", (0.5, 0.3, 0.2)), ("technology_intensive", (0.2, 0.3, 0.5)))
        for (e, y), v in zip((("basic", 6), ("middle", 12), ("high", 16)), shares, strict=True)
    ],
    "compensation_rates": [
        {"flow": "co2", "side": s, "value": v, "low": "", "high": ""}
        for s, v in (("cost", 2), ("benefit", 5))
    ],
    "fund_sources": [
        {"fund_source": s, "value": v, "low": "", "high": "", "public": p, "payer": side}
        for s, v, p, side in (
            ("host_budget", 0.4, "yes", "host"),
            ("social_capital", 0.6, "no", ""),
        )
    ],
}

SCHOOLING = {"east": 12.0, "north": 11.0, "south": 9.0, "west": np.nan}


def guarded(tiny: Study, *, draws: int = 0, leave: tuple[str, ...] = ()) -> Study:
    """Return the study with the safeguards' tables, without those in `leave`."""
    frames = {**tiny.frames, **{k: pd.DataFrame(v) for k, v in TABLES.items() if k not in leave}}
    values = np.array([SCHOOLING[r] for r in tiny.regions])[:, None, None]
    coords = {"region": list(tiny.regions), "indicator": ["mean_years_schooling_working_age"], "year": [2020]}
    known = Provenance("observed", "years", "2020", ("office",))
    study = replace(tiny, frames=frames).with_arrays(
        {"indicators": (xr.DataArray(values, coords, list(coords)), known)}
    )
    for name, value in {
        "accounts.compensation_item": "wages",
        "potential.surplus_item": "surplus",
        "safeguard.draws": draws,
    }.items():
        study = study.with_parameter(name, value)
    return complete(study)


def planned(study: Study, **moved: tuple[float, float]) -> Plan:
    """Return a plan with moves given as ``industry__origin__host=(near, far)`` and nothing else.

    The figures of the safeguards come from the moves alone, so that a test need not know the optimum.
    """
    data = plan_data(study)
    base = room.optimise(study, objective="value_added")
    transfer = xr.zeros_like(base.transfer)
    for name, amounts in moved.items():
        industry, origin, host = name.split("__")
        transfer.loc[{"industry": industry, "origin": origin, "host": host}] = np.array(amounts)
    return replace(base, transfer=transfer, data=data)
