from __future__ import annotations

import numpy as np
import pytest
from chain_tables import random_chains
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, structural_paths
from hinterland.accounts.path_tables import search_paths
from hinterland.accounts.paths import find_paths, multiplier_bounds
from hinterland.study import StudyError

SEEDS = st.integers(0, 10**6)


def every_path(table: IOTable, kind: str, threshold: float, longest: int = 6) -> dict[tuple[int, ...], float]:
    """All paths up to a length, without any pruning."""
    c = np.where(table.x > 0, np.nan_to_num(table.per_output(kind)), 0.0)
    y = table.Y.sum(1)
    level = {(j,): y[j] for j in range(len(y))}
    found = {}
    for _ in range(longest):
        found.update({p: f * c[p[-1]] for p, f in level.items() if abs(f * c[p[-1]]) >= threshold})
        level = {
            (*p, i): f * table.A[i, p[-1]]
            for p, f in level.items()
            for i in range(len(y))
            if table.A[i, p[-1]]
        }
        level = {p: f for p, f in level.items() if abs(f) > 1e-6 * threshold}
    return found


def small(seed: int, negative: bool) -> IOTable:
    while True:
        table = random_chains(seed, negative=negative)
        if len(table.x) <= 6:
            return table
        seed += 1


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.booleans())
def test_no_path_is_lost(seed: int, negative: bool) -> None:
    table = small(seed, negative)
    total = abs(float(table.multipliers("co2").fillna(0.0).to_numpy().ravel() @ table.Y.sum(1)))
    if total < 1e-3:
        return
    found = search_paths(table, "co2", threshold=0.03, longest=6)
    expected = every_path(table, "co2", 0.03 * total)
    # a path within rounding of the threshold may be on either side
    ours = {tuple(int(k) for k in chain): v for chain, v in zip(found.nodes, found.contribution, strict=True)}
    edge = {p for p, v in {**expected, **ours}.items() if abs(abs(v) - 0.03 * total) < 1e-8 * total}
    assert set(ours) - edge == set(expected) - edge
    for path, value in ours.items():
        assert value == pytest.approx(expected.get(path, value), rel=1e-9)


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_the_iterative_bound_is_one_and_agrees_with_the_factorisation(seed: int) -> None:
    table = random_chains(seed)
    scale = np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x > 0)
    direct = np.where(table.x > 0, np.nan_to_num(table.per_output("co2")), 0.0)
    found = multiplier_bounds(table.Z, scale, direct)
    assert found is not None
    np.testing.assert_allclose(found[0], table.solve_left(direct), rtol=1e-9, atol=1e-12)
    exact = np.linalg.solve(np.eye(len(direct)) - np.abs(table.A).T, np.abs(direct))
    assert (found[1] >= exact * (1 - 1e-12)).all()
    np.testing.assert_allclose(found[1], exact, rtol=1e-6, atol=1e-9)


def test_all_paths_together_explain_everything() -> None:
    table = random_chains(11, negative=False)
    found = search_paths(table, "value_added", threshold=1e-7)
    assert 0.99 < found.share <= 1 + 1e-9
    assert found.complete


@pytest.mark.parametrize("count", [1, 7, 40])
def test_the_largest_paths_are_the_largest(count: int) -> None:
    table = random_chains(4, negative=False)
    top = search_paths(table, "co2", top=count)
    more = search_paths(table, "co2", threshold=1e-5)
    np.testing.assert_allclose(top.contribution, more.contribution[:count])
    assert len(top.nodes) == count


def test_fewer_paths_than_asked_for() -> None:
    table = IOTable.from_arrays([[0.0, 1.0], [0.0, 0.0]], [3.0, 2.0], industries=["coal", "steel"])
    frame = structural_paths(table, "value_added", top=10).frame
    assert list(frame["path"]) == ["coal", "steel", "steel ← coal"]
    assert frame["cumulative_share"].iloc[-1] == pytest.approx(1.0)


def test_a_column_above_one_needs_the_factorisation() -> None:
    table = IOTable.from_arrays([[0.0, 12.0], [1.0, 0.0]], [8.0, 9.0])
    scale = 1 / table.x
    assert multiplier_bounds(table.Z, scale, np.ones(2)) is None
    assert search_paths(table, "output", threshold=1e-6).share == pytest.approx(1.0, abs=1e-4)


def test_demand_of_some_regions_for_some_products() -> None:
    table = random_chains(8, negative=False, abroad=True)
    result = structural_paths(table, "co2", regions=["r1"], products=["i0"], threshold=1e-3)
    assert set(result.frame["product"]) == {"i0"}
    abroad = structural_paths(table, "co2", regions=["abroad"], threshold=1e-6).frame["contribution"].sum()
    exports = table.Y[:, [c == "exports" for _, c in table.final]].sum(1)
    whole = table.multipliers("co2").fillna(0.0).to_numpy().ravel() @ exports
    assert abroad == pytest.approx(whole, rel=0.01)
    assert "explain" in result.note.en
    assert "解释" in result.note.zh


def test_cut_chains_are_said() -> None:
    assert "cut at 2" in structural_paths(random_chains(8, negative=False), "co2", longest=2).note.en


def test_refusals() -> None:
    table = random_chains(8)
    with pytest.raises(StudyError, match="no region"):
        structural_paths(table, "co2", regions=["mars"])
    with pytest.raises(StudyError, match="not above 0"):
        structural_paths(table, "co2", threshold=0.0)
    with pytest.raises(StudyError, match="too many paths"):
        structural_paths(table, "co2", threshold=1e-6, limit=20)


def test_nothing_to_find() -> None:
    found = find_paths(np.zeros((2, 2)), np.ones(2), np.ones(2), np.ones(2), np.ones(2), np.zeros(2), 1.0)
    assert len(found.nodes) == 0
    assert found.complete
