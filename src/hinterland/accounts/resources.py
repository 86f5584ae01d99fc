"""What industries need of a region's resources, and how much room each region has for more."""

from __future__ import annotations

import numpy as np
import xarray as xr

from hinterland.accounts.lookup import number, option, sources
from hinterland.study import Provenance, Study, StudyError, Text, combine

# which estimated array holds the base-year use of a resource
USES = {"labour": "employment_base", "energy": "energy_base", "carbon": "co2_base"}


def known_resources(study: Study) -> list[str]:
    """Resources of the study's table whose base-year use is known."""
    table = study.frames.get("resources")
    listed = list(USES) if table is None or table.empty else [str(r) for r in table["resource"]]
    return [r for r in listed if USES.get(r, "") in study]


def resource_use(study: Study) -> tuple[xr.DataArray, Provenance] | None:
    r"""Resource per unit of output, :math:`u_{rik} = e_{rik} / x_{ri}`.

    Where a region does not have the industry (output zero) the mean of all regions, :math:`\sum_s e / \sum_s
    x`. Shape [region, industry, resource], unit of the resource per unit of money; None when no use is known.
    """
    names = known_resources(study)
    if not names:
        return None
    output = study["output"]
    layers = []
    for name in names:
        use = study[USES[name]].drop_attrs()
        own = use / output.where(output > 0)
        known = use.notnull() & (output > 0)
        total = output.where(known).sum("region")
        mean = use.where(known).sum("region") / total.where(total > 0)
        layers.append(own.where(own.notnull(), mean).drop_attrs())
    stacked = xr.concat(layers, dim=xr.Variable("resource", names)).transpose(
        "region", "industry", "resource"
    )
    parts = [study.provenance[USES[n]] for n in names]
    return stacked.drop_attrs(), Provenance(
        combine(*(p.status for p in parts), "estimated"),
        f"resource unit per {study.unit('money')}",
        "; ".join(dict.fromkeys(y for p in parts for y in p.year.split("; "))),
        sources(study, *(USES[n] for n in names), "output"),
        Text(
            "Base-year use / base-year output; where a region lacks the industry, the mean of all regions.",
            "基期使用量÷基期产出；地区没有该产业时取各地区平均。",
        ),
    )


def resource_limits(study: Study, preset: str | None = None) -> tuple[xr.DataArray, Provenance] | None:
    r"""Room for transferred industries in each region and resource, cumulative to the end of each phase.

    .. math:: H_{rkp} = h_k \, E_{rk} \, (\text{end}_p - \text{start}_1 + 1)

    with base-year use :math:`E_{rk}` of all industries and the yearly headroom :math:`h_k` (parameter
    ``accounts.headroom.RESOURCE``, an assumption). Shape [region, resource, phase], unit of the resource.
    `study` must be complete; None when no use is known.
    """
    names = known_resources(study)
    if not names:
        return None
    phases = study.phases(preset)
    years = np.array([phase.end - phases[0].start + 1 for phase in phases], dtype=float)
    layers = []
    for name in names:
        share = option(study, f"accounts.headroom.{name}")
        if share is None:
            share = number(study, "accounts.headroom.other")
        if not isinstance(share, int | float) or share < 0:
            raise StudyError(
                Text(
                    f"Parameter accounts.headroom.{name} is '{share}'.",
                    f"参数accounts.headroom.{name}为“{share}”。",
                ),
                Text("Give a share per year, such as 0.005.", "请给出每年的比例，如0.005。"),
            )
        # a region where every industry is unknown has unknown room, not none
        base = study[USES[name]].drop_attrs().sum("industry", min_count=1)
        layers.append(base * float(share))
    room = xr.concat(layers, dim=xr.Variable("resource", names))
    by_phase = room * xr.DataArray(years, {"phase": [p.code for p in phases]}, ("phase",))
    shown = ", ".join(f"{n} {float(option(study, f'accounts.headroom.{n}', 0.0)):.2%}" for n in names)
    return by_phase.transpose("region", "resource", "phase").drop_attrs(), Provenance(
        "assumption",
        "resource unit",
        f"{phases[0].start}-{phases[-1].end}",
        sources(study, *(USES[n] for n in names)),
        Text(
            f"Assumed yearly headroom (share of base-year use: {shown}) x base-year use x years from "
            "the first phase's start to the phase's end; cumulative.",
            f"假设的年增余量（占基期使用量：{shown}）×基期使用量×自首期起至该期末的年数；为累计值。",
        ),
    )
