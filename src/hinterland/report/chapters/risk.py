"""What could go wrong."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report import sentences
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.report.tables import reshaped
from hinterland.report.views import Findings, usable
from hinterland.study import Column, Study, Text

_LEVELS = ("high", "medium", "low")
_STRESS = Text(
    "It needs a plan, an interregional table and the table stress_tests with its scenarios.",
    "需要方案、区域间投入产出表，以及压力测试表及其情景。",
)
_STANDING = Text("Medium and high only", "仅中、高等级")


def standing(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows at a medium or a high level."""
    return frame[frame["level"].isin(["medium", "high"])]


def heat(study: Study, findings: Findings) -> list[Chart]:
    """Return how many risks of the register stand at each likelihood and gravity."""
    found = usable(findings, "risk_register", "likelihood_level", "impact_level")
    if found is None:
        return []
    counts = found.frame.groupby(["likelihood_level", "impact_level"], observed=True).size()
    cells = [(a, b, float(counts.get((a, b), 0))) for a in _LEVELS for b in reversed(_LEVELS)]
    frame = pd.DataFrame(cells, columns=["likelihood_level", "impact_level", "entries"])
    number = Column("entries", Text("Risks", "风险数"), "number", "", "estimated")
    view = reshaped(found, frame, [*(found.column(n) for n in frame.columns[:2]), number])
    return [
        charts.heat_map(
            study,
            view,
            view.frame,
            "likelihood_level",
            "impact_level",
            "entries",
            Text("Risks of the register by likelihood and gravity", "登记册风险的可能性与影响分布"),
            Text(
                "Heat map of counts: likelihood downwards, gravity across. The table below has the risks.",
                "计数热力图：纵向为可能性，横向为影响程度。风险见下表。",
            ),
            chart="risk-heat",
        )
    ]


def events(study: Study, findings: Findings) -> list[Chart]:
    """Return what each event takes from the hosts, with the plan and without."""
    found = usable(findings, "risk_stress", "hosts_loss_with", "hosts_loss_without")
    if found is None:
        return []
    frame = found.frame.sort_values("hosts_loss_with", ascending=False, kind="stable", key=abs)
    return [
        charts.bars(
            study,
            found,
            frame,
            "stress",
            ["hosts_loss_without", "hosts_loss_with"],
            Text("What each event takes from the hosts", "各事件使承接地损失的增加值"),
            Text(
                "Bars of value added lost in the year of the event, without the plan and with it. The table "
                "below has the figures.",
                "事件当年损失的增加值：无方案与有方案。数据见下表。",
            ),
            chart="risk-stress",
            note=Text("Below zero: the hosts gain.", "负值表示承接地受益。"),
        )
    ]


