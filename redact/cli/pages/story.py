"""How one photo, one device and folders of no device are printed, for `redact show`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from redact.cli.pages.status import Page, describe_device, format_tries
from redact.cli.pages.times import format_last_day
from redact.errors import short_id
from redact.reports.story import DeviceStory, PhotoStory, Seen
from redact.system.printing import printable


def print_photo(view: PhotoStory, answers: Sequence[str], zone: tzinfo, *, with_places: bool) -> None:
    """Print one photo's way and what people answered on it; where its files lie only with `with_places`."""
    page, photo = Page(zone), view.photo
    page.line("bold", f"Photo {photo.sha256}")
    tries = f", {format_tries(photo.attempts)}" if photo.attempts else ""
    page.line("", f"{photo.state.value}{tries}; came in {page.moment(photo.arrived_at)}, {photo.size} bytes")
    if view.reason:
        page.line("yellow", view.reason)
    if photo.output_name and photo.stored_at:
        page.line("", f"copy {photo.output_name}, stored {page.moment(photo.stored_at)}")
    if photo.destroyed_at:
        page.line("", f"no sealed original since {page.moment(photo.destroyed_at)}; the audit log below says why")
    for hold in view.holds:
        page.line("yellow", f"on hold {hold.id}: {hold.reason}")
    page.head("Regions", view.coverings)
    for number, covering in enumerate(view.coverings, 1):
        page.line("", f"  {number:2} {covering.kind:6} {covering.action:8} {covering.score:.2f}  {covering.reason}")
    page.head("What people said", answers)
    for line in answers:
        page.line("", line)
    page.head("Seen on", view.seen)
    for seen in view.seen:
        _print_seen(page, f"  {seen.device}", seen, with_places=with_places)
    page.head("In the audit log", view.log)
    for each in view.log:
        page.line("", f"  {each.entry:6} {page.moment(each.at)}  {each.kind:18} {each.facts}")


def print_device(view: DeviceStory, zone: tzinfo, *, with_places: bool) -> None:
    """Print how one device stands; where its files lie only with `with_places`."""
    page, line = Page(zone), view.line
    page.line("bold", describe_device(page, line))
    page.line("", f"held by {line.holder}, approved until {format_last_day(line.until, zone)}, clears {line.clears}")
    page.line("", f"last seen {page.moment(line.last_seen_at)}, attested {page.moment(line.attested_at)}")
    if line.holds:
        page.line("yellow", f"on hold: {', '.join(line.holds)}")
    page.head("Camera's counter", line.gaps)
    for gap in line.gaps:
        page.line("", f"  {gap}")
    page.head("Not known to be gone", view.seen)
    for photo, seen in view.seen:
        _print_seen(page, f"  {short_id(photo)}", seen, with_places=with_places)
    page.head("Left for a person", view.left)
    _print_left(page, view.left, with_places=with_places)


def print_unregistered(left: Sequence[tuple[str, str]], *, with_places: bool) -> None:
    """Print the folders that no device is registered for; their names only with `with_places`."""
    page = Page(UTC)  # no time is printed
    if not left:
        page.line("green", "No files lie in a folder that no device is registered for.")
        return
    page.head("Folders that no device is registered for", left)
    _print_left(page, left, with_places=with_places)
    if not with_places:
        page.line("dim", "  Their names are shown on a terminal only.")


def _print_left(page: Page, left: Sequence[tuple[str, str]], *, with_places: bool) -> None:
    for why, where in left:
        page.line("", f"  {why}")
        if with_places and where:
            page.line("dim", f"    {printable(where)}")


def _print_seen(page: Page, called: str, seen: Seen, *, with_places: bool) -> None:
    level = f", {seen.level}" if seen.level else ""
    ended = f" {page.moment(seen.cleared_at)}" if seen.cleared_at else ""
    opened = f", entry {seen.opened}" if seen.opened is not None else ""
    left = f", {seen.left} further files left" if seen.left else ""
    page.line("", f"{called}: {seen.state}{ended}{level}{opened}{left}; seen {page.moment(seen.seen_at)}")
    if seen.reason:
        page.line("yellow", f"    {seen.reason}")
    if with_places and seen.where:
        page.line("dim", f"    {printable(seen.where)}")
