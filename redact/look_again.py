"""Look over a device once more: are the photos that were deleted from it still gone, and is anything of them back?

Threat: "gone" was true on the day of the deletion, and the card has been in a camera since; a copy came back with a
backup or out of a trash; or a verdict stays low for ever, although everybody could look.
Rule: the device is there and approved, and one walk looks at everything that may be looked at.  A photo's name is
forgotten when it is deleted, so it is looked for by its content, in every folder and trash.  Each deletion gets its own
entry with what was seen (`deletion.rechecked`).  A copy that is found is a new sighting, and is cleared next.  A file
that this program never deleted because nothing of it was stored (held, refused, wanted, settled) and that is not there
any more gets the entry `photo.unsighted`: somebody took it away.  Nothing is deleted here, and nothing is said of a
device that is away.
Accepted residue: what belonged to the photo by its name alone (RAW, film, side file) cannot be looked for any more and
stays counted as it was; an edited copy has other bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from redact.audit.events import name_tag
from redact.audit.kinds import Fact, Kind
from redact.clearing_lock import LOCK_WAIT_S, hold_clearing
from redact.deletion_values import lowest
from redact.errors import UsageError
from redact.house import House
from redact.moments import print_moment
from redact.reasons import as_reason
from redact.registration import known_device
from redact.store import records
from redact.store.devices import RegisteredDevice, mark_seen
from redact.store.ledger import Entries
from redact.store.records import Sight, Sighted, State
from watcher.device import Unknown, device_of
from watcher.guard import Place
from watcher.quarantine import Arrival
from watcher.residue import (
    BY_ADDRESS,
    BY_NAME,
    Inventory,
    Residue,
    ResidueKind,
    find_contents,
    find_residue,
    take_inventory,
)
from watcher.settle import Sighting

PERIOD_DAYS = 30  # of deletions that are looked for again: as long as sealed originals are kept by default; a choice
_NOT_PUBLISHED = (State.HELD, State.REFUSED, State.WANTED, State.SETTLED)
_CONTENT = frozenset({ResidueKind.SAME_CONTENT, ResidueKind.TRASH, ResidueKind.HALF_ERASED})
_KEPT_COUNT = f"found {BY_NAME} when it was deleted"
# What the reason of a deletion (redact/clearing.py) or of an earlier look says was found by its name.
_NAMED = "|".join((re.escape(ResidueKind.SIBLING.value), f"[^.]*{BY_NAME}", f"[^.]*{BY_ADDRESS}"))
_BY_NAME = re.compile(rf"(\d+) left: (?:{_NAMED})")
_BLIND = "The device, or a folder of it, could not be looked at."
_TAKEN_AWAY = "It is not there any more; it was not this program that deleted it."


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What was seen."""

    gone: int  # files that are gone and were looked for again
    found: int  # files of photos of this house that nobody knew of: they are cleared next
    taken_away: int  # files that this program did not delete, and that are gone
    still_there: int  # files of photos that are held, refused, wanted or settled
    level: str  # the lowest that was written; "" where there was nothing to look for

    @property
    def is_all_gone(self) -> bool:
        """Whether nothing was found and everything could be looked at."""
        return not (self.found or self.still_there or self.level == "unknown")


@dataclass(slots=True)
class _Look:
    """One walk over the device, and what is written of it."""

    house: House
    inventory: Inventory
    entries: Entries
    at: str
    levels: list[str]
    found: int = 0
    taken_away: int = 0
    still_there: int = 0


def look_again(house: House, device_id: str, days: int = PERIOD_DAYS, *, wait_s: float = LOCK_WAIT_S) -> LookedAgain:
    """Look for everything that was deleted from a device in the last `days`, and write down what was seen.

    Args:
        house: opened.
        device_id: of the device.
        days: deletions of so many days are looked for again.
        wait_s: seconds to wait while somebody clears it.

    Raises:
        UsageError: there is no such device, it is not approved, or it cannot be looked at now; nothing was written.
        ClearingBusy: it is being cleared at this moment.
        DatabaseFault: nothing was written.
    """
    device = known_device(house, device_id)
    _check_may_look(house, device)
    since = print_moment(house.now() - timedelta(days=days))
    with hold_clearing(house, device_id, who="redact devices check", wait_s=wait_s):
        with house.database.read() as connection:
            gone = records.list_sightings(connection, device=device_id, states=[Sighted.GONE], cleared_since=since)
            rest = records.list_sightings(
                connection, device=device_id, states=set(Sighted) - {Sighted.GONE, Sighted.OPENED},
                of_photos=_NOT_PUBLISHED,
            )  # fmt: skip
        inventory = take_inventory(device_of(device.record))
        contents = find_contents(inventory, {sight.photo: sight.size for sight in gone})
        beside = [(sight, find_residue(inventory, sight.arrival)) for sight in rest if sight.arrival is not None]
        _check_may_look(house, device)  # it was there from the beginning to the end
        with house.ledger.writing() as entries:
            look = _Look(house, inventory, entries, print_moment(house.now()), [])
            mark_seen(entries.connection, device_id, look.at)
            for sight, residue in beside:
                _look_for_unpublished(look, sight, residue)
            for photo, size in {sight.photo: sight.size for sight in gone}.items():
                _write_found(look, photo, size, contents[photo])
            done = sum(_look_for_deleted(look, sight, contents[sight.photo]) for sight in gone)
    return LookedAgain(done, look.found, look.taken_away, look.still_there, lowest(look.levels))


