"""Does a question ask for a summary, and of what: of the whole text, an end of it, or a topic?"""

from __future__ import annotations

import re

WHOLE, OPENING, ENDING = "", "opening", "ending"

_TEXT = (
    r"(?:(?:this|that|the|these|those)\s+)?(?:article|story|text|document|news|page|speech|book|"
    r"paper|report|post|chapter|essay|letter|talk|address|tale|entry|piece|file|manual|guide|minutes|notes|protocol|"
    r"contract|policy|brochure|leaflet|website|interview)s?"
)
_IT = rf"(?:this|that|it|they|all|everything|{_TEXT})"
_WHOLE = re.compile(rf"(?:all\s+of\s+)?{_IT}(?:\s+(?:all|here))?(?:\s+{_TEXT})?", re.IGNORECASE)
_ENDS = (
    (
        re.compile(r"(?:the\s+)?(?:beginning|opening|start|introduction)\b.*", re.IGNORECASE),
        OPENING,
    ),
    (re.compile(r"(?:the\s+)?(?:ending|end|conclusion)\b.*", re.IGNORECASE), ENDING),
)
_POLITE = r"(?:please,?\s+)?(?:(?:can|could|would|will)\s+you\s+)?(?:please\s+)?"
_SHORT = r"(?:in\s+(?:short|brief|summary|a\s+nutshell|a\s+few\s+words)|briefly|tl;?\s?dr)"
_NOUN = (
    r"(?:summary|overview|outline|synopsis|recap|gist|(?:main|key|important)\s+"
    r"(?:points?|ideas?|facts?|messages?))"
)
_ABOUT = r"(?:of|on|about|regarding|concerning|from|in)"
_SAID = (
    rf"(?:what\s+(?:{_IT}|he|she|the\s+author)\s+(?:says?|said|tells?)\s+(?:on|about|of)|"
    rf"what\s+(?:is|was)\s+(?:known|said|written)\s+(?:here\s+)?(?:on|about|of))"
)
# Each leaves the topic, if there is one, in the group of that name.
_REQUESTS = tuple(
    re.compile(_POLITE + pattern + r"(?:,?\s*please)?", re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"(?:summari[sz]e|sum\s+up|recap|outline)(?:\s+briefly)?(?:\s+{_SAID})?(?:\s+(?P<topic>.+?))?",
        rf"(?:(?:give|tell|show|write)\s+(?:me\s+)?)?(?:(?:an?|the|your)\s+)?"
        rf"(?:(?:short|brief|quick|concise)\s+)?{_NOUN}(?:\s+{_ABOUT}\s+(?P<topic>.+?))?",
        rf"what\s+(?:are|is|were)\s+(?:the\s+)?{_NOUN}(?:\s+{_ABOUT}\s+(?P<topic>.+?))?",
        rf"what(?:\s+(?:is|are|was|were)|['’]?s|\s+s)\s+(?P<topic>{_IT}|\S+\.\w{{2,5}})"
        rf"(?:\s+{_TEXT})?(?:\s+all)?\s+about",
        rf"what\s+do(?:es)?\s+(?:{_IT}|he|she|the\s+author|we|you)\s+(?:say|tell|know)\s+"
        r"(?:us\s+)?(?:on|about)\s+(?P<topic>.+?)",
        r"(?:describe|explain)\s+briefly\s+(?P<topic>.+?)",
        r"tell\s+me\s+(?:more\s+|all\s+|something\s+)?about\s+(?P<topic>.+?)",
        rf"{_SHORT}\s*[:,]?\s+(?P<topic>.+?)",
        rf"(?P<topic>.+?)\s*[,:]?\s+{_SHORT}",
        rf"{_SHORT}",
    )
)
_ENDING_MARKS = " \t\n?!.:;,"


def requested_summary(question: str) -> str | None:
    """Return the topic that is to be summarised; None where no summary is asked for.

    The topic is in the question's own words, ``WHOLE`` (empty) for the whole text, or ``OPENING``
    or ``ENDING`` for one end of it.

    >>> requested_summary("Summarise what is known about the hole."), requested_summary("tl;dr")
    ('the hole', '')
    >>> requested_summary("What is the leak about?") is None
    True
    """
    asked = " ".join(question.split()).strip(_ENDING_MARKS)
    for pattern in _REQUESTS:
        if found := pattern.fullmatch(asked):
            topic = (found.groupdict().get("topic") or "").strip(_ENDING_MARKS)
            if not topic or _WHOLE.fullmatch(topic):
                return WHOLE
            return next((end for ends, end in _ENDS if ends.fullmatch(topic)), topic)
    return None
