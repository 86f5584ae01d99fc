"""The panel behind the upgrading mechanism: what a region received, and what became of it, year by year.

Which figures are outcomes, channels and controls is the study's table ``upgrading``. A figure is an indicator
(over a denominator, in logarithms or not), or one of the variables computed here from gross output.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from hinterland.accounts.output import national_output
from hinterland.potential.complexity import comparative_advantage, presence, spectrum
from hinterland.potential.figures import output_years, traded, words
from hinterland.study import Study, StudyError, Text

TENTH = float(np.log(1.1))
"""A share one tenth larger, in logarithms: the unit in which transfer received enters every equation."""


@dataclass(frozen=True)
class Variable:
    """One variable of the panel: its part, figures, and where they come from.

    values : DataArray[region, year]
        NaN where unknown. `filled` are the years in which some figures stand between two observed ones;
        `parts` the indicators it is made of.
    basis : "apart", "composition" or "output"
        Measured apart from gross output; computed from its composition; or holding the region's own gross
        output, so that an accounting identity ties it to transfer received.
    """

    code: str
    role: str
    values: xr.DataArray
    basis: str
    filled: tuple[int, ...] = ()
    parts: frozenset[str] = frozenset()

    def shares(self, other: Variable) -> bool:
        """Tell whether both hold the same indicator, which then ties them whatever else happens."""
        return bool(self.parts & other.parts)


@dataclass(frozen=True)
class Panel:
    """Variables by code, what could not be built with the reason, and transfer received by year."""

    transfer: xr.DataArray
    flow: xr.DataArray
    variables: Mapping[str, Variable]
    left_out: tuple[Text, ...]

    def of(self, role: str) -> list[Variable]:
        """Return the variables of one role, in the table's order."""
        return [each for each in self.variables.values() if each.role == role]

    def block(self, *variables: Variable) -> tuple[list[str], list[int]]:
        """Return the regions and years for which all these, and transfer, are known: a balanced panel.

        Years known for less than nine tenths of the regions are dropped first, then regions with a gap.
        """
        arrays = [self.transfer, *(each.values for each in variables)]
        known = np.logical_and.reduce([array.notnull().to_numpy() for array in arrays])
        years = known.mean(axis=0) >= 0.9
        regions = known[:, years].all(axis=1)
        index = self.transfer
        return (
            [str(code) for code in index["region"].values[regions]],
            [int(year) for year in index["year"].values[years]],
        )


def logarithm(values: xr.DataArray) -> xr.DataArray:
    """Natural logarithm; NaN where there is nothing to take it of."""
    positive = values.where(values > 0)
    return positive.copy(data=np.log(positive.to_numpy()))


def share_received(output: xr.DataArray) -> xr.DataArray:
    r"""Transfer received as a stock: the region's share of the nation at fixed industry weights, in tenths.

    .. math:: T_{rt} = \ln\Big(\sum_i \omega_i \frac{x_{rit}}{\sum_s x_{sit}}\Big) / \ln 1.1, \qquad
              \omega_i = \operatorname{mean}_t \frac{x_{it}}{\sum_j x_{jt}}

    The weights are the same in every year and region, so that growth of the industries themselves does not
    count; a rise by 1 is a share one tenth larger.

    Parameters
    ----------
    output : DataArray[region, industry, year]
        Gross output of the industries that can move.

    Returns
    -------
    DataArray[region, year]; NaN where the region makes none of them or a cell is unknown.
    """
    nation = output.sum("region", skipna=False)
    weight = (nation / nation.sum("industry")).mean("year")
    share = (weight * output / nation.where(nation > 0)).sum("industry", skipna=False)
    return logarithm(share.transpose("region", "year")) / TENTH


def relative_net_flow(output: xr.DataArray) -> xr.DataArray:
    r"""Transfer received as a flow: growth beyond what each industry's national growth gives, in tenths.

    .. math:: F_{rt} = \frac{\sum_i \big[x_{rit} - x_{ri,t-1} (1 + g_{it})\big]}{\sum_i x_{ri,t-1}(1 +
    g_{it})}
              \Big/ 0.1

    the competitive effect of shift-share over the output that the region would have had.

    Parameters
    ----------
    output : DataArray[region, industry, year]

    Returns
    -------
    DataArray[region, year], without the first year.
    """
    nation = output.sum("region", skipna=False)
    growth = nation / nation.shift(year=1).where(nation.shift(year=1) > 0)
    expected = (output.shift(year=1) * growth).sum("industry", skipna=False)
    found = output.sum("industry", skipna=False) / expected.where(expected > 0) - 1
    return found.isel(year=slice(1, None)).transpose("region", "year") / 0.1


