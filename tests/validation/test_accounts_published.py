"""Published answers for the accounts.

Miller & Blair (2009), Input-Output Analysis, 2nd ed., Cambridge: the two-sector example of section 2.3
(pp. 21-23) and its multipliers in section 6.2 (p. 246). Tolerance: half a unit of the last decimal printed.
"""

from __future__ import annotations

import numpy as np

from hinterland.accounts import IOTable, Satellite

# Table 2.3: flows between the two sectors, and final demand
FLOWS = [[150.0, 500.0], [200.0, 100.0]]
FINAL = [350.0, 1700.0]


def example() -> IOTable:
    return IOTable.from_arrays(
        FLOWS, FINAL, industries=["1", "2"], satellites={"employment": Satellite(np.array([300.0, 500.0]))}
    )


def test_miller_blair_technical_coefficients() -> None:
    """Table 2.4."""
    np.testing.assert_allclose(example().A, [[0.15, 0.25], [0.20, 0.05]], rtol=1e-15)


def test_miller_blair_leontief_inverse() -> None:
    """L is printed as 1.2541, 0.3300, 0.2640, 1.1221."""
    inverse = example().solve(np.eye(2))
    np.testing.assert_allclose(inverse, [[1.2541, 0.3300], [0.2640, 1.1221]], atol=5e-5)


def test_miller_blair_new_final_demand() -> None:
    """Final demand of 600 and 1500 needs outputs of 1247.5 and 1841.6."""
    np.testing.assert_allclose(example().solve([600.0, 1500.0]), [1247.5, 1841.6], atol=0.05)


def test_miller_blair_output_multipliers() -> None:
    """Section 6.2: simple output multipliers 1.518 and 1.452."""
    np.testing.assert_allclose(example().multipliers("output").to_numpy().ravel(), [1.518, 1.452], atol=5e-4)
