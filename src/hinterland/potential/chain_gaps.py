"""Which links of a chain does a host lack, and who could bring them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts import IOTable, complete, dispersion, estimate_mrio
from hinterland.accounts.lookup import number
from hinterland.potential.described import figure, label, standing, whole_number
from hinterland.potential.gradient import location_quotient
from hinterland.potential.index import Floats
from hinterland.potential.supply import supply_shares
from hinterland.study import Provenance, Result, Study, Text


def required_inputs(table: IOTable) -> Floats:
    r"""Domestic inputs of every product per unit of output [product, region, industry].

    .. math:: a_{irj} = \sum_s Z_{si,rj} / x_{rj}

    Where a region does not have the industry, the mean of all regions.
    """
    r, n = len(table.regions), len(table.industries)
    used = table.Z.reshape(r, n, r, n).sum(axis=0)
    output = table.x.reshape(r, n)
    own = used / np.where(output > 0, output, np.nan)
    total = output.sum(axis=0)
    mean = used.sum(axis=1) / np.where(total > 0, total, np.nan)
    return np.asarray(np.where(np.isfinite(own), own, mean[:, None, :]), dtype=float)


def coverage(required: Floats, local: Floats) -> Floats:
    r"""Share of an industry's required inputs that the region supplies itself [region, industry].

    .. math:: C_{rj} = \sum_i a_{irj}\rho_{ir} / \sum_i a_{irj}

    Parameters
    ----------
    required : array [product, region, industry]
    local : array [product, region]
        Share of a region's use of the product that it supplies itself; NaN (not used at all) counts as none.

    Returns
    -------
    array in [0, 1]; NaN for an industry that needs no inputs.
    """
    total = required.sum(axis=0)
    met = (required * np.nan_to_num(local)[:, :, None]).sum(axis=0)
    return np.asarray(met / np.where(total > 0, total, np.nan), dtype=float)


@dataclass(frozen=True)
class _Origins:
    """What makes an origin a candidate for a link: its share of the nation, quotient and change of share."""

    share: pd.DataFrame
    quotient: pd.DataFrame
    change: pd.DataFrame
    years: str


def _origins(study: Study) -> _Origins:
    """Strength and loss of share of the origins, by region and industry, over the last two output tables."""
    output = study["gross_output"].transpose("region", "industry", "year")
    years = [int(y) for y in output["year"].to_numpy() if int(y) <= study.base_year]
    last = years[-1]
    first = years[-2] if len(years) > 1 else last
    total = output.sum("region")
    share = output / total.where(total > 0)
    now = share.sel(year=last, drop=True)
    change = now - share.sel(year=first, drop=True)
    quotient = location_quotient(output.sel(year=last, drop=True))
    origins = list(study.origins)

    def of_origins(values: xr.DataArray) -> pd.DataFrame:
        mine = values.sel(region=origins).transpose("region", "industry")
        return pd.DataFrame(mine.to_numpy(), origins, list(study.industries))

    span = f"{first}-{last}" if first != last else str(last)
    return _Origins(of_origins(now), of_origins(quotient), of_origins(change), span)


def candidates(origins: _Origins, industry: str, most: int) -> list[tuple[str, bool]]:
    """Return origins that could bring a link, best first, and whether each also loses share.

    Candidates are specialised (location quotient above 1) or have more than an even share of the origins'
    output; those that lose share of the nation's output come first, within each kind by share.
    """
    share, quotient = origins.share[industry], origins.quotient[industry]
    able = share[((quotient > 1) | (share > share.mean())) & (share > 0)]
    loses = origins.change[industry].reindex(able.index) < 0
    order = sorted(able.index, key=lambda r: (not loses[r], -able[r], r))
    return [(str(r), bool(loses[r])) for r in order[:most]]


def _named(study: Study, found: list[tuple[str, bool]], origins: _Origins, industry: str) -> Text:
    items = [
        Text("{r} ({s:.0%}, {c})", "{r}（{s:.0%}，{c}）").format(
            r=study.text("region", region),
            s=float(origins.share.loc[region, industry]),
            c=Text("losing share", "份额下降") if loses else Text("not losing share", "份额未降"),
        )
        for region, loses in found
    ]
    return Text(", ".join(t.en for t in items), "、".join(t.zh for t in items))


def chain_gaps(study: Study, *, table: IOTable | None = None) -> tuple[Result, Result]:
    """Find, for every host and transferable industry, the inputs that the host lacks, and candidate origins.

    An input is a link when it makes up at least ``potential.chain_weight`` of output, and lacking when the
    host supplies less than ``potential.chain_local`` of its own use of it.

    Returns
    -------
    Result ``chain_coverage``: host, industry, covered (share of required inputs supplied locally),
    links_lacking, first_missing (industry), power_of_dispersion, sensitivity_of_dispersion. Result
    ``chain_gaps``: host, industry, place, input (industry), required (per unit of output), local_share, gap
    (required and not local), supply_ratio (own output over own use), remedy (attract: bring the link; buy: it
    cannot move; connect: the host makes more than it uses, so connect suppliers), candidates_en,
    candidates_zh.
    """
    whole = complete(study)
    io = table if table is not None else estimate_mrio(whole)
    required, local = required_inputs(io), _local(io)
    covered = coverage(required, local)
    made = io.x.reshape(len(io.regions), -1)
    used = io.trade.sum(axis=1)  # [product, region]
    ratio = made.T / np.where(used > 0, used, np.nan)
    power, sensitivity = (v.reshape(len(io.regions), -1) for v in dispersion(io))
    least = number(study, "potential.chain_weight")
    enough = number(study, "potential.chain_local")
    most = whole_number(study, "potential.chain_inputs", 1)
    several = whole_number(study, "potential.chain_candidates", 1)
    origins = _origins(whole)
    movable = set(study.transferable)
    named = {
        i: _named(study, candidates(origins, i, several), origins, i) for i in io.industries if i in movable
    }
    summary, rows = [], []
    for host in study.hosts:
        h = io.regions.index(host)
        for industry in study.transferable:
            j = io.industries.index(industry)
            need, have = required[:, h, j], np.nan_to_num(local[:, h])
            gap = need * (1 - have)
            links = [i for i in range(len(need)) if need[i] >= least and have[i] < enough]
            # what a host makes more of than it uses is no missing link, however little stays there
            short = {i for i in links if not ratio[i, h] >= 1}
            links.sort(key=lambda i: (i not in short, -gap[i], i))
            first = io.industries[links[0]] if short else ""
            summary.append(
                (host, industry, covered[h, j], float(len(short)), first, power[h, j], sensitivity[h, j])
            )
            for place, i in enumerate(links[:most], start=1):
                code = io.industries[i]
                remedy = "connect" if i not in short else "attract" if code in movable else "buy"
                who = named[code] if remedy == "attract" else Text("", "")
                rows.append(
                    (host, industry, float(place), code, need[i], have[i], gap[i], ratio[i, h],
                     remedy, who.en, who.zh)
                )  # fmt: skip
    known = Provenance(io.provenance.status, "", io.provenance.year, io.provenance.sources)
    known = standing(known)
    method = Text(
        "Required inputs: domestic inputs per unit of output. Local share: what the host delivers to itself"
        " over all it uses of the product. A link is an input of at least {w:.1%} of output; it is weak"
        " below a local share of {e:.0%}, and missing if the host also makes less of it than it uses; ranked"
        " by what is required and not local. Candidates: origins that are specialised in the input or hold"
        " more than an even share of the origins' output; those that lost share of the nation's output ({y})"
        " first. An input that cannot move is to be bought; where the host makes enough, its suppliers are to"
        " be connected. ",
        "所需投入：单位产出的国内中间投入。本地供给率：承接地自给量占该产品全部使用量之比。占产出不低于{w:.1%}的投入为一个环节；"
        "本地供给率低于{e:.0%}为薄弱环节，本地产出又不足自用者为缺失环节，按“所需且非本地供给”部分排序。候选转出地为该产业专业化（区位商大于1）或占转出地产出"
        "高于平均份额者，其中占全国份额下降者（{y}）优先。不可转移的投入应外购；本地产出足够者应促进本地对接。",
    ).format(w=least, e=enough, y=origins.years)
    ahead = Text(
        "Influence (power of dispersion) and sensitivity: Rasmussen (1957), 1 is the average. ",
        "影响力系数与感应度系数：Rasmussen（1957），1为平均水平。",
    )
    note = (
        Text(
            "Local shares rest on estimated flows: where a host makes little of a product, the estimate is"
            " sure; where it makes much, it depends on the assumed home bias (see supply_ratio).",
            "本地供给率依据估计流量：本地产出很少时可靠，本地产出较多时取决于假设的本地偏好（可参照产需比）。",
        )
        if io.provenance.status != "observed"
        else Text("", "")
    )
    return (
        Result(
            "chain_coverage",
            Text("How complete the chains are in the hosts", "承接地产业链完整度"),
            pd.DataFrame(
                summary,
                columns=["host", "industry", "covered", "links_lacking", "first_missing",
                         "power_of_dispersion", "sensitivity_of_dispersion"],
            ),
            (
                label(study, "host", "region"),
                label(study, "industry", "industry"),
                figure(study, "covered", known, kind="share"),
                figure(study, "links_lacking", known),
                label(study, "first_missing", "industry"),
                figure(study, "power_of_dispersion", known, "index"),
                figure(study, "sensitivity_of_dispersion", known, "index"),
            ),
            method + ahead,
            note,
        ),
        Result(
            "chain_gaps",
            Text("Missing links of the chains", "产业链缺失环节"),
            pd.DataFrame(
                rows,
                columns=["host", "industry", "place", "input", "required", "local_share", "gap",
                         "supply_ratio", "remedy", "candidates_en", "candidates_zh"],
            ),
            (
                label(study, "host", "region"),
                label(study, "industry", "industry"),
                label(study, "place", "number"),
                label(study, "input", "industry"),
                figure(study, "required", known, kind="share"),
                figure(study, "local_share", known, kind="share"),
                figure(study, "gap", known, kind="share"),
                figure(study, "supply_ratio", known, "ratio"),
                label(study, "remedy", "code"),
                label(study, "candidates_en", "text"),
                label(study, "candidates_zh", "text"),
            ),
            method,
            note,
        ),
    )  # fmt: skip


def _local(table: IOTable) -> Floats:
    """Local share of the use of every product [product, region]."""
    shares = supply_shares(table)
    places = np.arange(shares.shape[1])
    return np.asarray(shares[:, places, places], dtype=float)
