"""At which stage of its life is an industry? Growth against the whole, saturation, and spread over regions.

Vernon's product cycle puts an industry through introduction, growth, maturity and standardisation, and
expects it to leave the places that began it from maturity on. A national table every few years cannot date
that to the year: the stage here follows declared rules on a smoothed curve, and comes with the share of
draws that agree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.potential.figures import figure, label, several_years, span, traded
from hinterland.study import Result, Study, StudyError, Text

Floats = npt.NDArray[np.float64]

STAGES = ("introduction", "growth", "maturity", "decline")
RATES = np.concatenate([-np.geomspace(0.5, 0.002, 60), np.geomspace(0.002, 0.5, 60)])
STEP, FINE = 1.1, 1.0025
"""Rates per year among which the logistic's is sought, from a doubling in a year and a half to next to none,
and the factors between neighbours of the first and of the finer grid."""


class Trend(NamedTuple):
    """Growth against the whole in the first and the second half of the years, and what the curve misses.

    early, late : array [industry], per year; noise : standard deviation of a residual (log-odds).
    """

    early: Floats
    late: Floats
    noise: float


def substitution_trend(shares: Floats, years: Floats) -> Trend:
    r"""Growth of an industry's share by a log-odds curve that may bend.

    .. math:: \ln\frac{s_t}{1 - s_t} = a + b t + c t^2 + e_t

    Logistic substitution is the case c = 0 (Fisher & Pry 1971); c below zero is growth that slows. Early and
    late growth are the curve's slopes at one and at three quarters of the span.

    Parameters
    ----------
    shares : array [industry, year]
        Share of the industry in the output of the whole, above 0 and below 1; a row with another value
        gives NaN.
    years : array [year]
        At least four, increasing; they need not be evenly spaced.

    Returns
    -------
    Trend
        `noise` is pooled over industries, with two (years less three) degrees of freedom from each.
    """
    middle, half = (years[0] + years[-1]) / 2, (years[-1] - years[0]) / 2
    t = (years - middle) / half
    basis = np.column_stack([np.ones_like(t), t, t**2])
    ok = ((shares > 0) & (shares < 1)).all(axis=1)
    odds = np.full(shares.shape, np.nan)
    odds[ok] = np.log(shares[ok] / (1 - shares[ok]))
    fitted = np.linalg.pinv(basis)
    coefficient = odds @ fitted.T
    left = odds - coefficient @ basis.T
    degrees = int(ok.sum()) * (len(years) - 3)
    noise = float(np.sqrt(np.nansum(left**2) / degrees)) if degrees else float("nan")
    slope = coefficient[:, 1] / half
    bend = coefficient[:, 2] / half  # slopes at t = -1/2 and 1/2 are b - c and b + c
    return Trend(slope - bend, slope + bend, noise)


def logistic_saturation(shares: Floats, years: Floats) -> Floats:
    r"""How much of its ceiling an industry's share has reached, :math:`s_T / K` [industry].

    .. math:: \frac{1}{s_t} = \frac{1}{K} + C e^{-r t}

    is the logistic :math:`s_t = K / (1 + KC e^{-rt})`, linear in 1/K and C for a given rate r. The rate is
    the one of a grid whose relative errors are smallest.

    Parameters
    ----------
    shares : array [industry, year]
        Above zero.
    years : array [year]

    Returns
    -------
    array [industry]
        1 at the ceiling; NaN where the best curve has no ceiling above the last share, or is a falling one.

    References
    ----------
    Verhulst (1838); Fisher & Pry (1971), Technological Forecasting and Social Change 3.
    """
    since = years - years[0]
    w = shares**2  # weighted least squares, so that errors are relative
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(shares > 0, 1.0 / shares, np.nan)

    def fit(rate: Floats) -> tuple[Floats, Floats]:
        """Return each industry's error at its rate, and the saturation that it implies."""
        falling = np.exp(-rate[:, None] * since)
        s0, s1, s2 = w.sum(1), (w * falling).sum(1), (w * falling**2).sum(1)
        y0, y1 = (w * inverse).sum(1), (w * inverse * falling).sum(1)
        with np.errstate(divide="ignore", invalid="ignore"):
            det = s0 * s2 - s1**2
            alpha, slope = (s2 * y0 - s1 * y1) / det, (s0 * y1 - s1 * y0) / det
            error = (w * (inverse - alpha[:, None] - slope[:, None] * falling) ** 2).sum(1)
        rising = (rate > 0) & (slope > 0) & (alpha > 0)
        return error, np.where(rising, np.minimum(alpha * shares[:, -1], 1.0), np.nan)

    best, found, rates = (np.full(len(shares), value) for value in (np.inf, np.nan, np.nan))
    for rate in RATES:
        error, reached = fit(np.full(len(shares), rate))
        better = error < best
        best[better], found[better], rates[better] = error[better], reached[better], rate
    for step, count in ((STEP, 81), (FINE, 41)):  # between the neighbours of the best on the last grid
        coarse = rates.copy()
        for factor in np.linspace(1 / step, step, count):
            error, reached = fit(coarse * factor)
            better = error < best
            best[better], found[better] = error[better], reached[better]
            rates[better] = (coarse * factor)[better]
    return found


