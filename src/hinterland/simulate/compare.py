"""What the models say of one scenario, side by side, and why they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from hinterland.simulate.outcome import Outcome
from hinterland.simulate.outcome_tables import VARIABLES, model_name
from hinterland.study import Column, Result, Study, StudyError, Text

ASSUMES: Mapping[str, Text] = {
    "impact": Text(
        "Impact holds prices, wages and all other demand as they are, and has idle capacity wherever the "
        "scenario sets no cap: it shows at once who supplies and who is supplied.",
        "投入产出影响模型假定价格、工资与其他需求不变，情景未设上限之处均有闲置产能：它即时展示供应与被供应关系。",
    ),
    "equilibrium": Text(
        "Equilibrium lets wages, prices and sourcing adjust until markets clear: where plants come, cheaper "
        "inputs draw more of their industry and dearer labour crowds other industries out; where plants "
        "leave, cheaper labour brings some business back; prices reach regions that trade with neither.",
        "空间一般均衡模型让工资、价格与采购来源调整至市场出清：产能迁入地投入品更便宜，吸引更多同类产业，"
        "用工成本上升则挤出其他产业；产能迁出地用工成本下降，吸引部分业务回流；价格变化波及不直接往来的地区。",
    ),
    "disruption": Text(
        "Disruption holds prices and technology and follows the days of the change: capacity and stocks "
        "bind, so what cannot be supplied in time is lost; afterwards output returns to what is demanded.",
        "扰动模型假定价格与技术不变，逐日追踪：产能与库存形成约束，无法及时供应的产出即为损失，其后产出回到需求水平。",
    ),
}
# Changes below this share of the largest are taken for none when signs are compared.
SILENT = 1e-6


def compare_models(
    outcomes: Sequence[Outcome],
    *,
    variable: str = "output",
    over: Literal["region", "industry"] = "region",
    study: Study | None = None,
    year: int | None = None,
) -> Result:
    """Return the change of a variable under every model, side by side, with the reasons why they differ.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of one scenario from one baseline; each model once.
    variable : str
        One that all of them have.
    over : "region" or "industry"
    study : Study, optional
        For names in the words.
    year : int, optional
        Of models that go by years; default: the year of the scenario's disaster, or the last state. Models
        that go by days give their mean.

    Returns
    -------
    Result
        Columns region or industry, base, one for each model, and agree (no two models differ in sign).

    Raises
    ------
    StudyError
        Outcomes of different baselines or scenarios, a model twice, a variable that one lacks.
    """
    models = [outcome.model for outcome in outcomes]
    _comparable(outcomes, models, variable)
    first = outcomes[0]
    at = _year(first, year)
    other: Literal["region", "industry"] = "industry" if over == "region" else "region"
    codes = [str(k) for k in first.baseline[over].to_numpy()]
    base = first.baseline[variable].sum(other, skipna=False).to_numpy()
    figures: dict[str, object] = {over: codes, "base": base}
    changes = []
    for outcome in outcomes:
        now = outcome.settled(at if outcome.clock == "year" else None)
        shift = (now[variable] - outcome.baseline[variable]).sum(other, skipna=False)
        changes.append(shift.reindex({over: codes}).to_numpy())
        figures[f"change_{outcome.model}"] = changes[-1]
    matrix = np.stack(changes)
    floor = SILENT * np.nanmax(np.abs(matrix), initial=0.0)
    signs = np.where(np.abs(matrix) <= floor, 0.0, np.sign(matrix))
    agree = np.asarray(~((signs > 0).any(0) & (signs < 0).any(0)))
    figures["agree"] = np.where(agree, "yes", "no")
    label = dict(VARIABLES).get(variable, Text.same(variable))
    unit = str(first.baseline[variable].attrs.get("unit", ""))
    columns = (
        Column(over, Text("Region", "地区") if over == "region" else Text("Industry", "产业"), over),
        Column("base", label + Text(", base year", "（基年）"), "number", unit, "estimated"),
        *(
            Column(
                f"change_{model}",
                label + Text(", change: ", "变化：") + model_name(model),
                "number",
                unit,
                "estimated",
            )
            for model in models
        ),
        Column("agree", Text("Same direction", "方向一致"), "code"),
    )
    return Result(
        "model_comparison",
        Text("What each model says", "各模型结论对比"),
        pd.DataFrame(figures),
        columns,
        _reasons(models),
        _note(outcomes, matrix, agree, codes, over, study),
    )


def _year(outcome: Outcome, year: int | None) -> int | None:
    """Year to look at: the one asked for, that of the disaster, or None for the last state."""
    if year is None and outcome.scenario is not None:
        struck = [change.year for change in outcome.scenario.of("disaster") if change.year is not None]
        return struck[-1] if struck else None
    return year


def _comparable(outcomes: Sequence[Outcome], models: Sequence[str], variable: str) -> None:
    if not outcomes:
        raise StudyError(
            Text("There is no outcome to compare.", "没有可比较的结果。"),
            Text("Give the outcomes of one scenario.", "请给出同一情景的结果。"),
        )
    twice = sorted({m for m in models if models.count(m) > 1})
    if twice:
        raise StudyError(
            Text(f"The model {', '.join(twice)} comes twice.", f"模型{'、'.join(twice)}重复。"),
            Text("Give each model once.", "每个模型只给一次。"),
        )
    first = outcomes[0]
    for outcome in outcomes[1:]:
        same = all(
            name in outcome.baseline
            and np.array_equal(
                outcome.baseline[name].to_numpy(), first.baseline[name].to_numpy(), equal_nan=True
            )
            for name in first.baseline.data_vars
        )
        if not same:
            raise StudyError(
                Text(
                    f"{first.model} and {outcome.model} do not start from the same accounts.",
                    f"{first.model}与{outcome.model}的基期账户不同。",
                ),
                Text("Run both on the same study and table.", "请使用同一研究和同一投入产出表。"),
            )
        if outcome.scenario is not None and first.scenario is not None and outcome.scenario != first.scenario:
            raise StudyError(
                Text(
                    f"{first.model} and {outcome.model} ran different scenarios.",
                    f"{first.model}与{outcome.model}所用情景不同。",
                ),
                Text("Run the same scenario on both.", "请用同一情景。"),
            )
    lacking = [o.model for o in outcomes if variable not in o.result or variable not in o.baseline]
    if lacking:
        raise StudyError(
            Text(f"{', '.join(lacking)} has no '{variable}'.", f"{'、'.join(lacking)}没有“{variable}”。"),
            Text("Compare a variable that all models have.", "请比较各模型共有的变量。"),
        )


def _reasons(models: Sequence[str]) -> Text:
    """Say what each model assumes, which is why they differ."""
    said = Text("", "")
    for model in models:
        if model in ASSUMES:
            said += ASSUMES[model] + Text(" ", "")
    return Text(said.en.strip(), said.zh)


def _note(
    outcomes: Sequence[Outcome],
    matrix: np.ndarray,
    agree: np.ndarray,
    codes: Sequence[str],
    over: str,
    study: Study | None,
) -> Text:
    """All together and how large under each model, and where the models point different ways."""
    parts = [
        Text(
            f"{model_name(o.model).en} {np.nansum(row):+,.4g}",
            f"{model_name(o.model).zh}{np.nansum(row):+,.4g}",
        )
        for o, row in zip(outcomes, matrix, strict=True)
    ]
    note = Text(
        "All together: " + ", ".join(p.en for p in parts) + ".",
        "合计：" + "，".join(p.zh for p in parts) + "。",
    )
    sizes = np.nansum(np.abs(matrix), axis=1)
    if len(outcomes) > 1 and sizes[0] > 0:
        first = model_name(outcomes[0].model)
        shares = [
            Text(
                f"{model_name(o.model).en} {size / sizes[0]:.0%}",
                f"{model_name(o.model).zh}{size / sizes[0]:.0%}",
            )
            for o, size in zip(outcomes[1:], sizes[1:], strict=True)
        ]
        note += Text(
            f" Sizes of all changes added up, relative to {first.en}: {', '.join(k.en for k in shares)}.",
            f"各项变化绝对值之和，相对于{first.zh}：{'，'.join(k.zh for k in shares)}。",
        )
    apart = [code for code, same in zip(codes, agree, strict=True) if not same]
    if apart:
        names = [study.text(over, code) if study is not None else Text.same(code) for code in apart]
        more = len(names) - 8
        note += Text(
            f" The models differ in sign in {len(apart)} of {len(codes)}: "
            + ", ".join(n.en for n in names[:8])
            + (f" and {more} more." if more > 0 else "."),
            f"{len(codes)}项中有{len(apart)}项方向不一：" + "、".join(n.zh for n in names[:8])
            + (f"，另有{more}项。" if more > 0 else "。"),
        )  # fmt: skip
    elif len(outcomes) > 1:
        note += Text(" The models agree in sign everywhere.", "各模型方向均一致。")
    return note
