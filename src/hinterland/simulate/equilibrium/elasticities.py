"""Trade elasticities as data: one for all, a published set or the study's own; draws from their range."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import numpy as np
import pandas as pd
import scipy.stats

from hinterland.accounts.lookup import concordance, number, option
from hinterland.simulate.equilibrium.economy import Array, refuse
from hinterland.study import Column, Result, Study, Text
from hinterland.study.model import package_table

OWN = "trade_elasticity"
UNIFORM = "uniform"
SOURCES = {
    "caliendo_parro_2015": "Caliendo & Parro (2015), Review of Economic Studies 82, Table 1, 99 % sample; the"
    " range spans it, the full sample and two standard errors; 8.22 where they estimate none",
}
"""Published sets of the package's table, and where they are from."""


@functools.cache
def published() -> pd.DataFrame:
    """Return the package's table of published elasticities: set, sector, theta, low, high, standard_error."""
    where = resources.files("hinterland.simulate.equilibrium").joinpath("elasticities.csv")
    with where.open(encoding="utf-8") as file:
        return pd.read_csv(file)


@dataclass(frozen=True, eq=False)
class Elasticities:
    """Trade elasticities by industry with their range.

    Attributes
    ----------
    theta, low, high : array [j]
    industries : tuple of str
    sources : tuple of str
        By industry.
    kind : str
        "uniform", the name of a published set, or "study".
    sectors : tuple of str
        Sectors of a published set by industry; blank otherwise.
    """

    theta: Array
    low: Array
    high: Array
    industries: tuple[str, ...]
    sources: tuple[str, ...]
    kind: str
    sectors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.sectors:
            object.__setattr__(self, "sectors", ("",) * len(self.industries))

    def draws(self, count: int, seed: int, common: float = 0.5) -> Array:
        r"""Draw elasticities [j, count] from triangular distributions over low, best and high.

        Literature errs for all industries alike and for each alone: the normal score of an industry is
        :math:`\sqrt{c}\, z_0 + \sqrt{1-c}\, z_j` with c the share in common, turned into its quantile.
        Seeded; draws 1 to k are the same whatever the count.
        """
        generator = np.random.default_rng(seed)
        scores = generator.standard_normal((count, len(self.theta) + 1))
        mixed = np.sqrt(common) * scores[:, :1] + np.sqrt(1 - common) * scores[:, 1:]
        width = self.high - self.low
        safe = np.where(width > 0, width, 1.0)
        mode = np.clip((self.theta - self.low) / safe, 0.0, 1.0)
        drawn = scipy.stats.triang.ppf(scipy.stats.norm.cdf(mixed), mode, self.low, safe)
        found: Array = np.where(width > 0, drawn, self.theta).T
        return found


def elasticities(study: Study, kind: str | None = None) -> Elasticities:
    """Return the trade elasticities of a study's industries.

    Parameters
    ----------
    study : Study
    kind : str, optional
        "uniform": parameter ``simulate.trade_elasticity`` with its range, for every industry; the name of a
        published set, mapped by the study's concordance of that name (weights average the sectors of an
        industry); "study": its table ``trade_elasticity``. Default: the study's table where it has one, else
        parameter ``simulate.trade_elasticities``.

    Raises
    ------
    StudyError
        A set that there is not, an industry without an elasticity, a range that does not hold its value.
    """
    chosen = kind or ("study" if OWN in study.frames else str(option(study, "simulate.trade_elasticities")))
    if chosen == UNIFORM:
        found = _uniform(study)
    elif chosen == "study":
        found = _own(study)
    elif chosen in set(published()["set"]):
        found = _published(study, chosen)
    else:
        known = (UNIFORM, "study", *dict.fromkeys(published()["set"]))
        raise refuse(
            f"There are no elasticities '{chosen}'.",
            f"没有弹性集“{chosen}”。",
            f"Choose from {', '.join(known)}.",
            f"可选：{'、'.join(known)}。",
        )
    wrong = ~((found.low > 0) & (found.low <= found.theta) & (found.theta <= found.high))
    if wrong.any():
        k = int(np.argmax(wrong))
        raise refuse(
            f"The elasticity of {found.industries[k]} is {found.theta[k]:g} within {found.low[k]:g} to"
            f" {found.high[k]:g}.",
            f"{found.industries[k]}的弹性为{found.theta[k]:g}，范围为{found.low[k]:g}至{found.high[k]:g}。",
            "Give a value above zero within its range.",
            "请给出大于零且位于范围内的数值。",
        )
    return found


