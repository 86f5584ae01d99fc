"""Parks shared by origin and host (飞地): what each party pays and gets, and what coalitions are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.plan.assemble import number
from hinterland.plan.data import Array
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.cash import present_value
from hinterland.plan.safeguards.fiscal import PARAMETERS as TAXED
from hinterland.plan.safeguards.fiscal import local_tax, needs, shares, tax_spans
from hinterland.plan.safeguards.given import Drawn, drawn, given, ramp, years
from hinterland.study import Study, StudyError, Text

Floats = npt.NDArray[np.float64]

ENCLAVE = "enclave"
PARTIES = ("origin", "host", "park_company")
PARAMETERS = (
    *TAXED,
    "plan.discount_rate",
    "safeguard.capital_output",
    "safeguard.land_share",
    "safeguard.enclave_share",
    "safeguard.enclave_tax_share",
    "safeguard.enclave_origin_equity",
    "safeguard.enclave_host_equity",
    "safeguard.park_capital",
    "safeguard.park_rent",
    "safeguard.park_running",
    "safeguard.park_apart",
    "safeguard.recruiting",
    "safeguard.service_share",
    "safeguard.host_alone",
    "safeguard.host_and_company",
)
_TERMS = {
    "capacity_share": "safeguard.enclave_share",
    "tax_share": "safeguard.enclave_tax_share",
    "origin_equity": "safeguard.enclave_origin_equity",
    "host_equity": "safeguard.enclave_host_equity",
}


@dataclass(frozen=True)
class Parks:
    """Cash of the shared parks of a plan, and the game that the parties play.

    Attributes
    ----------
    pairs : list of (origin, host)
    years : list of int
    moved : array [pair]
        Capacity in the shared parks by the end of the plan.
    flows : array [party, pair, case, year]
        Payments to each party under the contract.
    invested : array [party, pair, case, year]
        The part of them that is investment, as positive amounts.
    worth : mapping of coalition to array [pair, case]
        Present value that each coalition could have by itself.
    tax : array [pair, case, year]
        Local tax of the plants in the parks.
    shared : array [pair, case, year]
        The part of it that goes to the origin.
    added, jobs : array [pair]
        Value added and jobs at the host by the end of the plan.
    lost : mapping of measure to array [pair]
        Value added, local tax and jobs that the origin's figures lose.
    items : mapping of item to array [party]
        Present value of each kind of income and cost, the study's own values, over all parks.
    by_plan : bool
        The plan itself says what goes into the parks; otherwise a part of all moves is assumed to.
    """

    pairs: list[tuple[str, str]]
    years: list[int]
    moved: Floats
    flows: Floats
    invested: Floats
    worth: dict[frozenset[str], Floats]
    tax: Floats
    shared: Floats
    added: Floats
    jobs: Floats
    lost: dict[str, Floats]
    items: dict[str, Floats]
    by_plan: bool
    case: Drawn


def _terms(study: Study, pairs: list[tuple[str, str]], case: Drawn) -> dict[str, Floats]:
    """Return the terms of each pair's agreement [pair, case]: the study's table enclaves, else parameters."""
    terms = {name: np.tile(case[code], (len(pairs), 1)) for name, code in _TERMS.items()}
    if study.frames.get("enclaves") is not None and len(study.frames["enclaves"]):
        table = given(study, "enclaves", *_TERMS)
        for row in table.to_dict("records"):
            pair = (str(row["origin"]), str(row["host"]))
            if pair not in pairs:
                continue
            for name in _TERMS:
                if np.isfinite(row[name]):
                    terms[name][pairs.index(pair)] = row[name]
    over = terms["origin_equity"] + terms["host_equity"] > 1 + 1e-9
    if over.any():
        o, h = pairs[int(np.argwhere(over)[0][0])]
        raise StudyError(
            Text(
                f"Equity of origin and host in the park of {o} and {h} exceeds the whole.",
                f"{o}与{h}共建园区中飞出地与飞入地的股份合计超过100%。",
            ),
            Text("Lower one of the two.", "请调低其中一方。"),
        )
    return terms


def _by_enclave(plan: Plan) -> Array | None:
    """Return what the plan itself sends by the mode ``enclave``; None where it has no such mode or moves."""
    modes = getattr(plan, "by_mode", None)
    if modes is None or ENCLAVE not in modes["mode"].values:
        return None
    found: Array = modes.sel(mode=ENCLAVE, drop=True)
    return found if float(found.sum()) > 0 else None


def parks(plan: Plan) -> Parks:
    """Reckon the shared parks of a plan.

    Raises
    ------
    StudyError
        Nothing moves, the tax rules are missing, or the study lacks value added or jobs.
    """
    needs(plan, "value_added", "employment")
    study, data = plan.study, plan.data
    case = drawn(study, PARAMETERS, tax_spans(study, data.phases[0].start))
    planned_in = _by_enclave(plan)
    moves = plan.transfer if planned_in is None else planned_in
    moves = moves.transpose("origin", "host", "industry", "phase")
    total = moves.sum(["industry", "phase"])
    pairs = [
        (str(o), str(h))
        for o in moves["origin"].values
        for h in moves["host"].values
        if float(total.sel(origin=o, host=h)) > 0
    ]
    if not pairs:
        raise StudyError(
            Text("The plan moves nothing, so there is no park to share.", "方案没有转移，无园区可共建。"),
            Text("Loosen what keeps the plan from moving anything.", "请放宽使方案无法转移的约束。"),
        )
    z = np.stack([moves.sel(origin=o, host=h).values for o, h in pairs])  # [pair, industry, phase]
    industry = {"industry": moves["industry"].values}
    part = shares(study, [str(i) for i in moves["industry"].values])
    surplus = part.surplus.values

    def at(measure: str, where: str, place: int) -> Floats:
        found = (data.gains if where == "host" else data.losses)[measure].sel(industry)
        return np.stack([found.sel({where: pair[place]}).values for pair in pairs])

    gain, loss = at("value_added", "host", 1), at("value_added", "origin", 0)
    lengths = [p.years for p in data.phases]
    span_years = years(plan, int(number(study, "safeguard.horizon", 1, 100)))
    count, planned = len(span_years), sum(lengths)
    terms = _terms(study, pairs, case)
    # what the plan itself sends by enclave goes into the parks whole
    share = terms["capacity_share"] if planned_in is None else np.ones_like(terms["capacity_share"])

    def in_parks(per_output: Floats) -> tuple[Floats, Floats]:
        """Amounts that arrive and are at work by year, all capacity [pair, year]."""
        return ramp((z * per_output[:, :, None]).sum(axis=1), lengths, count)

    arriving, working = in_parks(np.ones_like(gain))
    added = in_parks(gain)[1]
    profit = in_parks(gain * surplus)[1]
    tax = share[..., None] * np.moveaxis(local_tax(added, profit, case), -1, 1)
    new, at_work = share[..., None] * arriving[:, None], share[..., None] * working[:, None]

    # what a plant paid at the origin bounds what the origin may share of it
    capacity = z.sum(axis=2)
    before = local_tax((capacity * loss).sum(axis=1), (capacity * loss * surplus).sum(axis=1), case)
    after = local_tax((capacity * gain).sum(axis=1), (capacity * gain * surplus).sum(axis=1), case)
    shared_years = int(number(study, "safeguard.enclave_tax_years", 1, 100))
    cap = number(study, "safeguard.enclave_cap_years")
    most = np.minimum(terms["tax_share"], cap * before / np.maximum(after, 1e-300) / shared_years)
    gone = np.zeros_like(tax)
    if count > shared_years:
        gone[..., shared_years:] = tax[..., : count - shared_years]
    shared = most[..., None] * (tax - gone)

    def each(code: str) -> Floats:
        return case[code][None, :, None]

    park = each("safeguard.park_capital") * new
    land = each("safeguard.land_share") * each("safeguard.capital_output") * new
    recruiting = each("safeguard.recruiting") * new
    services = each("safeguard.service_share") * tax
    rent = (1 - each("safeguard.park_running")) * each("safeguard.park_rent") * at_work
    origin, host = terms["origin_equity"][..., None], terms["host_equity"][..., None]
    company = 1 - origin - host
    parts = np.stack([origin + 0 * rent, host + 0 * rent, company + 0 * rent])
    none = np.zeros_like(rent)
    items = {
        "tax": np.stack([shared, tax - shared, none]),
        "rent": parts * rent,
        "park": -parts * park,
        "land": np.stack([none, -land, none]),
        "recruiting": np.stack([-recruiting, none, none]),
        "services": np.stack([none, -services, none]),
    }
    flows = sum(items.values(), np.zeros_like(parts))
    invested = -(items["park"] + items["land"] + items["recruiting"])
    rate = case["plan.discount_rate"]

    def now(flow: Floats) -> Floats:
        return present_value(flow, rate)

    whole = now(flows.sum(axis=0))
    unled = now(tax - services + rent - park - land)
    apart = now((case["safeguard.park_apart"] - 1)[None, :, None] * park)
    nothing = np.zeros_like(whole)
    o, h, c = PARTIES
    worth = {
        frozenset({o}): nothing,
        frozenset({c}): nothing,
        frozenset({o, c}): nothing,
        frozenset({h}): case["safeguard.host_alone"] * np.maximum(unled - apart, 0),
        frozenset({h, c}): case["safeguard.host_and_company"] * np.maximum(unled, 0),
        frozenset({o, h}): np.maximum(whole - apart, 0),
        frozenset({o, h, c}): np.maximum(whole, 0),
    }
    jobs_gain, jobs_loss = at("employment", "host", 1), at("employment", "origin", 0)
    first = share[:, 0]
    lost = {
        "value_added": first * (capacity * loss).sum(axis=1),
        "local_tax": first * before[:, 0],
        "employment": first * (capacity * jobs_loss).sum(axis=1),
    }
    return Parks(
        pairs,
        span_years,
        first * capacity.sum(axis=1),
        flows,
        invested,
        worth,
        tax,
        shared,
        first * added[:, planned - 1],
        first * in_parks(jobs_gain)[1][:, planned - 1],
        lost,
        {name: present_value(item[:, :, 0], rate[0]).sum(axis=1) for name, item in items.items()},
        planned_in is not None,
        case,
    )
