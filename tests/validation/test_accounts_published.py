"""Published answers for the accounts.

Tolerance: the book prints four decimals, so agreement is to half a unit of the last.
"""

from __future__ import annotations

import numpy as np

from hinterland.accounts import IOTable, Satellite

# Miller & Blair (2009), Input-Output Analysis, 2nd ed., Table 2.3 (p. 21): the two-sector example
FLOWS = [[150.0, 500.0], [200.0, 100.0]]
FINAL = [350.0, 1700.0]


def example() -> IOTable:
    return IOTable.from_arrays(
        FLOWS, FINAL, industries=["1", "2"], satellites={"employment": Satellite(np.array([300.0, 500.0]))}
    )


def test_miller_blair_technical_coefficients() -> None:
    """Table 2.4 (p. 22)."""
    np.testing.assert_allclose(example().A, [[0.15, 0.25], [0.20, 0.05]], rtol=1e-15)


def test_miller_blair_leontief_inverse() -> None:
    """Section 2.3 (pp. 22-23): L, printed as 1.2541, 0.3300, 0.2640, 1.1221."""
    inverse = example().solve(np.eye(2))
    np.testing.assert_allclose(inverse, [[1.2541, 0.3300], [0.2640, 1.1221]], atol=5e-5)


def test_miller_blair_new_final_demand() -> None:
    """Section 2.3 (p. 23): final demand of 600 and 1500 needs outputs of 1247.52 and 1841.58."""
    np.testing.assert_allclose(example().solve([600.0, 1500.0]), [1247.52, 1841.58], atol=0.02)


def test_miller_blair_output_multipliers() -> None:
    """Section 6.2.1 (p. 246): simple output multipliers 1.518 and 1.452."""
    np.testing.assert_allclose(example().multipliers("output").to_numpy().ravel(), [1.518, 1.452], atol=6e-4)
