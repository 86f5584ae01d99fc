"""One call per question: every design that suits, what does not and why, a verdict that can be defended."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from panels import made, neighbours

from hinterland import cli
from hinterland.monitor import PanelError, evaluate, read_panel
from hinterland.monitor.question import DESIGNS
from hinterland.study import StudyError


def test_a_clear_effect_is_supported_by_all_designs() -> None:
    answer = evaluate(made(4, effect=1.5, cohorts=(5,), share=0.4), outcome="y")
    assert answer.verdict == "supported"
    assert set(answer.designs) == {
        *("event_study", "sun_abraham", "imputation", "synthetic_did", "wild_bootstrap", "false_date"),
    }
    assert set(answer.skipped) == {"spillover"} and "No distances" in answer.reasons.en
    for name, design in answer.designs.items():
        truth = 0.0 if name == "false_date" else 1.5
        assert design.effect == pytest.approx(truth, abs=0.4)
    tables = answer.results()
    assert set(tables) == {
        *("policy_verdict", "policy_designs", "policy_checks", "policy_path", "policy_bounds"),
        *("policy_left_out", "policy_skipped"),
    }
    assert len(tables["policy_left_out"].frame) == 16
    for table in tables.values():
        assert table.title.zh != table.title.en
        assert all(c.label.zh != c.label.en for c in table.columns)


def test_designs_that_do_not_suit_are_skipped_and_say_why() -> None:
    answer = evaluate(made(4, effect=1.5), outcome="y")
    assert "2 times" in answer.skipped["synthetic_did"].en
    assert "2个" in answer.skipped["wild_bootstrap"].zh
    holed = evaluate(made(4, effect=1.5).drop(index=5), outcome="y", gaps=True, draws=19)
    assert "gaps" in holed.skipped["synthetic_did"].en
    equal = evaluate(made(4, cohorts=(5,)), outcome="y")  # as many treated as controls
    assert "uncertainty" in equal.skipped["synthetic_did"].en


def test_trends_that_part_are_fragile_and_nothing_is_not_detected() -> None:
    bent = evaluate(made(6, trend=0.5, cohorts=(6,)), outcome="y")
    assert bent.verdict == "fragile"
    assert "moved differently" in bent.reasons.en and "false date" in bent.reasons.en
    # no effect: called supported in about 5 % at most (all designs and checks must agree)
    quiet = [
        evaluate(made(s, units=16, effect=0.0, share=0.4), outcome="y", draws=39).verdict for s in range(12)
    ]
    assert quiet.count("supported") <= 2  # more with a probability of 0.02 at 5 %


def test_one_treated_unit_is_judged_by_its_placebos() -> None:
    frame = made(2, cohorts=(6,), share=0.025, effect=3.0, times=10)
    twin = frame[frame["treated_from"] > 0].assign(region="twin", treated_from=0)
    twin["y"] = twin["y"] - 3.0 * (twin["year"] >= 6)
    answer = evaluate(pd.concat([frame, twin]), outcome="y")
    assert answer.main.method == "synthetic_control" and answer.verdict == "supported"
    assert "leave_one_out" in answer.skipped


def test_with_distances_the_total_effect_is_the_main_one() -> None:
    frame, distance = neighbours(1)
    answer = evaluate(frame, outcome="y", distance=distance, rings=[12])
    assert answer.main.method == "spillover" and "spillover" not in answer.skipped
    assert set(answer.results()) >= {"spillover_rings", "spillover_bias"}
    near = evaluate(frame, outcome="y", distance=distance, rings=[500])
    assert near.spilled is None and "out of reach" in near.skipped["spillover"].en


def test_a_large_panel_goes_to_what_can_bear_it_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("ROWS", 200), ("MANY_UNITS", 20), ("MANY_CLUSTERS", 10)):
        monkeypatch.setattr(f"hinterland.monitor.question.{name}", most)
    answer = evaluate(made(4, effect=1.5, cohorts=(5,), share=0.4), outcome="y")
    assert set(answer.designs) == {"event_study", "imputation", "false_date"}
    large = {"sun_abraham", "synthetic_did", "wild_bootstrap", "reassigned", "leave_one_out"}
    assert large <= set(answer.skipped)
    assert all("more than" in answer.skipped[name].en for name in large)
    assert answer.p != answer.p and answer.main.effect == pytest.approx(1.5, abs=0.3)


def test_a_bad_panel_is_no_question() -> None:
    with pytest.raises(PanelError) as caught:
        evaluate(made(1).pipe(lambda f: f[f["treated_from"] > 0]), outcome="y")
    assert caught.value.problems == ("no_controls",)


def test_panels_of_every_form_read_alike(tmp_path: Path) -> None:
    frame = made(1)
    frame.to_csv(tmp_path / "p.csv", index=False)
    frame.to_csv(tmp_path / "p.tsv", index=False, sep="\t")
    frame.to_stata(tmp_path / "p.dta", write_index=False)
    frame.to_excel(tmp_path / "p.xlsx", index=False)
    frame.to_parquet(tmp_path / "p.parquet")
    for form in ("csv", "tsv", "dta", "xlsx", "parquet"):
        found = read_panel(tmp_path / f"p.{form}")
        assert np.allclose(found["y"], frame["y"], rtol=1e-15)
        assert found["region"].tolist() == frame["region"].tolist()
    frame.rename(columns={"y": "产值"}).to_csv(tmp_path / "g.csv", index=False, encoding="gb18030")
    assert "产值" in read_panel(tmp_path / "g.csv").columns
    (tmp_path / "no.xlsx").write_bytes(b"PK no")
    (tmp_path / "no.dta").write_bytes(b"no")
    (tmp_path / "no.txt").write_bytes(b"no")
    (tmp_path / "no.csv").write_bytes(b"")
    for name in ("no.xlsx", "no.dta", "no.txt", "no.csv", "none.csv"):
        with pytest.raises(StudyError, match=name):
            read_panel(tmp_path / name)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(["evaluate", *(str(a) for a in arguments)])
        told = capsys.readouterr()
        return int(str(end.value.code or 0)), told.out + told.err

    frame, distance = neighbours(1)
    file, apart = tmp_path / "p.csv", tmp_path / "d.csv"
    frame.to_csv(file, index=False)
    distance.to_csv(apart)
    code, told = call(
        "--panel", file, "--outcome", "y", "--distances", apart, "--ring", 12, "-o", tmp_path / "out",
        "--language", "zh",
    )  # fmt: skip
    assert code == 0 and "支持" in told
    assert (tmp_path / "out" / "spillover_rings.csv").is_file() or list(
        tmp_path.glob("out/**/spillover_rings*")
    )
    assert call("--panel", file, "--outcome", "y", "--ring", 3)[0] == 1
    assert call("--panel", file)[0] == 1
    assert call("--panel", file, "--outcome", "y", "-t", "nothing")[0] == 1
    frame.assign(treated_from="从未").to_csv(file, index=False)
    code, told = call("--panel", file, "--outcome", "y")
    assert code == 1 and "Traceback" not in told and "whole number" in told


def test_every_design_has_its_words() -> None:
    assert all(text.en and text.zh for text in DESIGNS.values())
    assert "diff_diff" in sys.modules
