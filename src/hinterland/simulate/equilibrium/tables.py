"""Tables of an equilibrium: by region, by industry, and intervals over the elasticities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.equilibrium.economy import Array
from hinterland.simulate.equilibrium.solve import Solution
from hinterland.simulate.equilibrium.welfare import first_order
from hinterland.study import Column, Result, Text

METHOD = Text(
    "Spatial general equilibrium of the Eaton-Kortum kind with input-output links, solved exactly in ratios"
    " to the base year (Caliendo & Parro 2015). Real income is factor income, tariff revenue and deficit over"
    " consumer prices: exact.",
    "含投入产出联系的Eaton-Kortum空间一般均衡，以相对基年的比率精确求解（Caliendo和Parro 2015）。"
    "实际收入为要素收入、关税收入与贸易差额之和除以消费价格，为精确值。",
)
FIRST_ORDER = Text(
    " Terms and volume of trade are the paper's first-order approximation of welfare, shown beside the exact"
    " change and not to be taken for it.",
    "贸易条件与贸易量效应为论文中福利的一阶近似，仅与精确变化并列供参考，不可替代后者。",
)
LOW, HIGH = 0.05, 0.95


def equilibrium_tables(
    base: Baseline, last: tuple[Solution, int], spread: Solution | None, asked: Array
) -> tuple[Result, ...]:
    """Make the tables of the last year: by region, by industry, moved, and intervals where there are draws.

    `asked` is the output that moves, builds and closures ask for, as a change [region, industry].
    """
    solution, case = last
    tables = [by_region(base, solution, case), by_industry(base, solution, case)]
    if np.any(asked):
        tables.append(moved_output(base, solution, case, asked))
    if spread is not None:
        tables.append(interval(base, spread, solution, case))
    return tuple(tables)


def _share(base: Baseline, name: str, en: str, zh: str) -> Column:
    known = base.table.provenance
    return Column(name, Text(en, zh), "share", "1", "estimated", known.year, known.sources)


def by_region(base: Baseline, solution: Solution, case: int) -> Result:
    """Changes by region in per cent: real income, real wage, prices, output, labour; first-order welfare."""
    regions = list(base.table.regions)
    r = len(regions)
    economy = solution.economy
    effects = first_order(solution, case)
    base_output = economy.output[:, :r].sum(0)
    frame = pd.DataFrame(
        {
            "region": regions,
            "real_income_change": solution.real_income[:r, case] - 1,
            "real_wage_change": solution.real_wage[:r, case] - 1,
            "price_index_change": solution.price_index[:r, case] - 1,
            "output_change_share": solution.volume[:, :r, case].sum(0) / base_output - 1,
            "labour_change": solution.labour[:r, case] - 1,
            "terms_of_trade": effects.terms_of_trade[:r],
            "volume_of_trade": effects.volume_of_trade[:r],
        }
    )
    columns = (
        Column("region", Text("Region", "地区"), "region"),
        _share(base, "real_income_change", "Real income, change in %", "实际收入变化率"),
        _share(base, "real_wage_change", "Real wage, change in %", "实际工资变化率"),
        _share(base, "price_index_change", "Consumer prices, change in %", "消费价格变化率"),
        _share(base, "output_change_share", "Output, change in %", "总产出变化率"),
        _share(base, "labour_change", "Labour, change in %", "劳动力变化率"),
        _share(base, "terms_of_trade", "First order: terms of trade", "一阶近似：贸易条件"),
        _share(base, "volume_of_trade", "First order: volume of trade", "一阶近似：贸易量"),
    )
    return Result(
        "equilibrium_by_region",
        Text("Equilibrium: changes by region", "一般均衡：分地区变化"),
        frame,
        columns,
        METHOD + FIRST_ORDER,
        _winners(base, solution, case),
    )


def _winners(base: Baseline, solution: Solution, case: int) -> Text:
    """Say in words who gains and loses, the whole, and how well the equations are solved."""
    study, regions = base.study, base.table.regions
    gain = solution.real_income[: len(regions), case] - 1
    income = solution.economy.income[: len(regions)]
    whole = float((gain * income).sum() / income.sum())
    solved = Text(
        f"Largest error of any equation {solution.residual[case]:.1g} (logs) after {solution.iterations}"
        " rounds.",
        f"方程最大误差{solution.residual[case]:.1g}（对数），迭代{solution.iterations}轮。",
    )
    if not np.any(np.abs(gain) > 1e-9):
        return solved
    high, low = int(gain.argmax()), int(gain.argmin())
    return (
        Text(
            "Real income gains most in {high} ({up:+.3%}) and least in {low} ({down:+.3%}); weighted by"
            " income, all regions together {whole:+.3%}. ",
            "实际收入增幅最大的是{high}（{up:+.3%}），最小的是{low}（{down:+.3%}）；按收入加权，全部地区合计{whole:+.3%}。",
        ).format(
            high=study.text("region", regions[high]),
            low=study.text("region", regions[low]),
            up=float(gain[high]),
            down=float(gain[low]),
            whole=whole,
        )
        + solved
    )


def by_industry(base: Baseline, solution: Solution, case: int) -> Result:
    """Changes by industry: output and employment of all regions together, and the mean price at the gate."""
    r = len(base.table.regions)
    economy = solution.economy
    before = economy.output[:, :r]
    after = solution.volume[:, :r, case]
    total = before.sum(1)
    employed = np.where(before > 0, economy.added[:, :r] * before, 0.0)
    now = np.where(before > 0, np.nan_to_num(solution.employment[:, :r, case]), 0.0) * employed
    known = base.table.provenance

    def ratio(top: Array, bottom: Array) -> Array:
        return np.divide(top, bottom, out=np.full_like(bottom, np.nan), where=bottom > 0)

    frame = pd.DataFrame(
        {
            "industry": list(base.table.industries),
            "output_change": after.sum(1) - total,
            "output_change_share": ratio(after.sum(1), total) - 1,
            "labour_use_change": ratio(now.sum(1), employed.sum(1)) - 1,
            "price_change": ratio((solution.cost[:, :r, case] * before).sum(1), total) - 1,
        }
    )
    columns = (
        Column("industry", Text("Industry", "产业"), "industry"),
        Column(
            "output_change",
            Text("Output, change", "总产出变化"),
            "number",
            base.table.unit,
            "estimated",
            known.year,
            known.sources,
        ),
        _share(base, "output_change_share", "Output, change in %", "总产出变化率"),
        _share(base, "labour_use_change", "Labour used, change in %", "劳动投入变化率"),
        _share(base, "price_change", "Price at the gate, change in %", "出厂价格变化率"),
    )
    return Result(
        "equilibrium_by_industry",
        Text("Equilibrium: changes by industry", "一般均衡：分产业变化"),
        frame,
        columns,
        METHOD,
        Text("Output at base-year prices.", "产出按基年价格计算。"),
    )


def moved_output(base: Baseline, solution: Solution, case: int, asked: Array) -> Result:
    """Set the output that moves, builds and closures ask for beside what the equilibrium makes of it."""
    table = base.table
    r = len(table.regions)
    made = (solution.volume[:, :r, case] - solution.economy.output[:, :r]).T
    cells = np.argwhere(asked != 0)
    wanted, reached = asked[tuple(cells.T)], made[tuple(cells.T)]
    known = table.provenance

    def money(name: str, en: str, zh: str) -> Column:
        return Column(name, Text(en, zh), "number", table.unit, "estimated", known.year, known.sources)

    frame = pd.DataFrame(
        {
            "region": [table.regions[k] for k, _ in cells],
            "industry": [table.industries[i] for _, i in cells],
            "capacity_change": wanted,
            "output_change": reached,
            "response": reached - wanted,
        }
    )
    return Result(
        "equilibrium_moved",
        Text("Equilibrium: capacity moved and output made", "一般均衡：转移产能与实际产出"),
        frame,
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("industry", Text("Industry", "产业"), "industry"),
            money("capacity_change", "Capacity, change", "产能变化"),
            money("output_change", "Output, change", "总产出变化"),
            money("response", "Of which response of prices and wages", "其中：价格与工资引致的变化"),
        ),
        METHOD,
        Text(
            "Capacity is what makes the output asked for at the wages, input prices and spending of the base"
            " year. In equilibrium dearer labour crowds output out, and cheaper inputs from plants nearby"
            " crowd it in; the more so the lower the trade elasticity.",
            "产能指在基年工资、投入品价格与支出下恰能生产所要求产出的能力。均衡中劳动力变贵会挤出产出，"
            "邻近工厂使投入品变便宜则会带动产出；贸易弹性越低，后一作用越强。",
        ),
    )


def interval(base: Baseline, spread: Solution, solution: Solution, case: int) -> Result:
    """Real income by region over draws of the elasticities: best, low, median, high, share of gains."""
    regions = list(base.table.regions)
    r = len(regions)
    draws = spread.real_income[:r] - 1
    low, middle, high = np.quantile(draws, [LOW, 0.5, HIGH], axis=1)
    frame = pd.DataFrame(
        {
            "region": regions,
            "real_income_change": solution.real_income[:r, case] - 1,
            "low": low,
            "median": middle,
            "high": high,
            "gains_share": (draws > 0).mean(1),
        }
    )
    columns = (
        Column("region", Text("Region", "地区"), "region"),
        _share(base, "real_income_change", "Real income, change in %", "实际收入变化率"),
        _share(base, "low", "5 % of draws below", "5%分位"),
        _share(base, "median", "Median of draws", "抽样中位数"),
        _share(base, "high", "5 % of draws above", "95%分位"),
        _share(base, "gains_share", "Share of draws with a gain", "抽样中获益的比例"),
    )
    return Result(
        "equilibrium_interval",
        Text("Equilibrium: real income over the range of elasticities", "一般均衡：弹性不确定性下的实际收入"),
        frame,
        columns,
        METHOD,
        Text(
            f"{draws.shape[1]} draws of the trade elasticities from their ranges (triangular, half of the"
            " error common to all industries). The interval covers these elasticities only: not the estimated"
            " flows, nor the model.",
            f"从弹性取值范围抽样{draws.shape[1]}次（三角分布，误差一半为各产业共有）。区间仅反映这些弹性的不确定性，"
            "不含估计流量与模型本身的误差。",
        ),
    )
