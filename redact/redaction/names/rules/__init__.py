"""The name rules, one function each: `(Page, Found) -> Found`.

Each may use what those before it found, and only ever adds.  `find.RULES` is their order; they know no pixels.
"""
