"""The tables, the same on SQLite and PostgreSQL.

Times are text, "2026-09-07T13:45:12.345Z" (UTC, sorts as it reads); lists are JSON text.  A photo's key is the SHA-256
of its bytes as they came.  What may hold a child's name stands in the columns listed in PERSONAL and nowhere else.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    text,
)

from redact.store.schema import base, post_tables
from redact.store.schema.base import ID, PLACE, SHA256, TIME

metadata = base.metadata
OF_POSTS = (post_tables.sites, post_tables.posts)  # importing them is what adds that file's tables to the metadata

#: Columns that may hold a person's name or a path with one; docs/design.md tells what removes them.
PERSONAL = frozenset(
    {
        "device_files.parts", "device_files.tags", "left_items.parts", "photos.tags",
        "pupils.legal_forename", "pupils.legal_surname", "pupils.preferred_forename", "pupils.preferred_surname",
        "pupils.more_forenames", "pupils.more_surnames",
        "consents.source", "devices.root", "devices.further", "devices.mount", "devices.make", "devices.model",
        "devices.serial", "people.login", "people.name", "people.email",
        "sites.handle", "sites.address", "posts.caption", "posts.questions", "posts.link", "posts.note",
        "post_photos.alt", "take_downs.note", "incidents.note",
    }
)  # fmt: skip

# -- what this workspace is --
facts = Table("facts", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

# -- devices --
devices = Table(
    "devices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # redact.audit.shapes.DEVICE_KIND
    Column("make", Text, nullable=False, default=""),
    Column("model", Text, nullable=False, default=""),
    Column("serial", Text, nullable=False, default=""),
    Column("serial_source", String(16), nullable=False, default=""),
    Column("owner", String(16), nullable=False),  # trust | personal
    Column("holder", String(40), nullable=False),  # role
    Column("approved_by", String(40), nullable=False),  # role
    Column("approved_at", TIME, nullable=False),
    Column("until", TIME, nullable=False),
    Column("retired_at", TIME),
    Column("root", Text),  # folder; null for attest-only
    Column("further", Text, nullable=False, default="[]"),  # JSON list of folders where copies may lie
    Column("mount", Text),  # where a card's volume hangs
    Column("nonce", String(32), nullable=False, default=""),
    Column("clears", String(8), nullable=False),  # at-once | by-hand: the device's policy
    Column("last_seen_at", TIME),  # present at that time
    Column("attested_at", TIME),  # attest-only: the holder's last word
    Column("school", ID, nullable=False, default="", server_default=""),  # "": of the trust, for every school
)

# -- photos and where they were seen --
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
Index(
    "photos_with_maybes",
    photos.c.sha256,
    sqlite_where=text("plan LIKE '%\"maybe\"%'"),
    postgresql_where=text("plan LIKE '%\"maybe\"%'"),
)
#: Which photos do not stand among what a person has passed and should, or the other way round; the index's very words.
IS_MISPLACED = text(
    "(photos.review = 'fit' AND photos.state = 'stored' AND photos.for_use_at IS NULL) OR "
    "(photos.for_use IS NOT NULL AND NOT (photos.review = 'fit' AND photos.state = 'stored'))"
)
_IS_MISPLACED = text(IS_MISPLACED.text.replace("photos.", ""))
Index("photos_misplaced", photos.c.sha256, sqlite_where=_IS_MISPLACED, postgresql_where=_IS_MISPLACED)
_IS_PLACED = photos.c.for_use.is_not(None)
Index("photos_by_for_use", photos.c.for_use, sqlite_where=_IS_PLACED, postgresql_where=_IS_PLACED)
Index("photos_by_event", photos.c.event, photos.c.taken_on)
#: Of which covers leave little (redact/redaction/covers/crop.py, LITTLE_LEFT); the very words of the index too.
IS_LITTLE_LEFT = text("photos.covered_share > 0.35")
Index(
    "photos_little_left",
    photos.c.sha256,
    sqlite_where=text("covered_share > 0.35"),
    postgresql_where=text("covered_share > 0.35"),
)
Index("photos_by_output", photos.c.output)  # asked for every file that comes in
Index("photos_by_storing", photos.c.stored_at)  # the check of trust storage goes through them newest first
_IN_VAULT = and_(photos.c.sealed.is_not(None), photos.c.destroyed_at.is_(None))
Index("photos_by_sealed_to", photos.c.sealed_to, sqlite_where=_IN_VAULT, postgresql_where=_IN_VAULT)
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
Index("photos_by_copy_fault", photos.c.copy_fault, sqlite_where=_HAS_FAULT, postgresql_where=_HAS_FAULT)

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
    Column("level", String(16)),  # redact.audit.shapes.LEVEL
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
Index(  # how long files lay on their devices, of those that went in a period
    "device_files_by_clearing",
    device_files.c.cleared_at,
    device_files.c.device,
    device_files.c.seen_at,
    sqlite_where=_IS_CLEARED,
    postgresql_where=_IS_CLEARED,
)
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
    Column("place", SHA256, nullable=False),
    Column("folder", Integer, nullable=False, default=0, server_default="0"),  # watcher.guard.Place.folder
    Column("parts", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("first_seen_at", TIME, nullable=False),
    Column("last_seen_at", TIME, nullable=False),
    Column("resolved_at", TIME),
    UniqueConstraint("device", "place"),
)

shown = Table(  # who is shown uncovered on which copy: the take-down list
    "shown",
    metadata,
    Column("photo", SHA256, ForeignKey("photos.sha256"), primary_key=True),
    Column("pupil", String(40), primary_key=True),  # UPN
    Column("register", Integer, nullable=False),
    Column("recalled_at", TIME),  # the consent went; the copy must be made again or taken down
    Column("by_hand", Boolean, nullable=False, default=False),  # a person said who it is: no biometric consent needed
)

# -- what people say of photos, and the copies that were made of them --
answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("act", String(8), nullable=False),  # cover | lift | dismiss | style | crop
    Column("polygon", Text, nullable=False),  # JSON, source pixels; "[]" of a style
    Column("kind", String(8), nullable=False),  # of a cover: redact.redaction.values.Kind
    Column("word", String(16), nullable=False),  # of a lift its cause, of a style its name
    Column("pupil", String(40), nullable=False),  # UPN of whom a lift shows
    Column("register", Integer),  # version of the consent register that a lift was decided with
    Column("role", String(40), nullable=False),
    Column("person", SHA256, nullable=False),  # tag
    Column("redraw", Integer),  # asked for with it
    Column("at", TIME, nullable=False),
    Column("undone_at", TIME),  # it counts no more
)
Index("answers_by_photo", answers.c.photo)

redraws = Table(
    "redraws",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("former", SHA256, nullable=False),  # the copy that stood when it was asked for
    Column("state", String(8), nullable=False),  # asked | working | done | failed
    Column("needs_original", Boolean, nullable=False),  # nobody can take it up again without the key
    Column("reason", Text),  # a sentence, where it failed
    Column("output", SHA256),  # the new copy
    Column("executor", String(64), nullable=False),  # whose desk carries it out
    Column("role", String(40), nullable=False),
    Column("person", SHA256, nullable=False),  # tag
    Column("asked_at", TIME, nullable=False),
    Column("ended_at", TIME),
)
Index("redraws_by_photo", redraws.c.photo)
Index("redraws_by_state", redraws.c.state)

versions = Table(  # copies that another one has taken the place of; the first of each is what redraws begin from
    "versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("photo", SHA256, ForeignKey("photos.sha256"), nullable=False),
    Column("output", SHA256, nullable=False),
    Column("name", PLACE, nullable=False),  # in trust storage
    Column("bytes", BigInteger, nullable=False),
    Column("plan", Text, nullable=False),
    Column("judged", Text),
    Column("shows", Text),
    Column("style", String(16)),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("made_from", SHA256),  # output of the copy that it was drawn on; null: the original
    Column("superseded_at", TIME, nullable=False),
    Column("removed_at", TIME),  # from trust storage
    UniqueConstraint("photo", "output"),
)
Index("versions_by_output", versions.c.output)

events = Table(  # drop folders, told apart by tag, so that photos of one occasion stand together without its name
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("device", ID, nullable=False),
    Column("place", SHA256, nullable=False),  # keyed tag of the folder's path
    Column("label", String(60), nullable=False, default="", server_default=""),  # the office's; the roll was asked
    UniqueConstraint("device", "place"),
)

_IS_RECALLED = shown.c.recalled_at.is_not(None)
Index("shown_recalled", shown.c.recalled_at, shown.c.photo, sqlite_where=_IS_RECALLED, postgresql_where=_IS_RECALLED)

# -- holds --
holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("scope", String(16), nullable=False),  # device | photo | workspace
    Column("device", ID),
    Column("photo", SHA256),
    Column("by", String(40), nullable=False),  # role
    Column("reason", Text, nullable=False),
    Column("added_at", TIME, nullable=False),
    Column("lifted_at", TIME),
)

# -- consent register --
pupils = Table(
    "pupils",
    metadata,
    Column("upn", String(40), primary_key=True),
    Column("legal_forename", Text, nullable=False, default=""),
    Column("legal_surname", Text, nullable=False, default=""),
    Column("preferred_forename", Text, nullable=False, default=""),
    Column("preferred_surname", Text, nullable=False, default=""),
    Column("more_forenames", Text, nullable=False, default="", server_default=""),  # one a line
    Column("more_surnames", Text, nullable=False, default="", server_default=""),
    Column("year", Text, nullable=False, default=""),
    Column("reg", Text, nullable=False, default=""),
    Column("school", ID, nullable=False, default="", server_default=""),  # whose roll lists the pupil
    Column("kind", String(16), nullable=False, default="pupil", server_default="pupil"),  # or redact.pupils.adults
    Column("is_never_shown", Boolean, nullable=False, default=False),
    Column("left_at", TIME),
)

consents = Table(  # append only: the newest row of (pupil, purpose) counts
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("upn", String(40), ForeignKey("pupils.upn"), nullable=False),
    Column("purpose", ID, nullable=False),  # "website", "social-media", "biometric", ...
    Column("state", String(16), nullable=False),  # redact.audit.shapes.CONSENT
    Column("given_on", String(10)),  # date
    Column("expires_on", String(10)),
    Column("source", Text, nullable=False, default=""),
    Column("register", Integer, nullable=False),  # version of the register that it belongs to
    Column("at", TIME, nullable=False),
)
Index("consents_by_pupil", consents.c.upn, consents.c.purpose)

register_versions = Table(
    "register_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("by", String(40), nullable=False),  # role
    Column("source", SHA256),  # of the imported file
    Column("rows", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
)

mappings = Table(  # what a person confirmed a heading, or a type of consent, of an export to mean
    "mappings",
    metadata,
    Column("register", String(8), primary_key=True),  # roll | consent
    Column("school", ID, primary_key=True),  # "": of a workspace that knows no schools
    Column("heading", Text, primary_key=True),  # as headings are compared: pupils.tables.table.fold
    Column("spelled", Text, nullable=False),  # as it stood in the file
    Column("meaning", Text, nullable=False),  # as --map spells it
    Column("by", String(40), nullable=False),  # role
    Column("at", TIME, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("upn", String(40), ForeignKey("pupils.upn"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # age, to the workspace's own template key
    Column("at", TIME, nullable=False),
)

# -- who signs in at the desk --
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),  # as colleagues read it
    Column("email", Text, nullable=False, default="", server_default=""),  # where messages go; "": none is sent
    Column("tag", SHA256, nullable=False, unique=True),  # keyed, of the login: who it is in the audit log
    Column("password", Text),  # Argon2id; null until one was chosen
    Column("code", SHA256),  # SHA-256 of the one-time code; null once it was used
    Column("code_until", TIME),
    Column("has_keys", Boolean, nullable=False, default=True),  # single-key shortcuts are on
    Column("added_at", TIME, nullable=False),
    Column("disabled_at", TIME),
)

people_roles = Table(
    "people_roles",
    metadata,
    Column("person", Integer, ForeignKey("people.id"), primary_key=True),
    Column("role", String(40), primary_key=True),  # redact.audit.kinds.Role
    Column("school", ID, primary_key=True),  # "": every school
    Column("since", TIME),  # of a deputy; null: from the beginning
    Column("until", TIME),  # of a deputy; null: until it is taken away
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", SHA256, primary_key=True),  # of the cookie: who reads this table is signed in nowhere
    Column("ref", ID, nullable=False),  # what the audit log calls it
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("opened_at", TIME, nullable=False),
    Column("seen_at", TIME, nullable=False),  # the last request, to within a minute
    Column("password_at", TIME, nullable=False),  # when the password was last given
)
Index("sessions_by_person", sessions.c.person)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("tag", SHA256, primary_key=True),  # keyed, of a login (known or not) or of an address
    Column("first_at", TIME, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("until", TIME),  # locked until then
)

# -- the audit log: docs/audit-log.md --
log_entries = Table(
    "log_entries",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("at", TIME, nullable=False),
    Column("photo", SHA256),  # from the body, to find it; erased with it
    Column("device", ID),
    Column("commitment", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
)
Index("log_by_photo", log_entries.c.photo)
Index("log_by_device", log_entries.c.device)
#: The few entries on holds among millions; the very words of the index, or it is not used.
IS_OF_HOLD = text("log_entries.kind LIKE 'hold.%'")
Index(
    "log_of_holds",
    log_entries.c.n,
    sqlite_where=text("kind LIKE 'hold.%'"),
    postgresql_where=text("kind LIKE 'hold.%'"),
)

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("edge", LargeBinary, nullable=False),  # redact.audit.tree.Frontier.edge, joined
)

log_nodes = (
    Table(  # of the tree: what a proof would have to hash all entries for; believed only as far as a proof holds
        "log_nodes",
        metadata,
        Column("height", Integer, primary_key=True, autoincrement=False),
        Column("place", Integer, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
    )
)

log_checkpoints = Table(  # the last of each day, and the newest
    "log_checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", TIME, nullable=False),
    Column("note", Text, nullable=False),
)

log_mirrors = Table(  # what lies in the checkpoint mirrors
    "log_mirrors",
    metadata,
    Column("mirror", ID, primary_key=True),
    Column("size", Integer, nullable=False),  # entries that its newest checkpoint vouches for
    Column("at", TIME, nullable=False),
    Column("fault", Text),  # a sentence, while the mirror refuses
)

# -- processes --
executors = Table(
    "executors",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("beat_at", TIME, nullable=False),
    Column("host", String(64), nullable=False),
)
