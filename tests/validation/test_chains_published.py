"""Published answers for value chains and footprints.

1. Koopman, Wang & Wei (2014), American Economic Review 104(2), section I: their two worked examples of two
   countries, with the figures of the paper. Tolerance: rounding.
2. The invented three-country, three-industry table "leather" that comes with the R packages decompr (Quast &
   Kummritz; CRAN) and icio (Krantz & Quast; CRAN), and the results these packages print for it in their
   documentation (decompr 6, "Koopman-Wang-Wei decomposition"; icio 1.0, vignette and manual page of bm). The
   code in icio is checked by its authors against the Stata command icio of Belotti, Borin & Mancini (2021).
   Tolerance: half a unit of the last digit printed, seven significant digits.
3. pymrio's own test table (Stadler 2021), where pymrio is installed: production, consumption, import and
export
   accounts by region and industry. Tolerance: 1e-8 relative.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hinterland.accounts import (
    IOTable,
    Satellite,
    borin_mancini,
    footprint,
    koopman_wang_wei,
    transfer_matrix,
)
from hinterland.accounts.value_chain_terms import BM_TERMS, KWW_TERMS

COUNTRIES = ("Argentina", "Turkey", "Germany")
SECTORS = ("Agriculture", "Textile_and_Leather", "Transport_Equipment")
INTER = """
16.1 5.1 1.8 3.2 4.3 0.4 3.1 2.8 4.9
2.4 8.0 3.2 0.1 3.2 1.6 1.2 3.9 11.5
0.9 0.5 4.0 0.0 0.1 0.3 0.0 0.4 0.5
1.1 1.9 0.2 18.0 13.2 6.1 9.0 3.1 8.9
0.3 2.8 0.1 6.1 28.1 6.3 2.1 2.5 25.6
0.0 0.1 0.3 4.1 3.2 8.9 0.2 0.0 1.8
1.2 4.2 0.3 4.1 1.2 0.6 29.0 19.5 17.9
1.3 1.1 0.0 3.2 4.8 2.6 5.1 29.1 24.1
2.1 1.4 3.0 4.1 3.1 3.9 11.3 8.1 51.3
"""
FINAL = """
21.5 6.1 8.4
16.2 1.9 5.1
11.0 0.5 0.8
7.5 29.5 14.2
8.9 24.9 16.9
1.2 18.5 4.9
9.2 17.9 51.2
7.9 10.1 38.5
25.1 35.2 68.4
"""


def numbers(text: str) -> np.ndarray:
    return np.array([[float(k) for k in line.split()] for line in text.strip().splitlines()])


def leather() -> IOTable:
    return IOTable.from_arrays(
        numbers(INTER), numbers(FINAL), regions=COUNTRIES, industries=SECTORS, categories=["final"]
    )


def printed(frame: pd.DataFrame, columns: list[str], figures: str) -> None:
    expected = numbers(figures)
    ours = frame[columns].to_numpy()
    # half a unit of the last of seven significant digits
    unit = 10.0 ** (np.floor(np.log10(np.abs(expected))) - 6)
    assert (np.abs(ours - expected) <= 0.51 * unit).all(), np.abs(ours - expected).max()


def two(Z: list[list[float]], Y: list[list[float]]) -> pd.DataFrame:
    table = IOTable.from_arrays(Z, Y, regions=["A", "B"], industries=["goods"], categories=["final"])
    return koopman_wang_wei(table, by="region").frame.set_index("region")


def test_kww_first_example() -> None:
    """A sells inputs to B, which adds no value and sells all back: A 70 = 20 + 50 returned; B 50, "
    "all foreign."""
    found = two([[50.0, 50.0], [0.0, 0.0]], [[30.0, 20.0], [50.0, 0.0]])
    np.testing.assert_allclose(found["gross_exports"], [70.0, 50.0])
    np.testing.assert_allclose(found.loc["A", ["dva_final", "rdv_final"]].astype(float), [20.0, 50.0])
    np.testing.assert_allclose(found.loc["B", "fva_final"], 50.0)
    np.testing.assert_allclose(found[[*KWW_TERMS]].to_numpy().sum(), 120.0)
    np.testing.assert_allclose(found[["domestic_double_counted", "foreign_double_counted"]], 0.0, atol=1e-12)


def test_kww_second_example() -> None:
    """Electronics of the USA and China: 70 each; value added 46.67 each; 23.33 returned, 23.33 foreign."""
    found = two([[100.0, 50.0], [0.0, 50.0]], [[30.0, 20.0], [70.0, 80.0]])
    np.testing.assert_allclose(found["gross_exports"], [70.0, 70.0])
    added = found[["dva_final", "dva_intermediate", "dva_reexported"]].sum(axis=1)
    np.testing.assert_allclose(added, [46.67, 46.67], atol=5e-3)
    np.testing.assert_allclose(found[["rdv_final", "rdv_intermediate"]].sum(axis=1), [23.33, 0.0], atol=5e-3)
    np.testing.assert_allclose(found[["fva_final", "fva_intermediate"]].sum(axis=1), [0.0, 23.33], atol=5e-3)


