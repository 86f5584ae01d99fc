"""Published answers for multipliers, supply and stressors beside ours, for the verification page."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import numpy as np

import hinterland as hl

Row = tuple[str, float, float, float, str]


def analysis() -> Iterator[Row]:
    """What, published, ours, tolerance (half a unit of the last decimal printed), source."""
    yield from _households()
    yield from _pymrio()


def _households() -> Iterator[Row]:
    table = hl.accounts.IOTable.from_arrays(
        [[150.0, 500.0], [200.0, 100.0]],
        [[50.0, 300.0], [400.0, 1300.0]],
        [[300.0, 500.0], [350.0, 900.0]],
        industries=["1", "2"],
        categories=["households", "other"],
        items=["labour", "other"],
    )
    inside = {"compensation": ["labour"], "consumption": ["households"], "income": [1000.0], "own": [50.0]}
    within = hl.accounts.households(table, **inside)
    source = "Miller & Blair (2009), Input-Output Analysis, sections 2.5 and 6.2"
    closed = hl.accounts.closed_multipliers(table, within, np.eye(2))
    for (i, j), printed in np.ndenumerate(np.array([[1.365, 0.425], [0.527, 1.348]])):
        what = f"Inverse with households inside, row {i + 1} column {j + 1}"
        yield what, float(printed), round(float(closed[i, j]), 6), 5e-4, source
    frame = hl.accounts.household_multipliers(table, **inside).frame
    income = frame[frame["account"] == "income"]
    for kind, printed in (("type_1", (1.47, 1.52)), ("type_2", (1.90, 1.96))):
        for j, value in enumerate(printed):
            ours = round(float(income[kind].iloc[j]), 6)
            name = "type I" if kind == "type_1" else "type II"
            yield f"Income multiplier {name}, sector {j + 1}", value, ours, 5e-3, source
    B = hl.accounts.allocation(table)
    for (i, j), printed in np.ndenumerate(np.array([[0.15, 0.5], [0.1, 0.05]])):
        what = f"Allocation coefficient (Ghosh), row {i + 1} column {j + 1}"
        yield what, float(printed), round(float(B[i, j]), 9), 5e-4, "Miller & Blair (2009), section 12.1"


def _pymrio() -> Iterator[Row]:
    """The test table that pymrio carries, reckoned by pymrio itself; nothing where it is not installed."""
    if importlib.util.find_spec("pymrio") is None:
        return
    import pymrio

    system = pymrio.load_test()
    system.calc_all()
    totals = system.emissions.F.to_numpy()
    own = system.emissions.F_Y.to_numpy()
    table = hl.accounts.IOTable.from_arrays(
        system.Z.to_numpy(),
        system.Y.to_numpy(),
        regions=list(system.get_regions()),
        industries=list(system.get_sectors()),
        categories=list(system.get_Y_categories()),
        x=system.x.to_numpy().ravel(),
        satellites={f"s{k}": hl.accounts.Satellite(totals[k], "", own[k]) for k in range(len(totals))},
        tol=1e-3,
    )
    found = hl.accounts.stressor_accounts(table)
    for account, theirs in (("consumption", "D_cba"), ("imports", "D_imp"), ("exports", "D_exp")):
        want = getattr(system.emissions, f"{theirs}_reg").to_numpy()
        ours = found.by_region(account)
        for k, region in enumerate(table.regions[:2]):
            yield (
                f"Emissions of {region} by {account}",
                float(want[0, k]),
                float(ours[0, k]),
                1e-8 * float(want[0, k]),
                f"pymrio's test table, {theirs} by pymrio {pymrio.__version__}",
            )
