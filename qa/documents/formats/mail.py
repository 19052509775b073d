"""E-mails (.eml): the head and the body are one document, each attachment another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

from qa.documents.formats.archive import leads_outside
from qa.documents.formats.dates import mail_day
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.markup import parse_markup, text_of
from qa.documents.formats.parts import Extract, Inside, Limits, Part, UnreadableError, refused
from qa.documents.formats.tidy import one_line, tidy_lines

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
# The lines of a mail within a mail stay as they are: folding odd ones anew may fail.
_POLICY = policy.default.clone(refold_source="none")


def split_mail(file_id: str, data: bytes, limits: Limits, inside: Inside) -> Iterator[Part]:
    """Yield the mail itself, then its attachments; pictures within its text are left out."""
    name = file_id.rpartition("/")[2]
    yield Part(file_id, name, data, read_mail)
    taken: set[str] = set()
    for attachment in _parse(data).iter_attachments():
        mail = _mail_within(attachment)
        if mail is None and attachment.get_content_disposition() != "attachment":
            continue
        title = one_line(attachment.get_filename() or "") or _title(mail)
        part_id = f"{file_id}/{title}"
        if leads_outside(title):
            yield refused(part_id, "has a name that leads out of its mail", "Save it by itself.")
        elif title in taken:
            yield refused(part_id, "is in its mail twice", "Save it by itself.")
        else:
            taken.add(title)
            content = attachment.get_payload(decode=True) if mail is None else mail.as_bytes()
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
    mail = BytesParser(policy=_POLICY).parsebytes(data)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy says so
    return mail


def _mail_within(attachment: Message) -> Message | None:
    """Return the mail that was forwarded as an attachment; None where it is anything else."""
    if attachment.get_content_type() != "message/rfc822":
        return None
    mail = attachment.get_payload(0)
    assert isinstance(mail, Message)  # noqa: S101 - the parser reads one, if an empty one
    return mail


def _title(mail: Message | None) -> str:
    """Return a name for what has none: a mail has that of its subject."""
    if mail is None:
        return "attachment"
    # A name with these would lead out of the mail that it lies in.
    subject = one_line(re.sub(r"[/\\:]", " ", str(mail["Subject"] or "")))
    return f"{subject or 'attachment'}.eml"


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
