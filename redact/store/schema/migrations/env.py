"""What Alembic runs: the revisions, on the connection that redact.store.schema.migrate hands over."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
