"""Tests of claims on what has happened: output, structure, specialisation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from hinterland import measure
from hinterland.report.claims.case import (
    Case,
    Evidence,
    Kind,
    MissingError,
    Verdict,
    both,
    grade,
    known,
    listed,
    percent,
    points,
    sentences,
)
from hinterland.study import Phase, StudyError, Text


def _phase(case: Case) -> Phase:
    try:
        phases = measure.historical_phases(case.study)
    except StudyError as error:
        raise MissingError(Text(str(error), f"缺少历史阶段数据（{error}）")) from error
    wanted = str(case.option("phase"))
    for phase in phases:
        if phase.code == wanted:
            return phase
    raise case.wrong(
        Text(f"names the historical phase '{wanted}'.", f"所用的历史阶段“{wanted}”不存在。"),
        Text(
            f"Choose from {', '.join(p.code for p in phases)}.",
            f"可选：{'、'.join(p.code for p in phases)}。",
        ),
    )


def _outside_claim(case: Case, phase: Phase) -> Text | None:
    """Say so when less of the phase's span than declared lies in the years the claim is about."""
    claimed = case.option("claimed", [None, None])
    first = phase.start if claimed[0] is None else max(phase.start, int(claimed[0]))
    last = phase.end if claimed[1] is None else min(phase.end, int(claimed[1]))
    share = max(last - first, 0) / (phase.end - phase.start)
    if share >= case.threshold("window_overlap"):
        return None
    return Text(
        f"Only {share:.0%} of the years {phase.start}-{phase.end} lie in the period that the claim is about.",
        f"{phase.start}—{phase.end}年中只有{share:.0%}落在该论断所指时期内。",
    )


def _host_share_of_classes(case: Case, classes: list[str], phase: Phase) -> dict[int, float]:
    """Return the hosts' share of the classes' output in every year of the phase that has output."""
    years = [int(year) for year in case.output().year.values if phase.start <= year <= phase.end]
    output = case.output().sel(year=years)
    mine = output.sel(industry=[i for i in case.study.industries if case.study.factor_class[i] in classes])
    total = mine.sum("industry", skipna=False)
    inside = total.sel(region=list(case.study.hosts)).sum("region", skipna=False)
    share = inside / total.sum("region", skipna=False)
    return {year: float(share.sel(year=year)) for year in years}


def phase_received(case: Case) -> Evidence:
    """Did hosts gain share of these factor classes in a historical phase (and chiefly of these)?

    Options: phase; classes (all output when left out); claimed [first, last] year of the claim; main (true:
    the
    classes must also hold most of what the hosts gained, industry by industry, in money).
    """
    phase = _phase(case)
    named = "classes" in case.options
    classes, label = (
        case.classes()
        if named
        else (list(dict.fromkeys(case.study.factor_class)), case.study.text("set", "all_output"))
    )
    shares = _host_share_of_classes(case, classes, phase)
    known(*shares.values())
    before, after = shares[phase.start], shares[phase.end]
    verdicts: list[Verdict] = [grade(after - before, case.threshold("share_change"))]
    said = [
        Text(
            "{label}: hosts' share {en}, {change} points ({status}).",
            "{label}：承接地份额{zh}，变动{change}个百分点（{status}）。",
        ).format(
            label=label,
            en=", ".join(f"{percent(share)} ({year})" for year, share in shares.items()),
            zh="、".join(f"{year}年{percent(share)}" for year, share in shares.items()),
            change=points(after - before),
            status=case.output_status,
        )
    ]
    low, high = min(shares, key=lambda year: shares[year]), max(shares, key=lambda year: shares[year])
    if not {low, high} <= {phase.start, phase.end}:
        said.append(
            Text(
                f"It did not move steadily: lowest in {low}, highest in {high}.",
                f"变动并不平稳：{low}年最低，{high}年最高。",
            )
        )
    evidence = ["history_by_class" if named else "host_share"]
    if case.option("main", False):
        verdict, text = _chiefly(case, classes, label, phase)
        verdicts.append(verdict)
        said.append(text)
        evidence.append("history")
    outside = _outside_claim(case, phase)
    verdict = both(*verdicts)
    if outside:
        verdict = "cannot_say"
        said.append(outside)
    return Evidence(verdict, sentences(said), tuple(evidence))


def _chiefly(case: Case, classes: list[str], label: Text, phase: Phase) -> tuple[Verdict, Text]:
    history = case.frame("history")
    mine = history[(history["phase"] == phase.code) & history["region"].isin(case.study.hosts)]
    gains = mine.groupby("industry", sort=False)["share_change_money"].sum(min_count=1)
    gains = gains[gains > 0]
    if gains.empty:
        return "not_supported", Text(
            "The hosts gained share in no industry.", "承接地在任何产业中均未提高份额。"
        )
    inside = case.study.factor_class.loc[list(gains.index)].isin(classes).to_numpy()
    share = float(gains[inside].sum() / gains.sum())
    top = listed(case.study.text("industry", code) for code in gains.sort_values(ascending=False).index[:3])
    text = Text(
        "Of what the hosts gained, industry by industry, {share} lay in these classes; most was gained in"
        " {top}.",
        "按产业汇总承接地的份额增量，上述类别占{share}；增量最大的是{top}。",
    )
    return grade(share - case.threshold("majority"), case.threshold("majority_margin")), text.format(
        share=percent(share), top=top
    )


