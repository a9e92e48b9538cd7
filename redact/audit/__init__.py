"""The audit log: what was done to every photo, in a form that can be checked without trusting who keeps it.

Threat: whoever holds the database edits, drops, reorders or swaps entries after the fact, or a row is lost.
Rule: every entry is a leaf of a Merkle tree (RFC 6962), its root is signed (C2SP checkpoint), and copies of the
checkpoints lie out of that person's reach.  docs/audit-log.md is the specification; this package follows it.
Accepted residue: section 7 of that document, above all that log, key and every copy in one hand prove nothing.

Called by whoever writes an entry, reads the log or checks it.  Pure: salts, keys and times are handed in; nothing here
knows a clock, a file or a database.
"""
