"""Published answers of the impact of scenarios beside ours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

import hinterland as hl
from hinterland.study import Study, Text

Row = tuple[str, float, float, float, str]


def scenarios() -> Iterator[Row]:
    """Yield (what, published, ours, tolerance, source)."""
    Z = np.array([[150.0, 500.0], [200.0, 100.0]])
    table = hl.accounts.IOTable.from_arrays(
        Z, [350.0, 1700.0], regions=["r"], industries=["1", "2"], categories=["final"], x=[1000.0, 2000.0]
    )
    regions = pd.DataFrame({"region": ["r"], "name_en": ["r"], "name_zh": ["r"], "role": ["other"]})
    config = {"units": {"money": "USD"}, "study": {"base_year": 2000}}
    study = Study("book", Text.same("book"), config, {"regions": regions}, {}, {})
    demand = hl.Scenario("new demand").demand(amount=250.0, industry="1").demand(amount=-200.0, industry="2")
    output = hl.simulate.impact(study, demand, table).settled()["output"].to_numpy().ravel()
    book = "Miller & Blair (2009), section 2.3: final demand of 600 and 1500"
    for k, published in enumerate((1247.52, 1841.58)):
        what = f"Output of sector {k + 1} after a scenario of demand"
        yield what, published, float(output[k]), 5e-3, book
    # output to output: the inverse's column over its own diagonal, from the printed inverse
    printed = np.array([[1.2541, 0.3300], [0.2640, 1.1221]])
    plant = hl.simulate.impact(study, hl.Scenario("plant").build("2", "r", output=100.0), table)
    change = plant.change["output"].to_numpy().ravel()
    yield (
        "Output of sector 1 for a plant of 100 in sector 2",
        float(100 * printed[0, 1] / printed[1, 1]),
        float(change[0]),
        0.01,
        "Miller & Blair (2009), section 6.5.3 by the inverse printed in section 2.3 (four decimals)",
    )
