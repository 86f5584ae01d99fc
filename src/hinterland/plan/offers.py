"""From a study's tables to what the programme may do and must keep to beyond moving capacity (see `options`).

Every table is optional. What depends on where it happens is taken from the host; all money is multiplied by
`plan.cost_factor` (costs) or `plan.budget_factor` (budgets), through which the sensitivity of the plan sees
how unsure such figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.lookup import indicator
from hinterland.plan.constraints import PRICED, SWITCHED
from hinterland.plan.data import Array, interpolate_limits
from hinterland.plan.memory import Memory
from hinterland.plan.options import (
    USES,
    Budgets,
    Clusters,
    Incomes,
    Infrastructure,
    LocalInputs,
    Modes,
    Upgrades,
)
from hinterland.study import Phase, Study, StudyError, Text

# Share of a measure that an upgrade option changes, by measure of the plan.
_CHANGES = {
    "value_added": "value_added_change",
    "employment": "employment_change",
    "co2": "co2_change",
    "energy": "energy_change",
}
# Resources that follow a measure; all others follow energy_change.
_FOLLOWS = {"labour": "employment_change", "carbon": "co2_change"}


@dataclass(frozen=True)
class Base:
    """What is known of the plan already when its options are read."""

    industries: list[str]
    hosts: list[str]
    phases: tuple[Phase, ...]
    given: tuple[Phase, ...]
    """Phases of the study's own preset, for which budgets are given."""
    output: Array
    own: Mapping[str, Array]
    """Measures per unit of output of the hosts' own firms [industry, host]."""
    use: Array | None
    number: Any
    """Reads a parameter within its range."""

    @property
    def codes(self) -> list[str]:
        """Codes of the phases that are planned."""
        return [p.code for p in self.phases]


def offers(study: Study, base: Base, made: Memory) -> dict[str, Any]:
    """Return what the tables of a study add to the data of its plan, by field of `PlanData`."""
    infrastructure = made(_infrastructure, study, base)
    found: dict[str, Any] = {
        "modes": made(_modes, study, base),
        "upgrades": made(_upgrades, study, base),
        "infrastructure": infrastructure,
        "clusters": made(_clusters, study, base, infrastructure),
        "budgets": made(_budgets, study, base),
        "local_inputs": made(_local_inputs, study, base),
        "backup_floor": made(_backup_floor, study, base),
        "backup": made(_backup, study, base),
        "incomes": made(_incomes, study, base),
    }
    scale = base.number(study, "plan.project_scale")
    if scale > 0:
        found["project_scale"] = xr.DataArray(
            np.full(len(base.industries), scale), {"industry": base.industries}, ["industry"]
        )
    found["left_out"], found["prices"] = made(_rules, study)
    if found["prices"] and found["budgets"] is None:
        raise StudyError(
            Text(
                "plan_rules gives a price for going beyond a limit, but there is no table budgets to pay it "
                "from.",
                "plan_rules给出了突破约束的价格，但没有支付该价格的budgets表。",
            ),
            Text("Add the table budgets, or take the price out.", "请补充budgets表，或删去价格。"),
        )
    return {name: value for name, value in found.items() if value is not None}


def _table(study: Study, name: str) -> pd.DataFrame | None:
    frame = study.frames.get(name)
    return None if frame is None or frame.empty else frame


def _column(frame: pd.DataFrame, name: str, default: float) -> pd.Series[float]:
    return pd.to_numeric(frame[name], errors="coerce").astype(float).fillna(default)


def _costs(study: Study, base: Base) -> float:
    return float(base.number(study, "plan.cost_factor"))


def _line(values: Mapping[str, float], labels: Sequence[str], dim: str, default: float = 0.0) -> Array:
    return xr.DataArray([float(values.get(k, default)) for k in labels], {dim: list(labels)}, [dim])


