"""Where copies lie in trust storage: what events are called, what a person has passed in `for-use/`, a store's move.

Called by the desk, the commands and the periodic tasks; it may not know who decides on a copy, or how it is made.
"""
