"""Freeze a run: its inputs, options, code, seeds, environment and results, with hashes, in one file."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hinterland.aside import MANIFEST
from hinterland.evidence.pack import RESULTS, STUDY, sha256, write_pack
from hinterland.identity import code_identity, installed, source_files
from hinterland.study import StudyError, Text, find_study

_BOM = b"\xef\xbb\xbf"
_AGAIN = Text("Run hinterland run again, then freeze that.", "请重新运行 hinterland run，再行封存。")


@dataclass(frozen=True, slots=True)
class Frozen:
    """Where a pack lies, its seal, and how many files it holds."""

    path: Path
    seal: str
    files: int


def freeze(directory: str | Path, pack: str | Path, *, study: str | Path | None = None) -> Frozen:
    """Freeze the output folder of a run into one evidence pack.

    Parameters
    ----------
    directory : str or Path
        What ``hinterland run`` wrote.
    pack : str or Path
        The zip file to write; an earlier pack there is replaced.
    study : str or Path, optional
        The study's folder; the built-in study that the run names unless given.

    Raises
    ------
    StudyError
        Where the folder is no whole run; where the study, the program or the results are no longer those of
        the run; all that is wrong at once.
    """
    folder = Path(directory)
    told = _told(folder)
    inputs = _inputs(told, study)
    results = {
        RESULTS + path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    _refuse(_changed_results(told, results), Text("Results were changed after the run", "运行之后结果被改动"))
    about = {
        "run": told,
        "code": {**code_identity(), "files": source_files()},
        "environment": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "machine": platform.machine(),
            "packages": installed(),
        },
    }
    files = {**inputs, **results}
    return Frozen(Path(pack), write_pack(Path(pack), about, files), len(files))


def _told(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        steps = {step["step"] for step in told["steps"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(
            Text(f"{folder} is no output of hinterland.", f"{folder} 不是 hinterland 的输出文件夹。"), _AGAIN
        ) from error
    if "report" not in steps:
        raise StudyError(
            Text(
                f"{folder} holds the answer to one question, not a whole run.",
                f"{folder} 只含单个问题的结果，并非完整运行。",
            ),
            _AGAIN,
        )
    if told.get("code", {}).get("source") != code_identity()["source"]:
        raise StudyError(
            Text(
                "The run was made by another state of the program than the one installed here.",
                "该次运行所用程序与此处安装的程序不一致。",
            ),
            _AGAIN,
        )
    return dict(told)


def _inputs(told: Mapping[str, Any], study: str | Path | None) -> dict[str, bytes]:
    named = study if study is not None else told["study"]["name"]
    home = find_study(named)
    if not home.is_dir():
        raise StudyError(
            Text(f"There is no study '{named}' here.", f"此处没有研究“{named}”。"),
            Text("Name its folder with --study.", "请用 --study 指定其文件夹。"),
        )
    found, wrong = {}, []
    for name, known in told["study"]["files"].items():
        path = home / name
        data = path.read_bytes() if path.is_file() else None
        if data is None or sha256(data) != known:
            wrong.append(name)
        else:
            found[STUDY + name] = data
    mend = _AGAIN
    if study is None:
        mend += Text(
            " Where the run was of a folder of that name, give it with --study.",
            "若运行的是同名文件夹，请用 --study 指定。",
        )
    _refuse(wrong, Text("The study was changed after the run", "运行之后研究的数据被改动"), mend)
    return found


def _changed_results(told: Mapping[str, Any], results: Mapping[str, bytes]) -> list[str]:
    """Return the tables whose figures are not those that the run noted."""
    wrong = []
    for name, known in told["tables"].items():
        path = f"{RESULTS}tables/{name}"
        text = results.get(f"{path}.csv", b"").removeprefix(_BOM)
        if sha256(text) != known or f"{path}.parquet" not in results:
            wrong.append(name)
    return wrong


def _refuse(wrong: list[str], said: Text, mend: Text = _AGAIN) -> None:
    if wrong:
        shown = ", ".join(wrong[:8]) + (f", … (+{len(wrong) - 8})" if len(wrong) > 8 else "")
        raise StudyError(Text(f"{said.en}: {shown}.", f"{said.zh}：{shown}。"), mend)
