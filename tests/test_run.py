"""The whole chain: what it writes, that it writes it twice alike, and that it writes all or nothing."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hinterland import report, run
from hinterland.report.chapters import CHAPTERS
from hinterland.run import RunSummary
from hinterland.steps import STEPS
from hinterland.study import Study, StudyError, open_study
from studies import write_small_study

# what a plan, its consequences and its risks cannot do without
ESSENTIAL = {
    "host_share",
    "share_change",
    "shift_share",
    "reconciliation",
    "multipliers",
    "derived_data",
    "gradient",
    "plan_transfers",
    "plan_verification",
    "frontier",
    "impact_by_region",
    "risk_register",
}


LACKING = {"ellison_glaeser", "reception_models", "reception_summary"}


def hashes(directory: Path) -> dict[str, str]:
    return {
        str(p.relative_to(directory)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(directory.rglob("*"))
        if p.is_file() and p.name not in ("manifest.json", "index.html")
    }


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSummary, RunSummary]:
    folder = tmp_path_factory.mktemp("twice")
    return run.run("southwest", folder / "one"), run.run("southwest", folder / "two")


def test_the_built_in_study_gives_everything(twice: tuple[RunSummary, RunSummary]) -> None:
    summary = twice[0]
    assert summary.findings.keys() >= {
        *ESSENTIAL,
        "capacity",
        "history",
        "claims",
        "pathway",
        "plan_comparison",
    }
    # there are no plant sizes and no register of projects in it
    assert {left.part for left in summary.left_out} == LACKING
    assert summary.report.is_file()
    for name in summary.findings:
        assert (summary.directory / "tables" / f"{name}.parquet").is_file()


def test_every_result_stands_in_a_chapter(twice: tuple[RunSummary, RunSummary]) -> None:
    """Then the rule that blocks have charts is one on results; what was derived stands with the data."""
    named = {block.result for chapter in CHAPTERS for block in chapter.blocks}
    assert set(twice[0].findings) - named == {"derived_data"}


def test_two_runs_are_alike_to_the_byte(twice: tuple[RunSummary, RunSummary]) -> None:
    first, second = (hashes(summary.directory) for summary in twice)
    assert len(first) > 30
    assert first == second
    assert twice[0].manifest["tables"] == twice[1].manifest["tables"]


def test_the_manifest_says_how(twice: tuple[RunSummary, RunSummary]) -> None:
    told = json.loads((twice[0].directory / "manifest.json").read_text(encoding="utf-8"))
    assert told["study"]["files"].keys() >= {"study.toml", "gross_output.csv"}
    assert told["solver"]["status"] == "Optimal"
    assert told["seed"] == open_study("southwest").parameter("seed")
    assert [step["step"] for step in told["steps"]] == ["check", *(s.code for s in STEPS), "report"]
    assert told["packages"]["highspy"] != "unknown"
    assert {left["part"] for left in told["left_out"]} == LACKING


def test_no_time_in_the_tables(twice: tuple[RunSummary, RunSummary]) -> None:
    created = twice[0].manifest["created"][:10]
    for table in (twice[0].directory / "tables").glob("*.csv"):
        assert created not in table.read_text(encoding="utf-8-sig")


def test_the_plan_is_verified(twice: tuple[RunSummary, RunSummary]) -> None:
    assert twice[0].findings["plan_verification"].frame["holds"].all()


def test_no_infinite_figure(twice: tuple[RunSummary, RunSummary]) -> None:
    for name, result in twice[0].findings.items():
        figures = result.frame.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(figures).any(), name


def test_another_country_with_required_tables_only(small_study: Study, tmp_path: Path) -> None:
    told: list[float] = []
    summary = run.run(small_study, tmp_path / "out", progress=lambda label, share: told.append(share))
    assert summary.report.is_file()
    assert summary.findings.keys() >= {"host_share", "shift_share", "multipliers", "plan_transfers"}
    # what lacks its tables is named with its reason, in both languages, and is not made up
    assert summary.left_out
    assert all(left.reason.en and left.reason.zh for left in summary.left_out)
    page = summary.report.read_text(encoding="utf-8")
    # nothing of the built-in study: no code, currency or place (a convention's source may name a country)
    assert [word for word in ("CNY", "CN-", "Southwest", "西南", "亿元") if word in page] == []
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


def test_another_country_with_all_tables(full_study: Study, tmp_path: Path) -> None:
    summary = run.run(full_study, tmp_path / "out", points=3)
    assert summary.findings.keys() >= ESSENTIAL
    assert summary.manifest["options"]["points"] == 3
    impact = summary.findings["impact_by_region"].frame
    assert set(impact["region"]) == {"coast", "hills", "plain"}


def test_order_of_the_tables_rows_does_not_matter(tmp_path: Path) -> None:
    plain = write_small_study(tmp_path / "plain", full=True)
    mixed = write_small_study(tmp_path / "mixed", full=True)
    for name in ("gross_output", "employment", "co2", "national_io"):
        table = pd.read_csv(mixed / f"{name}.csv", dtype=str)
        table.sample(frac=1, random_state=1).to_csv(mixed / f"{name}.csv", index=False)
    one, two = (run.run(folder, tmp_path / f"out-{folder.name}", points=3) for folder in (plain, mixed))
    for name, result in one.findings.items():
        ours = result.frame.select_dtypes("number").to_numpy(dtype=float)
        theirs = two.findings[name].frame.select_dtypes("number").to_numpy(dtype=float)
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9, err_msg=name)


def test_one_question_goes_no_further_than_it_must(full_study: Study) -> None:
    answer = run.answer(full_study, "measure")
    assert {"host_share", "shift_share"} <= answer.findings.keys()
    assert "plan_transfers" not in answer.findings
    assert run.answer(full_study, "potential", tables=["gradient"]).findings.keys() == {"gradient"}
    with pytest.raises(StudyError, match="no question"):
        run.answer(full_study, "weather")


def test_a_period_of_ones_own(full_study: Study) -> None:
    frame = run.answer(full_study, "measure", start=2015, end=2020).findings["share_change"].frame
    assert set(frame["start"]) == {2015}
    with pytest.raises(StudyError, match="1999"):
        run.answer(full_study, "measure", tables=["share_change"], start=1999, end=2020)


def test_a_wrong_preset_is_said_at_once(full_study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="never"):
        run.run(full_study, tmp_path / "out", preset="never")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_output(
    full_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run.run(full_study, out, points=2)
    before = hashes(out)

    def full(*given: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report, "write", full)
    with pytest.raises(StudyError, match="disk is full"):
        run.run(full_study, out, points=2)
    assert hashes(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_the_old_output(tmp_path: Path, number: int) -> None:
    out = tmp_path / "out"
    write_small_study(tmp_path / "study", full=True)
    run.run(tmp_path / "study", out, points=2)
    before = hashes(out)
    # the built-in study is large enough to be in the middle of
    process = subprocess.Popen(
        [sys.executable, "-m", "hinterland.cli", "run", "southwest", "-o", str(out), "--language", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert b"Checking" in line
    time.sleep(0.5)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    # where the interruption falls into an import that executes text (dataclasses do), Python ends by SIGINT
    # after all is cleaned up; to a shell that is 130 as well
    assert process.returncode in (130, -signal.SIGINT)
    assert b"Interrupted" in err
    assert b"Traceback" not in err
    assert hashes(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "study"]
