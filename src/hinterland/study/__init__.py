"""What do we know? The study: labelled data with sources, checks and built-in studies."""

from hinterland.study.errors import StudyError
from hinterland.study.model import Phase, Study
from hinterland.study.open import open_study
from hinterland.study.result import Column, Kind, Provenance, Result, Status, combine
from hinterland.study.text import EMPTY, LANGUAGES, Language, Text

__all__ = [
    "EMPTY",
    "LANGUAGES",
    "Column",
    "Kind",
    "Language",
    "Phase",
    "Provenance",
    "Result",
    "Status",
    "Study",
    "StudyError",
    "Text",
    "combine",
    "open_study",
]
