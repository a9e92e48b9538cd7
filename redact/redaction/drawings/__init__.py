"""Pictures for people: outlines with reasons, contact sheets.  Called by commands; never part of a copy."""
