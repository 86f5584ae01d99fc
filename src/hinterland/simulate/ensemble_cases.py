"""The cases of an ensemble: scenarios by parameters by draws, each with its seed and a hash of its inputs."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from hinterland.simulate.baseline import with_parameters
from hinterland.simulate.outcome_file import plain
from hinterland.simulate.scenario import Scenario
from hinterland.study import Study, StudyError, Text


@dataclass(frozen=True)
class Uniform:
    """A parameter drawn evenly between two values."""

    low: float
    high: float

    def __call__(self, rng: np.random.Generator) -> float:
        """Draw once."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class Triangular:
    """A parameter drawn around a most likely value, within bounds."""

    low: float
    mode: float
    high: float

    def __call__(self, rng: np.random.Generator) -> float:
        """Draw once."""
        return float(rng.triangular(self.low, self.mode, self.high))


@dataclass(frozen=True)
class Normal:
    """A parameter drawn from a normal distribution."""

    mean: float
    sd: float

    def __call__(self, rng: np.random.Generator) -> float:
        """Draw once."""
        return float(rng.normal(self.mean, self.sd))


Distribution: TypeAlias = Uniform | Triangular | Normal


@dataclass(frozen=True)
class Case:
    """One run: a scenario (by position), parameters, draw and seed.

    A parameter with a dot in its name is the study's; the others are the model's.
    """

    number: int
    scenario: int
    name: str
    draw: int
    seed: int
    parameters: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "case": self.number,
            "scenario": self.name,
            "draw": self.draw,
            "seed": self.seed,
            "parameters": plain(dict(self.parameters)),
        }


def make_cases(
    scenarios: Sequence[Scenario], parameters: Mapping[str, Any], draws: int, seed: int
) -> tuple[Case, ...]:
    """Return every combination of scenario, values of listed parameters, and draw.

    A list of values is a grid; a `Uniform`, `Triangular` or `Normal` is drawn. A draw has the same values and
    the same seed in every scenario, so that scenarios are compared like with like. Seeds are spawned from
    one: the first hundred draws are the same however many follow.

    Raises
    ------
    StudyError
        No scenario, two of one name, no draws, an empty list of values.
    """
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise StudyError(
            Text(
                f"Scenarios of one name: {', '.join(twice)}." if twice else "There is no scenario.",
                f"情景重名：{'、'.join(twice)}。" if twice else "没有情景。",
            ),
            Text("Give at least one, each with a name of its own.", "请至少给出一个情景，且名称互不相同。"),
        )
    if draws < 1:
        raise StudyError(
            Text(f"The number of draws is {draws}.", f"抽样次数为{draws}。"),
            Text("Draw at least once.", "请至少抽样一次。"),
        )
    empty = [name for name, value in parameters.items() if isinstance(value, list | tuple) and not value]
    if empty:
        raise StudyError(
            Text(f"No values are given for {', '.join(empty)}.", f"未给出{'、'.join(empty)}的取值。"),
            Text("Give a value, a list of values, or a distribution.", "请给出一个值、一组值或一个分布。"),
        )
    listed = {k: list(v) for k, v in parameters.items() if isinstance(v, list | tuple)}
    drawn = {k: v for k, v in parameters.items() if isinstance(v, Distribution)}
    fixed = {k: v for k, v in parameters.items() if k not in listed and k not in drawn}
    sequences = np.random.SeedSequence(seed).spawn(draws)
    samples = []
    for sequence in sequences:
        own = int(sequence.generate_state(1, np.uint32)[0])
        # one stream a parameter: another parameter does not change what this one draws
        streams = {k: np.random.default_rng([own, *k.encode()]) for k in drawn}
        samples.append((own, {k: drawn[k](streams[k]) for k in drawn}))
    cases: list[Case] = []
    grid = [dict(zip(listed, values, strict=True)) for values in itertools.product(*listed.values())]
    for at, scenario in enumerate(scenarios):
        for values in grid:
            for draw, (own, sample) in enumerate(samples):
                mixed = {**fixed, **values, **sample}
                ordered = {name: mixed[name] for name in parameters}
                cases.append(Case(len(cases), at, scenario.name, draw, own, ordered))
    return tuple(cases)


def seal(*parts: Any) -> str:
    """Return the SHA-256 of plain values."""
    return hashlib.sha256(json.dumps(plain(list(parts)), sort_keys=True).encode()).hexdigest()


def split(study: Study, parameters: Mapping[str, Any]) -> tuple[Study, dict[str, Any]]:
    """Return the study with its own parameters set, and what is left for the model."""
    own = {name: value for name, value in parameters.items() if "." not in name}
    of_study = {name: value for name, value in parameters.items() if "." in name}
    return with_parameters(study, of_study), own
