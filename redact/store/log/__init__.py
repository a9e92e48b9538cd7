"""The audit log at rest: entries appended and signed, read, checked, and copied to checkpoint mirrors.

Called by whoever writes an entry (`audit_log.writing`) or asks what the log proves; it may not know why one is written.
"""
