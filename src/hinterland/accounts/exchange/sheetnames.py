"""How a spreadsheet names a column."""

from __future__ import annotations


def letters(column: int) -> str:
    """Return the letters by which a spreadsheet names a column (1 is A)."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def letters_of(position: int) -> str:
    """Return the letters of a column by its position from 0."""
    return letters(position + 1)
