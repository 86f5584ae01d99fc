"""What the public purse takes of what a plant makes, by rules that are dated data of the study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from hinterland.accounts import complete
from hinterland.accounts.value_added import compensation
from hinterland.plan.data import Array
from hinterland.plan.model import Plan
from hinterland.plan.safeguards.given import Drawn, Span, given
from hinterland.study import Study, StudyError, Text

Floats = npt.NDArray[np.float64]

ITEMS = ("vat_rate", "vat_local_share", "profit_tax_rate", "profit_tax_local_share")
PARAMETERS = ("safeguard.vat_collection", "potential.taxable_share")


@dataclass(frozen=True)
class Shares:
    """Parts of value added by industry: what workers get and what is operating surplus."""

    labour: Array
    surplus: Array


def in_force(rules: pd.DataFrame, year: int) -> pd.Series[bool]:
    """Return which rules are in force in a year; a blank date is open."""

    def year_of(column: str, default: int) -> pd.Series[int]:
        found = pd.to_numeric(rules[column].astype(str).str[:4], errors="coerce")
        return found.fillna(default).astype(int)

    return (year_of("in_force", 0) <= year) & (year_of("ends", 9999) >= year)


def tax_spans(study: Study, year: int) -> dict[str, Span]:
    """Return the tax rules in force in a year, by item: low end, value, high end; of several the latest.

    Raises
    ------
    StudyError
        No table fiscal_rules, or an item without a rule in force.
    """
    table = given(study, "fiscal_rules", "value", "low", "high")
    table = table[in_force(table, year)].sort_values("in_force", kind="stable")
    out = {}
    for item in ITEMS:
        mine = table[table["item"] == item]
        if mine.empty or bool(np.isnan(mine["value"].iloc[-1])):
            raise StudyError(
                Text(
                    f"fiscal_rules has no {item} in force in {year}.",
                    f"fiscal_rules表中没有{year}年有效的{item}。",
                ),
                Text("Add a row with its value and dates.", "请补充该项的数值与起止日期。"),
            )
        row = mine.iloc[-1]
        out[item] = (float(row["low"]), float(row["value"]), float(row["high"]))
    return out


def shares(study: Study, industries: list[str]) -> Shares:
    """Return labour's and the operating surplus's share of value added, national table, by industry.

    Raises
    ------
    StudyError
        The national value-added block does not have the rows.
    """
    whole = complete(study)
    table = whole["io_value_added"]
    names = [str(study.parameter(p)) for p in ("accounts.compensation_item", "potential.surplus_item")]
    missing = [name for name in names if name not in table["item"].to_numpy()]
    if missing:
        raise StudyError(
            Text(
                f"The national value-added block has no row {', '.join(missing)}.",
                f"全国表增加值部分没有{'、'.join(missing)}行。",
            ),
            Text(
                "Name the rows as accounts.compensation_item and potential.surplus_item.",
                "请以accounts.compensation_item和potential.surplus_item指定相应的行。",
            ),
        )
    total = table.sum("item")

    def part(name: str) -> Array:
        found = (table.sel(item=name, drop=True) / total.where(total > 0)).clip(0.0, 1.0)
        return found.sel(industry=industries).drop_attrs()

    return Shares(part(names[0]), part(names[1]))


def needs(plan: Plan, *measures: str) -> None:
    """Refuse a plan whose study lacks a measure at hosts or origins."""
    lacking = [m for m in measures if m not in plan.data.gains or m not in plan.data.losses]
    if lacking:
        raise StudyError(
            Text(
                f"The plan does not have {', '.join(lacking)} per unit of output.",
                f"方案没有单位产出的{'、'.join(lacking)}。",
            ),
            Text(
                "Add the tables that it comes from (value_added, employment, co2).",
                "请补充其所依据的表（value_added、employment、co2）。",
            ),
        )


def local_tax(added: Floats, surplus: Floats, case: Drawn, profit_rate: Floats | None = None) -> Floats:
    r"""Return the local part of value-added tax and enterprise income tax.

    .. math:: T = \ell_v\, \tau_v\, c\, A + \ell_p\, \tau_p\, b\, P

    Parameters
    ----------
    added : array [...]
        A, value added, money per year.
    surplus : array [...]
        P, operating surplus.
    case : Drawn
        :math:`\tau_v` ``vat_rate``, :math:`\ell_v` ``vat_local_share``, :math:`c`
        ``safeguard.vat_collection`` (tax collected per unit of value added x rate), :math:`\tau_p`
        ``profit_tax_rate``, :math:`\ell_p` ``profit_tax_local_share``, :math:`b`
        ``potential.taxable_share``.
    profit_rate : array [...] or None
        Another rate of enterprise income tax, by cell.

    Returns
    -------
    array [..., case]
    """
    vat = case["vat_local_share"] * case["vat_rate"] * case["safeguard.vat_collection"]
    rate = case["profit_tax_rate"] if profit_rate is None else profit_rate[..., None]
    income = case["profit_tax_local_share"] * rate * case["potential.taxable_share"]
    return added[..., None] * vat + surplus[..., None] * income


def pay_per_job(study: Study) -> xr.DataArray:
    """Return yearly labour cost per job by region and industry, money per unit of labour.

    Compensation of employees over employment, both of the base year; NaN where either is unknown.
    """
    whole = complete(study)
    paid = compensation(whole, whole["value_added_base"].drop_attrs())
    if paid is None or "employment_base" not in whole:
        raise StudyError(
            Text("Pay per job is not known.", "人均报酬未知。"),
            Text(
                "Give employment, and the row of labour income as accounts.compensation_item.",
                "请给出就业表，并以accounts.compensation_item指定劳动报酬的行。",
            ),
        )
    jobs = whole["employment_base"].drop_attrs()
    return paid / jobs.where(jobs > 0)
