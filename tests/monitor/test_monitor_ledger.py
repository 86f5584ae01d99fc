"""The ledger: appended to, corrected by entries, never overwritten; whole after a crash; tampering found."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland import cli, monitor
from hinterland.monitor import recording
from hinterland.monitor.ledger import COLUMNS, LEDGER, current, link
from hinterland.study import CheckError, StudyError, check_study, open_study
from monitored_study import INDICATORS, write_monitored_study

AT = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_monitored_study(tmp_path / "study", ledger=False)


def figures(tmp_path: Path, *rows: str, name: str = "new.csv", head: str = "") -> Path:
    path = tmp_path / name
    path.write_text(
        "\n".join([head or "monitored,region,period,value,origin", *rows]) + "\n", encoding="utf-8"
    )
    return path


def ledger(home: Path) -> list[dict[str, str]]:
    with (home / f"{LEDGER}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def rewritten(home: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    rows = change(ledger(home))
    with (home / f"{LEDGER}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def filled(home: Path, tmp_path: Path) -> Path:
    file = figures(tmp_path, "jobs,hills,2026,10,office", "jobs,plain,2026,7,", "jobs,hills,2027,12.5,")
    monitor.record(home, file, by="A. Clerk", at=AT)
    return home


def test_figures_are_appended_by_name_or_code(home: Path, tmp_path: Path) -> None:
    file = figures(tmp_path, "jobs,Hills,2026,10,office", "新增就业,平原,2026年,7,")
    assert monitor.record(home, file, by="A. Clerk", at=AT)[:2] == (2, 0)
    rows = ledger(home)
    assert [(r["entry"], r["monitored"], r["region"], r["period"], r["value"]) for r in rows] == [
        ("1", "jobs", "hills", "2026", "10"),
        ("2", "jobs", "plain", "2026", "7"),
    ]
    assert rows[0]["recorded_by"] == "A. Clerk" and rows[0]["recorded_at"] == "2027-01-15T09:30:00+00:00"
    # the study with its ledger is sound, and knows the figures
    assert check_study(home).ok
    made = monitor.monitored(open_study(home))
    assert made.series("jobs", "plain")["value"].tolist() == [7]
    assert made.link == rows[-1]["chain"]


def test_a_workbook_is_read_too(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    pd.DataFrame({"指标": ["jobs"], "地区": ["hills"], "时期": [2026], "数值": [10.25]}).to_excel(
        path, index=False
    )
    assert monitor.record(home, path, by="A", at=AT)[0] == 1
    assert ledger(home)[0]["value"] == "10.25"


def test_the_same_figures_again_change_nothing(home: Path, tmp_path: Path) -> None:
    filled(home, tmp_path)
    before = (home / f"{LEDGER}.csv").read_bytes()
    assert monitor.record(home, tmp_path / "new.csv", by="B", at=AT)[:2] == (0, 0)
    assert (home / f"{LEDGER}.csv").read_bytes() == before


def test_a_correction_is_an_entry_with_who_when_and_why(home: Path, tmp_path: Path) -> None:
    filled(home, tmp_path)
    file = figures(tmp_path, "jobs,hills,2026,11,", name="again.csv")
    before = ledger(home)
    with pytest.raises(StudyError, match="--correct"):
        monitor.record(home, file, by="B. Clerk", at=AT)
    assert ledger(home) == before
    new, corrected, _ = monitor.record(home, file, by="B", reason="counted twice", correct=True, at=AT)
    assert (new, corrected) == (0, 1)
    rows = ledger(home)
    assert rows[:3] == before
    assert (rows[3]["replaces"], rows[3]["reason"], rows[3]["recorded_by"]) == ("1", "counted twice", "B")
    study = open_study(home)
    known = monitor.monitored(study).series("jobs", "hills")
    assert known["value"].tolist() == [11, 12.5] and known["revised"].tolist() == [True, False]
    # as it was known before the correction
    assert monitor.monitored(study, entry=3).series("jobs", "hills")["value"].tolist() == [10, 12.5]


def test_all_that_is_wrong_with_a_file_is_said_at_once_and_nothing_is_recorded(
    home: Path, tmp_path: Path
) -> None:
    file = figures(
        tmp_path,
        *("jobs,hills,2026,10,", "jobz,hills,2026,10,", "jobs,moon,2026,10,"),
        *("jobs,hills,soon,10,", "jobs,hills,2027,many,", "jobs,plain,2027,,", "area,hills,2026,5,"),
    )
    with pytest.raises(StudyError) as caught:
        monitor.record(home, file, by="A", at=AT)
    for row in range(3, 9):
        assert f"Row {row}" in str(caught.value)
    assert "Row 2" not in str(caught.value)
    assert not (home / f"{LEDGER}.csv").exists()
    with pytest.raises(StudyError, match="no column"):
        monitor.record(home, figures(tmp_path, "1,2", head="a,b"), by="A")
    with pytest.raises(StudyError, match="Nobody"):
        monitor.record(home, figures(tmp_path, "jobs,hills,2026,1,"), by=" ")


def _changed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    rows[1]["value"] = "8"
    return rows


def _reworded(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    rows[1]["recorded_by"] = "Somebody"
    return rows


def _taken_out(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [rows[0], rows[2] | {"entry": "2"}]


def _swapped(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [rows[0], rows[2] | {"entry": "2"}, rows[1] | {"entry": "3"}]


def _added(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [*rows, rows[2] | {"entry": "4", "period": "2028"}]


@pytest.mark.parametrize("harm", [_changed, _reworded, _taken_out, _swapped, _added])
def test_other_hands_are_found(
    home: Path, tmp_path: Path, harm: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    filled(home, tmp_path)
    rewritten(home, harm)
    study = open_study(home)
    found = monitor.check_ledger(study)
    assert [f.code for f in found] == ["chain_broken"]
    assert f"entry {4 if harm is _added else 2}" in found[0].message.en
    with pytest.raises(CheckError):
        monitor.monitored(study)
    with pytest.raises(CheckError):
        monitor.record(home, figures(tmp_path, "jobs,hills,2028,1,"), by="A")


def test_cut_off_entries_show_in_the_last_link(home: Path, tmp_path: Path) -> None:
    told = monitor.record(
        home, figures(tmp_path, "jobs,hills,2026,10,", "jobs,plain,2026,7,"), by="A", at=AT
    )[2]
    rewritten(home, lambda rows: rows[:1])
    assert monitor.monitored(open_study(home)).link != told


def test_a_chain_made_by_hand_still_needs_its_corrections(home: Path, tmp_path: Path) -> None:
    """Whoever knows the format can write a chain that fits: entries that overwrite are found all the same."""
    filled(home, tmp_path)

    def forged(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows.append(rows[0] | {"entry": "4", "value": "99"})
        rows.append(rows[0] | {"entry": "5", "value": "99", "replaces": "2", "reason": "x"})
        rows.append(rows[1] | {"entry": "6", "value": "3", "replaces": "2"})
        before = ""
        for row in rows:
            row["chain"] = before = link(before, row)
        return rows

    rewritten(home, forged)
    codes = [f.code for f in monitor.check_ledger(open_study(home))]
    assert codes == ["recorded_twice", "no_such_entry", "no_such_entry"]


def test_a_crash_half_way_leaves_the_ledger_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, tmp_path)
    before = (home / f"{LEDGER}.csv").read_bytes()

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording.os, "fsync", full)
    with pytest.raises(StudyError, match="No space left"):
        monitor.record(home, figures(tmp_path, "jobs,hills,2028,1,"), by="A")
    assert (home / f"{LEDGER}.csv").read_bytes() == before
    assert not [p for p in home.iterdir() if p.name.startswith(".")]


def test_two_who_record_at_once_do_not_lose_each_others_figures(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, tmp_path)
    other = figures(tmp_path, "jobs,plain,2028,2,", name="other.csv")
    real = recording._entries

    def meanwhile(*given: object) -> object:
        monkeypatch.setattr(recording, "_entries", real)
        monitor.record(home, other, by="B", at=AT)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "_entries", meanwhile)
    with pytest.raises(StudyError, match="changed meanwhile"):
        monitor.record(home, figures(tmp_path, "jobs,hills,2028,1,", name="mine.csv"), by="A")
    assert [r["region"] for r in ledger(home)] == ["hills", "plain", "hills", "plain"]
    assert monitor.record(home, tmp_path / "mine.csv", by="A", at=AT)[0] == 1


def test_the_tables_are_checked_together(home: Path) -> None:
    """Everything that is wrong with indicators and targets in one report of the command that checks."""
    (home / "monitor_targets.csv").write_text(
        "monitored,region,year,base_year,target,growth,low,high,basis\n"
        "jobz,,2030,,5,,,,assumed\n"
        "jobs,,2030,,5,0.1,,,assumed\n"
        "jobs,hills,2030,,,0.1,,,assumed\n"
        "mix,,2030,,5,,,,assumed\n"
        "mix,hills,2030,,,,2,4,assumed\n"
    )
    found = monitor.check_ledger(open_study(home))
    assert [(f.code, f.row) for f in found] == [
        *(("unmonitored", 2), ("no_target", 3), ("no_base", 4), ("no_band", 5)),
    ]
    assert all(f.message.zh and f.mend.zh for f in found)
    with pytest.raises(SystemExit) as end:
        cli.main(["check", str(home), "-q"])
    assert end.value.code == 1


def test_codes_of_the_schema_are_checked_like_every_table(home: Path) -> None:
    (home / "monitor_indicators.csv").write_text(INDICATORS.replace(",more,", ",up,", 1), encoding="utf-8")
    assert not check_study(home).ok


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["hills", "plain"]), st.sampled_from(["2026", "2027"]), st.integers(0, 5)),
        min_size=1,
        max_size=8,
    )
)
def test_the_newest_figure_is_in_force_and_none_is_lost(said: list[tuple[str, str, int]]) -> None:
    """Against a plain dictionary that is written over: the ledger says the same and keeps every entry."""
    frame = pd.DataFrame(columns=list(COLUMNS))
    newest: dict[tuple[str, str], int] = {}
    for region, period, value in said:
        read = [
            {"monitored": "jobs", "region": region, "period": period, "value": float(value), "origin": ""}
        ]
        rows, _ = recording._entries(frame, read, "A", "why", True, AT)
        frame = pd.concat([f for f in (frame, pd.DataFrame(rows)) if len(f)], ignore_index=True)
        frame["replaces"] = frame["replaces"].astype(float)
        newest[region, period] = value
    force = current(frame)
    assert {(r.region, r.period): int(r.value) for r in force.itertuples()} == newest
    assert frame["entry"].tolist() == list(range(1, len(frame) + 1))
    before = ""
    for row in frame.to_dict("records"):
        assert row["chain"] == link(before, row)
        before = row["chain"]
