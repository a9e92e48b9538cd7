"""Titles, places and makers with a name in them that no list holds, by their form: "Leo and the Moon", "Duke Street".

Threat and rule as in `phrases.py`: what has such a form stays where a roll is given, unless it speaks against it.
Where no book is spoken of, a title by its form ("Leo and the Maypole") may be a caption: it is covered and asked about.
What children do together is none ("Leo and the choir"), nor what they are called beside a task ("Leo Road Safety").
Accepted residue: a child in the title of a story of its own among books, where the picture names nobody as its author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from redact.redaction.names.page import Page
from redact.redaction.names.words import Token, is_inflected, word_set

#: Behind a name and an article, who or what really goes about with a child, or is of its school: no title says that.
_COMPANIONS = word_set(
    "year yr class form team choir council school academy primary junior juniors infants nursery reception head"
    " headteacher teacher teachers teaching assistant group groups table band orchestra gang crew club boys girls"
    " twins others rest governors staff friend friends mum dad mummy daddy nan nana nanny grandma grandad gran"
    " auntie uncle brother brothers sister sisters baby family cousin cousins mayor vicar judge judges visitors"
    " visitor author eco house captain captains prefects monitors ambassadors champions winners winner award prize"
    " cup trophy gym hamster guinea rabbit kitten puppy goldfish gerbil king queen santa elf vet nurse doctor"
    " dentist police officer firefighter firefighters fighter fighters engine farmer lollipop librarian"
    " photographer poet parents kids children pupils coach cast reading playground"
    " squad troupe side bunch scout cub beaver brownie guide rainbow chef soldier bishop reverend chief minister"
    " lady lord duchess postman postwoman astronaut inspector neighbour pupil newcomer helper hero superhero"
    " player runner dancer singer leaver buddy partner"
    " medal certificate badge shield relay race match final goal role lead part solo nativity assembly"
)
_OF_PEOPLE = ("ers", "ors", "ists")  # "Leo and the Gardeners"
#: What is named after people and is no child's surname; the second row may be one.
_PLACES = word_set("road avenue crescent terrace cathedral infirmary")  # hospitals, hotels: corners of a class
_PLACES_AND_SURNAMES = word_set("street")
#: Behind such a place, the place goes on: "George Street Dental Practice", "Victoria Avenue Junior School".
_OF_PLACES = word_set(
    "surgery dental medical practice clinic primary junior infant infants nursery school academy north south east west"
    " church chapel baptist methodist market station london car park post office community centre library"
)
#: Of these what may bear a forename alone: an award, a project or a memorial may be a pupil's.
_FOUNDED_BY_FORENAME = word_set("inn arms tavern")
#: What bears an article and the name of somebody who founded, gave or owned it: "The Henry Smith Charity"; what
#: children build ("The Leo Tower") is none.
_FOUNDED = word_set(
    "inn arms hotel tavern trust foundation charity institute society centre theatre cinema museum gallery hospital cup"
    " trophy shield prize award awards medal bowl plate memorial statue wing suite exhibition"
    " musical surgery practice clinic company project partnership academy college fund appeal"
)
_OF_FIRMS = word_set(
    "ltd limited plc llp solicitors roofing plumbing scaffolding motors removals insurance accountants"
)
#: Behind a surname alone: what firms that pay for a banner do, and houses; no pupil's thing is called so.
_TRADES = word_set(
    "builders building butchers bakers bakery takeaway homes plastics deli garage garages carpets electrical"
    " electricals electricians plumbers plumbing heating properties catering coaches cars motors dental opticians"
    " pharmacy chemist chemists florist florists flooring kitchens windows glazing interiors engineering transport"
    " haulage logistics joinery printers printing solutions consulting fitness restaurant stores theatre house"
    " timber tyres travel lettings estates electronics joiners decorators decorating landscapes scaffolding"
    " brewery"
)
_OF_BOOKS = word_set("book books novel novels reader bestseller bestselling bookshelf puffin ladybird usborne")
_OF_THOUGHT = word_set("law laws theorem principle comet")
_OF_TIMES = word_set("the tudor victorian stuart norman georgian king queen history project timeline topic world war")
_OLDEST_YEAR, _NEWEST_YEAR = 1000, 1999  # of people who are taught about
_SHORTEST_LIFE, _LONGEST_LIFE = 20, 110  # wars and most reigns are shorter
MOST_BETWEEN = 2  # words between a founder's forename and what was founded; a choice


def titles(page: Page, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the runs of one line's words that have the form of a place, maker, law or life."""
    for at, token in enumerate(tokens):
        if token.is_capital and not token.is_number and page.may_be_name(token):
            before = tokens[at - 1] if at else None
            rest = tokens[at + 1 :]
            if before is None or not page.is_listed_capital(before):
                yield from _place(page, tokens, at)
            if before is not None and before.key == "the":
                yield from _founded(tokens, at)
            is_of_thought = any(_is_capital_of(other, _OF_THOUGHT) for other in rest[:2])
            if token.is_possessive and is_of_thought and not _is_forename(page, token):  # "Leo's Law: no shouting"
                yield tokens[at : at + 2]
    is_of_one = sum(_is_forename(page, token) for token in tokens) < 2  # "Leo & Mia Ltd" sell biscuits at a fair
    if is_of_one and (_is_firm(tokens) or _is_life(tokens)):
        yield tokens
    yield from (tokens[at : at + 2] for at in range(len(tokens) - 1) if _is_trade(page, tokens, at))


