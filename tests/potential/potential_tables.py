"""Small interregional tables and results that the tests of this room share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from hinterland.accounts import IOTable
from hinterland.study import Column, Result, Study, Text


def random_table(seed: int, regions: int = 3, industries: int = 4) -> IOTable:
    """A balanced table with every flow above zero."""
    random = np.random.default_rng(seed)
    n = regions * industries
    Z = random.random((n, n))
    Z *= random.uniform(0.2, 0.6, n) / Z.sum(0)
    Y = random.random((n, regions)) + 0.2
    x = np.linalg.solve(np.eye(n) - Z, Y.sum(1))
    return IOTable.from_arrays(
        Z * x,
        Y,
        regions=[f"r{k}" for k in range(regions)],
        industries=[f"i{k}" for k in range(industries)],
        labels=None,
        categories=["use"],
    )


def with_frames(study: Study, **frames: pd.DataFrame) -> Study:
    """A study with other set tables."""
    return replace(study, frames={**study.frames, **frames})


def with_potential(study: Study, **options: Any) -> Study:
    """A study with other parameters of this room."""
    given = dict(study.config.get("parameters", {}))
    given["potential"] = {**given.get("potential", {}), **options}
    return replace(study, config={**study.config, "parameters": given})


def scorecard(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of measures; what is not given is blank."""
    columns = ["assessment", "topic", "measure", "name_en", "name_zh", "numerator", "denominator"]
    columns += ["industries", "direction", "weight", "low", "high", "factor", "unit", "proxy", "source"]
    numbers = {"weight", "low", "high", "factor"}
    blank = {c: np.nan if c in numbers else "" for c in columns}
    return pd.DataFrame([{**blank, **row} for row in rows], columns=columns)


def result(name: str, frame: pd.DataFrame, *figures: str) -> Result:
    """A result whose other columns are labels."""
    columns = tuple(
        Column(c, Text.same(c), "number", "", "estimated", "2020", ("office",))
        if c in figures
        else Column(c, Text.same(c), "region" if c in ("host", "region", "origin") else "industry")
        for c in frame
    )
    return Result(name, Text.same(name), frame, columns, Text.same("made up"))
