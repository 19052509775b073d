"""Zip archives: each member is a document of its own, read in memory and never unpacked."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import PurePosixPath

from qa.documents.formats.parts import EmptyError, Inside, Limits, Part, UnreadableError, refused
from qa.documents.formats.zips import open_zip, read_member


def split_zip(file_id: str, data: bytes, limits: Limits, inside: Inside) -> Iterator[Part]:
    """Yield the documents of a zip file's members, in the order of their names.

    Hidden members are left out, as hidden files of a folder are.

    Raises:
        UnreadableError: it is damaged, or would unpack to more than the limits.
    """
    seen: set[str] = set()
    found = False
    with open_zip(data, limits) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            name = member.filename
            part_id = f"{file_id}/{name}"
            if member.is_dir():
                continue
            if leads_outside(name):
                found = True
                yield refused(
                    part_id, "has a name that leads out of its archive", "Pack the archive anew."
                )
                continue
            if stat.S_ISLNK(member.external_attr >> 16):
                found = True
                yield refused(part_id, "is a link within its archive", "Pack what it leads to.")
                continue
            if any(part.startswith(".") or part == "__MACOSX" for part in name.split("/")):
                continue
            found = True
            if name in seen:
                yield refused(
                    part_id, "is in its archive twice", "Pack the archive anew with one of them."
                )
            else:
                seen.add(name)
                try:
                    content = read_member(archive, member, limits)
                except UnreadableError as error:
                    yield refused(part_id, error.reason, error.remedy)
                else:
                    yield from inside(part_id, content)
    if not found:
        raise EmptyError("holds no files", "Remove it, or pack something into it.")


def leads_outside(name: str) -> bool:
    r"""Return whether a member's name is no plain path below its archive.

    >>> [leads_outside(name) for name in ("a/b.txt", "../a", "/a", "C:\\a", "a//b", "")]
    [False, True, True, True, True, True]
    """
    parts = name.replace("\\", "/").split("/")
    return not PurePosixPath(name).name or ":" in parts[0] or not {"", ".", ".."}.isdisjoint(parts)
