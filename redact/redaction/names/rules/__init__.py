"""The name rules, one function each: `(Page, Found) -> Found`.

Called by names/find.py.  Each may use what those before it found, and only ever adds.  `find.RULES` is their order;
they know no pixels.
"""
