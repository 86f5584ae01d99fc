"""One factorisation: what it refuses, what it solves, and in which precision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import invented

from hinterland.accounts import IOTable, Satellite
from hinterland.accounts.factor import factorise
from hinterland.accounts.system import scan
from hinterland.study import StudyError


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["float64", "mixed"]))
def test_solutions_agree_with_the_inverse(seed: int, negative: bool, precision: str) -> None:
    table = invented(seed, negative_inputs=negative, precision=precision)
    inverse = np.linalg.inv(np.eye(len(table.x)) - table.A)
    scale = np.abs(inverse).max()
    np.testing.assert_allclose(table.solve(np.eye(len(table.x))), inverse, atol=1e-9 * scale)
    np.testing.assert_allclose(table.solve_left(np.eye(len(table.x))), inverse, atol=1e-9 * scale)
    report = table.solve_reported(table.Y.sum(1))
    assert report.residual < 1e-11
    np.testing.assert_allclose(report.values, table.x, rtol=1e-8, atol=1e-9 * table.x.max())


def test_fortran_order_and_no_copy_give_the_same() -> None:
    table = invented(3)
    Z = np.asfortranarray(table.Z)
    other = IOTable.from_arrays(
        Z, table.Y, table.V, regions=table.regions, industries=table.industries, x=table.x, copy=False
    )
    assert np.shares_memory(other.Z, Z)
    np.testing.assert_allclose(other.solve(np.eye(12)), table.solve(np.eye(12)), rtol=1e-12, atol=1e-14)
    assert Z.flags.writeable  # the caller's own array is not locked


@pytest.mark.parametrize("precision", ["float64", "mixed"])
def test_threads_may_share_factors(precision: str) -> None:
    """scipy's solver changes the pivots while it runs: threads that share them get wrong answers."""
    n = 300
    A = np.random.default_rng(8).random((n, n)) * (1.2 / n)
    A[::2, ::2] = 0.0
    A[0, 0] = 0.999  # rows are interchanged
    factor = factorise(A, np.ones(n), precision=precision)
    factor.expect(np.inf)
    assert np.any(factor.factors[1] != np.arange(n))
    want = np.linalg.inv(np.eye(n) - A)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda k: factor.solve(np.eye(n)[:, [k % n]]).values[:, 0], range(6000)))
    worst = max(float(np.abs(found[k] - want[:, k % n]).max()) for k in range(len(found)))
    assert worst < 1e-8 * np.abs(want).max()


def test_a_scan_reads_sums_and_least() -> None:
    values = np.random.default_rng(0).normal(size=(37, 23))
    for given_ in (values, np.asfortranarray(values)):
        read = scan(given_, size=50)
        np.testing.assert_allclose(read.rows, values.sum(1))
        np.testing.assert_allclose(read.columns, values.sum(0))
        assert read.least == values.min()


def test_refinement_says_its_rounds() -> None:
    table = invented(5, 6, 10, precision="mixed")
    solved = table.solve_reported(np.ones(60))
    assert solved.rounds >= 1
    assert solved.residual <= 1e-12
    assert table.factor.factors[0].dtype == np.float32


def leontief(columns: list[float], last: float) -> tuple[np.ndarray, np.ndarray]:
    x = np.full(len(columns) + 1, 100.0)
    A = np.zeros((len(x), len(x)))
    A[0, :-1] = columns
    A[-1, -1] = last
    return A * x, x


@pytest.mark.parametrize("precision", ["float64", "mixed"])
def test_an_industry_that_uses_all_it_makes_is_refused(precision: str) -> None:
    Z, x = leontief([0.3, 0.2], 1.0)
    with pytest.raises(StudyError, match="not productive") as caught:
        factorise(Z, x, precision=precision)  # type: ignore[arg-type]
    assert "不可生产" in caught.value.words.zh


@pytest.mark.parametrize("precision", ["float64", "mixed"])
@pytest.mark.parametrize("short", [1e-13, 1e-15])
def test_noise_is_refused(precision: str, short: float) -> None:
    """An industry that leaves a ten-trillionth of its output: no digit of its multiplier would be known."""
    Z, x = leontief([0.3, 0.2], 1.0 - short)
    with pytest.raises(StudyError):
        factorise(Z, x, precision=precision)  # type: ignore[arg-type]


