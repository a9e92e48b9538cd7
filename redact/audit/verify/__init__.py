"""Check a log without trusting who keeps it: the numbered checks, exports, proofs, and the stand-alone program.

Called by `store.log` and `reports`; pure.
"""