def _modes(study: Study, base: Base) -> Modes | None:
    frame = _table(study, "transfer_modes")
    if frame is None:
        return None
    frame = frame.set_index("mode").sort_index()
    labels = [str(m) for m in frame.index]

    def line(name: str, default: float) -> Array:
        return _line(_column(frame, name, default).to_dict(), labels, "mode")

    most = line("most_share", 1.0)
    if not float(most.sum()) >= 1:
        raise StudyError(
            Text(
                f"The modes of transfer may carry {float(most.sum()):.0%} of what moves at most.",
                f"各转移方式合计最多只能承载转移量的{float(most.sum()):.0%}。",
            ),
            Text(
                "Let most_share of the table transfer_modes add up to 1 or more.",
                "请使transfer_modes表的most_share合计不低于1。",
            ),
        )
    return Modes(
        line("cost", 0.0) * _costs(study, base), line("host_share", 1.0), most, line("local_share", 1.0)
    )


def _upgrades(study: Study, base: Base) -> Upgrades | None:
    frame = _table(study, "upgrade_options")
    if frame is None:
        return None
    frame = frame.set_index("industry")
    labels = base.industries

    def line(name: str) -> Array:
        return _line(_column(frame, name, 0.0).to_dict(), labels, "industry")

    span = xr.DataArray(np.cumsum([float(p.years) for p in base.phases]), {"phase": base.codes}, ["phase"])
    share = (line("yearly_share") * span).clip(max=1.0)
    room = (share * base.output).transpose("industry", "host", "phase")
    change = {
        measure: (line(name) * base.own[measure]).transpose("industry", "host")
        for measure, name in _CHANGES.items()
        if measure in base.own
    }
    use = None
    if base.use is not None:
        parts = [
            base.use.sel(resource=r) * line(_FOLLOWS.get(str(r), "energy_change"))
            for r in base.use["resource"].values
        ]
        use = xr.concat(parts, dim=base.use["resource"]).transpose("host", "industry", "resource")
    return Upgrades(line("cost") * _costs(study, base), room, change, use)


def _spread(base: Base, frame: pd.DataFrame, key: str) -> list[tuple[Any, list[str]]]:
    """Return each row with the hosts that it is for: one, or all where it names none; a host's own row goes
    before one for all."""
    own = {(str(row[key]), str(row["region"])) for _, row in frame.iterrows()}
    out = []
    for _, row in frame.iterrows():
        region = str(row["region"])
        if region in ("", "*"):
            out.append((row, [h for h in base.hosts if (str(row[key]), h) not in own]))
        elif region in base.hosts:
            out.append((row, [region]))
    return out


def _infrastructure(study: Study, base: Base) -> Infrastructure | None:
    frame = _table(study, "infrastructure_options")
    if frame is None:
        return None
    names = sorted(set(frame["infrastructure"].astype(str)))
    at = {"infrastructure": names, "host": base.hosts}
    resources = [] if base.use is None else [str(r) for r in base.use["resource"].values]
    there, cost, growth = (np.zeros((len(names), len(base.hosts))) for _ in range(3))
    opens = np.zeros((len(names), len(base.hosts), len(resources)))
    lead = np.zeros(len(names))
    numbers = {n: _column(frame, n, 0.0) for n in ("cost", "capacity", "lead_phases")}
    for row, hosts in _spread(base, frame, "infrastructure"):
        k = names.index(str(row["infrastructure"]))
        figures = {n: float(column[row.name]) for n, column in numbers.items()}
        lead[k] = max(lead[k], figures["lead_phases"])
        for host in hosts:
            h = base.hosts.index(host)
            there[k, h], cost[k, h] = 1, figures["cost"]
            resource = str(row["resource"])
            if not resource:
                growth[k, h] = figures["capacity"]
            elif resource in resources:
                opens[k, h, resources.index(resource)] = figures["capacity"]
    dims = list(at)
    return Infrastructure(
        there=xr.DataArray(there > 0, at, dims),
        cost=xr.DataArray(cost * _costs(study, base), at, dims),
        growth=xr.DataArray(growth, at, dims),
        opens=xr.DataArray(opens, {**at, "resource": resources}, [*dims, "resource"]) if resources else None,
        lead=xr.DataArray(lead, {"infrastructure": names}, ["infrastructure"]),
    )


