"""Commands of every day: watch, status, show, retry, clear, attest, hold, purge."""
