"""The equilibrium of a study year by year, with workers who move between its regions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable
from hinterland.accounts.lookup import number
from hinterland.simulate.baseline import Baseline
from hinterland.simulate.changes import REPRESENTS, Change
from hinterland.simulate.equilibrium.dynamics import Path, migration_by_gravity, solve_path
from hinterland.simulate.equilibrium.economy import Array, Shock, refuse
from hinterland.simulate.equilibrium.elasticities import elasticity_table
from hinterland.simulate.equilibrium.founding import found_industries, with_founded
from hinterland.simulate.equilibrium.model import (
    MODEL,
    Setting,
    calibrate,
    one_case,
    result_dataset,
    workers_of,
)
from hinterland.simulate.equilibrium.shocks import map_states
from hinterland.simulate.equilibrium.table import ABROAD_REGION
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario, as_scenario
from hinterland.simulate.scenario_check import checked, refuse_unsupported
from hinterland.study import Column, Result, Study, Text

# Years solved beyond the last one shown, so that what comes after hardly matters for it.
TAIL = 40

NOTE = Text(
    "Workers know the whole scenario from its first year, look ahead and move between regions at a cost;"
    " flows of migrants of the base path are estimated by gravity, alike in both directions, and leave every"
    " region's labour as it is. Capital and plants do not wait.",
    "劳动力自情景首年起知晓全部变化，具有前瞻性，并承担迁移成本在地区间流动；基准路径的迁移流量由引力模型估计，双向对等，"
    "不改变各地区劳动力。资本与工厂的调整不存在时滞。",
)


def equilibrium_path(
    study: Study,
    scenario: Scenario | Iterable[Change],
    *,
    until: int | None = None,
    table: IOTable | None = None,
    base: Baseline | None = None,
    setting: Setting | None = None,
    moving: xr.DataArray | None = None,
) -> Outcome:
    """Equilibrium path with migration over the study's phases (Caliendo, Dvorkin & Parro 2019).

    From the scenario's first year to the end of the last phase, one equilibrium a year, with the labour that
    forward-looking workers bring about: see `dynamics`. Other options are those of `equilibrium`.

    Parameters
    ----------
    study : Study
    scenario : Scenario or changes
    until : int, optional
        Last year shown; default: the end of the study's last phase, or the last change where that is later.
    setting : Setting, optional
        With immobile labour: migration takes its place.
    moving : DataArray [region, region_to], optional
        Yearly shares of workers who move, measured; rows add to one. Default: by gravity, with
        ``simulate.stay_share``.

    Returns
    -------
    Outcome
        As `equilibrium`; `time` holds years; `labour` is the labour of each region over the base path. Table
        equilibrium_path: real wage and labour by region at the end of each phase.
    """
    given = as_scenario(scenario)
    refuse_unsupported(given, MODEL, REPRESENTS)
    at = setting or calibrate(study, table=table, base=base, labour="immobile")
    if at.mobility is not None or at.scale is not None:
        raise refuse(
            "The path with migration has its own rule for labour, and no economies of scale.",
            "含迁移的路径有其自身的劳动力规则，且不含规模经济。",
            "Calibrate with labour='immobile' and without scale.",
            "请以labour='immobile'且不设规模弹性进行校准。",
        )
    whole = at.base.study
    if given.of("resource"):
        raise refuse(
            "The path with migration does not hold caps on resources.",
            "含迁移的路径不处理资源上限。",
            "Use `equilibrium`, which compares years.",
            "请使用比较各年份的`equilibrium`。",
        )
    run = checked(given, at.base)
    changes = [y for y in run.dated(whole).years if y >= whole.base_year]
    phases = whole.phases() if "phases" in whole.frames else ()
    first = min(changes, default=phases[0].start if phases else whole.base_year)
    last = until if until is not None else max([phases[-1].end] if phases else [first], default=first)
    last = max([last, *changes]) if until is None else last
    if last < first:
        raise refuse(
            f"The path would end in {last}, before it begins in {first}.",
            f"路径结束年{last}早于起始年{first}。",
            "Choose a later year.",
            "请选择更晚的年份。",
        )
    # a state lasts until the next year in which something changes
    marks = sorted({first, *(y for y in changes if y <= last + TAIL)})
    states = [run.state(at.base, year) for year in marks]
    founded = found_industries(at.economy, at.base, states)
    at = replace(at, economy=founded.economy)
    mapped = map_states(at.economy, at.base, states)
    shocks: dict[int, Shock] = {}
    for members, shock in mapped.shocks:
        for case, member in enumerate(members):
            shocks[marks[member]] = one_case(shock, case)
    years = list(range(first, last + TAIL + 1))
    current = [shocks[max(mark for mark in marks if mark <= year)] for year in years]
    workers = workers_of(at.base, at.economy)
    people = at.economy.value_added if workers is None else workers
    path = solve_path(
        at.economy,
        current,
        _moving(at, people, moving),
        people,
        inverse_elasticity=number(whole, "simulate.migration_inverse_elasticity"),
        discount=number(whole, "simulate.discount_factor"),
        deficits=at.deficits,
    )
    shown = years[: last - first + 1]
    solved = [path.at(year - first) for year in shown]
    return Outcome(
        MODEL,
        at.base.accounts,
        with_founded(
            founded,
            at.base,
            solved,
            result_dataset(at.base, solved, xr.Variable("time", shown, {"clock": "year"})),
        ),
        (_table(at, path, shown), elasticity_table(whole, at.elasticities)),
        max(float(solution.residual.max()) for solution, _ in solved),
        scenario=given,
        fingerprint=at.base.fingerprint,
        parameters={
            **{k: v for k, v in at.parameters.items() if k != "labour"},
            "labour": "path",
            "stay_share": number(whole, "simulate.stay_share"),
            "migration_inverse_elasticity": number(whole, "simulate.migration_inverse_elasticity"),
            "discount_factor": number(whole, "simulate.discount_factor"),
        },
        notes=tuple(n for n in (NOTE, *mapped.notes, founded.note(at.base)) if n is not None),
    )


def _moving(at: Setting, people: Array, given: xr.DataArray | None) -> Array:
    """Yearly probabilities of moving over the economy's regions."""
    table, economy = at.base.table, at.economy
    r, n = len(table.regions), len(economy.regions)
    settled = np.array([region == ABROAD_REGION for region in economy.regions])
    if given is not None:
        found = np.eye(n)
        labels = {"region": list(table.regions), "region_to": list(table.regions)}
        values = given.reindex(labels).transpose("region", "region_to").to_numpy()
        if not np.isfinite(values).all() or (values < 0).any():
            raise refuse(
                "The flows of migrants have missing or negative entries.",
                "迁移流量有缺失或负值。",
                "Give the share of every region's workers that moves to every region.",
                "请给出每个地区迁往各地区的劳动力比例。",
            )
        found[:r, :r] = values
        return found
    km = np.ones((n, n))
    distance = at.base.study.get("distance")
    if distance is not None:
        labels = {"region": list(table.regions), "region_to": list(table.regions)}
        values = distance.reindex(labels).transpose("region", "region_to").to_numpy()
        km[:r, :r] = np.where(np.isfinite(values), values, 0.0)
    return migration_by_gravity(people, km, number(at.base.study, "simulate.stay_share"), settled)


