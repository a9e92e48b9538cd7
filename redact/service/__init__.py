"""`redact watch`: the loop, the scheduler, periodic tasks and the durable engine.

Called by `redact watch` and by trials; `workflows` is the only file that imports the engine.
"""
