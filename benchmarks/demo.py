"""The main job: the built-in study from tables to report, as a user runs it."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure

RUNS = 3

# a process reports the peak of its own memory best; resource counts in KiB on Linux and bytes on macOS
_MEASURED = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "hinterland.cli", *sys.argv[1:]]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024))
sys.exit(code)
"""


def _once(directory: Path) -> tuple[float, float, dict[str, str]]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, "run", "southwest", "-o", str(directory), "--quiet"],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    tables = {
        str(p.relative_to(directory)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(directory.rglob("*"))
        if p.suffix in (".parquet", ".csv", ".xlsx")
    }
    return seconds, float(done.stdout.split()[-1]), tables


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        runs = [_once(Path(folder) / str(n)) for n in range(RUNS)]
    seconds = statistics.median(run[0] for run in runs)
    memory = max(run[1] for run in runs)
    alike = bool(runs[0][2]) and all(run[2] == runs[0][2] for run in runs)
    how = f"hinterland run southwest in a process of its own, {RUNS} runs"
    return [
        Figure("wall time of the demo", round(seconds, 2), "s", 120.0, f"{how}, median, start included"),
        Figure("peak memory of the demo", round(memory / 2**30, 3), "GiB", 2.0, f"{how}, largest"),
        Figure(
            "tables byte-identical", alike, "", True, f"{how}, {len(runs[0][2])} files compared by SHA-256"
        ),
    ]
