"""Ecological compensation between regions: what moved burdens are worth to who bears and who sheds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import complete
from hinterland.accounts.lookup import indicator
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.fiscal import needs
from hinterland.plan.safeguards.given import Drawn, drawn, given, made, spread
from hinterland.study import EMPTY, Result, Study, StudyError, Text

Floats = npt.NDArray[np.float64]

CARBON = "co2"
SIDES = ("cost", "benefit")
READS = ("compensation_rates",)
_METHOD = Text(
    "Burden: emissions that moved capacity adds at the host; relief: what it saved at the origin (plan's "
    "last year). Local pollutants follow carbon by the ratio of the region's totals (both stem from fuel). "
    "Lower bound: burden x what the bearer pays to abate or offset it; upper bound: relief x damage "
    "avoided; agreed: their middle (Nash's bargain with equal power), where the lower does not exceed the "
    "upper. Prices: table compensation_rates. Intervals: central 90 % over their ranges.",
    "负担：转入产能在承接地新增的排放；减轻：其在转出地减少的排放（规划末年）。"
    "局地污染物按地区总量与碳排放之比推算（二者均源于燃料）。下限：负担×承担方治理或抵消成本；上限："
    "减轻×避免的损害；商定：二者中点（等权纳什解），仅当下限不高于上限。价格取自compensation_rates表。"
    "区间为价格范围抽样的中间90%。",
)


@dataclass(frozen=True)
class Bounds:
    """Yearly compensation of each pair of regions.

    Attributes
    ----------
    pairs : list of (origin, host)
    burden, relief : mapping of flow to array [pair]
    lower, upper : array [pair, case]
    """

    pairs: list[tuple[str, str]]
    burden: dict[str, Floats]
    relief: dict[str, Floats]
    lower: Floats
    upper: Floats

    @property
    def agreed(self) -> Floats:
        """What the pairs agree on [pair, case]; NaN where there is no room between the bounds."""
        return np.where(self.lower <= self.upper, (self.lower + self.upper) / 2, np.nan)


def balance(payments: Floats) -> Floats:
    r"""Return what each region receives less what it pays: :math:`b_r = \sum_s (P_{sr} - P_{rs})`.

    Zero-sum by construction: every payment leaves one region and reaches another.

    Parameters
    ----------
    payments : array [payer, receiver]
    """
    return np.asarray(payments.sum(axis=0) - payments.sum(axis=1))


def prices(study: Study) -> tuple[list[str], Drawn]:
    """Return the flows that are priced, and cases of their prices by "flow/side".

    Raises
    ------
    StudyError
        No table compensation_rates, or a flow that lacks one of its sides.
    """
    table = given(study, "compensation_rates", "value", "low", "high")
    flows = list(dict.fromkeys(table["flow"].astype(str)))
    spans = {}
    for flow in flows:
        for side in SIDES:
            mine = table[(table["flow"] == flow) & (table["side"] == side)]
            if mine.empty or not np.isfinite(mine["value"].iloc[0]):
                raise StudyError(
                    Text(
                        f"compensation_rates has no {side} for {flow}.",
                        f"compensation_rates表缺少{flow}的{side}。",
                    ),
                    Text(
                        "Give both sides of every flow: cost (to who bears it) and benefit (to who is rid "
                        "of it).",
                        "请为每种流量给出cost（承担方成本）和benefit（受益方收益）两行。",
                    ),
                )
            row = mine.iloc[0]
            spans[f"{flow}/{side}"] = (float(row["low"]), float(row["value"]), float(row["high"]))
    return flows, drawn(study, (), spans)


def _per_carbon(study: Study, flow: str) -> pd.Series[float] | None:
    """Return the flow per unit of carbon by region; None for a flow that the study's indicators lack."""
    if flow == CARBON:
        return pd.Series(1.0, index=list(study.regions))
    known = indicator(study, flow)
    whole = complete(study)
    if known is None or "co2_base" not in whole:
        return None
    carbon = whole["co2_base"].sum("industry", skipna=False).to_series()
    return known[0].to_series().reindex(carbon.index) / carbon.where(carbon > 0)


