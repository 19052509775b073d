"""The page's Gradio theme: system fonts, no outside request; the rest is in room.css."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Liberation Mono", "monospace"]


def reading_room() -> gr.themes.Base:
    """Return the theme. Its colours are the style sheet's, so that they are said once."""
    from gradio import themes

    return themes.Base(font=_SANS, font_mono=_MONO).set(
        body_background_fill="var(--qa-desk)",
        body_background_fill_dark="var(--qa-desk)",
        body_text_color="var(--qa-ink)",
        body_text_color_dark="var(--qa-ink)",
    )
