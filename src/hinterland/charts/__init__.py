"""How do we see it? One chart description for notebook, web page and document."""

from hinterland.charts.basic import bars, lines, rank_intervals
from hinterland.charts.chart import Chart, Option, script
from hinterland.charts.estimates import intervals
from hinterland.charts.flows import sankey
from hinterland.charts.maps import heat_map, tile_map, tile_positions
from hinterland.charts.pathway import frontier, gantt

__all__ = [
    "Chart",
    "Option",
    "bars",
    "frontier",
    "gantt",
    "heat_map",
    "intervals",
    "lines",
    "rank_intervals",
    "sankey",
    "script",
    "tile_map",
    "tile_positions",
]
