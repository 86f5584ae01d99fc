from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hinterland.simulate import EnsembleRun, Normal, Scenario, Triangular, Uniform, ensemble, impact
from hinterland.simulate.ensemble_cases import make_cases
from hinterland.study import Study, StudyError

sys.path.insert(0, str(Path(__file__).parent))
import ensemble_models as models

SCENARIOS = [
    Scenario("move").relocate("textiles", "coast", "hills", share=0.5),
    Scenario("build").build("machines", "plain", output=50),
]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes find the models of this folder."""
    import os

    path = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [path, os.environ.get("PYTHONPATH", "")])))


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_cases_cross_grids_and_draws_with_seeds() -> None:
    parameters: dict[str, Any] = {"a": [1, 2], "b": Uniform(0, 1), "c": 5, "d": Normal(0, 1)}
    cases = make_cases(SCENARIOS, parameters, 3, 7)
    assert len(cases) == 2 * 2 * 3
    assert [c.number for c in cases] == list(range(12))
    first, second = (
        [(c.draw, c.seed, c.parameters["b"]) for c in cases if c.name == k and c.parameters["a"] == 1]
        for k in ("move", "build")
    )
    assert first == second and len(set(first)) == 3
    # more draws, or another parameter, leave the first draws as they are
    more = make_cases(SCENARIOS, {"b": Uniform(0, 1), "e": Triangular(0, 1, 2)}, 5, 7)
    assert [c.parameters["b"] for c in more[:3]] == [b for _, _, b in first]
    assert make_cases(SCENARIOS, parameters, 3, 8)[0].seed != cases[0].seed


@pytest.mark.parametrize(
    ("scenarios", "parameters", "draws", "says"),
    [
        ([], {}, 1, "no scenario"),
        ([SCENARIOS[0], SCENARIOS[0]], {}, 1, "one name: move"),
        (SCENARIOS, {"a": []}, 1, "No values"),
        (SCENARIOS, {}, 0, "draws is 0"),
    ],
)
def test_cases_that_make_no_sense(scenarios: Any, parameters: Any, draws: int, says: str) -> None:
    with pytest.raises(StudyError, match=says):
        make_cases(scenarios, parameters, draws, 1)


def test_results_are_those_of_the_model(full_study: Study, tmp_path: Path) -> None:
    run = ensemble(
        full_study,
        SCENARIOS,
        directory=tmp_path / "e",
        parameters={"side": ["demand", "supply"], "accounts.home_bias": 3.0},
    )
    table = run.table()
    assert list(table["scenario"]) == ["move", "move", "build", "build"]
    assert (table["residual"] < 1e-9).all() and not run.failed
    frame = run.frame("output")
    alone = impact(full_study.with_parameter("accounts.home_bias", 3.0), SCENARIOS[1], side="supply")
    mine = frame[frame["case"] == 3].set_index(["region", "industry"])["change"]
    np.testing.assert_array_equal(mine.to_numpy(), alone.change["output"].isel(time=0).to_numpy().ravel())
    summary = run.summary(full_study)
    assert list(summary.frame["scenario"].unique()) == ["move", "build"]
    assert (summary.frame["low"] <= summary.frame["high"]).all()
    assert run.summary(full_study, over="nation").frame["cases"].tolist() == [2, 2]
    with pytest.raises(StudyError, match="holds no 'prices'"):
        run.summary(full_study, "prices")


def test_an_interrupted_run_ends_in_the_same_bytes(full_study: Study, tmp_path: Path) -> None:
    log, stop = tmp_path / "log", tmp_path / "stop"
    options: dict[str, Any] = {
        "model": models.counted,
        "parameters": {"log": str(log), "stop": str(stop), "scale": [1.0, 2.0, 3.0]},
        "batch": 2,
    }
    seen: list[tuple[int, int]] = []

    def watch(done: int, of: int) -> None:
        seen.append((done, of))
        if done == 2:
            stop.touch()

    with pytest.raises(KeyboardInterrupt):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "a", progress=watch, **options)
    stop.unlink()
    assert sorted(content(tmp_path / "a")) == ["ensemble.json", "part-000000.parquet"]
    # a part that was torn is run again, a finished one is not
    (tmp_path / "a" / "part-000001.parquet").write_bytes(b"PAR1 torn")
    before = len(log.read_text().splitlines())
    resumed = ensemble(full_study, SCENARIOS, directory=tmp_path / "a", progress=watch_all(seen), **options)
    assert len(log.read_text().splitlines()) - before == 4
    assert seen == [(0, 6), (2, 6), (2, 6), (4, 6), (6, 6)]
    ensemble(full_study, SCENARIOS, directory=tmp_path / "b", **options)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    again = len(log.read_text().splitlines())
    ensemble(full_study, SCENARIOS, directory=tmp_path / "a", **options)
    assert len(log.read_text().splitlines()) == again
    assert len(resumed.frame("output")) == 6 * 12


def watch_all(seen: list[tuple[int, int]]) -> Any:
    return lambda done, of: seen.append((done, of))


def test_other_inputs_in_the_same_directory_are_refused(
    full_study: Study, small_study: Study, tmp_path: Path
) -> None:
    ensemble(full_study, SCENARIOS, directory=tmp_path / "e")
    with pytest.raises(StudyError, match="study differ"):
        ensemble(small_study, SCENARIOS, directory=tmp_path / "e")
    with pytest.raises(StudyError, match="scenarios"):
        ensemble(full_study, SCENARIOS[:1], directory=tmp_path / "e")
    with pytest.raises(StudyError, match=r"cases.* differ"):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "e", parameters={"side": "supply"})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    with pytest.raises(StudyError, match="already holds"):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "mine")


def test_failed_cases_are_told_and_tried_again(full_study: Study, tmp_path: Path) -> None:
    options: dict[str, Any] = {"model": models.choosy, "parameters": {"scale": [1.0, 2.0]}, "batch": 2}
    run = ensemble(full_study, SCENARIOS, directory=tmp_path / "e", **options)
    assert [number for number, _ in run.failed] == [1, 3]
    assert "two is too much Take one." in run.failed[0][1].en and "二过多" in run.failed[0][1].zh
    assert sorted(run.frame()["case"].unique()) == [0, 2]
    assert run.table()["residual"].isna().tolist() == [False, True, False, True]
    assert len(ensemble(full_study, SCENARIOS, directory=tmp_path / "e", **options).failed) == 2
    with pytest.raises(StudyError, match="Every case failed; the first: two is too much"):
        ensemble(
            full_study,
            SCENARIOS,
            directory=tmp_path / "f",
            model=models.choosy,
            parameters={"scale": 2.0},
        )


def test_draws_spread_and_seeds_reach_the_model(full_study: Study, tmp_path: Path) -> None:
    run = ensemble(
        full_study,
        SCENARIOS[0],
        directory=tmp_path / "e",
        model=models.noisy,
        parameters={"scale": Triangular(0.5, 1, 2)},
        draws=8,
        seed=3,
        batch=4,
    )
    table = run.table()
    assert table["seed"].nunique() == 8 and (table["residual"] == table["seed"] % 7).all()
    assert table["scale"].between(0.5, 2).all()
    nation = run.summary(full_study, over="nation").frame
    assert nation["low"][0] < nation["high"][0]


def test_a_models_own_parameter_does_not_estimate_the_table_again(full_study: Study) -> None:
    from hinterland.simulate import baseline
    from hinterland.simulate.baseline import with_parameters

    base = baseline(full_study)
    drawn = with_parameters(full_study, {"simulate.propensity_to_consume": 0.6})
    kept = baseline(drawn)
    assert kept.table is base.table and kept.study.parameter("simulate.propensity_to_consume") == 0.6
    anew = baseline(full_study.with_parameter("simulate.propensity_to_consume", 0.6))
    assert anew.table is not base.table and anew.fingerprint == kept.fingerprint != base.fingerprint
    other = with_parameters(full_study, {"accounts.home_bias": 9.0})
    assert baseline(other).accounts["output"].equals(base.accounts["output"])
    assert not (baseline(other).table.Z == base.table.Z).all()


def test_every_time_can_be_kept(full_study: Study, tmp_path: Path) -> None:
    run = ensemble(full_study, SCENARIOS[0], directory=tmp_path / "e", model=models.days, keep="all")
    assert run.frame("output")["time"].unique().tolist() == ["0", "1", "2"]
    assert np.abs(run.frame()["change"].dropna()).max() == 0


def test_processes_give_the_same_bytes(full_study: Study, tmp_path: Path) -> None:
    options: dict[str, Any] = {"model": models.noisy, "draws": 3, "seed": 1}
    ensemble(full_study, SCENARIOS, directory=tmp_path / "one", **options)
    run: EnsembleRun = ensemble(full_study, SCENARIOS, directory=tmp_path / "two", workers=2, **options)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert len(run.files) == 6
    with pytest.raises(StudyError, match="ended unexpectedly"):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "gone", workers=2, model=models.vanishing)
    with pytest.raises(StudyError, match="cannot be sent"):
        ensemble(
            full_study, SCENARIOS, directory=tmp_path / "here", workers=2, model=lambda study, scenario: None
        )


def test_a_script_without_a_guard_is_told_so_and_does_not_wait(full_folder: Path, tmp_path: Path) -> None:
    """Its workers end at their start; more was to be written to them than a pipe holds."""
    script = tmp_path / "script.py"
    script.write_text(
        "from dataclasses import replace\nfrom hinterland.simulate import Scenario, ensemble\n"
        "from hinterland.study import StudyError, open_study\nimport ensemble_models as models\n"
        f"study = open_study({str(full_folder)!r})\n"
        "study = replace(study, config={**study.config, 'ballast': 'x' * 500_000})\n"
        "moves = [Scenario(f'm{k}').relocate('textiles', 'coast', 'hills', share=0.1) for k in range(2)]\n"
        "try:\n"
        f"    ensemble(study, moves, directory={str(tmp_path / 'e')!r}, workers=2, model=models.noisy)\n"
        "except StudyError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert "ended unexpectedly" in done.stdout and "__main__" in done.stdout


def test_a_cluster_gives_the_same_bytes(full_study: Study, tmp_path: Path) -> None:
    from distributed import LocalCluster

    options: dict[str, Any] = {"model": models.noisy, "draws": 2, "seed": 1}
    ensemble(full_study, SCENARIOS, directory=tmp_path / "here", **options)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        ensemble(
            full_study, SCENARIOS, directory=tmp_path / "there", address=cluster.scheduler_address, **options
        )
    assert content(tmp_path / "here") == content(tmp_path / "there")


def test_a_cluster_that_is_not_there_is_named(full_study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="No Dask scheduler answers"):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "e", address="tcp://127.0.0.1:9", workers=1)


def test_a_model_that_there_is_not(full_study: Study, tmp_path: Path) -> None:
    for name in ("magic", "baseline"):
        with pytest.raises(StudyError, match="no model"):
            ensemble(full_study, SCENARIOS, directory=tmp_path / "e", model=name)
    with pytest.raises(StudyError, match="at least 1"):
        ensemble(full_study, SCENARIOS, directory=tmp_path / "e", workers=0)
