"""The words around a name that is a word too, by which it is told: what children do and own, what no season does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redact.redaction.names.page import SHORT_LINE
from redact.redaction.names.words import Token, is_inflected, word_set

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
#: What a person did, of verbs whose past is not formed with -ed.
DEEDS = word_set(
    "won ran made drew wrote read said sang swam got had did gave found built threw caught led came went took grew ate"
    " lost broke fell kept met sat slept taught told wore chose spoke stood sent hid hurt hit knows"
    " loves likes plays helps draws writes reads sings swims runs wins thinks wants scored has needs says"
    " asks beat beats rocks tells tries shows uses gets gives keeps goes looks shares visits eats enjoys works builds"
    " deserves fell forgot forgets rang bit felt hates wears sits listens smiles remembers lent rode stuck learnt"
    " would lives"
)
#: Of these a season or month does none.
DEEDS_OF_CHILDREN = word_set(
    "lost won scored drew wrote read said sang swam ate caught threw thinks loves likes plays draws writes reads sings"
    " swims wants helped played painted learned learnt a two new says asks tells tries beat beats"
    " bumped forgot lent rode deserves cried hugged"
)
AGES = word_set("three four five six seven eight nine ten eleven twelve")
AGES_IN_FIGURES = frozenset(map(str, range(3, 19)))  # of a school
SKILLS = word_set(
    "swim read count ride tie write spell skate dance sing play run jump cook draw juggle hop climb do speak catch"
    " throw kick add subtract multiply zip whistle paint bake"
)
OF_A_PERSON = word_set(
    "brave our my away absent here late ill poorly back off five six seven eight nine ten eleven kind helpful funny"
    " clever caring friendly polite tall top first second third last amazing awesome brilliant fantastic"
    " sick hurt upset tired chosen elected allowed going leaving joining staying moving having sitting"
)
#: What children are shown doing: "Hope is reading", "Autumn has swimming on Friday".
_DOING = word_set(
    "reading writing swimming counting riding skating dancing singing playing running cooking drawing painting"
    " jumping baking learning sharing helping wearing listening"
)
#: Behind a name, what things do and no caption of a child says: "Star gazing tonight", "Coral growing on rocks".
_DONE_BY_THINGS = word_set(
    "growing flowing shining flowering blooming glowing falling bleaching fishing picking gazing rising being during"
    " flying wrapping training building"
)
#: Where children are shown: "Hope at the beach", "Will on his bike".
_SCENES = word_set(
    "school beach zoo park farm party museum seaside circus nursery club playground hall sandpit pool bike scooter"
    " slide swing trampoline trip stage bus tricycle climbing stairs gym library kitchen classroom sofa mud castle"
    " fair swimming football ballet rehearsal home"
)
#: What a list of needs says behind a name: "Hope - asthma pump", "Will (nut allergy)".
_NEEDS = word_set(
    "asthma allergy allergies allergic epipen inhaler pump medicine medication diabetic diabetes coeliac vegan"
    " vegetarian halal dairy gluten nut nuts epilepsy calpol glasses dinner dinners packed sandwiches absent late ill"
    " dentist doctor doctors orthodontist hospital appointment"
)
_GROWN_UPS = word_set("mum dad mummy daddy nan nana nanny gran grandad grandma granny")
FAMILY = _GROWN_UPS | word_set("me mam baby brother sister and i my")
#: Words that figures stand behind everywhere: "Mark 8/10" on a test, "Mark 4:12" of a gospel, "Art 9:15", "Bill = 20".
_IN_FIGURES = word_set("mark art bill")
_DISTANCE = re.compile(r"\d+(?:m|km|pts?)")
_TALLY = re.compile(r"[Il1|/]{2,6}")
#: What an award is for, behind "for"; and words with -ing.
_EARNED = word_set(
    "her his their always being never kindness effort perseverance resilience courage bravery teamwork honesty"
    " patience creativity great super excellent good fantastic amazing brilliant lovely wonderful beautiful"
)
_OFFICES = word_set(
    "head president captain councillor school prime mayor"
)  # that children stand for: "Hope for head girl"
_TOLD_TO = word_set("you your what please thank well")  # behind a name that is spoken to: "Hope, you did it"
_PRAISES = word_set("great super good lovely amazing brilliant excellent fantastic wonderful superb fabulous")
_PRAISED = word_set("work effort job story try ideas writing reading start progress listening game match picture")
_DONE_BY_YOU = word_set("are did have were can made need must")
#: Before "you", a verb: "Hope you are well", "Will you have tea".
_VERBS_BEFORE_YOU = word_set("hope will may grant can bless thank trust mark pat miss love dare")
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
#: What is done to a child: "Please excuse Heath from PE", "I asked Dale to sit down".
_DONE_TO = word_set(
    "excuse asked ask told tell saw met helped remind reminded collect thank thanked phoned ring hugged pushed let"
    " cousin sister brother friend buddy partner twin"
)
#: Where a child stands on a photo: "Hope (left) and Ash (right)".
_SIDES = word_set("left right centre center middle front back top bottom")
#: What children are shown with: "Robin with the winning cake".
_SHOWN_WITH = word_set(
    "cake medal trophy certificate picture model dog cat rabbit pony prize book costume hat ball cup painting poster"
    " drawing tower rocket puppet scarecrow pumpkin bike fish badge team teacher headteacher mayor lady man visitor"
    " officer firefighter author"
)
_OF_SPEAKERS = word_set("i im ive my me id can")  # behind "Summer:", who says that in a play or a picture
#: Behind a name, where it is for today: "Joy not in today", "Grace out at 3.15".
_AWAY = word_set("not out off away back in home")
_WHEN = word_set("in at today tomorrow till until this all here well eating swimming with from by on")
_IN_GENERAL = word_set("all this here well")  # "Joy in all we do", "Hope in this place": of a virtue
_OFTEN = word_set("always never also often really still usually sometimes finally nearly almost just even both only")
_BEHIND_WISHES = word_set("from for on you we love in at with to have all xx xxx x")
_WISHES = (
    "good luck", "thank you", "well done", "get well", "happy birthday", "proud of", "love from", "dear", "miss you",
    "missing you", "congratulations", "come on", "goodbye", "bye", "farewell", "welcome back", "best wishes", "sorry",
    "good morning", "good night", "merry christmas", "bravo", "well played", "good work", "great work", "super work",
    "fantastic work", "great effort", "super effort", "super effort today", "great effort today", "keep it up",
    "nice work", "lovely work", "lovely writing", "great ideas", "good ideas", "lovely expression", "hooray for",
    "hurrah for", "three cheers for", "we miss", "look what", "birthday", "partner is", "my partner", "friend is",
    "my friend", "buddy is", "sponsor", "sponsor me", "vote", "vote for", "get well soon",
)  # fmt: skip
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
    """Say whether a line says of `token` what is said of a child: its age, points, needs, deeds, praise."""
    return any(
        tells(tokens, token)
        for tells in (is_of_an_age, joins_me, is_scored, goes_with, is_praised, is_dated, is_shown, is_spoken_of)
    )


def is_praised(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line begins with a child who is praised or spoken to, or calls one at its end.

    "Grace for trying hard", "Will, great work", "Summer - you did it", "Wow! Hope".
    """
    before, rest = tokens[: token.place], tokens[token.place + 1 :]
    if before:  # "Wow! Hope", "Next time: full stops, Hope"
        is_called = "!" in before[-1].after or ("," in before[-1].after and before[-1].raw.islower())
        return not rest and token.is_title and is_called and token.key not in CALENDAR
    if not token.is_capital or len(rest) < 2:
        return False
    first, second = rest[0], rest[1]
    if first.key == "please" or (first.key == "always" and second.key in OF_A_PERSON):  # "Clay please tidy up"
        return True
    if first.key == "for" and first.raw.islower():
        return second.key in _EARNED | _OFFICES or (second.key.endswith("ing") and is_inflected(second.key))
    if any(sign in token.after for sign in ",-\u2013\u2014!"):
        is_praise = first.key in _PRAISES and any(word.key in _PRAISED for word in rest[1:])
        return is_praise or first.key in _TOLD_TO
    return first.key == "you" and second.key in _DONE_BY_YOU and token.key not in _VERBS_BEFORE_YOU


