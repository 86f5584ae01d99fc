"""Published answers for complexity: world trade 1998-2000 (../shared/testdata/complexity).

Presences must agree cell by cell with an index reckoned from long rows instead of matrices: no tolerance.
Fitness is printed to three decimals: half a unit of the last, and rounding.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))

import complexity_comparisons as known

from hinterland.potential import comparative_advantage, complexity_of, fitness, presence

WHERE = known.trade_file()
pytestmark = pytest.mark.skipif(
    WHERE is None, reason=f"no {known.FILE} in $HINTERLAND_TESTDATA or ../shared/testdata"
)


def test_presences_agree_cell_by_cell() -> None:
    assert WHERE is not None
    exports = known.world_trade(WHERE)
    assert exports.shape == (226, 785)
    ours = presence(comparative_advantage(exports)).to_numpy()
    rows = {}
    for (country, product), value in exports.to_series().items():
        rows.setdefault(country, {})[product] = value
    world = {p: sum(row[p] for row in rows.values()) for p in exports["industry"].values}
    total = sum(world.values())
    for r, country in enumerate(exports["region"].values):
        own = sum(rows[country].values())
        apart = [rows[country][p] / own >= world[p] / total for p in exports["industry"].values]
        assert (ours[r] == apart).all(), country


def test_the_five_fittest_after_twenty_iterations() -> None:
    assert WHERE is not None
    found = fitness(presence(comparative_advantage(known.world_trade(WHERE))), 20)
    top = found.region.to_series().sort_values(ascending=False).head(5)
    assert list(top.index) == list(known.FITTEST)
    assert [round(float(v), 3) for v in top] == list(known.FITTEST.values())
    assert found.iterations == 20


def test_complexity_solves_its_own_equation() -> None:
    """The ECI of a real matrix against the chain itself, which is not the form that was solved."""
    assert WHERE is not None
    found = complexity_of(known.world_trade(WHERE))
    matrix = found.figures["presence"].to_numpy()
    chain = (matrix / matrix.sum(1, keepdims=True)) @ (matrix / matrix.sum(0)).T
    raw = found.figures["eci"].to_numpy()
    centred = raw - (matrix.sum(1) @ raw) / matrix.sum()  # the chain keeps the diversity-weighted mean
    assert np.abs(chain @ centred - found.spectrum.second * centred).max() < 1e-10
    every = np.sort(np.linalg.eigvals(chain).real)[::-1]
    assert found.spectrum.second == pytest.approx(every[1], abs=1e-10)
    assert found.spectrum.third == pytest.approx(every[2], abs=1e-10)
