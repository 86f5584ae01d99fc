"""hinterland: a workbench for planning industrial transfer (产业转移)."""

from hinterland.study import Study, StudyError, open_study

__all__ = ["Study", "StudyError", "open_study"]
__version__ = "0.1.0"
