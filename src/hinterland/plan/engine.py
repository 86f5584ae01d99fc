"""HiGHS as every programme is handed to it: one thread, the simplex method, fixed tolerances."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs

FEASIBILITY = 1e-9
INFINITE = float("inf")
# HiGHS's numbers for the two kinds of simplex.
DUAL, PRIMAL = 1, 4
OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "primal_feasibility_tolerance": FEASIBILITY,
    "dual_feasibility_tolerance": FEASIBILITY,
    # the interior point is only where crossover begins; what simplex then makes of it is to the others
    "ipm_optimality_tolerance": 1e-6,
}


def empty() -> Any:
    """Return HiGHS without a programme.

    The bare class is used, because the one that wraps it prints a banner to standard output as it is made,
    before it can be told to be quiet; that would spoil a command's JSON.
    """
    solver = _Highs()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    return solver


def loaded(matrices: Any) -> Any:
    """Hand the programme's matrices to HiGHS."""
    solver = empty()
    by_column = matrices.A.tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = by_column.shape
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.asarray(matrices.lb, float), np.asarray(matrices.ub, float)
    bound, sense = np.asarray(matrices.b, float), np.asarray(matrices.sense)
    lp.row_lower_ = np.where(sense == "<", -highspy.kHighsInf, bound)
    lp.row_upper_ = np.where(sense == ">", highspy.kHighsInf, bound)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = by_column.indptr
    lp.a_matrix_.index_ = by_column.indices
    lp.a_matrix_.value_ = by_column.data
    solver.passModel(lp)
    return solver


def version() -> str:
    """Return the version of HiGHS."""
    return str(_Highs().version())
