"""Units of measurement as people write them, and the factor between two of a kind."""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Mapping

from hinterland.study.model import package_table


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("₂", "2")
    return "".join(folded.replace(",", "").split())


@functools.cache
def _scales() -> Mapping[str, float]:
    rows = package_table("units")
    mine = rows[rows["kind"] == "scale"]
    found = {_plain(s): float(f) for s, f in zip(mine["spelling"], mine["factor"], strict=True)}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))  # the longest prefix wins


@functools.cache
def _bases() -> Mapping[str, tuple[str, float]]:
    rows = package_table("units")
    mine = rows[rows["kind"] == "unit"]
    return {_plain(r.spelling): (r.base, float(r.factor)) for r in mine.itertuples()}


def read_unit(text: str) -> tuple[str, float]:
    """Return the base unit and the factor to it: ``万元`` is ("cny", 1e4), ``million pesos`` ("pesos", 1e6).

    A unit that is not in units.csv is its own base, so an unlisted currency converts between its multiples.
    """
    whole = _plain(text)
    if whole in _bases():
        return _bases()[whole]
    for scale, factor in _scales().items():
        for rest in (
            whole[len(scale) :] if whole.startswith(scale) else "",
            whole[: -len(scale)] if whole.endswith(scale) else "",
        ):
            if rest in _bases():
                base, inner = _bases()[rest]
                return base, factor * inner
    for scale, factor in _scales().items():
        # A scale of one or two letters at the head of an unknown word is part of the word (k in "krona").
        if len(scale) > 2 or not scale.isascii():
            if whole.startswith(scale) and len(whole) > len(scale):
                return whole[len(scale) :], factor
            if whole.endswith(scale) and len(whole) > len(scale):
                return whole[: -len(scale)], factor
    return whole, 1.0


def is_unit(text: str) -> bool:
    """Tell whether text is a unit listed in units.csv, or a scale before an unlisted one."""
    whole = _plain(text)
    return whole in _bases() or read_unit(text)[0] != whole


def factor_between(given: str, wanted: str) -> float | None:
    """Return what turns a figure in `given` into `wanted`; None when they measure different things."""
    if _plain(given) == _plain(wanted):
        return 1.0
    (base, factor), (target, divisor) = read_unit(given), read_unit(wanted)
    return factor / divisor if base == target else None


def power_of_ten(ratio: float, limit: float = 5.0) -> float | None:
    """Return the power of ten nearest to a ratio that is off by more than `limit` either way, else None.

    Two sums of the same thing that differ so much were measured in different units.
    """
    if not ratio > 0 or 1 / limit < ratio < limit:
        return None
    return 10.0 ** (round(math.log10(ratio)) or (1 if ratio > 1 else -1))


def scale_words(unit: str, factor: float) -> str:
    """Return the unit that `factor` times `unit` makes, in words of units.csv; "" when there is none."""
    rows = package_table("units")
    rows = rows[rows["kind"] == "scale"]
    spelt = sorted(rows["spelling"], key=lambda s: -len(s))
    scale = next((s for s in spelt if unit.casefold().startswith(s) and len(unit) > len(s)), "")
    rest = unit[len(scale) :].strip()
    wanted = factor * (_scales()[_plain(scale)] if scale else 1.0)
    if abs(wanted - 1) < 1e-9:
        return rest
    for spelling, value in zip(rows["spelling"], rows["factor"], strict=True):
        if abs(float(value) / wanted - 1) < 1e-9 and spelling.isascii() == rest.isascii():
            return f"{spelling} {rest}" if rest.isascii() else f"{spelling}{rest}"
    return ""


def spoken(value: float, unit: str) -> tuple[float, str]:
    """Return a figure and its unit as an English sentence says them: 18176 "100 million CNY" is 1817.6
    "billion CNY".

    Only a listed unit after a listed scale is put otherwise; any other figure is returned as it stands.
    """
    if not math.isfinite(value) or _plain(unit) in _bases():
        return value, unit
    for end in range(len(unit) - 1, 0, -1):  # the longest scale wins
        factor, rest = _scales().get(_plain(unit[:end])), unit[end:].strip()
        if factor is not None and _plain(rest) in _bases():
            break
    else:
        return value, unit
    total = value * factor
    for least, scale in ((1e13, 1e12), (1e9, 1e9), (1e6, 1e6)):
        if abs(total) >= least:
            return total / scale, f"{_SAID[scale]} {rest}"
    return total, rest


_SAID = {1e6: "million", 1e9: "billion", 1e12: "trillion"}
