"""The tables of the safeguards: cases reckoned by hand on a small plan, and sums that must come out."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from guarded import TABLES, guarded, planned

from hinterland.accounts import complete, embodied_transfer, estimate_mrio
from hinterland.plan import Plan, safeguards
from hinterland.plan.safeguards.compensation import bounds
from hinterland.plan.safeguards.compliance import verdicts
from hinterland.plan.safeguards.enclave import PARTIES, parks
from hinterland.plan.safeguards.fund import fund_of
from hinterland.plan.safeguards.incentives import purse
from hinterland.plan.safeguards.talent import talent_needs
from hinterland.plan.safeguards.transition import paths
from hinterland.study import Result, Study, StudyError


@pytest.fixture(scope="module")
def study(tiny_study: Study) -> Study:
    return guarded(tiny_study)


@pytest.fixture(scope="module")
def plan(study: Study) -> Plan:
    """Textiles from east to south, 6 a year's output in the three near years and 8 in the four far ones."""
    return planned(study, textiles__east__south=(6.0, 8.0), machines__north__west=(0.0, 4.0))


@pytest.fixture(scope="module")
def found(plan: Plan) -> dict[str, Result]:
    return safeguards.all_tables(plan)


def value(study: Study, name: str) -> float:
    return float(study.parameter(f"safeguard.{name}"))


# -- shared parks


def test_the_first_year_of_a_park_by_hand(study: Study, plan: Plan) -> None:
    made = parks(plan)
    assert made.pairs == [("east", "south"), ("north", "west")]
    # in the first of three near years 2 arrive and 1 is at work; a tenth of it goes into the park
    share, arrives, works = value(study, "enclave_share"), 2.0, 1.0
    gain = float(plan.data.gains["value_added"].sel(industry="textiles", host="south"))
    national = study["io_value_added"].sel(industry="textiles")
    profit = gain * float(national.sel(item="surplus") / national.sum("item"))
    taxable = float(study.parameter("potential.taxable_share"))
    tax = works * (0.5 * 0.1 * value(study, "vat_collection") * gain + 0.4 * 0.25 * taxable * profit)
    assert made.tax[0, 0, 0] == pytest.approx(share * tax)
    built = value(study, "park_capital") * arrives
    land = value(study, "land_share") * value(study, "capital_output") * arrives
    rent = (1 - value(study, "park_running")) * value(study, "park_rent") * works
    recruited = value(study, "recruiting") * arrives
    served = value(study, "service_share") * tax
    # a plant pays as much at the origin as at the host here, so the cap of three years does not bind in five
    sent = 0.5 * tax
    assert made.shared[0, 0, 0] == pytest.approx(share * sent)
    part = value(study, "enclave_origin_equity")
    assert made.flows[0, 0, 0, 0] == pytest.approx(share * (part * (rent - built) + sent - recruited))
    part = value(study, "enclave_host_equity")
    assert made.flows[1, 0, 0, 0] == pytest.approx(
        share * (part * (rent - built) + tax - sent - served - land)
    )
    # what one party pays another cancels out
    whole = share * (tax - served + rent - built - land - recruited)
    assert made.flows[:, 0, 0, 0].sum() == pytest.approx(whole)


def test_the_origins_part_of_the_tax_ends_and_is_capped(study: Study, plan: Plan) -> None:
    made = parks(plan)
    shared_years = int(value(study, "enclave_tax_years"))
    # all are at work the whole year from 2033 on
    sent = made.shared[:, 0].sum(axis=0)
    ended = [year for year, amount in zip(made.years, sent, strict=True) if amount < 1e-12]
    assert ended[0] == 2033 + shared_years
    tight = parks(replace(plan, study=study.with_parameter("safeguard.enclave_cap_years", 0.5)))
    lost = tight.lost["local_tax"]
    # over all years the origin never gets more than half a year of what the plants paid it
    assert (tight.shared[:, 0].sum(axis=1) <= 0.5 * lost * (1 + 1e-9)).all()
    assert (tight.shared[:, 0].sum(axis=1) >= 0.49 * lost).all()


def test_both_splits_share_all_there_is_and_statistics_are_zero_sum(
    plan: Plan, found: dict[str, Result]
) -> None:
    made = parks(plan)
    split = found["enclave_split"].frame
    whole = float(made.worth[frozenset(PARTIES)][:, 0].sum())
    assert split["shapley"].sum() == pytest.approx(whole) == split["nash"].sum()
    assert split["contract"].sum() == pytest.approx(found["enclave_parties"].frame["npv"].sum())
    trap = found["enclave_statistics"].frame
    sums = trap.groupby("measure")["difference"].sum()
    assert sums.abs().max() <= 1e-12 * trap["counted_here"].max()
    origins = trap[trap["region"].isin(plan.data.origins)]
    assert (origins["counted_here"] == 0).all() and (origins["leaving"] > 0).all()


