from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.documents.formats.reading import document, refusal

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The Rhine - River News</title>
<meta property="og:title" content="The Rhine">
<meta property="article:published_time" content="2022-12-22T10:00:00Z">
<style>p { color: red }</style><script>var hidden = "no text";</script></head><body>
<header><a href="/">River News</a></header>
<nav><ul><li>Home</li><li>Sport</li></ul></nav>
<article><h1>The Rhine</h1>
<p>The <b>Rhi</b>ne rises
   in the&nbsp;Alps.<br>It is 1,230 km long.<sup class="reference">[1]</sup></p>
<figure><img src="a.jpg" alt="Basel"><figcaption>The Rhine at Basel. <span class="credit">Photo:
A. Lee</span></figcaption></figure>
<p>Barges carry coal &amp; ore.</p>
<h2>Traffic</h2>
<ul><li>Basel</li><li><p>Cologne</p><ol start="3"><li>the bridge</li></ol></li></ul>
<table><caption>Rivers</caption><tr><th>River</th><th>Length</th></tr>
<tr><td>Rhine</td><td><p>1,230</p><p>km</p></td></tr><tr><td></td><td></td></tr></table>
<pre>left   bank
  right bank</pre>
<div hidden>secret</div><div style="display: none">secret</div>
<footer>By the editors</footer></article>
<footer>Imprint</footer></body></html>"""
TEXT = """# The Rhine

The Rhine rises in the Alps.
It is 1,230 km long.

The Rhine at Basel. Photo: A. Lee

Barges carry coal & ore.

## Traffic

- Basel
- Cologne
3. the bridge

Rivers

| River | Length |
| Rhine | 1,230 km |

left   bank
  right bank

By the editors"""


def test_a_page_reads_as_in_a_browser_without_its_frame(tmp_path: Path) -> None:
    found = document(tmp_path / "a.html", PAGE.encode())
    assert found.text == TEXT
    assert (found.title, found.date) == ("The Rhine", "2022-12-22")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title> The\n Rhine </title>", "The Rhine"),
        ("<title></title><h1>A <i>river</i></h1>", "A river"),
        ("<title>x</title><meta property='og:title' content='Better'>", "Better"),
        ("", "My page"),
    ],
)
def test_title(head: str, title: str, tmp_path: Path) -> None:
    page = f"<html><head>{head}</head><body><p>Text.</p></body></html>"
    assert document(tmp_path / "my-page.htm", page.encode()).title == title


@pytest.mark.parametrize(
    ("markup", "date"),
    [
        ('<meta name="DC.date" content="2022-12-22">', "2022-12-22"),
        ('<meta itemprop="datePublished" content="20221222">', "2022-12-22"),
        (
            '<meta name="date" content="soon"><time datetime="2022-12-22T09:00">x</time>',
            "2022-12-22",
        ),
        (
            '<script type="application/ld+json">{"datePublished": "2022-12-22T01:02:03"}</script>',
            "2022-12-22",
        ),
        ('<meta name="date" content="2022-22-12">', None),
    ],
)
def test_date(markup: str, date: str | None, tmp_path: Path) -> None:
    assert document(tmp_path / "a.html", f"{markup}<p>Text.".encode()).date == date


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("windows-1251", "cp1251"),
        ("iso-8859-1", "cp1252"),
        ("shift_jis", "cp932"),
        ("", "cp1252"),
        ("utf-8", "utf-8-sig"),
        ("no-such-encoding", "utf-8"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings(declared: str, written: str, tmp_path: Path) -> None:
    text = {"cp1251": "Корабль вернулся.", "cp932": "地球に帰還した。"}.get(
        written, "L’équipage a été évacué après la fuite détectée à l’arrière."
    )
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    page = f"<html><head>{meta if declared else ''}</head><body><p>{text}</p></body></html>"
    assert document(tmp_path / "a.html", page.encode(written)).text == text


def test_the_main_part_counts_only_where_it_holds_most_of_the_page(tmp_path: Path) -> None:
    teaser = "<article>Teaser</article>" + "<p>The heron weighs two kilograms.</p>" * 9
    assert document(tmp_path / "a.html", teaser.encode()).text.startswith("Teaser\n\nThe heron")


def test_a_table_that_only_places_things_is_read_as_text(tmp_path: Path) -> None:
    page = (
        "<table><tr><td><table><tr><td>In</td></tr></table></td><td><p>Out.</p></td></tr></table>"
    )
    assert document(tmp_path / "a.html", page.encode()).text == "In\n\nOut."


def test_each_article_of_several_keeps_its_own_head(tmp_path: Path) -> None:
    page = "<header><p>Site</p></header>" + "".join(
        f"<article><div><header><h2>Bird {n}</h2></header></div><p>It fishes.</p></article>"
        for n in range(2)
    )
    found = document(tmp_path / "a.html", f"{page}<footer>Imprint</footer>".encode())
    assert found.text == "## Bird 0\n\nIt fishes.\n\n## Bird 1\n\nIt fishes."


def test_a_page_that_pandoc_made(tmp_path: Path) -> None:
    page = """<body><header id="title-block-header"><h1 class="title">Herons</h1>
    <p class="author">A. Lee</p></header><p>They fish.</p></body>"""
    assert document(tmp_path / "a.html", page.encode()).text == "# Herons\n\nA. Lee\n\nThey fish."


def test_markup_that_is_not_closed_loses_nothing(tmp_path: Path) -> None:
    page = b"<p>One <b>two <i>three</p><li>four<table><tr><td>five<td>six"
    found = document(tmp_path / "a.html", page).text
    assert found.split() == ["One", "two", "three", "-", "four", "|", "five", "|", "six", "|"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "holds no text"),
        (b"<html><body><nav>Home</nav></body></html>", "holds no text"),
        (b"<div id=root></div><script>render()</script>", "holds no text of its own: scripts"),
        (b"%PDF-1.7 ...", "is a PDF, not HTML"),
        (b"\x89PNG\r\n\x1a\n\0", "is a picture, not HTML"),
        (b"<p>\0\1\2", "is binary"),
        (b"<div>" * 100_000 + b"deep", "has elements within elements, thousands deep"),
        (b"<b>" * 3000 + b"deep", "has elements within elements, thousands deep"),
    ],
)
def test_refusals(data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.html", data).reason.startswith(reason)


def test_elements_a_thousand_deep_are_read(tmp_path: Path) -> None:
    page = b"<div>" * 1000 + b"deep text" + b"</div>" * 1000 + b"<p>after"
    assert document(tmp_path / "a.html", page).text == "deep text\n\nafter"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_page_that_takes_too_much_memory_says_so(tmp_path: Path) -> None:
    page = b"<p>The heron <b>waits</b> here.</p>\n" * 500_000
    found = refusal(tmp_path / "a.html", page, memory=200_000_000)
    assert found.reason == "needs too much memory"
    assert "QA_DOCUMENT_MEMORY" in found.remedy


def test_no_file_and_no_address_that_a_page_names_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    page = f"""<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{tmp_path}/secret.txt">]>
    <html><body><p>Text &x;</p><iframe src="{tmp_path}/secret.txt"></iframe></body></html>"""
    assert "secret" not in document(tmp_path / "a.xhtml", page.encode()).text
