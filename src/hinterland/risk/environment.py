"""Environmental risk: how much headroom the plan leaves, and how likely it is to be too little."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.plan import Plan
from hinterland.plan.assemble import phase_key
from hinterland.risk.levels import figure, label, thresholds
from hinterland.study import Result, StudyError, Text

Values = npt.NDArray[np.float64]


def breach_probability(need: Values, limit: Values, sd: float, samples: int, seed: int) -> Values:
    r"""Probability that an uncertain need exceeds a limit.

    Every industry's need is off by a factor :math:`\exp(\sigma\varepsilon-\sigma^2/2)` with mean 1; half of
    the variance is common to all industries (the place's own conditions), half is each one's own.

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

    Returns
    -------
    array [phase]
    """
    random = np.random.default_rng(seed)
    half = random.standard_normal((max(1, samples // 2), 1 + len(need)))
    draws = np.concatenate([half, -half])
    noise = (draws[:, :1] + draws[:, 1:]) * sd / np.sqrt(2)
    factor = np.exp(noise - sd**2 / 2)
    needed = factor @ need
    out: Values = (needed > limit).mean(axis=0)
    return np.where(np.isnan(limit), np.nan, out)


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
    sd = float(study.parameter("risk.intensity_sd"))
    samples, seed = int(study.parameter("risk.samples")), int(study.parameter("seed"))
    limit = thresholds(study, "breach")
    table = study.frames.get("resources")
    units = {} if table is None else dict(zip(table["resource"], table["unit"], strict=True))
    rows = []
    for host in [str(h) for h in plan.transfer["host"].values]:
        for resource in [str(k) for k in data.limit["resource"].values]:
            use = data.use.sel(host=host, resource=resource)
            taken = plan.intake.sel(host=host, industry=data.industries)
            need = (taken * use).transpose("industry", "phase").values
            room = data.limit.sel(host=host, resource=resource).values
            # each place and resource has its own stream, so that adding one leaves the others' draws as they
            # were
            stream = [seed, *f"{host}/{resource}".encode()]
            chance = breach_probability(need, room, sd, samples, _seed(stream))
            for p, code in enumerate(data.codes):
                used = float(need[:, p].sum())
                share = used / room[p] if room[p] > 0 else float("nan")
                key = phase_key(study, data.preset, code)
                unit = str(units.get(resource, ""))
                rows.append((host, resource, key, unit, float(room[p]), used, share, float(chance[p])))
    columns = ["region", "resource", "phase", "unit", "limit", "used", "share", "breach_probability"]
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
            label(study, "level", "code"),
        ),
        Text(
            f"Monte Carlo, {samples} draws, seed {seed}: log-normal error of the needs per unit of output, "
            f"standard "
            f"deviation {sd:g}, half of the variance common to a place's industries. A plan that uses all "
            f"of a headroom "
            "breaches it about every second time.",
            f"蒙特卡洛{samples}次，种子{seed}：单位产出需求的误差为对数正态，标准差{sd:g}，"
            f"方差一半为当地各产业共有。"
            "用尽余量的方案约有一半概率突破。",
        ),
    )


def _seed(stream: list[int]) -> int:
    return int(np.random.SeedSequence(stream).generate_state(1, np.uint64)[0])
