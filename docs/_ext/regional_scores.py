"""Write docs/regionalisation-scores.md: methods of regionalisation against Japan's regional tables of 2015.

The data are not in the repository. Run ``python docs/_ext/regional_scores.py`` where they are
(``$HINTERLAND_TESTDATA`` or ``../shared/testdata``); a test holds that the page is current.
"""

# ruff: noqa: E501 - the page's own lines

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hinterland.accounts import Survey, score_by_region, score_methods
from hinterland.study.model import package_table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "regionalisation-scores.md"
FOLDER = "japan_prefectures_2015"
SECTORS = 12
NATION = "00000"


def folder() -> Path | None:
    """Return where the data are, or None."""
    given = os.environ.get("HINTERLAND_TESTDATA")
    for base in ([Path(given)] if given else []) + [ROOT.parent / "shared" / "testdata"]:
        if (base / FOLDER / "IOTable.csv").is_file():
            return base / FOLDER
    return None


def load(where: Path) -> tuple[Survey, list[Survey], list[Survey]]:
    """Return the nation, the prefectures and the cities."""
    table = pd.read_csv(where / "IOTable.csv", dtype={0: str}).dropna(how="all")
    names = pd.read_csv(where / "AreaID.csv", dtype=str).set_index("AreaID")["AreaName"]
    flows = [f"R{i}C{j}" for i in range(1, SECTORS + 1) for j in range(1, SECTORS + 1)]
    outputs = [f"Y{j}" for j in range(1, SECTORS + 1)]
    made = {}
    for code, row in table.set_index(table.columns[0]).iterrows():
        Z = row[flows].to_numpy(dtype=float).reshape(SECTORS, SECTORS)
        x = row[outputs].to_numpy(dtype=float)
        if not (np.isfinite(Z).all() and np.isfinite(x).all() and (x > 0).all()):
            raise ValueError(f"{code} is incomplete")
        made[str(code)] = Survey(str(names[str(code)]), Z / x, x)
    nation = made.pop(NATION)
    return (
        nation,
        [s for code, s in made.items() if code.endswith("000")],
        [s for code, s in made.items() if not code.endswith("000")],
    )


