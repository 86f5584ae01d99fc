"""What makes the plan safe: shared parks, compensation, fund, incentives, talent, jobs, tasks."""

from __future__ import annotations

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.charts.words import listing
from hinterland.report import sentences
from hinterland.report.chapters import further_plan
from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

RULES = Text(
    "It needs a plan, and the table fiscal_rules with tax rates and shares.",
    "需要方案以及含税率与分成的fiscal_rules表。",
)
PRICES = Text(
    "It needs a plan with carbon, and the table compensation_rates.",
    "需要含碳排放的方案以及compensation_rates表。",
)
INSTRUMENTS = Text(
    "It needs a plan, and the tables instruments, incentive_rules and fiscal_rules.",
    "需要方案以及instruments、incentive_rules、fiscal_rules表。",
)
MIX = Text(
    "It needs a plan with jobs, room for labour, schooling, and the table education_mix.",
    "需要含就业与劳动力余量的方案、受教育年限以及education_mix表。",
)
SOURCES = Text("It needs a plan, and the table fund_sources.", "需要方案以及fund_sources表。")


def _balances(study: Study, findings: Findings) -> list[Chart]:
    found = usable(findings, "compensation_regions", "balance")
    if found is None:
        return []
    frame = found.frame.sort_values("balance", ascending=False, kind="stable")
    return [
        charts.bars(
            study,
            found,
            frame,
            "region",
            ["balance"],
            Text("Ecological compensation: received less paid, a year", "生态补偿净额（获得减支付，年）"),
            Text("Bars by region; the table below has the figures.", "分地区条形图，数据见下表。"),
            chart="compensation-balance",
        )
    ]


def _first_gates(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["phase"] == frame["phase"].iloc[0]) & frame["gate"]]