def _table(at: Setting, path: Path, years: list[int]) -> Result:
    """Labour and real wage of every region in the first year and at the end of every phase."""
    study, table = at.base.study, at.base.table
    ends = {phase.end for phase in study.phases()} if "phases" in study.frames else set()
    shown = [y for y in years if y in ends or y in (years[0], years[-1])]
    rows = []
    for year in shown:
        solution, case = path.at(year - years[0])
        for k, region in enumerate(table.regions):
            rows.append(
                (
                    region,
                    year,
                    solution.labour[k, case] - 1,
                    solution.real_wage[k, case] - 1,
                    solution.real_income[k, case] - 1,
                )
            )
    known = table.provenance

    def share(name: str, en: str, zh: str) -> Column:
        return Column(name, Text(en, zh), "share", "1", "estimated", known.year, known.sources)

    return Result(
        "equilibrium_path",
        Text("Path of labour and real wages", "劳动力与实际工资的动态路径"),
        pd.DataFrame(
            rows, columns=["region", "year", "labour_change", "real_wage_change", "real_income_change"]
        ),
        (
            Column("region", Text("Region", "地区"), "region"),
            Column("year", Text("Year", "年份"), "year"),
            share("labour_change", "Labour, change in %", "劳动力变化率"),
            share("real_wage_change", "Real wage, change in %", "实际工资变化率"),
            share("real_income_change", "Real income, change in %", "实际收入变化率"),
        ),
        Text(
            "Dynamic spatial equilibrium with migration of forward-looking workers (Caliendo, Dvorkin & Parro"
            " 2019), in ratios to a base path on which nothing changes.",
            "含前瞻性劳动力迁移的动态空间均衡（Caliendo、Dvorkin和Parro 2019），"
            "以相对不变基准路径的比率表示。",
        ),
        NOTE
        + Text(
            f" The largest change of labour in the last round is {path.gap:.1g} (logs).",
            f"最后一轮劳动力最大变化为{path.gap:.1g}（对数）。",
        ),
    )
