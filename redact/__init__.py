"""Cover faces and names in school photos, prove it, and clear the device.

Called by a person or a script, through `redact.cli.main`; docs/map.md has the packages, and which may know which.
"""

__version__ = "0.2.0"
