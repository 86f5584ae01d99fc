"""The documentation. It builds offline, warnings are errors, and its pages ask no other host for anything."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

import hinterland  # noqa: E402

project = "hinterland"
author = "The hinterland founders"
project_copyright = "2026, the hinterland founders"
version = release = hinterland.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "mathml",
    "written_by_code",
]
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "imported-members": True, "undoc-members": False}

html_theme = "furo"
html_title = f"hinterland {release}"
html_copy_source = False
exclude_patterns = ["_build", "_ext"]
nitpicky = False
# several classes have an attribute of the same name; a plain word in backticks is not meant as a link
suppress_warnings = ["ref.python"]
