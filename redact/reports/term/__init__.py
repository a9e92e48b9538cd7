"""The report to trustees: what was done with photos in a period, by school, and what is open, in plain words.

Called by `redact report` and the desk.  read.py gathers the figures, words.py words them, page.py draws them; the file
that is handed on and the desk's page have the same body.  No child's name, no file name and no path is in it.
"""
