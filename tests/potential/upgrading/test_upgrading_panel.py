"""The panel: what a region received, what is measured, and what cannot be."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hinterland.measure import competitive_effect
from hinterland.potential.upgrading import build, relative_net_flow, share_received
from hinterland.potential.upgrading.panel import TENTH, between, local_inputs, technology_share
from hinterland.study import Study, StudyError

SLOW = settings(deadline=None)
OUTPUT = hnp.arrays(float, (4, 3, 3), elements=st.floats(1.0, 1e3))


def labelled(values: np.ndarray) -> xr.DataArray:
    labels = {"region": list("abcd"), "industry": list("xyz"), "year": [2000, 2005, 2010]}
    return xr.DataArray(values, labels, ("region", "industry", "year"))


@SLOW
@given(OUTPUT, hnp.arrays(float, (3, 3), elements=st.floats(0.5, 3.0)))
def test_growth_of_an_industry_everywhere_is_not_received(values: np.ndarray, growth: np.ndarray) -> None:
    """The weights are means over years of the nation's mix, so only a common growth leaves them alone."""
    common = growth.mean(axis=0)
    assert np.allclose(share_received(labelled(values)), share_received(labelled(values * common)))
    still = np.repeat(values[:, :, :1], 3, axis=2) * growth[None]
    assert np.allclose(relative_net_flow(labelled(still)), 0.0, atol=1e-9)


def test_a_share_one_tenth_larger_counts_one() -> None:
    values = np.ones((4, 3, 3)) * 10.0
    values[0, :, 1] = 10 * 1.1 * 3 / (3 - 0.1)  # its share of every industry grows from 1/4 to 1.1/4
    found = share_received(labelled(values))
    assert float(found.sel(region="a", year=2005) - found.sel(region="a", year=2000)) == pytest.approx(1.0)
    assert pytest.approx(np.log(1.1)) == TENTH


@SLOW
@given(OUTPUT)
def test_the_flow_is_the_competitive_effect_over_expected_output(values: np.ndarray) -> None:
    output = labelled(values)
    for before, after in ((2000, 2005), (2005, 2010)):
        start, end = output.sel(year=before, drop=True), output.sel(year=after, drop=True)
        effect = competitive_effect(start, end).sum("industry")
        expected = end.sum("industry") - effect
        found = relative_net_flow(output).sel(year=after)
        assert np.allclose(found * 0.1, effect / expected, atol=1e-9)


def test_figures_between_observed_years_and_none_beyond() -> None:
    series = pd.DataFrame({2000: [1.0, np.nan], 2005: [3.0, 4.0], 2015: [9.0, 8.0]}, index=["a", "b"])
    found, filled = between(series, [1997, 2002, 2005, 2010], 5)
    assert found.loc["a", 2002] == pytest.approx(1.8) and found.loc["a", 2005] == 3.0
    assert np.isnan([found.loc["a", 1997], found.loc["b", 2002], found.loc["a", 2010]]).all()
    assert filled == (2002,)
    assert between(series, [2010], 10)[0].loc["b", 2010] == pytest.approx(6.0)


def test_the_panel_of_the_built_in_study(southwest: Study) -> None:
    panel = build(southwest)
    assert [v.code for v in panel.of("outcome")] == ["technology_share", "complexity", "productivity", "wage"]
    assert panel.variables["wage"].basis == "apart" and panel.variables["productivity"].basis == "output"
    assert panel.variables["complexity"].basis == "composition"
    regions, years = panel.block(*panel.of("outcome"), *panel.of("control"))
    assert len(regions) == 31 and years == [1997, 2002, 2007, 2012, 2017]
    assert panel.variables["innovation"].filled == (2002, 2007)
    assert panel.block(panel.variables["innovation"])[1] == [2002, 2007, 2012, 2017]
    assert "human_capital" not in panel.variables
    assert any("schooling" in text.en and "教育年限" in text.zh for text in panel.left_out)
    assert panel.variables["productivity"].shares(panel.variables["agglomeration"])
    assert not panel.variables["wage"].shares(panel.variables["agglomeration"])
    # the Southwest lost share until 2007 and gained it after
    hosts = panel.transfer.sel(region="CN-SC")
    assert float(hosts.sel(year=2007)) < float(hosts.sel(year=1997)) and float(hosts.sel(year=2017)) > float(
        hosts.sel(year=2007)
    )


def test_inputs_found_at_home_between_none_and_all(southwest: Study) -> None:
    output = southwest["gross_output"].transpose("region", "industry", "year").drop_attrs()
    found = local_inputs(southwest, output)
    assert ((found > 0) & (found <= 1)).all()
    same = output.copy(data=np.broadcast_to(output.sel(region=["CN-JS"]).to_numpy(), output.shape))
    assert np.allclose(local_inputs(southwest, same), 1.0), "where all are alike nothing is lacking"


def test_the_share_of_technology_is_the_studys_own_classes(southwest: Study) -> None:
    output = southwest["gross_output"].sel(industry=list(southwest.transferable))
    whole = southwest.with_parameter("potential.technology_classes", list(set(southwest.factor_class)))
    assert np.allclose(technology_share(whole, output), 1.0)
    none = southwest.with_parameter("potential.technology_classes", "moonshine")
    assert np.allclose(technology_share(none, output), 0.0)


def with_rows(study: Study, *rows: dict[str, str]) -> Study:
    columns = ["variable", "role", "indicator", "denominator", "scale"]
    table = pd.DataFrame([{c: row.get(c, "") for c in columns} for row in rows])
    return dataclasses.replace(study, frames={**study.frames, "upgrading": table})


def test_what_cannot_be_built_is_left_out_with_its_reason(southwest: Study) -> None:
    panel = build(
        with_rows(
            southwest,
            {"variable": "wage", "role": "outcome", "indicator": "average_wage", "scale": "log"},
            {"variable": "luck", "role": "channel"},
            {"variable": "patents", "role": "channel", "indicator": "moon_rocks"},
        )
    )
    assert list(panel.variables) == ["wage"]
    said = " ".join(text.en for text in panel.left_out)
    assert "'luck'" in said and "'moon_rocks'" in said


def test_a_study_that_does_not_say_is_refused(small_study: Study) -> None:
    with pytest.raises(StudyError, match="does not say what upgrading is measured by"):
        build(small_study)
    with pytest.raises(StudyError, match="four years; there are 3"):
        build(with_rows(small_study, {"variable": "complexity", "role": "outcome"}))
