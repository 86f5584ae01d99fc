"""Scenarios in words, and the difference of two as a table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hinterland.simulate.changes import Change, as_values, own_fields
from hinterland.simulate.scenario import Scenario
from hinterland.study import EMPTY, Column, Result, Study, Text
from hinterland.study.units import spoken

_SENTENCES: Mapping[str, Text] = {
    "relocate": Text(
        "{amount} of {industry} moves from {origin} to {host}{when}; {sourcing}",
        "{when}{industry}由{origin}向{host}转移{amount}，{sourcing}",
    ),
    "build": Text(
        "{amount} of {industry} is built in {region}{when}", "{when}{region}新建{industry}产能{amount}"
    ),
    "close": Text(
        "{amount} of {industry} in {region} is closed{when}", "{when}{region}关停{industry}产能{amount}"
    ),
    "productivity": Text(
        "productivity of {industry} in {region} times {factor}{when}",
        "{when}{region}{industry}全要素生产率变为{factor}倍",
    ),
    "trade_cost": Text(
        "trade cost of {industry} from {origin} to {destination} times {factor}{when}",
        "{when}{industry}由{origin}至{destination}的贸易成本变为{factor}倍",
    ),
    "tariff": Text(
        "tariff on {industry} from {origin} to {destination} is {rate}{when}",
        "{when}对{origin}输往{destination}的{industry}征收{rate}关税",
    ),
    "demand": Text(
        "final demand of {region} for {industry} {amount}{when}",
        "{when}{region}对{industry}的最终需求{amount}",
    ),
    "labour": Text("labour supply of {region} {amount}{when}", "{when}{region}劳动力供给{amount}"),
    "resource": Text(
        "{resource} of {region} is capped at {amount}{when}", "{when}{region}{resource}上限为{amount}"
    ),
    "disaster": Text(
        "{region} loses {amount} of {industry}{when}, from day {day} for {duration} days, recovering over "
        "{recovery} days",
        "{when}{region}{industry}损失{amount}，自第{day}天起持续{duration}天，恢复期{recovery}天",
    ),
    "policy_dates": Text("policy {policy} runs {window}", "政策{policy}的期限改为{window}"),
}
_SOURCING: Mapping[str, Text] = {
    "host": Text("it buys as the host's plants do", "按承接地平均投入结构与供应商采购"),
    "keep": Text("it keeps its suppliers", "保留原有供应商"),
    "nearest": Text("it buys from the nearest makers", "就近采购"),
}


def plainly(value: float) -> str:
    """Write an amount with thousands separators and without powers of ten."""
    return f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.2f}".rstrip("0").rstrip(".")


def _name(study: Study | None, kind: str, code: str | None) -> Text:
    if code is None:
        return {
            "region": Text("every region", "各地区"),
            "industry": Text("every industry", "各产业"),
        }.get(kind, Text("all", "全部"))
    return study.text(kind, code) if study is not None else Text.same(code)


def _when(change: Change) -> Text:
    if change.schedule:
        steps = ", ".join(f"{year}: {share:.0%}" for year, share in change.schedule)
        out = Text(f" by stages ({steps})", f"分期（{steps}）")
    elif change.year is None:
        out = EMPTY
    elif change.until is not None and change.until != change.year:
        out = Text(f" evenly from {change.year} to {change.until}", f"{change.year}—{change.until}年逐年推进")
    else:
        out = Text(f" in {change.year}", f"{change.year}年") if change.kind == "disaster" else Text(
            f" from {change.year}", f"自{change.year}年起"
        )  # fmt: skip
    if change.end is not None:
        out += Text(f" until {change.end}", f"至{change.end}年")
    if change.policy is not None and change.kind != "policy_dates":
        out += Text(f" while {change.policy} is in force", f"（在政策{change.policy}有效期内）")
    return out if out.zh == "" else Text(out.en, out.zh + "，")


def _amount(change: Change, study: Study | None) -> Text:
    unit = study.text("unit", study.unit("money")) if study is not None else EMPTY
    for name in ("output", "capital"):
        if getattr(change, name, None) is not None:
            value = float(getattr(change, name))
            if unit == EMPTY:
                return Text.same(plainly(value))
            said, measured = spoken(value, unit.en)
            between = " × " if measured[:1].isdigit() else " "
            return Text(f"{plainly(said)}{between}{measured}", f"{plainly(value)}{unit.zh}")
    for name in ("share", "loss"):
        if getattr(change, name, None) is not None:
            part = f"{100 * getattr(change, name):.4g} %"
            return Text(f"{part} of the capacity", f"{part}的产能")
    if getattr(change, "factor", None) is not None:
        return Text(f"times {getattr(change, 'factor'):.6g}", f"变为{getattr(change, 'factor'):.6g}倍")  # noqa: B009
    for name in ("amount", "limit"):
        if getattr(change, name, None) is not None:
            sign = "+" if name == "amount" else ""
            return Text.same(f"{getattr(change, name):{sign},.6g}")
    return Text("?", "？")


def describe_change(change: Change, study: Study | None = None) -> Text:
    """Say one change in words."""
    fill: dict[str, object] = {"when": _when(change), "amount": _amount(change, study)}
    for item in own_fields(change):
        value, role = getattr(change, item.name), item.metadata["role"]
        if role in ("industry", "region", "resource", "policy", "category"):
            fill[item.name] = _name(study, role, value)
        elif role in ("factor", "days") and value is not None:
            fill[item.name] = f"{value:.6g}"
        elif role == "rate":
            fill[item.name] = f"{value:.4%}".replace(".0000", "")
        elif item.name == "sourcing":
            fill["sourcing"] = _SOURCING.get(str(value), Text.same(str(value)))
    start, end = getattr(change, "start", None), change.end
    fill["window"] = Text(f"from {start or '-'} to {end or '-'}", f"{start or '—'}年至{end or '—'}年")
    return _SENTENCES[change.kind].format(**fill)


def describe_scenario(scenario: Scenario, study: Study | None = None) -> Text:
    """Say a scenario in words: its title, then a line a change."""
    if not scenario.changes:
        return scenario.label + Text(": nothing changes.", "：无变化。")
    out = scenario.label + Text(":", "：")
    for change in scenario.changes:
        said = describe_change(change, study)
        out += Text("\n- " + said.en + ".", "\n- " + said.zh + "。")
    return out


def _about(change: Change | None) -> tuple[str, ...]:
    """Fields that say what a change is about."""
    about = ("industry", "region", "resource", "policy", "category")
    return () if change is None else tuple(f.name for f in own_fields(change) if f.metadata["role"] in about)


def _key(change: Change) -> tuple[object, ...]:
    """What a change is about: two with the same key are versions of one another."""
    return (change.kind, *(getattr(change, name) for name in _about(change)))


def diff_scenarios(first: Scenario, second: Scenario) -> Result:
    """Return the difference of two scenarios: a row for every field that differs.

    Columns: difference (added: only the second has the change; removed: only the first; changed), change
    (its kind), about (codes), field, before, after.
    """
    before = _by_key(first)
    after = _by_key(second)
    rows: list[tuple[str, str, str, str, str, str]] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        kind, *about = key[0]
        said = " ".join(str(part) for part in about if part is not None)
        was = as_values(old) if old is not None else {}
        now = as_values(new) if new is not None else {}
        what = "added" if old is None else "removed" if new is None else "changed"
        skip = {"change", *_about(old), *_about(new)}
        for name in dict.fromkeys([*was, *now]):
            if name not in skip and was.get(name) != now.get(name):
                rows.append((what, str(kind), said, name, _plain(was.get(name)), _plain(now.get(name))))
    columns = (
        Column("difference", Text("Difference", "差异"), "code"),
        Column("change", Text("Change", "变化"), "code"),
        Column("about", Text("About", "对象"), "text"),
        Column("field", Text("Field", "字段"), "text"),
        Column("before", Text("In the first", "前者"), "text"),
        Column("after", Text("In the second", "后者"), "text"),
    )
    return Result(
        "scenario_difference",
        Text("Difference of two scenarios", "两个情景的差异"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        columns,
        Text(
            f"'{first.name}' against '{second.name}', change by change.",
            f"“{first.name}”与“{second.name}”逐项比较。",
        ),
    )


def _by_key(scenario: Scenario) -> dict[tuple[tuple[object, ...], int], Change]:
    out: dict[tuple[tuple[object, ...], int], Change] = {}
    for change in scenario.changes:
        count = 0
        while (_key(change), count) in out:
            count += 1
        out[_key(change), count] = change
    return out


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{year}: {share:g}" for year, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
