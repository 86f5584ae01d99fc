r"""Who gains, to the first order: the decomposition of Caliendo & Parro (2015), apart from exact income."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hinterland.simulate.equilibrium.economy import Array
from hinterland.simulate.equilibrium.solve import Solution


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """First-order effects on welfare, fractions of base-year final spending; arrays [n].

    Attributes
    ----------
    terms_of_trade : array
        Dearer exports less dearer imports.
    volume_of_trade : array
        Tariff revenue of more trade.
    welfare : array
        Their sum. An approximation: compare `Solution.real_income`, which is exact.
    """

    terms_of_trade: Array
    volume_of_trade: Array

    @property
    def welfare(self) -> Array:
        """Both effects together."""
        found: Array = self.terms_of_trade + self.volume_of_trade
        return found


def base_trade(solution: Solution) -> Array:
    """Trade of the base year [j, n, i] at the seller's gate, money."""
    e = solution.economy
    flows = e.shares * e.spending[:, :, None]
    found: Array = flows if e.tariff is None else flows / (1 + e.tariff)
    return found


def first_order(solution: Solution, case: int = 0) -> FirstOrder:
    r"""Terms of trade and volume of trade, to the first order (Caliendo & Parro 2015, equations 15 to 17).

    .. math::
        d\ln W_n = \frac{1}{I_n} \sum_{j,i} \big(E_{ni}^j \, d\ln c_n^j - M_{ni}^j \, d\ln c_i^j\big)
        + \frac{1}{I_n} \sum_{j,i} \tau_{ni}^j M_{ni}^j \big(d\ln M_{ni}^j - d\ln c_i^j\big)

    Flows, tariffs and income are those of the base year; :math:`d \ln` is the change of the solution as a
    share of the base year, which is how the paper reckons its Table 2.

    Returns
    -------
    FirstOrder
    """
    e = solution.economy
    flows = base_trade(solution)
    after = solution.exports(case)
    cost = solution.cost[:, :, case] - 1
    more = np.divide(after, flows, out=np.ones_like(flows), where=flows > 0) - 1
    income = e.income
    sold = np.einsum("jin,jn->n", flows, cost)
    bought = np.einsum("jni,ji->n", flows, cost)
    volume = np.zeros(len(e.regions))
    if e.tariff is not None:
        volume = (e.tariff * flows * (more - cost[:, None, :])).sum((0, 2)) / income
    return FirstOrder((sold - bought) / income, volume)


def real_wage_formula(solution: Solution, case: int = 0) -> Array:
    r"""Log real wage from home shares alone, for economies without shifts of technology; [n].

    .. math:: \ln(\hat w_n / \hat P_n) = -\sum_j \alpha_n^j \Big[(I - G_n)^{-1}
              \big(\tfrac{1}{\theta} \ln \hat\pi_{nn} \big)\Big]_j

    with :math:`G_n` the input coefficients of region n. Holds exactly in equilibrium where home trade costs,
    productivity and capacity are unchanged; an identity to test a solution with (Caliendo & Parro 2015,
    equation 15; Arkolakis, Costinot & Rodriguez-Clare 2012). NaN where a region makes none of a product that
    it buys for itself: its home share then says nothing.
    """
    e = solution.economy
    before = np.einsum("jnn->jn", e.shares)
    after = np.einsum("jnn->jn", solution.shares(case))
    ratio = np.divide(after, before, out=np.ones_like(before), where=before > 0)
    ratio = np.where((before <= 0) & (e.spending > 0), np.nan, ratio)
    theta = solution.shock.theta if solution.shock.theta is not None else e.theta
    theta = np.asarray(theta, dtype=float).reshape(len(e.theta), -1)
    term = np.log(ratio) / theta[:, min(case, theta.shape[1] - 1)][:, None]
    solved = np.linalg.solve(np.eye(len(e.theta)) - e.inputs, term.T[:, :, None])[:, :, 0]
    found: Array = -np.einsum("jn,nj->n", e.final, solved)
    return found
