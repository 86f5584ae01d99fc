from __future__ import annotations

import numpy as np
import pytest
from chain_tables import inverse, positive_chains, random_chains
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, borin_mancini, koopman_wang_wei
from hinterland.accounts.chains import chains, gross_exports
from hinterland.accounts.value_chain_terms import KWW_TERMS, borin_mancini_terms, kww_terms
from hinterland.study import StudyError

SEEDS = st.integers(0, 10**6)


def by_region(system, values):
    return np.array([values[block].sum() for block in system.blocks])


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_nine_terms_sum_to_exports_and_are_those_of_the_paper(seed: int) -> None:
    table = random_chains(seed)
    system = chains(table)
    terms, exports = kww_terms(system), gross_exports(system)
    scale = np.abs(exports).max()
    np.testing.assert_allclose(sum(terms.values()), exports, atol=1e-10 * scale)
    # eq. 36 with the explicit inverse, block by block
    B, A, v = inverse(table), table.A, system.value_added
    b, Y, outside = system.blocks, system.final, system.imported
    D = range(len(system.destinations))
    local = [np.linalg.inv(np.eye(k.stop - k.start) - A[k, k]) for k in b]
    for s in range(len(b)):
        others = [r for r in range(len(b)) if r != s]
        E = [exports[k].sum(1) for k in b]
        away = [d for d in D if d != s]
        foreign = sum(v[b[t]] @ B[b[t], b[s]] for t in others) + outside @ B[:, b[s]]
        vs = v[b[s]]
        expected = [
            vs @ B[b[s], b[s]] @ Y[b[s]][:, away].sum(1),
            sum(vs @ B[b[s], b[r]] @ Y[b[r], r] for r in others),
            sum(vs @ B[b[s], b[r]] @ Y[b[r], t] for r in others for t in D if t not in (r, s)),
            sum(vs @ B[b[s], b[r]] @ Y[b[r], s] for r in others),
            sum(vs @ B[b[s], b[r]] @ A[b[r], b[s]] @ local[s] @ Y[b[s], s] for r in others),
            sum(vs @ B[b[s], b[r]] @ A[b[r], b[s]] @ local[s] @ E[s] for r in others),
            foreign @ Y[b[s]][:, away].sum(1),
            sum(foreign @ A[b[s], b[r]] @ local[r] @ Y[b[r], r] for r in others),
            sum(foreign @ A[b[s], b[r]] @ local[r] @ E[r] for r in others),
        ]
        ours = [terms[name][b[s]].sum() for name in KWW_TERMS]
        np.testing.assert_allclose(ours, expected, atol=1e-9 * scale)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_identities_of_borin_and_mancini(seed: int) -> None:
    table = random_chains(seed)
    system = chains(table)
    exports = gross_exports(system)
    close = {"atol": 1e-10 * np.abs(exports).max(), "rtol": 0}
    found = {
        (p, a): borin_mancini_terms(system, p, a) for p in ("exporter", "world") for a in ("source", "sink")
    }
    for terms in found.values():
        np.testing.assert_allclose(terms["domestic_content"] + terms["foreign_content"], exports, **close)
        np.testing.assert_allclose(
            terms["absorbed_elsewhere"] + terms["returned"], terms["domestic_value_added"], **close
        )
    one, two = found["exporter", "source"], found["exporter", "sink"]
    for name in ("domestic_value_added", "foreign_value_added", "returned"):
        # a country's exports as a whole leave no choice between first and last
        np.testing.assert_allclose(by_region(system, one[name]), by_region(system, two[name]), **close)
    np.testing.assert_allclose(  # the world counts what is foreign once, first or last
        found["world", "source"]["foreign_value_added"].sum(),
        found["world", "sink"]["foreign_value_added"].sum(),
        rtol=0,
        atol=1e-9 * np.abs(exports).max(),
    )


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_terms_of_the_exporter_from_the_extracted_inverse(seed: int) -> None:
    """B without inputs exported by s, made explicitly."""
    table = random_chains(seed)
    system = chains(table)
    exports, B = gross_exports(system), inverse(table)
    scale = np.abs(exports).max()
    source, sink = (borin_mancini_terms(system, "exporter", a) for a in ("source", "sink"))
    v, outside, Y = system.value_added, system.imported, system.final
    for s, here in enumerate(system.blocks):
        cut = table.A.copy()
        cut[here] = 0.0
        cut[here, here] = table.A[here, here]
        inner = np.linalg.inv(np.eye(len(cut)) - cut)
        foreign = v.copy()
        foreign[here] = 0.0
        foreign = foreign + outside
        np.testing.assert_allclose(
            source["foreign_value_added"][here],
            (foreign @ inner)[here, None] * exports[here],
            atol=1e-9 * scale,
        )
        demand = Y.copy()
        demand[here] = 0.0
        demand[here, s] = Y[here, s]
        output = inner @ demand
        for r, there in enumerate(system.blocks):
            if r == s:
                continue
            kept = Y[here, r] + table.A[here, there] @ output[there].sum(1)
            own = v[here] @ B[here, here]
            np.testing.assert_allclose(sink["domestic_value_added"][here, r], own * kept, atol=1e-9 * scale)
            back = own * (table.A[here, there] @ output[there, s])
            np.testing.assert_allclose(sink["returned"][here, r], back, atol=1e-9 * scale)
            importer = own * (Y[here, r] + table.A[here, there] @ output[there, r])
            np.testing.assert_allclose(sink["absorbed_by_importer"][here, r], importer, atol=1e-9 * scale)


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_levels_add_up(seed: int) -> None:
    table = random_chains(seed)
    for make in (koopman_wang_wei, borin_mancini):
        frames = {by: make(table, by=by).frame for by in ("region", "industry", "flow", "flow_industry")}
        figures = [c for c in frames["region"] if c not in ("region", "industry", "region_to")]
        whole = frames["region"].set_index("region")[figures]
        for frame in frames.values():
            summed = frame.groupby("region")[figures].sum().reindex(whole.index)
            np.testing.assert_allclose(summed, whole, atol=1e-8 * np.abs(whole.to_numpy()).max())
        assert np.abs(whole["residual"]).max() < 1e-10 * np.abs(whole["gross_exports"]).max()
        assert not (frames["flow"]["region"] == frames["flow"]["region_to"]).any()


