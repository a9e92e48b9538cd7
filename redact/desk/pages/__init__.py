"""Pages as values: what is read from the database becomes what a template draws.

Called by the routes, and by commands that say the same in the same words; pure: they know no database, and of a
request what `Visit` says of it (frame.py).
"""
