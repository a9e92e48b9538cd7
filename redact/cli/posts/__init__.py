"""Commands on what is posted: sites, posts, take-downs, incidents.

Called through the table in commands.py; each calls one act of redact/posts, as the desk does, and knows no rule of it.
"""
