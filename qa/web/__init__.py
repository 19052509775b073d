"""The chat page: a conversation beside its source.

Gradio is imported by ``page.py`` and what only it loads (the listeners, ``tool_events.py``,
``sessions.py``); ``server.py`` loads these when it builds the page.
"""
