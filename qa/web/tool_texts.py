"""What the conversation's tools say: every text of theirs, for people, in one place."""

from __future__ import annotations

TOOLS = "About this answer"
COPY = "Copy the answer with its quotes and sources"
LINK = "Copy a link that asks this question"
AGAIN = "Ask again"
EDIT = "Edit the question"
COPIED = "Copied."
NOT_COPIED = "The browser did not allow copying."
EDIT_BOX = "Edit your question"
EDIT_ASK = "Ask"
EDIT_CANCEL = "Cancel"
EDIT_DROPS = "The questions after it will be removed."
MENU = "Conversation"
FRESH = "New"
FRESH_HINT = "New conversation"
EXPORT = "Export"
EXPORT_HINT = "Export this conversation"
EXPORT_AS = "Save this conversation, with quotes and places, as"
NOTHING_TO_EXPORT = "There is nothing to export yet."

# What the page's scripts say themselves.
FOR_SCRIPTS = {
    "copied": COPIED,
    "notCopied": NOT_COPIED,
    "editBox": EDIT_BOX,
    "editAsk": EDIT_ASK,
    "editCancel": EDIT_CANCEL,
    "editDrops": EDIT_DROPS,
}
