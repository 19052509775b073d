from __future__ import annotations

import io
import random
import re
from bisect import bisect_right
from pathlib import Path

import matplotlib
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, Table

from qa.datatypes import Document
from tests.documents.formats.pdfs import TITLE, drawn, paragraphs, printed, sentence, typeset
from tests.documents.formats.reading import document, outcomes, refusal


def page_of(found: Document, quote: str) -> int:
    """Return the page that a citation of ``quote`` would name."""
    assert found.text.count(quote) == 1, quote
    return bisect_right(found.pages, found.text.index(quote))


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_columns_are_read_in_order_and_pages_are_known(columns: int, tmp_path: Path) -> None:
    texts = [sentence(n) for n in range(60)]
    story = [Paragraph("Herons of Europe", TITLE), *paragraphs(*texts)]
    data = typeset(story, columns=columns, head="The Heron Journal, vol. 3")
    found = document(tmp_path / "a.pdf", data)
    assert found.text == "\n\n".join(["Herons of Europe", *texts])
    assert found.title == "Herons of Europe"
    # reportlab writes its pages one after the other: what each shows is known from its own file.
    assert found.pages[0] == 0
    assert list(found.pages) == sorted(set(found.pages))
    assert page_of(found, texts[0]) == 1
    assert page_of(found, texts[59]) == len(found.pages) > 1


def test_each_page_starts_at_its_own_first_word(tmp_path: Path) -> None:
    story = []
    for page in range(1, 8):
        story += [*paragraphs(f"This is what page {page} says. {sentence(page)}"), PageBreak()]
    found = document(tmp_path / "a.pdf", typeset(story))
    assert len(found.pages) == 7
    for page, start in enumerate(found.pages, start=1):
        assert found.text.startswith(f"This is what page {page} says.", start)
        assert page_of(found, f"says. {sentence(page)}") == page


def test_a_sentence_that_goes_on_over_the_page_is_not_broken(tmp_path: Path) -> None:
    data = drawn(
        [
            [
                (50, 700 - 12 * n, f"Line {n} of the first page is filled with words")
                for n in range(9)
            ],
            [(50, 780, "and goes on over here. Then comes the next sentence of the page.")],
        ]
    )
    found = document(tmp_path / "a.pdf", data)
    assert "Line 8 of the first page is filled with words and goes on over here." in found.text
    assert found.text[found.pages[1] :].startswith("and goes on over here.")


def test_pages_without_text_are_counted(tmp_path: Path) -> None:
    pages = [[], [(50, 700, "The second page.")], [], [(50, 700, "The fourth page.")], []]
    found = document(tmp_path / "a.pdf", drawn(pages))
    assert found.text == "The second page.\n\nThe fourth page."
    assert len(found.pages) == 5
    assert page_of(found, "The second page.") == 2
    assert page_of(found, "The fourth page.") == 4


def test_lines_written_across_two_columns_are_read_down_each(tmp_path: Path) -> None:
    left = [f"left line {n} of the story" for n in range(12)]
    right = [f"right line {n} of the story" for n in range(12)]
    texts = [(50.0, 760.0, "A headline that stands across both of the columns of this page")]
    for n in range(12):
        texts += [(50, 700 - 12 * n, left[n]), (320, 700 - 12 * n, right[n])]
    texts += [(50, 500, "A last line that stands across both of the columns of this page")]
    text = document(tmp_path / "a.pdf", drawn([texts])).text
    assert " ".join(text.split()) == " ".join([texts[0][2], *left, *right, texts[-1][2]])


def test_hyphens_at_the_ends_of_lines(tmp_path: Path) -> None:
    lines = [
        "The Extraordinary bird of the moun-",
        "tains is a long-legged wader, and long-",
        "legged it stays. It was seen in Baden-",
        "Baden by those who came in the year 1998-",
        "2001 to look for it. Nobody knows why.",
    ]
    texts = [(50.0, 700.0 - 12 * n, line) for n, line in enumerate(lines)]
    assert document(tmp_path / "a.pdf", drawn([texts])).text == (
        "The Extraordinary bird of the mountains is a long-legged wader, and long-legged it stays. "
        "It was seen in Baden-Baden by those who came in the year 1998- 2001 to look for it. "
        "Nobody knows why."
    )


def test_hyphens_that_break_no_word_are_kept(tmp_path: Path) -> None:
    lines = [
        [
            (50.0, "The pre-"),
            (120.0, "war and the post-"),
            (290.0, "war herons were"),
            (420.0, "counted in"),
        ],
        [(50.0, "the spring of that long gone year, in the north-, south-, east- and west-")],
        [(50.0, "and middle lands, by pre-")],
        [(50.0, "Roman")],
    ]
    texts = [(x, 700.0 - 12 * n, text) for n, line in enumerate(lines) for x, text in line]
    assert document(tmp_path / "a.pdf", drawn([texts])).text == (
        "The pre- war and the post- war herons were counted in the spring of that long gone year, "
        "in the north-, south-, east- and west- and middle lands, by pre-Roman"
    )


