"""The register of pupils, their consents and their face templates: SQL, and the entries that go with each change.

Called by the acts in `redact.registers` and by whoever asks what is in force.  It may not know files or commands.
"""
