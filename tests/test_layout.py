"""The house rules that a machine can hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".sh",
    ".js",
    ".mjs",
    ".ts",
    ".json",
    ".lock",
    ".csv",
    ".html",
    ".css",
    ".j2",
    "",
}


def tracked() -> list[Path]:
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        # an unpacked archive: the folders that hold sources
        folders = ("src", "tests", "benchmarks", "docs", "tools", "frontend/src")
        return [p for folder in folders for p in (ROOT / folder).rglob("*") if p.is_file()]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_source_file_is_longer_than_500_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): count
        for p in tracked()
        if p.suffix in (".py", ".js", ".mjs", ".ts", ".css")
        and (count := len(p.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_no_room_without_a_name() -> None:
    nameless = {"util", "utils", "helper", "helpers", "misc", "common"}
    assert [str(p) for p in tracked() if p.stem in nameless] == []


def test_nobodys_own_folder_is_named() -> None:
    own = re.compile(r"(?<![\w.$)}])/(?:work|home|root|Users|opt|mnt)/\w")
    found = [
        f"{p.relative_to(ROOT)}: {match.group()}"
        for p in tracked()
        if p.suffix in TEXT and (match := own.search(p.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_locks_and_settings_name_no_host() -> None:
    """They must install from whatever registry a machine is set up for."""
    names = [
        *ROOT.glob("requirements*.lock"),
        ROOT / "frontend" / "package-lock.json",
        ROOT / "frontend" / ".npmrc",
        ROOT / "pyproject.toml",
        ROOT / "Makefile",
    ]
    assert [str(p) for p in names if p.exists() and re.search(r"\w+://", p.read_text(encoding="utf-8"))] == []


def test_every_pin_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-peers.lock"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert len(pins) > 20
        assert [line[:40] for line in pins if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        # without the systems they are for: tools may need everywhere what the package needs on some
        return {line.rstrip(" \\").split(" ;")[0] for line in lines if re.match(r"[a-z0-9].*==", line)}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
