"""Multipliers, linkages, positions, extraction, stressors and regrouping: identities and naive answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import invented

from hinterland.accounts import (
    IOTable,
    aggregate,
    allocation,
    average_propagation_lengths,
    chain_position,
    closed_multipliers,
    disaggregate,
    dispersion,
    downstreamness,
    extract_each,
    extraction,
    ghosh,
    household_multipliers,
    households,
    key_sectors,
    local_multipliers,
    price_change,
    propagation_lengths,
    stressor_accounts,
    supply_multipliers,
    upstreamness,
)
from hinterland.accounts.extract import losses_each
from hinterland.study import StudyError

seeds = st.integers(0, 10**6)
many = settings(deadline=None, max_examples=30)


def inverse(table: IOTable) -> np.ndarray:
    return np.linalg.inv(np.eye(len(table.x)) - table.A)


# extraction


def naive(table: IOTable, K: np.ndarray, links: str) -> np.ndarray:
    A, y = np.array(table.A), table.Y.sum(1)
    x = np.linalg.solve(np.eye(len(y)) - A, y)
    if links in ("all", "forward"):
        A[K] = 0.0
    if links in ("all", "backward"):
        A[:, K] = 0.0
    if links == "all":
        y = y.copy()
        y[K] = 0.0
    return x - np.linalg.solve(np.eye(len(y)) - A, y)


@many
@given(seeds, st.sampled_from(["all", "backward", "forward"]), st.booleans())
def test_extraction_is_the_naive_one(seed: int, links: str, negative: bool) -> None:
    table = invented(seed, negative_inputs=negative)
    size = table.x.max()
    found = extraction(table, industries=["i1", "i2"], regions=["r0", "r2"], links=links)
    np.testing.assert_array_equal(found.taken, [1, 2, 9, 10])
    np.testing.assert_allclose(found.lost, naive(table, found.taken, links), atol=1e-10 * size)
    per = np.where(table.x > 0, table.per_output("co2"), 0.0)
    np.testing.assert_allclose(found.accounts["co2"], per * found.lost, atol=1e-10 * size)
    whole = table.extract(regions=["r1"], links=links)
    np.testing.assert_allclose(whole.lost, naive(table, np.arange(4, 8), links), atol=1e-10 * size)
    if links == "all":
        np.testing.assert_array_equal(whole.output[4:8], 0.0)


@many
@given(seeds, st.sampled_from(["all", "backward", "forward"]))
def test_each_in_turn_is_the_naive_one(seed: int, links: str) -> None:
    table = invented(seed)
    n, size = len(table.x), table.x.max()
    every = losses_each(table, links=links)
    want = np.column_stack([naive(table, np.array([k]), links) for k in range(n)])
    np.testing.assert_allclose(every, want, atol=1e-10 * size)
    made = table.x > 0
    frame = extract_each(table, links=links).frame
    np.testing.assert_allclose(frame["output_loss"][made], want.sum(0)[made], atol=1e-9 * size)
    assert frame["output_loss"][~made].isna().all()
    per = np.where(made, table.per_output("employment"), 0.0)
    np.testing.assert_allclose(frame["employment_loss"][made], (per @ want)[made], atol=1e-8 * size)
    others = extract_each(table, links=links, exclude_own=True).frame
    np.testing.assert_allclose(
        others["output_loss"][made], (want.sum(0) - np.diag(want))[made], atol=1e-9 * size
    )


def test_extraction_refuses_what_is_not_there() -> None:
    table = invented(1)
    with pytest.raises(StudyError, match=r"no industry gold.*i0, i1"):
        extraction(table, industries=["gold"])
    with pytest.raises(StudyError, match="Nothing is named"):
        table.extract()
    with pytest.raises(StudyError, match="no links 'sideways'"):
        table.extract(regions=["r1"], links="sideways")


# supply and position


@many
@given(seeds)
def test_ghosh(seed: int) -> None:
    table = invented(seed)
    made = table.x > 0
    G = np.linalg.inv(np.eye(len(made)) - allocation(table))
    np.testing.assert_allclose(ghosh(table, table.V.sum(0)), table.x, rtol=1e-9, atol=1e-9)
    v = np.where(made, np.random.default_rng(seed).random(len(made)), 0.0)
    np.testing.assert_allclose(ghosh(table, v), v @ G, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(supply_multipliers(table)[made], G.sum(1)[made], rtol=1e-9)
    # costs that rise alike everywhere raise every price by as much: value added is all of cost
    per = np.where(made, table.per_output("value_added"), 0.0)
    np.testing.assert_allclose(price_change(table, 0.1 * per)[made], 0.1, rtol=1e-9)


@many
@given(seeds)
def test_positions(seed: int) -> None:
    table = invented(seed)
    made = table.x > 0
    up, down = upstreamness(table), downstreamness(table)
    assert up[made].min() >= 1 - 1e-12
    assert down[made].min() >= 1 - 1e-12
    assert np.isnan(up[~made]).all()
    # one more stage than the users on average (Antras et al. 2012, equation 4)
    B = allocation(table)
    np.testing.assert_allclose(up[made], (1 + B @ np.nan_to_num(up))[made], rtol=1e-9)
    # final demand weighted by downstreamness and value added weighted by upstreamness count the same stages
    total = np.nan_to_num(down) @ table.Y.sum(1)
    assert np.nan_to_num(up) @ table.V.sum(0) == pytest.approx(total, rel=1e-8)
    frame = chain_position(table).frame
    np.testing.assert_array_equal(frame["upstreamness"], up)


def test_upstreamness_of_an_open_economy() -> None:
    table = IOTable.from_arrays(
        [[10.0, 20.0], [5.0, 30.0]], [[40.0, 30.0], [60.0, 5.0]], categories=["consumption", "exports"]
    )
    kept = np.array([70.0, 95.0])
    want = np.linalg.solve(np.eye(2) - table.Z / kept[:, None], np.ones(2))
    np.testing.assert_allclose(upstreamness(table, ["exports"]), want, rtol=1e-12)
    with pytest.raises(StudyError, match="no category stocks"):
        upstreamness(table, ["stocks"])
    abroad = IOTable.from_arrays(
        [[0.0, 0.0], [5.0, 30.0]], [[0.0, 30.0], [60.0, 5.0]], categories=["consumption", "exports"]
    )
    with pytest.raises(StudyError, match="exported or stored: 1"):
        upstreamness(abroad, ["exports"])


@many
@given(seeds)
def test_propagation_lengths(seed: int) -> None:
    table = invented(seed)
    n = len(table.x)
    L = inverse(table)
    H, beyond = L @ (L - np.eye(n)), L - np.eye(n)
    found = propagation_lengths(table, np.arange(n), np.arange(n))
    chain = np.abs(beyond) > 1e-9
    np.testing.assert_allclose(found[chain], (H[chain] / beyond[chain]), rtol=1e-6)
    assert np.nanmin(found) >= 1 - 1e-9
    frame = average_propagation_lengths(table, targets=(["i1"], ["r2"])).frame
    # one column solved alone and among others rounds differently: by 1e-16 over the strength of the chain
    strong = np.abs(beyond[:, 9]) > 1e-6
    np.testing.assert_allclose(frame["propagation_length"][strong], found[strong, 9], rtol=1e-9)
    np.testing.assert_array_equal(frame["propagation_length"].isna(), np.isnan(found[:, 9]))


def test_a_chain_of_known_length() -> None:
    """Ore to steel to cars: two rounds from cars to ore, and nothing the other way."""
    table = IOTable.from_arrays(
        [[0, 5.0, 0], [0, 0, 6.0], [0, 0, 0]], [1.0, 2, 9], industries=["o", "s", "c"]
    )
    lengths = propagation_lengths(table, [0, 1, 2], [2])
    np.testing.assert_allclose(lengths[:2, 0], [2.0, 1.0], rtol=1e-12)
    assert np.isnan(lengths[2, 0])
    np.testing.assert_allclose(downstreamness(table), [1, 1 + 5 / 8, 1 + 6 / 9 * (1 + 5 / 8)], rtol=1e-12)


# linkages and households


@many
@given(seeds)
def test_linkages(seed: int) -> None:
    table = invented(seed)
    made = table.x > 0
    L = inverse(table)[np.ix_(made, made)]
    power, sensitivity = dispersion(table)
    np.testing.assert_allclose(power[made], L.sum(0) / (L.sum() / len(L)), rtol=1e-9)
    np.testing.assert_allclose(sensitivity[made], L.sum(1) / (L.sum() / len(L)), rtol=1e-9)
    for values in (*dispersion(table, "ghosh"), power):
        assert np.nanmean(values) == pytest.approx(1.0)
    frame = key_sectors(table).frame
    assert (frame["linkage_class"][~made] == "").all()
    key = (power > 1) & (sensitivity > 1)
    assert ((frame["linkage_class"] == "key") == key).all()
    np.testing.assert_allclose(frame["direct_backward"][made], table.A.sum(0)[made])
    with pytest.raises(StudyError, match="forward measure"):
        dispersion(table, "inward")


@many
@given(seeds)
def test_households_inside_equal_the_bordered_inverse(seed: int) -> None:
    table = invented(seed)
    n, r = len(table.x), len(table.regions)
    income = np.abs(table.Y).sum() * np.ones(r) + table.V[0].reshape(r, -1).sum(1)
    own = 0.1 * income
    within = households(table, compensation=["wages"], consumption=["private"], income=income, own=own)
    border = np.block([[table.A, within.spending], [within.labour, np.diag(within.between)]])
    closed = np.linalg.inv(np.eye(n + r) - border)
    c = np.random.default_rng(seed).random(n)
    found = closed_multipliers(table, within, c)
    np.testing.assert_allclose(found, np.r_[c, np.zeros(r)] @ closed[:, :n], rtol=1e-8)
    counted = closed_multipliers(table, within, np.ones(n), of_households=1.0)
    np.testing.assert_allclose(counted, closed[:, :n].sum(0), rtol=1e-8)


def test_households_must_be_able_to_pay() -> None:
    table = invented(4, idle=False)
    rich = np.full(3, 1e6)
    frame = household_multipliers(table, compensation=["wages"], consumption=["private"], income=rich).frame
    assert set(frame["account"]) == {"output", "value_added", "income", "employment", "co2"}
    with pytest.raises(StudyError, match="spend more than their income"):
        households(table, compensation=["wages"], consumption=["private"], income=[0.0, 0.0, 0.0])
    with pytest.raises(StudyError, match=r"item of value added pay.*wages, surplus"):
        households(table, compensation=["pay"], consumption=["private"])
    with pytest.raises(StudyError, match="category of final demand food"):
        households(table, compensation=["wages"], consumption=["food"])


# stressors


@many
@given(seeds, st.sampled_from(["float64", "mixed"]), st.booleans())
def test_stressors_are_the_naive_products(seed: int, precision: str, negative: bool) -> None:
    table = invented(seed, precision=precision, negative_inputs=negative)
    n, r = len(table.x), len(table.regions)
    s = n // r
    found = stressor_accounts(table)
    L = inverse(table)
    S = found.coefficients
    y = table.Y.reshape(n, r, 2).sum(2)
    wide = np.zeros((n, r, s))
    for c in range(r):
        for i in range(n):
            wide[i, c, i % s] = y[i, c]
    x = np.einsum("ij,jck->ick", L, wide)
    size = np.abs(S).max() * np.abs(x).sum()
    near = {"atol": 1e-12 * size if precision == "float64" else 1e-9 * size, "rtol": 1e-9}
    np.testing.assert_allclose(found.multipliers, S @ L, rtol=1e-8, atol=1e-8 * np.abs(S @ L).max())
    np.testing.assert_allclose(found.consumption, np.einsum("si,ick->sck", S, x).reshape(2, n), **near)
    np.testing.assert_allclose(found.production, S * x.sum((1, 2)), **near)
    trade = x.copy()
    for c in range(r):
        trade[c * s : (c + 1) * s, c] = 0.0
    np.testing.assert_allclose(found.imports, np.einsum("si,ick->sck", S, trade).reshape(2, n), **near)
    np.testing.assert_allclose(found.exports, S * trade.sum((1, 2)), **near)
    # what is produced is consumed, and what is exported is imported
    np.testing.assert_allclose(
        found.by_region("production").sum(1), found.by_region("consumption").sum(1), **near
    )
    np.testing.assert_allclose(found.by_region("exports").sum(1), found.by_region("imports").sum(1), **near)
    own = table.satellites["employment"].final
    assert own is not None
    np.testing.assert_allclose(found.final[0], own.reshape(r, 2).sum(1))


def test_stressors_refuse() -> None:
    table = invented(1, idle=False)
    with pytest.raises(StudyError, match="noise is missing in r0/i0"):
        stressor_accounts(table, {"noise": np.full(12, np.nan)})
    with pytest.raises(StudyError, match="shape"):
        stressor_accounts(table, {"noise": np.ones(3)})
    with pytest.raises(StudyError, match="no 'water'"):
        stressor_accounts(table, ["water"])
    with pytest.raises(StudyError, match="not \\[12, 3\\]"):
        stressor_accounts(table, demand=np.ones((12, 2)))
    national = IOTable.from_arrays(
        table.Z, table.Y.sum(1), regions=table.regions, industries=table.industries
    )
    with pytest.raises(StudyError, match="not by region"):
        stressor_accounts(national, {"co2": np.ones(12)})


# regrouping


@many
@given(seeds)
def test_splitting_and_joining_again_gives_the_table_back(seed: int) -> None:
    table = invented(seed)
    finer = disaggregate(
        table,
        industries={"i1": {"i1": 0.3, "new": 0.7}},
        regions={"r2": {"east": 0.25, "west": 0.75}},
    )
    assert finer.provenance.status == "estimated"
    assert "拆分" in finer.provenance.method.zh
    assert finer.x.sum() == pytest.approx(table.x.sum())
    for kind in ("output", "co2"):
        whole, part = table.multipliers(kind), finer.multipliers(kind)
        np.testing.assert_allclose(
            part.sel(region="east", industry="new"), whole.sel(region="r2", industry="i1"), rtol=1e-9
        )
    back = aggregate(finer, industries={"new": "i1"}, regions={"east": "r2", "west": "r2"})
    assert back.industries == table.industries
    assert back.regions == table.regions
    assert back.final == table.final
    for name in ("Z", "Y", "V", "x", "imports"):
        np.testing.assert_allclose(getattr(back, name), getattr(table, name), rtol=1e-9, atol=1e-9)
    for name, account in table.satellites.items():
        np.testing.assert_allclose(back.satellites[name].values, account.values, rtol=1e-9, atol=1e-9)


def test_aggregation_adds_up() -> None:
    table = invented(7)
    few = aggregate(table, industries={"i0": "goods", "i1": "goods", "i2": "services", "i3": "services"})
    assert few.industries == ("goods", "services")
    assert few.provenance.status == "observed"
    np.testing.assert_allclose(few.Z[0, 0], table.Z[:2, :2].sum())
    np.testing.assert_allclose(few.Z[1, 4], table.Z[2:4, 8:10].sum())
    np.testing.assert_allclose(few.solve(few.Y.sum(1)), few.x, rtol=1e-9)
    one = aggregate(table, regions=dict.fromkeys(table.regions, "all"))
    assert one.final == (("all", "private"), ("all", "public"))
    np.testing.assert_allclose(one.Y[:, 0], table.Y.reshape(3, 4, 3, 2).sum((0, 2))[:, 0])
    own = one.satellites["employment"].final
    assert own is not None
    assert own.sum() == pytest.approx(table.satellites["employment"].final.sum())  # type: ignore[union-attr]


def test_concordances_are_checked() -> None:
    table = invented(7)
    with pytest.raises(StudyError, match="shares of industry i1 sum to 0\\.9"):
        aggregate(table, industries={"i1": {"a": 0.4, "b": 0.5}})
    with pytest.raises(StudyError, match="no region mars"):
        aggregate(table, regions={"mars": "r0"})


# what stays in the region


@many
@given(seeds)
def test_local_multipliers_are_the_own_block_of_the_inverse(seed: int) -> None:
    table = invented(seed)
    made, size = table.x > 0, len(table.industries)
    full = inverse(table)
    blocks = [full[k : k + size, k : k + size] for k in range(0, len(full), size)]
    want = np.concatenate([b[made[i * size : (i + 1) * size]].sum(0) for i, b in enumerate(blocks)])
    found = local_multipliers(table)
    np.testing.assert_allclose(found[made], want[made], rtol=1e-9)
    assert np.isnan(found[~made]).all()
    assert np.all(found[made] <= table.multipliers("output").to_numpy().ravel()[made] * (1 + 1e-9))