def rising_industry(case: Case) -> Evidence:
    """Does an industry rise in the hosts: more of the nation's industry over each window?

    Options: industry; windows, a list of [start, end] (the whole span of the output tables, and
    the last two tables, when left out).
    """
    industry = case.industry()
    output = case.output().sel(industry=industry)
    years = [int(year) for year in sorted(output.year.values)]
    if len(years) < 2:
        raise MissingError(Text("Output is known for one year only.", "仅有一年的产出数据。"))
    windows = case.option("windows", [[years[0], years[-1]], [years[-2], years[-1]]])
    share = (
        measure.industry_share(output.drop_vars("industry"))
        .sel(region=list(case.study.hosts))
        .sum("region", skipna=False)
    )
    series = {year: float(share.sel(year=year)) for year in years}
    for start, end in windows:
        if start not in series or end not in series:
            raise case.wrong(
                Text(f"names the window {start}-{end}.", f"所用的时段{start}—{end}没有产出数据。"),
                Text(f"Output is known for {years}.", f"有产出数据的年份：{years}。"),
            )
    known(*series.values())
    verdicts = [grade(series[e] - series[s], case.threshold("share_change")) for s, e in windows]
    written = ", ".join(f"{percent(value)} ({year})" for year, value in series.items())
    written_zh = "、".join(f"{year}年{percent(value)}" for year, value in series.items())
    changes = ", ".join(f"{points(series[e] - series[s])} ({s}-{e})" for s, e in windows)
    changes_zh = "、".join(f"{s}—{e}年{points(series[e] - series[s])}" for s, e in windows)
    last = years[-1]
    everything = measure.industry_share(case.output().sel(year=last).sum("industry", skipna=False))
    lq = series[last] / float(everything.sel(region=list(case.study.hosts)).sum(skipna=False))
    known(lq)
    return Evidence(
        both(*verdicts),
        Text(
            "Hosts' share of {industry}: {series}; change in points {changes}. Location quotient of the"
            " hosts together in {last}: {lq} ({status}).",
            "承接地在{industry}中的份额：{series_zh}；变动（百分点）{changes_zh}。{last}年承接地整体区位商"
            "为{lq}（{status}）。",
        ).format(
            industry=case.study.text("industry", industry),
            series=written,
            series_zh=written_zh,
            changes=changes,
            changes_zh=changes_zh,
            last=last,
            lq=f"{lq:.2f}",
            status=case.output_status,
        ),
        ("host_share_by_industry", "location_quotient"),
    )


def specialised(case: Case) -> Evidence:
    """Is a region specialised in an industry (location quotient above 1 by the declared band)?

    Options: region, industry.
    """
    region = case.regions("region", "")[0][0]
    industry = case.industry()
    frame = case.frame("location_quotient")
    mine = frame[frame["industry"] == industry]
    year = int(mine["year"].max())
    first = int(mine["year"].min())
    table = mine.set_index(["region", "year"])["location_quotient"]
    value = float(table[region, year])
    known(value)
    now = table.xs(year, level="year")
    hosts = now.loc[list(case.study.hosts)].dropna().sort_values(ascending=False)
    others = [(code, number) for code, number in hosts.items() if code != region]
    text = Text(
        "Location quotient of {region} in {industry}: {value} ({year}), {before} ({first}). Other hosts in"
        " {year}: {others_en} ({status}).",
        "{region}在{industry}上的区位商：{year}年{value}，{first}年{before}。{year}年其他承接地："
        "{others_zh}（{status}）。",
    )
    names = [(case.study.text("region", code), f"{number:.2f}") for code, number in others]
    return Evidence(
        grade(value - 1.0, case.threshold("lq_band")),
        text.format(
            region=case.study.text("region", region),
            industry=case.study.text("industry", industry),
            value=f"{value:.2f}",
            before=f"{float(table[region, first]):.2f}",
            year=year,
            first=first,
            others_en=", ".join(f"{name.en} {number}" for name, number in names),
            others_zh="、".join(f"{name.zh}{number}" for name, number in names),
            status=case.output_status,
        ),
        ("location_quotient",),
    )


def _alike(output: xr.DataArray) -> pd.DataFrame:
    found = measure.cosine(output)
    names = [str(region) for region in found.region.values]
    return pd.DataFrame(found.values, names, names)


def _pairs(cosine: pd.DataFrame, members: list[str]) -> pd.Series[float]:
    """Similarity of every two of these regions, by "one|other"."""
    values = {f"{a}|{b}": float(cosine.loc[a, b]) for k, a in enumerate(members) for b in members[k + 1 :]}
    return pd.Series(values, dtype=float).dropna()


