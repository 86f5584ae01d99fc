"""What would happen if it moved, once prices, wages and trade have settled? Spatial general equilibrium."""

from hinterland.simulate.equilibrium.calibrate import from_trade
from hinterland.simulate.equilibrium.dynamics import migration_by_gravity, solve_path
from hinterland.simulate.equilibrium.economy import Economy, Shock
from hinterland.simulate.equilibrium.elasticities import elasticities, published
from hinterland.simulate.equilibrium.mobility import Mobility, mobility
from hinterland.simulate.equilibrium.model import calibrate, equilibrium
from hinterland.simulate.equilibrium.path import equilibrium_path
from hinterland.simulate.equilibrium.scale import solve_with_scale
from hinterland.simulate.equilibrium.solve import Solution, rebase, solve
from hinterland.simulate.equilibrium.table import Imported, from_table
from hinterland.simulate.equilibrium.welfare import first_order, real_wage_formula

__all__ = [
    "Economy",
    "Imported",
    "Mobility",
    "Shock",
    "Solution",
    "calibrate",
    "elasticities",
    "equilibrium",
    "equilibrium_path",
    "first_order",
    "from_table",
    "from_trade",
    "migration_by_gravity",
    "mobility",
    "published",
    "real_wage_formula",
    "rebase",
    "solve",
    "solve_path",
    "solve_with_scale",
]
