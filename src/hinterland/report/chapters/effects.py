"""What an impact is made of, and who loses: charts and sentences of the chapter on impact."""

from __future__ import annotations

from hinterland import charts
from hinterland.charts import Chart, numbers
from hinterland.report.sentences import amount
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text

# Regions that a chart of effects shows: those with the largest changes.
_SHOWN = 12
_KINDS = ("output_direct", "output_indirect", "output_induced")


def effects(study: Study, findings: Findings) -> list[Chart]:
    """Return direct, indirect and induced changes of output of the regions that change most."""
    found = usable(findings, "impact_effects", "output_total")
    if found is None:
        return []
    kinds = [k for k in _KINDS if k in found.frame]
    size = found.frame["output_total"].abs().sort_values(ascending=False, kind="stable")
    frame = found.frame.loc[size.index[:_SHOWN]].sort_values("output_total", ascending=False, kind="stable")
    return [
        charts.bars(
            study,
            found,
            frame,
            "region",
            kinds,
            Text("What the change of output is made of", "产出变化的构成"),
            Text(
                "Stacked bars of direct, indirect and induced changes of output; figures are in the table.",
                "直接、间接与诱发效应的堆叠条形图；数据见表。",
            ),
            chart="impact-effects",
            stacked=True,
            note=Text(
                f"The {len(frame)} regions whose output changes most.", f"产出变化最大的{len(frame)}个地区。"
            ),
        )
    ]


def says(study: Study, findings: Findings) -> list[Text]:
    """Say how much is direct, indirect and induced where most is lost and won, and who loses."""
    return [*_made_of(study, findings), *_losers(study, findings)]


def _made_of(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "impact_effects", "output_total", "output_induced")
    if found is None:
        return []
    frame = found.frame.set_index("region")
    out = []
    for region in (frame["output_total"].idxmin(), frame["output_total"].idxmax()):
        row = frame.loc[region]
        unit = found.column("output_total").unit
        parts = {k: _signed(amount(study, float(row[k]), unit)) for k in (*_KINDS, "output_total")}
        out.append(
            Text(
                "Output of {r} changes by {t}: {d} is the capacity itself, {i} suppliers and customers, {u} "
                "spending of incomes.",
                "{r}总产出变化{t}，其中产能本身{d}，上下游{i}，收入再支出{u}。",
            ).format(
                r=study.text("region", region),
                t=parts["output_total"],
                d=parts["output_direct"],
                i=parts["output_indirect"],
                u=parts["output_induced"],
            )
        )
    return out


def _signed(written: Text) -> Text:
    return Text(numbers.signed(written.en), numbers.signed(written.zh))


def _losers(study: Study, findings: Findings) -> list[Text]:
    found = usable(findings, "impact_losers", "change", "part")
    if found is None:
        return []
    frame = found.frame.head(3)
    unit = found.column("change").unit
    named = [
        Text("{i} in {r} ({a})", "{r}的{i}（{a}）").format(
            i=study.text("industry", row.industry),
            r=study.text("region", row.region),
            a=amount(study, float(row.change), unit),
        )
        for row in frame.itertuples()
    ]
    return [
        Text("Most is lost by {l}.", "受损最大的是{l}。").format(
            l=Text("; ".join(n.en for n in named), "；".join(n.zh for n in named))
        )
    ]
