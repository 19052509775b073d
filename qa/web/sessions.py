"""What Gradio keeps of sessions, kept small.

Gradio 6.31 makes a component anew for each output that an event skips, and keeps every one of them
with what it showed; of a session that is over it keeps what it showed last. A server that runs for
months would hold every answer's conversation and source.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import gradio as gr
from gradio.context import LocalContext

# An event that is on its way may still be about to fill the newest ones.
_NEWEST = 8


def current_session() -> str | None:
    """Return the session whose event is being handled; None outside of one, or for a program."""
    request = LocalContext.request.get(None)
    return None if request is None else request.session_hash


def forget_leftovers() -> None:
    """Forget what Gradio keeps of the current session and of those that are over, to no end."""
    page, session = LocalContext.blocks.get(None), current_session()
    if page is None or session is None:
        return
    forget_replaced(page, session)
    forget_ended(page)


def forget_replaced(page: gr.Blocks, session: str) -> None:
    """Forget the components of a session that were made in the place of the page's own."""
    state = page.state_holder.session_data.get(session)
    if state is None:
        return
    made = sorted(number for number in state.config_values if number not in page.blocks)
    for number in made[:-_NEWEST]:
        del state.config_values[number]
        state.blocks_config.blocks.pop(number, None)


def forget_ended(page: gr.Blocks) -> None:
    """Forget the sessions that are closed and whose time, an hour of Gradio's, is over."""
    sessions = page.state_holder.session_data
    for session, state in list(sessions.items()):
        if state.is_closed and not state.state_data:
            sessions.pop(session, None)
            page.state_holder.time_last_used.pop(session, None)
