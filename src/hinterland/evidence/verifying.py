"""Look a pack through, run it again and say figure by figure whether it reproduces."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from hinterland import run
from hinterland.evidence.figures import compare
from hinterland.evidence.pack import RESULTS, STUDY, Damage, Pack, read_pack, sha256
from hinterland.evidence.verdict import Verification, of_damage, of_tables
from hinterland.identity import code_identity, digest, installed, source_files
from hinterland.study import StudyError, Text
from hinterland.study.model import package_table

_TABLES = f"{RESULTS}tables/"


def verify(
    pack: str | Path,
    *,
    seal: str | None = None,
    tolerance: float | None = None,
    anyway: bool = False,
    progress: run.Progress = lambda label, share: None,
) -> Verification:
    """Verify an evidence pack: first the file, then the program, then every figure.

    A damaged pack is not run: what a changed input would give proves nothing. A pack of another state of the
    program is run only with `anyway`, since a difference would then have two explanations.

    Parameters
    ----------
    pack : str or Path
        The zip file.
    seal : str, optional
        The seal as published when the pack was made; a pack with another one counts as changed.
    tolerance : float, optional
        Relative tolerance of a figure; parameter evidence.tolerance unless given.
    anyway : bool
        Also run a pack that another state of the program made.

    Raises
    ------
    StudyError
        Where there is no such file or the frozen study cannot be run at all.
    """
    found = read_pack(Path(pack))
    tau = _default("evidence.tolerance") if tolerance is None else tolerance
    if not 0 <= tau < 1:
        raise StudyError(
            Text(f"{tau:g} is no relative tolerance.", f"{tau:g} 不是有效的相对容差。"),
            Text("Give a number from 0 to below 1, such as 1e-9.", "请给出 0 至 1 之间的数，如 1e-9。"),
        )
    damage = found.damage + _against_the_run(found)
    if seal is not None and found.seal and seal.strip().lower() != found.seal:
        damage += (Damage("manifest", "evidence.sha256"),)
    spoilt = of_damage(damage)
    if spoilt is not None:
        return Verification(spoilt, found.seal, damage, {}, {}, tau)
    code, environment = _code(found.listed["code"]), _environment(found.listed["environment"])
    if code["changed"] and not anyway:
        return Verification("other_code", found.seal, (), code, environment, tau)
    compared = compare(_frozen(found), _again(found, progress), tau, _default("evidence.noise"))
    return Verification(
        of_tables(compared.tables), found.seal, (), code, environment, tau,
        compared.tables, compared.differences,
    )  # fmt: skip


def _default(name: str) -> float:
    return float(package_table("parameters").set_index("parameter")["value"][name])


def _against_the_run(pack: Pack) -> tuple[Damage, ...]:
    """Return what the run itself noted otherwise: a forger who made the list anew must forge this too."""
    if not pack.listed or pack.damage:
        return ()
    told = pack.listed["run"]
    wrong = []
    for name, known in told["study"]["files"].items():
        path = STUDY + name
        if path not in pack.files:
            wrong.append(Damage("missing", path))
        elif sha256(pack.files[path]) != known:
            wrong.append(Damage("input", path))
    for name, known in told["tables"].items():
        path = f"{_TABLES}{name}.csv"
        if path not in pack.files:
            wrong.append(Damage("missing", path))
        elif sha256(pack.files[path].removeprefix(b"\xef\xbb\xbf")) != known:
            wrong.append(Damage("result", path))
    return tuple(wrong)


def _code(frozen: Mapping[str, Any]) -> dict[str, Any]:
    present, here = code_identity(), source_files()
    there = frozen.get("files", {})
    differing = sorted(path for path in {*here, *there} if here.get(path) != there.get(path))
    return {
        "changed": frozen["source"] != present["source"] or digest(there) != frozen["source"],
        "frozen": {key: frozen.get(key) for key in ("version", "commit", "source")},
        "present": present,
        "files": differing,
    }


def _environment(frozen: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what differs between the two machines; it may explain a difference and is none by itself."""
    present = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        **installed(),
    }
    there = {**{k: frozen[k] for k in ("python", "platform", "machine")}, **frozen["packages"]}
    return {
        name: (str(there.get(name, "–")), str(present.get(name, "–")))
        for name in sorted({*there, *present}, key=str.lower)
        if there.get(name) != present.get(name)
    }


def _frozen(pack: Pack) -> dict[str, bytes]:
    return {
        PurePosixPath(name).stem: data
        for name, data in pack.files.items()
        if name.startswith(_TABLES) and name.endswith(".parquet")
    }


def _again(pack: Pack, progress: run.Progress) -> dict[str, bytes]:
    """Run the frozen study with the frozen options in a folder of its own; return its tables."""
    told = pack.listed["run"]
    options = told["options"]
    with tempfile.TemporaryDirectory(prefix="hinterland-verify-") as place:
        # a study without a name of its own is called by its folder
        home = Path(place) / "in" / (Path(str(told["study"]["name"])).name or "study")
        for name, data in pack.files.items():
            if name.startswith(STUDY):
                target = home / name.removeprefix(STUDY)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        out = Path(place) / "out"
        # only tables are compared: the page would need the charts' script and prove nothing more
        run.run(
            home,
            out,
            progress=progress,
            preset=options.get("preset"),
            points=options.get("points"),
            page=False,
        )
        return {path.stem: path.read_bytes() for path in sorted((out / "tables").glob("*.parquet"))}
