"""E-mail to staff: one post waits, a device is overdue, the watcher stands still.

Called by `redact watch`, by the desk while no watcher lives, and by `redact messages`.  What is due to be told is a
pure rule (due.py), what a message says is another (words.py); it holds no picture, no pupil's name, no caption and no
login.  Knows reports and rows; changes nothing but its own queue.
"""
