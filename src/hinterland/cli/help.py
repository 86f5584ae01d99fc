"""The help of the command line in both languages, and which of the two is wanted.

Nothing here loads the data tools: help has to come at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinterland.study.text import Language

HELP = (
    "Plan industrial transfer: from measurement to a phased, verified plan.",
    "产业转移规划工作台：从测度到分阶段、经验证的方案。",
)

HELP_TEXTS: Sequence[tuple[str, str]] = (
    HELP,
    (
        "Everything in one go: check, measure, assess, plan, simulate, stress, report.",
        "一次完成：检查、测度、评估、规划、模拟、压力检验、报告。",
    ),
    ("Start a study of your own from templates.", "用模板新建自己的研究。"),
    (
        "Say everything that is wrong with a study: file, sheet, row, column and mend.",
        "指出研究中的全部问题：文件、工作表、行、列及改法。",
    ),
    ("What moved: how much, what, from where, to where.", "转移了什么：多少、哪些产业、从何处、到何处。"),
    (
        "How the economy is wired: reconciliation, interregional table, multipliers.",
        "经济如何关联：总量协调、区域间投入产出表、乘数。",
    ),
    ("What could move, and who could host it.", "什么可以转移，谁能承接。"),
    (
        "Did past policies work: quasi-experiments of the study, or of a panel of your own.",
        "过往政策是否有效：准实验评估及其反证。",
    ),
    (
        "Which pathway is best: the phased plan, its frontier and its limits.",
        "哪条路径最好：分阶段方案、前沿与约束。",
    ),
    (
        "What would happen if it moved: the plan's transfers, your own, or a scenario.",
        "转移之后会怎样：方案中的转移、自定的转移，或一个情景。",
    ),
    (
        "The plan to hand out: a Gantt sheet, a booklet for each province, a dossier for each industry.",
        "可分发的方案：甘特图、分省手册、分产业档案。",
    ),
    ("What could go wrong: the register of risks of the plan.", "可能出什么问题：方案的风险清单。"),
    (
        "What makes the plan safe: shared parks, compensation, fund, incentives, talent, jobs, tasks.",
        "方案靠什么保障：共建园区、生态补偿、基金、激励、人才、岗位、任务。",
    ),
    (
        "Turn a published input-output table into a study: checked, never half-read.",
        "将公布的投入产出表转为研究：先检查，不作半截读取。",
    ),
    (
        "Format: tidy, ceads, nbs, supply-use, exiobase3, wiod, oecd, eora26, gloria, pymrio.",
        "格式：tidy、ceads、nbs、supply-use、exiobase3、wiod、oecd、eora26、gloria、pymrio。",
    ),
    ("The file, or the folder where the format has several.", "文件；该格式含多个文件时为文件夹。"),
    ("Year of the table, where the file does not say it.", "表的年份（文件未注明时）。"),
    ("Unit of money, where the file does not say it.", "货币单位（文件未注明时）。"),
    ("Sheet to read, where several hold a table.", "要读取的工作表（多个工作表含表格时）。"),
    ("Name of the region of a table of one region.", "单一地区表的地区名称。"),
    (
        "Take regions, roles, coordinates and phases from this study.",
        "地区、角色、经纬度与阶段取自此研究。",
    ),
    ("Balance a table that does not balance (GRAS).", "对不平衡的表予以平衡（GRAS）。"),
    ("Read a blank cell as zero.", "空白单元格按零读取。"),
    ("Supply and use: model A, B, C or D (default B).", "供给使用表：模型 A、B、C 或 D（默认 B）。"),
    (
        "pymrio formats: value added as given, or what output leaves (residual).",
        "pymrio 各格式：增加值取原数（given），或按总产出减投入计算（residual）。",
    ),
    (
        "Write the tables of imbalance and changes to this folder.",
        "将差额表与调整表写入此文件夹。",
    ),
    (
        "Freeze a run in one file: data, options, program, seeds and results, with hashes.",
        "将一次运行封存为一个文件：数据、选项、程序、随机数种子与结果，并附哈希值。",
    ),
    (
        "Run an evidence pack again and say figure by figure whether it reproduces.",
        "重新运行证据包，逐个数值说明能否复现。",
    ),
    (
        "Exit codes: 0 reproduces, 20 other figures, 21 other program, 22 list of hashes changed, "
        "23 files missing, 24 data changed, 25 results changed, 26 files too many, 27 not readable; "
        "1 something to mend, 2 wrong usage, 130 interrupted.",
        "退出码：0 可复现，20 数值不一致，21 程序不同，22 哈希清单被改动，23 缺少文件，24 数据被改动，"
        "25 结果被改动，26 有多余文件，27 无法读取；1 有待改正，2 用法错误，130 已中断。",
    ),
    ("A folder that hinterland run has written.", "由 hinterland run 写成的文件夹。"),
    ("An evidence pack.", "证据包。"),
    (
        "The pack to write; DIR-evidence.zip beside the folder unless given.",
        "要写入的证据包；未指定时为文件夹旁的 DIR-evidence.zip。",
    ),
    ("The study's folder, where it is no built-in study.", "研究的文件夹（非内置研究时）。"),
    ("The seal as it was published when the pack was made.", "生成证据包时公布的封印。"),
    ("Relative difference that still counts as the same.", "仍视为相同的相对差。"),
    (
        "Also run a pack that another state of the program made.",
        "即使证据包由另一状态的程序生成，也运行比较。",
    ),
    (
        "Is it working: record figures, hold them against targets, write the bulletin.",
        "成效如何：登记数据、对照目标、编写监测通报。",
    ),
    (
        "Where the targets stand: progress, scores, outlook, warnings.",
        "目标进展：进度、得分、展望与预警。",
    ),
    ("Append a file of figures to a study's ledger.", "将一份数据登记入研究的台账。"),
    ("Write the bulletin of a period as web page and Word.", "编写某一时期的监测通报（网页与 Word）。"),
    ("Make targets of a plan, as tables for the study's folder.", "由方案生成目标，写成研究的表。"),
    ("Write the indicators of the Wanjiang measures as a table.", "将皖江示范区考核指标写成表。"),
    (
        "CSV or workbook of figures: monitored, region, period, value, origin.",
        "数据文件（CSV 或工作簿）：monitored、region、period、value、origin。",
    ),
    ("Period: 2026, 2026Q3 or 2026-07.", "时期：2026、2026Q3 或 2026-07。"),
    ("Who records the figures.", "登记人。"),
    ("Correct figures that are there already.", "更正已有数值。"),
    ("Why they are corrected.", "更正原因。"),
    ("A built-in study's name or a study folder.", "内置研究的名称，或研究文件夹。"),
    ("A study folder.", "研究文件夹。"),
    ("A new folder for the study.", "研究的新文件夹。"),
    ("Write to this folder.", "写入此文件夹。"),
    ("Phases to plan for (a preset of the study).", "规划所用的阶段方案（研究中的预设）。"),
    ("Points of the frontier.", "前沿的点数。"),
    ("What the plan is to be best at.", "方案的优化目标。"),
    (
        "Two or three objectives that the frontier trades off (repeat it).",
        "前沿所权衡的两个或三个目标（可重复使用）。",
    ),
    (
        "Choose the plan by weights, OBJECTIVE=NUMBER (repeat it).",
        "按权重选定方案：目标=数值（可重复使用）。",
    ),
    (
        "Choose the plan nearest to wishes, OBJECTIVE=NUMBER (repeat it).",
        "选定最接近期望值的方案：目标=数值（可重复使用）。",
    ),
    ("Only these tables (may be repeated).", "只要这些表（可重复使用）。"),
    ("Rows to show of each table; 0 shows all.", "每张表显示的行数；0 表示全部。"),
    ("First year of the comparison.", "比较的起始年份。"),
    ("Last year of the comparison.", "比较的终止年份。"),
    ("An earlier study to compare input-output tables with.", "用于比较投入产出表的较早年份研究。"),
    ("A CSV of moves: industry, origin, host, output.", "转移清单 CSV：industry、origin、host、output。"),
    ("A scenario of the study, or a YAML file.", "研究中的情景名称，或YAML文件。"),
    (
        "Which model runs the scenario; all: compare them.",
        "运行情景的模型；all 为各模型对比。",
    ),
    ("Form of the templates: csv or xlsx.", "模板格式：csv 或 xlsx。"),
    ("Warnings count too: exit code 3.", "警告也计入：退出码 3。"),
    ("Say nothing but errors.", "除错误外不输出。"),
    ("Print JSON for programs.", "输出 JSON，供程序读取。"),
    ("Language of messages: en or zh.", "消息语言：en 或 zh。"),
    ("Show the traceback of an unexpected error.", "显示意外错误的回溯。"),
    ("Also the early-warning thresholds of the plan's risks.", "同时写出方案风险的预警阈值。"),
    ("A panel of your own: CSV, XLSX, DTA or Parquet.", "自有面板：CSV、XLSX、DTA或Parquet。"),
    ("Column of the panel: what is to change.", "面板中的列：结果变量。"),
    ("Column of the panel: units.", "面板中的列：单位。"),
    ("Column of the panel: periods, whole numbers.", "面板中的列：时期（整数）。"),
    (
        "Column of the panel: first treated time, blank for never.",
        "面板中的列：首次处理时间，从未处理的留空。",
    ),
    ("Column of the panel: clusters.", "面板中的列：聚类。"),
    ("Column of the panel: a covariate (repeat it).", "面板中的列：协变量（可重复）。"),
    (
        "Periods before the treatment in which it may already act.",
        "处理前可能已产生影响的期数。",
    ),
    ("Allow units not observed at every time.", "允许单位并非每期都有观测。"),
    ("Distances of the units, a row and a column each.", "单位间距离，每个单位一行一列。"),
    (
        "Outer edge of a ring in which it may spill over (repeat it).",
        "可能产生溢出的环的外缘（可重复）。",
    ),
    ("Seed of reassignment and bootstrap.", "随机分配与自助法的种子。"),
    ("Print the version and exit.", "显示版本并退出。"),
    ("Show this message and exit.", "显示本说明并退出。"),
    (
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
    words = {en: zh if language == "zh" else en for en, zh in HELP_TEXTS}
    for name in ("help", "short_help", "epilog"):
        if getattr(command, name, None) in words:
            setattr(command, name, words[getattr(command, name)])
    for part in [*getattr(command, "params", ()), *getattr(command, "commands", {}).values()]:
        localise(part, language)
