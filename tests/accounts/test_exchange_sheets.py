"""CEADs and NBS sheets: read by their labels, checked, refused with the place, made a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_tables import SECTORS, Sheet, ceads, nbs, numbers

from hinterland.accounts import estimate_mrio
from hinterland.accounts.exchange import UnbalancedError, read_ceads, read_nbs, read_table, write_study
from hinterland.study import CheckError, StudyError, check_study, open_study

REGIONS = ("北京", "内蒙古", "湖北")
ENGLISH = ("Beijing", "Inner Mongolia", "Hubei")


def codes(error: CheckError) -> set[str]:
    return {f.code for f in error.report.errors}


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("sparse", [False, True])
def test_ceads_is_read_by_its_labels(tmp_path: Path, english: bool, sparse: bool) -> None:
    made = numbers(3, 4)
    sheet = ceads(made, ENGLISH if english else REGIONS, english=english, sparse=sparse)
    found = read_ceads(sheet.write(tmp_path / "MRIO.xlsx"))
    table = found.table
    assert table.regions == (("Beijing", "Inner_Mongolia", "Hubei") if english else REGIONS)
    assert (found.year, table.unit) == (2017, "万元")
    np.testing.assert_allclose(table.Z, made.Z, rtol=1e-14)  # a workbook keeps 16 digits
    np.testing.assert_allclose(table.V, made.V, rtol=1e-14)  # a workbook keeps 16 digits
    np.testing.assert_allclose(table.imports, made.imports, rtol=1e-14)  # a workbook keeps 16 digits
    np.testing.assert_allclose(table.x, made.x, rtol=1e-14)  # a workbook keeps 16 digits
    assert table.items == ("compensation", "net_taxes", "depreciation", "operating_surplus")
    assert [c for _, c in table.final[:7]] == [
        "rural_consumption",
        "urban_consumption",
        "government_consumption",
        "fixed_capital_formation",
        "inventory_change",
        "exports",
        "discrepancy",
    ]
    final = table.Y.reshape(12, 3, 7)
    np.testing.assert_allclose(
        final[:, :, :5].reshape(12, 15), made.Y, rtol=1e-14
    )  # a workbook keeps 16 digits
    # what leaves stands with the region that makes it
    np.testing.assert_allclose(final[:, :, 5].sum(1), made.exports, rtol=1e-14)  # a workbook keeps 16 digits
    assert final[0, 1, 5] == 0
    assert np.abs(found.balance.frame["row_gap"]).max() < 1e-9


def test_blocks_may_stand_anywhere(tmp_path: Path) -> None:
    made = numbers(2, 4)
    sheet = ceads(made, REGIONS[:2])
    rows = [[None, *row] for row in sheet.rows]  # a column before, two rows above
    rows = [["说明"], [], *rows]
    found = read_ceads(Sheet(rows, "Table_2017").write(tmp_path / "x.xlsx"))
    np.testing.assert_allclose(found.table.Z, made.Z, rtol=1e-14)  # a workbook keeps 16 digits


def test_a_study_keeps_the_measured_flows(tmp_path: Path) -> None:
    made = numbers(3, 4)
    found = read_ceads(ceads(made, REGIONS).write(tmp_path / "MRIO.xlsx"))
    folder = write_study(found, tmp_path / "study")
    report = check_study(folder)
    assert report.ok, report.text()
    study = open_study(folder)
    assert study.provenance["io_flows"].status == "observed"
    table = estimate_mrio(study)
    assert table.provenance.status == "observed"
    np.testing.assert_allclose(table.Z, made.Z, rtol=1e-12)
    np.testing.assert_allclose(table.V, made.V, rtol=1e-12)
    np.testing.assert_allclose(table.imports, made.imports, rtol=1e-6)
    # imports by product are split by a stated rule, so that part of the national table is an estimate
    assert study.provenance["io_imported"].status == "estimated"
    total = float(study["io_imported"].sum() + study["final_imported"].sum())
    assert total == pytest.approx(made.imports.sum() + made.final_imports.sum())


def test_regions_of_another_study(tmp_path: Path) -> None:
    found = read_ceads(ceads(numbers(3, 4), ("北京", "内蒙古", "四川")).write(tmp_path / "MRIO.xlsx"))
    folder = write_study(found, tmp_path / "study", like="southwest")
    report = check_study(folder)
    assert report.ok, report.text()
    study = open_study(folder)
    assert study.regions == ("CN-BJ", "CN-NM", "CN-SC")
    other = read_ceads(ceads(numbers(2, 4), ("北京", "火星")).write(tmp_path / "B.xlsx"))
    with pytest.raises(StudyError, match="火星"):
        write_study(other, tmp_path / "study2", like="southwest")
    assert not (tmp_path / "study2").exists()


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("provincial", [False, True])
def test_nbs_competitive(tmp_path: Path, negative: bool, provincial: bool) -> None:
    made = numbers(1, 4)
    sheet = nbs(made, competitive=True, negative=negative, provincial=provincial)
    found = read_nbs(sheet.write(tmp_path / "hubei.xlsx"), region="湖北")
    np.testing.assert_allclose(found.table.x, made.x)
    assert found.table.regions == ("湖北",)
    entering = found.table.Y[:, [c == "imports" for _, c in found.table.final]]
    assert (entering < 0).all()
    folder = write_study(found, tmp_path / "study")
    report = check_study(folder)
    assert report.ok, report.text()
    study = open_study(folder)
    # proportionality by hand: each use but exports has the product's import share
    home = found.table.Z.sum(1) + found.table.Y[:, :5].sum(1)
    share = -entering[:, 0] / home
    np.testing.assert_allclose(study["io_imported"], share[:, None] * found.table.Z, rtol=1e-9)
    np.testing.assert_allclose(study["io_domestic"], (1 - share)[:, None] * found.table.Z, rtol=1e-9)
    exports = study["final_domestic"].sel(category="exports").to_numpy()
    np.testing.assert_allclose(exports, made.exports, rtol=1e-9)  # outflow leaves the study too
    assert study.provenance["io_domestic"].status == "estimated"


def test_nbs_with_rows_of_imported_products(tmp_path: Path) -> None:
    made = numbers(1, 4)
    found = read_nbs(nbs(made, competitive=False).write(tmp_path / "china.xlsx"))
    np.testing.assert_allclose(found.table.Z, made.Z, rtol=1e-14)  # a workbook keeps 16 digits
    np.testing.assert_allclose(found.table.imports, made.imports)
    folder = write_study(found, tmp_path / "study")
    assert check_study(folder).ok
    study = open_study(folder)
    assert study.provenance["io_imported"].status == "observed"
    np.testing.assert_allclose(study["io_imported"].sum("row"), made.imports)
    np.testing.assert_allclose(study["io_domestic"], made.Z, rtol=1e-14)  # a workbook keeps 16 digits


def spoil(change: Callable[[list[list[Any]]], None], **options: Any) -> Sheet:
    sheet = ceads(numbers(3, 4), REGIONS, **options)
    change(sheet.rows)
    return sheet


def cut_block(rows: list[list[Any]]) -> None:
    del rows[9:13]  # all rows of the second province


def cut_row(rows: list[list[Any]]) -> None:
    del rows[6]


def swap(rows: list[list[Any]]) -> None:
    rows[5][2], rows[6][2] = rows[6][2], rows[5][2]


def twice(rows: list[list[Any]]) -> None:
    rows[6][2] = rows[5][2]


def strange_unit(rows: list[list[Any]]) -> None:
    rows[1][2] = "单位：万吨"


def no_unit(rows: list[list[Any]]) -> None:
    rows[1][2] = None


def text_cell(rows: list[list[Any]]) -> None:
    rows[6][5] = "12a"


def blank_cell(rows: list[list[Any]]) -> None:
    rows[6][5] = None


def off(rows: list[list[Any]]) -> None:
    rows[6][5] += 500.0


def no_added(rows: list[list[Any]]) -> None:
    rows[:] = [r for r in rows if "增加值" not in r[:3] and "增加值合计" not in r[:3]]


def no_final(rows: list[list[Any]]) -> None:
    rows[4][16:31] = [None] * 15
    rows[2][31] = None


def stray_row(rows: list[list[Any]]) -> None:
    rows.insert(18, [None, None, "补贴", *[1.0] * 12])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (cut_block, "import_no_block"),
        (cut_row, "import_no_row"),
        (twice, "import_twice"),
        (strange_unit, "import_not_money"),
        (no_unit, "import_no_unit"),
        (text_cell, "import_not_number"),
        (blank_cell, "import_blank"),
        (off, "import_unbalanced"),
        (no_added, "import_no_value_added"),
        (no_final, "import_unknown_column"),
        (stray_row, "import_unknown_row"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, change: Any, code: str) -> None:
    path = spoil(change).write(tmp_path / "MRIO.xlsx")
    with pytest.raises(CheckError) as caught:
        read_ceads(path)
    assert code in codes(caught.value), caught.value
    for finding in caught.value.report.errors:
        assert finding.file == "MRIO.xlsx"
        assert finding.message.en and finding.message.zh and finding.mend.en and finding.mend.zh


def test_places_are_those_of_the_sheet(tmp_path: Path) -> None:
    with pytest.raises(CheckError) as caught:
        read_ceads(spoil(text_cell).write(tmp_path / "MRIO.xlsx"))
    found = caught.value.report.errors[0]
    assert (found.sheet, found.row, found.column) == ("Table_2017", 7, "F")


def test_swapped_labels_do_not_pass(tmp_path: Path) -> None:
    """Two labels exchanged in the rows make a table that cannot balance."""
    with pytest.raises(CheckError) as caught:
        read_ceads(spoil(swap).write(tmp_path / "MRIO.xlsx"))
    assert {"import_unbalanced", "import_outputs_differ"} & codes(caught.value)


def test_swapped_regions_do_not_pass(tmp_path: Path) -> None:
    def change(rows: list[list[Any]]) -> None:
        for i in range(5, 9):
            rows[i][0], rows[i + 4][0] = rows[i + 4][0], rows[i][0]

    with pytest.raises(CheckError):
        read_ceads(spoil(change).write(tmp_path / "MRIO.xlsx"))


def test_the_imbalance_is_shown_by_industry_and_mended_on_request(tmp_path: Path) -> None:
    path = spoil(off).write(tmp_path / "MRIO.xlsx")
    with pytest.raises(UnbalancedError) as caught:
        read_ceads(path)
    shown = caught.value.balance.frame.set_index(["region", "industry"])
    assert shown.loc[("北京", SECTORS[1]), "row_gap"] == pytest.approx(500)
    assert shown.loc[("北京", SECTORS[2]), "column_gap"] == pytest.approx(500)
    assert (np.abs(shown["row_gap"]) > 1e-6).sum() == 1
    found = read_ceads(path, balance=True)
    table = found.table
    np.testing.assert_allclose(table.Z.sum(1) + table.Y.sum(1), table.x, rtol=1e-8)
    np.testing.assert_allclose(table.Z.sum(0) + table.imports + table.V.sum(0), table.x, rtol=1e-8)
    assert table.provenance.status == "estimated"
    assert found.changes is not None and found.changes.frame["sales_moved"].max() > 100
    assert "import_was_unbalanced" in {f.code for f in found.report.warnings}
    assert check_study(write_study(found, tmp_path / "study")).ok


def test_blanks_may_be_zero_when_said(tmp_path: Path) -> None:
    made = numbers(3, 4)
    made.Z[1, 2] = 0.0
    made.x[1] = made.Z[1].sum() + made.Y[1].sum() + made.exports[1] + made.discrepancy[1]
    made.V[0] += made.x - made.Z.sum(0) - made.imports - made.V.sum(0)
    sheet = ceads(made, REGIONS)
    sheet.rows[6][5] = None
    path = sheet.write(tmp_path / "MRIO.xlsx")
    with pytest.raises(CheckError):
        read_ceads(path)
    assert read_ceads(path, blanks_zero=True).table.Z[1, 2] == 0


def test_unit_and_year_given_or_stated(tmp_path: Path) -> None:
    sheet = ceads(numbers(3, 4), REGIONS, unit="")
    sheet.title, sheet.rows[0][0] = "Table", "Provincial table"
    path = sheet.write(tmp_path / "mrio.xlsx")
    with pytest.raises(CheckError) as caught:
        read_ceads(path)
    assert {"import_no_unit", "import_no_year"} <= codes(caught.value)
    found = read_ceads(path, unit="10 thousand CNY", year=2015)
    assert (found.year, found.table.unit) == (2015, "10 thousand CNY")
    stated = ceads(numbers(3, 4), REGIONS).write(tmp_path / "b.xlsx")
    with pytest.raises(CheckError, match="万元"):
        read_ceads(stated, unit="亿元")


def test_formats_are_not_mixed_up(tmp_path: Path) -> None:
    many = ceads(numbers(3, 4), REGIONS).write(tmp_path / "a.xlsx")
    one = nbs(numbers(1, 4), competitive=True).write(tmp_path / "b.xlsx")
    with pytest.raises(CheckError) as caught:
        read_nbs(many)
    assert codes(caught.value) == {"import_many_regions"}
    with pytest.raises(CheckError) as caught:
        read_ceads(one)
    assert codes(caught.value) == {"import_one_region"}
    with pytest.raises(StudyError, match="--model"):
        read_table("ceads", many, model="B")
    with pytest.raises(StudyError, match="no format"):
        read_table("gtap", many)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xff\xff\xfe\x00\x01", b"a,b\n1,2\n"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_no_table_is_said(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(data)
    with pytest.raises(CheckError):
        read_ceads(path)
    with pytest.raises(StudyError, match="no file"):
        read_ceads(tmp_path / "none.xlsx")


def test_csv_as_well(tmp_path: Path) -> None:
    made = numbers(2, 4)
    rows = ceads(made, REGIONS[:2]).rows
    width = max(map(len, rows))
    lines = [",".join("" if c is None else str(c) for c in [*r, *[None] * (width - len(r))]) for r in rows]
    path = tmp_path / "mrio2017.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    np.testing.assert_allclose(read_ceads(path).table.Z, made.Z, rtol=1e-14)  # a workbook keeps 16 digits


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), regions=st.integers(2, 4), error=st.floats(-0.3, 0.3))
def test_balancing_keeps_output_and_signs(
    tmp_path_factory: pytest.TempPathFactory, seed: int, regions: int, error: float
) -> None:
    made = numbers(regions, 4, seed)
    made.Z *= 1 + error * np.random.default_rng(seed).uniform(-1, 1, made.Z.shape)
    names = tuple(f"Region {chr(65 + k)}" for k in range(regions))
    path = ceads(made, names).write(tmp_path_factory.mktemp("m") / "m2017.xlsx")
    table = read_ceads(path, balance=True).table
    np.testing.assert_allclose(table.x, made.x, rtol=1e-14)  # a workbook keeps 16 digits
    np.testing.assert_allclose(
        table.Z.sum(1) + table.Y.sum(1), made.x, atol=1e-6 * made.x.max()
    )  # rounding counts as balanced
    assert (np.sign(table.Z) == np.sign(made.Z)).all()
