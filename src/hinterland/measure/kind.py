"""What kind of transfer is it? Down the gradient or leaping, whole chain or stage, by declared rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.measure.columns import SOURCE, label, made, output_at, output_years, span
from hinterland.measure.elementwise import absolute, log
from hinterland.measure.location import quotient
from hinterland.measure.rules import classify, rules_of, spelt
from hinterland.measure.shares import change_of_share
from hinterland.study import Column, Result, Study, StudyError, Text

LADDER, RELATION = "ladder", "relation"


def tiers(gradient: xr.DataArray, low: float, high: float) -> xr.DataArray:
    """Tier of a region on an industry's ladder: 0 below `low`, 1 between, 2 from `high`; NaN if unknown."""
    tier = (gradient >= low).astype(float) + (gradient >= high).astype(float)
    return tier.where(gradient.notnull())


def chain_presence(
    output: xr.DataArray, links: xr.DataArray, chain: Sequence[str] | None = None
) -> xr.DataArray:
    """How much of an industry's chain a region has, sum_j w_ij min(LQ_rj, 1).

    Input-output links for proximity, as in the relatedness density of Hidalgo et al. (2007): w_ij is what i
    and j sell to one another over all that i trades with other industries. An industry counts in full from
    its national weight on; less of it counts in part, so that no cut at 1 decides.

    Parameters
    ----------
    output : DataArray[region, industry]
        Output, money.
    links : DataArray[row, industry]
        Domestic intermediate uses, money; rows sell, columns buy, the same industries.
    chain : sequence of str, optional
        Industries that count as links; all where not given.

    Returns
    -------
    DataArray[region, industry] from 0 to 1; NaN where the industry trades with no other, or the region has no
    output.
    """
    order = list(output["industry"].values)
    flows = links.sel(row=order, industry=order).transpose("row", "industry").to_numpy().astype(float)
    both = flows + flows.T
    np.fill_diagonal(both, 0.0)
    if chain is not None:
        both[:, [industry not in set(chain) for industry in order]] = 0.0
    total = both.sum(axis=1)
    weight = both / np.where(total > 0, total, np.nan)[:, None]
    lq = quotient(output).transpose("region", "industry")
    present = lq.fillna(0.0).clip(max=1.0).to_numpy()
    some = output.sum("industry", skipna=False).to_numpy() > 0
    return lq.copy(data=np.where(some[:, None], present @ weight.T, np.nan))


def _between(values: xr.DataArray, study: Study) -> tuple[xr.DataArray, xr.DataArray]:
    """The same quantity at the origin and at the host of every pair."""
    origin = values.sel(region=list(study.origins)).rename(region="origin")
    host = values.sel(region=list(study.hosts)).rename(region="host")
    return origin, host


def transfer_kinds(
    study: Study,
    gradient: xr.DataArray,
    *,
    relatedness: xr.DataArray | None = None,
    upstreamness: xr.DataArray | None = None,
    complexity: xr.DataArray | None = None,
) -> xr.Dataset:
    """Classify a move of every industry that can move from every origin to every host.

    Parameters
    ----------
    study : Study
    gradient : DataArray[region, industry]
        Industrial gradient, 1 the nation's.
    relatedness : DataArray[region, industry], optional
        How much of what the industry is related to the region has, 0 to 1; `chain_presence` where not given.
    upstreamness : DataArray[region, industry], optional
        Stages to final demand.
    complexity : DataArray[region], optional
        Economic complexity in standard deviations.

    Returns
    -------
    Dataset[industry, origin, host] of the variables that the rules may use (gradient_origin, gradient_host,
    gradient_gap: log of their ratio, tier_step, rank_step: part of the ranking between the two,
    relatedness_origin, relatedness_host, upstreamness_gap: absolute, complexity_gap) and of ladder and
    relation, the kinds by the rules; "" where unknown.
    """
    lattice = gradient.sel(industry=list(study.transferable)).transpose("region", "industry")
    g0, g1 = _between(lattice, study)
    low, high = (float(study.parameter(f"measure.tier_{end}")) for end in ("low", "high"))
    t0, t1 = _between(tiers(lattice, low, high), study)
    count = lattice.notnull().sum("region")
    ranks = lattice.rank("region")  # the lowest gradient has rank 1
    r0, r1 = _between((ranks - 1) / (count - 1).where(count > 1), study)
    positive0, positive1 = g0.where(g0 > 0), g1.where(g1 > 0)
    gap = log(positive0) - log(positive1)
    found: dict[str, xr.DataArray] = {
        "gradient_origin": g0,
        "gradient_host": g1,
        "gradient_gap": gap,
        "tier_step": t0 - t1,
        "rank_step": r0 - r1,
    }
    empty = xr.full_like(gap, np.nan)
    related = relatedness if relatedness is not None else _presence(study)
    if related is None:
        found |= {"relatedness_origin": empty, "relatedness_host": empty}
    else:
        a, b = _between(related.sel(industry=list(study.transferable)), study)
        found |= {"relatedness_origin": a, "relatedness_host": b}
    if upstreamness is None:
        found["upstreamness_gap"] = empty
    else:
        a, b = _between(upstreamness.sel(industry=list(study.transferable)), study)
        found["upstreamness_gap"] = absolute(a - b)
    if complexity is None:
        found["complexity_gap"] = empty
    else:
        a, b = _between(complexity, study)
        found["complexity_gap"] = a - b
    shape = xr.broadcast(*found.values())
    values = xr.Dataset(
        {name: part.transpose("industry", "origin", "host") for name, part in zip(found, shape, strict=True)}
    ).drop_attrs()
    flat = {str(name): values[name].to_numpy().ravel() for name in values}
    size = next(iter(flat.values())).size
    frame = values["tier_step"]
    for axis in (LADDER, RELATION):
        kinds = classify(rules_of(study, axis), flat, size)
        values[axis] = frame.copy(data=kinds.reshape(frame.shape).astype(str))
    return values