def bounds(plan: Plan) -> Bounds:
    """Return what each pair of origin and host would have to agree on for the plan's burdens.

    Raises
    ------
    StudyError
        No emissions in the plan, no prices, or no flow with figures.
    """
    needs(plan, "co2")
    study, data = plan.study, plan.data
    flows, price = prices(study)
    moves = plan.moves.transpose("origin", "host", "industry")
    total = moves.sum("industry")
    pairs = [
        (str(o), str(h))
        for o in moves["origin"].values
        for h in moves["host"].values
        if float(total.sel(origin=o, host=h)) > 0
    ]
    added = (moves * data.gains["co2"]).sum("industry")
    saved = (moves * data.losses["co2"]).sum("industry")
    burden, relief = {}, {}
    lower = upper = np.zeros((len(pairs), price.count))
    for flow in flows:
        ratio = _per_carbon(study, flow)
        if ratio is None or ratio.reindex([*data.origins, *data.hosts]).isna().any():
            # a flow that is unknown somewhere would make that region's payments too small: it is left out
            continue
        burden[flow] = np.array([float(added.sel(origin=o, host=h)) * ratio[h] for o, h in pairs])
        relief[flow] = np.array([float(saved.sel(origin=o, host=h)) * ratio[o] for o, h in pairs])
        lower = lower + burden[flow][:, None] * price[f"{flow}/cost"]
        upper = upper + relief[flow][:, None] * price[f"{flow}/benefit"]
    if not burden:
        raise StudyError(
            Text(
                "No flow of compensation_rates is known for all origins and hosts.",
                "compensation_rates表中的流量均无法覆盖全部转出地和承接地。",
            ),
            Text("Price co2, or an indicator that all regions have.", "请为co2或各地区均有的指标定价。"),
        )
    return Bounds(pairs, burden, relief, lower, upper)


def _left_out(plan: Plan, found: Bounds) -> Text:
    lacking = [f for f in prices(plan.study)[0] if f not in found.burden]
    if not lacking:
        return EMPTY
    names = [plan.study.text("indicator", f) for f in lacking]
    return Text(
        f" Left out, unknown in some region: {', '.join(n.en for n in names)}.",
        f"部分地区数据缺失而未计入：{'、'.join(n.zh for n in names)}。",
    )


def pair_table(plan: Plan, found: Bounds) -> Result:
    """Bounds of the yearly compensation of each pair of regions."""
    lower, upper, agreed = spread(found.lower), spread(found.upper), spread(_filled(found.agreed))
    room = found.lower[:, 0] <= found.upper[:, 0]
    frame = pd.DataFrame(
        {
            "origin": [o for o, _ in found.pairs],
            "host": [h for _, h in found.pairs],
            "bound_lower": lower[0],
            "bound_upper": upper[0],
            "agreed": np.where(room, agreed[0], np.nan),
            "agreed_low": np.where(room, agreed[1], np.nan),
            "agreed_high": np.where(room, agreed[2], np.nan),
            "room_share": (found.lower <= found.upper).mean(axis=1),
        }
    )
    money = plan.data.units.get("output", "")
    columns = [str(c) for c in frame.columns[2:7]]
    return made(
        plan,
        "compensation_pairs",
        Text("Ecological compensation by pair of regions, a year", "分地区对的生态补偿（年）"),
        frame,
        [
            ("origin", "region"),
            ("host", "region"),
            *((c, "number", money) for c in columns),
            ("room_share", "share", ""),
        ],
        _METHOD,
        Text(
            "The origin pays the host. Nothing is agreed where the bearer's cost exceeds what it is worth "
            "to the other; the last column is the part of the draws in which there is room.",
            "由转出地向承接地支付。承担方成本高于对方受益时无法达成协议；末列为存在协商空间的抽样比例。",
        )
        + _left_out(plan, found),
        reads=READS,
    )


def _filled(agreed: Floats) -> Floats:
    """Return agreed payments with nothing paid where nothing is agreed."""
    return np.nan_to_num(agreed, nan=0.0)


def flow_table(plan: Plan, found: Bounds) -> Result:
    """What the bounds are made of: burden, relief and their price by flow."""
    study, price = plan.study, prices(plan.study)[1]
    units = {CARBON: plan.data.units.get("co2", "")}
    listed = study.frames.get("indicator_list")
    if listed is not None and "unit" in listed:
        units |= dict(zip(listed["indicator"].astype(str), listed["unit"].astype(str), strict=True))
    rows = [
        {
            "flow": flow,
            "burden": float(burden.sum()),
            "relief": float(found.relief[flow].sum()),
            "unit": units.get(flow, ""),
            "bound_lower": float(burden.sum() * price[f"{flow}/cost"][0]),
            "bound_upper": float(found.relief[flow].sum() * price[f"{flow}/benefit"][0]),
        }
        for flow, burden in found.burden.items()
    ]
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "compensation_flows",
        Text("Ecological compensation by flow, a year", "分污染物生态补偿（年）"),
        pd.DataFrame(rows),
        [
            ("flow", "code"),
            ("burden", "number", ""),
            ("relief", "number", ""),
            ("unit", "text"),
            ("bound_lower", "number", money),
            ("bound_upper", "number", money),
        ],
        _METHOD,
        _left_out(plan, found),
        READS,
    )


