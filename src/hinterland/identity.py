"""Which program made a figure: version, fingerprint of the source, and the commit where there is one."""

from __future__ import annotations

import functools
import hashlib
import subprocess
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import hinterland

_SOURCE = (".py", ".csv", ".toml", ".md", ".html", ".css", ".j2", ".js")
# what is built on the way (static) and data that travel with a study do not tell which program it is
_NO_SOURCE = ("__pycache__", "static", "studies")


def source_files(folder: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of every source file of the package by its path, line ends made alike.

    A checkout on another system may end its lines otherwise; it is the same program all the same.
    """
    home = folder or Path(str(resources.files("hinterland")))
    found = {}
    for path in sorted(home.rglob("*")):
        inner = path.relative_to(home)
        if path.suffix in _SOURCE and not set(_NO_SOURCE) & set(inner.parts) and path.is_file():
            data = path.read_bytes().replace(b"\r\n", b"\n")
            found[inner.as_posix()] = hashlib.sha256(data).hexdigest()
    return found


def digest(files: Mapping[str, str]) -> str:
    """Return one SHA-256 for a set of files: that of their sorted lines ``hash  path``."""
    lines = "".join(f"{sha}  {path}\n" for path, sha in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


@functools.cache
def code_identity() -> dict[str, Any]:
    """Return the version, the fingerprint of the source and, where it is a checkout, its commit."""
    return {
        "version": hinterland.__version__,
        "source": digest(source_files()),
        "commit": _commit(Path(str(resources.files("hinterland")))),
    }


def installed() -> dict[str, str]:
    """Return the version of every package that is installed, by name."""
    found = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _commit(home: Path) -> str | None:
    """Return the commit that the package is checked out from, with + where files differ from it."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=home, capture_output=True, text=True, timeout=10, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    # an environment may lie inside somebody else's repository: the files must be that repository's own
    if git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    commit = git("rev-parse", "HEAD")
    return None if commit is None else commit + ("+" if git("status", "--porcelain", "--", ".") else "")
