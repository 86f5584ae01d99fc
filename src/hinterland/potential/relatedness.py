"""Complexity of regions and industries of a study, and what each host is near to: candidates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import rankdata, spearmanr

from hinterland.potential.complexity import Complexity, Floats, complexity_of
from hinterland.potential.figures import (
    complete_regions,
    figure,
    label,
    output_at,
    output_years,
    span,
    traded,
    words,
)
from hinterland.potential.fitness import fitness
from hinterland.study import Result, Study, Text


class _Year(NamedTuple):
    """Complexity of one year, its fitness, and ranks of the ECI under error in the outputs."""

    year: int
    found: Complexity
    fitness: xr.DataArray
    low: Floats
    high: Floats
    kept: float


def drawn_ranks(
    output: xr.DataArray, pci: xr.DataArray, threshold: float, error: float, draws: int, seed: int
) -> tuple[Floats, float]:
    """Ranks of the ECI [draw, region] (1: most complex) when every output bears an error.

    Each draw multiplies all cells by independent log-normal errors and takes the second eigenvector anew; its
    sign is the one that agrees with `pci`.

    Parameters
    ----------
    output : DataArray[region, industry]
    pci : DataArray[industry]
        Complexity without error, for the sign.
    threshold : float
        Comparative advantage from which an industry is present.
    error : float
        Standard deviation of the logarithm of a cell.
    draws, seed : int

    Returns
    -------
    pair (array [kept draws, region], share of draws kept)
        Draws whose matrix falls into separate groups have no complexity and are left out.
    """
    values = output.transpose("region", "industry").to_numpy()
    noise = np.random.default_rng(seed).standard_normal((draws, *values.shape))
    drawn = values * np.exp(error * noise)
    own, industry = drawn.sum(axis=2, keepdims=True), drawn.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        advantage = (drawn / own) / (industry / drawn.sum(axis=(1, 2), keepdims=True))
        present = (advantage >= threshold).astype(float)
        row = 1.0 / np.sqrt(present.sum(axis=2))
        column = 1.0 / np.sqrt(present.sum(axis=1))
    row[~np.isfinite(row)], column[~np.isfinite(column)] = 0.0, 0.0
    left, values_of, right = np.linalg.svd(
        present * row[:, :, None] * column[:, None, :], full_matrices=False
    )
    kept = values_of[:, 1] < 1 - 1e-9
    place = left[kept, :, 1] * row[kept]
    place[row[kept] == 0] = np.nan
    kinds = right[kept, 1, :] * column[kept]
    sign = np.sign(kinds @ np.nan_to_num(pci.to_numpy()))
    ranks = rankdata(-place * np.where(sign == 0, 1.0, sign)[:, None], axis=1, nan_policy="omit")
    return ranks, float(kept.mean())


def entry_auc(score: xr.DataArray, present: xr.DataArray, later: xr.DataArray) -> tuple[float, int, int]:
    """How well a score tells which absent industries a region has gained by a later year.

    Parameters
    ----------
    score, present, later : DataArray[region, industry]
        A figure of the earlier year, and presence at the earlier and the later year.

    Returns
    -------
    (area, entries, absent)
        Area under the ROC curve: the chance that a pair that entered had the higher score than one that did
        not; 0.5 says nothing. NaN where all or none entered.
    """
    score, present, later = xr.align(score, present, later, join="inner")
    open_ = (present.to_numpy() == 0) & np.isfinite(score.to_numpy())
    entered = later.to_numpy()[open_] > 0
    entries, absent = int(entered.sum()), int(open_.sum())
    if entries in (0, absent):
        return float("nan"), entries, absent
    ranks = rankdata(score.to_numpy()[open_])
    area = (ranks[entered].sum() - entries * (entries + 1) / 2) / (entries * (absent - entries))
    return float(area), entries, absent


def _of_year(study: Study, year: int) -> tuple[_Year, list[str]]:
    output, without = complete_regions(output_at(study, year).sel(industry=traded(study)))
    threshold = float(study.parameter("potential.advantage"))
    found = complexity_of(output, threshold)
    fit = fitness(found.figures["presence"], int(study.parameter("potential.fitness_iterations")))
    ranks, kept = drawn_ranks(
        output,
        found.figures["pci"],
        threshold,
        float(study.parameter("accounts.output_error")),
        int(study.parameter("potential.complexity_draws")),
        int(study.parameter("seed")),
    )
    tail = (1 - float(study.parameter("potential.rank_interval"))) / 2
    low, high = np.full(output.sizes["region"], np.nan), np.full(output.sizes["region"], np.nan)
    known = np.isfinite(ranks).any(axis=0) if len(ranks) else np.zeros(len(low), dtype=bool)
    if known.any():
        low[known], high[known] = np.nanquantile(ranks[:, known], [tail, 1 - tail], axis=0)
    rank = rankdata(-found.figures["eci"].to_numpy(), nan_policy="omit")
    # the interval holds the rank that is published, even where the draws lie to one side of it
    return _Year(year, found, fit.region, np.fmin(low, rank), np.fmax(high, rank), kept), without


def _method(study: Study) -> Text:
    out = [study.text("factor_class", code) for code in words(study, "accounts.local_classes")]
    return Text(
        "Presence: comparative advantage (Balassa 1965) of {t:g} or more in gross output, over industries "
        "whose products travel (without {out_en}). Complexity: the exact second eigenvector of the chain "
        "between regions and industries (Hidalgo & Hausmann 2009), in standard deviations of the regions; a "
        "region's figure is the mean of its industries'. Years are standardised one by one: compare places "
        "within a year. ",
        "以总产出的比较优势指数（Balassa，1965）不低于{t:g}判定为具有比较优势，限于产品可外运的产业（不含"
        "{out_zh}）。复杂度取地区—产业转移矩阵的精确第二特征向量（Hidalgo和Hausmann，2009），以地区标准差为"
        "单位，地区复杂度等于其优势产业复杂度的均值。各年分别标准化，仅可在同一年内比较位次。",
    ).format(
        t=float(study.parameter("potential.advantage")),
        out_en=", ".join(text.en.lower() for text in out),
        out_zh="、".join(text.zh for text in out),
    )


def _caveat(study: Study, count: int, without: set[str]) -> Text:
    said = Text(
        f"With {count} broad industries the matrix is coarse: a broad industry averages simple and complex "
        "products, and a region near the threshold changes sides with a small error. The rank intervals show "
        "how much.",
        f"仅有{count}个大类产业，矩阵较粗：大类内部简单与复杂产品并存，接近阈值的地区因微小误差即会改变归类，"
        "位次区间反映了这一影响。",
    )
    if without:
        names = [study.text("region", code) for code in sorted(without)]
        said += Text(
            f" Left out in years in which a cell is unknown: {', '.join(n.en for n in names)}.",
            f"存在缺失数据的年份未计入：{'、'.join(n.zh for n in names)}。",
        )
    return said


def _years(study: Study, year: int | None) -> tuple[list[_Year], set[str]]:
    made, without = [], set()
    for each in output_years(study) if year is None else [year]:
        one, left = _of_year(study, each)
        made.append(one)
        without.update(left)
    return made, without


def complexity(study: Study, year: int | None = None) -> tuple[Result, Result, Result]:
    """Return complexity of every region and industry, and how well the data determine it.

    Parameters
    ----------
    study : Study
    year : int, optional
        One year; every year with gross output without it.

    Returns
    -------
    Results ``complexity_regions`` (region, year, diversity, eci, rank, rank_low, rank_high, fitness,
    outlook), ``complexity_industries`` (industry, year, ubiquity, pci) and ``complexity_check`` (year,
    regions, industries, second_eigenvalue, third_eigenvalue, spectral_gap, diversity_correlation,
    fitness_correlation, entries, auc_density, auc_quotient).

    Raises
    ------
    StudyError
        The matrix falls into separate groups, or its second eigenvalue is not alone.
    """
    made, without = _years(study, year)
    regions, industries, checks = [], [], []
    for at, one in enumerate(made):
        data = one.found.figures
        eci = data["eci"].to_numpy()
        regions.append(
            pd.DataFrame(
                {
                    "region": data["region"].to_numpy(),
                    "year": one.year,
                    "diversity": data["diversity"].to_numpy(),
                    "eci": eci,
                    "rank": rankdata(-eci, nan_policy="omit"),
                    "rank_low": one.low,
                    "rank_high": one.high,
                    "fitness": one.fitness.to_numpy(),
                    "outlook": data["outlook"].to_numpy(),
                }
            )
        )
        industries.append(
            pd.DataFrame(
                {
                    "industry": data["industry"].to_numpy(),
                    "year": one.year,
                    "ubiquity": data["ubiquity"].to_numpy(),
                    "pci": data["pci"].to_numpy(),
                }
            )
        )
        areas: tuple[float, float, float] = (float("nan"),) * 3
        if at + 1 < len(made):
            later = made[at + 1].found.figures["presence"]
            area, entries, _ = entry_auc(data["density"], data["presence"], later)
            areas = (float(entries), area, entry_auc(data["advantage"], data["presence"], later)[0])
        both = np.isfinite(eci)
        checks.append(
            (
                one.year,
                float(both.sum()),
                float(np.isfinite(data["pci"]).sum()),
                one.found.spectrum.second,
                one.found.spectrum.third,
                one.found.spectrum.gap,
                one.found.spectrum.diversity_correlation,
                float(spearmanr(eci[both], one.fitness.to_numpy()[both]).statistic),
                *areas,
            )
        )
    count = int(max(row[2] for row in checks))
    years = span([one.year for one in made])
    method, note = _method(study), _caveat(study, count, without)
    steps = int(study.parameter("potential.fitness_iterations"))
    of_regions = Result(
        "complexity_regions",
        Text("Complexity of the regions", "地区经济复杂度"),
        pd.concat(regions, ignore_index=True),
        (
            label(study, "region", "region"),
            label(study, "year", "year"),
            *(
                figure(study, name, years, status="estimated")
                for name in ("diversity", "eci", "rank", "rank_low", "rank_high", "fitness", "outlook")
            ),
        ),
        method
        + Text(
            f"Rank intervals: output errors of {study.parameter('accounts.output_error'):.0%}, "
            f"{study.parameter('potential.complexity_draws')} draws. Fitness: {steps} iterations (Tacchella "
            "et "
            "al. 2012). Outlook: complexity of absent industries weighted by how near they are.",
            f"位次区间：产出误差{study.parameter('accounts.output_error'):.0%}，抽样"
            f"{study.parameter('potential.complexity_draws')}次。适合度：迭代{steps}次（Tacchella等，2012）。"
            "复杂度前景：以关联密度加权的未具优势产业复杂度之和。",
        ),
        note,
    )
    of_industries = Result(
        "complexity_industries",
        Text("Complexity of the industries", "产业复杂度"),
        pd.concat(industries, ignore_index=True),
        (
            label(study, "industry", "industry"),
            label(study, "year", "year"),
            figure(study, "ubiquity", years, status="estimated"),
            figure(study, "pci", years, status="estimated"),
        ),
        method,
        note,
    )
    names = (
        "regions_counted",
        "industries_counted",
        "second_eigenvalue",
        "third_eigenvalue",
        "spectral_gap",
        "diversity_correlation",
        "fitness_correlation",
        "entries",
        "auc_density",
        "auc_quotient",
    )
    check = Result(
        "complexity_check",
        Text("How firm the complexity is", "复杂度结果的稳健性"),
        pd.DataFrame(checks, columns=["year", *names]),
        (
            label(study, "year", "year"),
            *(figure(study, name, years, status="estimated") for name in names),
        ),
        Text(
            "Spectral gap: second less third eigenvalue of the chain (the first is 1); an error in the "
            "matrix "
            "turns the vector by about its size over the gap. The sign of the vector follows its correlation "
            "with diversity: near zero it is doubtful. Fitness correlation: Spearman's rank correlation of "
            "ECI and fitness, another measure on the same matrix. Entries: pairs of region and industry that "
            "gain an advantage by the next table; the area is the chance that density (or the quotient "
            "itself) "
            "had placed an entry above a pair that stayed out, 0.5 being none.",
            "谱隙为转移矩阵第二与第三特征值之差（第一特征值为1），矩阵误差使特征向量偏转的幅度约为误差与谱隙"
            "之比。特征向量的符号由其与多样性的相关系数确定，相关接近零时符号存疑。与适合度的相关为Spearman秩"
            "相关，二者基于同一矩阵。新进入指下一年份取得比较优势的地区—产业组合；AUC为关联密度（或区位商本身）"
            "将新进入组合排在未进入组合之前的概率，0.5即无判别力。",
        ),
        note,
    )
    return of_regions, of_industries, check


def relatedness(study: Study, year: int | None = None) -> tuple[Result, Result]:
    """Return how near every industry is to what each region has, and each host's candidates.

    Parameters
    ----------
    study : Study
    year : int, optional
        The base year without it.

    Returns
    -------
    Results ``relatedness`` (region, industry, comparative_advantage, specialised, density, relative_density,
    outlook_gain) and ``candidates`` (region, industry, comparative_advantage, density, relative_density, pci,
    outlook_gain, rank): the industries that can move and in which a host has no advantage, nearest first.

    Raises
    ------
    StudyError
        As `complexity`; the year has no gross output.
    """
    at = study.base_year if year is None else year
    one, left = _of_year(study, at)
    data = one.found.figures
    absent = data["density"].where(data["presence"] == 0)
    spread = absent.std("industry")
    relative = (absent - absent.mean("industry")) / spread.where(spread > 0)
    frame = (
        xr.Dataset(
            {
                "comparative_advantage": data["advantage"],
                "specialised": data["presence"],
                "density": data["density"],
                "relative_density": relative,
                "outlook_gain": data["outlook_gain"].where(data["presence"] == 0),
            }
        )
        .to_dataframe()
        .reset_index()
    )
    frame["specialised"] = frame["specialised"] > 0
    wanted = frame["region"].isin(study.hosts) & frame["industry"].isin(study.transferable)
    best = frame[wanted & ~frame["specialised"]].drop(columns="specialised")
    best = best.assign(pci=best["industry"].map(data["pci"].to_series()))
    best = best.assign(rank=best.groupby("region")["density"].rank(ascending=False, method="min"))
    order = {code: k for k, code in enumerate(study.hosts)}
    best = best.sort_values(["region", "rank"], key=lambda s: s.map(order) if s.name == "region" else s)
    method = _method(study) + Text(
        "Density: the share of an industry's proximities that the region already has (Hidalgo et al. 2007); "
        "proximity is the smaller chance that one is present where the other is. Relative density: in "
        "standard "
        "deviations among the region's absent industries, so that diverse regions do not seem near to all. "
        "Gain: what the industry would add to the region's outlook.",
        "关联密度：某产业的邻近度中本地区已具优势部分所占比重（Hidalgo等，2007），邻近度取两产业互为条件的优"
        "势概率中较小者。相对密度：在本地区未具优势产业之间标准化，避免产业多样的地区看似与所有产业都接近。前"
        "景增益：取得该产业优势对复杂度前景的增量。",
    )
    note = _caveat(study, int(np.isfinite(data["pci"]).sum()), set(left))
    figures = {
        name: figure(
            study, name, str(at), kind="share" if name == "density" else "number", status="estimated"
        )
        for name in ("comparative_advantage", "density", "relative_density", "pci", "outlook_gain", "rank")
    }
    figures["comparative_advantage"] = figure(study, "comparative_advantage", str(at))
    places = (label(study, "region", "region"), label(study, "industry", "industry"))
    shown = [
        "region",
        "industry",
        "comparative_advantage",
        "density",
        "relative_density",
        "pci",
        "outlook_gain",
    ]
    return (
        Result(
            "relatedness",
            Text("What each region is near to", "各地区的产业关联"),
            frame,
            (
                *places,
                figures["comparative_advantage"],
                figure(study, "specialised", str(at), kind="flag"),
                *(figures[name] for name in ("density", "relative_density", "outlook_gain")),
            ),
            method,
            note,
        ),
        Result(
            "candidates",
            Text("What each host could take up next", "承接地的潜在承接产业"),
            best[[*shown, "rank"]].reset_index(drop=True),
            (*places, *(figures[name] for name in [*shown[2:], "rank"])),
            method
            + Text(
                "Only industries that can move and in which the host has no advantage yet. Nearness says "
                "what "
                "would find related know-how there, not what would pay.",
                "仅列可转移且承接地尚无比较优势的产业。关联性只说明当地是否具备相关能力，不代表经济上可行。",
            ),
            note,
        ),
    )
