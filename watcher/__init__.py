"""Devices, files and hashes: notice, wait until stable, copy, erase, look again.

The leaf's front door: what `redact` uses, it takes from here, and safe files from watcher.fs.  It knows nothing of
faces, consent or databases.  A module is loaded when one of its names is asked for, for every command passes here for
its errors, and most need no more.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.bins import sort_in_bin, walk_bins
    from watcher.counter import Counter, CounterRun, Gap, find_gaps, find_gaps_between, read_counter
    from watcher.device import (
        Device,
        DeviceKind,
        DeviceRecord,
        Present,
        Unknown,
        device_of,
        name_owner,
        remove_marker,
        write_marker,
    )
    from watcher.erasing.content import Content, read_content
    from watcher.erasing.erase import AlreadyGone, Erased, Erasure, Kept, Unclear, Why, erase_photo, neutral_name
    from watcher.erasing.residue import (
        Inventory,
        Residue,
        ResidueKind,
        find_contents,
        find_residue,
        take_inventory,
    )
    from watcher.errors import (
        FoldersOverlap,
        QuarantineFault,
        SourceFault,
        SourceGone,
        Unsafe,
        WatcherError,
        system_reason,
    )
    from watcher.guard import (
        AROUND,
        UNREADABLE,
        Entry,
        Place,
        Refusal,
        check_apart,
        holds_marker,
        is_over,
        open_parent,
        relation_of,
        walk,
        way_down,
    )
    from watcher.notify import WatchdogNotifier
    from watcher.quarantine import Arrival, NotTaken, sweep, take_in
    from watcher.sort import (
        ERASING_PREFIX,
        MARKER_NAME,
        OUR_MARKERS,
        Sort,
        Sorted,
        is_trash,
        may_enter,
        sort_binned,
        sort_file,
    )
    from watcher.stability import FileStat, Patience
    from watcher.watch import AtRest, Away, Back, NotTouched, Report, Rhythm, SystemClock, watch_devices

_HOMES = {
    "errors": "FoldersOverlap QuarantineFault SourceFault SourceGone Unsafe WatcherError system_reason",
    "sort": "ERASING_PREFIX MARKER_NAME OUR_MARKERS Sort Sorted is_trash may_enter sort_binned sort_file",
    "stability": "FileStat Patience",
    "bins": "sort_in_bin walk_bins",
    "erasing.content": "Content read_content",
    "guard": "AROUND UNREADABLE Entry Place Refusal check_apart holds_marker is_over open_parent relation_of walk "
    "way_down",
    "device": "Device DeviceKind DeviceRecord Present Unknown device_of name_owner remove_marker write_marker",
    "counter": "Counter CounterRun Gap find_gaps find_gaps_between read_counter",
    "quarantine": "Arrival NotTaken sweep take_in",
    "erasing.erase": "AlreadyGone Erased Erasure Kept Unclear Why erase_photo neutral_name",
    "erasing.residue": "Inventory Residue ResidueKind find_contents find_residue take_inventory",
    "watch": "AtRest Away Back NotTouched Report Rhythm SystemClock watch_devices",
    "notify": "WatchdogNotifier",
}

__all__ = [
    "AROUND",
    "ERASING_PREFIX",
    "MARKER_NAME",
    "OUR_MARKERS",
    "UNREADABLE",
    "AlreadyGone",
    "Arrival",
    "AtRest",
    "Away",
    "Back",
    "Content",
    "Counter",
    "CounterRun",
    "Device",
    "DeviceKind",
    "DeviceRecord",
    "Entry",
    "Erased",
    "Erasure",
    "FileStat",
    "FoldersOverlap",
    "Gap",
    "Inventory",
    "Kept",
    "NotTaken",
    "NotTouched",
    "Patience",
    "Place",
    "Present",
    "QuarantineFault",
    "Refusal",
    "Report",
    "Residue",
    "ResidueKind",
    "Rhythm",
    "Sort",
    "Sorted",
    "SourceFault",
    "SourceGone",
    "SystemClock",
    "Unclear",
    "Unknown",
    "Unsafe",
    "WatchdogNotifier",
    "WatcherError",
    "Why",
    "check_apart",
    "device_of",
    "erase_photo",
    "find_contents",
    "find_gaps",
    "find_gaps_between",
    "find_residue",
    "holds_marker",
    "is_over",
    "is_trash",
    "may_enter",
    "name_owner",
    "neutral_name",
    "open_parent",
    "read_content",
    "read_counter",
    "relation_of",
    "remove_marker",
    "sort_binned",
    "sort_file",
    "sort_in_bin",
    "sweep",
    "system_reason",
    "take_in",
    "take_inventory",
    "walk",
    "walk_bins",
    "watch_devices",
    "way_down",
    "write_marker",
]

if not TYPE_CHECKING:  # a type checker would take any name for one of these

    def __getattr__(name: str) -> object:
        """Load the module that has `name`, once."""
        home = next((home for home, names in _HOMES.items() if name in names.split()), None)
        if home is None:
            raise AttributeError(f"module 'watcher' has no attribute {name!r}")
        globals()[name] = found = getattr(import_module(f"watcher.{home}"), name)
        return found
