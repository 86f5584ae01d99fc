"""What an evaluation hands over: the `Evaluation`, its checks and a verdict that does not overclaim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from hinterland.study import EMPTY, Column, Result, Text

Verdict = Literal["supported", "fragile", "not_detected"]

METHODS: Mapping[str, Text] = {
    "callaway_santanna": Text("Callaway & Sant'Anna (2021)", "Callaway和Sant'Anna（2021）"),
    "sun_abraham": Text("Sun & Abraham (2021)", "Sun和Abraham（2021）"),
    "imputation": Text("Imputation, Borusyak, Jaravel & Spiess (2024)", "插补法，Borusyak等（2024）"),
    "two_way": Text("Two-way fixed effects", "双向固定效应"),
    "synthetic_control": Text(
        "Synthetic control, Abadie, Diamond & Hainmueller (2010)", "合成控制法，Abadie等（2010）"
    ),
    "synthetic_did": Text(
        "Synthetic difference-in-differences, Arkhangelsky et al. (2021)",
        "合成双重差分，Arkhangelsky等（2021）",
    ),
    "spillover": Text("Spillovers by distance, Butts (2021)", "按距离的溢出效应，Butts（2021）"),
}


@dataclass(frozen=True)
class Check:
    """One assumption of a design, tested.

    Attributes
    ----------
    code : str
    holds : bool or None
        None where the data cannot tell.
    value : float
        The statistic that decides (a p-value, a bound, a count); NaN without one.
    said : Text
    """

    code: str
    holds: bool | None
    value: float
    said: Text


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A causal estimate with what is needed to doubt it.

    Attributes
    ----------
    method : str
        Code in `METHODS`.
    outcome : str
    effect, error, low, high, p : float
        Average effect on the treated, its standard error, 95 % interval and p-value; NaN where the method
        gives none.
    dynamic : DataFrame
        event_time, effect, error, low, high: by time since the treatment; negative times are leads.
    groups : DataFrame
        cohort, effect, error, low, high; empty without cohorts.
    checks : tuple of Check
    facts : mapping
        Units, times, treated, never treated, cohorts, clusters.
    settings : mapping
        All that it takes to run it again, seed included.
    hash : str
        SHA-256 of the data.
    raw : object
        What the estimator returned, for bounds and for whoever wants more.
    """

    method: str
    outcome: str
    effect: float
    error: float
    low: float
    high: float
    p: float
    dynamic: pd.DataFrame
    groups: pd.DataFrame
    checks: tuple[Check, ...]
    facts: Mapping[str, int]
    settings: Mapping[str, object]
    hash: str
    raw: object = field(repr=False, default=None)
    note: Text = EMPTY

    @property
    def verdict(self) -> Verdict:
        """Supported where the interval leaves out zero and no check fails; fragile where one does.

        Without an interval the p-value decides, at 5 %.
        """
        seen = self.low > 0 or self.high < 0 if self.low == self.low else self.p <= 0.05
        if not seen:
            return "not_detected"
        return "fragile" if any(check.holds is False for check in self.checks) else "supported"

    @property
    def said(self) -> Text:
        """The verdict in words."""
        failing = [check for check in self.checks if check.holds is False]
        figures = {"e": f"{self.effect:.4g}", "r": self._range}
        if self.low != self.low and self.p != self.p:
            return Text(
                "The estimate for {o} is {e}, without any measure of its uncertainty: nothing can be "
                "concluded from it alone.",
                "对{o}的估计值为{e}，但没有不确定性度量：仅凭此不能得出结论。",
            ).format(o=self.outcome, e=figures["e"])
        if self.verdict == "not_detected":
            return Text(
                "No effect on {o} is detected: the estimate is {e} ({r}). That is no proof that there was "
                "none: whatever the interval holds is compatible with the data.",
                "未检出对{o}的效应：估计值为{e}（{r}）。这并不证明没有效应：区间内的任何数值均与数据相容。",
            ).format(o=self.outcome, **figures)
        if self.verdict == "fragile":
            return Text(
                "The estimate for {o} is {e} ({r}), but it is fragile: {why} It should not be called "
                "an effect on this evidence alone.",
                "对{o}的估计值为{e}（{r}），但并不稳健：{why}仅凭此证据不宜称为政策效应。",
            ).format(
                o=self.outcome,
                why=Text(
                    " ".join(check.said.en for check in failing), "".join(check.said.zh for check in failing)
                ),
                **figures,
            )
        supported = Text(
            "The data support an effect on {o} of {e} ({r}), if the comparison units show what would "
            "have happened without the policy; the checks below do not contradict that.",
            "数据支持对{o}存在{e}的效应（{r}），前提是对照单位能够代表没有政策时的情形；下列检验未与之矛盾。",
        ).format(o=self.outcome, **figures)
        untested = [check.said for check in self.checks if check.code == "leads" and check.holds is None]
        return sum((Text(" ", "") + said for said in untested), supported)

    @property
    def _range(self) -> Text:
        if self.low == self.low:
            return Text("{a} to {b}", "{a}至{b}").format(a=f"{self.low:.4g}", b=f"{self.high:.4g}")
        return Text.same(f"p = {self.p:.2g}")

    def results(self) -> dict[str, Result]:
        """Return the evaluation's tables by name: the estimate, its path, its groups, its checks."""
        method = METHODS[self.method]
        made = {
            "evaluation": _table(
                "evaluation",
                Text("Estimated effect", "估计效应"),
                pd.DataFrame(
                    {
                        "method": [self.method],
                        "outcome": [self.outcome],
                        "effect": [self.effect],
                        "error": [self.error],
                        "low": [self.low],
                        "high": [self.high],
                        "p_value": [self.p],
                        "verdict": [self.verdict],
                    }
                ),
                method,
                self.said + self.note,
            ),
            "evaluation_path": _table(
                "evaluation_path",
                Text("Effect by time since the policy", "政策前后各期效应"),
                self.dynamic,
                method,
            ),
        }
        if len(self.groups):
            made["evaluation_groups"] = _table(
                "evaluation_groups", Text("Effect by cohort", "分批次效应"), self.groups, method
            )
        checks = pd.DataFrame(
            {
                "check": [c.code for c in self.checks],
                "holds": [None if c.holds is None else bool(c.holds) for c in self.checks],
                "value": [c.value for c in self.checks],
                "said_en": [c.said.en for c in self.checks],
                "said_zh": [c.said.zh for c in self.checks],
            }
        )
        made["evaluation_checks"] = _table(
            "evaluation_checks", Text("The design's assumptions, tested", "设计假设的检验"), checks, method
        )
        return made


