"""The chapter on the plan's promise: what it says and what it shows of made-up figures."""

from __future__ import annotations

import re

import pandas as pd

from hinterland import report
from hinterland.report.chapters import kept
from hinterland.study import Column, Kind, Result, Study, Text

KINDS: dict[str, Kind] = {
    "region": "region",
    "origin": "region",
    "scope": "code",
    "account": "code",
    "unit": "text",
    "words_en": "text",
    "words_zh": "text",
}


def made(study: Study, name: str, frame: pd.DataFrame, note: Text) -> Result:
    columns = tuple(
        Column(c, study.text("column", c), KINDS[c])
        if c in KINDS
        else Column(c, study.text("column", c), "number", "", "estimated", "2026-2035", ("chen2023",))
        for c in frame
    )
    return Result(name, Text(name.replace("_", " "), "表"), frame, columns, Text("Made.", "虚构。"), note)


def findings(study: Study) -> dict[str, Result]:
    money = study.unit("money")
    promise = pd.DataFrame(
        [
            ("nation", "", "value_added", 40.0, 30.0, money, "75% of the promise.", "为承诺的75%。"),
            ("host", "CN-SC", "value_added", 50.0, 41.0, money, "82% of the promise.", "为承诺的82%。"),
            ("origin", "CN-GD", "value_added", -10.0, -11.0, money, "As promised.", "与承诺相符。"),
        ],
        columns=["scope", "region", "account", "promise", "by_equilibrium", "unit", "words_en", "words_zh"],
    )
    loop = pd.DataFrame({"moves_change": [float("nan"), 0.0]})
    backup = pd.DataFrame(
        {"origin": ["CN-GD", "CN-JS"], "saved": [-1.0, 20.0], "saved_share": [-0.001, 0.02]}
    )
    note = Text("The plan settles after 1 rounds.", "方案经1轮后收敛。")
    return {
        "plan_promise": made(study, "plan_promise", promise, note),
        "plan_loop": made(study, "plan_loop", loop, note),
        "plan_backup": made(study, "plan_backup", backup, note),
    }


def test_it_says_what_is_left_and_whether_the_plan_settles(southwest: Study) -> None:
    said = kept.says(southwest, findings(southwest))
    assert len(said) == 3
    assert "promises the nation 4 billion CNY;" in said[0].en and "3 billion CNY" in said[0].en
    assert said[1].zh == "方案经1轮后收敛。"
    assert "Jiangsu" in said[2].en and "2.0%" in said[2].en and "江苏" in said[2].zh
    assert kept.says(southwest, {}) == []


def test_the_page_shows_nation_and_hosts_in_words(southwest: Study) -> None:
    page = report.render(southwest, findings(southwest), {})
    start = page.index('data-table="plan_promise"')
    table = page[start : page.index("</table>", start)]
    assert "Sichuan" in table and "Guangdong" not in table
    text = re.sub(r"<[^>]+>", " ", table)
    assert "value_added" not in text and "Value added" in text and "增加值" in text
    assert 'data-table="plan_backup"' in page
    assert "plan_loop" in page[page.index('id="kept"') :], "the rounds are named with their file"
