"""The landed cost as tables: by industry, origin and host, and the saving of each host with its range."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hinterland.accounts import complete
from hinterland.accounts.lookup import number, sources
from hinterland.accounts.rates import (
    ENERGY_PRICE,
    FREIGHT_FACTOR,
    FREIGHT_RATE,
    LAND_COST,
    OTHER_COST,
    PROFIT_TAX,
    rates,
)
from hinterland.potential.cost_ledger import PAIRS, PARTS, Floats, Ledger, ledger
from hinterland.study import Column, Kind, Result, Status, Study, Text


def landed_cost(study: Study) -> tuple[Result, Result]:
    """The landed cost by industry, origin and host, part by part, with the saving and its range.

    Returns
    -------
    Results ``cost_ledger`` (industry, origin, host, cost_labour ... cost_agglomeration, cost_total, saving,
    saving_low, saving_high, saving_likely) and ``host_saving`` (the same by industry and host, over origins
    weighted by their output of the industry). Costs are host minus origin per unit of output; the saving is
    minus their sum; saving_likely is the share of draws in which there is one.

    Raises
    ------
    StudyError
        See `ledger`.
    """
    whole = complete(study)
    found = ledger(whole)
    at = [study.industries.index(i) for i in found.industries]
    o = [study.regions.index(r) for r in study.origins]
    made = whole["output"].transpose("region", "industry").to_numpy()[o][:, at].T  # [industry, origin]
    weight = np.divide(
        made,
        made.sum(1, keepdims=True),
        out=np.full_like(made, 1 / len(o)),
        where=made.sum(1, keepdims=True) > 0,
    )
    names = [list(found.industries), list(study.origins), list(study.hosts)]
    keys = pd.MultiIndex.from_product(names, names=PAIRS).to_frame(index=False)
    first = _frame(study, keys, found.parts, found.total, found.drawn)
    mean = {name: (part * weight[:, :, None]).sum(1) for name, part in found.parts.items()}
    keys = pd.MultiIndex.from_product([names[0], names[2]], names=["industry", "host"]).to_frame(index=False)
    drawn = (found.drawn * weight[None, :, :, None]).sum(2)
    second = _frame(study, keys, mean, (found.total * weight[:, :, None]).sum(1), drawn)
    return (
        _result(whole, found, "cost_ledger", first),
        _result(whole, found, "host_saving", second),
    )


def _frame(
    study: Study, keys: pd.DataFrame, parts: Mapping[str, Floats], total: Floats, drawn: Floats
) -> pd.DataFrame:
    held = number(study, "potential.cost_interval")
    saving = -total.ravel()
    sampled = -drawn.reshape(len(drawn), -1)
    low, high = np.quantile(sampled, [(1 - held) / 2, (1 + held) / 2], axis=0)
    return keys.assign(
        **{f"cost_{name}": parts[name].ravel() for name in PARTS},
        cost_total=total.ravel(),
        saving=saving,
        saving_low=np.minimum(low, saving),
        saving_high=np.maximum(high, saving),
        saving_likely=(sampled > 0).mean(0),
    )


def _result(study: Study, found: Ledger, name: str, frame: pd.DataFrame) -> Result:
    year = str(study.base_year)
    tables = ("output", "value_added_base", "energy_base", "employment_base", "distance", "io_value_added")
    items = (ENERGY_PRICE, PROFIT_TAX, LAND_COST, OTHER_COST, FREIGHT_RATE, FREIGHT_FACTOR)
    stated = [rates(study, item) for item in items]
    named = [s for one in stated if one is not None for s in one.sources]
    known = tuple(dict.fromkeys([*sources(study, *tables), *named]))

    def column(label: str) -> Column:
        kinds: Mapping[str, Kind] = {"industry": "industry", "origin": "region", "host": "region"}
        shown = study.text("column", label)
        if label in kinds:
            return Column(label, shown, kinds[label])
        status: Status = "estimated"
        return Column(label, shown, "share", "", status, year, known)

    how = list(dict.fromkeys(found.methods.values()))
    held = number(study, "potential.cost_interval")
    draws = int(number(study, "potential.cost_draws"))
    by_origin = name == "cost_ledger"
    method = Text(
        f"Host minus origin per unit of output{'' if by_origin else ', origins weighted by their output'}: "
        + "; ".join(t.en for t in how)
        + f". The saving is minus the sum. Its range holds {held:.0%} of {draws} draws (Latin hypercube, "
        "triangular within the ranges of the parameters, seeded) and is widened to hold the figure itself.",
        f"单位产出成本，承接地减转出地{'' if by_origin else '（转出地按产出加权）'}："
        + "；".join(t.zh for t in how)
        + f"。节约额为其和的相反数，区间包含{draws}次抽样的{held:.0%}"
        "（拉丁超立方，参数取值范围内三角分布，固定种子），并放宽至包含该值本身。",
    )
    note = Text(
        "The plan's landed cost is the sum of labour, energy and freight alone. A plant is taken to go on "
        "serving its markets; the range lets it turn to nearer ones.",
        "转移方案所用到岸成本仅为劳动、能源与运费之和。假定企业继续供应原有市场；区间允许其转向更近的市场。",
    )
    if rates(study, FREIGHT_RATE) is None and rates(study, FREIGHT_FACTOR) is None:
        note = note + Text(
            " One freight rate stands for all goods: it overstates the freight of electronics and "
            "understates that of cement. Give freight_factor or freight_rate by industry in the table "
            "cost_rates.",
            "各类货物采用同一运费率，会高估电子类产品的运费、低估水泥等的运费；请在cost_rates表按产业给出freight_factor或freight_rate。",
        )
    if found.lacking:
        lacking = list(found.lacking.values())
        note = note + Text(
            f" Not known, so in no sum: {'; '.join(t.en for t in lacking)}.",
            f"未知而未计入：{'；'.join(t.zh for t in lacking)}。",
        )
    title = (
        Text("Landed cost by origin, industry and host", "分转出地、产业和承接地的到岸成本")
        if by_origin
        else Text("Saving per unit of output by industry and host", "分产业和承接地的单位产出成本节约")
    )
    return Result(name, title, frame, tuple(column(c) for c in frame.columns), method, note)
