"""The doubly constrained table of moves: its totals, its bounds, what cancels, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland import accounts
from hinterland.measure import (
    cell_bounds,
    change_of_share,
    distance_prior,
    entropy_flows,
    losses_and_gains,
    share_change_in_money,
)
from hinterland.measure.transfer_entropy import scale_to_totals
from hinterland.study import StudyError

NO_DEADLINE = settings(deadline=None)
SIZE = 5
NAMES = [f"r{i}" for i in range(SIZE)]
OUTPUT = hnp.arrays(float, (SIZE, 3), elements=st.one_of(st.just(0.0), st.floats(1.0, 1e5)))
PLACES = hnp.arrays(float, (SIZE, 2), elements=st.floats(-1000, 1000), unique=True)


def output(values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, {"region": NAMES, "industry": list("abc")}, ("region", "industry"))


def distance(places: np.ndarray) -> xr.DataArray:
    km = np.sqrt(((places[:, None] - places) ** 2).sum(2)) + 1.0
    return xr.DataArray(km, {"region": NAMES, "region_to": NAMES}, ("region", "region_to"))


def sides(before: np.ndarray, after: np.ndarray) -> tuple[xr.DataArray, xr.DataArray]:
    end = output(after)
    return losses_and_gains(share_change_in_money(change_of_share(output(before), end), end))


@NO_DEADLINE
@given(OUTPUT, OUTPUT, PLACES, st.floats(0.0, 3.0))
def test_totals_are_met_within_the_bounds_and_nobody_moves_to_himself(
    before: np.ndarray, after: np.ndarray, places: np.ndarray, decay: float
) -> None:
    before[0], after[1] = before[0] + 1.0, after[1] + 1.0  # somebody makes it in both years
    lost, gained = sides(before, after)
    flows = entropy_flows(lost, gained, distance_prior(distance(places), decay))
    scale = float(after.sum()) + 1.0
    assert np.allclose(flows.sum("host"), lost.transpose(*flows.sum("host").dims), atol=1e-9 * scale)
    assert np.allclose(flows.sum("origin"), gained.transpose(*flows.sum("origin").dims), atol=1e-9 * scale)
    low, high = cell_bounds(lost, gained)
    assert (flows >= low - 1e-9 * scale).all() and (flows <= high + 1e-9 * scale).all()
    for region in NAMES:
        assert (flows.sel(origin=region, host=region) == 0).all()


@NO_DEADLINE
@given(
    hnp.arrays(float, SIZE, elements=st.floats(0.1, 100)), hnp.arrays(float, SIZE, elements=st.floats(0.1, 9))
)
def test_what_belongs_to_one_region_alone_cancels(origin: np.ndarray, host: np.ndarray) -> None:
    """Wages of the origin or policy of the host, of any size, change nothing: only pairs do."""
    rng = np.random.default_rng(2)
    lost = xr.DataArray([4.0, 6.0, 2.0, 1.0, 3.0], {"origin": NAMES}, ("origin",))
    gained = xr.DataArray([1.0, 5.0, 5.0, 2.0, 3.0], {"host": NAMES}, ("host",))
    prior = xr.DataArray(rng.random((5, 5)) + 0.1, {"origin": NAMES, "host": NAMES}, ("origin", "host"))
    plain = entropy_flows(lost, gained, prior)
    other = entropy_flows(lost, gained, prior * origin[:, None] * host[None, :])
    assert np.allclose(plain, other, atol=1e-7)


def test_it_is_the_same_table_as_ras_makes() -> None:
    rng = np.random.default_rng(3)
    prior = xr.DataArray(rng.random((5, 5)) + 0.05, {"origin": NAMES, "host": NAMES}, ("origin", "host"))
    lost = xr.DataArray(rng.random(5), {"origin": NAMES}, ("origin",))
    gained = xr.DataArray(rng.random(5), {"host": NAMES}, ("host",))
    gained = gained * float(lost.sum() / gained.sum())
    ours = entropy_flows(lost, gained, prior).to_numpy()
    assert np.allclose(
        ours, accounts.ras(prior.to_numpy(), lost.to_numpy(), gained.to_numpy()).matrix, atol=1e-9
    )


def test_bounds_are_attained_and_cannot_be_bettered() -> None:
    """Each bound is the answer of a linear programme over all tables with the totals."""
    from scipy.optimize import linprog

    lost = xr.DataArray([7.0, 2.0, 1.0], {"origin": list("xyz")}, ("origin",))
    gained = xr.DataArray([6.0, 3.0, 1.0], {"host": list("uvw")}, ("host",))
    low, high = cell_bounds(lost, gained)
    rows = np.kron(np.eye(3), np.ones(3))
    columns = np.kron(np.ones(3), np.eye(3))
    for cell in range(9):
        for sign, bound in ((1.0, low), (-1.0, high)):
            cost = np.zeros(9)
            cost[cell] = sign
            best = linprog(
                cost,
                A_eq=np.vstack([rows, columns]),
                b_eq=[7.0, 2.0, 1.0, 6.0, 3.0, 1.0],
            )
            assert best.fun * sign == pytest.approx(float(bound.to_numpy().ravel()[cell]), abs=1e-9)


def test_nearer_gets_more() -> None:
    km = xr.DataArray(
        [[1.0, 100, 900], [100, 1, 900], [900, 900, 1]],
        {"region": list("abc"), "region_to": list("abc")},
        ("region", "region_to"),
    )
    lost = xr.DataArray([6.0, 0.0, 6.0], {"origin": list("abc")}, ("origin",))
    gained = xr.DataArray([0.0, 12.0, 0.0], {"host": list("abc")}, ("host",))
    assert entropy_flows(lost, gained, distance_prior(km, 1.0)).sel(host="b").values == pytest.approx(
        [6, 0, 6]
    )
    apart = xr.DataArray([6.0, 6.0, 0.0, 0.0], {"origin": list("abcd")}, ("origin",))
    taken = xr.DataArray([0.0, 0.0, 6.0, 6.0], {"host": list("abcd")}, ("host",))
    prior = xr.DataArray(
        [[0, 1, 4.0, 1], [1, 0, 1, 4.0], [1, 1, 0, 1], [1, 1, 1, 0]],
        {"origin": list("abcd"), "host": list("abcd")},
        ("origin", "host"),
    )
    flows = entropy_flows(apart, taken, prior)
    # 2 x 2 with equal totals: m11/m12 = sqrt(k11 k22 / (k12 k21)) = 4
    assert float(flows.sel(origin="a", host="c")) == pytest.approx(4.8)


def test_an_unknown_total_leaves_its_table_unknown_and_no_other() -> None:
    lost = xr.DataArray(
        [[1.0, np.nan], [0.0, 0.0]], {"origin": ["a", "b"], "industry": ["x", "y"]}, ("origin", "industry")
    )
    gained = xr.DataArray(
        [[0.0, 0.0], [1.0, 1.0]], {"host": ["a", "b"], "industry": ["x", "y"]}, ("host", "industry")
    )
    prior = xr.DataArray(
        [[0.0, 1.0], [1.0, 0.0]], {"origin": ["a", "b"], "host": ["a", "b"]}, ("origin", "host")
    )
    flows = entropy_flows(lost, gained, prior)
    assert float(flows.sel(industry="x", origin="a", host="b")) == 1.0
    assert flows.sel(industry="y").isnull().all()


def test_what_is_refused() -> None:
    prior = xr.DataArray(
        [[0.0, 1.0], [1.0, 0.0]], {"origin": ["a", "b"], "host": ["a", "b"]}, ("origin", "host")
    )

    def side(dim: str, *values: float) -> xr.DataArray:
        return xr.DataArray(list(values), {dim: ["a", "b"]}, (dim,))

    with pytest.raises(StudyError, match="differ"):
        entropy_flows(side("origin", 1.0, 0.0), side("host", 0.0, 2.0), prior)
    with pytest.raises(StudyError, match="negative"):
        entropy_flows(side("origin", 1.0, -1.0), side("host", 0.0, 0.0), prior)
    with pytest.raises(StudyError, match="a cannot lose"):
        entropy_flows(side("origin", 1.0, 0.0), side("host", 1.0, 0.0), prior)  # only to itself
    km = xr.DataArray(
        [[0.0, np.nan], [5.0, 0.0]], {"region": ["a", "b"], "region_to": ["a", "b"]}, ("region", "region_to")
    )
    with pytest.raises(StudyError, match="from a to b"):
        distance_prior(km, 1.0)


def test_many_tables_at_once_are_each_on_its_own() -> None:
    rng = np.random.default_rng(4)
    kernel = rng.random((6, 4, 4)) + 0.01
    rows, columns = rng.random((6, 4)), rng.random((6, 4))
    columns *= rows.sum(1, keepdims=True) / columns.sum(1, keepdims=True)
    rows[2], columns[2] = 0.0, 0.0
    together, gap = scale_to_totals(kernel, rows, columns, tol=1e-12)
    assert gap.max() <= 1e-12 and not together[2].any()
    for k in range(6):
        alone, _ = scale_to_totals(kernel[k : k + 1], rows[k : k + 1], columns[k : k + 1], tol=1e-12)
        assert np.allclose(alone[0], together[k], atol=1e-12)
