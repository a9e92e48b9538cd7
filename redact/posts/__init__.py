"""What people do with photos and posts: who they are, what they decide, what goes out.

Each act is one function, called by the desk (redact/desk) and by the commands alike; it writes the state and the audit
log in one transaction.  It may know the workspace and what lies below; it draws no page and prints nothing.
"""
