"""Assumptions that go together: draws put into an order that has the stated rank correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, rankdata

from hinterland.plan.assumptions import Assumption
from hinterland.study import Study, StudyError, Text

Values = npt.NDArray[np.float64]

TABLE = "assumption_correlations"


def correlations(study: Study, wanted: Sequence[Assumption]) -> Values:
    """Return the rank correlations of assumptions that the study states; 0 where it states none.

    Returns
    -------
    array [assumption, assumption]

    Raises
    ------
    StudyError
        The table names an assumption that is not drawn, one twice or with itself, or correlations that cannot
        hold together; all of it at once.
    """
    found = np.eye(len(wanted))
    table = study.frames.get(TABLE)
    if table is None or table.empty:
        return found
    place = {a.code: k for k, a in enumerate(wanted)}
    strange = sorted({str(c) for n in ("parameter", "parameter_to") for c in table[n]} - set(place))
    pairs = [
        frozenset((str(a), str(b))) for a, b in zip(table["parameter"], table["parameter_to"], strict=True)
    ]
    twice = sorted({" – ".join(sorted(p)) for p in pairs if len(p) == 1 or pairs.count(p) > 1})
    if strange or twice:
        raise StudyError(
            Text(
                f"{TABLE}: not drawn: {', '.join(strange) or '–'}; twice or with itself: "
                f"{', '.join(twice) or '–'}.",
                f"{TABLE}：未抽样的假设：{'、'.join(strange) or '–'}；重复或与自身相关："
                f"{'、'.join(twice) or '–'}。",
            ),
            Text(f"Give each pair of {', '.join(place)} once.", f"请就{'、'.join(place)}中每对只给一行。"),
        )
    for row in table.to_dict("records"):
        a, b = place[str(row["parameter"])], place[str(row["parameter_to"])]
        found[a, b] = found[b, a] = float(row["correlation"])
    if np.linalg.eigvalsh(found).min() < 1e-9:
        raise StudyError(
            Text(f"The correlations of {TABLE} cannot hold together.", f"{TABLE}中的相关系数不能同时成立。"),
            Text("Lower some of them.", "请降低其中部分系数。"),
        )
    return found


def reordered(rows: Values, wanted: Values) -> Values:
    r"""Put independent draws into an order that has the wanted rank correlations; each margin is kept.

    With van der Waerden scores :math:`S` of the ranks, their correlation :math:`E = FF^\top` and the wanted
    :math:`C = PP^\top`, every column takes the order of the same column of :math:`S F^{-\top} P^\top`.

    Parameters
    ----------
    rows : array [draw, assumption]
    wanted : array [assumption, assumption]
        Positive definite, 1 on the diagonal.

    Returns
    -------
    array [draw, assumption]
        The same values in every column. A column without variation, or a matrix without correlations, is
        left as it is.

    References
    ----------
    Iman & Conover (1982), Communications in Statistics - Simulation and Computation 11.
    """
    if np.array_equal(wanted, np.eye(len(wanted))):
        return rows
    moving = np.flatnonzero(np.ptp(rows, axis=0) > 0)
    part = rows[:, moving]
    scores = norm.ppf(rankdata(part, axis=0, method="ordinal") / (len(part) + 1))
    own = np.linalg.cholesky(np.corrcoef(scores, rowvar=False).reshape(len(moving), -1))
    aim = np.linalg.cholesky(wanted[np.ix_(moving, moving)])
    turned = scores @ np.linalg.inv(own).T @ aim.T
    out = rows.copy()
    for k, column in enumerate(moving):
        order = rankdata(turned[:, k], method="ordinal").astype(int) - 1
        out[:, column] = np.sort(part[:, k])[order]
    return out
