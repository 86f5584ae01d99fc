"""Tests of claims on conditions: indicators by region, energy mix, emissions; and claims no data speak to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.charts.words import unit as charted
from hinterland.report.claims.case import (
    Case,
    Evidence,
    Kind,
    MissingError,
    both,
    grade,
    known,
    listed,
    percent,
    plain,
    points,
)
from hinterland.study import Text


def _indicator(case: Case, code: str) -> pd.DataFrame:
    """Return an indicator as regions by years; NaN where unknown."""
    if "indicators" not in case.study:
        raise MissingError(Text("The study has no indicators.", "本研究没有指标数据。"))
    data = case.study["indicators"]
    if code not in data.indicator.values:
        raise case.wrong(
            Text(
                f"names the indicator '{code}', of which the study has no figures.",
                f"所用的指标“{code}”没有数据。",
            ),
            Text(
                f"Choose from {', '.join(map(str, data.indicator.values))}.",
                f"可选：{'、'.join(map(str, data.indicator.values))}。",
            ),
        )
    found = data.sel(indicator=code).transpose("region", "year")
    return pd.DataFrame(
        found.values,
        [str(region) for region in found.region.values],
        [int(year) for year in found.year.values],
    )


def _year(case: Case, tables: list[pd.DataFrame], regions: list[str], name: str = "year") -> int:
    """Return the year asked for, else the latest in which every table knows all these regions."""
    full = [
        year
        for year in tables[0].columns
        if all(year in table.columns and table.loc[regions, year].notna().all() for table in tables)
    ]
    if not full:
        raise MissingError(
            Text(
                "In no year are the figures known for every region compared.",
                "没有任何年份具备全部比较地区的数据。",
            )
        )
    wanted = case.options.get(name)
    if wanted is None:
        return int(max(full))
    if int(wanted) not in full:
        raise MissingError(
            Text(
                f"The figures of {wanted} are not known for every region compared.",
                f"{wanted}年缺少部分比较地区的数据。",
            )
        )
    return int(wanted)


def _unit(case: Case, code: str) -> str:
    table = case.study.frames["indicator_list"].set_index("indicator")
    return str(table.loc[code, "unit"]) if code in table.index else ""


def indicator_gap(case: Case) -> Evidence:
    """Do the hosts together lie below (or above) a reference by an indicator?

    Options: indicator; denominator (both are summed over regions before dividing; without one the regions'
    plain mean is taken); direction, "below" or "above"; reference (all); year; scale (what to multiply the
    figures by), unit_en and unit_zh, for the words.
    """
    code = str(case.option("indicator"))
    below = case.options.get("denominator")
    hosts, _ = case.regions("regions", "hosts")
    reference, reference_name = case.regions("reference", "all")
    tables = [_indicator(case, name) for name in (code, below) if name]
    year = _year(case, tables, list(dict.fromkeys([*hosts, *reference])))

    def value(regions: list[str]) -> float:
        if below:
            return float(tables[0].loc[regions, year].sum() / tables[1].loc[regions, year].sum())
        return float(tables[0].loc[regions, year].mean())

    here, there = value(hosts), value(reference)
    known(here, there, here / there if there else float("nan"))
    direction = str(case.option("direction", "below"))
    if direction not in ("below", "above"):
        raise case.wrong(
            Text(f"has the direction '{direction}'.", f"的方向“{direction}”无法识别。"),
            Text("Choose below or above.", "可选：below、above。"),
        )
    gap = (here - there) / there * (1.0 if direction == "above" else -1.0)
    verdict = grade(gap, case.threshold("relative_gap"))
    per = (
        Text(" per {d}", "／{d}").format(d=_lower(case.study.text("indicator", below)))
        if below
        else Text("", "")
    )
    written = _unit(case, code) + (f" / {_unit(case, str(below))}" if below else "")
    named = charted(case.study, written)
    unit = Text(str(case.option("unit_en", named.en)), str(case.option("unit_zh", named.zh)))
    scale = float(case.option("scale", 1.0))
    each = (tables[0] / tables[1])[year] if below else tables[0][year]
    worse = (each[hosts] < there) if direction == "below" else (each[hosts] > there)
    text = Text(
        "{name}{per}: hosts {here}, {reference} {there} {unit}, {gap}%; {count} of {all} hosts lie {side}"
        " ({year}, {status}).",
        "{name}{per}：承接地{here}，{reference}{there}（{unit}），相差{gap}%；{all}个承接地中有{count}个"
        "{side}（{year}年，{status}）。",
    ).format(
        name=case.study.text("indicator", code),
        per=per,
        here=plain(here * scale),
        there=plain(there * scale),
        reference=Text(reference_name.en[:1].lower() + reference_name.en[1:], reference_name.zh),
        unit=unit,
        gap=points(here / there - 1.0),
        count=int(worse.sum()),
        all=len(hosts),
        side=Text("below", "低于该水平") if direction == "below" else Text("above", "高于该水平"),
        year=year,
        status=case.status("indicators"),
    )
    return Evidence(verdict, text, ("indicators",))


def indicator_share(case: Case) -> Evidence:
    """Do the hosts hold more of an indicator than of another that measures their size?

    Options: indicator, relative_to, year. The nation is the regions that are known; all hosts must be.
    """
    code, size = str(case.option("indicator")), str(case.option("relative_to"))
    hosts = list(case.study.hosts)
    mine, base = _indicator(case, code), _indicator(case, size)
    year = _year(case, [mine, base], hosts)
    reporting = mine[year].notna()
    share = float(mine.loc[hosts, year].sum() / mine.loc[reporting, year].sum())
    expected = float(base.loc[hosts, year].sum() / base[year].sum())
    return Evidence(
        grade(share / expected - 1.0, case.threshold("relative_gap")),
        Text(
            "Hosts' share of {name}: {share} (of the {known} regions that report it); of {size}:"
            " {expected} ({year}, {status}).",
            "承接地占{name}的{share}（有数据的{known}个地区合计），占{size}的{expected}（{year}年，"
            "{status}）。",
        ).format(
            name=_lower(case.study.text("indicator", code)),
            size=_lower(case.study.text("indicator", size)),
            share=percent(share),
            expected=percent(expected),
            known=int(reporting.sum()),
            year=year,
            status=case.status("indicators"),
        ),
        ("indicators",),
    )


def _lower(text: Text) -> Text:
    """Write a name in the middle of an English sentence, leaving abbreviations as they are."""
    return (
        text
        if text.en[1:2].isupper() or text.en[1:2] == "&"
        else Text(text.en[:1].lower() + text.en[1:], text.zh)
    )


def indicator_share_trend(case: Case) -> Evidence:
    """Did the hosts' share of the sum of an indicator rise between two years?

    Options: indicator, start, end (first and last year that know every region when left out).
    """
    code = str(case.option("indicator"))
    table = _indicator(case, code)
    every = list(case.study.regions)
    full = [year for year in table.columns if table.loc[every, year].notna().all()]
    start = int(case.option("start", full[0] if full else -1))
    end = int(case.option("end", full[-1] if full else -1))
    if start not in full or end not in full or start >= end:
        raise MissingError(
            Text(
                f"{case.study.text('indicator', code).en} is not known for every region in {start} and"
                f" {end}.",
                f"{start}年和{end}年的{case.study.text('indicator', code).zh}数据不完整。",
            )
        )
    share = table.loc[list(case.study.hosts)].sum() / table.sum()
    change = float(share[end] - share[start])
    return Evidence(
        grade(change, case.threshold("share_change")),
        Text(
            "Hosts' share of {name}: {a} ({start}), {b} ({end}), {d} points ({status}).",
            "承接地占{name}的份额：{start}年{a}，{end}年{b}，变动{d}个百分点（{status}）。",
        ).format(
            name=_lower(case.study.text("indicator", code)),
            a=percent(float(share[start])),
            b=percent(float(share[end])),
            d=points(change),
            start=start,
            end=end,
            status=case.status("indicators"),
        ),
        ("indicators",),
    )


def disparity(case: Case) -> Evidence:
    """Are the hosts less equal among themselves than the regions within other groups?

    Coefficient of variation of indicator / weight over regions, weighted by the weight, among the hosts
    against the
    mean over other groups. Options: indicator, weight, year.
    """
    code, weight = str(case.option("indicator")), str(case.option("weight"))
    top, bottom = _indicator(case, code), _indicator(case, weight)
    year = _year(case, [top, bottom], list(case.study.regions))
    value, size = top[year] / bottom[year], bottom[year]

    def variation(regions: list[str]) -> float:
        part = size[regions] / size[regions].sum()
        mean = float((part * value[regions]).sum())
        return float(np.sqrt((part * (value[regions] - mean) ** 2).sum()) / mean)

    hosts, group = list(case.study.hosts), case.study.group
    elsewhere = {}
    for name in dict.fromkeys(group):
        members = [str(region) for region in group.index[group == name] if region not in hosts]
        if len(members) > 1:
            elsewhere[str(name)] = variation(members)
    if len(hosts) < 2 or not elsewhere:
        raise MissingError(
            Text(
                "A comparison needs at least two hosts, and another group with two regions.",
                "比较至少需要两个承接地，以及另一个含两个以上地区的分组。",
            )
        )
    mine = variation(hosts)
    high, low = str(value[hosts].idxmax()), str(value[hosts].idxmin())
    names = {case.study.text("group", name): number for name, number in elsewhere.items()}
    return Evidence(
        grade(mine / float(np.mean(list(elsewhere.values()))) - 1.0, case.threshold("relative_gap")),
        Text(
            "{name} per {weight}, weighted coefficient of variation: {mine} among the hosts; within other"
            " groups {en}; over all regions {all}. Highest host {high} is {ratio} times the lowest, {low}"
            " ({year}, {status}).",
            "{name}／{weight}的加权变异系数：承接地之间{mine}；其他分组内部{zh}；全部地区{all}。最高的"
            "{high}为最低的{low}的{ratio}倍（{year}年，{status}）。",
        ).format(
            name=case.study.text("indicator", code),
            weight=_lower(case.study.text("indicator", weight)),
            mine=f"{mine:.2f}",
            en=", ".join(f"{text.en} {number:.2f}" for text, number in names.items()),
            zh="、".join(f"{text.zh}{number:.2f}" for text, number in names.items()),
            all=f"{variation(list(case.study.regions)):.2f}",
            high=case.study.text("region", high),
            low=case.study.text("region", low),
            ratio=f"{value[high] / value[low]:.2f}",
            year=year,
            status=case.status("indicators"),
        ),
        ("indicators",),
    )


def energy_mix(case: Case) -> Evidence:
    """Do some sources make most of a region's energy, and more of it than of the nation's?

    Options: region; clean and all, lists of indicators in one unit; year. A source that a region does not
    report is left
    out of its sum and named; the first of each list must be known.
    """
    region = case.regions("region", "")[0][0]
    clean, every = list(map(str, case.option("clean"))), list(map(str, case.option("all")))
    tables = {code: _indicator(case, code) for code in dict.fromkeys([*clean, *every])}
    needed = [tables[code] for code in dict.fromkeys([clean[0], every[0]])]
    year = _year(case, needed, [region])
    own = {code: float(table.loc[region, year]) for code, table in tables.items()}
    silent = [code for code, value in own.items() if np.isnan(value)]

    def total(codes: list[str], pick: str | None) -> float:
        values = [tables[code][year] if pick is None else tables[code].loc[[pick], year] for code in codes]
        return float(sum(value.sum() for value in values))

    here, there = total(clean, region) / total(every, region), total(clean, None) / total(every, None)
    text = Text(
        "{clean}: {here} of the known generation of {region}, {there} over all regions ({year}, {status}).",
        "{clean}：占{region}已知发电量的{here}，全部地区为{there}（{year}年，{status}）。",
    ).format(
        clean=listed(case.study.text("indicator", code) for code in clean),
        here=percent(here),
        there=percent(there),
        region=case.study.text("region", region),
        year=year,
        status=case.status("indicators"),
    )
    if silent:
        text = text + Text(" Not reported there: {names}.", "未报告：{names}。").format(
            names=listed(_lower(case.study.text("indicator", code)) for code in silent)
        )
    return Evidence(
        both(
            grade(here - case.threshold("majority"), case.threshold("majority_margin")),
            grade(here / there - 1.0, case.threshold("relative_gap")),
        ),
        text,
        ("indicators",),
    )


def emission_burden(case: Case) -> Evidence:
    """Do some industries emit most of the hosts' carbon, and more of it than their share of output?

    Options: industries; reference (all). The latest year with both tables; regions without an inventory stay
    out of
    both sides and are named. Households stay out.
    """
    if "co2" not in case.study:
        raise MissingError(Text("The study has no emissions by industry.", "本研究没有分行业排放数据。"))
    chosen, label = case.industries()
    emitted = case.study["co2"].sel(emitter=list(case.study.industries))
    output = case.output()
    years = [int(year) for year in output.year.values if year in emitted.year.values]
    if not years:
        raise MissingError(
            Text("No year has both emissions and output.", "没有同时具备排放与产出数据的年份。")
        )
    year = max(years)
    now = emitted.sel(year=year)
    covered = [str(region) for region in now.region.values if bool(now.sel(region=region).notnull().any())]
    hosts = [region for region in case.study.hosts if region in covered]
    reference = [region for region in case.regions("reference", "all")[0] if region in covered]
    if not hosts or not reference:
        raise MissingError(Text("No host has an inventory of emissions.", "承接地均无排放清单。"))

    def figures(regions: list[str]) -> tuple[float, float, float]:
        co2, made = now.sel(region=regions), output.sel(region=regions, year=year)
        return (
            float(co2.sel(emitter=chosen).sum() / co2.sum()),
            float(made.sel(industry=chosen).sum() / made.sum()),
            float(co2.sum() / made.sum()),
        )

    carbon, made, intensity = figures(hosts)
    carbon_all, made_all, intensity_all = figures(reference)
    without = [region for region in case.study.hosts if region not in covered]
    text = Text(
        "{label} emit {carbon} of the hosts' industrial CO2 on {made} of their output ({reference}: {ca}"
        " on {ma}); the hosts' emissions per unit of output differ by {gap}% from those of {reference}"
        " ({year}, {status}).",
        "{label}以{made}的产出排放了承接地产业二氧化碳的{carbon}（{reference}：以{ma}的产出排放{ca}）；承接"
        "地单位产出排放与{reference}相差{gap}%（{year}年，{status}）。",
    ).format(
        label=label,
        carbon=percent(carbon),
        made=percent(made),
        ca=percent(carbon_all),
        ma=percent(made_all),
        gap=points(intensity / intensity_all - 1.0),
        reference=_lower(case.regions("reference", "all")[1]),
        year=year,
        status=case.status("co2"),
    )
    if without:
        names = listed(case.study.text("region", region) for region in without)
        text = text + Text(" Without {names}, which has no inventory.", "不含没有排放清单的{names}。").format(
            names=names
        )
    return Evidence(
        both(
            grade(carbon - case.threshold("majority"), case.threshold("majority_margin")),
            grade(carbon / made - 1.0, case.threshold("relative_gap")),
        ),
        text,
        ("co2", "gross_output"),
    )


def no_data(case: Case) -> Evidence:
    """Return that no data of the study speak to the claim, and what would. Options: needed_en, needed_zh."""
    return Evidence(
        "cannot_say",
        Text(
            "No data of this study speak to it; needed: {needed}.",
            "本研究没有可检验此论断的数据；需要：{needed}。",
        ).format(needed=Text(str(case.option("needed_en")), str(case.option("needed_zh")))),
    )


KINDS: dict[str, Kind] = {
    "indicator_gap": indicator_gap,
    "indicator_share": indicator_share,
    "indicator_share_trend": indicator_share_trend,
    "disparity": disparity,
    "energy_mix": energy_mix,
    "emission_burden": emission_burden,
    "no_data": no_data,
}
