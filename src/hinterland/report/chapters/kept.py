"""What the plan promises, and what is left of it when the models of the economy have their say."""

from __future__ import annotations

import pandas as pd

from hinterland.report.chapters.frame import PLANNED, Block, Chapter
from hinterland.report.sentences import amount
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

NEXT_TO_NOTHING = 1e-3
"""Share of the promise below which what is left of it is not worth a figure."""


def _nation_and_hosts(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the nation's rows, and value added of the hosts: the rest is in the exported table."""
    hosts = (frame["scope"] == "host") & (frame["account"] == "value_added")
    return frame[(frame["scope"] == "nation") | hosts]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say what of the promise is kept, whether the plan settles on its own prices, and what it insures."""
    out = []
    found = usable(findings, "plan_promise", "promise", "by_equilibrium")
    if found is not None:
        for row in found.frame[found.frame["scope"] == "nation"].to_dict("records"):
            said, left = (
                amount(study, float(row[k]), str(row["unit"])) for k in ("promise", "by_equilibrium")
            )
            if abs(row["by_equilibrium"]) <= NEXT_TO_NOTHING * abs(row["promise"]):
                left = Text("next to nothing", "几乎为零")
            out.append(
                Text(
                    "{n}: by its end the plan promises the nation {a}; once wages and prices have settled,"
                    " {b}.",
                    "{n}：至期末方案承诺全国{a}；工资与价格调整后为{b}。",
                ).format(n=study.text("account", row["account"]), a=said, b=left)
            )
    loop = usable(findings, "plan_loop", "moves_change")
    if loop is not None:
        out.append(loop.note)
    backup = usable(findings, "plan_backup", "saved_share")
    if backup is not None and len(backup.frame):
        best = backup.frame.loc[backup.frame["saved"].idxmax()]
        unit = backup.column("saved").unit
        out.append(
            Text(
                "Of the coastal provinces struck in turn, the plan saves most when {r} fails: {a} of "
                "output in"
                " one event, {s:.1%} of the loss.",
                "在逐一受冲击的沿海省份中，{r}受损时方案减少的损失最大：一次事件减少产出损失{a}，占损失的{s:.1%}。",
            ).format(
                r=study.text("region", best["origin"]),
                a=amount(study, float(best["saved"]), unit),
                s=float(best["saved_share"]),
            )
        )
    return out


KEPT = Chapter(
    "kept",
    Text("Does the plan keep its promise?", "方案能否兑现？"),
    Text(
        "What is left of the plan's figures once the economy reacts to it, and does it stay the best plan?",
        "经济对方案作出反应之后，其数字还剩多少？它仍是最优方案吗？",
    ),
    (
        Block(
            "plan_promise",
            Text("Promise and models", "承诺与模型"),
            PLANNED,
            None,
            _nation_and_hosts,
            Text("Nation, and value added of the hosts", "全国，以及承接地增加值"),
        ),
        Block("plan_settled", Text("At its own prices", "按自身形成的价格"), PLANNED, open=True),
        Block(
            "plan_flips",
            Text("Moves that prices change", "因价格改变的转移"),
            PLANNED,
            listed=True,
            optional=True,
        ),
        Block(
            "plan_backup", Text("When a province fails", "沿海省份受损时"), PLANNED, optional=True, open=True
        ),
        Block("plan_loop", Text("Round by round", "逐轮求解"), PLANNED, listed=True),
    ),
    says,
    "simulate",
)
