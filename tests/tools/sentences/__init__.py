"""Sentences with names that are words too, and without: what `redact/redaction/names/reading.py` was fitted to.

    python -m tests.tools.sentences fit       write the weights anew (a minute)
    python -m tests.tools.sentences count     how many names and words of the held-out sentences are hidden or asked

The texts are the team's own; no other text was learned from.  `names.txt` has templates ({a}, {b}: any name of
`listed.txt`), `words.txt` sentences in which no word is a name, `kinds.txt` the same for each word of a kind ({}, {2}).
`held_names.txt` (a name has a star) and `held_words.txt` were written apart and are not learned from.
"""
