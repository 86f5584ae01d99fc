"""The page on chains says what is so: its block runs."""

from __future__ import annotations

from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

PAGE = Path(__file__).parents[2] / "docs" / "chains.md"


def test_the_block_runs() -> None:
    examples = list(Sybil(parsers=[PythonCodeBlockParser()]).parse(PAGE).examples())
    assert examples
    for example in examples:
        example.evaluate()
