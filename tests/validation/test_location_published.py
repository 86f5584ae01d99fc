"""Published answers of location theory; the page of verification shows the same figures.

Angles and distances are exact by theory, hence 1e-6 degrees and 1e-9: what double precision leaves after the
iteration has reached 1e-10 of all weights.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from hinterland.potential import shapley, weber_point

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))


def test_every_published_answer_holds() -> None:
    from location_comparisons import location

    rows = list(location())
    assert len(rows) >= 10
    assert [row for row in rows if abs(row[1] - row[2]) > row[3]] == []


@pytest.mark.parametrize("weights", [(3.0, 4.0, 5.0), (2.0, 2.0, 3.0), (5.0, 6.0, 7.0)])
def test_pick_the_sines_of_the_angles_are_as_the_weights(weights: tuple[float, float, float]) -> None:
    """Pick's appendix to Weber (1909): each pull is as the sine of the angle between the other two."""
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 9.0]])
    found = weber_point(corners, weights)
    ways = (corners - found.point) / np.linalg.norm(corners - found.point, axis=1)[:, None]
    sines = [abs(ways[i][0] * ways[j][1] - ways[i][1] * ways[j][0]) for i, j in ((1, 2), (0, 2), (0, 1))]
    ratio = np.array(sines) / np.array(weights)
    assert ratio == pytest.approx(np.full(3, ratio[0]), rel=1e-8)


def test_kuhns_six_points_have_their_middle() -> None:
    """Symmetric about both axes, so the least is where they cross; no place of the six is there."""
    places = [[-2, 0], [-1, 0], [1, 0], [2, 0], [0, 1], [0, -1]]
    assert weber_point(places, np.ones(6)).point == pytest.approx([0.0, 0.0], abs=1e-9)


def test_the_airport_game() -> None:
    """Littlechild & Owen (1973): the first 12 by all three, the next 16 by two, the last 2 by one alone."""
    needs = (12.0, 28.0, 30.0)
    worth = [max((needs[k] for k in range(3) if s >> k & 1), default=0.0) for s in range(8)]
    assert shapley(worth) == pytest.approx([4.0, 12.0, 14.0])
