"""Where copies lie in trust storage: what decides on their sub-folders, and which of them stand in `for-use/`: SQL.

Called by the steps, the acts on copies and the periodic tasks; it may not know why a copy is passed or moved.
"""
