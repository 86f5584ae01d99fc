"""An imported table as a study folder that `check_study` passes; measured interregional flows go with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hinterland.accounts.exchange import words
from hinterland.accounts.exchange.competitive import Split, split
from hinterland.accounts.exchange.draft import OUTSIDE, Array, Imported
from hinterland.accounts.table import IOTable, Satellite
from hinterland.study import Study, StudyError, Text, open_study
from hinterland.study.place import new_folder
from hinterland.study.schema import listing, plain
from hinterland.study.values import Names

# Satellites of these names become tables of the study: table, column, quantity of study.toml.
SATELLITES: Mapping[str, tuple[str, str]] = {
    "employment": ("employment", "labour"),
    "energy": ("energy_use", "energy"),
    "energy_use": ("energy_use", "energy"),
    "co2": ("co2", "carbon"),
}
SOURCE = "imported_table"
# Phases that stand in until the user writes his own: this many years from the base year on.
PHASE_YEARS = 5


@dataclass(frozen=True)
class _Codes:
    """Codes and names of the study, and what of it a user still has to say."""

    regions: pd.DataFrame
    industries: pd.DataFrame
    phases: pd.DataFrame
    preset: str


def write_study(found: Imported, directory: str | Path, *, like: str | Study | None = None) -> Path:
    """Write an imported table as a study folder.

    Gross output, value added by item, the national table (the sum of the regions; imports apart), and for
    several regions the flows themselves (io_flows, Parquet), which `accounts.estimate_mrio` then uses in
    place of the gravity estimate. Satellites called employment, energy or co2 come along.

    What a table of flows cannot say is filled in to be corrected: the first region is the origin and the
    others are hosts, every industry is transferable and of the class "unclassified", and one phase follows
    the base year; `like` takes these from another study instead.

    Parameters
    ----------
    found : Imported
    directory : str or Path
        A folder that does not exist yet, or is empty.
    like : str or Study, optional
        A study whose regions (matched by code, name or alias), phases, and industries where all match, are
        taken.

    Raises
    ------
    StudyError
        No year; negative flows between industries; regions that `like` does not know; a folder that holds
        something.
    """
    if found.year is None:
        raise StudyError(
            Text("The year of the table is not known.", "表的年份未知。"),
            Text("Give it: --year 2017.", "请用 --year 给出，例如 --year 2017。"),
        )
    parts = split(found)
    _refuse_negative(found, parts)
    codes = _codes(found, like)
    folder = Path(directory)
    with new_folder(folder) as aside:
        _write(aside, folder.resolve().name, found, parts, codes)
    return folder


def _refuse_negative(found: Imported, parts: Split) -> None:
    table = found.table
    r, n = len(table.regions), len(table.industries)
    national = parts.Z.reshape(r, n, r, n).sum((0, 2))
    bad = np.argwhere(national < -1e-9 * float(table.x.max(initial=0.0)))
    if len(bad):
        told = [f"{table.industries[a]} → {table.industries[b]} ({national[a, b]:,.6g})" for a, b in bad]
        raise StudyError(
            Text(
                f"A study's table cannot hold negative flows between industries: {listing(told, 5)}.",
                f"研究的投入产出表不能含产业间负流量：{listing(told, 5)}。",
            ),
            Text(
                "Correct them; a supply-use table can be made without them by model B or D.",
                "请更正；供给使用表可改用模型 B 或 D。",
            ),
        )


def _unique(names: tuple[str, ...], kind: Text) -> None:
    again = [name for k, name in enumerate(names) if plain(name) in {plain(o) for o in names[:k]}]
    if again or any(not name for name in names):
        raise StudyError(
            kind
            + Text(
                f" have no name of their own: {listing(again or ['?'])}.",
                f"名称为空或重复：{listing(again or ['?'])}。",
            ),
            Text("Name each differently.", "请分别命名。"),
        )


def _codes(found: Imported, like: str | Study | None) -> _Codes:
    table = found.table
    _unique(table.regions if len(table.regions) > 1 else ("one",), Text("Regions", "地区"))
    _unique(table.industries, Text("Industries", "产业"))
    year = int(found.year or 0)
    name = {code: text for code, text in found.names.items()}
    regions = pd.DataFrame(
        {
            "region": [r or "region" for r in table.regions],
            "name_en": [name.get(r, Text.same(r)).en or "region" for r in table.regions],
            "name_zh": [name.get(r, Text.same(r)).zh or "地区" for r in table.regions],
            "group": "",
            "role": ["origin", *["host"] * (len(table.regions) - 1)],
            "lon": "",
            "lat": "",
        }
    )
    industries = pd.DataFrame(
        {
            "industry": list(table.industries),
            "name_en": [name.get(i, Text.same(i)).en for i in table.industries],
            "name_zh": [name.get(i, Text.same(i)).zh for i in table.industries],
            "factor_class": "unclassified",
            "transferable": "yes",
        }
    )
    phases = pd.DataFrame(
        [("plan", "next", year + 1, year + PHASE_YEARS, "To be set", "待定")],
        columns=["preset", "phase", "start_year", "end_year", "name_en", "name_zh"],
    )
    if like is None:
        return _Codes(regions, industries, phases, "plan")
    model = like if isinstance(like, Study) else open_study(like)
    regions = _taken(model, "region", "regions", list(table.regions), name, required=True)
    taken = _taken(model, "industry", "industries", list(table.industries), name, required=False)
    shown = model.frames["phases"]
    mine = shown[shown["preset"] == model.preset]
    columns = [c for c in phases.columns if c in mine]
    return _Codes(regions, taken if len(taken) else industries, mine[columns], model.preset)


def _taken(
    model: Study, key: str, table: str, codes: list[str], names: Mapping[str, Text], *, required: bool
) -> pd.DataFrame:
    """Return the rows of another study's table for these codes, in order; empty if some do not match."""
    frame = model.frames[table]
    known = Names.of(key, frame, key)
    found = [
        known(c) or known(names.get(c, Text.same(c)).zh) or known(names.get(c, Text.same(c)).en)
        for c in codes
    ]
    lacking = [c for c, f in zip(codes, found, strict=True) if f is None]
    if lacking or len(set(found)) < len(found):
        if required:
            raise StudyError(
                Text(
                    f"The study '{model.name}' does not know these regions: {listing(lacking or codes)}.",
                    f"研究“{model.name}”中没有以下地区：{listing(lacking or codes)}。",
                ),
                Text(
                    "Add them (or their spelling, in the column aliases) to its regions; or drop --like.",
                    "请在其 regions 表中添加这些地区（或在 aliases 列加入其写法），或去掉 --like。",
                ),
            )
        return frame.iloc[:0]
    return frame.set_index(key).loc[found].reset_index()