def _presence(study: Study) -> xr.DataArray | None:
    if "io_domestic" not in study or study.base_year not in study[SOURCE].year.values:
        return None
    output = output_at(study, study.base_year).sel(year=study.base_year, drop=True).drop_attrs()
    # what is bought where one stands (power, building, services) is no part of a chain that could stay behind
    local = str(study.parameter("accounts.local_classes")).replace(",", " ").split()
    goods = [i for i in study.industries if study.factor_class[i] not in local]
    return chain_presence(output, study["io_domestic"].drop_attrs(), goods)


_VARIABLES = (
    "gradient_origin",
    "gradient_host",
    "gradient_gap",
    "tier_step",
    "rank_step",
    "relatedness_origin",
    "relatedness_host",
    "upstreamness_gap",
    "complexity_gap",
)


_UNITS = {
    "gradient_gap": "log ratio",
    "tier_step": "tiers",
    "rank_step": "share",
    "upstreamness_gap": "stages",
    "complexity_gap": "standard deviations",
}


def transfer_kind(
    study: Study,
    gradient: Result,
    *,
    relatedness: xr.DataArray | None = None,
    upstreamness: xr.DataArray | None = None,
    complexity: xr.DataArray | None = None,
) -> tuple[Result, Result]:
    """Kind of a move of each industry between each origin and host, and how often each went with a shift.

    A pair agrees with the shift seen where the origin lost share of the industry and the host gained, between
    the first and the last year with output. That is not proof of a move between the two.

    Parameters
    ----------
    study : Study
    gradient : Result
        ``gradient`` of the room potential: region, industry, gradient.
    relatedness, upstreamness, complexity : DataArray, optional
        As `transfer_kinds`.

    Returns
    -------
    Result ``transfer_kind``: industry, origin, host, the variables of the rules, ladder, relation,
    shift_seen.
    Result ``transfer_kind_summary``: ladder, relation, pairs, pairs_share, seen, seen_share.

    Raises
    ------
    StudyError
        The rules are wrong, or the gradient's table lacks the study's regions or industries.
    """
    frame = gradient.frame
    lattice = frame.set_index(["region", "industry"])["gradient"].to_xarray()
    absent = sorted(
        (set(study.regions) - set(lattice["region"].values))
        | (set(study.transferable) - set(lattice["industry"].values))
    )
    if absent:
        raise StudyError(
            Text(
                f"The gradient is not given for {', '.join(absent[:5])}.",
                f"产业梯度缺少{'、'.join(absent[:5])}。",
            ),
            Text(
                "Give it for every region and every industry that can move (NaN where unknown).",
                "请给出全部地区和可转移产业的梯度（未知者留空）。",
            ),
        )
    kinds = transfer_kinds(
        study, lattice, relatedness=relatedness, upstreamness=upstreamness, complexity=complexity
    )
    years = output_years(study)
    seen = xr.full_like(kinds["tier_step"], np.nan)
    if len(years) > 1:
        output = output_at(study, years[0], years[-1]).sel(industry=list(study.transferable)).drop_attrs()
        change = change_of_share(*(output.sel(year=y, drop=True) for y in (years[0], years[-1])))
        lost, won = _between(change, study)
        seen = ((lost < 0) & (won > 0)).where(lost.notnull() & won.notnull())
        seen = seen.transpose("industry", "origin", "host")
    kinds["shift_seen"] = seen.astype(float)
    table = kinds.to_dataframe(dim_order=["industry", "origin", "host"]).reset_index()
    table = table[["industry", "origin", "host", *_VARIABLES, LADDER, RELATION, "shift_seen"]]
    table["shift_seen"] = np.select(
        [table["shift_seen"] == 1, table["shift_seen"] == 0], ["yes", "no"], default=""
    )
    base = gradient.column("gradient")
    shown = span(*years)

    def from_gradient(name: str) -> Column:
        unit = _UNITS.get(name, "")
        return Column(name, study.text("column", name), "number", unit, base.status, base.year, base.sources)

    rests = [SOURCE, "io_domestic"] if "io_domestic" in study else [SOURCE]
    year = str(study.base_year)
    said = spelt(study, LADDER, rules_of(study, LADDER)) + spelt(study, RELATION, rules_of(study, RELATION))
    given = relatedness is not None
    method = Text(
        "Kinds by the rules in the table transfer_rules, the first that holds: {rules}Tier: 0 below"
        " {low:g}, 1, 2 from {high:g} of the gradient. {related} The shift is seen where the origin lost"
        " share of the industry and the host gained, {years}; that is no proof of a move between the two.",
        "按transfer_rules表中的规则依次判断，先满足者为准：{rules}梯度分级：低于{low:g}为0级，{high:g}及以"
        "上为2级，其间为1级。{related}“份额此消彼长”指{years}年间转出地份额下降且承接地份额上升，并不证明两"
        "地之间发生转移。",
    ).format(
        rules=said,
        low=float(study.parameter("measure.tier_low")),
        high=float(study.parameter("measure.tier_high")),
        related=Text("Relatedness as given.", "关联度采用给定数据。")
        if given
        else Text(
            "Relatedness: how much of the industry's chain the region has, its input-output links with other"
            " goods-making industries weighted by min(LQ, 1).",
            "关联度：地区具备该产业链的程度，即与其他货物生产产业的投入产出联系按min(区位商, 1)加权。",
        ),
        years=shown,
    )
    first = Result(
        "transfer_kind",
        Text("Kind of transfer by industry, origin and host", "分产业、转出地与承接地的转移类型"),
        table,
        (
            label(study, "industry", "industry"),
            label(study, "origin", "region"),
            label(study, "host", "region"),
            *(from_gradient(name) for name in _VARIABLES[:5]),
            *(
                made(study, name, "number", year, rests, _UNITS.get(name, ""), estimated=True)
                for name in _VARIABLES[5:]
            ),
            label(study, LADDER, "code"),
            label(study, RELATION, "code"),
            label(study, "shift_seen", "code"),
        ),
        method,
        _unknown(upstreamness, complexity),
    )
    return first, _summary(study, table, base, method, shown)


