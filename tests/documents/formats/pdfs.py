"""PDFs made by programs that know nothing of our reader."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
)

BODY = ParagraphStyle("body", getSampleStyleSheet()["BodyText"], spaceBefore=6)
TITLE = getSampleStyleSheet()["Title"]


def sentence(number: int) -> str:
    """Return a sentence that stands nowhere else, long enough for several lines of a column."""
    birds = ("heron", "stork", "bittern", "egret", "ibis", "spoonbill", "crane")
    deeds = ("waits beside the water", "wades through the reeds", "stalks across the meadow")
    prey = ("frogs", "minnows", "voles", "crayfish", "dragonflies")
    bird, deed = birds[number % 7], deeds[number % 3]
    return (
        f"{bird.title()} number {number} is a long-legged bird that feeds mostly on "
        f"{prey[number % 5]}, which the {bird} catches after it {deed} for {number + 3} minutes "
        f"without a sound, as {birds[(number + 3) % 7]}s and {birds[(number // 7) % 7]}s do too."
    )


def typeset(
    story: Sequence[Flowable], *, columns: int = 1, title: str | None = None, head: str = ""
) -> bytes:
    """Return a PDF by reportlab's typesetting: columns, a running head, page numbers."""
    to = io.BytesIO()

    def frame_of_page(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.drawString(50, 812, head)
        canvas.drawCentredString(A4[0] / 2, 25, f"Page {template.page}")

    template = BaseDocTemplate(to, pagesize=A4, title=title, invariant=1)
    width = (A4[0] - 100 - 20 * (columns - 1)) / columns
    frames = [Frame(50 + n * (width + 20), 50, width, 730) for n in range(columns)]
    template.addPageTemplates([PageTemplate(frames=frames, onPage=frame_of_page)])
    template.build(list(story))
    return to.getvalue()


def paragraphs(*texts: str) -> list[Flowable]:
    """Return texts as paragraphs of body text."""
    return [Paragraph(text, BODY) for text in texts]


def drawn(pages: Sequence[Sequence[tuple[float, float, str]]], *, size: float = 10) -> bytes:
    """Return a PDF with each text at its place (from the left, from the bottom)."""
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4, invariant=1)
    for texts in pages:
        canvas.setFont("Helvetica", size)
        for x, y, text in texts:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return to.getvalue()


def printed(page: str, folder: Path) -> bytes:
    """Return what Chromium's print to PDF makes of an HTML page; skips where it is missing."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    (folder / "page.html").write_text(page, encoding="utf-8")
    subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/user",
         f"--print-to-pdf={folder}/page.pdf", f"{folder}/page.html"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "page.pdf").read_bytes()


def pages_with_a_picture() -> bytes:
    """Return a PDF of three pages, the second of which is a picture without text."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(picture, "PNG")
    picture.seek(0)
    to = io.BytesIO()
    canvas = Canvas(to, pagesize=A4, invariant=1)
    canvas.drawString(50, 700, sentence(1))
    canvas.showPage()
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.showPage()
    canvas.drawString(50, 700, sentence(2))
    canvas.showPage()
    canvas.save()
    return to.getvalue()
