"""What is done to a photo: the steps to storage, retry, set aside, take down, purge.

Called by commands and the service; redaction itself is handed in as a function.
"""
