"""Identities of complexity on any matrix, answers in closed form, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matrices import labelled

from hinterland.potential import (
    comparative_advantage,
    complexity_of,
    fitness,
    outlook,
    presence,
    proximity,
    relatedness_density,
    spectrum,
)
from hinterland.potential import complexity as study_complexity
from hinterland.study import StudyError

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))

from complexity_comparisons import chain_of_regions

SHAPE = (7, 9)
SLOW = settings(deadline=None)  # a loaded machine is slow, not wrong
OUTPUT = hnp.arrays(float, SHAPE, elements=st.one_of(st.just(0.0), st.floats(0.01, 1e4)))
PRESENT = hnp.arrays(bool, SHAPE, elements=st.booleans())


@SLOW
@given(OUTPUT)
def test_advantages_average_to_one_and_know_no_unit(values: np.ndarray) -> None:
    assume(values.sum() > 0)
    index = comparative_advantage(labelled(values)).to_numpy()
    made, has = values.sum(0) > 0, values.sum(1) > 0
    assert np.isnan(index[:, ~made]).all() and np.isnan(index[~has]).all()
    weight = values.sum(1)[has] / values.sum()
    assert np.allclose(weight @ index[np.ix_(has, made)], 1.0)
    assert np.allclose(comparative_advantage(labelled(values * 37.0)).to_numpy(), index, equal_nan=True)


@pytest.mark.parametrize("bad", [np.nan, -1.0])
def test_an_unknown_or_negative_output_is_named(bad: float) -> None:
    values = np.ones((3, 3))
    values[1, 2] = bad
    with pytest.raises(StudyError, match="r1 i2"):
        comparative_advantage(labelled(values))


@SLOW
@given(PRESENT)
def test_the_vector_solves_the_chain_and_is_the_mean_of_its_industries(values: np.ndarray) -> None:
    try:
        found = spectrum(labelled(values))
    except StudyError:
        assume(False)
    assume(found.gap > 1e-3)
    rows, columns = values.any(1), values.any(0)
    matrix = values[np.ix_(rows, columns)].astype(float)
    eci, pci = found.eci.to_numpy(), found.pci.to_numpy()
    assert np.isnan(eci[~rows]).all() and np.isnan(pci[~columns]).all()
    eci, pci = eci[rows], pci[columns]
    assert eci.mean() == pytest.approx(0.0, abs=1e-9) and eci.std() == pytest.approx(1.0)
    assert np.allclose(matrix @ pci / matrix.sum(1), eci, atol=1e-8)
    chain = (matrix / matrix.sum(1, keepdims=True)) @ (matrix / matrix.sum(0)).T
    centred = eci - (matrix.sum(1) @ eci) / matrix.sum()
    assert np.allclose(chain @ centred, found.second * centred, atol=1e-7)
    every = np.sort(np.linalg.eigvals(chain).real)[::-1]
    assert every[1] == pytest.approx(found.second, abs=1e-7)
    assert every[2] == pytest.approx(found.third, abs=1e-7)
    if np.ptp(matrix.sum(1)) > 0 and found.diversity_correlation > 1e-6:
        assert np.corrcoef(eci, matrix.sum(1))[0, 1] > 0


@SLOW
@given(PRESENT, st.randoms(use_true_random=False))
def test_the_order_of_labels_does_not_matter(values: np.ndarray, shuffle) -> None:
    try:
        found = spectrum(labelled(values))
    except StudyError:
        assume(False)
    assume(found.gap > 1e-3 and found.diversity_correlation > 1e-6)
    rows, columns = list(range(SHAPE[0])), list(range(SHAPE[1]))
    shuffle.shuffle(rows)
    shuffle.shuffle(columns)
    other = spectrum(labelled(values).isel(region=rows, industry=columns))
    assert np.allclose(other.eci.sel(region=found.eci["region"]), found.eci, atol=1e-7, equal_nan=True)
    assert np.allclose(other.pci.sel(industry=found.pci["industry"]), found.pci, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("count", [3, 6, 40])
def test_a_chain_of_regions_in_closed_form(count: int) -> None:
    present = chain_of_regions(count)
    found = spectrum(present)
    walk = np.cos(np.pi * (2 * np.arange(count) + 1) / (2 * count))
    assert found.second == pytest.approx(np.cos(np.pi / (2 * count)) ** 2, abs=1e-12)
    assert found.third == pytest.approx(np.cos(np.pi / count) ** 2, abs=1e-12)
    assert np.allclose(found.eci, (walk - walk.mean()) / walk.std(), atol=1e-9)
    kinds = np.cos(np.pi * np.arange(count + 1) / count) / np.cos(np.pi / (2 * count))
    assert np.allclose(found.pci, kinds / walk.std(), atol=1e-9)
    other_side = spectrum(labelled(present.to_numpy().T))
    assert other_side.second == pytest.approx(found.second, abs=1e-12), "either side has the same chain"


def test_many_labels_take_the_other_road_to_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    import hinterland.potential.relatedness  # noqa: F401 - the module, not the function of the same name

    kernels = sys.modules["hinterland.potential.complexity"]
    values = np.random.default_rng(5).random((60, 80)) < np.linspace(0.1, 0.8, 60)[:, None]
    found = spectrum(labelled(values))
    monkeypatch.setattr(kernels, "DENSE", 10)
    other = spectrum(labelled(values))
    assert other.second == pytest.approx(found.second, abs=1e-12)
    assert np.allclose(other.eci, found.eci, atol=1e-9)


def test_groups_that_share_nothing_are_named() -> None:
    values = np.zeros((6, 8), dtype=bool)
    values[:4, :5], values[4:, 5:] = True, True
    with pytest.raises(StudyError, match=r"2 groups.*r4, r5 \(i5, i6, i7\)"):
        spectrum(labelled(values))


def test_a_second_eigenvalue_that_is_not_alone_is_refused() -> None:
    ring = np.eye(8) + np.roll(np.eye(8), 1, axis=1)  # regions in a ring: no end to rank from
    with pytest.raises(StudyError, match="the same"):
        spectrum(labelled(ring))


def test_too_little_to_rank_is_refused() -> None:
    with pytest.raises(StudyError, match="there are 2 and 4"):
        spectrum(labelled(np.ones((2, 4))))


@SLOW
@given(PRESENT)
def test_proximity_density_and_outlook_written_out(values: np.ndarray) -> None:
    present = labelled(values)
    near = proximity(present)
    count = values.sum(0)
    known = count > 0
    for p in range(SHAPE[1]):
        for q in range(SHAPE[1]):
            if known[p] and known[q]:
                both = (values[:, p] & values[:, q]).sum()
                assert float(near[p, q]) == pytest.approx(min(both / count[p], both / count[q]))
            else:
                assert np.isnan(float(near[p, q]))
    density = relatedness_density(present, near)
    pci = xr.DataArray(np.linspace(-1, 2, SHAPE[1]), {"industry": present["industry"]}, ("industry",))
    coi, gain = outlook(present, near, density, pci)
    phi = np.nan_to_num(near.to_numpy())
    worth = pci.to_numpy()
    for r in range(SHAPE[0]):
        index = 0.0
        for p in np.flatnonzero(known):
            here = sum(values[r, q] * phi[p, q] for q in range(SHAPE[1])) / phi[p].sum()
            assert float(density[r, p]) == pytest.approx(here, abs=1e-12)
            if not values[r, p]:
                index += here * worth[p]
                more = sum(
                    phi[p, q] / phi[:, q].sum() * worth[q] for q in np.flatnonzero(known) if not values[r, q]
                )
                assert float(gain[r, p]) == pytest.approx(more - (1 - here) * worth[p], abs=1e-9)
            else:
                assert float(gain[r, p]) == 0.0
        if values[r].any():
            assert float(coi[r]) == pytest.approx(index, abs=1e-9)
        else:
            assert np.isnan(float(coi[r]))
    assert gain[:, ~known].isnull().all() and density[:, ~known].isnull().all()


def test_a_large_matrix_is_worked_on_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = sys.modules["hinterland.potential.complexity"]
    values = np.random.default_rng(1).random((20, 33)) < 0.4
    whole = proximity(labelled(values))
    monkeypatch.setattr(kernels, "ROWS", 4)
    assert np.array_equal(proximity(labelled(values)), whole, equal_nan=True)


def test_everything_at_once_is_the_parts() -> None:
    output = np.exp(np.random.default_rng(2).normal(0, 1.5, (12, 20)))
    found = complexity_of(labelled(output), threshold=0.8)
    present = presence(comparative_advantage(labelled(output)), 0.8)
    assert (found.figures["presence"] == present).all()
    assert np.allclose(found.figures["eci"], spectrum(present).eci)
    assert (found.figures["diversity"] == present.sum("industry")).all()
    assert found.spectrum.gap == pytest.approx(found.spectrum.second - found.spectrum.third)


@SLOW
@given(PRESENT, st.integers(1, 6))
def test_fitness_written_out(values: np.ndarray, steps: int) -> None:
    assume(values.any())
    found = fitness(labelled(values), steps)
    rows, columns = np.flatnonzero(values.any(1)), np.flatnonzero(values.any(0))
    place, kind = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(steps):
        raised = np.array([sum(kind[j] for j, p in enumerate(columns) if values[r, p]) for r in rows])
        lowered = np.array(
            [1 / sum(1 / place[i] for i, r in enumerate(rows) if values[r, p]) for p in columns]
        )
        place, kind = raised / raised.mean(), lowered / lowered.mean()
    assert np.allclose(found.region.to_numpy()[rows], place)
    assert np.allclose(found.industry.to_numpy()[columns], kind)
    assert found.region.isnull().sum() == SHAPE[0] - len(rows)


def test_fitness_ends_where_nothing_changes() -> None:
    values = np.random.default_rng(3).random((10, 15)) < np.linspace(0.3, 0.9, 10)[:, None]
    found = fitness(labelled(values))
    assert found.change <= 1e-9
    again = fitness(labelled(values), found.iterations + 50)
    assert np.allclose(again.region, found.region, atol=1e-6)


def test_fitness_that_does_not_settle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = sys.modules["hinterland.potential.fitness"]
    monkeypatch.setattr(kernels, "MOST", 3)
    with pytest.raises(StudyError, match="after 3 iterations"):
        fitness(labelled(np.tri(8, 8) > 0))
    with pytest.raises(StudyError, match="comparative advantage"):
        fitness(labelled(np.zeros((4, 4))))


def test_the_function_of_a_study_is_not_hidden_by_the_module() -> None:
    assert callable(study_complexity)
