"""Write a folder whole or not at all.

An output is written beside its place and put there by renaming when it is complete. Whoever interrupts,
fills the disk or pulls the plug meets either the old output or the new one, never a mixture.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from hinterland.study import StudyError, Text

MANIFEST = "manifest.json"
"""The file that every output folder carries, and by which one is known again."""

_ELSEWHERE = Text("Choose another folder.", "请换一个文件夹。")
_FULL = (
    Text("The disk is full.", "磁盘已满。"),
    Text("Free some space or choose another folder.", "请清理空间或换一个文件夹。"),
)
_LOCKED = (
    Text("You may not write there.", "没有写入权限。"),
    Text("Choose another folder or ask for the right to write.", "请换一个文件夹，或申请写入权限。"),
)
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
    errno.EROFS: (Text("That disk can only be read.", "该磁盘为只读。"), _ELSEWHERE),
    errno.ENOTDIR: (Text("A part of the path is a file.", "路径中有一段是文件。"), _ELSEWHERE),
    errno.ENAMETOOLONG: (
        Text("The name is too long.", "名称过长。"),
        Text("Choose a shorter one.", "请用较短的名称。"),
    ),
}


def is_output(directory: Path) -> bool:
    """Tell whether a folder was written by hinterland and so may be replaced by it."""
    try:
        return "hinterland" in json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False


@contextlib.contextmanager
def written_aside(directory: str | Path) -> Iterator[Path]:
    """Give a fresh folder to write into; it takes the place of `directory` when the block ends without an
    error.

    Parameters
    ----------
    directory : str or Path
        Where the output shall stand. It may be missing, empty, or an earlier output of hinterland (which
        carries a manifest.json); anything else is refused, before any work is done.

    Raises
    ------
    StudyError
        When `directory` is a file or a folder with other things in it, or cannot be written.
    """
    target = Path(directory).expanduser().resolve()
    _refuse(target, directory)
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    try:
        if any(p.is_file() for p in target.parents):
            raise NotADirectoryError(errno.ENOTDIR, "a part of the path is a file")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        yield part
        _refuse(target, directory)  # it may have changed during a long run
        _take_place(part, target, old)
    except OSError as error:
        known = _REASONS.get(_number(error))
        if known is None:
            raise
        said = Text(f"Cannot write the output folder {directory}. ", f"无法写入输出文件夹 {directory}。")
        raise StudyError(said + known[0], known[1]) from error
    finally:
        # also after Ctrl-C; what can no longer be removed must not hide the error that brought us here
        shutil.rmtree(part, ignore_errors=True)
        # os.path's word for it: the path's own would raise where we may not look
        if os.path.exists(target):  # noqa: PTH110
            shutil.rmtree(old, ignore_errors=True)


def _take_place(part: Path, target: Path, old: Path) -> None:
    try:
        if target.exists():
            target.rename(old)
        part.rename(target)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)


def _refuse(target: Path, named: str | Path) -> None:
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise StudyError(
            Text(f"{named} is a file, not a folder.", f"{named} 是文件，不是文件夹。"),
            Text("Name a folder to write to with -o.", "请用 -o 指定要写入的文件夹。"),
        )
    try:
        empty = not any(target.iterdir())
    except OSError as error:
        raise StudyError(
            Text(f"Cannot look into the folder {named}.", f"无法读取文件夹 {named}。"), _ELSEWHERE
        ) from error
    if not empty and not is_output(target):
        raise StudyError(
            Text(
                f"The folder {named} holds other things than an earlier output of hinterland.",
                f"文件夹 {named} 中有并非 hinterland 输出的内容。",
            ),
            Text(
                "Name a new or an empty folder with -o; nothing was changed.",
                "请用 -o 指定新的或空的文件夹；未作任何改动。",
            ),
        )


def _number(error: OSError) -> int:
    # some libraries raise an OSError with the number in its words only
    if error.errno is None and "No space left" in str(error):
        return errno.ENOSPC
    return error.errno or 0
