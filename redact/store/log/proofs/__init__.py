"""What the audit log proves, one entry at a time, where rows of the database are not believed.

Called before anything is erased, destroyed or removed; knows no file and no device.
"""
