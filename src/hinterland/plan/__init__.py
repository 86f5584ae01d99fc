"""Which pathway is best? The phased transfer programme, its frontier, its check and its words.

::

    plan = hl.plan.optimise(study)                  # the knee of the frontier
    plan = hl.plan.optimise(study, objective="employment")
    front = hl.plan.frontier(study, points=25)
    front = hl.plan.frontier(study, objectives=("value_added", "co2", "employment"))
    front = hl.plan.frontier(study, weights={"value_added": 2, "co2": 1})
    plan.results()                                  # tables by name
    hl.plan.close_loop(study, plan)                 # on the wages and prices that it makes
    hl.plan.alternatives(plan)                      # nearly as good and different, and what they share
    hl.plan.kept_out(plan)                          # which limit kept the leading candidates out
    hl.plan.in_futures(plan)                        # what to decide now when the future is open
    hl.plan.foresight(plan)                         # what shortsightedness costs
    hl.plan.sensitivity(study, plan)                # how far its figures move with its assumptions
    hl.plan.safeguards.all_tables(plan)             # parks, compensation, fund, talent, tasks
"""

from hinterland.plan import safeguards
from hinterland.plan.alternatives import alternatives
from hinterland.plan.assemble import plan_data
from hinterland.plan.closed_loop import ClosedLoop, close_loop
from hinterland.plan.compare import compare, compare_plans
from hinterland.plan.data import PlanData
from hinterland.plan.division import division_tables, enforce
from hinterland.plan.foresight import foresight
from hinterland.plan.futures import in_futures
from hinterland.plan.gantt import gantt
from hinterland.plan.kept_out import kept_out
from hinterland.plan.kinds import plan_kinds
from hinterland.plan.marginal import marginal_values
from hinterland.plan.mend import mend
from hinterland.plan.model import Frontier, Plan
from hinterland.plan.optimise import Objective, frontier, optimise
from hinterland.plan.programme import Programme, build
from hinterland.plan.promise import Promise, keep_promise, plan_scenario
from hinterland.plan.sensitivity import Bench, Case, sensitivity
from hinterland.plan.specialise import finger_kreinin
from hinterland.plan.verify import verify

__all__ = [
    "Bench",
    "Case",
    "ClosedLoop",
    "Frontier",
    "Objective",
    "Plan",
    "PlanData",
    "Programme",
    "Promise",
    "alternatives",
    "build",
    "close_loop",
    "compare",
    "compare_plans",
    "division_tables",
    "enforce",
    "finger_kreinin",
    "foresight",
    "frontier",
    "gantt",
    "in_futures",
    "keep_promise",
    "kept_out",
    "marginal_values",
    "mend",
    "optimise",
    "plan_data",
    "plan_kinds",
    "plan_scenario",
    "safeguards",
    "sensitivity",
    "verify",
]
