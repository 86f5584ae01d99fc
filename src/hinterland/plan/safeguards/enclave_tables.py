"""Shared parks in tables: cash by party, how the surplus is split, where figures count."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan.model import Plan
from hinterland.plan.safeguards.cash import break_even, internal_rate, present_value
from hinterland.plan.safeguards.enclave import PARTIES, Parks, parks
from hinterland.plan.safeguards.given import made, spread
from hinterland.plan.safeguards.sharing import in_core, nash, shapley_split
from hinterland.study import Result, Text

Floats = npt.NDArray[np.float64]

READS = ("fiscal_rules", "enclaves")
_METHOD = Text(
    "Three parties: origin, host, park company. Income: local part of value-added and enterprise income "
    "tax (rules of the table fiscal_rules), rent; cost: park, land, recruiting, public services. Contract: "
    "the origin gets an agreed part of the local tax of each plant for some years up to a cap (after the "
    "model of Caiyu [2015] No. 92), equity shares the park's costs and rent. Intervals: central 90 % over "
    "draws of all assumptions. Local public finances only; the central part of taxes is left out.",
    "三方为飞出地、飞入地与园区公司。收入：增值税、企业所得税地方分成（按fiscal_rules表的规则）与租金；"
    "成本：园区建设、土地整理、招商、公共服务。合同：飞出地在一定年限内、"
    "以上限为度分享各企业地方税收（参照财预〔2015〕92号办法），园区成本与租金按股比分担。"
    "区间为全部假设抽样的中间90%。仅计地方财政，不含中央分成。",
)


def party_table(plan: Plan, found: Parks) -> Result:
    """What each party invests, gets and earns under the contract, over all shared parks."""
    money = plan.data.units.get("output", "")
    flows, invested = found.flows.sum(axis=1), found.invested.sum(axis=1)
    rate = found.case["plan.discount_rate"]
    value = spread(present_value(flows, rate))
    frame = pd.DataFrame(
        {
            "party": PARTIES,
            "invested": present_value(invested, rate)[:, 0],
            "received": present_value(flows + invested, rate)[:, 0],
            "npv": value[0],
            "npv_low": value[1],
            "npv_high": value[2],
            "irr": [internal_rate(flow[0]) for flow in flows],
            "break_even_years": _finite(break_even(flows, rate)[:, 0]),
        }
    )
    return made(
        plan,
        "enclave_parties",
        Text(
            "Shared parks: what each party puts in and gets by contract", "共建园区：各方按合同的投入与收益"
        ),
        frame,
        [
            ("party", "code"),
            *((c, "number", money) for c in ("invested", "received", "npv", "npv_low", "npv_high")),
            ("irr", "share", ""),
            ("break_even_years", "number", "years"),
        ],
        _METHOD,
        Text(
            "Present values. No rate of return where payments change sign more than once; no years where "
            "the money does not come back within the horizon.",
            "均为现值。收支多次变号时不给出内部收益率；期限内收不回投资时不给出年数。",
        ),
        reads=READS,
    )


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)


def item_table(plan: Plan, found: Parks) -> Result:
    """How each kind of income and cost is shared: present values by item and party."""
    frame = pd.DataFrame(
        {
            "enclave_item": list(found.items),
            "to_origin": [v[0] for v in found.items.values()],
            "to_host": [v[1] for v in found.items.values()],
            "to_company": [v[2] for v in found.items.values()],
            "all_parties": [v.sum() for v in found.items.values()],
        }
    )
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "enclave_items",
        Text("Shared parks: how income and cost are shared", "共建园区：收入与成本如何分担"),
        frame,
        [("enclave_item", "code"), *((str(c), "number", money) for c in frame.columns[1:])],
        _METHOD,
        Text("Present values; costs are negative.", "均为现值，成本为负。"),
        READS,
    )


def pair_table(plan: Plan, found: Parks) -> Result:
    """The park of each pair of regions: its size, what it is worth, Shapley's split, and is that stable?"""
    game = {k: v[:, 0] for k, v in found.worth.items()}
    value = shapley_split(PARTIES, game)
    frame = pd.DataFrame(
        {
            "origin": [o for o, _ in found.pairs],
            "host": [h for _, h in found.pairs],
            "output": found.moved,
            "joint_worth": game[frozenset(PARTIES)],
            "to_origin": value[:, 0],
            "to_host": value[:, 1],
            "to_company": value[:, 2],
            "stable": in_core(PARTIES, game, value),
        }
    ).sort_values("joint_worth", ascending=False, kind="stable")
    money = plan.data.units.get("output", "")
    parts = ("output", "joint_worth", "to_origin", "to_host", "to_company")
    return made(
        plan,
        "enclave_pairs",
        Text("Shared parks by pair of regions, Shapley's split", "分地区对的共建园区（沙普利分配）"),
        frame,
        [
            ("origin", "region"),
            ("host", "region"),
            *((c, "number", money) for c in parts),
            ("stable", "flag"),
        ],
        _METHOD,
        Text("Present values. ", "均为现值。")
        + (
            Text("The capacity is what the plan sends by enclave.", "产能为方案以飞地方式转移的部分。")
            if found.by_plan
            else Text(
                "The capacity is an assumed part of all moves (safeguard.enclave_share, or the table "
                "enclaves).",
                "产能为全部转移的假设比例（safeguard.enclave_share或enclaves表）。",
            )
        ),
        READS,
    )


