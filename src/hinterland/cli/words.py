"""What the command line says, in both languages. (Its help is in `help`, which loads no data tools.)"""

from __future__ import annotations

from hinterland.study.text import Text

DONE = Text(
    "Report: {path}  ({seconds:.0f} s, {tables} tables)", "报告：{path}（{seconds:.0f} 秒，{tables} 张表）"
)
TABLES_WRITTEN = Text("{tables} tables written to {path}", "已将 {tables} 张表写入 {path}")
LEFT_OUT = Text("Left out: {part} – {reason}", "未能给出：{part}——{reason}")
ROADMAP = Text("Roadmap: {path}", "路线图：{path}")
SCENARIO = Text("{said}", "{said}")
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
