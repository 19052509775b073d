"""Tables in .csv and .tsv: each row below the first, which names the fields, is a document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial

from qa.documents.formats.encoding import decode
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.parts import EmptyError, Extract, Inside, Limits, Part, UnreadableError
from qa.documents.formats.rows import check_field, read_row, row_id
from qa.documents.formats.tidy import one_line
from qa.documents.names import title_of

_DELIMITERS = ",;\t|"


class _Lines:
    """Gives a text's lines, and remembers those of the row that is being read."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.row.append(line)
        return line

    def take(self) -> bytes:
        # Without the line's end: a row stays the same when it is no longer the last.
        taken = "".join(self.row).rstrip("\r\n").encode("utf-8", "surrogatepass")
        self.row.clear()
        return taken


def split_table(file_id: str, data: bytes, limits: Limits, inside: Inside) -> Iterator[Part]:
    """Yield a part for each row that is not blank; its bytes are the head's and its own.

    Raises:
        UnreadableError: no text, no rows, or no field of the name that was chosen.
    """
    refuse_other_kinds(data, "a table in text")
    text = decode(data).removeprefix("\ufeff")
    csv.field_size_limit(limits.characters)
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=_delimiter(text))
    head: list[str] | None = None
    head_bytes = b""
    taken: set[str] = set()
    name = title_of(file_id.rpartition("/")[2])
    number = 1
    try:
        for cells in rows:
            own = lines.take()
            if not any(cell.strip() for cell in cells):
                continue
            if head is None:
                head = _names(cells)
                head_bytes = own + b"\n"
                check_field(head, limits.text_field)
                continue
            number += 1
            fields = dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=False))
            fields |= {f"{n + 1}": cells[n] for n in range(len(head), len(cells))}
            part_id = f"{file_id}/{row_id(fields, number, taken)}"
            yield Part(part_id, f"{name}, row {number}", head_bytes + own, _reader(fields))
    except csv.Error as error:
        raise UnreadableError(
            f"cannot be read beyond line {rows.line_num} ({error})", "Mend that line."
        ) from error
    if number == 1:
        raise EmptyError(
            "holds no rows below the names of its fields", "Remove it, or write rows into it."
        )


def _reader(fields: dict[str, str]) -> partial[Extract]:
    return partial(_read, fields)


def _read(fields: dict[str, str], data: bytes, limits: Limits) -> Extract:
    return read_row(fields, limits.text_field)


def _names(cells: list[str]) -> list[str]:
    """Return the fields' names, each once; a nameless one is called by its number."""
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, start=1):
        name = one_line(cell) or str(number)
        names[name if name not in names else f"{name} {number}"] = None
    return list(names)


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0][:10_000]
    return max(_DELIMITERS, key=first.count)
