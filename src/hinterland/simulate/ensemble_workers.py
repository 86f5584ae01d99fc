"""Where the parts of an ensemble are run: in this process, on local processes, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeAlias

from hinterland.simulate.ensemble_cases import Case
from hinterland.simulate.ensemble_part import Failed, Task, model_name_of, run_part
from hinterland.study import StudyError, Text

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# What all cases have in common, in a worker process; and the bytes it was unpacked from.
_TASK: Task | None = None
_PAYLOAD = b""


def _begin(payload: str) -> None:
    """Keep what all cases have in common in a worker process."""
    global _TASK
    _TASK = pickle.loads(Path(payload).read_bytes())


def _work(cases: Sequence[Case], mark: str) -> tuple[bytes, Failed]:
    assert _TASK is not None
    return run_part(_TASK, cases, mark)


Done: TypeAlias = tuple[int, tuple[bytes, Failed]]


def carry_out(
    task: Task,
    parts: Sequence[Sequence[Case]],
    waiting: Sequence[int],
    mark: str,
    workers: int,
    address: str | None,
) -> Iterator[Done]:
    """Run the waiting parts, in whatever order they end; yield position, bytes and failed cases of each."""
    if not waiting:
        return
    if address is not None:
        yield from _on_cluster(task, parts, waiting, mark, address)
    elif workers == 1:
        for at in waiting:
            yield at, run_part(task, parts[at], mark)
    else:
        yield from _on_processes(task, parts, waiting, mark, min(workers, len(waiting)))


def _payload(task: Task) -> bytes:
    try:
        return pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise StudyError(
            Text(
                f"The model {model_name_of(task.model)} cannot be sent to other processes.",
                f"模型{model_name_of(task.model)}无法发送到其他进程。",
            ),
            Text(
                "Define it in a module that can be imported, or run with workers=1.",
                "请在可导入的模块中定义，或以workers=1运行。",
            ),
        ) from error


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Start worker processes with one thread of linear algebra each, unless the user has said otherwise."""
    added = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _on_processes(
    task: Task, parts: Sequence[Sequence[Case]], waiting: Sequence[int], mark: str, workers: int
) -> Iterator[Done]:
    payload = _payload(task)
    # spawned, not forked: a fork copies threads' locks, and Windows and macOS have none
    context = multiprocessing.get_context("spawn")
    # by a file: through the pipe of a worker that fails at its start the parent would write for ever
    with _one_thread_each(), tempfile.TemporaryDirectory(prefix="hinterland-ensemble-") as folder:
        common = Path(folder) / "task.pickle"
        common.write_bytes(payload)
        pool = ProcessPoolExecutor(workers, context, _begin, (str(common),))
        try:
            futures = {pool.submit(_work, parts[at], mark): at for at in waiting}
            for future in as_completed(futures):
                yield futures.pop(future), future.result()
        except BrokenProcessPool as error:
            raise StudyError(
                Text("A worker process ended unexpectedly.", "工作进程意外终止。"),
                Text(
                    "Run it again (what is finished stays) with fewer workers if memory is short; in a "
                    "script, call it under: if __name__ == '__main__'.",
                    "请重新运行（已完成部分会保留）；若内存不足请减少workers；"
                    "脚本中请在if __name__ == '__main__'下调用。",
                ),
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _on_cluster(
    task: Task, parts: Sequence[Sequence[Case]], waiting: Sequence[int], mark: str, address: str
) -> Iterator[Done]:
    try:
        dask: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise StudyError(
            Text("A cluster needs Dask, which is not installed.", "使用集群需要Dask，但尚未安装。"),
            Text("Install it: pip install hinterland[cluster].", "请安装：pip install hinterland[cluster]。"),
        ) from error
    payload = _payload(task)
    try:
        client = dask.Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise StudyError(
            Text(f"No Dask scheduler answers at '{address}'.", f"“{address}”没有Dask调度器响应。"),
            Text(
                "Start one (dask scheduler) and give its address.",
                "请启动调度器（dask scheduler）并给出其地址。",
            ),
        ) from error
    with client:
        shared = client.scatter(payload, broadcast=True, hash=False)
        futures = {
            client.submit(_remote, shared, parts[at], mark, pure=False, key=f"{mark[:12]}-{at}"): at
            for at in waiting
        }
        try:
            for future in dask.as_completed(list(futures), loop=client.loop):
                yield futures[future], future.result()
        except (OSError, RuntimeError) as error:
            if isinstance(error, StudyError):
                raise
            raise StudyError(
                Text(
                    f"The cluster at '{address}' was lost: {error}.",
                    f"与集群“{address}”的连接中断：{error}。",
                ),
                Text("Run it again: what is finished stays.", "请重新运行，已完成部分会保留。"),
            ) from error


def _remote(payload: bytes, cases: Sequence[Case], mark: str) -> tuple[bytes, Failed]:
    """Run a part on a worker of a cluster; what is common is unpacked once a process."""
    global _TASK, _PAYLOAD
    if payload != _PAYLOAD:
        _TASK, _PAYLOAD = pickle.loads(payload), payload
    assert _TASK is not None
    return run_part(_TASK, cases, mark)