def _clusters(study: Study, base: Base, infrastructure: Infrastructure | None) -> Clusters | None:
    frame = _table(study, "cluster_options")
    if frame is None:
        return None
    at = {"industry": base.industries, "host": base.hosts}
    minimum = np.full((len(base.industries), len(base.hosts)), np.nan)
    cost = np.zeros(minimum.shape)
    names = [] if infrastructure is None else infrastructure.codes
    needs = np.zeros((*minimum.shape, len(names)), dtype=bool)
    numbers = {n: _column(frame, n, 0.0) for n in ("cost", "minimum_output")}
    for row, hosts in _spread(base, frame, "industry"):
        if str(row["industry"]) not in base.industries:
            continue
        i = base.industries.index(str(row["industry"]))
        wanted = [part.strip() for part in str(row["infrastructure"]).split("|") if part.strip()]
        for name in wanted:
            if name not in names:
                raise StudyError(
                    Text(
                        f"cluster_options: the cluster of {row['industry']} needs '{name}', which is no "
                        "infrastructure of the study.",
                        f"cluster_options：{row['industry']}集群所需的“{name}”不在infrastructure_options表中。",
                    ),
                    Text(
                        "Write a code of the table infrastructure_options.",
                        "请填写infrastructure_options表中的代码。",
                    ),
                )
        for host in hosts:
            h = base.hosts.index(host)
            minimum[i, h], cost[i, h] = (float(numbers[n][row.name]) for n in ("minimum_output", "cost"))
            needs[i, h] = [name in wanted for name in names]
    if np.isnan(minimum).all():
        return None
    dims = list(at)
    return Clusters(
        xr.DataArray(minimum, at, dims),
        xr.DataArray(cost * _costs(study, base), at, dims),
        xr.DataArray(needs, {**at, "infrastructure": names}, [*dims, "infrastructure"]) if names else None,
    )


def _budgets(study: Study, base: Base) -> Budgets | None:
    frame = _table(study, "budgets")
    if frame is None:
        return None
    funds = sorted(set(frame["fund"].astype(str)))
    given = [p.code for p in base.given]
    received = np.zeros((len(funds), len(given)))
    pays = np.zeros((len(funds), len(USES)), dtype=bool)
    amounts = _column(frame, "amount", np.nan)
    for k, row in frame.iterrows():
        if str(row["phase"]) not in given:
            continue
        f = funds.index(str(row["fund"]))
        received[f, given.index(str(row["phase"]))] += float(amounts[k])
        uses = [part.strip() for part in str(row["uses"]).split("|") if part.strip()]
        wrong = [u for u in uses if u not in USES]
        if wrong:
            raise StudyError(
                Text(
                    f"budgets: a fund is for '{wrong[0]}', which is no use of money in a plan.",
                    f"budgets：资金用途“{wrong[0]}”不存在。",
                ),
                Text(f"Choose from {', '.join(USES)}.", f"可选：{'、'.join(USES)}。"),
            )
        pays[f] |= [not uses or u in uses for u in USES]
    received *= base.number(study, "plan.budget_factor")
    by_phase = xr.DataArray(received, {"fund": funds, "phase": given}, ["fund", "phase"])
    if given != base.codes:
        # carried to other phases by the year in which each ends, as headroom is
        total = by_phase.cumsum("phase").assign_coords(phase=given)
        carried = interpolate_limits(total, base.given, base.phases)
        by_phase = carried - carried.shift(phase=1, fill_value=0.0)
    return Budgets(by_phase, xr.DataArray(pays, {"fund": funds, "use": list(USES)}, ["fund", "use"]))


