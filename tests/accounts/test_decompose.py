from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from chain_tables import positive_chains
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, Satellite, structural_decomposition
from hinterland.accounts.decompose import all_orders
from hinterland.study import StudyError


def changed(table: IOTable, seed: int, order: list[int] | None = None) -> IOTable:
    """The same regions and industries some years later, in another order of regions if asked."""
    rng = np.random.default_rng(seed)
    r, k = len(table.regions), len(table.industries)
    Y = table.Y * rng.uniform(0.6, 1.7, table.Y.shape)
    A = table.A * rng.uniform(0.7, 1.1, table.A.shape)
    x = np.linalg.solve(np.eye(r * k) - A, Y.sum(1))
    Z = A * x
    co2 = np.where(x > 0, table.satellites["co2"].values * rng.uniform(0.5, 1.5, r * k), 0.0)
    row = np.concatenate([np.arange(i * k, (i + 1) * k) for i in (order or range(r))])
    categories = list(dict.fromkeys(c for _, c in table.final))
    width = len(categories)
    column = np.concatenate([np.arange(i * width, (i + 1) * width) for i in (order or range(r))])
    return IOTable.from_arrays(
        Z[np.ix_(row, row)],
        Y[np.ix_(row, column)],
        regions=[table.regions[i] for i in (order or range(r))],
        industries=table.industries,
        categories=categories,
        x=x[row],
        satellites={"co2": Satellite(co2[row], "t")},
        unit="EUR",
    )


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_factors_sum_to_the_change_whatever_the_order_of_labels(seed: int, sourcing: bool) -> None:
    first = positive_chains(seed)
    second = changed(first, seed)
    mixed = changed(first, seed, list(range(len(first.regions)))[::-1])
    for kind in ("output", "value_added", "co2"):
        frame = structural_decomposition(first, second, kind, by="industry", sourcing=sourcing).frame
        values = [
            t.x if kind == "output" else t.V.sum(0) if kind == "value_added" else t.satellites["co2"].values
            for t in (first, second)
        ]
        scale = np.abs(values[1]).max()
        for column in ("change", "polar"):
            summed = frame.groupby(["region", "industry"], sort=False)[column].sum()
            np.testing.assert_allclose(summed, values[1] - values[0], atol=1e-10 * scale)
        assert (frame["low"] <= frame["change"] + 1e-9 * scale).all()
        assert (frame["change"] <= frame["high"] + 1e-9 * scale).all()
        again = structural_decomposition(first, mixed, kind, by="industry", sourcing=sourcing).frame
        np.testing.assert_allclose(again["change"], frame["change"], atol=1e-9 * scale)


@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_the_mean_is_over_every_order(factors: int) -> None:
    def value(chosen: tuple[int, ...]) -> np.ndarray:
        return np.random.default_rng(sum(b << i for i, b in enumerate(chosen))).normal(size=3)

    orders = []
    for order in permutations(range(factors)):
        chosen = [0] * factors
        effect = np.zeros((factors, 3))
        for i in order:
            before = value(tuple(chosen))
            chosen[i] = 1
            effect[i] = value(tuple(chosen)) - before
        orders.append(effect)
    found, every = all_orders(value, factors), np.array(orders)
    np.testing.assert_allclose(found.mean, every.mean(0), atol=1e-14)
    np.testing.assert_allclose(found.low, every.min(0), atol=1e-14)
    np.testing.assert_allclose(found.high, every.max(0), atol=1e-14)
    np.testing.assert_allclose(found.polar, (every[0] + every[-1]) / 2, atol=1e-14)


def table(Z: list[list[float]], Y: list[list[float]], **more: object) -> IOTable:
    return IOTable.from_arrays(
        Z, Y, regions=["a", "b"], industries=["i"], categories=["f"], unit="EUR", **more
    )  # type: ignore[arg-type]


ONE = table([[1.0, 2.0], [1.0, 1.0]], [[5.0, 1.0], [2.0, 6.0]])


