"""The words of the interface, one catalogue a language; ``languages/en.json`` is the first.

The page exists once in each language, and ``language.py`` gives each visitor his browser's. So a
text is said where it is needed, and arrives with the first paint: ``texts("nearest_passages")``.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.web.assets import read_asset

# The first is for everyone whose language is not among them.
LANGUAGES = ("en", "de", "ar")
_RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words, by key."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled; whole numbers are grouped as is usual.

        Raises:
            KeyError: there is no such text, or a value for a placeholder is missing.
        """
        shown = {n: self.number(v) if isinstance(v, int) else v for n, v in values.items()}
        return self.entries[key].format_map(shown)

    @property
    def direction(self) -> str:
        """``rtl`` for a language written from right to left, else ``ltr``."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"

    def number(self, number: int) -> str:
        """Return a number as this language groups it.

        >>> read_texts("de").number(12345)
        '12.345'
        """
        return f"{number:,}".replace(",", self.entries["thousands"])

    def share(self, probability: float) -> str:
        """Return a probability as a percentage.

        >>> read_texts("en").share(0.826)
        '83%'
        """
        return self("percent", number=round(100 * probability))

    def date(self, date: str) -> str:
        """Return an ISO 8601 date as people write it, and anything else as it is.

        >>> read_texts("en").date("2022-12-22"), read_texts("de").date("2022-12-22")
        ('22 December 2022', '22. Dezember 2022')
        >>> read_texts("en").date("spring 1987")
        'spring 1987'
        """
        try:
            day = datetime.date.fromisoformat(date)
        except ValueError:
            return date
        month = self.entries["months"].split()[day.month - 1]
        return self("date", day=day.day, month=month, year=str(day.year))


def read_texts(language: str) -> Texts:
    """Return the catalogue of one of ``LANGUAGES``."""
    return Texts(language, json.loads(read_asset(f"languages/{language}.json")))


def best_language(accepted: str, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the language that an ``Accept-Language`` header likes best, else the first.

    >>> best_language("de-AT,de;q=0.9,en;q=0.8"), best_language("fr, ar;q=0.5"), best_language("")
    ('de', 'ar', 'en')
    """
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, quality = part.partition(";q=")
        try:
            wanted.append((float(quality or 1), tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue  # not a header that a browser sends
    liked = [tag for weight, tag in sorted(wanted, key=lambda w: -w[0]) if weight > 0]
    return next((tag for tag in liked if tag in languages), languages[0])
