"""The part of the documents panel where a visitor adds documents of his own."""

from __future__ import annotations

from qa.settings import Settings
from qa.web.escaping import escaped
from qa.web.texts import Texts


def render_own(texts: Texts, settings: Settings) -> str:
    """Return it as a template of Gradio's: no braces, no backticks."""
    megabytes = f"{settings.upload_bytes / 1_000_000:g}"
    if settings.share_uploads:
        hint = texts("own_hint_shared")
        limits = texts("own_limits_shared", files=settings.shared_files, megabytes=megabytes)
    else:
        hint = texts("own_hint")
        limits = texts(
            "own_limits",
            files=settings.upload_files,
            megabytes=megabytes,
            minutes=f"{settings.upload_minutes:g}",
        )
    return (
        '<div class="own">'
        '<input type="file" multiple id="qa-own-files" aria-describedby="qa-own-limits">'
        f'<label for="qa-own-files">{escaped(texts("own_add"))}</label>'
        f'<p class="hint" id="qa-own-limits">{escaped(hint)} {escaped(limits)}</p>'
        f"<details><summary>{escaped(texts('own_paste'))}</summary>"
        f'<label>{escaped(texts("own_paste_title"))}<input type="text" class="title-box" '
        'maxlength="150"></label>'
        f'<label>{escaped(texts("own_paste_text"))}<textarea rows="6"></textarea></label>'
        f'<button type="button" class="paste">{escaped(texts("own_paste_add"))}</button></details>'
        '<div class="undo" role="status"></div><ul class="arrivals"></ul>'
        '<p class="arrived" role="status"></p></div>'
    )


def own_texts(texts: Texts, settings: Settings) -> dict[str, str]:
    """Return what uploads.js says and must know, by the names that it has there."""
    return {
        "failed": texts("own_failed"),
        "tooLarge": texts("own_too_large"),
        "waiting": texts("own_waiting"),
        # Filled in by the script, as the reading goes on.
        "reading": texts("own_reading", documents="{documents}", total="{total}", rate="{rate}"),
        "left": texts("own_left", seconds="{seconds}"),
        "pasted": texts("own_pasted"),
        "bytes": str(settings.upload_bytes),
    }
