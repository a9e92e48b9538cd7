# Everything runs through uv, so that hook, developer and CI use the locked tools.
UV ?= uv
RUN = $(UV) run --locked

# All checks, in the order of their speed; CI calls this.
check: lint types plan test

# Style and errors that a reader of the source can see.
lint:
	$(RUN) ruff check .
	$(RUN) ruff format --check .

# Types, strictly.
types:
	$(RUN) mypy

# The import plan of docs/map.md, and every dependency imported and declared.
plan:
	$(RUN) lint-imports
	$(RUN) deptry redact watcher models

# The tests, closing on pytest's summary line.
test:
	$(RUN) pytest

# The lock file, after pyproject.toml changed.
lock:
	$(UV) lock

.PHONY: check lint types plan test lock
