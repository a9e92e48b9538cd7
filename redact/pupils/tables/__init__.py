"""A file that a school's system or a spreadsheet exported: bytes in, a heading and rows out, and what looks broken.

Called by the readers of rolls and consents; it may not know what any column means.
"""