def test_a_single_cause_is_found_alone() -> None:
    more = table([[2.0, 4.0], [2.0, 2.0]], [[10.0, 2.0], [4.0, 12.0]])
    frame = structural_decomposition(ONE, more, "output", sourcing=True).frame.set_index("factor")
    np.testing.assert_allclose(frame.loc["level", "change"], ONE.x)
    np.testing.assert_allclose(frame.drop("level")[["change", "low", "high", "polar"]], 0.0, atol=1e-12)


def test_a_new_flow_counts_as_sourcing_unchanged_where_there_was_none() -> None:
    none = table([[1.0, 0.0], [0.0, 0.0]], [[5.0, 1.0], [2.0, 6.0]])
    frame = structural_decomposition(none, ONE, "output", sourcing=True, by="total").frame
    assert frame["change"].sum() == pytest.approx(ONE.x.sum() - none.x.sum())
    assert frame["change"].notna().all()


def test_prices_are_warned_of_unless_they_are_stated() -> None:
    assert "constant prices" in structural_decomposition(ONE, ONE).note.en
    assert "Warning" in structural_decomposition(ONE, ONE).note.en
    assert "Warning" not in structural_decomposition(ONE, ONE, constant_prices=True).note.en
    assert "不变价" in structural_decomposition(ONE, ONE).note.zh


def test_refusals() -> None:
    other = IOTable.from_arrays([[1.0]], [5.0], regions=["a"], industries=["j"], unit="EUR")
    with pytest.raises(StudyError, match=r"differ in regions: b"):
        structural_decomposition(ONE, other)
    dollars = IOTable.from_arrays(
        ONE.Z, ONE.Y, regions=["a", "b"], industries=["i"], categories=["f"], unit="USD"
    )
    with pytest.raises(StudyError, match="differ in unit: EUR and USD"):
        structural_decomposition(ONE, dollars)
    cancel = table([[1.0, 2.0], [2.0, 1.0]], [[5.0, 1.0], [-5.0, 6.0]])
    with pytest.raises(StudyError, match="cancel out"):
        structural_decomposition(ONE, cancel)
    with pytest.raises(StudyError, match="no level"):
        structural_decomposition(ONE, ONE, by="country")  # type: ignore[arg-type]
    single = IOTable.from_arrays([[1.0]], [[5.0]], regions=["a"], categories=["f"])
    with pytest.raises(StudyError, match="no sourcing"):
        structural_decomposition(single, single, sourcing=True)
    with pytest.raises(StudyError, match="at most 10"):
        all_orders(lambda _: np.zeros(1), 11)


def test_what_exists_in_neither_table_has_no_row() -> None:
    def ragged(more: float) -> IOTable:
        return IOTable.from_arrays(
            [[1.0, 2.0, 1.0], [2.0, 1.0, 2.0], [1.0, 0.0, 2.0]],
            [[4.0, 1.0], [2.0, 3.0 * more], [1.0, 5.0]],
            labels=[("a", "coal"), ("a", "steel"), ("b", "steel")],
            categories=["final"],
        )

    frame = structural_decomposition(ragged(1.0), ragged(2.0), by="industry").frame
    assert ("b", "coal") not in set(zip(frame["region"], frame["industry"], strict=True))
    assert frame["change"].sum() == pytest.approx(3.0)


def test_exports_abroad_in_one_table_only() -> None:
    def with_exports(amount: float, categories: list[str]) -> IOTable:
        Y = [[5.0, amount, 1.0, 0.0], [2.0, 0.0, 6.0, 0.0]]
        return IOTable.from_arrays(
            [[1.0, 2.0], [1.0, 1.0]], Y, regions=["a", "b"], industries=["i"], categories=categories
        )

    one, two = with_exports(0.0, ["c", "g"]), with_exports(4.0, ["c", "exports"])
    frame = structural_decomposition(one, two, "output", sourcing=True).frame
    assert frame["change"].sum() == pytest.approx(two.x.sum() - one.x.sum())
