"""Fiscal break-even of incentives: what they cost a host, what comes back, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts.rates import PROFIT_TAX, rates
from hinterland.plan.assemble import number
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.cash import break_even, present_value
from hinterland.plan.safeguards.compliance import UNREVIEWED, verdicts
from hinterland.plan.safeguards.fiscal import PARAMETERS as TAXED
from hinterland.plan.safeguards.fiscal import local_tax, needs, shares, tax_spans
from hinterland.plan.safeguards.given import Drawn, drawn, given, made, ramp, spread, years
from hinterland.study import Result, StudyError, Text

Floats = npt.NDArray[np.float64]

KINDS = ("tax_refund", "reduced_rate", "land_discount", "interest_subsidy", "talent_subsidy")
PARAMETERS = (
    *TAXED,
    "plan.discount_rate",
    "safeguard.capital_output",
    "safeguard.land_share",
    "safeguard.loan_share",
    "safeguard.service_share",
    "safeguard.additionality",
)
READS = ("instruments", "incentive_rules", "fiscal_rules")
_METHOD = Text(
    "Cost: what each instrument of the table instruments forgoes or pays for capacity that moves in. "
    "Revenue: local part of value-added and enterprise income tax, less public services. Only a part of "
    "the capacity came because of the incentives (additionality; Bartik 2018 finds 2 to 25 % in studies of "
    "the United States), while all of it is paid for. Break-even: years until the discounted sum stays "
    "above zero. Needed: additionality at which the present value is zero. Intervals: central 90 % over "
    "draws of all assumptions.",
    "成本：instruments表各工具对转入产能所减收或支付的金额。收入：增值税与企业所得税地方分成，"
    "扣除公共服务支出。只有部分产能因激励而来（额外性；Bartik 2018综述美国研究为2%—25%），"
    "但全部产能都享受激励。回本：折现累计额持续为正所需年数。所需额外性：现值为零时的额外性。"
    "区间为全部假设抽样的中间90%。",
)


@dataclass(frozen=True)
class Purse:
    """A host's revenue and costs by instrument [host, case, year]."""

    hosts: list[str]
    revenue: Floats
    costs: dict[str, Floats]
    verdict: dict[str, str]
    case: Drawn

    def cost(self, *, legal: bool) -> Floats:
        """Return the sum over instruments; `legal`: without those that a rule prohibits."""
        kept = [c for k, c in self.costs.items() if not legal or self.verdict[k] != "prohibited"]
        return sum(kept, np.zeros_like(self.revenue))


def _young(values: Floats, age: float, first: int, ends: int) -> Floats:
    """Return amounts of capacity younger than `age` years, nothing after the year `ends` [..., year]."""
    out = values.copy()
    if np.isfinite(age) and 0 <= int(age) < values.shape[-1]:
        n = int(age)
        if n == 0:
            out[...] = 0
        else:
            out[..., n:] -= values[..., :-n]
    out[..., max(ends - first + 1, 0) :] = 0
    return out


def purse(plan: Plan) -> Purse:
    """Reckon what incentives cost each host and what comes back.

    Raises
    ------
    StudyError
        Tables instruments, incentive_rules or fiscal_rules are missing, or an instrument is of no known kind.
    """
    needs(plan, "value_added")
    study, data = plan.study, plan.data
    table = given(study, "instruments", "rate", "low", "high", "years", "end_year")
    for end in ("low", "high"):
        table[end] = table[end].fillna(table["rate"])
    unknown = sorted(set(table["kind"]) - set(KINDS))
    if unknown:
        raise StudyError(
            Text(
                f"instruments has the kind {', '.join(unknown)}.",
                f"instruments表中有未知类别：{'、'.join(unknown)}。",
            ),
            Text(f"Use one of {', '.join(KINDS)}.", f"请使用{'、'.join(KINDS)}之一。"),
        )
    first = data.phases[0].start
    rows = table.to_dict("records")
    spans = {
        f"rate/{r['instrument']}": (float(r["low"]), float(r["rate"]), float(r["high"]))
        for r in rows
        if np.isfinite(r["rate"])
    }
    case = drawn(study, PARAMETERS, tax_spans(study, first) | spans)
    industries = [str(i) for i in plan.transfer["industry"].values]
    hosts = [str(h) for h in plan.transfer["host"].values]
    z = plan.transfer.sum("origin").sel(host=hosts).transpose("host", "industry", "phase").values
    gain = data.gains["value_added"].sel(host=hosts, industry=industries).transpose("host", "industry").values
    part = shares(study, industries)
    lengths = [p.years for p in data.phases]
    reckoned = years(plan, int(number(study, "safeguard.horizon", 1, 100)))

    def by_year(per_output: Floats) -> tuple[Floats, Floats]:
        """Amounts that arrive and are at work [host, year]."""
        return ramp((z * per_output[..., None]).sum(axis=1), lengths, len(reckoned))

    arriving = by_year(np.ones_like(gain))[0]
    added, profit = by_year(gain)[1], by_year(gain * part.surplus.values)[1]
    pay = by_year(gain * part.labour.values)[1]
    working = by_year(np.ones_like(gain))[1]
    charged = rates(study, PROFIT_TAX)
    reduced = (
        charged.value.sel(region=hosts, industry=industries).values
        if charged is not None
        else np.full(gain.shape, np.nan)
    )
    tax = np.moveaxis(local_tax(added, profit, case), -1, 1)  # [host, case, year]
    revenue = (1 - case["safeguard.service_share"])[None, :, None] * tax
    invested = case["safeguard.capital_output"][None, :, None]

    costs = {}
    for row in rows:
        kind, code = str(row["kind"]), str(row["instrument"])
        ends = int(row["end_year"]) if np.isfinite(row["end_year"]) else 9999
        age = float(row["years"])
        rate = case[f"rate/{code}"][None, :, None] if f"rate/{code}" in case.cases else np.zeros((1, 1, 1))
        if kind == "tax_refund":
            cost = rate * _young(tax, age, first, ends)
        elif kind == "reduced_rate":
            full = case["profit_tax_rate"][0]
            less = np.nan_to_num(np.clip(full - reduced, 0, None), nan=0.0)
            forgone = by_year(gain * part.surplus.values * less)[1]
            local = case["profit_tax_local_share"] * case["potential.taxable_share"]
            cost = local[None, :, None] * _young(forgone, age, first, ends)[:, None, :]
        elif kind == "land_discount":
            cost = rate * case["safeguard.land_share"][None, :, None] * invested * arriving[:, None, :]
        elif kind == "interest_subsidy":
            lent = case["safeguard.loan_share"][None, :, None] * invested
            cost = rate * lent * _young(working, age, first, ends)[:, None, :]
        else:
            cost = rate * _young(pay, age, first, ends)[:, None, :]
        mine = np.array([str(row["host"]) in ("", "*", h) for h in hosts])
        costs[code] = np.where(mine[:, None, None], cost, 0.0)
    return Purse(hosts, revenue, costs, verdicts(study, first, data.phases[-1].end), case)


