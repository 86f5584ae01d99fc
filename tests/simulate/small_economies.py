"""Random small economies for the tests of the equilibrium model."""

from __future__ import annotations

import numpy as np

from hinterland.simulate.equilibrium import Economy, from_trade


def invent(
    seed: int,
    regions: int = 3,
    industries: int = 2,
    *,
    tariffs: bool = False,
    balanced: bool = False,
    theta: tuple[float, float] = (1.5, 8.0),
) -> Economy:
    """An economy of random trade that is in equilibrium as it stands, with deficits unless balanced."""
    rng = np.random.default_rng(seed)
    n, j = regions, industries
    trade = rng.lognormal(0.0, 1.0, (j, n, n))
    trade[:, np.arange(n), np.arange(n)] *= 4
    back = trade.transpose(0, 2, 1)
    # deficits of a tenth of income or so: larger ones may leave a region without income after a shock
    trade = trade + back if balanced else trade + 0.7 * back
    tariff = rng.uniform(0.0, 0.3, trade.shape) if tariffs else None
    if tariff is not None:
        tariff[:, np.arange(n), np.arange(n)] = 0.0
    output = trade.sum(1)
    share = rng.uniform(0.3, 0.7, (j, n))
    mix = rng.random((j, j, n)) + 0.1
    inputs = mix / mix.sum(0) * (1 - share) * output
    bought = (trade if tariff is None else trade * (1 + tariff)).sum(2)
    # nobody uses more of a product than is bought
    inputs = inputs * np.minimum(1.0, 0.8 * bought / inputs.sum(1))[:, None, :]
    return from_trade(
        trade,
        inputs,
        output - inputs.sum(0),
        rng.uniform(*theta, j),
        tariff=tariff,
        stocks="keep",
    )
