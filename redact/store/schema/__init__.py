"""The tables, and what brings an older database up to date."""
