"""Commands that answer people outside of the daily work: trustees, and a parent who asks for a child's photos.

Called through the table in commands.py; what is found is gathered in redact/reports and redact/photos/access,
and nothing is counted or judged here.
"""
