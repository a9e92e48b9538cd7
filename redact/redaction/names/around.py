"""The words around a name that is a word too, by which it is told: what children do and own, what no season does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redact.redaction.names.page import SHORT_LINE
from redact.redaction.names.words import Token, word_set

#: What a list of words that are names too may be of, by the last word of its heading.
LISTED_THINGS = word_set(
    "values value virtues virtue colours colors seasons months flowers plants trees birds houses gifts fruits rules"
)
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
#: What stands behind a name whose apostrophe is not written: "Robins coat".
OWNED = word_set(
    "coat peg tray drawer book bag work story picture chair bottle hat lunch birthday table desk folder shoes cup"
)
#: What stands behind "May's" where May is a pupil; the rest is the month's: "May's theme".
OWNED_BY_CHILDREN = OWNED | word_set(
    "mum dad mummy daddy nan nana grandma grandad brother sister cat dog hamster rabbit pet house garden room drawing"
    " painting model poem spelling spellings homework cardigan jumper wellies boots trainers cap scarf gloves glasses"
    " pencil pencils ruler turn idea card party holiday group team water lunchbox name wish favourite hair smile"
)
CALENDAR = word_set(
    "spring summer autumn winter january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday easter christmas"
)
#: Labels before a colon behind which a word is a word.
THINGS = word_set(
    "theme topic value values virtue term month months season seasons colour color colours date day days subject title"
    " week word words unit lesson house flower plant tree bird focus text chapter book song hymn play film"
)
#: What a person did, of verbs whose past is not formed with -ed.
DEEDS = word_set(
    "won ran made drew wrote read said sang swam got had did gave found built threw caught led came went took grew ate"
    " lost broke fell kept met sat slept taught told wore chose spoke stood sent hid hurt hit knows"
    " loves likes plays helps draws writes reads sings swims runs wins made thinks wants scored has needs wants"
)
#: Of these a season or month does none.
DEEDS_OF_CHILDREN = word_set(
    "lost won scored drew wrote read said sang swam ate caught threw thinks loves likes plays draws writes reads sings"
    " swims wants helped played painted learned learnt a two new"
)
AGES = word_set("three four five six seven eight nine ten eleven twelve")
AGES_IN_FIGURES = frozenset(map(str, range(3, 19)))  # of a school
SKILLS = word_set(
    "swim read count ride tie write spell skate dance sing play run jump cook draw juggle hop climb do speak catch"
    " throw kick add subtract multiply zip whistle paint bake"
)
OF_A_PERSON = word_set(
    "brave our my away absent here late ill poorly back off five six seven eight nine ten eleven kind helpful funny"
    " clever caring friendly polite tall"
)
#: What a person is called behind "is a": "Sky is a superstar".
_WHO = word_set(
    "superstar star champion captain winner leader monitor friend reader writer artist swimmer dancer singer runner"
    " player helper boy girl sister brother hero legend councillor prefect buddy"
)
_POINTS = word_set(
    "point points star stars goal goals merit merits lap laps vote votes dojo dojos book books minutes sticker stickers"
)
#: Behind a word, these make a place or a group of it: "Welcome to Ivy Lane", "River class".
GROUPS = word_set(
    "class lane school academy house street road primary infant infants junior juniors nursery church college room club"
)
_WISHES = (
    "good luck", "thank you", "well done", "get well", "happy birthday", "proud of", "love from", "dear", "miss you",
    "missing you", "congratulations", "come on", "goodbye", "bye", "farewell", "welcome back", "best wishes", "sorry",
    "good morning", "good night", "merry christmas", "bravo", "well played", "good work", "great work", "super work",
    "fantastic work", "great effort", "hooray for", "hurrah for", "three cheers for", "we miss", "look what",
    "birthday",
)  # fmt: skip
_KISSES = re.compile(r"[xX]{1,4}")
SAME_SHAPE = frozenset("ckopsuvwxz")  # small letters that are read for capitals, and these for them
JOINERS = frozenset(("and", "n", "or", "v", "vs"))
LIKE_FIGURES = frozenset("SsIlOZB")  # letters that readers make of 5, 1, 0, 2 and 8


def is_kisses(token: Token) -> bool:
    """Say whether a word is the end of a letter: "xx"."""
    return _KISSES.fullmatch(token.raw) is not None


def is_of_an_age(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether an age or a skill stands behind `token`: "Hope, aged 9", "May (9)", "Hope can swim 25 m"."""
    rest = tokens[token.place + 1 :]
    if len(rest) == 1 and token.place == 0 and ")" in rest[0].after and rest[0].raw in AGES_IN_FIGURES:
        return True
    if len(rest) < 2 or (token.place and rest[0].key in {"is", "can"}):
        return False
    is_age = rest[0].key in {"age", "aged", "is"} and (rest[1].is_number or rest[1].key in AGES)
    return (is_age and len(rest) <= SHORT_LINE) or (rest[0].key == "can" and rest[1].key in SKILLS)


def is_scored(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a name and what it earned: "Hope 10 points", "Will = 5 stars", "Art 25 house points"."""
    rest = tokens[token.place + 1 :]
    is_counted = 2 <= len(rest) <= SHORT_LINE and rest[0].is_number and rest[-1].key in _POINTS
    return token.place == 0 and token.is_capital and is_counted


def goes_with(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line begins with a person beside others: "Robin and his dog", "Will as Joseph"."""
    if token.place or not token.is_title or token.after.strip() or len(tokens) < 3:
        return False
    link, other = tokens[1].key, tokens[2]
    return (
        (link in {"and", "with"} and other.key in {"his", "her", "their"})
        or (link == "by" and other.key in {"himself", "herself"})
        or (link == "as" and (other.key == "the" or other.is_title))
    )


def joins_me(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a name and its writer: "Hope and me"."""
    rest = [t.key for t in tokens if t is not token]
    return rest in (["and", "me"], ["me", "and"], ["and", "i"]) or (
        rest == ["me"] and any(c in token.after for c in "&+")
    )


def is_deed(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether the line begins with `token` and goes on with what a person did, has or is; a virtue does none."""
    if token.place or token.after.strip() or after is None:
        return False
    is_spoken = token.is_title and after.raw.islower()
    is_done = after.key in DEEDS or (after.key.endswith("ed") and len(after.key) > 4)
    if is_spoken and after.key in {"is", "was"}:
        rest = [t.key for t in tokens[after.place + 1 :]]
        is_called = rest[:1] in (["a"], ["an"], ["the"]) and not _WHO.isdisjoint(rest)
        return is_called or any(key in OF_A_PERSON for key in rest[:1])
    return is_done and (is_spoken or (after.raw.isupper() and len(tokens) > 2))


def is_deed_of_child(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a line begins with what no season or month does: "Summer has lost a tooth", "May scored"."""
    if after is None or not is_deed(tokens, token, after):
        return False
    verb = tokens[after.place + 1].key if after.key in {"has", "had"} and after.place + 1 < len(tokens) else after.key
    return verb in DEEDS_OF_CHILDREN


def is_of_child(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a word of the calendar is a child's name by what the line tells of it: "May's tray", "Bye Summer"."""
    is_owner = token.is_possessive and after is not None and after.key in OWNED_BY_CHILDREN
    return is_owner or is_wished(tokens, token) or is_deed_of_child(tokens, token, after) or goes_with(tokens, token)


def is_wished(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether the line wishes or thanks: "Good luck Will", "Thank you Summer", "To May with love"."""
    before = " ".join(t.key for t in tokens[: token.place])
    return before == "to" or before.endswith(_WISHES)
