"""From and to pymrio: its test table, small files in the layout of each database it parses, round trips."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pymrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, Satellite, estimate_mrio
from hinterland.accounts.exchange import (
    UnbalancedError,
    from_pymrio,
    read_mrio,
    read_table,
    to_pymrio,
    write_study,
)
from hinterland.study import CheckError, StudyError, check_study, open_study


def balanced(regions: int, sectors: int, categories: int, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Z, Y, V [2 items], x of a closed table."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    Y = rng.uniform(1, 100, (n, regions * categories))
    A = rng.uniform(0, 0.6 / n, (n, n))
    x = np.linalg.solve(np.eye(n) - A, Y.sum(1))
    Z = A * x
    x = Z.sum(1) + Y.sum(1)
    rest = x - Z.sum(0)
    return Z, Y, np.stack([0.3 * rest, rest - 0.3 * rest]), x


def test_pymrio_s_own_test_table(tmp_path: Path) -> None:
    system = pymrio.load_test().calc_all()
    # its value added does not fill what output leaves: that is said, by industry
    with pytest.raises(UnbalancedError) as caught:
        from_pymrio(system, year=2010)
    assert {f.code for f in caught.value.report.errors} == {"import_unbalanced"}
    assert (caught.value.balance.frame["row_gap"].abs() < 1).all()
    found = from_pymrio(system, year=2010, value_added="residual")
    table = found.table
    assert table.regions == tuple(f"reg{k}" for k in range(1, 7))
    np.testing.assert_array_equal(table.Z, system.Z)
    np.testing.assert_array_equal(table.Y, system.Y)
    np.testing.assert_array_equal(table.x, system.x["indout"])
    assert table.unit == "Mill USD"
    name = "emissions / emission_type1 / air"
    np.testing.assert_array_equal(table.satellites[name].values, system.emissions.F.iloc[0])
    assert table.satellites[name].unit == "kg"
    np.testing.assert_array_equal(found.final_satellites[name].values, system.emissions.F_Y.iloc[0])
    np.testing.assert_allclose(
        table.multipliers(name).to_numpy().ravel(), system.emissions.M.iloc[0], rtol=1e-8
    )
    folder = write_study(found, tmp_path / "study")
    report = check_study(folder)
    assert report.ok, report.text()
    again = estimate_mrio(open_study(folder))
    np.testing.assert_array_equal(again.Z, table.Z)


def test_there_and_back() -> None:
    found = from_pymrio(pymrio.load_test().calc_all(), value_added="residual")
    system = to_pymrio(found.table, found.final_satellites)
    system.calc_all()
    back = from_pymrio(system)
    for name in ("Z", "Y", "V", "x"):
        np.testing.assert_array_equal(getattr(back.table, name), getattr(found.table, name))
    assert back.table.final == found.table.final
    name = "emissions / emission_type2 / water"
    np.testing.assert_array_equal(back.table.satellites[name].values, found.table.satellites[name].values)
    np.testing.assert_array_equal(back.final_satellites[name].values, found.final_satellites[name].values)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), regions=st.integers(1, 3), sectors=st.integers(1, 3))
def test_any_table_there_and_back(seed: int, regions: int, sectors: int) -> None:
    Z, Y, V, x = balanced(regions, sectors, 2, seed)
    jobs = np.arange(float(len(x)))
    table = IOTable.from_arrays(
        Z,
        Y,
        V,
        regions=[f"r{k}" for k in range(regions)],
        industries=[f"s{k}" for k in range(sectors)],
        categories=("c", "g"),
        items=("wages", "surplus"),
        x=x,
        unit="M.EUR",
        satellites={"jobs": Satellite(jobs, "p")},
    )
    back = from_pymrio(to_pymrio(table)).table
    for name in ("Z", "Y", "V", "x"):
        np.testing.assert_array_equal(getattr(back, name), getattr(table, name))
    assert (back.regions, back.industries, back.final, back.items) == (
        table.regions,
        table.industries,
        table.final,
        table.items,
    )
    np.testing.assert_array_equal(back.satellites["satellites / jobs"].values, jobs)


def test_industries_that_regions_lack() -> None:
    system = pymrio.load_test().calc_all()
    index = system.Z.index
    kept = [p for p in index if p != ("reg2", "mining")]
    table = to_pymrio(from_pymrio(system, value_added="residual").table)
    table.Z = table.Z.loc[kept, kept]
    table.Y, table.unit = table.Y.loc[kept], table.unit.loc[kept]
    table.x = table.x.loc[kept]
    table.x["indout"] = table.Z.sum(axis=1) + table.Y.sum(axis=1)
    for extension in list(table.get_extensions()):
        delattr(table, extension)
    found = from_pymrio(table)
    assert "import_filled" in {f.code for f in found.report.warnings}
    assert len(found.table.absent) == 1
    at = found.table.regions.index("reg2") * 8 + found.table.industries.index("mining")
    assert found.table.x[at] == 0 and not found.table.Z[at].any() and not found.table.Z[:, at].any()


def test_wrong_systems() -> None:
    system = pymrio.load_test().calc_all()
    system.unit.iloc[3] = "kg"
    with pytest.raises(CheckError) as caught:
        from_pymrio(system)
    assert "import_units_mixed" in {f.code for f in caught.value.report.errors}
    system = pymrio.load_test().calc_all()
    system.Z = system.Z[system.Z.columns[::-1]]
    with pytest.raises(CheckError) as caught:
        from_pymrio(system)
    assert "import_labels_differ" in {f.code for f in caught.value.report.errors}
    system = pymrio.load_test().calc_all()
    system.Z.iloc[1, 2] = np.nan
    with pytest.raises(CheckError) as caught:
        from_pymrio(system, value_added="residual")
    assert "import_missing" in {f.code for f in caught.value.report.errors}


# Small files in each database's own layout ------------------------------------------------------------------


def exiobase3(folder: Path) -> tuple[Path, tuple[np.ndarray, ...]]:
    """The unpacked archive: Z, Y, unit and extensions satellite and factor_inputs, tab-separated."""
    numbers = balanced(2, 3, 2)
    table = IOTable.from_arrays(
        *numbers[:3],
        regions=("AT", "WE"),
        industries=("Wheat", "Steel", "Trade"),
        categories=("Households", "Government"),
        items=("Wages", "Surplus"),
        x=numbers[3],
        unit="M.EUR",
        satellites={"satellite / CO2 - combustion - air": Satellite(np.arange(6.0), "kg")},
    )
    system = to_pymrio(table, {"satellite / CO2 - combustion - air": Satellite(np.arange(4.0), "kg")})
    system.meta.change_meta("description", "EXIOBASE 2011")
    system.save_all(str(folder / "IOT_2011_ixi"))
    return folder / "IOT_2011_ixi", numbers


def wiod(folder: Path) -> tuple[Path, tuple[np.ndarray, ...]]:
    """The workbook of WIOD 2013: metadata over the header, totals and factor inputs below."""
    Z, Y, V, x = balanced(2, 2, 2)
    sectors = [("AtB", "Agriculture", "c1"), ("P", "Private households", "c35")]
    final = [("Households", "c37"), ("Capital formation", "c41")]
    regions = ("USA", "CHN")
    rows: list[list[Any]] = [
        ["Intercountry Input-Output Table 2011"],
        [""],
        ["(industry-by-industry)"],
        ["(in millions of US dollars)"],
    ]
    width = 4 + 4 + 4 + 1
    rows[0] += [None] * (width - 1)
    rows[1] = [None] * width
    heads: list[list[Any]] = [rows[2] + [None] * 3, rows[3] + [None] * 3, [None] * 4, [None] * 4]
    for r in regions:
        for s in sectors:
            for head, cell in zip(heads, (s[0], s[1], r, s[2]), strict=True):
                head.append(cell)
    for r in regions:
        for f in final:
            for head, cell in zip(heads, (None, f[0], r, f[1]), strict=True):
                head.append(cell)
    for head, cell in zip(heads, (None, "Total output", "TOT", "c42"), strict=True):
        head.append(cell)
    body = [
        [s[0], s[1], r, s[2], *Z[i], *Y[i], x[i]]
        for i, (r, s) in enumerate(itertools.product(regions, sectors))
    ]
    body.append([None, "Total intermediate consumption", "TOT", "r60", *Z.sum(0), *Y.sum(0), None])
    body.append([None, "Taxes less subsidies on products", "TOT", "r61", *V[0], *np.zeros(4), None])
    body.append([None, "Value added at basic prices", "TOT", "r64", *V[1], *np.zeros(4), None])
    body.append([None, "Output at basic prices", "TOT", "r69", *x, *np.zeros(4), None])
    path = folder / "wiot11_row_apr12.xlsx"
    pd.DataFrame([*rows[:2], *heads, *body]).to_excel(path, header=False, index=False)
    return path, (Z, Y, V, x)


def oecd(folder: Path) -> tuple[Path, tuple[np.ndarray, ...]]:
    """A CSV of the 2021 edition: rows and columns named COUNTRY_industry, totals at the end."""
    Z, Y, V, x = balanced(2, 2, 2)
    names = [f"{r}_{s}" for r in ("AUS", "CHN") for s in ("01T02", "26")]
    final = [f"{r}_{c}" for r in ("AUS", "CHN") for c in ("HFCE", "GFCF")]
    frame = pd.DataFrame(np.hstack([Z, Y, x[:, None]]), index=names, columns=[*names, *final, "TOTAL"])
    for name, values in (("TAXSUB", V[0]), ("VALU", V[1])):
        frame.loc[name] = [*values, *np.zeros(5)]
    frame.loc["OUTPUT"] = [*x, *np.zeros(5)]
    path = folder / "ICIO2021_2015.csv"
    frame.to_csv(path, index_label="V1")
    return path, (Z, Y, V, x)


def eora26(folder: Path) -> tuple[Path, tuple[np.ndarray, ...]]:
    """The unpacked archive: tab-separated matrices without headings, labels in files of their own."""
    Z, Y, V, x = balanced(2, 2, 2)
    place = folder / "eora"
    place.mkdir()

    def put(name: str, values: Any) -> None:
        pd.DataFrame(values).to_csv(place / name, sep="\t", header=False, index=False)

    countries, sectors, final = (
        (("Chad", "TCD"), ("Peru", "PER")),
        ("Agriculture", "Trade"),
        ("Households", "Government"),
    )
    put("Eora26_2015_bp_T.txt", Z)
    put("Eora26_2015_bp_FD.txt", Y)
    put("Eora26_2015_bp_VA.txt", V)
    put("Eora26_2015_bp_Q.txt", np.arange(4.0)[None])
    put("Eora26_2015_bp_QY.txt", np.arange(4.0)[None])
    put("labels_T.txt", [(*c, "Industries", s) for c in countries for s in sectors])
    put("labels_FD.txt", [(*c, "Final demand", f) for c in countries for f in final])
    put("labels_VA.txt", [("Primary inputs", "Wages", ""), ("Primary inputs", "Surplus", "")])
    put("labels_Q.txt", [("CO2 emissions (Gg)", "Total", "")])
    return place, (Z, Y, V, x)


def gloria(folder: Path) -> tuple[Path, tuple[np.ndarray, ...]]:
    """Supply and use in one matrix per file, value added of every region in rows, labels in the ReadMe."""
    Z, Y, V, x = balanced(2, 2, 2)
    place = folder / "gloria"
    mrio, satellites = place / "GLORIA_MRIOs_59_2015", place / "GLORIA_SatelliteAccounts_059_2015"
    mrio.mkdir(parents=True)
    satellites.mkdir()
    T = np.zeros((8, 8))
    industry, product = [0, 1, 4, 5], [2, 3, 6, 7]
    T[np.ix_(industry, product)] = np.diag(x)
    T[np.ix_(product, industry)] = Z
    YY = np.zeros((8, 4))
    YY[product] = Y
    VV = np.zeros((4, 8))  # items of the first region, then of the second
    VV[np.ix_([0, 1], industry[:2])], VV[np.ix_([2, 3], industry[2:])] = V[:, :2], V[:, 2:]
    Q = np.zeros((1, 8))
    Q[0, industry] = np.arange(4.0)
    stem = "20240111_120secMother_AllCountries_002"
    for at, name, values in (
        (mrio, "T", T),
        (mrio, "Y", YY),
        (mrio, "V", VV),
        (satellites, "TQ", Q),
        (satellites, "YQ", np.ones((1, 4))),
    ):
        pd.DataFrame(values).to_csv(
            at / f"{stem}_{name}-Results_2015_059_Markup001(full).csv", header=False, index=False
        )
    with pd.ExcelWriter(place / "GLORIA_ReadMe_059.xlsx") as book:
        pd.DataFrame({"Region_acronyms": ["TCD", "PER"], "Region_names": ["Chad", "Peru"]}).to_excel(
            book, sheet_name="Regions"
        )
        pd.DataFrame({"Sector_names": ["Growing maize", "Trade"]}).to_excel(book, sheet_name="Sectors")
        pd.DataFrame(
            {"Value_added_names": ["Wages", "Surplus"], "Final_demand_names": ["Households", "Government"]}
        ).to_excel(book, sheet_name="Value added and final demand")
        pd.DataFrame({"Sat_indicator": ["co2"], "Sat_head_indicator": ["GHG"], "Sat_unit": ["kt"]}).to_excel(
            book, sheet_name="Satellites"
        )
    return place, (Z, Y, V, x)


MAKERS = {"exiobase3": exiobase3, "wiod": wiod, "oecd": oecd, "eora26": eora26, "gloria": gloria}
REGIONS = {
    "exiobase3": ("AT", "WE"),
    "wiod": ("USA", "CHN"),
    "oecd": ("AUS", "CHN"),
    "eora26": ("TCD", "PER"),
    "gloria": ("TCD", "PER"),
}


@pytest.mark.parametrize("form", list(MAKERS))
def test_a_small_file_of_every_format(tmp_path: Path, form: str) -> None:
    path, (Z, Y, V, x) = MAKERS[form](tmp_path)
    found = read_table(form, path, year=2015)
    table = found.table
    assert table.regions == REGIONS[form]
    np.testing.assert_allclose(table.Z, Z, rtol=1e-9)
    np.testing.assert_allclose(table.Y, Y, rtol=1e-9)
    np.testing.assert_allclose(table.x, x, rtol=1e-9)
    np.testing.assert_allclose(table.V, V, rtol=1e-9)
    assert table.unit
    assert {r for r, _ in table.final} == set(table.regions)
    report = check_study(write_study(found, tmp_path / "study"))
    assert report.ok, report.text()
    if form in ("exiobase3", "eora26", "gloria"):
        (satellite,) = (s for k, s in table.satellites.items() if "co2" in k.lower())
        np.testing.assert_array_equal(satellite.values, np.arange(float(len(x))))
        assert satellite.unit in ("kg", "Gg", "kt")
        assert any("co2" in k.lower() for k in found.final_satellites)


@pytest.mark.parametrize("form", list(MAKERS))
def test_a_file_that_is_none_of_the_format(tmp_path: Path, form: str) -> None:
    with pytest.raises(StudyError, match="no file"):
        read_mrio(tmp_path / "none", form, year=2015)
    (tmp_path / "x.txt").write_text("nothing")
    with pytest.raises(StudyError, match="pymrio cannot read") as caught:
        read_mrio(tmp_path / "x.txt", form, year=2015)
    assert caught.value.words.zh and caught.value.mend_words.zh
    if form in ("eora26", "gloria"):
        with pytest.raises(StudyError, match="year"):
            read_mrio(tmp_path / "x.txt", form)


def test_without_pymrio_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pymrio", None)
    (tmp_path / "x").mkdir()
    with pytest.raises(StudyError, match="not installed"):
        read_mrio(tmp_path / "x", "oecd")
