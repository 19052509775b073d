"""Zip files without their dangers: bombs, names that lead outside, damage, passwords."""

from __future__ import annotations

import io
import zipfile
import zlib

from qa.documents.formats.parts import Limits, UnreadableError

# Below this much, no ratio of packed to unpacked does harm.
_HARMLESS = 10_000_000


def open_zip(data: bytes, limits: Limits, *, what: str = "a zip file") -> zipfile.ZipFile:
    """Open a zip file in memory, if all that it holds may be unpacked.

    Raises:
        UnreadableError: damaged, or larger than the limits once unpacked.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableError(
            f"is damaged, or not {what}", "Get it anew, or open it and save it once more."
        ) from error
    members = archive.infolist()
    if len(members) > limits.archive_members:
        raise UnreadableError(
            f"holds more than {limits.archive_members:,} files",
            "Split it, or raise QA_ARCHIVE_MEMBERS.",
        )
    # No member gives more than its entry says: zipfile stops there.
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.archive_bytes:
        raise UnreadableError(
            f"would unpack to {unpacked:,} bytes, more than {limits.archive_bytes:,}",
            "Split it, or raise QA_ARCHIVE_BYTES.",
        )
    if unpacked > max(_HARMLESS, limits.archive_ratio * len(data)):
        raise UnreadableError(
            f"would unpack to {unpacked // max(1, len(data)):,} times its size",
            "Remove it if you do not trust it, else raise QA_ARCHIVE_RATIO.",
        )
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str, limits: Limits) -> bytes:
    """Return a member's bytes.

    Raises:
        UnreadableError: damaged, protected, too large, or not there.
    """
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        if info.flag_bits & 0x1:
            raise UnreadableError("is protected by a password", "Save it without one.")
        if info.file_size > limits.bytes:
            raise UnreadableError(
                f"is larger than {limits.bytes:,} bytes", "Split it, or raise QA_DOCUMENT_BYTES."
            )
        return archive.read(info)
    except KeyError as error:
        raise UnreadableError(
            f"is damaged: {member!s:.100} is missing in it", "Get it anew, or save it once more."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError,
            NotImplementedError) as error:  # fmt: skip
        raise UnreadableError(
            f"is damaged in its archive ({error})"[:200], "Pack the archive anew."
        ) from error
