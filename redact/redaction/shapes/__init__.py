"""Boxes and polygons: how much of one lies in another, and what of one lies in a picture.

Called all over the redaction and by trials; pure, they know no pixel, and not what a box stands for.
"""
