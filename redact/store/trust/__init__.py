"""Trust storage: a folder, a share or a bucket, written once and read back.

Called by the steps, the acts on copies and the periodic tasks; it knows names and bytes, and no photo, row or rule.
"""
