"""Names spelt in single letters: `letters` in rows and columns, `acrostics` down the edge of a poem.

Called by names/find.py, as the other rules are.  `spelling` says for both what letters spell, and no more.
"""
