"""The cellar: everything that outlives a run.  Tables, the record, sealed originals, trust storage."""
