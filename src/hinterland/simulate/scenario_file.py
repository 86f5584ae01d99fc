"""Scenarios as YAML files: read with the line of every change, written so that reading gives the same back.

Codes are taken as they are written: a region called NO or a policy called 2021 stays a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from hinterland.simulate.baseline import baseline
from hinterland.simulate.changes import CHANGES, NUMBERS, REPRESENTS, Change, own_fields, required
from hinterland.simulate.models import MODELS
from hinterland.simulate.scenario import Scenario
from hinterland.simulate.scenario_check import ScenarioError
from hinterland.study import EMPTY, CheckReport, Finding, Study, StudyError, Text, find_study, open_study
from hinterland.study.schema import listing, nearest

FOLDER = "scenarios"
ENDING = ".yaml"
_KEYS = ("scenario", "title", "description", "changes")
# Larger is no list of changes, and a parser should not be asked to hold it.
LARGEST = 5_000_000


class _Reader:
    """Turns the nodes of one file into a scenario, keeping everything that is wrong with where it is."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []

    def note(self, code: str, node: yaml.Node | None, message: Text, mend: Text, column: str = "") -> None:
        line = node.start_mark.line + 1 if node is not None else 0
        self.found.append(Finding("error", code, self.file, "", line, column, message, mend))

    def pairs(self, node: yaml.Node, what: Text) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the entries of a mapping by key; anything else is noted."""
        if not isinstance(node, yaml.MappingNode):
            self.note(
                "not_a_mapping",
                node,
                Text("{what} is not a list of 'key: value' pairs.", "{what}不是“键: 值”的形式。").format(
                    what=what
                ),
                Text("Write one 'key: value' a line.", "请每行写一个“键: 值”。"),
            )
            return {}
        out: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in out:
                self.note(
                    "key_twice",
                    key,
                    Text(f"'{name}' stands here twice.", f"“{name}”重复出现。"),
                    Text("Keep one.", "请只保留一个。"),
                    name,
                )
            out[name] = (key, value)
        return out

    def word(self, node: yaml.Node, column: str) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self.note(
            "not_a_word",
            node,
            Text(f"'{column}' is not a single value.", f"“{column}”不是单个值。"),
            Text("Write one value after the colon.", "请在冒号后写一个值。"),
            column,
        )
        return ""

    def number(self, node: yaml.Node, column: str, whole: bool = False) -> float | int | None:
        text = self.word(node, column)
        if not text and not isinstance(node, yaml.ScalarNode):
            return None
        try:
            return int(text) if whole else float(text.replace("_", ""))
        except ValueError:
            kind = Text("a year such as 2026", "年份，如2026") if whole else Text("a number", "数字")
            self.note(
                "not_a_number",
                node,
                Text("{column} is '{text}', not {kind}.", "{column}为“{text}”，不是{kind}。").format(
                    column=column, text=text, kind=kind
                ),
                Text("Write it without units or thousands separators.", "请勿写单位或千分位。"),
                column,
            )
            return None

    def text(self, node: yaml.Node, column: str) -> Text:
        if isinstance(node, yaml.ScalarNode):
            return Text.same(str(node.value))
        got = {k: self.word(v, f"{column}.{k}") for k, (_, v) in self.pairs(node, Text.same(column)).items()}
        either = got.get("en") or got.get("zh") or ""
        return Text(got.get("en", either), got.get("zh", either))

    def schedule(self, node: yaml.Node) -> dict[int, float]:
        out = {}
        for year, (key, value) in self.pairs(node, Text.same("schedule")).items():
            when, share = self.number(key, "schedule", whole=True), self.number(value, f"schedule.{year}")
            if when is not None and share is not None:
                out[int(when)] = float(share)
        return out

    def unknown(self, key: yaml.Node, name: str, known: Mapping[str, object] | tuple[str, ...]) -> None:
        self.note(
            "unknown_key",
            key,
            Text(f"Nothing is known by the name '{name}' here.", f"此处没有名为“{name}”的项目。"),
            nearest(name, known) + Text(f"Known: {listing(known, 20)}.", f"可用：{listing(known, 20)}。"),
            name,
        )

    def change(self, node: yaml.Node) -> Change | None:
        given = self.pairs(node, Text("A change", "变化"))
        if not given:
            return None
        if "change" not in given:
            self.note(
                "no_kind",
                node,
                Text("A change does not say what it is.", "有一项变化未写明类型。"),
                Text(
                    f"Start it with 'change: ...', one of {listing(CHANGES, 12)}.",
                    f"请以“change: ……”开头，可用：{listing(CHANGES, 12)}。",
                ),
            )
            return None
        kind = self.word(given["change"][1], "change")
        made = CHANGES.get(kind)
        if made is None:
            self.unknown(given["change"][1], kind, CHANGES)
            return None
        known = {item.name: item for item in own_fields(made)}
        values: dict[str, Any] = {}
        before = len(self.found)
        for name, (key, value) in given.items():
            if name == "change":
                continue
            if name not in known:
                self.unknown(key, name, ("change", *known))
                continue
            role = known[name].metadata["role"]
            if role == "schedule":
                values[name] = self.schedule(value)
            elif role in NUMBERS or role == "year":
                values[name] = self.number(value, name, whole=role == "year")
            else:
                values[name] = self.word(value, name)
        lacking = [item.name for item in known.values() if required(item) and item.name not in values]
        if lacking:
            self.note(
                "lacking",
                node,
                Text(f"'{kind}' lacks {', '.join(lacking)}.", f"“{kind}”缺少{'、'.join(lacking)}。"),
                Text("Fill it in.", "请补充。"),
            )
        return made(**values) if len(self.found) == before else None


def parse_scenario(text: str, file: str = "") -> Scenario:
    """Read a scenario from the text of a YAML file.

    Raises
    ------
    ScenarioError
        Everything that is wrong with the file at once, each with its line.
    """
    reader = _Reader(file)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or error).splitlines()[0]
        finding = Finding(
            "error",
            "broken_yaml",
            file,
            "",
            mark.line + 1 if mark is not None else 0,
            "",
            Text(f"This is not YAML: {reason}.", f"不是有效的YAML：{reason}。"),
            Text("Check the colons, the dashes and the indents.", "请检查冒号、短横线和缩进。"),
        )
        raise ScenarioError(CheckReport(file, (finding,))) from error
    top = reader.pairs(node, Text("The file", "文件")) if node is not None else {}
    for name, (key, _) in top.items():
        if name not in _KEYS:
            reader.unknown(key, name, _KEYS)
    if "scenario" not in top:
        reader.note(
            "no_name",
            node,
            Text("The scenario has no name.", "情景没有名称。"),
            Text("Start the file with 'scenario: NAME'.", "请在文件开头写“scenario: 名称”。"),
        )
    name = reader.word(top["scenario"][1], "scenario") if "scenario" in top else ""
    texts = {k: reader.text(top[k][1], k) if k in top else EMPTY for k in ("title", "description")}
    changes, places = [], []
    listed = top["changes"][1] if "changes" in top else None
    if listed is not None and not isinstance(listed, yaml.SequenceNode):
        reader.note(
            "not_a_list",
            listed,
            Text("'changes' is not a list.", "“changes”不是列表。"),
            Text("Start each change with '- change: ...'.", "请以“- change: ……”开始每项变化。"),
            "changes",
        )
    elif listed is not None:
        for item in listed.value:
            change = reader.change(item)
            if change is not None:
                changes.append(change)
                places.append((file, item.start_mark.line + 1))
    if reader.found:
        raise ScenarioError(CheckReport(name or file, tuple(reader.found)))
    return Scenario(name, tuple(changes), texts["title"], texts["description"], tuple(places))


def dump_scenario(scenario: Scenario) -> str:
    """Return a scenario as YAML."""
    return str(yaml.safe_dump(scenario.as_dict(), sort_keys=False, allow_unicode=True, width=100))


def write_scenario(scenario: Scenario, path: str | Path) -> Path:
    """Write a scenario to a YAML file, whole or not at all."""
    target = Path(path)
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(dump_scenario(scenario), encoding="utf-8", newline="\n")
        aside.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudyError(
            Text(f"'{target}' cannot be written: {reason}.", f"无法写入“{target}”：{reason}。"),
            Text("Choose a place you may write to.", "请选择有写入权限的位置。"),
        ) from error
    return target


def scenario_files(study: str | Path) -> Mapping[str, Path]:
    """Return the scenarios in a study's folder ``scenarios`` by name (file stem)."""
    folder = find_study(study) / FOLDER
    found = sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []
    return {path.stem: path for path in found}


