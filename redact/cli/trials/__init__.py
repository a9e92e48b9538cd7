"""Commands that try the program out: demo, selftest, measure, speed, bench.

Called through the table in commands.py; the work is done in redact/trials, and nothing here measures.
"""
