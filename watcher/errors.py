"""What the watcher can fail with.  A subclass exists only where the caller acts differently.

A sentence names the device and, where known, the file's inode number; never a file name, which may hold a child's.
"""

from __future__ import annotations


class WatcherError(Exception):
    """Something in the watcher went wrong: what happened, to which item, and what to do."""


class Unsafe(WatcherError):
    """A file or name that is never opened.  Trying again changes nothing: a person must look."""

    def __init__(self, device_id: str, why: str, inode: int | None = None) -> None:
        """Say on which device, which file, and why."""
        item = "a file" if inode is None else f"file number {inode}"
        super().__init__(f"On device {device_id}, {item} was left untouched: {why}. A person must look at it.")
        self.why = why


class SourceFault(WatcherError):
    """The device, or a file on it, cannot be read now.  Nothing is known about it; try again when it is back."""

    def __init__(self, device_id: str, why: str) -> None:
        """Say which device and why."""
        super().__init__(
            f"Device {device_id}, or a file on it, cannot be read: {why}. "
            "Connect it again, or check its folder's permissions."
        )
        self.why = why


class SourceGone(SourceFault):
    """The device is there, the file is not."""

    def __init__(self, device_id: str) -> None:
        """Say on which device."""
        super().__init__(device_id, "the file is no longer where it was seen")


class AnothersFolder(SourceFault):
    """The folder's marker names another workspace: it is not worked in."""

    def __init__(self, device_id: str) -> None:
        """Say of which device."""
        super().__init__(device_id, "its folder is a device of another workspace by now, the marker there says so")


class QuarantineFault(WatcherError):
    """Our own disk refuses: stop taking in, nothing was lost on the device; go on when it is mended."""

    def __init__(self, why: str) -> None:
        """Say what the disk said."""
        super().__init__(f"The quarantine folder cannot be used: {why}. Free some space or check its permissions.")
        self.why = why


class AlreadyMarked(WatcherError):
    """The folder carries a marker already: it belongs to a device on some register."""

    def __init__(self, *, is_anothers: bool = False) -> None:
        """Say what to do; `is_anothers` where the marker names another workspace."""
        super().__init__(
            "This folder is a device of another workspace: its marker says so. Choose another folder, or retire the "
            "device there first (redact devices retire, with --workspace of that one); if that workspace is no more, "
            "say --replace-marker."
            if is_anothers
            else "This folder carries a device marker already. Retire that device first, or choose another folder."
        )


class FoldersOverlap(WatcherError):
    """A device's folder and one of the workspace's are not apart."""

    def __init__(self, relation: str, ours: str, theirs: str) -> None:
        """Name both folders (folders of the set-up, not of a photo) and how they lie."""
        super().__init__(f"The folder {theirs} is {relation} the folder {ours}. Choose folders that lie apart.")
        self.relation = relation


def system_reason(error: OSError) -> str:
    """Return what the system said, without the file name that an OSError prints."""
    return (error.strerror or "unknown reason").lower()
