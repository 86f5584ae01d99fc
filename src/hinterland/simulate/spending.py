"""Households as the induced effects need them: who earns what, and what an additional unit is spent on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hinterland.simulate.baseline import Baseline
from hinterland.simulate.system import INCOME, per_output
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spending:
    """Spending of additional labour income.

    Attributes
    ----------
    buys : array [n, region]
        C: bought of each industry per unit of income earned in a region, money per money.
    before : array [n]
        Labour income per output in the base year.
    compensation : str
        Item of value added that is labour income.
    propensity : float
        Part of additional income that is spent, on home products and imports.
    """

    buys: Array
    before: Array
    compensation: str
    propensity: float

    def pays(self, rate: Array) -> Array:
        """Lay income per output [n] out by the region where it is earned, H [region, n]."""
        r = self.buys.shape[1]
        n = len(rate) // r
        out = np.zeros((r, len(rate)))
        for k in range(r):
            out[k, k * n : (k + 1) * n] = rate[k * n : (k + 1) * n]
        return out


def spending(base: Baseline, propensity: float | None = None) -> Spending:
    r"""Return what households spend additional labour income on.

    .. math:: C_{\cdot s} = c\, d\, y^{h}_{\cdot s} / \sum y^{h}_{\cdot s}

    with c the propensity to consume, d the part of consumption that is bought at home (the rest is imported;
    the nation's, where known), and :math:`y^h_s` what households of region s buy now.

    Raises
    ------
    StudyError
        The table does not tell labour income, or consumption by region; a propensity outside 0 to 1.
    """
    table, study = base.table, base.study
    item = str(study.parameter("accounts.compensation_item"))
    category = str(study.parameter("simulate.household_category"))
    rate = float(study.parameter("simulate.propensity_to_consume") if propensity is None else propensity)
    if not 0 <= rate < 1:
        raise StudyError(
            Text(f"The propensity to consume is {rate:g}.", f"消费倾向为{rate:g}。"),
            Text("Give a share of at least 0 and below 1.", "请给出不小于0且小于1的份额。"),
        )
    columns = {region: k for k, (region, c) in enumerate(table.final) if c == category}
    if item not in table.items or not set(table.regions) <= set(columns):
        raise StudyError(
            Text(
                f"the table does not tell labour income ('{item}') and consumption ('{category}') by region.",
                f"投入产出表未分地区给出劳动报酬（“{item}”）与居民消费（“{category}”）。",
            ),
            Text(
                "Name them in accounts.compensation_item and simulate.household_category, or run with "
                "households outside.",
                "请在accounts.compensation_item与simulate.household_category中指定，或以households=outside运行。",
            ),
        )
    y = table.Y[:, [columns[region] for region in table.regions]]
    total = y.sum(0)
    pattern = np.divide(y, total, out=np.zeros_like(y), where=total > 0)
    buys = rate * _home_share(base, category) * pattern
    return Spending(buys, per_output(table, item)[INCOME], item, rate)


def _home_share(base: Baseline, category: str) -> float:
    """Part of a category of final demand that is not imported; 1 where imports are not known."""
    home, abroad = base.study.get("final_domestic"), base.study.get("final_imported")
    if home is None or abroad is None or category not in home["category"].to_numpy():
        return 1.0
    bought = float(home.sel(category=category).sum())
    imported = (
        float(abroad.sel(category=category).sum()) if category in abroad["category"].to_numpy() else 0.0
    )
    return bought / (bought + imported) if bought + imported > 0 else 1.0
