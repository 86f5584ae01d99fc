"""What the estimate of who moved to whom is worth: how much of known moves it finds in made-up economies."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pandas as pd

from hinterland.accounts.lookup import number
from hinterland.measure.columns import SOURCE, label, output_at, span
from hinterland.measure.history import past_phases
from hinterland.measure.shares import change_of_share, share_change_in_money
from hinterland.measure.transfer_bench import Score, mean_score, recover
from hinterland.measure.transfer_entropy import losses_and_gains
from hinterland.measure.transfer_flows import distances, known_industries
from hinterland.measure.transfer_spread import Assumed
from hinterland.study import Column, Result, Study, StudyError, Text

_FIGURES = tuple(Score.__dataclass_fields__)
ALL = "all"


def transfer_recovery(
    study: Study, *, draws: int | None = None, repeats: int | None = None, seed: int | None = None
) -> Result:
    """Simulate economies with known moves on the study's own map, and see what the estimate recovers.

    Sizes of regions and industries, distances and how much moves are those of the study's latest historical
    phase; the moves themselves are drawn, in economies as the estimate assumes and in six that contradict it.

    Parameters
    ----------
    study : Study
        As for `transfers`.
    draws, repeats, seed : int, optional
        Parameters measure.transfer_recovery_draws, measure.transfer_worlds and seed unless given.

    Returns
    -------
    Result ``transfer_recovery``: world, estimator (entropy, and two that know less), rank_correlation,
    mass_placed, coverage_cells, coverage_mass, coverage_pairs, coverage_sources, width, mass_outside. See
    `transfer_bench.Score`.

    Raises
    ------
    StudyError
        No distances, or no industry whose output is known everywhere.
    """
    phase = past_phases(study)[-1]
    km, located = distances(study)
    output = output_at(study, phase.start, phase.end).drop_attrs()
    before, after = output.sel(year=phase.start, drop=True), output.sel(year=phase.end, drop=True)
    industries = known_industries(study, before, after)
    if not industries:
        raise StudyError(
            Text(
                f"No industry that can move has output of all regions in {phase.start} and {phase.end}.",
                f"{phase.start}年和{phase.end}年没有一个可转移产业具备全部地区的产出数据。",
            ),
            Text("Fill the gaps of gross_output.", "请补全gross_output表。"),
        )
    before, after = before.sel(industry=industries), after.sel(industry=industries)
    change = share_change_in_money(change_of_share(before, after), after)
    moved = losses_and_gains(change)[1].sum("host") / after.sum("region")
    found = recover(
        before,
        km,
        moved.sel(industry=industries).to_numpy(),
        Assumed.of(study),
        hosts=study.hosts,
        draws=int(number(study, "measure.transfer_recovery_draws")) if draws is None else draws,
        repeats=int(number(study, "measure.transfer_worlds")) if repeats is None else repeats,
        seed=int(number(study, "seed")) if seed is None else seed,
        confidence=number(study, "measure.transfer_confidence"),
    )
    estimators = list(next(iter(found.values())))
    rows = [(world, name, *astuple(scores[name])) for world, scores in found.items() for name in estimators]
    rows += [(ALL, name, *astuple(mean_score([s[name] for s in found.values()]))) for name in estimators]
    frame = pd.DataFrame(rows, columns=["world", "estimator", *_FIGURES])
    frame[list(_FIGURES)] = frame[list(_FIGURES)].astype(np.float64)
    sources = tuple(dict.fromkeys((*study.provenance[SOURCE].sources, *located)))
    years = span(phase.start, phase.end)
    return Result(
        "transfer_recovery",
        Text("What the estimate is worth: recovery of known moves", "估计的可信度：对已知转移的还原"),
        frame,
        (
            label(study, "world", "code"),
            label(study, "estimator", "code"),
            *(
                Column(
                    name,
                    study.text("column", name),
                    "number" if name == "rank_correlation" else "share",
                    "1" if name == "rank_correlation" else "",
                    "estimated",
                    years,
                    sources,
                )
                for name in _FIGURES
            ),
        ),
        Text(
            "Simulated economies, not data: regions, distances and the amount that moves are the study's, "
            "the moves are drawn and known. The estimator sees output before and after, as in reality. Rank "
            "correlation (Spearman) is over the cells that can hold a move; mass placed is the common part "
            "of estimate and truth; coverage is the share of the truth that the stated intervals hold; width "
            "is that of the intervals over that of the hard bounds; outside is the truth that no table with "
            "the observed totals could show.",
            "模拟经济而非实际数据：地区、距离和转移规模取自本研究，转移流向由抽样给定、因而已知；估计时与现实"
            "一样只使用前后两年的产出。秩相关（Spearman）在可能发生转移的单元上计算；吻合比例为估计与真实流量"
            "的重合部分；覆盖率为真实值落在所给区间内的比例；区间宽度为其与上下界宽度之比；界外比例为任何符合"
            "已知合计的转移表都无法体现的真实转移。",
        ),
        Text(
            "Proportional: what a host gained is split by what origins lost, without distance. Even: all "
            "possible cells alike. What the estimate does better than these is what distance adds; the rest "
            "is in the totals.",
            "“按比例”指不考虑距离、按各地转出额分摊；“均分”指各可能单元相等。估计优于二者的部分来自距离信息，"
            "其余来自合计本身。",
        ),
    )