def _check_may_look(house: House, device: RegisteredDevice) -> None:
    why = device.why_not(house.now())
    if why is not None:
        raise UsageError(f"The device {device.id} is {why}, so its files are left untouched. Nothing was looked at.")
    presence = device_of(device.record).is_present()
    if isinstance(presence, Unknown):
        raise UsageError(f"The device {device.id} cannot be looked at: {presence.reason}. Nothing was written down.")


def _look_for_deleted(look: _Look, sight: Sight, contents: tuple[Residue, ...]) -> bool:
    """Write what was seen of one file that is gone; False where the photo lies at its very place again."""
    by_name = sum(int(count) for count in _BY_NAME.findall(sight.reason or ""))
    every = (*contents, *_everybodys(look.inventory))
    level, left, reason = _level(look.inventory, every), len(every) + by_name, _tell(every, by_name)
    if sight.opened is None and level == "unknown":
        return False  # nobody looked, and there is no deletion to say it of
    if not records.move_sighting(look.entries.connection, sight, Sighted.GONE, level=level, left=left, reason=reason):
        return False
    facts: dict[str, Fact] = {"photo": sight.photo, "device": sight.device, "level": level, "left": left}
    facts |= {} if reason is None else {"reason": as_reason(reason)}
    if sight.opened is None:  # it was not this program that deleted it
        look.entries.add(Kind.PHOTO_UNSIGHTED, name=sight.name, **facts)
    else:
        look.entries.add(Kind.DELETION_RECHECKED, opened=sight.opened, **facts)
    look.levels.append(level)
    return True


def _look_for_unpublished(look: _Look, sight: Sight, residue: tuple[Residue, ...]) -> None:
    arrival, level = sight.arrival, _level(look.inventory, residue)
    assert arrival is not None
    if level == "unknown" or any(left.place == arrival.place for left in residue):
        look.still_there += 1  # or nobody can say
        return
    others = tuple(left for left in residue if left.place != arrival.place)
    reason = " ".join(filter(None, (_TAKEN_AWAY, _tell(others, 0))))
    said: dict[str, object] = {"level": level, "left": len(others), "reason": reason, "cleared_at": look.at}
    if records.move_sighting(look.entries.connection, sight, Sighted.GONE, **said):
        facts = {"photo": sight.photo, "device": sight.device, "name": sight.name}
        look.entries.add(Kind.PHOTO_UNSIGHTED, level=level, left=len(others), reason=as_reason(reason), **facts)
        look.taken_away += 1
        look.levels.append(level)
        _write_found(look, sight.photo, arrival.size, others)


def _write_found(look: _Look, photo: str, size: int, residue: Iterable[Residue]) -> None:
    """Write down the files that have the photo's very bytes as seen, unless they are known."""
    key = look.house.keys.tags
    for left in residue:
        if left.kind not in _CONTENT or left.place is None or left.why:
            continue
        if records.add_sighting(look.entries.connection, key, _arrival(photo, size, left.place), (), look.at):
            name = name_tag(key, left.place.name)
            look.entries.add(Kind.PHOTO_SIGHTED, photo=photo, device=left.place.device_id, name=name)
            look.found += 1


def _arrival(photo: str, size: int, place: Place) -> Arrival:
    """Return what clearing needs of a copy: its place and bytes. Its times were not looked at; erase.py hashes it."""
    return Arrival(photo, size, f"{photo}.photo", place, Sighting(size, 0, 0, 0, 0))


def _everybodys(inventory: Inventory) -> tuple[Residue, ...]:
    """Return what may be of any photo: caches, and what could not be looked at."""
    return (*(Residue(ResidueKind.THUMBNAILS, place) for place in inventory.thumbnails), *inventory.unread)


def _level(inventory: Inventory, residue: Iterable[Residue]) -> str:
    """Say how surely it is gone, as after a deletion: re-checked only where copies and trash could be searched."""
    unread = [left for left in residue if left.kind is ResidueKind.UNREADABLE]
    if any(left.place is None for left in unread):
        return "unknown"
    return "re-checked" if inventory.device.record.may_search_volume and not unread else "not-listed"


def _tell(residue: Iterable[Residue], by_name: int) -> str | None:
    residue = tuple(residue)
    said = [_BLIND] if any(left.place is None and left.kind is ResidueKind.UNREADABLE for left in residue) else []
    kinds = Counter(left.kind.value for left in residue)
    said += [f"{count} left: {kind}." for kind, count in sorted(kinds.items())]
    said += [f"{by_name} left: {_KEPT_COUNT}."] if by_name else []
    return " ".join(said) or None
