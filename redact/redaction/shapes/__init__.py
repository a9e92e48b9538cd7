"""Boxes and polygons: how much of one lies in another, and what of one lies in a picture.  Pure."""
