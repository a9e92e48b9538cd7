"""Posts: list and read them, write them, decide on them, send their pictures.

Called by the table of routes alone; each turns a request into one act of redact/posts, and knows no rule of it.
"""
