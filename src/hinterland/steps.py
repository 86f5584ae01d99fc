"""The steps of the chain: which room is asked what, in which order, and what each needs from those before it.

A part of a step that lacks its data is left out, and its reason is kept for the reader of the report. The
rooms are imported where they are asked, so that one question does not wait for the solver of another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import xarray as xr

from hinterland.study import StudyError, Text
from hinterland.work import FollowsError, Found, LeftOut, Part, Step, Within, Work, the_plan

if TYPE_CHECKING:
    from hinterland.simulate import Outcome

__all__ = ["ROADMAP", "STEPS", "Found", "LeftOut", "Part", "Step", "Within", "Work", "the_plan"]


def _measure(work: Work) -> Mapping[str, Part]:
    from hinterland import measure

    def of_period(name: str) -> Part:
        made = measure.RESULTS[name]
        if name in measure.OF_PERIOD:
            return lambda work, within: getattr(measure, name)(work.study, work.start, work.end)
        return lambda work, within: made(work.study)

    def kinds(work: Work, within: Within) -> Found:
        # the rooms do not import one another: what the rules ask is carried from the one to the other here
        from hinterland import potential

        return measure.transfer_kind(work.study, potential.gradient(work.study), **_relations(work))

    def events(work: Work, within: Within) -> Found:
        # what a study of records could say is told where the estimate is shown; its lack is no fault
        return measure.transfer_events(work.study) if "transfer_events" in work.study.frames else None

    def demand(work: Work, within: Within) -> Found:
        return None if work.earlier is None else measure.transfer_demand(work.earlier, work.study)

    return {name: of_period(name) for name in measure.RESULTS} | {
        "transfer_events": events,
        "transfer_demand": demand,
        "transfer_flows": lambda work, within: measure.transfers(work.study).results().values(),
        "transfer_kind": kinds,
        "transfer_recovery": lambda work, within: measure.transfer_recovery(work.study),
    }


_RELATIONS = {
    "upstreamness": ("value_chain", "value_chain", "upstreamness"),
    "complexity": ("complexity", "complexity_regions", "eci"),
}
"""What the rules for kinds of transfer can use of the room potential: argument, function, result, column.

