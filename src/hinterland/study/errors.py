"""The one family of errors a user can cause and mend."""

from __future__ import annotations

from hinterland.study.text import Text


class StudyError(Exception):
    """Something in the data, the options or the numbers that a user can mend.

    Parameters
    ----------
    message : str or Text
        What is wrong, naming the offender.
    mend : str or Text
        What to do about it.

    Attributes
    ----------
    message, mend : str
        The same in English (or in the one language given).
    words, mend_words : Text
        The same in both languages.
    """

    def __init__(self, message: str | Text, mend: str | Text = "") -> None:
        self.words = message if isinstance(message, Text) else Text.same(message)
        self.mend_words = mend if isinstance(mend, Text) else Text.same(mend)
        self.message = self.words.en
        self.mend = self.mend_words.en
        super().__init__(f"{self.message} {self.mend}".strip())
