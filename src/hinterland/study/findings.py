"""What a check finds: every error and warning at once, with its place and mend, in both languages."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

import pandas as pd

from hinterland.study.errors import StudyError
from hinterland.study.text import Language, Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of finding, a row of the package's messages.csv."""

    severity: Severity
    message: Text
    mend: Text


@functools.cache
def messages() -> Mapping[str, Message]:
    """Return every kind of finding by its code."""
    with resources.files("hinterland.study").joinpath("messages.csv").open(encoding="utf-8") as file:
        return {
            row["code"]: Message(
                "error" if row["severity"] == "error" else "warning",
                Text(row["message_en"], row["message_zh"]),
                Text(row["mend_en"], row["mend_zh"]),
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (error) or worth knowing (warning).

    `row` is the row number as a spreadsheet or editor shows it (the header is usually row 1), 0 where it
    concerns the whole table; `column` is the header as written in the file.
    """

    severity: Severity
    code: str
    file: str
    sheet: str
    row: int
    column: str
    message: Text
    mend: Text

    def where(self, language: Language = "en") -> str:
        """Return the place in words: file, sheet, row, column."""
        words = ("sheet", "row", "column") if language == "en" else ("工作表", "行", "列")
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(f"{words[0]} {self.sheet}")
        if self.row:
            parts.append(f"{words[1]} {self.row}")
        if self.column:
            parts.append(f"{words[2]} {self.column}")
        return ", ".join(parts)

    def line(self, language: Language = "en") -> str:
        """Return the finding as one line."""
        place = self.where(language)
        text = f"{self.message.get(language)} {self.mend.get(language)}".strip()
        return f"{place}: {text}" if place else text

    def as_dict(self, language: Language | None = None) -> dict[str, object]:
        """Return plain values for JSON: both languages, or one."""
        out: dict[str, object] = {
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
        }
        if language is None:
            out |= {"message_en": self.message.en, "message_zh": self.message.zh}
            out |= {"mend_en": self.mend.en, "mend_zh": self.mend.zh}
        else:
            out |= {"message": self.message.get(language), "mend": self.mend.get(language)}
        return out


@dataclass(frozen=True)
class CheckReport:
    """Everything that a check of a study found."""

    study: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that keep the study from being opened."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that the user should know of, but that do not stop anything."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    def text(self, language: Language = "en") -> str:
        """Return the report as lines of text, errors first."""
        names = {"error": ("error", "错误"), "warning": ("warning", "提醒")}
        pick = 1 if language == "zh" else 0
        lines = [f"{names[f.severity][pick]}: {f.line(language)}" for f in (*self.errors, *self.warnings)]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "study": self.study,
            "ok": self.ok,
            "errors": [f.as_dict() for f in self.errors],
            "warnings": [f.as_dict() for f in self.warnings],
        }

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row per finding."""
        columns = ["severity", "code", "file", "sheet", "row", "column", "message", "mend"]
        return pd.DataFrame([f.as_dict(language) for f in self.findings], columns=columns)


class CheckError(StudyError):
    """A study that cannot be opened; `report` holds everything that was found."""

    def __init__(self, report: CheckReport) -> None:
        self.report = report
        shown, rest = report.errors[:5], max(0, len(report.errors) - 5)
        more = Text(f"\n  … and {rest} more", f"\n  ……另有 {rest} 处") if rest else Text("", "")
        count = len(report.errors)
        message = Text(
            f"The study '{report.study}' has {count} error{'' if count == 1 else 's'}:",
            f"研究“{report.study}”有 {count} 处错误：",
        )
        for finding in shown:
            message += Text("\n  " + finding.line("en"), "\n  " + finding.line("zh"))
        super().__init__(
            message + more,
            Text("\nMend these and check again.", "\n请修正后重新检查。"),
        )


@dataclass
class Notebook:
    """Collects findings while a study is read; the only mutable thing in a check."""

    found: list[Finding] = field(default_factory=list)

    def note(
        self,
        code: str,
        *,
        file: str = "",
        sheet: str = "",
        row: int = 0,
        column: str = "",
        **values: object,
    ) -> None:
        """Write down a finding by its code, filling the words of messages.csv with `values`."""
        kind = messages()[code]
        self.found.append(
            Finding(
                kind.severity,
                code,
                file,
                sheet,
                row,
                column,
                kind.message.format(**values),
                kind.mend.format(**values),
            )
        )

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    @property
    def broken(self) -> bool:
        """Whether an error has been written down."""
        return any(f.severity == "error" for f in self.found)
