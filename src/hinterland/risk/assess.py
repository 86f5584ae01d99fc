"""Assess a plan's risks: the families, the stress tests, the scatter of its outcomes, and the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hinterland.accounts import IOTable, estimate_mrio, interregional_trade
from hinterland.plan import Bench, Plan
from hinterland.risk.early import warnings
from hinterland.risk.environment import environment
from hinterland.risk.events import mitigations, stresses
from hinterland.risk.exposure import dependence
from hinterland.risk.fixed import FixedPlan, fixed_plan
from hinterland.risk.jobs import jobs_by_region
from hinterland.risk.lapse import lapses
from hinterland.risk.market import market
from hinterland.risk.policy import policy
from hinterland.risk.register import register
from hinterland.risk.regret import regret
from hinterland.risk.social import social, social_by_industry
from hinterland.risk.stress import Bed, run_stresses
from hinterland.risk.stress_tables import mitigation_table, region_table, stress_table
from hinterland.risk.technology import critical_inputs, technology
from hinterland.risk.uncertainty import indices, ranges, tornado
from hinterland.simulate import Outcome
from hinterland.study import EMPTY, Result, Study, StudyError, Text

Found = Result | Iterable[Result]


def assess(
    study: Study,
    plan: Plan,
    outcome: Outcome | None = None,
    *,
    trade: Result | None = None,
    table: IOTable | None = None,
) -> list[Result]:
    """Return the tables of the plan's risks; what the study's data do not allow is left out and said.

    Parameters
    ----------
    study : Study
        The study the plan was made for.
    plan : Plan
    outcome : Outcome, optional
        The plan's simulated impact: jobs by region then count suppliers and customers.
    trade : Result, optional
        interregional_trade, when it is at hand.
    table : IOTable, optional
        Interregional; estimated anew when left out.

    Returns
    -------
    list of Result
        Those that can be had of risk_market, risk_dependence, risk_social, risk_social_industry, risk_jobs,
        risk_environment, risk_technology, risk_critical_inputs, risk_policy, risk_lapses, risk_stress,
        risk_stress_regions, risk_mitigations, risk_range, risk_tornado, risk_sobol, risk_regret; and
        risk_warnings and risk_register, whose note names what is lacking.
    """
    given = _Given(study, plan, trade, table)
    total = None
    if outcome is not None and "employment" in outcome.result:
        total = outcome.settled()["employment"] - outcome.baseline["employment"]
    parts: tuple[Callable[[], Found], ...] = (
        lambda: market(plan, given.trade),
        lambda: dependence(plan, given.flows),
        lambda: social(plan),
        lambda: social_by_industry(plan),
        lambda: jobs_by_region(plan, total),
        lambda: environment(plan),
        lambda: technology(plan),
        lambda: critical_inputs(plan, given.table),
        lambda: policy(plan),
        lambda: lapses(plan, given.bench),
        given.stress,
        lambda: ranges(plan, given.fixed),
        lambda: tornado(plan, given.fixed),
        lambda: indices(plan, given.fixed),
        lambda: regret(plan, given.bench),
    )
    found: dict[str, Result] = {}
    lacking = EMPTY
    for part in parts:
        try:
            made = part()
            results = [made] if isinstance(made, Result) else list(made)
        except StudyError as error:
            if error.words.en not in lacking.en:
                lacking = lacking + error.words + Text(" ", "")
            continue
        found |= {result.name: result for result in results}
    early = warnings(plan, found)
    listed = register(plan, found)
    noted = Result(listed.name, listed.title, listed.frame, listed.columns, listed.method, lacking)
    return [*found.values(), early, noted]


class _Given:
    """What several parts need, each made when it is first asked for."""

    def __init__(self, study: Study, plan: Plan, trade: Result | None, table: IOTable | None) -> None:
        self.study, self.plan = study, plan
        self.table, self.trade = table, trade
        if table is None:
            try:
                self.table = estimate_mrio(study)
            except StudyError:
                # an interregional table is a luxury here: the parts that need it say that it is missing
                self.table = None
        if trade is None and self.table is not None:
            self.trade = interregional_trade(self.table)
        self._bench: Bench | None = None
        self._fixed: FixedPlan | None = None

    @property
    def flows(self) -> IOTable:
        if self.table is None:
            raise StudyError(
                Text("Partners are not known: no interregional table.", "缺区域间投入产出表，交易伙伴未知。"),
                Text("Add the national input-output table.", "请补充全国投入产出表。"),
            )
        return self.table

    @property
    def bench(self) -> Bench:
        self._bench = self._bench or Bench(self.study, self.plan)
        return self._bench

    @property
    def fixed(self) -> FixedPlan:
        self._fixed = self._fixed or fixed_plan(self.plan, self.bench)
        return self._fixed

    def stress(self) -> list[Result]:
        """Run the stress tests; a study without any has none, which is no fault."""
        if "stress_tests" not in self.study.frames:
            return []
        events = stresses(self.study)
        measures = mitigations(self.study) if "mitigations" in self.study.frames else ()
        bed = Bed(self.study, self.plan, self.flows)
        tested = run_stresses(bed, events, measures)
        tables = [stress_table(self.plan, tested), region_table(self.plan, tested)]
        return [*tables, mitigation_table(self.plan, bed, tested, measures)] if measures else tables
