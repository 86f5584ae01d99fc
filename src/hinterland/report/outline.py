"""The report's chapters, in the order of a planner's questions, and what each shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from hinterland.charts import Chart
from hinterland.report import pictures, robustness, sentences
from hinterland.report.views import Findings
from hinterland.study import EMPTY, Study, Text

Pick = Callable[[Study, pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Block:
    """One result of a chapter: charts, table, what is shown of it, and what would supply it when missing."""

    result: str
    title: Text
    supply: Text
    draw: Callable[[Study, Findings], list[Chart]] | None = None
    pick: Pick | None = None
    picked: Text = EMPTY
    open: bool = False
    optional: bool = False
    table: bool = True


@dataclass(frozen=True)
class Chapter:
    """A chapter: a question, what the findings say to it in words, and its blocks."""

    code: str
    title: Text
    question: Text
    blocks: tuple[Block, ...] = ()
    says: Callable[[Study, Findings], list[Text]] | None = None
    step: str = ""
    """Code of the step of a run that makes the chapter's results; reasons for what is missing bear it."""


_OUTPUT = Text("It needs the table gross_output with two years or more.", "需要至少两个年份的总产出表。")
_NATIONAL = Text("It needs the national input-output table.", "需要全国投入产出表。")
_INDICATORS = Text(
    "It needs the tables indicators and indicator_list with a pillar and a direction.",
    "需要指标表和指标清单，并注明所属维度和方向。",
)
_EMPLOYMENT = Text(
    "It needs employment by industry, or total employment among the indicators.",
    "需要分产业就业表，或在指标表中给出就业总量。",
)
_PLAN = Text(
    "It needs a plan: phases, hosts, origins and transferable industries, and limits that leave room.",
    "需要先有方案：阶段、承接地、转出地、可转移产业，以及留有余地的约束。",
)
_HISTORY = Text(
    "It needs phases of the past (history_preset in study.toml) within the years of gross output.",
    "需要在研究设置中给出历史阶段，且其年份须在总产出表的年份之内。",
)


def _hosts_latest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    hosts = frame[frame["region"].isin(study.hosts)]
    return hosts[hosts["year"] == hosts["year"].max()]


def _hosts(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["region"].isin(study.hosts)]


def _largest(column: str) -> Pick:
    return lambda study, frame: frame.reindex(
        frame[column].abs().sort_values(ascending=False, kind="stable").index
    )


_HOSTS = Text("Hosts only", "仅承接地")
_HOSTS_LATEST = Text("Hosts, latest year", "承接地，最近年份")
_LARGEST = Text("Largest first", "由大到小")

MOVED = Chapter(
    "moved",
    Text("What moved", "转移了什么"),
    Text(
        "How much moved in the past, what, from where and to where?",
        "过去转移了多少、转移了什么、从哪里到哪里？",
    ),
    (
        Block("host_share", Text("Hosts' share", "承接地份额"), _OUTPUT, pictures.host_share),
        Block(
            "share_change",
            Text("Change of share", "份额变化"),
            _OUTPUT,
            pictures.share_change,
            _hosts,
            _HOSTS,
        ),
        Block("history", Text("Historical phases", "历史阶段"), _HISTORY, pictures.history, _hosts, _HOSTS),
        Block(
            "history_by_class",
            Text("Historical phases by factor class", "分要素密集类别的历史阶段"),
            _HISTORY,
            optional=True,
        ),
        Block(
            "host_share_by_industry",
            Text("Hosts' share by industry", "承接地分产业份额"),
            _OUTPUT,
            pictures.host_share_by_industry,
        ),
        Block(
            "location_quotient",
            Text("Location quotients", "区位商"),
            _OUTPUT,
            pictures.location_quotient,
            _hosts_latest,
            _HOSTS_LATEST,
        ),
        Block("shift_share", Text("Shift-share", "偏离—份额"), _OUTPUT, pictures.shift_share, _hosts, _HOSTS),
        Block(
            "structure",
            Text("Structure by factor class", "要素密集类别结构"),
            _OUTPUT,
            pictures.structure,
            _hosts_latest,
            _HOSTS_LATEST,
        ),
        Block(
            "structure_by_role",
            Text("Structure of hosts, origins and the whole", "承接地、转出地与总体的结构"),
            _OUTPUT,
            optional=True,
        ),
    ),
    sentences.moved,
    "measure",
)

HOSTING = Chapter(
    "hosting",
    Text("Who could host", "谁能承接"),
    Text(
        "Which regions could take in industries, and how sure is that?", "哪些地区能够承接产业，把握有多大？"
    ),
    (
        Block("capacity", Text("Capacity index", "承接能力指数"), _INDICATORS, pictures.capacity),
        Block(
            "capacity_pillars",
            Text("Capacity by pillar", "分维度承接能力"),
            _INDICATORS,
            pictures.capacity_pillars,
            _hosts,
            _HOSTS,
        ),
        Block("capacity_weights", Text("Weights of the indicators", "指标权重"), _INDICATORS),
        Block(
            "gradient",
            Text("Industrial gradient", "产业梯度"),
            _EMPLOYMENT,
            pictures.gradient,
            _hosts,
            _HOSTS,
        ),
    ),
    sentences.hosting,
    "potential",
)

