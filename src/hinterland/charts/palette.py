"""Colours: at least 4.5 to 1 on white, told apart by colour-blind readers, never the only difference."""

from __future__ import annotations

from collections.abc import Mapping

INK = "#1c2430"
MUTED = "#55606b"
RULE = "#d5dade"
ACCENT = "#1f4e79"
WARM = "#a8431a"

SERIES = ("#1f4e79", "#a8431a", "#1b7168", "#6b4c9a", "#806600", "#4d5963", "#9c2f5f", "#2b6cb0")

SEQUENTIAL = ("#f1f5f8", "#bcd2e4", "#6f9fc8", "#2f6ca3", "#12395f")
DIVERGING = ("#8f3510", "#d98a63", "#f6f4f1", "#7ba7cc", "#17466f")

LEVELS: Mapping[str, str] = {"low": "#1b7168", "medium": "#806600", "high": "#a8431a"}

FONT = (
    "-apple-system, 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, "
    "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Hiragino Sans GB', sans-serif"
)
