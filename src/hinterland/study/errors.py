"""The one family of errors a user can cause and mend."""

from __future__ import annotations


class StudyError(Exception):
    """Something in the data, the options or the numbers that a user can mend.

    Parameters
    ----------
    message : str
        What is wrong, naming the offender.
    mend : str
        What to do about it.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(f"{message} {mend}".strip())
        self.message = message
        self.mend = mend
