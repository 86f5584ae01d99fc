"""Assess a plan's risks: market, social, environmental, technological and policy, and the register."""

from __future__ import annotations

from collections.abc import Callable

from hinterland.accounts import estimate_mrio, interregional_trade
from hinterland.plan import Plan
from hinterland.risk.environment import environment
from hinterland.risk.market import market
from hinterland.risk.policy import policy
from hinterland.risk.register import register
from hinterland.risk.social import social, social_by_industry
from hinterland.risk.technology import technology
from hinterland.study import EMPTY, Result, Study, StudyError, Text


def assess(study: Study, plan: Plan, outcome: object = None, *, trade: Result | None = None) -> list[Result]:
    """Return the tables of the plan's risks; what the study's data do not allow is left out and said.

    Parameters
    ----------
    study : Study
        The study the plan was made for.
    plan : Plan
    outcome : optional
        The plan's simulated impact; not used yet.
    trade : Result, optional
        interregional_trade, when it is at hand; estimated anew when left out.

    Returns
    -------
    list of Result
        risk_market, risk_social, risk_social_industry, risk_environment, risk_technology, risk_policy (those
        that can be had) and risk_register, whose note names those that cannot.
    """
    if trade is None:
        try:
            trade = interregional_trade(estimate_mrio(study))
        except StudyError:
            # an interregional table is a luxury here: the market table says that it is missing
            trade = None
    parts: tuple[Callable[[], Result], ...] = (
        lambda: market(plan, trade),
        lambda: social(plan),
        lambda: social_by_industry(plan),
        lambda: environment(plan),
        lambda: technology(plan),
        lambda: policy(plan),
    )
    found: dict[str, Result] = {}
    lacking = EMPTY
    for part in parts:
        try:
            made = part()
        except StudyError as error:
            if error.words.en not in lacking.en:
                lacking = lacking + error.words + Text(" ", "")
            continue
        found[made.name] = made
    table = register(plan, found)
    noted = Result(table.name, table.title, table.frame, table.columns, table.method, lacking)
    return [*found.values(), noted]
