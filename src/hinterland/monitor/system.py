"""The indicator system of a study, its targets and what was observed, as labelled frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources

import numpy as np
import pandas as pd

from hinterland.monitor.ledger import LEDGER, check_ledger, current
from hinterland.monitor.periods import end_of, read_period
from hinterland.study import CheckError, CheckReport, Status, Study, StudyError, Text

WANJIANG = Text(
    "The 20 indicators and both columns of weights are those of the trial measures for assessing the "
    "Wanjiang demonstration zone (General Office of the People's Government of Anhui Province, 2010, "
    "Wanzhengbanmi No. 126, annex 2, ten cities), as are targets against results 20:80 and static against "
    "dynamic 40:60. Definitions in words, units and the reckoning of the static and the dynamic index "
    "are this program's own; the measures' special bonus points are left out.",
    "20项指标及两列权重，以及目标任务与发展成效20:80、静态与动态40:60，取自《皖江城市带承接产业转移示范区"
    "考核评价办法（试行）》（皖政办秘〔2010〕126号）附件2（10市）；指标定义的表述、单位以及静态、动态指数的"
    "算法为本程序自拟；办法中的特别加分未计入。",
)


@dataclass(frozen=True)
class Monitored:
    """What is monitored, what it shall come to, and what it came to.

    Attributes
    ----------
    study : Study
    indicators : DataFrame
        The table monitor_indicators.
    targets : DataFrame
        monitored, region, year, base_year, base, target, low, high, phase, basis: a row for each region,
        growth turned into figures; target NaN where a growth has no figure to start from.
    observed : DataFrame
        monitored, region, period, time (end of the period in years), value, entry, revised; in order of time.
    link : str
        Last link of the ledger's chain, "" without one.
    thresholds : DataFrame
        The table monitor_thresholds; empty without one.
    """

    study: Study
    indicators: pd.DataFrame
    targets: pd.DataFrame
    observed: pd.DataFrame
    link: str
    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)

    def series(self, monitored: str, region: str, until: float = np.inf) -> pd.DataFrame:
        """Return the figures of one indicator in one region, up to a time."""
        rows = self._by.get((monitored, region))
        if rows is None:
            return self.observed.iloc[:0]
        return rows[rows["time"] <= until]

    @property
    def _by(self) -> dict[tuple[str, str], pd.DataFrame]:
        known = self.__dict__.get("_grouped")
        if known is None:
            known = dict(iter(self.observed.groupby(["monitored", "region"], sort=False)))
            object.__setattr__(self, "_grouped", known)
        return known

    def direction(self, monitored: str) -> str:
        """Return whether more or less is better, or a band."""
        row = self.indicators[self.indicators["monitored"] == monitored]
        return str(row["direction"].iloc[0])

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the indicators, in the table's order."""
        return tuple(self.indicators["monitored"])

    @property
    def periods(self) -> tuple[str, ...]:
        """Periods with figures of the hosts, in order of time."""
        mine = self.observed[self.observed["region"].isin(self.study.hosts)]
        ordered = mine.sort_values("time", kind="stable")
        return tuple(dict.fromkeys(ordered["period"]))


