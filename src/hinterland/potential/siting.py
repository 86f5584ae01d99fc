"""Weber's questions to the study: where is transport least, and is a host's saving worth the way there?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hinterland.accounts import IOTable, complete, estimate_mrio
from hinterland.accounts.cost import labour_cost, trade
from hinterland.accounts.lookup import number, sources
from hinterland.potential.access import demand_by_region, distances, market_potential
from hinterland.potential.cost_ledger import agglomeration_cost
from hinterland.potential.labour import span_of
from hinterland.potential.median import p_median
from hinterland.potential.weber import WeberPoint, material_index, transport_cost, weber_point
from hinterland.study import Column, Kind, Result, Status, Study, StudyError, Text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pulls:
    """What draws a plant to each place, by industry that can move, in cost per unit of output and km.

    Attributes
    ----------
    places : array [region, 2]
        Longitude and latitude of the regions' points.
    inputs, markets : array [region, industry]
        Freight rate x value of inputs that come from the region; x value of products that go there, or leave
        the country there.
    index : array [industry]
        Material index.
    output : array [industry]
        National output, to weigh industries together.
    """

    places: Floats
    inputs: Floats
    markets: Floats
    index: Floats
    output: Floats

    @property
    def weights(self) -> Floats:
        """Inputs and markets together [region, industry]."""
        return np.asarray(self.inputs + self.markets)


def places_of(study: Study) -> Floats:
    """Return longitude and latitude of the regions' points [region, 2], or say what to supply."""
    table = study.frames["regions"]
    known = [pd.to_numeric(table[k], errors="coerce") if k in table else None for k in ("lon", "lat")]
    if known[0] is None or known[1] is None or bool(known[0].isna().any() or known[1].isna().any()):
        raise StudyError(
            Text(
                "The point of least transport needs coordinates of every region.",
                "求运输成本最小点需要每个地区的经纬度。",
            ),
            Text("Fill in lon and lat of the table regions.", "请填写regions表的lon和lat。"),
        )
    return np.column_stack([known[0].to_numpy(float), known[1].to_numpy(float)])


def pulls(study: Study, table: IOTable) -> Pulls:
    r"""Weights of Weber's problem for each industry that can move.

    .. math:: W_{si} = \sum_j f_j a_{ji} \frac{x_{sj}}{x_j}
              + f_i\Big[(1-\epsilon_i)\frac{D_{si}}{D_i} + \epsilon_i \frac{E_{si}}{E_i}\Big]

    Inputs come from where they are made; products go to where they are demanded (inputs and final use of
    the interregional table), exports to where they leave the country today. `study` is complete.
    """
    found = trade(study)
    if found is None:
        raise StudyError(
            Text(
                "Weights of places need distances and the national table.",
                "计算各地权重需要地区间距离和全国投入产出表。",
            ),
            Text("Fill in lon and lat of the table regions.", "请填写regions表的lon和lat。"),
        )
    at = [study.industries.index(i) for i in study.transferable]
    r, n = found.output.shape

    def spread(values: Floats, otherwise: Floats) -> Floats:
        total = values.sum(0)
        return np.asarray(np.where(total > 0, values / np.where(total > 0, total, 1.0), otherwise))

    made = spread(found.output, np.full((r, n), 1.0 / r))
    wanted = spread(demand_by_region(table), made)
    abroad = np.zeros((r, n))
    for column, (_, category) in enumerate(table.final):
        if category == "exports":
            abroad += np.maximum(table.Y[:, column].reshape(r, n), 0.0)
    leaves = spread(abroad, made)
    own = found.rate
    markets = own * ((1 - found.exported) * wanted + found.exported * leaves)
    return Pulls(
        places_of(study),
        (made * own @ found.inputs)[:, at] / 1000.0,
        markets[:, at] / 1000.0,
        material_index(found.inputs, own, own)[at],
        found.output.sum(0)[at],
    )


