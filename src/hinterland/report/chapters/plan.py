"""The plan."""

from __future__ import annotations

from hinterland.report import pictures, robustness, sentences
from hinterland.report.chapters import further_plan
from hinterland.report.chapters.frame import LARGEST, PLANNED, Block, Chapter, largest
from hinterland.report.views import Findings
from hinterland.study import Study, Text

OPTIONS = Text(
    "It needs the tables of what the plan may do (transfer_modes, upgrade_options, cluster_options, "
    "infrastructure_options, budgets).",
    "需要方案选项表（转移方式、升级选项、集群选项、基础设施选项、预算）。",
)


def _plan_says(study: Study, findings: Findings) -> list[Text]:
    said = [text for part in sentences.plan(study, findings).values() for text in part]
    return said + sentences.limits(study, findings) + robustness.says(study, findings)


PLAN = Chapter(
    "plan",
    Text("The plan", "转移方案"),
    Text("What should move, from where, to whom and when?", "应当转移什么、从哪里、到哪里、何时转移？"),
    (
        Block(
            "plan_transfers",
            Text("Transfers", "转移安排"),
            PLANNED,
            pictures.transfers,
            largest("output"),
            LARGEST,
        ),
        Block("plan_by_host_phase", Text("By host and phase", "分承接地分阶段"), PLANNED, open=True),
        Block(
            "plan_host_industry",
            Text("What each host takes in", "各承接地承接的产业"),
            PLANNED,
            pictures.host_industry,
        ),
        Block(
            "plan_kinds",
            Text("Kinds of transfer", "转移类型"),
            PLANNED,
            further_plan.plan_kinds,
            optional=True,
        ),
        Block(
            "plan_modes",
            Text("Modes of transfer", "转移方式"),
            OPTIONS,
            further_plan.plan_modes,
            listed=True,
            optional=True,
        ),
        Block(
            "plan_upgrades",
            Text("Upgrading", "改造升级"),
            OPTIONS,
            further_plan.plan_upgrades,
            listed=True,
            optional=True,
        ),
        Block("plan_clusters", Text("Clusters", "产业集群"), OPTIONS, open=True, optional=True),
        Block("plan_infrastructure", Text("Infrastructure", "基础设施"), OPTIONS, open=True, optional=True),
        Block(
            "plan_spending",
            Text("Who pays for what", "资金来源与用途"),
            OPTIONS,
            further_plan.plan_spending,
            open=True,
            optional=True,
        ),
        Block("plan_objectives", Text("Objectives", "目标"), PLANNED, open=True),
        Block("frontier", Text("Frontier", "前沿"), PLANNED, pictures.frontier),
        Block(
            "frontier_payoff",
            Text("What each objective alone would bring", "各目标单独最优时的结果"),
            PLANNED,
            optional=True,
        ),
        Block(
            "plan_range",
            Text("How sure the figures are", "数字的把握程度"),
            PLANNED,
            open=True,
        ),
        Block(
            "plan_sensitivity",
            Text("What each assumption does", "各假设的影响"),
            PLANNED,
            robustness.tornado,
        ),
        Block(
            "plan_robust_moves",
            Text("Moves of no regret", "无悔转移"),
            PLANNED,
            robustness.moves,
        ),
        Block("plan_limits", Text("Limits and their use", "约束及其使用"), PLANNED),
        Block("shadow_prices", Text("Shadow prices", "影子价格"), PLANNED, None, largest("price"), LARGEST),
        Block(
            "plan_specialisation",
            Text("Specialisation of the hosts", "承接地专业化"),
            PLANNED,
            pictures.specialisation,
        ),
        Block(
            "plan_comparison",
            Text("Comparison of the presets of phases", "不同分期方案比较"),
            Text(
                "It needs a second preset of phases (compare_preset in study.toml).",
                "需要在研究设置中给出另一套对照分期。",
            ),
            open=True,
        ),
        Block("plan_verification", Text("Check outside the solver", "求解器之外的核验"), PLANNED, open=True),
    ),
    _plan_says,
    "plan",
)
