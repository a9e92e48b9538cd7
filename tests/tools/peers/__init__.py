"""Compare this program with the tools that people use today, over the same photos.

A developer's script, kept out of the wheel because it installs another program: `python -m tests.tools.peers --help`.
compare.py runs the tools, page.py writes docs/benchmarks.md, run_deface.py runs inside deface's own environment.
"""
