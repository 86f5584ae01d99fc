"""Complementarity, missing links and by-products."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from potential_tables import random_table, with_frames

from hinterland import potential
from hinterland.accounts import complete, estimate_mrio
from hinterland.potential import (
    match,
    resource_complementarity,
    structure_difference,
    trade_complementarity,
)
from hinterland.potential.by_products import rules
from hinterland.potential.chain_gaps import coverage, required_inputs
from hinterland.study import Study, StudyError

NO_DEADLINE = settings(deadline=None, max_examples=25)


@NO_DEADLINE
@given(st.integers(0, 10_000))
def test_trade_complementarity_averages_to_one(seed: int) -> None:
    flows = np.random.default_rng(seed).random((4, 3, 3)) + 0.01
    found = trade_complementarity(flows)
    places = np.arange(3)
    flows[:, places, places] = 0.0
    sold, bought = flows.sum(axis=(0, 2)), flows.sum(axis=(0, 1))
    assert np.allclose(sold / sold.sum() @ found, 1.0)
    assert np.allclose(found @ bought / bought.sum(), 1.0)


def test_a_seller_of_what_the_other_buys_is_complementary() -> None:
    flows = np.zeros((2, 3, 3))
    flows[0, 0, 1] = 10.0  # region 0 sells product 0 to region 1
    flows[1, 1, 0] = flows[1, 2, 0] = 5.0
    found = trade_complementarity(flows)
    assert found[0, 1] == pytest.approx(2.0), "all of what is sold is what is bought, half of all trade"
    assert found[1, 1] == 0.0


@NO_DEADLINE
@given(hnp.arrays(float, (4, 3), elements=st.floats(0.5, 10.0)))
def test_structures_differ_between_nothing_and_two(output: np.ndarray) -> None:
    found = structure_difference(output)
    assert np.allclose(np.diag(found), 0.0) and np.allclose(found, found.T)
    assert (found <= 2.0 + 1e-12).all()
    assert structure_difference(np.eye(2))[0, 1] == pytest.approx(2.0)


def test_resources_complement_where_the_host_is_the_stronger() -> None:
    scores = np.array([[0.2, 0.9, np.nan], [0.8, 0.1, 0.5]])
    found = resource_complementarity(scores)
    assert found[0, 1] == pytest.approx(0.3) and found[1, 0] == pytest.approx(0.4)
    assert np.isnan(resource_complementarity(np.array([[np.nan], [1.0]]))[0, 1])


@NO_DEADLINE
@given(st.integers(0, 10_000))
def test_required_inputs_and_coverage(seed: int) -> None:
    table = random_table(seed)
    required = required_inputs(table)
    direct = table.A.reshape(3, 4, 3, 4).sum(axis=0)
    assert np.allclose(required, direct)
    full = coverage(required, np.ones((4, 3)))
    assert np.allclose(full, 1.0) and np.allclose(coverage(required, np.full((4, 3), np.nan)), 0.0)


def test_links_are_those_that_the_host_lacks(full_study: Study) -> None:
    chains, gaps = potential.chain_gaps(full_study)
    assert chains.frame["covered"].between(0, 1).all()
    frame = gaps.frame
    assert (frame["local_share"] < 0.5).all() and (frame["required"] >= 0.01).all()
    assert np.allclose(frame["gap"], frame["required"] * (1 - frame["local_share"]))
    attract = frame[frame["remedy"] == "attract"]
    assert set(attract["input"]) <= {"textiles", "machines"}, "only what can move can be attracted"
    assert (attract["supply_ratio"] < 1).all()
    assert attract["candidates_en"].str.contains("Coast").all()
    assert (frame.loc[frame["remedy"] == "connect", "supply_ratio"] >= 1).all()
    lacking = frame[frame["remedy"] != "connect"].groupby(["host", "industry"]).size()
    told = chains.frame.set_index(["host", "industry"])["links_lacking"]
    assert (told.reindex(lacking.index) >= lacking).all()


def test_the_southwest_chains(southwest: Study) -> None:
    table = estimate_mrio(complete(southwest))
    chains, gaps = potential.chain_gaps(southwest, table=table)
    mean = chains.frame.groupby("host")["covered"].mean()
    assert mean.idxmax() == "CN-SC" and mean.idxmin() == "CN-XZ"
    guizhou = gaps.frame[(gaps.frame["host"] == "CN-GZ") & (gaps.frame["industry"] == "electrical")]
    assert guizhou.iloc[0]["input"] == "electrical" and "Guangdong" in guizhou.iloc[0]["candidates_en"]
    assert gaps.column("gap").status == "estimated"
    fits = potential.complementarity(southwest, table=table).frame
    assert len(fits) == len(southwest.origins) * len(southwest.hosts)
    assert fits["resource_complementarity"].between(0, 1).all()


@NO_DEADLINE
@given(
    hnp.arrays(float, 3, elements=st.floats(0.0, 50.0)), hnp.arrays(float, 4, elements=st.floats(0.0, 50.0))
)
def test_matching_takes_as_much_as_the_smaller_side_allows(supply: np.ndarray, demand: np.ndarray) -> None:
    found = match(supply, demand, np.ones((3, 4), dtype=bool))
    assert found.sum() == pytest.approx(min(supply.sum(), demand.sum()), abs=1e-6)
    assert (found.sum(axis=1) <= supply + 1e-6).all() and (found.sum(axis=0) <= demand + 1e-6).all()


@NO_DEADLINE
@given(st.integers(0, 10_000))
def test_matching_is_the_smallest_cut(seed: int) -> None:
    """Most that can flow is least that can be cut (Ford & Fulkerson 1956), over all cuts of 3 by 3."""
    random = np.random.default_rng(seed)
    supply, demand = random.integers(0, 20, 3).astype(float), random.integers(0, 20, 3).astype(float)
    allowed = random.random((3, 3)) < 0.5
    found = match(supply, demand, allowed)
    assert (found[~allowed] == 0).all()
    cuts = [
        supply[~np.array(cut)].sum() + demand[(allowed & np.array(cut)[:, None]).any(axis=0)].sum()
        for cut in itertools.product([True, False], repeat=3)
    ]
    assert found.sum() == pytest.approx(min(cuts), abs=1e-6)


def test_what_is_worth_more_is_matched_first() -> None:
    found = match(np.array([10.0]), np.array([8.0, 8.0]), np.ones((1, 2), dtype=bool), np.array([[1.0, 3.0]]))
    assert np.allclose(found, [[2.0, 8.0]])


def test_amounts_that_cannot_be_are_refused() -> None:
    with pytest.raises(StudyError, match="negative"):
        match(np.array([-1.0]), np.array([1.0]), np.ones((1, 1), dtype=bool))


RULES = pd.DataFrame(
    [("offcuts", "textiles", "machines", "Offcuts", "边角料", "cloths", "擦拭布", "made up", "虚构")],
    columns=[
        "by_product",
        "producer",
        "user",
        "name_en",
        "name_zh",
        "use_en",
        "use_zh",
        "source",
        "source_zh",
    ],
)


def test_by_products_of_a_study_with_its_own_rules_and_amounts(full_study: Study) -> None:
    with pytest.raises(StudyError, match="by_products"):
        potential.by_product_matches(full_study)
    study = with_frames(full_study, by_products=RULES)
    frame = potential.by_product_matches(study).frame
    assert frame["amount"].isna().all(), "potential only"
    amounts = pd.DataFrame(
        [
            ("hills", "textiles", "offcuts", "supply", 5.0, "kt"),
            ("hills", "machines", "offcuts", "demand", 3.0, "kt"),
        ],
        columns=["region", "industry", "by_product", "side", "amount", "unit"],
    )
    found = potential.by_product_matches(with_frames(study, by_product_amounts=amounts)).frame.set_index(
        "host"
    )
    assert found.loc["hills", "amount"] == pytest.approx(3.0) and found.loc["hills", "unit"] == "kt"
    mixed = amounts.assign(unit=["kt", "t"])
    with pytest.raises(StudyError, match="offcuts"):
        potential.by_product_matches(with_frames(study, by_product_amounts=mixed))


def test_the_packages_rules_reach_the_southwest(southwest: Study) -> None:
    table = rules(southwest)
    assert set(table["producer"]) | set(table["user"]) <= set(southwest.industries)
    assert (table["source"].str.len() > 0).all() and (table["source_zh"].str.len() > 0).all()
    frame = potential.by_product_matches(southwest).frame.set_index(["host", "by_product_en", "user"])
    assert frame.loc[("CN-GX", "Bagasse", "paper_printing"), "match_kind"] == "exchange"
    assert frame.loc[("CN-GZ", "Phosphogypsum", "minerals"), "match_kind"] == "attract_user"
