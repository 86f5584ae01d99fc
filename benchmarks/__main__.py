"""Measure the headline figures and write each file's to results/NAME.json."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_") and p.stem != "figure")


def main(only: list[str]) -> int:
    unknown = [name for name in only if name not in NAMES]
    if unknown:
        print(
            f"There is no benchmark {', '.join(unknown)}. Choose from: {', '.join(NAMES)}.", file=sys.stderr
        )
        return 2
    missed = 0
    for name in only or NAMES:
        figures = importlib.import_module(f"benchmarks.{name}").measure()
        (HERE / "results").mkdir(exist_ok=True)
        text = json.dumps([figure.as_dict() for figure in figures], indent=1)
        (HERE / "results" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        for figure in figures:
            missed += not figure.holds
            mark = "holds " if figure.holds else "MISSED"
            print(f"{mark}  {name}: {figure.figure} = {figure.value} {figure.unit} (target {figure.target})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