def _table(frame: pd.DataFrame, words: dict[str, str]) -> str:
    lines = [
        "| method | other regions' tables | WAPE | STPE | multiplier error | WAPE below SLQ | below FLQ |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for r in frame.itertuples(index=False):
        lines.append(
            f"| {words[r.method]} | {'yes' if r.tables else 'no'} | {r.wape:.1%} | {r.stpe:.1%} "
            f"| {r.multiplier_error:.2%} | {r.below_slq:+.0%} | {r.below_flq:+.0%} |"
        )
    return "\n".join(lines)


def page(where: Path) -> str:
    """Return the page as Markdown."""
    nation, prefectures, cities = load(where)
    words = package_table("words").query("kind == 'method'").set_index("code")["en"].to_dict()
    scores = score_methods(nation, prefectures).frame
    small = score_methods(
        nation, cities, others=prefectures, methods=("slq", "flq", "national", "learned")
    ).frame
    each = score_by_region(
        nation, prefectures, methods=("slq", "flq", "national", "learned"), known=("output",)
    ).frame.pivot(index="region", columns="method", values="wape")
    known = scores.set_index(["known", "method"])
    used = np.median([(s.A @ s.output / s.output)[1] for s in prefectures])

    def figure(what: str, method: str, column: str = "wape") -> float:
        return float(known.loc[(what, method), column])

    def against(method: str, what: str, rival: str, rival_what: str) -> str:
        return f"{1 - figure(what, method) / figure(rival_what, rival):.0%}"

    wins = {(a, b): int((each[a] < each[b]).sum()) for a in ("national", "learned") for b in ("slq", "flq")}
    return f"""# Regionalisation scored

Written by `docs/_ext/regional_scores.py` from the input-output tables of Japan, {len(prefectures)} prefectures and
{len(cities)} cities, {SECTORS} sectors, 2015 (published by the prefectures and cities, many under CC BY 4.0; the list is in
the data's Notice.txt). Each region is estimated from the national table and what is known of the region, and set
against its own published table. The national table is the published one; it holds the region itself and the five
prefectures without a table here. A test holds that this page is current wherever the data are.

## What these tables can tell, and what not

They hold **all inputs used, wherever they were made** (competitive imports: inflows from other regions and imports
from abroad are in the cells): in the median prefecture industries use {used:.1f} times as much of the products of
mining as the prefecture makes. The published files have no inflows and no final demand. So the truth here is a
region's *technology*, and two things follow.

- Location quotients estimate something else, the inputs made *within* the region. Against tables that hold inflows,
  the more a quotient takes out the worse it looks; FLQ, which takes out most, looks worst, and delta chosen by other
  regions comes out as 0. This does not show that FLQ is a poor estimate of intraregional inputs. These data cannot
  judge that.
- What they do judge is the step before, the inputs that the quotients are applied to. `regional_table` and
  `estimate_mrio` therefore keep the two apart: technology first, then where it comes from.

WAPE is the sum of absolute errors of flows over the sum of flows; STPE the same of coefficients; the multiplier error
is the mean absolute relative error of output multipliers. Figures are means over the prefectures. "Below" compares
WAPE with plain SLQ and plain FLQ (delta 0.3) that know the region's output only; minus means worse.

## Known: the region's output by industry

The information of plain SLQ and FLQ. Methods marked "yes" also look at the tables of the *other* prefectures, never at
the region's own.

{_table(scores.query("known == 'output'"), words)}

With **the same information** as SLQ and FLQ, the default here, the national input mix, has a WAPE
{against("national", "output", "slq", "output")} below plain SLQ's (better in {wins["national", "slq"]} of {len(prefectures)}
prefectures) and {against("national", "output", "flq", "output")} below plain FLQ's ({wins["national", "flq"]} of
{len(prefectures)}). Where other regions' tables are at hand, the input mix learned from them (`learn_technology`) is
{against("learned", "output", "slq", "output")} below SLQ ({wins["learned", "slq"]} of {len(prefectures)}) and
{against("learned", "output", "flq", "output")} below FLQ ({wins["learned", "flq"]} of {len(prefectures)}).

## Known too: value added by industry

So that each industry's inputs are known in sum; every method's columns are scaled to them, the rivals' as well.

{_table(scores.query("known == 'value_added'"), words)}

With the same information the national mix is {against("national", "value_added", "slq", "value_added")} below SLQ and
{against("national", "value_added", "flq", "value_added")} below FLQ, the learned mix
{against("learned", "value_added", "slq", "value_added")} and {against("learned", "value_added", "flq", "value_added")}.

## Known too: sales of each product to industries

Every method is balanced by RAS to both margins. SLQ then equals the national mix: it multiplies whole rows, which
RAS takes back.

{_table(scores.query("known == 'totals'"), words)}

With the same information the learned mix is {against("learned", "totals", "slq", "totals")} below SLQ and
{against("learned", "totals", "flq", "totals")} below FLQ.

## Cities

Learned from the prefectures (each city is part of one). Known: output by industry.

{_table(small.query("known == 'output'"), words)}

## By prefecture

WAPE, known: output by industry.

| prefecture | {words["slq"]} | {words["flq"]} | {words["national"]} | {words["learned"]} |
| --- | --- | --- | --- | --- |
""" + "".join(
        f"| {r.Index} | {r.slq:.1%} | {r.flq:.1%} | {r.national:.1%} | {r.learned:.1%} |\n"
        for r in each.itertuples()
    )


if __name__ == "__main__":
    place = folder()
    if place is None:
        sys.exit(f"The folder {FOLDER} is neither in $HINTERLAND_TESTDATA nor in ../shared/testdata.")
    PAGE.write_text(page(place), encoding="utf-8")
