"""What an export of consents says: columns, headings, words for yes and no, and how it differs from the register.

Called by the acts in `redact.registers` and the command that imports.  Values from bytes; it knows no database and
asks nobody.
"""
