"""How do we hand it over? One HTML file, tables, and a manifest."""

from hinterland.report.document import render, write
from hinterland.report.export import export

__all__ = ["export", "render", "write"]
