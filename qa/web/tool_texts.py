"""What the page's scripts say themselves."""

from __future__ import annotations

from qa.web.texts import Texts


def for_scripts(texts: Texts) -> dict[str, str]:
    """Return the texts of tools.js and menu.js, by the names that they have there."""
    return {
        "copied": texts("copied"),
        "notCopied": texts("not_copied"),
        "editBox": texts("edit_box"),
        "editAsk": texts("ask"),
        "editCancel": texts("cancel"),
        "editDrops": texts("edit_drops"),
        "noRoom": texts("no_room"),
        "earlierNone": texts("earlier_none"),
        "earlierKept": texts("earlier_kept"),
        "delete": texts("delete"),
        "clear": texts("clear"),
        "clearSurely": texts("clear_surely"),
        "commentUp": texts("comment_up"),
        "commentDown": texts("comment_down"),
        "commentSend": texts("send"),
    }
