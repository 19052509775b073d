"""Yes or no, where the sentence that answers leaves no doubt.

By rules that rather say nothing: every word of matter of the question must stand in the sentence,
in the same order and near each other, with no word that hedges; a negation among them makes it
"No.", and so does "there is no" right before them. "The union of the police" may be "the police
union". docs/conversation.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.documents.sentences import last_question

_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|then)\W+)?"
    r"(is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b(?!n[’']t)\s*",
    re.IGNORECASE,
)
_THERE_IS_NO = re.compile(
    r"\bthere(?:[’']s| (?:is|are|was|were|has been|have been)) (?:no|not an?) ", re.IGNORECASE
)
# They join the sentence to the one before, and hedge nothing.
_JOINED = re.compile(r"\W*(?:however|but|and|so|in fact|indeed)\b,?\s*", re.IGNORECASE)
_OF = (re.compile(r"\b(\w+) of (?:the )?(\w+)"), re.compile(r"\b(\w+) of (?:the )?(\w+ \w+)"))
_TOKEN = re.compile(r"[^\W_]+(?:[.,’'-][^\W_]+)*")
_NEGATIONS = frozenset("not never cannot".split())
# Where one of these stands, the sentence does not simply say so.
_DOUBTS = frozenset(
    "may might could would should if whether unless unclear unknown uncertain possible possibly "
    "perhaps probably maybe likely unlikely reportedly allegedly apparently seems seemed appears "
    "appeared suspected suspects believes believed thinks thought claims claimed denies denied "
    "suggests suggested doubts doubted rumored hopes hoped expects expected plans planned wants "
    "wanted tried almost nearly hardly barely scarcely only except but although though however "
    "no none nobody nothing neither nor without rather instead failed refused ruled excluded "
    "unable impossible or either some few most many partly half".split()
)
_IDLE = frozenset(
    "a an the of in on at to for from by with and that this there it its he she they them his her "
    "their is are was were be been being do does did has have had can will any ever really "
    "actually still also as".split()
)
_PAST = frozenset("was were had did used formerly former once".split())
# Further apart than this, words of one sentence may belong to different things.
_ROOM = 5


def yes_or_no(question: str, sentence: str) -> str | None:
    """Return "Yes." or "No." where the sentence says so beyond doubt; None elsewhere.

    None too for a question that is not of that kind, that is negated, or that offers a choice.

    >>> yes_or_no("Was the bridge opened in 1966?", "The bridge was opened in 1966 by Ann Lee.")
    'Yes.'
    >>> yes_or_no("Was the bridge opened in 1966?", "The bridge may have opened in 1966.") is None
    True
    """
    asked = _ASKS.match(last_question(question))
    if asked is None or sentence.rstrip().endswith("?"):
        return None
    verb, rest = asked[1].lower(), asked.string[asked.end() :]
    joined = _JOINED.match(sentence)
    sentence = sentence[joined.end() :] if joined else sentence
    wanted, said = _tokens(rest), _tokens(sentence)
    if verb in ("is", "are", "do", "does") and set(said) & _PAST:
        return None
    if verb in ("could", "would") or verb in ("will", "can") and verb not in said:
        return None
    missing = _THERE_IS_NO.search(sentence) if wanted[:1] == ["there"] else None
    if missing:
        said = _tokens(sentence[missing.end() :])
    if set(wanted) & (_DOUBTS | _NEGATIONS) or _is_negated(wanted) or set(said) & _DOUBTS:
        return None
    at = _place(rest, said)
    if at is None or at[1] - at[0] > len(wanted) + _ROOM:
        return None
    denials = [at for at, word in enumerate(said) if word in _NEGATIONS or word.endswith("n't")]
    if missing:
        return "No." if at[0] == 0 and not denials else None
    if not denials:
        return "Yes."
    return "No." if len(denials) == 1 and at[0] < denials[0] < at[1] else None


def _place(asked: str, said: list[str]) -> tuple[int, int] | None:
    """Return where the words of matter of what is asked begin and end; None where they are not."""
    stems = [_stem(word) for word in said]
    for wording, together in _wordings(asked):
        if together and f" {' '.join(_tokens(together))} " not in f" {' '.join(said)} ":
            continue
        matter = [_stem(word) for word in _tokens(wording) if word not in _IDLE]
        at = _in_order(matter, stems) if len(matter) > 1 else None
        if at is not None:
            return at
    return None


def _wordings(asked: str) -> Iterator[tuple[str, str]]:
    """Yield what is asked, and with "the union of the police" turned round, with what that makes.

    What it makes has to stand together, as the words of the question have not.
    """
    yield asked, ""
    for pattern in _OF:
        for found in pattern.finditer(asked):
            together = f"{found[2]} {found[1]}"
            yield f"{asked[: found.start()]}{together}{asked[found.end() :]}", together


def _tokens(text: str) -> list[str]:
    return [
        "month-of-may" if word == "May" else word.lower().replace("’", "'")
        for word in _TOKEN.findall(text)
    ]


def _is_negated(words: list[str]) -> bool:
    return any(word.endswith("n't") for word in words)


def _stem(word: str) -> str:
    """Return a word without the endings that change with its place in a sentence."""
    word = word.removesuffix("'s")
    for ending in ("ies", "ied", "ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _in_order(wanted: list[str], said: list[str]) -> tuple[int, int] | None:
    """Return where the wanted words begin and end, each after the one before it."""
    at, first = -1, None
    for word in wanted:
        try:
            at = said.index(word, at + 1)
        except ValueError:
            return None
        first = at if first is None else first
    return None if first is None else (first, at)
