"""Small balanced tables of invented provinces, laid out as published workbooks lay them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

SECTORS = ("农林牧渔产品和服务", "纺织品", "通用设备", "金融")
SECTORS_EN = ("Agriculture products", "Textile", "General machinery", "Finance")
ITEMS = ("劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余")
ITEMS_EN = (
    "Compensation of employees",
    "Net taxes on production",
    "Depreciation of fixed capital",
    "Operating surplus",
)
FINAL = ("农村居民消费", "城镇居民消费", "政府消费", "固定资本形成总额", "存货增加")
FINAL_EN = (
    "Rural household consumption",
    "Urban household consumption",
    "Government consumption",
    "Gross fixed capital formation",
    "Inventory change",
)


@dataclass
class Numbers:
    """A balanced table: rows sum to x, columns (with imports and value added) sum to x."""

    Z: np.ndarray
    Y: np.ndarray  # [n, regions x categories]
    exports: np.ndarray
    discrepancy: np.ndarray
    imports: np.ndarray
    V: np.ndarray
    x: np.ndarray
    final_imports: np.ndarray


def numbers(regions: int, sectors: int, seed: int = 0, *, discrepancy: bool = True) -> Numbers:
    """Return random numbers of a balanced table, stocks falling in places."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    x = rng.uniform(500, 5000, n)
    Z = rng.uniform(0, 1, (n, n))
    Z *= np.minimum(0.5 * x / Z.sum(1), 1e9)[:, None]
    Z *= np.minimum(1.0, 0.6 * x / Z.sum(0))
    left = x - Z.sum(1)
    exports, error = 0.2 * left, 0.01 * left * rng.uniform(-1, 1, n) * discrepancy
    shares = rng.dirichlet(np.ones(regions * 5), n)
    shares[:, 4] *= -1
    shares /= shares.sum(1, keepdims=True)
    Y = (left - exports - error)[:, None] * shares
    imports = 0.05 * x
    added = x - Z.sum(0) - imports
    V = added * np.array([0.5, 0.1, 0.15, 0.25])[:, None]
    return Numbers(Z, Y, exports, error, imports, V, x, rng.uniform(1, 5, regions * 5))


@dataclass
class Sheet:
    """Rows of cells that a test may spoil before they are written."""

    rows: list[list[Any]] = field(default_factory=list)
    title: str = "Table_2017"

    def write(self, path: Path) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = self.title
        for row in self.rows:
            sheet.append(row)
        notes = book.create_sheet("Province")
        notes.append(["No", "Name"])
        notes.append([1, "Beijing"])
        book.save(path)
        return path


def ceads(
    of: Numbers, regions: tuple[str, ...], *, english: bool = False, unit: str = "万元", sparse: bool = False
) -> Sheet:
    """Lay numbers out as the CEADs workbook does: provinces down and across, imports, value added, totals.

    With `sparse` a province is named only in the first row and column of its block.
    """
    sectors, items, final = (SECTORS_EN, ITEMS_EN, FINAL_EN) if english else (SECTORS, ITEMS, FINAL)
    words = (
        ("TIU", "Export", "TFU", "Others", "Total output", "Import", "TII", "TVA", "Total input")
        if english
        else (
            "中间使用合计",
            "出口",
            "最终使用合计",
            "其他",
            "总产出",
            "进口",
            "中间投入合计",
            "增加值合计",
            "总投入",
        )
    )
    n, k = len(sectors), len(regions)

    def named(position: int, region: str) -> str | None:
        return region if position == 0 or not sparse else None

    def total(values: np.ndarray) -> list[float]:
        return [float(v) for v in values]

    label = ("Unit: " if english else "单位：") + unit
    head = [None, None, label] if unit else [None, None, None]
    top = [None, None, None, *(named(i, r) for r in regions for i in range(n)), None]
    top += [*(named(c, r) for r in regions for c in range(5)), words[1], words[2], words[3], words[4]]
    codes = [None, None, None, *[f"{i + 1:02d}" for _ in regions for i in range(n)]]
    below = [None, None, None, *(s for _ in regions for s in sectors), words[0]]
    below += [*(f for _ in regions for f in final), None, None, None, None]
    rows: list[list[Any]] = [["Provincial table 2017"], head, top, codes, below]
    for r, region in enumerate(regions):
        for i, sector in enumerate(sectors):
            a = r * n + i
            used = of.Y[a].sum() + of.exports[a]
            rows.append(
                [
                    named(i, region),
                    f"{i + 1:02d}",
                    sector,
                    *total(of.Z[a]),
                    float(of.Z[a].sum()),
                    *total(of.Y[a]),
                    float(of.exports[a]),
                    float(used),
                    float(of.discrepancy[a]),
                    float(of.x[a]),
                ]
            )
    rows.append([words[5], None, None, *total(of.imports), None, *total(of.final_imports)])
    rows.append([words[6], None, None, *total(of.Z.sum(0) + of.imports)])
    for k_, item in enumerate(items):
        rows.append(["Value added" if english else "增加值", None, item, *total(of.V[k_])])
    rows.append([None, None, words[7], *total(of.V.sum(0))])
    rows.append([words[8], None, None, *total(of.x)])
    assert k * n == len(of.x)
    return Sheet(rows)


