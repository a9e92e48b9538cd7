"""Photos, the files on devices in which they were seen, and what is left there for a person: values and SQL.

Called by the journeys of photos and devices, by reports and by the scheduler.  It knows tables and values; it may not
know why a photo moves.  What others use of the four base modules is exported here; recalls, the watch over stored
copies and the counts for status are imported by their own names.
"""

from redact.store.photos.device_files import (
    DeviceFile,
    add_device_file,
    counters_of,
    is_moved,
    is_same_file,
    knows_file,
    list_device_files,
    move_device_file,
    note_erasing,
    parse_look,
    place_tag,
    read_device_files,
)
from redact.store.photos.left_items import (
    LeftItem,
    list_left,
    note_left,
    resolve_left,
)
from redact.store.photos.photos import (
    Photo,
    Shown,
    add_photo,
    count_states,
    find_photos,
    give_up_originals,
    ids_under_way,
    is_output,
    list_photos,
    move_photo,
    note_trouble,
    read_photo,
    shown_on,
    states_of_all,
    write_shown,
)
from redact.store.photos.states import (
    AT_REST,
    NOT_GONE,
    ON_DEVICE,
    UNDER_WAY,
    FileState,
    State,
)

__all__ = [
    "AT_REST",
    "NOT_GONE",
    "ON_DEVICE",
    "UNDER_WAY",
    "DeviceFile",
    "FileState",
    "LeftItem",
    "Photo",
    "Shown",
    "State",
    "add_device_file",
    "add_photo",
    "count_states",
    "counters_of",
    "find_photos",
    "give_up_originals",
    "ids_under_way",
    "is_moved",
    "is_output",
    "is_same_file",
    "knows_file",
    "list_device_files",
    "list_left",
    "list_photos",
    "move_device_file",
    "move_photo",
    "note_erasing",
    "note_left",
    "note_trouble",
    "parse_look",
    "place_tag",
    "read_device_files",
    "read_photo",
    "resolve_left",
    "shown_on",
    "states_of_all",
    "write_shown",
]
