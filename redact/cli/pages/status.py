"""How status, photos and devices are printed: calm on a terminal, plain lines in a pipe, one screen."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import TypeVar

import typer

from redact.cli.pages.times import format_moment
from redact.cli.screen import terminal
from redact.errors import counted
from redact.redaction.values import what_of_little_left
from redact.reports.items import Item
from redact.reports.status import MOST_TO_REVIEW, DeviceLine, Status
from redact.store.devices import DeviceStanding

LINES = 6  # entries a section on one screen of 40 lines: three sections of six, and the devices
PIPED_LINES = 50  # ... and in a pipe: what a mail or a log can carry
ALL = "redact status --all"
T = TypeVar("T")


def print_status(status: Status, zone: tzinfo, *, is_whole: bool = False) -> None:
    """Print where everything stands; each list up to what one screen or a mail can carry, unless `is_whole`."""
    page = Page(zone, is_whole=is_whole)
    counts = dict(status.photos)
    under_way = sum(counts[state] for state in ("arrived", "sealed", "redacted"))
    parts = [f"{counts['stored']} stored", f"{under_way} under way"]
    parts += [f"{counts[state]} {state}" for state in ("held", "refused", "wanted", "set-aside") if counts[state]]
    page.line("bold", f"Photos: {', '.join(parts)}")
    page.line("" if status.is_watched else "yellow", _watched(page, status))
    if status.disk:
        page.line("red", status.disk)
    if status.to_review:
        page.line("yellow", _to_review(status))
    if status.maybes:
        page.line("yellow", _maybes(page, status.maybes))
    if status.little_left:
        page.line("yellow", _little_left(page, status.little_left))
    page.items("Needs a person", "yellow", status.for_person)
    page.items("Overdue on devices", "red", status.overdue)
    if status.take_downs:
        page.line("bold", "To be taken down where it was posted (redact take-downs list)")
    for number, post, due, is_over in page.first(status.take_downs):
        since = f"OVERDUE since {page.moment(due)}" if is_over else f"due {page.moment(due)}"
        page.line("red" if is_over else "yellow", f"  take-down {number}, post {post}: {since}")
    page.rest(len(status.take_downs), "redact take-downs list")
    page.items("Waits", "dim", status.waits)
    waits = status.waits or status.take_downs or status.to_review or status.disk
    if not (status.for_person or status.overdue or waits):
        page.line("green", "Nothing waits, and nothing needs a person.")
    _print_devices(page, sorted(status.devices, key=_is_calm))


def _print_devices(page: Page, devices: Sequence[DeviceLine]) -> None:
    page.head("Devices", devices)
    for device in page.first(devices):
        page.line("" if device.standing is DeviceStanding.APPROVED else "yellow", f"  {describe_device(page, device)}")
        for gap in page.first(device.gaps):
            page.line("dim", f"    counter: {gap}")
        page.rest(len(device.gaps), f"redact show {device.id}", indent="    ")
    page.rest(len(devices), ALL)


def _is_calm(device: DeviceLine) -> bool:
    """Say whether nothing of a device asks for a look: such stand last, and are the first that a short list omits."""
    return device.standing is not DeviceStanding.EXPIRED and not (device.left or device.binned or device.holds)


def _to_review(status: Status) -> str:
    is_more = max(status.asks, status.to_review - status.asks) >= MOST_TO_REVIEW  # no further ones were counted
    asking = f"{status.asks}{' or more' if status.asks >= MOST_TO_REVIEW else ''}"
    asks = f", and in {asking} a place asks" if status.asks else ""
    state = "asks" if status.asks else "to-review"  # those that ask come first
    copies = f"{counted(status.to_review, 'copy')}{' or more' if is_more else ''}"
    return f"To review: {copies}{asks}. At the desk, or: redact list --state {state}"


def _little_left(page: Page, photos: Sequence[tuple[str, bool]]) -> str:
    one = len(photos) == 1
    croppable = sum(has_crop for _, has_crop in photos)
    todo = "crop it" if one and croppable else f"crop ({croppable} can be)" if croppable else ""
    named = page.named([photo for photo, _ in photos])
    return (
        f"Covers leave little of {'1 photo' if one else f'{len(photos)} photos'}: {what_of_little_left(todo)}. {named}"
    )


def _maybes(page: Page, maybes: Sequence[tuple[str, int]]) -> str:
    places = sum(count for _, count in maybes)
    what = "1 place may be a face and is" if places == 1 else f"{places} places may be faces and are"
    photos = page.named([photo for photo, _ in maybes])
    return f"{what} left bare. Look before the copy is used: redact show {photos}"


def print_overdue(items: Sequence[Item], zone: tzinfo) -> None:
    """Print the devices whose photos should have been deleted."""
    page = Page(zone, is_whole=True)
    page.items("Overdue on devices", "red", items)
    if not items:
        page.line("green", "No device is overdue.")


def _watched(page: Page, status: Status) -> str:
    if status.is_watched:  # one that was killed is not told from one at work for two minutes
        return f"The watcher is running, as of {page.moment(status.watched_at)}."
    if status.watched_at is None:
        return "The watcher has never run here. Start it: redact watch"
    if status.ended_at is not None:
        return f"The watcher is not running; it ended {page.moment(status.ended_at)}. Start it: redact watch"
    return f"The watcher is not running; it last was {page.moment(status.watched_at)}. Start it: redact watch"


def describe_device(page: Page, device: DeviceLine) -> str:
    """Return how a device stands, in a line."""
    seen = f"last seen {page.moment(device.last_seen_at)}" if device.last_seen_at else "never seen"
    if device.kind == "attest-only":
        seen = f"attested {page.moment(device.attested_at)}" if device.attested_at else "never attested"
    counts = f"{device.taken} taken in, {device.cleared} cleared, {device.left} left"
    counts += f", {device.binned} in the bin" if device.binned else ""
    verdict = f"verdict {device.verdict}" if device.verdict else "nothing found yet"
    held = ", on hold" if device.holds else ""
    return f"{device.id:16} {device.kind}, {device.owner}, {device.standing}{held}; {seen}; {counts}; {verdict}"


def format_tries(count: int) -> str:
    """Return "1 try", "2 tries"."""
    return "1 try" if count == 1 else f"{count} tries"


class Page:
    """Lines, coloured on a terminal."""

    def __init__(self, zone: tzinfo, *, is_whole: bool = False) -> None:
        """Take the zone that moments are printed in; `is_whole`: every list is printed to its end."""
        self._zone = zone
        self._most = None if is_whole else LINES if sys.stdout.isatty() else PIPED_LINES
        self._console = None
        if sys.stdout.isatty():
            self._console = terminal()

    def moment(self, at: str | None) -> str:
        """Return a written moment for a person."""
        return format_moment(at, self._zone)

    def line(self, style: str, text: str) -> None:
        """Print a line, in a style where there are colours."""
        if self._console is None:
            typer.echo(text)
        else:
            self._console.print(text, style=style or None, markup=False)

    def first(self, entries: Sequence[T]) -> Sequence[T]:
        """Return the entries of a list that are printed."""
        return entries[: self._most]

    def rest(self, count: int, command: str, indent: str = "  ") -> None:
        """Say how many entries of a list of `count` are not printed, and what lists them all."""
        if self._most is not None and count > self._most:
            self.line("dim", f"{indent}and {count - self._most} more: {command}")

    def named(self, photos: Sequence[str]) -> str:
        """Return the photos of a line, and how many more there are."""
        more = len(photos) - len(self.first(photos))
        return ", ".join(self.first(photos)) + (f" and {more} more: {ALL}" if more else "")

    def head(self, title: str, entries: Sequence[object]) -> None:
        """Print the title of a list that is not empty, and how much it holds."""
        if entries:
            self.line("bold", f"{title} ({len(entries)})" if len(entries) > 1 else title)

    def items(self, title: str, style: str, items: Iterable[Item]) -> None:
        """Print entries; those that say the same of one device, one after the other, share one entry."""
        grouped = [[*group] for _, group in groupby(items, key=lambda item: (item.what, item.device, item.reason))]
        if not grouped:
            return
        self.line("bold", f"{title} ({sum(item.count for group in grouped for item in group)})")
        for group in self.first(grouped):
            self._entry(style, group)
        self.rest(len(grouped), ALL)

    def _entry(self, style: str, group: Sequence[Item]) -> None:
        first = group[0]
        on = f" on {first.device}" if first.device and first.device != first.id else ""
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        tries = f" ({format_tries(first.tries)})" if first.tries else ""
        self.line(
            style, f"  {first.id}{more}  {first.what}{on} since {self.moment(first.since)}{tries}: {first.reason}"
        )
        self.line("dim", f"      {first.next_step}")
