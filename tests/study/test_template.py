"""The templates of a new study, filled in for a country of one's own."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from study_tables import errors, replace

from hinterland.study import Study, StudyError, check_study, new_study, open_study
from hinterland.study.schema import headers, page, plain, schema
from hinterland.study.template import Form, unit_words
from studies import write_small_study

REQUIRED = [t.name for t in schema().values() if t.required]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_fresh_folder_asks_for_the_required_tables_and_nothing_else(tmp_path: Path, form: Form) -> None:
    folder = new_study(tmp_path / "mine", form)
    found = errors(folder)
    assert [f.code for f in found] == ["worked_row"] * 5
    assert all(f.row == 3 for f in found)
    assert sorted(f.message.en.split()[2] for f in found) == sorted(REQUIRED)
    assert not check_study(folder).warnings


def test_csv_templates_hold_every_table_and_one_worked_row(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "mine")
    for table in schema().values():
        path = folder / ("" if table.required else "optional") / f"{table.name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        frame = pd.read_csv(path, dtype=str)
        assert list(frame.columns) == [f.name for f in table.fields]
        assert len(frame) == 2, table.name
    assert (folder / "README.md").is_file()


def test_workbook_has_words_to_choose_from_and_comments(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(new_study(tmp_path / "mine", "xlsx") / "tables.xlsx")
    assert book.sheetnames[:5] == REQUIRED and set(book.sheetnames) == set(schema())
    rules = {r.formula1 for r in book["regions"].data_validations.dataValidation}
    assert '"origin,host,other"' in rules
    assert any(
        r.formula1 == "=regions!$A$3:$A$500" for r in book["gross_output"].data_validations.dataValidation
    )
    assert "产出" in book["gross_output"]["D1"].comment.text
    assert book["gross_output"]["D2"].value == "总产出（货币单位）"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("full", [False, True])
def test_filled_in_it_is_a_study(
    tmp_path: Path, form: Form, full: bool, small_study: Study, full_study: Study
) -> None:
    """Every row of the small study written below the template's two header rows."""
    given = write_small_study(tmp_path / "given", full=full)
    folder = new_study(tmp_path / "mine", form)
    book = openpyxl.load_workbook(folder / "tables.xlsx") if form == "xlsx" else None
    for path in given.glob("*.csv"):
        frame = pd.read_csv(path, keep_default_na=False)
        fields = [f.name for f in schema()[path.stem].fields]
        rows = frame.reindex(columns=fields).astype(object).where(frame.reindex(columns=fields).notna(), "")
        if book is None:
            place = folder / ("" if schema()[path.stem].required else "optional") / path.name
            head = place.read_text(encoding="utf-8-sig").splitlines()[:2]
            body = rows.to_csv(index=False, header=False)
            (folder / path.name).write_text("\n".join([*head, body]), encoding="utf-8-sig")
        else:
            sheet = book[path.stem]
            sheet.delete_rows(3)
            for row in rows.itertuples(index=False):
                sheet.append([None if v == "" else v for v in row])
    if book is not None:
        book.save(folder / "tables.xlsx")
    (folder / "study.toml").write_text((given / "study.toml").read_text(encoding="utf-8"), encoding="utf-8")
    study, known = open_study(folder), full_study if full else small_study
    assert set(study.arrays) == set(known.arrays)
    for name in known.arrays:
        pd.testing.assert_series_equal(study[name].to_series(), known[name].to_series())


def test_study_toml_of_the_template_is_valid(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "my study")
    for path in write_small_study(tmp_path / "given").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    study = open_study(folder)
    assert study.name == "my_study" and study.unit("money") == "million EUR"


def test_a_worked_row_left_among_others_is_told(tmp_path: Path) -> None:
    folder = write_small_study(tmp_path / "s")
    example = ",".join(f.example for f in schema()["gross_output"].fields)
    with (folder / "gross_output.csv").open("a", encoding="utf-8") as file:
        file.write(example + "\n")
    assert [f.code for f in errors(folder)] == ["worked_row"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(StudyError, match="already holds something"):
        new_study(tmp_path / "mine")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudyError):
        new_study(tmp_path / "file")
    with pytest.raises(StudyError, match="no form"):
        new_study(tmp_path / "other", "ods")  # type: ignore[arg-type]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    new_study(tmp_path / "mine")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(StudyError, match="No space left"):
        new_study(tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_the_page_on_the_format_is_up_to_date() -> None:
    path = Path(__file__).parents[2] / "docs" / "study-format.md"
    assert path.read_text(encoding="utf-8") == page(), "Run: python -m hinterland.study docs/study-format.md"


def test_the_schema_is_sound() -> None:
    for table in schema().values():
        spelt: dict[str, str] = {}
        for item in table.fields:
            for spelling in (item.name, *item.aliases):
                other = spelt.setdefault(plain(spelling), item.name)
                assert other == item.name, f"{table.name}: {spelling} means both {other} and {item.name}"
            assert item.meaning.en and item.meaning.zh, (table.name, item.name)
            if item.unit:
                assert unit_words(item).en and unit_words(item).zh, item.unit
        assert headers(table.name)[plain(table.fields[0].name)] == table.fields[0].name
        assert table.keys or table.kind == "set"


def test_templates_parameters_are_known(tmp_path: Path) -> None:
    folder = write_small_study(tmp_path / "s")
    replace(folder, "study.toml", "[units]", "[units]\n# nothing")
    assert check_study(folder).ok
