"""Cover faces and names in school photos, prove it, and clear the device."""

__version__ = "0.1.0"
