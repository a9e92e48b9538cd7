"""A headteacher's yes: who may give it, what it is bound to, and whether it still holds.

Called by the desk (approving) and by whatever moves a post on.  rules.py is pure; conditions.py asks all of it again of
the database; approve.py writes; details.py gathers what a post's pages show.
"""
