"""What the bytes of a file on a device are: read through its open folders, named by nothing but its hash."""

from __future__ import annotations

import os
from dataclasses import dataclass

from watcher.device import Device
from watcher.errors import SourceFault, system_reason
from watcher.fs.content import hash_open_file
from watcher.guard import Place, open_file, open_parent, stat_of
from watcher.stability import FileStat


@dataclass(frozen=True, slots=True)
class Content:
    """What a file's bytes are."""

    sha256: str
    stat: FileStat


def read_content(device: Device, place: Place) -> Content:
    """Return the content of the file at `place`.

    Raises:
        Unsafe: it is none that may be touched.
        SourceGone: it is not there.
        SourceFault: it cannot be read now.
    """
    with device.open(place.folder) as root, open_parent(root, place) as parent:
        handle = open_file(parent, place)
        try:
            return Content(hash_open_file(handle)[0], stat_of(os.fstat(handle)))
        except OSError as error:
            raise SourceFault(place.device_id, system_reason(error)) from error
        finally:
            os.close(handle)
