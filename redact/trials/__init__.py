"""Try the program out: the demo, the self-test, measurements, benchmarks, attacks on our own covers.

Called by commands; nothing in production imports it.
"""
