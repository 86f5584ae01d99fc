"""How do we see it? One chart description for notebook, web page and document."""

from hinterland.charts.basic import bars, lines, rank_intervals
from hinterland.charts.chart import Chart, Option, packed, script
from hinterland.charts.flows import sankey
from hinterland.charts.intervals import intervals
from hinterland.charts.maps import heat_map, tile_map, tile_positions
from hinterland.charts.pathway import frontier, gantt
from hinterland.charts.surface import contour, surface

__all__ = [
    "Chart",
    "Option",
    "bars",
    "contour",
    "frontier",
    "gantt",
    "heat_map",
    "intervals",
    "lines",
    "packed",
    "rank_intervals",
    "sankey",
    "script",
    "surface",
    "tile_map",
    "tile_positions",
]
