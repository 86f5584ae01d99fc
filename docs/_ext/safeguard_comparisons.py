"""Published answers for bargains and losses of portfolios beside ours, for the verification page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hinterland.plan.safeguards.cash import internal_rate
from hinterland.plan.safeguards.credit import large_portfolio_quantile
from hinterland.plan.safeguards.sharing import coalitions, nash, shapley_split

Row = tuple[str, float, float, float, str]


def safeguards() -> Iterator[Row]:
    """What, published, ours, tolerance, source."""
    parties = ("left glove", "right glove", "other right glove")
    gloves = {s: np.array(float(parties[0] in s and len(s) > 1)) for s in coalitions(parties)}
    split = shapley_split(parties, gloves)
    for k, share in enumerate((2 / 3, 1 / 6, 1 / 6)):
        yield (
            f"Glove game: Shapley value of the {parties[k]}",
            round(share, 9),
            round(float(split[k]), 9),
            1e-9,
            "the textbook's market of one left and two right gloves (Shapley 1953)",
        )
    alone, total = np.array([1.0, 2.0, 0.0]), 9.0
    for k, share in enumerate((3.0, 4.0, 2.0)):
        yield (
            f"Nash bargain over 9 with 1, 2 and 0 alone: party {k + 1}",
            share,
            round(float(nash(total, alone)[k]), 9),
            1e-9,
            "Nash (1950): equal gains where the surplus can be shared freely",
        )
    source = "Hull, Risk Management and Financial Institutions: table of worst-case default rates"
    for p, published in ((0.005, 9.1), (0.01, 14.6), (0.02, 22.6)):
        ours = round(100 * large_portfolio_quantile(p, 0.2, 0.999), 2)
        what = f"99.9 % worst-case default rate, {p:.1%} a year, correlation 0.2, per cent"
        yield what, published, ours, 0.0501, source
    ours = round(internal_rate(np.array([-100.0, 0.0, 121.0])), 9)
    yield "Internal rate of return of -100, 0, 121", 0.1, ours, 1e-9, "identity: 1.1 squared is 1.21"
