"""Small valid studies of invented countries, written to a folder as clean CSV tables.

Every figure is made up and round, so that a test can be reckoned by hand. `write_small_study` has only what
a study must have unless ``full=True``; `write_tiny_study` has every table a plan reads, so that nothing is
estimated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SMALL_REGIONS = ("coast", "hills", "plain")
SMALL_INDUSTRIES = ("farming", "textiles", "machines", "services")

_SMALL_TOML = """\
[study]
name = "arcadia"
title_en = "Industrial transfer in Arcadia"
title_zh = "阿卡迪亚的产业转移"
description_en = "An invented country of three regions and four industries."
description_zh = "虚构国家：三个地区、四个产业。"
country = "Arcadia"
base_year = 2020
preset = "plan"

[units]
money = "million EUR"
labour = "thousand persons"
energy = "GWh"
carbon = "kt CO2"
distance = "km"
"""

_TINY_TOML = """\
[study]
name = "twobytwo"
title_en = "Two origins and two hosts"
title_zh = "两个转出地与两个承接地"
base_year = 2020
preset = "plan"

[units]
money = "million EUR"
labour = "thousand persons"
energy = "GWh"
carbon = "kt CO2"
distance = "km"
"""


def _csv(folder: Path, name: str, header: str, rows: str) -> None:
    text = "\n".join([header, *(line.strip() for line in rows.strip().splitlines())]) + "\n"
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def _long(
    folder: Path, name: str, values: np.ndarray, dims: dict[str, tuple[object, ...]], column: str
) -> None:
    index = pd.MultiIndex.from_product(list(dims.values()), names=list(dims))
    pd.Series(np.asarray(values, dtype=float).ravel(), index=index, name=column).round(6).to_csv(
        folder / f"{name}.csv", lineterminator="\n"
    )


def write_national(
    folder: Path,
    industries: tuple[str, ...],
    output: np.ndarray,
    technology: np.ndarray,
    imports: np.ndarray,
    categories: dict[str, float],
) -> None:
    """Write a national table that balances exactly by row and by column.

    `technology` and `imports` hold domestic and imported inputs per unit of output; what an industry does not
    sell to industries is final demand, split by the shares in `categories` (the last takes the rounding).
    """
    domestic = np.round(technology * output, 3)
    imported = np.round(imports * output, 3)
    rows: list[tuple[str, str, str, float]] = []
    for i, row in enumerate(industries):
        for j, column in enumerate(industries):
            rows.append(("domestic", row, column, domestic[i, j]))
            rows.append(("imported", row, column, imported[i, j]))
    names = list(categories)
    for i, row in enumerate(industries):
        final = output[i] - domestic[i].sum()
        parts = [round(final * categories[name], 3) for name in names[:-1]]
        parts.append(final - sum(parts))
        for name, value in zip(names, parts, strict=True):
            rows.append(("domestic", row, name, round(value, 6)))
            rows.append(("imported", row, name, 0.0 if name == "exports" else round(0.05 * value, 3)))
    for j, column in enumerate(industries):
        added = output[j] - domestic[:, j].sum() - imported[:, j].sum()
        wages = round(0.6 * added, 3)
        rows.append(("value_added", "wages", column, wages))
        rows.append(("value_added", "surplus", column, round(added - wages, 6)))
    frame = pd.DataFrame(rows, columns=["origin", "row", "column", "value"])
    frame.to_csv(folder / "national_io.csv", index=False, lineterminator="\n")


def write_small_study(path: Path, *, full: bool = False) -> Path:
    """Write a study of three regions (one origin, two hosts) and four industries; return its folder.

    With `full` the optional tables are there too (value added, employment, energy, CO2, indicators, labels,
    sources, resources, focus of the phases, a history preset, policies, projects).
    """
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    toml = _SMALL_TOML
    if full:
        toml = toml.replace(
            'preset = "plan"', 'preset = "plan"\ncompare_preset = "early"\nhistory_preset = "past"'
        )
        toml += '\n[tables.gross_output]\nsources = ["office"]\n[tables.national_io]\nsources = ["office"]\n'
    (path / "study.toml").write_text(toml, encoding="utf-8")
    _csv(
        path,
        "regions",
        "region,name_en,name_zh,group,role,lon,lat,tile_col,tile_row",
        """
        coast,Coast,海滨,shore,origin,10.0,50.0,2,0
        hills,Hills,丘陵,inland,host,12.0,48.5,1,1
        plain,Plain,平原,inland,host,14.0,49.0,0,1
        """,
    )
    _csv(
        path,
        "industries",
        "industry,name_en,name_zh,factor_class,transferable",
        """
        farming,Farming,农业,primary,no
        textiles,Textiles,纺织,labour_intensive,yes
        machines,Machines,机械,technology_intensive,yes
        services,Services,服务,services,no
        """,
    )
    phases = """
        plan,near,2026,2028,Near term,近期
        plan,far,2029,2032,Far term,远期
        """
    if full:
        phases += "early,first,2024,2027,First,第一期\nearly,second,2028,2032,Second,第二期\n"
        phases += "past,before,2010,2015,Before,此前\npast,since,2015,2020,Since,此后\n"
    _csv(path, "phases", "preset,phase,start_year,end_year,name_en,name_zh", phases)

    output = np.array([2000.0, 3000.0, 5000.0, 10000.0])
    technology = np.array(
        [
            [0.10, 0.15, 0.01, 0.02],
            [0.01, 0.25, 0.02, 0.01],
            [0.05, 0.06, 0.30, 0.03],
            [0.10, 0.12, 0.12, 0.25],
        ]
    )
    imports = np.array(
        [[0.01, 0.02, 0.0, 0.0], [0.0, 0.03, 0.01, 0.0], [0.01, 0.02, 0.08, 0.01], [0.0, 0.01, 0.01, 0.02]]
    )
    write_national(
        path,
        SMALL_INDUSTRIES,
        output,
        technology,
        imports,
        {"consumption": 0.6, "investment": 0.2, "exports": 0.2},
    )

    years = (2010, 2015, 2020)
    shares = {  # region by industry; the regions' outputs add up to 1.02 of the national table, as in life
        2010: [[0.20, 0.70, 0.75, 0.60], [0.30, 0.20, 0.15, 0.20], [0.50, 0.10, 0.10, 0.20]],
        2015: [[0.19, 0.65, 0.72, 0.59], [0.31, 0.22, 0.18, 0.21], [0.50, 0.13, 0.10, 0.20]],
        2020: [[0.18, 0.60, 0.70, 0.58], [0.32, 0.25, 0.20, 0.22], [0.50, 0.15, 0.10, 0.20]],
    }
    level = {2010: 0.70, 2015: 0.85, 2020: 1.02}
    gross = np.stack([np.array(shares[y]) * output * level[y] for y in years], axis=-1)
    dims = {"region": SMALL_REGIONS, "industry": SMALL_INDUSTRIES, "year": years}
    _long(path, "gross_output", gross, dims, "gross_output")
    if full:
        _write_optional(path, gross, years)
    return path


def _write_optional(path: Path, gross: np.ndarray, years: tuple[int, ...]) -> None:
    dims = {"region": SMALL_REGIONS, "industry": SMALL_INDUSTRIES, "year": years}
    ratio = np.array([0.6, 0.35, 0.4, 0.6])[None, :, None]
    _long(path, "value_added", gross * ratio, dims, "value_added")
    persons = np.array([0.03, 0.02, 0.008, 0.015])[None, :, None] * np.array([0.8, 1.1, 1.2])[:, None, None]
    _long(path, "employment", gross * persons, dims, "employment")
    power = np.array([0.1, 0.3, 0.25, 0.08])[None, :, None] * np.array([0.9, 1.0, 1.1])[:, None, None]
    _long(path, "energy_use", gross * power, dims, "energy_use")
    _long(
        path,
        "national_energy",
        (gross * power).sum(axis=0),
        {"industry": SMALL_INDUSTRIES, "year": years},
        "national_energy",
    )
    carbon = gross * power * 0.4
    homes = np.tile(np.array([300.0, 120.0, 90.0])[:, None, None], (1, 1, len(years)))
    _long(
        path,
        "co2",
        np.concatenate([carbon, homes], axis=1),
        {"region": SMALL_REGIONS, "emitter": (*SMALL_INDUSTRIES, "households"), "year": years},
        "co2",
    )
    _csv(
        path,
        "indicator_list",
        "indicator,name_en,name_zh,unit,pillar,direction,denominator,year_rule",
        """
        population,Population,人口,thousand persons,,,,
        wage,Average wage,平均工资,EUR per month,attraction,-1,,
        roads,Motorway length,高速公路里程,km,support,1,population,
        patents,Patents,专利,patents,development,1,population,
        forest,Forest cover,森林覆盖率,%,environment,1,,
        """,
    )
    figures = {
        "population": [4000, 1800, 1500],
        "wage": [3200, 2400, 2200],
        "roads": [900, 600, 420],
        "patents": [5200, 900, 700],
        "forest": [18.5, 46.0, 22.5],
    }
    _csv(
        path,
        "indicators",
        "region,indicator,year,value",
        "\n".join(
            f"{r},{name},{y},{value * (1 + (y - 2020) / 100):g}"
            for name, values in figures.items()
            for r, value in zip(SMALL_REGIONS, values, strict=True)
            for y in (2015, 2020)
        ),
    )
    _csv(
        path,
        "labels",
        "kind,code,name_en,name_zh",
        """
        group,shore,Shore,沿海
        group,inland,Inland,内陆
        item,wages,Wages,工资
        item,surplus,Surplus,盈余
        """,
    )
    _csv(
        path,
        "sources",
        "source,citation,url,year,licence",
        "office,Statistical Office of Arcadia (invented),,2021,made up",
    )
    _csv(
        path,
        "resources",
        "resource,unit,name_en,name_zh",
        """
        labour,thousand persons,Labour,劳动力
        energy,GWh,Electricity,电力
        carbon,kt CO2,Carbon,碳排放
        """,
    )
    _csv(
        path,
        "phase_focus",
        "preset,phase,factor_class,cumulative_share",
        """
        plan,near,labour_intensive,0.6
        plan,near,technology_intensive,0.2
        plan,far,labour_intensive,1
        plan,far,technology_intensive,1
        early,first,labour_intensive,0.5
        early,first,technology_intensive,0.1
        early,second,labour_intensive,1
        early,second,technology_intensive,1
        """,
    )
    _csv(
        path,
        "policies",
        "policy,region,industry,start_year,end_year,effect,name_en,name_zh,source",
        """
        park,hills,machines,2022,2030,encourage,Park for machines,机械产业园,office
        river,plain,textiles,2022,2035,restrict,River protection,河流保护,office
        """,
    )
    _csv(
        path,
        "projects",
        "project,year,industry,origin,host,output,reception_model,name_en,name_zh,source",
        "mill,2018,textiles,coast,hills,45,cluster,Mill of the hills,丘陵纺织厂,office",
    )


TINY_REGIONS = ("east", "north", "south", "west")
TINY_INDUSTRIES = ("textiles", "machines")


def write_tiny_study(path: Path) -> Path:
    """Write the two-by-two study: origins east and north, hosts south and west, textiles and machines.

    Everything a plan reads is given as a table, so that a constraint written out by hand can be compared
    term by term.
    """
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    (path / "study.toml").write_text(_TINY_TOML, encoding="utf-8")
    _csv(
        path,
        "regions",
        "region,name_en,name_zh,group,role,lon,lat,tile_col,tile_row",
        """
        east,East,东,rich,origin,12,50,2,1
        north,North,北,rich,origin,11,51,1,0
        south,South,南,poor,host,11,49,1,2
        west,West,西,poor,host,10,50,0,1
        """,
    )
    _csv(
        path,
        "industries",
        "industry,name_en,name_zh,factor_class,transferable",
        """
        textiles,Textiles,纺织,labour_intensive,yes
        machines,Machines,机械,technology_intensive,yes
        """,
    )
    _csv(
        path,
        "phases",
        "preset,phase,start_year,end_year,name_en,name_zh",
        """
        plan,near,2026,2028,Near term,近期
        plan,far,2029,2032,Far term,远期
        """,
    )
    _csv(
        path,
        "phase_focus",
        "preset,phase,factor_class,cumulative_share",
        """
        plan,near,labour_intensive,0.5
        plan,near,technology_intensive,0.25
        plan,far,labour_intensive,1
        plan,far,technology_intensive,1
        """,
    )
    _csv(
        path,
        "resources",
        "resource,unit,name_en,name_zh",
        """
        labour,thousand persons,Labour,劳动力
        energy,GWh,Electricity,电力
        carbon,kt CO2,Carbon,碳排放
        """,
    )
    output = np.array([1000.0, 2000.0])
    write_national(
        path,
        TINY_INDUSTRIES,
        output,
        np.array([[0.20, 0.05], [0.10, 0.30]]),
        np.array([[0.05, 0.00], [0.00, 0.05]]),
        {"consumption": 0.75, "exports": 0.25},
    )
    gross = np.array([[400.0, 900.0], [300.0, 600.0], [200.0, 300.0], [100.0, 200.0]])
    before = gross * 0.8
    years, dims = (2015, 2020), {"region": TINY_REGIONS, "industry": TINY_INDUSTRIES}
    both = np.stack([before, gross], axis=-1)
    _long(path, "gross_output", both, {**dims, "year": years}, "gross_output")
    now = {**dims, "year": (2020,)}
    _long(path, "value_added", gross * [0.6, 0.55], now, "value_added")
    _long(path, "employment", gross * [0.04, 0.02], now, "employment")
    _long(path, "energy_use", gross * [0.25, 0.5], now, "energy_use")
    _long(
        path,
        "co2",
        np.concatenate([gross * [0.125, 0.25], [[20.0], [15.0], [10.0], [5.0]]], axis=1)[:, :, None],
        {"region": TINY_REGIONS, "emitter": (*TINY_INDUSTRIES, "households"), "year": (2020,)},
        "co2",
    )
    resources = ("labour", "energy", "carbon")
    use = np.array([[0.04, 0.25, 0.125], [0.02, 0.5, 0.25]])
    scale = np.array([1.0, 1.0, 1.25, 1.5])
    _long(
        path,
        "resource_use",
        scale[:, None, None] * use[None],
        {**dims, "resource": resources},
        "use",
    )
    limits = np.array([[[2.0, 4.0], [25.0, 50.0], [12.5, 25.0]], [[1.0, 2.0], [15.0, 30.0], [8.0, 16.0]]])
    _long(
        path,
        "resource_limits",
        limits,
        {"region": ("south", "west"), "resource": resources, "phase": ("near", "far")},
        "limit",
    )
    _csv(
        path,
        "landed_cost",
        "industry,origin,host,landed_cost",
        """
        textiles,east,south,0.02
        textiles,east,west,0.03
        textiles,north,south,0.03
        textiles,north,west,0.02
        machines,east,south,0.01
        machines,east,west,0.02
        machines,north,south,0.02
        machines,north,west,0.01
        """,
    )
    distance = {("east", "north"): 130, ("east", "south"): 130, ("east", "west"): 143}
    distance |= {("north", "south"): 222, ("north", "west"): 130, ("south", "west"): 130}
    rows = [f"{a},{b},{d}\n{b},{a},{d}" for (a, b), d in distance.items()]
    _csv(
        path,
        "distance",
        "region,region_to,distance",
        "\n".join([*rows, *(f"{r},{r},0" for r in TINY_REGIONS)]),
    )
    return path
