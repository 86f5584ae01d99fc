"""Published evaluations of policies beside ours, for the verification page.

The data are not the project's own: they are read where they are (``$HINTERLAND_TESTDATA`` or
``../shared/testdata``), and without them these rows are left out of the page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hinterland.monitor import event_study, synthetic_control, synthetic_did

Row = tuple[str, float, float, float, str]

ROOT = Path(__file__).parents[2]
FOLDER = "policy_evaluation"


def folder() -> Path | None:
    """Return where the data are, or None."""
    given = os.environ.get("HINTERLAND_TESTDATA")
    for base in ([Path(given)] if given else []) + [ROOT.parent / "shared" / "testdata"]:
        if (base / FOLDER / "mpdta.csv").is_file():
            return base / FOLDER
    return None


def policies() -> Iterator[Row]:
    """What, published, ours, tolerance (half the last digit printed, or as said), source."""
    where = folder()
    if where is None:
        return
    smoking = pd.read_csv(where / "california_prop99.csv", sep=";")
    smoking = smoking.assign(treated_from=np.where(smoking["State"] == "California", 1989, 0))
    names: dict[str, Any] = {"outcome": "PacksPerCapita", "unit": "State", "time": "Year"}
    paper = "Arkhangelsky et al. (2021), table 1"
    found = event_study(smoking, estimator="two_way", **names).effect
    yield "California's tobacco tax, packs: difference in differences", -27.3, found, 0.05, paper
    control = synthetic_control(smoking, weights="frank_wolfe", placebos=False, **names).effect
    yield "California's tobacco tax, packs: synthetic control", -19.6, control, 0.05, paper
    both = synthetic_did(smoking, replications=2, **names).effect
    yield "California's tobacco tax, packs: synthetic DID", -15.6038, both, 5e-5, paper
    wages = pd.read_csv(where / "mpdta.csv").rename(columns={"first.treat": "treated_from"})
    paper = "Callaway & Sant'Anna (2021), the package did's mpdta"
    made = event_study(wages, outcome="lemp", unit="countyreal")
    yield "Minimum wages, teen jobs: average effect", -0.0400, made.effect, 5e-5, paper
    path = made.dynamic.set_index("event_time")["effect"]
    for when, effect in zip(range(4), (-0.0199, -0.0510, -0.1373, -0.1008), strict=True):
        yield f"Minimum wages, teen jobs: {when} years after", effect, float(path[when]), 5e-5, paper
    groups = made.groups.set_index("cohort")["effect"]
    for cohort, effect in ((2004, -0.0797), (2006, -0.0229), (2007, -0.0261)):
        yield f"Minimum wages, teen jobs: cohort {cohort}", effect, float(groups[cohort]), 5e-5, paper
    castle = pd.read_csv(where / "castle.csv.gz")
    starts = castle[castle["lag0"] > 0].groupby("sid")["year"].min()
    castle = castle[["sid", "year", "l_homicide"]].assign(treated_from=castle["sid"].map(starts))
    law = event_study(castle, outcome="l_homicide", unit="sid", estimator="imputation").effect
    yield (
        "Castle doctrine, homicides, logs (ours without weights and controls)",
        0.08,
        law,
        0.025,
        "Cheng & Hoekstra (2013), abstract",
    )