def _category_name(code: str) -> Text:
    """Return what a category or item of the package's labels is called, the code where it is none of them."""
    spelt = [s for kind in ("category", "item") for s, m in words.meanings(kind).items() if m == code]
    en = next(
        (s for s in spelt if s.isascii() and len(s) > 5 and s != code and not any(c.isdigit() for c in s)), ""
    )
    zh = next((s for s in spelt if not s.isascii()), "")
    return Text(en.capitalize() or code.replace("_", " "), zh or code)


def _write(folder: Path, name: str, found: Imported, parts: Split, codes: _Codes) -> None:
    table, year = found.table, int(found.year or 0)
    regions, industries = list(codes.regions["region"]), list(codes.industries["industry"])
    r, n = len(regions), len(industries)
    shared = set(industries)
    items = [f"{k}_item" if k in shared else k for k in table.items]
    market, exported, categories = _finals(parts, r, n, shared)

    def put(title: str, frame: pd.DataFrame) -> None:
        frame.to_csv(folder / f"{title}.csv", index=False, lineterminator="\n", encoding="utf-8")

    def long(title: str, column: str, values: Array, index: Mapping[str, list[object]]) -> None:
        whole = pd.MultiIndex.from_product(list(index.values()), names=list(index))
        put(title, pd.DataFrame({column: values.ravel()}, index=whole).reset_index())

    years: list[object] = [year]
    by_region: dict[str, list[object]] = {
        "region": list(regions),
        "industry": list(industries),
        "year": years,
    }
    put("regions", codes.regions)
    put("industries", codes.industries)
    put("phases", codes.phases)
    put(
        "sources",
        pd.DataFrame(
            [(SOURCE, f"{', '.join(found.provenance.sources)} ({found.format})", str(year))],
            columns=["source", "citation", "year"],
        ),
    )
    labels = [("item", c, *_words(c)) for c in (*categories, *items)]
    labels.append(("factor_class", "unclassified", "Not classified", "未分类"))
    put("labels", pd.DataFrame(labels, columns=["kind", "code", "name_en", "name_zh"]))
    made = parts.Z.sum(1) + market.sum((1, 2)) + exported.sum(1)
    long("gross_output", "gross_output", made, by_region)
    long("value_added", "value_added", table.V.sum(0), by_region)
    long(
        "value_added_components",
        "value",
        table.V.T.reshape(r, n, len(items)),
        {"region": list(regions), "industry": list(industries), "item": list(items), "year": years},
    )
    put("national_io", _national(table.V, parts, market, exported, categories, items, industries, r))
    units = {"money": table.unit}
    given = ["gross_output", "value_added", "value_added_components", "national_io", "regions", "industries"]
    for satellite, (title, quantity) in SATELLITES.items():
        known = table.satellites.get(satellite)
        if (
            known is None
            or title in given
            or not np.all(np.isfinite(known.values))
            or np.any(known.values < 0)
        ):
            continue
        key = "emitter" if title == "co2" else "industry"
        if title == "co2" and known.final is not None:
            _households(folder, known, table, regions, industries, year)
            units[quantity] = known.unit
            given.append(title)
            continue
        long(title, title, known.values, {"region": list(regions), key: list(industries), "year": years})
        units[quantity] = known.unit
        given.append(title)
    if r > 1:
        flows = np.zeros((r, n, r, n + len(categories)))
        flows[..., :n] = parts.Z.reshape(r, n, r, n)
        flows[..., n:] = market.reshape(r, n, r, len(categories))
        here = np.arange(r)
        flows[here, :, here, n:] += exported.reshape(r, n, len(categories))
        _flows(folder, flows, regions, [*industries, *categories], n)
        given.append("io_flows")
    (folder / "study.toml").write_text(_toml(name, found, parts, codes, units, given, r), encoding="utf-8")


