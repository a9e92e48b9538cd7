"""The desk: the program in a browser, for people who never open a terminal.

Called by `redact desk`; it calls the acts of redact/posts and redact/photos and writes nothing itself.  Alone in the
program it imports starlette.  Start at app.py, then routes/table.py, which says who may open what; gate.py is what
every request passes first.
"""
