from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hinterland.simulate import Scenario, compare_models, impact
from hinterland.study import Study, StudyError

SCENARIO = Scenario("s").relocate("textiles", "coast", "hills", share=0.5)


def test_models_side_by_side(full_study: Study) -> None:
    first = impact(full_study, SCENARIO)
    half = first.baseline + (first.result - first.baseline) * 0.5
    half["output"].loc[{"region": "plain"}] = first.baseline["output"].sel(region="plain") - 5
    other = replace(first, model="equilibrium", result=half.transpose("time", "region", "industry"))
    table = compare_models([first, other], study=full_study)
    frame = table.frame.set_index("region")
    assert frame.loc["coast", "change_equilibrium"] == pytest.approx(frame.loc["coast", "change_impact"] / 2)
    assert frame.loc["coast", "agree"] == "yes"
    assert (frame.loc["plain", "agree"] == "no") == (frame.loc["plain", "change_impact"] > 0)
    # how large each is comes from the figures, whichever is the larger
    size = frame[["change_impact", "change_equilibrium"]].abs().sum()
    assert f"{size.iloc[1] / size.iloc[0]:.0%}" in table.note.en and "绝对值之和" in table.note.zh
    larger = replace(first, model="equilibrium", result=first.baseline + 3 * (first.result - first.baseline))
    assert "equilibrium 300%" in compare_models([first, larger]).note.en
    assert "wages" in table.method.en and "工资" in table.method.zh
    assert np.isfinite(frame["base"]).all()
    assert "industry" in compare_models([first], over="industry").frame


def test_what_cannot_be_compared_is_refused(full_study: Study, tiny_study: Study) -> None:
    first = impact(full_study, SCENARIO)
    with pytest.raises(StudyError, match="no outcome"):
        compare_models([])
    with pytest.raises(StudyError, match="comes twice"):
        compare_models([first, first])
    with pytest.raises(StudyError, match="different scenarios"):
        compare_models(
            [first, replace(first, model="equilibrium", scenario=Scenario("t").demand(factor=1.1))]
        )
    with pytest.raises(StudyError, match="same accounts"):
        compare_models([first, replace(first, model="equilibrium", baseline=first.baseline * 2)])
    with pytest.raises(StudyError, match="no 'prices'"):
        compare_models([first], variable="prices")
