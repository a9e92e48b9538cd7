"""An event, its one canonical body, and the salted commitment that stands for it in the tree.

Threat: two spellings of one event (a log that says different things to two readers); a body that says more than
it may; a body that can be guessed from its hash after it was erased.
Rule: a body is accepted only if printing it again gives the same bytes; what is written follows kinds.FACTS and nothing
else; the commitment is SHA-256 over 32 random bytes and the body, and the salt goes with the body.  A body that is
well spelled, of a kind or with facts that this version does not know, is an UnknownEvent: a person reads of it and it
is not judged, unless it could end a deletion or erase a body; then it is refused.
Accepted residue: see redact.audit.shapes; what an unknown event says is checked by a newer version only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from redact.audit.faults import AuditLogError
from redact.audit.kinds import (
    FACTS,
    FORMER,
    MAX_REASON_CHARS,
    TIME,
    Fact,
    Former,
    Kind,
    Shape,
    is_kind,
    must_be_known,
)
from redact.audit.level import Level
from redact.audit.spelling import MAX_LINE_CHARS, is_number, parse_json, print_json

SALT_BYTES = 32  # as long as the hash: a guess of the body cannot be confirmed without it
MIN_KEY_BYTES = 32  # RFC 2104 section 3: a key shorter than the hash weakens the HMAC
LEAF_PREFIX = b"redact-log/1\n"  # version of leaves, bodies and export; 45 bytes with the commitment
NAME_LABEL = b"redact-log/1 file name\x00"
PERSON_LABEL = b"redact-log/1 person\x00"
LINK_LABEL = b"redact-log/1 link\x00"

_COMMON = frozenset({"n", "at", "kind"})
_EARLIER = frozenset({"opened", "entry"})  # facts that are the number of an earlier entry
_KINDS = {kind.value: Former(kind) for kind in Kind} | dict(FORMER)  # by spelling: kind, and facts that are renamed
_SPELLINGS = {kind: kind.value for kind in Kind}  # an enum's `value` takes longer than a dict
_PLAIN = frozenset({str, int})  # what a fact can be; True and False are of another type
_SEEN = frozenset(level for level in Level if level.is_seen)
_FACT_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*").fullmatch
_REQUIRED = {kind: frozenset(name for name in facts if not name.endswith("?")) for kind, facts in FACTS.items()}
_SHAPES: dict[Kind, dict[str, Shape]] = {
    kind: {name.removesuffix("?"): shape for name, shape in facts.items()} for kind, facts in FACTS.items()
}
_LEFT_BY_KIND = {kind: tuple(name for name in shapes if name.startswith("left_")) for kind, shapes in _SHAPES.items()}


def _members_of(known: Former) -> frozenset[str]:
    """Return the members that a body of this spelling may have."""
    shapes = _SHAPES[known.kind]
    return _COMMON | {name for name in (*shapes, *known.names) if known.names.get(name, name) in shapes}


_MEMBERS = {word: _members_of(known) for word, known in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; make it with `make_event`."""

    kind: Kind
    at: str  # UTC, "2026-09-07T13:45:12.345Z"
    facts: tuple[tuple[str, Fact], ...]  # sorted by name
    former: str = ""  # of kinds.FORMER, where an earlier version wrote it; only the reader sets these two
    written: tuple[tuple[str, Fact], ...] | None = None  # the facts as the body spells them, where that differs

    @property
    def spelling(self) -> str:
        """How the body spells its kind."""
        return self.former or _SPELLINGS[self.kind]

    def __post_init__(self) -> None:
        """Raise AuditLogError on anything that kinds.FACTS does not allow."""
        if not TIME.accepts(self.at):
            raise AuditLogError(f"the time of a {self.kind} event is not {TIME.rule}")
        facts = dict(self.facts)
        _check_facts(self.kind, facts)
        if len(facts) != len(self.facts) or [*facts] != sorted(facts):
            raise AuditLogError(f"the facts of a {self.kind} event are not sorted by name, each once")

    def fact(self, name: str) -> Fact | None:
        """Return one fact, None when an optional one is absent."""
        for known, fact in self.facts:  # a dozen at most: quicker than a dict
            if known == name:
                return fact
        return None


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """A body of the one spelling whose kind, or a fact of it, this version does not know: a newer one wrote it."""

    number: int
    spelling: str  # of its kind
    at: str
    facts: tuple[tuple[str, Fact], ...]

    def fact(self, name: str) -> Fact | None:
        """Return one fact, None when it is absent."""
        return dict(self.facts).get(name)

    @property
    def sentence(self) -> str:
        """What a person reads of it."""
        return f"entry {self.number} is of the kind {self.spelling}, which a newer version wrote; it was not judged"


class Numbered(NamedTuple):
    """An event and the number of its entry."""

    number: int
    event: Event


#: What a body says; what a newer version wrote; why it cannot be read; None when it was erased.
Reading = Numbered | UnknownEvent | str | None


