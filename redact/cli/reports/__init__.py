"""Commands that answer people outside of the daily work: trustees, and a parent who asks for a child's photos."""
