"""The chapter on the division of labour, from a small plan."""

from __future__ import annotations

from dataclasses import replace

from hinterland import plan, report
from hinterland.accounts import complete
from hinterland.report.chapters import division
from hinterland.study import Study


def test_it_says_and_draws_what_the_limit_costs(tiny_study: Study) -> None:
    study = complete(tiny_study)
    findings = {r.name: r for r in plan.division_tables(plan.optimise(study))}
    free = division.says(study, findings)
    assert "costs nothing" in free[2].en and "没有代价" in free[2].zh, "it does not bind in this study"
    assert free[1].en.startswith("What sets each apart most at the end: South: ")
    cost = findings["plan_division_cost"]
    dear = cost.frame.assign(cost=[5.0 * k for k in range(len(cost.frame))], price=3.0)
    findings["plan_division_cost"] = replace(cost, frame=dear)
    said = division.says(study, findings)
    assert "of 2 hosts" in said[0].en and "2个承接地" in said[0].zh
    assert "against no limit" in said[2].en and "million EUR" in said[2].en
    (chart,) = division.cost_of_limits(study, findings)
    assert "No limit" in str(chart.options()["en"]) and "不设限" in str(chart.options()["zh"])
    assert division.says(study, {}) == [] and division.cost_of_limits(study, {}) == []
    page = report.render(study, findings, {})
    assert 'id="figure-division-cost"' in page and said[2].zh in page and said[1].en in page
