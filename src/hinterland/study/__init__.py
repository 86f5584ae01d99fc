"""What do we know? The study: labelled data with sources, checks and built-in studies."""

from hinterland.study.errors import StudyError
from hinterland.study.findings import CheckError, CheckReport, Finding
from hinterland.study.model import Phase, Study
from hinterland.study.open import built_in_studies, check_study, find_study, load_study, open_study
from hinterland.study.result import Column, Kind, Provenance, Result, Status, combine
from hinterland.study.template import new_study
from hinterland.study.text import EMPTY, LANGUAGES, Language, Text

__all__ = [
    "EMPTY",
    "LANGUAGES",
    "CheckError",
    "CheckReport",
    "Column",
    "Finding",
    "Kind",
    "Language",
    "Phase",
    "Provenance",
    "Result",
    "Status",
    "Study",
    "StudyError",
    "Text",
    "built_in_studies",
    "check_study",
    "combine",
    "find_study",
    "load_study",
    "new_study",
    "open_study",
]
