"""`redact watch`: the loop, the scheduler, periodic tasks and the durable engine.

Called by the command alone; `workflows` is the only file that imports the engine.
"""
