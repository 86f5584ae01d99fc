"""One claim under test: its options, the study, what has been found, and the words for a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import xarray as xr

from hinterland import measure
from hinterland.charts import numbers
from hinterland.study import Result, Status, Study, StudyError, Text
from hinterland.study.model import package_table

Verdict = Literal["supported", "not_supported", "cannot_say"]


Level = Literal["value", "low", "high"]


class MissingError(Exception):
    """Data that a claim needs are not there; the verdict is then *cannot say*, with this reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Evidence:
    """What the figures say on a claim, or on one part of it."""

    verdict: Verdict
    finding: Text
    results: tuple[str, ...] = ()


def grade(amount: float, least: float) -> Verdict:
    """Judge the amount by which a claim holds: clearly, clearly not, or too close to call.

    Parameters
    ----------
    amount : float
        Positive in the direction the claim says, in the unit of `least`; NaN cannot be judged.
    least : float
        The declared threshold, positive.
    """
    if amount >= least:
        return "supported"
    return "not_supported" if amount <= -least else "cannot_say"


def both(*verdicts: Verdict) -> Verdict:
    """Join the verdicts on the parts of a claim: all alike, that one; anything mixed cannot be said."""
    return verdicts[0] if len(set(verdicts)) == 1 else "cannot_say"


def join(evidence: Sequence[Evidence]) -> Evidence:
    """Join the evidence on the parts of a claim."""
    return Evidence(
        both(*(part.verdict for part in evidence)),
        lines(part.finding for part in evidence),
        tuple(dict.fromkeys(name for part in evidence for name in part.results)),
    )


def known(*values: float) -> None:
    """Stop where a figure that a verdict rests on is unknown.

    Raises
    ------
    MissingError
        A value is NaN.
    """
    if any(value != value for value in values):
        raise MissingError(
            Text(
                "A figure that it rests on is unknown or has nothing to be set against.",
                "所依据的数据未知，或没有可比的基数。",
            )
        )


def lines(texts: Iterable[Text]) -> Text:
    """Write texts one under the other."""
    kept = [text for text in texts if text.en]
    return Text("\n".join(text.en for text in kept), "\n".join(text.zh for text in kept))


def sentences(texts: Iterable[Text]) -> Text:
    """Write texts one after the other; English needs a space between sentences, Chinese none."""
    kept = [text for text in texts if text.en]
    return Text(" ".join(text.en for text in kept), "".join(text.zh for text in kept))


def listed(names: Iterable[Text]) -> Text:
    """Write names as a list."""
    names = list(names)
    return Text(", ".join(name.en for name in names), "、".join(name.zh for name in names))


def percent(share: float) -> str:
    """Write a fraction in per cent."""
    return numbers.percent(share)


def points(change: float) -> str:
    """Write a difference of fractions in percentage points, with its sign."""
    return f"{100 * change:+.1f}".replace("-", numbers.MINUS)


def plain(value: float) -> str:
    """Write a number of any size with four significant digits."""
    text = f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return text.replace("-", numbers.MINUS)


@dataclass(frozen=True)
class Case:
    """A claim with its options, before the study and what has been found."""

    claim: str
    study: Study
    findings: Mapping[str, Result]
    options: Mapping[str, Any]
    level: Level = "value"
    """Which threshold to judge by: the one in force, or the low or high end of its declared range."""

    def wrong(self, what: Text, mend: Text) -> StudyError:
        """Return the error for a claim that is badly written."""
        return StudyError(
            Text(f"The claim '{self.claim}' {what.en}", f"论断“{self.claim}”{what.zh}"),
            Text(f"{mend.en} See the table claims.", f"{mend.zh}见 claims 表。"),
        )

    def option(self, name: str, default: Any = None) -> Any:
        """Return an option of the claim; one without default must be there."""
        if name in self.options:
            return self.options[name]
        if default is None:
            raise self.wrong(
                Text(f"does not say its '{name}'.", f"没有给出“{name}”。"),
                Text(f'Write "{name}" in its parameters.', f"请在其参数中写明“{name}”。"),
            )
        return default

    def threshold(self, name: str) -> float:
        """Return one of the declared thresholds, at the level asked for."""
        if self.level != "value":
            ranges = package_table("parameters").set_index("parameter")[self.level]
            if ranges[f"claims.{name}"]:
                return float(ranges[f"claims.{name}"])
        return float(self.study.parameter(f"claims.{name}"))

    def _known(self, kind: str, codes: Iterable[Any], known: Sequence[str]) -> list[str]:
        chosen = [str(code) for code in codes]
        for code in chosen:
            if code not in known:
                raise self.wrong(
                    Text(
                        f"names the {kind} '{code}', which the study does not have.",
                        f"所用的 {kind} “{code}”在研究中不存在。",
                    ),
                    Text(f"Choose from {', '.join(known)}.", f"可选：{'、'.join(known)}。"),
                )
        return chosen

    def regions(self, name: str, default: str) -> tuple[list[str], Text]:
        """Return a set of regions and its name: hosts, origins, others (all but the hosts), all, or codes."""
        value = self.option(name, default)
        if isinstance(value, str):
            hosts = self.study.hosts
            if value == "hosts":
                return list(hosts), self.study.text("role", "host")
            if value == "origins":
                return list(self.study.origins), self.study.text("role", "origin")
            if value == "others":
                rest = [region for region in self.study.regions if region not in hosts]
                return rest, self.study.text("role", "not_host")
            if value == "all":
                return list(self.study.regions), self.study.text("role", "all")
            value = [value]
        chosen = self._known("region", value, self.study.regions)
        return chosen, listed(self.study.text("region", region) for region in chosen)

    def industry(self, name: str = "industry") -> str:
        """Return an industry code."""
        return self._known("industry", [self.option(name)], self.study.industries)[0]

    def industries(self, name: str = "industries", default: Any = None) -> tuple[list[str], Text]:
        """Return a set of industries and its name: transferable, all, or codes."""
        value = self.option(name, default)
        if value == "transferable":
            return list(self.study.transferable), self.study.text("set", "transferable")
        if value == "all":
            return list(self.study.industries), self.study.text("set", "all_industries")
        chosen = self._known("industry", [value] if isinstance(value, str) else value, self.study.industries)
        return chosen, listed(self.study.text("industry", code) for code in chosen)

    def classes(self, name: str = "classes") -> tuple[list[str], Text]:
        """Return a set of factor classes and its name."""
        known = list(dict.fromkeys(self.study.factor_class))
        chosen = self._known("factor class", self.option(name), known)
        return chosen, listed(self.study.text("factor_class", code) for code in chosen)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table of `measure` by name: as found already, else made now."""
        if name in self.findings:
            return self.findings[name].frame
        try:
            return measure.RESULTS[name](self.study).frame
        except StudyError as error:
            raise MissingError(error.words) from error

    def planned(self, name: str) -> pd.DataFrame:
        """Return a table of the plan by name."""
        if name not in self.findings:
            raise MissingError(
                Text(
                    f"There is no plan to judge by (the table {name} is missing).",
                    f"没有可供检验的规划结果（缺表{name}）。",
                )
            )
        return self.findings[name].frame

    def output(self) -> xr.DataArray:
        """Return gross output [region, industry, year]."""
        return self.study["gross_output"].transpose("region", "industry", "year")

    @property
    def output_status(self) -> Text:
        """The status of gross output, in words."""
        return self.status("gross_output")

    def status(self, variable: str) -> Text:
        """Return the status of a variable, in words."""
        known: Status = self.study.provenance[variable].status
        return self.study.text("status", known)


Kind = Callable[[Case], Evidence]
