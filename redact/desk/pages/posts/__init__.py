"""Posts as view models: the list, one post as it will stand, and its task list.

Called by the routes of posts; pure, they know no request and no database.
"""
