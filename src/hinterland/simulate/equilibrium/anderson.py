"""Safeguarded Anderson acceleration of a fixed point, for many cases side by side on any array namespace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# A step of more than this in logs is cut back: no price trebles in one round.
LONGEST = 1.0
# An accepted round may be this much worse than the best one; beyond it the search goes back.
WORSE = 4.0


@dataclass(frozen=True)
class Trace:
    """How a fixed point was reached.

    Attributes
    ----------
    state : array [N, b]
    residual : array [b]
        Largest |g(u) - u|, and the largest step still proposed, of each case.
    iterations : int
        Evaluations of the map.
    restarts : int
    """

    state: Any
    residual: npt.NDArray[np.float64]
    iterations: int
    restarts: int


def as_numpy(values: Any) -> npt.NDArray[np.float64]:
    """Bring a small array to the processor as numpy."""
    get = getattr(values, "get", None)  # cupy
    if get is not None:
        return np.asarray(get(), dtype=np.float64)
    if hasattr(values, "cpu"):  # torch
        values = values.cpu()
    return np.asarray(values, dtype=np.float64)


def accelerate(
    evaluate: Callable[[Any], tuple[Any, Any, Any, Any]],
    start: Any,
    xp: Any,
    *,
    tol: float,
    limit: int,
    memory: int = 12,
    first: tuple[Any, Any, Any, Any] | None = None,
    refresh: Callable[[Any], None] | None = None,
) -> Trace:
    r"""Find u with f(u) = 0 from proposed steps r(u) by Anderson acceleration (type II).

    .. math:: u_{k+1} = u_k + \beta r_k - \sum_i \gamma_i (\Delta u_i + \beta \Delta r_i), \qquad
              \gamma = \arg\min \lVert r_k - \sum_i \gamma_i \Delta r_i \rVert

    Safeguards: a step is never longer than `LONGEST`; a round whose residual is not finite or is `WORSE`
    times that of the best round is undone, the history forgotten and beta halved (it grows back).

    Parameters
    ----------
    evaluate : callable
        u [N, b] -> (u in its normal form, f [N, b], r [N, b], size [b]): f the error of the equations, r the
        step that a preconditioner proposes for it, and the size of the error by which rounds are compared.
    start : array [N, b]
    xp : array namespace
    tol : float
        Converged when every |f| and every |r| of every case is at most this.
    limit : int
        Largest number of evaluations. The caller sees from `Trace.residual` whether it sufficed.
    memory : int
    first : tuple, optional
        The evaluation at `start`, where it is known.
    refresh : callable, optional
        Called with the best state when the search restarts, to renew the preconditioner there.

    References
    ----------
    Walker & Ni (2011), SIAM Journal on Numerical Analysis 49; Zhang, O'Donoghue & Boyd (2020), SIAM Journal
    on Optimization 30.
    """
    cases = start.shape[1]
    best, best_merit = start, np.full(cases, np.inf)
    residual = np.full(cases, np.inf)
    beta = np.ones(cases)
    steps: list[Any] = []
    changes: list[Any] = []
    gram = np.zeros((cases, 0, 0))
    before: tuple[Any, Any] | None = None
    state, restarts, since = start, 0, 0
    for evaluations in range(1, limit + 1):
        state, error, step, size = first if first is not None and evaluations == 1 else evaluate(state)
        left = np.maximum(as_numpy(xp.max(xp.abs(error), axis=0)), as_numpy(xp.max(xp.abs(step), axis=0)))
        left = np.where(np.isfinite(left), left, np.inf)
        if (left <= tol).all():
            return Trace(state, left, evaluations, restarts)
        merit = np.where(np.isfinite(left), as_numpy(size), np.inf)
        # a case that is done may flicker in its rounding while others are on their way
        worse = (merit > WORSE * best_merit) & (merit > tol)
        bad = worse if before is not None else ~np.isfinite(merit)
        if bad.any() or not np.isfinite(merit).all():
            # the whole batch goes back together: one history serves all cases
            restarts += 1
            beta = np.where(bad, np.maximum(beta * 0.5, 1e-3), beta)
            steps, changes, gram, before = [], [], np.zeros((cases, 0, 0)), None
            state = best
            best_merit = np.where(bad, np.inf, best_merit)
            if refresh is not None:
                refresh(state)
            continue
        better = merit < best_merit
        if better.any():
            keep = xp.asarray(better[None, :])
            best = xp.where(keep, state, best) if not better.all() else state
            best_merit, residual = np.where(better, merit, best_merit), np.where(better, left, residual)
        if before is not None:
            moved, changed = state - before[0], step - before[1]
            steps.append(moved)
            changes.append(changed)
            row = np.stack([as_numpy(xp.sum(changed * old, axis=0)) for old in changes], axis=1)
            size = len(changes)
            grown = np.zeros((cases, size, size))
            grown[:, : size - 1, : size - 1] = gram
            grown[:, -1, :] = row
            grown[:, :, -1] = row
            gram = grown
            if size > memory:
                steps, changes, gram = steps[1:], changes[1:], gram[:, 1:, 1:]
        before = (state, step)
        b = xp.asarray(beta[None, :], dtype=step.dtype)
        move = b * step
        if changes:
            against = np.stack([as_numpy(xp.sum(step * old, axis=0)) for old in changes], axis=1)
            weights = _least_squares(gram, against)
            for k, (moved, changed) in enumerate(zip(steps, changes, strict=True)):
                gamma = xp.asarray(weights[:, k][None, :], dtype=step.dtype)
                move = move - gamma * (moved + b * changed)
        if (left <= tol).any():
            # a case that is done stays where it is: its history is rounding by now
            move = move * xp.asarray((left > tol).astype(float)[None, :], dtype=step.dtype)
        longest = as_numpy(xp.max(xp.abs(move), axis=0))
        cut = np.minimum(1.0, LONGEST / np.maximum(longest, 1e-300))
        if (cut < 1).any():
            move = move * xp.asarray(cut[None, :], dtype=step.dtype)
        state = state + move
        beta = np.minimum(1.0, beta * 1.1)
        since += 1
    return Trace(best, residual, limit, restarts)


def _least_squares(
    gram: npt.NDArray[np.float64], against: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Weights of the history by case; directions that the history does not span get none."""
    scale = np.sqrt(np.einsum("bkk->bk", gram))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = gram / scale[:, :, None] / scale[:, None, :]
    solved = np.linalg.pinv(scaled, rcond=1e-13, hermitian=True) @ (against / scale)[:, :, None]
    found: npt.NDArray[np.float64] = solved[:, :, 0] / scale
    return found
