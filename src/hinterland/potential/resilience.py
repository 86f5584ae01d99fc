"""How did regions come through shocks? Resistance and recovery (Martin 2012), and disparity between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hinterland.potential.described import figure, label
from hinterland.potential.index import Floats
from hinterland.potential.indicators import ratio
from hinterland.study import Provenance, Result, Study, StudyError, Text


def relative_change(start: Floats, end: Floats) -> Floats:
    r"""Change relative to the nation's, Martin's index of resistance or recovery.

    .. math:: \beta_r = \frac{\Delta E_r - g_N E_r}{|g_N E_r|} = \frac{g_r - g_N}{|g_N|}

    Parameters
    ----------
    start, end : array [region]
        The quantity before and after; NaN where unknown.

    Returns
    -------
    array [region]; above 0: better than the nation; NaN where unknown or where the nation did not change.
        The nation is the sum of the regions known in both years.

    References
    ----------
    Martin (2012), Journal of Economic Geography 12; Martin, Sunley, Gardiner & Tyler (2016), Regional Studies
    50 (the expected change is the nation's rate).
    """
    known = np.isfinite(start) & np.isfinite(end) & (start > 0)
    if not known.any():
        return np.full(len(start), np.nan)
    national = end[known].sum() / start[known].sum() - 1.0
    growth = np.where(known, end / np.where(known, start, 1.0) - 1.0, np.nan)
    if abs(national) < 1e-12:
        return np.full(len(start), np.nan)
    return np.asarray((growth - national) / abs(national), dtype=float)


def _series(study: Study, indicator: str, year: int) -> Floats:
    values = ratio(study, indicator).reindex(region=list(study.regions))
    if year not in values["year"].to_numpy():
        return np.full(len(study.regions), np.nan)
    return np.asarray(values.sel(year=year).to_numpy(), dtype=float)


def resilience(study: Study) -> Result:
    """Resistance and recovery of every region in the shocks of the study's table `shocks`.

    Returns
    -------
    Result ``resilience``: shock, indicator, region, period (text), growth (in the shock), national_growth,
    resistance, recovery_growth, national_recovery, recovery.

    Raises
    ------
    StudyError
        The study has no table of shocks, or an indicator that it does not have.
    """
    table = study.frames.get("shocks")
    if table is None or table.empty or "indicators" not in study:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no table of shocks, so resilience cannot be measured.",
                f"研究“{study.name}”没有shocks表，无法测度韧性。",
            ),
            Text(
                "Add a table shocks (shock, indicator, before, trough, after): years of an indicator.",
                "请补充shocks表（shock、indicator、before、trough、after），填写指标的年份。",
            ),
        )
    parts = []
    years: list[int] = []
    for row in table.to_dict("records"):
        before, trough, after = (int(row[name]) for name in ("before", "trough", "after"))
        if not before < trough < after:
            raise StudyError(
                Text(
                    f"The years of the shock '{row['shock']}' are {before}, {trough} and {after}.",
                    f"冲击“{row['shock']}”的年份为{before}、{trough}、{after}。",
                ),
                Text(
                    "Give the year before, the trough and a year after, in order.",
                    "请按先后给出冲击前、谷底和其后的年份。",
                ),
            )
        years += [before, after]
        code = str(row["indicator"])
        at = [_series(study, code, year) for year in (before, trough, after)]
        known = np.isfinite(at).all(axis=0) & (at[0] > 0) & (at[1] > 0)
        at = [np.where(known, values, np.nan) for values in at]
        with np.errstate(invalid="ignore"):
            fell, rose = at[1] / at[0] - 1.0, at[2] / at[1] - 1.0
        total = [float(np.nansum(values)) if known.any() else np.nan for values in at]
        parts.append(
            pd.DataFrame(
                {
                    "shock": str(row["shock"]),
                    "indicator": code,
                    "region": study.regions,
                    "period": f"{before}-{trough}-{after}",
                    "growth": fell,
                    "national_growth": total[1] / total[0] - 1.0,
                    "resistance": relative_change(at[0], at[1]),
                    "recovery_growth": rose,
                    "national_recovery": total[2] / total[1] - 1.0,
                    "recovery": relative_change(at[1], at[2]),
                }
            )
        )
    known_as = study.provenance["indicators"]
    span = Provenance("estimated", "", f"{min(years)}-{max(years)}", known_as.sources)
    return Result(
        "resilience",
        Text("Resilience in shocks", "冲击中的韧性"),
        pd.concat(parts, ignore_index=True),
        (
            label(study, "shock", "code"),
            label(study, "indicator", "indicator"),
            label(study, "region", "region"),
            label(study, "period", "text"),
            figure(study, "growth", span, kind="share"),
            figure(study, "national_growth", span, kind="share"),
            figure(study, "resistance", span, "index"),
            figure(study, "recovery_growth", span, kind="share"),
            figure(study, "national_recovery", span, kind="share"),
            figure(study, "recovery", span, "index"),
        ),
        Text(
            "Resistance: the region's growth in the shock less the sum of the regions' growth, over the"
            " latter's magnitude; recovery: the same from the trough on (Martin 2012). Above 0: better than"
            " the whole. Where the whole did not fall, resistance says who slowed less.",
            "抵抗力：冲击期地区增速与全部地区合计增速之差，除以后者绝对值；恢复力：谷底之后的相应指标（Martin，2012）。"
            "大于0表示好于总体；总体未下降时，抵抗力表示放缓较少。",
        ),
        Text(
            "Growth at current prices where the indicator is money. An index is large where the whole hardly"
            " changed; read it with the growth rates beside it.",
            "以货币计的指标为现价增速。总体变化很小时指数会偏大，应结合增速阅读。",
        ),
    )