def test_an_agreement_of_the_study_replaces_the_parameters(study: Study, plan: Plan) -> None:
    row = {
        "origin": "east",
        "host": "south",
        "capacity_share": 0.5,
        "tax_share": 0.0,
        "origin_equity": "",
        "host_equity": "",
    }
    own = replace(study, frames={**study.frames, "enclaves": pd.DataFrame([row])})
    made = parks(replace(plan, study=own))
    assert made.moved == pytest.approx([0.5 * 14, value(study, "enclave_share") * 4])
    assert made.shared[0].max() == 0 and made.shared[1].max() > 0
    too_much = {**row, "origin_equity": 0.8, "host_equity": 0.5}
    wrong = replace(study, frames={**study.frames, "enclaves": pd.DataFrame([too_much])})
    with pytest.raises(StudyError, match="exceeds"):
        parks(replace(plan, study=wrong))


class Moded(Plan):
    """A plan that says by which mode its moves are made: a quarter of all of them by enclave."""

    @property
    def by_mode(self) -> xr.DataArray:
        shares = xr.DataArray([0.75, 0.25], {"mode": ["horizontal", "enclave"]}, ["mode"])
        return self.transfer * shares


def test_what_a_plan_sends_by_enclave_goes_into_the_parks_whole(plan: Plan) -> None:
    moded = Moded(**{f.name: getattr(plan, f.name) for f in fields(plan)})
    made = parks(moded)
    assert made.by_plan and not parks(plan).by_plan
    assert made.moved == pytest.approx([0.25 * 14, 0.25 * 4])
    notes = {r.name: r.note.en for r in safeguards.enclaves(moded)}
    assert "the plan sends by enclave" in notes["enclave_pairs"]


# -- compensation


def test_bounds_and_balances_by_hand(plan: Plan, found: dict[str, Result]) -> None:
    gain = float(plan.data.gains["co2"].sel(industry="textiles", host="south"))
    loss = float(plan.data.losses["co2"].sel(industry="textiles", origin="east"))
    pairs = found["compensation_pairs"].frame.set_index(["origin", "host"])
    assert pairs.loc[("east", "south"), "bound_lower"] == pytest.approx(14 * gain * 2)
    assert pairs.loc[("east", "south"), "bound_upper"] == pytest.approx(14 * loss * 5)
    regions = found["compensation_regions"].frame.set_index("region")
    assert regions.loc["east", "balance"] == pytest.approx(-14 * (2 * gain + 5 * loss) / 2)
    assert regions["balance"].sum() == pytest.approx(0, abs=1e-12)


def test_nothing_is_paid_where_the_burden_is_worth_more_than_the_relief(study: Study, plan: Plan) -> None:
    dear = pd.DataFrame(TABLES["compensation_rates"]).assign(value=[9.0, 1.0])
    made = replace(plan, study=replace(study, frames={**study.frames, "compensation_rates": dear}))
    assert np.isnan(bounds(made).agreed).all()
    tables = {r.name: r.frame for r in safeguards.compensation(made)}
    assert tables["compensation_pairs"]["agreed"].isna().all()
    assert (tables["compensation_pairs"]["room_share"] == 0).all()
    assert (tables["compensation_regions"]["balance"] == 0).all()


def test_the_standing_account_is_zero_sum_and_antisymmetric(study: Study, plan: Plan) -> None:
    table = embodied_transfer(estimate_mrio(complete(study)), "co2")
    account = {r.name: r for r in safeguards.compensation(plan, table)}["compensation_accounts"].frame
    assert account["embodied_balance"].sum() == pytest.approx(0, abs=1e-9)
    mine = table.frame[(table.frame["region"] == "east") & ~table.frame["region_to"].isin(["east", "abroad"])]
    assert account.set_index("region").loc["east", "embodied_out"] == pytest.approx(mine["embodied"].sum())
    assert (account["balance_at_benefit"] == account["embodied_balance"] * 5).all()


# -- fund


def test_sources_equal_uses_and_pay_for_seats_and_support(
    study: Study, plan: Plan, found: dict[str, Result]
) -> None:
    uses, paid = found["fund_uses"].frame, found["fund_sources"].frame
    by_phase = paid.groupby("phase", sort=False)["paid_in"].sum()
    assert by_phase.reindex(uses["phase"]).to_numpy() == pytest.approx(uses["uses"].to_numpy())
    assert uses["investment"].tolist() == pytest.approx([6 * 0.6, 12 * 0.6])
    assert uses["stakes"].sum() == pytest.approx(18 * 0.6 * value(study, "fund_share"))
    support = found["transition_phases"].frame["support_cost"].sum()
    assert uses["worker_support"].sum() == pytest.approx(support)
    assert uses["training"].sum() == pytest.approx(found["talent_seats"].frame["training_cost"].sum())


