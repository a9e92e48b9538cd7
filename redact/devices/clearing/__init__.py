"""Deleting files from a device and proving that they are gone: who may go, the attempt, the look again, its result.

`clear.clear` is the journey; the scheduler and `redact clear` run it.  It may not know who asked.
"""
