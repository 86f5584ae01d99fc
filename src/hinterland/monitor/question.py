"""Did it work? One call: a checked panel by every design that suits it, assumptions tested, one verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from hinterland.monitor.evaluation import METHODS, Evaluation, Verdict
from hinterland.monitor.panel import Panel, as_panel
from hinterland.monitor.panel_faults import NEVER
from hinterland.monitor.robust import false_date, honest_bounds, leave_one_out, reassigned, wild_bootstrap
from hinterland.monitor.spillover import Spillover, spillover
from hinterland.monitor.staggered import LEVEL, ROWS, event_study
from hinterland.monitor.synthetic import synthetic_control, synthetic_did
from hinterland.study import EMPTY, Column, Result, StudyError, Text

# Designs that start over once for every treated cluster, or hold every unit beside every other, are left to
# panels of at most so many.
MANY_CLUSTERS = 60
MANY_UNITS = 500
# Without the closed form every reassignment is an estimation of its own.
SLOW_DRAWS = 99
BOOTSTRAP = 199
HALF = 0.5
"""Break in trend, in multiples of the largest before the policy, that a supported effect must survive."""

T = TypeVar("T")

DESIGNS: Mapping[str, Text] = {
    "event_study": METHODS["callaway_santanna"],
    "sun_abraham": METHODS["sun_abraham"],
    "imputation": METHODS["imputation"],
    "synthetic_did": METHODS["synthetic_did"],
    "synthetic_control": METHODS["synthetic_control"],
    "wild_bootstrap": Text("Two-way fixed effects, wild cluster bootstrap", "双向固定效应（聚类野自助法）"),
    "spillover": METHODS["spillover"],
    "false_date": Text("False date (should be nothing)", "虚拟时间（应为零）"),
    "reassigned": Text("Dates reassigned at random", "随机重新分配时间"),
    "leave_one_out": Text("Each treated cluster left out in turn", "逐一剔除处理聚类"),
    "honest_bounds": Text("Bounds for trends that part, Rambachan & Roth (2023)", "趋势偏离边界"),
}


@dataclass(frozen=True, eq=False)
class Answered:
    """One question, by every design that suits its panel.

    Attributes
    ----------
    panel : Panel
    designs : mapping of str to Evaluation
        By name in `DESIGNS`; "event_study" is always there.
    skipped : mapping of str to Text
        Designs that do not suit the panel, and why.
    p : float
        Of dates dealt out anew; NaN where that was skipped.
    bounds, without : DataFrame or None
        Of `honest_bounds` and of `leave_one_out`.
    spilled : Spillover or None
        Where distances were given.
    verdict : {"supported", "fragile", "not_detected"}
    reasons : Text
    """

    panel: Panel
    designs: Mapping[str, Evaluation]
    skipped: Mapping[str, Text]
    p: float
    bounds: pd.DataFrame | None
    without: pd.DataFrame | None
    spilled: Spillover | None
    verdict: Verdict
    reasons: Text

    @property
    def main(self) -> Evaluation:
        """The event study; with distances that with spillovers, with one treated unit synthetic control."""
        for name in ("spillover", "synthetic_control"):
            if name in self.designs:
                return self.designs[name]
        return self.designs["event_study"]

    def results(self) -> dict[str, Result]:
        """Return the tables: policy_verdict, policy_designs, policy_checks, policy_path and those that are.

        Those that are there: policy_bounds, policy_left_out, policy_skipped, spillover_rings, spillover_bias.
        """
        main, facts = self.main, self.panel.facts()
        found = [
            _table(
                "policy_verdict",
                Text("Did it work?", "政策是否有效"),
                [
                    (
                        self.panel.outcome,
                        main.effect,
                        main.low,
                        main.high,
                        self.p,
                        self.verdict,
                        self.reasons.en,
                        self.reasons.zh,
                        *(float(facts[name]) for name in _FACTS),
                        self.panel.hash,
                    )
                ],
                _VERDICT,
            ),
            _table(
                "policy_designs",
                Text("The same question by several designs", "同一问题的多种设计"),
                [(k, e.effect, e.low, e.high, e.p, e.verdict) for k, e in self.designs.items()],
                ("design", "effect", "low", "high", "p_value", "verdict"),
            ),
            _table(
                "policy_checks",
                Text("The designs' assumptions, tested", "设计假设的检验"),
                [
                    (k, c.code, None if c.holds is None else bool(c.holds), c.value, c.said.en, c.said.zh)
                    for k, e in self.designs.items()
                    for c in e.checks
                ],
                ("design", "check", "holds", "value", "said_en", "said_zh"),
            ),
            _table(
                "policy_path",
                Text("Effect by time since the policy", "政策前后各期效应"),
                list(main.dynamic[["event_time", "effect", "low", "high"]].itertuples(index=False)),
                ("event_time", "effect", "low", "high"),
            ),
        ]
        if self.bounds is not None:
            rows = list(self.bounds[["size", "low", "high"]].itertuples(index=False))
            title = Text("Effect if trends may have parted", "允许趋势偏离时的效应")
            found.append(_table("policy_bounds", title, rows, ("size", "low", "high")))
        if self.without is not None:
            rows = list(self.without[["left_out", "effect", "low", "high"]].itertuples(index=False))
            title = Text("Effect without each treated cluster", "逐一剔除处理聚类后的效应")
            found.append(_table("policy_left_out", title, rows, ("left_out", "effect", "low", "high")))
        if self.skipped:
            title = Text("Designs that do not suit this panel", "不适用于该面板的设计")
            rows = [(k, why.en, why.zh) for k, why in self.skipped.items()]
            found.append(_table("policy_skipped", title, rows, ("design", "reasons_en", "reasons_zh")))
        out = {result.name: result for result in found}
        if self.spilled is not None:
            theirs = self.spilled.results()
            out |= {name: theirs[name] for name in ("spillover_rings", "spillover_bias")}
        return out


def evaluate(
    frame: pd.DataFrame | Panel,
    *,
    outcome: str = "",
    unit: str = "region",
    time: str = "year",
    cohort: str = "treated_from",
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    anticipation: int = 0,
    gaps: bool = False,
    distance: pd.DataFrame | None = None,
    rings: Sequence[float] = (),
    earlier: int = 3,
    draws: int = 199,
    seed: int = 0,
) -> Answered:
    """Evaluate a policy by every design that suits the panel and judge them together.

    Parameters
    ----------
    frame : DataFrame or Panel
    outcome, unit, time, cohort, cluster, covariates, anticipation, gaps
        See `check_panel`.
    distance, rings
        See `spillover`; without them nothing is taken to spill over, and the tables say so.
    earlier : int
        Periods by which the false date is earlier; fewer where there are not as many.
    draws, seed : int
        Of reassignment and bootstrap.

    Returns
    -------
    Answered
        What a design cannot do on this panel (one date asked for, too large, no leads) is in `skipped`.

    Raises
    ------
    PanelError
        The panel cannot be evaluated at all.
    StudyError
        diff-diff is not installed; the event study refuses the data.
    """
    panel = as_panel(
        frame,
        outcome=outcome,
        unit=unit,
        time=time,
        cohort=cohort,
        cluster=cluster,
        covariates=covariates,
        anticipation=anticipation,
        gaps=gaps,
    )
    designs: dict[str, Evaluation] = {"event_study": event_study(panel, anticipation=anticipation)}
    skipped: dict[str, Text] = {}

    def attempt(name: str, make: Callable[[], T], refuse: Text | None = None) -> T | None:
        if refuse is None:
            try:
                return make()
            except StudyError as error:
                refuse = error.words
        skipped[name] = refuse
        return None

    def take(name: str, make: Callable[[], Evaluation], refuse: Text | None = None) -> None:
        found = attempt(name, make, refuse)
        if found is not None and found.low != found.low and found.p != found.p:
            skipped[name] = _NO_ERROR
        elif found is not None:
            designs[name] = found

    large = None if panel.units <= MANY_UNITS else _too_many(panel.units, MANY_UNITS, Text("units", "单位"))
    uneven = None if panel.balanced else Text("The panel has gaps.", "面板存在缺口。")
    plain = Text("It takes no covariates.", "该设计不含协变量。") if panel.covariates else None
    take(
        "sun_abraham", lambda: event_study(panel, estimator="sun_abraham", anticipation=anticipation),
        _too_many(len(panel.frame), ROWS, Text("rows", "行")) if len(panel.frame) > ROWS else None,
    )  # fmt: skip
    take("imputation", lambda: event_study(panel, estimator="imputation", anticipation=anticipation))
    take("synthetic_did", lambda: synthetic_did(panel, replications=100, seed=seed), large or uneven or plain)
    if panel.treated == 1:
        take("synthetic_control", lambda: _control(panel, seed), large or uneven or plain)
    take("wild_bootstrap", lambda: wild_bootstrap(panel, draws=min(draws, BOOTSTRAP), seed=seed), large)
    spilled = None
    if distance is not None:
        spilled = attempt(
            "spillover", lambda: spillover(panel, distance, rings, anticipation=anticipation), uneven
        )
        if spilled is not None:
            designs["spillover"] = spilled.evaluation
    else:
        skipped["spillover"] = Text(
            "No distances were given: that nothing spills over to the controls is assumed.",
            "未给出距离：假定对照单位不受波及。",
        )
    room = min(panel.cohorts) - panel.times[0] - 1
    take(
        "false_date",
        lambda: false_date(panel, min(earlier, room)),
        Text("No earlier period is left.", "没有更早的时期。") if room < 1 else None,
    )
    quick = panel.balanced and not panel.covariates
    drawn = attempt(
        "reassigned", lambda: reassigned(panel, draws if quick else min(draws, SLOW_DRAWS), seed)[0], large
    )
    sizes = (0.0, HALF, 1.0)
    bounds = attempt("honest_bounds", lambda: honest_bounds(designs["event_study"], sizes).frame)
    touched = int((panel.frame.groupby("cluster")["cohort"].max() != NEVER).sum())
    without = attempt(
        "leave_one_out", lambda: leave_one_out(panel).frame,
        _too_many(touched, MANY_CLUSTERS, Text("treated clusters", "处理聚类"))
        if touched > MANY_CLUSTERS else None,
    )  # fmt: skip
    p = float("nan") if drawn is None else drawn
    verdict, reasons = judged(designs, p, bounds, without)
    if verdict == "supported" and "spillover" in skipped:
        reasons = reasons + Text(" ", "") + skipped["spillover"]
    return Answered(panel, designs, skipped, p, bounds, without, spilled, verdict, reasons)


_NO_ERROR = Text(
    "It gives no measure of its uncertainty here; synthetic DID needs more controls than treated.",
    "此处无法给出不确定性；合成双重差分要求对照多于处理单位。",
)


def _control(panel: Panel, seed: int) -> Evaluation:
    """Synthetic control on a panel that is checked already."""
    return synthetic_control(
        panel.frame, outcome="outcome", unit="unit", time="time", cohort="cohort", seed=seed
    )


def _too_many(count: int, most: int, what: Text) -> Text:
    return Text(
        "{n} {w} are more than the {m} that it is asked for here.", "{n}个{w}，超过此处上限{m}。"
    ).format(n=f"{count:,}", m=f"{most:,}", w=what)


def _clear(evaluation: Evaluation) -> bool:
    """Whether the interval leaves out zero; without one whether the p-value is small."""
    if evaluation.low == evaluation.low:
        return evaluation.low > 0 or evaluation.high < 0
    return evaluation.p <= LEVEL


def judged(
    designs: Mapping[str, Evaluation], p: float, bounds: pd.DataFrame | None, without: pd.DataFrame | None
) -> tuple[Verdict, Text]:
    """Return the verdict over all designs, and why: supported only if none of them speaks against it."""
    main = designs["event_study"]
    if "synthetic_control" in designs:
        # errors from one treated unit are blind to how much such a one varies: its placebos are not
        designs = {k: e for k, e in designs.items() if k in ("synthetic_control", "synthetic_did")}
        main, bounds = designs["synthetic_control"], None
    if not any(_clear(e) for k, e in designs.items() if k != "false_date"):
        return "not_detected", Text(
            "No design detects an effect; that is no proof that there was none.",
            "各设计均未检出效应；这并不证明没有效应。",
        )
    against = [check.said for check in main.checks if check.holds is False]
    if any(check.code == "leads" and check.holds is None for check in main.checks):
        against.append(
            Text(
                "Whether trends were alike before the policy cannot be tested.",
                "政策前趋势是否一致无法检验。",
            )
        )
    for name, evaluation in designs.items():
        if name != "false_date" and not _clear(evaluation):
            against.append(Text("{d} does not detect it.", "{d}未检出。").format(d=DESIGNS[name]))
    false = designs.get("false_date")
    if false is not None and _clear(false):
        shift = false.settings["shift"]
        against.append(
            Text(
                "A false date {k} periods before the policy already shows a difference.",
                "以政策前{k}期为虚拟时间即已出现差异。",
            ).format(k=shift)
        )
    if p > LEVEL:
        against.append(
            Text(
                "Dates dealt out at random give as much in {p} of cases.",
                "随机分配时间亦有{p}的情形达到同样幅度。",
            ).format(p=f"{p:.0%}")
        )
    half = None if bounds is None else bounds[bounds["size"] == HALF]
    if half is not None and len(half) and float(half["low"].iloc[0]) <= 0 <= float(half["high"].iloc[0]):
        against.append(
            Text(
                "If trends parted after the policy half as much as they did before, nothing is left of it.",
                "若政策后趋势偏离达到此前的一半，结论即不成立。",
            )
        )
    if without is not None and without["effect"].min() <= 0 <= without["effect"].max():
        against.append(Text("It hangs on a single treated cluster.", "结论取决于单个处理聚类。"))
    if against:
        return "fragile", Text(" ".join(t.en for t in against), "".join(t.zh for t in against))
    return "supported", Text(
        "All designs agree and no check speaks against it.", "各设计结论一致，检验均未提出反证。"
    )


_FACTS = ("units", "times", "treated", "never_treated", "cohorts", "clusters")
_VERDICT = (
    *("outcome", "effect", "low", "high", "p_reassigned", "verdict", "reasons_en", "reasons_zh"),
    *(*_FACTS, "hash"),
)
_METHOD = Text(
    "Callaway & Sant'Anna (2021) with never-treated units; beside it the other designs, each by the package "
    "diff-diff; the verdict is supported only if none of them and none of the checks speaks against it",
    "以从未处理单位为对照的Callaway和Sant'Anna（2021）估计，并列其他设计（由diff-diff软件包计算）；"
    "仅当各设计与检验均无反证时结论为“支持”",
)
_LABELS: Mapping[str, Text] = {
    "outcome": Text("Outcome", "结果变量"),
    "effect": Text("Effect", "效应"),
    "low": Text("2.5 % point", "2.5%分位"),
    "high": Text("97.5 % point", "97.5%分位"),
    "p_reassigned": Text("p, dates reassigned", "随机分配p值"),
    "p_value": Text("p-value", "p值"),
    "verdict": Text("Verdict", "结论"),
    "reasons_en": Text("Why (English)", "理由（英文）"),
    "reasons_zh": Text("Why (Chinese)", "理由（中文）"),
    "units": Text("Units", "单位数"),
    "times": Text("Times", "时期数"),
    "treated": Text("Treated units", "处理单位数"),
    "never_treated": Text("Never treated", "从未处理单位数"),
    "cohorts": Text("Dates of treatment", "处理批次数"),
    "clusters": Text("Clusters", "聚类数"),
    "hash": Text("Fingerprint of the data", "数据指纹"),
    "design": Text("Design", "设计"),
    "check": Text("Check", "检验"),
    "holds": Text("Holds", "成立"),
    "value": Text("Statistic", "统计量"),
    "said_en": Text("In words (English)", "说明（英文）"),
    "said_zh": Text("In words (Chinese)", "说明（中文）"),
    "event_time": Text("Time since the policy", "距政策时间"),
    "size": Text("Size of the break in trend", "趋势偏离程度"),
    "left_out": Text("Left out", "剔除"),
}


def _column(name: str) -> Column:
    if name in ("design", "verdict", "check"):
        return Column(name, _LABELS[name], "code")
    if name == "holds":
        return Column(name, _LABELS[name], "flag")
    if name in ("outcome", "hash", "left_out") or name.endswith(("_en", "_zh")):
        return Column(name, _LABELS[name], "text")
    if name in (*_FACTS, "event_time"):
        return Column(name, _LABELS[name], "number", "", "observed")
    return Column(name, _LABELS[name], "number", "", "assumption" if name == "size" else "estimated")


def _table(name: str, title: Text, rows: Sequence[Sequence[object]], columns: Sequence[str]) -> Result:
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(columns))
    return Result(name, title, frame, tuple(_column(c) for c in columns), _METHOD, EMPTY)
