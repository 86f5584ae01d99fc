"""A panel of 100,000 units and 20 years by one call: seconds, memory, and what could not be done."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.figure import Figure

UNITS, YEARS, EFFECT = 100_000, 20, 0.5
SECONDS, GIGABYTES = 60.0, 8.0

_RUN = """
import json, resource, time
import numpy as np, pandas as pd
from hinterland.monitor import evaluate
units, years, effect = {units}, {years}, {effect}
rng = np.random.default_rng(0)
first = rng.choice([0, 8, 12, 15], units, p=[0.55, 0.15, 0.15, 0.15])
time_ = np.arange(1, years + 1)
on = (first[:, None] > 0) & (time_ >= first[:, None])
y = rng.normal(size=(units, 1)) + 0.1 * time_ + effect * on + rng.normal(0, 0.3, (units, years))
frame = pd.DataFrame(dict(region=np.repeat(np.arange(units), years), year=np.tile(time_, units), y=y.ravel(),
                          treated_from=np.repeat(first, years)))
began = time.perf_counter()
found = evaluate(frame, outcome="y")
taken = time.perf_counter() - began
print(json.dumps(dict(seconds=taken, gigabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
                      effect=found.main.effect, designs=list(found.designs), skipped=list(found.skipped))))
"""


def measure() -> list[Figure]:
    """Evaluate in a process of its own, whose memory is its own."""
    code = _RUN.format(units=UNITS, years=YEARS, effect=EFFECT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    how = (
        f"{UNITS:,} units x {YEARS} years; done: {', '.join(found['designs'])}; "
        f"said to be left out: {', '.join(found['skipped'])}"
    )
    return [
        Figure("seconds of one evaluation", round(found["seconds"], 1), "s", SECONDS, how),
        Figure("peak memory", round(found["gigabytes"], 2), "GB", GIGABYTES, how),
        Figure("error of the effect", round(abs(found["effect"] - EFFECT), 4), "1", 0.01, how),
    ]
