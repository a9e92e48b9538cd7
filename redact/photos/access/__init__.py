"""Which photos show one child: the answer to a subject access request, as a list and as a folder.

Called by `redact access-request`; finding.py says what is known, comparing.py looks through the originals, folder.py
writes what is handed over.  It knows no command and nothing of the web.
"""
