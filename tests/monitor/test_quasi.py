"""Past policies of the built-in study: honest, repeatable, and refused where the study cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from hinterland.monitor import event_study, quasi_experiments, quasi_panel
from hinterland.study import Study, StudyError


def test_western_development(southwest: Study) -> None:
    verdicts, threats, designs, paths, bounds, left_out, rings = quasi_experiments(southwest)
    frame = verdicts.frame.set_index("evaluation")
    assert list(frame.index) == ["west_investment", "west_wage", "west_employment"]
    # investment per head rose, but regions were parting before: no design may call that supported
    assert frame.loc["west_investment", "low"] > 0
    assert frame.loc["west_investment", "verdict"] == "fragile"
    assert "A false date 3 periods before" in frame.loc["west_investment", "reasons_en"]
    assert set(frame["verdict"]) <= {"supported", "fragile", "not_detected"}
    assert list(threats.frame["evaluation"]) == list(frame.index)
    assert (
        threats.frame["threats_en"].str.len().min() > 50 and threats.frame["threats_zh"].str.len().min() > 30
    )
    assert set(designs.frame["design"]) == {
        *(
            "event_study",
            "sun_abraham",
            "imputation",
            "synthetic_did",
            "wild_bootstrap",
            "spillover",
            "false_date",
        ),
    }
    # one date, no covariates: Callaway-Sant'Anna and Sun-Abraham are the same figure
    by = designs.frame.set_index(["evaluation", "design"])["effect"]
    for code in frame.index:
        assert by[code, "sun_abraham"] == pytest.approx(by[code, "event_study"], abs=1e-9)
    # regions nearby are set apart: with them as controls the effect on investment looks larger than it is
    assert list(rings.frame["evaluation"]) == list(frame.index) and (rings.frame["units"] == 21).all()
    assert by["west_investment", "spillover"] < by["west_investment", "event_study"]
    assert "Butts" in frame.loc["west_investment", "reasons_en"]
    assert left_out.frame.groupby("evaluation").size().tolist() == [11, 11, 11]
    assert set(left_out.frame["left_out"]) <= set(southwest.regions)
    assert set(paths.frame["event_time"]) == set(range(-10, 13)) - {-1}
    assert np.all(bounds.frame["low"] < bounds.frame["high"])
    again = quasi_experiments(southwest)[0].frame
    assert again.equals(verdicts.frame)


def test_the_panel_leaves_out_whoever_has_gaps(southwest: Study) -> None:
    panel = quasi_panel(southwest, "west_investment")
    units = set(panel.frame["unit"])
    assert "CN-CQ" not in units and len(units) == 30 and panel.treated == 11
    wide = panel.frame.pivot(index="unit", columns="time", values="outcome")
    treated = panel.by_unit.reindex(wide.index) == 2000
    base = wide.loc[:, list(range(2000, 2013))].mean(axis=1) - wide[1999]
    naive = base[treated].mean() - base[~treated].mean()
    assert event_study(panel).effect == pytest.approx(naive, abs=1e-10)


def test_a_study_without_evaluations_says_what_it_needs(small_study: Study, southwest: Study) -> None:
    with pytest.raises(StudyError, match="evaluation_regions"):
        quasi_experiments(small_study)
    with pytest.raises(StudyError, match="west_investment"):
        quasi_panel(southwest, "nothing")
