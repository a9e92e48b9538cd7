"""Processes that redact, and a batch without a workspace.

Called by commands, the service and whatever draws a picture; a decoder that crashes or hangs costs one photo.  They may
not know the workspace: bytes and values are handed to them.
"""
