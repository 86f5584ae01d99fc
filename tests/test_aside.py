from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hinterland.aside import is_output, written_aside
from hinterland.study import StudyError


def write(directory: Path, text: str) -> None:
    with written_aside(directory) as part:
        (part / "manifest.json").write_text(json.dumps({"hinterland": "test"}))
        (part / "page.html").write_text(text)


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


def test_new_empty_and_earlier_outputs_are_written(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    write(target, "one")
    assert (target / "page.html").read_text() == "one"
    assert is_output(target)
    write(target, "two")
    assert (target / "page.html").read_text() == "two"
    assert leftovers(target.parent) == []
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", "three")
    assert (tmp_path / "empty" / "page.html").exists()


def test_what_is_gone_from_the_new_output_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "out", "one")
    (tmp_path / "out" / "stale.csv").write_text("old")
    write(tmp_path / "out", "two")
    assert not (tmp_path / "out" / "stale.csv").exists()


def test_another_ones_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(StudyError, match="other things"):
        write(tmp_path, "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.txt"]


@pytest.mark.parametrize("manifest", ["[]", "{}", "not json", '{"other": 1}', "7"])
def test_a_foreign_manifest_does_not_count(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    assert not is_output(tmp_path)


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StudyError, match="is a file"):
        write(tmp_path / "out", "x")
    with pytest.raises(StudyError, match="part of the path is a file"):
        write(tmp_path / "out" / "below", "x")


def test_things_put_there_during_the_run_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(StudyError, match="other things"), written_aside(target):
        target.mkdir()
        (target / "letter.txt").write_text("mine")
    assert (target / "letter.txt").read_text() == "mine"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "match"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OSError("[Errno 28] Error writing bytes to file: No space left on device"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "may not write"),
        (OSError(errno.EROFS, "Read-only file system"), "only be read"),
    ],
)
def test_a_failing_write_leaves_the_old_output(tmp_path: Path, error: OSError, match: str) -> None:
    write(tmp_path / "out", "old")
    with pytest.raises(StudyError, match=match), written_aside(tmp_path / "out") as part:
        (part / "page.html").write_text("half")
        raise error
    assert (tmp_path / "out" / "page.html").read_text() == "old"
    assert leftovers(tmp_path) == []


def test_other_errors_pass_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), written_aside(tmp_path / "out") as part:
        (part / "page.html").write_text("half")
        raise ZeroDivisionError
    with pytest.raises(ConnectionResetError), written_aside(tmp_path / "out"):
        raise ConnectionResetError(errno.ECONNRESET, "reset")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_rename_brings_the_old_output_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    write(tmp_path / "out", "old")
    rename, calls = Path.rename, []

    def fail(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) == failing:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(StudyError):
        write(tmp_path / "out", "new")
    assert (tmp_path / "out" / "page.html").read_text() == "old"
    assert leftovers(tmp_path) == []


SLOW = """
import sys, time
from hinterland.aside import written_aside
with written_aside(sys.argv[1]) as part:
    (part / "page.html").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_ctrl_c_leaves_the_old_output(tmp_path: Path) -> None:
    write(tmp_path / "out", "old")
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "out")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert (tmp_path / "out" / "page.html").read_text() == "old"
    assert leftovers(tmp_path) == []


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Be one for a while: the superuser may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    write(locked / "before", "x")  # loads everything that an ordinary user may not be allowed to read
    locked.chmod(0o500)
    with pytest.raises(StudyError, match="may not write"), an_ordinary_user():
        write(locked / "out", "x")
    locked.chmod(0o700)
    assert [p.name for p in locked.iterdir()] == ["before"]


def test_the_reason_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as said, written_aside(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "磁盘已满" in said.value.words.zh
    assert said.value.mend_words.zh != said.value.mend_words.en
