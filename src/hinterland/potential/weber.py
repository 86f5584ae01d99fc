"""Where is transport least? The point of least weighted distance (Weber 1909), on a plane or sphere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hinterland.accounts.space import EARTH_RADIUS_KM
from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]
Geometry = Literal["plane", "sphere"]
# Unit vectors and weights are known no better than this.
ROUNDING = 1e-12


@dataclass(frozen=True)
class WeberPoint:
    """The point of least weighted distance.

    Attributes
    ----------
    point : array [2]
        As the places were given: x and y, or longitude and latitude in degrees.
    cost : float
        Sum of weights times distances.
    vertex : int or None
        The place at which it lies, if it does.
    gap : float
        What is left of the pull there, relative to all weights: 0 where it is exactly least; at a place,
        the others' pull less what its own weight holds, above 0 by no more than rounding.
    iterations : int
    """

    point: Floats
    cost: float
    vertex: int | None
    gap: float
    iterations: int


Move = Callable[[Floats, Floats], Floats]


def _flat_log(at: Floats, places: Floats) -> Floats:
    return places - at


def _flat_exp(at: Floats, step: Floats) -> Floats:
    return at + step


def _unit(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat[..., 0]), np.radians(lonlat[..., 1])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def _sphere_log(at: Floats, places: Floats) -> Floats:
    """Vectors in the tangent plane at `at` that point to the places, as long as the way (km)."""
    along = places @ at
    across = places - along[:, None] * at
    sine = np.sqrt((across**2).sum(1))
    way = EARTH_RADIUS_KM * np.arctan2(sine, along)
    return np.asarray(across * np.divide(way, sine, out=np.zeros_like(way), where=sine > 1e-15)[:, None])


def _sphere_exp(at: Floats, step: Floats) -> Floats:
    angle = float(np.sqrt(step @ step)) / EARTH_RADIUS_KM
    if angle == 0.0:
        return at
    moved = np.cos(angle) * at + np.sin(angle) * step / (angle * EARTH_RADIUS_KM)
    return np.asarray(moved / np.sqrt(moved @ moved))


def _pull(at: Floats, places: Floats, weights: Floats, log: Move) -> tuple[Floats, Floats, Floats]:
    """Vectors to the places, distances, and the sum of weighted unit vectors of those not here."""
    ways = log(at, places)
    far = np.sqrt((ways**2).sum(1))
    away = far > 1e-12 * max(float(far.max(initial=0.0)), 1e-300)
    held = np.divide(weights, far, out=np.zeros_like(far), where=away)
    return ways, far, held @ ways


def weber_point(
    places: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    geometry: Geometry = "plane",
    tol: float = 1e-10,
    max_iter: int = 20_000,
) -> WeberPoint:
    r"""Find the point that minimises :math:`\sum_k w_k d(x, p_k)`.

    A place is the optimum where its weight holds the pull of all others, :math:`|\sum_{l \ne k} w_l u_{kl}|
    \le w_k` with :math:`u` the unit vectors towards them; every place is tried. Else Weiszfeld's iteration

    .. math:: x \leftarrow \frac{\sum_k w_k p_k / d_k}{\sum_k w_k / d_k}

    starts from the best place, leaving it by the step of Vardi & Zhang (2000), and runs until the remaining
    pull is `tol` of all weights. On the sphere the same steps are taken along great circles in the tangent
    plane (Fletcher, Venkatasubramanian & Joshi 2009).

    Parameters
    ----------
    places : array [place, 2]
        x and y, any unit; on the sphere longitude and latitude in degrees.
    weights : array [place]
        Not negative: tonnes x rate, or value x rate.
    geometry : "plane" or "sphere"
        On the sphere distances are km.

    Raises
    ------
    StudyError
        No weight, missing or negative figures, places on the sphere so far apart (a quarter of the way
        round) that there may be several minima, or no convergence.

    References
    ----------
    Weber (1909), Über den Standort der Industrien, with the mathematical appendix by Pick; Weiszfeld (1937);
    Kuhn (1973); Vardi & Zhang (2000), PNAS 97(4); Fletcher et al. (2009), NeuroImage 45(1).
    """
    given, w = np.asarray(places, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    good = given.ndim == 2 and given.shape == (len(w), 2) and np.isfinite(given).all()
    if not good or not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
        raise StudyError(
            Text(
                "The point of least transport needs places with coordinates and weights, none negative, some "
                "positive.",
                "求运输成本最小点需要各地坐标及非负权重，且权重之和为正。",
            ),
            Text("Correct the coordinates or weights.", "请更正坐标或权重。"),
        )
    sphere = geometry == "sphere"
    spots = _unit(given) if sphere else given
    log, exp = (_sphere_log, _sphere_exp) if sphere else (_flat_log, _flat_exp)
    used = np.flatnonzero(w > 0)
    # places on one spot pull as one, else neither of two would hold what both hold
    _, first, which = np.unique(given[used], axis=0, return_index=True, return_inverse=True)
    spots, where = spots[used][first], used[first]
    w = np.asarray(np.bincount(which.ravel(), w[used], len(first)), dtype=np.float64)
    if sphere:
        _check_spread(spots)
    whole = float(w.sum())
    costs = np.empty(len(spots))
    for k in range(len(spots)):
        _, far, pull = _pull(spots[k], spots, w, log)
        costs[k] = float(w @ far)
        left = float(np.sqrt(pull @ pull)) - float(w[k])
        if left <= ROUNDING * whole:
            return WeberPoint(given[where[k]].copy(), float(costs[k]), int(where[k]), left / whole, 0)
    best = int(costs.argmin())
    x = spots[best]
    for step in range(1, max_iter + 1):
        _, far, pull = _pull(x, spots, w, log)
        strength = float(np.sqrt(pull @ pull))
        here = far <= 1e-12 * float(far.max())
        if not here.any() and strength <= tol * whole:
            return WeberPoint(_as_given(x, sphere), float(w @ far), None, strength / whole, step)
        held = np.divide(w, far, out=np.zeros_like(far), where=~here)
        own = float(w[here].sum())
        # Vardi & Zhang: a place that holds part of the pull shortens the step away from it
        x = exp(x, max(1.0 - own / strength, 0.0) * pull / held.sum())
        if step % 5 == 0 and not here.any():
            x = _newton(x, spots, w, log, exp)
    raise StudyError(
        Text(
            f"The point of least transport was not found in {max_iter} steps.",
            f"在{max_iter}步内未求得运输成本最小点。",
        ),
        Text("Allow more steps (max_iter) or a larger tol.", "请增加步数（max_iter）或放宽tol。"),
    )


def _check_spread(spots: Floats) -> None:
    widest = float(np.arccos(np.clip(spots @ spots.T, -1, 1)).max())
    if widest >= np.pi / 2:
        raise StudyError(
            Text(
                "Places lie a quarter of the way round the earth apart or more: there may be several minima.",
                "各地相距达到或超过地球周长的四分之一，可能存在多个极小值。",
            ),
            Text("Divide the places into parts of the world.", "请将各地划分为较小的区域。"),
        )


def _newton(x: Floats, spots: Floats, w: Floats, log: Move, exp: Move) -> Floats:
    """A Newton step in the tangent plane, kept only if it lessens cost: Weiszfeld's own steps slow down."""
    ways, far, pull = _pull(x, spots, w, log)
    if (far <= 1e-9 * far.max()).any():
        return x
    u = ways / far[:, None]
    bend = (u[:, :, None] * -u[:, None, :] * (w / far)[:, None, None]).sum(0)
    bend += np.eye(len(x)) * float((w / far).sum())
    try:
        trial = exp(x, np.linalg.solve(bend, pull))
    except np.linalg.LinAlgError:
        return x
    ahead = log(trial, spots)
    return trial if float(w @ np.sqrt((ahead**2).sum(1))) < float(w @ far) else x


