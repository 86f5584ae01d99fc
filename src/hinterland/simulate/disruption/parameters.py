"""Parameters of the disruption model: their defaults are data, and ensembles of them are drawn at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc, triang

from hinterland.simulate.disruption.system import System
from hinterland.study import Study, StudyError, Text
from hinterland.study.model import package_table

Array = npt.NDArray[np.float64]

Rationing = Literal["proportional", "priority"]
"""Who gets what is too little: all customers alike, or industries before final demand."""

BY_CLASS = ("inventory_days", "substitution")
OPTIONS = ("input_threshold", "recovery_tolerance", "days", "days_in_year")
"""Parameters given by class of industry."""

PREFIX = "disruption."


@dataclass(frozen=True)
class Parameters:
    r"""Parameters of B runs; arrays [B, 1], or [B, m] by product.

    Attributes
    ----------
    inventory_days : array [B, m]
        Target stock of product i at its buyers, :math:`n_i`, days of use; infinite: lack of it never stops
        production (services, construction). Heterogeneous stocks: give an array.
    inventory_alert : array [B, 1]
        :math:`\psi`: production falls once a stock is below this share of its target.
    inventory_restore : array [B, m]
        :math:`\tau_{S,i}`: days over which a gap in stocks is reordered; infinite where stocks are. The
        parameter of a study gives it as a share of `inventory_days`.
    overproduction_max : array [B, 1]
        :math:`\alpha^{max}`: largest output relative to capacity.
    overproduction_days : array [B, 1]
        :math:`\tau_\alpha`: days to get there.
    spare : array [B, 1]
        Capacity that stands idle at the baseline and is ready at once, relative to output.
    reordering : array [B, 1]
        :math:`\sigma`: how far buyers' orders follow suppliers' capacity; 0: fixed shares of suppliers.
    substitution : array [B, m]
        :math:`\eta_i`: share of an unserved order of product i that another supplier with idle capacity can
        serve at once.
    household_response : array [B, 1]
        :math:`\kappa`: how far final demand of a region follows its income.
    rebuild_days : array [B, 1]
        :math:`\tau_R`: days over which rebuilding is demanded.
    capital_ratio : array [B, 1]
        Capital per value added a year.
    rationing : "proportional" or "priority"
    input_threshold : float
        Inputs below this share of output never stop production.
    signed : bool
        Overproduction falls in proportion when there is more output than demand, instead of in
        :math:`\tau_\alpha` days (a rule that other implementations follow; used to compare with them).
    """

    inventory_days: Any
    inventory_alert: Any
    inventory_restore: Any
    overproduction_max: Any
    overproduction_days: Any
    spare: Any
    reordering: Any
    substitution: Any
    household_response: Any
    rebuild_days: Any
    capital_ratio: Any
    rationing: Rationing = "proportional"
    input_threshold: float = 0.01
    signed: bool = False

    @property
    def count(self) -> int:
        """Number of parameter sets B."""
        return int(self.inventory_days.shape[0])

    def take(self, which: Sequence[int] | npt.NDArray[np.int64]) -> Parameters:
        """Return some of the sets, in this order (repeats allowed); NumPy arrays only."""
        at = np.asarray(which, dtype=np.int64)
        return replace(self, **{name: getattr(self, name)[at] for name in ARRAYS})

    def to(self, found: System) -> Parameters:
        """Return the same parameters in a system's namespace, device and kind of number."""
        like = found.output
        device = getattr(like, "device", None)
        moved = {
            name: found.xp.asarray(np.asarray(getattr(self, name)), dtype=like.dtype, device=device)
            for name in ARRAYS
        }
        return replace(self, **moved)


ARRAYS = tuple(f.name for f in fields(Parameters) if f.name not in ("rationing", "input_threshold", "signed"))


def joined(sets: Sequence[Parameters]) -> Parameters:
    """Put parameter sets together as one, in this order."""
    arrays: dict[str, Any] = {k: np.concatenate([getattr(p, k) for p in sets]) for k in ARRAYS}
    return replace(sets[0], **arrays)


