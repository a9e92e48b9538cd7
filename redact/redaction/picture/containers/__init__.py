"""Readers of picture containers: one module a format, each with `read_layout(data) -> Layout`; no pixel is decoded."""
