"""Which places are near to demand and to suppliers? Market potential (Harris 1954) and supplier access."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.accounts.lookup import nearest_year, number
from hinterland.accounts.space import distance
from hinterland.study import EMPTY, Column, Result, Study, StudyError, Text, combine
from hinterland.study.model import package_table

Floats = npt.NDArray[np.float64]


def market_potential(size: npt.ArrayLike, km: npt.ArrayLike, decay: float = 1.0) -> Floats:
    r"""Market potential of every place: :math:`MP_r = \sum_s Y_s d_{rs}^{-\delta}`.

    Parameters
    ----------
    size : array [place, ...]
        Sizes of the markets, any unit (income, demand for a product, jobs); every column is a market of its
        own.
    km : array [place, place]
        Distances from r to s, positive; on the diagonal the distance within a place.
    decay : float
        Exponent of distance, 1 in Harris (1954).

    Returns
    -------
    array [place, ...], unit of size per km to the power of `decay`.

    Raises
    ------
    StudyError
        A distance that is not positive, or sizes that do not fit them.

    References
    ----------
    Harris (1954), Annals of the Association of American Geographers 44(4), 315-348.
    """
    Y, d = np.asarray(size, dtype=np.float64), np.asarray(km, dtype=np.float64)
    if d.ndim != 2 or d.shape != (len(Y), len(Y)) or not np.isfinite(d).all() or (d <= 0).any():
        raise StudyError(
            Text(
                f"Market potential needs positive distances between {len(Y)} places; given {d.shape}.",
                f"市场潜力需要{len(Y)}个地区之间的正距离；给出的形状为{d.shape}。",
            ),
            Text(
                "Give each place a distance within itself, too (accounts.own_distance).",
                "地区内部也须给出距离（accounts.own_distance）。",
            ),
        )
    found: Floats = d ** (-float(decay)) @ Y
    return found


def supplier_access(output: npt.ArrayLike, inputs: npt.ArrayLike, km: npt.ArrayLike, decay: float) -> Floats:
    r"""Nearness of an industry's suppliers.

    .. math:: SA_{ri} = \sum_j a_{ji} \sum_s \frac{x_{sj}}{x_j} d_{rs}^{-\delta}

    Every input counts by its share in the industry's output and not by how large its makers are.

    Parameters
    ----------
    output : array [place, product]
        Money.
    inputs : array [product, industry]
        Input coefficients.
    km : array [place, place]
    decay : float

    Returns
    -------
    array [place, industry], per km to the power of `decay`.
    """
    x = np.asarray(output, dtype=np.float64)
    total = x.sum(0)
    share = np.divide(x, total, out=np.zeros_like(x), where=total > 0)
    access: Floats = market_potential(share, km, decay) @ np.asarray(inputs, dtype=np.float64)
    return access


def demand_by_region(table: IOTable) -> Floats:
    """Return demand for each product in each region, inputs and final use, exports abroad left out.

    Shape [region, product], money.
    """
    r, n = len(table.regions), len(table.industries)
    sold = table.Z.reshape(r, n, r, n).sum((0, 3)).T  # [buyer region, product]
    final = np.zeros((r, n))
    place = {region: k for k, region in enumerate(table.regions)}
    for column, (region, category) in enumerate(table.final):
        if category != "exports" and region in place:
            final[place[region]] += table.Y[:, column].reshape(r, n).sum(0)
    return np.asarray(np.maximum(sold + final, 0.0))


def distances(study: Study) -> Floats:
    """Return km between regions [region, region], or say what to supply."""
    km = study.get("distance")
    if km is None or not bool(km.notnull().all()):
        raise StudyError(
            Text(
                "Nearness needs the distances between regions, which the study does not have.",
                "计算邻近程度需要地区间距离，而本研究没有。",
            ),
            Text(
                "Fill in lon and lat of the table regions, or add the table distance.",
                "请填写regions表的lon和lat，或补充distance表。",
            ),
        )
    return km.transpose("region", "region_to").to_numpy().astype(float)


def _own_distances(study: Study, km: Floats) -> Iterator[Floats]:
    """Distances with the low and the high end of the distance within a region, where that is assumed."""
    derived = distance(study)
    if derived is None or not np.allclose(derived[0].to_numpy(), km, rtol=1e-9):
        return  # a table of the user's own: nothing is assumed
    row = package_table("parameters").set_index("parameter").loc["accounts.own_distance"]
    own = number(study, "accounts.own_distance")
    for end in (min(float(str(row["low"])), own), max(float(str(row["high"])), own)):
        found = distance(study.with_parameter("accounts.own_distance", end))
        if found is not None:
            yield found[0].to_numpy()


def market_size(whole: Study) -> tuple[Floats, str, Text]:
    """Return GDP by region of the year nearest to the base year (else value added), its year and its name.

    `whole` is a completed study.
    """
    accounts = whole.get("gdp_accounts")
    if accounts is not None and "gdp" in accounts["item"].to_numpy():
        gdp, year = nearest_year(accounts.sel(item="gdp", drop=True).rename("gdp"), whole.base_year)
        values = gdp.reindex(region=list(whole.regions)).to_numpy().astype(float)
        if np.isfinite(values).all():
            return values, str(year), Text("GDP", "生产总值")
    added = whole["value_added_base"].sum("industry").to_numpy()
    return added, str(whole.base_year), Text("value added", "增加值")


def market_access(study: Study, table: IOTable | None = None) -> tuple[Result, Result]:
    """Market potential of every region, and by industry with the nearness of its suppliers.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        Interregional table; estimated unless given.

    Returns
    -------
    Results ``market_potential`` (region, market_potential relative to the mean of all regions, with low and
    high ends of the distance within a region; own_share, the part that is the region's own market) and
    ``market_access`` (region, industry, market_potential, supplier_access; relative to the mean of all
    regions weighted by the industry's output).

    Raises
    ------
    StudyError
        No distances, or no national table to take demand from.
    """
    whole = complete(study)
    km, decay = distances(whole), number(study, "potential.market_decay")
    size, year, name = market_size(whole)

    def relative(d: Floats) -> Floats:
        found = market_potential(size, d, decay)
        return np.asarray(found / found.mean())

    ends = [relative(d) for d in _own_distances(whole, km)]
    assumed = bool(ends)
    here = relative(km)
    spread = np.stack([here, *ends])
    first = pd.DataFrame(
        {
            "region": list(study.regions),
            "market_potential": here,
            "market_potential_low": spread.min(0),
            "market_potential_high": spread.max(0),
            "own_share": size * np.diag(km) ** -decay / market_potential(size, km, decay),
        }
    )
    near = whole.provenance["distance"]
    known = tuple(dict.fromkeys([*whole.provenance["value_added_base"].sources, *near.sources]))

    def column(label: str, kind: str, at: str, on: tuple[str, ...]) -> Column:
        shown = study.text("column", label)
        return Column(label, shown, "share" if kind == "share" else "number", "1", "estimated", at, on)

    region = Column("region", study.text("column", "region"), "region")
    by_region = Result(
        "market_potential",
        Text("Market potential", "市场潜力"),
        first,
        (
            region,
            column("market_potential", "number", year, known),
            column("market_potential_low", "number", year, known),
            column("market_potential_high", "number", year, known),
            column("own_share", "share", year, known),
        ),
        Text(
            "Sum of {en} of all regions over their distance (Harris 1954, exponent {decay:g}), relative "
            "to the mean of all regions. {near_en} The range is that of the distance within a region.",
            "各地区{zh}除以距离之和（Harris，1954，指数{decay:g}），相对于各地区平均。{near_zh}"
            "区间反映地区内部距离取值的范围。",
        ).format(en=name.en, zh=name.zh, decay=decay, near_en=near.method.en, near_zh=near.method.zh)
        if assumed
        else Text(
            "Sum of {en} of all regions over their distance (Harris 1954, exponent {decay:g}), relative "
            "to the mean of all regions.",
            "各地区{zh}除以距离之和（Harris，1954，指数{decay:g}），相对于各地区平均。",
        ).format(en=name.en, zh=name.zh, decay=decay),
        Text(
            "Straight distances say nothing of mountains, rivers, ports or the quality of roads.",
            "直线距离不反映山川阻隔、港口及道路条件。",
        ),
    )
    return by_region, _by_industry(study, whole, table or estimate_mrio(whole), km, decay)


def _by_industry(study: Study, whole: Study, table: IOTable, km: Floats, decay: float) -> Result:
    output = whole["output"].transpose("region", "industry").to_numpy()
    demand = market_potential(demand_by_region(table), km, decay)
    used = whole["io_domestic"].reindex(row=list(study.industries), industry=list(study.industries))
    gross = output.sum(0)
    inputs = np.divide(used.to_numpy(), gross, out=np.zeros(used.shape), where=gross > 0)
    supply = supplier_access(output, inputs, km, decay)

    def relative(values: Floats) -> Floats:
        weight = np.divide(output, gross, out=np.zeros_like(output), where=gross > 0)
        mean = (values * weight).sum(0)
        return np.asarray(values / np.where(mean > 0, mean, np.nan))

    r, n = output.shape
    frame = pd.DataFrame(
        {
            "region": np.repeat(list(study.regions), n),
            "industry": np.tile(list(study.industries), r),
            "market_potential": relative(demand).ravel(),
            "supplier_access": relative(supply).ravel(),
        }
    )
    status = combine(table.provenance.status, whole.provenance["distance"].status)
    on = tuple(dict.fromkeys([*table.provenance.sources, *whole.provenance["distance"].sources]))
    at = str(study.base_year)
    return Result(
        "market_access",
        Text("Nearness of markets and suppliers by industry", "分产业的市场与供应商邻近程度"),
        frame,
        (
            Column("region", study.text("column", "region"), "region"),
            Column("industry", study.text("column", "industry"), "industry"),
            Column(
                "market_potential", study.text("column", "market_potential"), "number", "1", status, at, on
            ),
            Column("supplier_access", study.text("column", "supplier_access"), "number", "1", status, at, on),
        ),
        Text(
            "Market: demand of all regions for the product (inputs and final use, from the interregional "
            "table) over distance. Suppliers: regions' shares in the output of each input over distance, "
            "weighted by its share in the industry's output. Both relative to where the industry is today "
            "(mean weighted by output).",
            "市场：各地区对该产品的需求（区域间投入产出表的中间与最终使用）除以距离。供应商：各投入品产出的地区份额除以距离，"
            "按该投入占产业产出的比例加权。两者均相对于该产业现有布局（按产出加权的平均）。",
        ),
        EMPTY,
    )