def story(page: Page, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return "Leo and the Moon", a whole line written as titles are, or all of it but who wrote it; () for none."""
    is_name = bool(tokens) and tokens[0].is_capital and page.may_be_name(tokens[0])
    rest = list(takewhile(lambda word: word.key != "by", tokens[1:]))
    is_parted = any(word.after.strip() for word in rest[:-1])  # "Leo and the Moon - Mia"
    if not is_name or tokens[0].after.strip(" &") or tokens[0].is_possessive or is_parted:
        return ()
    links = ["the"] if "&" in tokens[0].after else ["and", "the"]
    thing = rest[len(links) :]
    is_of_one = not any(_is_forename(page, word) for word in thing)
    is_title = bool(thing) and [word.key for word in rest[: len(links)]] == links and is_of_one and _is_of_title(thing)
    return tokens[: 1 + len(rest)] if is_title else ()


def is_of_books(page: Page) -> bool:
    """Say whether a word on a page speaks of a book: "Class reader", "Book of the month"."""
    return any(token.key in _OF_BOOKS for tokens in page.tokens for token in tokens)


def _is_of_title(thing: Sequence[Token]) -> bool:
    """Say whether words are capitals, and none of them says what a child does, or with whom."""
    are_capitals = thing[0].is_capital and all(word.is_capital or len(word.key) <= 4 for word in thing)
    are_words = any(word.is_ordinary or is_inflected(word.key) for word in thing)
    is_told = any(
        not _COMPANIONS.isdisjoint(_singulars(word.key))
        or word.key.endswith(_OF_PEOPLE)
        or word.is_number
        or word.is_class
        for word in thing
    )
    return are_capitals and are_words and not is_told


def _place(page: Page, tokens: Sequence[Token], at: int) -> Iterator[Sequence[Token]]:
    """Yield "Arthur Road", where nothing follows but more of a place."""
    if at + 1 >= len(tokens) or tokens[at].after.strip() or tokens[at].is_possessive:
        return
    place, rest = tokens[at + 1], tokens[at + 2 :]
    is_place = place.key in _PLACES or (place.key in _PLACES_AND_SURNAMES and _has_another_place(page, place))
    more = [] if place.after.strip() else rest
    is_all = all(word.key in _OF_PLACES or word.is_number for word in more)
    if place.is_capital and is_place and is_all and not _are_pupils_places(page):
        yield tokens[at : at + 2]


def _are_pupils_places(page: Page) -> bool:
    """Say whether places on a page bear several forenames of the roll: a town that a class has built."""
    pairs = (pair for tokens in page.tokens for pair in pairwise(tokens))
    places = _PLACES | _PLACES_AND_SURNAMES
    return len({word.key for word, place in pairs if place.key in places and _is_forename(page, word)}) > 1


def _has_another_place(page: Page, place: Token) -> bool:
    """Say whether a place stands on another line, or this line goes on: a surname that is one stands by itself."""
    goes_on = place.place + 1 < len(page.tokens[place.line])
    return goes_on or any(
        _is_capital_of(word, _PLACES | _PLACES_AND_SURNAMES | _OF_PLACES)
        for i, others in enumerate(page.tokens)
        if i != place.line
        for word in others
    )


def _founded(tokens: Sequence[Token], at: int) -> Iterator[Sequence[Token]]:
    """Yield the founder and what was founded: "The George Inn", "The Henry Smith Charity"."""
    for end in range(at + 1, min(len(tokens), at + 2 + MOST_BETWEEN)):
        is_joined = tokens[end].key == "and" or len(tokens[end].key) < 2  # "The Leo B Award"
        if not tokens[end].is_capital or tokens[end - 1].after.strip() or is_joined:
            return
        if end > at + 1 and any(word.is_ordinary or is_inflected(word.key) for word in tokens[at + 1 : end]):
            continue  # "The Leo Kindness Award", "The Mia Dance Company"
        if tokens[end].key in (_FOUNDED if end > at + 1 else _FOUNDED_BY_FORENAME):
            yield tokens[at : end + 1]
            return


def _is_firm(tokens: Sequence[Token]) -> bool:
    """Say whether a line is a firm's name: "Lewis Building Contractors Ltd", "James & Sons"; all of it is capitals."""
    words = [token for token in tokens if token.key not in {"and", "of"}]
    is_one = all(token.is_capital and not token.after.strip(" &.") for token in words[:-1])
    if len(words) < 2 or not is_one:
        return False
    end, last = words[-1], words[-2]
    is_joined = "&" in last.after or tokens[end.place - 1].key == "and"
    is_of_sons = any(word.key in {"son", "sons"} and word.is_capital for word in words[1:-1])  # "Lewis & Sons Builders"
    return end.is_capital and (end.key in _OF_FIRMS or is_of_sons or (is_joined and end.key in {"sons", "heating"}))


def _is_trade(page: Page, tokens: Sequence[Token], at: int) -> bool:
    """Say whether a surname and a trade stand there: "Lockwood Plastics"; a forename is a child's ("Leo's Bakery")."""
    name, before = tokens[at], tokens[at - 1] if at else None
    is_word = before is None or (before.is_ordinary and not before.is_capital)  # not "de" of "Ana de Souza Motors"
    is_open = before is not None and not is_word and not before.after.strip() and len(before.key) > 1
    match = page.named(name)
    if is_open or match is None or match.forename_of or name.is_forename or name.after.strip():
        return False
    return name.is_capital and _is_capital_of(tokens[at + 1], _TRADES)


def _is_life(tokens: Sequence[Token]) -> bool:
    """Say whether a line is a name and the years of a life before any pupil's: "Grace Hopper (1906 - 1992)".

    What a pupil writes on its work about a time is none: "Leo World War 2 1939-1945", "Leo Tudors 1558-1603".
    """
    words = list(takewhile(lambda word: not word.raw[0].isdigit(), tokens))
    are_names = len(words) in {2, 3} and all(word.is_capital and len(word.key) > 1 for word in words)
    if not are_names or any(is_inflected(word.key) or word.key in _OF_TIMES for word in words):
        return False
    years = [int(year) for token in tokens[-2:] for year in token.raw.split("-") if len(year) == 4 and year.isdigit()]
    if len(years) != 2:
        return False
    born, died = years
    return born >= _OLDEST_YEAR and died <= _NEWEST_YEAR and _SHORTEST_LIFE <= died - born <= _LONGEST_LIFE


def _is_forename(page: Page, token: Token) -> bool:
    match = page.named(token)
    return match is not None and bool(match.forename_of)


def _singulars(key: str) -> tuple[str, ...]:
    return key, key.removesuffix("s"), key.removesuffix("es"), f"{key.removesuffix('ies')}y"


def _is_capital_of(token: Token, keys: frozenset[str]) -> bool:
    return token.is_capital and token.key in keys
