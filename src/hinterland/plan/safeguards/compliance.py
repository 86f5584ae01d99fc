"""The compliance screen: which published rules speak of an incentive, as dated data, and what they say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hinterland.plan.model import Plan
from hinterland.plan.safeguards.fiscal import in_force
from hinterland.plan.safeguards.given import given, made
from hinterland.study import Result, Study, Text

READS = ("instruments", "incentive_rules")
VERDICTS = ("prohibited", "conditional", "allowed")
UNREVIEWED = "unreviewed"


def matching(rules: pd.DataFrame, kind: str, first: int, last: int) -> pd.DataFrame:
    """Return the rules that speak of a kind of incentive and are in force in any year of a period."""
    mine = rules["instrument_kind"].astype(str).str.split().map(lambda kinds: kind in kinds)
    years = pd.concat([in_force(rules, year) for year in range(first, last + 1)], axis=1).any(axis=1)
    return rules[mine & years]


def verdict(rules: pd.DataFrame) -> str:
    """Return the strictest verdict among rules; ``unreviewed`` where none speaks."""
    return next((v for v in VERDICTS if bool((rules["verdict"] == v).any())), UNREVIEWED)


def verdicts(study: Study, first: int, last: int) -> dict[str, str]:
    """Return the strictest verdict on each instrument of the study within a period, by instrument.

    A single year asks what is in force in it.
    """
    rules, instruments = given(study, "incentive_rules"), given(study, "instruments")
    return {
        str(row["instrument"]): verdict(matching(rules, str(row["kind"]), first, last))
        for row in instruments.to_dict("records")
    }


def screen(plan: Plan) -> Result:
    """Every instrument with every rule that speaks of it, the strictest first.

    Raises
    ------
    StudyError
        No table instruments or incentive_rules.
    """
    study = plan.study
    first, last = plan.data.phases[0].start, plan.data.phases[-1].end
    rules, instruments = given(study, "incentive_rules"), given(study, "instruments")
    order = {v: k for k, v in enumerate(VERDICTS)}
    rows: list[dict[str, Any]] = []
    for row in instruments.to_dict("records"):
        mine = matching(rules, str(row["kind"]), first, last).to_dict("records")
        for rule in sorted(mine, key=lambda r: order.get(str(r["verdict"]), len(order))):
            ends = str(rule["ends"])
            rows.append(
                {
                    "instrument_en": str(row["name_en"]),
                    "instrument_zh": str(row["name_zh"]),
                    "verdict": rule["verdict"],
                    "document_en": rule["document_en"],
                    "document_zh": rule["document_zh"],
                    "article_en": rule["article_en"],
                    "article_zh": rule["article_zh"],
                    "issued": rule["issued"],
                    "in_force": rule["in_force"],
                    "ends": ends,
                    "lapses": bool(ends) and int(ends[:4]) < last,
                    "reading_en": rule["reading_en"],
                    "reading_zh": rule["reading_zh"],
                }
            )
        if not mine:
            blank = dict.fromkeys(
                ("document_en", "document_zh", "article_en", "article_zh", "issued", "in_force", "ends"), ""
            )
            rows.append(
                {
                    "instrument_en": str(row["name_en"]),
                    "instrument_zh": str(row["name_zh"]),
                    "verdict": UNREVIEWED,
                    **blank,
                    "lapses": False,
                    "reading_en": "No rule of the table speaks of it: have it reviewed.",
                    "reading_zh": "表中没有涉及该工具的规则，请另行审查。",
                }
            )
    frame = pd.DataFrame(rows)
    return made(
        plan,
        "incentive_screen",
        Text("Compliance screen of the incentives", "激励政策合规审查"),
        frame,
        [
            ("instrument_en", "text"),
            ("instrument_zh", "text"),
            ("verdict", "code"),
            ("document_en", "text"),
            ("document_zh", "text"),
            ("article_en", "text"),
            ("article_zh", "text"),
            ("issued", "text"),
            ("in_force", "text"),
            ("ends", "text"),
            ("lapses", "flag"),
            ("reading_en", "text"),
            ("reading_zh", "text"),
        ],
        Text(
            "Rules of the table incentive_rules that name the kind of instrument and are in force in any "
            "year of the plan.",
            "incentive_rules表中涉及该类工具、且在规划期内任一年有效的规则。",
        ),
        Text(
            "The readings are this project's own and no legal advice; whether a measure passes is decided "
            "by the fair-competition review of the authority that issues it.",
            "解读为本项目观点，不构成法律意见；措施能否通过由制定机关的公平竞争审查决定。",
        ),
        reads=READS,
    )
