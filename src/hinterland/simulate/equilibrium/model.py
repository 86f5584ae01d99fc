"""The equilibrium of a study after a scenario: what prices, wages and trade make of a transfer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.accounts.lookup import number, option
from hinterland.accounts.table import ABROAD
from hinterland.simulate.baseline import Baseline, baseline
from hinterland.simulate.changes import REPRESENTS, Change
from hinterland.simulate.equilibrium.capped import CAPPED, Held, caps_table, under_caps
from hinterland.simulate.equilibrium.economy import (
    LABOUR,
    Array,
    DeficitRule,
    Economy,
    Labour,
    Shock,
    refuse,
)
from hinterland.simulate.equilibrium.elasticities import Elasticities, elasticities, elasticity_table
from hinterland.simulate.equilibrium.founding import found_industries, with_founded
from hinterland.simulate.equilibrium.mobility import Mobility, mobility
from hinterland.simulate.equilibrium.reach import capacity_reached
from hinterland.simulate.equilibrium.scale import solve_with_scale
from hinterland.simulate.equilibrium.shocks import map_states
from hinterland.simulate.equilibrium.solve import Solution, solve
from hinterland.simulate.equilibrium.table import ABROAD_REGION, Imported, from_table
from hinterland.simulate.equilibrium.tables import equilibrium_tables
from hinterland.simulate.moves import states_of_moves
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario, as_scenario
from hinterland.simulate.scenario_check import checked, refuse_unsupported
from hinterland.study import Study, Text

MODEL = "equilibrium"
Moved = Literal["offered", "reached"]

LEAVES_OUT = Text(
    "Static equilibria compared: all prices and wages have settled, factors have found other work within the"
    " region, plants are in place. The building of plants, the way there, growth and unemployment are left"
    " out.",
    "比较静态均衡：价格与工资均已调整到位，生产要素已在本地区重新就业，工厂已建成。不含建厂过程、过渡路径、增长与失业。",
)


@dataclass(frozen=True, eq=False)
class Setting:
    """An economy calibrated from a study, and the rules under which it is solved."""

    base: Baseline
    economy: Economy
    elasticities: Elasticities
    deficits: DeficitRule
    mobility: Mobility | None
    scale: Array | None
    parameters: Mapping[str, Any]


def imported_by_product(base: Baseline) -> Imported | None:
    """Imports from abroad by product, from the study's national table, or None where it has none.

    An industry's imported inputs keep the national mix of products; imports for final use go to regions as
    their home purchases of the category do. Estimated. Falls of imported stocks below zero are left out.
    """
    study, table = base.study, base.table
    if "io_imported" not in study or table.industries != study.industries:
        return None
    r, n = len(table.regions), len(table.industries)
    order = {"row": list(table.industries), "industry": list(table.industries)}
    mix = study["io_imported"].reindex(order).transpose("row", "industry").fillna(0.0).to_numpy()
    total = mix.sum(0)
    bought = table.imports.reshape(r, n)
    if ((total <= 0) & (bought > 0).any(0)).any():
        return None
    share = np.divide(mix, total, out=np.zeros_like(mix), where=total > 0)
    inputs = share[:, None, :] * bought[None]
    final = np.zeros((n, r))
    if "final_imported" in study:
        national = study["final_imported"].reindex(row=list(table.industries)).fillna(0.0)
        for category in national["category"].to_numpy():
            if str(category) in ABROAD:
                continue
            home = np.zeros(r)
            for column, (region, kind) in enumerate(table.final):
                if kind == str(category) and region in table.regions:
                    home[table.regions.index(region)] += float(np.clip(table.Y[:, column], 0, None).sum())
            if home.sum() > 0:
                amounts = national.sel(category=category).to_numpy()
                final += np.clip(amounts, 0.0, None)[:, None] * home / home.sum()
    return Imported(inputs, final)


def calibrate(
    study: Study,
    *,
    table: IOTable | None = None,
    base: Baseline | None = None,
    trade_elasticities: str | None = None,
    labour: Labour | None = None,
    deficits: DeficitRule | None = None,
    scale: float | Array | None = None,
) -> Setting:
    """Calibrate the economy of a study's table and settle the rules; see `equilibrium` for the options."""
    start = base if base is not None else baseline(study, table)
    known = elasticities(start.study, trade_elasticities)
    economy = from_table(
        start.table,
        known.theta,
        imported=imported_by_product(start),
        market_share=number(start.study, "simulate.export_market_share"),
    )
    moves = labour or str(option(start.study, "simulate.labour_mobility"))
    if moves not in LABOUR:
        raise refuse(
            f"There is no rule '{moves}' for labour.",
            f"没有名为“{moves}”的劳动力流动规则。",
            f"Use one of: {', '.join(LABOUR)}.",
            f"可选：{'、'.join(LABOUR)}。",
        )
    settled = (ABROAD_REGION,) if ABROAD_REGION in economy.regions else ()
    moving = None
    migration = number(start.study, "simulate.migration_elasticity")
    if moves == "mobile":
        moving = mobility(economy, migration, workers_of(start, economy), settled)
    rule = deficits or str(option(start.study, "simulate.deficit_rule"))
    given = number(start.study, "simulate.scale_elasticity") if scale is None else scale
    psi = np.broadcast_to(np.asarray(given, dtype=float), economy.theta.shape).copy()
    parameters: dict[str, Any] = {
        "trade_elasticities": known.kind,
        "labour": moves,
        "deficits": rule,
        "export_market_share": number(start.study, "simulate.export_market_share"),
    }
    if moving is not None:
        parameters["migration_elasticity"] = migration
    if psi.any():
        parameters["scale_elasticity"] = [float(v) for v in psi] if np.ptp(psi) else float(psi[0])
    return Setting(
        start,
        economy,
        known,
        rule,  # type: ignore[arg-type]  # `solve` refuses a word that is no rule
        moving,
        psi if psi.any() else None,
        parameters,
    )