def event_of(reading: Reading) -> Event | UnknownEvent | None:
    """Return the event that a body holds, of this version or a newer one; None where it cannot be read."""
    match reading:
        case Numbered():
            return reading.event
        case UnknownEvent():
            return reading
        case _:
            return None


def make_event(kind: Kind, at: str, **facts: Fact) -> Event:
    """Return the event with these facts.

    Raises:
        AuditLogError: a fact is missing, unknown or not of its shape; the message never quotes it.
    """
    return Event(kind, at, tuple(sorted(facts.items())))


def print_body(number: int, event: Event) -> bytes:
    """Return the canonical bytes of the event as entry `number`, counted from 0.

    Raises:
        AuditLogError: the number is out of range, or the entry refers to itself or a later one.
    """
    facts = dict(event.facts)
    _check_number(number, facts)
    spelled = facts if event.written is None else dict(event.written)
    return print_json({**spelled, "n": number, "at": event.at, "kind": event.spelling}).encode("ascii")


def parse_body(body: bytes) -> Numbered:
    """Return entry number and event of a body.

    Raises:
        AuditLogError: it is not the one spelling of an event of a kind that this version knows.
    """
    reading = _read_body(body)
    if isinstance(reading, UnknownEvent):
        raise AuditLogError(f"{reading.sentence}; update the program")
    return reading


def _read_body(body: bytes) -> Numbered | UnknownEvent:
    if len(body) > MAX_LINE_CHARS or not body.isascii():
        raise AuditLogError(f"a body is not ASCII of up to {MAX_LINE_CHARS} characters")
    return read_members(parse_json(body.decode("ascii"), "a body"))


def read_members(members: Mapping[str, object]) -> Numbered | UnknownEvent:
    """Return entry number and event of a body that was parsed already, its spelling checked.

    Raises:
        AuditLogError: it is not an event.
    """
    if not members.keys() >= _COMMON:
        raise AuditLogError("a body lacks its number, time or kind")
    number, at, word = members["n"], members["at"], members["kind"]
    if type(number) is not int or not isinstance(at, str) or not isinstance(word, str):
        raise AuditLogError("a body's number, time or kind is of the wrong type")
    # The spelling is checked, so the members are sorted already.
    plain = _plain(members)
    for name in _COMMON:
        del plain[name]
    facts = tuple(plain.items())
    _check_number(number, members)
    known = _KINDS.get(word)
    if known is None or not members.keys() <= _MEMBERS[word]:
        return _read_unknown(number, word, at, facts, is_known=known is not None)
    today = _as_today(known, facts) if known.names or known.words else facts
    former, written = "" if word == known.kind else word, None if today is facts or today == facts else facts
    return Numbered(number, Event(known.kind, at, today, former, written))


def _as_today(known: Former, facts: tuple[tuple[str, Fact], ...]) -> tuple[tuple[str, Fact], ...]:
    """Return facts of an earlier version under the names and words of today."""
    named = ((known.names.get(name, name), known.words.get(f"{name}={fact}", fact)) for name, fact in facts)
    return tuple(sorted(named))


def _read_unknown(
    number: int, word: str, at: str, facts: tuple[tuple[str, Fact], ...], *, is_known: bool
) -> UnknownEvent:
    if must_be_known(word):
        what = f"has a fact that a {word} event may not have" if is_known else "is of a kind that this version lacks"
        raise AuditLogError(f"a body {what}, and deletions and erasures are judged as a whole; update the program")
    if not is_kind(word) or not TIME.accepts(at):
        raise AuditLogError("a body's kind or time is not of the one spelling")
    for name, fact in facts:
        if _FACT_NAME(name) is None or (isinstance(fact, str) and len(fact) > MAX_REASON_CHARS):
            raise AuditLogError("a fact of a kind that this version does not know is not spelled as one")
    return UnknownEvent(number, word, at, facts)


def reading_of(body: bytes | None) -> Reading:
    """Return what a stored body says, or in a sentence why it cannot be read."""
    try:
        return None if body is None else _read_body(body)
    except AuditLogError as error:
        return str(error)


def reading_of_members(members: Mapping[str, object]) -> Reading:
    """Return what a parsed body says, its spelling checked, or in a sentence why it cannot be read."""
    try:
        return read_members(members)
    except AuditLogError as error:
        return str(error)


def commitment(salt: bytes, body: bytes) -> bytes:
    """Return what stands for the body in the tree, for ever.

    Args:
        salt: 32 random bytes, new for every entry; erased together with the body.
        body: from `print_body`.

    Raises:
        AuditLogError: the salt has another length.
    """
    if len(salt) != SALT_BYTES:
        raise AuditLogError(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}; nothing was recorded")
    return hashlib.sha256(salt + body).digest()


def leaf_of(committed: bytes) -> bytes:
    """Return the leaf of a commitment, ready for `tree.leaf_hash`."""
    return LEAF_PREFIX + committed


