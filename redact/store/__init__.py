"""Everything that outlives a run: tables, the audit log's rows, sealed originals, trust storage.

The only SQL.  Called by the acts above; knows rows and bytes, and no rule of when something may be done.
"""
