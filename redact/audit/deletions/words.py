"""The first page of a deletion record: what was deleted, how sure that is, what is left, and what nobody could see.

For somebody who answers for the devices and is no engineer; the tables behind it are for an auditor.  Every count of
values.Counts is in one of the four columns, so that nothing is left out of the first page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from redact.audit.deletions.leftovers import describe_counts
from redact.audit.deletions.values import Counts, DeletionRecord, DeviceLine
from redact.audit.level import Level, lowest
from redact.errors import counted

#: How sure a device is, by the lowest level of its files.
SURE: Final[Mapping[Level | Literal[""], str]] = {
    "": "Nothing was ever found on it.",
    Level.UNKNOWN: "Not known. Of at least one file nobody could see whether it is gone.",
    Level.ATTESTED: "Somebody says so. Nobody could look.",
    Level.NOT_LISTED: "Looked for and not found, but not every place on the device could be searched.",
    Level.RE_CHECKED: "Looked for again, in the device's folders and its bins, and not found.",
    Level.CLEARED: "The whole card was overwritten and read back.",
    Level.ERASED: "The managed device was reset.",
}
NOTHING: Final = "Nothing."


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One device on the first page."""

    device: str
    deleted: str
    sure: str
    left: str
    unseen: str
    is_open: bool  # something is left, or nobody could see it


def plain_lines(record: DeletionRecord) -> tuple[PlainLine, ...]:
    """Return the devices as the first page has them."""
    return tuple(map(_plain_line, record.devices))


def summarise(record: DeletionRecord) -> Iterator[str]:
    """Yield the record in short, one sentence per matter."""
    counts = record.counts
    if not counts.found:
        yield "No photo was found on a device in this period."
        return
    yield f"{_files(counts.found)} found on {counted(len(record.devices), 'device')}. {_describe_deleted(counts)}"
    open_ = counts.left + counts.waiting + counts.unknown
    if open_:
        why = f"{_describe_left(counts)} {_describe_unknown(counts)}"
        yield f"Not known to be gone: {counted(open_, 'file')}. {why}".strip()
    else:
        yield "Every one of them is known to be gone, as surely as stands beside its device."
    if counts.residues:
        further = counted(counts.residues, "further file")
        yield f"Found and not deleted: {further} of the same photos, copies or files beside."
    yield f"The least sure device: {SURE[lowest(device.verdict for device in record.devices if device.verdict)]}"
    troubles = sum(not trouble.is_resolved for trouble in record.exceptions) + len(record.never_closed)
    if troubles:
        yield f"Open: {counted(troubles, 'exception')}. Each stands in the list behind this page."


def _plain_line(device: DeviceLine) -> PlainLine:
    counts = device.counts
    left = " ".join(filter(None, (_describe_left(counts), _describe_residues(counts))))
    unseen = " ".join(_unseen(device))
    return PlainLine(
        device.id,
        f"{_describe_deleted(counts)}" if counts.found else "No file was found.",
        SURE[device.verdict],
        left or NOTHING,
        unseen or NOTHING,
        is_open=bool(left or unseen or device.verdict == Level.UNKNOWN),
    )


def _describe_deleted(counts: Counts) -> str:
    parts = [f"{counts.deleted:,} of {counts.found:,} deleted by the program"]
    parts += [f"{counts.removed:,} taken off before it came"] if counts.removed else []
    parts += [f"{counts.attested:,} deleted as somebody says"] if counts.attested else []
    return f"{', '.join(parts)}."


def _describe_left(counts: Counts) -> str:
    parts = [f"{counts.left:,} still there"] if counts.left else []
    parts += [f"{counts.waiting:,} not begun"] if counts.waiting else []
    return f"{', '.join(parts).capitalize()}." if parts else ""


def _describe_unknown(counts: Counts) -> str:
    return f"Of {counted(counts.unknown, 'file')} nobody knows." if counts.unknown else ""


def _describe_residues(counts: Counts) -> str:
    return f"{counted(counts.residues, 'further file')} of the same photos." if counts.residues else ""


def _unseen(device: DeviceLine) -> Iterator[str]:
    if device.counts.unknown:
        yield _describe_unknown(device.counts)
    if device.leftovers is not None:
        yield f"{describe_counts(device.leftovers.counts).capitalize()}."
    if device.verdict == Level.ATTESTED:
        yield "All of it: somebody attested it, and nobody looked."


def _files(number: int) -> str:
    return f"{counted(number, 'file')} {'was' if number == 1 else 'were'}"
