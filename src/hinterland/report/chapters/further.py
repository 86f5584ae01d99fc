"""Charts of results whose tables are in their files only, or that need no chart of their own making."""

from __future__ import annotations

import pandas as pd

from hinterland import charts
from hinterland.charts import Chart
from hinterland.report.chapters.frame import (
    Pick,
    bars_of,
    heat_of,
    hosts,
    hosts_latest,
    largest_of,
    lines_of,
    spans_of,
)
from hinterland.report.views import Findings, usable
from hinterland.study import Study, Text


def _latest(column: str, then: Pick | None = None) -> Pick:
    """Keep the rows of the last value of a column."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame[column] == frame[column].max()]
        return rows if then is None else then(study, rows)

    return pick


def _only(column: str, code: object, then: Pick | None = None) -> Pick:
    """Keep the rows of one code."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame[column] == code]
        return rows if then is None else then(study, rows)

    return pick


def _mean(by: tuple[str, str], value: str, then: Pick | None = None) -> Pick:
    """Return means of a figure, missing ones left out, in the study's order of regions and industries."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame if then is None else then(study, frame)
        means = rows.groupby(list(by), sort=False, observed=True)[value].mean().reset_index()
        known = [*study.regions, *study.industries]
        ordered = [c for c in by if set(means[c]) <= set(known)]
        return means.astype({c: pd.CategoricalDtype(known, ordered=True) for c in ordered})

    return pick


def _movable(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["industry"].isin(study.transferable)]


def _movable_hosts(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return hosts(study, _movable(study, frame))


def _last_phase(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["phase"] == frame["phase"].iloc[-1]]


# what moved

history_by_class = heat_of(
    "history_by_class",
    "factor_class",
    "phase",
    "share_change",
    Text("Change of the hosts' share by factor class", "承接地份额变化，分要素密集类别"),
    centre=0.0,
)
phase_breaks = spans_of(
    "phase_breaks",
    ("indicator", "series_kind"),
    ("break_year", "year_low", "year_high"),
    Text("Turning points with their intervals", "转折点及其区间"),
)
phase_evidence = bars_of(
    "phase_evidence",
    "indicator",
    ("explained_variance", "declared_explained"),
    Text(
        "What detected and declared phases explain of the hosts' share",
        "检测分期与既定分期对承接地份额的解释",
    ),
    _only("series_kind", "host_share"),
)
location_significance = heat_of(
    "location_significance",
    "industry",
    "region",
    "standardised",
    Text("Standardised location quotients of the hosts", "承接地的标准化区位商"),
    hosts_latest,
    centre=0.0,
)
shift_share_extended = heat_of(
    "shift_share_extended",
    "industry",
    "region",
    "net_competitive",
    Text("Competitive effect of the hosts, size of industry apart", "承接地的净竞争力分量（剔除产业规模）"),
    hosts,
    centre=0.0,
)


def _hosts_by_phase(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Add the hosts up; where one is unknown the sum is."""
    parts = hosts(study, frame).groupby(["industry", "phase"], sort=False, observed=True)["competitive"]
    return parts.agg(lambda part: part.sum(skipna=False)).reset_index()


shift_share_history = heat_of(
    "shift_share_history",
    "industry",
    "phase",
    "competitive",
    Text("Competitive effect of the hosts together, by historical phase", "承接地合计竞争力分量，分历史阶段"),
    _hosts_by_phase,
    centre=0.0,
)
structure_by_role = heat_of(
    "structure_by_role",
    "factor_class",
    "role",
    "share",
    Text("Structure of hosts, origins and the whole, latest year", "承接地、转出地与总体的结构，最近年份"),
    _latest("year"),
)
transfer_kind_summary = heat_of(
    "transfer_kind_summary",
    "relation",
    "ladder",
    "seen_share",
    Text("Kinds among the pairs between which share shifted", "份额此消彼长的组合中各类型所占比重"),
)
transfer_kind = heat_of(
    "transfer_kind",
    "industry",
    "host",
    "gradient_gap",
    Text(
        "Origins' gradient above the host's, where share shifted (mean)",
        "份额此消彼长处转出地高于承接地的梯度差（均值）",
    ),
    _mean(("industry", "host"), "gradient_gap", _only("shift_seen", "yes")),
    centre=0.0,
)