def is_shown(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a caption or a note of a child.

    "Hope eating an apple", "Will on his bike", "Grace (nut allergy)", "me Hope mum", "Mon Hope".
    """
    before, rest = tokens[: token.place], tokens[token.place + 1 :]
    if not (token.is_title or token.raw.isupper()) or token.key in CALENDAR:
        return False
    others = (*before, *rest)
    if others and all(word.key in FAMILY for word in others):
        return True
    if before or not rest:
        return bool(before) and before[0].key in WEEKDAYS and all(word.is_title for word in others[1:])
    if any(sign in token.after for sign in "(-\u2013\u2014:="):
        is_role = len(rest) <= SHORT_LINE and rest[-1].key in WHO | _ROLES  # "Prince - king"
        return is_role or any(word.key in _NEEDS for word in rest)
    if token.after.strip() or not all(word.raw.islower() or word.is_number for word in rest):
        return False
    first = rest[0].key
    is_doing = first.endswith("ing") and is_inflected(first) and first not in _DONE_BY_THINGS and len(rest) > 1
    return is_doing or (first in {"at", "on", "in"} and any(word.key in _SCENES for word in rest[1:]))


def is_spoken_of(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a note, a caption or a play tells of a child.

    "Please excuse Heath from PE", "Hope (left)", "Summer: Can I play?", "Joy not in today", "A good summer Summer".
    """
    rest = tokens[token.place + 1 :]
    before = tokens[token.place - 1] if token.place else None
    if not token.is_title:
        return False
    is_repeated = before is not None and before.key == token.key and before.raw.islower() and not rest
    is_at_side = bool(rest) and "(" in token.after and rest[0].key in _SIDES and _closes(rest)
    if is_repeated or is_at_side:
        return True
    if before is None and token.has_colon and len(rest) > 1:
        is_kind = rest[0].key in {"a", "an"} and not WHO.isdisjoint(word.key for word in rest)
        return is_kind or rest[0].key in _OF_SPEAKERS
    if token.key in CALENDAR or token.after.strip():
        return False
    if before is not None:
        return before.key in _DONE_TO and (not rest or rest[0].raw.islower())
    return _is_away(rest)


def _closes(rest: Sequence[Token]) -> bool:
    """Say whether a bracket closes behind the first word, and no sentence goes on: "(left) and", not "(left) means"."""
    is_closed = ")" in rest[0].after and ":" not in rest[0].after
    return is_closed and (len(rest) == 1 or rest[1].is_title or rest[1].key in {"and", "with"})


def _is_away(rest: Sequence[Token]) -> bool:
    """Say whether the words behind a name are where it is for today: "not in today", "out at 3.15"."""
    is_away = len(rest) > 1 and rest[0].key in _AWAY and (rest[1].key in _WHEN or rest[1].is_number)
    if is_away and rest[0].key == "in" and rest[1].key in _IN_GENERAL:
        return False
    return is_away and all(word.raw.islower() or word.is_number or word.key in WEEKDAYS for word in rest)


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


def goes_with(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line begins with a person beside others: "Robin and his dog", "Will as Joseph"."""
    if token.place or not token.is_title or token.after.strip() or len(tokens) < 3:
        return False
    link, other = tokens[1].key, tokens[2]
    return (
        (link in {"and", "with"} and (other.key in {"his", "her", "their"} or other.key in _GROWN_UPS))
        or (link == "by" and other.key in {"himself", "herself"})
        or (link == "as" and (other.key in _ARTICLES or other.is_title))
        or (link == "with" and other.is_title)
        or (link == "with" and other.key in _ARTICLES and any(word.key in _SHOWN_WITH for word in tokens[3:]))
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
    if after.key in _OFTEN and after.place + 1 < len(tokens) and not after.after.strip():  # "Grace always tries"
        after = tokens[after.place + 1]
    is_done = after.key in DEEDS or (after.key.endswith("ed") and len(after.key) > 4)
    if is_spoken and after.key in {"is", "was", "woz"}:
        rest = [t.key for t in tokens[after.place + 1 :]]
        is_called = rest[:1] in (["a"], ["an"], ["the"]) and not WHO.isdisjoint(rest)
        return is_called or rest[:1] in (["joseph"], ["mary"]) or any(key in OF_A_PERSON | _DOING for key in rest[:1])
    return is_done and (is_spoken or (after.raw.isupper() and len(tokens) > 2))


def is_deed_of_child(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a line begins with what no season or month does: "Summer has lost a tooth", "May scored"."""
    if after is None or not is_deed(tokens, token, after):
        return False
    is_more = after.key in {"has", "had", "is", "was", "fell"} and after.place + 1 < len(tokens)
    verb = tokens[after.place + 1].key if is_more else after.key
    if after.key == "fell" and is_more:  # "May fell and bumped her head"; leaves fell, and so did the night
        return tokens[after.place + 1].key in {"and", "over", "off"}
    return verb in (_DOING if after.key in {"is", "was"} else DEEDS_OF_CHILDREN | _DOING)


def is_of_child(tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a word of the calendar is a child's name by what the line tells of it: "May's tray", "Bye Summer"."""
    is_owner = token.is_possessive and after is not None and after.key in OWNED_BY_CHILDREN
    return is_owner or is_wished(tokens, token) or is_deed_of_child(tokens, token, after) or goes_with(tokens, token)


def ends_wish(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether behind `token` a wish goes on, or ends: "Get well soon Jay from all of 5R", "Good luck Will xx"."""
    rest = tokens[token.place + 1 :]
    goes_on = bool(rest) and rest[0].raw.islower() and rest[0].key in _BEHIND_WISHES and token.key not in CALENDAR
    return goes_on or all(map(is_kisses, rest))


def is_wished(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether the line wishes or thanks: "Good luck Will", "Thank you Summer", "To May with love"."""
    before = " ".join(t.key for t in tokens[: token.place])
    return before == "to" or before.endswith(_WISHES)
