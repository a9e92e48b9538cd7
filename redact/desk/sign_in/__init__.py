"""Who somebody is: passwords, first codes, locks and sessions.

Called by the gate and by the pages of signing in; it knows no page and nothing of photos.
"""
