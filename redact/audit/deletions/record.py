"""The deletion record: what was found on devices in a period, what was deleted, and what was not, for an auditor.

Threat: a record that counts what went well; a deletion that failed, or that nobody ended, is not in it.
Rule: it is computed from the entries of the log alone; every file that was ever found in scope is in exactly one of the
counts deleted, removed, left, unknown, attested and waiting; a device's verdict is the lowest of its places.  Of an
attest-only device nothing can be seen, so its verdict is what its holder said, or unknown.  What is of a device and of
no one photo is reported once per device, as it was at the newest look, and never added up over photos.
Accepted residue: what was never logged is not in it; make, model and serial are the register's, which is not signed.

Three folds take each entry once, in order (places.py, photos.py, devices.py); what follows only counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from redact.audit.deletions.devices import Devices
from redact.audit.deletions.photos import Photos, PhotoState
from redact.audit.deletions.places import DeletionState, Places, PlaceState
from redact.audit.deletions.values import (
    Counts,
    DeletionRecord,
    DeviceLeftovers,
    DeviceLine,
    RegisterRow,
    School,
    Trouble,
)
from redact.audit.events import Event
from redact.audit.level import Level, lowest


def deletion_record(
    events: Iterable[tuple[int, Event]],
    register: Sequence[RegisterRow],
    device: str | None = None,
    since: str | None = None,
    until: str | None = None,
    school: School | None = None,
) -> DeletionRecord:
    """Return the deletion record of one device, of those of a school, or of all.

    A file is in it if an entry of the period is on it, or if it was not yet deleted at the period's end; it is
    counted as it stood then.  What went wrong before the period is in it until it was put right.

    Args:
        events: every entry of the log that has a body, by number; a selection gives a wrong record.
        register: every device of the register.
        device: only this one.
        since: a moment, at or after; None from the beginning.
        until: a moment, before; None until now.
        school: only its devices.
    """
    only = _devices_in(device, school)
    files, photos, devices = Places(only, since), Photos(), Devices(only, since)
    for number, event in events:
        if until is None or event.at < until:  # as it stood at the end of the period
            for fold in (files, photos, devices):
                fold.take(number, event)
    # A period begins in the middle of files' lives: those that were over before it are no part of it.
    places = [place for place in files.states.values() if place.is_in_scope]
    troubles = [trouble for place in files.states.values() for trouble in place.troubles]
    troubles += _photo_troubles(places, photos.states)
    made = [photos.states[photo] for photo in {place.photo for place in places} & photos.states.keys()]
    return DeletionRecord(
        device=device,
        school=None if school is None else school.id,
        since=since,
        until=until,
        start=files.start,
        end=files.end,
        devices=tuple(_device_lines(files, photos.states, devices, places, register)),
        counts=_count(places, photos.states),
        exceptions=_exceptions(troubles, since),
        never_closed=files.never_closed,
        holds=tuple(devices.holds.values()),
        operators=tuple(sorted((files.operators + devices.operators).items())),
        tools=tuple(sorted({tool for photo in made for tool in photo.tools})),
        models=tuple(sorted({model for photo in made for model in photo.models})),
        registers=tuple(sorted({version for photo in made for version in photo.registers})),
        erased=tuple(devices.erased),
    )


def _devices_in(device: str | None, school: School | None) -> frozenset[str] | None:
    """Return the devices that a record is of; None for all."""
    if device is None:
        return None if school is None else school.devices
    return frozenset({device}) if school is None else school.devices & {device}


def _exceptions(troubles: Iterable[Trouble], since: str | None) -> tuple[Trouble, ...]:
    """Return the troubles of a period, those from before it that nothing has put right included; by entry."""
    shown = (trouble for trouble in troubles if not trouble.is_resolved or since is None or trouble.at >= since)
    return tuple(sorted(shown, key=lambda trouble: trouble.entry))


def _photo_troubles(places: Sequence[PlaceState], photos: Mapping[str, PhotoState]) -> Iterator[Trouble]:
    """Yield what kept a photo on its device: held, refused, or its copy failed the check; once per device."""
    on = sorted({(place.photo, place.device) for place in places if place.photo in photos})
    for photo, device in on:
        yield from photos[photo].troubles_on(device)


def _device_lines(
    files: Places,
    photos: Mapping[str, PhotoState],
    devices: Devices,
    places: Sequence[PlaceState],
    register: Sequence[RegisterRow],
) -> Iterator[DeviceLine]:
    rows = {row.id: row for row in register}
    named = {place.device for place in places} | devices.attestations.keys() | devices.attest_only
    named |= devices.binned.keys()
    for device in sorted(named if devices.only is None else devices.only):
        own = [place for place in places if place.device == device]
        attestation, look = devices.attestations.get(device), files.looks.get(device)
        binned = devices.binned.get(device)
        levels = [_level(place) for place in own] + [Level.UNKNOWN] * (binned is not None)
        if device in devices.attest_only:
            levels.append(Level.UNKNOWN if attestation is None else Level.ATTESTED)
        yield DeviceLine(
            id=device,
            register=rows.get(device),
            registered=devices.registered.get(device),
            counts=_count(own, photos),
            verdict=lowest(levels),
            attestation=attestation,
            leftovers=_add(look if look is not None and look.counts else None, binned),
        )


def _add(look: DeviceLeftovers | None, binned: DeviceLeftovers | None) -> DeviceLeftovers | None:
    """Return what a look found and what lies in bins as one, as of the later of both."""
    if look is None or binned is None:
        return look or binned
    later = max(look, binned, key=lambda each: each.entry)
    return replace(later, counts=(*look.counts, *binned.counts))


def _level(place: PlaceState) -> Level:
    return place.level if place.is_done else Level.UNKNOWN


def _count(places: Sequence[PlaceState], photos: Mapping[str, PhotoState]) -> Counts:
    states = Counter(place.state for place in places)
    of = [photos[place.photo] for place in places if place.photo in photos]
    return Counts(
        found=len(places),
        copied=sum(photo.is_sealed for photo in of),
        verified=sum(photo.is_verified for photo in of),
        stored=sum(photo.is_stored for photo in of),
        deleted=states[DeletionState.GONE],
        removed=states[DeletionState.REMOVED],
        attested=states[DeletionState.ATTESTED],
        left=states[DeletionState.KEPT],
        unknown=states[DeletionState.UNKNOWN] + states[DeletionState.OPENED],
        waiting=states[DeletionState.WAITING],
        residues=sum(place.left for place in places),
    )