def tornado(study: Study, findings: Findings) -> list[Chart]:
    """Return what each assumption alone does to the value added of the plan as it stands."""
    found = usable(findings, "risk_tornado", "value_added_low", "value_added_high")
    base = usable(findings, "risk_range", "value")
    if found is None or base is None:
        return []
    plan = float(base.frame.set_index("consequence")["value"].get("value_added", float("nan")))
    frame = found.frame[found.frame["swing"] > 0].copy()
    if frame.empty or plan != plan:
        return []
    columns = [found.column("parameter")]
    for end, said in (
        ("low", Text("At its low end", "取低值")),
        ("high", Text("At its high end", "取高值")),
    ):
        frame[f"change_{end}"] = frame[f"value_added_{end}"] - plan
        columns.append(replace(found.column(f"value_added_{end}"), name=f"change_{end}", label=said))
    view = reshaped(found, frame, columns)
    return [
        charts.bars(
            study,
            view,
            view.frame,
            "parameter",
            ["change_low", "change_high"],
            Text("Change of value added, the plan's moves kept", "保持方案不变时增加值的变化"),
            Text(
                "Bars from the plan's value added at both ends of each assumption's range, the largest "
                "effect first. The table below has the figures.",
                "以方案增加值为零点，各假设取区间两端时的变化，按影响由大到小排列。数据见下表。",
            ),
            chart="risk-tornado",
        )
    ]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what stands in the register, what the outcomes may be, which event is worst and what pays."""
    out = sentences.risks(study, findings)
    scatter = usable(findings, "risk_range", "value", "p05")
    if scatter is not None:
        row = scatter.frame.iloc[0]
        unit = str(row["unit"])
        a, b, v = (sentences.amount(study, float(row[k]), unit) for k in ("p05", "p95", "value"))
        out.append(
            Text(
                "With the plan's moves kept and the assumptions drawn within their ranges, {m} comes to {a} "
                "to {b} in nine of ten draws (plan: {v}); it falls short by more than {s} in {p} of them.",
                "保持方案的转移安排、各假设在其区间内抽样时，九成抽样的{m}为{a}至{b}（方案：{v}）；"
                "{p}的抽样比方案低{s}以上。",
            ).format(
                m=_small(study.text("consequence", row["consequence"])),
                a=a,
                b=b,
                v=v,
                s=numbers.percent(float(study.parameter("risk.shortfall_share")), 0),
                p=numbers.percent(float(row["shortfall_probability"]), 0),
            )
        )
    stress = usable(findings, "risk_stress", "hosts_loss_with")
    if stress is not None:
        worst = stress.frame.sort_values("hosts_loss_with", kind="stable").iloc[-1]
        out.append(
            Text(
                "Of the events tested, the hosts lose most in this one: {e}, {v} of value added in a year "
                "(without the plan {w}).",
                "在所检验的事件中，承接地损失最大的是“{e}”：一年损失增加值{v}（无方案时{w}）。",
            ).format(
                e=_small(study.text("stress", worst["stress"])),
                v=sentences.money(study, float(worst["hosts_loss_with"])),
                w=sentences.money(study, float(worst["hosts_loss_without"])),
            )
        )
    cures = usable(findings, "risk_mitigations", "effect_per_cost")
    if cures is not None:
        good = cures.frame[cures.frame["effect_per_cost"] >= 1]
        names = listing([_small(study.text("mitigation", code)) for code in good["mitigation"]])
        out.append(
            Text(
                "Of {n} measures {k} save more than they cost, by the assumed probabilities and costs: {l}.",
                "{n}项措施中有{k}项按假设的概率和成本得大于失：{l}。",
            ).format(n=len(cures.frame), k=len(good), l=names)
            if len(good)
            else Text(
                "None of {n} measures saves more than it costs, by the assumed probabilities and costs.",
                "按假设的概率和成本，{n}项措施均得不偿失。",
            ).format(n=len(cures.frame))
        )
    return out


def _small(name: Text) -> Text:
    """Return a name as it reads inside a sentence."""
    return Text(name.en[:1].lower() + name.en[1:], name.zh)


RISK = Chapter(
    "risk",
    Text("Risks", "风险"),
    Text("What could go wrong, and what would help?", "可能出什么问题，如何应对？"),
    (
        Block(
            "risk_register",
            Text("Risk register", "风险登记"),
            PLANNED,
            heat,
            open=True,
            columns=(
                *("risk", "subject_en", "subject_zh", "level", "probability", "impact", "jobs_at_risk"),
                *("owner_en", "owner_zh", "review", "mitigation_en", "mitigation_zh", "saved_expected"),
                *("jobs_saved", "cost"),
            ),
        ),
        Block(
            "risk_stress",
            Text("Stress tests", "压力测试"),
            _STRESS,
            events,
            open=True,
            optional=True,
            columns=(
                *("stress", "model", "likelihood", "loss_without", "loss_with"),
                *("hosts_loss_without", "hosts_loss_with", "jobs_at_risk", "level"),
            ),
        ),
        Block(
            "risk_mitigations",
            Text("What would soften the events", "缓释措施"),
            _STRESS,
            optional=True,
            columns=(
                *("mitigation", "stress", "owner_en", "owner_zh", "loss_saved", "saved_expected"),
                *("cost", "effect_per_cost", "effect_per_cost_low", "effect_per_cost_high"),
            ),
        ),
        Block(
            "risk_range", Text("How far the outcomes may scatter", "结果的可能范围"), PLANNED, optional=True
        ),
        Block(
            "risk_tornado",
            Text("What each assumption does to the outcomes", "各假设对结果的影响"),
            PLANNED,
            tornado,
            optional=True,
            columns=(
                *("parameter", "low", "high", "unit", "value_added_low", "value_added_high"),
                *("employment_low", "employment_high"),
            ),
        ),
        Block("risk_sobol", Text("Sobol indices", "Sobol指数"), PLANNED, optional=True, listed=True),
        Block(
            "risk_regret",
            Text("Regret across futures", "不同未来中的后悔值"),
            PLANNED,
            optional=True,
            columns=("future", "planned", "kept", "best", "regret", "regret_share"),
        ),
        Block(
            "risk_lapses",
            Text("If policies lapse or are renewed", "政策失效或延续"),
            PLANNED,
            optional=True,
            columns=(
                *("policy_en", "policy_zh", "policy_effect", "end_year", "event"),
                *("value_added_change", "employment_change", "co2_change"),
            ),
        ),
        Block(
            "risk_environment",
            Text("Environment", "环境"),
            PLANNED,
            None,
            standing,
            _STANDING,
            optional=True,
            columns=(
                *("region", "resource", "phase", "share", "breach_probability"),
                *("probability_low", "probability_high", "act_share", "level"),
            ),
        ),
        Block(
            "risk_jobs",
            Text("Jobs by region and skill", "分地区分技能岗位"),
            PLANNED,
            optional=True,
            columns=(
                *("region", "jobs_lost", "skilled_lost", "jobs_gained", "skilled_gained"),
                *("jobs_change", "exposed_share", "lilien"),
            ),
        ),
        Block("risk_market", Text("Market", "市场"), PLANNED, None, standing, _STANDING, optional=True),
        Block(
            "risk_technology", Text("Technology", "技术"), PLANNED, None, standing, _STANDING, optional=True
        ),
        *(
            Block(name, title, PLANNED, optional=True, listed=True)
            for name, title in (
                ("risk_policy", Text("Policy", "政策")),
                ("risk_dependence", Text("Partners", "交易伙伴")),
                ("risk_critical_inputs", Text("Critical inputs", "关键投入")),
                ("risk_social", Text("Jobs by phase", "分阶段岗位")),
                ("risk_social_industry", Text("Jobs by industry", "分产业岗位")),
                ("risk_stress_regions", Text("Losses by region", "分地区损失")),
                ("risk_warnings", Text("Early warning", "预警")),
            )
        ),
    ),
    says,
    "risk",
)
