"""Bytes to upright sRGB pixels and back: what is it, is it whole, how large may it be, is the output only a picture?

Called by `redaction.photo` and `redaction.verify`; knows nothing of faces or names.
"""
