"""Safe files: folders opened without following links, files written whole, and what differs by operating system.

The floor of `watcher`; `redact` uses it for its own stores.  It knows of no device and no photo.
"""

from watcher.fs.folders import Folder, is_link, open_top
from watcher.fs.system import bring_to_disk, free_bytes, is_mount, mount_of
from watcher.fs.whole import (
    FULL,
    MOST_BYTES,
    is_part,
    new_part_name,
    read_back,
    sweep_parts,
    write_all,
    write_once,
    write_whole,
)

__all__ = [
    "FULL",
    "MOST_BYTES",
    "Folder",
    "bring_to_disk",
    "free_bytes",
    "is_link",
    "is_mount",
    "is_part",
    "mount_of",
    "new_part_name",
    "open_top",
    "read_back",
    "sweep_parts",
    "write_all",
    "write_once",
    "write_whole",
]