def test_regions_pay_in_proportion_to_what_moves(found: dict[str, Result]) -> None:
    mine = found["fund_regions"].frame.set_index("region")
    hosts = found["fund_sources"].frame.query("fund_source == 'host_budget'")["paid_in"].sum()
    assert mine["paid_in"].to_dict() == pytest.approx({"south": hosts * 14 / 18, "west": hosts * 4 / 18})
    assert set(mine["role"]) == {"host"}, "no source of the origins is named"


def test_leverage_counts_others_money_per_public_unit(plan: Plan) -> None:
    """Without seats and support: investment 10.8, fund 1.08, of which 0.4 is public."""
    alone = fund_of(plan, {})
    public = 0.4 * 1.08
    assert alone.leverage[0] == pytest.approx((10.8 - public) / public)
    note = {r.name: r for r in safeguards.fund(plan)}["fund_uses"].note
    assert "training" in note.en.lower() and "未计入" in note.zh


def test_expected_loss_and_worth_of_the_stakes(study: Study, plan: Plan, found: dict[str, Result]) -> None:
    rows = found["fund_risk"].frame.set_index("measure")["value"]
    held, p = int(value(study, "fund_hold")), value(study, "default_rate")
    rate = (1 - (1 - p) ** held) * value(study, "loss_given_default")
    assert rows["expected_loss_rate"] == pytest.approx(rate)
    assert rows["expected_loss"] == pytest.approx(1.08 * rate)
    assert rows["loss_95"] <= rows["loss_99"] <= 1.08 * value(study, "loss_given_default") + 1e-12
    # a fund whose return is below the discount rate costs its owners money
    assert rows["npv"] < 0 < rows["irr"] < float(study.parameter("plan.discount_rate"))


# -- incentives


def test_costs_of_each_instrument_by_hand(study: Study, plan: Plan) -> None:
    made = purse(plan)
    south, west = made.hosts.index("south"), made.hosts.index("west")
    land = 0.5 * value(study, "land_share") * value(study, "capital_output")
    assert made.costs["land"][south, 0, :7] == pytest.approx([2 * land] * 3 + [2 * land] * 4)
    assert made.costs["land"][west].max() == 0, "only the south gives it"
    lent = 0.02 * value(study, "loan_share") * value(study, "capital_output")
    # at work 1, 3, 5, 7, 9, 11, 13, 14 ...; the part three years old has had its time
    assert made.costs["interest"][south, 0, :6] == pytest.approx(np.array([1, 3, 5, 6, 6, 6]) * lent)
    tax = made.revenue[south, 0] / (1 - value(study, "service_share"))
    assert made.costs["refund"][south, 0, :4] == pytest.approx(
        0.5 * np.array([tax[0], tax[1], tax[2] - tax[0], tax[3] - tax[1]])
    )
    assert made.cost(legal=False)[south].sum() > made.cost(legal=True)[south].sum() > 0


def test_needed_additionality_is_where_the_money_comes_back(plan: Plan, found: dict[str, Result]) -> None:
    frame = found["incentive_break_even"].frame
    for package in ("all_instruments", "compliant"):
        row = frame[(frame["host"] == "south") & (frame["package"] == package)].iloc[0]
        assert row["needed_additionality"] == pytest.approx(row["incentive_cost"] / row["revenue"])
        for more, comes_back in ((1.02, True), (0.98, False)):
            other = plan.study.with_parameter("safeguard.additionality", more * row["needed_additionality"])
            again = safeguards.incentives(replace(plan, study=other))[0].frame
            mine = again[(again["host"] == "south") & (again["package"] == package)].iloc[0]
            assert np.isfinite(mine["break_even_years"]) == comes_back


def test_rules_speak_only_while_they_are_in_force(study: Study) -> None:
    assert verdicts(study, 2023, 2023)["refund"] == "unreviewed"
    assert verdicts(study, 2026, 2032) == {
        "refund": "prohibited",
        "land": "conditional",
        "interest": "conditional",
        "talent": "unreviewed",
    }
    assert verdicts(study, 2005, 2010)["land"] == "allowed"


def test_the_screen_shows_every_rule_and_which_lapses(found: dict[str, Result]) -> None:
    frame = found["incentive_screen"].frame.set_index("instrument_en")
    assert frame.loc["Land", "verdict"].tolist() == ["conditional", "allowed"]
    assert frame.loc["Land", "lapses"].tolist() == [False, True]
    assert frame.loc["Talent", "verdict"] == "unreviewed"
    assert "no legal advice" in found["incentive_screen"].note.en


# -- people


