"""Posts, what stands in them and whom they show: values and the only SQL.

Called by the acts of posts (redact/posts) and, for what ends an approval (voids.py), by registers and photos, which may
not know each other.  It knows tables and values; it may not know why a post moves.
"""
