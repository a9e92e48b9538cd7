"""What version 0.1.0 wrote of a look at a device, in the sentences of a reason; only this module reads them.

Entries are never changed, so this stays as long as there are logs of that version.  Nothing writes these sentences
into an entry any more: the facts are fields (leftovers.py).  The words are those of 0.1.0, spelled out here so that a
word changed elsewhere does not change how an old log is read.
"""

from __future__ import annotations

import re

_OF_DEVICE = {
    "links and special files": "device_links",
    "folders that could not be looked into": "device_closed",
    "thumbnails and thumbnail caches": "device_thumbnails",
}
_OF_PHOTO = {
    "the same photo under another place or name": "left_same",
    "a file that belongs to it (RAW, film, edit, side file)": "left_siblings",
    "in a trash folder, or marked as trash": "left_trash",
    "a thumbnail": "left_thumbnails",
    "a deletion that was begun and not ended": "left_begun",
    "could not be looked at": "left_unread",
}
_WHOLE = re.compile(r"On the device as a whole: (?P<counted>[a-z ]+ \d+(?:, [a-z ]+ \d+)*)\.(?= |$)")
# A reason was cut at 240 characters, so that the last sentence may lack its end: then it is left in the reason.
_LEFT = re.compile(
    r"(?P<count>\d+) left: (?P<what>[^.]*?)(?P<how>, by its name|, in this machine['s ]+thumbnail cache)?\.(?= |$)"
)
_KEPT = "found by its name when it was deleted"


def read_former(reason: str) -> tuple[dict[str, int], str]:
    """Return the counts that a reason of 0.1.0 has in its sentences, by today's facts, and the rest of the reason."""
    facts: dict[str, int] = {}

    def take_whole(found: re.Match[str]) -> str:
        for part in found["counted"].split(", "):
            words, _, count = part.rpartition(" ")
            if words not in _OF_DEVICE:
                return found[0]
            facts[_OF_DEVICE[words]] = int(count)
        return ""

    def take_left(found: re.Match[str]) -> str:
        name, count = _OF_PHOTO.get(found["what"]), int(found["count"])
        if name is None and found["what"] != _KEPT:
            return found[0]
        if name is not None:
            facts[name] = facts.get(name, 0) + count
        if name in {None, "left_siblings"} or found["how"]:  # siblings were always found by their name
            facts["by_name"] = facts.get("by_name", 0) + count
        return ""

    rest = _LEFT.sub(take_left, _WHOLE.sub(take_whole, reason))
    return facts, re.sub(r" {2,}", " ", rest).strip()
