"""How do we hand it over? One HTML file, tables, and a manifest; and the bulletin of monitoring."""

from typing import TYPE_CHECKING, Any

from hinterland.report.document import render, write
from hinterland.report.export import export

if TYPE_CHECKING:
    from hinterland.report.bulletin import write_bulletin

__all__ = ["export", "render", "write", "write_bulletin"]


def __getattr__(name: str) -> Any:
    # the bulletin alone needs the Word library, which takes a while to load
    if name == "write_bulletin":
        from hinterland.report.bulletin import write_bulletin

        return write_bulletin
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
