"""What is done to a photo: the steps to storage, retry, set aside, take down, purge.

Called by commands, the desk and the service.  Redaction itself is handed in as a function: nothing here knows a pixel.
"""