def _national(study: Study) -> tuple[Array, Array] | None:
    """Return domestic uses [row, industry] and output [row] of the national table."""
    used, final = study.get("io_domestic"), study.get("final_domestic")
    if used is None or final is None:
        return None
    output = used.sum("industry") + final.sum("category")
    return used.drop_attrs(), output.drop_attrs()


def _local_inputs(study: Study, base: Base) -> LocalInputs | None:
    frame = _table(study, "critical_inputs")
    known = _national(study)
    if frame is None or known is None:
        return None
    used, output = known
    imported = study.get("io_imported")
    if imported is not None:
        used = used + imported.drop_attrs().reindex_like(used)
    inputs = sorted(set(frame["industry"].astype(str)))
    made = output.sel(row=base.industries).rename(row="industry")
    need = (used.sel(row=inputs, industry=base.industries) / made.where(made > 0)).fillna(0.0)
    shares = dict(zip(frame["industry"].astype(str), _column(frame, "local_share", 0.0), strict=True))
    whole = study["output"].sel(region=base.hosts, industry=inputs).drop_attrs()
    supply = base.number(study, "plan.spare_supply", 0, 1) * whole.rename(region="host", industry="input")
    return LocalInputs(
        need.rename(row="input").transpose("input", "industry"),
        _line(shares, inputs, "input"),
        supply.transpose("input", "host"),
    )


def _backup_floor(study: Study, base: Base) -> Array | None:
    frame = _table(study, "backup_floors")
    if frame is None:
        return None
    shares = dict(zip(frame["industry"].astype(str), _column(frame, "share", np.nan), strict=True))
    national = study["output"].sel(industry=base.industries).sum("region").drop_attrs()
    return _line(shares, base.industries, "industry", np.nan) * national


def _backup(study: Study, base: Base) -> Array | None:
    r"""Total forward linkage by industry, :math:`g = (I - B)^{-1} \mathbf 1` (Miller & Blair 2009, section
    12.2)."""
    known = _national(study)
    if known is None:
        return None
    used, output = known
    labels = [str(k) for k in used["row"].values]
    square = used.sel(industry=labels).transpose("row", "industry").values
    share = square / np.where(output.values > 0, output.values, np.inf)[:, None]
    linkage = np.linalg.solve(np.eye(len(labels)) - share, np.ones(len(labels)))
    return _line(dict(zip(labels, linkage, strict=True)), base.industries, "industry")


def _incomes(study: Study, base: Base) -> Incomes | None:
    names = [str(study.parameter(f"potential.{name}") or "") for name in ("income", "people")]
    found = [indicator(study, name) if name else None for name in names]
    if len(base.hosts) < 2 or found[0] is None or found[1] is None:
        return None
    income, people = (k[0].reindex(region=base.hosts).rename(region="host").drop_attrs() for k in found if k)
    if bool(income.isnull().any()) or bool(people.isnull().any()):
        return None
    return Incomes(income.reset_coords(drop=True), people.reset_coords(drop=True))


def _rules(study: Study) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return the constraints that are switched off, and the prices of those that may be exceeded."""
    frame = _table(study, "plan_rules")
    if frame is None:
        return (), {}
    prices = _column(frame, "price", np.nan)
    off: list[str] = []
    priced: dict[str, float] = {}
    for k, row in frame.iterrows():
        name = str(row["constraint"])
        if str(row["active"]) == "no":
            off.append(name)
        elif np.isfinite(prices[k]):
            priced[name] = float(prices[k])
    for names, known, what in (
        (off, SWITCHED, Text("be switched off", "关闭")),
        (list(priced), PRICED, Text("be exceeded at a price", "按价突破")),
    ):
        wrong = [n for n in names if n not in known]
        if wrong:
            raise StudyError(
                Text(
                    f"plan_rules: {', '.join(wrong)} cannot {what.en}.",
                    f"plan_rules：{'、'.join(wrong)}不能{what.zh}。",
                ),
                Text(f"Those that can: {', '.join(known)}.", f"可选：{'、'.join(known)}。"),
            )
    return tuple(sorted(off)), dict(sorted(priced.items()))
