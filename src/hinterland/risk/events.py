"""The stress tests and mitigations of a study, read from its tables and scenarios and checked."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hinterland.simulate import Scenario, read_scenario
from hinterland.study import Study, StudyError, Text


@dataclass(frozen=True, slots=True)
class Stress:
    """An event that a plan is tested against.

    Attributes
    ----------
    likelihood, likelihood_low, likelihood_high : float
        Probability in a year, and its range.
    amber, red : float
        Values of the indicator from which to be watchful and to act; `direction` 1: higher is worse, -1:
        lower is.
    """

    code: str
    scenario: Scenario
    model: str
    family: str
    likelihood: float
    likelihood_low: float
    likelihood_high: float
    label: Text
    indicator: Text
    unit: str
    amber: float
    red: float
    direction: int


@dataclass(frozen=True, slots=True)
class Mitigation:
    """What could be done about an event: the same one with another scenario or another parameter.

    Its cost a year is `cost_rate` of the amount that `cost_of` names (output, inputs, value_added or a
    category of final demand) over regions and industries; none named: all.
    """

    code: str
    stress: str
    scenario: Scenario | None
    parameter: str
    value: float
    cost_of: str
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    cost_rate: float
    cost_rate_low: float
    cost_rate_high: float
    owner: Text
    label: Text


def _table(study: Study, name: str) -> pd.DataFrame:
    table = study.frames.get(name)
    if table is None or table.empty:
        raise StudyError(
            Text(f"The study has no table {name}.", f"研究没有{name}表。"),
            Text(f"Add the table {name}.", f"请补充{name}表。"),
        )
    return table


def _both(row: dict[str, object], name: str, other: str = "") -> Text:
    en = str(row.get(f"{name}_en") or row.get(f"{name}_zh") or other)
    return Text(en, str(row.get(f"{name}_zh") or en))


def _or(row: dict[str, object], name: str, other: float) -> float:
    value = row.get(name)
    number = float(value) if value not in (None, "") else float("nan")  # type: ignore[arg-type]
    return other if number != number else number


def stresses(study: Study) -> tuple[Stress, ...]:
    """Return the events of the table stress_tests.

    Raises
    ------
    StudyError
        There is no table, or a scenario cannot be read (every one that cannot is named).
    """
    out, wrong = [], []
    for row in _table(study, "stress_tests").to_dict("records"):
        try:
            scenario = read_scenario(str(row["scenario"]), study)
        except StudyError as error:
            wrong.append(error)
            continue
        likelihood = float(row["likelihood"])
        out.append(
            Stress(
                str(row["stress"]),
                scenario,
                str(row["model"]),
                str(row["family"]),
                likelihood,
                min(likelihood, _or(row, "likelihood_low", likelihood)),
                max(likelihood, _or(row, "likelihood_high", likelihood)),
                _both(row, "name", str(row["stress"])),
                _both(row, "indicator"),
                str(row.get("unit") or ""),
                _or(row, "amber", float("nan")),
                _or(row, "red", float("nan")),
                -1 if str(row.get("direction")) in ("-1", "-1.0") else 1,
            )
        )
    _refuse(wrong)
    return tuple(out)


def mitigations(study: Study) -> tuple[Mitigation, ...]:
    """Return the measures of the table mitigations.

    Raises
    ------
    StudyError
        There is no table, a scenario cannot be read, or a row names an event, a region or an industry that
        there is not; all of them at once.
    """
    known = set(_table(study, "stress_tests")["stress"])
    out: list[Mitigation] = []
    wrong: list[StudyError] = []
    for row in _table(study, "mitigations").to_dict("records"):
        code, stress = str(row["mitigation"]), str(row["stress"])
        regions, industries = (tuple(str(row.get(k) or "").split()) for k in ("regions", "industries"))
        strange = [
            *([stress] if stress not in known else []),
            *(r for r in regions if r not in study.regions),
            *(i for i in industries if i not in study.industries),
        ]
        name, parameter = str(row.get("scenario") or ""), str(row.get("parameter") or "")
        if strange:
            wrong.append(
                StudyError(
                    Text(
                        f"The mitigation {code} names {', '.join(strange)}, which there is not.",
                        f"措施{code}引用了不存在的{'、'.join(strange)}。",
                    ),
                    Text("Use codes of the study.", "请使用研究中的代码。"),
                )
            )
            continue
        if not name and not parameter:
            wrong.append(
                StudyError(
                    Text(f"The mitigation {code} changes nothing.", f"措施{code}未改变任何内容。"),
                    Text("Name a scenario or a parameter.", "请给出情景或参数。"),
                )
            )
            continue
        try:
            scenario = read_scenario(name, study) if name else None
            if parameter:
                study.parameter(parameter)
        except StudyError as error:
            wrong.append(error)
            continue
        rate = float(row["cost_rate"])
        out.append(
            Mitigation(
                code,
                stress,
                scenario,
                parameter,
                _or(row, "value", float("nan")),
                str(row["cost_of"]),
                regions,
                industries,
                rate,
                min(rate, _or(row, "cost_rate_low", rate)),
                max(rate, _or(row, "cost_rate_high", rate)),
                _both(row, "owner"),
                _both(row, "name", code),
            )
        )
    _refuse(wrong)
    return tuple(out)


def _refuse(wrong: list[StudyError]) -> None:
    """Raise all that is wrong as one error."""
    if not wrong:
        return
    words = [error.words for error in wrong]
    mends = list(dict.fromkeys(error.mend_words for error in wrong))
    raise StudyError(
        Text(" ".join(w.en for w in words), "".join(w.zh for w in words)),
        Text(" ".join(m.en for m in mends), "".join(m.zh for m in mends)),
    )