def test_kww_of_leather() -> None:
    printed(
        koopman_wang_wei(leather(), by="region").frame,
        [*KWW_TERMS],
        """
19.34940 18.97119 8.411491 5.259501 0.8259724 0.8723949 3.450595 3.388617 3.770832
43.39461 26.20678 7.740053 10.475795 2.0075781 2.6369363 10.205386 5.359698 5.573163
78.73101 15.23967 2.748464 5.689669 4.4335916 4.4481800 26.668992 4.455024 5.185401
""",
    )


def test_kww_of_leather_by_flow() -> None:
    """wwz2kww: Argentina's agriculture to Turkey and Germany; Germany's transport equipment to "
    "Argentina, Turkey."""
    frame = koopman_wang_wei(leather(), by="flow_industry").frame.set_index(
        ["region", "industry", "region_to"]
    )
    rows = [
        ("Argentina", "Agriculture", "Turkey"),
        ("Argentina", "Agriculture", "Germany"),
        ("Germany", "Transport_Equipment", "Argentina"),
        ("Germany", "Transport_Equipment", "Turkey"),
    ]
    printed(
        frame.loc[rows],
        [*KWW_TERMS],
        """
5.4744354 3.8177127 1.91423181 1.05270347 0.168614730 0.13657989 0.6255646 0.29795523 0.51220221
7.5385668 5.5186109 2.25638080 1.49085043 0.241349852 0.18525099 0.8614332 0.56826533 0.53929167
16.9168288 2.5557476 0.29897730 0.51188531 0.436904740 0.57733715 8.1831712 1.20835270 0.91079521
23.7239990 3.4172517 0.62558843 1.40927173 0.907106729 1.12192882 11.4760010 1.64094572 1.97790686
""",
    )


SOURCE = [
    "gross_exports",
    "domestic_content",
    "domestic_value_added",
    "absorbed_elsewhere",
    "directly_absorbed",
    "returned",
    "domestic_double_counted",
    "foreign_content",
    "foreign_value_added",
    "foreign_double_counted",
    "gvc_trade",
    "gvc_backward",
    "gvc_forward",
]


def test_borin_mancini_of_leather_by_country() -> None:
    printed(
        borin_mancini(leather(), by="region").frame,
        SOURCE,
        """
64.3 53.68996 52.81756 46.73209 34.79877 6.085473 0.8723949 10.61004 10.43484 0.1752063 29.50123 11.48244 18.01879
113.6 92.46175 89.82482 77.34144 65.50360 12.483373 2.6369363 21.13825 20.55564 0.5826050 48.09640 23.77518 24.32122
147.6 111.29058 106.84240 96.71914 89.31689 10.123261 4.4481800 36.30942 35.06489 1.2445289 58.28311 40.75760 17.52551
""",  # noqa: E501
    )


def test_borin_mancini_of_leather_by_sector() -> None:
    printed(
        borin_mancini(leather(), by="industry").frame,
        SOURCE[:10],
        """
33.2 29.795288 29.493900 26.540382 20.385155 2.9535185 0.30138767 3.404712 3.3423229 0.06238937
28.5 22.056767 21.569374 18.582499 13.084653 2.9868748 0.48739312 6.443233 6.3486717 0.09456147
2.6 1.837902 1.754288 1.609208 1.328962 0.1450801 0.08361414 0.762098 0.7438425 0.01825550
45.9 38.432068 37.469257 32.468054 27.673077 5.0012037 0.96281049 7.467932 7.2556717 0.21226046
59.2 48.074157 46.789941 39.702280 33.025635 7.0876610 1.28421633 11.125843 10.8426216 0.28322154
8.5 5.955528 5.565619 5.171110 4.804889 0.3945085 0.38990949 2.544472 2.4573486 0.08712297
38.7 33.067867 32.402844 29.139637 26.657741 3.2632066 0.66502295 5.632133 5.4445468 0.18758643
31.0 25.719889 25.082406 21.487520 18.915931 3.5948858 0.63748284 5.280111 5.1021480 0.17796309
77.9 52.502827 49.357153 46.091985 43.743217 3.2651685 3.14567421 25.397173 24.5181932 0.87897942
""",
    )