def _uniform(study: Study) -> Elasticities:
    best = number(study, "simulate.trade_elasticity")
    row = package_table("parameters").set_index("parameter").loc["simulate.trade_elasticity"]
    low, high = float(row["low"]), float(row["high"])
    n = len(study.industries)
    return Elasticities(
        np.full(n, best),
        np.full(n, min(low, best)),
        np.full(n, max(high, best)),
        study.industries,
        (str(row["source"]),) * n,
        UNIFORM,
    )


def _own(study: Study) -> Elasticities:
    table = study.frames.get(OWN)
    rows = pd.DataFrame() if table is None else table.set_index("industry")
    missing = [i for i in study.industries if i not in rows.index]
    if missing:
        raise refuse(
            f"The table {OWN} lacks {', '.join(missing)}.",
            f"{OWN}表缺少{'、'.join(missing)}。",
            "Give an elasticity for every industry, or leave the table out.",
            "请为每个产业给出弹性，或删去该表。",
        )
    rows = rows.loc[list(study.industries)]
    best = rows["elasticity"].astype(float).to_numpy()

    def bound(name: str) -> Array:
        given = pd.to_numeric(rows[name], errors="coerce") if name in rows else pd.Series(best)
        return np.asarray(np.where(given.isna(), best, given), dtype=np.float64)

    cited = rows["source"].astype(str) if "source" in rows else pd.Series([""] * len(rows))
    return Elasticities(best, bound("low"), bound("high"), study.industries, tuple(cited), "study")


def _published(study: Study, name: str) -> Elasticities:
    rows = concordance(study, name)
    table = published()[published()["set"] == name].set_index("sector")
    unknown = sorted(set(rows["code"]) - set(table.index))
    missing = [i for i in study.industries if i not in set(rows["industry"])]
    if unknown or missing:
        raise refuse(
            f"The concordance '{name}' "
            + (f"names sectors that the set lacks: {', '.join(unknown)}. " if unknown else "")
            + (f"lacks {', '.join(missing)}." if missing else ""),
            f"对照表“{name}”"
            + (f"含有弹性集中没有的行业：{'、'.join(unknown)}。" if unknown else "")
            + (f"缺少{'、'.join(missing)}。" if missing else ""),
            f"Map every industry to a sector ({', '.join(table.index[:6])}, ...) in the table concordances.",
            f"请在concordances表中将每个产业对应到行业（{'、'.join(table.index[:6])}等）。",
        )
    joined = rows.join(table, on="code")
    weight = joined["weight"].astype(float)
    total = (joined["theta"] * weight).groupby(joined["industry"]).sum()
    order = list(study.industries)
    best = (total / weight.groupby(joined["industry"]).sum()).loc[order].to_numpy()
    # two standard errors, the samples of the paper and the sectors of one industry; never below a quarter
    error = 2 * joined["standard_error"].fillna(0.0)
    lows = np.minimum(joined["low"], joined["theta"] - error).clip(lower=joined["theta"] / 4)
    highs = np.maximum(joined["high"], joined["theta"] + error)
    codes = joined.groupby("industry")["code"].agg(", ".join)
    return Elasticities(
        best,
        np.minimum(lows.groupby(joined["industry"]).min().loc[order].to_numpy(), best),
        np.maximum(highs.groupby(joined["industry"]).max().loc[order].to_numpy(), best),
        study.industries,
        (SOURCES[name],) * len(order),
        name,
        tuple(str(codes[i]) for i in order),
    )


def elasticity_table(study: Study, found: Elasticities) -> Result:
    """Show the elasticities in force: industry, theta, low, high, source."""
    frame = pd.DataFrame(
        {
            "industry": list(found.industries),
            "trade_elasticity": found.theta,
            "low": found.low,
            "high": found.high,
            "sectors": list(found.sectors),
            "parameter_source": list(found.sources),
        }
    )
    columns = (
        Column("industry", Text("Industry", "产业"), "industry"),
        Column("trade_elasticity", Text("Trade elasticity", "贸易弹性"), "number", "1", "assumption"),
        Column("low", Text("Low", "低值"), "number", "1", "assumption"),
        Column("high", Text("High", "高值"), "number", "1", "assumption"),
        Column("sectors", Text("Sectors of the source", "来源中的行业"), "text"),
        Column("parameter_source", Text("Source", "来源"), "text"),
    )
    if not any(found.sectors):
        frame, columns = frame.drop(columns="sectors"), tuple(c for c in columns if c.name != "sectors")
    return Result(
        "trade_elasticities",
        Text("Trade elasticities of the equilibrium model", "一般均衡模型的贸易弹性"),
        frame,
        columns,
        Text(
            "Percent less trade per percent of trade cost. Taken from the literature, not estimated for these"
            " regions.",
            "贸易成本每上升1%贸易减少的百分比。取自文献，并非针对本研究地区估计。",
        ),
    )
