"""What is done on a device: register it, clear it, look again, attest, hold.

Called by commands, the service and reports; knows where a photo stands, and nothing of what is in the picture.
"""
