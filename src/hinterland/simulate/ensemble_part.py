"""One part of an ensemble: its cases run one after the other, and what they found as the bytes of a file."""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hinterland.simulate.ensemble_cases import Case, split
from hinterland.simulate.models import model_by_name
from hinterland.simulate.outcome import Outcome
from hinterland.simulate.scenario import Scenario
from hinterland.study import Study, StudyError, Text

Model: TypeAlias = Callable[..., Outcome]
Keep = Literal["settled", "all"]
Failed: TypeAlias = list[tuple[int, str, str]]
"""Number of the case, and why it failed in English and Chinese."""

HASH = b"hinterland.hash"


@dataclass(frozen=True)
class Task:
    """Everything that the cases have in common; sent to each worker once."""

    study: Study
    scenarios: tuple[Scenario, ...]
    model: str | Model
    keep: Keep


def model_function(model: str | Model) -> Model:
    """Return a model by name, or the function itself."""
    return model_by_name(model) if isinstance(model, str) else model


def model_name_of(model: str | Model) -> str:
    """Return the name by which a model is recorded."""
    if isinstance(model, str):
        return model
    return f"{getattr(model, '__module__', '')}.{getattr(model, '__qualname__', repr(model))}"


def run_case(task: Task, case: Case) -> Outcome:
    """Run one case in this process."""
    model = model_function(task.model)
    study, parameters = split(task.study, case.parameters)
    accepts = inspect.signature(model).parameters
    if "seed" in accepts and "seed" not in parameters:
        parameters["seed"] = case.seed
    return model(study, task.scenarios[case.scenario], **parameters)


def _rows(outcome: Outcome, case: Case, keep: Keep) -> pd.DataFrame:
    """Return result and change of every variable over region and industry, long."""
    now = outcome.settled() if keep == "settled" else outcome.result
    timed = "time" in now.dims
    times = [str(t) for t in now["time"].to_numpy()] if timed else [""]
    regions, industries = (outcome.baseline[k].to_numpy().astype(object) for k in ("region", "industry"))
    names = [str(k) for k in outcome.baseline.data_vars if k in now]
    dims = (*(("time",) if timed else ()), "region", "industry")
    values, changes = [], []
    for name in names:
        found = now[name].transpose(*dims)
        values.append(found.to_numpy().reshape(len(times), -1))
        changes.append((found - outcome.baseline[name]).transpose(*dims).to_numpy().reshape(len(times), -1))
    cells = len(regions) * len(industries)
    return pd.DataFrame(
        {
            "case": np.int32(case.number),
            "variable": np.repeat(np.array(names, dtype=object), len(times) * cells),
            "time": np.tile(np.repeat(np.array(times, dtype=object), cells), len(names)),
            "region": np.tile(np.repeat(regions, len(industries)), len(names) * len(times)),
            "industry": np.tile(industries, len(names) * len(times) * len(regions)),
            "value": np.concatenate(values).ravel(),
            "change": np.concatenate(changes).ravel(),
        }
    )


def run_part(task: Task, cases: Sequence[Case], mark: str) -> tuple[bytes, Failed]:
    """Run the cases of one part; return the bytes of its Parquet file, and the cases that failed and why."""
    frames: list[pd.DataFrame] = []
    failed: Failed = []
    said: list[dict[str, Any]] = []
    # One by one, though disruption could take them together: with one pattern of suppliers per region, as in
    # every estimated table, that saves a tenth, and a case's last digits would depend on its neighbours (a
    # product of matrices rounds by its size).
    for case in cases:
        try:
            outcome = run_case(task, case)
        except StudyError as error:
            reason = error.words + Text(" ", "") + error.mend_words
            failed.append((case.number, reason.en, reason.zh))
            continue
        frames.append(_rows(outcome, case, task.keep))
        said.append({"case": case.number, "residual": outcome.residual})
    words = ("variable", "time", "region", "industry")
    figures = [pa.field("value", pa.float64()), pa.field("change", pa.float64())]
    schema = pa.schema([pa.field("case", pa.int32()), *(pa.field(k, pa.string()) for k in words), *figures])
    table = (
        pa.Table.from_pandas(pd.concat(frames, ignore_index=True), schema=schema, preserve_index=False)
        if frames
        else schema.empty_table()
    )
    table = table.replace_schema_metadata(
        {HASH: mark.encode(), b"hinterland.cases": json.dumps(said, sort_keys=True).encode()}
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", use_dictionary=list(words))
    return buffer.getvalue(), failed
