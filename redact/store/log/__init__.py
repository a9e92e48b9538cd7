"""The audit log at rest: entries appended and signed, read, checked, and copied to checkpoint mirrors."""
