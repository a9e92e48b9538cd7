"""How a copy is drawn again: on which base, by which worker, how it takes the place of the former one.

Called by the desk and the commands through `redrawing.Redrawer`, and by `redact.posts.redraw`.  It may not
know which page or command asked.
"""
