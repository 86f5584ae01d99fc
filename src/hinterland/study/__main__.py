"""Write the documentation's page on the study folder: ``python -m hinterland.study docs/study-format.md``."""

from __future__ import annotations

import sys
from pathlib import Path

from hinterland.study.schema import page

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