_LABELS = {
    "method": Text("Method", "方法"),
    "outcome": Text("Outcome", "结果变量"),
    "effect": Text("Effect", "效应"),
    "error": Text("Standard error", "标准误"),
    "low": Text("2.5 % point", "2.5%分位"),
    "high": Text("97.5 % point", "97.5%分位"),
    "p_value": Text("p-value", "p值"),
    "verdict": Text("Verdict", "结论"),
    "event_time": Text("Time since the policy", "距政策时间"),
    "cohort": Text("First treated", "首次处理"),
    "check": Text("Check", "检验"),
    "holds": Text("Holds", "成立"),
    "value": Text("Statistic", "统计量"),
    "said_en": Text("In words (English)", "说明（英文）"),
    "said_zh": Text("In words (Chinese)", "说明（中文）"),
}
_FIGURES = ("effect", "error", "low", "high", "p_value", "value")


def _table(name: str, title: Text, frame: pd.DataFrame, method: Text, note: Text = EMPTY) -> Result:
    columns = []
    for column in frame.columns:
        if column in _FIGURES:
            columns.append(Column(column, _LABELS[column], "number", "", "estimated"))
        elif column == "holds":
            columns.append(Column(column, _LABELS[column], "flag"))
        elif column in ("method", "verdict", "check"):
            columns.append(Column(column, _LABELS[column], "code"))
        elif column in ("event_time", "cohort"):
            columns.append(Column(column, _LABELS[column], "year" if column == "cohort" else "text"))
        else:
            columns.append(Column(column, _LABELS[column], "text"))
    return Result(name, title, frame, tuple(columns), method, note)