def test_a_cell_that_ends_in_a_hyphen_keeps_it(tmp_path: Path) -> None:
    texts = [
        (x, 700.0 - 12 * n, f"{word} {n} -x-")
        for n in range(3)
        for x, word in [(50.0, "one"), (200.0, "two")]
    ]
    assert document(tmp_path / "a.pdf", drawn([texts])).text == "\n".join(
        f"| one {n} -x- | two {n} -x- |" for n in range(3)
    )


def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pages = []
    for n in range(1, 9):
        side = "left head" if n % 2 else "right head"
        pages.append(
            [
                (50.0, 815.0, f"{side} {n + 10}"),
                (50.0, 500.0, f"Only page {n} says this, in {n + 1900}."),
                (290.0, 30.0, f"- {n} -"),
            ]
        )
    text = document(tmp_path / "a.pdf", drawn(pages)).text
    assert text == "\n\n".join(f"Only page {n} says this, in {n + 1900}." for n in range(1, 9))


def test_lines_of_a_table_of_contents_stay_apart(tmp_path: Path) -> None:
    lines = [
        "Food" + " ." * 40 + " 12",
        "Nests and eggs" + "." * 40 + "ix",
        "Index" + " ·" * 9 + "7",
    ]
    texts = [(50.0, 700.0 - 12 * n, line) for n, line in enumerate([*lines, "It ends here."])]
    assert document(tmp_path / "a.pdf", drawn([texts])).text == (
        "Food … 12\nNests and eggs … ix\nIndex … 7\nIt ends here."
    )


