"""Published answers for the equilibrium model: Caliendo & Parro (2015), Table 2.

Review of Economic Studies 82. NAFTA members' tariffs change from 1993 to 2005, all other tariffs stay at
1993, after aggregate deficits have been removed. 31 regions, 40 industries. Data:
../shared/testdata/caliendo_parro_2015, or $HINTERLAND_TESTDATA (its README has the figures). Tolerance: half
a unit of the last digit that the paper prints, 0.005 percentage points. The paper reckons first-order terms
with changes as shares of the base, and welfare as their sum; the exact change of real income is another
figure, kept apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

import equilibrium_comparisons  # noqa: E402

from hinterland.simulate.equilibrium import (  # noqa: E402
    Economy,
    Shock,
    Solution,
    first_order,
    real_wage_formula,
    rebase,
    solve,
)
from hinterland.study import StudyError  # noqa: E402

WHERE = equilibrium_comparisons.folder()
pytestmark = pytest.mark.skipif(
    WHERE is None,
    reason=f"no {equilibrium_comparisons.FOLDER} in $HINTERLAND_TESTDATA or ../shared/testdata",
)
MEMBERS = ("Mexico", "Canada", "USA")
HALF_A_DIGIT = 0.005


@pytest.fixture(scope="module")
def data() -> tuple[Economy, np.ndarray]:
    assert WHERE is not None
    return equilibrium_comparisons.load(WHERE)


@pytest.fixture(scope="module")
def base(data: tuple[Economy, np.ndarray]) -> Economy:
    return rebase(solve(data[0], deficits="removed"))


@pytest.fixture(scope="module")
def nafta(data: tuple[Economy, np.ndarray], base: Economy) -> Solution:
    return solve(base, Shock(tariff=data[1]), deficits="removed")


def members(solution: Solution, values: np.ndarray) -> np.ndarray:
    return np.array([100 * values[solution.economy.regions.index(m)] for m in MEMBERS])


def test_table_2(nafta: Solution) -> None:
    effects = first_order(nafta)
    for ours, published in (
        (effects.terms_of_trade, (-0.41, -0.11, 0.04)),
        (effects.volume_of_trade, (1.72, 0.04, 0.04)),
        (effects.welfare, (1.31, -0.06, 0.08)),
        (nafta.real_wage[:, 0] - 1, (1.72, 0.32, 0.11)),
    ):
        np.testing.assert_allclose(members(nafta, ours), published, atol=HALF_A_DIGIT)


def test_exact_real_income_is_another_figure(nafta: Solution) -> None:
    """+0.007, -0.110 and +0.074 % (from the same solution, as the README of the data has it)."""
    gain = members(nafta, nafta.real_income[:, 0] - 1)
    np.testing.assert_allclose(gain, (0.007, -0.110, 0.074), atol=0.0005)


def test_the_baseline_is_an_equilibrium_of_its_own(base: Economy) -> None:
    still = solve(base, deficits="removed")
    assert np.abs(still.wage - 1).max() <= 1e-10
    assert np.abs(still.price - 1).max() <= 1e-10
    np.testing.assert_allclose(base.deficit, 0.0, atol=1e-3)


def test_identities_on_the_published_case(nafta: Solution) -> None:
    flows = nafta.exports()
    gap = (flows.sum((0, 2)) - flows.sum((0, 1))) / nafta.value_added[:, 0]
    assert np.abs(gap).max() <= 1e-9
    formula = real_wage_formula(nafta)
    # where a region buys nothing of a product at home, its home share says nothing
    known = np.isfinite(formula)
    assert known.sum() >= 15
    np.testing.assert_allclose(np.log(nafta.real_wage[known, 0]), formula[known], atol=1e-8)


@pytest.mark.parametrize("change", ["half", "double", "plus 200 points"])
def test_large_changes_of_tariffs_are_solved(base: Economy, change: str) -> None:
    assert base.tariff is not None
    abroad = 1 - np.eye(len(base.regions))
    tariff = {"half": base.tariff / 2, "double": base.tariff * 2, "plus 200 points": base.tariff + 2 * abroad}
    found = solve(base, Shock(tariff=tariff[change]), deficits="removed")
    assert found.residual.max() <= 1e-10
    gap = found.exports().sum(1) - found.output[:, :, 0]
    assert np.abs(gap).max() <= 1e-9 * found.output.max()


def test_too_few_rounds_raise_and_say_where(base: Economy) -> None:
    assert base.tariff is not None
    with pytest.raises(StudyError, match=r"did not converge in 5 rounds: the largest error is .* at the"):
        solve(base, Shock(tariff=base.tariff * 2), deficits="removed", limit=5)
