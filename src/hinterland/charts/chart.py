"""One description of a chart for notebook, web page and document."""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from hinterland.charts.palette import FONT, INK, MUTED, RULE, SERIES
from hinterland.study import EMPTY, LANGUAGES, Column, Language, StudyError, Text

Option = dict[str, Any]
"""An ECharts option as plain data. Strings that start with ``hl:`` name functions of the page's script."""


@dataclass(frozen=True)
class Chart:
    """A chart as a description: what it shows, in words too, and how to draw it in each language.

    Parameters
    ----------
    name : str
        Unique on a page; made of letters, digits and hyphens.
    title, alt : Text
        Heading, and what a reader who cannot see the chart should know.
    results : tuple of str
        Names of the results whose tables hold the figures drawn.
    build : callable
        Language to ECharts option (plain, JSON-serialisable data).
    columns : tuple of Column
        The figures drawn, for their unit, year and status.
    height : int
        Height in CSS pixels.
    note : Text
        How to read it, where that is not obvious.
    """

    name: str
    title: Text
    alt: Text
    results: tuple[str, ...]
    build: Callable[[Language], Option]
    columns: tuple[Column, ...] = ()
    height: int = 360
    note: Text = EMPTY

    def option(self, language: Language = "en") -> Option:
        """Return the ECharts option in one language, with the house style under it."""
        option = self.build(language)
        return {**_style(), **option}

    def options(self) -> dict[Language, Option]:
        """Return the option in every language, figures rounded to what a screen can show."""
        return {language: _light(self.option(language)) for language in LANGUAGES}

    def _repr_html_(self) -> str:
        """Show the chart in a notebook, in a frame of its own so that page and chart do not meet."""
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><body style="margin:0;background:#fff">'
            f'<div data-chart="{html.escape(self.name)}" style="height:{self.height}px" role="img" '
            f'aria-label="{html.escape(self.alt.en)}"></div>'
            f'<script type="application/gzip" id="charts">{packed([self])}</script>'
            f"<script>{script()}</script><script>hinterlandCharts.start()</script>"
        )
        return (
            f'<iframe srcdoc="{html.escape(page)}" title="{html.escape(self.title.en)}" '
            f'style="width:100%;height:{self.height + 12}px;border:0"></iframe>'
        )


def packed(charts: Iterable[Chart]) -> str:
    """Return the options of a page's charts for its script element "charts": base64 of gzipped JSON.

    The same charts give the same text, whenever it is made.
    """
    options = {chart.name: chart.options() for chart in charts}
    text = json.dumps(options, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _light(value: Any) -> Any:
    """Round figures to what a screen can show: digits that nobody sees would be a tenth of a page."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _light(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_light(item) for item in value]
    return value


def _style() -> Option:
    return {
        "color": list(SERIES),
        "animation": False,
        "textStyle": {"fontFamily": FONT, "fontSize": 12, "color": INK},
        "tooltip": {
            "confine": True,
            "formatter": "hl:tip",
            "textStyle": {"fontSize": 13, "color": INK},
            "borderColor": RULE,
            "padding": [6, 10],
            "transitionDuration": 0,
        },
    }


def axis(kind: str, **more: Any) -> Option:
    """Return an axis in the house style: thin rules, labels in ink, no decoration."""
    base: Option = {
        "type": kind,
        "axisLine": {"show": kind == "category", "lineStyle": {"color": MUTED}},
        "axisTick": {"show": False},
        "splitLine": {"show": kind == "value", "lineStyle": {"color": RULE}},
        "axisLabel": {"color": INK, "fontSize": 12},
        "nameTextStyle": {"color": MUTED, "fontSize": 12},
    }
    label = {**base["axisLabel"], **more.pop("axisLabel", {})}
    return {**base, **more, "axisLabel": label}


@cache
def script() -> str:
    """Return the page's script that draws charts: the parts of ECharts in use and this package's own.

    Raises
    ------
    StudyError
        When the bundle was not made at installation.
    """
    path = resources.files("hinterland.charts").joinpath("static/echarts.js")
    if not path.is_file():
        raise StudyError(
            Text("The charts' script is missing from this installation.", "本安装缺少图表脚本。"),
            Text(
                "Install the package again (pip install .), which makes it.",
                "请重新安装本软件包（pip install .），安装时会生成该脚本。",
            ),
        )
    return path.read_text(encoding="utf-8")
