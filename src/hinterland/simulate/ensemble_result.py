"""What an ensemble found: its cases, their results read from disk, and how far they spread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hinterland.simulate.ensemble_cases import Case
from hinterland.simulate.outcome_tables import VARIABLES
from hinterland.study import Column, Result, Study, StudyError, Text

Over = Literal["region", "industry", "nation"]
_OVER = {"region": Text("Region", "地区"), "industry": Text("Industry", "产业")}


@dataclass(frozen=True)
class EnsembleRun:
    """A finished ensemble on disk.

    Attributes
    ----------
    directory : Path
    cases : tuple of Case
    failed : tuple of (case, reason)
        Cases that this run tried and could not solve; they are tried again when it is taken up.
    """

    directory: Path
    cases: tuple[Case, ...]
    failed: tuple[tuple[int, Text], ...] = field(default=())

    @property
    def files(self) -> tuple[Path, ...]:
        """Parquet files of the parts, in order; those with failed cases hold the cases that did not fail."""
        return tuple(sorted([*self.directory.glob("part-*.parquet"), *self.directory.glob("part-*.failed")]))

    def frame(self, variable: str | None = None) -> pd.DataFrame:
        """Return results: case, variable, time, region, industry, value, change.

        Parameters
        ----------
        variable : str, optional
            Only this one (less memory).
        """
        tables = [pq.ParquetFile(path).read() for path in self.files]
        if variable is not None:
            tables = [table.filter(pc.equal(table["variable"], variable)) for table in tables]
        return pd.concat([table.to_pandas() for table in tables], ignore_index=True)

    def table(self) -> pd.DataFrame:
        """Return a row a case: scenario, draw, seed, parameters, residual (NaN where it failed)."""
        residual: dict[int, float] = {}
        for path in self.files:
            known = pq.read_schema(path).metadata or {}
            said = json.loads(known.get(b"hinterland.cases", b"[]"))
            residual |= {item["case"]: item["residual"] for item in said}
        rows = [
            {
                "case": case.number,
                "scenario": case.name,
                "draw": case.draw,
                "seed": case.seed,
                **case.parameters,
                "residual": residual.get(case.number, float("nan")),
            }
            for case in self.cases
        ]
        return pd.DataFrame(rows)

    def summary(
        self,
        study: Study,
        variable: str = "output",
        over: Over = "region",
        quantiles: Sequence[float] = (0.05, 0.5, 0.95),
    ) -> Result:
        """Return how the change of a variable spreads over the cases of each scenario.

        Parameters
        ----------
        study : Study
            For units.
        variable : str
        over : "region", "industry" or "nation"
        quantiles : three floats
            Low, middle, high.

        Returns
        -------
        Result
            Columns scenario, region or industry, low, median, high, losing (part of the cases in which it
            loses), cases.
        """
        frame = self.frame(variable)
        if frame.empty:
            raise StudyError(
                Text(f"The ensemble holds no '{variable}'.", f"模拟结果中没有“{variable}”。"),
                Text("Name a variable of the model's outcome.", "请指定模型结果中的变量。"),
            )
        last = frame.groupby("case")["time"].transform("last")
        frame = frame[frame["time"] == last]
        names = pd.Series({case.number: case.name for case in self.cases})
        frame = frame.assign(scenario=names.reindex(frame["case"]).to_numpy())
        by: list[Literal["region", "industry"]] = [] if over == "nation" else [over]
        order = {name: k for k, name in enumerate(dict.fromkeys(names))}
        sums = frame.groupby(["scenario", *by, "case"], sort=False)["change"].sum(min_count=1)
        rows = []
        for key, values in sums.groupby(level=["scenario", *by], sort=False):
            labels = key if isinstance(key, tuple) else (key,)
            known = values.to_numpy()[np.isfinite(values.to_numpy())]
            low, middle, high = np.quantile(known, quantiles) if known.size else (np.nan,) * 3
            losing = float((known < 0).mean()) if known.size else float("nan")
            rows.append((*labels, low, middle, high, losing, float(known.size)))
        rows.sort(key=lambda row: order[str(row[0])])
        label = dict(VARIABLES).get(variable, Text.same(variable))
        unit = study.unit({"employment": "labour", "co2": "carbon"}.get(variable, "money"))
        low_, middle_, high_ = (f"{q:.0%}" for q in quantiles)

        def figure(name: str, en: str, zh: str, unit: str, kind: Literal["number", "share"]) -> Column:
            return Column(name, Text(en, zh), kind, unit, "estimated")

        columns = (
            Column("scenario", Text("Scenario", "情景"), "text"),
            *(Column(name, _OVER[name], name) for name in by),
            figure("low", f"{label.en} ({low_})", f"{label.zh}变化（{low_}分位）", unit, "number"),
            figure(
                "median",
                f"{label.en} ({middle_})",
                f"{label.zh}变化（{middle_}分位）",
                unit,
                "number",
            ),
            figure("high", f"{label.en} ({high_})", f"{label.zh}变化（{high_}分位）", unit, "number"),
            figure("losing", "Cases in which it loses", "受损算例占比", "1", "share"),
            figure("cases", "Cases", "算例数", "1", "number"),
        )
        return Result(
            "ensemble_summary",
            Text("Spread over the cases of an ensemble", "模拟组结果分布"),
            pd.DataFrame(rows, columns=[c.name for c in columns]),
            columns,
            Text(
                "Quantiles of the change over the cases of a scenario; draws are the same in every scenario.",
                "各情景全部算例变化值的分位数；各情景使用相同抽样。",
            ),
            Text(f"{len(self.failed)} cases failed.", f"失败算例{len(self.failed)}个。")
            if self.failed
            else Text("No case failed.", "无失败算例。"),
        )