def technology_share(study: Study, output: xr.DataArray) -> xr.DataArray:
    """Share of the technology-intensive classes in a region's output of the industries that can move."""
    classes = set(words(study, "potential.technology_classes"))
    chosen = [code for code in output["industry"].values if study.factor_class[str(code)] in classes]
    whole = output.sum("industry", skipna=False)
    return output.sel(industry=chosen).sum("industry", skipna=False) / whole.where(whole > 0)


def local_inputs(study: Study, output: xr.DataArray) -> xr.DataArray:
    r"""Chain extension: the part of its inputs that a region's movable industries could find at home.

    .. math:: c_r = \frac{\sum_j x_{rj} \sum_i a_{ij} \min(1, SLQ_{ri})}{\sum_j x_{rj} \sum_i a_{ij}}

    with the national coefficients of the base year in every year, over domestic goods and services.

    Parameters
    ----------
    study : Study
        With ``io_domestic``.
    output : DataArray[region, industry, year]
        Of all industries.
    """
    codes = [str(code) for code in output["industry"].values]
    flows = study["io_domestic"].sel(row=codes, industry=codes).transpose("row", "industry").to_numpy()
    base = national_output(study).sel(industry=codes).to_numpy()
    need = np.divide(flows, base, out=np.zeros_like(flows), where=base > 0)
    movable = np.isin(codes, study.transferable).astype(float)
    quotient = output / output.sum("industry") / (output.sum("region") / output.sum(("region", "industry")))
    cover = quotient.clip(max=1).fillna(0.0).transpose("region", "year", "industry").to_numpy()
    made = output.transpose("region", "year", "industry").to_numpy() * movable
    wanted = made @ need.T
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (wanted * cover).sum(axis=2) / wanted.sum(axis=2)
    coords = {"region": output["region"], "year": output["year"]}
    return xr.DataArray(part, coords, ("region", "year"))


def complexity_by_year(study: Study, output: xr.DataArray) -> xr.DataArray:
    """Economic complexity of every region in every year, standardised year by year."""
    threshold = float(study.parameter("potential.advantage"))
    found = []
    for year in output["year"].values:
        one = output.sel(year=year, drop=True)
        one = one.sel(region=one.notnull().all("industry"))
        found.append(spectrum(presence(comparative_advantage(one), threshold)).eci)
    return xr.concat(found, pd.Index(output["year"].values, name="year"), join="outer").transpose(
        "region", "year"
    )


