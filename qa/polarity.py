"""Yes or no, where the sentence that answers leaves no doubt.

By rules that rather say nothing: every word of matter of the question must stand in the sentence,
in the same order and near each other, with no word that hedges, and with none between them that
makes it another matter: a second verb ("ordered to leave"), another subject ("who left"), a voice
or time that was not asked about. What somebody is quoted as saying, or what the next sentence takes
back, is not beyond doubt. A negation among the words makes it "No.", and so do "there is no" and
"nobody" right before them, and an order not to do it. "The union of the police" may be "the police
union". docs/conversation.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.documents.sentences import last_question

_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|then)\W+)?"
    r"(is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|must|should)\b"
    r"(?!n[’']t)\s*",
    re.IGNORECASE,
)
_PRESENT = frozenset(("is", "are", "do", "does"))
_ACTIVE = frozenset(("do", "does", "did", "has", "have", "had", "will", "can", "may", "must"))
_HYPOTHETICAL = frozenset(("could", "would", "should"))
# The sentence has to say these as well.
_MODAL = frozenset(("will", "can", "may", "must"))
_THERE_IS_NO = re.compile(
    r"\bthere(?:[’']s| (?:is|are|was|were|has been|have been|will be)) (?:no|not an?) ",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"any(?:one|body)\b")
_NOBODY = re.compile(
    r"\b(?:nobody|no[ -]one)\b((?:\s+(?:is|are|was|were|has|have|had|been|will|be)\b)*)",
    re.IGNORECASE,
)
_MAY_ONE = re.compile(r"(?:i|we|you|one)\b", re.IGNORECASE)
_FORBIDDEN = re.compile(r"\W*(?:please\s+)?(?:do not|don[’']t|never)\b", re.IGNORECASE)
# They join the sentence to the one before, and hedge nothing.
_JOINED = re.compile(r"\W*(?:however|but|and|so|in fact|indeed)\b,?\s*", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„«»]")
# The sentence after it says that it is not so.
_TAKEN_BACK = re.compile(
    r"\W*(?:but\W+)?(?:[\w’']+\s+){1,5}?(?:denied|denies|disputed?s?|rejected|retracted|corrected)\b"
    r"|\W*(?:but\W+)?(?:that|this|it)\s+(?:is|was|turned out to be)\s+(?:not\s+true|false|wrong)\b",
    re.IGNORECASE,
)
_OF = (re.compile(r"\b(\w+) of (?:the )?(\w+)"), re.compile(r"\b(\w+) of (?:the )?(\w+ \w+)"))
_TOKEN = re.compile(r"[^\W_]+(?:[.,’'-][^\W_]+)*")
_NEGATIONS = frozenset("not never cannot".split())
# Where one of these stands, the sentence does not simply say so.
_DOUBTS = frozenset(
    "may might could would should if whether unless unclear unknown uncertain possible possibly "
    "perhaps probably maybe likely unlikely reportedly allegedly apparently seems seemed appears "
    "appeared suspected suspects believes believed thinks thought claims claimed denies denied "
    "deny suggests suggested doubts doubted rumored hopes hoped expects expected plans planned "
    "wants wanted tried almost nearly hardly barely scarcely only except but although though "
    "however no none nobody nothing neither nor without rather instead failed refused refuses "
    "refuse ruled excluded excluding excepted besides apart unable impossible or either some few "
    "most many partly half rarely seldom sometimes occasionally usually generally often cancelled "
    "canceled cancels postponed delayed closed stopped prevented avoided missed lost rejected "
    "banned halted abandoned false said says say told tells according stated states reported "
    "reports insisted insists argued argues alleged announced wrote".split()
)
# Between the words of the question, and not in it, they begin another matter.
_OTHER_MATTER = frozenset(
    "to who whom whose which that where when while than like being became become asked let made "
    "began until before after".split()
)
_DETERMINERS = frozenset("a an the his her its their our my your this these of".split())
_IDLE = frozenset(
    "a an the of in on at to for from by with and that this there it its he she they them his her "
    "their is are was were be been being do does did has have had can will must any ever really "
    "actually still also as i we you one".split()
)
_PAST = frozenset("was were had did used formerly former once".split())
# Further apart than this, words of one sentence may belong to different things.
_ROOM = 5


def yes_or_no(question: str, sentence: str, following: str = "") -> str | None:
    """Return "Yes." or "No." where the sentence says so beyond doubt; None elsewhere.

    None too for a question that is not of that kind, that is negated, or that offers a choice.
    ``following`` is what stands behind the sentence, which may take it back.

    >>> yes_or_no("Was the bridge opened in 1966?", "The bridge was opened in 1966 by Ann Lee.")
    'Yes.'
    >>> yes_or_no("Was the bridge opened in 1966?", "The bridge may have opened in 1966.") is None
    True
    """
    asked = _ASKS.match(last_question(question))
    if asked is None or sentence.rstrip().endswith("?"):
        return None
    if _QUOTED.search(sentence) or _TAKEN_BACK.match(following):
        return None
    verb, rest = asked[1].lower(), asked.string[asked.end() :]
    wanted = _tokens(rest)
    if verb in _HYPOTHETICAL or set(wanted) & (_DOUBTS | _NEGATIONS) or _is_negated(wanted):
        return None
    joined = _JOINED.match(sentence)
    sentence = sentence[joined.end() :] if joined else sentence
    said, denied = _said(verb, wanted, sentence)
    if not said or set(said) & (_DOUBTS - {verb}):
        return None
    at = _place(verb, rest, said, least=1 if denied else 2)
    if at is None:
        return None
    denials = [at for at, word in enumerate(said) if word in _NEGATIONS or word.endswith("n't")]
    if denied:
        return "No." if at[0] == 0 and not denials else None
    if not denials:
        return "Yes."
    return "No." if len(denials) == 1 and at[0] < denials[0] < at[1] else None


def verdict_of(answer: str) -> bool | None:
    """Return what an answer says before its evidence: yes, no, or neither (None).

    >>> verdict_of("Yes. It leaked."), verdict_of("No. It held."), verdict_of("No leak was found.")
    (True, False, None)
    """
    return True if answer.startswith("Yes.") else False if answer.startswith("No.") else None


def _said(verb: str, wanted: list[str], sentence: str) -> tuple[list[str], bool]:
    """Return the words that must hold those of the question, and whether what they say is denied.

    There are none where the sentence is about another time than the question.
    """
    said = _tokens(sentence)
    if verb in _MODAL and _MAY_ONE.match(" ".join(wanted)):
        found = _FORBIDDEN.match(sentence)
        if found:
            return _tokens(sentence[found.end() :]), True
    if verb in _PRESENT and set(said) & _PAST:
        return [], False
    if (verb in _MODAL and verb not in said) or (verb != "will" and "will" in said):
        return [], False
    found = _THERE_IS_NO.search(sentence) if wanted[:1] == ["there"] else None
    if found:
        return _tokens(sentence[found.end() :]), True
    found = _NOBODY.search(sentence) if _ANYBODY.match(" ".join(wanted)) else None
    if found and (verb in _PRESENT or not {"is", "are"} & set(_tokens(found[1]))):
        return _tokens(sentence[found.end() :]), True
    return said, False


def _place(verb: str, asked: str, said: list[str], *, least: int) -> tuple[int, int] | None:
    """Return where the words of matter of what is asked begin and end; None where they are not.

    None too where there are fewer than ``least``, or another matter stands between them.
    """
    stems = [_stem(word) for word in said]
    for wording, together in _wordings(asked):
        if together and f" {' '.join(_tokens(together))} " not in f" {' '.join(said)} ":
            continue
        tokens = [word for word in _tokens(wording) if not _ANYBODY.fullmatch(word)]
        matter = [_stem(word) for word in tokens if word not in _IDLE]
        found = _in_order(matter, stems) if len(matter) >= least else []
        if found and not _is_another_matter(verb, tokens, said, found):
            return found[0], found[-1]
    return None


def _is_another_matter(verb: str, wanted: list[str], said: list[str], found: list[int]) -> bool:
    between = said[found[0] : found[-1] + 1]
    if len(between) > len(wanted) + _ROOM + 1:
        return True
    begins = _OTHER_MATTER | ({"by"} if verb in _ACTIVE else set())
    if any(between.count(word) > wanted.count(word) for word in begins):
        return True
    # A second verb: "cancelled the launch". Behind an article it is none: "a covered market".
    return any(
        at not in found
        and re.fullmatch(r"\w{3,}(?:ed|ing)", said[at]) is not None
        and said[at - 1] not in _DETERMINERS
        for at in range(found[0], found[-1])
    )


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
    for ending in ("ies", "ied", "ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and not word.endswith("'s") and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _in_order(wanted: list[str], said: list[str]) -> list[int]:
    """Return the places of the wanted words, each after the one before it; empty if one is not."""
    found: list[int] = []
    for word in wanted:
        try:
            found.append(said.index(word, found[-1] + 1 if found else 0))
        except ValueError:
            return []
    return found