def location(study: Study, table: IOTable | None = None) -> tuple[Result, ...]:
    """Weber's location theory for every industry that can move, and where to put p sites among the hosts.

    Parameters
    ----------
    study : Study
    table : IOTable, optional
        Interregional table; estimated unless given.

    Returns
    -------
    Results ``weber_points`` (industry, lon, lat, region nearest to it, at_place, transport_cost,
    material_index, input_share), ``isodapanes`` (industry, region, transport_cost, extra_transport,
    labour_saving, agglomeration_saving, margin, margin_low, margin_high, inside, break_even, margin_origins),
    ``isodapane_map`` (lon, lat, extra_transport of all these industries together on a grid) and
    ``site_medians`` (sites, host, chosen, served_share, mean_distance).

    Raises
    ------
    StudyError
        Coordinates, distances or the national table are missing; no industry can move.
    """
    whole = complete(study)
    if not study.transferable:
        raise StudyError(
            Text("No industry can move.", "没有可转移的产业。"),
            Text(
                "Write yes in the column transferable of the table industries.",
                "请在industries表的transferable列填写yes。",
            ),
        )
    found = pulls(whole, table or estimate_mrio(whole))
    weights = found.weights
    points = [weber_point(found.places, w, geometry="sphere") for w in weights.T]
    return (
        _points(whole, found, points),
        _isodapanes(whole, found, points),
        _map(whole, found),
        _sites(whole, found),
    )


def _column(study: Study, name: str, kind: Kind = "number", unit: str = "") -> Column:
    label = study.text("column", name)
    if kind in ("region", "industry", "flag", "code"):
        return Column(name, label, kind)
    status: Status = "estimated"
    on = sources(study, "output", "io_domestic", "value_added_base", "distance", "indicators")
    return Column(name, label, kind, unit, status, str(study.base_year), on)


def _nearest(found: Pulls, points: list[WeberPoint]) -> npt.NDArray[np.int64]:
    at = np.stack([p.point for p in points])
    near = [transport_cost(at, found.places[k : k + 1], np.ones(1)) for k in range(len(found.places))]
    return np.asarray(np.stack(near, axis=1).argmin(1), dtype=np.int64)


_WEIGHTS = Text(
    "Weights: freight rate x value of inputs where they are made, of products where they are demanded, "
    "and of exports where they leave the country today; great-circle distances (tonnes are not known, so "
    "value x freight rate stands for weight).",
    "权重：运费率×价值，投入品计在产地，产品计在需求地，出口计在现有出口地；采用大圆距离（吨位未知，以价值×运费率代替重量）。",
)


def _points(study: Study, found: Pulls, points: list[WeberPoint]) -> Result:
    nearest = _nearest(found, points)
    inputs = found.inputs.sum(0)
    frame = pd.DataFrame(
        {
            "industry": list(study.transferable),
            "lon": [p.point[0] for p in points],
            "lat": [p.point[1] for p in points],
            "region": [study.regions[k] for k in nearest],
            "at_place": [p.vertex is not None for p in points],
            "transport_cost": [p.cost for p in points],
            "material_index": found.index,
            "input_share": inputs / np.maximum(inputs + found.markets.sum(0), 1e-300),
        }
    )
    return Result(
        "weber_points",
        Text("Points of least transport", "运输成本最小点"),
        frame,
        (
            _column(study, "industry", "industry"),
            _column(study, "lon", unit="degrees"),
            _column(study, "lat", unit="degrees"),
            _column(study, "region", "region"),
            _column(study, "at_place", "flag"),
            _column(study, "transport_cost", "share"),
            _column(study, "material_index", unit="1"),
            _column(study, "input_share", "share"),
        ),
        Text(
            "Point of least weighted distance on the sphere (Weber 1909; Weiszfeld's iteration with the step "
            "of Vardi & Zhang 2000 at places). The material index is the freight of inputs over that of the "
            "product: above 1 the industry is drawn to its inputs. ",
            "球面上加权距离最小的点（Weber，1909；Weiszfeld迭代，在各地点采用Vardi和Zhang（2000）的步长）。"
            "原料指数为投入品运费与产品运费之比，大于1表示该产业趋向原料地。",
        )
        + _WEIGHTS,
        Text(
            "Where suppliers and customers are today decides where it lies; as industries move, so does it. ",
            "该点取决于供应商与客户的现有分布；产业转移后该点也会移动。",
        ),
    )


