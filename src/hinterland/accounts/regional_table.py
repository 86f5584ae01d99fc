"""A region's table from the nation's: what it makes for itself, buys elsewhere, sells elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.accounts.balance_problem import Array
from hinterland.accounts.regionalise import DELTA, Quotient, region_size, slq, trade_shares
from hinterland.accounts.table import ABROAD, IOTable
from hinterland.study import Provenance, StudyError, Text

OUTFLOWS = "outflows"


@dataclass(frozen=True, eq=False)
class Regional:
    """A region's estimated table.

    Attributes
    ----------
    table : IOTable
        One region; final demand has the nation's categories and "outflows" (sales to the rest of the
        nation); `table.imports` holds inputs from the rest of the nation and from abroad.
    inflows : array [n, n]
        Inputs from the rest of the nation, by product and industry, money.
    final_inflows : array [n]
        Final demand met from the rest of the nation, by product, money.
    imports : array [n]
        Inputs from abroad, by industry, money.
    limited : bool array [n]
        Products whose local sales were cut because the quotients asked for more than the region makes.
    """

    table: IOTable
    inflows: Array
    final_inflows: Array
    imports: Array
    limited: npt.NDArray[np.bool_]


def _vector(values: npt.ArrayLike, n: int, en: str, zh: str) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (n,) or not np.isfinite(array).all():
        raise StudyError(
            Text(
                f"The region's {en} has shape {array.shape} or lacks values.", f"地区{zh}形状不符或有缺失。"
            ),
            Text(f"Give one finite value for each of the {n} industries.", f"请为{n}个产业各给出一个数值。"),
        )
    return array


def regional_table(
    nation: IOTable,
    output: npt.ArrayLike,
    *,
    method: Quotient = "flq",
    delta: float = DELTA,
    value_added: npt.ArrayLike | None = None,
    final_demand: npt.ArrayLike | None = None,
    name: str = "region",
) -> Regional:
    r"""Estimate a region's table from the nation's and the region's output.

    1. Inputs from the nation: :math:`u_{ij} = z_{ij}\,(x^r_j - v^r_j)/(x_j - v_j)`; from abroad likewise.
    2. Of these the region makes :math:`z^{r}_{ij} = t_{ij} u_{ij}` (`trade_shares`); the rest is inflow.
    3. Final demand of the region for national products, by category (default: the nation's times the region's
       share of value added); it makes itself :math:`\min(\lambda SLQ_i, 1)` of it (:math:`\lambda` 1 but with
       FLQ and AFLQ). Exports abroad and negative entries (stocks) go by the region's share of output.
    4. Where local sales and exports would exceed output, local sales of that product are cut in proportion.
    5. What is then not sold is outflow. The table balances in every row and column.

    Parameters
    ----------
    nation : IOTable
        One region; Z domestic, imports apart; money.
    output : array [n]
        The region's gross output, money.
    value_added : array [n], optional
        The region's; default the nation's ratio to output.
    final_demand : array [n, categories], optional
        The region's demand for national products, categories as the nation's; exports columns are its own
        exports.

    Raises
    ------
    StudyError
        Shapes, missing values, value added above output, exports above output (named).

    References
    ----------
    Miller & Blair (2009), sections 8.2-8.3; Flegg & Webber (1997).
    """
    if len(nation.regions) != 1:
        raise StudyError(
            Text("The national table has several regions.", "全国表含多个地区。"),
            Text("Sum it to one region first.", "请先合并为一个地区。"),
        )
    n = len(nation.x)
    x = _vector(output, n, "output", "产出")
    whole_added = nation.V.sum(0)
    share = np.divide(x, nation.x, out=np.zeros(n), where=nation.x > 0)
    added = whole_added * share if value_added is None else _vector(value_added, n, "value added", "增加值")
    over = np.flatnonzero(added > x * (1 + 1e-9))
    if over.size:
        _named(nation, over, Text("Value added exceeds output", "增加值高于产出"))
    spent = nation.x - whole_added
    scale = np.divide(x - added, spent, out=np.zeros(n), where=spent > 0)
    used, imports = nation.Z * scale, nation.imports * scale
    # an industry that buys nothing nationally but has room in the region: it is value added
    added = x - used.sum(0) - imports
    t = trade_shares(method, x, nation.x, delta)
    wanted = t * used
    total = used.sum(0)
    full = np.divide(total, wanted.sum(0), out=np.ones(n), where=wanted.sum(0) > 0)
    wanted = wanted * np.minimum(full, 1.0)  # AFLQ may ask for more than the industry buys

    market, own = _final(nation, x, share, added.sum() / whole_added.sum(), final_demand)
    size = region_size(x, nation.x, delta) if method in ("flq", "aflq") else 1.0
    bought = np.minimum(size * slq(x, nation.x), 1.0)[:, None] * market
    fixed = own.sum(1)
    off = np.flatnonzero(fixed > x * (1 + 1e-9))
    if off.size:
        _named(nation, off, Text("Exports and stocks exceed output", "出口与库存超过产出"))
    local = wanted.sum(1) + bought.sum(1)
    cut = np.clip(np.divide(x - fixed, local, out=np.ones(n), where=local > 0), 0.0, 1.0)
    Z, Y = wanted * cut[:, None], bought * cut[:, None]
    outflows = np.maximum(x - fixed - Z.sum(1) - Y.sum(1), 0.0)
    inflows = used - Z
    split = np.divide(nation.V, whole_added, out=np.zeros_like(nation.V), where=whole_added != 0)
    lost = (split.sum(0) == 0) & (added != 0)
    split[0, lost] = 1.0
    table = IOTable.from_arrays(
        Z,
        np.column_stack([Y + own, outflows]),
        split * added,
        regions=(name,),
        industries=nation.industries,
        categories=(*(c for _, c in nation.final), OUTFLOWS),
        items=nation.items,
        x=x,
        imports=imports + inflows.sum(0),
        unit=nation.unit,
        provenance=_provenance(nation, method, delta),
    )
    return Regional(table, inflows, (market - Y).sum(1), imports, cut < 1 - 1e-12)


def _named(nation: IOTable, positions: npt.NDArray[np.intp], what: Text) -> None:
    names = [nation.industries[i] for i in positions[:6]]
    raise StudyError(
        Text(f"{what.en} in {', '.join(names)}.", f"{what.zh}：{'、'.join(names)}。"),
        Text("Correct these industries of the region.", "请更正该地区的这些产业。"),
    )


def _final(
    nation: IOTable, x: Array, share: Array, part: float, given: npt.ArrayLike | None
) -> tuple[Array, Array]:
    """Split final demand into what any maker of the nation may meet and what stays with the region's own."""
    n, columns = nation.Y.shape
    abroad = np.array([category in ABROAD for _, category in nation.final])
    if given is None:
        stays = abroad[None, :] | (nation.Y < 0)
        return np.where(stays, 0.0, nation.Y * part), np.where(stays, nation.Y * share[:, None], 0.0)
    Y = np.asarray(given, dtype=np.float64)
    if Y.shape != (n, columns) or not np.isfinite(Y).all():
        raise StudyError(
            Text(
                f"Final demand is {Y.shape}, not {(n, columns)}, or lacks values.",
                "最终需求形状不符或有缺失。",
            ),
            Text("Give it by product and by the nation's categories.", "请按产品和全国表的类别给出。"),
        )
    stays = abroad[None, :] | (Y < 0)
    return np.where(stays, 0.0, Y), np.where(stays, Y, 0.0)


def _provenance(nation: IOTable, method: Quotient, delta: float) -> Provenance:
    how = method.upper() + (f" (delta {delta:g})" if method in ("flq", "aflq") else "")
    return Provenance(
        "estimated",
        nation.provenance.unit,
        nation.provenance.year,
        nation.provenance.sources,
        Text(
            f"Estimated from the national table and the region's output by {how}; inflows and outflows are "
            "what is left.",
            f"由全国表和地区产出按{how}估计；流入与流出为余项。",
        ),
    )
