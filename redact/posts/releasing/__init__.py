"""Put an approved post out: its files into the outbox, the link back, the word that it was taken down again.

Called by the desk, the commands and the watcher's periodic tasks.  files.py and links.py are pure.
"""
