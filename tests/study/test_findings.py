"""Each thing that can be wrong is found, alone, with its place and its mend in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from study_tables import errors, only, put, put_text, replace, spoil, table, warned

from hinterland.study import CheckError, StudyError, check_study, open_study
from hinterland.study.findings import messages
from studies import write_small_study

# --- the folder and its files


def test_no_folder() -> None:
    found = errors(Path("southwst"))
    assert [f.code for f in found] == ["no_folder"] and "southwest" in found[0].mend.en


def test_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert [f.code for f in errors(tmp_path / "file")] == ["not_a_folder"]


def test_no_toml(small_folder: Path) -> None:
    (small_folder / "study.toml").unlink()
    only(small_folder, "no_toml")


def test_broken_toml(small_folder: Path) -> None:
    replace(small_folder, "study.toml", 'preset = "plan"', "preset = plan")
    assert only(small_folder, "broken_toml").row == 9


def test_empty_folder_names_every_required_table(tmp_path: Path) -> None:
    codes = [f.code for f in errors(tmp_path)]
    assert codes == ["no_toml", *["no_table"] * 5]


def test_required_table_absent(small_folder: Path) -> None:
    (small_folder / "national_io.csv").unlink()
    assert only(small_folder, "no_table").file == "national_io.csv"


def test_table_twice(small_folder: Path) -> None:
    table(small_folder, "phases").to_excel(small_folder / "phases.xlsx", index=False)
    found = only(small_folder, "table_twice")
    assert "phases.csv" in found.message.en and "phases.xlsx" in found.message.en


def test_unknown_table_and_sheet_are_only_warned_of(small_folder: Path) -> None:
    put_text(small_folder, "gros_output", "a,b\n1,2\n")
    with pd.ExcelWriter(small_folder / "tables.xlsx", engine="openpyxl") as writer:
        pd.DataFrame({"a": [1]}).to_excel(writer, sheet_name="employmnt", index=False)
    assert "gross_output" in warned(small_folder, "unknown_table").mend.en
    assert "employment" in warned(small_folder, "unknown_sheet").mend.en


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_corrupt_file(small_folder: Path, suffix: str) -> None:
    (small_folder / "phases.csv").unlink()
    (small_folder / f"phases{suffix}").write_bytes(b"PK\x03\x04 this is no such file")
    assert only(small_folder, "corrupt").file == f"phases{suffix}"


def test_old_or_protected_workbook(small_folder: Path) -> None:
    (small_folder / "phases.csv").unlink()
    (small_folder / "phases.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    only(small_folder, "old_excel")


def test_locked_file(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes

    def locked(self: Path) -> bytes:
        if self.name == "phases.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", locked)
    found = only(small_folder, "locked")
    assert found.file == "phases.csv" and "Permission denied" in found.message.en


def test_several_sheets_that_may_be_meant(small_folder: Path) -> None:
    frame = table(small_folder, "phases")
    (small_folder / "phases.csv").unlink()
    with pd.ExcelWriter(small_folder / "phases.xlsx", engine="openpyxl") as writer:
        frame.to_excel(writer, sheet_name="Sheet1", index=False)
        frame.to_excel(writer, sheet_name="Sheet2", index=False)
    only(small_folder, "which_sheet")


def test_open_quotation_mark(small_folder: Path) -> None:
    text = (small_folder / "gross_output.csv").read_text(encoding="utf-8")
    put_text(small_folder, "gross_output", text.replace("hills,farming", '"hills,farming', 1) + "x" * 140_000)
    only(small_folder, "broken_csv")


# --- headers


def test_no_header(small_folder: Path) -> None:
    put_text(small_folder, "phases", "1,2,3\n4,5,6\n")
    assert only(small_folder, "no_header").row == 1


def test_empty_table(small_folder: Path) -> None:
    put_text(small_folder, "phases", "preset,phase,start_year,end_year,name_en,name_zh\n")
    only(small_folder, "empty_table")


def test_missing_column(small_folder: Path) -> None:
    put(small_folder, "regions", table(small_folder, "regions").drop(columns="role"))
    found = [f for f in errors(small_folder) if f.code == "missing_column"]
    assert len(found) == 1 and "role" in found[0].message.en


def test_column_twice(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    frame["地区"] = frame["region"]
    put(small_folder, "gross_output", frame)
    assert "地区" in only(small_folder, "column_twice").column


def test_unknown_column_is_warned_of(small_folder: Path) -> None:
    frame = table(small_folder, "regions")
    frame["capitol"] = "x"
    put(small_folder, "regions", frame)
    assert warned(small_folder, "unknown_column").column == "capitol"


def test_stranger_among_wide_columns(small_folder: Path) -> None:
    wide = table(small_folder, "gross_output").pivot(
        index=["region", "year"], columns="industry", values="gross_output"
    )
    wide.rename(columns={"machines": "mashines"}).reset_index().to_csv(
        small_folder / "gross_output.csv", index=False
    )
    found = [f for f in errors(small_folder) if f.code == "wide_unknown"]
    assert found and found[0].column == "mashines"


# --- cells


@pytest.mark.parametrize("text", ["12a", "1,2,3", "#REF!"])
def test_not_a_number(small_folder: Path, text: str) -> None:
    spoil(small_folder, "gross_output", 7, "gross_output", text)
    found = errors(small_folder)[0]
    assert (found.code, found.row, found.column) == ("not_a_number", 7, "gross_output")


def test_not_a_year(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 5, "year", "20x5")
    found = [f for f in errors(small_folder) if f.code == "not_a_year"]
    assert found[0].row == 5 and "20x5" in found[0].message.zh


def test_negative_output(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 4, "gross_output", "-3")
    found = errors(small_folder)[0]
    assert (found.code, found.row) == ("negative", 4)


def test_unknown_region_suggests_the_nearest(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    frame["region"] = frame["region"].replace("hills", "hils")
    put(small_folder, "gross_output", frame)
    found = [f for f in errors(small_folder) if f.code == "unknown_region"]
    assert len(found) == 1 and found[0].row == 14
    assert "'hills'" in found[0].mend.en and "11 more rows" in found[0].message.en


def test_unknown_industry(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 2, "industry", "fishing")
    assert "unknown_industry" in [f.code for f in errors(small_folder)]


def test_blank_key(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 2, "region", "")
    assert errors(small_folder)[0].code == "missing_key"


def test_duplicate_key_names_both_rows(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    put(small_folder, "gross_output", pd.concat([frame, frame.iloc[[3]]]))
    found = only(small_folder, "duplicate_key")
    assert found.row == 38 and "row 5" in found.message.en


def test_duplicate_region(small_folder: Path) -> None:
    frame = table(small_folder, "regions")
    put(small_folder, "regions", pd.concat([frame, frame.iloc[[0]]]))
    assert only(small_folder, "duplicate_key").row == 5


def test_per_cent_where_it_means_nothing(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 4, "gross_output", "12%")
    assert errors(small_folder)[0].code == "percent_sign"


def test_unknown_word(small_folder: Path) -> None:
    spoil(small_folder, "regions", 2, "role", "orign")
    found = errors(small_folder)[0]
    assert found.code == "unknown_word" and "'origin'" in found.mend.en


@pytest.mark.parametrize(
    "header", ["gross_output (万人)", "gross_output (current prices)", "gross_output (million USD)"]
)
def test_a_unit_of_something_else(small_folder: Path, header: str) -> None:
    frame = table(small_folder, "gross_output").rename(columns={"gross_output": header})
    put(small_folder, "gross_output", frame)
    only(small_folder, "unit_other")


def test_longitude_out_of_the_world(small_folder: Path) -> None:
    spoil(small_folder, "regions", 2, "lon", "1160.4")
    assert errors(small_folder)[0].code == "too_large"


def test_many_different_mistakes_are_counted(small_folder: Path) -> None:
    frame = table(small_folder, "gross_output")
    frame["gross_output"] = [f"{i}x" for i in range(len(frame))]
    put(small_folder, "gross_output", frame)
    codes = [f.code for f in errors(small_folder)]
    assert codes.count("not_a_number") == 20 and codes.count("more_alike") == 1


# --- the report


def test_everything_at_once(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 3, "gross_output", "12a")
    spoil(small_folder, "gross_output", 4, "region", "cost")
    spoil(small_folder, "regions", 2, "lon", "east")
    spoil(small_folder, "phases", 3, "start_year", "soon")
    replace(small_folder, "study.toml", "[units]", "[units]\nland = 3")
    codes = {f.code for f in errors(small_folder)}
    assert codes >= {"not_a_number", "unknown_region", "not_a_year", "toml_wrong_type"}


def test_open_raises_with_the_report(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 3, "gross_output", "12a")
    with pytest.raises(CheckError, match=r"gross_output.csv, row 3, column gross_output: '12a'") as raised:
        open_study(small_folder)
    assert isinstance(raised.value, StudyError)
    assert raised.value.report.errors and "“12a”" in raised.value.words.zh


def test_report_in_both_languages(small_folder: Path) -> None:
    spoil(small_folder, "gross_output", 3, "gross_output", "12a")
    report = check_study(small_folder)
    assert "error: gross_output.csv, row 3" in report.text("en")
    assert "错误: gross_output.csv, 行 3, 列 gross_output" in report.text("zh")
    plain = report.as_dict()
    assert plain["ok"] is False and plain["errors"]
    assert list(report.to_frame("zh").columns)[:3] == ["severity", "code", "file"]


def test_every_message_says_the_same_in_both_languages() -> None:
    for code, message in messages().items():
        for text in (message.message, message.mend):
            assert text.en and text.zh, code
            assert re.search("[一-鿿]", text.zh), code
            holes = [set(re.findall(r"\{(\w+)\}", t)) - {"zh", "what"} for t in (text.en, text.zh)]
            assert holes[0] == holes[1], code


def test_workbook_findings_name_the_sheet(tmp_path: Path) -> None:
    folder = write_small_study(tmp_path / "s")
    frame = table(folder, "gross_output")
    frame.loc[0, "gross_output"] = "12a"
    (folder / "gross_output.csv").unlink()
    with pd.ExcelWriter(folder / "tables.xlsx", engine="openpyxl") as writer:
        frame.to_excel(writer, sheet_name="gross_output", index=False)
    found = errors(folder)[0]
    assert (found.file, found.sheet, found.row) == ("tables.xlsx", "gross_output", 2)
    assert found.line("en").startswith("tables.xlsx, sheet gross_output, row 2, column gross_output:")