def read_scenario(name: str | Path, study: str | Path | Study | None = None) -> Scenario:
    """Read a scenario: a YAML file by path, or one of a study's folder ``scenarios`` by name.

    Parameters
    ----------
    name : str or Path
    study : str, Path or Study, optional
        The study whose scenarios to look through: its folder, or the name of a built-in one; of a `Study`
        the folder that it was opened from.

    Raises
    ------
    ScenarioError
        Everything that is wrong with the file, with lines.
    StudyError
        No such file or name (with the nearest), or a file that cannot be read.
    """
    where = (study.folder or study.name) if isinstance(study, Study) else study
    there = scenario_files(where) if where is not None else {}
    path = there.get(str(name), Path(name))
    try:
        if path.stat().st_size > LARGEST:
            raise StudyError(
                Text(f"'{path}' is too large to be a scenario.", f"“{path}”过大，不是情景文件。"),
                Text("Name the right file.", "请指定正确的文件。"),
            )
        data = path.read_bytes()
    except OSError as error:
        known = listing(there, 12) or "-"
        raise StudyError(
            Text(f"There is no scenario '{name}'.", f"没有情景“{name}”。"),
            nearest(str(name), there)
            + Text(
                f"Give a YAML file, or one of the study's: {known}.",
                f"请给出YAML文件，或本研究的情景：{known}。",
            ),
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(
            Text(f"'{path}' is not UTF-8 text.", f"“{path}”不是UTF-8文本。"),
            Text("Save it as UTF-8.", "请另存为UTF-8编码。"),
        ) from error
    return parse_scenario(text, path.name)


def check_scenarios(study: str | Path) -> tuple[Finding, ...]:
    """Return everything that is wrong with the scenarios in a study's folder, each with file and line.

    A scenario that no model takes as a whole is a warning, and so is a study whose accounts cannot be
    estimated: its scenarios are then read, but not held against it.

    Parameters
    ----------
    study : str or Path
        A study folder, or the name of a built-in study, without errors of its own.
    """
    found: list[Finding] = []
    read: list[tuple[str, Scenario]] = []
    for path in scenario_files(study).values():
        file = f"{FOLDER}/{path.name}"
        try:
            read.append((file, read_scenario(path)))
        except ScenarioError as error:
            found += [replace(finding, file=file) for finding in error.report.findings]
        except StudyError as error:
            found.append(Finding("error", "unreadable", file, "", 0, "", error.words, error.mend_words))
    if not read:
        return tuple(found)
    opened = open_study(study)
    try:
        base = baseline(opened)
    except StudyError as error:
        message = Text("The scenarios were not checked: ", "情景未能检查：") + error.words
        return (
            *found,
            Finding("warning", "not_checked", FOLDER, "", 0, "", message, error.mend_words),
        )
    for file, scenario in read:
        found += [replace(finding, file=file) for finding in scenario.check(opened, base).findings]
        if not any(all(model in REPRESENTS[c.kind] for c in scenario.changes) for model in MODELS):
            found.append(
                Finding(
                    "warning",
                    "no_model",
                    file,
                    "",
                    0,
                    "",
                    Text("No model takes all of its changes.", "没有模型能表示其全部变化。"),
                    Text("Divide it into scenarios for one model each.", "请按模型拆分为多个情景。"),
                )
            )
    return tuple(found)
