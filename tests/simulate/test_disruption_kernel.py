"""The disruption kernel: against the model written out, across batches, namespaces and layouts."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest
from disrupted import made_parameters, made_table, written_out
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hinterland.simulate.disruption import (
    Damage,
    Shock,
    loss,
    recovery_day,
    run,
    still_lost,
    system,
)
from hinterland.simulate.disruption.parameters import joined
from hinterland.study import StudyError

DAYS = 60
MIX = np.array([0.5, 0.0, 0.3, 0.2])


def strike(n: int, where: list[int], share: float, days: int = DAYS, **more: float) -> Shock:
    options = {"start": 2, "duration": 10, "recovery": 20} | more
    return Shock((loss(n, where, share, days, **options),))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    spare=st.floats(0, 0.2),
    days=st.floats(2, 60),
    proportional=st.booleans(),
    alike=st.booleans(),
)
def test_no_shock_leaves_everything_as_it_is(
    seed: int, spare: float, days: float, proportional: bool, alike: bool
) -> None:
    found = system(made_table(seed, alike=alike))
    rule = "proportional" if proportional else "priority"
    sets = made_parameters(
        4, spare=spare, inventory_days=days, inventory_restore=max(days / 3, 1), rationing=rule
    )
    ran = run(found, sets, [Shock()], 100, daily=True)
    assert ran.daily is not None
    np.testing.assert_allclose(ran.daily[:, 0], np.broadcast_to(found.output, (100, 12)), rtol=1e-12)
    assert ran.gap < 1e-13


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 10_000),
    share=st.floats(0.1, 1.0),
    sigma=st.sampled_from([0.0, 0.5, 1.0]),
    eta=st.sampled_from([0.0, 0.5, 1.0]),
    rule=st.sampled_from(["proportional", "priority"]),
    endless=st.booleans(),
)
@example(seed=0, share=1.0, sigma=0.5, eta=0.0, rule="priority", endless=False)
def test_factored_orders_are_the_matrix_of_orders(
    seed: int, share: float, sigma: float, eta: float, rule: str, endless: bool
) -> None:
    table = made_table(seed)
    hold = np.array([20.0, 5.0, np.inf if endless else 12.0, 30.0])
    sets = made_parameters(
        4,
        reordering=sigma,
        substitution=eta,
        rationing=rule,
        inventory_days=hold,
        inventory_restore=np.maximum(hold / 3, 1.0),
    )
    shock = strike(12, [1, 2, 6], share)
    expected = written_out(table, sets, shock, DAYS)
    ran = run(system(table), sets, [shock], DAYS, daily=True)
    assert ran.daily is not None
    # rounding may move a kink by an ulp; nothing else may differ
    np.testing.assert_allclose(ran.daily[:, 0], expected, rtol=1e-9, atol=1e-9 * expected.max())
    assert expected[10].sum() < 0.999 * expected[0].sum() or expected[3].sum() < 0.999 * expected[0].sum()


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_one_pattern_a_region_gives_what_one_a_buyer_gives(seed: int) -> None:
    table = made_table(seed, alike=True)
    narrow, wide = system(table), system(table, pool=False)
    assert narrow.pooled and not wide.pooled
    shock = Shock(
        strike(12, [0, 5], 0.8).losses, (Damage(0.1 * table.V.sum(0), 3, 8),), reserve=0.05 * narrow.output
    )
    pair = [
        run(one, made_parameters(4), [shock], DAYS, daily=True, binding=True, rebuilding=MIX)
        for one in (narrow, wide)
    ]
    for name in ("daily", "final", "exports", "lost", "bound_output", "lacking"):
        a, b = getattr(pair[0], name), getattr(pair[1], name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(np.abs(a).max(), 1e-9))


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize("chunk", [None, 2])
def test_a_batch_is_its_runs(alike: bool, chunk: int | None) -> None:
    found = system(made_table(7, alike=alike))
    n = found.size[2]
    rng = np.random.default_rng(7)
    shocks = [
        Shock(
            strike(n, [k, k + 3], 0.2 * (k + 1)).losses,
            (Damage(0.2 * k * found.added * found.output * found.days, 1, 5),) if k % 2 else (),
            demand=None if k != 2 else rng.uniform(0.9, 1.1, (n, 3)),
        )
        for k in range(5)
    ]
    sets = joined(
        [
            made_parameters(4, spare=0.01 * k, reordering=0.2 * k, inventory_alert=0.5 + 0.1 * k)
            for k in range(5)
        ]
    )
    whole = run(found, sets, shocks, DAYS, daily=True, binding=True, rebuilding=MIX, chunk=chunk)
    for k in range(5):
        one = run(found, sets.take([k]), [shocks[k]], DAYS, daily=True, binding=True, rebuilding=MIX)
        assert whole.daily is not None and one.daily is not None
        assert whole.bound_days is not None and one.bound_days is not None
        np.testing.assert_allclose(whole.daily[:, k], one.daily[:, 0], rtol=1e-10)
        np.testing.assert_allclose(whole.final[:, k], one.final[:, 0], rtol=1e-10)
        np.testing.assert_array_equal(whole.bound_days[k], one.bound_days[0])


@pytest.mark.parametrize("alike", [False, True])
def test_any_array_namespace_gives_the_same(alike: bool) -> None:
    """The batch runs on arrays of the standard alone, so that CuPy's or PyTorch's do as well."""
    found = system(made_table(3, alike=alike))
    n = found.size[2]
    hold = np.array([20.0, np.inf, 5.0, 30.0])
    sets = made_parameters(4, 2, inventory_days=hold, inventory_restore=np.maximum(hold / 3, 1.0))
    shocks = [
        Shock(strike(n, [1, 6], 0.9).losses, (Damage(0.3 * found.added * found.output * found.days, 1, 5),)),
        strike(n, [2], 0.5),
    ]
    options = {"daily": True, "binding": True, "rebuilding": MIX}
    here = run(found, sets, shocks, DAYS, **options)  # type: ignore[arg-type]
    there = run(found.to(array_api_strict), sets, shocks, DAYS, **options)  # type: ignore[arg-type]
    for name in ("daily", "output", "value_added", "final", "exports", "lost", "bound_days"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), rtol=1e-8, atol=1e-12)


def test_single_precision_is_near() -> None:
    found = system(made_table(3))
    shock = strike(12, [1, 6], 0.9)
    double = run(found, made_parameters(4), [shock], DAYS)
    single = run(
        found.to(array_api_strict, dtype=array_api_strict.float32), made_parameters(4), [shock], DAYS
    )
    np.testing.assert_allclose(single.output, double.output, rtol=1e-4)


def test_output_can_be_made_and_stocks_hold() -> None:
    table = made_table(11)
    found = system(table)
    shock = strike(12, list(range(4)), 0.95, duration=40, recovery=10)
    ran = run(found, made_parameters(4, rationing="proportional"), [shock], 120, daily=True, binding=True)
    assert ran.daily is not None and ran.bound_days is not None
    assert (ran.daily >= 0).all()
    most = found.output * (1.25 + 0.02)
    assert (ran.daily[:, 0] <= most * (1 + 1e-12)).all()
    assert (ran.daily[3:20, 0, :4] <= 0.05 * most[:4] * (1 + 1e-12)).all()
    # what the struck region makes is what its customers run out of
    assert ran.bound_days.sum() > 0
    # a run without tracking is the same run
    np.testing.assert_array_equal(
        run(found, made_parameters(4, rationing="proportional"), [shock], 120).output, ran.output
    )


def test_rebuilding_is_paid_for_and_ends() -> None:
    """What is delivered to rebuilding is what was destroyed, and capacity comes back with it."""
    found = system(made_table(5))
    value = found.added * found.output * found.days
    damage = np.zeros(12)
    damage[[1, 2]] = 0.5 * value[[1, 2]]
    sets = made_parameters(4, rebuild_days=30.0)
    ran = run(found, sets, [Shock((), (Damage(damage, 2, 5),))], 600, rebuilding=MIX)
    lacking = ran.lacking[:, 0]
    assert lacking[1] == 0 and lacking[2] == pytest.approx(0.5 / 4) and lacking[-1] < 1e-4
    assert (np.diff(lacking[2:]) <= 1e-15).all()
    with pytest.raises(StudyError, match="there is"):
        run(found, sets, [Shock((), (Damage(5 * value, 2, 5),))], 10, rebuilding=MIX)
    with pytest.raises(StudyError, match="not known what rebuilding"):
        run(found, sets, [Shock((), (Damage(damage, 2, 5),))], 10)


def test_losses_rise_with_the_share_lost_its_duration_and_the_damage() -> None:
    found = system(made_table(21, regions=4, industries=4))
    n = found.size[2]
    sets = made_parameters(4)

    def lost(shock: Shock) -> float:
        return float(run(found, sets, [shock], 250, rebuilding=MIX).lost.sum())

    by_share = [lost(strike(n, [0, 1, 2], s, 250)) for s in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    by_time = [lost(strike(n, [0, 1, 2], 0.6, 250, duration=d)) for d in (0, 10, 20, 40, 80)]
    capital = 4 * found.added * found.output * found.days * (np.arange(n) < 3)
    damage = [lost(Shock((), (Damage(s * capital, 2, 4),))) for s in (0.1, 0.3, 0.6, 0.9)]
    for losses in (by_share, by_time, damage):
        assert (np.diff(losses) > 0).all(), losses
    assert abs(by_share[0]) < 1e-9


def test_recovery_curves() -> None:
    day = np.arange(0.0, 101.0)
    for shape in ("linear", "convex", "concave", "exponential", "step"):
        curve = still_lost(shape, day, 60.0)  # type: ignore[arg-type]
        assert curve[0] == pytest.approx(1.0)
        assert (np.diff(curve) <= 1e-12).all() and curve[-1] < 0.03
    assert still_lost("linear", 30.0, 60.0) == pytest.approx(0.5)
    assert still_lost("concave", 30.0, 60.0) == pytest.approx(0.5, abs=1e-3)
    assert still_lost("convex", 60.0, 60.0) == pytest.approx((59 / 60) ** 240)
    assert still_lost("exponential", 59.999, 60.0) == pytest.approx(0.01, rel=1e-3)
    assert still_lost("step", 59.0, 60.0) == 1.0 and still_lost("step", 60.0, 60.0) == 0.0
    assert still_lost("linear", [-1.0, 0.5], 0.0).tolist() == [1.0, 0.0]
    with pytest.raises(StudyError, match="wavy"):
        still_lost("wavy", day, 60.0)  # type: ignore[arg-type]


def test_the_day_of_recovery() -> None:
    level = np.array([[1.0, 1.0, 0.5], [0.8, 1.0, 0.5], [0.995, 1.0, 0.5], [1.0, 1.0, 0.9]])
    np.testing.assert_array_equal(recovery_day(level, 0.01), [2.0, 0.0, np.nan])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"inventory_alert": 1.5}, "inventory_alert"),
        ({"inventory_days": 0.5}, "inventory_days"),
        ({"overproduction_max": 0.9}, "overproduction_max"),
        ({"rationing": "lottery"}, "lottery"),
    ],
)
def test_unusable_parameters_are_refused(changes: dict[str, object], says: str) -> None:
    from hinterland.simulate.disruption.parameters import refuse_unusable

    with pytest.raises(StudyError, match=says):
        refuse_unusable(made_parameters(4, **changes))


def test_what_cannot_be_run_is_refused() -> None:
    table = made_table(1)
    found = system(table)
    with pytest.raises(StudyError, match="do not pair"):
        run(found, made_parameters(4, 2), [Shock()] * 3, 5)
    with pytest.raises(StudyError, match="outside 0 to 1"):
        loss(12, [0], 1.2, 5)
    from dataclasses import replace

    flows = np.array(table.Z)
    flows[0, 1] = -1.0
    with pytest.raises(StudyError, match="negative"):
        system(replace(table, Z=flows))
    broken = replace(found, output=np.where(np.arange(12) == 5, np.nan, found.output))
    with pytest.raises(StudyError, match="no meaningful state"):
        run(broken, made_parameters(4), [Shock()], 5)
