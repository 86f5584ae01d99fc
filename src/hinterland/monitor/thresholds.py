"""Thresholds of the risk register in monitoring: what is watched, and which figures are past what line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from hinterland.monitor.periods import named
from hinterland.monitor.system import Monitored
from hinterland.study import Result, Study, Text

Worse = Literal["above", "below"]

# kinds of risk with a row for every industry: only those that are past a threshold as planned are watched
_BY_INDUSTRY = ("jobs_industry", "imports")
_PARTS = ("industry", "resource", "policy", "stress")


def beyond(value: float, amber: float, red: float, worse: Worse) -> Literal["", "amber", "red"]:
    """Return which threshold a figure has reached; "" for none, and where figure or thresholds are unknown.

    Parameters
    ----------
    value, amber, red : float
        In the indicator's unit; NaN where unknown.
    worse : {"above", "below"}
        On which side of a threshold things are worse.
    """
    sign = 1.0 if worse == "above" else -1.0
    if red == red and sign * (value - red) >= 0:
        return "red"
    return "amber" if amber == amber and sign * (value - amber) >= 0 else ""


def past_thresholds(made: Monitored, time: float) -> Iterator[tuple[str, str, str, Text]]:
    """Yield region, indicator, threshold reached and words for every newest figure past a threshold.

    A threshold of a region goes before one that is for all of them.
    """
    table = made.thresholds
    own = set(zip(table["monitored"], table["region"], strict=True)) if len(table) else set()
    for row in table.to_dict("records"):
        code, region = str(row["monitored"]), str(row["region"] or "")
        for at in [region] if region else made.study.regions:
            if not region and (code, at) in own:
                continue
            known = made.series(code, at, time)
            if known.empty:
                continue
            value = float(known["value"].iloc[-1])
            amber, red = float(row["amber"]), float(row["red"])
            worse: Worse = "above" if row["worse"] == "above" else "below"
            found = beyond(value, amber, red, worse)
            if not found:
                continue
            limit = red if found == "red" else amber
            said = Text(
                "{v} in {p}: past the {n} threshold of {l} ({k})",
                "{p}为{v}，已越过{n}线{l}（{k}）",
            ).format(
                v=f"{value:.4g}",
                p=named(known["period"].iloc[-1]),
                n=Text("red", "红") if found == "red" else Text("amber", "黄"),
                l=f"{limit:.4g}",
                k=made.study.text("risk", row["risk"]) if row["risk"] else Text("own", "自设"),
            )
            yield at, code, found, said


def watched(study: Study, warnings: Result) -> dict[str, pd.DataFrame]:
    """Return what the risk register wants watched, as tables monitor_indicators and monitor_thresholds.

    Of a resource the tightest thresholds over the phases are taken. Weights are 0: what is watched is no
    achievement. Codes are the kind of risk and what it is about.

    Parameters
    ----------
    study : Study
    warnings : Result
        ``risk_warnings`` of the plan.
    """
    frame = warnings.frame
    near = frame["warning"].isin(["amber", "red"]) | ~frame["risk"].isin(_BY_INDUSTRY)
    frame = frame[near & (frame["amber"].notna() | frame["red"].notna())]
    policies = study.frames.get("policies", pd.DataFrame(columns=["policy", "name_en", "name_zh"]))
    laws = {
        str(r["policy"]): Text(str(r["name_en"] or r["policy"]), str(r["name_zh"] or r["name_en"]))
        for r in policies.to_dict("records")
    }
    codes, subjects = [], []
    for row in frame.to_dict("records"):
        about = [(part, str(row[part])) for part in _PARTS if row[part]]
        codes.append("_".join([f"risk_{row['risk']}", *(code for _, code in about)]))
        # what a stress test watches says itself what it is about
        names = [
            laws[code] if part == "policy" and code in laws else study.text(part, code)
            for part, code in about
            if part != "stress"
        ]
        said = Text(str(row["indicator_en"]), str(row["indicator_zh"]))
        for subject in names:
            said = said + Text(": ", "：") + subject
        subjects.append(said)
    frame = frame.assign(monitored=codes, name_en=[s.en for s in subjects], name_zh=[s.zh for s in subjects])
    frame["worse"] = np.where(frame["direction"].astype(int) > 0, "above", "below")
    once = frame.drop_duplicates("monitored")
    indicators = pd.DataFrame(
        {
            "monitored": once["monitored"],
            "name_en": once["name_en"],
            "name_zh": once["name_zh"],
            "definition_en": once["name_en"] + " (risk register)",
            "definition_zh": once["name_zh"] + "（风险登记册）",
            "unit": once["unit"],
            "direction": np.where(once["worse"] == "above", "less", "more"),
            "series": "",
            "target_weight": 0,
            "result_weight": 0,
            "owner": once["owner_en"] + "|" + once["owner_zh"],
            "source": "",
        }
    )
    keys = ["monitored", "region"]
    tight = frame["direction"].astype(int)
    frame["amber"], frame["red"] = frame["amber"] * tight, frame["red"] * tight
    lines = frame.groupby(keys, sort=False)[["amber", "red"]].min().reset_index()
    lines = lines.merge(frame.drop_duplicates(keys)[[*keys, "worse", "risk"]], on=keys)
    for name in ("amber", "red"):
        lines[name] = np.where(lines["worse"] == "above", lines[name], -lines[name])
    lines["note"] = ""
    return {
        "monitor_indicators": indicators.reset_index(drop=True),
        "monitor_thresholds": lines[["monitored", "region", "worse", "amber", "red", "risk", "note"]],
    }
