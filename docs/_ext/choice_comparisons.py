"""Published answers for decisions before the future is known beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from hinterland.plan.recourse import Part, cvar, decide

Row = tuple[str, float, float, float, str]

# The farmer of Birge & Louveaux: 500 acres of wheat, corn and sugar beet, sown before the weather is known.
_COST = (150.0, 230.0, 260.0)
_YIELD = np.array([2.5, 3.0, 20.0])
_NEED = (200.0, 240.0)
_BUY, _SELL = (238.0, 210.0), (170.0, 150.0)
_QUOTA, _WITHIN, _BEYOND = 6000.0, 36.0, 10.0
# Wheat, corn and beet for the mean weather.
_MEAN = np.array([120.0, 80.0, 300.0])


def farmer() -> tuple[list[Part], np.ndarray]:
    """Return the farmer's programme in good, fair and bad weather, and the chances of each."""
    # columns: acres of three crops | wheat and corn bought | wheat and corn sold | beets sold within, beyond
    worth = np.array([*(-c for c in _COST), *(-c for c in _BUY), *_SELL, _WITHIN, _BEYOND])
    upper = np.full(9, np.inf)
    upper[7] = _QUOTA
    parts = []
    for weather in (1.2, 1.0, 0.8):
        made = weather * _YIELD
        rows = np.zeros((4, 9))
        rows[0, :3] = 1
        for k in range(2):
            rows[k + 1, [k, 3 + k, 5 + k]] = made[k], 1.0, -1.0
        rows[3, [2, 7, 8]] = made[2], -1.0, -1.0
        low = np.array([-np.inf, *_NEED, 0.0])
        high = np.array([500.0, np.inf, np.inf, np.inf])
        shared = np.arange(9) < 3
        first = [(np.array([k]), (k,)) for k in range(3)]
        parts.append(Part(sparse.csr_array(rows), low, high, np.zeros(9), upper, shared, {}, first, worth))
    return parts, np.full(3, 1 / 3)


def choices() -> Iterator[Row]:
    """What, published, ours, tolerance, source."""
    source = "Birge & Louveaux (2011), Introduction to Stochastic Programming, section 1.1: the farmer"
    parts, chance = farmer()
    known, found = decide(parts, chance, _MEAN, 0.5)
    worth = {
        rule: np.array([p.worth @ x for p, x in zip(parts, each, strict=True)])
        for rule, each in found.items()
    }
    for what, published, value in zip(
        ("good", "fair", "bad"), (167667.0, 118600.0, 59950.0), known, strict=True
    ):
        said = f"Profit of the farmer who knows that the weather is {what}"
        yield said, published, float(round(value)), 0.5, source
    best, plan = float(chance @ worth["expected"]), float(chance @ worth["plan"])
    yield "Expected profit if the weather were known", 115406.0, round(float(chance @ known)), 0.5, source
    yield "Expected profit of the best decision before it is known", 108390.0, round(best), 0.5, source
    yield "Expected profit of the decision for mean weather", 107240.0, round(plan), 0.5, source
    yield "Value of the stochastic solution", 1150.0, round(best - plan), 0.5, source
    yield "Value of perfect information", 7016.0, round(float(chance @ known) - best), 0.5, source
    acres = found["expected"][0][:3]
    for crop, published, value in zip(("wheat", "corn", "beet"), (170.0, 80.0, 250.0), acres, strict=True):
        yield f"Acres of {crop} sown before the weather is known", published, round(value, 6), 1e-6, source
    yield (
        "Mean of the worst half of 1, 3 and 5 at a quarter, a quarter and a half",
        2.0,
        cvar(np.array([1.0, 3.0, 5.0]), np.array([0.25, 0.25, 0.5]), 0.5),
        1e-12,
        "Rockafellar & Uryasev (2000): definition",
    )
