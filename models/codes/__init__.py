"""QR and bar codes.

Called through `models.finders`; says where a code is, and never what it says.
"""
