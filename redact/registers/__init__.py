"""Acts on the pupils' registers: import a roll or consents, write one answer, enrol a face, forget a pupil.

Each takes a workspace and who acts, writes in one transaction of the audit log, and returns values.  Called by the
commands and by the demo; the rules are those of `redact.pupils`, the SQL that of `redact.store.pupils`.  It may not
know how anything is printed.
"""