def region_table(plan: Plan, found: Bounds) -> Result:
    """Who pays and who receives by the plan; the balances sum to zero."""
    regions = [str(r) for side in ("origin", "host") for r in plan.transfer[side].values]
    place = {r: k for k, r in enumerate(regions)}
    agreed = _filled(found.agreed)
    net = np.zeros((len(regions), agreed.shape[1]))
    paid, received = np.zeros(len(regions)), np.zeros(len(regions))
    for k, (o, h) in enumerate(found.pairs):
        net[place[o]] -= agreed[k]
        net[place[h]] += agreed[k]
        paid[place[o]] += agreed[k, 0]
        received[place[h]] += agreed[k, 0]
    value, low, high = spread(net)
    frame = pd.DataFrame(
        {
            "region": regions,
            "paid": paid,
            "received": received,
            "balance": value,
            "balance_low": low,
            "balance_high": high,
        }
    )
    money = plan.data.units.get("output", "")
    return made(
        plan,
        "compensation_regions",
        Text("Ecological compensation: who pays, who receives, a year", "生态补偿：谁支付、谁获得（年）"),
        frame,
        [("region", "region"), *((str(c), "number", money) for c in frame.columns[1:])],
        _METHOD,
        Text("Balances sum to zero over the regions.", "各地区净额合计为零。") + _left_out(plan, found),
        reads=READS,
    )


def accounts_table(plan: Plan, embodied: Result) -> Result:
    """Carbon that regions emit for the final demand of others, priced: the standing account beside the plan.

    Parameters
    ----------
    plan : Plan
    embodied : Result
        ``embodied_co2`` of the accounts (region, region_to, embodied); demand from abroad is left out.
    """
    regions = list(plan.study.regions)
    frame = embodied.frame[embodied.frame["region_to"].isin(regions)]
    matrix = frame.pivot_table(index="region_to", columns="region", values="embodied", aggfunc="sum")
    # [consumer, emitter]
    matrix = matrix.reindex(index=regions, columns=regions).to_numpy(float, copy=True)
    unknown = np.isnan(matrix).all(axis=0)
    np.fill_diagonal(matrix, 0.0)
    flows = np.nan_to_num(matrix, nan=0.0)
    net = balance(flows)
    _, price = prices(plan.study)
    low, high = price["co2/cost"][0], price["co2/benefit"][0]
    out = pd.DataFrame(
        {
            "region": regions,
            "embodied_out": flows.sum(axis=0),
            "embodied_in": flows.sum(axis=1),
            "embodied_balance": net,
            "balance_at_cost": net * low,
            "balance_at_benefit": net * high,
        }
    )
    carbon, money = plan.data.units.get("co2", ""), plan.data.units.get("output", "")
    named = [plan.study.text("region", r) for r, u in zip(regions, unknown, strict=True) if u]
    note = (
        Text(
            f" No emissions known for {', '.join(n.en for n in named)}.",
            f"{'、'.join(n.zh for n in named)}的排放未知。",
        )
        if named
        else EMPTY
    )
    return made(
        plan,
        "compensation_accounts",
        Text(
            "The standing account: carbon emitted for the final demand of other regions, priced",
            "现有账户：为其他地区最终需求排放的碳及其计价",
        ),
        out,
        [
            ("region", "region"),
            *((c, "number", carbon) for c in ("embodied_out", "embodied_in", "embodied_balance")),
            *((c, "number", money) for c in ("balance_at_cost", "balance_at_benefit")),
        ],
        Text(
            "Bilateral embodied carbon of the estimated interregional table, base year; final demand of "
            "regions only (exports abroad are nobody's here). Who emits for others receives. Priced at the "
            "bearer's cost and at the damage.",
            "由区域间投入产出估计表得到的双边隐含碳（基准年），仅计各地区最终需求（出口不计）。"
            "为他地排放者获得。分别按承担方成本与损害计价。",
        ),
        Text("Balances sum to zero over the regions.", "各地区净额合计为零。") + note,
        reads=READS,
    )


def compensation(plan: Plan, embodied: Result | None = None) -> list[Result]:
    """Return the tables of ecological compensation; the standing account where the accounts have it."""
    found = bounds(plan)
    out = [region_table(plan, found), pair_table(plan, found), flow_table(plan, found)]
    if embodied is not None and f"{CARBON}/cost" in prices(plan.study)[1].cases:
        out.append(accounts_table(plan, embodied))
    return out
