"""What ``hinterland evaluate --panel`` does: one question, asked of a panel of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hinterland
from hinterland import run
from hinterland.cli import actions
from hinterland.cli.talk import Talk
from hinterland.identity import code_identity
from hinterland.study import EMPTY, Study, StudyError, Text


@dataclass(frozen=True, slots=True)
class PanelOf:
    """A panel's file and the names of its columns, as typed."""

    file: Path
    outcome: str
    unit: str
    time: str
    cohort: str
    cluster: str | None
    covariates: tuple[str, ...]
    anticipation: int
    gaps: bool
    distances: Path | None
    rings: tuple[float, ...]
    seed: int


def evaluate(talk: Talk, panel: PanelOf, out: Path | None, tables: Sequence[str] | None, rows: int) -> None:
    """Evaluate a panel by every design that suits it."""
    from hinterland import monitor

    if bool(panel.rings) != (panel.distances is not None):
        raise StudyError(
            Text("Distances and rings go together.", "距离与环须同时给出。"),
            Text(
                "Give --distances FILE and --ring NUMBER (repeat it), or neither.",
                "请同时给出 --distances FILE 与 --ring NUMBER（可重复），或均不给出。",
            ),
        )
    frame = monitor.read_panel(panel.file)
    distance = None
    if panel.distances is not None:
        distance = monitor.read_panel(panel.distances)
        distance = distance.set_index(distance.columns[0])
        # headings are text, units may be numbers
        if panel.unit in frame.columns and frame[panel.unit].dtype.kind in "if":
            distance.columns = [_number(name) for name in distance.columns]
    settings: dict[str, Any] = {
        "outcome": panel.outcome,
        "unit": panel.unit,
        "time": panel.time,
        "cohort": panel.cohort,
        "cluster": panel.cluster,
        "covariates": panel.covariates,
        "anticipation": panel.anticipation,
        "gaps": panel.gaps,
        "rings": panel.rings,
        "seed": panel.seed,
    }
    found = monitor.evaluate(frame, distance=distance, **settings)
    made = found.results()
    strange = [name for name in tables or () if name not in made]
    if strange:
        raise StudyError(
            Text(f"There is no table '{strange[0]}' here.", f"这里没有表“{strange[0]}”。"),
            Text(f"Choose from: {', '.join(made)}.", f"可选：{'、'.join(made)}。"),
        )
    manifest = {
        "hinterland": hinterland.__version__,
        "code": code_identity(),
        "panel": panel.file.name,
        "panel_sha256": found.panel.hash,
        "settings": settings,
    }
    bare = Study("panel", EMPTY, {}, {}, {}, {})
    answer = run.Answer(bare, {name: made[name] for name in tables or made}, (), manifest)
    actions.tell(talk, answer, out, rows)
    if not talk.json:
        verdict = bare.text("verdict", found.verdict)
        talk.say(Text("{v}: {w}", "{v}：{w}").format(v=verdict, w=found.reasons))


def _number(name: object) -> object:
    try:
        return int(str(name))
    except ValueError:
        return name
