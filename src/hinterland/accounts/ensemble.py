"""Many interregional tables instead of one: how far results hang on what is not known.

Distance decay, home bias and the margins are drawn from their stated ranges; each draw is a full, balanced
table. Draws are made one at a time and only what is asked of them is kept, so that memory does not grow with
the number of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from hinterland.accounts.balance_problem import Array
from hinterland.accounts.derive import complete
from hinterland.accounts.linkages import local_multipliers
from hinterland.accounts.lookup import number
from hinterland.accounts.mrio import estimate_mrio
from hinterland.accounts.regional_table import Regional, regional_table
from hinterland.accounts.table import IOTable
from hinterland.study import Column, Result, Study, StudyError, Text
from hinterland.study.model import package_table

# The low and high of a parameter are read as its 5 % and 95 % points.
TAIL = 0.05
GRAVITY = ("accounts.distance_decay", "accounts.distance_decay_local", "accounts.home_bias")
OUTPUT_ERROR = "accounts.output_error"


@dataclass(frozen=True, eq=False)
class Ensemble:
    """What many tables say.

    Attributes
    ----------
    multipliers : Result
        region, industry, output_multiplier and local_multiplier (of the central table; the second is what
        stays in the region), the latter's mean, low and high (5 % and 95 % of draws), and low and high of the
        former.
    trade : Result
        region, region_to, flow, mean, low, high.
    parameters : Result
        The values drawn: draw, parameter, value.
    draws : int
    seed : int
    """

    multipliers: Result
    trade: Result
    parameters: Result
    draws: int
    seed: int


def drawn(value: float, low: float, high: float, u: float) -> float:
    """Draw from a two-piece lognormal with this median and these 5 % and 95 % points; u uniform in (0, 1)."""
    end = high if u > 0.5 else low
    z = float(norm.ppf(u)) / float(norm.ppf(1 - TAIL))
    return float(value * (end / value) ** abs(z))


def _range(study: Study, name: str) -> tuple[float, float, float]:
    row = package_table("parameters").set_index("parameter").loc[name]
    middle, low, high = number(study, name), float(row["low"]), float(row["high"])
    # a study's own value may lie outside the package's range: the range then moves with it
    if not low <= middle <= high:
        base = float(row["value"])
        low, high = middle * low / base, middle * high / base
    return middle, low, high


def draw_tables(
    study: Study, draws: int, seed: int | None = None
) -> Iterator[tuple[dict[str, float], IOTable]]:
    """Make interregional tables one by one, each with its own decay, home bias and regional outputs.

    Parameters of `GRAVITY` are drawn independently between their stated low and high (their 5 % and 95 %
    points); every region's output of an industry gets a lognormal error of ``accounts.output_error``
    (relative standard deviation), and is scaled to the national table again. The same seed gives the same
    tables, however many are taken.

    Yields
    ------
    (values drawn, table)
    """
    whole = complete(study)
    chosen = int(study.parameter("seed")) if seed is None else seed
    ranges = {name: _range(whole, name) for name in GRAVITY}
    spread = number(whole, OUTPUT_ERROR)
    base = whole["output"].transpose("region", "industry")
    national = base.sum("region")
    for draw in range(draws):
        rng = np.random.default_rng([chosen, draw])
        values = {name: drawn(*ranges[name], float(rng.uniform())) for name in GRAVITY}
        factor = np.exp(rng.normal(0, spread, base.shape) - spread**2 / 2)
        moved = base * factor
        total = moved.sum("region")
        moved = (moved * (national / total.where(total > 0)).fillna(0.0)).assign_attrs(base.attrs)
        added = whole["value_added_base"].transpose("region", "industry")
        # value added keeps its ratio to output, fitted to the nation's total, never above output
        ratio = (added / base.where(base > 0)).fillna(0.0)
        own = _within(ratio.to_numpy(), moved.to_numpy(), added.sum("region").to_numpy())
        parameters = {**whole.config.get("parameters", {}), **values}
        varied = replace(whole, config={**whole.config, "parameters": parameters}).with_arrays(
            {
                "output": (moved, whole.provenance["output"]),
                "value_added_base": (added.copy(data=own), whole.provenance["value_added_base"]),
            }
        )
        yield values, estimate_mrio(varied)


def _within(ratio: Array, output: Array, national: Array) -> Array:
    """Value added with these ratios, moved to the national total without passing output."""
    added = ratio * output
    for _ in range(50):
        total = added.sum(0)
        scaled: Array = added * np.divide(national, total, out=np.ones_like(total), where=total != 0)
        if np.all(scaled <= output):
            return scaled
        added = np.minimum(scaled, output * 0.999)
    return scaled


def _intervals(kept: Array) -> tuple[Array, Array, Array]:
    low, high = np.quantile(kept, [TAIL, 1 - TAIL], axis=0)
    return kept.mean(0), low, high


def estimate_ensemble(
    study: Study,
    *,
    draws: int = 100,
    seed: int | None = None,
    each: Callable[[int, IOTable], None] | None = None,
) -> Ensemble:
    """Estimate many interregional tables and give the spread of multipliers and of trade between regions.

    Parameters
    ----------
    study : Study
    draws : int
        At least 2.
    seed : int, optional
        Default the study's.
    each : callable, optional
        Called with the number and table of every draw, to keep anything else of it.

    Raises
    ------
    StudyError
        Fewer than two draws, or a draw whose margins cannot be met.
    """
    if draws < 2:
        raise StudyError(
            Text(f"{draws} draws give no interval.", f"{draws}次抽样无法给出区间。"),
            Text("Ask for at least 2.", "至少2次。"),
        )
    chosen = int(study.parameter("seed")) if seed is None else seed
    central = estimate_mrio(study)
    shape = (draws, len(central.x))
    regions = len(central.regions)
    multipliers, local = np.empty(shape), np.empty(shape)
    trade = np.empty((draws, regions, regions))
    records = []
    for k, (values, table) in enumerate(draw_tables(study, draws, chosen)):
        multipliers[k] = table.multipliers("output").to_numpy().ravel()
        local[k] = local_multipliers(table)
        trade[k] = table.trade.sum(0)
        records += [(k + 1, name, value) for name, value in values.items()]
        if each is not None:
            each(k, table)
    spread = Text(
        f"Mean, 5 % and 95 % points of {draws} tables (seed {chosen}): distance decay and home bias drawn "
        "between their stated low and high, regional outputs with their stated error; each table balanced. "
        "They span what was drawn, not the error of the method itself.",
        f"{draws}个表（种子{chosen}）的均值与5%、95%分位：距离衰减与本地偏好在给定上下限内抽取，地区产出按给定误差抽取，"
        "每表均经平衡。区间只反映所抽取的因素，不含方法本身的误差。",
    )
    pairs = pd.DataFrame(
        {
            "region": np.repeat(central.regions, regions),
            "region_to": np.tile(central.regions, regions),
            "flow": central.trade.sum(0).ravel(),
        }
    )
    made = pd.DataFrame(
        {
            "region": np.repeat(central.regions, len(central.industries)),
            "industry": np.tile(central.industries, regions),
            "output_multiplier": central.multipliers("output").to_numpy().ravel(),
        }
    )
    _, made["output_low"], made["output_high"] = _intervals(multipliers)
    made["local_multiplier"] = local_multipliers(central)
    for frame, kept in ((made, local), (pairs, trade.reshape(draws, -1))):
        frame["mean"], frame["low"], frame["high"] = _intervals(kept)
    place, industry = (
        Column("region", Text("Region", "地区"), "region"),
        Column("industry", Text("Industry", "产业"), "industry"),
    )
    unit = central.unit
    rests = (central.provenance.year, central.provenance.sources)
    return Ensemble(
        Result(
            "multiplier_intervals",
            Text("Output multipliers with intervals", "产出乘数及区间"),
            made,
            (
                place,
                industry,
                *(
                    Column(n, said, "number", "1", "estimated", *rests)
                    for n, said in (
                        ("output_multiplier", Text("Output multiplier", "产出乘数")),
                        ("output_low", Text("Its 5 % point", "产出乘数5%分位")),
                        ("output_high", Text("Its 95 % point", "产出乘数95%分位")),
                    )
                ),
                *_figures("local_multiplier", Text("Of it in the region", "其中本地区"), "1", *rests),
            ),
            spread,
        ),
        Result(
            "trade_intervals",
            Text("Trade between regions with intervals", "地区间贸易及区间"),
            pairs,
            (
                place,
                Column("region_to", Text("To", "输入地"), "region"),
                *_figures("flow", Text("Deliveries", "流量"), unit, *rests),
            ),
            spread,
        ),
        Result(
            "ensemble_parameters",
            Text("Values drawn", "抽取的参数值"),
            pd.DataFrame(records, columns=["draw", "parameter", "value"]),
            (
                Column("draw", Text("Draw", "抽样"), "number", "1", "assumption"),
                Column("parameter", Text("Parameter", "参数"), "text"),
                Column("value", Text("Value", "取值"), "number", "1", "assumption"),
            ),
            spread,
        ),
        draws,
        chosen,
    )


def _figures(
    name: str, label: Text, unit: str, year: str = "", sources: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    labels = {
        name: label,
        "mean": Text("Mean of draws", "抽样均值"),
        "low": Text("5 % point", "5%分位"),
        "high": Text("95 % point", "95%分位"),
    }
    return tuple(Column(n, said, "number", unit, "estimated", year, sources) for n, said in labels.items())


def regional_ensemble(
    nation: IOTable,
    output: Sequence[float] | Array,
    *,
    draws: int = 200,
    seed: int = 0,
    delta: tuple[float, float] = (0.1, 0.4),
    output_error: float = 0.05,
    name: str = "region",
) -> tuple[Result, Array]:
    """Estimate a region's table by FLQ many times, with delta and output drawn; multipliers' intervals.

    Parameters
    ----------
    nation : IOTable
        One region.
    output : array [n]
        The region's, money.
    delta : (low, high)
        Drawn uniformly between; the default spans published estimates.
    output_error : float
        Relative standard deviation of each industry's output (lognormal); none above the nation's output.

    Returns
    -------
    (Result: industry, output_multiplier (delta in the middle, output as given), mean, low, high; mean
    intraregional flows [n, n], money)
    """
    x = np.asarray(output, dtype=np.float64)

    def multipliers(found: Regional) -> Array:
        values: Array = found.table.multipliers("output").to_numpy().ravel()
        return values

    middle = multipliers(regional_table(nation, x, delta=float(np.mean(delta)), name=name))
    kept, flows = np.empty((draws, len(x))), np.zeros_like(nation.Z)
    for k in range(draws):
        rng = np.random.default_rng([seed, k])
        at = float(rng.uniform(*delta))
        moved = np.minimum(x * np.exp(rng.normal(0, output_error, len(x)) - output_error**2 / 2), nation.x)
        found = regional_table(nation, moved, delta=at, name=name)
        kept[k] = multipliers(found)
        flows += (found.table.Z - flows) / (k + 1)  # a running mean: no table is kept
    frame = pd.DataFrame({"industry": list(nation.industries), "output_multiplier": middle})
    frame["mean"], frame["low"], frame["high"] = _intervals(kept)
    return (
        Result(
            "regional_multiplier_intervals",
            Text("Output multipliers of the region with intervals", "地区产出乘数及区间"),
            frame,
            (
                Column("industry", Text("Industry", "产业"), "industry"),
                *_figures("output_multiplier", Text("Output multiplier", "产出乘数"), "1"),
            ),
            Text(
                f"FLQ, {draws} draws (seed {seed}): delta uniform between {delta[0]:g} and {delta[1]:g}, "
                f"output with a relative error of {output_error:g}.",
                f"FLQ，{draws}次抽样（种子{seed}）：δ在{delta[0]:g}至{delta[1]:g}间均匀抽取，"
                f"产出相对误差{output_error:g}。",
            ),
        ),
        flows,
    )
