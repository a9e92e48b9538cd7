"""How much the words around a word say that it is a name there: "Good luck Will", and not "Will you join us".

A log-linear model over the two words on either side, and over the classes that grammar puts them in.  Its weights were
fitted by `tests/tools/sentences` to sentences that the team wrote; nothing else was learned from.  How well it reads
sentences that it was not fitted to, and what was tried beside it, stands in docs/finders.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from redact.redaction.names.words import Token, forenames, ordinary_words

LIKELY = 0.6  # from which a word is asked about; see docs/finders.md, Names in sentences
_START, _END = "START", "END"
#: Classes of words, those that are closed first; what no class has is known by its ending, or is a word.
_CLASSES = {
    "article": "the a an",
    "this": "this that these those",
    "every": "every each some any no all both another many much few more most",
    "whose": "my your our his her their its",
    "we": "i we they he she it",
    "us": "me us him them",
    "you": "you",
    "be": "is am are was were be been isnt wasnt arent",
    "have": "has have had hasnt havent",
    "can": "can could will would shall should may might must cannot cant wont",
    "do": "do does did dont doesnt didnt",
    "in": "in on at of into onto over under through during before after until till about near around between across"
    " up down off per out along behind inside above below beyond",
    "to": "to",
    "for": "for",
    "with": "with without beside like than as",
    "by": "by",
    "from": "from",
    "and": "and or but nor v vs",
    "if": "if because when while so since although unless then",
    "who": "who what how why where which whose guess",
    "not": "not never always often also really still usually sometimes just even only almost nearly finally",
    "past": "ate beat became began bent bit bled blew bought bound bred broke brought built burnt burst came caught"
    " chose clung crept cut dealt dived drank dreamt drew drove dug fed fell felt flew forgot fought found"
    " froze gave got grew heard held hid hit hung hurt kept knelt knew laid lay leant leapt learnt led left"
    " lent let lit lost made meant met paid put ran rang read rode rose said sang sank sat saw sent set shone"
    " shook shot shut slept slid smelt sold sped spelt spent spilt split spoke spread sprang spun stole stood"
    " stuck stung struck sung swam swept swore swung taught thought threw told took tore understood went wept"
    " woke won wore wound wove wrote",
    "person": "boy girl friend friends captain champion winner leader monitor prefect helper reader player pupil child"
    " children brother sister cousin mum dad mummy daddy nan gran grandad grandma baby twin partner buddy"
    " teacher goalkeeper goalie hero king queen shepherd sheep",
    "adjective": "good great super brilliant amazing fantastic excellent lovely wonderful kind brave helpful funny"
    " clever caring friendly polite happy sad ill late poorly proud sick tall fast best new old big little small red"
    " blue green white black yellow brown pink purple first second third superb fabulous beautiful careful"
    " hard tired sorry dear wild fresh hot cold warm wet dry young dark bright long",
    "time": "today yesterday tomorrow morning afternoon week day term year month monday tuesday wednesday thursday"
    " friday saturday sunday january february march april may june july august september october november"
    " december spring summer autumn winter birthday christmas easter tonight",
}
_ENDINGS = (("ing", "doing"), ("ed", "past"), ("ly", "adverb"), ("est", "adjective"))
_SIGNS = frozenset(",.!?:;-&+/(")


def is_read_as_name(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a word that is a name too is rather a name, by what stands around it on its line."""
    return score(tokens, token) >= LIKELY


def score(tokens: Sequence[Token], token: Token) -> float:
    """Return how likely `token` is a name by what stands around it on its line, 0..1."""
    weights = _weights()
    return 1 / (1 + math.exp(-sum(weights.get(feature, 0.0) for feature in features(tokens, token))))


def features(tokens: Sequence[Token], token: Token) -> Iterator[str]:
    """Yield what the model sees of a word; see `score`."""
    at = token.place
    (p1, w1), (p2, w2), (n1, v1), (n2, v2) = (_seen(tokens, at + step) for step in (-1, -2, 1, 2))
    yield "always"
    yield f"before {p1}"
    yield f"after {n1}"
    yield f"before {p2} {p1}"
    yield f"after {n1} {n2}"
    yield f"around {p1} {n1}"
    yield f"before word {w1}"
    yield f"after word {v1}"
    yield f"before words {w2} {w1}"
    yield f"after words {v1} {v2}"
    yield f"around word {p1} {v1}"
    yield f"own word {token.key} behind {p1}"
    yield f"own word {token.key} ahead of {n1}"
    yield f"signs {_signs(tokens[at - 1].after) if at else _START} {_signs(token.after)}"
    yield f"owner {token.is_possessive} {p1}"
    yield f"written {_written(tokens, token)}"
    yield f"length {min(len(tokens), 4)} {p1 == _START} {n1 == _END}"


def _seen(tokens: Sequence[Token], at: int) -> tuple[str, str]:
    """Return the class of the word at a place, and the word."""
    if at < 0:
        return _START, _START
    return (_END, _END) if at >= len(tokens) else (_class(tokens[at]), tokens[at].key)


def _class(token: Token) -> str:
    key = token.key
    if token.is_number:
        return "number"
    known = _class_of().get(key)
    if known is not None and (key not in forenames() or known in {"past", "can"}):
        return known
    if key in forenames():
        return "maybe" if key in ordinary_words() else "name"
    for ending, name in _ENDINGS:
        if key.endswith(ending) and len(key) > len(ending) + 2:
            return name
    if key.endswith("s") and not key.endswith("ss") and len(key) > 3:
        return "does"  # or things
    return "word" if key in ordinary_words() else "unknown"


def _signs(after: str) -> str:
    return "".join(sorted(_SIGNS.intersection(after)))


def _written(tokens: Sequence[Token], token: Token) -> str:
    """Return how a word is written beside the others of its line: capitals tell nothing where all have them."""
    own = "title" if token.is_title else "capitals" if token.raw.isupper() else "small"
    rest = [t for t in tokens if t is not token and t.place and len(t.key) > 1 and not t.is_number]
    if not rest:
        return own
    if any(t.raw.islower() for t in rest):
        return f"{own} beside small, {'first' if not token.place else 'inside'}"
    is_alike = any(t.is_title for t in rest) or own == "capitals"
    return "alike" if is_alike else f"{own} beside capitals"


@cache
def _class_of() -> Mapping[str, str]:
    return {word: name for name, words in reversed(_CLASSES.items()) for word in words.split()}


@cache
def _weights() -> Mapping[str, float]:
    text = files(__package__ or "").joinpath("reading.json").read_text(encoding="utf-8")
    weights: Mapping[str, float] = json.loads(text)
    return weights
