"""Which assumptions the outcomes hang on, interactions included: Sobol indices by SALib."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Indices:
    """Sobol indices of one outcome: arrays [factor]; `_error`: half of a 95 % bootstrap interval."""

    first: Values
    first_error: Values
    total: Values
    total_error: Values


def _salib() -> tuple[ModuleType, ModuleType]:
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ModuleNotFoundError as error:
        raise StudyError(
            Text("Sobol indices need the package SALib.", "Sobol指数需要SALib软件包。"),
            Text('Install it: pip install "hinterland[risk]".', '请安装：pip install "hinterland[risk]"。'),
        ) from error
    return sample, analyze


def sobol_indices(
    model: Callable[[Values], dict[str, Values]], factors: int, base: int, seed: int
) -> dict[str, Indices]:
    r"""First-order and total indices of every outcome of a model of independent uniform factors.

    .. math:: S_k = \frac{V[E(y \mid x_k)]}{V(y)}, \qquad
              T_k = 1 - \frac{V[E(y \mid x_{\sim k})]}{V(y)}

    by Saltelli's scheme on a scrambled Sobol sequence: base (factors + 2) evaluations, in one call of the
    model.

    Parameters
    ----------
    model : callable
        From points in the unit cube [draw, factor] to outcomes by name, [draw] each; other distributions are
        the model's own affair (by their quantile functions).
    factors : int
    base : int
        A power of two, for the balance of the sequence.
    seed : int
        Of the scrambling and of the bootstrap (100 resamples).

    Returns
    -------
    dict of `Indices`
        NaN for an outcome that does not vary.

    Raises
    ------
    StudyError
        SALib is not installed; `base` is no power of two.

    References
    ----------
    Sobol' (2001), Mathematics and Computers in Simulation 55; Saltelli et al. (2010), Computer Physics
    Communications 181; Herman & Usher (2017), Journal of Open Source Software 2(9) (SALib).
    """
    if base < 2 or base & (base - 1):
        raise StudyError(
            Text(f"{base} is no power of two.", f"{base}不是2的幂。"),
            Text("Give risk.sobol_base as 256, 512, 1024 ...", "请将risk.sobol_base设为256、512、1024等。"),
        )
    sample, analyze = _salib()
    problem = {
        "num_vars": factors,
        "names": [f"x{k}" for k in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }
    points = sample.sample(problem, base, calc_second_order=False, scramble=True, seed=seed)
    out = {}
    for name, values in model(points).items():
        if not np.ptp(values) > 1e-12 * max(1.0, float(np.abs(values).max())):
            blank = np.full(factors, np.nan)
            out[name] = Indices(blank, blank, blank, blank)
            continue
        found = analyze.analyze(
            problem, values, calc_second_order=False, num_resamples=100, conf_level=0.95, seed=seed
        )
        out[name] = Indices(*(np.asarray(found[k], dtype=float) for k in ("S1", "S1_conf", "ST", "ST_conf")))
    return out
