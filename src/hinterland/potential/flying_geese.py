"""Do industries fly from the origins to the hosts? Whose share peaks when (雁行模式)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.potential.figures import figure, label, several_years, span, traded
from hinterland.potential.lifecycle import role_shares
from hinterland.study import Result, Study, Text

PATTERNS = ("to_hosts", "elsewhere", "not_yet")


def pattern(origins: float, hosts: float, least: float) -> str:
    """Name the pattern of one industry since its origins' share peaked; empty where unknown.

    Parameters
    ----------
    origins, hosts : float
        Change of both shares since the peak of the origins' (shares of the industry's output).
    least : float
        Change that counts.
    """
    if not np.isfinite(origins) or not np.isfinite(hosts):
        return ""
    if origins > -least:
        return "not_yet"
    return "to_hosts" if hosts >= least else "elsewhere"


def flying_geese(study: Study) -> tuple[Result, Result]:
    """Shares of origins, hosts and others in each traded industry over time, and whether it flies.

    Returns
    -------
    Results ``flying_geese`` (industry, role, year, share) and ``flying_geese_timing`` (industry, pattern,
    origin_peak and host_low (years), origins_since_peak, hosts_since_peak, host_part: the hosts' gain over
    the origins' loss).

    Raises
    ------
    StudyError
        Gross output covers fewer than three years.
    """
    years = several_years(study, 3, Text("The flight of industries", "雁行模式分析"))
    shares = role_shares(study, years).sel(industry=traded(study))
    curve = shares.rename("share").to_series().reset_index()
    least = float(study.parameter("potential.geese_change"))
    rows = []
    for code in traded(study):
        origins, hosts = (shares.sel(industry=code, role=role).to_numpy() for role in ("origin", "host"))
        if not np.isfinite(origins).all() or not np.isfinite(hosts).all():
            rows.append((code, "", *[np.nan] * 5))
            continue
        peak = int(origins.argmax())
        lost, gained = origins[-1] - origins[peak], hosts[-1] - hosts[peak]
        part = gained / -lost if lost <= -least else np.nan
        low = float(years[int(hosts.argmin())])
        rows.append((code, pattern(lost, gained, least), float(years[peak]), low, lost, gained, part))
    names = ["pattern", "origin_peak", "host_low", "origins_since_peak", "hosts_since_peak", "host_part"]
    period = span(years)
    method = Text(
        "Share of the group of regions in the industry's gross output, current prices.",
        "该类地区占某产业总产出的份额（当年价格）。",
    )
    return (
        Result(
            "flying_geese",
            Text("Shares of origins and hosts by industry", "分产业的转出地与承接地份额"),
            curve,
            (
                label(study, "industry", "industry"),
                label(study, "role", "code"),
                label(study, "year", "year"),
                figure(study, "share", period, kind="share"),
            ),
            method,
        ),
        Result(
            "flying_geese_timing",
            Text("Which industries fly from origins to hosts", "雁行转移的产业与时序"),
            pd.DataFrame(rows, columns=["industry", *names]),
            (
                label(study, "industry", "industry"),
                figure(study, "pattern", period, kind="code", status="estimated"),
                figure(study, "origin_peak", period, kind="year"),
                figure(study, "host_low", period, kind="year"),
                figure(study, "origins_since_peak", period, kind="share"),
                figure(study, "hosts_since_peak", period, kind="share"),
                figure(study, "host_part", period, kind="share"),
            ),
            method
            + Text(
                f" To the hosts: since its peak the origins' share fell by {least:.0%} of the industry or "
                "more "
                "and the hosts' rose by as much; elsewhere: it fell, but the hosts did not gain so much; not "
                "yet: it has not fallen so (after Akamatsu 1962). A curve of shares shows where an industry "
                "grew, not which plant moved.",
                f"“转向承接地”：转出地份额自峰值下降不少于{least:.0%}，同期承接地份额上升不少于同一幅度；“转向其他"
                "地区”：转出地份额下降而承接地增幅不足；“尚未转出”：转出地份额未有相应下降（参照赤松要，1962）。份"
                "额曲线反映产业在何处增长，并不表明具体企业的迁移。",
            ),
            Text(
                "Peaks can only fall on years with a table; the true turning point lies within the years "
                "around.",
                "峰值只能落在有投入产出数据的年份，实际转折点在其前后年份之间。",
            ),
        ),
    )