def _households(
    folder: Path, co2: Satellite, table: IOTable, regions: list[str], industries: list[str], year: int
) -> None:
    """Write emissions by industry and, for the final demand of each region, of households."""
    r, n = len(regions), len(industries)
    homes = np.full(r, np.nan)
    places = list(dict.fromkeys(p for p, _ in table.final))
    if co2.final is not None and len(places) == r:
        homes = np.array([co2.final[[p == place for p, _ in table.final]].sum() for place in places])
    values = np.column_stack([co2.values.reshape(r, n), homes])
    index = pd.MultiIndex.from_product([regions, [*industries, "households"], [year]])
    frame = index.to_frame(index=False, name=["region", "emitter", "year"]).assign(co2=values.ravel())
    frame.dropna().to_csv(folder / "co2.csv", index=False, lineterminator="\n", encoding="utf-8")


def _words(code: str) -> tuple[str, str]:
    text = _category_name(code)
    return text.en, text.zh


def _code(category: str, industries: set[str]) -> str:
    """Return the study's code of a category; outflow leaves the study, so it is exports too."""
    known = words.meaning("category", category)
    code = "exports" if known in ("exports", "outflow") else category or "final_demand"
    return f"{code}_final" if code in industries else code


def _finals(parts: Split, r: int, n: int, industries: set[str]) -> tuple[Array, Array, list[str]]:
    """Final demand by region of use and category, and what leaves the regions or is no use, by the maker.

    Returns market [rows, region, category], outside [rows, category] and the categories; exports are always
    one of them.
    """
    coded = [_code(c, industries) for _, c in parts.final]
    names = list(dict.fromkeys([*coded, "exports"]))
    market, outside = np.zeros((r * n, r, len(names))), np.zeros((r * n, len(names)))
    places = list(dict.fromkeys(p for p, _ in parts.final))
    nowhere = False
    for k, (place, _) in enumerate(parts.final):
        c = names.index(coded[k])
        if coded[k] in OUTSIDE:
            outside[:, c] += parts.Y[:, k]
        else:
            nowhere = nowhere or (len(places) != r and r > 1)
            market[:, places.index(place) if len(places) == r else 0, c] += parts.Y[:, k]
    if nowhere:
        raise StudyError(
            Text("Final demand of this table is not by region.", "该表最终需求未分地区。"),
            Text("A study needs it by region and category.", "研究需要分地区、分类别的最终需求。"),
        )
    return market, outside, names


