"""The tables, and what brings an older database up to date.

Called by the SQL of the store, and by `redact init` for the migrations; it knows columns, and no query.
"""