def _strictest(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    # the rules on an instrument stand with the strictest first
    return frame.drop_duplicates("instrument_en")


def _ranged(study: Study, row: pd.Series[float], name: str) -> Text:
    """Return an amount with the ends of its range."""
    return Text("{v} ({a} to {b})", "{v}（{a}至{b}）").format(
        v=sentences.money(study, float(row[name])),
        a=sentences.money(study, float(row[f"{name}_low"])),
        b=sentences.money(study, float(row[f"{name}_high"])),
    )


def _parks(study: Study, findings: Findings) -> list[Text]:
    split, trap = (
        usable(findings, "enclave_split", "shapley"),
        usable(findings, "enclave_statistics", "counted_here"),
    )
    pairs = usable(findings, "enclave_pairs", "output")
    out = []
    if split is not None and pairs is not None:
        rows = split.frame.set_index("party")
        payer = rows["side_payment"].idxmin()
        out.append(
            Text(
                "Parks shared by origin and host, with {k} of output a year, would be worth {v} to the "
                "local budgets and the park company together. By Shapley the origins get {o}, the hosts "
                "{h}, the park company {c}; under the assumed contract {p} would get {s} more than that.",
                "共建园区（年产出{k}）对两地财政与园区公司的共同价值为{v}。按沙普利值，飞出地得{o}，"
                "飞入地得{h}，园区公司得{c}；按假设合同，{p}多得{s}。",
            ).format(
                v=sentences.money(study, float(rows["shapley"].sum())),
                k=sentences.money(study, float(pairs.frame["output"].sum())),
                o=_ranged(study, rows.loc["origin"], "shapley"),
                h=_ranged(study, rows.loc["host"], "shapley"),
                c=_ranged(study, rows.loc["park_company"], "shapley"),
                p={
                    "origin": Text("the origins", "飞出地"),
                    "host": Text("the hosts", "飞入地"),
                    "park_company": Text("the park company", "园区公司"),
                }[str(payer)],
                s=sentences.money(study, float(-rows["side_payment"].min())),
            )
        )
    if trap is not None:
        rows = trap.frame[trap.frame["measure"] == "counted_value_added"]
        out.append(
            Text(
                "The trap of in-place statistics: {a} of value added a year in these parks is counted in "
                "the hosts; the origins' figures lose {b} and count nothing of it, though by agreement {c} "
                "are theirs.",
                "属地统计陷阱：园区年增加值{a}全部计入承接地；飞出地指标减少{b}且不计入任何部分，而按协议其中{c}归其所有。",
            ).format(
                a=sentences.money(study, float(rows["counted_here"].sum())),
                b=sentences.money(study, float(rows["leaving"].sum())),
                c=sentences.money(study, float(rows["difference"].clip(lower=0).sum())),
            )
        )
    return out


def _compensation(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "compensation_regions", "balance")
    if found is None:
        return []
    frame = found.frame.sort_values("balance", kind="stable")
    payers, receivers = frame[frame["balance"] < 0], frame[frame["balance"] > 0].iloc[::-1]
    if payers.empty:
        return []

    def named(rows: pd.DataFrame) -> Text:
        return listing(
            [
                Text("{r} ({v})", "{r}（{v}）").format(
                    r=study.text("region", row["region"]),
                    v=sentences.money(study, abs(float(row["balance"]))),
                )
                for _, row in rows.head(3).iterrows()
            ]
        )

    return [
        Text(
            "Ecological compensation for what moves would come to {v} a year at the plan's end, midway "
            "between what it costs the bearers and what it is worth to the others. Largest payers: {p}; "
            "largest receivers: {q}.",
            "为转移负担支付的生态补偿，规划末年合计{v}（取承担方成本与对方受益的中点）。支付最多：{p}；获得最多：{q}。",
        ).format(
            v=sentences.money(study, float(receivers["balance"].sum())),
            p=named(payers),
            q=named(receivers),
        )
    ]


def _money(study: Study, findings: Findings) -> list[Text]:
    out = []
    uses, risk = usable(findings, "fund_uses", "uses"), usable(findings, "fund_risk", "value")
    if uses is not None and risk is not None:
        rows = risk.frame.set_index("measure")
        out.append(
            Text(
                "The plan's fixed investment is {i}; a dedicated fund of {f} would draw along {l:.1f} of "
                "others' money per unit of public money, could expect to lose {e} of its stakes, and would "
                "be worth {n} to its owners ({a} to {b}).",
                "方案固定投资为{i}；专项基金{f}，每单位公共资金撬动{l:.1f}单位其他资金，预期损失{e}，"
                "对出资人的净现值为{n}（{a}至{b}）。",
            ).format(
                i=sentences.money(study, float(uses.frame["investment"].sum())),
                f=sentences.money(study, float(uses.frame["uses"].sum())),
                l=float(rows.loc["leverage", "value"]),
                e=sentences.money(study, float(rows.loc["expected_loss", "value"])),
                n=sentences.money(study, float(rows.loc["npv", "value"])),
                a=sentences.money(study, float(rows.loc["npv", "low"])),
                b=sentences.money(study, float(rows.loc["npv", "high"])),
            )
        )
    even = usable(findings, "incentive_break_even", "needed_additionality")
    if even is not None:
        frame = even.frame[even.frame["package"] == "compliant"]
        high = float(study.parameter("safeguard.additionality"))
        pays = int((frame["needed_additionality"] <= high).sum())
        out.append(
            Text(
                "Of the incentives that no rule prohibits, a host gets its money back only if {a} to {b} "
                "of the capacity comes because of them; with {c}, the value assumed, that holds in {n} of "
                "{m} hosts.",
                "就未被禁止的激励而言，须有{a}至{b}的产能确因激励而来，承接地才能回本；按假设的{c}，{m}个承接地中有{n}个成立。",
            ).format(
                a=numbers.percent(float(frame["needed_additionality"].min())),
                b=numbers.percent(float(frame["needed_additionality"].max())),
                c=numbers.percent(high),
                n=pays,
                m=len(frame),
            )
        )
    screen = usable(findings, "incentive_screen")
    if screen is not None:
        barred = screen.frame[screen.frame["verdict"] == "prohibited"].drop_duplicates("instrument_en")
        if len(barred):
            names = [Text(r.instrument_en, r.instrument_zh) for r in barred.itertuples()]
            out.append(
                Text("By our reading the rules prohibit: {l}.", "按本项目解读，规则禁止：{l}。").format(
                    l=listing(names)
                )
            )
    return out


def _people(study: Study, findings: Findings) -> list[Text]:
    out = []

    def people(count: float) -> Text:
        # three digits are more than such figures can bear
        return sentences.amount(study, float(f"{count:.3g}"), unit)

    seats, jobs = usable(findings, "talent_seats", "seats"), usable(findings, "transition_phases", "unplaced")
    unit = study.unit("labour")
    if seats is not None:
        frame = seats.frame
        by = frame.groupby("education", sort=False, observed=True)["seats"].sum().sort_values(ascending=False)
        if by.iloc[0] > 0:
            out.append(
                Text(
                    "Talent falls short by {g}; training seats for {s} would close the gap, most of them "
                    "at the level of {e}.",
                    "人才缺口{g}；需培训学位{s}，以{e}层次最多。",
                ).format(
                    g=people(float(frame["gap_people"].sum())),
                    s=people(float(frame["seats"].sum())),
                    e=Text(
                        study.text("education", by.index[0]).en.lower(),
                        study.text("education", by.index[0]).zh,
                    ),
                )
            )
    if jobs is not None:
        frame = jobs.frame
        out.append(
            Text(
                "At the origins {a} would lose their jobs; {b} of them would not have found other work "
                "there within a year. Public support would cost {c}, severance by the employers {d}.",
                "转出地流失岗位{a}，其中{b}一年内未能再就业；公共帮扶支出{c}，企业经济补偿{d}。",
            ).format(
                a=people(float(frame["jobs_gone"].sum())),
                b=people(float(frame["unplaced"].sum())),
                c=sentences.money(study, float(frame["support_cost"].sum())),
                d=sentences.money(study, float(frame["severance"].sum())),
            )
        )
    return out


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what the safeguards come to."""
    parts = (_parks, _compensation, _money, _people)
    return [text for part in parts for text in part(study, findings)]


# Shown are a few short tables; the others are named with their files, for the page has to stay small.
SAFEGUARDS = Chapter(
    "safeguards",
    Text("What makes it safe", "靠什么保障"),
    Text(
        "Who shares, who pays, what is allowed, who needs training, and who does what by when?",
        "利益如何共享、谁来支付、什么合规、谁需培训、谁在何时做什么？",
    ),
    (
        Block(
            "safeguard_tasks",
            Text("Tasks and gates", "任务与关口"),
            PLANNED,
            None,
            _first_gates,
            Text(
                "Gates of the first phase; the exported table has all",
                "首阶段关口；全部任务见导出表",
            ),
        ),
        Block(
            "enclave_split",
            Text("Shared parks: the split", "共建园区：分配"),
            RULES,
            further_plan.enclave_split,
            listed=True,
        ),
        Block("enclave_parties", Text("Shared parks: the parties", "共建园区：各方"), RULES, listed=True),
        Block("enclave_items", Text("Shared parks: income, cost", "共建园区：收支"), RULES, listed=True),
        Block("enclave_pairs", Text("Shared parks by pair", "分地区对共建园区"), RULES, listed=True),
        Block("enclave_cash", Text("Shared parks: cash by year", "共建园区：逐年现金流"), RULES, listed=True),
        Block(
            "enclave_statistics",
            Text("The trap of in-place statistics", "属地统计陷阱"),
            RULES,
            listed=True,
        ),
        Block(
            "compensation_regions",
            Text("Ecological compensation", "生态补偿"),
            PRICES,
            _balances,
            table=False,
        ),
        Block("compensation_pairs", Text("Compensation by pair", "分地区对补偿"), PRICES, listed=True),
        Block("compensation_flows", Text("Compensation by flow", "分污染物补偿"), PRICES, listed=True),
        Block(
            "compensation_accounts",
            Text("The standing account of carbon", "现有碳账户"),
            PRICES,
            optional=True,
            listed=True,
        ),
        Block("fund_risk", Text("The fund: leverage, risk, worth", "基金：撬动、风险、价值"), SOURCES),
        Block("fund_uses", Text("The fund: uses", "基金用途"), SOURCES, further_plan.fund_uses, listed=True),
        Block("fund_regions", Text("The fund: regions", "基金：各地区"), SOURCES, listed=True),
        Block("fund_sources", Text("The fund: sources", "基金来源"), SOURCES, listed=True),
        Block(
            "incentive_break_even", Text("Incentives: break-even", "激励：财政回本"), INSTRUMENTS, listed=True
        ),
        Block("incentive_instruments", Text("Incentives: cost", "激励：成本"), INSTRUMENTS, listed=True),
        Block(
            "incentive_screen",
            Text("Incentives: compliance screen", "激励：合规审查"),
            INSTRUMENTS,
            None,
            _strictest,
            Text("The strictest rule on each", "每项最严的规则"),
        ),
        Block("talent_seats", Text("Training seats", "培训学位"), MIX, listed=True),
        Block(
            "talent_gap", Text("Talent by host", "分承接地人才"), MIX, further_plan.talent_gap, listed=True
        ),
        Block("transition_phases", Text("Job transition", "岗位转换"), PLANNED, listed=True),
        Block(
            "transition_industries",
            Text("Job transition by industry", "分产业岗位转换"),
            PLANNED,
            further_plan.transition_industries,
            listed=True,
        ),
    ),
    says,
    "safeguard",
)
