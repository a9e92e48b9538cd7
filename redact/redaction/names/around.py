"""Lists of words around a name that is a word too, and figures and forms that say that it is one: an age, a day."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redact.redaction.names.page import SHORT_LINE
from redact.redaction.names.words import Token, word_set

#: What a list of words that are names too may be of, by the last word of its heading.
LISTED_THINGS = word_set(
    "values value virtues virtue colours colors seasons months flowers plants trees birds houses gifts fruits rules"
    " herbs spices gems gemstones jewels stones"  # not "nuts", "carols", "planets": of allergies, readers, tables
)
_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
WEEKDAYS = _DAYS | word_set("mon tue tues wed weds thu thur thurs fri")
#: What stands behind a name whose apostrophe is not written: "Robins coat".
OWNED = word_set(
    "coat peg tray drawer book bag work story picture chair bottle hat lunch birthday table desk folder shoes cup"
    " spelling spellings reading homework target targets drawing poem model painting jumper cardigan locker"
)
#: What stands behind "May's" where May is a pupil; the rest is the month's: "May's theme".
OWNED_BY_CHILDREN = OWNED | word_set(
    "mum dad mummy daddy nan nana grandma grandad brother sister cat dog hamster rabbit pet house garden room den"
    " bean sunflower seedling rocket tower castle"
    " wellies boots trainers cap scarf gloves glasses"
    " pencil pencils ruler turn idea card party holiday group team water lunchbox name wish favourite hair smile"
)
CALENDAR = word_set(
    "spring summer autumn winter january february march april may june july august september october november december"
    " easter christmas"
).union(_DAYS)
#: Labels before a colon behind which a word is a word.
THINGS = word_set(
    "theme topic value values virtue virtues term month months season seasons colour color colours date day days"
    " subject title week word words unit lesson house flower plant tree bird focus text chapter book song hymn play"
    " film"
)
AGES = word_set("three four five six seven eight nine ten eleven twelve")
AGES_IN_FIGURES = frozenset(map(str, range(3, 19)))  # of a school
SKILLS = word_set(
    "swim read count ride tie write spell skate dance sing play run jump cook draw juggle hop climb do speak catch"
    " throw kick add subtract multiply zip whistle paint bake"
)
_GROWN_UPS = word_set("mum dad mummy daddy nan nana nanny gran grandad grandma granny")
FAMILY = _GROWN_UPS | word_set("me mam baby brother sister and i my")
#: Words that figures stand behind everywhere: "Mark 8/10" on a test, "Mark 4:12" of a gospel, "Art 9:15", "Bill = 20".
_IN_FIGURES = word_set("mark art bill")
_DISTANCE = re.compile(r"\d+(?:m|km|pts?)")
_TALLY = re.compile(r"[Il1|/]{2,6}")
#: What a person is called behind "is a": "Sky is a superstar".
WHO = word_set(
    "superstar star champion captain winner leader monitor friend reader writer artist swimmer dancer singer runner"
    " player helper boy girl sister brother hero legend councillor prefect buddy lion shepherd innkeeper"
    " narrator donkey camel sheep elf fairy angel goalie keeper striker defender"
)
_ROLES = word_set("king queen joseph mary gabriel herod wizard witch villager dragon")
_POINTS = word_set(
    "point points star stars goal goals merit merits lap laps vote votes dojo dojos book books minutes sticker stickers"
    " metres meters m lengths widths cm kg yrs years teeth tooth secs seconds runs wickets skips hoops"
)
#: Behind a word, these make a place or a group of it: "Welcome to Ivy Lane", "River class".
GROUPS = word_set(
    "class lane school academy house street road primary infant infants junior juniors nursery church college room club"
)
NO_NAME_BEHIND = word_set("in on of our your the a an this next last every each some more early late mid by")
_ARTICLES = frozenset(("the", "a", "an", "our"))
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
    if is_age and rest[0].key == "aged":
        return True
    return (is_age and len(rest) <= SHORT_LINE) or (rest[0].key == "can" and rest[1].key in SKILLS)


def tells_of_child(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line says of `token` what is said of a child: its age, points, birthday, who it is."""
    return any(
        tells(tokens, token) for tells in (is_of_an_age, joins_me, is_scored, is_dated, is_somebody, is_repeated)
    )


