"""Position in the chain, and the value added that stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.potential import domestic_content, value_chain
from hinterland.potential.value_chain import chain_place
from hinterland.study import Study

SLOW = settings(deadline=None)


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_contents_against_the_inverse_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, regions, sectors = 6, 2, 3
    flows = rng.random((n, n))
    final = rng.random((n, 2)) * 6 + 1
    output = flows.sum(1) + final.sum(1)
    flows *= 0.9 * np.minimum(1.0, (output / flows.sum(0)).min())
    output = flows.sum(1) + final.sum(1)
    added = (output - flows.sum(0)) * rng.uniform(0.4, 1.0, n)  # the rest is imported
    table = IOTable.from_arrays(
        flows,
        final,
        added[None],
        imports=output - flows.sum(0) - added,
        regions=["a", "b"],
        industries=["x", "y", "z"],
        categories=["use"],
        items=["added"],
    )
    inverse = np.linalg.inv(np.eye(n) - flows / output)
    ratio = added / output
    whole, own = domestic_content(table)
    assert np.allclose(whole, ratio @ inverse)
    abroad = (output - flows.sum(0) - added) / output @ inverse
    assert np.allclose(whole + abroad, 1.0), "what is not made at home is bought abroad"
    for r in range(regions):
        at = slice(r * sectors, (r + 1) * sectors)
        assert np.allclose(own[at], ratio[at] @ inverse[at, at])
    assert (own <= whole + 1e-12).all()


def test_places_by_distance_from_the_mean() -> None:
    stages, weights = np.array([1.0, 2.0, 3.0, np.nan, 9.0]), np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    assert chain_place(stages, weights, 0.1) == ["downstream", "middle", "upstream", "", "upstream"]


def test_the_built_in_study(southwest: Study) -> None:
    whole = complete(southwest)
    regional, national = value_chain(whole, estimate_mrio(whole))
    frame = regional.frame.dropna(subset=["own_content"])
    assert frame["domestic_content"].between(0, 1 + 1e-9).all()
    assert (frame["own_content"] <= frame["domestic_content"] + 1e-12).all()
    assert (frame["upstreamness"].dropna() >= 0.9).all()
    mean = national.frame.set_index("industry")
    assert mean.loc["coal", "chain_place"] == "upstream"
    assert mean.loc["food", "chain_place"] == "downstream"
    assert mean.loc["electronics", "domestic_content"] < mean.loc["food", "domestic_content"], "more imports"
    absent = regional.frame.set_index(["region", "industry"]).loc[("CN-XZ", "electronics")]
    assert np.isnan(absent["own_part"]) and absent["chain_place"] == "", "Tibet makes none"
    assert {c.status for c in regional.figures} == {"estimated"}
    alone = value_chain(southwest)[1]
    assert alone.frame.equals(national.frame), "the table is estimated where none is given"


def test_categories_that_the_study_lacks_are_not_turned_outward(southwest: Study) -> None:
    closed = value_chain(southwest.with_parameter("potential.outward_categories", "moonshine"))[1]
    opened = value_chain(southwest)[1]
    assert (opened.frame["upstreamness"] >= closed.frame["upstreamness"] - 1e-9).all()
    assert "used as the rest" not in closed.method.en
    with pytest.raises(KeyError):
        closed.frame["exports"]
