"""Every error that a user can cause is told in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import hinterland

PACKAGE = Path(hinterland.__file__).parent
ERRORS = {"StudyError", "MissingError", "wrong"}


def _plain(node: ast.expr) -> bool:
    """Tell whether an argument is a string of one language rather than a Text."""
    if isinstance(node, ast.BinOp):
        return _plain(node.left) or _plain(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and node.value != "")


def _one_language(path: Path) -> list[int]:
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    named = ((call, getattr(call.func, "id", getattr(call.func, "attr", ""))) for call in calls)
    return [call.lineno for call, name in named if name in ERRORS and any(map(_plain, call.args))]


def test_no_error_is_told_in_one_language_only() -> None:
    found = {
        str(path.relative_to(PACKAGE)): lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (lines := _one_language(path))
    }
    assert found == {}
