"""The weights of the capacity index: entropy, CRITIC, equal, and the user's own, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from hinterland.accounts.lookup import section
from hinterland.potential.index import Floats, critic_weights, entropy_weights
from hinterland.potential.indicators import Chosen
from hinterland.study import Study, StudyError, Text

Weighting = Literal["entropy", "critic", "equal", "user"]


def schemes(study: Study, used: tuple[Chosen, ...], normal: Floats) -> Mapping[Weighting, Floats]:
    """Return weights [indicator] by weighting; "user" only where the study gives weights.

    Weights of a user stand in the column `weight` of the table indicator_list or under
    ``[parameters.potential.weights]`` of study.toml (which goes first); indicators without one weigh nothing.

    Parameters
    ----------
    used : indicators of the index
    normal : array [region, indicator]
        Normalised to [0, 1].

    Raises
    ------
    StudyError
        A weight that is not a number of zero or more, weights that are all zero, a weight of an indicator
        that the index does not have.
    """
    found: dict[Weighting, Floats] = {
        "entropy": entropy_weights(normal),
        "critic": critic_weights(normal),
        "equal": np.full(len(used), 1.0 / len(used)),
    }
    own = _own(study, used)
    if own is not None:
        found["user"] = own
    return found


def base_weighting(study: Study, known: Mapping[Weighting, Floats]) -> Weighting:
    """Return the weighting of the published score, ``potential.weighting``.

    Raises
    ------
    StudyError
        There is no such weighting, or the user's weights are asked for and not given.
    """
    wanted = study.parameter("potential.weighting")
    for name in known:
        if name == wanted:
            return name
    raise StudyError(
        Text(f"The parameter potential.weighting is {wanted!r}.", f"参数potential.weighting为{wanted!r}。"),
        Text(
            f"Choose from {', '.join(known)}; user needs weights in indicator_list or study.toml.",
            f"可选：{'、'.join(known)}；user需在indicator_list表或study.toml中给出权重。",
        ),
    )


def _weight(code: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not 0.0 <= number < float("inf"):
        raise StudyError(
            Text(f"The indicator '{code}' has the weight '{value}'.", f"指标“{code}”的权重为“{value}”。"),
            Text("Give a number of zero or more.", "请给出不小于0的数。"),
        )
    return number


def _own(study: Study, used: tuple[Chosen, ...]) -> Floats | None:
    given = {
        str(code): _weight(str(code), value) for code, value in section(study, "potential.weights").items()
    }
    table = study.frames.get("indicator_list")
    if not given and table is not None and "weight" in table:
        cells = zip(table["indicator"], table["weight"], strict=True)
        blank = {"", "nan", "none", "<na>"}
        given = {str(c): _weight(str(c), v) for c, v in cells if str(v).strip().lower() not in blank}
    if not given:
        return None
    listed = set(table["indicator"]) if table is not None else set()
    unknown = [code for code in given if code not in listed]
    weights = np.array([given.get(item.code, 0.0) for item in used])
    if unknown or not weights.sum() > 0:
        named = ", ".join(unknown)
        raise StudyError(
            Text(f"Weights are given for {named}, which indicator_list does not have.",
                 f"权重所给指标{named}不在indicator_list表中。")
            if unknown
            else Text("All weights of the user's own are zero.", "用户权重全部为零。"),
            Text("Give weights to indicators that have a pillar.", "请为注明维度的指标给出权重。"),
        )  # fmt: skip
    return np.asarray(weights / weights.sum(), dtype=float)
