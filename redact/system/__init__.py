"""The machine: clock, files, processes, and what differs by operating system.

Called by everything above; knows nothing of photos.
"""
