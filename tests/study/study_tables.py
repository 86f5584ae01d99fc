"""Ways to spoil or rewrite the tables of a small study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hinterland.study import CheckReport, Finding, check_study


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def put(folder: Path, name: str, frame: pd.DataFrame, **options: object) -> None:
    frame.to_csv(folder / f"{name}.csv", index=False, **options)  # type: ignore[call-overload]


def put_text(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    (folder / f"{name}.csv").write_bytes(text.encode(encoding))


def replace(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(folder: Path) -> list[Finding]:
    return list(check_study(folder).errors)


def only(folder: Path, code: str) -> Finding:
    """Return the one error of a study, which must be of this kind."""
    report = check_study(folder)
    assert [f.code for f in report.errors] == [code], report.text()
    found = report.errors[0]
    assert found.message.en and found.message.zh and "{" not in found.message.en + found.message.zh
    assert found.mend.en and found.mend.zh
    return found


def warned(folder: Path, code: str) -> Finding:
    report: CheckReport = check_study(folder)
    assert report.ok, report.text()
    return next(f for f in report.warnings if f.code == code)


def spoil(folder: Path, name: str, row: int, column: str, value: str) -> None:
    """Overwrite one cell; `row` is the row number of the file."""
    frame = table(folder, name)
    frame.loc[row - 2, column] = value
    put(folder, name, frame)


def toml(folder: Path, text: str) -> None:
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(text)
