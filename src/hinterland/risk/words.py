"""What is known of each kind of risk beforehand: its family, whose it is, what helps, what gives warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hinterland.study import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of risk; fractions and probabilities are shown in per cent by whoever shows them."""

    code: str
    family: str
    unit: str
    owner: Text
    mitigation: Text
    indicator: Text


_INVESTMENT = Text("Investment promotion bureau", "投资促进部门")
_COMMERCE = Text("Commerce department", "商务部门")
_LABOUR = Text("Human resources and social security department", "人力资源和社会保障部门")

_ALL = (
    Kind(
        "origins_of_host",
        "market",
        "index",
        _INVESTMENT,
        Text(
            "Seek partners in more origins; sign with several parks rather than one.",
            "拓展更多转出地合作伙伴，与多个园区签约。",
        ),
        Text("Concentration of the intake by origin", "承接来源集中度"),
    ),
    Kind(
        "industries_of_host",
        "market",
        "index",
        _INVESTMENT,
        Text("Widen the intake to related industries of the chain.", "沿产业链拓宽承接产业。"),
        Text("Concentration of the intake by industry", "承接产业集中度"),
    ),
    Kind(
        "destinations_of_host",
        "market",
        "index",
        _COMMERCE,
        Text(
            "Open further markets; reduce dependence on a single one.", "开拓多元市场，降低对单一市场依赖。"
        ),
        Text("Concentration of deliveries by destination", "销售目的地集中度"),
    ),
    Kind(
        "jobs_phase",
        "social",
        "share of jobs that can move",
        _LABOUR,
        Text(
            "Retraining and social insurance at the origin before the moves; spread them over more years.",
            "转移前在转出地开展再培训和社会保障衔接，并拉长转移节奏。",
        ),
        Text("Jobs lost to the moves, share of jobs that can move", "转移流失岗位占可转移产业岗位比例"),
    ),
    Kind(
        "jobs_industry",
        "social",
        "share of the industry's jobs there",
        _LABOUR,
        Text(
            "A transition plan for this industry's workers: retraining, placement, early notice.",
            "为该产业职工制定转岗方案：再培训、安置、提前告知。",
        ),
        Text("Jobs lost to the moves, share of the industry's jobs", "转移流失岗位占该产业岗位比例"),
    ),
    Kind(
        "breach",
        "environment",
        "probability",
        Text("Ecology and environment department; energy bureau", "生态环境部门、能源主管部门"),
        Text(
            "Clean production and efficiency first, or let in less: keep a reserve of headroom.",
            "先行清洁生产与节能改造，或减少承接，保留余量。",
        ),
        Text("Part of the headroom in use", "余量使用率"),
    ),
    Kind(
        "imports",
        "technology",
        "share of inputs",
        Text("Science and technology department", "科技部门"),
        Text(
            "Find domestic second sources for critical inputs; hold stocks; support own research.",
            "为关键投入培育国内备选来源，建立储备，支持自主研发。",
        ),
        Text("Imported share of inputs", "投入进口份额"),
    ),
    Kind(
        "expiry",
        "policy",
        "share of the plan",
        Text("Development and reform commission", "发展改革委"),
        Text(
            "Do not let a project's return hang on a policy that ends; seek its renewal in time.",
            "项目收益不应依赖到期政策，及早争取续期。",
        ),
        Text("Months to the end of the policy", "距政策到期月数"),
    ),
    Kind(
        "shortfall",
        "market",
        "probability",
        Text("Development and reform commission", "发展改革委"),
        Text(
            "Hold projects to milestones and keep a list of others to take their place.",
            "按里程碑管理项目，建立替补项目库。",
        ),
        Text("Capacity in place over what was planned by then", "已到位产能与同期计划之比"),
    ),
    Kind(
        "stress",
        "market",
        "share of the plan's gain",
        Text("Development and reform commission", "发展改革委"),
        Text("", ""),
        Text("", ""),
    ),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}
