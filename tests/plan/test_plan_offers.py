"""From the tables of a study to what its programme may do: by hand, and what is wrong is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from hinterland.plan import optimise, plan_data, verify
from hinterland.plan.model import Plan
from hinterland.study import Study, StudyError, open_study
from studies import write_tiny_study

TABLES = {
    "transfer_modes": """
        mode,cost,host_share,most_share,local_share,name_en,name_zh
        horizontal,0.1,,,,Horizontal,横向
        enclave,0.05,0.6,0.4,0.5,Enclave,飞地
        """,
    "upgrade_options": """
        industry,cost,yearly_share,value_added_change,employment_change,co2_change,energy_change
        textiles,0.2,0.01,0.1,-0.1,-0.2,
        """,
    "infrastructure_options": """
        infrastructure,region,resource,capacity,cost,lead_phases,name_en,name_zh
        park,,,8,2,1,Park,园区
        park,west,,6,1,1,Park,园区
        line,south,energy,10,3,,Line,线路
        """,
    "cluster_options": """
        industry,region,minimum_output,cost,infrastructure
        machines,west,5,1,park
        """,
    "budgets": """
        fund,phase,amount,uses,name_en,name_zh
        centre,near,4,infrastructure|cluster,Centre,中央
        centre,far,4,infrastructure|cluster,Centre,中央
        region,near,10,,Region,地方
        region,far,10,,Region,地方
        """,
    "critical_inputs": """
        industry,local_share
        textiles,0.5
        """,
    "backup_floors": """
        industry,share
        machines,0.25
        """,
    "plan_rules": """
        constraint,active,price
        similarity,no,
        host_growth,yes,0.4
        """,
}


def folder(path: Path, *lacking: str, **other: str) -> Path:
    write_tiny_study(path)
    for name, text in {**TABLES, **other}.items():
        if name not in lacking:
            rows = [line.strip() for line in text.strip().splitlines()]
            (path / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return open_study(folder(tmp_path_factory.mktemp("offers")))


@pytest.fixture(scope="module")
def plan(study: Study) -> Plan:
    return optimise(study)


def test_the_tables_by_hand(study: Study) -> None:
    d = plan_data(study)
    assert d.modes is not None
    assert d.modes.codes == ["enclave", "horizontal"]
    assert d.modes.host_share.values.tolist() == [0.6, 1.0], "all of it where blank"
    assert d.upgrades is not None
    # one per cent a year of 200, over three and seven years
    assert d.upgrades.room.sel(industry="textiles", host="south").values == pytest.approx([6, 14])
    assert (d.upgrades.room.sel(industry="machines") == 0).all()
    # a tenth of the host's own 0.6
    assert d.upgrades.change["value_added"].sel(industry="textiles", host="west").item() == pytest.approx(
        0.06
    )
    assert d.upgrades.use is not None
    # labour follows the jobs, carbon the carbon, energy what is said of energy (here nothing)
    at = {"industry": "textiles", "host": "south"}
    assert d.upgrades.use.sel(resource="labour", **at).item() == pytest.approx(-0.1 * 0.04 * 1.25)
    assert d.upgrades.use.sel(resource="carbon", **at).item() == pytest.approx(-0.2 * 0.125 * 1.25)
    assert d.upgrades.use.sel(resource="energy", **at).item() == 0
    park = d.infrastructure
    assert park is not None
    assert park.growth.sel(infrastructure="park").to_series().to_dict() == {"south": 8, "west": 6}
    assert park.there.sel(infrastructure="line").values.tolist() == [True, False]
    assert d.clusters is not None
    assert np.isnan(d.clusters.minimum.sel(industry="textiles")).all()
    assert d.clusters.minimum.sel(industry="machines", host="west").item() == 5
    assert d.budgets is not None
    assert d.budgets.amount.sel(fund="region").values.tolist() == [10, 10]
    assert d.budgets.pays.sel(fund="centre", use="transfer").item() is False
    assert d.local_inputs is not None
    # textiles used by machines: (0.05 domestic + 0.00 imported) per unit of output
    assert d.local_inputs.need.sel(input="textiles", industry="machines").item() == pytest.approx(0.05)
    assert d.local_inputs.supply.sel(input="textiles", host="south").item() == pytest.approx(20)
    # a quarter of the nation's 2000
    assert d.backup_floor is not None
    assert d.backup_floor.sel(industry="machines").item() == pytest.approx(500)
    assert d.left_out == ("similarity",)
    assert d.prices == {"host_growth": 0.4}


def test_total_forward_linkage_by_hand(study: Study) -> None:
    """B = x^-1 Z with x = (1000, 2000), Z = ((200, 100), (100, 600)): g solves (I - B) g = 1."""
    backup = plan_data(study).backup
    assert backup is not None
    g = np.linalg.inv(np.eye(2) - np.array([[0.2, 0.1], [0.05, 0.3]])).sum(axis=1)
    found = backup.sel(industry=["textiles", "machines"]).values
    assert found == pytest.approx(g)


def test_the_plan_keeps_to_all_of_it(plan: Plan) -> None:
    frame = verify(plan).frame
    assert frame["holds"].all(), frame[~frame["holds"]]
    names = set(frame["constraint"])
    assert {"cluster_base", "budget", "mode_share", "local_inputs", "backup_floor"} <= names
    assert "similarity" not in names
    assert plan.gap <= 1e-3


def test_its_tables(plan: Plan) -> None:
    tables = plan.results()
    by_mode = tables["plan_modes"].frame
    assert by_mode["output"].sum() == pytest.approx(float(plan.transfer.sum()))
    assert by_mode.loc[by_mode["mode"] == "enclave", "share"].max() <= 0.4 + 1e-9
    spent = tables["plan_spending"].frame
    assert spent["money"].sum() == pytest.approx(plan.values["spending"] * plan.data.years, rel=1e-6)
    built = tables["plan_infrastructure"].frame
    assert set(built.columns) == {"infrastructure", "host", "phase", "building_cost"}
    assert set(tables["plan_limits"].frame["constraint"]) >= {"budget", "mode_share", "upgrade_room"}
    for table in ("plan_modes", "plan_upgrades", "plan_clusters", "plan_infrastructure", "plan_spending"):
        assert all(column.label.zh != column.name for column in tables[table].columns)


def test_without_the_tables_nothing_is_added(tiny_study: Study) -> None:
    d = plan_data(tiny_study)
    assert (d.modes, d.upgrades, d.clusters, d.infrastructure, d.budgets) == (None,) * 5
    assert d.local_inputs is None
    assert d.project_scale is None
    assert not d.integer
    assert not d.costs


def test_the_order_of_rows_does_not_matter(study: Study, plan: Plan) -> None:
    names = [*TABLES, "regions", "industries"]
    turned = {n: study.frames[n].iloc[::-1].reset_index(drop=True) for n in names}
    again = optimise(replace(study, frames={**study.frames, **turned}))
    xr.testing.assert_allclose(
        again.transfer.sortby(["industry", "origin", "host"]),
        plan.transfer.sortby(["industry", "origin", "host"]),
    )
    assert again.values == pytest.approx(plan.values)


@pytest.mark.parametrize(
    ("lacking", "table", "text", "said"),
    [
        ("budgets", "", "", "no table budgets"),
        (
            "",
            "cluster_options",
            "industry,region,minimum_output,infrastructure\nmachines,,5,port",
            "port",
        ),
        ("", "budgets", "fund,phase,amount,uses\ncentre,near,4,holidays", "holidays"),
        ("", "plan_rules", "constraint,active,price\nreleasable,no,", "releasable"),
        ("", "plan_rules", "constraint,active,price\nsequence,yes,3", "sequence"),
        ("", "transfer_modes", "mode,cost,most_share\nenclave,0.05,0.4", "40%"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, lacking: str, table: str, text: str, said: str) -> None:
    other = {table: text} if table else {}
    made = open_study(folder(tmp_path / "study", lacking, **other))
    with pytest.raises(StudyError, match=said):
        plan_data(made)


def test_projects_have_a_smallest_size(study: Study) -> None:
    made = optimise(study.with_parameter("plan.project_scale", 2.0), objective="value_added")
    arriving = made.transfer.sum("origin").values
    assert ((arriving < 1e-9) | (arriving >= 2.0 - 1e-6)).all()
    assert verify(made).frame["holds"].all()


def test_rivals_are_the_most_alike(southwest: Study) -> None:
    d = plan_data(southwest.with_parameter("plan.similarity_rivals", 1))
    assert d.rivals is not None
    assert d.rivals.equals(d.rivals.rename(host="host_to", host_to="host").transpose("host", "host_to"))
    s = d.shares.transpose("host", "industry")
    for host in d.hosts:
        alike = pd.Series(
            {k: float(np.minimum(s.sel(host=host), s.sel(host=k)).sum()) for k in d.hosts if k != host}
        )
        assert bool(d.rivals.sel(host=host, host_to=alike.idxmax()))
