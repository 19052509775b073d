"""Texts for property tests: any Unicode, and what articles are made of, thrown together."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "word", "Dr. Lee", "Dec. 14", "the U.S.", "0.8", ". ", "! ", "? ", "...", "…", "\n", "\n\n",
    "\r\n", "\r\n\r\n", " ", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\xa0", "\u3000",
    "# Heading", "## Second #", "#", "- item", "1. ", "(2) ", "Bob: ", "> ", "| a ",
    "date 2022-12-22", "今日は晴れ。", "「はい。」", "ｱ｡", "é", "e\u0301", "😀", "👩\u200d🚀",
    "\u200b", "\ufeff", "\ufffd", "\x01", "İ", "ﷺ", '"', "”", "’", ")", "[1]", "_", "z" * 130,
    "supercalifragilistic" * 3,
)  # fmt: skip

ARTICLES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
TEXTS = st.one_of(ARTICLES, st.text(max_size=200))

# The shapes that make rules with backtracking, or tokenizers, take quadratic time.
HOSTILE = {
    "dots": "." * 300_000,
    "one endless word": "x" * 300_000,
    "white space": " " * 300_000 + "a",
    "empty lines": "\n" * 300_000 + "a",
    "quotes": ('."' * 100 + '"' * 1000) * 100,
    "headings": "# a\n" * 75_000,
    "a heading of white space": "# " + " " * 300_000 + "a",
    "list items": "\n-" * 150_000,
    "capitals that may be speakers": "\nA" + "a " * 150_000,
    "initials": "A. " * 100_000,
    "joined abbreviations": "a.b." * 50_000,
    "one-word sentences": "Go! " * 75_000,
    "an accent after an accent": "e" + "\u0301" * 300_000,
}
