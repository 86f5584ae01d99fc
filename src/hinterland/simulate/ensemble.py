"""Ensembles: any model over scenarios and parameters, on local processes or a Dask cluster, resumable.

Every finished part is a Parquet file that was written aside and renamed, so an interrupted run is taken up
where it stopped and ends in the same bytes as one that was not interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from hinterland.simulate.baseline import baseline
from hinterland.simulate.ensemble_cases import Case, make_cases, seal
from hinterland.simulate.ensemble_part import HASH, Keep, Model, Task, model_function, model_name_of
from hinterland.simulate.ensemble_result import EnsembleRun
from hinterland.simulate.ensemble_workers import carry_out
from hinterland.simulate.scenario import Scenario
from hinterland.study import Study, StudyError, Text

Progress: TypeAlias = Callable[[int, int], None]

MANIFEST = "ensemble.json"


def ensemble(
    study: Study,
    scenarios: Scenario | Sequence[Scenario],
    *,
    directory: str | Path,
    model: str | Model = "impact",
    parameters: Mapping[str, Any] | None = None,
    draws: int = 1,
    seed: int | None = None,
    workers: int = 1,
    address: str | None = None,
    batch: int = 1,
    keep: Keep = "settled",
    progress: Progress | None = None,
) -> EnsembleRun:
    """Run a model over scenarios, parameters and draws; results go to disk as they come.

    Parameters
    ----------
    study : Study
    scenarios : Scenario or sequence of Scenario
        Each with a name of its own.
    directory : str or Path
        Where the results go: ``ensemble.json`` (what was run, with seeds and hashes) and ``part-*.parquet``.
        An existing one is taken up again if it is of the same inputs: finished parts are not run again,
        failed cases are.
    model : str or function
        "impact", "equilibrium", "disruption", or any function ``model(study, scenario, **parameters)`` that
        returns an `Outcome`; on more than one process it must be importable (not made in a notebook).
    parameters : mapping, optional
        By name a value, a list of values (a grid), or a distribution (`Uniform`, `Triangular`, `Normal`). A
        name with a dot is a parameter of the study ("accounts.home_bias"), any other one of the model.
    draws : int
        How many times distributions are drawn, and models that take a `seed` are run.
    seed : int, optional
        Default: the study's parameter seed. Every case records its own.
    workers : int
        Local processes; 1 runs in this one.
    address : str, optional
        Of a Dask scheduler ("tcp://host:8786"), in place of local processes; needs the extra ``cluster``.
    batch : int
        Cases a part: a file, and what a worker is given at once. It is one of the inputs, so that a part's
        bytes do not depend on what was finished before.
    keep : "settled" or "all"
        The outcome's settled state, or every time (large for days).
    progress : function of (cases done, cases in all), optional

    Returns
    -------
    EnsembleRun

    Raises
    ------
    StudyError
        Another ensemble in the directory (with what differs); a model that cannot be sent to processes; a
        cluster that cannot be reached; every case failed. What was finished stays and is taken up again.
    """
    listed = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    model_function(model)
    own_seed = int(study.parameter("seed") if seed is None else seed)
    cases = make_cases(listed, parameters or {}, draws, own_seed)
    if batch < 1 or workers < 1:
        raise StudyError(
            Text(f"workers is {workers}, batch is {batch}.", f"workers为{workers}，batch为{batch}。"),
            Text("Give at least 1 of each.", "请均给出不小于1的值。"),
        )
    task = Task(study, listed, model, keep)
    manifest = {
        "version": metadata.version("hinterland"),
        "study": baseline(study).fingerprint,
        "model": model_name_of(model),
        "scenarios": {s.name: s.digest for s in listed},
        "seed": own_seed,
        "draws": draws,
        "batch": batch,
        "keep": keep,
        "cases": seal(*(case.as_dict() for case in cases)),
    }
    folder = Path(directory)
    _claim(folder, manifest, cases)
    mark = seal(manifest)
    parts = [cases[k : k + batch] for k in range(0, len(cases), batch)]
    waiting = [k for k in range(len(parts)) if not _finished(folder, k, mark)]
    done = len(cases) - sum(len(parts[k]) for k in waiting)
    if progress is not None:
        progress(done, len(cases))
    failures = []
    for at, (content, failed) in carry_out(task, parts, waiting, mark, workers, address):
        # a part with a failed case is not finished: it is kept for reading, without the mark of one
        _put(folder / (_part(at) if not failed else f"{_part(at)}.failed"), content)
        if not failed:
            (folder / f"{_part(at)}.failed").unlink(missing_ok=True)
        failures += [(number, Text(en, zh)) for number, en, zh in failed]
        done += len(parts[at])
        if progress is not None:
            progress(done, len(cases))
    failures.sort(key=lambda failure: failure[0])
    if len(failures) == len(cases):
        raise StudyError(
            Text("Every case failed; the first: ", "所有算例均失败，首个原因：") + failures[0][1],
            Text("Mend it and run again.", "请修正后重新运行。"),
        )
    return EnsembleRun(folder, cases, tuple(failures))


def _part(at: int) -> str:
    return f"part-{at:06d}.parquet"


def _finished(folder: Path, at: int, mark: str) -> bool:
    """Tell whether a part is there, whole, and of these inputs."""
    path = folder / _part(at)
    if not path.is_file():
        return False
    try:
        known = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return known.get(HASH) == mark.encode()


def _put(path: Path, content: bytes) -> None:
    """Write aside, then rename: a file is there whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudyError(
            Text(f"'{path}' cannot be written: {reason}.", f"无法写入“{path}”：{reason}。"),
            Text(
                "Free some room and run it again: what is finished stays.",
                "请腾出空间后重新运行，已完成部分会保留。",
            ),
        ) from error


def _claim(folder: Path, manifest: Mapping[str, Any], cases: Sequence[Case]) -> None:
    """Make the directory, or see that it is of the same ensemble."""
    path = folder / MANIFEST
    whole = {**manifest, "list": [case.as_dict() for case in cases]}
    content = (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()
    try:
        if path.is_file():
            known = json.loads(path.read_text("utf-8"))
            differs = [k for k in manifest if known.get(k) != json.loads(json.dumps(manifest[k]))]
            if differs:
                raise StudyError(
                    Text(
                        f"'{folder}' holds another ensemble: {', '.join(differs)} differ.",
                        f"“{folder}”中是另一组模拟：{'、'.join(differs)}不同。",
                    ),
                    Text("Name another directory, or remove this one.", "请另选文件夹，或删除该文件夹。"),
                )
            return
        if folder.exists() and any(folder.iterdir()):
            raise StudyError(
                Text(f"'{folder}' already holds something.", f"“{folder}”已有内容。"),
                Text(
                    "Name a folder that does not exist yet, or an empty one.", "请指定不存在的或空的文件夹。"
                ),
            )
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise StudyError(
            Text(f"'{folder}' cannot be used: {error}.", f"无法使用“{folder}”：{error}。"),
            Text("Name another directory.", "请另选文件夹。"),
        ) from error
    _put(path, content)