def stages(early: Floats, late: Floats, share: Floats, growth: float, small: float) -> npt.NDArray[np.intp]:
    """Stage of each industry (position in `STAGES`) by the declared rules; -1 where growth is unknown.

    Growth faster than the whole by more than `growth` a year in the later half is growth; so much slower is
    decline; between is maturity. Growth that does not slow, from a share below `small`, is introduction.

    Parameters
    ----------
    early, late : array [..., industry]
        Growth against the whole, per year (`substitution_trend`).
    share : array [industry]
        Share in the output of the whole at the end.
    growth, small : float
        Thresholds, per year and share.
    """
    stage = np.where(late > growth, 1, np.where(late < -growth, 3, 2))
    stage = np.where((late > growth) & (late >= early) & (share < small), 0, stage)
    return np.where(np.isfinite(late), stage, -1)


def stage_draws(trend: Trend, share: Floats, years: Floats, study: Study) -> Floats:
    """Share of draws [industry, stage] in which the curve, with other residuals, gives each stage."""
    draws, seed = int(study.parameter("potential.stage_draws")), int(study.parameter("seed"))
    half = (years[-1] - years[0]) / 2
    t = (years - (years[0] + years[-1]) / 2) / half
    fitted = np.linalg.pinv(np.column_stack([np.ones_like(t), t, t**2]))
    noise = trend.noise * np.random.default_rng(seed).standard_normal((draws, len(share), len(years)))
    moved = noise @ fitted.T / half
    found = stages(
        trend.early + moved[..., 1] - moved[..., 2],
        trend.late + moved[..., 1] + moved[..., 2],
        share,
        float(study.parameter("potential.stage_growth")),
        float(study.parameter("potential.stage_small")),
    )
    return np.stack([(found == k).mean(axis=0) for k in range(len(STAGES))], axis=1)


def effective_regions(output: xr.DataArray) -> xr.DataArray:
    r"""Number of equal regions that would be as concentrated, :math:`1 / \sum_r S_{ri}^2`.

    Parameters
    ----------
    output : DataArray[region, industry, ...]
        Any one unit; NaN where the industry makes nothing or a region is unknown.

    References
    ----------
    The inverse of the Herfindahl index: Adelman (1969), Review of Economics and Statistics 51.
    """
    total = output.sum("region", skipna=False)
    share = output / total.where(total > 0)
    return 1.0 / (share**2).sum("region", skipna=False)


def role_shares(study: Study, years: list[int]) -> xr.DataArray:
    """Share [industry, role, year] of the origins, the hosts and all others in each industry's output."""
    output = study["gross_output"].sel(year=years).transpose("region", "industry", "year").drop_attrs()
    total = output.sum("region", skipna=False)
    members = {"origin": list(study.origins), "host": list(study.hosts)}
    rest = [code for code in study.regions if code not in {k for each in members.values() for k in each}]
    if rest:
        members["other"] = rest
    parts = [
        output.sel(region=codes).sum("region", skipna=False) / total.where(total > 0)
        for codes in members.values()
    ]
    return xr.concat(
        parts, pd.Index(list(members), name="role"), coords="minimal", compat="override"
    ).transpose("industry", "role", "year")


def _productivity(study: Study) -> tuple[pd.Series[float], str]:
    """Value added per worker of each industry over that of all, base year; empty where unknown."""
    try:
        whole = complete(study)
    except StudyError:
        return pd.Series(dtype=float), ""
    if "value_added_base" not in whole or "employment_base" not in whole:
        return pd.Series(dtype=float), ""
    added = whole["value_added_base"].sum("region").to_series()
    labour = whole["employment_base"].sum("region").to_series()
    return (added / labour.where(labour > 0)) / (added.sum() / labour.sum()), str(study.base_year)


