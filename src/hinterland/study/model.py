"""The `Study`: everything known about the regions and industries under plan, immutable and labelled."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from hinterland.study.errors import StudyError
from hinterland.study.findings import Finding
from hinterland.study.result import Provenance
from hinterland.study.text import EMPTY, Text

_NAMED_BY = {
    "region": "regions",
    "industry": "industries",
    "resource": "resources",
    "indicator": "indicator_list",
    "evaluation": "evaluations",
    "shock": "shocks",
    "monitored": "monitor_indicators",
    "stress": "stress_tests",
    "mitigation": "mitigations",
    "scenario": "plan_scenarios",
    "mode": "transfer_modes",
    "infrastructure": "infrastructure_options",
    "fund": "budgets",
}


@functools.cache
def package_table(name: str) -> pd.DataFrame:
    """Return one of the package's own data tables (words, parameters, schema)."""
    with resources.files("hinterland.study").joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


@functools.cache
def _words() -> Mapping[tuple[str, str], Text]:
    return {(r.kind, r.code): Text(r.en, r.zh) for r in package_table("words").itertuples()}


@functools.cache
def _defaults() -> Mapping[str, str]:
    return {str(r.parameter): str(r.value) for r in package_table("parameters").itertuples()}


def _put(given: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return nested parameters with the value at its dotted name, where `Study.parameter` finds it first."""
    first, _, rest = name.partition(".")
    if not rest or name in given:
        return {**given, name: value}
    inner = given.get(first)
    return {**given, first: _put(inner if isinstance(inner, Mapping) else {}, rest, value)}


@dataclass(frozen=True, slots=True)
class Phase:
    """One period of a plan: first and last year (both within it), and what may have moved by its end."""

    code: str
    start: int
    end: int
    label: Text
    focus: Mapping[str, float] = field(default_factory=dict)

    @property
    def years(self) -> int:
        """Number of years, first and last included."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class Study:
    """Immutable study: labelled arrays with provenance, set tables, phases and parameters.

    Index it by variable name for a `DataArray` whose attributes hold unit, status, source, year and method.
    `files` holds the SHA-256 of every file read; `warnings` what the check found worth knowing.
    """

    name: str
    title: Text
    config: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame]
    arrays: Mapping[str, xr.DataArray]
    provenance: Mapping[str, Provenance]
    files: Mapping[str, str] = field(default_factory=dict)
    description: Text = EMPTY
    warnings: tuple[Finding, ...] = ()
    folder: Path | None = field(default=None, compare=False, repr=False)
    """Where it was opened from: its scenarios lie there."""

    def __getitem__(self, name: str) -> xr.DataArray:
        array = self.get(name)
        if array is None:
            raise StudyError(
                Text(
                    f"The study '{self.name}' has no variable '{name}'.",
                    f"研究“{self.name}”没有变量“{name}”。",
                ),
                Text(
                    f"It has: {', '.join(sorted(self.arrays))}. Add a table {name} to the study folder.",
                    f"现有：{'、'.join(sorted(self.arrays))}。请在研究文件夹中补充{name}表。",
                ),
            )
        return array

    def __contains__(self, name: object) -> bool:
        return name in self.arrays

    def get(self, name: str) -> xr.DataArray | None:
        """Return a variable, or None when the study does not have it."""
        array = self.arrays.get(name)
        if array is None:
            return None
        known = self.provenance[name]
        return array.assign_attrs(
            unit=known.unit,
            status=known.status,
            source="; ".join(known.sources),
            year=known.year,
            method=known.method.en,
        ).rename(name)

    @property
    def regions(self) -> tuple[str, ...]:
        """Region codes in the study's order."""
        return tuple(self.frames["regions"]["region"])

    @property
    def industries(self) -> tuple[str, ...]:
        """Industry codes in the study's order."""
        return tuple(self.frames["industries"]["industry"])

    def _with_role(self, role: str) -> tuple[str, ...]:
        table = self.frames["regions"]
        chosen = tuple(table.loc[table["role"] == role, "region"])
        if not chosen:
            raise StudyError(
                Text(
                    f"No region of the study '{self.name}' has the role '{role}'.",
                    f"研究“{self.name}”没有角色为“{role}”的地区。",
                ),
                Text(
                    f"Write {role} in the column role of the table regions for at least one region.",
                    f"请在regions表的role列中至少为一个地区填写{role}。",
                ),
            )
        return chosen

    @property
    def hosts(self) -> tuple[str, ...]:
        """Regions that may receive industries (承接地)."""
        return self._with_role("host")

    @property
    def origins(self) -> tuple[str, ...]:
        """Regions that industries may leave (转出地)."""
        return self._with_role("origin")

    @property
    def transferable(self) -> tuple[str, ...]:
        """Industries that can move at all."""
        table = self.frames["industries"]
        return tuple(table.loc[table["transferable"] == "yes", "industry"])

    @property
    def factor_class(self) -> pd.Series[str]:
        """Factor class by industry."""
        return self.frames["industries"].set_index("industry")["factor_class"]

    @property
    def group(self) -> pd.Series[str]:
        """Group (belt) by region."""
        return self.frames["regions"].set_index("region")["group"]

    @property
    def base_year(self) -> int:
        """Year of the national table, and of the structure that the analyses start from."""
        return int(self.config["study"]["base_year"])

    def unit(self, quantity: str) -> str:
        """Return the study's unit of money, labour, energy, carbon or distance."""
        return str(self.config.get("units", {}).get(quantity, ""))

    def parameter(self, name: str) -> Any:
        """Return a threshold, weight or option: study.toml first, then the package's table of defaults."""
        value: Any = self.config.get("parameters", {})
        if isinstance(value, Mapping) and name in value:  # written as a quoted key "plan.limit"
            return value[name]
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            return value
        defaults = _defaults()
        if name not in defaults:
            raise StudyError(
                Text(f"There is no parameter '{name}'.", f"没有参数“{name}”。"),
                Text(f"Known: {', '.join(defaults)}.", f"可用：{'、'.join(defaults)}。"),
            )
        text = defaults[name]
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            return text

    def with_parameter(self, name: str, value: Any) -> Study:
        """Return a study with another value of one parameter; nothing that was derived is derived again."""
        self.parameter(name)  # an unknown one is an error here as there
        given = self.config.get("parameters", {})
        return replace(self, config={**self.config, "parameters": _put(given, name, value)})

    @property
    def preset(self) -> str:
        """The preset of phases that plans use unless told otherwise."""
        return str(self.config["study"]["preset"])

    @property
    def presets(self) -> tuple[str, ...]:
        """Names of the presets of phases, in the table's order."""
        return tuple(dict.fromkeys(self.frames["phases"]["preset"]))

    def phases(self, preset: str | None = None) -> tuple[Phase, ...]:
        """Return the phases of a preset in order of time."""
        wanted = preset or self.preset
        table = self.frames["phases"]
        rows = table[table["preset"] == wanted].sort_values("start_year")
        if rows.empty:
            raise StudyError(
                Text(
                    f"The study '{self.name}' has no phases called '{wanted}'.",
                    f"研究“{self.name}”没有名为“{wanted}”的分期。",
                ),
                Text(f"Choose from: {', '.join(self.presets)}.", f"可选：{'、'.join(self.presets)}。"),
            )
        focus = self.frames.get("phase_focus")
        out = []
        for row in rows.itertuples():
            shares: dict[str, float] = {}
            if focus is not None:
                mine = focus[(focus["preset"] == wanted) & (focus["phase"] == row.phase)]
                shares = dict(zip(mine["factor_class"], mine["cumulative_share"].astype(float), strict=True))
            out.append(
                Phase(
                    str(row.phase),
                    int(row.start_year),
                    int(row.end_year),
                    Text(row.name_en, row.name_zh),
                    shares,
                )
            )
        return tuple(out)

    def text(self, kind: str, code: object) -> Text:
        """Return the name of a code in both languages: the study's own, then the package's, then the code."""
        return self._names.get((kind, str(code))) or _words().get((kind, str(code))) or Text.same(str(code))

    def label(self, kind: str, code: object, language: str) -> str:
        """Return the name of a code in one language."""
        return self.text(kind, code).get("zh" if language == "zh" else "en")

    @functools.cached_property
    def _names(self) -> Mapping[tuple[str, str], Text]:
        names: dict[tuple[str, str], Text] = {}
        for kind, table in _NAMED_BY.items():
            for row in self.frames.get(table, pd.DataFrame()).itertuples():
                names[kind, str(getattr(row, kind))] = Text(row.name_en, row.name_zh or row.name_en)
        for row in self.frames.get("phases", pd.DataFrame()).itertuples():
            # phases of different presets may share a code; the preset is part of the key for those
            names.setdefault(("phase", str(row.phase)), Text(row.name_en, row.name_zh or row.name_en))
            names["phase", f"{row.preset}/{row.phase}"] = Text(row.name_en, row.name_zh or row.name_en)
        for row in self.frames.get("labels", pd.DataFrame()).itertuples():
            names[str(row.kind), str(row.code)] = Text(row.name_en, row.name_zh or row.name_en)
        return names

    def with_arrays(self, added: Mapping[str, tuple[xr.DataArray, Provenance]]) -> Study:
        """Return a study with more variables; existing ones of the same name are replaced."""
        return replace(
            self,
            arrays={**self.arrays, **{k: a for k, (a, _) in added.items()}},
            provenance={**self.provenance, **{k: p for k, (_, p) in added.items()}},
        )
