"""E-mails (.eml): the head and the body are one document, each attachment another."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from qa.documents.formats.archive import leads_outside
from qa.documents.formats.dates import mail_day
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.markup import parse_markup, text_of
from qa.documents.formats.parts import Extract, Inside, Limits, Part, UnreadableError, refused
from qa.documents.formats.tidy import one_line, tidy_lines

_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def split_mail(file_id: str, data: bytes, limits: Limits, inside: Inside) -> Iterator[Part]:
    """Yield the mail itself, then its attachments; pictures within its text are left out."""
    name = file_id.rpartition("/")[2]
    yield Part(file_id, name, data, read_mail)
    taken: set[str] = set()
    for attachment in _parse(data).iter_attachments():
        if attachment.get_content_disposition() != "attachment":
            continue
        title = one_line(attachment.get_filename() or "") or "attachment"
        part_id = f"{file_id}/{title}"
        if leads_outside(title):
            yield refused(part_id, "has a name that leads out of its mail", "Save it by itself.")
        elif title in taken:
            yield refused(part_id, "is in its mail twice", "Save it by itself.")
        else:
            taken.add(title)
            content = attachment.get_payload(decode=True)
            yield from inside(part_id, content if isinstance(content, bytes) else b"")


def read_mail(data: bytes, limits: Limits) -> Extract:
    """Read a mail's head and body; the title is its subject, the date that of its head.

    Raises:
        UnreadableError: it has no head, so it is no mail.
    """
    refuse_other_kinds(data, "an e-mail")
    mail = _parse(data)
    head = {name: one_line(str(mail[name] or "")) for name in _SHOWN}
    if not any(head.values()):
        raise UnreadableError(
            "is no e-mail: it does not begin with From, To, Date or Subject",
            "Save it from the mail program once more, or rename it if it is another kind of file.",
        )
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return Extract(
        "\n".join(lines) + "\n\n" + _body(mail),
        title=head["Subject"] or None,
        date=mail_day(str(mail["Date"] or "")),
    )


def _parse(data: bytes) -> EmailMessage:
    mail = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy says so
    return mail


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeDecodeError) as error:
        raise UnreadableError(
            f"is in an encoding that nobody knows ({error})"[:200], "Save it as plain text."
        ) from error
    if part.get_content_subtype() == "html":
        return text_of(parse_markup(content), whole=True)
    return tidy_lines(content)
