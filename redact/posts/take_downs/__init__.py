"""Report a post, say who was told of a take-down; the list itself is the store's, and "down" is the poster's word.

Called by the desk and the commands.  What opens take-downs without anybody asking: redact/store/posts/take_downs.py.
It reaches no site: what is out there, a person takes down.
"""
