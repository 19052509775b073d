"""Dates as files write them -> ISO 8601 days."""

from __future__ import annotations

import datetime
import re

_ISO = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_PDF = re.compile(r"\s*D:(\d{4})(\d{2})(\d{2})")


def iso_day(value: str) -> str | None:
    """Return the day that a date or time of ISO 8601 begins with; None where it is none.

    >>> iso_day("2022-12-22T10:15:00Z"), iso_day("20221222"), iso_day("2022-13-22")
    ('2022-12-22', '2022-12-22', None)
    """
    return _day(_ISO.match(value))


def pdf_day(value: str) -> str | None:
    """Return the day of a PDF's date; None where it is none.

    >>> pdf_day("D:20221222101500+01'00'"), pdf_day("yesterday")
    ('2022-12-22', None)
    """
    return _day(_PDF.match(value))


def mail_day(value: str) -> str | None:
    """Return the day of an e-mail's Date header, as the sender's calendar had it.

    >>> mail_day("Thu, 22 Dec 2022 23:15:00 -0500"), mail_day("some day")
    ('2022-12-22', None)
    """
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def _day(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    try:
        return datetime.date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None
