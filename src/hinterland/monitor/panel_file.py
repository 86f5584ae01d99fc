"""A panel from a file: CSV, a workbook, Stata or Parquet, as planners and statisticians hand them over."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pandas as pd

from hinterland.study import StudyError, Text

_FORMS = (".csv", ".tsv", ".xlsx", ".xlsm", ".dta", ".parquet")


def read_panel(file: str | Path) -> pd.DataFrame:
    """Read a panel's table; `check_panel` says what is wrong with its contents.

    Parameters
    ----------
    file : str or Path
        CSV (UTF-8 or GB 18030), TSV, XLSX (first sheet), DTA or Parquet.

    Raises
    ------
    StudyError
        There is no such file, or it cannot be read as what its name says.
    """
    path = Path(file)
    if not path.is_file():
        raise StudyError(Text(f"There is no file '{path}'.", f"没有文件“{path}”。"))
    form = path.suffix.lower()
    if form not in _FORMS:
        raise StudyError(
            Text(f"{path} is of no kind that is read.", f"不支持{path}的文件类型。"),
            Text(f"Give one of {', '.join(_FORMS)}.", f"请提供{'、'.join(_FORMS)}文件。"),
        )
    try:
        if form == ".parquet":
            return pd.read_parquet(path)
        if form == ".dta":
            return pd.read_stata(path, convert_categoricals=False)
        if form in (".xlsx", ".xlsm"):
            return pd.read_excel(path)
        separator = "\t" if form == ".tsv" else ","
        try:
            return pd.read_csv(path, sep=separator, encoding="utf-8-sig")
        except UnicodeDecodeError:
            return pd.read_csv(path, sep=separator, encoding="gb18030")
    except (ValueError, OSError, zipfile.BadZipFile, KeyError, struct.error) as error:
        raise StudyError(
            Text(f"Cannot read {path}.", f"无法读取{path}。"),
            Text(
                "Give a table with one row of headings and one row for each unit and time.",
                "请提供一行表头、每个单位和时期一行的表格。",
            ),
        ) from error
