"""Location quotients, cross-hauling, technology and the regional table: identities and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import (
    IOTable,
    Survey,
    aflq,
    balance_regions,
    charm,
    choose_delta,
    cilq,
    distance_decay,
    estimate_decay,
    fit_margins,
    flq,
    gravity_flows,
    heterogeneity,
    learn_technology,
    multiplier_error,
    ras,
    region_size,
    regional_coefficients,
    regional_table,
    regional_use,
    rlq,
    score_methods,
    slq,
    stpe,
    sweep_delta,
    trade_shares,
    wape,
)
from hinterland.accounts.regionalise import QUOTIENTS
from hinterland.study import StudyError

SEED = st.integers(0, 10**6)


def outputs(seed: int, regions: int = 4, n: int = 6, absent: bool = True) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.lognormal(3, 1, (regions, n))
    if absent:
        x[0, 0] = 0.0
    return x


def national(seed: int, n: int = 6) -> IOTable:
    rng = np.random.default_rng(seed)
    x = rng.uniform(100, 1000, n)
    Z = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) > 0.2)
    Z *= (rng.uniform(0.2, 0.5, n) * x / np.maximum(Z.sum(0), 1e-9))[None]
    Z *= np.minimum(1.0, 0.8 * x / np.maximum(Z.sum(1), 1e-9))[:, None]
    left = x - Z.sum(1)
    stocks = -0.02 * left
    parts = rng.dirichlet([3.0, 1.0], n) * (left - stocks)[:, None]
    Y = np.column_stack([parts[:, 0], stocks, parts[:, 1]])
    return IOTable.from_arrays(
        Z,
        Y,
        regions=("nation",),
        categories=["use", "stocks", "exports"],
        imports=0.05 * x,
        V=0.95 * x - Z.sum(0),
    )


def test_the_quotient_of_a_published_example() -> None:
    """Farhauer & Kröll (2013), as printed in the manual of the R package REAT."""
    found = slq([1714.0, 79006.0 - 1714.0], [879213.0, 15593224.0 - 879213.0])
    assert found[0] == pytest.approx(0.3847623, abs=5e-8)


@settings(deadline=None, max_examples=60)
@given(SEED, st.floats(0, 0.99))
def test_identities_of_the_quotients(seed: int, delta: float) -> None:
    x = outputs(seed)
    nation = x.sum(0)
    for region in x:
        q, crossed = slq(region, nation), cilq(region, nation)
        # weighted by the nation's shares the quotients average to one
        assert (q * nation / nation.sum()).sum() == pytest.approx(1.0)
        off = ~np.eye(len(q), dtype=bool) & (q > 0)[None, :]
        np.testing.assert_allclose((crossed * q[None, :])[off], np.broadcast_to(q[:, None], off.shape)[off])
        np.testing.assert_allclose(np.diag(crossed), q)
        both = off & off.T
        np.testing.assert_allclose((crossed * crossed.T)[both], 1.0)
        smaller = flq(region, nation, delta)
        assert np.all(smaller <= crossed)
        assert 0 < region_size(region, nation, delta) <= 1
        assert np.all(aflq(region, nation, delta) >= np.minimum(smaller, 1) - 1e-15)
        assert np.all(np.isfinite(rlq(region, nation)))
        for method in ("slq", "cilq", "rlq", "flq"):
            share = trade_shares(method, region, nation, delta)
            assert share.min() >= 0 and share.max() <= 1
    np.testing.assert_allclose(flq(x[1], nation, 0.0), cilq(x[1], nation))


@given(SEED)
def test_the_nation_itself_buys_everything_at_home(seed: int) -> None:
    nation = outputs(seed).sum(0)
    A = np.random.default_rng(seed).uniform(0, 0.1, (6, 6))
    for method in QUOTIENTS:
        np.testing.assert_allclose(regional_coefficients(A, nation, nation, method), A)


def test_flq_falls_with_delta() -> None:
    x = outputs(3)
    sizes = [region_size(x[1], x.sum(0), d) for d in (0.0, 0.1, 0.3, 0.6)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 1.0


@pytest.mark.parametrize(
    ("region", "nation", "says"),
    [
        ([1.0, 2.0], [1.0, 2.0, 3.0], "industries"),
        ([1.0, -2.0], [1.0, 2.0], "negative"),
        ([1.0, 2.0], [1.0, 0.0], "nation does not"),
        ([0.0, 0.0], [1.0, 2.0], "nothing"),
    ],
)
def test_quotients_refuse(region: list[float], nation: list[float], says: str) -> None:
    with pytest.raises(StudyError, match=says) as caught:
        slq(region, nation)
    assert caught.value.words.zh != caught.value.words.en


def test_unknown_quotient_and_delta_are_refused() -> None:
    with pytest.raises(StudyError, match="no quotient"):
        trade_shares("lq", [1.0], [2.0])  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="delta is 1"):
        flq([1.0], [2.0], 1.0)


@settings(deadline=None, max_examples=40)
@given(SEED)
def test_charm_keeps_the_balance_and_never_sells_more_than_is_made(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, z, d = rng.lognormal(3, 1, (3, 8))
    h = rng.uniform(0, 1, 8)
    found = charm(h, x, z, d)
    np.testing.assert_allclose(found.outflows - found.inflows, x - z - d, atol=1e-9)
    assert np.all(found.outflows <= x * (1 + 1e-12)) and np.all(found.inflows <= (z + d) * (1 + 1e-12))
    assert np.all((found.own_share >= -1e-12) & (found.own_share <= 1 + 1e-12))
    free = ~found.limited
    np.testing.assert_allclose(found.cross_hauling[free], (h * (x + z + d))[free])
    np.testing.assert_allclose(
        found.cross_hauling, found.outflows + found.inflows - np.abs(x - z - d), atol=1e-9
    )


def test_charm_gives_the_nation_its_own_trade() -> None:
    rng = np.random.default_rng(1)
    z, d, e, m = rng.uniform(1, 10, (4, 5))
    x = z + d + e - m + 20  # the balance x - z - d is e - m when x is made so
    d = x - z - e + m
    found = charm(heterogeneity(x, z, d, e, m), x, z, d)
    np.testing.assert_allclose(found.outflows, e)
    np.testing.assert_allclose(found.inflows, m)


@settings(deadline=None, max_examples=40)
@given(SEED, st.sampled_from(QUOTIENTS))
def test_a_regional_table_balances_and_stays_within_the_nation(seed: int, method: str) -> None:
    nation = national(seed)
    rng = np.random.default_rng(seed + 1)
    share = rng.uniform(0.0, 0.4, 6)
    share[0] = 0.0
    x = share * nation.x
    found = regional_table(nation, x, method=method)  # type: ignore[arg-type]
    table = found.table
    np.testing.assert_allclose(table.Z.sum(1) + table.Y.sum(1), x, atol=1e-8 * nation.x.max())
    np.testing.assert_allclose(table.Z.sum(0) + table.imports + table.V.sum(0), x, atol=1e-8 * nation.x.max())
    assert table.Z.min() >= 0 and found.final_inflows.min() >= -1e-9
    np.testing.assert_allclose(table.Z + found.inflows, nation.Z * share, atol=1e-9)
    if method != "aflq":
        assert found.inflows.min() >= -1e-9
    assert table.provenance.status == "estimated"


def test_a_regional_table_refuses_what_cannot_be() -> None:
    nation = national(4)
    with pytest.raises(StudyError, match="Value added exceeds output in 2"):
        regional_table(nation, 0.1 * nation.x, value_added=np.array([0, 1.0, 0, 0, 0, 0]) * nation.x)
    with pytest.raises(StudyError, match="lacks values"):
        regional_table(nation, nation.x[:3])
    with pytest.raises(StudyError, match="Exports and stocks exceed output"):
        regional_table(nation, 0.1 * nation.x, final_demand=nation.Y)


@settings(deadline=None, max_examples=40)
@given(SEED)
def test_regions_sum_to_the_nation(seed: int) -> None:
    nation = national(seed)
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(4), 6).T
    x = share * nation.x
    added = x * rng.uniform(0.1, 0.6, x.shape)
    use = regional_use(nation.Z, x, added)
    np.testing.assert_allclose(use.sum(0), nation.Z, atol=1e-9)
    moved = use * rng.lognormal(0, 0.3, use.shape)
    balanced = balance_regions(moved, nation.Z, use.sum(1))
    np.testing.assert_allclose(balanced.sum(0), nation.Z, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(balanced.sum(1), use.sum(1), rtol=1e-8, atol=1e-8)
    assert np.all(balanced[:, nation.Z == 0] == 0)


def surveys(seed: int, count: int = 12) -> tuple[np.ndarray, np.ndarray, list[Survey]]:
    """Regions whose coefficients follow a known law of their quotients."""
    rng = np.random.default_rng(seed)
    n = 5
    x = rng.lognormal(3, 1, (count, n))
    nation = x.sum(0)
    A = rng.uniform(0.02, 0.15, (n, n))
    A[0, 1] = 0.0
    made = []
    for k in range(count):
        q = slq(x[k], nation)
        made.append(Survey(f"r{k}", A * q[:, None] ** 0.2, x[k]))
    return A, nation, made


def test_learning_finds_the_law_and_leaves_zeros() -> None:
    A, nation, made = surveys(1, 40)
    found = learn_technology(A, nation, made[1:])
    assert found.coefficients(made[0].output)[0, 1] == 0
    learned = found.coefficients(made[0].output)
    assert wape(learned, made[0].A) < 0.35 * wape(A, made[0].A)


def test_learning_from_the_nation_s_own_mix_changes_nothing() -> None:
    A, nation, made = surveys(2)
    same = [Survey(s.name, A, s.output) for s in made]
    np.testing.assert_allclose(learn_technology(A, nation, same).coefficients(made[0].output), A)
    with pytest.raises(StudyError, match="at least two"):
        learn_technology(A, nation, same[:1])


def test_delta_is_found_again() -> None:
    A, nation, made = surveys(3)
    true = [Survey(s.name, regional_coefficients(A, s.output, nation, "flq", 0.2), s.output) for s in made]
    assert choose_delta(A, nation, true) == pytest.approx(0.2)
    frame = sweep_delta(A, nation, true).frame
    assert frame["wape"].min() == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(StudyError, match="no surveyed region"):
        choose_delta(A, nation, [])


def test_margins_are_fitted() -> None:
    z = np.random.default_rng(0).uniform(1, 2, (4, 4))
    truth = z * np.random.default_rng(1).uniform(0.5, 2, (4, 4))
    np.testing.assert_allclose(fit_margins(z), z)
    np.testing.assert_allclose(fit_margins(z, truth.sum(0)).sum(0), truth.sum(0))
    both = fit_margins(z, truth.sum(0), truth.sum(1))
    np.testing.assert_allclose(both.sum(1), truth.sum(1), rtol=1e-9)
    with pytest.raises(StudyError, match="estimate has none"):
        fit_margins(np.zeros((2, 2)), [1.0, 1.0])


def test_scores_are_zero_for_the_truth() -> None:
    A, nation, made = surveys(5)
    assert wape(A, A) == stpe(A, A) == multiplier_error(A, A) == 0
    whole = Survey("nation", A, nation)
    scores = score_methods(whole, made).frame
    assert set(scores["known"]) == {"output", "value_added", "totals"}
    plain = scores.query("method == 'slq' and known == 'output'")
    assert float(plain["below_slq"].iloc[0]) == 0
    with pytest.raises(StudyError, match="no method guess"):
        score_methods(whole, made, methods=("guess",))


@pytest.mark.parametrize("products", [1, 3])
def test_gravity_finds_decay_and_home_bias_again(products: int) -> None:
    rng = np.random.default_rng(9)
    place = rng.uniform(0, 10, (12, 2))
    km = np.linalg.norm(place[:, None] - place, axis=2) + np.eye(12) * 0.4
    prior = km**-1.3 * np.where(np.eye(12, dtype=bool), 5.0, 1.0)
    size = rng.lognormal(0, 1, (products, 12)), rng.lognormal(0, 1, (products, 12))
    flows = np.stack(
        [ras(prior, u * v.sum(), v * u.sum(), tol=1e-13).matrix for u, v in zip(*size, strict=True)]
    )
    exact = estimate_decay(flows, km)
    assert exact.elasticity == pytest.approx(1.3, abs=1e-6)
    assert exact.home_bias == pytest.approx(5.0, rel=1e-6)
    again = gravity_flows(flows.sum(2).T, flows.sum(1), km, exact)
    np.testing.assert_allclose(again.matrix, flows, rtol=1e-6)
    noisy = estimate_decay(flows * rng.gamma(5, 1 / 5, flows.shape), km)
    assert abs(noisy.elasticity - 1.3) < 5 * np.sqrt(noisy.errors[0, 0])
    assert noisy.errors[0, 0] > 0


def test_gravity_refuses() -> None:
    with pytest.raises(StudyError, match="at least three"):
        estimate_decay(np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(StudyError, match="tell decay from home bias"):
        estimate_decay(np.ones((4, 4)), np.ones((4, 4)))


def test_decay_of_an_estimated_table_is_the_one_it_was_made_with() -> None:
    rng = np.random.default_rng(2)
    place = rng.uniform(0, 10, (5, 2))
    km = np.linalg.norm(place[:, None] - place, axis=2) + np.eye(5)
    supply, demand = rng.uniform(1, 2, (5, 2)), rng.uniform(1, 2, (2, 5))
    demand *= (supply.sum(0) / demand.sum(1))[:, None]
    flows = gravity_flows(supply, demand, km, [0.7, 1.9], 3.0).matrix  # [product, from, to]
    Y = np.zeros((5, 2, 5))
    Y[:] = flows.transpose(1, 0, 2)
    table = IOTable.from_arrays(
        np.zeros((10, 10)),
        Y.reshape(10, 5),
        regions=list("abcde"),
        industries=["goods", "services"],
        categories=["use"],
    )
    frame = distance_decay(table, km).frame
    np.testing.assert_allclose(frame["elasticity"], [0.7, 1.9], atol=1e-6)
    np.testing.assert_allclose(frame["home_bias"], 3.0, rtol=1e-6)
