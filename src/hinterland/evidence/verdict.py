"""What a verification says: one verdict, its exit code, and the tables behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hinterland.evidence.pack import Damage
from hinterland.study import EMPTY, Column, Result, Text

VERDICTS: Mapping[str, Text] = {
    "reproduces": Text("Reproduces: every figure is the same to the bit.", "可复现：每个数值逐位一致。"),
    "within_tolerance": Text(
        "Reproduces within the tolerance: some figures differ, none by more than it allows.",
        "在容差内可复现：部分数值不同，但均未超出容差。",
    ),
    "differs": Text(
        "Differs: the pack is undamaged, but the re-run gives other figures.",
        "不一致：证据包完好，但重新运行得到不同的数值。",
    ),
    "other_code": Text(
        "Not compared: another state of the program made the pack.",
        "未作比较：证据包由另一状态的程序生成。",
    ),
    "manifest_changed": Text(
        "Damaged: the list of hashes is not the one that was sealed.", "已损坏：哈希清单与封印不符。"
    ),
    "incomplete": Text("Incomplete: files of the pack are missing.", "不完整：证据包缺少文件。"),
    "input_changed": Text("Damaged: data of the study were changed.", "已损坏：研究的数据被改动。"),
    "result_changed": Text("Damaged: results were changed.", "已损坏：结果被改动。"),
    "extra": Text("Damaged: the pack holds files that are not of it.", "已损坏：证据包含有不属于它的文件。"),
    "unreadable": Text("Damaged: the file is no readable pack.", "已损坏：该文件不是可读取的证据包。"),
}
"""Verdicts by code, in both languages."""

EXIT_CODES: Mapping[str, int] = {
    "reproduces": 0,
    "within_tolerance": 0,
    "differs": 20,
    "other_code": 21,
    "manifest_changed": 22,
    "incomplete": 23,
    "input_changed": 24,
    "result_changed": 25,
    "extra": 26,
    "unreadable": 27,
}
"""Exit code of ``hinterland verify`` by verdict."""

# of several damages the one that casts doubt on the others speaks first
_FIRST = (
    ("unreadable", "unreadable"),
    ("manifest", "manifest_changed"),
    ("missing", "incomplete"),
    ("input", "input_changed"),
    ("result", "result_changed"),
    ("extra", "extra"),
)

_LABELS = {
    "table": Text("Table", "表"),
    "figures": Text("Cells", "单元格数"),
    "alike": Text("Same to the bit", "逐位一致"),
    "within": Text("Same within the tolerance", "容差内一致"),
    "different": Text("Different", "不一致"),
    "largest": Text("Largest relative difference", "最大相对差"),
    "state": Text("State", "状态"),
    "row": Text("Row", "行"),
    "place": Text("Where", "位置"),
    "column": Text("Column", "列"),
    "frozen": Text("Frozen", "封存值"),
    "again": Text("Re-run", "重算值"),
    "difference": Text("Relative difference", "相对差"),
}
_NUMBERS = ("figures", "alike", "within", "different", "largest", "row", "difference")
_METHOD = Text(
    "The frozen study is run again with the frozen options, and every cell of every table is compared",
    "以封存的选项重新运行封存的研究，逐表逐格比较",
)


@dataclass(frozen=True)
class Verification:
    """What was found when a pack was looked through and run again.

    Attributes
    ----------
    verdict : str
        Code in `VERDICTS`.
    seal : str
        SHA-256 of the pack's list as it is now.
    damage : tuple of Damage
    code : mapping
        Frozen and present version, commit and the source files that differ.
    environment : mapping
        What differs between the machines: name to (frozen, present).
    tolerance : float
    tables, differences : DataFrame or None
        As in `figures.Comparison`; None where nothing was run.
    """

    verdict: str
    seal: str
    damage: tuple[Damage, ...]
    code: Mapping[str, Any]
    environment: Mapping[str, tuple[str, str]]
    tolerance: float
    tables: pd.DataFrame | None = None
    differences: pd.DataFrame | None = None

    @property
    def said(self) -> Text:
        """The verdict in words."""
        return VERDICTS[self.verdict]

    @property
    def exit_code(self) -> int:
        """What the command line returns."""
        return EXIT_CODES[self.verdict]

    def results(self) -> dict[str, Result]:
        """Return the tables of the comparison by name; nothing where no comparison was made."""
        if self.tables is None or self.differences is None:
            return {}
        note = Text("Relative tolerance {t:g}; same program: {c}.", "相对容差 {t:g}；同一程序：{c}。").format(
            t=self.tolerance, c=Text(*(("no", "否") if self.code["changed"] else ("yes", "是")))
        )
        return {
            "evidence_tables": _result(
                "evidence_tables", Text("Tables held against the re-run", "各表与重算结果的比较"),
                self.tables, note,
            ),
            "evidence_differences": _result(
                "evidence_differences", Text("Figures that differ", "不一致的数值"), self.differences
            ),
        }  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "verdict": self.verdict,
            "said": {"en": self.said.en, "zh": self.said.zh},
            "exit_code": self.exit_code,
            "seal": self.seal,
            "damage": [{"kind": d.kind, "path": d.path} for d in self.damage],
            "code": dict(self.code),
            "environment": {name: list(pair) for name, pair in self.environment.items()},
            "tolerance": self.tolerance,
            "tables": [] if self.tables is None else self.tables.to_dict("records"),
            "differences": [] if self.differences is None else self.differences.to_dict("records"),
        }


def of_damage(damage: tuple[Damage, ...]) -> str | None:
    """Return the verdict that damage alone decides, None for a pack that is whole."""
    kinds = {d.kind for d in damage}
    return next((verdict for kind, verdict in _FIRST if kind in kinds), None)


def of_tables(tables: pd.DataFrame) -> str:
    """Return the verdict that the comparison decides."""
    states = set(tables["state"])
    if states & {"differs", "missing", "new"}:
        return "differs"
    return "within_tolerance" if "within" in states else "reproduces"


def _result(name: str, title: Text, frame: pd.DataFrame, note: Text = EMPTY) -> Result:
    columns = tuple(
        Column(c, _LABELS[c], "number", "", "observed")
        if c in _NUMBERS
        else Column(c, _LABELS[c], "code" if c == "state" else "text")
        for c in frame.columns
    )
    return Result(name, title, frame, columns, _METHOD, note)
