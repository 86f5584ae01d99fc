"""Complete a study: add what it lacks and the analyses need, each figure estimated by a stated method."""

from __future__ import annotations

import pandas as pd

from hinterland.accounts import cost, resources, satellites, space
from hinterland.accounts.output import reconciled_output
from hinterland.accounts.value_added import value_added
from hinterland.study import Column, Result, Study, Text

# In the order in which they are derived; each may use those before it.
DERIVED = (
    "output",
    "value_added_base",
    "employment_base",
    "energy_base",
    "co2_base",
    "co2_base_estimated",
    "distance",
    "resource_use",
    "resource_limits",
    "landed_cost",
)


def complete(study: Study) -> Study:
    """Add the estimated variables that the study lacks; what a user gave stays as given.

    Returns the study itself when nothing can be added. A variable that nothing in the study speaks to stays
    absent: every later figure that needs it is then missing, never zero.

    Parameters
    ----------
    study : Study
        With gross_output of the base year and the national table.

    Returns
    -------
    Study
        With (where they can be known) output, value_added_base, employment_base, energy_base, co2_base and
        co2_base_estimated [region, industry], distance [region, region_to], resource_use [region, industry,
        resource], resource_limits [region, resource, phase] of the default preset, landed_cost [industry,
        origin, host].

    Raises
    ------
    StudyError
        Output that contradicts the national table, totals that cannot be balanced.
    """
    done = study
    if "output" not in done:
        done = done.with_arrays({"output": reconciled_output(done)})
    output = done["output"].drop_attrs()
    if "value_added_base" not in done:
        done = done.with_arrays({"value_added_base": value_added(done, output)})
    added = done["value_added_base"].drop_attrs()
    if "employment_base" not in done:
        people = satellites.employment(done, output, added)
        done = done.with_arrays({"employment_base": people}) if people else done
    if "energy_base" not in done:
        used = satellites.energy(done, output)
        done = done.with_arrays({"energy_base": used}) if used else done
    if "co2_base" not in done:
        emitted = satellites.co2(done, output)
        if emitted:
            done = done.with_arrays({"co2_base": emitted[0], "co2_base_estimated": emitted[1]})
    for name, derive in (
        ("distance", space.distance),
        ("resource_use", resources.resource_use),
        ("resource_limits", resources.resource_limits),
        ("landed_cost", cost.landed_cost),
    ):
        if name not in done:
            found = derive(done)
            done = done.with_arrays({name: found}) if found else done
    return done


def derived_data(study: Study) -> Result:
    """List what `complete` added, or took as given: status, unit, year, method and sources of each variable.

    Columns: variable, status (codes), unit, year, method_en, method_zh, sources (texts).
    """
    whole = complete(study)
    rows = []
    for name in DERIVED:
        if name in whole:
            known = whole.provenance[name]
            rows.append(
                (
                    name,
                    known.status,
                    known.unit,
                    known.year,
                    known.method.en,
                    known.method.zh,
                    "; ".join(known.sources),
                )
            )
    lacking = [name for name in DERIVED if name not in whole]
    names = ["variable", "status", "unit", "year", "method_en", "method_zh", "sources"]
    return Result(
        "derived_data",
        Text("Figures derived for this study", "本研究推算的数据"),
        pd.DataFrame(rows, columns=names),
        (
            Column("variable", Text("Variable", "变量"), "code"),
            Column("status", Text("Status", "性质"), "code"),
            Column("unit", Text("Unit", "单位"), "text"),
            Column("year", Text("Year", "年份"), "text"),
            Column("method_en", Text("Method", "方法（英文）"), "text"),
            Column("method_zh", Text("Method (Chinese)", "方法"), "text"),
            Column("sources", Text("Sources", "来源"), "text"),
        ),
        Text(
            "What the study's tables lack is estimated as stated; a table of the same subject in the "
            "study folder replaces the estimate.",
            "研究表格所缺者按所述方法估计；在研究文件夹中提供同主题表格即可替代估计。",
        ),
        Text(f"Not known for this study: {', '.join(lacking)}.", f"本研究未知：{'、'.join(lacking)}。")
        if lacking
        else Text("", ""),
    )
