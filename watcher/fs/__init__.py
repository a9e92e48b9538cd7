"""Safe files: folders opened without following links, and what differs by operating system.

The floor of `watcher`; `redact` uses it through `watcher` for its own stores.
"""
