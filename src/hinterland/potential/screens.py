"""Which industries a host should not take at all: the policy catalogue and the environment screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hinterland.accounts import complete
from hinterland.accounts.lookup import number
from hinterland.potential.described import figure, label, sentences, standing
from hinterland.study import EMPTY, Provenance, Result, Study, Text
from hinterland.study.policies import active, applies

SUPPORT = {"encourage": 1.0, "restrict": -1.0, "forbid": -2.0}


def policy_effects(
    policies: pd.DataFrame, industries: Sequence[str], hosts: Sequence[str], first: int, last: int
) -> dict[tuple[str, str], dict[str, list[str]]]:
    """Policies in force at any time between two years: effect to codes, by industry and host."""
    out: dict[tuple[str, str], dict[str, list[str]]] = {(i, h): {} for i in industries for h in hosts}
    if policies.empty:
        return out
    for _, row in active(policies).iterrows():
        if row["start_year"] > last or row["end_year"] < first:
            continue
        for industry in industries:
            for host in hosts:
                if applies(row, industry, host):
                    codes = out[industry, host].setdefault(str(row["effect"]), [])
                    if str(row["policy"]) not in codes:
                        codes.append(str(row["policy"]))
    return out


def relative_intensity(study: Study, resource: str) -> pd.DataFrame | None:
    """Use of a resource per unit of output over the mean of the transferable industries [host, industry].

    None where the study does not know the resource.
    """
    use = study.get("resource_use")
    if use is None or resource not in use["resource"].to_numpy():
        return None
    movable = list(study.transferable)
    each = use.sel(resource=resource, industry=movable).transpose("region", "industry")
    output = study["output"].sel(industry=movable).transpose("region", "industry")
    known = each.notnull() & (output > 0)
    total = float(output.where(known).sum())
    mean = float((each * output).where(known).sum()) / total if total > 0 else np.nan
    hosts = each.reindex(region=list(study.hosts))
    return (hosts / (mean if mean > 0 else np.nan)).to_pandas()


def screens(study: Study) -> Result:
    """Screen every transferable industry in every host by policy and by environment.

    Fails: a policy forbids it, or its carbon or energy per output in the host is above
    ``potential.screen_carbon`` or ``potential.screen_energy`` times the mean of the industries that can move.
    Conditional: a policy restricts it, or an intensity that is needed is unknown. Passes: otherwise.

    Returns
    -------
    Result ``industry_screen``: industry, host, screen, policy_support (1 encouraged, -1 restricted, -2
    forbidden, 0 neither or both), carbon_ratio, energy_ratio, words_en, words_zh.
    """
    whole = complete(study)
    phases = study.phases()
    table = study.frames.get("policies")
    given = table if table is not None else pd.DataFrame()
    hosts, movable = list(study.hosts), list(study.transferable)
    effects = policy_effects(given, movable, hosts, phases[0].start, phases[-1].end)
    names = {str(r["policy"]): Text(str(r["name_en"]), str(r["name_zh"])) for r in given.to_dict("records")}
    ratios = {k: relative_intensity(whole, k) for k in ("carbon", "energy")}
    most = {k: number(study, f"potential.screen_{k}") for k in ratios}
    rows = []
    for host in hosts:
        for industry in movable:
            mine = effects[industry, host]
            found = {k: np.nan if r is None else float(r.loc[host, industry]) for k, r in ratios.items()}
            failed = [k for k, v in found.items() if v > most[k]]
            unknown = [k for k, v in found.items() if not np.isfinite(v) and ratios[k] is not None]
            screen = (
                "fail" if "forbid" in mine or failed
                else "conditional" if "restrict" in mine or unknown
                else "pass"
            )  # fmt: skip
            support = -2.0 if "forbid" in mine else sum(SUPPORT[e] for e in mine)
            said = _said(study, mine, names, found, most, failed, unknown)
            rows.append((industry, host, screen, support, found["carbon"], found["energy"], said.en, said.zh))
    use = whole.provenance.get("resource_use", Provenance("estimated", "", "", ()))
    law = Provenance("observed", "", f"{phases[0].start}-{phases[-1].end}", _cited(given))
    ratio = standing(use)
    return Result(
        "industry_screen",
        Text("Screens of industries by host", "产业准入筛选"),
        pd.DataFrame(
            rows,
            columns=["industry", "host", "screen", "policy_support", "carbon_ratio", "energy_ratio",
                     "words_en", "words_zh"],
        ),
        (
            label(study, "industry", "industry"),
            label(study, "host", "region"),
            label(study, "screen", "code"),
            figure(study, "policy_support", law),
            figure(study, "carbon_ratio", ratio, "ratio"),
            figure(study, "energy_ratio", ratio, "ratio"),
            label(study, "words_en", "text"),
            label(study, "words_zh", "text"),
        ),
        Text(
            "Policies of the study in force between {a} and {b}; CO2 and energy per output in the host (where"
            " the industry is absent, the mean of all regions) over the mean of the industries that can move."
            " Fails: forbidden, or above {c:g} (carbon) or {e:g} (energy) times the mean. Conditional:"
            " restricted, or an intensity is unknown.",
            "研究所列{a}—{b}年间有效的政策；承接地单位产出二氧化碳与能耗（无该产业时取各地区平均）相对可转移产业平均之比。"
            "禁止，或高于平均的{c:g}倍（碳）、{e:g}倍（能）者不通过；受限制或强度未知者为有条件。",
        ).format(a=phases[0].start, b=phases[-1].end, c=most["carbon"], e=most["energy"]),
        EMPTY
        if table is not None
        else Text("No table of policies: only the environment is screened.", "没有政策表：仅作环境筛选。"),
    )  # fmt: skip


def _cited(policies: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(s) for s in policies.get("source", ()) if str(s) not in ("", "nan")))


def _said(
    study: Study,
    effects: dict[str, list[str]],
    names: dict[str, Text],
    ratios: dict[str, float],
    most: dict[str, float],
    failed: Sequence[str],
    unknown: Sequence[str],
) -> Text:
    parts = [
        Text("{e}: {l}.", "{e}：{l}。").format(
            e=study.text("effect", effect), l=_joined([names[c] for c in codes])
        )
        for effect, codes in effects.items()
    ]
    for k in failed:
        parts.append(
            Text("{r} per output is {v:.1f} times the mean, above {m:g}.",
                 "单位产出{r}为平均的{v:.1f}倍，高于{m:g}倍。").format(
                r=study.text("intensity", k), v=ratios[k], m=most[k]
            )
        )  # fmt: skip
    for k in unknown:
        parts.append(
            Text("{r} per output is unknown.", "单位产出{r}未知。").format(r=study.text("intensity", k))
        )
    return sentences(parts) if parts else Text("No policy speaks of it.", "无相关政策。")


def _joined(names: Sequence[Text]) -> Text:
    return Text("; ".join(t.en for t in names), "；".join(t.zh for t in names))