def _unknown(upstreamness: xr.DataArray | None, complexity: xr.DataArray | None) -> Text:
    lacking = []
    if upstreamness is None:
        lacking.append(Text("upstreamness", "上游度"))
    if complexity is None:
        lacking.append(Text("complexity", "复杂度"))
    if not lacking:
        return Text("", "")
    return Text(
        f"Not given, so that the rules on it do not apply: {', '.join(t.en for t in lacking)}.",
        f"未提供、相关规则不适用：{'、'.join(t.zh for t in lacking)}。",
    )


def _summary(study: Study, table: pd.DataFrame, base: Column, method: Text, shown: str) -> Result:
    known = table[(table[LADDER] != "") & (table[RELATION] != "")]
    by = known.groupby([LADDER, RELATION], sort=True)
    frame = pd.DataFrame(
        {
            "pairs": by.size().astype(float),
            "seen": by["shift_seen"].agg(lambda part: float((part == "yes").sum())),
        }
    ).reset_index()
    frame["pairs_share"] = frame["pairs"] / max(frame["pairs"].sum(), 1.0)
    total = frame["seen"].sum()
    frame["seen_share"] = frame["seen"] / total if total else np.nan
    frame = frame.sort_values("pairs", ascending=False, kind="stable", ignore_index=True)

    def counted(name: str, share: bool) -> Column:
        return Column(
            name,
            study.text("column", name),
            "share" if share else "number",
            "",
            "estimated",
            shown,
            base.sources,
        )

    return Result(
        "transfer_kind_summary",
        Text("How many pairs of each kind", "各类型的组合数"),
        frame[[LADDER, RELATION, "pairs", "pairs_share", "seen", "seen_share"]],
        (
            label(study, LADDER, "code"),
            label(study, RELATION, "code"),
            counted("pairs", False),
            counted("pairs_share", True),
            counted("seen", False),
            counted("seen_share", True),
        ),
        method,
    )
