"""Processes that redact, and a batch without a workspace.

Called by commands and the service; a decoder that crashes or hangs costs one photo.
"""
