"""A row of a table or an object of JSON lines -> a document of its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from qa.documents.formats.archive import leads_outside
from qa.documents.formats.dates import iso_day
from qa.documents.formats.parts import Extract, UnreadableError
from qa.documents.formats.tidy import one_line, tidy_lines
from qa.documents.names import can_be_shown

# In the order in which they are looked for, whatever the case of their letters.
TEXT_FIELDS = ("text", "content", "contents", "body", "article", "passage", "context", "paragraph",
               "document", "abstract", "description", "summary")  # fmt: skip
_TITLE_FIELDS = ("title", "headline", "subject", "name", "heading")
_DATE_FIELDS = ("date", "published", "published_at", "publication_date", "created", "created_at",
                "timestamp", "time", "day")  # fmt: skip
_ID_FIELDS = ("id", "_id", "uid", "uuid", "key")


def read_row(fields: Mapping[str, object], text_field: str) -> Extract:
    """Make the text of one row; ``text_field`` names where it stands, empty: found by its name.

    Where no field is named as one of text usually is, all of them are, one a line.

    Raises:
        UnreadableError: the row has no such field.
    """
    check_field(fields, text_field)
    name = text_field or _first(fields, TEXT_FIELDS)
    if name is None:
        lines = [
            f"{one_line(field)}: {value}" for field in fields if (value := _shown(fields[field]))
        ]
        text = "\n".join(lines)
    else:
        text = tidy_lines(_plain(fields[name]))
    title_field, date_field = _first(fields, _TITLE_FIELDS), _first(fields, _DATE_FIELDS)
    return Extract(
        text,
        title=_shown(fields[title_field]) if title_field and title_field != name else None,
        date=iso_day(_plain(fields[date_field])) if date_field else None,
    )


def check_field(fields: Collection[str], text_field: str) -> None:
    """Raise where there is no field of this name; an empty name always is right.

    Raises:
        UnreadableError: there is none.
    """
    if text_field and text_field not in fields:
        known = ", ".join(fields)
        raise UnreadableError(
            f"has no field {text_field!r}; there are: {known:.300}",
            "Set QA_TEXT_FIELD to one of these, or unset it.",
        )


def row_id(fields: Mapping[str, object], number: int, taken: set[str]) -> str:
    """Return the row's own id where it is usable and new, else its number; note it as taken.

    An own id keeps a row the same document wherever it moves in its file.
    """
    field = _first(fields, _ID_FIELDS)
    own = _plain(fields[field]) if field else ""
    if not own or len(own) > 200 or own in taken or leads_outside(own) or not can_be_shown(own):
        own = f"row-{number}"
        while own in taken:
            own += "'"
    taken.add(own)
    return own


def _first(fields: Collection[str], names: Collection[str]) -> str | None:
    by_name = {field.strip().lower(): field for field in reversed(list(fields))}
    return next((by_name[name] for name in names if name in by_name), None)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n\n".join(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _shown(value: object) -> str:
    return one_line(_plain(value))
