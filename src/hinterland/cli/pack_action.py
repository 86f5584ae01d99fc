"""What ``hinterland evidence`` and ``hinterland verify`` do."""

from __future__ import annotations

from pathlib import Path

import typer

from hinterland import evidence
from hinterland.cli import show
from hinterland.cli.talk import Talk
from hinterland.study import EMPTY, Result, Study, Text

_MADE = Text(
    "Evidence pack: {path} ({files} files)\nSeal: {seal}\nPublish the seal elsewhere; then also a pack whose "
    "hashes were all made anew can be told from this one.",
    "证据包：{path}（{files} 个文件）\n封印：{seal}\n"
    "请将封印另行公布，以便识别全部哈希均被重新生成的证据包。",
)
_DAMAGE = {
    "unreadable": Text("not readable", "无法读取"),
    "manifest": Text("not as sealed", "与封印不符"),
    "missing": Text("missing", "缺失"),
    "input": Text("data changed", "数据被改动"),
    "result": Text("result changed", "结果被改动"),
    "extra": Text("not part of the pack", "不属于该证据包"),
}
_CODE = Text(
    "Program: frozen {there} ({before}), here {here} ({now}); source files that differ: {files}. "
    "Install that version, or compare all the same with --anyway.",
    "程序：封存时 {there}（{before}），此处 {here}（{now}）；不同的源文件：{files}。"
    "请安装该版本，或加 --anyway 仍作比较。",
)
_ELSE = Text(
    "What else differs from the machine of the pack: {names}.", "与生成证据包的环境的其他差异：{names}。"
)
_COUNT = Text(
    "Cells compared: {cells}; same to the bit: {alike}; within the tolerance of {tolerance:g}: {within}; "
    "different: {different}.",
    "比较单元格：{cells}；逐位一致：{alike}；在容差 {tolerance:g} 内：{within}；不一致：{different}。",
)


def freeze(talk: Talk, folder: Path, out: Path | None, study: str | None) -> None:
    """Freeze a run's folder and tell the seal."""
    whole = folder.resolve()
    made = evidence.freeze(folder, out or whole.with_name(f"{whole.name}-evidence.zip"), study=study)
    if talk.json:
        show.print_json({"pack": str(made.path), "seal": made.seal, "files": made.files})
    talk.say(_MADE, path=made.path, files=made.files, seal=made.seal)


def verify(
    talk: Talk,
    pack: Path,
    seal: str | None,
    tolerance: float | None,
    anyway: bool,
    out: Path | None,
    rows: int,
) -> None:
    """Verify a pack, tell the verdict and what is behind it; the exit code is the verdict's."""
    with talk.progress(lines=True) as progress:
        found = evidence.verify(pack, seal=seal, tolerance=tolerance, anyway=anyway, progress=progress)
    if talk.json:
        show.print_json(_plain(found.as_dict()))
    talk.say(found.said)
    for damage in found.damage:
        talk.say(Text("  {path}: {kind}", "  {path}：{kind}"),
                 path=damage.path, kind=_DAMAGE[damage.kind].get(talk.language))  # fmt: skip
    if found.code.get("changed"):
        there, here = found.code["frozen"], found.code["present"]
        names = ", ".join(found.code["files"][:8]) or "–"
        talk.say(
            _CODE, there=there["version"], before=_short(there), here=here["version"], now=_short(here),
            files=names,
        )  # fmt: skip
    if found.environment and found.verdict not in ("reproduces",):
        pairs = [f"{name} {a} → {b}" for name, (a, b) in list(found.environment.items())[:12]]
        talk.say(_ELSE, names="; ".join(pairs))
    if found.tables is not None:
        sums = found.tables[["figures", "alike", "within", "different"]].sum()
        talk.say(
            _COUNT, cells=sums["figures"], alike=sums["alike"], within=sums["within"],
            different=sums["different"], tolerance=found.tolerance,
        )  # fmt: skip
    _show(talk, found.results(), out, rows, found.verdict)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


def _short(code: dict[str, str | None]) -> str:
    return str(code.get("commit") or code.get("source") or "–")[:12]


def _show(talk: Talk, results: dict[str, Result], out: Path | None, rows: int, verdict: str) -> None:
    if not results:
        return
    bare = Study("evidence", EMPTY, {}, {}, {}, {})
    if out is not None:
        from hinterland import report
        from hinterland.aside import MANIFEST, written_aside

        with written_aside(out) as part:
            report.export(results, bare, part)
            (part / MANIFEST).write_text(f'{{"hinterland": "verify", "verdict": "{verdict}"}}\n')
    elif verdict == "differs" and not talk.quiet and not talk.json:
        talk.out.print(show.result_table(results["evidence_differences"], bare, talk.language, rows)[0])


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return show.plain(value)
