"""The register of approved sites: what is checked before one is approved, and who approves, changes and retires it.

Called by the desk and the commands; posts ask `Site.is_open_at` (redact/store/posts/sites.py).  It opens
no connection to a site and knows no post.
"""
