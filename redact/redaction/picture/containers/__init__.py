"""Readers of picture containers: one module per format, each with `read_layout(data) -> Layout`.

Called by `picture.decode`; no pixel is decoded here, and nothing is known of what it shows.
"""
