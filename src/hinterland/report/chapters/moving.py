"""What could move: life cycle, complexity, place in the chain."""

from __future__ import annotations

from hinterland.report import moving
from hinterland.report.chapters import further
from hinterland.report.chapters.frame import HOSTS, NATIONAL, OUTPUT, Block, Chapter, hosts
from hinterland.study import Text

_SEVERAL = Text("It needs the table gross_output with four years or more.", "需要至少四个年份的总产出表。")
_SPARE = Text(
    "It needs gross output of regions that differ in what they make.",
    "需要各地区产业结构有差异的总产出表。",
)

MOVING = Chapter(
    "moving",
    Text("What could move: life cycle, complexity", "什么可以转移：生命周期与复杂度"),
    Text(
        "Which industries are ready to move, how demanding are they, and who is near to them?",
        "哪些产业已到转移阶段、复杂程度如何、哪些地区与之关联较近？",
    ),
    (
        Block("life_cycle", Text("Stage of the life cycle", "生命周期阶段"), _SEVERAL, moving.life_cycle),
        Block(
            "flying_geese_timing",
            Text("Flying geese", "雁行模式"),
            OUTPUT,
            moving.geese,
        ),
        Block(
            "complexity_regions",
            Text("Complexity of the regions", "地区经济复杂度"),
            _SPARE,
            moving.complexity,
            hosts,
            HOSTS,
        ),
        Block(
            "complexity_industries",
            Text("Complexity of the industries", "产业复杂度"),
            _SPARE,
            moving.industries,
        ),
        Block(
            "complexity_check",
            Text("How firm the complexity is", "复杂度的稳健性"),
            _SPARE,
            draw=further.complexity_check,
        ),
        Block(
            "candidates",
            Text("What each host could take up next", "承接地的潜在承接产业"),
            _SPARE,
            moving.candidates,
        ),
        Block(
            "value_chain_industries",
            Text("Place in the value chain", "价值链位置"),
            NATIONAL,
            moving.chain_industries,
        ),
        Block(
            "value_chain",
            Text("Place in the value chain, hosts", "承接地的价值链位置"),
            NATIONAL,
            moving.chain,
            hosts,
            HOSTS,
        ),
        Block(
            "relatedness",
            Text("Relatedness", "产业关联"),
            _SPARE,
            further.relatedness,
            hosts,
            HOSTS,
            optional=True,
        ),
        Block(
            "flying_geese",
            Text("Shares of origins and hosts", "转出地与承接地份额"),
            OUTPUT,
            optional=True,
        ),
    ),
    moving.says,
    "potential",
)