def workers_of(base: Baseline, economy: Economy) -> Array | None:
    """Employment of every region where the table knows it all, else None (value added stands for it)."""
    jobs = base.table.satellites.get("employment")
    if jobs is None or not np.isfinite(jobs.values).all():
        return None
    people = np.ones(len(economy.regions))
    people[: len(base.table.regions)] = np.asarray(jobs.values).reshape(len(base.table.regions), -1).sum(1)
    return people if (people > 0).all() else None


def equilibrium(
    study: Study,
    scenario: Scenario | Iterable[Change] | xr.DataArray,
    *,
    table: IOTable | None = None,
    base: Baseline | None = None,
    trade_elasticities: str | None = None,
    labour: Labour | None = None,
    deficits: DeficitRule | None = None,
    scale: float | Array | None = None,
    draws: int | None = None,
    seed: int | None = None,
    moved: Moved | None = None,
    setting: Setting | None = None,
) -> Outcome:
    r"""Spatial equilibrium after a scenario: multi-region, multi-industry Eaton-Kortum by exact hat algebra.

    Every region's industries compete in every market at the prices that wages, input prices, trade costs and
    tariffs make; wages settle where the regions' factors are employed. One static equilibrium for the end of
    every year in which the scenario changes something. Calibrated from the table, so that without a scenario
    the answer is the study's accounts.

    Parameters
    ----------
    study : Study
    scenario : Scenario, changes, or DataArray [industry, origin, host] or [industry, origin, host, phase]
        What each kind of change does to the model: `shocks.map_states`. An array holds output moved, as a
        plan's does; moves add up from phase to phase.
    table : IOTable, optional
        Default: `accounts.estimate_mrio(study)`.
    base : Baseline, optional
        Saves reckoning it again.
    trade_elasticities : str, optional
        See `elasticities`; default: the study's.
    labour : "immobile" or "mobile", optional
        Default: parameter ``simulate.labour_mobility``. Mobile labour follows real wages with
        ``simulate.migration_elasticity``; the world abroad keeps its own.
    deficits : "fixed", "scaled" or "removed", optional
        Default: parameter ``simulate.deficit_rule``. See `solve`.
    scale : float or array [industry], optional
        External economies of scale; default: parameter ``simulate.scale_elasticity``.
    draws : int, optional
        Draws of the trade elasticities for the intervals of the last year; default: parameter
        ``simulate.equilibrium_draws``; 0: none.
    seed : int, optional
        Default: parameter ``seed``.
    moved : "offered" or "reached", optional
        What an output moved, built or closed is; default: parameter ``simulate.moved_output``. "offered": the
        capacity that would make it at the wages and prices of the base year; in equilibrium the region makes
        more or less of it. "reached": the capacity with which the equilibrium of that year makes just that.
    setting : Setting, optional
        What `calibrate` returned, to run many scenarios on one calibration; the other options are then its
        own.

    Returns
    -------
    Outcome
        ``result``: output (at base-year prices), value_added (factor income over the region's consumer
        prices), employment, co2 by region and industry; prices (at the gate, base year 1), and by region
        wage, price_index, real_income, real_wage, labour (all ratios to the base year; numeraire: factor
        income of all regions and the world abroad). Tables: equilibrium_by_region, equilibrium_by_industry,
        equilibrium_interval (with draws), equilibrium_caps (with caps on resources, see `capped`),
        trade_elasticities.

    Raises
    ------
    StudyError
        Not converged; a change that the model does not represent (an industry founded where there is none);
        a cap on a resource that no price keeps; a table without final demand by region.

    References
    ----------
    Eaton & Kortum (2002), Econometrica 70; Dekle, Eaton & Kortum (2008), IMF Staff Papers 55; Caliendo &
    Parro (2015), Review of Economic Studies 82; Redding (2016), Journal of International Economics 101;
    Kucheryavyy, Lyn & Rodriguez-Clare (2023), American Economic Journal: Macroeconomics 15.
    """
    at = setting or calibrate(
        study,
        table=table,
        base=base,
        trade_elasticities=trade_elasticities,
        labour=labour,
        deficits=deficits,
        scale=scale,
    )
    times: list[str | int]
    if isinstance(scenario, xr.DataArray):
        given = None
        states, times, clock, _ = states_of_moves(at.base, study, scenario)
    else:
        given = as_scenario(scenario)
        refuse_unsupported(given, MODEL, REPRESENTS)
        dates = checked(given, at.base).dated(at.base.study).years
        states = [given.state(at.base, year) for year in dates or (None,)]
        times, clock = [*dates] or ["after"], "year" if dates else "state"
    founded = found_industries(at.economy, at.base, states)
    at = replace(at, economy=founded.economy)
    mapped = map_states(at.economy, at.base, states)
    solved: list[tuple[Solution, int]] = [None] * len(states)  # type: ignore[list-item]
    told = founded.note(at.base)
    notes = [LEAVES_OUT, *mapped.notes, *([] if told is None else [told])]
    shocks = [shock for _, shock in mapped.shocks]
    meant = moved or str(option(at.base.study, "simulate.moved_output"))
    if meant == "reached" and at.scale is None:
        shocks = [
            capacity_reached(at.economy, shock, target, deficits=at.deficits, mobility=at.mobility)
            for shock, target in zip(shocks, mapped.targets, strict=True)
        ]
    elif meant != "offered":
        raise refuse(
            f"Moved output cannot be '{meant}' here.",
            f"此处转移产出的规则不能为“{meant}”。",
            "Use 'offered', or 'reached' without economies of scale.",
            "请用offered；无规模经济时也可用reached。",
        )
    held: dict[int, tuple[Held, ...]] = {}
    for (members, _), shock in zip(mapped.shocks, shocks, strict=True):
        if any(states[m].resources for m in members):
            for k, m in enumerate(members):
                solution, held[m] = under_caps(
                    at.economy, at.base, one_case(shock, k), states[m], at.deficits, at.mobility, at.scale
                )
                solved[m] = (solution, 0)
            continue
        for k, (solution, case) in enumerate(_solutions(at, shock, notes)):
            solved[members[k]] = (solution, case)
    capped = bool(states[-1].resources)
    if held:
        notes.append(CAPPED)
    count = int(number(at.base.study, "simulate.equilibrium_draws")) if draws is None else draws
    drawn = int(number(at.base.study, "seed")) if seed is None else seed
    spread = None
    if count and at.scale is None and not capped:
        where = next(k for k, (members, _) in enumerate(mapped.shocks) if len(states) - 1 in members)
        case = mapped.shocks[where][0].index(len(states) - 1)
        spread = ensemble(at, one_case(shocks[where], case), count, drawn)
    return Outcome(
        MODEL,
        at.base.accounts,
        with_founded(
            founded,
            at.base,
            solved,
            result_dataset(at.base, solved, xr.Variable("time", times, {"clock": clock})),
        ),
        (
            *equilibrium_tables(at.base, solved[-1], spread, states[-1].capacity_change),
            *([caps_table(at.base, held[len(states) - 1])] if capped else []),
            elasticity_table(at.base.study, at.elasticities),
        ),
        max(float(solution.residual.max()) for solution, _ in solved),
        scenario=given,
        fingerprint=at.base.fingerprint,
        parameters={**at.parameters, "moved": meant, "draws": count if spread is not None else 0},
        seed=drawn if spread is not None else None,
        notes=tuple(dict.fromkeys(notes)),
    )


