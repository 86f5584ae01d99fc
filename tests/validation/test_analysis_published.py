"""Published answers for the analysis of a table.

Miller & Blair (2009), Input-Output Analysis, 2nd ed., Cambridge: the two-sector example with households
(section 2.5), its multipliers (section 6.2), its Ghosh inverse (section 12.1). Tolerance: half a unit of the
last decimal printed.

pymrio's own test table (6 regions x 8 sectors), computed by pymrio itself in the same process, where it is
installed. Tolerance 1e-10: two orders of summation of the same numbers.
"""

from __future__ import annotations

import numpy as np
import pytest

from hinterland.accounts import (
    IOTable,
    Satellite,
    allocation,
    closed_multipliers,
    household_multipliers,
    households,
    stressor_accounts,
    supply_multipliers,
    upstreamness,
)


def example() -> IOTable:
    """Table 2.3 with consumption apart (table 2.6): households buy 50 and 400, and are paid 300 and 500."""
    return IOTable.from_arrays(
        [[150.0, 500.0], [200.0, 100.0]],
        [[50.0, 300.0], [400.0, 1300.0]],
        [[300.0, 500.0], [350.0, 900.0]],
        industries=["1", "2"],
        categories=["households", "other"],
        items=["labour", "other"],
    )


# all household income: 300 + 500 from the sectors, 50 from households, 150 from other final demand
INCOME, OWN = [1000.0], [50.0]


def test_miller_blair_closed_inverse() -> None:
    """Section 2.5: the inverse with households, 1.365 .425 .251 / .527 1.348 .595 / .570 .489 1.289."""
    table = example()
    within = households(table, compensation=["labour"], consumption=["households"], income=INCOME, own=OWN)
    np.testing.assert_allclose(within.spending[:, 0], [0.05, 0.4])
    np.testing.assert_allclose(within.labour[0], [0.3, 0.25])
    np.testing.assert_allclose(within.response, [[1.289]], atol=5e-4)
    rows = closed_multipliers(table, within, np.eye(2))
    np.testing.assert_allclose(rows, [[1.365, 0.425], [0.527, 1.348]], atol=5e-4)
    income = closed_multipliers(table, within, np.zeros(2), of_households=1.0)
    np.testing.assert_allclose(income, [0.570, 0.489], atol=5e-4)


def test_miller_blair_multipliers() -> None:
    """Section 6.2: output 1.518, 1.452 simple and 2.462, 2.262 total; income type I and II."""
    table = example()
    within = households(table, compensation=["labour"], consumption=["households"], income=INCOME, own=OWN)
    total = closed_multipliers(table, within, np.ones(2), of_households=1.0)
    np.testing.assert_allclose(total, [2.462, 2.262], atol=1.5e-3)  # sums of printed figures
    frame = household_multipliers(
        table, compensation=["labour"], consumption=["households"], income=INCOME, own=OWN
    ).frame.set_index("account")
    np.testing.assert_allclose(frame.loc["output", "simple"], [1.518, 1.452], atol=5e-4)
    np.testing.assert_allclose(frame.loc["output", "total"], [1.892, 1.773], atol=1.5e-3)
    income = frame.loc["income"]
    np.testing.assert_allclose(income["type_1"], [1.47, 1.52], atol=5e-3)
    np.testing.assert_allclose(income["type_2"], [1.90, 1.96], atol=5e-3)
    # with one region of households, type II over type I is one number for all industries
    np.testing.assert_allclose(income["type_2"] / income["type_1"], 1.289, atol=5e-4)


def test_miller_blair_ghosh() -> None:
    """Section 12.1: B = .15 .50 / .10 .05 and its inverse 1.254 .660 / .132 1.122."""
    table = example()
    np.testing.assert_allclose(allocation(table), [[0.15, 0.5], [0.1, 0.05]])
    np.testing.assert_allclose(supply_multipliers(table), [1.254 + 0.660, 0.132 + 1.122], atol=1e-3)
    np.testing.assert_allclose(upstreamness(table), supply_multipliers(table))


def test_pymrio_test_table() -> None:
    pymrio = pytest.importorskip("pymrio")
    system = pymrio.load_test()
    system.calc_all()
    regions, sectors = list(system.get_regions()), list(system.get_sectors())
    table = IOTable.from_arrays(
        system.Z.to_numpy(),
        system.Y.to_numpy(),
        regions=regions,
        industries=sectors,
        categories=list(system.get_Y_categories()),
        x=system.x.to_numpy().ravel(),
        satellites={
            f"s{k}": Satellite(row, "", system.emissions.F_Y.to_numpy()[k])
            for k, row in enumerate(system.emissions.F.to_numpy())
        },
        tol=1e-3,
    )
    found = stressor_accounts(table)
    for account, theirs in {
        "multipliers": system.emissions.M,
        "consumption": system.emissions.D_cba,
        "production": system.emissions.D_pba,
        "imports": system.emissions.D_imp,
        "exports": system.emissions.D_exp,
    }.items():
        want = theirs.to_numpy()
        np.testing.assert_allclose(getattr(found, account), want, rtol=1e-10, atol=1e-10 * np.abs(want).max())
        if account != "multipliers":
            totals = getattr(system.emissions, f"{theirs_name[account]}_reg").to_numpy()
            np.testing.assert_allclose(found.by_region(account), totals, rtol=1e-10)
    np.testing.assert_allclose(table.solve(np.eye(len(table.x))), system.L.to_numpy(), atol=1e-12)


theirs_name = {"consumption": "D_cba", "production": "D_pba", "imports": "D_imp", "exports": "D_exp"}
