"""Environmental risk: how much headroom the plan leaves, and how likely it is to be too little."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan import Plan
from hinterland.plan.assemble import number, phase_key
from hinterland.plan.limits import used_and_limit
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Result, StudyError, Text
from hinterland.study.model import package_table

Values = npt.NDArray[np.float64]


def breach_probability(
    need: Values, limit: Values, sd: float, samples: int, seed: int, limit_sd: float = 0.0
) -> Values:
    r"""Probability that an uncertain need exceeds a limit.

    Every industry's need is off by a factor :math:`\exp(\sigma\varepsilon-\sigma^2/2)` with mean 1; half of
    the variance is common to all industries (the place's own conditions), half is each one's own. The limit
    is off by a factor of the same kind with :math:`\sigma_L`, one for all phases of the place.

    Parameters
    ----------
    need : array [industry, phase]
        Expected need, the resource's unit.
    limit : array [phase]
        NaN is no limit; the probability is then NaN.
    sd : float
        Standard deviation of the factor's logarithm.
    samples : int
        Draws (antithetic pairs, so an even number is used).
    seed : int
    limit_sd : float
        Standard deviation of the logarithm of the limit's factor.

    Returns
    -------
    array [phase]
    """
    out: Values = (overuse(need, limit, sd, samples, seed, limit_sd) > 1.0).mean(axis=0)
    return np.where(np.isnan(limit), np.nan, out)


def overuse(need: Values, limit: Values, sd: float, samples: int, seed: int, limit_sd: float = 0.0) -> Values:
    """Draws of the need over the limit [draw, phase]; see `breach_probability`. Infinite where the limit is 0
    and something is needed."""
    random = np.random.default_rng(seed)
    half = random.standard_normal((max(1, samples // 2), 2 + len(need)))
    draws = np.concatenate([half, -half])
    noise = (draws[:, :1] + draws[:, 2:]) * sd / np.sqrt(2)
    needed = np.exp(noise - sd**2 / 2) @ need
    room = np.exp(draws[:, 1:2] * limit_sd - limit_sd**2 / 2) * limit
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Values = np.where(needed > 0, needed / room, 0.0)
    return ratio


def environment(plan: Plan) -> Result:
    """Headroom used by host, resource and phase, and the probability that it does not suffice.

    Raises
    ------
    StudyError
        The study has no resource limits.
    """
    study, data = plan.study, plan.data
    if data.use is None or data.limit is None:
        raise StudyError(
            Text("Headroom is not known: the study has no resource limits.", "余量未知：研究没有资源约束。"),
            Text(
                "Add the tables resource_use and resource_limits.", "请补充resource_use和resource_limits表。"
            ),
        )
    sd, limit_sd = number(study, "risk.intensity_sd"), number(study, "risk.limit_sd")
    spreads = [
        (_end("risk.intensity_sd", e, sd), _end("risk.limit_sd", e, limit_sd)) for e in ("low", "high")
    ]
    reserve = number(study, "risk.reserve", 0, 1)
    samples, seed = int(study.parameter("risk.samples")), int(study.parameter("seed"))
    limit = thresholds(study, "breach")
    table = study.frames.get("resources")
    units = {} if table is None else dict(zip(table["resource"], table["unit"], strict=True))
    rows = []
    whole, limits = (a.sel(phase=data.codes) for a in used_and_limit(plan)["resource"])
    for host in [str(h) for h in plan.transfer["host"].values]:
        for resource in [str(k) for k in data.limit["resource"].values]:
            use = data.use.sel(host=host, resource=resource)
            taken = plan.intake.sel(host=host, industry=data.industries)
            need = (taken * use).transpose("industry", "phase").values
            # what the plan needs besides what moves in is one more user
            besides = whole.sel(host=host, resource=resource).values - need.sum(axis=0)
            need = np.vstack([need, besides]) if np.abs(besides).max() > 1e-9 else need
            room = limits.sel(host=host, resource=resource).values
            # each place and resource has its own stream, so that adding one leaves the others' draws as they
            # were
            stream = [seed, *f"{host}/{resource}".encode()]
            start = _seed(stream)
            ratio = overuse(need, room, sd, samples, start, limit_sd)
            chance = np.where(np.isnan(room), np.nan, (ratio > 1).mean(axis=0))
            # what has to go where it does not suffice, as a share of what was to come
            short, less = (_lacking(ratio * k) for k in (1.0, 1.0 - reserve))
            ends = [chance, *(breach_probability(need, room, a, samples, start, b) for a, b in spreads)]
            low, high = np.min(ends, axis=0), np.max(ends, axis=0)
            # the use of headroom at which a breach is as likely as the thresholds say
            with np.errstate(divide="ignore", invalid="ignore"):
                watch, act = (
                    1 / np.quantile(ratio, 1 - min(q, 1.0), axis=0) for q in (limit.medium, limit.high)
                )
            for p, code in enumerate(data.codes):
                used = float(need[:, p].sum())
                share = used / room[p] if room[p] > 0 else float("nan")
                key = phase_key(study, data.preset, code)
                unit = str(units.get(resource, ""))
                rows.append(
                    (
                        host,
                        resource,
                        key,
                        unit,
                        float(room[p]),
                        used,
                        share,
                        float(chance[p]),
                        float(low[p]),
                        float(high[p]),
                        float(short[p]) if np.isfinite(room[p]) else float("nan"),
                        float(less[p]) if np.isfinite(room[p]) else float("nan"),
                        share * float(watch[p]) if used > 0 and room[p] > 0 else float("nan"),
                        share * float(act[p]) if used > 0 and room[p] > 0 else float("nan"),
                    )
                )
    columns = ["region", "resource", "phase", "unit", "limit", "used", "share", "breach_probability"]
    columns += ["probability_low", "probability_high", "shortfall"]
    columns += ["shortfall_reserve", "watch_share", "act_share"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["level"] = limit.levels(frame["breach_probability"])
    return Result(
        "risk_environment",
        Text("Environmental risk: headroom used and chance of a breach", "环境风险：余量使用与突破概率"),
        frame,
        (
            label(study, "region", "region"),
            label(study, "resource", "resource"),
            label(study, "phase", "phase"),
            label(study, "unit", "text"),
            figure(plan, "limit"),
            figure(plan, "used"),
            figure(plan, "share", kind="share"),
            figure(plan, "breach_probability", kind="share"),
            figure(plan, "probability_low", kind="share"),
            figure(plan, "probability_high", kind="share"),
            figure(plan, "shortfall", kind="share"),
            figure(plan, "shortfall_reserve", kind="share"),
            figure(plan, "watch_share", kind="share"),
            figure(plan, "act_share", kind="share"),
            label(study, "level", "code"),
        ),
        Text(
            f"Monte Carlo, {samples} draws, seed {seed}: log-normal errors of the needs per unit of output "
            f"(standard deviation {sd:g}, half of the variance common to a place's industries) and of the "
            f"headroom ({limit_sd:g}), each with mean 1. The range is that over the declared ranges of "
            "the two standard deviations; it is no sampling error. Expected shortfall: the part of what was "
            "to come for which headroom lacks, mean over draws; with a reserve: when so much less is let in "
            f"({reserve:.0%}). Watch and act: the use of headroom at which a breach is "
            "as likely as the thresholds of a medium and of a high risk. A plan that uses all "
            "of a headroom breaches it about every second time.",
            f"蒙特卡洛{samples}次，种子{seed}：单位产出需求（标准差{sd:g}，方差一半为当地各产业共有）"
            f"与余量（标准差{limit_sd:g}）的误差均为均值1的对数正态。区间取自两个标准差的声明范围，并非抽样误差。"
            f"预期缺口为余量不足部分占拟承接量的平均比例，“留有储备”指少承接{reserve:.0%}时；关注与行动线为突破概率恰达中、高风险阈值时的余量使用率。用尽余量的方案约有一半概率突破。",
        ),
    )


def _seed(stream: list[int]) -> int:
    return int(np.random.SeedSequence(stream).generate_state(1, np.uint64)[0])


def _lacking(ratio: Values) -> Values:
    """Return the mean part of a need, over draws, for which there is no room."""
    lacking: Values = np.maximum(0.0, 1 - 1 / np.maximum(ratio, 1.0)).mean(axis=0)
    return lacking


def _end(name: str, end: str, value: float) -> float:
    """Return an end of a parameter's declared range, or its value where that lies further out."""
    table = package_table("parameters").set_index("parameter")
    found = float(table.loc[name, end])
    return min(found, value) if end == "low" else max(found, value)