def nbs(
    of: Numbers, *, competitive: bool, negative: bool = False, provincial: bool = False, unit: str = "万元"
) -> Sheet:
    """Lay a one-region table out as the statistical bureau does.

    Competitive: inputs and final demand hold imports (a tenth of each), counted off in a column. Else
    imported products stand in rows of their own below the domestic ones.
    """
    n = len(SECTORS)
    own = np.column_stack([of.Y[:, :5], of.exports])
    brought, brought_final = 0.1 * of.Z, 0.1 * np.abs(of.Y[:, :5])
    scale = of.imports / brought.sum(0)
    brought = brought * scale
    heads = [*SECTORS, "中间使用合计", *FINAL, "最终消费支出合计", "出口"]
    codes = [
        *[f"{i + 1:02d}" for i in range(n)],
        "TIU",
        "FU101",
        "FU102",
        "FU103",
        "FU201",
        "FU202",
        "TC",
        "EX",
    ]
    rows: list[list[Any]] = []
    if competitive:
        Z = of.Z + brought
        Y = own + np.column_stack([brought_final, np.zeros(n)])
        into = brought.sum(1) + brought_final.sum(1)
        outward = 0.1 * own[:, 5]
        Y[:, 5] -= outward if provincial else 0.0
        ends = (["国内省外流出"] if provincial else []) + ["最终使用合计", "进口", "其他", "总产出"]
        rows += [["2017年投入产出表"], [f"单位：{unit}"], [None, None, *heads, *ends]]
        rows.append([None, "代码", *codes, *(["OF"] if provincial else []), "TFU", "IM", "ERR", "GO"])
        for i, sector in enumerate(SECTORS):
            out = [float(outward[i])] if provincial else []
            used = float(Y[i].sum() + (outward[i] if provincial else 0.0))
            rows.append(
                [
                    sector,
                    f"{i + 1:02d}",
                    *map(float, Z[i]),
                    float(Z[i].sum()),
                    *map(float, Y[i, :5]),
                    float(Y[i, :3].sum()),
                    float(Y[i, 5]),
                    *out,
                    used,
                    float(-into[i] if negative else into[i]),
                    float(of.discrepancy[i]),
                    float(of.x[i]),
                ]
            )
        rows.append(["中间投入合计", "TII", *map(float, Z.sum(0))])
    else:
        rows += [["2017年投入产出表（非竞争型）"], [f"单位：{unit}"]]
        rows.append([None, None, None, *heads, "最终使用合计", "其他", "总产出"])
        rows.append([None, None, "代码", *codes, "TFU", "ERR", "GO"])
        for i, sector in enumerate(SECTORS):
            rows.append(
                [
                    "国内产品中间投入" if i == 0 else None,
                    sector,
                    f"{i + 1:02d}",
                    *map(float, of.Z[i]),
                    float(of.Z[i].sum()),
                    *map(float, own[i, :5]),
                    float(own[i, :3].sum()),
                    float(own[i, 5]),
                    float(own[i].sum()),
                    float(of.discrepancy[i]),
                    float(of.x[i]),
                ]
            )
        rows.append([None, "国内产品中间投入合计", None, *map(float, of.Z.sum(0))])
        for i, sector in enumerate(SECTORS):
            rows.append(
                [
                    "进口产品中间投入" if i == 0 else None,
                    sector,
                    f"{i + 1:02d}",
                    *map(float, brought[i]),
                    float(brought[i].sum()),
                    *map(float, brought_final[i]),
                    0.0,
                    0.0,
                ]
            )
        rows.append([None, "中间投入合计", "TII", *map(float, of.Z.sum(0) + brought.sum(0))])
    blank = [] if competitive else [None]
    for k, item in enumerate(ITEMS):
        rows.append([*blank, item, f"VA00{k + 1}", *map(float, of.V[k])])
    rows.append([*blank, "增加值合计", "TVA", *map(float, of.V.sum(0))])
    rows.append([*blank, "总投入", "TI", *map(float, of.x)])
    return Sheet(rows, "投入产出表")