def test_demand_supply_and_seats_by_hand(study: Study, plan: Plan, found: dict[str, Result]) -> None:
    made = talent_needs(plan)
    jobs = 6 * float(plan.data.gains["employment"].sel(industry="textiles", host="south"))
    south = made.hosts.index("south")
    local = value(study, "local_hiring")
    assert made.demand[south, :, 0, 0] == pytest.approx(jobs * local * np.array([0.5, 0.3, 0.2]))
    # machines ask for the mix of their own class
    west, far = made.hosts.index("west"), 1
    jobs = 4 * float(plan.data.gains["employment"].sel(industry="machines", host="west"))
    assert made.demand[west, :, far, 0] == pytest.approx(jobs * local * np.array([0.2, 0.3, 0.5]))
    # 2.0 of labour in the near phase and 2.0 more in the far one
    assert made.supply[south].sum(axis=0)[:, 0] == pytest.approx([2.0, 2.0])
    mean = 6 + (9 - 6) * (1 - value(study, "schooling_shortfall"))
    assert made.supply[south, :, 0, 0] @ [6, 12, 16] == pytest.approx(2.0 * mean)
    assert made.filled == ["west"] and "West" in found["talent_gap"].note.en
    assert (made.seats * value(study, "completion")) == pytest.approx(made.gap)


def test_every_lost_job_is_accounted_for(study: Study, plan: Plan, found: dict[str, Result]) -> None:
    made = paths(plan)
    lost = float(found["transition_phases"].frame["jobs_gone"].sum())
    away = lost * (value(study, "retiring") + value(study, "following"))
    assert made.lost.sum() == pytest.approx(made.reemployed.sum() + made.unplaced.sum() + away)
    # pay per job: the national share of wages in value added times value added per job
    east = made.origins.index("east")
    textiles = made.industries.index("textiles")
    national = study["io_value_added"].sel(industry="textiles")
    pay = float(national.sel(item="wages") / national.sum("item")) * float(
        study["value_added_base"].sel(region="east", industry="textiles")
        / study["employment_base"].sel(region="east", industry="textiles")
    )
    stay = made.lost[east, textiles, 0, 0] - made.lost[east, textiles, 0, 0] * away / lost
    assert made.severance[east, textiles, 0, 0] == pytest.approx(stay * pay * value(study, "tenure") / 12)


# -- tasks


def test_gates_hold_the_plans_figures(study: Study, plan: Plan, found: dict[str, Result]) -> None:
    frame = found["safeguard_tasks"].frame
    arrive = frame[frame["task_en"].str.startswith("Bring the planned")]
    assert arrive["milestone"].tolist() == pytest.approx([6, 18])
    assert arrive["threshold"].tolist() == pytest.approx(
        [6 * value(study, "gate"), 18 * value(study, "gate")]
    )
    carbon = frame[frame["task_en"].str.startswith("Keep what arrives")]
    assert (carbon["threshold"] > carbon["milestone"]).all() and (carbon["comparator"] == "at_most").all()
    park = frame[frame["task_en"].str.startswith("Sign agreements")]
    # 14 of 18 are not yet four fifths, so both pairs are needed; once, in the first phase
    assert park["milestone"].tolist() == [2] and park["due_year"].tolist() == ["2026"]
    assert frame.groupby("phase", sort=False)["gate"].sum().min() >= 5
    blank = safeguards.tasks(plan)[0].frame
    assert blank["milestone"].isna().any(), "a figure that nobody reckoned is blank, not zero"


# -- what the study lacks


@pytest.mark.parametrize(
    ("table", "question"),
    [
        ("fiscal_rules", "enclave_parties"),
        ("compensation_rates", "compensation_regions"),
        ("instruments", "incentive_break_even"),
        ("incentive_rules", "incentive_screen"),
        ("education_mix", "talent_seats"),
        ("fund_sources", "fund_uses"),
    ],
)
def test_a_missing_table_is_named_with_its_mend(
    tiny_study: Study, plan: Plan, table: str, question: str
) -> None:
    lacking = replace(plan, study=guarded(tiny_study, leave=(table,)))
    with pytest.raises(StudyError, match=f"no table {table}") as told:
        safeguards.QUESTIONS[question](lacking, {})
    assert table in told.value.mend_words.zh


def test_intervals_hold_the_own_value_and_follow_the_seed(tiny_study: Study, plan: Plan) -> None:
    drawn = replace(plan, study=guarded(tiny_study, draws=200))
    one, two = safeguards.enclaves(drawn), safeguards.enclaves(drawn)
    pd.testing.assert_frame_equal(one[0].frame, two[0].frame)
    frame = one[0].frame
    assert ((frame["npv_low"] < frame["npv"]) & (frame["npv"] < frame["npv_high"])).all()
