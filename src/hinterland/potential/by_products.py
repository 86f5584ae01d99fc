"""Circular matching (循环利用): which industries of a host could use what others there throw off."""

from __future__ import annotations

import functools
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array

from hinterland.accounts.lookup import concordance, number
from hinterland.potential.described import figure, label, standing
from hinterland.potential.gradient import location_quotient
from hinterland.potential.index import Floats
from hinterland.study import Provenance, Result, Study, StudyError, Text

SCHEME = "isic4"
"""Concordance through which the package's list, written in ISIC divisions, reaches a study's industries."""


def match(
    supply: Floats, demand: Floats, allowed: npt.NDArray[np.bool_], worth: Floats | None = None
) -> Floats:
    r"""Match suppliers of a by-product with users: a transport problem.

    .. math:: \max \sum_{pu} w_{pu} f_{pu} \quad\text{s.t.}\quad \sum_u f_{pu} \le s_p,\;
              \sum_p f_{pu} \le d_u,\; f \ge 0,\; f_{pu} = 0 \text{ where not allowed}

    Parameters
    ----------
    supply : array [supplier]
    demand : array [user]
        Amounts in one unit, zero or more.
    allowed : array [supplier, user]
    worth : array [supplier, user], optional
        Worth of a unit matched, above zero; 1 by default (as much as possible).

    Returns
    -------
    array [supplier, user], amounts.

    Raises
    ------
    StudyError
        An amount that is negative or unknown, or a programme that the solver could not finish.
    """
    if (
        not (np.isfinite(supply).all() and np.isfinite(demand).all())
        or (supply < 0).any()
        or (demand < 0).any()
    ):
        raise StudyError(
            Text("An amount of a by-product is negative or unknown.", "副产物数量为负或未知。"),
            Text(
                "Give amounts of zero or more in by_product_amounts.",
                "请在by_product_amounts中给出不小于0的数量。",
            ),
        )
    out = np.zeros(allowed.shape)
    p, u = np.nonzero(allowed)
    if not len(p):
        return out
    gain = np.ones(len(p)) if worth is None else worth[p, u]
    n, places = len(p), np.arange(len(p))
    rows = np.concatenate([p, len(supply) + u])
    limits = coo_array(
        (np.ones(2 * n), (rows, np.tile(places, 2))), shape=(len(supply) + len(demand), n)
    ).tocsr()
    solved = linprog(-gain, A_ub=limits, b_ub=np.concatenate([supply, demand]), method="highs")
    if solved.status != 0:
        raise StudyError(
            Text("The matching of by-products could not be solved.", "副产物匹配未能求解。"),
            Text(str(solved.message), f"求解器信息：{solved.message}"),
        )
    out[p, u] = solved.x
    return out