def _as_given(x: Floats, sphere: bool) -> Floats:
    if not sphere:
        return x
    return np.array([np.degrees(np.arctan2(x[1], x[0])), np.degrees(np.arcsin(np.clip(x[2], -1, 1)))])


def transport_cost(
    points: npt.ArrayLike, places: npt.ArrayLike, weights: npt.ArrayLike, geometry: Geometry = "sphere"
) -> Floats:
    r"""Sum of weighted distances from points to all places, :math:`T(x) = \sum_k w_k d(x, p_k)`.

    Parameters
    ----------
    points : array [point, 2]
    places : array [place, 2]
    weights : array [place] or [place, ...]
    geometry : "sphere" or "plane"

    Returns
    -------
    array [point, ...], weight x km (or the plane's unit).
    """
    x, p, w = (np.asarray(a, dtype=np.float64) for a in (points, places, weights))
    if geometry == "sphere":
        chord = np.sqrt(((_unit(x)[:, None] - _unit(p)[None]) ** 2).sum(-1))
        way = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    else:
        way = np.sqrt(((x[:, None] - p[None]) ** 2).sum(-1))
    cost: Floats = way @ w
    return cost


def material_index(inputs: npt.ArrayLike, freight: npt.ArrayLike, product: npt.ArrayLike) -> Floats:
    r"""Weber's material index in freight: that of the inputs over that of the product.

    .. math:: \sum_j f_j a_{ji} / f_i

    Above 1 inputs cost more to carry than what is made of them, and transport draws the industry to its
    inputs; below 1 to its markets. Weber counts tonnes of localised materials; with values known instead of
    tonnes, value times freight rate stands for weight.

    Parameters
    ----------
    inputs : array [product, industry]
        Input coefficients.
    freight : array [product]
        Freight per value and distance; 0 for what carries none.
    product : array [industry]
        The same for the industry's own product.

    Returns
    -------
    array [industry]; NaN where the product carries no freight.
    """
    f, own = np.asarray(freight, dtype=np.float64), np.asarray(product, dtype=np.float64)
    index: Floats = (f @ np.asarray(inputs, dtype=np.float64)) / np.where(own > 0, own, np.nan)
    return index
