"""Pictures for people: outlines with reasons, contact sheets.

Called by commands and the desk's workers; never part of a copy, and they decide nothing.
"""
