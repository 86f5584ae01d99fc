"""The calibrated `Economy` of the equilibrium model and the `Shock` that it is put to, as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]
DeficitRule = Literal["fixed", "scaled", "removed"]
Labour = Literal["immobile", "mobile"]
DEFICIT_RULES: tuple[DeficitRule, ...] = get_args(DeficitRule)
LABOUR: tuple[Labour, ...] = get_args(Labour)

# Shares of one output must add to one within the rounding of printed tables.
SHARE_GAP = 1e-8
# A negative input is a by-product sold (scrap); more than this share of output is a fault of the table.
BY_PRODUCT = 0.02


def refuse(en: str, zh: str, mend_en: str, mend_zh: str) -> StudyError:
    """Return an error in both languages."""
    return StudyError(Text(en, zh), Text(mend_en, mend_zh))


@dataclass(frozen=True, eq=False)
class Economy:
    r"""A multi-region, multi-industry Eaton-Kortum economy in its base year.

    Dimensions: j industry, k product (the same list), n buying region, i selling region.

    Attributes
    ----------
    shares : array [j, n, i]
        Share of the spending of region n on j that goes to region i, tariffs included, :math:`\pi_{ni}^j`;
        adds to one over i, or is all zero where n does not buy j.
    theta : array [j]
        Trade elasticity :math:`\theta^j > 0`.
    added : array [j, n]
        Value added per unit of output, :math:`\gamma_n^j`.
    inputs : array [n, j, k]
        Spending on product k per unit of output of j in region n.
    final : array [j, n]
        Share of final spending :math:`\alpha_n^j`, adds to one over j. Negative where stocks are run down.
    tariff : array [j, n, i] or None
        Ad valorem, a fraction; None where there is none anywhere.
    value_added : array [n]
        Income of the factors of the region, money.
    deficit : array [n]
        What a region spends above its income, money; adds to zero.
    spending : array [j, n]
        Of region n on product j, tariffs included, money.
    output : array [j, n]
        Sales at the gate (without tariffs), money.
    regions, industries : tuple of str
    """

    shares: Array
    theta: Array
    added: Array
    inputs: Array
    final: Array
    tariff: Array | None
    value_added: Array
    deficit: Array
    spending: Array
    output: Array
    regions: tuple[str, ...]
    industries: tuple[str, ...]

    def __post_init__(self) -> None:
        j, n = len(self.industries), len(self.regions)
        shapes = {
            "shares": (j, n, n),
            "theta": (j,),
            "added": (j, n),
            "inputs": (n, j, j),
            "final": (j, n),
            "tariff": (j, n, n),
            "value_added": (n,),
            "deficit": (n,),
            "spending": (j, n),
            "output": (j, n),
        }
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values is None:
                continue
            if np.shape(values) != shape:
                raise refuse(
                    f"{name} has shape {np.shape(values)}; {j} industries and {n} regions need {shape}.",
                    f"{name}的形状为{np.shape(values)}，{j}个产业、{n}个地区应为{shape}。",
                    "Order its dimensions as documented.",
                    "请按说明排列各维。",
                )
            if not np.isfinite(values).all():
                where = self.name(name, np.argwhere(~np.isfinite(values))[0])
                raise refuse(
                    f"{name} lacks a value at {where}.",
                    f"{name}在{where}处缺失。",
                    "The equilibrium needs every cell; an absent flow is 0.",
                    "一般均衡需要全部单元；没有的流量请填0。",
                )
        self._refuse("theta", self.theta <= 0, "must be above zero", "必须大于零")
        self._refuse("shares", self.shares < 0, "must not be negative", "不得为负")
        self._refuse("value_added", self.value_added <= 0, "must be above zero", "必须大于零")
        makes = self.output > 0
        self._refuse("output", self.output < 0, "must not be negative", "不得为负")
        self._refuse("added", makes & (self.added <= 0), "must be above zero", "必须大于零")
        self._refuse(
            "inputs",
            self.inputs < -BY_PRODUCT,
            f"must not be below -{BY_PRODUCT:g} of the output (by-products sold)",
            f"不得低于产出的-{BY_PRODUCT:g}（副产品销售）",
        )
        if self.tariff is not None:
            self._refuse("tariff", self.tariff <= -1, "must be above -1", "必须大于-1")
        total = self.added.T + self.inputs.sum(2)
        self._refuse(
            "inputs",
            (makes & (np.abs(total.T - 1) > SHARE_GAP)).T[:, :, None],
            "and added must make up the output",
            "与added之和必须等于产出",
        )
        bought = self.shares.sum(2)
        self._refuse(
            "shares",
            ((np.abs(bought - 1) > SHARE_GAP) & ((self.spending > 0) | (bought > 0)))[:, :, None],
            "must add to one over sellers",
            "对销售地区求和必须为1",
        )
        self._refuse("spending", self.spending < 0, "must not be negative", "不得为负")

    def _refuse(self, name: str, wrong: npt.NDArray[np.bool_], en: str, zh: str) -> None:
        if not wrong.any():
            return
        at = np.argwhere(wrong)[0]
        where, value = self.name(name, at), np.asarray(getattr(self, name))[tuple(at)]
        count = int(wrong.sum())
        raise refuse(
            f"{name} at {where} {en} (it is {value:.6g}; {count} such cells).",
            f"{name}在{where}处为{value:.6g}，{zh}（共{count}处）。",
            "Correct the table, or merge the industry or the region with another.",
            "请更正数据，或将该产业、地区与其他合并。",
        )

    def name(self, what: str, at: Sequence[int] | npt.NDArray[np.int_]) -> str:
        """Name a cell of one of the arrays: region/industry, or industry: buyer < seller."""
        k = [int(v) for v in at]
        if what in ("theta",):
            return self.industries[k[0]]
        if what in ("value_added", "deficit"):
            return self.regions[k[0]]
        if what in ("shares", "tariff"):
            return f"{self.industries[k[0]]}: {self.regions[k[1]]} < {self.regions[k[2]]}"
        if what == "inputs":
            return f"{self.regions[k[0]]}/{self.industries[k[1]]}"
        return f"{self.regions[k[1]]}/{self.industries[k[0]]}"

    @property
    def income(self) -> Array:
        """Final spending of each region [n]: factor income, tariff revenue and deficit."""
        found: Array = self.value_added + self.deficit
        if self.tariff is not None:
            kept = (self.shares / (1 + self.tariff)).sum(2)
            found = found + ((self.shares.sum(2) - kept) * self.spending).sum(0)
        return found


CASES = {"productivity": 2, "capacity": 2, "labour": 1, "demand": 2, "transfer": 1, "theta": 1}
"""Parts of a shock that may differ by case, and the dimensions that they have without cases."""


@dataclass(frozen=True, eq=False)
class Shock:
    r"""What changes: hats (ratios to the base year) unless said otherwise; None leaves things as they are.

    The last dimension b runs over cases solved side by side (dates, draws); it may be left out for one case.

    Attributes
    ----------
    productivity : array [j, n] or [j, n, b]
        Output per bundle of factors and inputs, :math:`\hat A`; lowers the price.
    capacity : array [j, n] or [j, n, b]
        Plants (lines, varieties): multiplies what the region sells at a given price; 0 closes the industry.
    cost : array [j, n, i]
        Iceberg trade cost :math:`\hat d_{ni}^j`, common to all cases.
    tariff : array [j, n, i]
        New ad valorem tariffs, levels as fractions, common to all cases.
    labour : array [n] or [n, b]
        Supply of labour (all primary factors).
    demand : array [j, n] or [j, n, b]
        Shifts shares of final spending; they are scaled back to add to one.
    transfer : array [n] or [n, b]
        Money added to what a region may spend beyond its income (levels; adds to zero over regions).
    theta : array [j] or [j, b]
        Elasticities other than the economy's, as in an ensemble; levels.
    """

    productivity: Array | None = None
    capacity: Array | None = None
    cost: Array | None = None
    tariff: Array | None = None
    labour: Array | None = None
    demand: Array | None = None
    transfer: Array | None = None
    theta: Array | None = None

    @property
    def cases(self) -> int:
        """Number of cases b."""
        found = {1}
        for name, dims in CASES.items():
            values = getattr(self, name)
            if values is not None and np.ndim(values) == dims + 1:
                found.add(int(np.shape(values)[-1]))
        if len(found) > 2:
            raise refuse(
                f"The parts of the shock have {sorted(found)} cases.",
                f"冲击各部分的情形数不一致：{sorted(found)}。",
                "Give every part the same number of cases, or none.",
                "请使各部分情形数相同，或不分情形。",
            )
        return max(found)


Namespace = Any  # the array namespace: numpy, cupy, array_api_strict, array_api_compat.torch
Namer = Callable[[str, Sequence[int]], str]