Its density of relatedness is not among them: the rules ask how much of an industry's chain a region has, and
the density is on another scale (no region near the threshold), so that it would call no move horizontal.
"""


def _relations(work: Work) -> dict[str, xr.DataArray]:
    """Return them at the base year, found before or made now; one that cannot be had is left out."""
    from hinterland import potential

    out = {}
    for argument, (function, name, column) in _RELATIONS.items():
        found = dict(work.findings)
        if name not in found and (make := getattr(potential, function, None)) is not None:
            with contextlib.suppress(StudyError):
                found |= {result.name: result for result in make(work.study)}
        if name not in found:
            continue
        frame = found[name].frame
        if "year" in frame:
            frame = frame[frame["year"] == work.study.base_year]
        values = frame.set_index([c for c in ("region", "industry") if c in frame])[column].to_xarray()
        labels = {"region": list(work.study.regions), "industry": list(work.study.industries)}
        out[argument] = values.reindex({dim: labels[str(dim)] for dim in values.dims})
    return out


def _accounts(work: Work) -> Mapping[str, Part]:
    from hinterland import accounts

    def complete(work: Work, within: Within) -> Found:
        work.given = work.given or work.study
        work.study = accounts.complete(work.study)
        return accounts.derived_data(work.study)

    def mrio(work: Work, within: Within) -> Found:
        table = accounts.estimate_mrio(work.study)
        convergence = [table.convergence] if table.convergence is not None else []
        return [
            *convergence,
            accounts.multipliers(table),
            accounts.interregional_trade(table),
            accounts.key_sectors(table),
        ]

    def intervals(work: Work, within: Within) -> Found:
        drawn = accounts.estimate_ensemble(work.study, draws=int(work.study.parameter("accounts.draws")))
        return [drawn.multipliers, drawn.trade, drawn.parameters]

    def causes(work: Work, within: Within) -> Found:
        table = accounts.estimate_mrio(work.study)
        kinds = [
            kind
            for kind in ("value_added", "employment", "co2")
            if kind == "value_added" or kind in table.satellites
        ]
        return [
            make(table, kind) for kind in kinds for make in (accounts.footprint, accounts.embodied_transfer)
        ]

    return {
        "reconciliation": lambda work, within: accounts.reconcile(work.study),
        "derived_data": complete,
        "multipliers": mrio,
        "multiplier_intervals": intervals,
        "footprint_value_added": causes,
    }


def _potential(work: Work) -> Mapping[str, Part]:
    from hinterland import accounts, potential

    estimated: list[accounts.IOTable] = []

    def table(work: Work) -> accounts.IOTable:
        """The interregional table, estimated once for all parts that ask for it."""
        if not estimated:
            estimated.append(accounts.estimate_mrio(work.study))
        return estimated[0]

    return {
        "gradient": lambda work, within: potential.gradient(work.study),
        "gradient_improved": lambda work, within: potential.gradient_improved(work.study),
        "gradient_gap": lambda work, within: potential.gradient_gap(work.study),
        "capacity": lambda work, within: potential.capacity(work.study),
        "unit_labour_cost": lambda work, within: potential.labour_costs(work.study),
        "cost_ledger": lambda work, within: potential.landed_cost(work.study),
        "market_access": lambda work, within: potential.market_access(work.study),
        "driver_weights": lambda work, within: potential.driver_weights(work.study),
        "weber_points": lambda work, within: potential.location(work.study),
        "constraint_ledger": lambda work, within: potential.ledger(
            work.study, table=table(work), given=work.findings
        ),
        "complementarity": lambda work, within: potential.complementarity(
            work.study, table=table(work), given=work.findings
        ),
        "chain_gaps": lambda work, within: potential.chain_gaps(work.study, table=table(work)),
        "by_product_matches": lambda work, within: potential.by_product_matches(work.study),
        "location_depth": lambda work, within: potential.depth_table(work.study),
        "supply_security": lambda work, within: potential.supply_table(work.study, table(work)),
        "resilience": lambda work, within: potential.resilience(work.study),
        "disparity": lambda work, within: potential.disparity(work.study),
        "positioning": lambda work, within: potential.positioning(
            work.study, table=table(work), given=work.findings
        ),
        "life_cycle": lambda work, within: potential.life_cycle(work.study),
        "flying_geese": lambda work, within: potential.flying_geese(work.study),
        "complexity_regions": lambda work, within: potential.complexity(work.study),
        "candidates": lambda work, within: potential.relatedness(work.study),
        "value_chain": lambda work, within: potential.value_chain(work.study),
        "upgrading_effects": lambda work, within: potential.upgrading_effects(work.study),
        "upgrading_mediation": lambda work, within: potential.upgrading_mediation(work.study),
        "upgrading_spatial": lambda work, within: potential.upgrading_spatial(work.study),
        # last, so that its criteria find what the parts before it have made
        "industry_ranking": lambda work, within: potential.industry_selection(
            work.study, table=table(work), given=work.findings
        ),
    }


def _evaluate(work: Work) -> Mapping[str, Part]:
    from hinterland import monitor

    return {"quasi_verdicts": lambda work, within: monitor.quasi_experiments(work.study)}


def _monitor(work: Work) -> Mapping[str, Part]:
    from hinterland import monitor

    return {"monitor_progress": lambda work, within: monitor.monitoring(work.study, work.period)}


def _plan(work: Work) -> Mapping[str, Part]:
    from hinterland import plan

    def frontier(work: Work, within: Within) -> Found:
        found = plan.frontier(
            work.study,
            points=work.points,
            preset=work.preset,
            objectives=work.traded or None,
            weights=work.weights or None,
            reference=work.reference or None,
        )
        if work.objective == "balanced":
            work.plan = found.plan
        return found.results().values()

    def best(work: Work, within: Within) -> Found:
        if work.plan is None and (work.traded or work.weights or work.reference):
            raise FollowsError(
                Text("The plan could not be chosen as it was asked for.", "无法按所要求的方式选定方案。"),
                Text("See why the frontier was left out.", "请查看前沿未能给出的原因。"),
            )
        if work.plan is None:
            # without a frontier (no carbon, no landed cost) there still is a plan for value added
            work.objective = "value_added" if work.objective == "balanced" else work.objective
            work.plan = plan.optimise(work.study, preset=work.preset, objective=work.objective)
        return work.plan.results().values()

    def comparison(work: Work, within: Within) -> Found:
        other = work.study.config["study"].get("compare_preset")
        if other is None or other == the_plan(work).data.preset:
            raise StudyError(
                Text("There is no other preset of phases to compare with.", "没有可供比较的其他阶段方案。"),
                Text(
                    "Name one as compare_preset in study.toml.", "请在 study.toml 中以 compare_preset 指定。"
                ),
            )
        return plan.compare_plans(
            the_plan(work), plan.optimise(work.study, preset=other, objective=work.objective)
        )

    def sensitivity(work: Work, within: Within) -> Found:
        # the time of the whole step goes mostly into this part
        return plan.sensitivity(
            work.given or work.study, the_plan(work), lambda share: within(0.15 + 0.85 * share)
        )

    def targets(work: Work, within: Within) -> Found:
        # what the plan promises is what monitoring will hold it to
        from hinterland import monitor

        return monitor.plan_targets(the_plan(work), work.findings)

    def explained(work: Work, within: Within) -> Found:
        return [plan.kept_out(the_plan(work)), plan.marginal_values(the_plan(work))]

    def kinds(work: Work, within: Within) -> Found:
        # asked for alone, a plan has no measurement to take the kinds from
        found = work.findings.get("transfer_kind")
        return None if found is None else plan.plan_kinds(the_plan(work), found)

    return {
        "frontier": frontier,
        "plan_transfers": best,
        "plan_kinds": kinds,
        "plan_targets": targets,
        "plan_gantt": lambda work, within: plan.gantt(the_plan(work)),
        "plan_division_cost": lambda work, within: plan.division_tables(the_plan(work)),
        "plan_comparison": comparison,
        "plan_kept_out": explained,
        "plan_alternatives": lambda work, within: plan.alternatives(the_plan(work)),
        "plan_in_futures": lambda work, within: plan.in_futures(the_plan(work)),
        "plan_foresight": lambda work, within: plan.foresight(the_plan(work)),
        "plan_sensitivity": sensitivity,
    }


def _simulate(work: Work) -> Mapping[str, Part]:
    from hinterland import simulate

    def impact(work: Work, within: Within) -> Found:
        moves = work.moves if work.moves is not None else the_plan(work).transfer
        work.outcome = simulate.impact(work.study, moves)
        return work.outcome.tables

    def equilibrium(work: Work, within: Within) -> Found:
        moves = work.moves if work.moves is not None else the_plan(work).transfer
        return simulate.equilibrium(work.study, moves, moved="reached").tables

    settled: list[Outcome] = []

    def closed(work: Work, within: Within) -> Found:
        from hinterland import plan

        loop = plan.close_loop(work.study, the_plan(work))
        settled.append(loop.outcome)
        return loop.results()

    def promise(work: Work, within: Within) -> Found:
        from hinterland import plan

        # where there is no equilibrium the other models still have an answer
        return plan.keep_promise(the_plan(work), settled[0] if settled else None).results()

    def of_scenario(work: Work, within: Within) -> Found:
        assert work.scenario is not None
        names = simulate.MODELS if work.model == "all" else (work.model,)
        outcomes, refused = [], []
        for model in names:
            try:
                outcomes.append(simulate.run_model(model, work.study, work.scenario))
            except StudyError as error:
                if work.model != "all":
                    raise
                refused.append(error)
                reason = error.words + Text(" ", "") + error.mend_words
                work.left_out.append(LeftOut("simulate", model, reason))
            within(len([*outcomes, *refused]) / len(names))
        if not outcomes:
            raise refused[0]
        work.outcome = outcomes[0]
        if work.model == "all":
            return [simulate.compare_models(outcomes, study=work.study)]
        return simulate.tables_of(work.outcome)

    def backup(work: Work, within: Within) -> Found:
        return simulate.backup(work.study).results()

    def roles(work: Work, within: Within) -> Found:
        # the roles were weighed before the value of backup was known; with it they are weighed again
        from hinterland import accounts, potential

        if "positioning" in work.findings and "backup_by_region" in work.findings:
            table = accounts.estimate_mrio(work.study)
            again = potential.positioning(work.study, table=table, given=work.findings)
            work.findings |= {result.name: result for result in again}
        return None

    if work.scenario is not None:
        return {"scenario": of_scenario}
    parts: dict[str, Part] = {"impact_by_region": impact, "equilibrium_by_region": equilibrium}
    if work.moves is None:
        parts |= {"plan_loop": closed, "plan_promise": promise}
    # backup value is of the study, whatever moves: with moves of one's own it would only keep one waiting
    if work.moves is None or set(simulate.BACKUP_TABLES) & set(work.tables):
        parts |= {"backup_value": backup, "positioning": roles}
    return parts


def _risk(work: Work) -> Mapping[str, Part]:
    from hinterland import risk

    def register(work: Work, within: Within) -> Found:
        trade = work.findings.get("interregional_trade")
        return risk.assess(work.study, the_plan(work), work.outcome, trade=trade)

    return {"risk_register": register}


def _safeguard(work: Work) -> Mapping[str, Part]:
    from hinterland.plan import safeguards

    def asked(question: safeguards.Question) -> Part:
        return lambda work, within: question(the_plan(work), work.findings)

    return {name: asked(question) for name, question in safeguards.QUESTIONS.items()}


def _claims(work: Work) -> Mapping[str, Part]:
    from hinterland.report import claims

    return {
        "claims": lambda work, within: claims.judge(work.study, work.findings),
    }


ROADMAP: Mapping[str, tuple[str, ...]] = {
    "accounts": ("derived_data", "multipliers"),
    "plan": ("frontier", "plan_transfers", "plan_gantt", "plan_division_cost", "plan_kept_out"),
    "simulate": ("impact_by_region", "equilibrium_by_region", "plan_loop", "plan_promise"),
    "risk": ("risk_register",),
    "safeguard": ("talent_seats", "transition_phases"),
}
"""Steps and parts that a roadmap is made from: what takes long and is not in it is left out."""


STEPS: tuple[Step, ...] = (
    Step("accounts", Text("Completing and balancing the accounts", "补全并平衡账户"), _accounts, weight=3),
    Step("measure", Text("Measuring what moved", "测度已发生的转移"), _measure, weight=1),
    Step(
        "potential",
        Text("Assessing who could host what", "评估承接潜力"),
        _potential,
        ("accounts",),
        weight=3,
    ),
    Step("evaluate", Text("Evaluating past policies", "评估过往政策"), _evaluate, weight=3),
    Step("monitor", Text("Monitoring the programme", "监测规划实施"), _monitor),
    Step("plan", Text("Planning the transfer", "编制转移方案"), _plan, ("accounts",), weight=40),
    Step(
        "simulate",
        Text("Reckoning the plan's impact", "测算方案影响"),
        _simulate,
        ("accounts", "plan"),
        weight=6,
    ),
    Step(
        "risk",
        Text("Looking for what could go wrong", "排查风险"),
        _risk,
        ("accounts", "plan", "simulate"),
        8,
    ),
    Step(
        "safeguard", Text("Making the plan safe", "落实保障措施"), _safeguard, ("accounts", "plan"), weight=2
    ),
    Step(
        "claims",
        Text("Holding the paper's claims against the figures", "以数据检验论断"),
        _claims,
        tuple(["accounts", "measure", "potential", "plan", "simulate", "risk"]),
    ),
)
