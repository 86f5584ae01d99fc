"""Put a new folder in its place whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hinterland.study.errors import StudyError
from hinterland.study.text import Text


def refuse_taken(folder: Path) -> None:
    """Raise a `StudyError` when a folder already holds something, or is a file."""
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise _unwritable(folder, error) from error
    if taken:
        raise StudyError(
            Text(f"'{folder}' already holds something.", f"“{folder}”已有内容。"),
            Text("Name a folder that does not exist yet, or an empty one.", "请指定不存在的或空的文件夹。"),
        )


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside `folder` to write into; it is renamed into place when the block ends well.

    Raises
    ------
    StudyError
        `folder` already holds something, or cannot be written; nothing half-written is left.
    """
    refuse_taken(folder)
    aside: Path | None = None
    try:
        target = folder.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        aside.chmod(0o755)
        yield aside
        if target.exists():
            target.rmdir()  # empty, as seen above; fails rather than loses anything if that changed
        os.rename(aside, target)  # noqa: PTH104
        aside = None
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> StudyError:
    reason = error.strerror or str(error)
    return StudyError(
        Text(f"'{folder}' cannot be written: {reason}.", f"无法写入“{folder}”：{reason}。"),
        Text("Choose a folder you may write to, on a disk with room.", "请选择有写入权限且空间足够的位置。"),
    )
