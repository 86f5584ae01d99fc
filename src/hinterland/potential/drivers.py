"""What goes with transfer? Poisson gravity of regions' gains on drivers measured where a period starts."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import complete
from hinterland.accounts.lookup import number, section, sources
from hinterland.potential.access import distances, market_potential, supplier_access
from hinterland.potential.gradient import location_quotient
from hinterland.potential.index import unit_interval
from hinterland.potential.ppml import Floats, ppml, shapley
from hinterland.study import Column, Kind, Result, Status, Study, StudyError, Text

Outcome = Literal["gain", "growth"]
OUTCOMES: tuple[Outcome, ...] = ("gain", "growth")
PLACE = ("size", "market_potential", "supplier_access", "origin_distance", "specialisation")
# Exact Shapley shares take a fit for every subset of drivers.
MOST_DRIVERS = 12


def gains(before: npt.ArrayLike, after: npt.ArrayLike) -> Floats:
    r"""Output above what the old share would give, where it is above.

    .. math:: g_{ri} = \max\Big(x_{ri1} - x_{ri0} \frac{X_{i1}}{X_{i0}}, 0\Big)

    That is the change of share in money of the later year, as in `hinterland.measure.share_change`; losses
    count as no gain.

    Parameters
    ----------
    before, after : array [region, industry]
        Money.

    Returns
    -------
    array [region, industry]; NaN for an industry that did not exist before.
    """
    x0, x1 = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    total = x0.sum(0)
    ratio = np.divide(x1.sum(0), total, out=np.full(x0.shape[1], np.nan), where=total > 0)
    gained: Floats = np.maximum(x1 - x0 * ratio, 0.0)
    return gained


@dataclass(frozen=True)
class Panel:
    """Regions' gains by industry and period with the drivers where each period starts, in logarithms.

    `table` has region, industry, start, end, before, after, gain and the drivers; a driver is NaN in periods
    at whose start it is not known. `left_out` says which drivers are missing where.
    """

    table: pd.DataFrame
    drivers: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)

    def known(self, starts: Sequence[int]) -> list[str]:
        """Return the drivers that are known at the start of all these periods."""
        rows = self.table[self.table["start"].isin(starts)]
        by_period = rows.groupby("start")[list(self.drivers)].agg(lambda s: bool(s.notna().any()))
        return [d for d in self.drivers if bool(by_period[d].all())]


def _log(values: npt.ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    return np.log(np.where(found > 0, found, np.nan))


def _indicator(study: Study, rule: str, year: int) -> Floats | None:
    """An indicator, or one over another (a/b), by region in just this year; None if too little is known."""
    data = study.get("indicators")
    names = [part.strip() for part in rule.split("/")]
    if data is None or len(names) > 2:
        return None
    for name in names:
        if name not in data["indicator"].to_numpy():
            raise StudyError(
                Text(
                    f"The driver '{rule}' names '{name}', but the study has no such indicator.",
                    f"驱动因素“{rule}”指定了“{name}”，但研究中没有该指标。",
                ),
                Text(
                    "Correct [parameters.potential.driver_indicators] in study.toml.",
                    "请更正study.toml中的[parameters.potential.driver_indicators]。",
                ),
            )
    if year not in data["year"].to_numpy():
        return None
    parts = [
        data.sel(indicator=name, year=year, drop=True).reindex(region=list(study.regions)).to_numpy()
        for name in names
    ]
    values = _log(parts[0]) - (_log(parts[1]) if len(parts) == 2 else 0.0)
    least = unit_interval("potential.coverage", study.parameter("potential.coverage"))
    return values if np.isfinite(values).mean() >= least else None


def driver_panel(study: Study) -> Panel:
    """Put gains and drivers together for the industries that can move and all regions, period by period.

    Periods run from one year of gross output to the next. Drivers: size (the region's output), market
    potential, nearness of suppliers, distance to where the origin regions make the industry, specialisation
    (location quotient), and the indicators under ``[parameters.potential.driver_indicators]``.

    Parameters
    ----------
    study : Study
        Complete.

    Raises
    ------
    StudyError
        Output of one year only, no distances, an indicator that does not exist.
    """
    gross = study["gross_output"].transpose("region", "industry", "year")
    years = sorted(int(y) for y in gross["year"].to_numpy() if bool(gross.sel(year=y).notnull().all()))
    if len(years) < 2:
        raise StudyError(
            Text(
                "Drivers of transfer need gross output of two years or more without gaps.",
                "驱动因素分析需要至少两个完整年份的总产出。",
            ),
            Text("Add years to the table gross_output.", "请在gross_output表中补充年份。"),
        )
    km, decay = distances(study), number(study, "potential.market_decay")
    total = study["output"].transpose("region", "industry").to_numpy().sum(0)
    used = study["io_domestic"].reindex(row=list(study.industries), industry=list(study.industries))
    inputs = np.divide(used.to_numpy(), total, out=np.zeros(used.shape), where=total > 0)
    at = [study.industries.index(i) for i in study.transferable]
    o = [study.regions.index(r) for r in study.origins]
    rules = {str(k): str(v) for k, v in section(study, "potential.driver_indicators").items()}
    r, n = len(study.regions), len(at)
    left_out: dict[str, list[str]] = {}
    rows = []
    for start, end in itertools.pairwise(years):
        before, after = (gross.sel(year=y).to_numpy().astype(float) for y in (start, end))
        made = before[o][:, at]
        weight = np.divide(made, made.sum(0), out=np.full_like(made, 1 / len(o)), where=made.sum(0) > 0)
        everywhere = before.sum(1)
        quotient = location_quotient(gross.sel(year=start, drop=True)).to_numpy()[:, at]
        block = pd.DataFrame(
            {
                "region": np.repeat(list(study.regions), n),
                "industry": np.tile(list(study.transferable), r),
                "start": start,
                "end": end,
                "before": before[:, at].ravel(),
                "after": after[:, at].ravel(),
                "gain": gains(before, after)[:, at].ravel(),
                "size": np.repeat(_log(everywhere), n),
                "market_potential": np.repeat(_log(market_potential(everywhere, km, decay)), n),
                "supplier_access": _log(supplier_access(before, inputs, km, decay)[:, at]).ravel(),
                "origin_distance": _log(km[:, o] @ weight).ravel(),
                "specialisation": np.log1p(quotient).ravel(),
            }
        )
        for name, rule in rules.items():
            values = _indicator(study, rule, start)
            if values is None:
                left_out.setdefault(name, []).append(str(start))
                values = np.full(r, np.nan)
            block[name] = np.repeat(values, n)
        rows.append(block)
    return Panel(
        pd.concat(rows, ignore_index=True),
        (*PLACE, *rules),
        {name: ", ".join(where) for name, where in left_out.items()},
    )


@dataclass(frozen=True)
class Sample:
    """One regression's data: outcome, scaled drivers, groups (industry by period), clusters (region)."""

    code: str
    outcome: Outcome
    drivers: tuple[str, ...]
    y: Floats
    X: Floats
    spread: Floats
    groups: npt.NDArray[np.int64]
    clusters: npt.NDArray[Any]
    offset: Floats | None
    years: str
    dropped: tuple[str, ...]


def sample(
    panel: Panel, code: str, outcome: Outcome, starts: Sequence[int], drivers: Sequence[str]
) -> Sample:
    """Choose rows and scale drivers to a standard deviation of 1 within industry and period.

    Rows with an unknown driver are left out.

    "gain" explains the gains; "growth" explains output at the end given output at the start (an offset), so
    that losses count too, and pairs without output at the start are left out.
    """
    rows = panel.table[panel.table["start"].isin(starts)]
    known = rows[list(drivers)].notna().all(axis=1)
    dropped = tuple(dict.fromkeys(rows.loc[~known & (rows["before"] > 0), "region"]))
    rows = rows[known & rows["gain"].notna()]
    if outcome == "growth":
        rows = rows[rows["before"] > 0]
    groups = rows.groupby(["industry", "start"], sort=True).ngroup().to_numpy()
    y = rows["gain" if outcome == "gain" else "after"].to_numpy(dtype=float)
    raw = rows[list(drivers)].to_numpy(dtype=float)
    # what all of a group share tells nothing within it: wages rise everywhere from period to period
    raw = raw - pd.DataFrame(raw).groupby(groups).transform("mean").to_numpy()
    spread = raw.std(0)
    return Sample(
        code,
        outcome,
        tuple(drivers),
        y / y.mean(),
        raw / np.where(spread > 0, spread, 1.0),
        spread,
        groups,
        rows["region"].to_numpy(),
        np.log(rows["before"].to_numpy(dtype=float)) if outcome == "growth" else None,
        f"{rows['start'].min()}-{rows['end'].max()}",
        dropped,
    )


def shares(data: Sample) -> tuple[Floats, float]:
    """Return each driver's Shapley share of the deviance explained within groups, and the part explained.

    Exact: one fit (`ppml`) for every subset of the drivers.
    """
    n = len(data.drivers)
    if n > MOST_DRIVERS:
        raise StudyError(
            Text(
                f"{n} drivers are too many for exact Shapley shares, which take 2^{n} regressions.",
                f"驱动因素有{n}个，精确的沙普利分解需要2^{n}次回归，过多。",
            ),
            Text(f"Name at most {MOST_DRIVERS}.", f"请最多指定{MOST_DRIVERS}个。"),
        )
    worth = np.empty(1 << n)
    for subset in range(1 << n):
        columns = [k for k in range(n) if subset >> k & 1]
        worth[subset] = ppml(data.y, data.X[:, columns], data.groups, offset=data.offset, tol=1e-8).deviance
    explained = 1.0 - worth / worth[0]
    return shapley(explained), float(explained[-1])


def _pyfixest() -> Any:
    try:
        import pyfixest
    except ImportError as error:
        raise StudyError(
            Text(
                "Driver weights are estimated with pyfixest, which is not installed.",
                "驱动因素权重由 pyfixest 估计，但尚未安装。",
            ),
            Text(
                "Install it: pip install 'hinterland[econometrics]'.",
                "请安装：pip install 'hinterland[econometrics]'。",
            ),
        ) from error
    return pyfixest


def estimate(data: Sample, coverage: float) -> pd.DataFrame:
    """Fit by pyfixest: coefficients with intervals, errors clustered by region; a row for each driver."""
    names = [f"x{k}" for k in range(len(data.drivers))]
    frame = pd.DataFrame(data.X, columns=names).assign(y=data.y, group=data.groups, cluster=data.clusters)
    more: dict[str, str] = {}
    if data.offset is not None:
        frame["shift"], more["offset"] = data.offset, "shift"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # groups without any gain are dropped, as they should be
        fit = _pyfixest().fepois(
            f"y ~ {' + '.join(names)} | group",
            frame,
            vcov={"CRV1": "cluster"},
            iwls_tol=1e-10,
            iwls_maxiter=100,
            **more,
        )
        interval = fit.confint(alpha=1 - coverage)
    lacking = [d for name, d in zip(names, data.drivers, strict=True) if name not in fit.coef().index]
    if lacking:
        raise StudyError(
            Text(
                f"Drivers that are made of others: {', '.join(lacking)}.",
                f"与其他因素完全共线的驱动因素：{'、'.join(lacking)}。",
            ),
            Text(
                "Leave them out of [parameters.potential.driver_indicators].",
                "请从[parameters.potential.driver_indicators]中删去。",
            ),
        )
    return pd.DataFrame(
        {
            "driver": data.drivers,
            "coefficient": fit.coef()[names].to_numpy(),
            "coefficient_low": interval.loc[names].iloc[:, 0].to_numpy(),
            "coefficient_high": interval.loc[names].iloc[:, 1].to_numpy(),
            "elasticity": fit.coef()[names].to_numpy() / data.spread,
        }
    )


def samples(study: Study, panel: Panel) -> list[Sample]:
    """Return the regressions: all periods with what is known throughout, the last with what it has more."""
    starts = sorted(int(s) for s in panel.table["start"].unique())
    whole = panel.known(starts)
    wanted = [("all_periods", starts, whole)]
    last = panel.known(starts[-1:])
    if len(starts) > 1 and set(last) - set(whole):
        wanted.append(("last_period", starts[-1:], last))
    return [sample(panel, code, o, when, drivers) for code, when, drivers in wanted for o in OUTCOMES]


def driver_weights(study: Study) -> tuple[Result, Result]:
    """Estimate which drivers go with regions' gains, with intervals and shares of what is explained.

    Poisson pseudo-maximum likelihood with an effect for every industry in every period, errors clustered by
    region; drivers in logarithms, scaled to a standard deviation of 1 within industry and period.

    Returns
    -------
    Results ``driver_weights`` (sample, outcome, driver, coefficient, coefficient_low, coefficient_high,
    elasticity, explained_share) and ``driver_fit`` (sample, outcome, years, observations, clusters,
    explained).

    Raises
    ------
    StudyError
        See `driver_panel`; pyfixest is not installed; drivers are collinear.
    """
    whole = complete(study)
    panel = driver_panel(whole)
    coverage = unit_interval("potential.driver_interval", study.parameter("potential.driver_interval"))
    weights, fits = [], []
    dropped: list[str] = []
    for data in samples(whole, panel):
        share, explained = shares(data)
        found = estimate(data, coverage).assign(explained_share=share / explained)
        weights.append(found.assign(sample=data.code, outcome=data.outcome))
        fits.append((data.code, data.outcome, data.years, len(data.y), len(set(data.clusters)), explained))
        dropped.extend(data.dropped)
    names = ["coefficient", "coefficient_low", "coefficient_high", "elasticity", "explained_share"]
    frame = pd.concat(weights, ignore_index=True)[["sample", "outcome", "driver", *names]]
    fit = pd.DataFrame(fits, columns=["sample", "outcome", "years", "observations", "clusters", "explained"])
    known = sources(whole, "gross_output", "indicators", "io_domestic", "distance")
    span = f"{panel.table['start'].min()}-{panel.table['end'].max()}"

    def column(name: str, kind: Kind = "number") -> Column:
        status: Status | None = None if kind in ("code", "text") else "estimated"
        shown = study.text("column", name)
        return Column(name, shown, kind, "", status, span if status else "", known if status else ())

    method = Text(
        "Poisson pseudo-maximum likelihood (Santos Silva & Tenreyro 2006) with an effect for every "
        f"industry in every period; intervals of {coverage:.0%} from errors clustered by region. Drivers "
        "are logarithms at the start of a period, scaled to a standard deviation of 1 within industry and "
        "period: a coefficient of 0.1 goes with about 10 % more for a region one standard deviation "
        "above. Gain: the change of share in money where positive. Growth: output at the end given output "
        "at the start. Shares: exact Shapley values of the deviance explained within industry and period.",
        "泊松伪极大似然（Santos Silva和Tenreyro，2006），含产业×时期固定效应，"
        f"{coverage:.0%}区间采用按地区聚类的标准误。驱动因素取期初对数，并在产业与时期内标准化："
        "系数0.1表示高出一个标准差的地区约多10 %。增量：份额变化折算金额（取正值）；增长："
        "给定期初产出的期末产出。份额：产业与时期内所解释偏差的精确沙普利值。",
    )
    return (
        Result(
            "driver_weights",
            Text("What goes with transfer", "与产业转移相伴的因素"),
            frame,
            (
                column("sample", "code"),
                column("outcome", "code"),
                column("driver", "code"),
                *(column(n) for n in names[:-1]),
                column("explained_share", "share"),
            ),
            method,
            _note(study, panel, tuple(dict.fromkeys(dropped))),
        ),
        Result(
            "driver_fit",
            Text("The regressions of the drivers", "驱动因素回归概况"),
            fit,
            (
                column("sample", "code"),
                column("outcome", "code"),
                column("years", "text"),
                column("observations"),
                column("clusters"),
                column("explained", "share"),
            ),
            method,
        ),
    )


def _note(study: Study, panel: Panel, dropped: Sequence[str]) -> Text:
    note = Text(
        "Association, not cause: what drew industries may also have raised wages and capital, and regions "
        "differ in what is not measured. The last period alone has few regions for its many drivers; read "
        "its intervals with care.",
        "系相关而非因果：吸引产业的因素也可能推高了工资和投资，地区间还存在未观测差异。仅末期样本地区少而因素多，其区间须谨慎解读。",
    )
    for name, years in panel.left_out.items():
        shown = study.text("driver", name)
        note = note + Text(
            f" {shown.en}: not known at the start of {years}.",
            f"{shown.zh}：缺{years.replace(', ', '、')}年期初数据。",
        )
    if dropped:
        named = [study.text("region", r) for r in dropped]
        note = note + Text(
            f" Left out for want of a driver: {', '.join(t.en for t in named)}.",
            f"因缺驱动因素数据未纳入：{'、'.join(t.zh for t in named)}。",
        )
    return note
