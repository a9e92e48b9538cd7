"""What a person asks: status, one photo's story, what is overdue, the audit log, what is wrong.

Called by commands, the desk and messages; reads and never changes a photo or a device.
"""
