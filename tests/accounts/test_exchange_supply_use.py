"""Supply and use to input-output by models A to D: identities, negatives, wrong files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts.exchange import MODELS, Model, read_supply_use, transform, write_study
from hinterland.study import CheckError, StudyError, check_study


def random_sut(seed: int, size: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A balanced supply and use with secondary production: supply, use, final, value added."""
    rng = np.random.default_rng(seed)
    S = np.diag(rng.uniform(100, 1000, size)) + rng.uniform(0, 20, (size, size))
    U = rng.uniform(0, 1, (size, size)) * S.sum(0) / (2 * size)
    U *= np.minimum(1.0, 0.8 * S.sum(1) / U.sum(1))[:, None]
    rest = S.sum(1) - U.sum(1)
    Y = np.column_stack([0.7 * rest, 0.3 * rest])
    return S, U, Y, (S.sum(0) - U.sum(0))[None]


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 6))
def test_identities_of_the_models(model: Model, seed: int, size: int) -> None:
    S, U, Y, W = random_sut(seed, size)
    made = transform(S, U, Y, W, model)
    np.testing.assert_allclose(made.Z.sum(1) + made.Y.sum(1), made.x, rtol=1e-9)
    np.testing.assert_allclose(made.Z.sum(0) + made.V.sum(0), made.x, rtol=1e-9)
    np.testing.assert_allclose(made.x, S.sum(1) if model in "AB" else S.sum(0))
    assert made.V.sum() == pytest.approx(W.sum())
    assert made.Y.sum() == pytest.approx(Y.sum())
    if model in "BD":
        assert made.Z.min() >= 0
    if model == "A":  # what each industry uses is what its products need: U = A V'
        np.testing.assert_allclose((made.Z / made.x) @ S, U, rtol=1e-8, atol=1e-8)
    if model == "B":  # final demand of products is met by the same industries' output: x = (I-A)^-1 y
        np.testing.assert_allclose(np.linalg.solve(np.eye(size) - made.Z / made.x, Y.sum(1)), S.sum(1))


@pytest.mark.parametrize("model", MODELS)
def test_without_secondary_production_all_models_agree(model: Model) -> None:
    _, U, Y, W = random_sut(3)
    S = np.diag(U.sum(1) + Y.sum(1))
    made = transform(S, U, Y, W, model)
    np.testing.assert_allclose(made.Z, U)
    np.testing.assert_allclose(made.Y, Y)


def test_more_products_than_industries() -> None:
    S, U, Y, W = random_sut(4)
    wide = np.vstack([S[:-1], S[-1:] / 2, S[-1:] / 2])
    used, final = np.vstack([U[:-1], U[-1:] / 2, U[-1:] / 2]), np.vstack([Y[:-1], Y[-1:] / 2, Y[-1:] / 2])
    for model in ("B", "D"):
        made = transform(wide, used, final, W, model)
        np.testing.assert_allclose(made.Z.sum(1) + made.Y.sum(1), made.x)
    for model in ("A", "C"):
        with pytest.raises(StudyError, match="as many products"):
            transform(wide, used, final, W, model)
    with pytest.raises(StudyError, match="singular"):
        transform(np.ones((4, 4)), U, Y, W, "A")
    with pytest.raises(StudyError, match="no model"):
        transform(S, U, Y, W, "E")  # type: ignore[arg-type]


NAMES = ("Farming", "Mills", "Machines", "Services")


