r"""Which of the plans that no other one betters? The knee, a reference point, or weights.

All three compare objectives on the scale of the payoff table, 0 at the worst and 1 at the best value that an
objective has there, so that the unit in which one is measured does not decide:

.. math:: u_k = \sigma_k (f_k - f_k^{worst}) / r_k,

with :math:`\sigma_k = 1` for an objective to be maximised and -1 for one to be minimised, and :math:`r_k` its
range.

References
----------
Das (1999), Structural Optimization 18, 107-115: the knee by way of the hyperplane through the ends.
Wierzbicki (1980), in Multiple Criteria Decision Making Theory and Application, Springer, 468-486: the
achievement scalarising function of a reference point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from hinterland.plan.added import Added
from hinterland.plan.engine import INFINITE
from hinterland.plan.objectives import SENSE
from hinterland.plan.solver import Solution, Solver
from hinterland.study import StudyError, Text

Values = npt.NDArray[np.float64]
Payoff = Mapping[str, Mapping[str, float]]
# Weight of the sum of all achievements beside the smallest one, so that the point is efficient and not weakly
# so.
AUGMENT_SUM = 1e-4


def sign(name: str) -> float:
    """1 for an objective to be maximised, -1 for one to be minimised."""
    return 1.0 if SENSE[name] == "max" else -1.0


def width(payoff: Payoff, name: str) -> float:
    """Range of an objective over the payoff table, never zero."""
    values = [row[name] for row in payoff.values()]
    return max(max(values) - min(values), 1e-9 * max(1.0, *map(abs, values)))


def knee(points: npt.ArrayLike) -> int:
    r"""Return the point farthest from the hyperplane through the ends, each axis scaled to its range.

    With two objectives this is the distance to the chord between the first and the last point. With more, the
    ends are the best points of each objective and the distance is that along the normal of the hyperplane
    through them, counted on the side away from the worst corner (Das 1999).

    Parameters
    ----------
    points : array [point, objective]
        For two objectives along the frontier. For more, larger has to be better in every objective. With
        fewer points than objectives and one more the first is the knee.
    """
    a = np.asarray(points, dtype=float)
    count, objectives = a.shape
    if count < objectives + 1:
        return 0
    span = np.ptp(a, axis=0)
    unit = (a - a.min(axis=0)) / np.where(span > 0, span, 1.0)
    if objectives == 2:
        chord = unit[-1] - unit[0]
        length = float(np.hypot(*chord)) or 1.0
        gap = unit - unit[0]
        distance = np.abs(chord[0] * gap[:, 1] - chord[1] * gap[:, 0]) / length
    else:
        # of several best ones of an objective the one that is best in the others together
        ends = [
            int(np.argmax(np.round(unit[:, k], 9) * objectives + unit.mean(axis=1)))
            for k in range(objectives)
        ]
        normal = np.linalg.lstsq(unit[ends], np.ones(objectives), rcond=None)[0]
        distance = (unit @ normal - 1.0) / (float(np.linalg.norm(normal)) or 1.0)
    # rounding must not decide between equals
    return int(np.argmax(np.round(distance, 9)))


def by_weights(
    solver: Solver, payoff: Payoff, traded: Sequence[str], weights: Mapping[str, float]
) -> Solution:
    r"""Return the plan with the largest weighted sum of the scaled objectives.

    .. math:: \max \sum_k w_k u_k

    Weights are relative to one another; an objective without one gets a ten-thousandth of the largest, so
    that the plan is efficient.

    Raises
    ------
    StudyError
        A weight for an objective that is not traded off, or one below zero, or none above.
    """
    given = _given(weights, traded, "weight", "权重")
    if min(given.values(), default=0.0) < 0 or not max(given.values(), default=0.0) > 0:
        raise StudyError(
            Text("The weights of the objectives are negative or all zero.", "目标权重为负或全为零。"),
            Text("Give weights of zero or more, one of them above.", "请给出不小于零且至少一个为正的权重。"),
        )
    least = AUGMENT_SUM * max(given.values())
    return solver.solve({k: sign(k) * max(given.get(k, 0.0), least) / width(payoff, k) for k in traded})


def by_reference(
    solver: Solver, payoff: Payoff, traded: Sequence[str], reference: Mapping[str, float]
) -> Solution:
    r"""Return the plan that comes nearest to, or goes farthest beyond, the values that are wished for.

    The achievement scalarising function (Wierzbicki 1980), with :math:`q_k` the wish for an objective:

    .. math:: \max\; t + \rho \sum_k \sigma_k (f_k - q_k)/r_k
              \quad\text{s.t. } t \le \sigma_k (f_k - q_k)/r_k \;\forall k .

    A wish that can be met in all objectives is surpassed evenly, one that cannot is missed evenly. An
    objective without a wish is wished at the middle of its range.

    Raises
    ------
    StudyError
        A wish for an objective that is not traded off, or one that is no number.
    """
    wishes = _given(reference, traded, "wish", "期望值")
    for name in traded:
        values = [row[name] for row in payoff.values()]
        wishes.setdefault(name, (max(values) + min(values)) / 2)
    with Added(solver) as added:
        least = added.column(-INFINITE, INFINITE, 1.0)
        for name in traded:
            rate = sign(name) / width(payoff, name)
            # rate * f - t >= rate * q
            added.row(rate * wishes[name], INFINITE, [solver.objective_column(name), least], [rate, -1.0])
        return solver.solve({k: AUGMENT_SUM * sign(k) / width(payoff, k) for k in traded})


def _given(values: Mapping[str, float], traded: Sequence[str], en: str, zh: str) -> dict[str, float]:
    wrong = [k for k, v in values.items() if k not in traded or not np.isfinite(float(v))]
    if wrong:
        raise StudyError(
            Text(
                f"There is a {en} for {', '.join(wrong)}, but the objectives are {', '.join(traded)}, and a "
                f"{en} has to be a number.",
                f"给出了{'、'.join(wrong)}的{zh}，但目标为{'、'.join(traded)}，且{zh}须为数值。",
            ),
            Text("Name only objectives that are traded off.", "只对参与权衡的目标给出数值。"),
        )
    return {k: float(v) for k, v in values.items()}
