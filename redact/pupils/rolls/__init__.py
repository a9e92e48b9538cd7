"""What a roll says beside its pupils: which headings name whom, and how it differs from the roll before.

Called by `redact.pupils.roll` and the acts in `redact.registers`.  Values from bytes; it knows no database.
"""