# who moved to whom


transfer_sources_by_industry = heat_of(
    "transfer_sources_by_industry",
    "industry",
    "origin",
    "share",
    Text("Leading sources of each industry, latest phase", "各产业的主要来源地，最近阶段"),
    largest_of("origin", "transfer", 7, _last_phase),
)
transfer_recovery = bars_of(
    "transfer_recovery",
    "world",
    ("rank_correlation", "mass_placed", "coverage_mass"),
    Text("How much of known moves the estimate recovers", "对已知转移的还原程度"),
    _only("estimator", "entropy"),
)


def _sums(by: tuple[str, str], value: str) -> Pick:
    """Return sums of a figure."""

    def pick(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.groupby(list(by), sort=False, observed=True)[value].sum().reset_index()

    return pick


def _between(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep what came to be made in the hosts for the markets of the origins and their own."""
    ends = frame["region"].isin(study.hosts) & frame["market"].isin((*study.origins, *study.hosts))
    return frame[ends]


transfer_events = heat_of(
    "transfer_events",
    "origin",
    "host",
    "events",
    Text("Recorded moves by origin and host", "有记录的转移，分转出地与承接地"),
    _sums(("origin", "host"), "events"),
)
transfer_demand = heat_of(
    "transfer_demand",
    "market",
    "region",
    "moved",
    Text("Output that came to be made in the hosts, by market", "转入承接地的产出，分需求地"),
    _between,
    centre=0.0,
)

# structure

ellison_glaeser = heat_of(
    "ellison_glaeser",
    "industry",
    "year",
    "ellison_glaeser",
    Text("Ellison-Glaeser index", "EG指数"),
    centre=0.0,
)
specialisation = lines_of(
    "specialisation",
    "year",
    "krugman",
    "region",
    Text("How far the hosts' structures are from the nation's", "承接地结构与全国的差异"),
    hosts,
)


def _steps(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the hosts' spans from one year of the tables to the next."""
    rows = hosts(study, frame)
    return rows[rows["start"] == rows.groupby("end")["start"].transform("max")]


structural_change = lines_of(
    "structural_change",
    "end",
    "moore",
    "region",
    Text("Pace of structural change in the hosts", "承接地结构变化的速度"),
    _steps,
)
emission_drivers = heat_of(
    "emission_drivers",
    "industry",
    "region",
    "co2_change",
    Text("Change of emissions, hosts, latest span", "承接地碳排放变化，最近时段"),
    _latest("start", hosts),
    centre=0.0,
    worse_above=True,
)

# evaluation of past policies


def quasi_designs(study: Study, findings: Findings) -> list[Chart]:
    """Return the effect by design, a chart for each question."""
    found = usable(findings, "quasi_designs", "effect")
    if found is None:
        return []
    out = []
    for number, (code, rows) in enumerate(found.frame.groupby("evaluation", sort=False)):
        title = study.text("evaluation", code)
        alt = Text(f"The effect by design: {title.en}.", f"各识别设计的效应：{title.zh}。")
        chart = f"quasi-designs-{number + 1}"
        out.append(
            charts.intervals(study, found, rows, "design", ("effect", "low", "high"), title, alt, chart=chart)
        )
    return out


# moving

complexity_check = bars_of(
    "complexity_check",
    "year",
    ("second_eigenvalue", "third_eigenvalue"),
    Text("How clear the ranking is: the two eigenvalues apart", "排序的清晰程度：两个特征值的间距"),
)
relatedness = heat_of(
    "relatedness",
    "industry",
    "region",
    "relative_density",
    Text("Relatedness of each industry to what a host has", "各产业与承接地现有产业的关联度"),
    hosts,
    centre=0.0,
)

# cost and place

cost_ledger = heat_of(
    "cost_ledger",
    "origin",
    "host",
    "saving",
    Text("Saving of landed cost, mean over industries", "到岸成本节约，各产业均值"),
    _mean(("origin", "host"), "saving"),
    centre=0.0,
)
market_access = heat_of(
    "market_access",
    "industry",
    "region",
    "market_potential",
    Text("Nearness to markets by industry", "分产业的市场接近度"),
    _movable_hosts,
)
driver_fit = bars_of(
    "driver_fit",
    "sample",
    ("explained",),
    Text("What the regressions of gains explain", "份额增量回归的解释力"),
    _only("outcome", "gain"),
)
weber_points = bars_of(
    "weber_points",
    "industry",
    ("transport_cost",),
    Text("Transport cost at the best place, per unit of output", "最优区位的单位产出运输成本"),
)


def _by_number(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("sites").sort_values("sites", kind="stable")


site_medians = lines_of(
    "site_medians",
    "sites",
    "mean_distance",
    None,
    Text("Mean distance to markets by number of hosts chosen", "所选承接地数目与平均市场距离"),
    _by_number,
)

# hosting

capacity_weights = bars_of(
    "capacity_weights",
    "indicator",
    ("entropy_weight", "equal_weight", "critic_weight"),
    Text("Weights of the indicators by method", "各赋权方法下的指标权重"),
)
gradient_improved = heat_of(
    "gradient_improved",
    "industry",
    "region",
    "gradient_improved",
    Text("Gradient with the productivity of capital", "计入资本生产率的产业梯度"),
    _movable_hosts,
)
capacity_indicators = heat_of(
    "capacity_indicators",
    "indicator",
    "region",
    "normalised",
    Text(
        "The hosts by indicator, from the worst region (0) to the best (1)",
        "承接地分指标得分（0为最差地区，1为最优）",
    ),
    hosts,
)
rank_acceptability = lines_of(
    "rank_acceptability",
    "place",
    "acceptability",
    "region",
    Text("How often each host takes each place", "各承接地取得各位次的频率"),
    hosts,
)
weighting_agreement = heat_of(
    "weighting_agreement",
    "weighting",
    "weighting_to",
    "rank_correlation",
    Text("How far the weightings agree on the ranks", "各赋权方法排序的一致程度"),
)
# chain links

chain_gaps = heat_of(
    "chain_gaps",
    "input",
    "host",
    "gap",
    Text("Inputs that the hosts lack, mean over industries", "承接地缺少的投入，各产业均值"),
    _mean(("input", "host"), "gap"),
)


def _matched(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the match of each producer and host whose user is the most specialised."""
    rows = frame.sort_values("user_quotient", ascending=False, kind="stable")
    return rows.drop_duplicates(["producer", "host"])


by_product_matches = heat_of(
    "by_product_matches",
    "producer",
    "host",
    "user_quotient",
    Text("Users of by-products: location quotient of the strongest", "副产物利用方：最强者的区位商"),
    _matched,
)

# role

location_depth = bars_of(
    "location_depth",
    "region",
    ("depth",),
    Text("Distance of the hosts from the coast", "承接地距沿海门户的距离"),
    _only("gateway_kind", "coast", hosts),
)
role_measures = heat_of(
    "role_measures",
    "region",
    "role",
    "score",
    Text("Mean score of the measures behind each role", "各角色所依指标的平均得分"),
    _mean(("region", "role"), "score", hosts),
)

# upgrading

upgrading_verdict = spans_of(
    "upgrading_verdict",
    ("outcome",),
    ("estimate", "low_bound", "high_bound"),
    Text("What a unit of transfer goes with", "单位转移所对应的变化"),
)
upgrading_spatial = spans_of(
    "upgrading_spatial",
    ("outcome", "weights"),
    ("indirect", "indirect_low", "indirect_high"),
    Text("Spread to neighbours", "对邻近地区的溢出"),
)
upgrading_mediation = spans_of(
    "upgrading_mediation",
    ("outcome", "channel"),
    ("indirect", "indirect_low", "indirect_high"),
    Text("What goes through each channel", "经由各渠道的部分"),
)

# selection

selection_criteria = bars_of(
    "selection_criteria",
    "criterion_en",
    ("weight", "entropy_weight", "critic_weight"),
    Text("Weights of the criteria", "各准则的权重"),
    _only("counted", True),
    names=("criterion_en", "criterion_zh"),
)
selection_measures = heat_of(
    "selection_measures",
    "industry",
    "host",
    "cost_saving",
    Text("Saving of landed cost that the ranking counts", "排序所用的到岸成本节约"),
    centre=0.0,
)
