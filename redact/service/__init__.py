"""`redact watch`: the loop, the scheduler, periodic tasks and the durable engine.

Called by `redact watch` and by trials.  `run.py` starts everything; `scheduler.py` has one list of what is due (due.py)
for reports (arrivals.py), photos (photo_queue.py) and devices (clearings.py), `periodic.py` another for all else.
`workflows.py` alone imports the engine.  It may not know how a step is done, or what a picture shows.
"""