def similarity(case: Case) -> Evidence:
    """Are the hosts' structures more alike than those of regions within the other groups?

    Mean pairwise cosine (UNIDO) among hosts against the mean over the other groups' own means.
    Options: industries (transferable when left out).
    """
    chosen, label = case.industries(default="transferable")
    output = case.output().sel(industry=chosen)
    years = [int(year) for year in sorted(output.year.values)]
    now, then = (_alike(output.sel(year=year, drop=True)) for year in (years[-1], years[0]))
    hosts = list(case.study.hosts)
    mine = _pairs(now, hosts)
    group = case.study.group
    elsewhere: dict[str, float] = {}
    for name in dict.fromkeys(group):
        members = [str(region) for region in group.index[group == name] if region not in hosts]
        pairs = _pairs(now, members)
        if len(pairs):
            elsewhere[str(name)] = float(pairs.mean())
    if mine.empty or not elsewhere:
        raise MissingError(
            Text(
                "A comparison needs at least two hosts, and another group with two regions.",
                "比较至少需要两个承接地，以及另一个含两个以上地区的分组。",
            )
        )
    difference = float(mine.mean()) - float(np.mean(list(elsewhere.values())))
    closest, farthest = str(mine.idxmax()), str(mine.idxmin())

    def pair(code: str) -> Text:
        return listed(case.study.text("region", region) for region in code.split("|"))

    names = {case.study.text("group", name): value for name, value in elsewhere.items()}
    return Evidence(
        grade(difference, case.threshold("similarity_margin")),
        Text(
            "Structural similarity among the hosts ({label}), mean of pairs: {now} ({year}), {then}"
            " ({first}); within other groups in {year}: {en}. Most alike {closest} ({high}), least"
            " {farthest} ({low}) ({status}).",
            "承接地之间的产业结构相似度（{label}，两两平均）：{year}年{now}，{first}年{then}；{year}年其他"
            "分组内部：{zh}。最相似的是{closest}（{high}），最不相似的是{farthest}（{low}）（{status}）。",
        ).format(
            label=label,
            now=f"{mine.mean():.2f}",
            then=f"{_pairs(then, hosts).mean():.2f}",
            year=years[-1],
            first=years[0],
            en=", ".join(f"{name.en} {value:.2f}" for name, value in names.items()),
            zh="、".join(f"{name.zh}{value:.2f}" for name, value in names.items()),
            closest=pair(closest),
            farthest=pair(farthest),
            high=f"{mine.max():.2f}",
            low=f"{mine.min():.2f}",
            status=case.output_status,
        ),
        ("similarity",),
    )


def share_of_class(case: Case) -> Evidence:
    """Do some factor classes dominate the hosts, or weigh more there than in a reference?

    Options: classes; within (the classes that make up the whole; all when left out); test, "majority" (at the
    declared majority or above) or "excess" (beyond the reference by the declared gap); reference (all).
    """
    classes, label = case.classes()
    within = (
        case.classes("within")[0]
        if "within" in case.options
        else list(dict.fromkeys(case.study.factor_class))
    )
    reference, reference_name = case.regions("reference", "all")
    year = int(case.output().year.values.max())
    output = measure.by_class(case.output().sel(year=year), case.study.factor_class)

    def share(regions: list[str]) -> float:
        total = output.sel(region=regions).sum("region", skipna=False)
        part, whole = (total.sel(factor_class=codes).sum(skipna=False) for codes in (classes, within))
        return float(part / whole) if float(whole) else float("nan")

    here, there = share(list(case.study.hosts)), share(reference)
    known(here, there)
    test = str(case.option("test", "excess"))
    if test == "majority":
        verdict = grade(here - case.threshold("majority"), case.threshold("majority_margin"))
        least = percent(case.threshold("majority"))
        asked = Text(f"a majority begins at {least}", f"多数线为{least}")
    elif test == "excess":
        verdict = grade(here / there - 1.0, case.threshold("relative_gap"))
        asked = Text(
            f"a relative difference of {points(here / there - 1.0)}%",
            f"相对差距{points(here / there - 1.0)}%",
        )
    else:
        raise case.wrong(
            Text(f"asks for the test '{test}'.", f"要求的检验“{test}”不存在。"),
            Text("Choose majority or excess.", "可选：majority、excess。"),
        )
    whole = listed(case.study.text("factor_class", code) for code in within)
    partial = (
        Text(" of the output of {w}", "占{w}总产出").format(w=whole)
        if "within" in case.options
        else Text(" of all output", "占全部总产出")
    )
    return Evidence(
        verdict,
        Text(
            "{label}: {here}{whole} in the hosts, {there} in {reference}; {asked} ({year}, {status}).",
            "{label}{whole}的比重：承接地{here}，{reference}{there}；{asked}（{year}年，{status}）。",
        ).format(
            label=label,
            here=percent(here),
            there=percent(there),
            whole=partial,
            asked=asked,
            reference=Text(reference_name.en[:1].lower() + reference_name.en[1:], reference_name.zh),
            year=year,
            status=case.output_status,
        ),
        ("structure_by_role",),
    )


KINDS: dict[str, Kind] = {
    "phase_received": phase_received,
    "rising_industry": rising_industry,
    "specialised": specialised,
    "similarity": similarity,
    "share_of_class": share_of_class,
}
