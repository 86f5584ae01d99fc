"""Tests of claims on where the hosts' industries came from."""

from __future__ import annotations

from hinterland.report.claims.case import Case, Evidence, Kind, MissingError, Verdict, both, listed, percent
from hinterland.study import Text

TABLE = "transfer_source_groups"


def source_group(case: Case) -> Evidence:
    """Did most of what the hosts gained come from this group of regions, in every historical phase?

    By the estimate of who moved to whom: its whole interval must lie on one side of the majority. An
    estimate of shares settles no claim on moves; write ``proxy`` in the claim's parameters. Options: group.
    """
    found = case.findings.get(TABLE)
    if found is None:
        raise MissingError(
            Text("Who moved to whom has not been estimated.", "尚未估计由谁转向谁。"),
        )
    group = str(case.option("group"))
    frame = found.frame
    if group not in set(frame["group"]):
        known = [str(g) for g in dict.fromkeys(frame["group"])]
        raise case.wrong(
            Text(f"names the group '{group}', which has no regions.", f"所用的板块“{group}”没有地区。"),
            Text(f"Choose from {', '.join(known)}.", f"可选：{'、'.join(known)}。"),
        )
    most = case.threshold("majority")
    verdicts: list[Verdict] = []
    said = []
    for row in frame[frame["group"] == group].to_dict("records"):
        if row["share"] != row["share"]:
            continue  # the hosts gained nothing in this phase
        low, high = float(row["share_low"]), float(row["share_high"])
        verdicts.append("supported" if low >= most else "not_supported" if high <= most else "cannot_say")
        said.append(
            Text("{p}: {v} ({a} to {b})", "{p}{v}（{a}至{b}）").format(
                p=case.study.text("phase", row["phase"]),
                v=percent(row["share"]),
                a=percent(low),
                b=percent(high),
            )
        )
    if not verdicts:
        raise MissingError(Text("The hosts gained in no phase.", "承接地在各阶段均无增加额。"))
    text = Text(
        "Of what the hosts gained in industries that can move, by estimate came from {g}: {l}.",
        "承接地可转移产业的增加额中，估计来自{g}的比重为：{l}。",
    ).format(g=case.study.text("group", group), l=listed(said))
    return Evidence(both(*verdicts), text, (TABLE, "transfer_recovery"))


KINDS: dict[str, Kind] = {"source_group": source_group}