def between(series: pd.DataFrame, years: list[int], gap: int) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Figures for these years; one that is missing stands on the line between its neighbours in time.

    Parameters
    ----------
    series : DataFrame [region by year]
    years : list of int
    gap : int
        Most years between the two observed neighbours.

    Returns
    -------
    (DataFrame [region by `years`], years in which some figure is so filled)
        NaN where there is no observed neighbour on either side, or they are further apart.
    """
    known = series.reindex(columns=sorted({*series.columns, *years}))
    values, at = known.to_numpy(dtype=float), known.columns.to_numpy(dtype=float)
    out = known[years].copy()
    filled = set()
    for row in range(len(values)):
        seen = np.flatnonzero(np.isfinite(values[row]))
        for year in years:
            if np.isfinite(out.iloc[row][year]):
                continue
            before, after = seen[at[seen] < year], seen[at[seen] > year]
            if len(before) and len(after) and at[after[0]] - at[before[-1]] <= gap:
                b, a = before[-1], after[0]
                part = (year - at[b]) / (at[a] - at[b])
                out.iat[row, out.columns.get_loc(year)] = (1 - part) * values[row, b] + part * values[row, a]
                filled.add(year)
    return out, tuple(sorted(filled))


def build(study: Study) -> Panel:
    """Build the panel from gross output and the table ``upgrading``.

    Raises
    ------
    StudyError
        The study has no such table, gross output of fewer than four years, or a row that cannot be read.
    """
    table = study.frames.get("upgrading")
    if table is None:
        raise StudyError(
            Text(
                f"The study '{study.name}' does not say what upgrading is measured by.",
                f"研究“{study.name}”没有说明以何指标衡量产业升级。",
            ),
            Text(
                "Add the table upgrading (variable, role, indicator, denominator, scale).",
                "请补充upgrading表（variable、role、indicator、denominator、scale）。",
            ),
        )
    years = output_years(study)
    if len(years) < 4:
        raise StudyError(
            Text(
                f"A panel of upgrading needs gross output of four years; there are {len(years)}.",
                f"升级机制面板至少需要四个年份的总产出，现有{len(years)}个。",
            ),
            Text("Add years to the table gross_output.", "请在gross_output表中补充年份。"),
        )
    output = study["gross_output"].sel(year=years).transpose("region", "industry", "year").drop_attrs()
    movable = output.sel(industry=list(study.transferable))
    computed: Mapping[str, Callable[[], xr.DataArray]] = {
        "technology_share": lambda: technology_share(study, movable),
        "complexity": lambda: complexity_by_year(study, output.sel(industry=traded(study))),
        "local_inputs": lambda: local_inputs(study, output),
    }
    variables: dict[str, Variable] = {}
    left_out: list[Text] = []
    for row in table.fillna("").astype(str).to_dict("records"):
        code, role, indicator = row["variable"], row["role"], row.get("indicator", "")
        try:
            if indicator:
                variables[code] = _measured(study, row, years)
            elif code in computed:
                values = computed[code]().reindex(region=list(study.regions))
                variables[code] = Variable(code, role, _scaled(values, row.get("scale", "")), "composition")
            elif code == "catch_up":
                variables[code] = Variable(code, role, _catch_up(study, output, row, years), "output")
            else:
                raise _unknown(code, [*computed, "catch_up"])
        except StudyError as error:
            left_out.append(error.words)
    return Panel(share_received(movable), relative_net_flow(movable), variables, tuple(left_out))


def _unknown(code: str, known: list[str]) -> StudyError:
    return StudyError(
        Text(
            f"The table upgrading has a variable '{code}' without an indicator, and none of that name is "
            "computed.",
            f"upgrading表中的变量“{code}”未给出指标，也不属于可计算的变量。",
        ),
        Text(f"Name its indicator, or use: {', '.join(known)}.", f"请注明指标，或使用：{'、'.join(known)}。"),
    )


def _scaled(values: xr.DataArray, scale: str) -> xr.DataArray:
    return logarithm(values) if scale == "log" else values


def _series(study: Study, name: str, years: list[int]) -> tuple[xr.DataArray, tuple[int, ...]]:
    """Return an indicator (or total gross output) by region for these years."""
    if name == "gross_output":
        total = study["gross_output"].sel(year=years).sum("industry", skipna=False)
        return total.transpose("region", "year").drop_attrs(), ()
    data = study.get("indicators")
    if data is None or name not in data["indicator"].values:
        raise StudyError(
            Text(f"The table indicators has no figures for '{name}'.", f"indicators表中没有“{name}”的数据。"),
            Text("Add them, or change the table upgrading.", "请补充数据，或修改upgrading表。"),
        )
    one = data.sel(indicator=name, drop=True).transpose("region", "year").to_pandas()
    one.columns = [int(year) for year in one.columns]
    found, filled = between(one, years, int(study.parameter("potential.panel_gap")))
    array = xr.DataArray(
        found.reindex(list(study.regions)).to_numpy(dtype=float),
        {"region": list(study.regions), "year": years},
        ("region", "year"),
    )
    return array, filled


def _measured(study: Study, row: Mapping[str, str], years: list[int]) -> Variable:
    code, name, below = row["variable"], row["indicator"], row.get("denominator", "")
    values, filled = _series(study, name, years)
    if below:
        divisor, also = _series(study, below, years)
        values, filled = values / divisor.where(divisor > 0), tuple(sorted({*filled, *also}))
    values = _scaled(values, row.get("scale", ""))
    covered = values.notnull().mean("region").to_numpy() >= 0.9
    if covered.sum() < 3:
        label = study.text("indicator", name)
        got = [str(year) for year, ok in zip(years, covered, strict=True) if ok]
        raise StudyError(
            Text(
                f"{label.en} covers the regions in {len(got)} of the panel's years "
                f"({', '.join(got) or 'none'}); "
                "it takes three.",
                f"{label.zh}仅在{len(got)}个面板年份（{'、'.join(got) or '无'}）覆盖各地区，至少需要三个。",
            )
        )
    basis = "output" if "gross_output" in (name, below) else "apart"
    return Variable(code, row["role"], values, basis, filled, frozenset({name, below} - {""}))


def _catch_up(study: Study, output: xr.DataArray, row: Mapping[str, str], years: list[int]) -> xr.DataArray:
    """Output per person at the start times the decades since: regions that begin low may grow faster "
    "anyway."""
    people, _ = _series(study, row.get("denominator", ""), years)
    first = output.isel(year=0, drop=True).sum("industry", skipna=False) / people.isel(year=0, drop=True)
    since = xr.DataArray([(year - years[0]) / 10 for year in years], {"year": years}, ("year",))
    return (logarithm(first) * since).transpose("region", "year")
