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

from hinterland.study import StudyError

MANIFEST = "manifest.json"
"""The file that every output folder carries, and by which one is known again."""

_MEND = {
    errno.ENOSPC: "The disk is full: free some space or choose another folder.",
    errno.EDQUOT: "Your share of the disk is used up: free some space or choose another folder.",
    errno.EACCES: "You may not write there: choose another folder or ask for the right to write.",
    errno.EPERM: "You may not write there: choose another folder or ask for the right to write.",
    errno.EROFS: "That disk can only be read: choose another folder.",
    errno.ENOTDIR: "A part of that path is a file: choose another folder.",
    errno.ENAMETOOLONG: "That name is too long: choose a shorter one.",
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
        mend = _MEND.get(_number(error))
        if mend is None:
            raise
        raise StudyError(f"Cannot write the output folder {directory}: {_reason(error)}.", mend) from error
    finally:
        # also after Ctrl-C; what can no longer be removed must not hide the error that brought us here
        shutil.rmtree(part, ignore_errors=True)
        if target.exists():
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
        raise StudyError(f"{named} is a file, not a folder.", "Name a folder to write to with -o.")
    try:
        empty = not any(target.iterdir())
    except OSError as error:
        raise StudyError(f"Cannot look into {named}: {_reason(error)}.", "Choose another folder.") from error
    if not empty and not is_output(target):
        raise StudyError(
            f"The folder {named} holds other things than an earlier output of hinterland.",
            "Name a new or an empty folder with -o; nothing was changed.",
        )


def _number(error: OSError) -> int:
    # some libraries raise an OSError with the number in its words only
    if error.errno is None and "No space left" in str(error):
        return errno.ENOSPC
    return error.errno or 0


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