def _isodapanes(study: Study, found: Pulls, points: list[WeberPoint]) -> Result:
    regions, industries = list(study.regions), list(study.transferable)
    at = [study.industries.index(i) for i in industries]
    nearest = _nearest(found, points)
    cost = transport_cost(found.places, found.places, found.weights)  # [region, industry]
    extra = np.maximum(cost - np.array([p.cost for p in points]), 0.0)
    labour = labour_cost(study)
    saving = np.full(cost.shape, np.nan)
    if labour is not None:
        level = labour[0].transpose("region", "industry").to_numpy()[:, at]
        saving = level[nearest, range(len(at))] - level
    dense = _density_saving(study, at, nearest)
    o = [study.regions.index(r) for r in study.origins]
    made = study["output"].transpose("region", "industry").to_numpy()[o][:, at]
    share = np.divide(made, made.sum(0), out=np.full_like(made, 1 / len(o)), where=made.sum(0) > 0)
    from_origins = np.full(cost.shape, np.nan)
    if labour is not None:
        from_origins = ((level + cost)[o] * share).sum(0) - (level + cost)
    low, rate, high = span_of(study, "accounts.freight_rate")
    data: Mapping[str, npt.NDArray[Any]] = {
        "transport_cost": cost,
        "extra_transport": extra,
        "labour_saving": saving,
        "agglomeration_saving": dense,
        "margin": saving - extra,
        "margin_low": saving - extra * high / rate,
        "margin_high": saving - extra * low / rate,
        "inside": np.where(np.isfinite(saving), np.where(saving >= extra, "yes", "no"), "unknown"),
        "break_even": rate
        * np.divide(saving, extra, out=np.full_like(extra, np.nan), where=(extra > 0) & (saving > 0)),
        "margin_origins": from_origins,
    }
    frame = pd.DataFrame(
        {
            "industry": np.repeat(industries, len(regions)),
            "region": np.tile(regions, len(industries)),
            **{name: values.T.ravel() for name, values in data.items()},
        }
    )
    return Result(
        "isodapanes",
        Text("Is the saving worth the way? Isodapanes", "节约能否抵偿运费？等费线"),
        frame,
        (
            _column(study, "industry", "industry"),
            _column(study, "region", "region"),
            *(_column(study, n, "code" if n == "inside" else "share") for n in data),
        ),
        Text(
            "Extra transport: cost at the region's point over that at the point of least transport. "
            "Labour saving: labour cost per output in the region nearest to that point less that of the "
            "region. The region lies inside the critical isodapane where the saving is no less than the "
            "extra transport (Weber 1909). Margin: saving less extra transport; its range is that of the "
            "freight rate. Break-even: the freight rate of goods in general (share of value per 1000 km) "
            "at which the margin is zero. Agglomeration saving: from effective density, against the same "
            "region. Margin over origins: labour and transport cost of the origin regions (by output) "
            "less those of the region. ",
            "额外运费：地区代表点的运输成本减去最小点的运输成本。劳动节约：距最小点最近地区的单位产出劳动成本减去本地区的劳动成本。"
            "节约不低于额外运费的地区位于临界等费线之内（Weber，1909）。净节约为二者之差，区间对应运费率取值范围。"
            "盈亏平衡运费率：使净节约为零的一般货物运费率（每千公里占货值比例）。集聚节约：由有效密度差异推算，对照同一地区。"
            "相对转出地的净节约：转出地（按产出加权）劳动与运输成本之和减去本地区之和。",
        )
        + _WEIGHTS,
    )


