"""Pin every package with its hashes, for Python 3.11 and newer on any system: `make lock`.

requirements.lock holds what running and building the package needs; requirements-dev.lock adds what the tests, the
linters and the documentation need, at the same versions. requirements-peers.lock is for an environment of its own,
with the programs that benchmarks and one test compare with and that the package neither needs nor imports.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADER = "# Made by `make lock` from pyproject.toml; do not edit.\n"


def compile_lock(name: str, *arguments: str, source: str = "pyproject.toml") -> None:
    """Write one lock file, in place of an older one only when it is complete."""
    target = ROOT / name
    run = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", source, "--universal"),
            # one version of a package for every Python: the same figures and the same types everywhere
            *("--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes", "--quiet"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *arguments,
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    target.write_text(HEADER + run.stdout, encoding="utf-8")


if __name__ == "__main__":
    running = ("--extra", "build", "--extra", "econometrics", "--extra", "evaluate", "--extra", "risk")
    compile_lock("requirements.lock", *running)
    compile_lock(
        "requirements-dev.lock", *running, "--extra", "dev", "--extra", "cluster", "-c", "requirements.lock"
    )
    compile_lock("requirements-peers.lock", source="benchmarks/peers.in")
