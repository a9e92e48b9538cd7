"""Commands of every day: watch, status, show, retry, clear, attest, hold, purge.

Called through the table in commands.py, and by nothing else; they parse, call one act and print, and know no rule.
"""
