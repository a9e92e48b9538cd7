"""`redact demo --desk`: made-up people, and a story that they can walk from a photo to a post and back.

Called by `redact demo --desk` and `redact bench desk`; nothing else of the desk knows of it.
"""
