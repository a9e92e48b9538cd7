"""Which words are names: by the roll, by what stands before them, by their place on the page.

`find.find_names` is the front door: words and rolls in, findings out.  `rules` holds one function per rule.
"""
