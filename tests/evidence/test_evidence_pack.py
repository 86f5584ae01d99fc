"""Evidence packs: made, proved in another process, and each kind of damage told from the others."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hinterland
from hinterland import cli, evidence, run
from hinterland.evidence.figures import compare
from hinterland.evidence.pack import LIST, SEAL
from hinterland.study import StudyError
from studies import write_tiny_study

Files = dict[str, bytes]

# the round trip is about the pack: without the draws the tiny study runs in a few seconds
_FEW = """
[parameters.plan]
sensitivity_draws = 0
[parameters.accounts]
draws = 20
[parameters.simulate]
equilibrium_draws = 0
[parameters.backup]
draws = 0
"""


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study, its run and its pack."""
    place = tmp_path_factory.mktemp("evidence")
    study = write_tiny_study(place / "study")
    toml = study / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + _FEW, encoding="utf-8")
    run.run(study, place / "out", points=2)
    made = evidence.freeze(place / "out", place / "pack.zip", study=study)
    assert made.path.is_file()
    return place


def contents(pack: Path) -> Files:
    with zipfile.ZipFile(pack) as source:
        return {name: source.read(name) for name in source.namelist()}


def written(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def sealed_anew(files: Files) -> Files:
    """Do what a forger does who knows the format: make all hashes and the seal anew."""
    listed = json.loads(files[LIST])
    listed["files"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in files.items()
        if name not in (LIST, SEAL)
    }
    head = json.dumps(listed).encode()
    return {**files, LIST: head, SEAL: hashlib.sha256(head).hexdigest().encode()}


def fresh_environment(place: Path) -> Path:
    """Make an environment of its own with a copy of the package; only third parties' packages are shared.

    Return its interpreter.
    """
    venv.create(place / "env", with_pip=False, symlinks=os.name != "nt")
    package = Path(hinterland.__file__).parent
    shutil.copytree(package, place / "copy" / "hinterland", ignore=shutil.ignore_patterns("__pycache__"))
    inside = sysconfig.get_path("purelib", vars={"base": str(place / "env"), "platbase": str(place / "env")})
    # paths of a .pth file are searched, but .pth files that lie there are not read: no editable install
    shared = [p for p in sys.path if p.endswith("site-packages")]
    Path(inside).mkdir(parents=True, exist_ok=True)
    (Path(inside) / "paths.pth").write_text("\n".join([str(place / "copy"), *shared]) + "\n")
    return place / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"


def test_a_pack_reproduces_in_a_fresh_environment(frozen: Path, tmp_path: Path) -> None:
    """Nothing of the first run is left to it: another prefix, another copy of the package, only the pack."""
    python = fresh_environment(tmp_path)
    shutil.copy(frozen / "pack.zip", tmp_path / "pack.zip")

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-I", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        )

    where = call("-c", "import hinterland, sys; print(hinterland.__file__); print(sys.prefix)").stdout.split()
    assert all(str(tmp_path) in path for path in where), where
    done = call("-m", "hinterland.cli", "verify", "pack.zip", "--json", "-q")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verdict"] in ("reproduces", "within_tolerance")
    assert told["code"]["changed"] is False
    assert len(told["tables"]) > 50
    assert sum(t["figures"] for t in told["tables"]) > 1000
    assert {t["state"] for t in told["tables"]} <= {"same", "within"}


def test_the_same_run_gives_the_same_pack_to_the_byte(frozen: Path, tmp_path: Path) -> None:
    again = evidence.freeze(frozen / "out", tmp_path / "pack.zip", study=frozen / "study")
    assert again.path.read_bytes() == (frozen / "pack.zip").read_bytes()


def _input(files: Files) -> Files:
    return {**files, "study/gross_output.csv": files["study/gross_output.csv"].replace(b"1", b"2", 1)}


def _result(files: Files) -> Files:
    name = "results/tables/plan_transfers.parquet"
    return {**files, name: files[name][:-1] + b"?"}


def _missing(files: Files) -> Files:
    return {name: data for name, data in files.items() if name != "study/regions.csv"}


def _extra(files: Files) -> Files:
    return {**files, "results/tables/more.csv": b"a,b\n1,2\n"}


def _list(files: Files) -> Files:
    return {**files, LIST: files[LIST].replace(b'"seed": ', b'"seed":  ', 1)}


def _no_seal(files: Files) -> Files:
    return {name: data for name, data in files.items() if name != SEAL}


def _nonsense(files: Files) -> Files:
    return {**files, LIST: b"[1]", SEAL: hashlib.sha256(b"[1]").hexdigest().encode()}


@pytest.mark.parametrize(
    ("harm", "verdict", "path"),
    [
        (_input, "input_changed", "study/gross_output.csv"),
        (_result, "result_changed", "results/tables/plan_transfers.parquet"),
        (_missing, "incomplete", "study/regions.csv"),
        (_extra, "extra", "results/tables/more.csv"),
        (_list, "manifest_changed", LIST),
        (_no_seal, "incomplete", SEAL),
        (_nonsense, "manifest_changed", LIST),
    ],
)
def test_each_damage_has_its_own_verdict(
    frozen: Path, tmp_path: Path, harm: Callable[[Files], Files], verdict: str, path: str
) -> None:
    before = contents(frozen / "pack.zip")
    after = harm(before)
    assert after != before
    found = evidence.verify(written(tmp_path / "harmed.zip", after))
    assert found.verdict == verdict
    assert path in {d.path for d in found.damage}
    assert found.tables is None  # what is damaged is not run


def test_verdicts_of_harm_have_exit_codes_of_their_own() -> None:
    codes = {verdict: code for verdict, code in evidence.EXIT_CODES.items() if code}
    assert len(set(codes.values())) == len(codes) == len(evidence.VERDICTS) - 2
    assert not set(codes.values()) & {1, 2, 3, 130}
    assert all(text.en and text.zh for text in evidence.VERDICTS.values())


def test_no_zip_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK no")
    assert evidence.verify(tmp_path / "x.zip").verdict == "unreadable"
    with pytest.raises(StudyError, match="no file"):
        evidence.verify(tmp_path / "y.zip")


def test_a_zip_that_was_cut_off(frozen: Path, tmp_path: Path) -> None:
    data = (frozen / "pack.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(data[: len(data) // 2])
    assert evidence.verify(tmp_path / "cut.zip").verdict == "unreadable"


def test_a_path_out_of_the_pack_is_never_followed(frozen: Path, tmp_path: Path) -> None:
    files = contents(frozen / "pack.zip")
    found = evidence.verify(written(tmp_path / "slip.zip", {**files, "study/../../slip.csv": b"x"}))
    assert found.verdict == "extra"
    listed = json.loads(files[LIST])
    listed["files"]["study/../../slip.csv"] = {"sha256": hashlib.sha256(b"x").hexdigest(), "bytes": 1}
    head = json.dumps(listed).encode()
    forged = {**files, "study/../../slip.csv": b"x", LIST: head,
              SEAL: hashlib.sha256(head).hexdigest().encode()}  # fmt: skip
    assert evidence.verify(written(tmp_path / "slip2.zip", forged)).verdict in ("extra", "manifest_changed")


def test_a_forger_who_makes_the_hashes_anew_is_found_by_the_run_or_by_the_published_seal(
    frozen: Path, tmp_path: Path
) -> None:
    before = contents(frozen / "pack.zip")
    seal = hashlib.sha256(before[LIST]).hexdigest()
    forged = written(tmp_path / "input.zip", sealed_anew(_input(before)))
    assert evidence.verify(forged).verdict == "input_changed"
    name = "results/tables/plan_transfers.csv"
    changed = {**before, name: before[name].replace(b"1", b"2")}
    assert evidence.verify(written(tmp_path / "r.zip", sealed_anew(changed))).verdict == "result_changed"
    # forged down to the run's own notes: only the published seal, or the re-run, can tell
    assert evidence.verify(forged, seal=seal).verdict == "manifest_changed"


def test_another_state_of_the_program_is_said_and_not_compared(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = contents(frozen / "pack.zip")
    listed = json.loads(files[LIST])
    listed["code"]["files"]["plan/model.py"] = "0" * 64
    files[LIST] = json.dumps(listed).encode()
    found = evidence.verify(written(tmp_path / "other.zip", sealed_anew(files)))
    assert found.verdict == "other_code"
    assert found.code["files"] == ["plan/model.py"]
    assert found.tables is None
    # on demand it is compared all the same, and says so; the run itself is another test's
    again = {p.stem: p.read_bytes() for p in (frozen / "out" / "tables").glob("*.parquet")}
    monkeypatch.setattr("hinterland.evidence.verifying._again", lambda pack, progress: again)
    compared = evidence.verify(tmp_path / "other.zip", anyway=True)
    assert compared.verdict == "reproduces" and compared.code["changed"]
    note = compared.results()["evidence_tables"].note
    assert "same program: no" in note.en and "同一程序：否" in note.zh


def test_other_figures_on_the_re_run_and_the_exit_code(
    frozen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result forged together with every hash and the run's own notes: the re-run shows which figure."""
    files = contents(frozen / "pack.zip")
    name = "results/tables/host_share"
    table = pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
    column = table.select_dtypes("float").columns[0]
    table.loc[0, column] *= 1.001
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    text = table.to_csv(index=False, lineterminator="\n").encode()
    files |= {f"{name}.parquet": buffer.getvalue(), f"{name}.csv": text}
    listed = json.loads(files[LIST])
    listed["run"]["tables"]["host_share"] = hashlib.sha256(text).hexdigest()
    files[LIST] = json.dumps(listed).encode()
    pack = written(tmp_path / "forged.zip", sealed_anew(files))
    with pytest.raises(SystemExit) as end:
        cli.main(["verify", str(pack), "--json", "-q"])
    assert end.value.code == evidence.EXIT_CODES["differs"]
    told = json.loads(capsys.readouterr().out)
    assert [t["table"] for t in told["tables"] if t["state"] == "differs"] == ["host_share"]
    (difference,) = told["differences"]
    assert (difference["row"], difference["column"]) == (1, column)
    assert difference["difference"] == pytest.approx(0.001 / 1.001, rel=1e-6)


def test_freezing_refuses_what_is_not_the_run(frozen: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(frozen / "out", out)
    with pytest.raises(StudyError, match="--study"):
        evidence.freeze(out, tmp_path / "p.zip")  # its study is not a built-in one
    table = out / "tables" / "host_share.csv"
    table.write_bytes(table.read_bytes().replace(b"1", b"2"))
    with pytest.raises(StudyError, match="host_share"):
        evidence.freeze(out, tmp_path / "p.zip", study=frozen / "study")
    shutil.copytree(frozen / "study", tmp_path / "study")
    (tmp_path / "study" / "regions.csv").write_text("region\n")
    with pytest.raises(StudyError, match="regions"):
        evidence.freeze(frozen / "out", tmp_path / "p.zip", study=tmp_path / "study")
    (tmp_path / "mine.zip").write_text("mine")
    with pytest.raises(StudyError, match="no evidence pack"):
        evidence.freeze(frozen / "out", tmp_path / "mine.zip", study=frozen / "study")
    with pytest.raises(StudyError, match="no output"):
        evidence.freeze(tmp_path, tmp_path / "p.zip")
    assert not (tmp_path / "p.zip").exists()
    assert (tmp_path / "mine.zip").read_text() == "mine"


def parquet(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_parquet(buffer)
    return buffer.getvalue()


def state(a: bytes | None, b: bytes | None, tolerance: float = 1e-9) -> str:
    named = [{} if data is None else {"t": data} for data in (a, b)]
    return str(compare(*named, tolerance, 1e-12).tables["state"].iloc[0])


def test_what_counts_as_the_same() -> None:
    figures = parquet(code=["a", "b", "c"], value=[1.0, 2.0, np.nan])
    assert state(figures, figures) == "same"
    assert state(figures, parquet(code=["a", "b", "c"], value=[1.0 + 1e-10, 2.0, np.nan])) == "within"
    assert state(figures, parquet(code=["a", "b", "c"], value=[1.0 + 1e-8, 2.0, np.nan])) == "differs"
    assert (
        state(figures, parquet(code=["a", "b", "c"], value=[1.0, 2.0, 0.0])) == "differs"
    )  # unknown is no 0
    assert state(figures, parquet(code=["a", "x", "c"], value=[1.0, 2.0, np.nan])) == "differs"
    assert state(figures, parquet(code=["a", "b"], value=[1.0, 2.0])) == "differs"
    assert state(figures, parquet(word=["a", "b", "c"], value=[1.0, 2.0, np.nan])) == "differs"
    assert state(figures, None) == "missing"
    assert state(None, figures) == "new"
    assert state(figures, b"PAR1") == "differs"
    # zero but for rounding, beside figures of a thousand
    assert state(parquet(v=[1000.0, 1e-13]), parquet(v=[1000.0, -3e-13])) == "within"
    assert state(parquet(v=[True, False]), parquet(v=[True, True])) == "differs"


@given(
    st.lists(st.integers(-(10**12), 10**12).map(lambda n: n / 1024), min_size=1, max_size=8),
    st.integers(1, 10**5).map(lambda n: n * 1e-7),
    st.integers(0, 7),
)
def test_a_figure_off_by_more_than_the_tolerance_is_always_found(
    values: list[float], off: float, at: int
) -> None:
    place = at % len(values)
    other = list(values)
    other[place] = values[place] * (1 + off) if values[place] else off * max(1.0, *map(abs, values))
    found = compare({"t": parquet(v=values)}, {"t": parquet(v=other)}, 1e-9, 1e-12)
    scale = max(map(abs, values))
    if abs(other[place] - values[place]) > 1e-9 * max(abs(other[place]), abs(values[place])) + 1e-12 * scale:
        assert found.differences["row"].tolist() == [place + 1]
    else:
        assert found.tables["state"].iloc[0] in ("same", "within")


def test_the_two_commands(frozen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            cli.main([str(a) for a in arguments])
        told = capsys.readouterr()
        return int(str(end.value.code or 0)), told.out + told.err

    pack = tmp_path / "p.zip"
    code, told = call("evidence", frozen / "out", "-o", pack, "--study", frozen / "study", "--language", "zh")
    seal = hashlib.sha256(contents(pack)[LIST]).hexdigest()
    assert code == 0 and seal in told and "封印" in told
    assert pack.read_bytes() == (frozen / "pack.zip").read_bytes()
    harmed = written(tmp_path / "harmed.zip", _input(contents(pack)))
    code, told = call("verify", harmed, "--language", "zh")
    assert code == evidence.EXIT_CODES["input_changed"]
    assert "study/gross_output.csv：数据被改动" in told
    assert call("verify", pack, "--seal", "0" * 64, "-q")[0] == evidence.EXIT_CODES["manifest_changed"]
    assert call("verify", tmp_path / "none.zip")[0] == 1
    assert call("verify", pack, "--tolerance", "2")[0] == 1
    assert call("evidence", tmp_path, "-o", pack)[0] == 1