def test_nearly_singular_is_solved_while_it_can_be() -> None:
    Z, x = leontief([0.3, 0.2], 1.0 - 1e-8)
    solved = factorise(Z, x).solve(np.eye(3), report=True)
    assert solved.values[2, 2] == pytest.approx(1e8, rel=1e-6)
    assert solved.residual < 1e-14


def test_negative_inputs_that_do_not_die_out_are_refused() -> None:
    A = np.array([[0.5, -0.9, 0.0], [0.9, 0.8, 0.0], [0.0, 0.0, 0.1]])
    with pytest.raises(StudyError, match="not productive"):
        factorise(A * 10, np.full(3, 10.0))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.floats(0.5, 1.5))
def test_never_a_wrong_answer(seed: int, level: float) -> None:
    """Random blocks around the edge of productivity: solved to a small residual, or refused."""
    rng = np.random.default_rng(seed)
    A = rng.random((6, 6)) * (rng.random((6, 6)) < 0.5)
    A *= level / max(np.abs(np.linalg.eigvals(A)).max(), 1e-9)
    radius = np.abs(np.linalg.eigvals(A)).max()
    try:
        factor = factorise(A * 7.0, np.full(6, 7.0))
    except StudyError:
        assert radius > 1 - 1e-9
        return
    assert radius < 1 + 1e-12
    y = rng.random((6, 1))
    solved = factor.solve(y).values
    assert solved.min() >= 0
    np.testing.assert_allclose(solved - A @ solved, y, atol=1e-9 * solved.max())


def test_industries_that_differ_by_region() -> None:
    labels = [("a", "coal"), ("a", "steel"), ("b", "steel"), ("b", "farms")]
    Z = np.array([[1.0, 2, 0, 1], [0, 1, 2, 0], [1, 0, 1, 1], [0, 0, 1, 2]])
    table = IOTable.from_arrays(
        Z, np.full(4, 5.0), labels=labels, satellites={"co2": Satellite(np.arange(4.0), "t")}
    )
    assert table.regions == ("a", "b")
    assert table.industries == ("coal", "steel", "farms")
    assert table.labels == tuple(labels[:2] + labels[2:])
    assert table.absent == (2, 3)
    found = table.multipliers("co2")
    assert np.isnan(found.sel(region="a", industry="farms"))
    plain = IOTable.from_arrays(Z, np.full(4, 5.0), satellites={"co2": Satellite(np.arange(4.0), "t")})
    want = plain.multipliers("co2").to_numpy().ravel()
    got = [float(found.sel(region=r, industry=i)) for r, i in labels]
    np.testing.assert_allclose(got, want, rtol=1e-12)
    assert "2 pairs" in table.remarks.en
    with pytest.raises(StudyError, match="come twice: a/coal"):
        IOTable.from_arrays(Z, np.full(4, 5.0), labels=[labels[0], *labels[:3]])
    with pytest.raises(StudyError, match="b/farms"):
        IOTable.from_arrays(Z, np.full(4, 5.0), labels=labels, industries=["coal", "steel"])


def test_what_is_unusual_is_said() -> None:
    table = invented(1, negative_inputs=True)
    said = table.remarks
    assert "no output" in said.en
    assert "final demand are negative" in said.en
    assert "无产出" in said.zh


def test_a_dataset_has_labels_and_units() -> None:
    table = invented(2)
    data = table.dataset
    assert data["Z"].dims == ("region", "industry", "region_to", "industry_to")
    assert np.shares_memory(data["Z"].to_numpy(), table.Z)
    assert data["co2"].attrs["unit"] == "t"
    assert (
        float(data["Z"].sel(region="r1", industry="i0", region_to="r2", industry_to="i3")) == table.Z[4, 11]
    )
    total = data["Y"].where(data["final_category"] == "public", drop=True).sum("final")
    np.testing.assert_allclose(total.to_numpy().ravel(), table.Y[:, 1::2].sum(1))


def test_errors_speak_both_languages() -> None:
    with pytest.raises(StudyError) as caught:
        IOTable.from_arrays([[1.0, 1.0], [1.0, 1.0]], [1.0, 1.0], x=[3.0, 4.0])
    assert "不平衡" in caught.value.words.zh
    assert "请" in caught.value.mend_words.zh
    with pytest.raises(StudyError) as caught:
        replace(invented(1)).solve([1.0])
    assert "最终需求" in caught.value.words.zh