def workbook(
    path: Path, seed: int = 0, *, imports: bool = False, change: Any = None, chinese: bool = False
) -> tuple[Path, tuple[np.ndarray, ...]]:
    S, U, Y, W = random_sut(seed)
    entering = 0.1 * S.sum(1) if imports else np.zeros(4)
    final = Y + np.column_stack([entering, np.zeros(4)])
    words = (
        ("供给表", "使用表", "总产出", "进口", "劳动者报酬", "最终消费", "出口")
        if chinese
        else (
            "Supply",
            "Use",
            "Total output",
            "Imports",
            "Compensation of employees",
            "Final consumption",
            "Exports",
        )
    )
    unit = "单位：万元" if chinese else "Unit: million EUR"
    supply = [["Supply 2015"], [unit], ["", *NAMES, words[2], *([words[3]] if imports else [])]]
    supply += [
        [n, *map(float, S[i]), float(S[i].sum()), *([float(entering[i])] if imports else [])]
        for i, n in enumerate(NAMES)
    ]
    supply.append([words[2], *map(float, S.sum(0))])
    use = [["Use 2015"], [unit], ["", *NAMES, words[5], words[6]]]
    use += [[n, *map(float, U[i]), *map(float, final[i])] for i, n in enumerate(NAMES)]
    use.append([words[4], *map(float, W[0])])
    use.append([words[2], *map(float, S.sum(0))])
    if change:
        change(supply, use)
    book = openpyxl.Workbook()
    for title, rows in ((words[0], supply), (words[1], use)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(path)
    return path, (S, U, Y, W, entering)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("imports", [False, True])
@pytest.mark.parametrize("chinese", [False, True])
def test_a_workbook_becomes_a_table(tmp_path: Path, model: Model, imports: bool, chinese: bool) -> None:
    path, (S, U, Y, W, entering) = workbook(tmp_path / "sut.xlsx", imports=imports, chinese=chinese)
    found = read_supply_use(path, model=model, region="Arcadia")
    final = np.column_stack([Y[:, 0] + entering, Y[:, 1], -entering]) if imports else Y
    made = transform(S, U, final, W, model)
    np.testing.assert_allclose(found.table.Z, made.Z, rtol=1e-12)
    np.testing.assert_allclose(found.table.Y, made.Y, rtol=1e-12)
    np.testing.assert_allclose(found.table.x, made.x, rtol=1e-12)
    assert (found.year, found.table.regions) == (2015, ("Arcadia",))
    if model in "BD":
        report = check_study(write_study(found, tmp_path / "study"))
        assert report.ok, report.text()
        assert found.negatives is None
    else:
        assert found.negatives is not None
        assert (found.negatives.frame["value"] < 0).all()
        assert len(found.negatives.frame) == (made.Z < -1e-9).sum()


def test_negatives_are_reported_and_not_put_into_a_study(tmp_path: Path) -> None:
    def change(supply: list[list[Any]], use: list[list[Any]]) -> None:
        # mills buy nothing from farming, yet make a farm product, which needs some
        use[3][1], use[3][2] = use[3][1] + use[3][2], 0.0
        use[7][1], use[7][2] = use[7][1] - (use[3][1] - before[0]), use[7][2] + (use[3][1] - before[0])

    _, (_, U, _, _, _) = workbook(tmp_path / "x.xlsx")
    before = [float(U[0, 0])]
    path, _ = workbook(tmp_path / "sut.xlsx", change=change)
    found = read_supply_use(path, model="A")
    assert found.negatives is not None and len(found.negatives.frame) > 0
    assert "import_negatives" in {f.code for f in found.report.warnings}
    assert found.table.Z.min() < 0
    with pytest.raises(StudyError, match="negative flows"):
        write_study(found, tmp_path / "study")


def test_folder_of_two_files(tmp_path: Path) -> None:
    S, U, Y, W = random_sut(1)
    (tmp_path / "sut2015").mkdir()
    for name, rows in (
        ("supply", [["product", *NAMES], *([n, *S[i]] for i, n in enumerate(NAMES))]),
        (
            "use",
            [
                ["product", *NAMES, "consumption", "exports"],
                *([n, *U[i], *Y[i]] for i, n in enumerate(NAMES)),
                ["value added", *W[0]],
            ],
        ),
    ):
        text = "\n".join(",".join(map(str, row)) for row in rows)
        (tmp_path / "sut2015" / f"{name}.csv").write_text(text, encoding="utf-8")
    found = read_supply_use(tmp_path / "sut2015", unit="million EUR", year=2015)
    np.testing.assert_array_equal(found.table.Z, transform(S, U, Y, W, "B").Z)


def margins(supply: list[list[Any]], use: list[list[Any]]) -> None:
    supply[2].append("Trade and transport margins")
    supply[3].append(5.0)


def misspelt(supply: list[list[Any]], use: list[list[Any]]) -> None:
    use[4][0] = "Mils"


def off(supply: list[list[Any]], use: list[list[Any]]) -> None:
    use[4][1] += 50


def physical(supply: list[list[Any]], use: list[list[Any]]) -> None:
    use[1][0] = supply[1][0] = "Unit: tonnes"


def other_unit(supply: list[list[Any]], use: list[list[Any]]) -> None:
    supply[1][0] = "Unit: thousand EUR"


def no_added(supply: list[list[Any]], use: list[list[Any]]) -> None:
    del use[7]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (margins, "import_valuation"),
        (misspelt, "import_sut_labels"),
        (off, "import_sut_off"),
        (physical, "import_not_money"),
        (other_unit, "import_unit_differs"),
        (no_added, "import_no_value_added"),
    ],
)
def test_wrong_workbooks(tmp_path: Path, change: Any, code: str) -> None:
    path, _ = workbook(tmp_path / "sut.xlsx", change=change)
    with pytest.raises(CheckError) as caught:
        read_supply_use(path)
    assert code in {f.code for f in caught.value.report.errors}, caught.value


def test_supply_and_use_balanced_on_request(tmp_path: Path) -> None:
    path, _ = workbook(tmp_path / "sut.xlsx", change=off)
    found = read_supply_use(path, balance=True)
    np.testing.assert_allclose(found.table.Z.sum(1) + found.table.Y.sum(1), found.table.x, rtol=1e-8)
    assert found.changes is not None


def test_a_workbook_without_the_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", 1])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(CheckError) as caught:
        read_supply_use(tmp_path / "x.xlsx")
    assert {f.code for f in caught.value.report.errors} == {"import_no_table"}


def test_two_industries_by_hand() -> None:
    """The make and use of Miller & Blair's chapter 5, coefficients worked out by hand to four digits."""
    U, make = np.array([[12.0, 8], [10, 7]]), np.array([[90.0, 0], [10, 100]])
    Y, W = np.array([[80.0], [83]]), np.array([[68.0, 95]])
    expected = {
        "A": [[0.1333, 0.0667], [0.1111, 0.0589]],
        "B": [[0.1273, 0.0727], [0.1064, 0.0636]],
        "D": [[0.1200, 0.0655], [0.1244, 0.0709]],
    }
    for model, coefficients in expected.items():
        made = transform(make.T, U, Y, W, model)  # type: ignore[arg-type]
        np.testing.assert_allclose(made.Z / made.x, coefficients, atol=5e-5)
