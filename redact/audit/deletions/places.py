"""Fold the entries on files: what became of each file on each device, one frozen value per device, photo and name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from redact.audit.deletions.leftovers import Leftovers, leftovers_of
from redact.audit.deletions.values import DeviceLeftovers, Trouble, TroubleKind
from redact.audit.events import Event
from redact.audit.kinds import Kind
from redact.audit.level import Level

Key = tuple[str, str, str]  # device, photo, tag of the name


class DeletionState(StrEnum):
    """How far the deletion of a file is; gone, kept and unknown are words of the log (shapes.OUTCOME)."""

    WAITING = "waiting"  # seen, and no deletion begun
    OPENED = "opened"
    GONE = "gone"
    KEPT = "kept"
    UNKNOWN = "unknown"
    ATTESTED = "attested"
    REMOVED = "removed"  # gone, and not by this program


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One file on a device, as it stands after an entry."""

    device: str
    photo: str
    name: str
    state: DeletionState = DeletionState.WAITING
    level: Level = Level.UNKNOWN
    left: int = 0
    is_reported: bool = False  # an entry of the period speaks of it
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it is gone, as far as anybody looked or says."""
        return self.state in {DeletionState.GONE, DeletionState.ATTESTED, DeletionState.REMOVED}

    @property
    def is_lost(self) -> bool:
        """Whether a file of this name was gone before it was deleted, and was not seen again.

        The log has no folders: a later entry on a file of the same name in another folder does not make up for it.
        """
        return any(trouble.what is TroubleKind.GONE_BEFORE and not trouble.is_resolved for trouble in self.troubles)

    @property
    def is_in_scope(self) -> bool:
        """Whether an entry of the period is on it, or it was still there when the period ended."""
        return self.is_reported or not self.is_done


@dataclass(slots=True)
class Places:
    """All files of some devices or all; `take` adds an entry, and every state in it is a frozen value."""

    only: frozenset[str] | None = None  # devices; None: all
    since: str | None = None
    states: dict[Key, PlaceState] = field(default_factory=dict)
    begun: dict[int, Key] = field(default_factory=dict)  # by the entry that opened the deletion
    ended: set[int] = field(default_factory=set)
    looks: dict[str, DeviceLeftovers] = field(default_factory=dict)  # at the newest look at each device
    operators: Counter[str] = field(default_factory=Counter)  # role, deletions opened or attested in the period
    start: str | None = None  # of the first deletion in the period
    end: str | None = None  # of the last end of one

    @property
    def never_closed(self) -> tuple[int, ...]:
        """The entries that opened a deletion which no entry ended."""
        return tuple(number for number in self.begun if number not in self.ended)

    def take(self, number: int, event: Event) -> None:
        """Add an entry; one on anything but a file, or on another device, changes nothing."""
        key = self._key_of(event)
        if key is None:
            return
        if event.kind is Kind.PHOTO_SUPERSEDED:  # the file is the whole photo's now, and never was this half's own
            self.states.pop(key, None)
            return
        before = self.states.get(key) or PlaceState(*key)
        is_in = self.since is None or event.at >= self.since
        self.states[key] = replace(advance(before, number, event), is_reported=before.is_reported or is_in)
        self._note_deletion(number, event, key, is_in=is_in)
        if event.fact("left") is not None and _level_of(event).is_seen:
            self.looks[key[0]] = DeviceLeftovers(number, event.at, leftovers_of(event)[0].of_device)

    def _key_of(self, event: Event) -> Key | None:
        """Return which file an entry is on; `redact audit verify` reports an end without a beginning."""
        match event.kind:
            case Kind.PHOTO_ARRIVED | Kind.PHOTO_SUPERSEDED | Kind.FILE_SEEN | Kind.FILE_GONE | Kind.DELETION_OPENED:
                device, photo, name = (str(event.fact(fact)) for fact in ("device", "photo", "name"))
                return (device, photo, name) if self.only is None or device in self.only else None
            case Kind.DELETION_CLOSED | Kind.DELETION_ATTESTED | Kind.DELETION_RECHECKED:
                begun = event.fact("opened")
                return self.begun.get(begun) if isinstance(begun, int) else None
            case _:
                return None

    def _note_deletion(self, number: int, event: Event, key: Key, *, is_in: bool) -> None:
        match event.kind:
            case Kind.DELETION_OPENED:
                self.begun[number] = key
                self.start = self.start or (event.at if is_in else None)
            case Kind.DELETION_CLOSED | Kind.DELETION_ATTESTED:
                self.ended.add(int(event.fact("opened") or 0))
                self.end = event.at if is_in else self.end
            case _:
                return
        if is_in and event.kind is not Kind.DELETION_CLOSED:
            self.operators[str(event.fact("by"))] += 1


def advance(place: PlaceState, number: int, event: Event) -> PlaceState:  # noqa: C901, PLR0911  # one case per kind
    """Return the state of a file after one more entry on it."""
    level = _level_of(event)
    match event.kind:
        case Kind.PHOTO_ARRIVED | Kind.FILE_SEEN:  # it came back, where it was gone
            return _come_back(place) if place.is_done else place
        case Kind.DELETION_OPENED:
            return replace(place, state=DeletionState.OPENED)
        case Kind.DELETION_ATTESTED:
            return replace(place, state=DeletionState.ATTESTED, level=Level.ATTESTED)
        case Kind.DELETION_CLOSED | Kind.DELETION_RECHECKED if place.is_lost and level is not Level.UNKNOWN:
            # What was deleted is another file.
            return _look(replace(place, state=DeletionState.REMOVED, level=Level.UNKNOWN), number, event)
        case Kind.DELETION_CLOSED:
            ended = replace(place, state=DeletionState(str(event.fact("verdict"))), level=level)
            what = TroubleKind.STILL_THERE if ended.state is DeletionState.KEPT else TroubleKind.NOT_KNOWN
            judged = _resolve(ended) if ended.state is DeletionState.GONE else _add(ended, number, event, what)
            return _look(judged, number, event)
        case Kind.FILE_GONE if place.state is DeletionState.UNKNOWN and level is not Level.ATTESTED:
            return _remove(place, number, event)
        case Kind.FILE_GONE:
            state = DeletionState.ATTESTED if level is Level.ATTESTED else DeletionState.REMOVED
            return _look(_resolve(replace(place, state=state, level=level)), number, event)
        case Kind.DELETION_RECHECKED if level is Level.UNKNOWN:
            blind = _add(replace(place, level=level), number, event, TroubleKind.NOT_LOOKED_FOR)
            return _look(blind, number, event)
        case Kind.DELETION_RECHECKED if place.is_done:  # more than an attestation now
            state = DeletionState.REMOVED if place.state is DeletionState.ATTESTED else place.state
            return _look(_resolve(replace(place, state=state, level=level)), number, event)
        case Kind.DELETION_RECHECKED:
            return _look(replace(place, level=level), number, event)
        case _:
            return place


def _level_of(event: Event) -> Level:
    """Return how sure an entry is that its file is gone; unknown, where it does not say."""
    return Level(str(event.fact("level") or Level.UNKNOWN))


def _come_back(place: PlaceState) -> PlaceState:
    """Return a file that was gone and is seen again; what is left of it stays a trouble until it is deleted."""
    troubles = tuple(
        replace(each, is_resolved=each.is_resolved or each.what is TroubleKind.GONE_BEFORE) for each in place.troubles
    )
    return replace(place, state=DeletionState.WAITING, level=Level.UNKNOWN, troubles=troubles)


def _remove(place: PlaceState, number: int, event: Event) -> PlaceState:
    """Return a file whose deletion found it gone: a look at the device shows only that it is not there."""
    earlier = tuple(each for each in place.troubles if each.what is not TroubleKind.NOT_KNOWN)  # this says what it was
    removed = replace(_resolve(replace(place, troubles=earlier)), state=DeletionState.REMOVED, level=Level.UNKNOWN)
    return _look(_add(removed, number, event, TroubleKind.GONE_BEFORE), number, event)


def _look(place: PlaceState, number: int, event: Event) -> PlaceState:
    left = int(event.fact("left") or 0)
    seen = replace(place, left=left)
    return _add(seen, number, event, TroubleKind.LEFT, left) if left else seen


def _add(place: PlaceState, number: int, event: Event, what: TroubleKind, left: int = 0) -> PlaceState:
    found, reason = leftovers_of(event)
    of_photo = Leftovers(found.of_photo, (), found.by_name)
    sentence = " ".join(filter(None, (reason, *of_photo.describe())))
    trouble = Trouble(number, event.at, place.device, place.photo, what, sentence, left)
    return replace(place, troubles=(*place.troubles, trouble))


def _resolve(place: PlaceState) -> PlaceState:
    """Return the file with all of its troubles resolved."""
    return replace(place, troubles=tuple(replace(trouble, is_resolved=True) for trouble in place.troubles))