def _years_of(flows: Floats, rate: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return years to break even: value, low, high (NaN beyond the horizon), and the part of cases within."""
    found = break_even(flows, rate)
    low, high = np.quantile(found, [0.05, 0.95], axis=-1, method="inverted_cdf")

    def known(values: Floats) -> Floats:
        return np.where(np.isfinite(values), values, np.nan)

    return known(found[..., 0]), known(low), known(high), np.isfinite(found).mean(axis=-1)


def host_table(plan: Plan, found: Purse) -> Result:
    """Break-even by host, of all instruments and of those that no rule prohibits."""
    money = plan.data.units.get("output", "")
    rate = found.case["plan.discount_rate"]
    more = found.case["safeguard.additionality"][None, :, None]
    rows = []
    for package, legal in (("all_instruments", False), ("compliant", True)):
        cost = found.cost(legal=legal)
        spent, taken = present_value(cost, rate), present_value(found.revenue, rate)
        needed = spread(spent / np.where(taken > 0, taken, np.nan))
        took = _years_of(more * found.revenue - cost, rate)
        for h, host in enumerate(found.hosts):
            rows.append(
                {
                    "host": host,
                    "package": package,
                    "revenue": taken[h, 0],
                    "incentive_cost": spent[h, 0],
                    "needed_additionality": needed[0][h],
                    "needed_low": needed[1][h],
                    "needed_high": needed[2][h],
                    "break_even_years": took[0][h],
                    "break_even_low": took[1][h],
                    "break_even_high": took[2][h],
                    "break_even_share": took[3][h],
                }
            )
    return made(
        plan,
        "incentive_break_even",
        Text("Fiscal break-even of the incentives by host", "分承接地激励政策财政回本"),
        pd.DataFrame(rows),
        [
            ("host", "region"),
            ("package", "code"),
            ("revenue", "number", money),
            ("incentive_cost", "number", money),
            *((c, "share", "") for c in ("needed_additionality", "needed_low", "needed_high")),
            *((c, "number", "years") for c in ("break_even_years", "break_even_low", "break_even_high")),
            ("break_even_share", "share", ""),
        ],
        _METHOD,
        Text(
            "Present values over the horizon. No years are given where the money does not come back within "
            "it; the last column is the part of the draws in which it does. What a host wins by incentives "
            "another region loses: this is no gain of the nation.",
            "均为期限内现值。期限内不能回本的不给出年数；末列为能够回本的抽样比例。"
            "一地因激励所得即他地所失，并非全国净收益。",
        ),
        reads=READS,
    )


def instrument_table(plan: Plan, found: Purse) -> Result:
    """Cost of each instrument over all hosts, with the additionality it would need alone."""
    study = plan.study
    money, rate = plan.data.units.get("output", ""), found.case["plan.discount_rate"]
    names = given(study, "instruments").set_index("instrument")
    taken = present_value(found.revenue, rate).sum(axis=0)
    rows = []
    for code, cost in found.costs.items():
        spent = present_value(cost, rate).sum(axis=0)
        value, low, high = spread(spent)
        rows.append(
            {
                "instrument_en": str(names.loc[code, "name_en"]),
                "instrument_zh": str(names.loc[code, "name_zh"]),
                "verdict": found.verdict.get(code, UNREVIEWED),
                "incentive_cost": float(value),
                "incentive_cost_low": float(low),
                "incentive_cost_high": float(high),
                "needed_additionality": float(spent[0] / taken[0]) if taken[0] > 0 else float("nan"),
            }
        )
    return made(
        plan,
        "incentive_instruments",
        Text("Cost of each incentive over all hosts", "各项激励的成本（全部承接地）"),
        pd.DataFrame(rows),
        [
            ("instrument_en", "text"),
            ("instrument_zh", "text"),
            ("verdict", "code"),
            *((c, "number", money) for c in ("incentive_cost", "incentive_cost_low", "incentive_cost_high")),
            ("needed_additionality", "share", ""),
        ],
        _METHOD,
        reads=READS,
    )


def incentives(plan: Plan) -> list[Result]:
    """Return the tables of the incentives: break-even by host, cost by instrument."""
    found = purse(plan)
    return [host_table(plan, found), instrument_table(plan, found)]
