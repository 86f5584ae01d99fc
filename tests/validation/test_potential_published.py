"""Published answers for TOPSIS and entropy weights: the fighter aircraft of Hwang & Yoon (1981).

Four aircraft by speed (Mach), range, payload, cost, reliability and manoeuvrability. The book prints
closeness to
three digits, hence 0.001. Its entropy weights come from 1 - e_j rounded to four digits (0.0011 to 0.0297, sum
0.0832): an error of 1e-4 in one of them is 0.0012 in its weight, and the rest shifts with it, hence 0.002.
"""

from __future__ import annotations

import numpy as np
import pytest

from hinterland.potential import closeness, entropy_weights

AIRCRAFT = np.array(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ]
)


def test_closeness_of_the_aircraft() -> None:
    """Vector-normalised, cost the only criterion where less is better."""
    weights = np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3])
    direction = np.array([1.0, 1, 1, -1, 1, 1])
    scaled = AIRCRAFT / np.sqrt((AIRCRAFT**2).sum(axis=0))
    assert closeness(scaled, weights, direction) == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=0.001)


def test_entropy_weights_of_the_aircraft() -> None:
    assert entropy_weights(AIRCRAFT) == pytest.approx(
        [0.0649, 0.2055, 0.0133, 0.0829, 0.3570, 0.2764], abs=0.002
    )
