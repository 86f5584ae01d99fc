"""The state of monitoring in a small study, reckoned by hand; the preset; targets made of a plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hinterland import monitor, plan
from hinterland.monitor.progress import scores_frame
from hinterland.study import Study, StudyError, open_study
from monitored_study import write_monitored_study
from studies import write_small_study


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_monitored_study(tmp_path_factory.mktemp("monitored") / "study")


@pytest.fixture(scope="module")
def study(home: Path) -> Study:
    return open_study(home)


@pytest.fixture(scope="module")
def found(study: Study) -> monitor.State:
    return monitor.state(study)


def row(frame: pd.DataFrame, region: str, code: str) -> pd.Series:
    return frame.set_index(["region", "monitored"]).loc[(region, code)]


def test_progress_by_hand(found: monitor.State) -> None:
    """Jobs in the hills: 10 in 2025, 20 wanted by 2030, so 14 are due by the end of 2027; there are 15."""
    assert (found.period, found.last) == ("2027", "2026")
    jobs = row(found.progress, "hills", "jobs")
    assert (jobs["value"], jobs["base"], jobs["target"], jobs["due"]) == (15, 10, 20, 14)
    assert jobs["pace"] == pytest.approx(5 / 4)
    assert jobs["attainment"] == pytest.approx(0.75)
    assert jobs["light"] == "green"
    # the plain has a target of its own: ten per cent a year on 16; it stood still
    own = row(found.progress, "plain", "jobs")
    assert own["target"] == pytest.approx(16 * 1.1**5)
    assert (own["pace"], own["light"]) == (0, "red")
    # fewer are better: from 100 to 50; the hills are on the line, the plain went the other way
    assert row(found.progress, "hills", "smoke")["pace"] == pytest.approx(1)
    assert row(found.progress, "plain", "smoke")["pace"] == pytest.approx(-0.5)
    # the band from 2 to 4: 5 parts are 80 % of right, 1 part is half
    assert row(found.progress, "hills", "mix")["light"] == "amber"
    assert row(found.progress, "plain", "mix")["light"] == "red"


def test_lights_that_turned(found: monitor.State) -> None:
    turned = {(r.region, r.monitored): (r.light_before, r.light) for r in found.turned().itertuples()}
    assert turned == {("hills", "mix"): ("green", "amber"), ("plain", "mix"): ("green", "red")}


def test_figures_overdue_give_no_light(found: monitor.State) -> None:
    """Forest cover is from 2020: seven years behind."""
    forest = row(found.progress, "hills", "area")
    assert (forest["period"], forest["behind"], forest["light"]) == ("2020", 7, "unknown")
    warned = found.results["monitor_warnings"].frame
    assert set(warned.loc[warned["monitored"] == "area", "cause"]) == {"overdue"}


def test_scores_by_hand(found: monitor.State) -> None:
    """Weights 30:10 for targets, 2:1:1 for results; two hosts, so that level and change are 0 or 1.

    Hills: targets (30 x 0.75 + 10 x 50/80) / 40. Level: jobs 0 (15 against 16), smoke 1, mix 0.8.
    Change: jobs 1, smoke 1. Results 0.4 x (0 x 2 + 1 + 0.8) / 4 + 0.6 x 1.
    """
    frame = found.results["monitor_scores"].frame.set_index(["region", "period"])
    hills = frame.loc[("hills", "2027")]
    targets = (30 * 0.75 + 10 * 0.625) / 40
    level, change = (0 * 2 + 1 + 0.8) / 4, 1.0
    assert hills["target_score"] == pytest.approx(100 * targets)
    assert hills["level_score"] == pytest.approx(100 * level)
    assert hills["change_score"] == pytest.approx(100 * change)
    results = 0.4 * level + 0.6 * change
    assert hills["result_score"] == pytest.approx(100 * results)
    assert hills["score"] == pytest.approx(100 * (0.2 * targets + 0.8 * results))
    assert (hills["rank"], frame.loc[("plain", "2027"), "rank"]) == (1, 2)
    assert hills["known_weight"] == pytest.approx(1)


def test_scores_do_not_depend_on_the_scale_of_the_weights_or_units(study: Study) -> None:
    made = monitor.monitored(study)
    frames = [("2027", monitor.state(study).progress)]
    before = scores_frame(made, frames)
    doubled = made.indicators.assign(
        target_weight=made.indicators["target_weight"] * 7,
        result_weight=made.indicators["result_weight"] * 3,
    )
    again = scores_frame(monitor.Monitored(study, doubled, made.targets, made.observed, made.link), frames)
    pd.testing.assert_frame_equal(before, again)


def test_outlook_and_back_test(found: monitor.State) -> None:
    outlook = found.results["monitor_outlook"].frame
    hills, plain = row(outlook, "hills", "jobs"), row(outlook, "plain", "smoke")
    assert hills["forecast_low"] < hills["forecast"] < hills["forecast_high"]
    # growth of the logarithms, by hand: three more years at the mean rate of 2019-2027
    assert hills["forecast"] == pytest.approx(15 * (15 / 4) ** (3 / 8))
    assert hills["verdict"] == "likely"
    assert plain["verdict"] == "unlikely" and plain["chance"] < 0.01
    tests = found.results["monitor_backtest"].frame
    assert (tests["promised"] == 0.8).all() and (tests["factor"] >= 1).all()
    assert (tests["cases"] == 4).all()  # two hosts, two origins with three years after them


def test_control_charts_judge_only_what_follows_the_reference(found: monitor.State) -> None:
    control = found.results["monitor_control"].frame
    assert (control.loc[control["reference"], "signal"] == "").all()
    mine = control[(control["region"] == "hills") & (control["monitored"] == "smoke")]
    assert mine["period"].tolist() == [str(y) for y in range(2020, 2028)]
    newest = mine.iloc[-1]
    assert newest["change"] == pytest.approx(80 / 90 - 1)
    assert newest["signal"] == "beyond_3" and not newest["adverse"]  # less smoke is no alarm
    other = control[(control["region"] == "plain") & (control["monitored"] == "smoke")].iloc[-1]
    assert other["signal"] and other["adverse"]


def test_warnings_say_why_in_both_languages(found: monitor.State) -> None:
    warned = found.results["monitor_warnings"].frame
    causes = set(warned.loc[(warned["region"] == "plain") & (warned["monitored"] == "smoke"), "cause"])
    assert causes == {"behind", "unlikely", "out_of_control"}
    assert (warned["words_en"] != "").all() and (warned["words_zh"] != "").all()
    assert set(warned.loc[warned["monitored"] == "jobs", "owner_en"]) == {"Office"}
    both = monitor.system.owner_of("Statistics bureau|统计局")
    assert (both.en, both.zh) == ("Statistics bureau", "统计局")
    assert monitor.system.owner_of("Office").zh == "Office"
    first = warned["severity"].tolist()
    assert first == sorted(first)  # high before medium


def test_an_earlier_period_is_as_it_was(study: Study) -> None:
    earlier = monitor.state(study, "2026")
    assert earlier.last == "2025"
    assert row(earlier.progress, "hills", "jobs")["value"] == 12
    assert "2027" not in set(earlier.results["monitor_control"].frame["period"])
    with pytest.raises(StudyError, match="2031"):
        monitor.state(study, "2031")


def test_nothing_to_monitor_is_said(small_study: Study) -> None:
    with pytest.raises(StudyError, match="no indicators to monitor"):
        monitor.state(small_study)


def test_the_preset_is_the_published_one(tmp_path: Path) -> None:
    """皖政办秘〔2010〕126号, annex 2: 20 indicators, 11 of them with targets; weights add up to 100."""
    table = monitor.preset_indicators()
    assert len(table) == 20
    assert table["target_weight"].notna().sum() == 11
    assert table["target_weight"].sum() == table["result_weight"].sum() == 100
    assert table.set_index("name_zh")["target_weight"]["财政收入"] == 12
    assert table.set_index("name_zh")["result_weight"]["科技创新贡献率"] == 6
    # it is a table that a study reads as it stands
    home = write_small_study(tmp_path / "study")
    table.to_csv(home / "monitor_indicators.csv", index=False)
    read = open_study(home).frames["monitor_indicators"]
    assert read["result_weight"].sum() == 100 and (read["direction"] != "").all()


def test_targets_of_a_plan_are_what_the_plan_says(full_study: Study, tmp_path: Path) -> None:
    best = plan.optimise(full_study, objective="value_added")
    tables = {r.name: r for r in best.results().values()}
    made = monitor.plan_targets(best, tables)
    frame = made.frame.set_index(["monitored", "region", "year"])["target"]
    phases = full_study.phases()
    by_host = best.transfer.sum(["origin", "industry"])
    for host in full_study.hosts:
        total = 0.0
        for phase in phases:
            total += float(by_host.sel(host=host, phase=phase.code))
            assert frame["plan_output", host, phase.end] == pytest.approx(total)
        jobs = float(
            (best.intake.isel(phase=-1) * best.data.gains["employment"]).sum("industry").sel(host=host)
        )
        assert frame["plan_employment", host, phases[-1].end] == pytest.approx(jobs)
        limits = tables["plan_limits"].frame
        mine = limits[
            (limits["region"] == host)
            & limits["phase"].str.endswith(phases[-1].code)
            & (limits["resource"] != "")
        ]
        left = (1 - mine["used"] / mine["limit"]).min()
        assert frame["plan_headroom", host, phases[-1].end] == pytest.approx(max(0, left), abs=1e-9)
    # as tables of a study they are read and in order, and a host on the plan's path is green
    home = write_small_study(tmp_path / "study", full=True)
    for name, table in monitor.as_study_tables(full_study, made).items():
        table.to_csv(home / f"{name}.csv", index=False)
    file = tmp_path / "figures.csv"
    end = phases[0].end
    host = full_study.hosts[0]
    due, cap = frame["plan_output", host, end], frame["plan_co2", host, end]
    file.write_text(
        f"monitored,region,period,value\nplan_output,{host},{end},{due}\nplan_co2,{host},{end},{cap * 1.5}\n"
    )
    monitor.record(home, file, by="A")
    state = monitor.state(open_study(home))
    assert row(state.progress, host, "plan_output")["light"] == "green"
    assert row(state.progress, host, "plan_output")["pace"] == pytest.approx(1)
    # half as much again as the cap allows: two thirds of right
    assert row(state.progress, host, "plan_co2")["pace"] == pytest.approx(2 / 3)
    assert row(state.progress, host, "plan_co2")["light"] == "red"


def test_the_built_in_example(southwest: Study) -> None:
    """The R&D target is the national one of the 14th Five-Year Plan, 7 % a year from the figure of 2020."""
    found = monitor.state(southwest)
    assert found.period == "2023"
    mine = row(found.progress, "CN-SC", "rd_spending")
    base = float(southwest["indicators"].sel(indicator="rd_expenditure", region="CN-SC", year=2020))
    assert mine["target"] == pytest.approx(base * 1.07**5)
    assert mine["target_basis"] == "published"
    note = found.results["monitor_progress"].note
    assert (
        "14th Five-Year Plan" in note.en and "laid on every host" in note.en and "十四个五年规划" in note.zh
    )
    basis = found.progress.set_index("monitored")["target_basis"]
    assert set(basis.drop("rd_spending")) == {"assumed"}
    tests = found.results["monitor_backtest"].frame
    tested = tests[tests["cases"] >= 50]
    assert len(tested) >= 4
    # what the plain interval covered of real outcomes lies between half and nine tenths
    assert tested["covered_share"].between(0.5, 0.95).all()
    assert np.isfinite(found.results["monitor_scores"].frame["score"]).all()


def test_quarters(tmp_path: Path) -> None:
    """Jobs by quarter: what is due grows within the year, and a year ahead is four steps of the forecast."""
    home = write_monitored_study(tmp_path / "study", ledger=False)
    (home / "monitor_targets.csv").write_text(
        "monitored,region,year,base_year,base,target,basis\njobs,,2026,2024,0,80,assumed\n"
    )
    quarters = [f"{y}Q{q}" for y in (2024, 2025) for q in (1, 2, 3, 4)][1:7]  # 2024Q2 to 2025Q3
    rows = [f"jobs,hills,{p},{10 * (k + 1)}" for k, p in enumerate(quarters)]
    file = tmp_path / "figures.csv"
    file.write_text("\n".join(["monitored,region,period,value", *rows]) + "\n")
    monitor.record(home, file, by="A")
    found = monitor.state(open_study(home), "2025Q3")
    jobs = row(found.progress, "hills", "jobs")
    # three quarters of the first of two years
    assert jobs["due"] == pytest.approx(80 * 0.375)
    assert jobs["pace"] == pytest.approx(60 / 30)
    assert found.last == "2025Q2" and jobs["previous"] == 50
    outlook = row(found.results["monitor_outlook"].frame, "hills", "jobs")
    assert outlook["forecast"] == pytest.approx(60 * 6 ** (5 / 5))  # five more quarters at 6^(1/5) a quarter
    assert found.results["monitor_backtest"].frame["horizon"].tolist() == [5]


def test_the_chain_is_the_same_in_a_workbook(home: Path, tmp_path: Path) -> None:
    """A ledger opened in a spreadsheet and saved as it is holds the same entries: numbers as numbers."""
    import shutil

    other = tmp_path / "study"
    shutil.copytree(home, other)
    frame = pd.read_csv(other / "monitor_ledger.csv", encoding="utf-8-sig")
    (other / "monitor_ledger.csv").unlink()
    frame.to_excel(other / "monitor_ledger.xlsx", index=False, sheet_name="monitor_ledger")
    study = open_study(other)
    assert monitor.check_ledger(study) == ()
    assert monitor.monitored(study).link == monitor.monitored(open_study(home)).link
