"""Claims are judged by the figures: other figures, other verdict; nothing to go by, nothing said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from hinterland.report.claims import KINDS, claims, judge, pathway
from hinterland.report.claims.case import grade
from hinterland.study import Column, Result, Study, StudyError, Text, open_study

COLUMNS = [
    "claim",
    "section",
    "text_en",
    "text_zh",
    "verdict",
    "firm",
    "finding_en",
    "finding_zh",
    "evidence",
]


def with_claim(study: Study, kind: str, **options: Any) -> Study:
    row = {
        "claim": "it",
        "kind": kind,
        "section": "1",
        "text_en": "A claim.",
        "text_zh": "论断。",
        "parameters": json.dumps(options),
    }
    return replace(study, frames={**study.frames, "claims": pd.DataFrame([row])})


def verdict_of(study: Study, kind: str, findings: dict[str, Result] | None = None, **options: Any) -> Any:
    (page,) = judge(with_claim(study, kind, **options), findings or {})
    return page.frame.iloc[0]


def with_output(study: Study, **shares: float) -> Study:
    """Give the hosts (in equal parts) these shares of textiles by year, the origin the rest."""
    output = study["gross_output"].copy()
    for label, share in shares.items():
        year = int(label.removeprefix("y"))
        total = float(output.sel(industry="textiles", year=year).sum())
        output.loc[{"industry": "textiles", "year": year, "region": "coast"}] = total * (1 - share)
        for host in study.hosts:
            output.loc[{"industry": "textiles", "year": year, "region": host}] = (
                total * share / len(study.hosts)
            )
    return study.with_arrays({"gross_output": (output, study.provenance["gross_output"])})


def table(name: str, frame: pd.DataFrame) -> Result:
    columns = tuple(Column(column, Text.same(column), "text") for column in frame.columns)
    return Result(name, Text.same(name), frame, columns, Text("", ""))


def test_the_built_in_claims_are_judged_in_both_languages(southwest: Study) -> None:
    page = claims(southwest, {})
    assert page is not None and page.name == "claims"
    assert list(page.frame.columns) == COLUMNS
    assert set(page.frame["verdict"]) <= {"supported", "not_supported", "cannot_say"}
    for name in ("text_en", "text_zh", "finding_en", "finding_zh"):
        assert page.frame[name].str.len().gt(5).all()
        assert not page.frame[name].str.contains(r"[{}]|\bnan\b", regex=True).any()
    assert not page.frame["claim"].duplicated().any()
    listed = southwest.frames["claims"]
    both = pathway(southwest, {})
    assert both is not None
    assert len(page.frame) + len(both.frame) == len(listed)


def test_the_southwest_lost_share_before_2000s_end_and_the_page_says_so(southwest: Study) -> None:
    page = claims(southwest, {})
    assert page is not None
    rows = page.frame.set_index("claim")
    assert rows.loc["phase_before_2000", "verdict"] == "not_supported"
    assert "9.1% (2007)" in rows.loc["phase_rapid", "finding_en"]
    assert "lowest in 2007" in rows.loc["phase_rapid", "finding_en"]
    assert "1.9% (2007), 6.3% (2012), 10.2% (2017)" in rows.loc["electronics_rising", "finding_en"]
    assert rows.loc["sichuan_electronics", "verdict"] == "cannot_say"
    assert "1.00 (2017)" in rows.loc["sichuan_electronics", "finding_en"]
    assert "重庆1.92" in rows.loc["sichuan_electronics", "finding_zh"]


def test_without_a_plan_the_pathway_cannot_be_judged(southwest: Study) -> None:
    page = pathway(southwest, {})
    assert page is not None and page.name == "pathway"
    assert set(page.frame["verdict"]) == {"cannot_say"}


def test_a_study_without_claims_has_no_such_page(full_study: Study) -> None:
    assert "claims" not in full_study.frames
    assert claims(full_study, {}) is None and pathway(full_study, {}) is None
    assert judge(full_study, {}) == ()


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [(0.1, "supported"), (0.05, "cannot_say"), (-0.05, "cannot_say"), (-0.1, "not_supported")],
)
def test_in_between_the_thresholds_nothing_is_said(amount: float, verdict: str) -> None:
    assert grade(amount, 0.1) == verdict
    assert grade(float("nan"), 0.1) == "cannot_say"


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ({"y2010": 0.2, "y2015": 0.3, "y2020": 0.4}, "supported"),
        ({"y2010": 0.4, "y2015": 0.3, "y2020": 0.2}, "not_supported"),
        ({"y2010": 0.3, "y2015": 0.2, "y2020": 0.3}, "cannot_say"),
    ],
)
def test_a_rising_industry_rises_only_if_the_figures_do(
    full_study: Study, shares: dict[str, float], verdict: str
) -> None:
    row = verdict_of(with_output(full_study, **shares), "rising_industry", industry="textiles")
    assert row["verdict"] == verdict
    assert f"{shares['y2020']:.1%}" in row["finding_en"]


def test_a_phase_that_received_and_one_that_did_not(full_study: Study) -> None:
    made = with_output(full_study, y2010=0.2, y2015=0.5, y2020=0.3)
    options = {"classes": ["labour_intensive"]}
    assert verdict_of(made, "phase_received", phase="before", main=True, **options)["verdict"] == "supported"
    assert verdict_of(made, "phase_received", phase="since", **options)["verdict"] == "not_supported"
    late = verdict_of(made, "phase_received", phase="before", claimed=[None, 2011], **options)
    assert late["verdict"] == "cannot_say" and "20%" in late["finding_en"]


@pytest.mark.parametrize(("share", "verdict"), [(0.9, "supported"), (0.02, "not_supported")])
def test_a_region_is_specialised_by_its_quotient(full_study: Study, share: float, verdict: str) -> None:
    made = with_output(full_study, y2020=share)
    assert verdict_of(made, "specialised", region="hills", industry="textiles")["verdict"] == verdict


def test_classes_dominate_or_do_not(full_study: Study) -> None:
    options = {"classes": ["services"], "within": ["services", "labour_intensive"], "test": "majority"}
    assert verdict_of(full_study, "share_of_class", **options)["verdict"] == "supported"
    swapped = {**options, "classes": ["labour_intensive"]}
    assert verdict_of(full_study, "share_of_class", **swapped)["verdict"] == "not_supported"
    more = verdict_of(full_study, "share_of_class", classes=["primary"], test="excess")
    assert more["verdict"] == "supported"


def test_similarity_needs_another_group_to_compare_with(full_study: Study, southwest: Study) -> None:
    assert verdict_of(full_study, "similarity")["verdict"] == "cannot_say"
    output = southwest["gross_output"].copy()
    for host in southwest.hosts:
        output.loc[{"region": host}] = output.sel(region=southwest.hosts[0]).values
    alike = southwest.with_arrays({"gross_output": (output, southwest.provenance["gross_output"])})
    assert verdict_of(alike, "similarity")["verdict"] == "supported"


def test_an_indicator_lies_below_or_above(full_study: Study) -> None:
    options: dict[str, Any] = {"indicator": "wage", "reference": "origins"}
    assert verdict_of(full_study, "indicator_gap", direction="below", **options)["verdict"] == "supported"
    above = verdict_of(full_study, "indicator_gap", direction="above", **options)
    assert above["verdict"] == "not_supported" and "2020" in above["finding_en"]
    proxy = verdict_of(full_study, "indicator_gap", direction="below", proxy=True, **options)
    assert proxy["verdict"] == "cannot_say" and "only indirectly" in proxy["finding_en"]


def test_shares_of_an_indicator(full_study: Study) -> None:
    row = verdict_of(full_study, "indicator_share", indicator="patents", relative_to="population")
    assert row["verdict"] == "not_supported", "the coast holds the patents"
    still = verdict_of(full_study, "indicator_share_trend", indicator="patents")
    assert still["verdict"] == "cannot_say" and "+0.0 points" in still["finding_en"]


def test_unknown_indicators_of_a_host_leave_it_open(full_study: Study) -> None:
    data = full_study["indicators"].copy()
    data.loc[{"region": "hills", "indicator": "wage"}] = float("nan")
    holed = full_study.with_arrays({"indicators": (data, full_study.provenance["indicators"])})
    row = verdict_of(holed, "indicator_gap", indicator="wage", direction="below")
    assert row["verdict"] == "cannot_say" and "In no year" in row["finding_en"]


def test_energy_and_emissions(full_study: Study) -> None:
    mix = {"clean": ["patents"], "all": ["patents", "roads"]}
    assert verdict_of(full_study, "energy_mix", region="hills", **mix)["verdict"] == "cannot_say"
    dirty = verdict_of(full_study, "emission_burden", industries=["textiles", "machines"])
    assert dirty["verdict"] == "supported", dirty["finding_en"]
    clean = verdict_of(full_study, "emission_burden", industries=["services"])
    assert clean["verdict"] == "not_supported", clean["finding_en"]


def test_optional_data_that_is_not_there_leaves_claims_open(small_study: Study) -> None:
    for kind, options in {
        "emission_burden": {"industries": ["textiles"]},
        "indicator_gap": {"indicator": "wage"},
        "phase_received": {"phase": "before"},
        "disparity": {"indicator": "wage", "weight": "population"},
    }.items():
        assert verdict_of(small_study, kind, **options)["verdict"] == "cannot_say", kind


def test_parts_must_agree(full_study: Study) -> None:
    made = with_output(full_study, y2010=0.2, y2015=0.3, y2020=0.4)
    up = {"kind": "rising_industry", "industry": "textiles"}
    down = {"kind": "specialised", "region": "hills", "industry": "services", "proxy": True}
    assert verdict_of(made, "all", parts=[up, up])["verdict"] == "supported"
    mixed = verdict_of(made, "all", parts=[up, down], caveat_en="Mind the gap.", caveat_zh="注意。")
    assert mixed["verdict"] == "cannot_say"
    assert "[Supported]" in mixed["finding_en"] and "［支持］" in mixed["finding_zh"]
    assert mixed["finding_en"].endswith("Mind the gap.")


def transfers(textiles: str, machines: str, host: str = "hills") -> dict[str, Result]:
    rows = [("textiles", "coast", "hills", textiles, 40.0), ("machines", "coast", host, machines, 60.0)]
    frame = pd.DataFrame(rows, columns=["industry", "origin", "host", "phase", "output"])
    return {"plan_transfers": table("plan_transfers", frame)}


def test_the_order_of_the_plan(full_study: Study) -> None:
    options = {"first": ["labour_intensive"], "later": ["technology_intensive"]}
    right = verdict_of(full_study, "plan_order", transfers("near", "far"), **options)
    assert right["verdict"] == "supported" and "2027.0" in right["finding_en"]
    assert (
        verdict_of(full_study, "plan_order", transfers("far", "near"), **options)["verdict"]
        == "not_supported"
    )
    assert verdict_of(full_study, "plan_order", transfers("far", "far"), **options)["verdict"] == "cannot_say"
    grows = {"classes": ["technology_intensive"]}
    assert (
        verdict_of(full_study, "plan_class_trend", transfers("near", "far"), **grows)["verdict"]
        == "supported"
    )
    assert (
        verdict_of(full_study, "plan_class_trend", transfers("far", "far"), **grows)["verdict"]
        == "cannot_say"
    )


def test_who_takes_what_in_the_plan(full_study: Study) -> None:
    options = {"hosts": ["plain"], "industry": "machines"}
    assert (
        verdict_of(full_study, "plan_focus", transfers("near", "far", "plain"), **options)["verdict"]
        == "supported"
    )
    row = verdict_of(full_study, "plan_focus", transfers("near", "far", "hills"), **options)
    assert row["verdict"] == "not_supported"
    silent = verdict_of(
        full_study, "plan_focus", transfers("near", "far"), hosts="hosts", industry="services"
    )
    assert silent["verdict"] == "cannot_say" and "cannot move" in silent["finding_en"]


@pytest.mark.parametrize(
    ("after", "verdict"), [(0.6, "supported"), (0.9, "not_supported"), (0.8, "cannot_say")]
)
def test_the_plan_tells_hosts_apart(full_study: Study, after: float, verdict: str) -> None:
    frame = pd.DataFrame(
        {"host": ["hills"], "host_to": ["plain"], "similarity_before": [0.8], "similarity_after": [after]}
    )
    found = {"plan_specialisation": table("plan_specialisation", frame)}
    assert verdict_of(full_study, "plan_differentiation", found)["verdict"] == verdict


@pytest.mark.parametrize(
    ("late", "verdict"), [(0.5, "supported"), (2.0, "not_supported"), (1.0, "cannot_say")]
)
def test_the_plan_gets_cleaner_or_not(full_study: Study, late: float, verdict: str) -> None:
    frame = pd.DataFrame(
        {"host": "hills", "phase": ["near", "far"], "output": [100.0, 200.0], "co2": [100.0, 200.0 * late]}
    )
    found = {"plan_by_host_phase": table("plan_by_host_phase", frame)}
    assert verdict_of(full_study, "plan_cleaner", found)["verdict"] == verdict


@pytest.mark.parametrize(("price", "verdict"), [(3.0, "supported"), (0.0, "not_supported")])
def test_a_limit_that_binds_has_a_price(full_study: Study, price: float, verdict: str) -> None:
    frame = pd.DataFrame({"region": ["hills"], "resource": ["carbon"], "phase": ["near"], "price": [price]})
    found = {"shadow_prices": table("shadow_prices", frame)}
    assert verdict_of(full_study, "plan_binding", found, resource="carbon")["verdict"] == verdict
    assert verdict_of(full_study, "plan_binding", found, resource="energy")["verdict"] == "cannot_say"


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("astrology", {}, "astrology"),
        ("rising_industry", {"industry": "unicorns"}, "unicorns"),
        ("rising_industry", {}, "industry"),
        ("specialised", {"region": "moon", "industry": "textiles"}, "moon"),
        ("share_of_class", {"classes": ["magic"]}, "magic"),
        ("share_of_class", {"classes": ["services"], "test": "vibes"}, "vibes"),
        ("indicator_gap", {"indicator": "luck"}, "luck"),
        ("indicator_gap", {"indicator": "wage", "direction": "sideways"}, "sideways"),
        ("phase_received", {"phase": "golden age"}, "golden age"),
        ("all", {"parts": "none"}, "parts"),
    ],
)
def test_a_claim_that_cannot_be_read_is_named(
    full_study: Study, kind: str, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(StudyError, match="'it'") as error:
        verdict_of(full_study, kind, **options)
    assert named in str(error.value)


def test_options_that_are_no_json_are_named(full_study: Study) -> None:
    broken = with_claim(full_study, "similarity")
    broken.frames["claims"]["parameters"] = "{industries: all}"
    with pytest.raises(StudyError, match="not JSON"):
        judge(broken, {})


def test_every_kind_is_used_or_tested_and_knows_no_place(southwest: Study) -> None:
    source = "".join(str(kind.__code__.co_consts) for kind in KINDS.values())
    for code in (*southwest.regions, "electronics", "Sichuan", "四川"):
        assert code not in source


def test_findings_are_used_when_they_are_there(full_study: Study) -> None:
    frame = pd.DataFrame(
        {"region": ["hills", "plain"], "industry": "textiles", "year": 2020, "location_quotient": [7.0, 1.0]}
    )
    found = {"location_quotient": table("location_quotient", frame)}
    row = verdict_of(full_study, "specialised", found, region="hills", industry="textiles")
    assert row["verdict"] == "supported" and "7.00" in row["finding_en"]


def test_unknown_output_is_not_read_as_a_fall(full_study: Study) -> None:
    output: xr.DataArray = full_study["gross_output"].copy()
    output.loc[{"industry": "textiles", "year": 2020, "region": "plain"}] = float("nan")
    holed = full_study.with_arrays({"gross_output": (output, full_study.provenance["gross_output"])})
    assert verdict_of(holed, "rising_industry", industry="textiles")["verdict"] == "cannot_say"


def test_claims_are_read_from_the_studys_folder(full_folder: Path) -> None:
    options = '{""industry"": ""textiles"", ""windows"": [[2010, 2020]]}'
    (full_folder / "claims.csv").write_text(
        "claim,kind,section,text_en,text_zh,parameters\n"
        f'looms,rising_industry,2,Looms move inland.,,"{options}"\n'
        'sky,no_data,,The sky is blue.,天是蓝的。,"{""needed_en"": ""eyes"", ""needed_zh"": ""眼睛""}"\n',
        encoding="utf-8",
    )
    page = claims(open_study(full_folder), {})
    assert page is not None
    rows = page.frame.set_index("claim")
    assert rows.loc["looms", "verdict"] == "supported"
    assert "30.0% (2010), 35.0% (2015), 40.0% (2020)" in rows.loc["looms", "finding_en"]
    assert rows.loc["looms", "text_zh"] == "Looms move inland.", "one language is better than none"
    assert rows.loc["sky", "section"] == "" and "眼睛" in rows.loc["sky", "finding_zh"]


def test_a_verdict_near_its_threshold_is_not_firm(full_study: Study) -> None:
    steep = verdict_of(
        with_output(full_study, y2010=0.2, y2015=0.3, y2020=0.4), "rising_industry", industry="textiles"
    )
    assert steep["firm"]
    # half a point is the threshold, one point the high end of its range
    slight = with_output(full_study, y2010=0.3, y2015=0.3, y2020=0.307)
    row = verdict_of(slight, "rising_industry", industry="textiles")
    assert row["verdict"] == "supported" and not row["firm"]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.55, 0.8, "supported"), (0.1, 0.4, "not_supported"), (0.4, 0.6, "cannot_say")],
)
def test_where_it_came_from_is_judged_by_the_whole_interval(
    full_study: Study, low: float, high: float, verdict: str
) -> None:
    frame = pd.DataFrame(
        {
            "phase": ["before", "since"],
            "group": "shore",
            "share": [(low + high) / 2, float("nan")],
            "share_low": [low, float("nan")],
            "share_high": [high, float("nan")],
        }
    )
    found = {"transfer_source_groups": table("transfer_source_groups", frame)}
    row = verdict_of(full_study, "source_group", found, group="shore")
    assert row["verdict"] == verdict and f"{100 * low:.1f}%" in row["finding_en"]
    assert verdict_of(full_study, "source_group", found, group="shore", proxy=True)["verdict"] == "cannot_say"
    assert verdict_of(full_study, "source_group", group="shore")["verdict"] == "cannot_say"
    with pytest.raises(StudyError, match="group 'moon'"):
        verdict_of(full_study, "source_group", found, group="moon")
