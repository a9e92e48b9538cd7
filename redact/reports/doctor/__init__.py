"""What is wrong with the workspace and this machine, and what to do.

`examine.examine` is the entry point; called by `redact doctor`.  It mends nothing.
"""