def name_tag(key: bytes, name: str) -> str:
    """Return the tag of a file name, in hex; the same name has the same tag under one key, and is not normalised.

    Raises:
        AuditLogError: the key is shorter than 32 bytes, or the name is empty.
    """
    return _tag(key, NAME_LABEL, name)


def person_tag(key: bytes, person: str) -> str:
    """Return the tag of a pupil or a member of staff, from an id such as a UPN or an account.

    Raises:
        AuditLogError: the key is shorter than 32 bytes, or the id is empty.
    """
    return _tag(key, PERSON_LABEL, person)


def link_tag(key: bytes, link: str) -> str:
    """Return the tag of the address of a post, which may have a name in it.

    Raises:
        AuditLogError: the key is shorter than 32 bytes, or the address is empty.
    """
    return _tag(key, LINK_LABEL, link)


def _tag(key: bytes, label: bytes, text: str) -> str:
    if len(key) < MIN_KEY_BYTES:
        raise AuditLogError(f"the key for tags has {len(key)} bytes and needs {MIN_KEY_BYTES}; run `redact doctor`")
    if not text:
        raise AuditLogError("an empty name has no tag")
    # surrogatepass: a file name that is not UTF-8 reaches Python with lone surrogates, and must have a tag all the same
    return hmac.new(key, label + text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _plain(members: Mapping[str, object]) -> dict[str, Fact]:
    if not {*map(type, members.values())} <= _PLAIN:
        raise AuditLogError("a fact is neither a string nor a whole number")
    return cast("dict[str, Fact]", dict(members))


def _check_number(number: int, facts: Mapping[str, object]) -> None:
    if not is_number(number):
        raise AuditLogError("an entry's number is out of range")
    for name in _EARLIER:
        earlier = facts.get(name)
        if isinstance(earlier, int) and earlier >= number:
            raise AuditLogError(f"entry {number} refers to entry {earlier}, which is not earlier")


def _check_facts(kind: Kind, facts: Mapping[str, Fact]) -> None:
    shapes = _SHAPES[kind]
    if not facts.keys() <= shapes.keys():
        raise AuditLogError(f"a {kind} event has a fact it may not have; it may have {', '.join(sorted(shapes))}")
    if not facts.keys() >= _REQUIRED[kind]:
        raise AuditLogError(f"a {kind} event lacks {', '.join(sorted(_REQUIRED[kind] - facts.keys()))}")
    for name, fact in facts.items():
        if not shapes[name].accepts(fact):
            raise AuditLogError(f"the fact {name!r} of a {kind} event is not {shapes[name].rule}")
    for rule in _RULES[kind]:
        rule(kind, facts)


# The rules across facts of docs/audit-log.md section 2.


def _check_close(_: Kind, facts: Mapping[str, Fact]) -> None:
    is_gone, is_proven = facts["verdict"] == "gone", facts["level"] in _SEEN
    if is_gone is not is_proven or facts["level"] == Level.ATTESTED or not (is_gone or "reason" in facts):
        raise AuditLogError("a deletion closed as gone has a proven level; any other has no level but a reason")


def _check_gone(_: Kind, facts: Mapping[str, Fact]) -> None:
    if facts["level"] == Level.UNKNOWN:
        raise AuditLogError("a file that is no longer there has a level; where nothing is known, nothing is recorded")


def _check_left(kind: Kind, facts: Mapping[str, Fact]) -> None:
    if "left" in facts:
        by_kind = sum([_count(facts, name) for name in _LEFT_BY_KIND[kind] if name in facts])
        if max(by_kind, _count(facts, "by_name")) > _count(facts, "left"):
            raise AuditLogError("more is left by its kinds, or by its names, than is left in all")


def _check_hold(_: Kind, facts: Mapping[str, Fact]) -> None:
    if {"device", "photo"} & facts.keys() != {facts["scope"]} - {"workspace"}:
        raise AuditLogError("a hold names the device or photo of its scope, and nothing for the whole workspace")


def _check_lift(_: Kind, facts: Mapping[str, Fact]) -> None:
    named = {"pupil", "register"} & facts.keys()
    if len(named) != 2 * (facts["cause"] == "consent"):
        raise AuditLogError("a cover lifted with a consent names pupil and register; any other names neither")


_RULES: dict[Kind, list[Callable[[Kind, Mapping[str, Fact]], None]]] = {
    kind: [_check_left] if "left" in shapes else [] for kind, shapes in _SHAPES.items()
}
_RULES[Kind.DELETION_CLOSED].append(_check_close)
_RULES[Kind.FILE_GONE].append(_check_gone)
_RULES[Kind.HOLD_ADDED].append(_check_hold)
_RULES[Kind.COVER_LIFTED].append(_check_lift)


def _count(facts: Mapping[str, Fact], name: str) -> int:
    fact = facts.get(name, 0)
    return fact if isinstance(fact, int) else 0
