"""Words a user reads, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of text in English and Chinese."""

    en: str
    zh: str

    def get(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill ``{placeholders}`` in both languages; a `Text` value is filled in each one's own language."""

        def fill(language: Language) -> str:
            plain = {k: v.get(language) if isinstance(v, Text) else v for k, v in values.items()}
            return self.get(language).format(**plain)

        return Text(fill("en"), fill("zh"))

    def __add__(self, other: Text) -> Text:
        return Text(self.en + other.en, self.zh + other.zh)

    @staticmethod
    def same(text: str) -> Text:
        """Return a text that reads the same in both languages (a code, a number, an untranslated name)."""
        return Text(text, text)


EMPTY = Text("", "")
