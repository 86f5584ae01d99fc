"""``hinterland import``: from a published file to a study that the check passes; wrong ones are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hinterland import cli
from hinterland.accounts.exchange import FORMATS
from hinterland.cli import importing

sys.path.insert(0, str(Path(__file__).parents[1] / "accounts"))
from made_tables import Sheet, ceads, nbs, numbers

REGIONS = ("北京", "内蒙古", "四川")
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            cli.main([str(a) for a in arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def mrio(tmp_path: Path) -> Path:
    return ceads(numbers(3, 4), REGIONS).write(tmp_path / "MRIO2017.xlsx")


@pytest.fixture
def unbalanced(tmp_path: Path) -> Path:
    sheet: Sheet = ceads(numbers(3, 4), REGIONS)
    sheet.rows[6][5] += 500.0
    return sheet.write(tmp_path / "off.xlsx")


def test_the_formats_are_those_of_the_library() -> None:
    assert importing.FORMATS == FORMATS


def test_import_then_check_then_accounts(call: Call, mrio: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    code, out, err = call("import", "ceads", mrio, folder, "--language", "en")
    assert code == 0, err
    assert "3 regions, 4 industries, 2017" in err and "import_balance" in out and "--like" in err
    code, out, _ = call("check", folder, "--json")
    assert code == 0 and json.loads(out)["errors"] == []
    code, out, _ = call("accounts", folder, "--json", "--table", "interregional_trade")
    assert code == 0
    assert json.loads(out)["tables"]["interregional_trade"]["rows"]
    code, _, err = call("import", "ceads", mrio, folder, "--language", "en")
    assert code == 1 and "already holds" in err


def test_like_another_study_everything_runs(call: Call, mrio: Path, tmp_path: Path) -> None:
    code, _, err = call("import", "ceads", mrio, tmp_path / "s", "--like", "southwest", "--quiet")
    assert (code, err) == (0, "")
    for question in ("measure", "accounts", "plan", "simulate"):
        code, _, err = call(question, tmp_path / "s", "--quiet")
        assert "Traceback" not in err
        assert code in (0, 1)
        if code:
            assert err


def test_the_imbalance_is_shown_before_the_refusal(call: Call, unbalanced: Path, tmp_path: Path) -> None:
    code, out, err = call(
        "import", "ceads", unbalanced, tmp_path / "s", "--language", "en", "-o", tmp_path / "o"
    )
    assert code == 1 and not (tmp_path / "s").exists()
    assert "Balance of the imported table" in out and "--balance" in err
    assert (tmp_path / "o" / "import_balance.csv").is_file()
    code, out, _ = call("import", "ceads", unbalanced, tmp_path / "s", "--json")
    told = json.loads(out)
    assert code == 1 and told["tables"]["import_balance"]["rows"] and told["errors"]
    code, out, err = call(
        "import", "ceads", unbalanced, tmp_path / "s", "--balance", "--language", "zh", "-o", tmp_path / "p"
    )
    assert code == 0, err
    assert "平衡所作的调整" in out and "研究已写入" in err
    assert (tmp_path / "p" / "import_changes.csv").is_file()


def test_json_tells_everything(call: Call, mrio: Path, tmp_path: Path) -> None:
    code, out, _ = call("import", "ceads", mrio, tmp_path / "s", "--json")
    told = json.loads(out)
    assert code == 0 and told["check"]["errors"] == [] and told["year"] == 2017
    assert {w["code"] for w in told["import"]["warnings"]} == {"import_discrepancy"}
    assert call("import", "ceads", mrio, tmp_path / "t", "--strict", "--quiet")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["gtap", "FILE"], "ceads"),
        (["ceads", "nowhere.xlsx"], "nowhere"),
        (["ceads", "FILE", "--model", "A"], "--model"),
        (["ceads", "FILE", "--sheet", "Table"], "Table_2017"),
        (["ceads", "FILE", "--unit", "million EUR"], "万元"),
        (["nbs", "FILE"], "ceads"),
        (["ceads", "FILE", "--like", "atlantis"], "southwest"),
    ],
)
def test_mistakes_are_lines_with_a_mend(
    call: Call, mrio: Path, tmp_path: Path, arguments: list[str], named: str
) -> None:
    given = [str(mrio) if a == "FILE" else a for a in arguments]
    for language in ("en", "zh"):
        code, _, err = call("import", *given[:2], tmp_path / "s", *given[2:], "--language", language)
        assert code == 1 and named in err and "Traceback" not in err
    assert not (tmp_path / "s").exists()


def test_one_region(call: Call, tmp_path: Path) -> None:
    path = nbs(numbers(1, 4), competitive=True, provincial=True).write(tmp_path / "sichuan2017.xlsx")
    code, _, err = call("import", "nbs", path, tmp_path / "s", "--region", "四川", "--quiet")
    assert (code, err) == (0, "")
    code, out, _ = call("accounts", tmp_path / "s", "--json", "--table", "multipliers")
    assert code == 0 and json.loads(out)["tables"]["multipliers"]["rows"]


def test_through_pymrio_without_its_log(tmp_path: Path) -> None:
    pymrio = pytest.importorskip("pymrio")
    pymrio.load_test().calc_all().save_all(str(tmp_path / "saved"))
    command = [sys.executable, "-m", "hinterland.cli", "import", "pymrio", str(tmp_path / "saved")]
    command += [str(tmp_path / "s"), "--year", "2010", "--quiet"]
    done = subprocess.run([*command, "--value-added", "residual"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = subprocess.run([*command[:-3], "--language", "en"], capture_output=True, text=True)
    assert done.returncode == 1 and "already holds" in done.stderr