def preset_indicators() -> pd.DataFrame:
    """Return the Wanjiang-shaped preset as a table monitor_indicators (`WANJIANG` says what is whose)."""
    with resources.files("hinterland.monitor").joinpath("wanjiang.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, keep_default_na=False, na_values={"target_weight": "", "result_weight": ""})
    return table.assign(series="", source="")


def monitored(study: Study, entry: int | None = None) -> Monitored:
    """Return what a study monitors; with `entry` as the ledger stood after that entry.

    Raises
    ------
    StudyError
        The study has no indicators to monitor; or a `CheckError` with everything that is wrong with them.
    """
    indicators = study.frames.get("monitor_indicators")
    if indicators is None or indicators.empty:
        raise StudyError(
            Text("The study names no indicators to monitor.", "研究未指定监测指标。"),
            Text(
                "Add the tables monitor_indicators and monitor_targets.",
                "请添加 monitor_indicators 与 monitor_targets 表。",
            ),
        )
    found = check_ledger(study)
    if any(f.severity == "error" for f in found):
        raise CheckError(CheckReport(study.name, found))
    ledger = study.frames.get(LEDGER)
    parts = [_of_series(study, row) for row in indicators.to_dict("records") if row["series"]]
    if ledger is not None and len(ledger):
        force = current(ledger, entry)
        force = force.assign(period=[read_period(p) for p in force["period"]])
        parts.append(force[["monitored", "region", "period", "value", "entry", "revised"]])
    columns = ["monitored", "region", "period", "value", "entry", "revised"]
    observed = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    observed["time"] = [end_of(p) for p in observed["period"]]
    observed = observed.sort_values(["monitored", "region", "time"], kind="stable").reset_index(drop=True)
    made = Monitored(
        study, indicators, pd.DataFrame(), observed,
        "" if ledger is None or ledger.empty else str(ledger["chain"].iloc[-1]),
    )  # fmt: skip
    thresholds = study.frames.get("monitor_thresholds", pd.DataFrame())
    return Monitored(study, indicators, _targets(study, made), observed, made.link, thresholds)


def owner_of(written: object) -> Text:
    """Return who reports an indicator, as the table writes it: one name, or English|中文."""
    en, _, zh = str(written or "").partition("|")
    return Text(en.strip(), zh.strip() or en.strip())


def status(study: Study) -> Status:
    """Return the status of the monitored figures: observed unless a series of the study is otherwise."""
    known = study.provenance.get("indicators")
    return "observed" if known is None else known.status


def _of_series(study: Study, row: dict[str, object]) -> pd.DataFrame:
    """Return the figures of an indicator of the study, or of one over another."""
    above, _, below = str(row["series"]).partition("/")
    values = _indicator(study, above.strip(), str(row["monitored"]))
    if below:
        denominator = _indicator(study, below.strip(), str(row["monitored"]))
        values = values / denominator.where(denominator > 0)
    long = values.stack().rename("value").dropna().reset_index()
    return pd.DataFrame(
        {
            "monitored": row["monitored"],
            "region": long["region"],
            "period": long["year"].astype(int).astype(str),
            "value": long["value"].astype(float),
            "entry": np.nan,
            "revised": False,
        }
    )


def _indicator(study: Study, name: str, of: str) -> pd.DataFrame:
    table = study.get("indicators")
    if table is None or name not in table["indicator"].values:
        raise StudyError(
            Text(
                f"The monitored indicator '{of}' is read from '{name}', which the study does not have.",
                f"监测指标“{of}”取自“{name}”，而研究中没有该指标。",
            ),
            Text(
                "Name an indicator of the table indicators as its series, or leave the series blank.",
                "请将 series 填为指标表中的指标，或留空。",
            ),
        )
    frame: pd.DataFrame = table.sel(indicator=name, drop=True).to_pandas()
    return frame.rename_axis(index="region", columns="year")


def _targets(study: Study, made: Monitored) -> pd.DataFrame:
    """Return a target for every region it is for, growth turned into a figure from the base year's."""
    table = study.frames.get("monitor_targets", pd.DataFrame(columns=["monitored", "region", "year"]))
    own = set(zip(table["monitored"], table["region"], table["year"], strict=True))
    rows = []
    for row in table.to_dict("records"):
        named = str(row["region"])
        for region in [named] if named else study.hosts:
            if not named and (row["monitored"], region, row["year"]) in own:
                continue  # the region has a row of its own
            base = float(row["base"])
            if np.isnan(base):
                base = _at(made, str(row["monitored"]), region, row["base_year"])
            target = float(row["target"])
            if np.isfinite(row["growth"]):
                target = base * (1 + row["growth"]) ** (row["year"] - row["base_year"])
            rows.append(
                {
                    "monitored": row["monitored"],
                    "region": region,
                    "year": int(row["year"]),
                    "base_year": float(row["base_year"]),
                    "base": base,
                    "target": target,
                    "low": float(row["low"]),
                    "high": float(row["high"]),
                    "phase": row["phase"],
                    "basis": row["basis"],
                }
            )
    columns = ["monitored", "region", "year", "base_year", "base", "target", "low", "high", "phase", "basis"]
    return pd.DataFrame(rows, columns=columns)


def _at(made: Monitored, monitored: str, region: str, year: float) -> float:
    """Return the figure at a year's end: the last period that ends by then and no earlier than its start."""
    if not np.isfinite(year):
        return np.nan
    known = made.series(monitored, region, year + 1.0)
    known = known[known["time"] > year]
    return float(known["value"].iloc[-1]) if len(known) else np.nan


def target_of(targets: Sequence[dict[str, object]], time: float) -> dict[str, object] | None:
    """Return the target that is next due at a time, else the last one there is."""
    ordered = sorted(targets, key=lambda t: float(str(t["year"])))
    due = [t for t in ordered if float(str(t["year"])) + 1.0 >= time - 1e-9]
    return due[0] if due else ordered[-1] if ordered else None
