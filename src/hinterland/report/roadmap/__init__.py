"""The roadmap: a Gantt sheet, a booklet for every province and a dossier for every industry of the plan."""

from hinterland.report.roadmap.files import write

__all__ = ["write"]
