"""Kinds by declared rules: which kind a transfer is, read from a table of rules that a study can replace.

A rule gives a kind when all its conditions hold; the rules of an axis are tried in order, and the first that
holds decides. A condition on something unknown does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.study import Study, StudyError, Text
from hinterland.study.model import package_table

Array = npt.NDArray[np.float64]

TABLE = "transfer_rules"
OPERATORS: Mapping[str, Any] = {
    "at_least": np.greater_equal,
    "above": np.greater,
    "at_most": np.less_equal,
    "below": np.less,
}
_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}


@dataclass(frozen=True)
class Condition:
    """One comparison: variable, operator (a key of `OPERATORS`), threshold."""

    variable: str
    operator: str
    threshold: float


@dataclass(frozen=True)
class Rule:
    """A kind, and the conditions that must all hold for it; none means: whatever is left."""

    kind: str
    conditions: tuple[Condition, ...]


def rules_of(study: Study, axis: str) -> tuple[Rule, ...]:
    """Return the rules of one axis: the study's own table transfer_rules where it has that axis, else the
    package's.

    A threshold is a number or the name of a parameter.

    Raises
    ------
    StudyError
        A threshold is neither.
    """
    own = study.frames.get(TABLE)
    table = own if own is not None and bool((own["axis"] == axis).any()) else package_table(TABLE)
    mine = table[table["axis"] == axis]
    out = []
    for _, rows in mine.groupby(mine["order"].astype(float), sort=True):
        conditions = [
            Condition(str(row.variable), str(row.operator), _threshold(study, str(row.threshold)))
            for row in rows.itertuples()
            if isinstance(row.variable, str) and row.variable
        ]
        out.append(Rule(str(rows["kind"].iloc[0]), tuple(conditions)))
    return tuple(out)


def _threshold(study: Study, said: str) -> float:
    try:
        return float(said)
    except ValueError:
        pass
    value = study.parameter(said)
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise StudyError(
            Text(
                f"The rules compare with the parameter '{said}', which is not a number: '{value}'.",
                f"规则中的参数“{said}”不是数字：“{value}”。",
            ),
            Text("Mend it in study.toml.", "请在study.toml中修改。"),
        ) from error


def classify(rules: tuple[Rule, ...], values: Mapping[str, Array], size: int) -> npt.NDArray[np.object_]:
    """Return the kind of each of `size` cases, "" where no rule holds or nothing that the rules ask is known.

    Parameters
    ----------
    rules : tuple of Rule
        In the order in which they are tried.
    values : mapping of str to array [size]
        What the conditions compare; NaN where unknown.

    Raises
    ------
    StudyError
        A rule asks for a variable that is not among `values`, or an unknown operator (named).
    """
    asked = {condition.variable for rule in rules for condition in rule.conditions}
    wrong = sorted(asked - set(values))
    odd = sorted({c.operator for rule in rules for c in rule.conditions if c.operator not in OPERATORS})
    if wrong or odd:
        named = ", ".join(wrong + odd)
        raise StudyError(
            Text(f"The rules use {named}, which is not known.", f"规则使用了未知的变量或比较方式：{named}。"),
            Text(
                f"Variables: {', '.join(values)}. Operators: {', '.join(OPERATORS)}.",
                f"可用变量：{'、'.join(values)}；比较方式：{'、'.join(OPERATORS)}。",
            ),
        )
    kinds = np.full(size, "", dtype=object)
    open_ = np.ones(size, dtype=bool)
    known = np.zeros(size, dtype=bool)
    for variable in asked:
        known |= np.isfinite(values[variable])
    for rule in rules:
        holds = open_ & (known if asked else True)
        for condition in rule.conditions:
            value = values[condition.variable]
            with np.errstate(invalid="ignore"):
                holds &= np.isfinite(value) & OPERATORS[condition.operator](value, condition.threshold)
        kinds[holds] = rule.kind
        open_ &= ~holds
    return kinds


def spelt(study: Study, axis: str, rules: tuple[Rule, ...]) -> Text:
    """Write the rules out, in order, for the reader."""
    parts = []
    for rule in rules:
        kind = study.text(axis, rule.kind)
        said = [
            Text(
                f"{study.text('column', c.variable).en} {_SIGNS[c.operator]} {c.threshold:g}",
                f"{study.text('column', c.variable).zh} {_SIGNS[c.operator]} {c.threshold:g}",
            )
            for c in rule.conditions
        ]
        if said:
            parts.append(
                Text(
                    f"{kind.en}: {' and '.join(t.en for t in said)}",
                    f"{kind.zh}：{'且'.join(t.zh for t in said)}",
                )
            )
        else:
            parts.append(Text(f"{kind.en}: otherwise", f"{kind.zh}：其余"))
    return Text("; ".join(t.en for t in parts) + ". ", "；".join(t.zh for t in parts) + "。")
