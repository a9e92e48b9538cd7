"""Bins: the trash folders at the top of a volume and nothing else of it, and what was thrown away on a device.

Threat: a photo that was never taken in lies in a bin, where nobody looks: for the school it is deleted, for whoever
finds the card it is not.
Rule: what lies in a bin of the device's own folders, or is marked as thrown away, is found by its name; of a card of
the trust the bins at the top of its volume too.  A bin that cannot be looked into is told, not left out.
Residue: the bin of a volume or of this machine that others use too is not the device's: of it nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watcher.device import VOLUME_TOP, Device, DeviceKind, outer_folders
from watcher.errors import SourceFault, said_by
from watcher.fs.folders import Folder, is_link
from watcher.guard import IRREGULAR, LINK, MAX_DEPTH, OTHER_VOLUME, TOO_DEEP, Entry, Place, Refusal, walk
from watcher.sort import is_trash, is_unfinished, may_enter, sort_binned


def walk_bins(device: Device, now_s: float) -> Iterator[Entry | Refusal]:
    """Give the photos, films and RAW photos that lie in the bins of a device, and the bins that were refused.

    Args:
        device: that proves to be there.
        now_s: seconds of the epoch: a file marked as pending and changed of late is still being written.

    Raises:
        SourceFault: a folder of it does not open: nothing is known of what lies there.
    """
    for folder in _own_folders(device):
        with device.open(folder) as root:
            everything = walk(root, device.record.id, lambda parts: is_trash(parts[-1]) or may_enter(parts[-1]), folder)
            for item in trash_at(root, device) if folder == VOLUME_TOP else everything:
                if isinstance(item, Entry):
                    is_new = is_unfinished(item.place.name, item.status.st_mtime, now_s)
                    if not is_new and sort_binned(item.place.parts) is not None:
                        yield item
                elif item.why not in {LINK, IRREGULAR} and any(map(is_trash, item.place.parts)):
                    yield item


def _own_folders(device: Device) -> Iterator[int]:
    yield from range(len(device.record.folders))
    if device.record.kind is DeviceKind.CARD:
        yield from (folder for folder in outer_folders(device.record) if folder == VOLUME_TOP)


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