def cash_table(plan: Plan, found: Parks) -> Result:
    """Payments to each party by year under the contract."""
    flows = found.flows.sum(axis=1)[:, 0]
    frame = pd.DataFrame(
        [
            {"party": party, "year": str(year), "cash": flows[k, t]}
            for k, party in enumerate(PARTIES)
            for t, year in enumerate(found.years)
        ]
    )
    return made(
        plan,
        "enclave_cash",
        Text("Shared parks: payments to each party by year", "共建园区：各方逐年净现金流"),
        frame,
        [("party", "code"), ("year", "year"), ("cash", "number", plan.data.units.get("output", ""))],
        _METHOD,
        reads=READS,
    )


def split_table(plan: Plan, found: Parks) -> Result:
    """How the joint surplus is split: by contract, by Nash and by Shapley, and whether the split is stable.

    Both splits are made for each pair of regions and added up.
    """
    money = plan.data.units.get("output", "")
    game = found.worth
    whole = frozenset(PARTIES)
    alone = np.stack([game[frozenset({p})] for p in PARTIES], axis=-1)
    bargain = nash(game[whole], alone)
    # a pair whose parties gain nothing together builds no park
    bargain = np.where(np.isnan(bargain), alone, bargain)
    value = shapley_split(PARTIES, game)
    contract = np.moveaxis(present_value(found.flows, found.case["plan.discount_rate"]), 0, -1)

    def total(split: Floats) -> tuple[Floats, Floats, Floats]:
        return spread(np.moveaxis(split.sum(axis=0), 0, -1))

    agreed, fair, signed = total(bargain), total(value), total(contract)
    frame = pd.DataFrame(
        {
            "party": PARTIES,
            "alone": alone.sum(axis=0)[0],
            "contract": signed[0],
            "nash": agreed[0],
            "nash_low": agreed[1],
            "nash_high": agreed[2],
            "shapley": fair[0],
            "shapley_low": fair[1],
            "shapley_high": fair[2],
            "side_payment": fair[0] - signed[0],
        }
    )
    weight = found.moved / found.moved.sum()
    first = {k: v[:, 0] for k, v in game.items()}
    stable = [
        float(weight[in_core(PARTIES, first, split[:, 0])].sum()) for split in (contract, bargain, value)
    ]
    return made(
        plan,
        "enclave_split",
        Text("Shared parks: how the surplus can be split", "共建园区：共同收益如何分配"),
        frame,
        [("party", "code"), *((str(c), "number", money) for c in frame.columns[1:])],
        _METHOD
        + Text(
            " Nash: equal gains over what each has alone (1950). Shapley: mean contribution over all "
            "coalitions (1953).",
            "纳什解：各方较独自所得的增益相等（1950）；沙普利值：对全部联盟的平均贡献（1953）。",
        ),
        Text(
            "No coalition could do better by itself (the split is in the core) for parks with {a} of the "
            "capacity under the contract, {b} under Nash, {c} under Shapley. The side payment is what the "
            "contract lacks to Shapley's split.",
            "任何联盟都无法自行获得更多（分配在核内）的园区占产能比例：合同{a}，纳什{b}，沙普利{c}。"
            "补偿支付为合同与沙普利分配之差。",
        ).format(a=f"{stable[0]:.0%}", b=f"{stable[1]:.0%}", c=f"{stable[2]:.0%}"),
        reads=READS,
    )


