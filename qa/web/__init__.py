"""The chat page: a conversation beside its source. Gradio is imported by page.py only."""
