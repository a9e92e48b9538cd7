"""Posts as view models: the list, one post as it will stand, and its task list.

Called by the routes of posts, and for its words by `redact posts`; pure, they know no request and no database.
"""