def test_a_numbered_heading_is_no_item_of_a_list(tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    for size, height, text in [
        (10, 700, "The text ends"),
        (14, 684, "1. A heading"),
        (10, 668, "1. One item"),
        (10, 656, "2. Another item"),
    ]:
        canvas.setFont("Helvetica", size)
        canvas.drawString(50, height, text)
    canvas.save()
    assert document(tmp_path / "a.pdf", to.getvalue()).text == (
        "The text ends\n\n1. A heading\n\n1. One item\n2. Another item"
    )


def test_a_raised_figure_does_not_break_its_paragraph(tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    for n, text in enumerate(["Herons wait for fish beside", "the water, as others", "wait, too."]):
        write = canvas.beginText(50, 700 - 12 * n)
        write.setFont("Helvetica", 10)
        write.textOut(text)
        if n < 2:
            write.setRise(5)
            write.setFont("Helvetica", 8)
            write.textOut("17")
            write.setRise(0)
            write.setFont("Helvetica", 10)
            write.textOut(" still do and")
        canvas.drawText(write)
    canvas.save()
    assert document(tmp_path / "a.pdf", to.getvalue()).text == (
        "Herons wait for fish beside17 still do and the water, as others17 still do and wait, too."
    )


def test_a_number_in_the_text_is_no_page_number(tmp_path: Path) -> None:
    data = drawn([[(50, 800, "1984"), (50, 500, "It was a bright cold day."), (50, 400, "12")]])
    assert "12" in document(tmp_path / "a.pdf", data).text


def test_tables_are_read_row_by_row_and_captions_stand_apart(tmp_path: Path) -> None:
    rows = [
        ["River", "Length", "Source"],
        ["Rhine", "1,230 km", "Tomasee"],
        ["Elbe", "1,094 km", "x"],
    ]
    story = [
        *paragraphs(sentence(1), "Rivers compared in a table without any lines:"),
        Table(rows, colWidths=[120, 120, 120]),
        *paragraphs("Figure 1: A heron at dawn", "Photo: A. Lee", sentence(2)),
    ]
    text = document(tmp_path / "a.pdf", typeset(story)).text
    assert (
        "\n\n| River | Length | Source |\n| Rhine | 1,230 km | Tomasee |\n| Elbe | 1,094 km | x |"
        f"\n\nFigure 1: A heron at dawn\n\nPhoto: A. Lee\n\n{sentence(2)}"
    ) in text


def test_what_chromium_prints(tmp_path: Path) -> None:
    texts = [sentence(n) for n in range(40)]
    page = (
        "<html lang='en'><title>Printed herons</title><style>body{column-count:2;"
        "text-align:justify;hyphens:auto}</style><h1>Herons</h1>"
        + "".join(f"<p>{text}" for text in texts)
        + "<ul><li>one item<li>another item</ul>"
    )
    found = document(tmp_path / "a.pdf", printed(page, tmp_path))
    assert [text for text in texts if text not in found.text] == []
    order = [found.text.index(text) for text in texts]
    assert order == sorted(order)
    assert found.title == "Printed herons"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.date or "")
    # The browser's own head and foot: date, title, address, page number.
    assert "file://" not in found.text
    assert page_of(found, texts[0]) == 1
    assert page_of(found, texts[39]) == len(found.pages)


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("Herons", "Herons"),
        ("Microsoft Word - x.doc", "A large headline"),
        ("", "A large headline"),
    ],
)
def test_title(told: str, title: str, tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    canvas.setTitle(told)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(50, 700, "A large headline")
    canvas.setFont("Helvetica", 10)
    for n in range(5):
        canvas.drawString(50, 600 - 12 * n, "The body is in small letters.")
    canvas.save()
    assert document(tmp_path / "a.pdf", to.getvalue()).title == title


def test_a_scan_says_that_it_is_one(tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    for _ in range(2):
        canvas.rect(50, 50, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    found = refusal(tmp_path / "a.pdf", to.getvalue())
    assert found.reason == "is a scan, or has no text else (2 pages)"
    assert "ocrmypdf" in found.remedy


def test_pictures_with_a_few_stray_letters_are_a_scan(tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    for number in range(3):
        canvas.drawInlineImage(Image.new("1", (40, 50)), 50, 50, 400, 600)
        canvas.drawString(50, 700, f"p{number}")
        canvas.showPage()
    canvas.save()
    assert refusal(tmp_path / "a.pdf", to.getvalue()).reason.startswith("is a scan")


def test_a_password(tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(50, 700, "The heron weighs two kilograms.")
    canvas.save()
    found = refusal(tmp_path / "a.pdf", to.getvalue())
    assert found.reason == "is protected by a password"


def test_more_pages_than_the_limit(tmp_path: Path) -> None:
    data = drawn([[(50, 700, "The heron weighs two kilograms.")]] * 4)
    assert refusal(tmp_path / "a.pdf", data, pages=3).reason == "has 4 pages, more than 3"
    assert len(document(tmp_path / "a.pdf", data, pages=4).pages) == 4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no PDF"),
        (b"plain text", "is no PDF"),
        (b"PK\x03\x04", "is a zip file, or a document made of one, not a PDF"),
        (b"%PDF-1.7\n" + b"\0" * 1000, "is cut short"),
        (b"%PDF-1.7\n" + b"x" * 1000 + b"%%EOF", "is damaged, or no PDF"),
    ],
)
def test_other_files(data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.pdf", data).reason == reason


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_short_is_not_taken_for_whole(share: float, tmp_path: Path) -> None:
    data = typeset(paragraphs(*(sentence(n) for n in range(60))))
    found = refusal(tmp_path / "a.pdf", data[: int(len(data) * share)])
    assert found.reason == "is cut short"
    assert document(tmp_path / "a.pdf", data + b"\n<!-- from a server -->\n\0\0").pages


def test_damage_anywhere_costs_only_this_file(tmp_path: Path) -> None:
    dice = random.Random(5)
    whole = typeset(paragraphs(*(sentence(n) for n in range(20))))
    for _ in range(60):
        data = bytearray(whole)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        for _ in range(dice.choice([0, 1, 10, 200])):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        for outcome in outcomes(tmp_path / "a.pdf", bytes(data)):
            assert outcome.id == "a.pdf"
            if isinstance(outcome, Document):
                assert list(outcome.pages) == sorted(outcome.pages)
                assert all(0 <= start <= len(outcome.text) for start in outcome.pages)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pages_that_are_shown_turned(rotation: int, tmp_path: Path) -> None:
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    canvas.setPageRotation(rotation)
    # Where the page is shown, A4 is upright: on a side, its sheet is as wide as A4 is high.
    width, height = A4 if rotation % 180 == 0 else A4[::-1]
    canvas.translate(*{0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[rotation])
    canvas.rotate(rotation)
    lines = [f"Line {n} of a page that is shown turned and" for n in range(5)]
    for n, line in enumerate([*lines, "reads on as if it never had been."]):
        canvas.drawString(50, 500 - 14 * n, line)
    canvas.saveState()
    canvas.translate(20, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "A stamp at the edge")
    canvas.restoreState()
    canvas.save()
    text = document(tmp_path / "a.pdf", to.getvalue()).text
    assert text.replace("\n\n", " ").split(" A stamp at the edge") == [
        " ".join([*lines, "reads on as if it never had been."]),
        "",
    ]


def test_writing_from_right_to_left(tmp_path: Path) -> None:
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    pdfmetrics.registerFont(TTFont("DejaVu", font))
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4)
    canvas.setFont("DejaVu", 10)
    sentences = ["שלום עולם זה משפט ארוך מאוד בעברית", "הספינה חזרה לכדור הארץ בסוף מרץ"]
    for n, words in enumerate(sentences):
        # A PDF shows glyphs from left to right: the last letter comes first.
        canvas.drawString(50, 500 - 40 * n, words[::-1])
    canvas.save()
    assert document(tmp_path / "a.pdf", to.getvalue()).text.split() == " ".join(sentences).split()
