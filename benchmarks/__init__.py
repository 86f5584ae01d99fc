"""The headline figures, measured on this code: `make bench`, or `make bench ONLY=demo` for one file.

Each module here offers ``measure() -> list[Figure]`` and its figures are written to results/NAME.json.
"""