def refuse_unusable(given: Parameters) -> None:
    """Refuse parameters outside their range, naming the first."""
    ranges = {
        "inventory_days": (1.0, np.inf),
        "inventory_alert": (0.0, 1.0),
        "inventory_restore": (1.0, np.inf),
        "overproduction_max": (1.0, np.inf),
        "overproduction_days": (1.0, np.inf),
        "spare": (0.0, np.inf),
        "reordering": (0.0, 1.0),
        "substitution": (0.0, 1.0),
        "household_response": (0.0, 1.0),
        "rebuild_days": (1.0, np.inf),
        "capital_ratio": (0.0, np.inf),
    }
    for name, (low, high) in ranges.items():
        values = np.asarray(getattr(given, name), dtype=float)
        bad = ~((values >= low) & (values <= high))
        if bad.any():
            raise StudyError(
                Text(
                    f"disruption.{name} is {values[bad][0]:g}; it must lie between {low:g} and {high:g}.",
                    f"disruption.{name}为{values[bad][0]:g}，应介于{low:g}与{high:g}之间。",
                ),
                Text("Correct it in study.toml or in the call.", "请在study.toml或调用中更正。"),
            )
    if given.rationing not in get_args(Rationing):
        raise StudyError(
            Text(
                f"disruption.rationing is '{given.rationing}'.",
                f"disruption.rationing为“{given.rationing}”。",
            ),
            Text(
                f"Choose one of: {', '.join(get_args(Rationing))}.",
                f"可选：{'、'.join(get_args(Rationing))}。",
            ),
        )
    infinite = np.isinf(np.asarray(given.inventory_days))
    if np.any(infinite != infinite[:1]):
        raise StudyError(
            Text(
                "The same product binds in some runs of a batch and never in others.",
                "同一批次中，某产品在部分情形下有约束、在其余情形下无约束。",
            ),
            Text("Run them as batches of their own.", "请分批运行。"),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """One parameter of the table: its name without prefix, the study's value, its range."""

    name: str
    value: float
    low: float
    high: float


def known(study: Study) -> tuple[Known, ...]:
    """Return the numeric parameters with their ranges; a study's own value outside widens its range."""
    found = []
    for row in package_table("parameters").itertuples():
        code = str(row.parameter)
        if not code.startswith(PREFIX) or code.removeprefix(PREFIX) in OPTIONS:
            continue
        try:
            value = float(study.parameter(code))
        except (TypeError, ValueError):
            continue
        try:
            low, high = float(str(row.low)), float(str(row.high))
        except ValueError:
            low = high = value
        found.append(Known(code.removeprefix(PREFIX), value, min(low, value), max(high, value)))
    return tuple(found)


def _by_class(study: Study, name: str, values: Mapping[str, float], industries: Sequence[str]) -> Array:
    """Value of each industry: its own, else its class's, else that of all others."""
    classes = study.factor_class
    out = np.empty(len(industries))
    for k, industry in enumerate(industries):
        for code in (industry, str(classes.get(industry, "")), "other"):
            given = study.config.get("parameters", {}).get("disruption", {}).get(name, {})
            if f"{name}.{code}" in values:
                out[k] = values[f"{name}.{code}"]
                break
            if isinstance(given, Mapping) and code in given:
                out[k] = float(given[code])
                break
    return out


def _assembled(study: Study, industries: Sequence[str], sets: Sequence[Mapping[str, float]]) -> Parameters:
    arrays: dict[str, Any] = {}
    for name in ARRAYS:
        if name in BY_CLASS:
            arrays[name] = np.array([_by_class(study, name, values, industries) for values in sets])
        else:
            arrays[name] = np.array([[values[name]] for values in sets])
    # a share of the days of stock; less than a day makes the same as a day
    arrays["inventory_restore"] = np.maximum(arrays["inventory_restore"] * arrays["inventory_days"], 1.0)
    made = Parameters(
        **arrays,
        rationing=study.parameter(PREFIX + "rationing"),
        input_threshold=float(study.parameter(PREFIX + "input_threshold")),
    )
    refuse_unusable(made)
    return made


def parameters(study: Study, industries: Sequence[str] | None = None, **changes: Any) -> Parameters:
    """Return the study's parameters as one set.

    Parameters
    ----------
    study : Study
    industries : sequence of str, optional
        Of the table; default the study's.
    **changes
        Other values, by attribute: numbers, {industry or class: number} for those by class, or arrays.

    Raises
    ------
    StudyError
        Unknown or unusable values.
    """
    codes = tuple(industries if industries is not None else study.industries)
    made = _assembled(study, codes, [{k.name: k.value for k in known(study)}])
    return change(study, made, codes, changes)


def change(
    study: Study, made: Parameters, industries: Sequence[str], changes: Mapping[str, Any]
) -> Parameters:
    """Return parameters with some replaced, in every set."""
    new: dict[str, Any] = {}
    valid = {f.name for f in fields(Parameters)}
    classes = study.factor_class
    for name, value in changes.items():
        if name not in valid:
            raise StudyError(
                Text(f"The disruption model has no parameter '{name}'.", f"中断模型没有参数“{name}”。"),
                Text(f"It has: {', '.join(sorted(valid))}.", f"可用：{'、'.join(sorted(valid))}。"),
            )
        if name not in ARRAYS:
            new[name] = value
            continue
        old = getattr(made, name)
        if isinstance(value, Mapping):
            row = old.copy()
            for k, industry in enumerate(industries):
                for code in (industry, str(classes.get(industry, ""))):
                    if code in value:
                        row[:, k] = float(value[code])
                        break
            new[name] = row
        else:
            new[name] = np.broadcast_to(np.asarray(value, dtype=float), old.shape).copy()
    out = replace(made, **new)
    refuse_unusable(out)
    return out


def draw(study: Study, count: int, seed: int, industries: Sequence[str] | None = None) -> Parameters:
    """Draw parameter sets: a Latin hypercube, each triangular over its range with the study's value as mode.

    Parameters
    ----------
    study : Study
    count : int
        Number of sets B.
    seed : int
    industries : sequence of str, optional
    """
    codes = tuple(industries if industries is not None else study.industries)
    rows = known(study)
    ranged = [k for k in rows if k.high > k.low and np.isfinite(k.high)]
    unit = qmc.LatinHypercube(max(len(ranged), 1), rng=np.random.default_rng(seed)).random(count)
    sets: list[dict[str, float]] = []
    for b in range(count):
        values = {k.name: k.value for k in rows}
        for c, k in enumerate(ranged):
            width = k.high - k.low
            values[k.name] = float(triang.ppf(unit[b, c], (k.value - k.low) / width, k.low, width))
        sets.append(values)
    return _assembled(study, codes, sets)
