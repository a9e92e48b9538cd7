"""The tables of photos, of where they were seen, of what else lies on devices, and of whom a copy shows."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)

from redact.store.schema.tables.base import ID, PLACE, SHA256, TIME, metadata, partial_index

photos = Table(
    "photos",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("extension", String(8), nullable=False, default=""),  # of the output
    Column("state", String(16), nullable=False),  # redact.store.photos.State
    Column("reason", Text),  # a sentence, when held, refused or waiting
    Column("attempts", Integer, nullable=False, default=0),
    Column("executor", String(64), nullable=False, default=""),  # whose quarantine holds the plain original
    Column("arrived_at", TIME, nullable=False),
    Column("tags", Text, nullable=False, default="[]"),  # JSON: class and event tags of all device files
    Column("sealed", SHA256),  # SHA-256 of the sealed file
    Column("sealed_at", TIME),
    Column("output", SHA256),  # SHA-256 of the redacted copy
    Column("output_bytes", BigInteger),
    Column("output_name", PLACE),  # in trust storage, with its sub-folders: redact.store.trust.names
    Column("stored_at", TIME),
    Column("register", Integer),  # version of the consent register it was decided with
    Column("plan", Text),  # JSON: regions with reasons, for the reviewer; no name in it
    Column("destroyed_at", TIME),  # the sealed original
    Column("copy_fault", String(16)),  # how the stored copy differs from its record: redact.audit.shapes.DIFFERENCE
    Column("copy_fault_at", TIME),  # when that was first seen
    Column("sealed_fault", String(16)),  # how the sealed original differs from its record: the same words
    Column("sealed_fault_at", TIME),
    Column("school", ID, nullable=False, default="", server_default=""),  # of the device that it first came from
    Column("source_width_px", Integer),  # upright; the plan's regions are in these pixels
    Column("source_height_px", Integer),
    Column("width_px", Integer),  # of the copy
    Column("height_px", Integer),
    Column("asks", Boolean, nullable=False, default=False),  # a place of the plan asks a person
    Column("judged", Text),  # JSON: places of text that were read and are shown, source pixels; no text
    Column("shows", Text),  # JSON box, source pixels: the part of the source that the copy shows; null: all of it
    Column("style", String(16)),  # redact.redaction.values.Style of the copy's covers
    Column("made_from", SHA256),  # output of the copy that this one was drawn on; null: the original
    Column("review", String(8), nullable=False, default="open"),  # of a stored copy: open | fit | unfit
    Column("reviewed_at", TIME),
    Column("event", ID, nullable=False, default=""),  # neutral label of the drop folder: "event-12"
    Column("faces_covered", Integer, nullable=False, default=0, server_default="0"),  # of the plan, by hand ones too
    Column("faces_shown", Integer, nullable=False, default=0, server_default="0"),
    Column("sealed_to", SHA256),  # redact.store.vault.recipients_id of the keys that it was sealed to; null: not known
    Column("taken_on", String(10)),  # day, by its camera's clock, else when its file was written; null: before its copy
    Column("for_use", String(200)),  # name of what lies, or is about to lie, among what a person has passed
    Column("for_use_at", TIME),  # since when it is proved to lie there
    Column("destroying_at", TIME),  # when that was begun; what was cut off is found by it (redact/photos/purge.py)
    Column("covered_share", Float),  # of the picture, 0..1; null: not known, or the copy shows a part that was chosen
    Column("crop", String(60)),  # JSON, source pixels: the part that is worth keeping, where little is left
    # Whose names of adults it leaves bare was written down, in `shown`; of a copy made before 0032 nobody knows.
    Column("names_known", Boolean, nullable=False, default=False, server_default=false()),
)
Index("photos_by_state", photos.c.state)
#: For queries that look for a few among the stored photos, which are nearly all: no index of states is used.
IS_STORED_BY_ROW = photos.c.state.concat("") == "stored"
#: Counted by standing without a look at the rows: the task list of whoever sees one school.
Index("photos_by_school", photos.c.school, photos.c.state, photos.c.review, photos.c.asks)
#: The queue's order, and its counts without a look at the rows.
Index(
    "photos_by_queue",
    photos.c.state,
    photos.c.review,
    photos.c.asks,
    photos.c.arrived_at,
    photos.c.sha256,
    photos.c.school,
)
Index("photos_by_output_name", photos.c.output_name)  # what people have in hand is a copy's file name
#: Of which photos places may be faces and were left bare; the very words of the index, or it is not used.
HAS_MAYBE = text("photos.plan LIKE '%\"maybe\"%'")
partial_index(
    "photos_with_maybes",
    photos.c.sha256,
    where=text("plan LIKE '%\"maybe\"%'"),
)
#: Which photos do not stand among what a person has passed and should, or the other way round; the index's very words.
_MISPLACED = (
    "(photos.review = 'fit' AND photos.state = 'stored' AND photos.for_use_at IS NULL) OR "
    "(photos.for_use IS NOT NULL AND NOT (photos.review = 'fit' AND photos.state = 'stored'))"
)
IS_MISPLACED = text(f"({_MISPLACED})")  # as one term: a query may ask for more
_IS_MISPLACED = text(_MISPLACED.replace("photos.", ""))
partial_index("photos_misplaced", photos.c.sha256, where=_IS_MISPLACED)
_IS_PLACED = photos.c.for_use.is_not(None)
partial_index("photos_by_for_use", photos.c.for_use, where=_IS_PLACED)
Index("photos_by_event", photos.c.event, photos.c.taken_on)
Index("photos_by_day", photos.c.taken_on)  # the desk finds by a day
#: Of which covers leave little (redact/redaction/covers/crop.py, LITTLE_LEFT); the very words of the index too.
IS_LITTLE_LEFT = text("photos.covered_share > 0.35")
partial_index(
    "photos_little_left",
    photos.c.sha256,
    where=text("covered_share > 0.35"),
)
Index("photos_by_output", photos.c.output)  # asked for every file that comes in
Index("photos_by_storing", photos.c.stored_at)  # the check of trust storage goes through them newest first
_IN_VAULT = and_(photos.c.sealed.is_not(None), photos.c.destroyed_at.is_(None))
partial_index("photos_by_sealed_to", photos.c.sealed_to, where=_IN_VAULT)
_HAS_FAULT = photos.c.copy_fault.is_not(None)
#: Of the photos that came in a period: all that reports count of them, without a look at the rows.
Index(
    "photos_by_arrival",
    photos.c.arrived_at,
    photos.c.school,
    photos.c.state,
    photos.c.review,
    photos.c.faces_covered,
    photos.c.faces_shown,
)
partial_index("photos_by_copy_fault", photos.c.copy_fault, where=_HAS_FAULT)
Index("photos_by_sealing", photos.c.sealed_at)  # so does the check of the vault
partial_index("photos_by_sealed_fault", photos.c.sealed_fault, where=photos.c.sealed_fault.is_not(None))

device_files = Table(
    "device_files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("device", ID, ForeignKey("devices.id"), nullable=False),
    Column("folder", Integer, nullable=False),  # watcher.guard.Place.folder
    Column("parts", Text),  # JSON list of names below the folder; removed when the file is gone
    Column("name", SHA256, nullable=False),  # tag of the parts
    Column("place", SHA256, nullable=False),  # tag of folder and parts: one row per photo, device and place
    Column("tags", Text, nullable=False, default="[]"),
    Column("look", Text, nullable=False),  # JSON: size, mtime_ns, ctime_ns, inode, volume
    Column("series", String(8)),  # of a camera's counter
    Column("number", Integer),
    Column("state", String(16), nullable=False),  # redact.store.photos.FileState
    Column("reason", Text),
    Column("opened", Integer),  # entry of the audit log that opened the deletion
    Column("level", String(16)),  # redact.audit.level.Level
    Column("left", Integer),  # residues found
    Column("by_name", Integer, nullable=False, default=0),  # of these, found by the name, which is forgotten
    Column("links", Integer, nullable=False, default=0, server_default="0"),  # ... and hard links outside of the device
    Column("removed_at", TIME),  # it was found gone before it was deleted; kept whatever a person says of it
    Column("erasing_at", TIME),  # its bytes were proved and it was about to go: what is gone then was not moved away
    Column("seen_at", TIME, nullable=False),
    Column("cleared_at", TIME),
    UniqueConstraint("photo", "device", "place"),
)
Index("device_files_by_state", device_files.c.device, device_files.c.state, device_files.c.level)  # status counts by it
_IS_CLEARED = device_files.c.cleared_at.is_not(None)
partial_index(  # how long files lay on their devices, of those that went in a period
    "device_files_by_clearing",
    device_files.c.cleared_at,
    device_files.c.device,
    device_files.c.seen_at,
    where=_IS_CLEARED,
)
Index("device_files_by_name", device_files.c.name)  # the desk finds by the name that a file had on its device
Index("device_files_of_state", device_files.c.state)  # what waits, failed or stands open, on whatever device

counter_runs = Table(  # of the counts that came from a device, so that what is missing is told without a look at all
    "counter_runs",
    metadata,
    Column("device", ID, ForeignKey("devices.id"), primary_key=True),
    Column("series", String(8), primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),  # every number from the first to this one was handed in
)

left_items = Table(  # what a person must see to: videos, RAW, links, files that never rest
    "left_items",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("device", ID, nullable=False),
    Column("kind", String(16), nullable=False, default="file", server_default="file"),  # left_items.LeftKind
    Column("place", SHA256),  # none: it is said of the device as a whole
    Column("folder", Integer, nullable=False, default=0, server_default="0"),  # watcher.guard.Place.folder
    Column("parts", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("files", Integer, nullable=False, default=1, server_default="1"),  # of which it speaks
    Column("first_seen_at", TIME, nullable=False),
    Column("last_seen_at", TIME, nullable=False),
    Column("resolved_at", TIME),
    UniqueConstraint("device", "place"),
)

_IS_OF_DEVICE = left_items.c.place.is_(None)
partial_index("left_items_of_device", left_items.c.device, left_items.c.kind, where=_IS_OF_DEVICE, is_unique=True)

shown = Table(  # who is shown uncovered, or named, on which copy: the take-down list
    "shown",
    metadata,
    Column("photo", SHA256, ForeignKey("photos.sha256"), primary_key=True),
    Column("pupil", String(40), primary_key=True),  # UPN
    Column("register", Integer, nullable=False),
    Column("recalled_at", TIME),  # the consent went; the copy must be made again or taken down
    Column("by_hand", Boolean, nullable=False, default=False),  # a person said who it is: no biometric consent needed
    Column("named", Boolean, nullable=False, default=False, server_default=false()),  # an adult, by name alone
)

_IS_RECALLED = shown.c.recalled_at.is_not(None)
partial_index("shown_recalled", shown.c.recalled_at, shown.c.photo, where=_IS_RECALLED)
