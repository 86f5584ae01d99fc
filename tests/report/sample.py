"""Made-up findings with the names and columns of the real ones, to test how they are shown."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from hinterland.study import Column, Kind, Result, Status, Study, Text

_KINDS: dict[str, Kind] = {
    "region": "region",
    "region_to": "region",
    "origin": "region",
    "host": "region",
    "host_to": "region",
    "industry": "industry",
    "year": "year",
    "start": "year",
    "end": "year",
    "phase": "phase",
    "factor_class": "factor_class",
    "indicator": "indicator",
    "resource": "resource",
    "chosen": "flag",
    "binding": "flag",
    "holds": "flag",
    "share": "share",
    "host_share": "share",
    "share_start": "share",
    "share_end": "share",
    "share_change": "share",
    "output_change_share": "share",
}
_CODES = {
    "objective",
    "constraint",
    "measure",
    "risk",
    "family",
    "level",
    "verdict",
    "claim",
    "pillar",
    "variable",
    "status",
}
_TEXTS = {"unit", "sources", "section", "evidence", "method"}


def _columns(study: Study, frame: pd.DataFrame, status: Status) -> tuple[Column, ...]:
    out = []
    for name in frame.columns:
        kind = _KINDS.get(name)
        if kind is None:
            if name in _CODES:
                kind = "code"
            elif name in _TEXTS or name.endswith(("_en", "_zh")):
                kind = "text"
            else:
                kind = "number"
        figure = kind in ("number", "share", "flag")
        label = Text(f"Label of {name.replace('_', ' ')}", f"列{len(out) + 1}")
        money = study.unit("money") if kind == "number" else ""
        out.append(
            Column(
                name, label, kind, money, status if figure else None, "2017" if figure else "", ("chen2023",)
            )
        )
    return tuple(out)


def sample_findings(study: Study, *, seed: int = 1) -> dict[str, Result]:
    """Return findings of plausible shapes for any study."""
    rng = np.random.default_rng(seed)
    regions, industries, hosts, origins = study.regions, study.industries, study.hosts, study.origins
    transferable = study.transferable
    years = [1997, 2002, 2007, 2010, 2012, 2015, 2017]
    phases = [phase.code for phase in study.phases()]
    history = study.config["study"].get("history_preset")
    past = [phase.code for phase in study.phases(history)] if history else []
    classes = list(dict.fromkeys(study.factor_class))
    out: dict[str, Result] = {}

    def add(
        name: str, rows: list[tuple[Any, ...]] | pd.DataFrame, *columns: str, status: Status = "estimated"
    ) -> None:
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=list(columns))
        title = Text(f"Title of {name.replace('_', ' ')}", f"样表{len(out) + 1}")
        method = Text("Made up for the tests.", "测试用虚构数据。")
        out[name] = Result(name, title, frame, _columns(study, frame, status), method)

    def some(*sets: Any, columns: tuple[str, ...], figures: dict[str, tuple[float, float]]) -> pd.DataFrame:
        frame = pd.DataFrame(list(product(*sets)), columns=list(columns))
        for name, (low, high) in figures.items():
            frame[name] = rng.uniform(low, high, len(frame))
        return frame

    frame = some(
        industries, columns=("industry",), figures={"regional_total": (1e4, 9e4), "ratio": (0.9, 1.1)}
    )
    frame.insert(2, "national_total", frame["regional_total"] / frame["ratio"])
    add("reconciliation", frame)
    add(
        "mrio_convergence",
        [(i, float(rng.integers(10, 90)), 1e-13) for i in industries],
        *("industry", "iterations", "residual"),
    )
    add(
        "multipliers",
        some(
            regions,
            industries,
            columns=("region", "industry"),
            figures={
                "output_multiplier": (1.2, 3.2),
                "value_added_multiplier": (0.5, 0.99),
                "employment_multiplier": (0.01, 0.3),
                "co2_multiplier": (0.001, 0.2),
            },
        ),
    )
    add(
        "interregional_trade",
        some(regions, regions, columns=("region", "region_to"), figures={"flow": (1, 9e3)}),
    )
    add(
        "host_share",
        [(y, 0.1 + 0.004 * i) for i, y in enumerate(years)],
        "year",
        "host_share",
        status="observed",
    )
    add(
        "host_share_by_industry",
        some(industries, years, columns=("industry", "year"), figures={"host_share": (0.02, 0.3)}),
    )
    add(
        "location_quotient",
        some(
            regions,
            industries,
            years,
            columns=("region", "industry", "year"),
            figures={"location_quotient": (0, 2.5)},
        ),
        status="observed",
    )
    change = some(
        regions,
        industries,
        columns=("region", "industry"),
        figures={
            "share_start": (0, 0.1),
            "share_end": (0, 0.1),
            "share_change": (-0.1, 0.1),
            "share_change_money": (-900, 900),
        },
    )
    change.insert(2, "start", 1997)
    change.insert(3, "end", 2017)
    change.loc[
        change["region"] == regions[-1], ["share_start", "share_end", "share_change", "share_change_money"]
    ] = np.nan
    add("share_change", change, status="observed")
    shift = some(
        regions,
        industries,
        columns=("region", "industry"),
        figures={
            "change": (-500, 4000),
            "national": (0, 3000),
            "mix": (-900, 900),
            "competitive": (-900, 900),
        },
    )
    shift.insert(2, "start", 1997)
    shift.insert(3, "end", 2017)
    add("shift_share", shift)
    add(
        "structure",
        some(
            regions, classes, years, columns=("region", "factor_class", "year"), figures={"share": (0, 0.4)}
        ),
    )
    if past:
        add(
            "history",
            some(
                past,
                regions,
                industries,
                columns=("phase", "region", "industry"),
                figures={"share_change": (-0.03, 0.03), "share_change_money": (-400, 400)},
            ),
        )
    add(
        "gradient",
        some(
            regions,
            industries,
            columns=("region", "industry"),
            figures={"location_quotient": (0, 2.5), "relative_productivity": (0.4, 1.6), "gradient": (0, 3)},
        ),
    )
    ranks = [float(i + 1) for i in range(len(regions))]
    capacity = pd.DataFrame({"region": regions, "score": rng.uniform(0.2, 0.8, len(regions)), "rank": ranks})
    capacity["rank_low"] = np.maximum(1, capacity["rank"] - 3)
    capacity["rank_high"] = np.minimum(len(regions), capacity["rank"] + 4)
    capacity.loc[len(capacity) - 1, ["score", "rank", "rank_low", "rank_high"]] = np.nan
    add("capacity", capacity)
    pillars = ["attraction", "support", "development", "environment"]
    add("capacity_pillars", some(regions, pillars, columns=("region", "pillar"), figures={"score": (0, 1)}))
    moves = some(
        transferable,
        origins,
        hosts,
        phases,
        columns=("industry", "origin", "host", "phase"),
        figures={"output": (-120, 60)},
    )
    moves["output"] = moves["output"] * rng.lognormal(0, 1, len(moves))
    add("plan_transfers", moves[moves["output"] > 0].reset_index(drop=True))
    add(
        "plan_by_host_phase",
        some(
            hosts,
            phases,
            columns=("host", "phase"),
            figures={k: (10, 900) for k in ("output", "value_added", "employment", "energy", "co2")},
        ),
    )
    add(
        "plan_objectives",
        [("value_added", 1234.5, study.unit("money")), ("employment", 45.6, study.unit("labour"))],
        *("objective", "value", "unit"),
    )
    points = np.linspace(0, 1, 9)
    add(
        "frontier",
        pd.DataFrame(
            {
                "point": range(1, 10),
                "value_added": 1000 + 400 * np.sqrt(points),
                "employment": 80 - 30 * points**2,
                "co2": 10 + 40 * points,
                "chosen": [i == 4 for i in range(9)],
            }
        ),
    )
    host = hosts[0]
    resources = list(study.frames["resources"]["resource"]) if "resources" in study.frames else ["labour"]
    add(
        "shadow_prices",
        [
            (
                "resource",
                h,
                r,
                p,
                float(rng.uniform(0, 3)),
                study.unit("money"),
                f"One unit more of {study.text('resource', r).en} in {study.text('region', h).en} is worth "
                f"much.",
                f"{study.text('region', h).zh}的{study.text('resource', r).zh}每增加一单位，价值可观。",
            )
            for h, r, p in product(hosts[:3], resources, phases)
        ],
        *("constraint", "region", "resource", "phase", "price", "unit", "words_en", "words_zh"),
    )
    add(
        "plan_limits",
        [
            ("resource", h, r, p, 100.0, float(v), bool(v > 90))
            for (h, r, p), v in zip(
                product(hosts, resources, phases), np.linspace(10, 100, 999), strict=False
            )
        ],
        *("constraint", "region", "resource", "phase", "limit", "used", "binding"),
    )
    add(
        "plan_verification",
        [("resource", 54.0, 1e-9, 1e-6, True), ("release", 160.0, 0.0, 1e-6, True)],
        *("constraint", "checked", "largest_violation", "tolerance", "holds"),
    )
    add(
        "plan_specialisation",
        some(
            hosts,
            hosts,
            columns=("host", "host_to"),
            figures={"similarity_before": (0.5, 1), "similarity_after": (0.4, 0.9)},
        ),
    )
    add("plan_comparison", [("value_added", 1234.5, 1100.0)], "measure", "plan", "comparison")
    add(
        "plan_host_industry",
        some(
            hosts, transferable, columns=("host", "industry"), figures={"output": (0, 500), "share": (0, 0.3)}
        ),
    )
    changes = ("output_change", "value_added_change", "employment_change", "co2_change")
    figures = {k: (-500.0, 700.0) for k in changes}
    add(
        "impact_by_region",
        some(regions, columns=("region",), figures={**figures, "output_change_share": (-0.01, 0.02)}),
    )
    add("impact_by_industry", some(industries, columns=("industry",), figures=figures))
    add(
        "risk_register",
        [
            (
                f"risk_{level}",
                family,
                f"Jobs at {study.text('region', host).en}",
                f"{study.text('region', host).zh}的岗位",
                12.5,
                "%",
                10.0,
                level,
                "Train early.",
                "提前培训。",
            )
            for family, level in (("market", "low"), ("social", "medium"), ("environment", "high"))
        ],
        *("risk", "family", "subject_en", "subject_zh", "value", "unit", "threshold", "level"),
        *("mitigation_en", "mitigation_zh"),
    )
    verdicts = ("supported", "not_supported", "cannot_say")
    for name in ("claims", "pathway"):
        add(
            name,
            [
                (
                    f"claim_{verdict}",
                    "3",
                    "The region received three waves of industry.",
                    "该地区先后经历三轮产业承接。",
                    verdict,
                    "Its share fell by 1.2 points and rose by 0.8 points.",
                    "其份额先下降1.2个百分点，后上升0.8个百分点。",
                    "history; host_share",
                )
                for verdict in verdicts
            ],
            *("claim", "section", "text_en", "text_zh", "verdict", "finding_en", "finding_zh", "evidence"),
        )
    return out


MANIFEST: dict[str, Any] = {
    "hinterland": "0.1.0",
    "created": "2026-01-01T00:00:00+00:00",
    "python": "3.11.9",
    "packages": {"numpy": "2.0.0", "highspy": "1.7.0"},
    "study": {"name": "sample", "base_year": 2017},
    "seed": 1,
    "solver": {"status": "optimal", "threads": 1},
    "left_out": [{"step": "measure", "part": "structure_of_moves", "reason": "No table. Add one."}],
}