def _solutions(at: Setting, shock: Shock, notes: list[Text]) -> list[tuple[Solution, int]]:
    """Solve all cases of a shock; with economies of scale one at a time, from several starts."""
    if at.scale is None:
        solution = solve(at.economy, shock, deficits=at.deficits, mobility=at.mobility)
        return [(solution, case) for case in range(shock.cases)]
    found = []
    for case in range(shock.cases):
        answer = solve_with_scale(
            at.economy,
            at.scale,
            one_case(shock, case),
            deficits=at.deficits,
            mobility=at.mobility,
            seed=int(number(at.base.study, "seed")),
        )
        if answer.warning is not None:
            told = Text(
                f" {len(answer.others)} others were found from {answer.starts - 1} other starts"
                f" ({answer.failed} led nowhere).",
                f"另从{answer.starts - 1}个起点求得{len(answer.others)}个其他均衡"
                f"（{answer.failed}个未收敛）。",
            )
            notes.append(answer.warning + told)
        found.append((answer.solution, 0))
    return found


def one_case(shock: Shock, case: int) -> Shock:
    """Take one case out of a shock."""
    from hinterland.simulate.equilibrium.economy import CASES

    parts: dict[str, Any] = {"cost": shock.cost, "tariff": shock.tariff}
    for name, dims in CASES.items():
        values = getattr(shock, name)
        parts[name] = values[..., case] if values is not None and np.ndim(values) == dims + 1 else values
    return Shock(**parts)


