"""The tables of the register: pupils and adults, their consents, what headings mean, face templates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from redact.store.schema.tables.base import ID, SHA256, TIME, metadata

pupils = Table(
    "pupils",
    metadata,
    Column("upn", String(40), primary_key=True),
    Column("legal_forename", Text, nullable=False, default=""),
    Column("legal_surname", Text, nullable=False, default=""),
    Column("preferred_forename", Text, nullable=False, default=""),
    Column("preferred_surname", Text, nullable=False, default=""),
    Column("more_forenames", Text, nullable=False, default="", server_default=""),  # one per line
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
