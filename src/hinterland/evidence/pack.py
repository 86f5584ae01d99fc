"""The pack as a file: one zip with the study's tables, the results, a manifest of hashes and its seal.

``evidence.json`` lists every other file with its SHA-256; ``evidence.sha256`` holds the SHA-256 of that
list. Whoever changes a file must change the list, and whoever changes the list changes the seal. The seal
is told when the pack is made: published elsewhere (minutes, a letter, a web page), it also shows a pack that
was altered with all its hashes made anew. Nothing in a pack is ever executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from hinterland.study import StudyError, Text

FORM = "hinterland evidence 1"
LIST = "evidence.json"
SEAL = "evidence.sha256"
STUDY, RESULTS = "study/", "results/"
"""Folders of a pack: the study's own files as they were read, and what the run wrote."""

_DATE = (1980, 1, 1, 0, 0, 0)
_LARGEST_LIST = 50_000_000

DamageKind = Literal["unreadable", "manifest", "missing", "input", "result", "extra"]


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong with a pack as a file, before anything is computed."""

    kind: DamageKind
    path: str


@dataclass(frozen=True)
class Pack:
    """A pack as read: its list, its files, and what is wrong with it."""

    listed: Mapping[str, Any]
    files: Mapping[str, bytes]
    seal: str
    damage: tuple[Damage, ...]


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes as hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_pack(path: Path, about: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """Write a pack, whole or not at all, and return its seal; the same content gives the same bytes.

    Raises
    ------
    StudyError
        Where the path holds something else, or cannot be written.
    """
    if path.exists() and not _is_pack(path):
        raise StudyError(
            Text(f"{path} exists and is no evidence pack.", f"{path} 已存在，且不是证据包。"),
            Text("Name another file with -o; nothing was changed.", "请用 -o 指定其他文件；未作任何改动。"),
        )
    listing = {name: {"sha256": sha256(data), "bytes": len(data)} for name, data in sorted(files.items())}
    text = json.dumps({"form": FORM, **about, "files": listing}, ensure_ascii=False, indent=1, sort_keys=True)
    head = text.encode()
    seal = sha256(head)
    whole = {LIST: head, SEAL: f"{seal}  {LIST}\n".encode(), **files}
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
            for name in (LIST, SEAL, *sorted(files)):
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                target.writestr(entry, whole[name])
        part.replace(path)
    except OSError as error:
        raise StudyError(
            Text(
                f"Cannot write {path}: {error.strerror or error}.",
                f"无法写入 {path}：{error.strerror or error}。",
            ),
            Text("Choose another place or free some space.", "请换一个位置，或清理空间。"),
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return seal


def _is_pack(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as source:
            return LIST in source.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def read_pack(path: Path) -> Pack:
    """Read a pack and hold every file against the list, and the list against the seal.

    Nothing is unpacked to disk here; a file larger than the list says is not read.

    Raises
    ------
    StudyError
        Where there is no such file, or a newer program made the pack.
    """
    if not path.is_file():
        raise StudyError(
            Text(f"There is no file '{path}'.", f"没有文件“{path}”。"),
            Text("Name a pack made by hinterland evidence.", "请指定由 hinterland evidence 生成的证据包。"),
        )
    try:
        with zipfile.ZipFile(path) as source:
            return _held_against_list(source)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        return Pack({}, {}, "", (Damage("unreadable", path.name),))


def _held_against_list(source: zipfile.ZipFile) -> Pack:
    entries: dict[str, zipfile.ZipInfo] = {}
    damage: list[Damage] = []
    for entry in source.infolist():
        if entry.filename in entries or not _decent(entry.filename):
            damage.append(Damage("extra", entry.filename))
        else:
            entries[entry.filename] = entry
    damage += [Damage("missing", name) for name in (LIST, SEAL) if name not in entries]
    head = _read(source, entries.get(LIST), _LARGEST_LIST)
    seal = (_read(source, entries.get(SEAL), 4096) or b"").decode("ascii", "replace").split(" ")[0].strip()
    if head is None:
        if LIST in entries:
            damage.append(Damage("manifest", LIST))
        return Pack({}, {}, seal, tuple(damage))
    if SEAL in entries and seal != sha256(head):
        damage.append(Damage("manifest", LIST))
    listed = _parsed(head)
    if listed is None:
        return Pack({}, {}, seal, (*damage, Damage("manifest", LIST)) if not damage else tuple(damage))
    if listed["form"] != FORM:
        raise StudyError(
            Text(
                f"The pack has the form '{listed['form']}', which this version does not know.",
                f"该证据包的格式为“{listed['form']}”，本版本无法识别。",
            ),
            Text("Use the version of hinterland that made it.", "请使用生成该证据包的 hinterland 版本。"),
        )
    files: dict[str, bytes] = {}
    for name, told in listed["files"].items():
        if name not in entries:
            damage.append(Damage("missing", name))
            continue
        data = _read(source, entries[name], int(told["bytes"]))
        if data is None or sha256(data) != told["sha256"]:
            damage.append(Damage("input" if name.startswith(STUDY) else "result", name))
        else:
            files[name] = data
    known = {LIST, SEAL, *listed["files"]}
    damage += [Damage("extra", name) for name in entries if name not in known]
    return Pack(listed, files, sha256(head), tuple(damage))


def _decent(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _read(source: zipfile.ZipFile, entry: zipfile.ZipInfo | None, most: int) -> bytes | None:
    """Return a file's bytes, None where it is not there, longer than told, or broken inside the zip."""
    if entry is None or entry.file_size > most:
        return None
    try:
        return source.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return None


def _parsed(head: bytes) -> dict[str, Any] | None:
    """Return the list as values; None where it is not what a pack's list looks like."""
    try:
        listed = json.loads(head)
        assert isinstance(listed["form"], str)
        for name, told in listed["files"].items():
            assert _decent(name) and isinstance(told["bytes"], int) and isinstance(told["sha256"], str)
        assert isinstance(listed["run"]["study"]["files"], dict)
        assert isinstance(listed["run"]["options"], dict)
        assert isinstance(listed["code"]["source"], str)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return None
    return dict(listed)
