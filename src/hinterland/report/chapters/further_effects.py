"""Charts of results that need none of their own making: how the economy is wired, what a plan would do."""

from __future__ import annotations

import pandas as pd

from hinterland.report.chapters.frame import bars_of, heat_of, hosts, largest_of, lines_of, spans_of
from hinterland.study import Study, Text

# wiring


def _hosts_pairs(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[frame["region"].isin(study.hosts) & ~frame["region_to"].isin(study.hosts)]
    return rows.nlargest(16, "flow")


trade_intervals = spans_of(
    "trade_intervals",
    ("region", "region_to"),
    ("mean", "low", "high"),
    Text("Largest flows out of the hosts, with their spread", "承接地最大的流出及其区间"),
    _hosts_pairs,
)
mrio_convergence = bars_of(
    "mrio_convergence",
    "industry",
    ("iterations",),
    Text("Rounds until the flows balanced", "流量平衡所需的迭代次数"),
)
key_sectors = heat_of(
    "key_sectors",
    "industry",
    "region",
    "power_of_dispersion",
    Text("Pull on suppliers (power of dispersion) in the hosts", "承接地各产业对供应商的带动（影响力系数）"),
    hosts,
    centre=1.0,
)

# what the plan would do

impact_by_phase = heat_of(
    "impact_by_phase",
    "part",
    "phase",
    "output_change",
    Text("Change of output by phase", "分阶段的产出变化"),
    centre=0.0,
)
impact_losers = heat_of(
    "impact_losers",
    "industry",
    "region",
    "change",
    Text("The largest losses of output", "产出损失最大者"),
    largest_of("region", "change", 7),
    centre=0.0,
)
equilibrium_by_industry = bars_of(
    "equilibrium_by_industry",
    "industry",
    ("output_change_share",),
    Text("Change of output by industry", "分产业的产出变化"),
)
equilibrium_interval = spans_of(
    "equilibrium_interval",
    ("region",),
    ("median", "low", "high"),
    Text("Change of real income over the elasticities' range", "弹性取值区间内的实际收入变化"),
)
trade_elasticities = spans_of(
    "trade_elasticities",
    ("industry",),
    ("trade_elasticity", "low", "high"),
    Text("Trade elasticities and their range", "贸易弹性及其取值区间"),
)
backup_by_origin = bars_of(
    "backup_by_origin",
    "region",
    ("backup_value", "backup_value_there"),
    Text("Backup value by the province struck", "备份价值，分受冲击省份"),
)
backup_scale = lines_of(
    "backup_scale",
    "standby_share",
    "avoided_share",
    "region",
    Text("Loss avoided by how much stands by", "备用产能规模与所避免的损失"),
)
backup_by_severity = lines_of(
    "backup_by_severity",
    "loss",
    "backup_value",
    None,
    Text("Backup value by how much is lost", "损失程度与备份价值"),
)