WIRING = Chapter(
    "wiring",
    Text("How the economy is wired", "经济如何联结"),
    Text(
        "Who buys from whom, and how were the accounts made to agree?", "谁向谁购买？各套账户如何相互衔接？"
    ),
    (
        Block(
            "reconciliation",
            Text("Regional and national totals", "地区合计与全国总量"),
            _NATIONAL,
            pictures.reconciliation,
        ),
        Block("mrio_convergence", Text("Balancing of the interregional table", "地区间表的平衡"), _NATIONAL),
        Block(
            "interregional_trade",
            Text("Trade between regions", "地区间贸易"),
            _NATIONAL,
            pictures.trade,
            _largest("flow"),
            _LARGEST,
        ),
        Block("multipliers", Text("Multipliers", "乘数"), _NATIONAL, pictures.multipliers, _hosts, _HOSTS),
    ),
    sentences.wiring,
    "accounts",
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
            _PLAN,
            pictures.transfers,
            _largest("output"),
            _LARGEST,
        ),
        Block("plan_by_host_phase", Text("By host and phase", "分承接地分阶段"), _PLAN, open=True),
        Block(
            "plan_host_industry",
            Text("What each host takes in", "各承接地承接的产业"),
            _PLAN,
            pictures.host_industry,
        ),
        Block("plan_objectives", Text("Objectives", "目标"), _PLAN, open=True),
        Block("frontier", Text("Frontier", "前沿"), _PLAN, pictures.frontier),
        Block(
            "plan_range",
            Text("How sure the figures are", "数字的把握程度"),
            _PLAN,
            open=True,
        ),
        Block(
            "plan_sensitivity",
            Text("What each assumption does", "各假设的影响"),
            _PLAN,
            robustness.tornado,
        ),
        Block(
            "plan_robust_moves",
            Text("Moves of no regret", "无悔转移"),
            _PLAN,
            robustness.moves,
        ),
        Block("plan_limits", Text("Limits and their use", "约束及其使用"), _PLAN),
        Block("shadow_prices", Text("Shadow prices", "影子价格"), _PLAN, None, _largest("price"), _LARGEST),
        Block(
            "plan_specialisation",
            Text("Specialisation of the hosts", "承接地专业化"),
            _PLAN,
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
        Block("plan_verification", Text("Check outside the solver", "求解器之外的核验"), _PLAN, open=True),
    ),
    _plan_says,
    "plan",
)

IMPACT = Chapter(
    "impact",
    Text("What it would do", "会带来什么"),
    Text("What happens to output, value added, jobs and emissions?", "产出、增加值、就业和排放会怎样变化？"),
    (
        Block("impact_by_region", Text("By region", "分地区"), _PLAN, pictures.impact),
        Block("impact_by_industry", Text("By industry", "分产业"), _PLAN),
        Block("impact_by_phase", Text("By phase", "分阶段"), _PLAN, open=True),
    ),
    sentences.brings,
    "simulate",
)

RISK = Chapter(
    "risk",
    Text("Risks", "风险"),
    Text("What could go wrong, and what would help?", "可能出什么问题，如何应对？"),
    (
        Block("risk_register", Text("Risk register", "风险登记"), _PLAN, open=True),
        Block("risk_market", Text("Market", "市场"), _PLAN, optional=True),
        Block("risk_social", Text("Social", "社会"), _PLAN, optional=True),
        Block("risk_environment", Text("Environment", "环境"), _PLAN, optional=True),
        Block("risk_technology", Text("Technology", "技术"), _PLAN, optional=True),
        Block("risk_policy", Text("Policy", "政策"), _PLAN, optional=True),
    ),
    sentences.risks,
    "risk",
)

CLAIMS = Chapter(
    "claims",
    Text("The paper's claims", "论文论断的检验"),
    Text("What do the figures say to what was claimed?", "数据如何回应已有论断？"),
    (
        Block(
            "claims",
            Text("Claims", "论断"),
            Text("It needs the table claims.", "需要论断表。"),
            table=False,
        ),
        Block(
            "pathway",
            Text("The plan against the pathway", "方案与论文路径对照"),
            Text("It needs the table claims and a plan.", "需要论断表和方案。"),
            table=False,
        ),
    ),
    step="claims",
)

CHAPTERS: tuple[Chapter, ...] = (MOVED, HOSTING, WIRING, PLAN, IMPACT, RISK, CLAIMS)
"""The chapters between the summary and the data, which are made otherwise."""
