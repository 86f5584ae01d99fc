"""A made instance of the whole programme: data of any size, alike in kind to a study's.

``python -m benchmarks.plan_instance FILE industries origins hosts phases`` writes it as plain arrays.
"""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import xarray as xr

SEED = 7


def instance(industries: int, origins: int, hosts: int, phases: int) -> Any:
    """Return the data of a plan with every kind of variable and constraint but projects of some size."""
    from hinterland.plan.data import PlanData
    from hinterland.plan.options import (
        USES,
        Budgets,
        Clusters,
        Incomes,
        Infrastructure,
        LocalInputs,
        Modes,
        Upgrades,
    )
    from hinterland.study import Phase, Text

    r = np.random.default_rng(SEED)
    i, o, h = ([f"{x}{k:03}" for k in range(n)] for x, n in (("i", industries), ("o", origins), ("h", hosts)))
    spans = tuple(Phase(f"p{k}", 2026 + 3 * k, 2028 + 3 * k, Text.same(f"p{k}"), {}) for k in range(phases))
    p, c, k = [s.code for s in spans], ["c0", "c1", "c2"], ["carbon", "energy", "labour"]
    m, y, f = ["enclave", "horizontal", "vertical"], ["park", "power"], ["centre", "region"]
    steps = np.arange(1, phases + 1) / phases

    def array(values: Any, **coords: list[str]) -> xr.DataArray:
        return xr.DataArray(np.asarray(values, dtype=float), coords, list(coords))

    def rising(*shape: int) -> np.ndarray:
        return r.uniform(0.5, 1.5, shape)[..., None] * steps

    scale = 6 / hosts  # what can move is the same however many share it
    output = 1000 * scale * r.lognormal(0, 1, (hosts, industries))
    total = output.sum(axis=1)
    member = np.zeros((3, industries))
    member[np.arange(industries) % 3, np.arange(industries)] = 1
    focus = np.minimum(np.array([0.5, 0.3, 0.15])[:, None] + np.linspace(0, 1, phases), 1.0)
    pace = 0.5 * np.maximum(output, 0.02 * total[:, None])
    use = r.lognormal(0, 0.5, (hosts, industries, 3)) * np.array([0.002, 0.03, 0.02])
    needed = np.einsum("hik,hi->hk", use, output)
    new = np.full((industries, hosts), np.nan)
    few = r.random((industries, hosts)) < min(0.1, 12 / hosts / 2)
    new[few] = (0.2 * pace.T)[few]
    needs = np.zeros((industries, hosts, 2), dtype=bool)
    needs[..., 0] = few
    gains = {name: r.lognormal(np.log(mean), 0.3, (industries, hosts))
             for name, mean in (("value_added", 0.3), ("employment", 0.02), ("co2", 0.002))}  # fmt: skip
    losses = {name: array(r.lognormal(np.log(mean), 0.3, (industries, origins)), industry=i, origin=o)
              for name, mean in (("value_added", 0.3), ("employment", 0.015), ("co2", 0.002))}  # fmt: skip
    releasable = 1600 * r.lognormal(0, 1, (industries, origins)) / origins
    jobs = (losses["employment"].values * releasable).sum(axis=0)
    upgraded = np.zeros((industries, hosts, phases))
    upgraded[::4] = (0.1 * output.T[::4])[..., None] * steps
    pays = xr.DataArray(np.ones((2, len(USES)), dtype=bool), {"fund": f, "use": list(USES)}, ["fund", "use"])
    inputs = i[:2]
    shares = output / total[:, None]
    near = np.zeros((hosts, hosts), dtype=bool)
    for k_h, share in enumerate(shares):
        alike = np.minimum(share, shares).sum(axis=1)
        near[k_h, np.argsort(-alike, kind="stable")[1:6]] = True
    return PlanData(
        preset="made",
        phases=spans,
        output=array(output, host=h, industry=i),
        releasable=array(releasable, industry=i, origin=o),
        classes=array(member, factor_class=c, industry=i),
        focus=array(focus, factor_class=c, phase=p),
        host_growth=array(0.2 * total[:, None] * steps, host=h, phase=p),
        industry_growth=array(pace.T[..., None] * steps, industry=i, host=h, phase=p),
        forbidden=xr.DataArray(
            np.broadcast_to((r.random((industries, hosts)) < 0.02)[..., None], (industries, hosts, phases)),
            {"industry": i, "host": h, "phase": p},
            ["industry", "host", "phase"],
        ),
        gains={name: array(values, industry=i, host=h) for name, values in gains.items()},
        losses=losses,
        use=array(use, host=h, industry=i, resource=k),
        limit=array(
            0.12 * needed[..., None] * rising(hosts, 3), host=h, resource=k, phase=p
        ),
        job_limit=array(0.6 * jobs[:, None] * np.full(phases, 1 / phases), origin=o, phase=p),
        landed_cost=array(r.uniform(0, 0.03, (industries, origins, hosts)), industry=i, origin=o, host=h),
        similarity_tolerance=0.02,
        rivals=xr.DataArray(near | near.T, {"host": h, "host_to": h}, ["host", "host_to"]),
        modes=Modes(
            array([0.01, 0.02, 0.015], mode=m), array([0.6, 1, 1], mode=m), array([0.3, 1, 0.5], mode=m),
            array([0.5, 1, 0.5], mode=m),
        ),
        upgrades=Upgrades(
            array(np.where(np.arange(industries) % 4 == 0, 0.05, 0), industry=i),
            array(upgraded, industry=i, host=h, phase=p),
            {"value_added": array(0.03 * gains["value_added"], industry=i, host=h),
             "co2": array(-0.1 * gains["co2"], industry=i, host=h)},
            array(-0.05 * use, host=h, industry=i, resource=k),
        ),
        clusters=Clusters(
            array(new, industry=i, host=h), array(np.where(few, 0.5 * scale, 0), industry=i, host=h),
            array(needs, industry=i, host=h, infrastructure=y).astype(bool),
        ),
        infrastructure=Infrastructure(
            array(np.ones((2, hosts)), infrastructure=y, host=h).astype(bool),
            array(np.array([0.001, 0.002])[:, None] * total, infrastructure=y, host=h),
            array(np.array([0.02, 0.0])[:, None] * total, infrastructure=y, host=h),
            array(np.stack([0 * needed, 0.02 * needed]), infrastructure=y, host=h, resource=k),
            array([1, 0], infrastructure=y),
        ),
        budgets=Budgets(array(np.full((2, phases), 800.0 / phases), fund=f, phase=p), pays),
        local_inputs=LocalInputs(
            array(r.uniform(0, 0.1, (2, industries)), input=inputs, industry=i),
            array([0.2, 0.2], input=inputs),
            array(0.2 * output[:, :2].T, input=inputs, host=h),
        ),
        incomes=Incomes(array(2 * total, host=h), array(total * r.uniform(0.5, 1.5, hosts), host=h)),
        backup_floor=array(
            np.where(np.arange(industries) < 2, output.sum(axis=0) * 1.01, np.nan), industry=i
        ),
        backup=array(r.uniform(1.5, 3, industries), industry=i),
    )  # fmt: skip


