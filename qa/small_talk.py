"""What is said to the program rather than asked of the articles."""

from __future__ import annotations

import re

HELLO = (
    "Hello! Ask me about the articles here, in your own words. I answer from their text alone and "
    "show the place; where they do not say, I tell you so."
)
THANKS = "You're welcome. Ask on whenever you like."
ABOUT = (
    "I look for the answers to your questions in the articles here. Each answer comes with a quote "
    "that you can check in its place; what the articles do not say, I do not make up. Ask who, "
    "what, when, where or how much, go on with 'why?' or 'when was that?', or ask what an article "
    "is about."
)
GOODBYE = "Goodbye!"

_GREETING = r"(?:hi|hiya|hello|hey|howdy|good (?:morning|afternoon|evening|day)|greetings)"
_REPLIES = (
    (rf"{_GREETING}(?: there| all| everyone)?", HELLO),
    (
        r"(?:many |ok |okay |great |no )?(?:thanks|thank you|thankyou|thx|ty|cheers)"
        r"(?: a lot| so much| very much| again| for (?:your|the) help)?",
        THANKS,
    ),
    (r"(?:good ?bye|bye(?: bye)?|see (?:you|ya)(?: later)?|good night)", GOODBYE),
    (
        rf"(?:{_GREETING} )?(?:help|who are you|what are you|what can you do(?: for me)?|"
        r"how do you work|how does this work|what can i ask(?: you)?|are you (?:a |an )?"
        r"(?:bot|chatbot|robot|human|ai|real)|what is this(?: program| page| bot)?|how are you)",
        ABOUT,
    ),
)
NO_WORD = 'There is no word in that. Ask me something, for example "Who is ...?"'
_PATTERNS = tuple((re.compile(pattern), reply) for pattern, reply in _REPLIES)


def reply_to(text: str) -> str | None:
    """Return what to say to a greeting, to thanks, or to a question about the program itself.

    The same for what holds no letter and no digit. None where it is anything else: it is a
    question to the articles.

    >>> reply_to("Thanks a lot!") == THANKS, reply_to("Thanks to whom was it found?")
    (True, None)
    """
    if not any(map(str.isalnum, text)):
        return NO_WORD
    words = _plain(text)
    return next((reply for pattern, reply in _PATTERNS if pattern.fullmatch(words)), None)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower()))
