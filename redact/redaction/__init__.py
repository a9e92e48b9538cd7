"""One picture: decode, find, decide, cover, encode, verify.

`photo.redact_photo` is the whole walk.  Called inside a worker; pure, it knows no path, clock, process or database.
"""
