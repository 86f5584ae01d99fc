"""Recording: the figures of a file appended to a study's ledger, all of them or none."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from hinterland.monitor.ledger import COLUMNS, LEDGER, check_ledger, current, link, written
from hinterland.monitor.periods import read_period
from hinterland.study import CheckError, CheckReport, Study, StudyError, Text, load_study
from hinterland.study.schema import headers, plain
from hinterland.study.sheets import UnreadableError, read_text, read_workbook, trim


def record(
    folder: str | Path,
    file: str | Path,
    *,
    by: str,
    reason: str = "",
    correct: bool = False,
    at: datetime | None = None,
) -> tuple[int, int, str]:
    """Append the figures of a file to a study's ledger, all or none.

    The file is CSV with monitored (or 监测指标), region, period, value and, if wanted, origin; names are read
    as well as codes. A figure of a period that has one already is refused unless `correct`, and then becomes
    a correction of it with `reason`; the earlier entry stays.

    Parameters
    ----------
    folder : str or Path
        A study's folder (a built-in study has no ledger).
    file : str or Path
    by : str
        Who records.
    reason : str
        Why figures are corrected; needed where any is.
    correct : bool
        Whether figures that are there may be corrected.
    at : datetime, optional
        Now, unless given.

    Returns
    -------
    new, corrected : int
        Figures of new periods, and corrections.
    chain : str
        The last link.

    Raises
    ------
    StudyError
        Where anything is wrong, all of it at once; the ledger is then as it was.
    """
    home = Path(folder)
    path = home / f"{LEDGER}.csv"
    earlier = path.read_bytes() if path.is_file() else None
    study = _opened(home)
    if not by.strip():
        raise StudyError(
            Text("Nobody is named who records.", "未注明登记人。"),
            Text("Name yourself with --by.", "请用 --by 注明。"),
        )
    ledger = study.frames.get(LEDGER, pd.DataFrame(columns=list(COLUMNS)))
    read = _read_file(study, Path(file))
    rows, corrected = _entries(ledger, read, by.strip(), reason.strip(), correct, at or datetime.now(UTC))
    _replace(path, earlier, [*ledger.to_dict("records"), *rows])
    last = rows[-1]["chain"] if rows else (ledger["chain"].iloc[-1] if len(ledger) else "")
    return len(rows) - corrected, corrected, str(last)


def _opened(home: Path) -> Study:
    if not (home / "study.toml").is_file():
        raise StudyError(
            Text(f"'{home}' is no study folder.", f"“{home}”不是研究文件夹。"),
            Text(
                "A ledger belongs to a study's own folder.",
                "台账须存放在研究自己的文件夹中。",
            ),
        )
    report, study = load_study(home)
    if study is None:
        raise CheckError(report)
    found = check_ledger(study)
    if any(f.severity == "error" for f in found):
        raise CheckError(CheckReport(study.name, found))
    if "monitor_indicators" not in study.frames:
        raise StudyError(
            Text("The study has no table monitor_indicators.", "研究中没有 monitor_indicators 表。"),
            Text(
                "Write one, or start from hinterland monitor preset or targets.",
                "请编写该表，或由 hinterland monitor preset 或 targets 生成。",
            ),
        )
    return study


def _read_file(study: Study, file: Path) -> list[dict[str, object]]:
    try:
        data = file.read_bytes()
        if file.suffix.lower() in (".xlsx", ".xlsm"):
            grid = trim(next(iter(read_workbook(data).values()), []))
        else:
            grid = trim(read_text(data)[0])
    except FileNotFoundError as error:
        raise StudyError(Text(f"There is no file '{file}'.", f"没有文件“{file}”。")) from error
    except UnreadableError as error:
        raise StudyError(
            Text(f"Cannot read {file}.", f"无法读取 {file}。"),
            Text("Give a CSV file in UTF-8 or a workbook.", "请提供 UTF-8 的 CSV 文件或 Excel 工作簿。"),
        ) from error
    spelt = headers(LEDGER)
    heads = [spelt.get(plain(cell), "") for cell in grid[0]] if grid else []
    missing = [name for name in ("monitored", "region", "period", "value") if name not in heads]
    if missing:
        raise StudyError(
            Text(f"{file} has no column {', '.join(missing)}.", f"{file} 缺少列 {'、'.join(missing)}。"),
            Text("Its first row must name monitored, region, period and value.",
                 "首行须有 monitored、region、period、value。"),
        )  # fmt: skip
    wrong: list[Text] = []
    indicators = study.frames["monitor_indicators"]
    codes = _spellings(indicators, "monitored")
    regions = _spellings(study.frames["regions"], "region")
    own = set(indicators.loc[indicators["series"] == "", "monitored"])
    out = []
    for number, cells in enumerate(grid[1:], start=2):
        row = dict(zip(heads, cells, strict=False))
        if not any(cell is not None for cell in cells):
            continue
        said: dict[str, object] = {"origin": written(row.get("origin"))}
        for name, spelled in (("monitored", codes), ("region", regions)):
            code = spelled.get(plain(row[name]))
            if code is None:
                wrong.append(_wrong(number, name, row[name]))
            said[name] = code
        if said["monitored"] is not None and said["monitored"] not in own:
            wrong.append(
                Text("Row {n}: '{v}' is read from a series of the study.",
                     "第{n}行：“{v}”取自研究的数据序列。").format(n=number, v=row["monitored"])
            )  # fmt: skip
        try:
            said["period"] = read_period(row["period"])
        except StudyError:
            wrong.append(_wrong(number, "period", row["period"]))
        value = pd.to_numeric(pd.Series([row["value"]]), errors="coerce").iloc[0]
        if not abs(value) < float("inf"):
            wrong.append(_wrong(number, "value", row["value"]))
        said["value"] = float(value)
        out.append(said)
    _refuse(file, wrong)
    return out


def _wrong(row: int, column: str, value: object) -> Text:
    return Text("Row {n}, column {c}: '{v}' cannot be read.", "第{n}行 {c} 列：“{v}”无法识别。").format(
        n=row, c=column, v="" if value is None else value
    )


def _refuse(file: Path, wrong: Sequence[Text]) -> None:
    if wrong:
        raise StudyError(
            Text(f"{file}: ", f"{file}：")
            + Text(" ".join(t.en for t in wrong[:20]), "".join(t.zh for t in wrong[:20])),
            Text("Nothing was recorded; mend the rows and record the file again.",
                 "未作登记；请改正后重新登记该文件。"),
        )  # fmt: skip


def _spellings(frame: pd.DataFrame, key: str) -> dict[str, str]:
    spelt: dict[str, str] = {}
    for row in frame.to_dict("records"):
        others = str(row.get("aliases", "")).split("|")
        for name in (row[key], row["name_en"], row["name_zh"], *others):
            if str(name).strip():
                spelt.setdefault(plain(str(name)), str(row[key]))
    return spelt


def _entries(
    ledger: pd.DataFrame,
    read: Sequence[Mapping[str, object]],
    by: str,
    reason: str,
    correct: bool,
    at: datetime,
) -> tuple[list[dict[str, object]], int]:
    force = current(ledger) if len(ledger) else ledger
    there = {
        (r["monitored"], r["region"], r["period"]): (int(r["entry"]), float(r["value"]))
        for r in force.to_dict("records")
    }
    before = str(ledger["chain"].iloc[-1]) if len(ledger) else ""
    rows: list[dict[str, object]] = []
    wrong: list[Text] = []
    corrected = 0
    for said in read:
        key = (said["monitored"], said["region"], said["period"])
        old = there.get(key)
        if old is not None and old[1] == said["value"]:
            continue  # the same figure again says nothing new
        if old is not None and not (correct and reason):
            wrong.append(
                Text(
                    "{m}, {r}, {p} has the figure {v} already (entry {e}).",
                    "{m}、{r}、{p} 已有数值 {v}（第{e}条）。",
                ).format(m=key[0], r=key[1], p=key[2], v=old[1], e=old[0])
            )
            continue
        number = len(ledger) + len(rows) + 1
        row = {
            **said,
            "entry": number,
            "recorded_by": by,
            "recorded_at": at.isoformat(timespec="seconds"),
            "replaces": None if old is None else old[0],
            "reason": "" if old is None else reason,
        }
        row["chain"] = before = link(before, row)
        rows.append(row)
        corrected += old is not None
        there[key] = (number, float(str(said["value"])))
    if wrong:
        raise StudyError(
            Text(" ".join(t.en for t in wrong[:20]), "".join(t.zh for t in wrong[:20])),
            Text(
                "To correct figures, give --correct and a --reason; the earlier entries stay. "
                "Nothing was recorded.",
                "如需更正，请加 --correct 并以 --reason 说明原因；原条目予以保留。未作登记。",
            ),
        )
    return rows, corrected


def _replace(path: Path, earlier: bytes | None, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the ledger beside its place and put it there whole; refuse where it changed meanwhile."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([written(row[name]) for name in COLUMNS] for row in rows)
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        with part.open("wb") as file:
            file.write(out.getvalue().encode("utf-8-sig"))
            file.flush()
            os.fsync(file.fileno())
        now = path.read_bytes() if path.is_file() else None
        if now != earlier:
            raise StudyError(
                Text("The ledger was changed meanwhile.", "台账在此期间已被改动。"),
                Text("Record the file again; nothing was changed.", "请重新登记；未作改动。"),
            )
        part.replace(path)
    except OSError as error:
        raise StudyError(
            Text(f"Cannot write {path}: {error.strerror}.", f"无法写入 {path}：{error.strerror}。"),
            Text("The ledger is as it was.", "台账保持原样。"),
        ) from error
    finally:
        part.unlink(missing_ok=True)
