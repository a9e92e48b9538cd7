"""Walk the trash folders at the top of a volume, and nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.device import VOLUME_TOP, Device
from watcher.errors import SourceFault, said_by
from watcher.fs.folders import Folder, is_link
from watcher.guard import LINK, MAX_DEPTH, OTHER_VOLUME, TOO_DEEP, Entry, Place, Refusal, walk
from watcher.sort import is_trash


def trash_at(top: Folder, device: Device) -> Iterator[Entry | Refusal]:
    """Walk only the trash folders at the top of a volume; a personal folder beside them is nobody's business.

    Only they are looked at: a share that hangs may be mounted beside them.
    """
    try:
        names = top.names()
    except OSError as error:
        raise SourceFault(device.record.id, said_by(error)) from error
    for name in filter(is_trash, names):
        origin = Place(device.record.id, (name,), VOLUME_TOP)
        try:
            yield from _walk_trash(top, origin)
        except FileNotFoundError:
            continue
        except NotADirectoryError:  # a link, or a file of such a name
            yield from (Refusal(origin, LINK) for _ in range(_is_link_at(top, name)))
        except SourceFault as fault:
            yield Refusal(origin, fault.why)
        except OSError as error:
            yield Refusal(origin, said_by(error))


def _is_link_at(top: Folder, name: str) -> bool:
    try:
        return is_link(top.look(name))
    except OSError:
        return False


def _walk_trash(top: Folder, origin: Place) -> Iterator[Entry | Refusal]:
    with top.folder(origin.name) as trash:
        if trash.status().st_dev != top.status().st_dev:
            yield Refusal(origin, OTHER_VOLUME)
            return
        for item in walk(trash, origin.device_id, lambda _: True, VOLUME_TOP):
            parts = (origin.name, *item.place.parts)
            if len(parts) > MAX_DEPTH:
                yield Refusal(origin, TOO_DEEP)
            else:
                yield replace(item, place=replace(item.place, parts=parts))
