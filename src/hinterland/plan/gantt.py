"""The plan along the years: a row for every host, industry and phase."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hinterland.plan.assemble import number, phase_key
from hinterland.plan.model import Plan
from hinterland.plan.results import figure, label, result
from hinterland.study import Result, Text


def gantt(plan: Plan) -> Result:
    """Return plan_gantt: what each host takes in of each industry, from which year to which, and from where.

    Columns: host, industry, phase, start, end (years), output (moved in the phase), cumulative (moved in by
    its end), origin (the one that sends most of it) and origin_share (of what comes in the phase). Moves
    above the listing tolerance.
    """
    s, data = plan.study, plan.data
    least = number(s, "plan.listing_tolerance", 0, 1) * float(plan.transfer.sum())
    arriving, so_far = plan.transfer.sum("origin"), plan.intake
    hosts = [h for h in s.regions if h in data.hosts]
    industries = [i for i in s.industries if i in data.industries]
    rows = []
    for host in hosts:
        for industry in industries:
            for phase in data.phases:
                at = {"host": host, "industry": industry, "phase": phase.code}
                amount = float(arriving.sel(at))
                if not amount > least:
                    continue
                by_origin = plan.transfer.sel(at)
                main = by_origin.idxmax("origin").item()
                rows.append(
                    (
                        host,
                        industry,
                        phase_key(s, data.preset, phase.code),
                        phase.start,
                        phase.end,
                        amount,
                        float(so_far.sel(at)),
                        str(main),
                        float(by_origin.max()) / amount,
                    )
                )
    unit = data.units.get("output", "")
    columns = (
        label(s, "host", "region"),
        label(s, "industry", "industry"),
        label(s, "phase", "phase"),
        label(s, "start", "year"),
        label(s, "end", "year"),
        figure(plan, "output", unit),
        figure(plan, "cumulative", unit),
        replace(label(s, "origin", "region"), label=s.text("column", "main_origin")),
        figure(plan, "origin_share", "", "share"),
    )
    return result(
        plan,
        "plan_gantt",
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        columns,
        Text("Roadmap: what each host takes in, and when", "路线图：各承接地何时承接什么"),
        Text(
            "Capacity moves in evenly from the first year to the last; output a year once in place. The main "
            "origin sends the largest part of what comes in the phase.",
            "产能自首年至末年均匀到位；产出为到位后的年产出。主要转出地为本阶段转出最多者。",
        ),
    )
