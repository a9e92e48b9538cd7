"""The deletion record: what was found on devices in a period, what was deleted, and what was not, for an auditor.

Threat: a record that counts what went well; a deletion that failed, or that nobody ended, is not in it.
Rule: it is computed from the entries of the log alone; every file that was ever found in scope is in exactly one of the
counts deleted, removed, left, unknown, attested and waiting; a device's verdict is the lowest of its places.  Of an
attest-only device nothing can be seen, so its verdict is what its holder said, or unknown.  What is of a device and of
no one photo is reported once per device, as it was at the newest look, and never added up over photos.
Accepted residue: what was never logged is not in it; make, model and serial are the register's, which is not signed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from redact.audit.deletions.values import (
    Beside,
    Counts,
    DeletionRecord,
    DeviceLine,
    HoldLine,
    RegisterRow,
    Trouble,
    Word,
    lowest,
    read_beside,
    without_beside,
)
from redact.audit.events import Event
from redact.audit.kinds import Fact, Kind

_STEPS = frozenset({Kind.PHOTO_SEALED, Kind.PHOTO_VERIFIED, Kind.PHOTO_STORED})


@dataclass(slots=True)
class _Place:
    """One file on a device, as the log tells it."""

    device: str
    photo: str
    is_reported: bool = False  # in the period
    state: str = "waiting"  # | opened | gone | kept | unknown | attested | removed
    level: str = "unknown"
    left: int = 0
    troubles: list[int] = field(default_factory=list)  # places in _Reading.troubles that a good end settles

    @property
    def is_done(self) -> bool:
        return self.state in {"gone", "attested", "removed"}

    @property
    def is_in_scope(self) -> bool:
        """Whether anything was said of it in the period, or it was still there when the period ended."""
        return self.is_reported or not self.is_done


@dataclass(slots=True)
class _Opened:
    event: Event
    place: _Place
    is_closed: bool = False


class _Reading:
    """Everything that one pass over the entries gathers."""

    def __init__(self, device: str | None, since: str | None, until: str | None) -> None:
        self.device, self.since, self.until = device, since, until
        self.places: dict[tuple[str, str, str], _Place] = {}  # (device, photo, name)
        self.opened: dict[int, _Opened] = {}
        self.troubles: list[Trouble] = []
        self.erased: list[int] = []
        self.holds: dict[str, HoldLine] = {}
        self.operators: Counter[str] = Counter()
        self.registered: dict[str, int] = {}
        self.attest_only: set[str] = set()
        self.words: dict[str, Word] = {}  # the last of each device
        self.beside: dict[str, Beside] = {}  # at the newest look at each device
        self.settled: dict[str, int] = {}  # by photo, the last entry that says so
        self.done: dict[Kind, set[str]] = {kind: set() for kind in _STEPS}
        self.redacted: list[tuple[str, Event]] = []
        self.photo_troubles: list[tuple[int, Event]] = []
        self.start: str | None = None
        self.end: str | None = None

    def take(self, number: int, event: Event) -> None:
        if self.until is not None and event.at >= self.until:
            return  # as it stood at the end of the period
        step = _TAKES.get(event.kind)
        if step is not None:
            step(self, number, event)

    def is_in(self, event: Event) -> bool:
        return self.since is None or event.at >= self.since

    def place_of(self, event: Event, name: str) -> _Place | None:
        device, photo = _text(event, "device"), _text(event, "photo")
        if self.device not in {None, device}:
            return None
        place = self.places.setdefault((device, photo, name), _Place(device, photo))
        place.is_reported |= self.is_in(event)
        return place

    def find(self, _: int, event: Event) -> None:
        place = self.place_of(event, _text(event, "name"))
        if place is not None and place.is_done:
            place.state, place.level = "waiting", "unknown"  # it came back

    def step(self, _: int, event: Event) -> None:
        if event.fact("verdict") != "failed":
            self.done[event.kind].add(_text(event, "photo"))

    def open(self, number: int, event: Event) -> None:
        place = self.place_of(event, _text(event, "name"))
        if place is None:
            return
        self.opened[number] = _Opened(event, place)
        place.state = "opened"
        if self.is_in(event):
            self.operators[_text(event, "by")] += 1
            self.start = self.start or event.at

    def close(self, number: int, event: Event) -> None:
        place = self.ended(event, is_end=True)
        if place is None:
            return
        place.state, place.level = _text(event, "verdict"), _text(event, "level")
        if place.state == "gone":
            self.settle(place)
        else:
            self.trouble(number, event, place, "still there" if place.state == "kept" else "not known to be gone")
        self.look(number, event, place)
        self.finish(event)

    def attest(self, _: int, event: Event) -> None:
        place = self.ended(event, is_end=True)
        if place is not None:
            place.state, place.level = "attested", "attested"
            if self.is_in(event):
                self.operators[_text(event, "by")] += 1
            self.finish(event)

    def unsee(self, number: int, event: Event) -> None:
        place = self.place_of(event, _text(event, "name"))
        if place is not None:
            place.level = _text(event, "level")
            place.state = "attested" if place.level == "attested" else "removed"
            self.settle(place)
            self.look(number, event, place)

    def give_word(self, number: int, event: Event) -> None:
        device, by = _text(event, "device"), _text(event, "by")
        if self.device in {None, device}:
            self.words[device] = Word(number, event.at, by, _text(event, "reason"))
            if device in self.attest_only and self.is_in(event):
                self.operators[by] += 1  # of other devices each file has its own entry

    def set_photo_aside(self, number: int, event: Event) -> None:
        self.settled[_text(event, "photo")] = number

    def recheck(self, number: int, event: Event) -> None:
        place = self.ended(event, is_end=False)
        if place is None:
            return
        place.level = _text(event, "level")
        if place.level == "unknown":
            self.trouble(number, event, place, "could not be looked for again")
        elif place.is_done:
            place.state = "removed" if place.state == "attested" else place.state  # more than a word now
            self.settle(place)
        self.look(number, event, place)

    def look(self, number: int, event: Event, place: _Place) -> None:
        left = event.fact("left")
        place.left = left if isinstance(left, int) else 0
        if place.left:
            self.trouble(number, event, place, f"{place.left} left on the device when it was looked at")
        if place.level not in {"unknown", "attested"}:  # somebody could look
            self.beside[place.device] = Beside(number, event.at, read_beside(_text(event, "reason")))

    def ended(self, event: Event, *, is_end: bool) -> _Place | None:
        """Return the file that an end speaks of; one without a beginning is the business of `redact audit verify`."""
        begun = event.fact("opened")
        opened = self.opened.get(begun) if isinstance(begun, int) else None
        if opened is None:
            return None
        opened.is_closed |= is_end
        opened.place.is_reported |= self.is_in(event)
        return opened.place

    def finish(self, event: Event) -> None:
        if self.is_in(event):
            self.end = event.at

    def trouble(self, number: int, event: Event, place: _Place, what: str) -> None:
        place.troubles.append(len(self.troubles))
        reason = without_beside(_text(event, "reason"))
        self.troubles.append(Trouble(number, event.at, place.device, place.photo, what, reason))

    def settle(self, place: _Place) -> None:
        for index in place.troubles:
            self.troubles[index] = replace(self.troubles[index], is_set_aside=True)
        place.troubles.clear()

    def photo_trouble(self, number: int, event: Event) -> None:
        if event.fact("verdict") != "passed":
            self.photo_troubles.append((number, event))

    def verify(self, number: int, event: Event) -> None:
        self.step(number, event)
        self.photo_trouble(number, event)

    def redact(self, _: int, event: Event) -> None:
        self.redacted.append((_text(event, "photo"), event))

    def erase(self, number: int, event: Event) -> None:
        if self.is_in(event):
            self.erased.append(number)

    def register(self, number: int, event: Event) -> None:
        self.registered.setdefault(_text(event, "device"), number)
        if event.fact("type") == "attest-only":
            self.attest_only.add(_text(event, "device"))

    def hold(self, number: int, event: Event) -> None:
        named = {name: _text(event, name) for name in ("device", "photo")}
        scope = " ".join(filter(None, (_text(event, "scope"), *named.values())))
        if self.device in {None, named["device"]} or not named["device"]:
            hold, by, reason = _text(event, "hold"), _text(event, "by"), _text(event, "reason")
            self.holds[hold] = HoldLine(hold, scope, number, event.at, by, reason, None, None)

    def lift(self, number: int, event: Event) -> None:
        line = self.holds.get(_text(event, "hold"))
        if line is not None and not self.is_in(event):
            del self.holds[line.id]  # it was lifted before the period
        elif line is not None:
            self.holds[line.id] = HoldLine(
                line.id, line.scope, line.added, line.added_at, line.by, line.reason, number, event.at
            )


_TAKES: dict[Kind, Callable[[_Reading, int, Event], None]] = {
    Kind.PHOTO_ARRIVED: _Reading.find,
    Kind.PHOTO_SIGHTED: _Reading.find,
    Kind.PHOTO_SEALED: _Reading.step,
    Kind.PHOTO_REDACTED: _Reading.redact,
    Kind.PHOTO_VERIFIED: _Reading.verify,
    Kind.PHOTO_STORED: _Reading.step,
    Kind.PHOTO_HELD: _Reading.photo_trouble,
    Kind.PHOTO_REFUSED: _Reading.photo_trouble,
    Kind.DELETION_OPENED: _Reading.open,
    Kind.DELETION_CLOSED: _Reading.close,
    Kind.DELETION_ATTESTED: _Reading.attest,
    Kind.DELETION_RECHECKED: _Reading.recheck,
    Kind.PHOTO_UNSIGHTED: _Reading.unsee,
    Kind.PHOTO_SET_ASIDE: _Reading.set_photo_aside,
    Kind.DEVICE_ATTESTED: _Reading.give_word,
    Kind.DEVICE_REGISTERED: _Reading.register,
    Kind.BODY_ERASED: _Reading.erase,
    Kind.HOLD_ADDED: _Reading.hold,
    Kind.HOLD_LIFTED: _Reading.lift,
}


def deletion_record(
    events: Iterable[tuple[int, Event]],
    register: Sequence[RegisterRow],
    device: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> DeletionRecord:
    """Return the audit log of deletions.

    A file is in it if anything was said of it in the period, or if it was not yet deleted at the period's end; it is
    counted as it stood then.  What went wrong before the period is in it until it was put right.

    Args:
        events: every entry of the log that has a body, by number; a selection gives a wrong record.
        register: every device of the register.
        device: only this one.
        since: a moment, at or after; None from the beginning.
        until: a moment, before; None until now.
    """
    reading = _Reading(device, since, until)
    for number, event in events:
        reading.take(number, event)
    places = [place for place in reading.places.values() if place.is_in_scope]
    _tell_photo_troubles(reading, places)
    troubles = (told for told in reading.troubles if not told.is_set_aside or since is None or told.at >= since)
    photos = {place.photo for place in places}
    redacted = [event for photo, event in reading.redacted if photo in photos]
    return DeletionRecord(
        device,
        since,
        until,
        reading.start,
        reading.end,
        _devices(reading, places, register),
        _count(reading, places),
        tuple(sorted(troubles, key=lambda told: told.entry)),
        tuple(number for number, opened in reading.opened.items() if not opened.is_closed),
        tuple(reading.holds.values()),
        tuple(sorted(reading.operators.items())),
        tuple(sorted({_text(event, "tool") for event in redacted})),
        tuple(sorted({_text(event, "models") for event in redacted})),
        tuple(sorted({version for event in redacted if isinstance(version := event.fact("register"), int)})),
        tuple(reading.erased),
    )


def _devices(reading: _Reading, places: Sequence[_Place], register: Sequence[RegisterRow]) -> tuple[DeviceLine, ...]:
    rows = {row.id: row for row in register}
    named = {place.device for place in places} | reading.words.keys() | reading.attest_only
    named = {reading.device} if reading.device is not None else named
    lines = []
    for device in sorted(named):
        own = [place for place in places if place.device == device]
        entry, word = reading.registered.get(device), reading.words.get(device)
        levels = [_level(place) for place in own]
        if device in reading.attest_only:
            levels.append("unknown" if word is None else "attested")
        beside = reading.beside.get(device)
        told = beside if beside is not None and beside.counted else None
        lines.append(DeviceLine(device, rows.get(device), entry, _count(reading, own), lowest(levels), word, told))
    return tuple(lines)


def _level(place: _Place) -> str:
    return place.level if place.is_done else "unknown"


def _count(reading: _Reading, places: Sequence[_Place]) -> Counts:
    states = Counter(place.state for place in places)
    done = {kind: sum(place.photo in photos for place in places) for kind, photos in reading.done.items()}
    return Counts(
        found=len(places),
        copied=done[Kind.PHOTO_SEALED],
        verified=done[Kind.PHOTO_VERIFIED],
        stored=done[Kind.PHOTO_STORED],
        deleted=states["gone"],
        removed=states["removed"],
        attested=states["attested"],
        left=states["kept"],
        unknown=states["unknown"] + states["opened"],
        waiting=states["waiting"],
        residues=sum(place.left for place in places),
    )


def _tell_photo_troubles(reading: _Reading, places: Sequence[_Place]) -> None:
    """Add what kept a photo on its device: held, refused, or its copy failed the check.

    It is settled once the photo was stored, or a person said so after that entry.
    """
    words = {Kind.PHOTO_HELD: "held", Kind.PHOTO_REFUSED: "refused", Kind.PHOTO_VERIFIED: "the copy failed its check"}
    on: dict[str, list[str]] = {}
    for place in places:
        on.setdefault(place.photo, []).append(place.device)
    for number, event in reading.photo_troubles:
        photo = _text(event, "photo")
        is_set_aside = photo in reading.done[Kind.PHOTO_STORED] or number < reading.settled.get(photo, -1)
        for device in sorted(set(on.get(photo, ()))):
            told = Trouble(number, event.at, device, photo, words[event.kind], _text(event, "reason"), is_set_aside)
            reading.troubles.append(told)


def _text(event: Event, name: str) -> str:
    fact: Fact | None = event.fact(name)
    return fact if isinstance(fact, str) else ""
