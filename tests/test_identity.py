"""Which program made a figure: the same fingerprint for the same source, another one for any change."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hinterland import identity


def source(folder: Path, end: str = "\n") -> Path:
    (folder / "room").mkdir(parents=True)
    (folder / "__init__.py").write_bytes(f"a = 1{end}b = 2{end}".encode())
    (folder / "room" / "words.csv").write_bytes(f"x,y{end}".encode())
    return folder


def test_line_ends_do_not_make_another_program(tmp_path: Path) -> None:
    one, two = source(tmp_path / "one"), source(tmp_path / "two", "\r\n")
    assert identity.digest(identity.source_files(one)) == identity.digest(identity.source_files(two))
    (two / "room" / "words.csv").write_text("x,z\n")
    assert identity.digest(identity.source_files(one)) != identity.digest(identity.source_files(two))


def test_what_is_built_or_belongs_to_a_study_is_no_source(tmp_path: Path) -> None:
    folder = source(tmp_path / "one")
    before = identity.source_files(folder)
    for name in (
        "__pycache__/x.py",
        "charts/static/echarts.js",
        "studies/mine/gross_output.csv",
        "notes.bin",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert identity.source_files(folder) == before
    (folder / "more.py").write_text("")
    assert set(identity.source_files(folder)) == {*before, "more.py"}


def test_the_commit_is_told_only_of_a_checkout_of_the_package(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *own, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "-q")
    package = source(tmp_path / "package")
    # an environment inside somebody's repository: not theirs
    assert identity._commit(package) is None
    git("add", "package")
    git("commit", "-qm", "first")
    assert identity._commit(package) == git("rev-parse", "HEAD")
    (package / "__init__.py").write_text("a = 3\n")
    assert identity._commit(package) == git("rev-parse", "HEAD") + "+"
