"""A small study that monitors three indicators of its own, with figures that can be reckoned by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hinterland import monitor
from studies import write_small_study

INDICATORS = """\
monitored,name_en,name_zh,definition_en,definition_zh,unit,direction,series,target_weight,result_weight,owner
jobs,New jobs,新增就业,Jobs made,新增岗位,persons,more,,30,2,Office
smoke,Emissions,排放,Tons emitted,排放吨数,t,less,,10,1,Office
mix,Mix,配比,Parts,份,parts,band,,,1,Office
area,Forest cover,森林覆盖率,Share of the land,占比,%,more,forest,,,
"""

TARGETS = """\
monitored,region,year,base_year,base,target,growth,low,high,phase,basis
jobs,,2030,2025,,20,,,,near,assumed
jobs,plain,2030,2025,,,0.1,,,near,assumed
smoke,,2030,2025,,50,,,,near,published
mix,,2030,,,,,2,4,near,assumed
"""

FIGURES = {
    # indicator: (hills, plain) from 2019 to 2027; jobs grow evenly, then faster or not at all
    "jobs": ([4, 5, 6, 7, 8, 9, 10, 12, 15], [10, 11, 12, 13, 14, 15, 16, 16, 16]),
    "smoke": ([104, 103, 102, 103, 102, 101, 100, 90, 80], [90, 91, 92, 94, 96, 98, 100, 105, 110]),
    "mix": ([3, 3, 3, 3, 3, 3, 3, 3, 5], [3, 3, 3, 3, 3, 3, 3, 3, 1]),
}
YEARS = tuple(range(2019, 2028))


def write_monitored_study(path: Path, *, ledger: bool = True) -> Path:
    """Write the small study with the tables of monitoring, and with its ledger where wanted."""
    home = write_small_study(path, full=True)
    (home / "monitor_indicators.csv").write_text(INDICATORS, encoding="utf-8")
    (home / "monitor_targets.csv").write_text(TARGETS, encoding="utf-8")
    if ledger:
        rows = ["monitored,region,period,value"]
        for code, by_host in FIGURES.items():
            for host, values in zip(("hills", "plain"), by_host, strict=True):
                rows += [f"{code},{host},{y},{v}" for y, v in zip(YEARS, values, strict=True)]
        file = path.parent / f"{path.name}-figures.csv"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        monitor.record(home, file, by="A. Clerk", at=datetime(2028, 2, 1, tzinfo=UTC))
    return home