def statistics_table(plan: Plan, found: Parks) -> Result:
    """The trap of in-place statistics: what is counted in a region, and what is its own by agreement.

    Sums of `difference` over the regions are zero for every measure.
    """
    data, units = plan.data, plan.data.units
    part = found.shared[:, 0].sum(axis=-1) / np.maximum(found.tax[:, 0].sum(axis=-1), 1e-300)
    last = sum(p.years for p in data.phases) - 1
    tax, shared = found.tax[:, 0, last], found.shared[:, 0, last]
    measures = {
        "value_added": (found.added, part * found.added),
        "local_tax": (tax, shared),
        "employment": (found.jobs, np.zeros_like(found.jobs)),
    }
    rows = []
    for measure, (counted, to_origin) in measures.items():
        unit = units.get("output", "") if measure == "local_tax" else units.get(measure, "")
        for region in (str(r) for side in ("origin", "host") for r in plan.transfer[side].values):
            mine = [k for k, pair in enumerate(found.pairs) if region in pair]
            if not mine:
                continue
            leaves = found.pairs[mine[0]][0] == region
            here = 0.0 if leaves else float(counted[mine].sum())
            own = float(to_origin[mine].sum())
            agreed = own if leaves else here - own
            left = float(found.lost[measure][mine].sum()) if leaves else 0.0
            rows.append((f"counted_{measure}", region, left, here, agreed, agreed - here, unit))
    columns = ["measure", "region", "leaving", "counted_here", "agreed_here", "difference", "unit"]
    return made(
        plan,
        "enclave_statistics",
        Text(
            "The trap of in-place statistics: what is counted where, and whose it is by agreement",
            "属地统计陷阱：指标计在何处，按协议归谁",
        ),
        pd.DataFrame(rows, columns=columns),
        [
            ("measure", "code"),
            ("region", "region"),
            *((c, "number", "") for c in columns[2:6]),
            ("unit", "text"),
        ],
        Text(
            "Output, tax and jobs are counted where the plant stands. By agreement the origin has its part "
            "of the tax of the plan's last year; value added is attributed to it, for assessment only, at "
            "its part of the tax over the horizon; jobs are not shared.",
            "产出、税收、就业按企业所在地统计。按协议，飞出地得到规划末年税收的约定份额；"
            "增加值仅为考核之用，按期限内税收分享比例划分；就业不分享。",
        ),
        Text(
            "An origin that is judged by counted figures loses by every plant it sends, however the money "
            "is shared: agree with the assessing authority on how shared figures are attributed.",
            "若按属地指标考核，无论资金如何分享，飞出地每迁出一家企业都会失分：须与考核机关约定划分办法。",
        ),
        reads=READS,
    )


def enclaves(plan: Plan) -> list[Result]:
    """Return the tables of the shared parks: parties, cash by year, split, statistics."""
    found = parks(plan)
    return [
        party_table(plan, found),
        item_table(plan, found),
        split_table(plan, found),
        pair_table(plan, found),
        statistics_table(plan, found),
        cash_table(plan, found),
    ]
