"""The mechanism on the built-in study, and the words that the specifications allow."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hinterland.potential import upgrading_effects, upgrading_mediation, upgrading_spatial
from hinterland.potential.upgrading import Panel, build
from hinterland.potential.upgrading.effects import Effect
from hinterland.potential.upgrading.tables import SPECIFICATIONS, _verdict
from hinterland.study import Study, StudyError


@pytest.fixture(scope="module")
def panel(southwest: Study) -> Panel:
    return build(southwest)


def effect(estimate: float, p: float) -> Effect:
    return Effect(estimate, 1.0, estimate - 1, estimate + 1, p, p, 100, 20)


@pytest.mark.parametrize(
    ("changed", "basis", "said"),
    [
        ({}, "apart", "consistent"),
        ({"controls": effect(1, 0.2)}, "apart", "none"),
        ({"controls": effect(-1, 0.01)}, "apart", "against"),
        ({}, "output", "tied"),
        ({"flow": effect(1, 0.3)}, "composition", "fragile"),
        ({"lag": effect(-1, 0.01)}, "apart", "fragile"),
        ({"lead": effect(1, 0.01)}, "apart", "fragile"),
        ({"plain": effect(-1, 0.9)}, "apart", "consistent"),
    ],
)
def test_a_verdict_claims_no_more_than_all_specifications_allow(
    changed: dict[str, Effect], basis: str, said: str
) -> None:
    effects = {name: effect(1, 0.01) for name in SPECIFICATIONS} | {"lead": effect(0.1, 0.8)} | changed
    assert _verdict(effects, basis, 0.05) == said


def test_effects_of_the_built_in_study(southwest: Study, panel: Panel) -> None:
    effects, verdict = upgrading_effects(southwest, panel)
    frame = effects.frame.set_index(["outcome", "specification"])
    assert len(frame) == 4 * len(SPECIFICATIONS)
    assert (frame["low_bound"] <= frame["estimate"]).all() and frame["p"].between(0, 1).all()
    assert frame.loc[("wage", "controls"), "observations"] == 155
    assert frame.loc[("wage", "lag"), "observations"] == 124
    said = verdict.frame.set_index("outcome")["upgrading_verdict"]
    assert said.to_dict() == {
        "technology_share": "none",
        "complexity": "fragile",
        "productivity": "tied",
        "wage": "none",
    }
    assert frame.loc[("complexity", "controls"), "estimate"] == pytest.approx(0.052, abs=0.002)
    assert "not an experiment" in verdict.note.en and "并非实验" in verdict.note.zh
    assert "1997-2017" in effects.method.en and "catch-up" in effects.method.en


def test_channels_of_the_built_in_study(southwest: Study, panel: Panel) -> None:
    found = upgrading_mediation(southwest, panel)
    frame = found.frame
    assert set(frame["mediation"]) <= {"shown", "offset", "not_shown", "tied"}
    tied = frame[frame["mediation"] == "tied"]
    assert set(zip(tied["outcome"], tied["channel"], strict=True)) == {
        ("productivity", "innovation"),
        ("productivity", "capital"),
        ("productivity", "agglomeration"),
    }, "they hold employment on both sides"
    assert not (frame["mediation"] == "shown").any()
    assert np.allclose(frame["indirect"] + frame["direct"], frame["total"])
    clear = (frame["total_low"] > 0) | (frame["total_high"] < 0)
    assert frame.loc[~clear, "part"].isna().all(), "no share of an effect that may be nothing"
    assert "no data can test" in found.note.en


def test_neighbours_of_the_built_in_study(southwest: Study, panel: Panel) -> None:
    found = upgrading_spatial(southwest, panel)
    frame = found.frame.set_index(["outcome", "weights"])
    assert np.allclose(frame["direct"] + frame["indirect"], frame["total"])
    assert (frame["direct_low"] < frame["direct_high"]).all()
    assert (frame.loc["technology_share", "indirect_low"] > 0).all()
    again = upgrading_spatial(southwest, panel)
    assert again.frame.equals(found.frame), "same inputs, same figures"


def test_the_seed_and_the_draws_are_the_studys(southwest: Study, panel: Panel) -> None:
    few = southwest.with_parameter("potential.bootstrap_draws", 199)
    other = upgrading_mediation(few.with_parameter("seed", 7), panel).frame
    assert not np.allclose(other["indirect_low"], upgrading_mediation(few, panel).frame["indirect_low"])
    assert np.allclose(other["indirect"], upgrading_mediation(few, panel).frame["indirect"])


def test_too_few_regions_are_refused(southwest: Study, panel: Panel) -> None:
    few = {"region": list(southwest.hosts)}
    small = Panel(
        panel.transfer.sel(few),
        panel.flow.sel(few),
        {k: dataclasses.replace(v, values=v.values.sel(few)) for k, v in panel.variables.items()},
        (),
    )
    for question in (upgrading_effects, upgrading_mediation, upgrading_spatial):
        with pytest.raises(StudyError, match="ten regions"):
            question(southwest, small)
