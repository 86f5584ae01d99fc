"""Tidy folders give back the same table, bit for bit; spoilt ones are refused with file and row."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinterland.accounts import IOTable, Satellite
from hinterland.accounts.exchange import read_table, read_tidy, write_study, write_tidy
from hinterland.study import CheckError, Provenance, StudyError, Text, check_study, open_study

LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=8
)
AWKWARD = st.sampled_from(["NA", "nan", "01", "1.0", "a,b", 'a"b', "产业", " lead", "None", "-", "", "é"])


def random_table(
    seed: int, regions: tuple[str, ...], industries: tuple[str, ...]
) -> tuple[IOTable, dict[str, Satellite]]:
    rng = np.random.default_rng(seed)
    n = len(regions) * len(industries)
    Z = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) > 0.3) * 10.0 ** rng.integers(-8, 8, (n, n))
    Y = rng.uniform(-0.1, 1, (n, len(regions) * 2)) * 10.0 ** rng.integers(-8, 8, (n, len(regions) * 2))
    Y[:, 0] += 2 * np.abs(Z).sum() + np.abs(Y).sum()
    x = Z.sum(1) + Y.sum(1)
    imports = rng.uniform(0, 0.01, n) * x
    rest = x - Z.sum(0) - imports
    V = np.stack([rest / 3, rest - rest / 3])
    table = IOTable.from_arrays(
        Z,
        Y,
        V,
        regions=regions,
        industries=industries,
        categories=("used", "exports"),
        items=("wages", "NA"),
        x=x,
        imports=imports,
        unit="million EUR",
        satellites={
            "co2, t": Satellite(rng.uniform(size=n), "t"),
            "jobs": Satellite(np.full(n, np.nan), "", rng.uniform(size=Y.shape[1])),
        },
        provenance=Provenance("estimated", "million EUR", "2020", ("a", "b"), Text("how", "如何")),
    )
    return table, {"co2, t": Satellite(rng.uniform(size=Y.shape[1]), "t")}


def same(a: IOTable, b: IOTable) -> None:
    for field in dataclasses.fields(IOTable):
        one, two = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert one.tobytes() == (two + 0.0).tobytes(), field.name
        elif field.name == "satellites":
            assert list(one) == list(two)
            for k in one:
                np.testing.assert_array_equal(one[k].values, two[k].values)
                assert one[k].unit == two[k].unit
                assert (one[k].final is None) == (two[k].final is None)
                if one[k].final is not None:
                    np.testing.assert_array_equal(one[k].final, two[k].final)
        elif field.name in ("regions", "industries", "final", "items", "provenance", "unit"):
            assert one == two, field.name


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    regions=st.lists(LABELS | AWKWARD, min_size=1, max_size=3, unique=True),
    industries=st.lists(LABELS | AWKWARD, min_size=1, max_size=4, unique=True),
    form=st.sampled_from(["csv", "parquet"]),
)
def test_exact_round_trip(
    tmp_path_factory: pytest.TempPathFactory, seed: int, regions: list[str], industries: list[str], form: Any
) -> None:
    table, after = random_table(seed, tuple(regions), tuple(industries))
    folder = write_tidy(table, tmp_path_factory.mktemp("t") / "x", form, final_satellites=after)
    back, after_back = read_tidy(folder)
    same(table, back)
    np.testing.assert_array_equal(after_back["co2, t"].values, after["co2, t"].values)


def test_written_twice_is_the_same_bytes(tmp_path: Path) -> None:
    table, _ = random_table(1, ("a", "b"), ("x", "y"))
    for form in ("csv", "parquet"):
        one, two = (write_tidy(table, tmp_path / f"{form}{k}", form) for k in (1, 2))  # type: ignore[arg-type]
        for file in one.iterdir():
            assert file.read_bytes() == (two / file.name).read_bytes()
    with pytest.raises(StudyError, match="already holds"):
        write_tidy(table, tmp_path / "csv1")


def test_a_tidy_table_becomes_a_study(tmp_path: Path) -> None:
    table, _ = random_table(2, ("a", "b"), ("x", "y"))
    write_tidy(table, tmp_path / "t")
    found = read_table("tidy", tmp_path / "t")
    report = check_study(write_study(found, tmp_path / "s"))
    assert report.ok, report.text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    table, after = random_table(3, ("a", "b"), ("x", "y"))
    return write_tidy(table, tmp_path / "t", "csv", final_satellites=after)


@pytest.mark.parametrize(
    ("file", "change", "code"),
    [
        ("inputs", lambda f: f.assign(region=["moon", *f["region"][1:]]), "import_unknown_label"),
        ("inputs", lambda f: f.drop(columns="industry_to"), "import_columns"),
        ("inputs", lambda f: pd.concat([f, f.iloc[:1]]), "import_twice"),
        ("inputs", lambda f: f.assign(value=["12a", *f["value"][1:].astype(str)]), "import_not_number"),
        ("output", lambda f: f.iloc[1:], "import_incomplete"),
        ("satellites", lambda f: f.iloc[1:], "import_incomplete"),
        ("final_demand", lambda f: f.assign(category="gifts"), "import_unknown_label"),
        ("value_added", None, "import_no_file"),
    ],
)
def test_a_spoilt_folder_is_refused(folder: Path, file: str, change: Any, code: str) -> None:
    path = folder / f"{file}.csv"
    if change is None:
        path.unlink()
    else:
        change(pd.read_csv(path)).to_csv(path, index=False)
    with pytest.raises(CheckError) as caught:
        read_tidy(folder)
    assert code in {f.code for f in caught.value.report.errors}
    assert caught.value.report.errors[0].file == path.name


def test_a_spoilt_description_is_refused(folder: Path, tmp_path: Path) -> None:
    about = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    for spoilt in (
        "{",
        "[]",
        json.dumps({**about, "version": 9}),
        json.dumps({k: v for k, v in about.items() if k != "items"}),
    ):
        (folder / "table.json").write_text(spoilt, encoding="utf-8")
        with pytest.raises(CheckError):
            read_tidy(folder)
    with pytest.raises(StudyError, match="no file"):
        read_tidy(tmp_path / "nowhere")


def test_figures_that_no_longer_balance_are_refused(folder: Path) -> None:
    frame = pd.read_csv(folder / "final_demand.csv")
    frame.loc[0, "value"] *= 2
    frame.to_csv(folder / "final_demand.csv", index=False)
    with pytest.raises(StudyError, match="balance"):
        read_tidy(folder)
    shutil.rmtree(folder)


def test_emissions_of_output_and_of_households_go_with_the_study(tmp_path: Path) -> None:
    table, _ = random_table(5, ("a", "b"), ("x", "y"))
    final = np.arange(4.0)  # a: used, exports; b: used, exports
    held = {"co2": Satellite(np.ones(4), "kt CO2", final), "employment": Satellite(np.ones(4), "persons")}
    write_tidy(dataclasses.replace(table, satellites=held), tmp_path / "t")
    folder = write_study(read_table("tidy", tmp_path / "t"), tmp_path / "s")
    report = check_study(folder)
    assert report.ok, report.text()
    study = open_study(folder)
    np.testing.assert_array_equal(study["co2"].sel(emitter="households", year=2020), [1.0, 5.0])
    assert study.unit("carbon") == "kt CO2" and float(study["employment"].sum()) == 4


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    table = IOTable.from_arrays([[1.0, 2.0], [3.0, 4.0]], [7.0, 3.0])
    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(StudyError, match="No space left"):
        write_tidy(table, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