def ensemble(at: Setting, shock: Shock, count: int, seed: int) -> Solution:
    """Solve one shock under draws of the trade elasticities, all side by side.

    Capacity asked for in output was found at the elasticities' best values and is kept: it does not depend
    on them (`shocks.capacity_for`).
    """
    theta = at.elasticities.draws(count, seed)
    return solve(
        at.economy,
        Shock(**{**_parts(shock), "theta": theta}),
        deficits=at.deficits,
        mobility=at.mobility,
    )


def _parts(shock: Shock) -> dict[str, Any]:
    from hinterland.simulate.equilibrium.economy import CASES

    return {name: getattr(shock, name) for name in ("cost", "tariff", *CASES)}


def result_dataset(base: Baseline, solved: list[tuple[Solution, int]], time: xr.Variable) -> xr.Dataset:
    """Put solutions into the Outcome's form: base-year accounts times the model's ratios."""
    accounts, table = base.accounts, base.table
    r = len(table.regions)
    rows: dict[str, list[Array]] = {}
    for solution, case in solved:
        for name, values in _variables(solution, case, r, accounts).items():
            rows.setdefault(name, []).append(values)
    by_cell = ("time", "region", "industry")
    units = {name: accounts[name].attrs.get("unit", "") for name in accounts.data_vars}
    content = {
        name: (
            by_cell if np.ndim(values[0]) == 2 else by_cell[:2],
            np.stack(values),
            {"unit": units.get(name, "1")},
        )
        for name, values in rows.items()
    }
    return xr.Dataset(
        content, {"time": time, "region": list(table.regions), "industry": list(table.industries)}
    )


def _heads(accounts: xr.Dataset, used: Array, labour: Array, made: npt.NDArray[np.bool_]) -> Array:
    """Ratios of employment: labour used, scaled so that a region's jobs follow its labour supply.

    Industries differ in jobs per unit of labour income; when labour changes industry it takes the jobs per
    income of the new one, and the region still has as many workers as before (or as have come).
    """
    if "employment" not in accounts:
        return used
    jobs = accounts["employment"].to_numpy()
    before = np.where(made, jobs, 0.0).sum(1)
    after = np.where(made, jobs * used, 0.0).sum(1)
    scale = np.divide(before * labour, after, out=np.ones_like(after), where=after > 0)
    found: Array = used * scale[:, None]
    return found


def _variables(solution: Solution, case: int, r: int, accounts: xr.Dataset) -> dict[str, Array]:
    """Every variable of the Outcome for one case: [region, industry] or [region]."""
    economy = solution.economy
    made = accounts["output"].to_numpy().T > 0
    sales = np.divide(
        solution.output[:, :r, case],
        economy.output[:, :r],
        out=np.ones_like(economy.output[:, :r]),
        where=made,
    ).T
    cost = solution.cost[:, :r, case].T
    wage, index = solution.wage[:r, case], solution.price_index[:r, case]
    ratios = {
        "output": sales / cost,
        "value_added": sales / index[:, None],
        "employment": _heads(accounts, sales / wage[:, None], solution.labour[:r, case], made.T),
        "co2": sales / cost,
    }
    # what is recorded where nothing is made (an odd emission) has nothing to change with and stays
    found: dict[str, Array] = {
        name: accounts[name].to_numpy() * np.where(made.T, ratio, 1.0)
        for name, ratio in ratios.items()
        if name in accounts
    }
    found["prices"] = np.where(made.T, cost, np.nan)
    found["wage"] = wage
    found["price_index"] = index
    found["real_wage"] = solution.real_wage[:r, case]
    found["real_income"] = solution.real_income[:r, case]
    found["labour"] = solution.labour[:r, case]
    return found
