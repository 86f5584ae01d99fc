from __future__ import annotations

from hinterland import report
from hinterland.report.chapters import effects
from hinterland.simulate import Scenario, impact
from hinterland.study import Study


def test_the_chapter_says_what_an_impact_is_made_of_and_who_loses(southwest: Study) -> None:
    scenario = Scenario("s").relocate("electronics", "CN-GD", "CN-SC", output=800)
    outcome = impact(southwest, scenario)
    findings = {table.name: table for table in outcome.tables}
    said = effects.says(southwest, findings)
    assert len(said) == 3
    assert said[0].en.startswith("Output of Guangdong") and "−80" in said[0].en
    assert said[1].zh.startswith("四川")
    assert "受损最大的是广东的通信设备" in said[2].zh
    page = report.render(southwest, findings, {})
    assert 'id="figure-impact-effects"' in page and 'data-table="impact_losers"' in page
    assert said[2].en in page


def test_without_an_impact_it_says_nothing(southwest: Study) -> None:
    assert effects.says(southwest, {}) == [] and effects.effects(southwest, {}) == []
    outcome = impact(southwest, Scenario("nothing"))
    none = {table.name: table for table in outcome.tables}
    assert all("Most is lost" not in text.en for text in effects.says(southwest, none))