def _national(
    V: Array,
    parts: Split,
    market: Array,
    outside: Array,
    categories: list[str],
    items: list[str],
    industries: list[str],
    r: int,
) -> pd.DataFrame:
    n = len(industries)
    domestic = parts.Z.reshape(r, n, r, n).sum((0, 2))
    final = (market.sum(1) + outside).reshape(r, n, -1).sum(0)
    brought = np.zeros((n, len(categories)))
    for k, (_, category) in enumerate(parts.final):
        brought[:, categories.index(_code(category, set(industries)))] += parts.final_imports[:, k]
    added = V.reshape(len(items), r, n).sum(1)
    blocks = (
        ("domestic", industries, [*industries, *categories], np.hstack([domestic, final])),
        ("imported", industries, [*industries, *categories], np.hstack([parts.inputs, brought])),
        ("value_added", items, industries, added),
    )
    frames = [
        pd.DataFrame(
            {
                "origin": origin,
                "row": np.repeat(rows, len(columns)),
                "column": np.tile(columns, len(rows)),
                "value": values.ravel(),
            }
        )
        for origin, rows, columns, values in blocks
    ]
    return pd.concat(frames, ignore_index=True)


def _flows(folder: Path, flows: Array, regions: list[str], uses: list[str], n: int) -> None:
    r, u = len(regions), len(uses)
    industries = uses[:n]

    def column(codes: list[str], before: int, after: int) -> pd.Categorical:
        unit = np.repeat(np.arange(len(codes), dtype=np.int32), after)
        return pd.Categorical.from_codes(np.tile(unit, before), categories=codes)

    pd.DataFrame(
        {
            "region": column(regions, 1, n * r * u),
            "industry": column(industries, r, r * u),
            "region_to": column(regions, r * n, u),
            "use": column(uses, r * n * r, 1),
            "io_flows": flows.ravel(),
        }
    ).to_parquet(folder / "io_flows.parquet", index=False)


def _toml(
    name: str,
    found: Imported,
    parts: Split,
    codes: _Codes,
    units: Mapping[str, str],
    given: list[str],
    r: int,
) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    clean = "".join(c if c.isalnum() or c in "_-" else "_" for c in name) or "study"
    source = ", ".join(found.provenance.sources)
    method = found.provenance.method
    lines = [
        f"# Imported from {source} ({found.format}). / 由 {source} 导入（{found.format}）。",
        "# A table of flows does not say which regions are origins and hosts, which industries can move,",
        "# nor the phases: what stands in regions, industries and phases is to be corrected.",
        "# 投入产出表不含转出地与承接地、可转移产业与阶段的信息：",
        "# regions、industries、phases 中的取值待更正。",
        "[study]",
        f"name = {quoted(clean)}",
        f"title_en = {quoted(f'{clean}: table of {found.year}')}",
        f"title_zh = {quoted(f'{clean}：{found.year}年投入产出表')}",
        f"base_year = {found.year}",
        f"preset = {quoted(codes.preset)}",
        "",
        "[units]",
        *(f"{quantity} = {quoted(unit or '1')}" for quantity, unit in units.items()),
        *([] if "distance" in units else ['distance = "km"']),
        "",
    ]
    for table in given:
        lines += [f"[tables.{table}]", f"sources = [{quoted(SOURCE)}]"]
        if table in ("gross_output", "value_added", "value_added_components", "national_io", "io_flows"):
            split_off = table == "national_io" and parts.status.en
            status = (
                "estimated"
                if split_off or (table == "io_flows" and parts.status.en and r == 1)
                else found.provenance.status
            )
            if table == "national_io" or table == "io_flows":
                lines.append(f"year = {found.year}")
            how = method + parts.status if split_off else method
            lines += [
                f"status = {quoted(status)}",
                f"method_en = {quoted(how.en)}",
                f"method_zh = {quoted(how.zh)}",
            ]
        lines.append("")
    return "\n".join(lines)