def _density_saving(study: Study, at: list[int], nearest: npt.NDArray[np.int64]) -> Floats:
    km, decay = distances(study), number(study, "potential.market_decay")
    output = study["output"].transpose("region", "industry").to_numpy()
    added = study["value_added_base"].transpose("region", "industry").to_numpy()
    jobs = study.get("employment_base")
    people = added.sum(1) if jobs is None else jobs.sum("industry").to_numpy()
    near, own = market_potential(people, km, decay), market_potential(output[:, at], km, decay)
    ratio = added[:, at].sum(0) / np.maximum(output[:, at].sum(0), 1e-300)
    names = ("potential.agglomeration_elasticity", "potential.localisation_elasticity")
    out = np.empty((len(near), len(at)))
    for i, reference in enumerate(nearest):
        cost = agglomeration_cost(
            ratio[i : i + 1],
            near[None, :] / near[reference],
            own[None, None, :, i] / own[reference, i],
            *(number(study, name) for name in names),
        )
        out[:, i] = -cost[0, 0]
    return out


def _map(study: Study, found: Pulls) -> Result:
    step = number(study, "potential.isodapane_step")
    if not step > 0:
        raise StudyError(
            Text(f"The cells of the map are {step:g} degrees wide.", f"地图网格宽度为{step:g}度。"),
            Text("Give potential.isodapane_step above 0.", "请将potential.isodapane_step设为正数。"),
        )
    share = found.output / found.output.sum()
    weights = found.weights @ share
    best = weber_point(found.places, weights, geometry="sphere")
    (west, south), (east, north) = found.places.min(0) - step, found.places.max(0) + step
    lon = np.arange(np.floor(west / step), np.ceil(east / step) + 1) * step
    lat = np.arange(np.floor(south / step), np.ceil(north / step) + 1) * step
    grid = np.stack([a.ravel() for a in np.meshgrid(lon, lat, indexing="ij")], axis=1)
    frame = pd.DataFrame(
        {
            "lon": grid[:, 0],
            "lat": grid[:, 1],
            "extra_transport": transport_cost(grid, found.places, weights) - best.cost,
        }
    )
    return Result(
        "isodapane_map",
        Text("Isodapanes of the industries that can move", "可转移产业的等费线"),
        frame,
        (
            _column(study, "lon", unit="degrees"),
            _column(study, "lat", unit="degrees"),
            _column(study, "extra_transport", "share"),
        ),
        Text(
            "Transport cost per unit of output over that at the point of least transport (longitude "
            "{lon:.1f}, latitude {lat:.1f}), all industries that can move weighted by output, on a grid "
            "of {step:g} degrees. ",
            "单位产出运输成本高于最小点（经度{lon:.1f}、纬度{lat:.1f}）的部分，可转移产业按产出加权，网格{step:g}度。",
        ).format(lon=best.point[0], lat=best.point[1], step=step)
        + _WEIGHTS,
    )


def _sites(study: Study, found: Pulls) -> Result:
    km = distances(study)
    hosts = [study.regions.index(h) for h in study.hosts]
    demand = found.markets @ (found.output / found.output.sum())
    demand = demand / demand.sum()
    rows = []
    for p in range(1, len(hosts) + 1):
        best = p_median(km[:, hosts], demand, p)
        for k, host in enumerate(study.hosts):
            served = float(demand[best.serves == k].sum())
            rows.append((float(p), host, k in best.sites, served if k in best.sites else 0.0, best.cost))
    names = ["sites", "host", "chosen", "served_share", "mean_distance"]
    return Result(
        "site_medians",
        Text("Which hosts, if only a few?", "若只选少数承接地，选哪些？"),
        pd.DataFrame(rows, columns=names),
        (
            _column(study, "sites", unit="1"),
            _column(study, "host", "region"),
            _column(study, "chosen", "flag"),
            _column(study, "served_share", "share"),
            _column(study, "mean_distance", unit=study.unit("distance") or "km"),
        ),
        Text(
            "p-median (Hakimi 1964): the hosts from which all markets of the industries that can move are "
            "served over the least distance, solved exactly for every number of sites. Markets weigh by the "
            "freight of what they buy.",
            "p-中位选址（Hakimi，1964）：以最短加权距离服务可转移产业全部市场的承接地组合，对每一站点数精确求解。"
            "市场按其购买产品的运费加权。",
        ),
        Text(
            "Nearness to markets alone; capacity, cost and policy are not in it.",
            "仅考虑与市场的距离，未计承接能力、成本和政策。",
        ),
    )
