"""Bytes -> text, whatever they are encoded in."""

from __future__ import annotations

import codecs

from qa.documents.formats.kinds import kind_of
from qa.documents.formats.parts import UnreadableError

# Longest first: UTF-32 begins as UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What articles were written in before UTF-8, the likeliest first; more invite wrong guesses.
_USUAL = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "iso8859_2", "iso8859_5", "iso8859_7", "gb18030", "big5", "cp932", "euc_jp", "euc_kr",
]  # fmt: skip
# Enough to tell an encoding by; more only takes time.
_SAMPLE = 100_000


def decode(data: bytes) -> str:
    """Return the text; UTF-8 first, byte for byte, then what a mark or the bytes themselves tell.

    Raises:
        UnreadableError: binary; damaged UTF-8; an encoding that cannot be told.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                raise _damaged(name.upper(), error) from error
    if b"\0" in data:
        kind = kind_of(data)
        raise UnreadableError(
            f"is binary{f' ({kind})' if kind else ''}, not text",
            "Remove it, or save it as plain text.",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data, error):
            raise _damaged("UTF-8", error) from error
        text = _guessed(data)
        if text is None:
            raise UnreadableError(
                f"is not UTF-8 text (byte {error.start}), nor in any usual encoding",
                "Remove it, or save it as UTF-8.",
            ) from error
        return text


def _is_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether bytes were meant as UTF-8: then a guess would only garble them."""
    if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
        return True
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        # Letters of another encoding seldom make a whole character of UTF-8 by chance.
        whole = sum(character > "\x7f" for character in data.decode("utf-8", "ignore"))
        return whole > data.decode("utf-8", "replace").count("\ufffd")
    return True


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        # Cut where no character of any of these encodings can go on.
        sample = sample[: sample.rfind(b"\n") + 1] or sample[: sample.rfind(b" ") + 1] or sample
    found = from_bytes(sample, cp_isolation=_USUAL)
    if not found:
        return None
    first = found[0]
    # Of equals it takes the first by its name; the first of the usual ones is the likelier.
    equal = [m.encoding for m in found if (m.chaos, m.coherence) == (first.chaos, first.coherence)]
    try:
        return data.decode(min(equal, key=_USUAL.index))
    except UnicodeDecodeError:
        return None


def _damaged(name: str, error: UnicodeDecodeError) -> UnreadableError:
    return UnreadableError(
        f"is not {name} text (byte {error.start})", "Remove it, or save it as UTF-8."
    )
