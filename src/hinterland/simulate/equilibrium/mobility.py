"""Labour that moves between regions for real wages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.simulate.equilibrium.economy import Array, Economy, refuse


@dataclass(frozen=True, eq=False)
class Mobility:
    r"""Labour supply with a migration elasticity (Redding 2016; Tombe & Zhu 2019).

    .. math:: \hat L_n = \hat u_n^{\epsilon} \sum_m L_m \Big/ \sum_m L_m \hat u_m^{\epsilon}, \qquad
              \hat u_n = \hat w_n / \hat P_n

    Attributes
    ----------
    elasticity : float
        :math:`\epsilon \ge 0`: percent more workers per percent of real wage.
    workers : array [n]
        Of each region, any unit, above zero where labour moves.
    area : array of int [n]
        Labour moves among regions of the same number; -1 where it does not move (the world abroad).
    """

    elasticity: float
    workers: Array
    area: npt.NDArray[np.int_]


def mobility(
    economy: Economy,
    elasticity: float,
    workers: npt.ArrayLike | None = None,
    settled: tuple[str, ...] = (),
) -> Mobility:
    """Let labour move among all regions except `settled`.

    Parameters
    ----------
    economy : Economy
    elasticity : float
    workers : array [n], optional
        Default: value added, which is labour counted in efficiency units.
    settled : tuple of str
        Regions whose labour stays (the world abroad).

    Raises
    ------
    StudyError
        Elasticity below zero, workers missing or not above zero, or an unknown region.
    """
    people = np.asarray(economy.value_added if workers is None else workers, dtype=float)
    unknown = [r for r in settled if r not in economy.regions]
    if unknown:
        raise refuse(
            f"There is no region {', '.join(unknown)}.",
            f"没有地区{'、'.join(unknown)}。",
            f"Choose from {', '.join(economy.regions[:8])}.",
            f"可选：{'、'.join(economy.regions[:8])}。",
        )
    if not (np.isfinite(elasticity) and elasticity >= 0):
        raise refuse(
            f"The migration elasticity is {elasticity}.",
            f"迁移弹性为{elasticity}。",
            "Give a number of at least 0.",
            "请给出不小于0的数。",
        )
    area = np.array([-1 if r in settled else 0 for r in economy.regions])
    if people.shape != area.shape or not (np.isfinite(people) & (people > 0))[area >= 0].all():
        bad = [
            r
            for r, v in zip(economy.regions, np.resize(people, area.shape), strict=True)
            if not v > 0 and r not in settled
        ]
        raise refuse(
            f"Workers are missing or not above zero in {', '.join(bad) or 'some regions'}.",
            f"以下地区的劳动力缺失或不为正：{'、'.join(bad) or '部分地区'}。",
            "Complete the employment of these regions, or keep their labour immobile.",
            "请补全这些地区的就业人数，或设其劳动力不流动。",
        )
    return Mobility(float(elasticity), np.where(area >= 0, people, 1.0), area)
