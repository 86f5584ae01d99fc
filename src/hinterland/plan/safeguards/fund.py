"""The dedicated fund: what it pays for and who pays in, what it draws along, risks and is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan.assemble import number, phase_key
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.cash import internal_rate, present_value
from hinterland.plan.safeguards.credit import expected_loss, failing_within, large_portfolio_quantile, losses
from hinterland.plan.safeguards.given import Drawn, Span, drawn, given, made, ramp, spread
from hinterland.study import EMPTY, Result, Study, StudyError, Text

Floats = npt.NDArray[np.float64]

PARAMETERS = (
    "safeguard.capital_output",
    "safeguard.fund_share",
    "safeguard.fund_return",
    "safeguard.default_rate",
    "safeguard.loss_given_default",
    "plan.discount_rate",
)
USES = ("stakes", "training", "worker_support")
READS = ("fund_sources",)
_METHOD = Text(
    "Investment = capacity moved x capital per unit of yearly output. Uses of the fund: its stakes in that "
    "investment, training seats, support of displaced workers; sources: shares of the table fund_sources, "
    "so that sources equal uses in every phase. Stakes are held for some years at the fund's return; each "
    "may fail in any year. Losses: one common factor (Vasicek 2002), each industry in a host counted as "
    "one stake, which is on the cautious side. Intervals: central 90 % over draws of all assumptions.",
    "投资＝转移产能×单位年产出资本。基金用途：项目出资、培训学位、职工帮扶；来源按fund_sources表的比例，"
    "各阶段来源与用途相等。出资持有若干年并取得约定回报，每年均可能违约。损失采用单一共同因子模型（Vasicek "
    "2002），每一承接地的每一产业计为一笔出资（偏保守）。区间为全部假设抽样的中间90%。",
)


def known_sum(uses: Iterable[Floats]) -> Floats:
    """Return the sum of uses, without those that are unknown: the fund cannot provide for them."""
    return np.asarray(sum(np.nan_to_num(use, nan=0.0) for use in uses))


@dataclass(frozen=True)
class Fund:
    """Money of the fund by phase.

    Attributes
    ----------
    investment : array [phase, case]
        Fixed investment of all that moves.
    uses : mapping of use to array [phase, case]
    sources : mapping of source to array [phase, case]
    public : mapping of source to bool
    flows : array [case, year]
        Expected payments of the stakes to the fund; what is paid in is negative.
    exposure : array [stake]
        Stakes by industry and host over the whole plan, the study's own values.
    """

    investment: Floats
    uses: dict[str, Floats]
    sources: dict[str, Floats]
    public: dict[str, bool]
    flows: Floats
    exposure: Floats
    case: Drawn

    @property
    def leverage(self) -> Floats:
        """Money of others per unit of public money, over the whole plan [case]."""
        public = sum((v.sum(axis=0) for k, v in self.sources.items() if self.public[k]), np.zeros(()))
        spent = self.investment.sum(axis=0) + known_sum(self.uses[u] for u in USES[1:]).sum(axis=0)
        return np.asarray((spent - public) / np.where(public > 0, public, np.nan))


def sources(study: Study) -> tuple[dict[str, Span], dict[str, bool]]:
    """Return spans of the sources' shares and which of them are public.

    Raises
    ------
    StudyError
        No table, or shares that do not add up to one.
    """
    table = given(study, "fund_sources", "value", "low", "high")
    total = float(table["value"].sum())
    if not abs(total - 1) <= 1e-6:
        raise StudyError(
            Text(
                f"The shares of fund_sources add up to {total:.4g}.",
                f"fund_sources各项份额合计为{total:.4g}。",
            ),
            Text("Give shares that add up to 1.", "请给出合计为1的份额。"),
        )
    spans = {
        str(r["fund_source"]): (float(r["low"]), float(r["value"]), float(r["high"]))
        for r in table.to_dict("records")
    }
    return spans, {str(r["fund_source"]): str(r["public"]) == "yes" for r in table.to_dict("records")}


def stake_flows(invested: Floats, back: Floats, failing: Floats, severity: Floats, held: int) -> Floats:
    r"""Return expected payments of stakes that may fail.

    A unit paid in at the start of year t gives, :math:`a = 1, \dots, H` years later,

    .. math:: y\,s^a + (1 - \ell)(s^{a-1} - s^a) + 1_{a = H}\, s^H, \qquad s = 1 - p

    Parameters
    ----------
    invested : array [case, year]
        Paid in, money.
    back, failing, severity : array [case]
        y, yearly return; p, yearly probability of failing; :math:`\ell`, part lost then.
    held : int
        H, years until the stake is sold at par.

    Returns
    -------
    array [case, year + held]; zero return and no failing give back what was paid in.
    """
    count = invested.shape[-1]
    out = np.zeros((invested.shape[0], count + held))
    out[:, :count] -= invested
    alive = 1 - failing
    for age in range(1, held + 1):
        gives = back * alive**age + (1 - severity) * (alive ** (age - 1) - alive**age)
        if age == held:
            gives = gives + alive**held
        out[:, age : age + count] += invested * gives[:, None]
    return out


def _by_phase(plan: Plan, found: Mapping[str, Result], name: str, column: str) -> Floats:
    """Return a cost by phase out of another table; unknown where there is no such table."""
    keys = [phase_key(plan.study, plan.data.preset, code) for code in plan.data.codes]
    if name not in found:
        return np.full(len(keys), np.nan)
    frame = found[name].frame.groupby("phase", observed=True)[column]
    total = frame.agg(lambda part: part.sum(skipna=False))
    return np.asarray(total.reindex(keys), dtype=float)


def fund_of(plan: Plan, found: Mapping[str, Result]) -> Fund:
    """Put the fund together.

    Parameters
    ----------
    plan : Plan
    found : mapping of Result
        ``talent_seats`` and ``transition_phases`` where they could be made: the fund pays for them.

    Raises
    ------
    StudyError
        No table fund_sources, or shares that do not add up.
    """
    study, data = plan.study, plan.data
    spans, public = sources(study)
    case = drawn(study, PARAMETERS, {f"source/{k}": v for k, v in spans.items()})
    moved = plan.transfer.sum(["industry", "origin", "host"]).sel(phase=data.codes).values
    investment = moved[:, None] * case["safeguard.capital_output"]
    stakes = investment * case["safeguard.fund_share"]
    training = _by_phase(plan, found, "talent_seats", "training_cost")
    support = _by_phase(plan, found, "transition_phases", "support_cost")
    ones = np.ones(case.count)
    uses = {
        "stakes": stakes,
        "training": training[:, None] * ones,
        "worker_support": support[:, None] * ones,
    }
    total = known_sum(uses.values())
    parts = {k: case[f"source/{k}"] for k in spans}
    whole = sum(parts.values(), np.zeros(case.count))
    held = int(number(study, "safeguard.fund_hold", 1, 100))
    lengths = [p.years for p in data.phases]
    paid = ramp(stakes.T, lengths, sum(lengths))[0]
    flows = stake_flows(
        paid,
        case["safeguard.fund_return"],
        case["safeguard.default_rate"],
        case["safeguard.loss_given_default"],
        held,
    )
    rate = case["safeguard.capital_output"][0] * case["safeguard.fund_share"][0]
    exposure = plan.intake.isel(phase=-1).values.ravel() * rate
    return Fund(
        investment,
        uses,
        {k: total * part / whole for k, part in parts.items()},
        public,
        flows,
        exposure[exposure > 0],
        case,
    )


def _unknown(plan: Plan, fund: Fund) -> Text:
    lacking = [plan.study.text("column", u) for u, v in fund.uses.items() if np.isnan(v).any()]
    if not lacking:
        return EMPTY
    return Text(
        f"Not known and not provided for: {', '.join(n.en.lower() for n in lacking)}.",
        f"未知且未计入：{'、'.join(n.zh for n in lacking)}。",
    )


def use_table(plan: Plan, fund: Fund) -> Result:
    """Investment, and uses of the fund, by phase."""
    investment, total = spread(fund.investment), spread(known_sum(fund.uses.values()))
    frame = pd.DataFrame(
        {
            "phase": [phase_key(plan.study, plan.data.preset, c) for c in plan.data.codes],
            "investment": investment[0],
            "investment_low": investment[1],
            "investment_high": investment[2],
            **{use: fund.uses[use][:, 0] for use in USES},
            "uses": total[0],
            "uses_low": total[1],
            "uses_high": total[2],
        }
    )
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "fund_uses",
        Text("The dedicated fund: investment and uses by phase", "专项基金：分阶段投资与用途"),
        frame,
        [("phase", "phase"), *((str(c), "number", money) for c in frame.columns[1:])],
        _METHOD,
        _unknown(plan, fund),
        reads=READS,
    )


def source_table(plan: Plan, fund: Fund) -> Result:
    """Who pays in, by phase; sums to the uses."""
    spans = {k: spread(v) for k, v in fund.sources.items()}
    frame = pd.DataFrame(
        [
            {
                "fund_source": source,
                "phase": phase_key(plan.study, plan.data.preset, code),
                "paid_in": value[p],
                "paid_in_low": low[p],
                "paid_in_high": high[p],
            }
            for source, (value, low, high) in spans.items()
            for p, code in enumerate(plan.data.codes)
        ]
    )
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "fund_sources",
        Text("The dedicated fund: sources by phase", "专项基金：分阶段来源"),
        frame,
        [
            ("fund_source", "code"),
            ("phase", "phase"),
            *((c, "number", money) for c in ("paid_in", "paid_in_low", "paid_in_high")),
        ],
        _METHOD,
        reads=READS,
    )


def region_table(plan: Plan, fund: Fund) -> Result:
    """What each region pays in over the plan: sources of origins and hosts in proportion to what moves."""
    table = given(plan.study, "fund_sources", "value")
    payers = table["payer"].astype(str) if "payer" in table else pd.Series("", index=table.index)
    rows = []
    for side in ("origin", "host"):
        mine = [str(s) for s, payer in zip(table["fund_source"], payers, strict=True) if payer == side]
        others = [str(d) for d in plan.moves.dims if d != side]
        moved = plan.moves.sum(others).to_series()
        paid = known_sum(fund.sources[s].sum(axis=0) for s in mine)
        for region, part in (moved / moved.sum()).items():
            value, low, high = (float(v) for v in spread(part * np.atleast_1d(paid)))
            rows.append((str(region), side, value, low, high))
    frame = pd.DataFrame(rows, columns=["region", "role", "paid_in", "paid_in_low", "paid_in_high"])
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "fund_regions",
        Text("The dedicated fund: what each region pays in over the plan", "专项基金：各地区规划期出资"),
        frame[frame["paid_in"] > 0],
        [
            ("region", "region"),
            ("role", "code"),
            *((c, "number", money) for c in ("paid_in", "paid_in_low", "paid_in_high")),
        ],
        _METHOD,
        Text(
            "In proportion to capacity released and received: a proposal to be negotiated.",
            "按转出与承接产能比例分担，为协商建议。",
        ),
        reads=READS,
    )


def risk_table(plan: Plan, fund: Fund) -> Result:
    """Leverage, expected loss, losses at risk, present value and rate of return."""
    study, case = plan.study, fund.case
    held = int(number(study, "safeguard.fund_hold", 1, 100))
    failing = failing_within(case["safeguard.default_rate"], held)
    severity = case["safeguard.loss_given_default"]
    stakes = fund.uses["stakes"].sum(axis=0)
    rho = number(study, "safeguard.default_correlation", 0, 0.99)
    lost = losses(
        fund.exposure,
        float(failing[0]),
        float(severity[0]),
        rho,
        int(number(study, "safeguard.loss_draws", 100, 1e7)),
        int(study.parameter("seed")),
    )
    money = plan.data.units.get("output", "")
    nan = float("nan")
    fine = large_portfolio_quantile(float(failing[0]), rho, 0.99) * float(severity[0] * stakes[0])
    rows: list[tuple[str, float, float, float, str]] = []

    def add(measure: str, cases: Floats, unit: str) -> None:
        value, low, high = spread(cases)
        rows.append((measure, float(value), float(low), float(high), unit))

    add("leverage", fund.leverage, "ratio")
    add("stakes", stakes, money)
    add("expected_loss", expected_loss(stakes[:, None], failing, severity), money)
    add("expected_loss_rate", failing * severity, "share")
    rows.append(("loss_95", float(np.quantile(lost, 0.95)), nan, nan, money))
    rows.append(("loss_99", float(np.quantile(lost, 0.99)), nan, nan, money))
    rows.append(("loss_99_fine", fine, nan, nan, money))
    add("npv", present_value(fund.flows, case["plan.discount_rate"]), money)
    rows.append(("irr", internal_rate(fund.flows[0]), nan, nan, "share"))
    columns = ["measure", "value", "low", "high", "unit"]
    return made(
        plan,
        "fund_risk",
        Text("The dedicated fund: leverage, risk and worth", "专项基金：撬动、风险与价值"),
        pd.DataFrame(rows, columns=columns),
        [("measure", "code"), *((c, "number", "") for c in columns[1:4]), ("unit", "text")],
        _METHOD,
        Text(
            "Losses at risk are of the stakes' whole holding time. The present value is of the stakes "
            "alone, at the social discount rate; training and support are spent. A value below zero is "
            "what the transfer costs the fund's owners.",
            "在险损失为整个持有期。现值仅就出资、按社会折现率计算；培训与帮扶为净支出。"
            "负值即转移对基金出资人的成本。",
        ),
        reads=READS,
    )


def fund(plan: Plan, found: Mapping[str, Result] | None = None) -> list[Result]:
    """Return the tables of the fund: uses, sources, regions, risk and worth."""
    whole = fund_of(plan, found or {})
    return [
        use_table(plan, whole),
        source_table(plan, whole),
        region_table(plan, whole),
        risk_table(plan, whole),
    ]
