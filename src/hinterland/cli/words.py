"""What the command line says, in both languages."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from hinterland.study.text import Language, Text

DONE = Text(
    "Report: {path}  ({seconds:.0f} s, {tables} tables)", "报告：{path}（{seconds:.0f} 秒，{tables} 张表）"
)
TABLES_WRITTEN = Text("{tables} tables written to {path}", "已将 {tables} 张表写入 {path}")
LEFT_OUT = Text("Left out: {part} – {reason}", "未能给出：{part}——{reason}")
MORE_ROWS = Text(
    "… {rows} more rows; --rows 0 shows all, -o DIR writes files, --json is for programs",
    "……另有 {rows} 行；--rows 0 显示全部，-o DIR 写成文件，--json 供程序读取",
)
INTERRUPTED = Text(
    "Interrupted; nothing was written and an earlier output is as it was.",
    "已中断；没有写入任何内容，原有输出保持不变。",
)
BUG = Text(
    "Something in hinterland itself went wrong: {error}. Details are in {log}; --debug shows them here.",
    "hinterland 自身出错：{error}。详情见 {log}；加 --debug 可直接显示。",
)
NO_MEMORY = Text("There is not enough memory for this.", "内存不足。")
CHECK_CLEAN = Text("Nothing wrong: {study}", "未发现问题：{study}")
CHECK_COUNT = Text(
    "{study}: errors {errors}, warnings {warnings}", "{errors} 个错误，{warnings} 个警告：{study}"
)
NEW_STUDY = Text(
    "A study to fill in stands in {path}. Then: hinterland check {path}",
    "研究模板已建于 {path}。填写后运行：hinterland check {path}",
)
WARNINGS = Text(
    "Warnings about the study's data: {count}; hinterland check {study} lists them",
    "研究数据的警告：{count} 条；运行 hinterland check {study} 查看",
)
ERROR = Text("Error", "错误")
WARNING = Text("Warning", "警告")
YES = Text("yes", "是")
NO = Text("no", "否")

HELP = Text(
    "Plan industrial transfer: from measurement to a phased, verified plan.",
    "产业转移规划工作台：从测度到分阶段、经验证的方案。",
)

HELP_TEXTS: Sequence[Text] = (
    HELP,
    Text(
        "Everything in one go: check, measure, assess, plan, simulate, stress, report.",
        "一次完成：检查、测度、评估、规划、模拟、压力检验、报告。",
    ),
    Text("Start a study of your own from templates.", "用模板新建自己的研究。"),
    Text(
        "Say everything that is wrong with a study: file, sheet, row, column and mend.",
        "指出研究中的全部问题：文件、工作表、行、列及改法。",
    ),
    Text("What moved: how much, what, from where, to where.", "转移了什么：多少、哪些产业、从何处、到何处。"),
    Text(
        "How the economy is wired: reconciliation, interregional table, multipliers.",
        "经济如何关联：总量协调、区域间投入产出表、乘数。",
    ),
    Text("What could move, and who could host it.", "什么可以转移，谁能承接。"),
    Text(
        "Which pathway is best: the phased plan, its frontier and its limits.",
        "哪条路径最好：分阶段方案、前沿与约束。",
    ),
    Text(
        "What would happen if it moved: the plan's transfers, or your own.",
        "转移之后会怎样：方案中的转移，或自定的转移。",
    ),
    Text("What could go wrong: the register of risks of the plan.", "可能出什么问题：方案的风险清单。"),
    Text("A built-in study's name or a study folder.", "内置研究的名称，或研究文件夹。"),
    Text("A study folder.", "研究文件夹。"),
    Text("A new folder for the study.", "研究的新文件夹。"),
    Text("Write to this folder.", "写入此文件夹。"),
    Text("Phases to plan for (a preset of the study).", "规划所用的阶段方案（研究中的预设）。"),
    Text("Points of the frontier.", "前沿的点数。"),
    Text("What the plan is to be best at.", "方案的优化目标。"),
    Text("Only these tables (may be repeated).", "只要这些表（可重复使用）。"),
    Text("Rows to show of each table; 0 shows all.", "每张表显示的行数；0 表示全部。"),
    Text("First year of the comparison.", "比较的起始年份。"),
    Text("Last year of the comparison.", "比较的终止年份。"),
    Text("A CSV of moves: industry, origin, host, output.", "转移清单 CSV：industry、origin、host、output。"),
    Text("Form of the templates: csv or xlsx.", "模板格式：csv 或 xlsx。"),
    Text("Warnings count too: exit code 3.", "警告也计入：退出码 3。"),
    Text("Say nothing but errors.", "除错误外不输出。"),
    Text("Print JSON for programs.", "输出 JSON，供程序读取。"),
    Text("Language of messages: en or zh.", "消息语言：en 或 zh。"),
    Text("Show the traceback of an unexpected error.", "显示意外错误的回溯。"),
    Text("Print the version and exit.", "显示版本并退出。"),
    Text("Show this message and exit.", "显示本说明并退出。"),
    Text(
        "Exit codes: 0 done, 1 something to mend, 2 wrong usage, 3 warnings with --strict, 130 interrupted.",
        "退出码：0 完成，1 有待改正，2 用法错误，3 使用 --strict 时有警告，130 已中断。",
    ),
)


def preferred(arguments: Sequence[str] = ()) -> Language:
    """Return the language asked for by ``--language``, else the environment's, else English."""
    for position, argument in enumerate(arguments):
        if argument == "--language" and position + 1 < len(arguments):
            return "zh" if arguments[position + 1] == "zh" else "en"
        if argument.startswith("--language="):
            return "zh" if argument.endswith("=zh") else "en"
    for variable in ("HINTERLAND_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return "zh" if os.environ[variable].lower().startswith("zh") else "en"
    return "en"


def localise(command: Any, language: Language) -> None:
    """Put the help of a command, its options and its subcommands into `language`."""
    words = {text.en: text.get(language) for text in HELP_TEXTS}
    for name in ("help", "short_help", "epilog"):
        if getattr(command, name, None) in words:
            setattr(command, name, words[getattr(command, name)])
    for part in [*getattr(command, "params", ()), *getattr(command, "commands", {}).values()]:
        localise(part, language)