@functools.cache
def _package_rules() -> pd.DataFrame:
    with resources.files("hinterland.potential").joinpath("by_products.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def rules(study: Study) -> pd.DataFrame:
    """Return the rules in the study's industries: its own table `by_products`, else the package's list.

    The package's list is written in ISIC Rev. 4 divisions and reaches the study's industries through the
    scheme ``isic4`` of its table `concordances`.

    Raises
    ------
    StudyError
        Neither a table of the study's own nor a concordance.
    """
    own = study.frames.get("by_products")
    if own is not None and not own.empty:
        return own
    mapped = concordance(study, SCHEME)
    if mapped.empty:
        raise StudyError(
            Text(
                f"The study '{study.name}' has no table by_products and no concordance '{SCHEME}'.",
                f"研究“{study.name}”没有by_products表，也没有“{SCHEME}”对照。",
            ),
            Text(
                f"Map ISIC divisions to industries under the scheme {SCHEME} in concordances, or list rules"
                " in by_products.",
                f"请在concordances表的{SCHEME}方案下给出ISIC大类与产业的对应，或在by_products表中列出规则。",
            ),
        )
    known = mapped[["code", "industry"]]
    table = _package_rules().merge(known.rename(columns={"code": "producer", "industry": "from"}))
    table = table.merge(known.rename(columns={"code": "user", "industry": "to"}), on="user")
    table = table.assign(producer=table["from"], user=table["to"]).drop(columns=["from", "to"])
    return table.drop_duplicates(["by_product", "producer", "user"]).reset_index(drop=True)


def by_product_matches(study: Study) -> Result:
    """Match by-products between the industries of every host.

    Where the study gives amounts (table `by_product_amounts`) they are matched by `match`; elsewhere a match
    is potential only: both industries are there (location quotient of at least
    ``potential.present_quotient``),
    or one of them is and the other would have to be attracted.

    Returns
    -------
    Result ``by_product_matches``: host, by_product_en, by_product_zh, producer, user, use_en, use_zh,
    match_kind (exchange, attract_user, attract_producer), producer_quotient, user_quotient, amount, unit,
    citation_en, citation_zh; the strongest first within a host.

    Raises
    ------
    StudyError
        No rules for the study's industries; amounts that cannot be.
    """
    table = rules(study)
    base = study["gross_output"].sel(year=study.base_year, drop=True).transpose("region", "industry")
    quotient = location_quotient(base).to_pandas()
    present = number(study, "potential.present_quotient")
    amounts = _amounts(study, table)
    rows = []
    for host in study.hosts:
        for rule in table.to_dict("records"):
            of_producer = float(quotient.loc[host, rule["producer"]])
            of_user = float(quotient.loc[host, rule["user"]])
            both = min(of_producer, of_user)
            if not max(of_producer, of_user) >= present:
                continue
            kind = "exchange" if both >= present else (
                "attract_user" if of_producer >= of_user else "attract_producer"
            )  # fmt: skip
            amount, unit = amounts.get(
                (host, rule["by_product"], rule["producer"], rule["user"]), (np.nan, "")
            )
            rows.append(
                (host, rule["name_en"] or rule["by_product"], rule["name_zh"] or rule["by_product"],
                 rule["producer"], rule["user"], rule["use_en"], rule["use_zh"], kind, of_producer, of_user,
                 amount, unit, rule["source"], rule["source_zh"] or rule["source"])
            )  # fmt: skip
    names = ["host", "by_product_en", "by_product_zh", "producer", "user", "use_en", "use_zh", "match_kind"]
    names += ["producer_quotient", "user_quotient", "amount", "unit", "citation_en", "citation_zh"]
    frame = pd.DataFrame(rows, columns=names)
    order = {host: i for i, host in enumerate(study.hosts)}
    kinds = {"exchange": 0, "attract_user": 1, "attract_producer": 2}
    strength = frame[["producer_quotient", "user_quotient"]].min(axis=1)
    frame = frame.assign(_h=frame["host"].map(order), _k=frame["match_kind"].map(kinds), _s=-strength)
    frame = frame.sort_values(["_h", "_k", "_s"], kind="stable").drop(columns=["_h", "_k", "_s"])
    known = study.provenance["gross_output"]
    stands = Provenance(standing(known).status, "", str(study.base_year), known.sources)
    given = Provenance("assumption", "", str(study.base_year), ())
    return Result(
        "by_product_matches",
        Text("By-products that could be exchanged", "可循环利用的副产物"),
        frame.reset_index(drop=True),
        (
            label(study, "host", "region"),
            label(study, "by_product_en", "text"),
            label(study, "by_product_zh", "text"),
            label(study, "producer", "industry"),
            label(study, "user", "industry"),
            label(study, "use_en", "text"),
            label(study, "use_zh", "text"),
            label(study, "match_kind", "code"),
            figure(study, "producer_quotient", stands, "quotient"),
            figure(study, "user_quotient", stands, "quotient"),
            figure(study, "amount", given),
            label(study, "unit", "text"),
            label(study, "citation_en", "text"),
            label(study, "citation_zh", "text"),
        ),
        Text(
            "Rules from published standards and cases. An exchange needs both industries in the host"
            " (location quotient of at least {p:g}); where one is there, the other could be attracted."
            " Amounts, where given, are matched to the largest total by a transport problem.",
            "规则依据公开标准与案例。双方产业在承接地均具规模（区位商不低于{p:g}）即可交换；仅有一方时可招引另一方。"
            "给出数量时按运输问题求最大匹配量。",
        ).format(p=present),
        Text("", "")
        if amounts
        else Text(
            "Potential matches only: whether plants, quality and distance within a park allow them is to be"
            " looked at on the spot. Amounts need the table by_product_amounts.",
            "仅为潜在匹配，能否实施取决于具体企业、品质与园区内距离。数量需by_product_amounts表。",
        ),
    )


def _amounts(study: Study, table: pd.DataFrame) -> dict[tuple[str, str, str, str], tuple[float, str]]:
    """Amounts matched by host, by-product, producer and user, with their unit."""
    given = study.frames.get("by_product_amounts")
    if given is None or given.empty:
        return {}
    out: dict[tuple[str, str, str, str], tuple[float, str]] = {}
    for (region, by_product), mine in given.groupby(["region", "by_product"], sort=False):
        units = set(mine["unit"].astype(str))
        if len(units) > 1:
            raise StudyError(
                Text(
                    f"The amounts of '{by_product}' in {region} are in {' and '.join(sorted(units))}.",
                    f"{region}的“{by_product}”数量单位不一：{'、'.join(sorted(units))}。",
                ),
                Text("Give both sides in one unit.", "请统一供需双方的单位。"),
            )
        sides = {
            side: mine[mine["side"] == side].set_index("industry")["amount"] for side in ("supply", "demand")
        }
        links = table[table["by_product"] == by_product]
        pairs = set(zip(links["producer"], links["user"], strict=True))
        producers, users = list(sides["supply"].index), list(sides["demand"].index)
        allowed = np.array([[(p, u) in pairs for u in users] for p in producers], dtype=bool)
        allowed = allowed.reshape(len(producers), len(users))
        found = match(sides["supply"].to_numpy(dtype=float), sides["demand"].to_numpy(dtype=float), allowed)
        for a, producer in enumerate(producers):
            for b, user in enumerate(users):
                if allowed[a, b]:
                    out[str(region), str(by_product), producer, user] = (
                        float(found[a, b]),
                        units.copy().pop(),
                    )
    return out
