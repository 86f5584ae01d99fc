"""Run the disruption model over days: many runs at once, in chunks that fit the cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hinterland.simulate.disruption import rebuild
from hinterland.simulate.disruption.kit import Kit, State, prepare, start
from hinterland.simulate.disruption.parameters import Parameters
from hinterland.simulate.disruption.shocks import Shock
from hinterland.simulate.disruption.step import advance
from hinterland.simulate.disruption.system import System, to_numpy
from hinterland.study import StudyError, Text

Array = npt.NDArray[np.float64]

# Runs advanced together on NumPy arrays: more do not fit the cache, fewer waste calls.
CHUNK = 16
# What is recorded by day, and by run in the second place.
BY_DAY = ("output", "value_added", "final", "exports", "daily", "lacking")
# Rounding of a stock, relative to the largest output.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Run:
    """What B runs of T days recorded; NumPy arrays, money a day.

    Attributes
    ----------
    output, value_added : array [T, B, R]
    final : array [T, B, R]
        Final demand of each region's market that was served.
    exports : array [T, B]
        Exports served.
    lacking : array [T, B]
        Largest share of an industry's capacity that destroyed capital takes away.
    lost : array [B, n]
        Output lost over the run, money (a gain is negative).
    daily : array [T, B, n] or None
        Output of every industry.
    bound_days : array [B, m, n] or None
        Days on which want of product i held back buyer j.
    bound_output : array [B, m, n] or None
        Output that it cost, money.
    gap : float
        Largest difference of baseline demand and output, relative to the largest output.
    """

    output: Array
    value_added: Array
    final: Array
    exports: Array
    lacking: Array
    lost: Array
    daily: Array | None
    bound_days: Array | None
    bound_output: Array | None
    gap: float


def _paths(found: System, shocks: Sequence[Shock], days: int) -> list[tuple[Any, Array]]:
    """Losses of B runs as pairs of shares [B, n] and what is in force of them by day [days, B]."""
    count = max((len(shock.losses) for shock in shocks), default=0)
    n = found.size[2]
    like = found.output
    pairs = []
    for e in range(count):
        share, force = np.zeros((len(shocks), n)), np.zeros((days, len(shocks)))
        for b, shock in enumerate(shocks):
            if e < len(shock.losses):
                given = shock.losses[e]
                share[b] = given.share
                length = min(days, len(given.remaining))
                force[:length, b] = given.remaining[:length]
        if not (np.all((share >= 0) & (share <= 1)) and np.all((force >= 0) & (force <= 1))):
            raise StudyError(
                Text("A loss of capacity lies outside 0 to 1.", "产能损失不在0至1之间。"),
                Text("Give shares, 0.3 for 30 %.", "请给出比例，30%写作0.3。"),
            )
        pairs.append((found.xp.asarray(share, dtype=like.dtype, device=getattr(like, "device", None)), force))
    return pairs


def losses_by_day(found: System, shocks: Sequence[Shock], days: int) -> list[Array]:
    """Share of capacity lost by day, [B, n] each; the largest where several strike. NumPy."""
    out = [np.zeros((len(shocks), found.size[2])) for _ in range(days)]
    for share, force in _paths(found, shocks, days):
        for day in range(days):
            out[day] = np.maximum(out[day], to_numpy(share) * force[day][:, None])
    return out


def _column(found: System, values: Array) -> Any:
    like = found.output
    return found.xp.asarray(values[:, None], dtype=like.dtype, device=getattr(like, "device", None))


def check_state(found: System, state: State, day: int) -> None:
    """Raise where the model has lost its footing: figures that are not finite, stocks below nothing."""
    xp = found.xp
    scale = float(xp.max(found.output))
    least, total = float(xp.min(state.limit)), float(xp.sum(state.output))
    if np.isfinite(total) and least >= -ROUNDING * scale and float(xp.min(state.output)) >= -ROUNDING * scale:
        return
    values = to_numpy(state.output)
    wrong = np.argwhere(~np.isfinite(values) | (values < -ROUNDING * scale))
    if not wrong.size:
        wrong = np.argwhere(to_numpy(state.limit) < -ROUNDING * scale)
    at = f"{found.regions[wrong[0][1] // len(found.industries)]}/" if wrong.size else ""
    at += found.industries[wrong[0][1] % len(found.industries)] if wrong.size else "?"
    raise StudyError(
        Text(
            f"The disruption run has no meaningful state on day {day} ({at}).",
            f"中断模拟在第{day}天失去意义（{at}）。",
        ),
        Text(
            "Stocks or output became negative or infinite. Check the table's inputs and the parameters "
            "(inventory_days, inventory_restore).",
            "库存或产出变为负值或无穷。请检查投入产出表及参数（inventory_days、inventory_restore）。",
        ),
    )


def run(
    found: System,
    given: Parameters,
    shocks: Sequence[Shock],
    days: int,
    *,
    rebuilding: npt.ArrayLike | None = None,
    daily: bool = False,
    binding: bool = False,
    chunk: int | None = None,
) -> Run:
    """Run B shocks (or B parameter sets, or both in pairs) for a number of days.

    Parameters
    ----------
    found : System
        In any array namespace; what is recorded comes back as NumPy arrays.
    given : Parameters
        One set, or one per shock.
    shocks : sequence of Shock
        One, or one per parameter set.
    days : int
    rebuilding : array [m], optional
        Shares of products in rebuilding; needed where capital is destroyed.
    daily : bool
        Keep the output of every industry and day.
    binding : bool
        Count on which days want of which product held back whom.
    chunk : int, optional
        Runs advanced together; default 16 on NumPy, all elsewhere.

    Raises
    ------
    StudyError
        Counts that do not pair, damages above the capital, or a run that loses its footing.
    """
    batch = max(given.count, len(shocks))
    if given.count not in (1, batch) or len(shocks) not in (1, batch) or days < 1:
        raise StudyError(
            Text(
                f"{len(shocks)} shocks and {given.count} parameter sets do not pair, or there are no days.",
                f"冲击{len(shocks)}个与参数组{given.count}个无法配对，或天数为零。",
            ),
            Text("Give one of either for all, or as many of both.", "请给出一个通用的，或数目相同。"),
        )
    sets = given.take([0] * batch) if given.count < batch else given
    struck = list(shocks) * batch if len(shocks) < batch else list(shocks)
    size = chunk or (CHUNK if found.xp is np else batch)
    parts = [
        _run_chunk(
            found,
            sets.take(range(lo, min(lo + size, batch))).to(found),
            struck[lo : lo + size],
            days,
            rebuilding,
            daily,
            binding,
        )
        for lo in range(0, batch, size)
    ]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[Run]) -> Run:
    def along(name: str, axis: int) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values, axis)

    return replace(
        parts[0],
        **{
            name: along(name, 1) for name in ("output", "value_added", "final", "exports", "daily", "lacking")
        },
        **{name: along(name, 0) for name in ("lost", "bound_days", "bound_output")},
        gap=max(part.gap for part in parts),
    )


def _stacked(shocks: Sequence[Shock], name: str, shape: tuple[int, ...], fill: float) -> Array | None:
    values = [getattr(shock, name) for shock in shocks]
    if all(v is None for v in values):
        return None
    return np.stack([np.full(shape, fill) if v is None else np.asarray(v, dtype=float) for v in values])


def _run_chunk(
    found: System,
    given: Parameters,
    shocks: Sequence[Shock],
    days: int,
    mix: npt.ArrayLike | None,
    daily: bool,
    binding: bool,
) -> Run:
    xp = found.xp
    r, m, n = found.size
    batch = given.count
    like = {"dtype": found.output.dtype, "device": getattr(found.output, "device", None)}
    demand = _stacked(shocks, "demand", (n, r), 1.0)
    reserve = _stacked(shocks, "reserve", (n,), 0.0)
    kit = prepare(
        found,
        given,
        None if demand is None else xp.asarray(demand, **like),
        None if reserve is None else xp.asarray(reserve, **like),
    )
    state = start(kit)
    gap = baseline_gap(kit, state)
    paths = _paths(found, shocks, days)
    todo = rebuild.works(found, given, shocks, mix)
    zero = state.output * 0
    lost_sum = zero
    keep: dict[str, list[Any]] = {name: [] for name in BY_DAY}
    bound = _Bound(kit) if binding else None
    for day in range(days):
        lost = zero
        for share, force in paths:
            if force[day].any():
                lost = xp.maximum(lost, share * _column(found, force[day]))
        asked, destroyed = None, zero
        if todo is not None:
            destroyed = rebuild.lacking_today(found, todo, day)
            lost = xp.maximum(lost, destroyed)
            asked = rebuild.demand_today(found, todo, day)
        if bound is not None:
            bound.before(state)
        state = advance(kit, state, lost, asked, binding)
        check_state(found, state, day)
        if todo is not None:
            rebuild.receive(found, todo, state.shipped, day)
        if bound is not None:
            bound.after(state)
        lost_sum = lost_sum + (found.output[None, :] - state.output)
        keep["output"].append(xp.sum(xp.reshape(state.output, (batch, r, m)), axis=2))
        keep["value_added"].append(state.income * kit.added_base[None, :])
        served = xp.matmul(state.shipped[:, None, :], xp.matrix_transpose(kit.final))[:, 0, :]
        keep["final"].append(served * state.level)
        keep["exports"].append(state.shipped @ found.abroad)
        keep["lacking"].append(xp.max(destroyed, axis=1))
        if daily:
            keep["daily"].append(state.output)
    record = {name: to_numpy(xp.stack(values)) if values else None for name, values in keep.items()}
    return Run(
        **record,  # type: ignore[arg-type]
        lost=to_numpy(lost_sum),
        bound_days=None if bound is None else bound.days,
        bound_output=None if bound is None else bound.output,
        gap=gap,
    )


def baseline_gap(kit: Kit, state: State) -> float:
    """Largest difference of baseline demand and output, relative to the largest output."""
    found = kit.system
    final = found.xp.sum(found.final, axis=1)
    demand = state.orders + (final + found.abroad - found.drawn)[None, :]
    scale = float(found.xp.max(found.output))
    return float(found.xp.max(found.xp.abs(demand - state.output))) / scale


class _Bound:
    """Counts whom want of which product held back, in the industries' own order; NumPy throughout."""

    def __init__(self, kit: Kit) -> None:
        _, m, n = kit.system.size
        self.order = np.asarray(kit.order)
        self.days = np.zeros((kit.parameters.count, m, n))
        self.output = np.zeros_like(self.days)
        self.limit: Array | None = None
        self.by: npt.NDArray[np.int64] | None = None

    def before(self, state: State) -> None:
        """Note the limits that hold today."""
        self.limit = to_numpy(state.limit)
        self.by = None if state.binding is None else to_numpy(state.binding).astype(np.int64)

    def after(self, state: State) -> None:
        """Book those who could have made more."""
        if self.by is None or self.limit is None:
            return
        could = np.minimum(to_numpy(state.wanted), to_numpy(state.capacity))
        short = could - self.limit
        held = short > 1e-6 * could
        b, j = np.nonzero(held)
        product = self.order[self.by[b, j]]
        self.days[b, product, j] += 1.0
        self.output[b, product, j] += short[b, j]
