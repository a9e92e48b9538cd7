"""Posts: list and read them, write them, decide on them, send their pictures."""
