"""Fixed effects, mediation and spatial effects against the same figures reckoned another way."""

from __future__ import annotations

import builtins

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from hinterland.potential.upgrading import (
    durbin,
    fixed_effects,
    impacts,
    mediate,
    spatial_weights,
    wild_bootstrap_p,
    within,
)
from hinterland.potential.upgrading.mediation import _paths
from hinterland.study import StudyError

SLOW = settings(deadline=None, max_examples=20)
N, T = 18, 5


def made(seed: int, effect: float = 0.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An outcome, a regressor and two controls with region and year effects."""
    rng = np.random.default_rng(seed)
    region, year = rng.normal(size=(N, 1)), rng.normal(size=(1, T))
    x = rng.normal(size=(N, T)) + region
    z = rng.normal(size=(2, N, T)) + year
    y = effect * x + 0.3 * z[0] + region * 2 + year + rng.normal(size=(N, T))
    return y, x, z


def dummies() -> np.ndarray:
    regions = np.kron(np.eye(N), np.ones((T, 1)))
    years = np.kron(np.ones((N, 1)), np.eye(T))[:, 1:]
    return np.hstack([regions, years])


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_within_is_the_residual_of_dummies(seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=(N, T))
    basis = dummies()
    left = y.ravel() - basis @ np.linalg.lstsq(basis, y.ravel(), rcond=None)[0]
    assert np.allclose(within(y).ravel(), left)


def test_fixed_effects_against_dummies_and_a_sandwich_written_out() -> None:
    y, x, z = made(1)
    found = fixed_effects(y, x, z, draws=99, seed=1)
    design = np.hstack([x.reshape(-1, 1), z.reshape(2, -1).T, dummies()])
    beta = np.linalg.lstsq(design, y.ravel(), rcond=None)[0]
    assert found.estimate == pytest.approx(beta[0], abs=1e-9)
    slopes = np.stack([within(each).ravel() for each in (x, *z)], axis=1)
    left = within(y).ravel() - slopes @ beta[:3]
    bread = np.linalg.inv(slopes.T @ slopes)
    scores = (slopes * left[:, None]).reshape(N, T, 3).sum(axis=1)
    # clusters are nested in the region effects, which then do not count as parameters; the years do
    k = 3 + T - 1
    correction = N / (N - 1) * (N * T - 1) / (N * T - k)
    variance = bread @ (scores.T @ scores) @ bread
    by_hand = np.sqrt(correction * variance[0, 0])
    assert found.error == pytest.approx(by_hand, rel=0.01), "the small-sample factor is pyfixest's own"
    assert found.low < found.estimate < found.high
    assert (found.observations, found.clusters) == (N * T, N)


def test_a_control_that_the_effects_explain_is_left_out() -> None:
    y, x, z = made(2)
    constant = np.repeat(np.random.default_rng(0).normal(size=(N, 1)), T, axis=1)
    with_it = fixed_effects(y, x, np.stack([*z, constant]), draws=99, seed=1)
    assert with_it.estimate == pytest.approx(fixed_effects(y, x, z, draws=99, seed=1).estimate, abs=1e-9)


def test_no_variation_is_refused() -> None:
    y, x, z = made(3)
    flat = np.repeat(x[:, :1], T, axis=1)
    with pytest.raises(StudyError, match="does not vary"):
        fixed_effects(y, flat, z, draws=99, seed=1)


def test_the_wild_bootstrap_tells_an_effect_from_none() -> None:
    y, x, z = made(4, effect=2.0)
    assert wild_bootstrap_p(y, x, z, 999, 1) == 1 / 1000
    y, x, z = made(4, effect=0.0)
    assert wild_bootstrap_p(y, x, z, 999, 1) > 0.05
    turned = wild_bootstrap_p(3 * y + 1, -x, z, 199, 1)
    assert wild_bootstrap_p(y, x, z, 199, 1) == turned, "neither scale nor sign matters"


def test_the_wild_bootstrap_keeps_its_size() -> None:
    """With no effect, one in five p-values is below 0.2: 200 panels, tolerance three standard errors."""
    below = [wild_bootstrap_p(*made(seed, effect=0.0), 99, seed) < 0.2 for seed in range(200)]
    assert np.mean(below) == pytest.approx(0.2, abs=3 * np.sqrt(0.2 * 0.8 / 200))


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_paths_against_dummies_and_the_identity_of_the_total(seed: int) -> None:
    y, x, z = made(seed)
    m = 0.7 * x + np.random.default_rng(seed + 1).normal(size=(N, T))
    found = mediate(y, x, m, z, 50, 1)
    others = np.hstack([z.reshape(2, -1).T, dummies()])

    def slopes(of: np.ndarray, *on: np.ndarray) -> np.ndarray:
        design = np.hstack([np.stack([each.ravel() for each in on], axis=1), others])
        return np.linalg.lstsq(design, of.ravel(), rcond=None)[0]

    a = slopes(m, x)[0]
    direct, b = slopes(y, x, m)[:2]
    assert found.first[0] == pytest.approx(a) and found.second[0] == pytest.approx(b)
    assert found.indirect[0] == pytest.approx(a * b) and found.direct[0] == pytest.approx(direct)
    assert found.total[0] == pytest.approx(slopes(y, x)[0])
    assert found.total[0] == pytest.approx(found.indirect[0] + found.direct[0])
    assert found.indirect[1] <= found.indirect[2]


def test_a_draw_of_regions_is_the_regression_on_the_drawn_regions() -> None:
    y, x, z = made(6)
    m = 0.7 * x + np.random.default_rng(7).normal(size=(N, T))
    drawn = np.random.default_rng(8).integers(N, size=N)
    rows = np.stack([y, x, m, *z])
    by_weights = _paths(rows, np.bincount(drawn, minlength=N)[None].astype(float))[0]
    by_copies = _paths(rows[:, drawn], np.ones((1, N)))[0]
    assert np.allclose(by_weights, by_copies)


def test_a_channel_that_carries_the_effect_is_found_and_one_that_does_not_is_not() -> None:
    rng = np.random.default_rng(109)
    _, x, z = made(9)
    m = x + 0.3 * rng.normal(size=(N, T))
    carried = mediate(2 * m + 0.3 * rng.normal(size=(N, T)), x, m, z, 299, 1)
    assert carried.indirect[1] > 0 and carried.sensitivity > 0.5
    aside = mediate(2 * x + rng.normal(size=(N, T)), x, m, z, 299, 1)
    assert aside.indirect[1] < 0 < aside.indirect[2]
    again = mediate(2 * x + rng.normal(size=(N, T)) * 0, x, m, z, 299, 1)
    assert again.second[0] == pytest.approx(0.0, abs=1e-9)


def test_the_sensitivity_is_where_the_indirect_effect_ends() -> None:
    """Imai, Keele & Yamamoto (2010): with errors so correlated, b would be nothing."""
    y, x, z = made(10)
    m = 0.7 * x + np.random.default_rng(11).normal(size=(N, T))
    found = mediate(y, x, m, z, 20, 1)
    flat = [within(each).ravel() for each in (y, x, m, *z)]
    others = np.stack([flat[1], *flat[3:]], axis=1)
    e_y, e_m = (v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (flat[0], flat[2]))
    assert found.sensitivity == pytest.approx(np.corrcoef(e_y, e_m)[0, 1])
    b = found.second[0]
    assert b == pytest.approx(found.sensitivity * np.linalg.norm(e_y) / np.linalg.norm(e_m))


def distances(seed: int) -> np.ndarray:
    place = np.random.default_rng(seed).random((N, 2))
    return np.sqrt(((place[:, None] - place) ** 2).sum(axis=2))


@pytest.mark.parametrize("kind", ["nearest", "inverse_distance"])
def test_weights_sum_to_one_and_nobody_is_his_own_neighbour(kind: str) -> None:
    found = spatial_weights(distances(1), kind, 4)
    assert np.allclose(found.sum(axis=1), 1.0) and (np.diag(found) == 0).all()
    apart = distances(1)
    np.fill_diagonal(apart, np.inf)
    assert (found[np.arange(N), apart.argmin(axis=1)] == found.max(axis=1)).all()


def test_weights_that_cannot_be_are_refused() -> None:
    with pytest.raises(StudyError, match="'queen'"):
        spatial_weights(distances(1), "queen")
    with pytest.raises(StudyError, match="more than 18 regions"):
        spatial_weights(distances(1), "nearest", 18)


@SLOW
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-0.9, 0.9), st.integers(0, 1000))
def test_impacts_against_the_inverse_written_out(beta: float, theta: float, rho: float, seed: int) -> None:
    weights = spatial_weights(distances(seed), "nearest", 3)
    effect = np.linalg.inv(np.eye(N) - rho * weights) @ (beta * np.eye(N) + theta * weights)
    eigenvalues = np.linalg.eigvals(weights).astype(complex)
    direct, total = impacts(np.array([beta]), np.array([theta]), np.array([rho]), eigenvalues)
    assert direct[0] == pytest.approx(np.trace(effect) / N, abs=1e-9)
    assert total[0] == pytest.approx(effect.sum() / N, abs=1e-9)


def test_durbin_against_maximum_likelihood_written_out() -> None:
    rng = np.random.default_rng(112)
    weights = spatial_weights(distances(12), "nearest", 4)
    _, x, z = made(12)
    mean = 0.8 * x + 0.5 * weights @ x + 0.2 * z[0] + rng.normal(size=(N, 1)) + rng.normal(size=(1, T))
    y = np.linalg.inv(np.eye(N) - 0.4 * weights) @ (mean + 0.3 * rng.normal(size=(N, T)))
    found = durbin(y, np.stack([x, *z]), weights, 500, 1)
    columns = [x, *z, *(weights @ each for each in (x, *z))]
    design = np.stack([within(each).ravel() for each in columns], axis=1)
    target, lagged = within(y).ravel(), within(weights @ y).ravel()

    def unlikely(rho: float) -> float:
        left = target - rho * lagged
        left = left - design @ np.linalg.lstsq(design, left, rcond=None)[0]
        return N * T / 2 * np.log(left @ left) - T * np.linalg.slogdet(np.eye(N) - rho * weights)[1]

    rho = minimize_scalar(unlikely, bounds=(-0.95, 0.95), method="bounded", options={"xatol": 1e-10}).x
    slopes = np.linalg.lstsq(design, target - rho * lagged, rcond=None)[0]
    assert found.rho == pytest.approx(rho, abs=1e-5)
    assert np.allclose(found.beta, slopes[:3], atol=1e-5) and np.allclose(found.theta, slopes[3:], atol=1e-5)
    effect = np.linalg.inv(np.eye(N) - rho * weights) @ (slopes[0] * np.eye(N) + slopes[3] * weights)
    assert found.direct[0] == pytest.approx(np.trace(effect) / N, abs=1e-5)
    assert found.total[0] == pytest.approx(effect.sum() / N, abs=1e-5)
    assert found.indirect[0] == pytest.approx(found.total[0] - found.direct[0])
    assert found.total[1] < found.total[0] < found.total[2]


def test_durbin_finds_what_a_larger_panel_was_made_with() -> None:
    n, t = 80, 8
    rng = np.random.default_rng(14)
    place = rng.random((n, 2))
    weights = spatial_weights(np.sqrt(((place[:, None] - place) ** 2).sum(axis=2)), "nearest", 4)
    x = rng.normal(size=(n, t))
    mean = 0.8 * x + 0.5 * weights @ x + rng.normal(size=(n, 1)) + rng.normal(size=(1, t))
    spread = np.linalg.inv(np.eye(n) - 0.4 * weights)
    found = durbin(spread @ (mean + 0.3 * rng.normal(size=(n, t))), x[None], weights, 500, 1)
    effect = spread @ (0.8 * np.eye(n) + 0.5 * weights)
    assert found.rho == pytest.approx(0.4, abs=0.1)
    assert found.direct[0] == pytest.approx(np.trace(effect) / n, abs=0.05)
    assert found.total[1] < effect.sum() / n < found.total[2]


def test_spregs_own_table_counts_the_neighbours_regressor_as_indirect() -> None:
    """Why the effects are reckoned here: spreg's direct effect leaves out what theta brings back."""
    import contextlib
    import io

    import spreg
    from libpysal.weights import full2W

    rng = np.random.default_rng(13)
    weights = spatial_weights(distances(13), "nearest", 4)
    x = rng.normal(size=(N, T))
    y = np.linalg.inv(np.eye(N) - 0.5 * weights) @ (0.2 * x + 1.5 * weights @ x + rng.normal(size=(N, T)))
    flat = [(each - each.mean(axis=0)).T.ravel()[:, None] for each in (y, x)]
    with contextlib.redirect_stdout(io.StringIO()):
        fit = spreg.ML_LagFE(flat[0], flat[1], full2W(weights), slx_lags=1, spat_impacts="full")
    beta, theta, rho = (float(b) for b in fit.betas.ravel())
    theirs = beta * fit.sp_multipliers["full"][0]
    effect = np.linalg.inv(np.eye(N) - rho * weights) @ (beta * np.eye(N) + theta * weights)
    eigenvalues = np.linalg.eigvals(weights).astype(complex)
    ours, _ = impacts(np.array([beta]), np.array([theta]), np.array([rho]), eigenvalues)
    assert ours[0] == pytest.approx(np.trace(effect) / N)
    assert abs(float(theirs) - ours[0]) > 0.05


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("pyfixest", lambda: fixed_effects(*made(1), draws=9, seed=1)),
        ("spreg", lambda: durbin(made(1)[0], made(1)[1][None], np.full((N, N), 1 / N), 9, 1)),
    ],
)
def test_a_package_that_is_not_there_is_named(package: str, call, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest, **more):
        if name.split(".")[0] == package:
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StudyError, match=rf"{package}.*hinterland\[econometrics\]"):
        call()
