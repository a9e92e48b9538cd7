"""Posts as view models: the list, one post as it will stand, and its task list; pure."""
