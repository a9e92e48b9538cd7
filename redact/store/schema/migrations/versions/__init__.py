"""Revisions of the tables, run by redact.store.migrate."""
