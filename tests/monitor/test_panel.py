"""Bad panels are refused, each with its own reason; a good one is known by its hash."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from panels import made

from hinterland.monitor import PanelError, check_panel, event_study, synthetic_control, synthetic_did

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def nothing_before(frame: pd.DataFrame) -> pd.DataFrame:
    frame.loc[frame["region"].isin(["u01", "u02"]), "treated_from"] = 1
    return frame


def changing(frame: pd.DataFrame) -> pd.DataFrame:
    frame.loc[frame.index[(frame["region"] == "u03")][0], "treated_from"] = 5
    return frame


BAD: dict[str, Spoil] = {
    "duplicates": lambda f: pd.concat([f, f.head(2)]),
    "gaps": lambda f: f.drop(index=f.index[5]),
    "no_controls": lambda f: f[f["treated_from"] > 0],
    "nobody_treated": lambda f: f.assign(treated_from=np.nan),
    "one_cluster": lambda f: f.assign(cluster="all"),
    "treated_from_the_start": nothing_before,
    "cohort": changing,
    "missing": lambda f: f.assign(y=f["y"].where(f.index != 7)),
    "columns": lambda f: f.drop(columns="y"),
    "dates": lambda f: f.assign(
        treated_from=f["treated_from"].astype(object).where(f["region"] != "u01", "2005年")
    ),
    "clusters_change": lambda f: f.assign(cluster=f["year"] > 4),
    "empty": lambda f: f.iloc[:0],
    "time": lambda f: f.assign(year=f["year"] + 0.5),
}


@pytest.mark.parametrize("reason", BAD)
def test_each_bad_panel_has_its_own_refusal(reason: str) -> None:
    frame = BAD[reason](made(1))
    with pytest.raises(PanelError) as caught:
        check_panel(frame, outcome="y", cluster="cluster" if "cluster" in frame else None)
    assert caught.value.problems == (reason,)
    assert caught.value.words.zh != caught.value.words.en and caught.value.mend_words.zh


@pytest.mark.parametrize("reason", ["duplicates", "gaps", "no_controls", "treated_from_the_start"])
@pytest.mark.parametrize("design", [event_study, synthetic_control, synthetic_did])
def test_every_design_refuses_a_bad_panel(reason: str, design: Callable[..., object]) -> None:
    with pytest.raises(PanelError) as caught:
        design(BAD[reason](made(1)), outcome="y")
    assert caught.value.problems == (reason,)


def test_all_that_is_wrong_is_said_at_once() -> None:
    frame = made(1)
    frame = pd.concat([frame[frame["treated_from"] > 0], frame[frame["treated_from"] > 0].head(1)])
    with pytest.raises(PanelError) as caught:
        check_panel(frame.assign(cluster=1), outcome="y", cluster="cluster")
    assert set(caught.value.problems) == {"duplicates", "no_controls", "one_cluster"}


def test_gaps_can_be_allowed() -> None:
    frame = made(1).drop(index=5)
    assert not check_panel(frame, outcome="y", gaps=True).balanced
    assert check_panel(made(1), outcome="y").balanced


def test_the_hash_knows_the_data_and_not_the_order_of_the_rows() -> None:
    frame = made(1)
    one = check_panel(frame, outcome="y")
    assert one.hash == check_panel(frame.sample(frac=1, random_state=0), outcome="y").hash
    assert one.hash != check_panel(frame.assign(y=frame["y"] + 1e-12), outcome="y").hash
    assert one.facts() == {
        "units": 40,
        "times": 8,
        "treated": 20,
        "never_treated": 20,
        "cohorts": 2,
        "clusters": 40,
    }


def test_dates_between_periods_columns_twice_blank_clusters_and_negative_anticipation() -> None:
    frame = made(1)
    late = frame.assign(treated_from=frame["treated_from"] + 0.5 * (frame["treated_from"] > 0))
    with pytest.raises(PanelError, match=r"4\.5") as caught:
        check_panel(late, outcome="y")
    assert caught.value.problems == ("dates",)
    with pytest.raises(PanelError, match="twice"):
        check_panel(pd.concat([frame, frame[["y"]]], axis=1), outcome="y")
    holed = frame.assign(cluster=frame["region"].where(frame["region"] != "u05"))
    with pytest.raises(PanelError, match="blank in 8 rows") as caught:
        check_panel(holed, outcome="y", cluster="cluster")
    assert caught.value.problems == ("missing",)
    with pytest.raises(PanelError, match="-1"):
        check_panel(frame, outcome="y", anticipation=-1)
    for roles in (
        {"outcome": "year"},
        {"outcome": "y", "covariates": ["y"]},
        {"outcome": "y", "unit": "year"},
    ):
        with pytest.raises(PanelError) as caught:
            check_panel(frame, **roles)  # type: ignore[arg-type]
        assert caught.value.problems == ("roles",)
    with pytest.raises(PanelError, match="2 periods of anticipation"):
        check_panel(
            frame.assign(treated_from=frame["treated_from"].replace(4, 3)), outcome="y", anticipation=2
        )
    with pytest.raises(PanelError, match="No outcome"):
        check_panel(frame, outcome="")


def test_whoever_is_treated_after_the_last_figure_is_a_control() -> None:
    frame = made(1)
    later = frame.assign(treated_from=frame["treated_from"].replace(0, 99))
    assert check_panel(later, outcome="y").hash == check_panel(frame, outcome="y").hash
    # unless it may act before its date and within the panel
    soon = frame.assign(treated_from=frame["treated_from"].replace(0, 9))
    assert check_panel(soon, outcome="y", anticipation=1).treated == 40


def test_blank_zero_and_infinite_are_never() -> None:
    frame = made(1)
    blank = frame.assign(treated_from=frame["treated_from"].replace(0, np.nan))
    endless = frame.assign(treated_from=frame["treated_from"].astype(float).replace(0, np.inf))
    hashes = {check_panel(f, outcome="y").hash for f in (frame, blank, endless)}
    assert len(hashes) == 1


def test_missing_figures_do_not_hide_the_other_faults() -> None:
    frame = pd.DataFrame({"region": ["a", "a", "b", "b", "a"], "year": [1, 2, 1, 2, 1]})
    frame = frame.assign(y=[1.0, np.nan, 2.0, 3.0, 1.0], treated_from=[1, 1, 1, 1, 1])
    with pytest.raises(PanelError) as caught:
        check_panel(frame, outcome="y")
    assert {"missing", "duplicates", "treated_from_the_start", "no_controls"} <= set(caught.value.problems)
