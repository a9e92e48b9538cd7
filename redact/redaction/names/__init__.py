"""Which words are names: by the roll, by what stands before them, by their place on the page.

`find.find_names` is the entry point: words and rolls in, findings out.  `rules` holds one function per rule.
Called by the redaction and, for sentences that people write, by the workspace (free_text.py); pure; of a
pupil it knows only the names.
"""