def plain(data: Any, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the arrays of the data by name, dimensions joined to it: ``use:host,industry,resource``."""
    out: dict[str, np.ndarray] = {}

    def put(name: str, value: Any) -> None:
        if isinstance(value, xr.DataArray):
            out[f"{name}:{','.join(map(str, value.dims))}"] = value.values
        elif is_dataclass(value) and name != "phases":
            out.update(plain(value, f"{name}."))
        elif isinstance(value, dict):
            for key, one in value.items():
                put(f"{name}.{key}", one)

    for field in fields(data):
        put(prefix + field.name, getattr(data, field.name))
    if not prefix:
        theirs = data.specialities.transpose("host", "host_to", "industry")
        out["theirs:host,host_to,industry"] = theirs.values
        out["shares:host,industry"] = data.shares.transpose("host", "industry").values
        out["stock:phase"], out["flow:phase"] = data.stock_weight.values, data.flow_weight.values
        out["years:"] = np.array(data.years)
        out["tolerance:"] = np.array(data.similarity_tolerance)
        out["inputs:input"] = np.array(
            [data.industries.index(k) for k in data.local_inputs.share["input"].values]
        )
    return out


if __name__ == "__main__":
    np.savez(sys.argv[1], **plain(instance(*(int(k) for k in sys.argv[2:6]))))