def test_without_negative_flows_no_term_is_negative() -> None:
    for seed in range(20):
        system = chains(positive_chains(seed, abroad=bool(seed % 2)))
        every = [kww_terms(system)] + [
            borin_mancini_terms(system, p, a) for p in ("exporter", "world") for a in ("source", "sink")
        ]
        assert min(v.min() for terms in every for v in terms.values()) > -1e-9


def test_results_speak_both_languages_and_say_what_abroad_is() -> None:
    table = random_chains(3, abroad=True)
    for result in (koopman_wang_wei(table), borin_mancini(table, perspective="world", approach="sink")):
        assert "abroad" in set(result.frame["region_to"])
        assert "outside the table" in result.note.en
        assert "表外" in result.note.zh
        assert all(c.label.en and c.label.zh for c in result.columns)
        assert all(c.unit == "EUR" for c in result.figures)


def test_an_absent_industry_has_no_figures() -> None:
    table = IOTable.from_arrays(
        [[1.0, 2.0, 1.0], [2.0, 1.0, 2.0], [1.0, 0.0, 2.0]],
        [[4.0, 1.0], [2.0, 3.0], [1.0, 5.0]],
        labels=[("a", "coal"), ("a", "steel"), ("b", "steel")],
        categories=["final"],
    )
    frame = koopman_wang_wei(table, by="industry").frame
    assert list(zip(frame["region"], frame["industry"], strict=True)) == list(table.labels)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"by": "country"}, "no level"),
        ({"approach": "middle"}, "no approach"),
        ({"perspective": "us"}, "no persp"),
    ],
)
def test_unknown_options(options: dict[str, str], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        borin_mancini(random_chains(1), **options)  # type: ignore[arg-type]


def test_no_exports() -> None:
    with pytest.raises(StudyError, match="exports anything"):
        koopman_wang_wei(IOTable.from_arrays([[1.0]], [[2.0]], regions=["a"], categories=["final"]))


def test_final_demand_must_be_by_region() -> None:
    table = IOTable.from_arrays([[1.0, 1.0], [1.0, 1.0]], [2.0, 2.0], regions=["a", "b"], industries=["i"])
    with pytest.raises(StudyError, match="not by region"):
        koopman_wang_wei(table)


def test_a_region_may_not_be_called_abroad() -> None:
    table = IOTable.from_arrays(
        [[1.0, 1.0], [1.0, 1.0]],
        [[1.0, 1.0]] * 2,
        regions=["a", "abroad"],
        industries=["i"],
        categories=["f"],
    )
    with pytest.raises(StudyError, match="called 'abroad'"):
        koopman_wang_wei(table)


def test_a_region_without_an_answer_of_its_own_is_refused() -> None:
    """The table as a whole is productive, but a region alone would use up just what it makes."""
    table = IOTable.from_arrays(
        [[10.0, -5.0], [5.0, 0.0]],
        [[3.0, 2.0], [1.0, 4.0]],
        regions=["a", "b"],
        industries=["i"],
        categories=["f"],
    )
    np.testing.assert_allclose(table.solve(table.Y.sum(1)), table.x)
    for make in (koopman_wang_wei, borin_mancini):
        with pytest.raises(StudyError, match="no unique answer"):
            make(table)
