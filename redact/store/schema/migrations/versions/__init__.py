"""One file per revision, in one line; run by redact.store.schema.migrate, and never changed once it was released."""
