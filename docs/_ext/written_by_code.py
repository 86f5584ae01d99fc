"""Tables in the documentation that the code itself writes, so that they cannot go stale.

``{written} nomenclature`` and the like are replaced by the Markdown that the function of that name returns.
"""

from __future__ import annotations

import importlib
from typing import Any

from docutils.parsers.rst import Directive
from docutils.statemachine import StringList


class Written(Directive):
    """Parse what a function of the module `pages` returns in place of the directive."""

    required_arguments = 1

    def run(self) -> list[Any]:
        from docutils import nodes

        text = getattr(importlib.import_module("pages"), self.arguments[0])()
        holder = nodes.section()
        holder.document = self.state.document
        lines = StringList(text.splitlines(), source=f"written by pages.{self.arguments[0]}")
        self.state.nested_parse(lines, self.content_offset, holder)
        return list(holder.children)


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("written", Written)
    return {"parallel_read_safe": True}