def life_cycle(study: Study) -> Result:
    """Stage of every traded industry's life, how sure it is, and whether production spreads.

    The whole that growth is held against are the industries whose products travel: against all output the
    rise of services would make every manufacture look old.

    Returns
    -------
    Result ``life_cycle``: industry, factor_class, stage, stage_share (share of draws that give this stage),
    stage_other (the next likely), share_start, share_end (of the output of traded industries),
    growth_early, growth_late (against these as a whole, per year), saturation, regions_start, regions_end
    (effective number), origins_since_peak (change of the origins' share since its peak), productivity
    (value added per worker, all = 1) and expected_to_move (maturity or decline, and origins past their peak).

    Raises
    ------
    StudyError
        Gross output covers fewer than four years.
    """
    years = several_years(study, 4, Text("The stage of an industry's life", "产业生命周期阶段"))
    codes = traded(study)
    output = study["gross_output"].sel(year=years, industry=codes).transpose("region", "industry", "year")
    output = output.drop_attrs()
    nation = output.sum("region", skipna=False)
    share = (nation / nation.sum("industry", skipna=False)).transpose("industry", "year").to_numpy()
    at = np.array(years, dtype=float)
    trend = substitution_trend(share, at)
    growth, small = (float(study.parameter(f"potential.stage_{name}")) for name in ("growth", "small"))
    stage = stages(trend.early, trend.late, share[:, -1], growth, small)
    sure = stage_draws(trend, share[:, -1], at, study)
    known = stage >= 0
    order = np.argsort(-sure, axis=1, kind="stable")
    second = np.where(order[:, 0] == stage, order[:, 1], order[:, 0])
    spread = effective_regions(output)
    of_origins = role_shares(study, years).sel(role="origin", industry=codes)
    origins = of_origins.transpose("industry", "year").to_numpy()
    since = origins[:, -1] - origins.max(axis=1)
    productivity, base = _productivity(study)
    least = float(study.parameter("potential.geese_change"))
    names = np.array([*STAGES, ""], dtype=object)
    frame = pd.DataFrame(
        {
            "industry": codes,
            "factor_class": [study.factor_class[code] for code in codes],
            "stage": names[stage],
            "stage_share": np.where(known, sure[np.arange(len(stage)), stage], np.nan),
            "stage_other": np.where(known & (sure.max(axis=1) < 1), names[second], ""),
            "share_start": share[:, 0],
            "share_end": share[:, -1],
            "growth_early": trend.early,
            "growth_late": trend.late,
            "saturation": logistic_saturation(share, at),
            "regions_start": spread.isel(year=0).to_numpy(),
            "regions_end": spread.isel(year=-1).to_numpy(),
            "origins_since_peak": since,
            "productivity": productivity.reindex(codes).to_numpy(dtype=float),
            "expected_to_move": (stage >= 2) & (since <= -least),
        }
    )
    period = span(years)
    figures = [
        figure(study, "stage", period, kind="code", status="estimated"),
        figure(study, "stage_share", period, kind="share", status="estimated"),
        figure(study, "stage_other", period, kind="code", status="estimated"),
        figure(study, "share_start", str(years[0]), kind="share"),
        figure(study, "share_end", str(years[-1]), kind="share"),
        figure(study, "growth_early", period, kind="share", unit="share per year", status="estimated"),
        figure(study, "growth_late", period, kind="share", unit="share per year", status="estimated"),
        figure(study, "saturation", period, kind="share", status="estimated"),
        figure(study, "regions_start", str(years[0])),
        figure(study, "regions_end", str(years[-1])),
        figure(study, "origins_since_peak", period, kind="share"),
        figure(study, "productivity", base or str(study.base_year), status="estimated"),
        figure(study, "expected_to_move", period, kind="flag", status="estimated"),
    ]
    return Result(
        "life_cycle",
        Text("Stage of the industries' life cycle", "产业生命周期阶段"),
        frame,
        (label(study, "industry", "industry"), label(study, "factor_class", "factor_class"), *figures),
        Text(
            "Share of the output of all industries whose products travel (current prices) on a log-odds "
            "curve that may bend (Fisher & Pry 1971), "
            "{period}. Later half more than {g:.1%} a year faster than the whole: growth (introduction where "
            "it does not slow and the share is below {s:.1%}); as much slower: decline, the standardised "
            "stage; between: maturity (after Vernon 1966). Certainty: share of {n} draws of the curve's "
            "residuals that give the same stage. Saturation: share reached of a fitted logistic's ceiling, "
            "where there is one. Effective regions: inverse of the Herfindahl index. Expected to move: "
            "maturity or decline, and the origins' share at least {c:.0%} of the industry below its peak.",
            "以各产业占产品可外运产业总产出的份额（当年价格）拟合可弯曲的对数几率曲线（Fisher和Pry，1971），{period}年。后"
            "半期年均增速快于总体{g:.1%}以上为成长期（未放缓且份额低于{s:.1%}为导入期），慢于总体{g:.1%}以上为"
            "衰退期（标准化阶段），介于其间为成熟期（参照Vernon，1966）。把握程度为对曲线残差抽样{n}次后得到相同"
            "阶段的比例。饱和度为份额相对拟合logistic曲线上限的比例（无上限者留空）。有效地区数为赫芬达尔指数的"
            "倒数。预期转移：处于成熟期或衰退期，且转出地份额较峰值下降不少于{c:.0%}。",
        ).format(
            period=period,
            g=growth,
            s=small,
            n=int(study.parameter("potential.stage_draws")),
            c=least,
        ),
        Text(
            f"{len(years)} tables fix a curve of three terms loosely, prices move the shares of resources "
            "and "
            "energy, and a broad group holds products of every age: introduction cannot be seen at this "
            "level. "
            "Emissions or macro series do not stand in for years without output.",
            f"仅有{len(years)}个年份，三项曲线的约束较弱；资源、能源类产业份额受价格影响；大类产业内部各生命阶段"
            "产品并存，导入期在此层级难以识别。缺少产出的年份不以排放或宏观数据替代。",
        ),
    )
