"""Who moves what to whom: the Sankey diagram from origins over industries to hosts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hinterland.charts import numbers, palette
from hinterland.charts.chart import Chart, Option
from hinterland.charts.words import industry_name, unit
from hinterland.study import EMPTY, Language, Result, Study, Text

_OTHERS = Text("Other industries", "其他产业")


def sankey(
    study: Study,
    result: Result,
    title: Text,
    alt: Text,
    *,
    chart: str,
    value: str = "output",
    most: int = 14,
    note: Text = EMPTY,
) -> Chart:
    """Return the flow of `value` from origin to industry to host.

    Parameters
    ----------
    result : Result
        With columns ``industry``, ``origin``, ``host`` and the figure `value`; other columns are summed over.
    most : int
        Industries shown by name; the smaller ones are drawn together.
    """
    frame = result.frame[["industry", "origin", "host", value]].copy()
    frame = frame[frame[value] > 0]
    sizes = frame.groupby("industry", observed=True)[value].sum().sort_values(ascending=False, kind="stable")
    kept = set(sizes.index if len(sizes) <= most + 1 else sizes.index[:most])
    frame["industry"] = frame["industry"].where(frame["industry"].isin(kept), "")
    left = frame.groupby(["origin", "industry"], observed=True)[value].sum()
    right = frame.groupby(["industry", "host"], observed=True)[value].sum()
    column = result.column(value)
    places = numbers.decimals(left.tolist() + right.tolist())

    def build(language: Language) -> Option:
        measured = unit(study, column.unit).get(language)

        def shown(amount: float) -> str:
            return f"{numbers.figure(amount, places)} {measured}".strip()

        def industry(code: str) -> Text:
            return industry_name(study, code) if code else _OTHERS

        columns = (
            ("o", left.groupby("origin", observed=True).sum(), palette.SERIES[1], "right"),
            ("i", left.groupby("industry", observed=True).sum(), palette.SERIES[5], "right"),
            ("h", right.groupby("host", observed=True).sum(), palette.SERIES[0], "left"),
        )
        nodes: list[dict[str, Any]] = []
        for depth, (side, totals, colour, position) in enumerate(columns):
            for code, amount in totals.sort_values(ascending=False, kind="stable").items():
                short = industry(str(code)) if side == "i" else study.text("region", code)
                full = study.text("industry", code) if side == "i" and code else short
                named = full.get(language)
                nodes.append(
                    {
                        "name": f"{side}:{code}",
                        "text": short.get(language),
                        "named": named,
                        "depth": depth,
                        "itemStyle": {"color": colour},
                        "label": {"position": position},
                        "tip": f"{named}\n{shown(float(amount))}",
                    }
                )
        texts = {node["name"]: node.pop("named") for node in nodes}

        def links(flows: pd.Series[float], a: str, b: str) -> list[dict[str, Any]]:
            return [
                {
                    "source": f"{a}:{x}",
                    "target": f"{b}:{y}",
                    "value": float(amount),
                    "tip": f"{texts[f'{a}:{x}']} → {texts[f'{b}:{y}']}\n{shown(float(amount))}",
                }
                for (x, y), amount in flows.items()
            ]

        label: Option = {
            "formatter": "hl:label",
            "fontSize": 12,
            "color": palette.INK,
            "textBorderColor": "#ffffff",
            "textBorderWidth": 3,
            "overflow": "break",
            "lineHeight": 13,
        }
        series = {
            "type": "sankey",
            "left": 2,
            "right": 2,
            "top": 8,
            "bottom": 8,
            "nodeWidth": 12,
            "nodeGap": 18,
            "nodeAlign": "justify",
            "draggable": False,
            "layoutIterations": 48,
            "emphasis": {"focus": "adjacency"},
            "lineStyle": {"color": "source", "opacity": 0.28, "curveness": 0.5},
            "label": {**label, "width": 210},
            "data": nodes,
            "links": [*links(left, "o", "i"), *links(right, "i", "h")],
        }
        wide = {"series": [{"label": {"width": 210, "fontSize": 12, "lineHeight": 13}, "nodeWidth": 12}]}
        narrow = {"series": [{"label": {"width": 88, "fontSize": 11, "lineHeight": 12}, "nodeWidth": 8}]}
        return {
            "baseOption": {"series": [series]},
            "media": [{"query": {"maxWidth": 560}, "option": narrow}, {"option": wide}],
        }

    tallest = max((frame[c].nunique() for c in ("origin", "industry", "host")), default=1)
    return Chart(chart, title, alt, (result.name,), build, (column,), max(320, 36 * tallest + 40), note)
