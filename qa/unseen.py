"""Characters that cannot be seen; texts come from strangers, and nothing in them may hide."""

from __future__ import annotations

import re

# What a terminal obeys instead of showing, and a browser drops or remaps (C0 and C1 controls),
# what changes the order or look of its neighbours (bidirectional embeddings, overrides and
# isolates, annotations), what starts a line of its own, what hides a text in a text (tags), and
# what cannot be written at all (lone surrogates, as in undecodable file names). Tab and line feed
# are layout; left-to-right and right-to-left marks affect only neutral characters beside them and
# belong to well-written Arabic and Hebrew.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
