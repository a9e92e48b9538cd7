"""The report to trustees: what was done with photos in a period, by school, and what is open, in plain words.

Called by `redact report` and the desk.  read.py gathers the figures, words.py says them, page.py draws them; the same
body stands in the file that is handed on and on the desk's page.  No child's name, no file name and no path is in it.
"""
