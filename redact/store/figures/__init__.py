"""The only SQL that counts for reports: one query per figure, by school, each answered from an index.  It only reads.

Called by redact/reports/term; knows no words for people.
"""