def is_somebody(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line begins with who somebody is: "Hope is a superstar", "Hope: a kind friend", "Prince - king"."""
    rest = tokens[token.place + 1 :]
    if token.place or not token.is_title or not rest:
        return False
    if token.after.strip() and len(rest) <= SHORT_LINE and rest[-1].key in WHO | _ROLES:
        return True
    opening = rest[1:] if rest[0].key in {"is", "was"} else rest if token.has_colon else []
    return bool(opening) and opening[0].key in _ARTICLES and not WHO.isdisjoint(word.key for word in opening)


def is_repeated(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line ends with a word and its name: "Have a lovely summer Summer"."""
    before = tokens[token.place - 1] if token.place else None
    is_last = token.place + 1 == len(tokens)
    return before is not None and before.key == token.key and before.raw.islower() and token.is_title and is_last


def is_tally(token: Token) -> bool:
    """Say whether a word is strokes that were counted: "Hope IIII"."""
    return _TALLY.fullmatch(token.raw) is not None


def is_in_year(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a line ends with a name and a year group: "Hope Year 5", "your PE kit Hope Year 5"."""
    is_year = after is not None and after.key in {"year", "yr"} and after.place + 2 == len(tokens)
    is_number = tokens[-1].is_number or tokens[-1].raw in LIKE_FIGURES
    before = tokens[token.place - 1] if token.place else None
    is_called = before is None or (before.raw.islower() and before.key not in NO_NAME_BEHIND)
    return is_year and is_called and is_number and token.key not in CALENDAR


def is_dated(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a day or a place in a race is all that stands behind a name: "Grace 3rd, Will 14th"."""
    rest = tokens[token.place + 1 :]
    is_open = token.place == 0 or any(sign in tokens[token.place - 1].after for sign in ",;:/-\u2013")
    is_day = bool(rest) and rest[0].is_number and any(c.isalpha() for c in rest[0].raw)
    is_born = len(rest) == 2 and rest[0].is_number and rest[1].key in CALENDAR and rest[1].is_title  # "Hope 12 June"
    is_whole = is_born or (is_day and (len(rest) == 1 or bool(rest[0].after.strip())))
    return is_whole and is_open and token.is_capital and token.key not in CALENDAR and not token.after.strip()


def is_scored(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a name and what it earned: "Hope 10 points", "Will = 5 stars", "Art 25 house points"."""
    rest = tokens[token.place + 1 :]
    is_counted = 2 <= len(rest) <= SHORT_LINE and rest[0].is_number and rest[-1].key in _POINTS
    is_counted = is_counted or (len(rest) == 1 and _DISTANCE.fullmatch(rest[0].raw) is not None)
    is_counted = is_counted or (len(rest) == 2 and rest[0].key == "no" and rest[1].is_number)
    is_usual = token.key in _IN_FIGURES and not any(sign in token.after for sign in "-\u2013\u2014")
    is_counted = is_counted or (_are_marks(rest, token.after) and token.key not in CALENDAR and not is_usual)
    return token.place == 0 and token.is_capital and is_counted


def _are_marks(rest: Sequence[Token], after: str) -> bool:
    """Say whether figures stand behind a name as results do, and nothing else: "8/10", "1:24", "100%", "- 18"."""
    are_figures = 0 < len(rest) <= 2 and all(word.is_number for word in rest)
    is_dashed = len(rest) == 1 and any(sign in after for sign in "-\u2013\u2014=")
    return are_figures and (is_dashed or "%" in rest[-1].after or (len(rest) == 2 and rest[0].after in {"/", ":"}))


def joins_me(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a name and its writer: "Hope and me"."""
    rest = [t.key for t in tokens if t is not token]
    return rest in (["and", "me"], ["me", "and"], ["and", "i"]) or (
        rest == ["me"] and any(c in token.after for c in "&+")
    )
