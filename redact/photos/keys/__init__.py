"""What people do with the private keys: try one, open an original, change who holds one and seal the originals again.

Called by `redact keys ...`, `redact original` and the watcher's start; no key is kept here, nor printed.
"""
