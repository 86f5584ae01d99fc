"""Templates of a new study: study.toml and every table with its header, units and one worked row."""

from __future__ import annotations

import csv
import io
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from hinterland.study.errors import StudyError
from hinterland.study.place import new_folder
from hinterland.study.schema import Field, Table, schema, spellings
from hinterland.study.text import Text

Form = Literal["csv", "xlsx"]


def _template(name: str) -> str:
    return resources.files("hinterland.study").joinpath("templates", name).read_text(encoding="utf-8")


def new_study(directory: str | Path, form: Form = "csv") -> Path:
    """Write the templates of a new study and return its folder.

    Parameters
    ----------
    directory : str or Path
        A folder that does not exist yet, or is empty.
    form : {"csv", "xlsx"}
        One CSV file per table (optional ones in the folder ``optional``), or one workbook ``tables.xlsx``.

    Raises
    ------
    StudyError
        When the folder holds something, or cannot be written; nothing is left half-written.
    """
    folder = Path(directory)
    if form not in ("csv", "xlsx"):
        raise StudyError(
            Text(f"There is no form '{form}'.", f"没有格式“{form}”。"),
            Text("Choose csv or xlsx.", "可选：csv、xlsx。"),
        )
    with new_folder(folder) as aside:
        _write(aside, folder.resolve().name, form)
    return folder


def _write(folder: Path, name: str, form: Form) -> None:
    clean = "".join(c if c.isalnum() or c in "_-" else "_" for c in name)
    (folder / "study.toml").write_text(_template("study.toml").replace("{name}", clean), encoding="utf-8")
    required = ", ".join(t.name for t in schema().values() if t.required)
    if form == "csv":
        (folder / "optional").mkdir()
        for table in schema().values():
            place = folder if table.required else folder / "optional"
            (place / f"{table.name}.csv").write_text(_csv(table), encoding="utf-8-sig", newline="")
        where = Text("in the folder optional", "在 optional 文件夹中")
        how = Text(
            "Fill one and move it up beside the others; only tables there are read.",
            "填写后移到上一级与其他表放在一起；只有该处的表会被读取。",
        )
    else:
        _workbook(folder / "tables.xlsx")
        where = Text("the grey sheets of tables.xlsx", "为 tables.xlsx 中的灰色工作表")
        how = Text(
            "One that holds nothing but its worked row counts as absent.", "只含示例行的可选表视为没有该表。"
        )
    readme = Text(_template("README.en.md"), _template("README.zh.md"))
    filled = readme.format(required=required, where=where, how=how)
    (folder / "README.md").write_text(f"{filled.en}\n{filled.zh}", encoding="utf-8")


def unit_words(item: Field) -> Text:
    """Return 'unit of money' and the like, in the words that the reader takes for the study's own unit."""
    found = [s for s, meaning in spellings("quantity").items() if meaning == item.unit]
    english = next((s for s in found if s.isascii() and "unit" in s), "")
    return Text(english, next((s for s in found if not s.isascii()), english))


def _headers(table: Table) -> tuple[list[str], list[str]]:
    first = [item.name for item in table.fields]
    second = []
    for item in table.fields:
        chinese = next((a for a in item.aliases if not a.isascii()), item.name)
        unit = unit_words(item).zh if item.unit else ""
        second.append(f"{chinese}（{unit}）" if unit else chinese)
    return first, second


def _csv(table: Table) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(_headers(table))
    writer.writerow([item.example for item in table.fields])
    return out.getvalue()


def _example(item: Field) -> Any:
    if not item.example:
        return None
    if item.dtype in ("number", "share", "integer", "year"):
        number = float(item.example)
        return int(number) if number.is_integer() else number
    return item.example


def _workbook(path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    head = PatternFill("solid", fgColor="DDEBF7")
    key = PatternFill("solid", fgColor="BDD7EE")
    for table in sorted(schema().values(), key=lambda t: not t.required):
        sheet = book.create_sheet(table.name)
        sheet.sheet_properties.tabColor = "2F75B5" if table.required else "A6A6A6"
        for row in (*_headers(table), [_example(item) for item in table.fields]):
            sheet.append(row)
        for j, item in enumerate(table.fields, start=1):
            letter = get_column_letter(j)
            for r in (1, 2):
                cell = sheet.cell(r, j)
                cell.fill = key if item.role == "key" else head
                cell.font = Font(bold=r == 1)
                cell.alignment = Alignment(wrap_text=r == 2, vertical="top")
            sheet.cell(3, j).font = Font(italic=True, color="808080")
            words = [item.meaning.en, item.meaning.zh]
            if item.unit:
                words.append(f"({unit_words(item).en})")
            sheet.cell(1, j).comment = Comment("\n".join(words), "hinterland", width=320, height=140)
            sheet.column_dimensions[letter].width = max(12, min(28, 2 + len(item.name)))
            rule = _validation(item, table)
            if rule is not None:
                sheet.add_data_validation(rule)
                rule.add(f"{letter}3:{letter}5000")
        sheet.freeze_panes = "A3"
    book.save(path)


_LISTS = {
    "region": "regions",
    "origin": "regions",
    "host": "regions",
    "industry": "industries",
    "resource": "resources",
    "indicator": "indicator_list",
}


def _validation(item: Field, table: Table) -> Any:
    """Return what the spreadsheet lets the user choose from in a column, None where anything goes."""
    from openpyxl.worksheet.datavalidation import DataValidation

    source = _LISTS.get(item.dimension)
    if item.words:
        rule = DataValidation(
            type="list", formula1=f'"{",".join(item.words)}"', allow_blank=not item.required
        )
    elif source is not None and source != table.name:
        rule = DataValidation(type="list", formula1=f"={source}!$A$3:$A$500", allow_blank=True)
        rule.errorStyle = "warning"  # names are read as well as codes
    elif item.minimum is not None and item.maximum is not None:
        low, high = f"{item.minimum:g}", f"{item.maximum:g}"
        rule = DataValidation(type="decimal", operator="between", formula1=low, formula2=high)
    else:
        return None
    rule.error = f"{item.meaning.en}\n{item.meaning.zh}"[:220]
    return rule
