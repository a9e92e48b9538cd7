"""Revisions of the tables.

Run by redact.store.schema.migrate; they know the tables as they were, and nothing else of the program.
"""
