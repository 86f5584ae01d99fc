r"""Which limit kept a candidate out of the plan.

At the prices of the plan a unit of a move that is not made brings less than it takes up. With :math:`y_r` the
shadow prices of the limits, :math:`\lambda_k` what a unit of objective *k* counts for (1 for the one that
prices are in, the price of carbon for a bound on it) and :math:`a_{rj}` what a unit of move *j* takes of
limit *r*, moved capacity being in place from its phase on,

.. math:: d_j = \underbrace{\sum_k \lambda_k a_{kj}}_{\text{brings}}
              - \underbrace{\sum_r y_r a_{rj}}_{\text{takes up}} \le 0 .

This is the reduced cost (Dantzig 1963): how far the move falls short per unit. It is zero for every move
that is made. The limit with the largest part of what the move takes up is what keeps it out.

References
----------
Dantzig (1963), Linear Programming and Extensions, Princeton University Press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import spsolve

from hinterland.plan.assemble import number, phase_key
from hinterland.plan.model import Plan
from hinterland.plan.naming import limit_name
from hinterland.plan.objectives import CONVEX, SENSE
from hinterland.plan.prices import one, worth
from hinterland.plan.programme import Programme, build
from hinterland.plan.results import figure, label
from hinterland.study import Result, StudyError, Text

Values = npt.NDArray[np.float64]
# A part of what a move takes up below this share of what it brings is rounding.
_ROUNDING = 1e-7


@dataclass(frozen=True)
class Accounts:
    """What a unit of each move brings and takes up at a plan's prices.

    `labels` has a row for each move (its dimensions) and `brings` [objective, move], `takes` [row, move];
    `rows` names each limit: family and labels.
    """

    labels: pd.DataFrame
    objectives: tuple[str, ...]
    brings: Values
    takes: Any
    rows: tuple[tuple[str, dict[str, str]], ...]

    @property
    def shortfall(self) -> Values:
        """How far each move falls short of being worth it, per unit; zero for those that are made."""
        taken: Values = np.asarray(self.takes.sum(axis=0), dtype=float).ravel()
        return np.asarray(taken - self.brings.sum(axis=0))


def accounts(plan: Plan) -> Accounts:
    """Return what a unit of each move brings and takes up at the plan's prices.

    Raises
    ------
    StudyError
        The plan trades off disparity or likeness, which no single move has a share in.
    """
    if any(abs(plan.rates.get(name, 0.0)) > 0 for name in CONVEX):
        raise StudyError(
            Text(
                "What keeps a move out cannot be told where disparity or likeness of hosts is an objective.",
                "以差距或结构相似度为目标时，无法说明单项转移未入选的原因。",
            ),
            Text("Choose other objectives for this question.", "请为此问题选用其他目标。"),
        )
    programme = build(plan.data)
    model, matrices = programme.model, programme.model.matrices
    column = {int(v): k for k, v in enumerate(matrices.vlabels)}
    row = {int(v): k for k, v in enumerate(matrices.clabels)}
    a = sparse.csr_array(matrices.A)
    move = model.variables["move"].labels
    there = np.argwhere(move.values >= 0)
    at = np.array([column[int(move.values[tuple(k)])] for k in there])
    frame = pd.DataFrame({str(d): move[d].values[there[:, n]].astype(str) for n, d in enumerate(move.dims)})
    # capacity in place is written as the moves that put it there
    intake = model.variables["intake"].labels
    balance = model.constraints["intake_balance"].labels.transpose(*intake.dims)
    inner = [row[int(v)] for v in balance.values.ravel()]
    stock = [column[int(v)] for v in intake.values.ravel()]
    follows = spsolve(sparse.csc_array(a[inner][:, stock]), sparse.csc_array(-a[inner][:, at]))
    whole = sparse.csc_array(a[:, at] + a[:, stock] @ sparse.csc_array(follows))
    frame, whole = _in_modes(programme, column, a, frame, whole)
    whole = sparse.csr_array(whole)
    names, prices, lines = [], [], []
    for name in programme.constraints:
        dual = plan.duals.get(name)
        if name == "intake_balance" or dual is None:
            continue
        labels = model.constraints[name].labels.transpose(*dual.dims)
        for k in np.argwhere((labels.values >= 0) & (np.nan_to_num(dual.values) != 0)):
            names.append((name, {str(d): str(dual[d].values[n]) for d, n in zip(dual.dims, k, strict=True)}))
            prices.append(float(dual.values[tuple(k)]))
            lines.append(row[int(labels.values[tuple(k)])])
    objectives = tuple(n for n in programme.objectives if abs(plan.rates.get(n, 0.0)) > 0)
    define = [row[int(model.constraints[f"define_{n}"].labels)] for n in objectives]
    rates = np.array([plan.rates[n] for n in objectives])
    brings = whole[define].toarray() * rates[:, None]
    takes = (
        sparse.csc_array(sparse.diags_array(np.array(prices)) @ whole[lines])
        if lines
        else (sparse.csc_array((0, len(frame))))
    )
    return Accounts(frame, objectives, brings, takes, tuple(names))


def _in_modes(
    programme: Programme, column: dict[int, int], a: Any, frame: pd.DataFrame, whole: Any
) -> tuple[pd.DataFrame, Any]:
    """Return every move in each mode in which it may arrive, where the programme has modes."""
    if "mode_balance" not in programme.constraints:
        return frame, whole
    arrive = programme.model.variables["arrive"].labels
    parts, columns = [], []
    cell = [d for d in arrive.dims if d != "mode"]
    place = {d: {str(k): n for n, k in enumerate(arrive[d].values)} for d in cell}
    at = tuple(frame[d].map(place[d]).to_numpy() for d in cell)
    for mode in arrive["mode"].values:
        labels = arrive.sel(mode=mode).transpose(*cell).values[at]
        parts.append(frame.assign(mode=str(mode)))
        columns.append(whole + a[:, [column[int(v)] for v in labels]])
    return pd.concat(parts, ignore_index=True), sparse.hstack(columns, format="csc")


def kept_out(plan: Plan, candidates: Sequence[tuple[str, str]] | None = None) -> Result:
    """Say for each leading candidate that does not move what it would bring, and which limit keeps it out.

    Parameters
    ----------
    plan : Plan
    candidates : sequence of (industry, host), optional
        Those of them that the plan does not move are looked at, in this order. When left out: the
        plan.candidates (a parameter) that would bring the most if they went as far as their pace allows.

    Returns
    -------
    Result
        plan_kept_out: industry, origin, host, phase (those for which the candidate comes nearest), brings,
        takes, shortfall, constraint (code of what keeps it out), share (of what it takes up), words_en,
        words_zh.
    """
    s, data = plan.study, plan.data
    found = accounts(plan)
    nearest = _nearest(plan, found)
    if candidates is None:
        growth = data.industry_growth.isel(phase=-1)
        far = [
            min(float(growth.sel(industry=i, host=h)), float(data.releasable.sel(industry=i).sum()))
            for i, h in zip(nearest["industry"], nearest["host"], strict=True)
        ]
        # to nine digits: rounding in the solver must not decide the order
        most = (nearest["gain"] * far).map(lambda v: float(f"{v:.9g}"))
        nearest = nearest.assign(most=most).sort_values(
            ["most", "industry", "host"], ascending=[False, True, True], kind="stable"
        )
        nearest = nearest.head(int(number(s, "plan.candidates", 0)))
    else:
        at = {(i, h): k for k, i, h in zip(nearest.index, nearest["industry"], nearest["host"], strict=True)}
        nearest = nearest.loc[[at[pair] for pair in candidates if pair in at]]
    return _table(plan, found, nearest)


def _nearest(plan: Plan, found: Accounts) -> pd.DataFrame:
    """Return the move that comes nearest to being worth it for each industry and host without one."""
    data = plan.data
    total = float(plan.transfer.sum()) or 1.0
    moved = plan.moves.sum("origin")
    idle = (moved <= number(plan.study, "plan.listing_tolerance", 0, 1) * total).to_series()
    able = (data.releasable > 0).to_series()
    labels = found.labels
    scale = float(np.abs(found.brings).max(initial=0.0)) or 1.0
    frame = labels.assign(
        gain=found.brings[found.objectives.index(plan.priced_in)],
        # to nine digits of what is at stake: rounding in the solver must not decide which comes nearest
        shortfall=(found.shortfall / scale).round(9) * scale,
    )
    pairs = zip(labels["industry"], labels["host"], strict=True)
    sources = zip(labels["industry"], labels["origin"], strict=True)
    keep = [bool(idle[p]) and bool(able[q]) for p, q in zip(pairs, sources, strict=True)]
    frame = frame[keep].sort_values(["shortfall", *labels.columns], kind="stable")
    return frame.groupby(["industry", "host"], sort=False).head(1)


_WORDS = Text(
    "{i} from {o} to {h}, {p}: {money} of output would {verb} {gain} ({measure}) and takes up {takes}. ",
    "{i}由{o}转入{h}（{p}）：每{money}产出可{verb}{gain}（{measure}），占用{takes}。",
)
# What is maximised is brought or lost, what is minimised is saved or added to.
_VERBS = {
    ("max", True): Text("bring", "带来"),
    ("max", False): Text("lose", "减少"),
    ("min", True): Text("save", "节省"),
    ("min", False): Text("add", "增加"),
}
_KEPT = Text("Of this {share:.0%} is {limit}.", "其中{share:.0%}为{limit}。")
_GROSS = Text(
    "That is {costs} less {credit} that it makes up for elsewhere; of the former {share:.0%} is {limit}.",
    "即占用{costs}减去由他处抵补的{credit}；前者的{share:.0%}为{limit}。",
)
_TIED = Text("As good as what the plan does instead.", "与方案现有安排同样好。")
_COSTS = {
    "co2": Text("what its carbon counts for", "其碳排放的代价"),
    "employment": Text("the jobs forgone", "就业上的代价"),
    "landed_cost": Text("its landed cost", "其到岸成本"),
    "value_added": Text("the value added forgone", "增加值上的代价"),
}


def _parts(plan: Plan, found: Accounts, move: int) -> list[tuple[float, str, dict[str, str]]]:
    """Return what a unit of a move takes up: amount, limit or objective, labels; the largest first."""
    column = found.takes[:, [move]].tocoo()
    parts = [(float(v), *found.rows[int(r)]) for r, v in zip(column.coords[0], column.data, strict=True)]
    for k, name in enumerate(found.objectives):
        if name != plan.priced_in:
            parts.append((-float(found.brings[k, move]), f"objective_{name}", {}))
    return sorted(parts, key=lambda x: (-float(f"{x[0]:.9g}"), x[1], sorted(x[2].items())))


def _table(plan: Plan, found: Accounts, nearest: pd.DataFrame) -> Result:
    s, data = plan.study, plan.data
    unit = s.text("unit", data.units.get(plan.priced_in, ""))
    measure = s.text("objective", plan.priced_in)
    phases = {p.code: p.label for p in data.phases}
    rows: list[dict[str, object]] = []
    for move, row in nearest.iterrows():
        parts = _parts(plan, found, int(str(move)))
        gain, shortfall = float(row["gain"]), float(row["shortfall"])
        takes = gain + shortfall
        costs = sum(v for v, *_ in parts if v > 0)
        tied = shortfall <= _ROUNDING * max(abs(gain), 1e-12)
        most, name, at = parts[0] if parts else (0.0, "", {})
        share = most / costs if costs > 0 else 0.0
        words = _WORDS.format(
            i=s.text("industry", row["industry"]),
            o=s.text("region", row["origin"]),
            h=s.text("region", row["host"]),
            p=phases[str(row["phase"])],
            money=one(s.text("unit", data.units.get("output", ""))),
            measure=Text(measure.en[:1].lower() + measure.en[1:], measure.zh),
            verb=_VERBS[SENSE[plan.priced_in], gain >= 0],
            gain=worth(abs(gain), unit),
            takes=worth(takes, unit),
        )
        if costs > 0:
            objective = name.removeprefix("objective_")
            of = _COSTS.get(objective) if name.startswith("objective_") else None
            limit = of or limit_name(name, at, data, s)
            limit = Text(limit.en[:1].lower() + limit.en[1:], limit.zh)
            credit = costs - takes
            # the share is of all that it takes up, before what it makes up for
            kept = _GROSS if credit > _ROUNDING * costs else _KEPT
            words = words + kept.format(
                share=share, limit=limit, costs=worth(costs, unit), credit=worth(credit, unit)
            )
        if tied:
            words = words + (Text(" ", "") + _TIED)
        rows.append(
            {
                "industry": row["industry"],
                "origin": row["origin"],
                "host": row["host"],
                "phase": phase_key(s, data.preset, str(row["phase"])),
                "brings": gain,
                "takes": takes,
                "shortfall": 0.0 if tied else shortfall,
                "constraint": name if costs > 0 else "",
                "share": share,
                "words_en": words.en.strip(),
                "words_zh": words.zh,
            }
        )
    per = f"{data.units.get(plan.priced_in, '')} / {data.units.get('output', '')}"
    columns = [
        label(s, "industry", "industry"),
        label(s, "origin", "region"),
        label(s, "host", "region"),
        label(s, "phase", "phase"),
        figure(plan, "brings", per),
        figure(plan, "takes", per),
        replace(figure(plan, "shortfall", per), label=Text("Falls short by", "不足")),
        label(s, "constraint", "code"),
        replace(figure(plan, "share", "", "share"), label=Text("Share in what it takes up", "占占用的比重")),
        label(s, "words_en", "text"),
        label(s, "words_zh", "text"),
    ]
    return Result(
        "plan_kept_out",
        Text("What kept the leading candidates out", "主要候选为何未入选"),
        pd.DataFrame(rows, columns=[c.name for c in columns]),
        tuple(columns),
        Text(
            "Reduced costs of the linear programme at the plan's prices: what one more unit would bring, "
            "less what it takes up of each limit at its shadow price. Origin and phase are those that come "
            "nearest.",
            "方案影子价格下线性规划的检验数：多一单位的收益减去其按影子价格占用的各项约束。"
            "转出地和阶段取最接近入选者。",
        ),
        Text(
            "Candidates are the industries that the plan does not move to a host and that would bring the "
            "most if they went there as far as their pace allows. Small changes only.",
            "候选为方案未向该承接地转移、若按增长上限转入收益最大的产业。仅对小幅变化成立。",
        ),
    )
