from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa.documents.outcomes import Refusal
from tests.documents.formats.reading import document, documents, outcomes, refusal


@pytest.fixture
def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ana Müller <ana@example.org>"
    message["To"] = "lee@example.org"
    message["Subject"] = "Čápi: where the herons nest"
    message["Date"] = "Thu, 22 Dec 2022 23:15:00 -0500"
    message["X-Mailer"] = "test"
    return message


def test_head_and_body_are_the_text(mail: EmailMessage, tmp_path: Path) -> None:
    mail.set_content("The herons nest\nin the old oak.\n\nIt is 30 m high – über alles.\n")
    found = document(tmp_path / "a.eml", mail.as_bytes())
    assert found.text == (
        "From: Ana Müller <ana@example.org>\nTo: lee@example.org\n"
        "Date: Thu, 22 Dec 2022 23:15:00 -0500\nSubject: Čápi: where the herons nest\n\n"
        "The herons nest\nin the old oak.\n\nIt is 30 m high – über alles."
    )
    assert (found.title, found.date) == ("Čápi: where the herons nest", "2022-12-22")


def test_html_is_read_where_there_is_no_plain_text(mail: EmailMessage, tmp_path: Path) -> None:
    mail.set_content("<p>The herons<br>nest.</p><style>p{}</style>", subtype="html")
    assert document(tmp_path / "a.eml", mail.as_bytes()).text.endswith("\n\nThe herons\nnest.")


def test_plain_text_is_preferred_to_html(mail: EmailMessage, tmp_path: Path) -> None:
    mail.set_content("Plain.")
    mail.add_alternative("<p>Rich.</p>", subtype="html")
    assert document(tmp_path / "a.eml", mail.as_bytes()).text.endswith("\n\nPlain.")


def test_attachments_are_documents_and_pictures_in_the_text_are_not(
    mail: EmailMessage, tmp_path: Path
) -> None:
    mail.set_content("See the files.")
    mail.add_attachment("An ox.", filename="ox.txt")
    mail.add_attachment(b"<p>A yak.", maintype="text", subtype="html", filename="yak.html")
    mail.add_attachment(b"GIF8", "image", "gif", filename="logo.gif", disposition="inline")
    found = documents(tmp_path / "a.eml", mail.as_bytes())
    assert list(found) == ["a.eml", "a.eml/ox.txt", "a.eml/yak.html"]
    assert found["a.eml/ox.txt"].text.strip() == "An ox."
    assert found["a.eml/yak.html"].text == "A yak."
    assert found["a.eml/yak.html"].source.endswith("/a.eml/yak.html")


def test_a_forwarded_mail_is_a_document_named_by_its_subject(
    mail: EmailMessage, tmp_path: Path
) -> None:
    for subject, name in [("Re: herons/storks", None), ("Nests", "old.eml"), ("", None)]:
        inner = EmailMessage()
        inner["From"] = "lee@example.org"
        inner["Subject"] = subject
        inner.set_content("They nest in Čápi’s oak.")
        inner.add_attachment("An ox.", filename="ox.txt")
        if not mail.is_multipart():
            mail.set_content("See below.")
        mail.add_attachment(inner, filename=name)
    found = documents(tmp_path / "a.eml", mail.as_bytes())
    assert list(found) == [
        "a.eml",
        "a.eml/Re herons storks.eml",
        "a.eml/Re herons storks.eml/ox.txt",
        "a.eml/old.eml",
        "a.eml/old.eml/ox.txt",
        "a.eml/attachment.eml",
        "a.eml/attachment.eml/ox.txt",
    ]
    forwarded = found["a.eml/Re herons storks.eml"]
    assert forwarded.title == "Re: herons/storks"
    assert forwarded.text == (
        "From: lee@example.org\nSubject: Re: herons/storks\n\nThey nest in Čápi’s oak."
    )


def test_a_mail_within_a_mail_may_be_odd(tmp_path: Path) -> None:
    head = (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nSee below.\n"
        b"--B\nContent-Type: message/rfc822\n\n"
    )
    odd = b"Subject: caf\xe9 " + b"a long line " * 20 + b"\nX: \xff\n\nAn ox.\n--B--\n"
    assert len(documents(tmp_path / "a.eml", head + odd)) == 2
    whole, empty = outcomes(tmp_path / "b.eml", head + b"--B--\n")
    assert isinstance(empty, Refusal)
    assert (whole.id, empty.id) == ("b.eml", "b.eml/attachment.eml")


def test_a_mail_without_a_body_is_its_head(mail: EmailMessage, tmp_path: Path) -> None:
    for kind in ("plain", "html"):
        mail.set_content("", subtype=kind)
        assert document(tmp_path / f"{kind}.eml", mail.as_bytes()).text.strip().endswith("nest")


def test_attachments_that_cannot_be_read_are_told_of(mail: EmailMessage, tmp_path: Path) -> None:
    mail.set_content("See the files.")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("cod.txt", "A cod.")
    for name, content in [
        ("photo.png", b"\x89PNG"),
        ("../evil.txt", b"evil"),
        ("twice.txt", b"An emu."),
        ("twice.txt", b"Another."),
        ("b.zip", inner.getvalue()),
    ]:
        mail.add_attachment(content, maintype="application", subtype="x", filename=name)
    found = outcomes(tmp_path / "a.eml", mail.as_bytes())
    assert [(outcome.id, isinstance(outcome, Refusal)) for outcome in found] == [
        ("a.eml", False),
        ("a.eml/photo.png", True),
        ("a.eml/../evil.txt", True),
        ("a.eml/twice.txt", False),
        ("a.eml/twice.txt", True),
        ("a.eml/b.zip/cod.txt", False),
    ]


def test_a_mail_without_subject_or_date(tmp_path: Path) -> None:
    found = document(tmp_path / "my-mail.eml", b"From: a@example.org\nDate: soon\n\nHello.")
    assert (found.title, found.date) == ("My mail", None)


def test_a_body_in_an_old_encoding(tmp_path: Path) -> None:
    head = b"Subject: x\nContent-Type: text/plain; charset=koi8-r\n\n"
    text = "Корабль вернулся."
    assert text in document(tmp_path / "a.eml", head + text.encode("koi8_r")).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no e-mail"),
        (b"Just some text\n\nand more", "is no e-mail"),
        (b"%PDF-1.7", "is a PDF, not an e-mail"),
        (b"Subject: x\nContent-Type: text/plain; charset=nonsense\n\ncaf\xe9", "is in an encoding"),
    ],
)
def test_refusals(data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.eml", data).reason.startswith(reason)