def test_borin_mancini_of_leather_by_flow() -> None:
    """Source-based: Turkey's and Germany's sectors to Argentina."""
    frame = borin_mancini(leather(), by="flow_industry").frame
    printed(
        frame[frame["region_to"] == "Argentina"],
        SOURCE,
        """
10.7 8.9591095 8.7346635 8.224093 7.2163401 0.51057032 0.22444602 1.7408905 1.6914093 0.049481197 3.4836599 1.9653365 1.5183234
12.1 9.8259679 9.5634845 9.079825 8.0548444 0.48365898 0.26248341 2.2740321 2.2161439 0.057888186 4.0451556 2.5365155 1.5086400
1.6 1.1210406 1.0476459 1.018431 0.9626616 0.02921527 0.07339473 0.4789594 0.4625597 0.016399618 0.6373384 0.5523541 0.0849843
14.9 12.7315559 12.4755135 10.951482 9.6750702 1.52403152 0.25604243 2.1684441 2.0962209 0.072223200 5.2249298 2.4244865 2.8004433
10.3 8.5456405 8.3338317 7.706572 7.1641956 0.62725969 0.21180881 1.7543595 1.6952298 0.059129673 3.1358044 1.9661683 1.1696361
31.6 21.2976809 20.0216436 19.072854 18.2515939 0.94879005 1.27603729 10.3023191 9.9457626 0.356556480 13.3484061 11.5783564 1.7700497
""",  # noqa: E501
    )


def test_borin_mancini_of_leather_by_flow_sink() -> None:
    """Sink-based: Argentina's sectors to Turkey, Germany's to Turkey."""
    frame = borin_mancini(leather(), by="flow_industry", approach="sink").frame
    printed(
        frame[frame["region_to"] == "Turkey"],
        [
            "domestic_value_added",
            "absorbed_elsewhere",
            "absorbed_by_importer",
            "returned",
            "domestic_double_counted",
            "foreign_content",
            "foreign_value_added",
            "foreign_double_counted",
        ],
        """
12.357451 11.1495220 8.6467883 1.20792920 0.206826787 1.4357220 1.4120879 0.023634130
5.172419 4.5941134 3.3363970 0.57830552 0.090248234 1.5373328 1.5109695 0.026363357
0.631643 0.5994267 0.5204712 0.03221630 0.004553866 0.2638032 0.2619149 0.001888290
19.622631 17.9073356 17.3509403 1.71529555 0.713679736 3.4636892 3.3421349 0.121554238
15.942630 12.9978655 12.0796413 2.94476411 1.231618843 3.5257516 3.2729090 0.252842628
30.268005 27.8798434 27.1400321 2.38816205 0.937140969 15.0948536 14.6415307 0.453322843
""",
    )


def test_borin_mancini_of_leather_for_the_world() -> None:
    """World perspective, sink-based: the corrected Koopman-Wang-Wei."""
    frame = borin_mancini(leather(), by="region", perspective="world", approach="sink").frame
    printed(
        frame,
        [*BM_TERMS],
        """
53.68996 52.81756 46.73209 6.085473 0.8723949 10.61004 8.471827 2.138217
92.46175 89.82482 77.34144 12.483373 2.6369363 21.13825 18.265189 2.873058
111.29058 106.84240 96.71914 10.123261 4.4481800 36.30942 33.128506 3.180911
""",
    )


def test_footprints_of_the_pymrio_test_table() -> None:
    pymrio = pytest.importorskip("pymrio")
    system = pymrio.load_test().calc_all()
    regions, sectors = list(system.get_regions()), list(system.get_sectors())
    emissions, inputs = system.emissions, system.factor_inputs
    satellites = {
        **{
            f"e{k}": Satellite(emissions.F.to_numpy()[k], "", emissions.F_Y.to_numpy()[k])
            for k in range(len(emissions.F))
        },
        "inputs": Satellite(inputs.F.to_numpy()[0]),
    }
    table = IOTable.from_arrays(
        system.Z.to_numpy(),
        system.Y.to_numpy(),
        regions=regions,
        industries=sectors,
        categories=list(dict.fromkeys(system.Y.columns.get_level_values(1))),
        satellites=satellites,
    )
    accounts = {"production": "D_pba", "consumption": "D_cba", "imports": "D_imp", "exports": "D_exp"}
    for name, (extension, row) in {
        "e0": (emissions, 0),
        "e1": (emissions, 1),
        "inputs": (inputs, 0),
    }.items():
        detail = footprint(table, name, by="industry").frame.set_index(["region", "industry"])
        whole = footprint(table, name).frame.set_index("region").loc[regions]
        for ours, theirs in accounts.items():
            expected = getattr(extension, theirs).iloc[row]
            got = detail.loc[list(expected.index), ours].to_numpy()
            np.testing.assert_allclose(got, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())
            by_region = getattr(extension, f"{theirs}_reg").iloc[row].loc[regions]
            np.testing.assert_allclose(whole[ours], by_region, rtol=1e-8)
        np.testing.assert_allclose(
            transfer_matrix(table, name).sum(), satellites[name].values.sum(), rtol=1e-10
        )
