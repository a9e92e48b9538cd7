"""What all tables share: the metadata that they stand in, and the types of columns that recur."""

from __future__ import annotations

from sqlalchemy import MetaData, String

metadata = MetaData()

TIME = String(24)  # "2026-09-07T13:45:12.345Z"
DAY = String(10)  # "2026-09-07", the school's day
SHA256 = String(64)
ID = String(40)  # redact/audit/shapes.py, ID
#: A file's name in trust storage, with its sub-folders.  SQLite keeps text of any length, and would write the whole
#: table anew to say so: there the columns are declared as they were.
PLACE = String(200).with_variant(String(40), "sqlite")
WORD = String(24)  # redact/audit/shapes.py, WORD
ROLE = String(40)  # redact.audit.kinds.Role
