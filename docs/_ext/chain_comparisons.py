"""Published answers for value chains and footprints beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import hinterland as hl

INTER = (
    (16.1, 5.1, 1.8, 3.2, 4.3, 0.4, 3.1, 2.8, 4.9),
    (2.4, 8.0, 3.2, 0.1, 3.2, 1.6, 1.2, 3.9, 11.5),
    (0.9, 0.5, 4.0, 0.0, 0.1, 0.3, 0.0, 0.4, 0.5),
    (1.1, 1.9, 0.2, 18.0, 13.2, 6.1, 9.0, 3.1, 8.9),
    (0.3, 2.8, 0.1, 6.1, 28.1, 6.3, 2.1, 2.5, 25.6),
    (0.0, 0.1, 0.3, 4.1, 3.2, 8.9, 0.2, 0.0, 1.8),
    (1.2, 4.2, 0.3, 4.1, 1.2, 0.6, 29.0, 19.5, 17.9),
    (1.3, 1.1, 0.0, 3.2, 4.8, 2.6, 5.1, 29.1, 24.1),
    (2.1, 1.4, 3.0, 4.1, 3.1, 3.9, 11.3, 8.1, 51.3),
)
FINAL = (
    (21.5, 6.1, 8.4),
    (16.2, 1.9, 5.1),
    (11.0, 0.5, 0.8),
    (7.5, 29.5, 14.2),
    (8.9, 24.9, 16.9),
    (1.2, 18.5, 4.9),
    (9.2, 17.9, 51.2),
    (7.9, 10.1, 38.5),
    (25.1, 35.2, 68.4),
)
# Argentina, as printed
KWW = {
    "dva_final": "19.34940",
    "dva_intermediate": "18.97119",
    "dva_reexported": "8.411491",
    "rdv_final": "5.259501",
    "rdv_intermediate": "0.8259724",
    "domestic_double_counted": "0.8723949",
    "fva_final": "3.450595",
    "fva_intermediate": "3.388617",
    "foreign_double_counted": "3.770832",
}
BORIN_MANCINI = {
    ("exporter", "source"): {"domestic_value_added": "52.81756", "foreign_value_added": "10.43484"},
    ("world", "sink"): {"foreign_value_added": "8.471827", "foreign_double_counted": "2.138217"},
}
R_KWW = "Koopman, Wang & Wei (2014) as printed by the R package decompr for its table leather"
R_BM = "Borin & Mancini as printed by the R package icio for its table leather"


def value_chains() -> Iterator[tuple[str, float, float, float, str]]:
    """What, published, ours, tolerance (half a unit of the last decimal printed), source."""
    table = hl.accounts.IOTable.from_arrays(
        INTER,
        FINAL,
        regions=["Argentina", "Turkey", "Germany"],
        industries=["Agriculture", "Textile and leather", "Transport equipment"],
        categories=["final"],
    )
    found = hl.accounts.koopman_wang_wei(table, by="region").frame.set_index("region")
    for name, printed in KWW.items():
        yield _one(f"Argentina's exports: {name}", printed, found.loc["Argentina", name], R_KWW)
    for (perspective, approach), terms in BORIN_MANCINI.items():
        result = hl.accounts.borin_mancini(table, by="region", perspective=perspective, approach=approach)
        values = result.frame.set_index("region").loc["Argentina"]
        for name, printed in terms.items():
            what = f"Argentina's exports: {name}, {perspective}, {approach}"
            yield _one(what, printed, values[name], R_BM)
    exports = np.array([[50.0, 50.0], [0.0, 0.0]]), np.array([[30.0, 20.0], [50.0, 0.0]])
    two = hl.accounts.IOTable.from_arrays(
        *exports, regions=["A", "B"], industries=["goods"], categories=["final"]
    )
    returned = hl.accounts.koopman_wang_wei(two, by="region").frame.set_index("region")
    paper = "Koopman, Wang & Wei (2014), American Economic Review 104(2), first worked example"
    yield (
        "Value added of A that returns",
        50.0,
        round(float(returned.loc["A", "rdv_final"]), 9),
        1e-9,
        paper,
    )
    yield (
        "Foreign value added in B's exports",
        50.0,
        round(float(returned.loc["B", "fva_final"]), 9),
        1e-9,
        paper,
    )


def _one(what: str, printed: str, ours: float, source: str) -> tuple[str, float, float, float, str]:
    decimals = len(printed.split(".")[1])
    return what, float(printed), round(float(ours), decimals + 2), 0.51 * 10.0**-decimals, source
