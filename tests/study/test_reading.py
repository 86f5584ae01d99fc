"""Every form in which a table may come is read to the same figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from study_tables import only, put, put_text, replace, table, warned

from hinterland.study import Study, check_study, open_study
from studies import write_small_study


def same(one: Study, other: Study) -> None:
    assert set(one.arrays) == set(other.arrays)
    for name, array in one.arrays.items():
        assert array.dims == other.arrays[name].dims
        for dim in array.dims:
            assert list(array.coords[dim].to_numpy()) == list(other.arrays[name].coords[dim].to_numpy())
        np.testing.assert_allclose(array.to_numpy(), other.arrays[name].to_numpy(), rtol=1e-12, err_msg=name)


def to_workbook(folder: Path, names: list[str], path: Path) -> None:
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name in names:
            frame = pd.read_csv(folder / f"{name}.csv", keep_default_na=False)
            frame.to_excel(writer, sheet_name=name, index=False)
            (folder / f"{name}.csv").unlink()


def names_in(folder: Path) -> list[str]:
    return sorted(p.stem for p in folder.glob("*.csv"))


def test_parquet(full_folder: Path, full_study: Study) -> None:
    for name in names_in(full_folder):
        frame = pd.read_csv(full_folder / f"{name}.csv")
        frame.to_parquet(full_folder / f"{name}.parquet")
        (full_folder / f"{name}.csv").unlink()
    same(open_study(full_folder), full_study)


def test_one_workbook_for_all(full_folder: Path, full_study: Study) -> None:
    to_workbook(full_folder, names_in(full_folder), full_folder / "tables.xlsx")
    study = open_study(full_folder)
    same(study, full_study)
    assert list(study.files) == ["study.toml", "tables.xlsx"]


def test_a_workbook_for_each(full_folder: Path, full_study: Study) -> None:
    for name in names_in(full_folder):
        to_workbook(full_folder, [name], full_folder / f"{name}.xlsx")
    same(open_study(full_folder), full_study)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(
    full_folder: Path, full_study: Study, encoding: str, separator: str
) -> None:
    for name in names_in(full_folder):
        put(full_folder, name, table(full_folder, name), encoding=encoding, sep=separator)
    study = open_study(full_folder)
    same(study, full_study)
    assert study.text("region", "coast").zh == "海滨"


def test_excel_separator_line(small_folder: Path, small_study: Study) -> None:
    text = (small_folder / "gross_output.csv").read_text(encoding="utf-8")
    put_text(small_folder, "gross_output", "sep=;\r\n" + text.replace(",", ";"))
    same(open_study(small_folder), small_study)


def test_an_encoding_that_is_neither_is_refused(small_folder: Path) -> None:
    text = (small_folder / "regions.csv").read_text(encoding="utf-8").replace("Coast,海滨", "Küste,Öland")
    text = text.replace("丘陵", "Hügel").replace("平原", "Ebene")
    put_text(small_folder, "regions", text, "cp1252")
    assert only(small_folder, "encoding").file == "regions.csv"


def test_chinese_headers_names_and_years(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "gross_output")
    regions = {"coast": "海滨", "hills": "丘陵", "plain": "Plain"}
    industries = {"farming": "农业", "textiles": "Textiles", "machines": "机械", "services": "服务"}
    frame["region"] = frame["region"].map(regions)
    frame["industry"] = frame["industry"].map(industries)
    frame["year"] += "年"
    put(
        small_folder,
        "gross_output",
        frame.set_axis(["省份", "行业", "年份", "总产出"], axis=1),
        encoding="gbk",
    )
    same(open_study(small_folder), small_study)


def test_two_header_rows_and_a_title(small_folder: Path, small_study: Study) -> None:
    body = (small_folder / "gross_output.csv").read_text(encoding="utf-8").split("\n", 1)[1]
    put_text(
        small_folder,
        "gross_output",
        "表1 各地区总产出,,,\n,,,单位：百万欧元\nregion,industry,year,gross_output\n"
        "地区,行业,年份,总产出（百万欧元）\n" + body,
    )
    same(open_study(small_folder), small_study)


def test_bilingual_header_in_one_cell(small_folder: Path, small_study: Study) -> None:
    body = (small_folder / "gross_output.csv").read_text(encoding="utf-8").split("\n", 1)[1]
    put_text(
        small_folder, "gross_output", 'region 地区,"industry\n行业",year / 年份,gross output 总产出\n' + body
    )
    same(open_study(small_folder), small_study)


def test_full_width_thousands_and_remarks(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "gross_output")
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    figures = frame["gross_output"].astype(float)
    frame["gross_output"] = [
        f"{x:,.6f}".translate(wide) if i % 2 else f"{x:,.6f}" for i, x in enumerate(figures)
    ]
    frame.loc[len(frame)] = ["注：数字为虚构", "", "", ""]
    frame.loc[len(frame)] = ["", "", "", ""]
    put(small_folder, "gross_output", frame)
    same(open_study(small_folder), small_study)


@pytest.mark.parametrize("sign", ["", "-", "—", "…", "NA", "..."])
def test_missing_figures_are_missing_never_zero(full_folder: Path, sign: str) -> None:
    frame = table(full_folder, "co2")
    frame.loc[frame["region"] == "hills", "co2"] = sign
    put(full_folder, "co2", frame)
    co2 = open_study(full_folder)["co2"]
    assert bool(co2.sel(region="hills").isnull().all())
    assert not bool(co2.sel(region="coast").isnull().any())


def test_years_across(small_folder: Path, small_study: Study) -> None:
    wide = table(small_folder, "gross_output").pivot(
        index=["region", "industry"], columns="year", values="gross_output"
    )
    wide.reset_index().to_csv(small_folder / "gross_output.csv", index=False)
    same(open_study(small_folder), small_study)


def test_years_across_with_the_variable_in_the_header(small_folder: Path, small_study: Study) -> None:
    wide = table(small_folder, "gross_output").pivot(
        index=["region", "industry"], columns="year", values="gross_output"
    )
    wide.columns = [f"{y}年总产出（千欧元）" for y in wide.columns]
    (wide.astype(float) * 1000).reset_index().to_csv(small_folder / "gross_output.csv", index=False)
    same(open_study(small_folder), small_study)
    assert warned(small_folder, "unit_converted")


@pytest.mark.parametrize("across", ["industry", "region"])
def test_industries_or_regions_across(small_folder: Path, small_study: Study, across: str) -> None:
    keys = [k for k in ("region", "industry", "year") if k != across]
    wide = table(small_folder, "gross_output").pivot(index=keys, columns=across, values="gross_output")
    wide.reset_index().to_csv(small_folder / "gross_output.csv", index=False)
    same(open_study(small_folder), small_study)


def test_national_table_as_a_matrix(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "national_io")
    frame["column"] = frame["column"].replace({"exports": "出口", "textiles": "纺织"})
    order = list(dict.fromkeys(frame["column"]))
    wide = frame.pivot(index=["origin", "row"], columns="column", values="value")[order]
    wide.reset_index().to_csv(small_folder / "national_io.csv", index=False)
    report = check_study(small_folder)
    # Rows of value added have no figure under final demand; those cells are blank and ask for nothing.
    assert report.ok, report.text()
    study = open_study(small_folder)
    for name in ("io_domestic", "io_imported", "io_value_added", "final_domestic"):
        np.testing.assert_allclose(study[name].sum(), small_study[name].sum(), rtol=1e-12)


def merged_workbook(folder: Path) -> None:
    """Years over industries, the year in a merged cell; the region merged over nothing."""
    frame = pd.read_csv(folder / "gross_output.csv")
    industries = list(dict.fromkeys(frame["industry"]))
    years = sorted(set(frame["year"]))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "地区", None
    values = frame.set_index(["region", "industry", "year"])["gross_output"]
    for k, year in enumerate(years):
        left = 2 + k * len(industries)
        sheet.cell(1, left, year)
        sheet.merge_cells(start_row=1, end_row=1, start_column=left, end_column=left + len(industries) - 1)
        for j, industry in enumerate(industries):
            sheet.cell(2, left + j, industry)
            for i, region in enumerate(dict.fromkeys(frame["region"])):
                sheet.cell(3 + i, 1, region)
                sheet.cell(3 + i, left + j, float(values[region, industry, year]))
    (folder / "gross_output.csv").unlink()
    book.save(folder / "gross_output.xlsx")


def test_merged_header_of_two_levels(small_folder: Path, small_study: Study) -> None:
    merged_workbook(small_folder)
    same(open_study(small_folder), small_study)


def test_merged_key_cells(small_folder: Path, small_study: Study) -> None:
    frame = pd.read_csv(small_folder / "gross_output.csv")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append(list(row))
    for start in range(2, len(frame) + 2, 12):  # four industries by three years of one region
        sheet.merge_cells(start_row=start, end_row=start + 11, start_column=1, end_column=1)
    (small_folder / "gross_output.csv").unlink()
    book.save(small_folder / "gross_output.xlsx")
    same(open_study(small_folder), small_study)


@pytest.mark.parametrize(
    ("header", "factor"),
    [("总产出（万欧元）", 100.0), ("gross_output (thousand EUR)", 1000.0), ("output [EUR]", 1e6)],
)
def test_unit_in_the_header_is_converted(
    small_folder: Path, small_study: Study, header: str, factor: float
) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = (frame["gross_output"].astype(float) * factor).map(repr)
    put(small_folder, "gross_output", frame.rename(columns={"gross_output": header}))
    found = warned(small_folder, "unit_converted")
    assert found.column == header and "million EUR" in found.message.en
    same(open_study(small_folder), small_study)


def test_unit_column_and_unit_row(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "gross_output")
    frame["单位"] = ["EUR" if i % 2 else "million EUR" for i in range(len(frame))]
    frame["gross_output"] = [
        repr(float(v) * (1e6 if u == "EUR" else 1))
        for v, u in zip(frame["gross_output"], frame["单位"], strict=True)
    ]
    put(small_folder, "gross_output", frame)
    assert warned(small_folder, "unit_converted")
    same(open_study(small_folder), small_study)
    body = (write_small_study(small_folder / "again") / "gross_output.csv").read_text(encoding="utf-8")
    head, rest = body.split("\n", 1)
    put_text(small_folder, "gross_output", f"{head}\n,,,million EUR\n{rest}")
    same(open_study(small_folder), small_study)


def test_unit_in_study_toml(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = (frame["gross_output"].astype(float) / 1000).map(repr)
    put(small_folder, "gross_output", frame)
    with (small_folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tables.gross_output]\nunit = "bn EUR"\n')
    same(open_study(small_folder), small_study)


def test_decimal_comma_is_told(small_folder: Path, small_study: Study) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = frame["gross_output"].str.replace(".", ",")
    put(small_folder, "gross_output", frame, sep=";")
    assert {f.code for f in check_study(small_folder).errors} == {"which_decimal", "more_alike"}
    with (small_folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tables.gross_output]\ndecimal = ","\n')
    same(open_study(small_folder), small_study)


@pytest.mark.parametrize("word", ["合计", "Total", "全国", "Arcadia"])
def test_total_rows_are_left_out(small_folder: Path, small_study: Study, word: str) -> None:
    frame = pd.read_csv(small_folder / "gross_output.csv")
    totals = frame.groupby(["industry", "year"], as_index=False)["gross_output"].sum().assign(region=word)
    by_industry = (
        frame.groupby(["region", "year"], as_index=False)["gross_output"].sum().assign(industry="合计")
    )
    all_of_all = (
        frame.groupby(["year"], as_index=False)["gross_output"].sum().assign(industry="合计", region=word)
    )
    put(small_folder, "gross_output", pd.concat([frame, totals, by_industry, all_of_all]))
    report = check_study(small_folder)
    assert report.ok and "total_off" not in [f.code for f in report.warnings]
    same(open_study(small_folder), small_study)


def test_a_total_that_disagrees_is_told(small_folder: Path, small_study: Study) -> None:
    with (small_folder / "gross_output.csv").open("a", encoding="utf-8") as file:
        file.write("合计,farming,2020,2540\n")
    found = warned(small_folder, "total_off")
    assert found.row == 38 and "2,040" in found.message.en
    same(open_study(small_folder), small_study)


def test_aliases(small_folder: Path, small_study: Study) -> None:
    regions = table(small_folder, "regions")
    regions["aliases"] = ["Shoreland|海岸省", "", ""]
    put(small_folder, "regions", regions)
    frame = table(small_folder, "gross_output")
    frame["region"] = frame["region"].replace({"coast": "海岸省"})
    put(small_folder, "gross_output", frame)
    same(open_study(small_folder), small_study)


def test_status_column_and_status_of_the_table(full_folder: Path) -> None:
    frame = table(full_folder, "employment")
    frame["status"] = "估计"
    put(full_folder, "employment", frame)
    with (full_folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tables.co2]\nstatus = "assumption"\nmethod_en = "guessed"\n')
    study = open_study(full_folder)
    assert study.provenance["employment"].status == "estimated"
    assert study.provenance["co2"].status == "assumption"
    assert study["co2"].attrs["method"] == "guessed"
    assert study.provenance["gross_output"].status == "observed"
    assert study.provenance["gross_output"].sources == ("office",)
    assert study.provenance["gross_output"].year == "2010-2020"
    frame.loc[0, "status"] = "observed"
    put(full_folder, "employment", frame)
    assert open_study(full_folder).provenance["employment"].status == "estimated"


def test_year_of_a_table_without_years(full_folder: Path) -> None:
    frame = table(full_folder, "employment")
    put(full_folder, "employment", frame[frame["year"] == "2020"].drop(columns="year"))
    assert only(full_folder, "missing_column").column == ""
    with (full_folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tables.employment]\nyear = 2020\n")
    assert open_study(full_folder)["employment"].coords["year"].to_numpy().tolist() == [2020]


def test_shares_in_per_cent(full_folder: Path, full_study: Study) -> None:
    frame = table(full_folder, "phase_focus")
    frame["cumulative_share"] = [f"{100 * float(x):g}%" for x in frame["cumulative_share"]]
    put(full_folder, "phase_focus", frame)
    assert open_study(full_folder).phases() == full_study.phases()


def test_indicator_in_per_cent_keeps_its_unit(full_folder: Path, full_study: Study) -> None:
    frame = table(full_folder, "indicators")
    mine = frame["indicator"] == "forest"
    frame.loc[mine, "value"] += "%"
    put(full_folder, "indicators", frame)
    same(open_study(full_folder), full_study)


def test_formulas_are_read_by_their_saved_value(small_folder: Path) -> None:
    to_workbook(small_folder, ["phases"], small_folder / "phases.xlsx")
    book = openpyxl.load_workbook(small_folder / "phases.xlsx")
    book["phases"]["C3"] = "=D2+1"
    book.save(small_folder / "phases.xlsx")
    found = only(small_folder, "formula_unsaved")
    assert (found.row, found.column) == (3, "C")


def test_names_in_one_language_suffice(small_folder: Path) -> None:
    put(small_folder, "regions", table(small_folder, "regions").drop(columns="name_en"))
    put(small_folder, "industries", table(small_folder, "industries").drop(columns="name_zh"))
    study = open_study(small_folder)
    assert study.text("region", "coast").en == "海滨"
    assert study.text("industry", "farming").zh == "Farming"


def test_words_in_chinese(small_folder: Path) -> None:
    regions, industries = table(small_folder, "regions"), table(small_folder, "industries")
    regions["role"] = regions["role"].map({"origin": "转出地", "host": "承接地"})
    industries["transferable"] = industries["transferable"].map({"yes": "是", "no": "否"})
    put(small_folder, "regions", regions.rename(columns={"role": "角色", "lon": "经度", "lat": "纬度"}))
    put(small_folder, "industries", industries.rename(columns={"transferable": "可转移"}))
    study = open_study(small_folder)
    assert study.hosts == ("hills", "plain") and study.transferable == ("textiles", "machines")


def test_a_user_study_of_any_name_wins_over_a_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_small_study(tmp_path / "southwest")
    monkeypatch.chdir(tmp_path)
    assert open_study("southwest").name == "arcadia"
    (tmp_path / "southwest" / "study.toml").unlink()
    assert open_study("southwest").name == "southwest"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    figures=st.lists(st.floats(0, 1e9), min_size=36, max_size=36),
    holes=st.sets(st.integers(0, 35), max_size=5),
    form=st.sampled_from(["csv", "gbk", "tab", "xlsx", "parquet", "wide"]),
)
def test_any_figures_survive_every_form(
    tmp_path_factory: pytest.TempPathFactory, figures: list[float], holes: set[int], form: str
) -> None:
    folder = write_small_study(tmp_path_factory.mktemp("any"), full=True)
    frame = pd.read_csv(folder / "employment.csv")
    frame["employment"] = [None if i in holes else x for i, x in enumerate(figures)]
    if form == "gbk":
        frame.set_axis(["地区", "行业", "年份", "就业人数"], axis=1).to_csv(
            folder / "employment.csv", index=False, encoding="gbk"
        )
    elif form == "tab":
        frame.to_csv(folder / "employment.csv", index=False, sep="\t", na_rep="—")
    elif form == "wide":
        frame.pivot(index=["region", "industry"], columns="year", values="employment").reset_index().to_csv(
            folder / "employment.csv", index=False
        )
    elif form in ("xlsx", "parquet"):
        (folder / "employment.csv").unlink()
        if form == "xlsx":
            frame.to_excel(folder / "employment.xlsx", index=False)
        else:
            frame.to_parquet(folder / "employment.parquet")
    else:
        frame.to_csv(folder / "employment.csv", index=False)
    read = open_study(folder)["employment"].to_numpy().ravel()
    wanted = np.array([np.nan if i in holes else x for i, x in enumerate(figures)])
    # A workbook keeps fifteen to seventeen digits, the other forms every bit.
    np.testing.assert_allclose(read, wanted, rtol=1e-14 if form == "xlsx" else 0)


def test_replace_helper_guards(small_folder: Path) -> None:
    with pytest.raises(AssertionError):
        replace(small_folder, "study.toml", "nowhere", "")
